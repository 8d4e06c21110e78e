"""What a figure shows, in one English sentence a group, with the uncertainty of each number.

The pages say the same in five tongues from their catalogues.  A median that is not reached is
refused in words, and never computed from those who left.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from candlemark.measure.figure import (
    Attrition,
    Comparison,
    Durations,
    Incidence,
    Occupancy,
)
from candlemark.measure.labels import percent

if TYPE_CHECKING:
    from candlemark.measure.figure import (
        AttritionGroup,
        Basis,
        Cell,
        DurationsGroup,
        Figure,
        IncidenceGroup,
        OccupancyGroup,
        StageDuration,
    )
    from candlemark.measure.labels import Labels


def sentences(figure: Figure, labels: Labels) -> tuple[str, ...]:
    """One sentence for each group; of a comparison one for the whole."""
    basis = figure.basis
    match figure:
        case Occupancy():
            return tuple(_stood(group, basis, labels) for group in figure.groups)
        case Attrition():
            return tuple(_counted(group, basis, labels) for group in figure.groups)
        case Incidence():
            return tuple(_reached(group, basis, labels) for group in figure.groups)
        case Durations():
            return tuple(_stayed(group, basis, labels) for group in figure.groups)
        case Comparison():
            return (_compared(figure, labels),)


def _entered(count: int, group: str, basis: Basis, labels: Labels) -> str:
    name = f"{labels.group(basis.by, group)}: " if group else ""
    start = f" that entered at “{labels.stage(basis.from_own)}”" if basis.from_own else ""
    return f"{name}Of {count:,}{start}"


def _stood(group: OccupancyGroup, basis: Basis, labels: Labels) -> str:
    last = group.horizons[-1]
    parts = [
        f"{labels.state(value.state)} {percent(value.p)}"
        f" ({percent(value.low)} to {percent(value.high)})"
        for value in last.values
    ]
    return (
        f"{_entered(group.entered, group.group, basis, labels)}, {last.day:,} days later:"
        f" {_listed(parts)}. In brackets, the 95 % interval."
    )


def _counted(group: AttritionGroup, basis: Basis, labels: Labels) -> str:
    pending = sum(row.pending for row in group.rows)
    later = [f"{row.reached:,} reached “{labels.stage(row.own)}”" for row in group.rows[1:]]
    came = _entered(group.entered, group.group, basis, labels)
    said = f"{came}, {_listed(later)}." if later else f"{came} nobody is tracked any further."
    return f"{said} On {basis.as_of}, {pending:,} of them had not ended: they are pending."


def _reached(group: IncidenceGroup, basis: Basis, labels: Labels) -> str:
    came = _entered(group.entered, group.group, basis, labels)
    if not group.rows:
        return f"{came}, nobody reached a later stage."
    parts = [
        f"{percent(by.p)} ({percent(by.low)} to {percent(by.high)}) had reached"
        f" “{labels.stage(row.own)}”"
        for row in group.rows
        for by in row.horizons[-1:]
    ]
    return f"{came}, within {basis.at[-1]:,} days {_listed(parts)}."


def _stayed(group: DurationsGroup, basis: Basis, labels: Labels) -> str:
    name = f"{labels.group(basis.by, group.group)}: " if group.group else ""
    if not group.rows:
        return f"{name}no stay here has a length that is known."
    return name + " ".join(_half(row, labels) for row in group.rows)


def _half(row: StageDuration, labels: Labels) -> str:
    half = next(each for each in row.quantiles if each.q == 0.5)
    stage = labels.stage(row.own)
    if half.days is None:
        return f"Fewer than half have left “{stage}” so far; {row.pending:,} still wait."
    if half.low is None or half.high is None:
        return f"Half had left “{stage}” by day {half.days:,}."
    return f"Half had left “{stage}” by day {half.days:,} ({half.low:,} to {half.high:,})."


def _compared(figure: Comparison, labels: Labels) -> str:
    one, other = (labels.group(figure.basis.by, group.group) for group in figure.groups)
    anywhere = next(test for test in figure.tests if test.code == "anywhere")
    apart = [cell for cell in figure.cells if cell.band_low > 0 or cell.band_high < 0]
    if not apart:
        return (
            f"Nowhere do “{one}” and “{other}” differ by more than chance could make"
            f" ({_chance(anywhere.p_value)}). That is not proof that they are alike."
        )
    widest = max(apart, key=lambda cell: abs(cell.difference))
    return (
        f"“{one}” and “{other}” differ ({_chance(anywhere.p_value)}), most after"
        f" {widest.day:,} days: {_difference(widest, labels)}."
    )


def _difference(cell: Cell, labels: Labels) -> str:
    more = "more" if cell.difference > 0 else "fewer"
    ends = sorted(100 * abs(end) for end in (cell.band_low, cell.band_high))
    return (
        f"{100 * abs(cell.difference):.1f} points {more} stand at “{labels.state(cell.state)}”"
        f" ({ends[0]:.1f} to {ends[1]:.1f})"
    )


def _chance(p_value: float) -> str:
    return "p < 0.001" if p_value < 0.001 else f"p = {p_value:.3f}"


def _listed(parts: list[str]) -> str:
    return parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} and {parts[-1]}"
