"""Figures that may leave the vault, and the only place where they are made.

A :class:`ProtectedFigure` cannot be made elsewhere: its constructor asks for a token that this
module keeps.  A copy, an unpickled one and one changed by ``dataclasses.replace`` are refused, and
one made without the constructor is not genuine.  ``publish`` accepts nothing else.
"""

from __future__ import annotations

from dataclasses import InitVar, dataclass, field, fields
from enum import StrEnum
from typing import TYPE_CHECKING, Final, NoReturn

from candlemark.errors import Disclosive

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from candlemark.protect.policy import Policy

_DOOR: Final = object()
_AT_RANDOM: Final = (
    "We add or take away a few at random, and wait until enough cases are in, so that nobody can"
    " find one person in these numbers."
)


class Status(StrEnum):
    """What a reader sees in a cell."""

    SHOWN = "shown"
    HIDDEN = "hidden"
    """Too few in a closed year, and so for good."""
    ZERO = "zero"
    NOT_REACHED = "not-reached"
    WAITING = "waiting"
    """Too few that are new have gathered; they are counted in a later release."""
    MISSING = "missing"
    """The source does not say."""


@dataclass(frozen=True, slots=True)
class PublicBasis:
    """What a protected figure stands on, as far as the public may know it.

    The batch and the place in the ledger stay inside: they would tell when the vault grew.
    """

    agency: str
    crosswalk: str
    unit: str
    edition: str
    edition_fingerprint: str
    as_of: date
    from_stage: str
    from_own: str
    by: str
    simulated: bool
    overlapping: bool
    """True when a unit can stand in several groups, so that groups do not add up."""
    as_of_stated: bool = True
    """False when nobody said of which day the data are, and the latest day in them was taken."""
    method: str = ""
    uncertainty: str = ""


@dataclass(frozen=True, slots=True)
class PublicRow:
    """One cell of a protected figure.

    ``value`` is a count (``quantity`` says of what), a share between 0 and 1, or days; None when it
    is hidden or not reached.  ``low`` and ``high`` are the 95 % interval, rounded outward.
    """

    group: str
    stage: str
    state: str
    day: int | None
    quantity: str
    value: float | int | None
    low: float | int | None
    high: float | int | None
    status: Status
    category: str = ""
    """For a table of who came: the term of the scheme that is counted."""


@dataclass(frozen=True, slots=True)
class Doing:
    """What protection did to a figure of closed batches; readers are told all of it."""

    release: int
    batches: int
    """The largest number of batches that a number of it is a sum of."""
    least: int
    """New cases a group waits for."""
    reach: int
    """No count of one batch is further from the true one than this."""
    noise: float
    """Standard deviation that one batch's noise gives a count."""
    waiting: int
    """Groups that wait."""
    suppressed: int
    """Groups of a closed year that are too small, and stay so."""
    widened: bool
    """True where intervals were widened by the noise."""

    def words(self) -> tuple[str, ...]:
        """The same in plain English, a sentence each."""
        said = [
            _AT_RANDOM,
            f"A group is counted when {self.least} new cases have gathered.",
            f"A count of one batch is off by {self.noise:.1f} on average, {self.reach} at most.",
            f"Batches added up in one number: at most {self.batches}.",
            "The same number always gets the same change, so asking again does not help.",
            "Small differences between tables are our doing, not a mistake.",
        ]
        if self.widened:
            said.append("The intervals were made wider by what we added or took away.")
        if self.waiting:
            said.append(f"{self.waiting:,} groups wait; their cases are counted later.")
        if self.suppressed:
            said.append(f"{self.suppressed:,} groups were too small in that year.")
        return tuple(said)


@dataclass(frozen=True, slots=True)
class ProtectedFigure:
    """A figure from which no small number can be worked out."""

    question: str
    basis: PublicBasis
    policy: Policy
    cells: tuple[PublicRow, ...]
    hidden: int
    """Cells that are hidden, of ``len(cells)``."""
    did: Doing
    door: InitVar[object]
    mark: object = field(init=False, repr=False, compare=False)
    table: str = ""
    """Name of the table of closed batches it was made from."""

    def __post_init__(self, door: object) -> None:
        object.__setattr__(self, "mark", door)
        if not self.genuine:
            raise Disclosive(
                "a protected figure is made by protect and nowhere else",
                hint="release it: candlemark release draft",
            )

    @property
    def genuine(self) -> bool:
        """Whether it came through the door; False for one that was put together elsewhere."""
        return getattr(self, "mark", None) is _DOOR

    def __reduce__(self) -> NoReturn:
        raise TypeError("a protected figure is not pickled; it is made again from its figure")

    def rows(self) -> list[dict[str, object]]:
        """The cells as flat rows, the same columns for every question."""
        names = [each.name for each in fields(PublicRow)]
        return [
            {"question": self.question}
            | {name: getattr(cell, name) for name in names}
            | {"status": cell.status.value}
            for cell in self.cells
        ]


def let_through(
    question: str,
    basis: PublicBasis,
    policy: Policy,
    cells: Sequence[PublicRow],
    did: Doing,
    *,
    table: str,
) -> ProtectedFigure:
    """A figure made of rows that went through the gate; only this floor calls it.

    Figures of closed batches may stand beside each other in every release: they are attacked
    together before they leave.
    """
    hidden = sum(cell.status in {Status.HIDDEN, Status.WAITING} for cell in cells)
    return ProtectedFigure(
        question, basis, policy, tuple(cells), hidden, did, door=_DOOR, table=table
    )
