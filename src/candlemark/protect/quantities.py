"""What figures say, as numbers with the relations between them that everybody knows.

Protection must reason about everything that stands beside a number: that the parts of a table add
up, that who reached a later horizon had reached the earlier one, that the same number stands in two
figures.  Here a set of figures of one cohort becomes a list of :class:`Quantity` and a list of
:class:`Relation`; what each of them *means* stays with the figures.

Some relations hold by definition.  Others hold in these data only (everybody passed every stage,
nobody went out of sight before a horizon): a reader cannot be sure of those, and they are assumed
to be known all the same.

Groups below the threshold are not in the table at all, like groups that are empty: whether there is
anybody is not told.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

from candlemark.errors import Disclosive
from candlemark.measure import Attrition, Durations, Occupancy

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from candlemark.measure import (
        AttritionGroup,
        DurationsGroup,
        Figure,
        OccupancyGroup,
    )
    from candlemark.protect.policy import Policy

_EQUAL = 1e-6


class Form(StrEnum):
    """How a quantity is shown, if it is."""

    COUNT = "count"  # units: a multiple of the base
    SHARE = "share"  # a probability, rounded to a step that stands for several units
    UNSEEN = "unseen"  # units: never shown, but must not be worked out from what is


class Place(NamedTuple):
    """Where a quantity stands: the figure's number, its group, and the coordinates within it."""

    figure: int
    group: str
    name: str
    stage: str = ""
    state: str = ""
    day: int | None = None


@dataclass(frozen=True, slots=True)
class Quantity:
    """One number of a figure."""

    place: Place
    form: Form
    units: float
    """What it stands for in units: the count itself, or a share times those who entered.  With
    cases out of sight a share is no count of anybody, only no less than ``rests_on``."""
    of: int
    """The size of its group."""
    rests_on: int
    """Units really counted behind it: for a share, those seen to end so (or still watched)."""

    @property
    def whole(self) -> bool:
        """Whether it can only be a whole number."""
        return self.form is not Form.SHARE


@dataclass(frozen=True, slots=True)
class Relation:
    """That a weighted sum of quantities lies between two bounds, for everybody to know."""

    weights: tuple[tuple[int, float], ...]
    low: float
    high: float


@dataclass(slots=True)
class Table:
    """The quantities of some figures, their relations, and where each of them is."""

    quantities: list[Quantity] = field(default_factory=list)
    relations: list[Relation] = field(default_factory=list)
    index: dict[Place, int] = field(default_factory=dict)

    def count(self, place: Place, units: int, of: int, form: Form = Form.COUNT) -> int:
        """A number of units; its number in the table."""
        return self._add(Quantity(place, form, units, of, units))

    def share(self, place: Place, p: float, of: int, rests_on: int) -> int:
        """A probability; its number in the table."""
        return self._add(Quantity(place, Form.SHARE, p * of, of, rests_on))

    def _add(self, quantity: Quantity) -> int:
        self.index[quantity.place] = len(self.quantities)
        self.quantities.append(quantity)
        return self.index[quantity.place]

    def units(self, numbers: Iterable[int]) -> float:
        """What some quantities stand for together."""
        return sum(self.quantities[number].units for number in numbers)

    def sums(self, whole: int, parts: Iterable[int]) -> None:
        """That ``parts`` make up ``whole``."""
        weights = ((whole, -1.0), *((part, 1.0) for part in parts))
        self.relations.append(Relation(weights, 0.0, 0.0))

    def within(self, parts: Sequence[int], wholes: Sequence[int], *, equal: bool = False) -> None:
        """That ``parts`` are no more than ``wholes``, or with ``equal`` that they are as many."""
        weights = (*((part, -1.0) for part in parts), *((whole, 1.0) for whole in wholes))
        self.relations.append(Relation(weights, 0.0, 0.0 if equal else float("inf")))

    def as_many(self, parts: Iterable[int], wholes: Iterable[int]) -> bool:
        """Whether two sets of quantities stand for as many units."""
        return abs(self.units(parts) - self.units(wholes)) < _EQUAL


def _known(figures: Sequence[Figure]) -> list[Occupancy | Attrition | Durations]:
    """The figures, once it is known that each is of a shape this door was made for.

    Raises:
        Disclosive: one is not; how its counts add up with the others nobody has written down yet.
    """
    found = [one for one in figures if isinstance(one, (Occupancy, Attrition, Durations))]
    if len(found) != len(figures):
        raise Disclosive(
            "a figure of this question cannot be protected yet",
            hint="publish occupancy, attrition or durations; this one stays inside",
        )
    return found


def tabulate(figures: Sequence[Figure], policy: Policy) -> Table:
    """The quantities and relations of figures that one cohort gives.

    Raises:
        Disclosive: one of them is of a shape that cannot be protected.
    """
    table = Table()
    for number, figure in enumerate(_known(figures)):
        if isinstance(figure, Occupancy):
            for occupied in figure.groups:
                if occupied.entered >= policy.threshold:
                    _occupancy(table, number, occupied)
        elif isinstance(figure, Attrition):
            outcomes = _outcomes(figure)
            for lost in figure.groups:
                if lost.entered >= policy.threshold:
                    # That an outcome is missing from a list says that it is zero: a small group
                    # has no list, a large one has the whole.
                    listed = outcomes if lost.entered >= policy.zero_from else ()
                    _attrition(table, number, lost, listed)
        else:
            for lasted in figure.groups:
                if lasted.entered >= policy.threshold:
                    _durations(table, number, lasted, policy.threshold)
    _between_figures(table)
    return table


