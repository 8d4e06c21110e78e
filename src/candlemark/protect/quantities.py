"""What figures say, as numbers with the relations between them that everybody knows.

Protection must reason about everything that stands beside a number: that the parts of a table add
up, that who reached a later horizon had reached the earlier one, that the groups of a scheme make
up the whole.  Here a set of figures of one cohort becomes a list of :class:`Quantity` and a list of
:class:`Relation`; what each of them *means* stays with the figures.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, NamedTuple

from candlemark.measure import Attrition, Occupancy

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from candlemark.measure import (
        AttritionGroup,
        DurationsGroup,
        Figure,
        OccupancyGroup,
    )


class Form(StrEnum):
    """How a quantity is shown, if it is."""

    COUNT = "count"  # units: a multiple of the base
    SHARE = "share"  # a probability, rounded to a step that stands for several units
    UNSEEN = "unseen"  # follows from others and is never shown, but must not be worked out


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
    """One number of a figure.

    ``units`` is what it stands for in units: the count itself, or a share times those who entered.
    ``of`` is the size of its group.
    """

    place: Place
    form: Form
    units: float
    of: int
    whole: bool
    """Whether it can only be a whole number."""


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

    def add(
        self, place: Place, units: float, of: int, form: Form = Form.COUNT, *, whole: bool = True
    ) -> int:
        """A quantity; its number."""
        self.index[place] = len(self.quantities)
        self.quantities.append(Quantity(place, form, units, of, whole))
        return self.index[place]

    def sums(self, whole: int, parts: Iterable[int]) -> None:
        """That ``parts`` make up ``whole``."""
        weights = ((whole, -1.0), *((part, 1.0) for part in parts))
        self.relations.append(Relation(weights, 0.0, 0.0))

    def at_most(self, part: int, *wholes: int) -> None:
        """That ``part`` is no more than the ``wholes`` together."""
        weights = ((part, -1.0), *((whole, 1.0) for whole in wholes))
        self.relations.append(Relation(weights, 0.0, float("inf")))

    def same(self, one: int, other: int) -> None:
        """That two quantities are one number said twice."""
        self.relations.append(Relation(((one, 1.0), (other, -1.0)), 0.0, 0.0))


def tabulate(figures: Sequence[Figure], zero_from: int) -> Table:
    """The quantities and relations of figures that one cohort gives.

    ``zero_from`` is the smallest group of which a zero may be known.
    """
    table = Table()
    for number, figure in enumerate(figures):
        if isinstance(figure, Occupancy):
            for occupied in figure.groups:
                _occupancy(table, number, occupied)
        elif isinstance(figure, Attrition):
            outcomes = _outcomes(figure)
            for lost in figure.groups:
                # That an outcome is missing from a list says that it is zero: a small group has
                # no list, a large one has the whole.
                listed = outcomes if lost.entered >= zero_from else ()
                _attrition(table, number, lost, listed)
        else:
            for lasted in figure.groups:
                _durations(table, number, lasted)
    _between_figures(table, figures)
    _between_groups(table, figures)
    return table


def _occupancy(table: Table, number: int, group: OccupancyGroup) -> None:
    of = group.entered
    entered = table.add(Place(number, group.group, "entered"), of, of)
    standing = [
        table.add(Place(number, group.group, "standing", state=state), count, of)
        for state, count in zip(group.states, group.standing, strict=True)
    ]
    table.sums(entered, standing)
    before: dict[str, int] = {}
    for horizon in group.horizons:
        at_risk = Place(number, group.group, "at-risk", day=horizon.day)
        table.at_most(table.add(at_risk, horizon.at_risk, of), entered)
        shares = {
            value.state: table.add(
                Place(number, group.group, "share", state=value.state, day=horizon.day),
                value.p * of,
                of,
                Form.SHARE,
                whole=False,
            )
            for value in horizon.values
        }
        table.sums(entered, shares.values())
        for state, share in list(shares.items())[1:]:
            if state in before:
                _more(table, before[state], share)
            before[state] = share


def _more(table: Table, before: int, after: int) -> None:
    """What came between two horizons: never shown, and a small count like any other."""
    old, new = table.quantities[before], table.quantities[after]
    more = table.add(
        new.place._replace(name="more"),
        max(new.units - old.units, 0.0),
        new.of,
        Form.UNSEEN,
        whole=False,
    )
    table.sums(after, [before, more])


def _outcomes(figure: Attrition) -> tuple[str, ...]:
    """Every outcome that stands anywhere in the figure."""
    found = {
        state: None for group in figure.groups for row in group.rows for state, _ in row.ended_by
    }
    return tuple(found)


def _attrition(table: Table, number: int, group: AttritionGroup, outcomes: Sequence[str]) -> None:
    of, name = group.entered, group.group
    entered = table.add(Place(number, name, "entered"), of, of)
    furthest: list[int] = []
    for row in group.rows:
        reached = table.add(Place(number, name, "reached", row.own), row.reached, of)
        ended = table.add(Place(number, name, "ended", row.own), row.ended, of)
        pending = table.add(Place(number, name, "pending", row.own), row.pending, of)
        doubt = table.add(Place(number, name, "in-doubt", row.own), row.in_doubt, of)
        by = dict(row.ended_by)
        ways = [
            table.add(Place(number, name, "ended-by", row.own, state), by.get(state, 0), of)
            for state in outcomes
        ]
        if ways:
            table.sums(ended, ways)
        on = table.add(
            Place(number, name, "went-on", row.own),
            row.reached - row.ended - row.pending,
            of,
            Form.UNSEEN,
        )
        table.sums(reached, [ended, pending, on])
        table.at_most(doubt, reached)
        table.at_most(reached, entered)
        furthest += [ended, pending]
    table.sums(entered, furthest)


def _durations(table: Table, number: int, group: DurationsGroup) -> None:
    of, name = group.entered, group.group
    table.add(Place(number, name, "entered"), of, of)
    for row in group.rows:
        stays = table.add(Place(number, name, "stays", row.own), row.entered, of)
        left = table.add(Place(number, name, "left", row.own), row.ended, of)
        still = table.add(Place(number, name, "still-there", row.own), row.pending, of)
        table.sums(stays, [left, still])


def _between_figures(table: Table, figures: Sequence[Figure]) -> None:
    """Numbers that two figures of one cohort both say, or that follow from each other."""
    first: dict[tuple[str, str], int] = {}
    for place, number in list(table.index.items()):
        if place.name == "entered":
            key = (figures[place.figure].basis.by, place.group)
            if (
                key in first
                and table.quantities[first[key]].units == table.quantities[number].units
            ):
                table.same(first[key], number)
            first.setdefault(key, number)
    for number, figure in enumerate(figures):
        if not isinstance(figure, Occupancy):
            continue
        for other, lost in enumerate(figures):
            if isinstance(lost, Attrition) and lost.basis.by == figure.basis.by:
                _standing_is_attrition(table, number, figure, other, lost)


def _standing_is_attrition(
    table: Table, number: int, figure: Occupancy, other: int, lost: Attrition
) -> None:
    rows = {group.group: group for group in lost.groups}
    for group in figure.groups:
        if group.group not in rows or rows[group.group].entered != group.entered:
            continue
        for state, count in zip(group.states, group.standing, strict=True):
            parts = [
                table.index[place]
                for row in rows[group.group].rows
                for place in (
                    Place(other, group.group, "pending", row.own)
                    if state == group.states[0]
                    else Place(other, group.group, "ended-by", row.own, state),
                )
                if place in table.index
            ]
            # Attrition counts ends without a date, occupancy cannot; only equal numbers are one.
            if parts and sum(table.quantities[part].units for part in parts) == count:
                whole = table.index[Place(number, group.group, "standing", state=state)]
                table.sums(whole, parts)


def _between_groups(table: Table, figures: Sequence[Figure]) -> None:
    """That the groups of one figure make up the one group of another about the same cohort."""
    for number, figure in enumerate(figures):
        for other, whole in enumerate(figures):
            if type(figure) is type(whole) and figure.basis.by and not whole.basis.by:
                _make_up(table, figures, number, other)


def _make_up(table: Table, figures: Sequence[Figure], number: int, other: int) -> None:
    overlap = any(doubt.code == "codes-overlap" for doubt in figures[number].basis.doubts)
    groups = [group.group for group in figures[number].groups]
    for place, whole in list(table.index.items()):
        form = table.quantities[whole].form
        if place.figure != other or place.group or form is not Form.COUNT:
            continue
        parts = [
            table.index[same]
            for group in groups
            if (same := place._replace(figure=number, group=group)) in table.index
        ]
        if len(parts) != len(groups):
            continue
        if not overlap:
            table.sums(whole, parts)
        else:
            # A unit stands in several groups: together they are no fewer than the whole.
            table.at_most(whole, *parts)
            for part in parts:
                table.at_most(part, whole)
