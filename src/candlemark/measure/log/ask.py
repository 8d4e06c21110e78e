"""What is asked of a stay table: who enters, from when to when, in which groups, until when.

A question is data, so that a figure can carry it and be computed again from it.  It is checked
against the table before anything is computed, and every fault is named at once.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from candlemark.errors import Fault, NotMeasurable

if TYPE_CHECKING:
    from datetime import date

    from candlemark.measure.log.stay_table import StayTable

KNOWN_AT_THE_END: Final = ("outcomes", "sentences", "stages")
"""Schemes that do not divide a cohort: their codes are given to those who got there."""
AGENCY: Final = "agency"
PERIODS: Final = {"entry-year": 12, "entry-quarter": 3, "entry-month": 1}
"""Groups by when a unit entered, with their length in months."""


@dataclass(frozen=True, slots=True)
class Where:
    """Only units coded by one of these terms of a scheme; ``agency`` stands for a scheme too.

    A term of the definition stands for the narrower ones too: whoever asks for ``race-colour`` asks
    for ``black``.  A log of its own words has no such order.
    """

    scheme: str
    terms: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Ask:
    """One question's cohort."""

    from_state: str = ""
    """Where units enter, the first time they reach it: own name or code.  Empty: with their first
    stay, whatever it is."""
    window: tuple[date | None, date | None] = (None, None)
    """First and last day on which a unit may enter; None is without an end."""
    where: tuple[Where, ...] = ()
    """All of them must hold."""
    by: str = ""
    """A scheme, ``agency``, or one of :data:`PERIODS`; empty: one group."""
    as_of: date | None = None
    """The last day looked at; None: the last one the source can know of."""
    through: tuple[str, ...] = ()
    """For views of flow only: units that reached each of these states at any time."""
    never: tuple[str, ...] = ()
    """For views of flow only: units that reached none of these states."""
    edition: str = ""
    """The edition the asker reads codes by; empty: the table's."""

    @property
    def conditioned(self) -> bool:
        """True when units are chosen by what happened to them after they entered.

        Such units are no cohort: of those who were convicted all were convicted.
        """
        return bool(self.through or self.never)


def check(ask: Ask, table: StayTable) -> None:
    """Refuse a question the table cannot answer; every fault at once.

    Raises:
        NotMeasurable: ``faults`` names each part of the question that is not in order.
    """
    faults = list(_faults(ask, table))
    if faults:
        raise NotMeasurable(
            f"{table.source or 'the log'} cannot answer this: {faults[0].what}",
            hint=_hint(faults[0], table),
            faults=faults if len(faults) > 1 else (),
        )


def _faults(ask: Ask, table: StayTable) -> list[Fault]:
    faults = []
    states = {name for state in table.states for name in (state.own, state.code)}
    for where, names in (
        ("from", (ask.from_state,) if ask.from_state else ()),
        ("through", ask.through),
        ("never", ask.never),
    ):
        faults += [
            Fault(where, f"no unit ever reaches {name}") for name in names if name not in states
        ]
    if ask.as_of is not None and table.stated and ask.as_of > table.known_until:
        faults.append(Fault("as-of", f"nothing is known after {table.known_until}"))
    first, last = ask.window
    if first is not None and last is not None and first > last:
        faults.append(Fault("window", f"{first} is after {last}"))
    if ask.edition and table.edition and ask.edition != table.edition:
        faults.append(Fault("edition", f"it was coded under edition {table.edition}"))
    schemes = {*table.schemes, AGENCY}
    if ask.by in KNOWN_AT_THE_END:
        faults.append(
            Fault(
                "by",
                f"who belongs where in {ask.by} is known at the end only, and divides no cohort",
            )
        )
    elif ask.by and ask.by not in {*schemes, *PERIODS}:
        faults.append(Fault("by", f"its cases are not coded by {ask.by}"))
    for each in ask.where:
        if each.scheme not in schemes:
            faults.append(Fault("where", f"its cases are not coded by {each.scheme}"))
        elif not each.terms:
            faults.append(Fault("where", f"no term of {each.scheme} is named"))
    return faults


def _hint(fault: Fault, table: StayTable) -> str:
    if fault.where in {"from", "through", "never"}:
        return f"it has the states {', '.join(state.own for state in table.states)}"
    if fault.where == "as-of":
        return f"ask with --as-of {table.known_until} or an earlier day"
    if fault.where in {"by", "where"}:
        coded = [scheme for scheme in table.schemes if scheme not in KNOWN_AT_THE_END]
        return f"there are {', '.join([*coded, AGENCY, *PERIODS])}"
    return "change the question"
