"""Figures that may leave the vault, and the only place where they are made.

A :class:`ProtectedFigure` cannot be made elsewhere: its constructor asks for a token that this
module keeps.  A copy, an unpickled one and one changed by ``dataclasses.replace`` are refused, and
one made without the constructor is not genuine.  ``publish`` accepts nothing else.
"""

from __future__ import annotations

import math
import secrets
from dataclasses import InitVar, dataclass, field, fields
from typing import TYPE_CHECKING, Final, NoReturn

from candlemark.errors import Disclosive
from candlemark.measure import Durations, Occupancy
from candlemark.protect.policy import DAYS, HOUSE
from candlemark.protect.quantities import Form, Place, tabulate
from candlemark.protect.suppress import Plan, Status, plan, rounded, share_step

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import date

    from candlemark.measure import Basis, Figure, Quantile, StateValue
    from candlemark.protect.policy import Policy

_DOOR: Final = object()
_AT_RANDOM: Final = (
    "We add or take away a few at random, and wait until enough cases are in, so that nobody can"
    " find one person in these numbers."
)
BATCHES: Final = "closed-batches"
"""What figures of closed batches have in ``together``."""


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
    coverage: tuple[PublicCoverage, ...] = ()


@dataclass(frozen=True, slots=True)
class PublicCoverage:
    """What share of those who entered the source fills something in for; see ``_coverage``."""

    what: str
    code: str
    share: float


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
            f"These numbers are sums of up to {self.batches} batches.",
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
    together: str
    """The same for all figures that were protected together, and may be shown together."""
    door: InitVar[object]
    mark: object = field(init=False, repr=False, compare=False)
    did: Doing | None = None
    """None for a figure that is looked at once, and was rounded."""
    table: str = ""
    """Name of the table of closed batches it was made from."""

    def __post_init__(self, door: object) -> None:
        object.__setattr__(self, "mark", door)
        if not self.genuine:
            raise Disclosive(
                "a protected figure is made by protect and nowhere else",
                hint="call candlemark.protect.protect with the figure",
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
        question, basis, policy, tuple(cells), hidden, BATCHES, door=_DOOR, did=did, table=table
    )


def protect(figure: Figure, policy: Policy = HOUSE) -> ProtectedFigure:
    """One figure for the public.

    Raises:
        Disclosive: nothing of it can be shown safely.
    """
    return protect_together([figure], policy)[0]


def protect_together(
    figures: Sequence[Figure], policy: Policy = HOUSE
) -> tuple[ProtectedFigure, ...]:
    """Several figures of one cohort, safe beside each other.

    What one of them shows cannot be used to work out what another hides.

    Raises:
        Disclosive: they are not of one cohort, or cannot be shown together.
    """
    cohorts = {_cohort(figure.basis) for figure in figures}
    if len(cohorts) != 1:
        raise Disclosive(
            "these figures are not of one cohort",
            hint="take one source, one as-of day, one entry stage and one way of grouping",
        )
    made = plan(tabulate(figures, policy), policy)
    together = secrets.token_hex(16)
    found = []
    for number, figure in enumerate(figures):
        cells = tuple(_cells(made, number, figure))
        hidden = sum(cell.status is Status.HIDDEN for cell in cells)
        basis = _public(figure.basis, policy)
        found.append(
            ProtectedFigure(
                figure.basis.question, basis, policy, cells, hidden, together, door=_DOOR
            )
        )
    return tuple(found)


def _cohort(basis: Basis) -> tuple[object, ...]:
    return (
        basis.agency,
        basis.crosswalk,
        basis.batch,
        basis.as_of,
        basis.edition_fingerprint,
        basis.from_stage,
        basis.from_own,
        basis.by,
    )


def _public(basis: Basis, policy: Policy) -> PublicBasis:
    return PublicBasis(
        agency=basis.agency,
        crosswalk=basis.crosswalk,
        unit=basis.unit,
        edition=basis.edition,
        edition_fingerprint=basis.edition_fingerprint,
        as_of=basis.as_of,
        from_stage=basis.from_stage,
        from_own=basis.from_own,
        by=basis.by,
        simulated=basis.simulated,
        overlapping=any(doubt.code == "codes-overlap" for doubt in basis.doubts),
        as_of_stated=basis.as_of_stated,
        method=basis.method,
        uncertainty=basis.uncertainty,
        coverage=tuple(_coverage(basis, policy)),
    )


