"""Coverage: what each agency fills in, by stage and period, and a figure's weakest input.

For every time a stage was reached it is asked what is known of it: the day it was reached, which
agency did it, and each scheme that units are coded by.  What is not known is kept apart by why:

- ``unknown``: the source says that it does not know;
- ``not-asked``: the form or the procedure did not ask;
- ``refused``: a person chose not to say, which is no gap to be filled;
- ``illegible``: something is written and cannot be read;
- ``not-recorded``: the place is empty, and nobody says why.

``none`` and ``out-of-scope`` are answers and are counted as such; ``unmapped`` is an answer in a
code that the crosswalk does not know.  A day known to a span only is ``spread``.  Nothing here is
zero: an empty field counts as empty and never as "it did not happen".

One number says how good an input is: the share of times that it was answered.  Of all inputs that
a figure rests on, the one with the smallest is its weakest, and is named beside it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from candlemark.errors import NotMeasurable
from candlemark.measure.columns import NOT_RECORDED, UNMAPPED
from candlemark.measure.log import Flag

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from numpy.typing import NDArray

    from candlemark.measure.log import AskedCohort, StayTable
    from candlemark.measure.process.ways import Integers

DAY: Final = "day"
"""The field that says when a stage was reached."""
AGENCY: Final = "agency"
"""The field that says who did it."""
PERIODS: Final = {"year": "datetime64[Y]", "month": "datetime64[M]", "": ""}
KINDS: Final = (
    "answered",
    "none",
    "out-of-scope",
    UNMAPPED,
    "spread",
    "refused",
    "illegible",
    "unknown",
    "not-asked",
    NOT_RECORDED,
)
"""What a field can be.  Where a unit has several of one scheme, the first of them counts."""
ANSWERS: Final = frozenset({"answered", "none", "out-of-scope"})
"""Those that answer what was asked."""


@dataclass(frozen=True, slots=True)
class Filled:
    """How one field is filled in, of one agency, stage and period."""

    agency: str
    """Its name, or the source's where that is one agency's; empty where nobody says whose it is."""
    state: int
    """Number of the state in the table; -1 for all of them together."""
    period: str
    """``2019`` or ``2019-03``; empty for all of time."""
    field: str
    """``day``, ``agency``, or a scheme."""
    times: int
    """How often the stage was reached."""
    kinds: tuple[tuple[str, int], ...]
    """How often it was each of ``KINDS`` that occur; they add up to ``times``."""

    @property
    def share(self) -> float:
        """The share of times that it was answered."""
        return sum(many for kind, many in self.kinds if kind in ANSWERS) / self.times


@dataclass(frozen=True, slots=True)
class Coverage:
    """What is filled in."""

    rows: tuple[Filled, ...]
    """By agency, state, period and field."""
    undated: int
    """Events of the source without a day, which are in no row because nobody can place them."""
    after: int
    """Events dated after the last day the source can know of."""


def coverage(cohort: AskedCohort, *, period: str = "year") -> Coverage:
    """What each agency fills in, for the units of a cohort.

    Args:
        cohort: whose stays; it must be open.
        period: ``year`` or ``month`` in which the stage was reached; empty for all of time.

    Raises:
        NotMeasurable: there is no such period.
    """
    if period not in PERIODS:
        raise NotMeasurable(
            f"there is no period {period[:20]!r}", hint="name year or month, or none"
        )
    table, stays = cohort.table, _reached(cohort)
    names, when = _periods(stays["entry_lo"], period)
    key, place = np.unique(
        np.stack([stays["agency"], stays["state"], when], axis=1), axis=0, return_inverse=True
    )
    place = place.reshape(-1)
    times = np.bincount(place, minlength=len(key))
    rows = []
    one = table.agencies == ("",)  # the source is one agency's, or names none
    for field in (DAY, *(() if one else (AGENCY,)), *table.schemes):
        kind = _kinds(table, stays, field)
        counted = np.bincount(place * len(KINDS) + kind, minlength=len(key) * len(KINDS))
        for n, many in enumerate(counted.reshape(-1, len(KINDS)).tolist()):
            agency, state, at = key[n].tolist()
            rows.append(
                (
                    (agency, state, at),
                    Filled(
                        table.source if one else table.agencies[agency],
                        state,
                        names[at],
                        field,
                        int(times[n]),
                        _said(many),
                    ),
                )
            )
    rows.sort(key=lambda row: row[0])  # stable, so that fields keep their order
    return Coverage(tuple(row for _, row in rows), table.aside.undated, table.aside.after)


def weakest(
    cohort: AskedCohort, states: Collection[int] = (), schemes: Sequence[str] = ()
) -> Filled | None:
    """The weakest of the inputs that a figure of this cohort rests on.

    Looked at are the days on which its stages were reached, the scheme its groups come from, those
    its units were chosen by, and the agency where groups are agencies.

    Args:
        cohort: of the figure; it must be open.
        states: numbers of the stages it shows; empty: all that a unit reached.
        schemes: what it rests on besides.

    Returns:
        The field with the smallest share of answers, over all agencies and periods; None where
        all of it is answered.
    """
    ask = cohort.ask
    coded = dict.fromkeys(
        scheme
        for scheme in (ask.by, *(each.scheme for each in ask.where), *schemes)
        if scheme in cohort.table.schemes or scheme == AGENCY
    )
    stays = _reached(cohort)
    wanted = np.isin(stays["state"], list(states)) if states else np.ones(len(stays["state"]), bool)
    stays = {name: column[wanted] for name, column in stays.items()}
    found = []
    day = _kinds(cohort.table, stays, DAY)
    for state in np.unique(stays["state"]).tolist():
        here = stays["state"] == state
        found.append(_over_all(DAY, state, day[here]))
    # A code is of a unit, however many stages it reached, so each unit counts once.
    _, first = np.unique(stays["unit"], return_index=True)
    units = {name: column[first] for name, column in stays.items()}
    found += [_over_all(field, -1, _kinds(cohort.table, units, field)) for field in coded]
    worst = min(found, key=lambda one: one.share, default=None)
    return None if worst is None or worst.share == 1 else worst


def _over_all(field: str, state: int, kind: Integers) -> Filled:
    many = np.bincount(kind, minlength=len(KINDS)).tolist()
    return Filled("", state, "", field, len(kind), _said(many))


def _said(many: Sequence[int]) -> tuple[tuple[str, int], ...]:
    return tuple((kind, count) for kind, count in zip(KINDS, many, strict=True) if count)


def _reached(cohort: AskedCohort) -> dict[str, Integers]:
    """Each time a unit came to a state from another."""
    return cohort.columns(
        "SELECT unit, state, agency, entry_lo, entry_hi FROM stay"
        f" WHERE (flags & {Flag.REPEATED:d}) = 0 ORDER BY unit, seq"
    )


def _periods(days: Integers, period: str) -> tuple[list[str], Integers]:
    """The names of the periods, and the place of each day among them."""
    if not period:
        return [""], np.zeros(len(days), dtype=np.int64)
    months = days.astype("datetime64[D]").astype(PERIODS[period])
    found, place = np.unique(months, return_inverse=True)
    return [str(each) for each in found], place.reshape(-1)


def _kinds(table: StayTable, stays: dict[str, Integers], field: str) -> Integers:
    """The place in ``KINDS`` of a field, each time a stage was reached."""
    answered, without = KINDS.index("answered"), KINDS.index(NOT_RECORDED)
    if field == DAY:
        spread = stays["entry_lo"] != stays["entry_hi"]
        return np.where(spread, KINDS.index("spread"), answered)
    if field == AGENCY:
        named = np.array([bool(name) for name in table.agencies])
        return np.where(named[stays["agency"]], answered, without)
    return _coded(table, field)[stays["unit"]]


def _coded(table: StayTable, scheme: str) -> NDArray[np.int64]:
    """The place in ``KINDS`` of a scheme, for each unit."""
    codes = table.codes.filter(pc.equal(table.codes["scheme"].cast(pa.string()), scheme))
    absent = codes["absent"].to_numpy()
    term = codes["term"].cast(pa.string())
    place = pc.index_in(term, value_set=pa.array(KINDS)).to_numpy().astype(np.float64)
    # A term of an absence that this list does not know is an absence all the same.
    place = np.where(np.isnan(place), KINDS.index(NOT_RECORDED), place).astype(np.int64)
    unmapped = pc.equal(term, UNMAPPED).to_numpy()
    place = np.where(absent | unmapped, place, KINDS.index("answered"))
    found = np.full(table.units, KINDS.index(NOT_RECORDED), dtype=np.int64)
    np.minimum.at(found, codes["unit"].to_numpy(), place)
    return found