def _occupancy(table: Table, number: int, group: OccupancyGroup) -> None:
    of, name = group.entered, group.group
    entered = table.count(Place(number, name, "entered"), of, of)
    standing = {
        state: table.count(Place(number, name, "standing", state=state), count, of)
        for state, count in zip(group.states, group.standing, strict=True)
    }
    table.sums(entered, standing.values())
    before: dict[str, int] = {}
    for horizon in group.horizons:
        watched = Place(number, name, "watched", day=horizon.day)
        counted = [table.count(watched, horizon.at_risk, of, Form.UNSEEN)]
        for state, count in zip(group.states[1:], horizon.ended, strict=True):
            place = Place(number, name, "ended-by-day", state=state, day=horizon.day)
            counted.append(table.count(place, count, of, Form.UNSEEN))
            if state in before:
                _more(table, before[state], counted[-1])
            before[state] = counted[-1]
        # Where nobody went out of sight before the horizon, a share is a count.
        all_seen = table.as_many(counted, [entered])
        table.within(counted, [entered], equal=all_seen)
        shares = []
        for value, count in zip(horizon.values, counted, strict=True):
            place = Place(number, name, "share", state=value.state, day=horizon.day)
            rests_on = int(table.quantities[count].units)
            shares.append(table.share(place, value.p, of, rests_on))
            # Each unit counted weighs at least one of those who entered, and more when others
            # went out of sight before it.
            table.within([count], [shares[-1]], equal=all_seen)
        table.sums(entered, shares)
    for state, count in before.items():
        table.within([count], [standing[state]])


def _more(table: Table, before: int, after: int) -> None:
    """What came between two horizons: a small count like any other."""
    old, new = table.quantities[before], table.quantities[after]
    place = new.place._replace(name="more")
    more = table.count(place, new.rests_on - old.rests_on, new.of, Form.UNSEEN)
    table.sums(after, [before, more])


def _outcomes(figure: Attrition) -> tuple[str, ...]:
    """Every outcome that stands anywhere in the figure."""
    found = {
        state: None for group in figure.groups for row in group.rows for state, _ in row.ended_by
    }
    return tuple(found)


def _attrition(table: Table, number: int, group: AttritionGroup, outcomes: Sequence[str]) -> None:
    of, name = group.entered, group.group
    entered = table.count(Place(number, name, "entered"), of, of)
    furthest: list[list[int]] = []
    reached: list[int] = []
    for row in group.rows:
        reached.append(table.count(Place(number, name, "reached", row.own), row.reached, of))
        ended = table.count(Place(number, name, "ended", row.own), row.ended, of)
        pending = table.count(Place(number, name, "pending", row.own), row.pending, of)
        doubt = table.count(Place(number, name, "in-doubt", row.own), row.in_doubt, of)
        by = dict(row.ended_by)
        ways = [
            table.count(Place(number, name, "ended-by", row.own, state), by.get(state, 0), of)
            for state in outcomes
        ]
        if ways:
            table.sums(ended, ways)
        table.within([doubt], [reached[-1]])
        table.within([ended, pending], [reached[-1]])
        furthest.append([ended, pending])
    table.sums(entered, [each for stage in furthest for each in stage])
    # Whoever reached a stage came to it or to a later one at the furthest; where nobody left a
    # stage out, as many did.
    later = [
        [each for stage in furthest[place:] for each in stage] for place in range(len(reached))
    ]
    in_order = all(table.as_many([stage], rest) for stage, rest in zip(reached, later, strict=True))
    for stage, rest in zip(reached, later, strict=True):
        table.within([stage], rest, equal=in_order)


def _durations(table: Table, number: int, group: DurationsGroup, threshold: int) -> None:
    of, name = group.entered, group.group
    table.count(Place(number, name, "entered"), of, of)
    for row in group.rows:
        # A stage in which few stood has no row, like one in which nobody did.
        if row.entered >= threshold:
            stays = table.count(Place(number, name, "stays", row.own), row.entered, of)
            left = table.count(Place(number, name, "left", row.own), row.ended, of)
            still = table.count(Place(number, name, "still-there", row.own), row.pending, of)
            table.sums(stays, [left, still])


def _between_figures(table: Table) -> None:
    """Numbers that two figures of one cohort both say, or that follow from each other."""
    said: dict[tuple[str, str], dict[str, dict[int, int]]] = {}
    for place, number in table.index.items():
        names = said.setdefault((place.group, place.stage), {})
        names.setdefault(place.name, {})[place.figure] = number
        if place.name == "standing":
            _standing_is_attrition(table, place, number)
    for names in said.values():
        entered = list(names.get("entered", {}).values())
        for one, other in pairwise(entered):
            if table.as_many([one], [other]):
                table.sums(one, [other])
        for stays, reached in zip(
            names.get("stays", {}).items(), names.get("reached", {}).items(), strict=False
        ):
            still, pending = names["still-there"][stays[0]], names["pending"][reached[0]]
            # The same numbers in both where every date of the stage can be used.
            if table.as_many([stays[1], still], [reached[1], pending]):
                table.sums(stays[1], [reached[1]])
                table.sums(still, [pending])


def _standing_is_attrition(table: Table, place: Place, number: int) -> None:
    """That those in one state stand at some stage at the furthest, pending or ended so."""
    parts: dict[int, list[int]] = {}
    for other, part in table.index.items():
        ended_so = other.name == "ended-by" and other.state == place.state
        pending = other.name == "pending" and place.state == "pending"
        if other.group == place.group and (ended_so or pending):
            parts.setdefault(other.figure, []).append(part)
    for stages in parts.values():
        # Attrition counts ends without a date, occupancy cannot; only equal numbers are one.
        if table.as_many(stages, [number]):
            table.sums(number, stages)