def _coverage(basis: Basis, policy: Policy) -> Iterator[PublicCoverage]:
    """What may be told of how much the source fills in.

    Only what is said of everybody who entered: of a later stage, or of those that ended, it would
    say how many those are, beside a number that may be hidden.  Neither those with nor those
    without may be few, and the share is as coarse as any other of so large a group.
    """
    for one in basis.coverage:
        of_all = one.what == "group" or (one.what, one.code) == ("date", basis.from_own)
        few = min(one.known, one.of - one.known)
        if of_all and one.of >= 2 * policy.zero_from and (few >= policy.threshold or few == 0):
            step = share_step(one.of, policy)
            yield PublicCoverage(
                one.what, one.code, round(round(one.known / one.of / step) * step, 2)
            )


def _cells(made: Plan, number: int, figure: Figure) -> Iterator[PublicRow]:
    intervals = _intervals(figure) if isinstance(figure, Occupancy) else {}
    for place, index in made.table.index.items():
        quantity = made.table.quantities[index]
        if place.figure != number or quantity.form is Form.UNSEEN:
            continue
        if quantity.form is Form.COUNT:
            yield _count(made, place, index)
        else:
            key = (place.group, place.state, place.day)
            yield _share(made, place, index, intervals[key])
    if isinstance(figure, Durations):
        yield from _lengths(made, number, figure)


def _row(
    place: Place,
    status: Status,
    value: float | None = None,
    low: float | None = None,
    high: float | None = None,
) -> PublicRow:
    return PublicRow(
        place.group, place.stage, place.state, place.day, place.name, value, low, high, status
    )


def _count(made: Plan, place: Place, index: int) -> PublicRow:
    status = made.status(index)
    if status is Status.SHOWN:
        units = made.table.quantities[index].units
        return _row(place, status, max(rounded(units, made.policy.base), made.policy.threshold))
    return _row(place, status, 0 if status is Status.ZERO else None)


def _share(made: Plan, place: Place, index: int, value: StateValue) -> PublicRow:
    status = made.status(index)
    step = share_step(made.table.quantities[index].of, made.policy)
    if status is Status.HIDDEN or not step:
        return _row(place, Status.HIDDEN)
    low = math.floor(value.low / step) * step
    high = min(math.ceil(value.high / step) * step, 1.0)
    shown = 0.0 if status is Status.ZERO else round(value.p / step) * step
    return _row(
        place, status, *(round(part, 2) for part in (shown, max(low, 0.0), max(high, shown)))
    )


def _intervals(figure: Occupancy) -> dict[tuple[str, str, int | None], StateValue]:
    return {
        (group.group, value.state, horizon.day): value
        for group in figure.groups
        for horizon in group.horizons
        for value in horizon.values
    }


def _lengths(made: Plan, number: int, figure: Durations) -> Iterator[PublicRow]:
    """Quantiles, in steps of several days: an exact one is the time of one case.

    A share of the stays must stand on either side of a quantile that is shown.
    """
    for group in figure.groups:
        for row in group.rows:
            left = made.table.index.get(Place(number, group.group, "left", row.own))
            if left is None:
                continue
            enough = made.status(left) is Status.SHOWN
            for quantile in row.quantiles:
                name = f"days-{quantile.q:g}"
                place = Place(number, group.group, name, row.own)
                inside = min(quantile.q, 1 - quantile.q) * row.entered
                if not enough or inside < made.policy.threshold:
                    yield _row(place, Status.HIDDEN)
                else:
                    yield _length(place, quantile)


def _length(place: Place, quantile: Quantile) -> PublicRow:
    if quantile.days is None:
        return _row(place, Status.NOT_REACHED)
    low = None if quantile.low is None else DAYS * (quantile.low // DAYS)
    high = None if quantile.high is None else DAYS * -(-quantile.high // DAYS)
    return _row(place, Status.SHOWN, rounded(quantile.days, DAYS), low, high)
