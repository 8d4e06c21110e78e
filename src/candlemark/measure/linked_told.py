"""What is told of a figure across agencies: its cells beside two thresholds, and its document.

The figure is never told alone.  Beside each number stand the same number by the links that are sure
and by every pair that was kept, and where links were drawn, the spread of it over the draws.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from candlemark.measure.document import document
from candlemark.measure.figure import Attrition, Incidence, Occupancy

if TYPE_CHECKING:
    from candlemark.measure.figure import Figure

SHARE: Final = "share"
REACHED: Final = "reached"
PENDING: Final = "pending"
"""What a number is: a share of those who entered, or how many reached a stage or wait at it."""


class Cell(NamedTuple):
    """One number of a figure, by name."""

    group: str
    code: str
    """A state, or the own name of a stage."""
    what: str
    """``share``, ``reached`` or ``pending``."""
    day: int | None
    """Days after entry; None for a count."""


@dataclass(frozen=True, slots=True)
class Spread:
    """The least and the most of one number in all draws, 2.5 % of them cut off at each end.

    It is what the links alone add; an interval of a sampled share holds that of sampling as well.
    """

    group: str
    stage: str
    """A stage, or for a share of where cases stand a state."""
    what: str
    """``reached`` or ``pending`` for a count, ``share``."""
    low: float
    high: float
    day: int | None = None
    """Days after entry, for a share."""


@dataclass(frozen=True, slots=True)
class Linked:
    """A figure across agencies, and the same at two thresholds."""

    figure: Figure
    strict: Figure
    """At the automatic threshold."""
    loose: Figure
    """With every pair that was kept."""
    spread: tuple[Spread, ...] = ()
    """Of every number of a sampled figure."""


@dataclass(frozen=True, slots=True)
class Told:
    """One number of a figure across agencies, and the same beside it."""

    cell: Cell
    value: float
    strict: float
    """By the links that are sure."""
    loose: float | None
    """By every pair that was kept; None where this figure has no such cell."""
    low: float | None
    high: float | None
    """Between which it lies in 95 of 100 draws; None where none was drawn."""

    @property
    def apart(self) -> float:
        """How far the two thresholds are apart."""
        return 0.0 if self.loose is None else abs(self.loose - self.strict)


def values_of(figure: Figure) -> dict[Cell, float]:
    """Every number of a figure that can be asked across agencies, in its order."""
    if isinstance(figure, Occupancy):
        return {
            Cell(group.group, value.state, SHARE, horizon.day): value.p
            for group in figure.groups
            for horizon in group.horizons
            for value in horizon.values
        }
    if isinstance(figure, Incidence):
        return {
            Cell(group.group, row.own, SHARE, by.day): by.p
            for group in figure.groups
            for row in group.rows
            for by in row.horizons
        }
    if isinstance(figure, Attrition):
        return {
            Cell(group.group, row.own, what, None): number
            for group in figure.groups
            for row in group.rows
            for what, number in ((REACHED, row.reached), (PENDING, row.pending))
        }
    return {}


def told(linked: Linked) -> tuple[Told, ...]:
    """Each number of a figure with what stands beside it."""
    values, loose = values_of(linked.figure), values_of(linked.loose)
    spread = {Cell(one.group, one.stage, one.what, one.day): one for one in linked.spread}
    return tuple(
        Told(
            cell,
            values.get(cell, strict),
            strict,
            loose.get(cell),
            spread[cell].low if cell in spread else None,
            spread[cell].high if cell in spread else None,
        )
        for cell, strict in values_of(linked.strict).items()
    )


def linked_document(linked: Linked) -> dict[str, Any]:
    """The document of a figure, with the same at two thresholds beside it."""
    made: dict[str, Any] = dict(document(linked.figure))
    made["beside"] = [document(one) for one in (linked.strict, linked.loose)]
    if linked.spread:
        made["spread"] = [
            {
                "group": one.group,
                "stage": one.stage,
                "what": one.what,
                "low": one.low if one.what == SHARE else int(one.low),
                "high": one.high if one.what == SHARE else int(one.high),
                **({} if one.day is None else {"day": one.day}),
            }
            for one in linked.spread
        ]
    return made
