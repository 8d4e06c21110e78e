"""What a figure shows, in one English sentence a group, with the uncertainty of each number.

The pages say the same in five tongues from their catalogues.  A median that is not reached is
refused in words, and never computed from those who left.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from candlemark.measure.figure import (
    Attrition,
    Comparison,
    Durations,
    Incidence,
    Occupancy,
    Standardised,
    Trend,
)
from candlemark.measure.labels import percent
from candlemark.measure.telling import (
    course_of,
    last_segment,
    most_apart,
    somewhere,
    values_of,
    widest,
)

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


_UNLIKELY: Final = 0.05


def sentences(figure: Figure, labels: Labels) -> tuple[str, ...]:
    """One sentence for each group; of what compares groups one for the whole."""
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
        case Standardised():
            return (_weighted(figure, labels),)
        case Trend():
            return (_followed(figure, labels),)


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
    names = [labels.group(figure.basis.by, group.group) for group in figure.groups]
    anywhere = _chance(next(test for test in figure.tests if test.code == "anywhere").p_value)
    cell = widest(figure)
    if cell is None and somewhere(figure):
        return (
            f"Somewhere groups differ ({anywhere}), but no single difference stands out of the band"
            " that holds all of them."
        )
    if cell is None and len(names) == 2:
        return (
            f"Nowhere do “{names[0]}” and “{names[1]}” differ by more than chance could make"
            f" ({anywhere}). That is not proof that they are alike."
        )
    if cell is None:
        return (
            f"None of {len(names) - 1} groups differs anywhere from “{names[-1]}” by more than"
            f" chance could make ({anywhere}). That is not proof that they are alike."
        )
    one = labels.group(figure.basis.by, cell.group)
    which = "" if len(names) == 2 else f"Of {len(names)} groups, "
    return (
        f"{which}“{one}” and “{names[-1]}” differ ({anywhere}), most after"
        f" {cell.day:,} days: {_difference(cell, labels)}."
    )


def _weighted(figure: Standardised, labels: Labels) -> str:
    basis, state = figure.basis, most_apart(figure)
    mix = f"“{labels.group(basis.by, figure.to)}”" if figure.to else "all groups together"
    parts = [
        f"{percent(value.p)} ({percent(value.low)} to {percent(value.high)}) of"
        f" “{labels.group(basis.by, group.group)}” instead of {percent(value.crude)}"
        for group, value in zip(figure.groups, values_of(figure, state), strict=True)
    ]
    schemes = _listed([labels.scheme(scheme) for scheme in figure.over])
    left_out = (
        ""
        if figure.share == 1
        else f" {percent(1 - figure.share)} of all are of kinds some group lacks, and left out."
    )
    return (
        f"With the mix of cases of {mix} by {schemes}, {basis.at[-1]:,} days after entry there"
        f" would stand at “{labels.state(state)}” {_listed(parts)}.{left_out}"
    )


def _followed(figure: Trend, labels: Labels) -> str:
    course = course_of(figure)
    if course is None:
        return "No cohort has been watched for long enough."
    part = last_segment(course)
    state, after = labels.state(course.state), f"{course.day:,} days after entry"
    if part is None:
        return (
            f"Fewer than two cohorts between breaks have been watched for {course.day:,} days:"
            " nothing can be said of a trend."
        )
    values = {
        period.group: point.p
        for period, point in zip(figure.groups, course.points, strict=True)
        if point.p is not None and part.first <= period.group <= part.last
    }
    (first, was), (last, now) = min(values.items()), max(values.items())
    said = (
        f"At “{state}” {after} stood {percent(was)} of those who entered in {first} and"
        f" {percent(now)} of {last}"
    )
    if part.p_change is not None and part.p_change > _UNLIKELY:
        said += f"; that no cohort of these differs is possible ({_chance(part.p_change)})."
    else:
        said += f"; they do not all agree ({_chance(part.p_change or 0.0)})."
    broken = [f"{one.day} ({_broke(one.what, one.says)})" for one in figure.breaks]
    return f"{said} Nothing is compared across {_listed(broken)}." if broken else said


def _broke(what: str, says: str) -> str:
    return {
        "tracked": f"{says or 'the agency'} began to see its cases",
        "crosswalk": f"crosswalk {says}",
        "edition": f"edition {says}",
    }.get(what, says)


def _difference(cell: Cell, labels: Labels) -> str:
    more = "more" if cell.difference > 0 else "fewer"
    ends = sorted(100 * abs(end) for end in (cell.band_low, cell.band_high))
    return (
        f"{100 * abs(cell.difference):.1f} points {more} of the first stand at"
        f" “{labels.state(cell.state)}” ({ends[0]:.1f} to {ends[1]:.1f})"
    )


def _chance(p_value: float) -> str:
    return "p < 0.001" if p_value < 0.001 else f"p = {p_value:.3f}"


def _listed(parts: list[str]) -> str:
    return parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} and {parts[-1]}"
