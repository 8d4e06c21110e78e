"""The picture of a figure in a cell: one for each group, by the drawing the pages use."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from candlemark.measure.drawing import (
    Layer,
    Leaving,
    Line,
    Part,
    Stay,
    Svg,
    Tick,
    areas_plot,
    attrition_bar,
    days_apart,
    duration_bar,
    element,
    flow_row,
    joined,
    occupancy_plot,
)
from candlemark.measure.figure import (
    PENDING,
    Attrition,
    Durations,
    Incidence,
    Occupancy,
)
from candlemark.measure.labels import percent
from candlemark.measure.notebook.compared import compared, row_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from candlemark.measure.figure import (
        AttritionGroup,
        DurationsGroup,
        Figure,
        IncidenceGroup,
        OccupancyGroup,
    )
    from candlemark.measure.labels import Labels

_SHARES: Final = (0.25, 0.5, 0.75, 1.0)
_LOOKS: Final = 6
_FILLS: Final = frozenset({PENDING, "convicted", "acquitted", "dismissed", "other"})
_CLOSEST: Final = 0.08
_TABLE: Final = "The table below holds the same numbers."


def pictures(figure: Figure, labels: Labels, key: str) -> Iterator[tuple[str, Svg]]:
    """The name of each group with its picture; of what compares groups there is one for the whole.

    ``key`` tells the pictures of this figure apart from those of others in the same notebook.
    """
    by = figure.basis.by
    match figure:
        case Occupancy():
            for number, stood in enumerate(figure.groups):
                yield labels.group(by, stood.group), _stood(stood, labels, f"{key}-{number}")
        case Attrition():
            for counted in figure.groups:
                yield labels.group(by, counted.group), _counted(counted, labels)
        case Incidence():
            for reached in figure.groups:
                if reached.rows:
                    picture = _reached(reached, figure.basis.at, labels)
                    yield labels.group(by, reached.group), picture
        case Durations():
            for stayed in figure.groups:
                yield labels.group(by, stayed.group), _stayed(stayed, labels)
        case _:
            yield "", compared(figure, labels)


def _stood(group: OccupancyGroup, labels: Labels, key: str) -> Svg:
    """Areas where there are ways of ending and one way of waiting, else curves."""
    days = [horizon.day for horizon in group.horizons]
    until = max(days)
    names = [
        f"{labels.state(value.state)} {percent(value.p)}" for value in group.horizons[-1].values
    ]
    if PENDING in group.states:
        order = sorted(range(len(names)), key=lambda place: group.states[place] == PENDING)
        return areas_plot(
            [
                Layer(
                    _fill(group.states[place]),
                    group.states[place],
                    names[place],
                    (
                        (0, 1.0 if group.states[place] == PENDING else 0.0),
                        *((point.day, point.p[place]) for point in group.curve),
                    ),
                )
                for place in order
            ],
            key=key,
            until=until,
            days=_days(days, until),
            shares=[Tick(share, f"{share:.0%}") for share in _SHARES],
            title="Where cases stand over time",
            says=_TABLE,
            rtl=False,
        )
    lines = [
        Line(
            state,
            names[place],
            tuple(
                (point.day, point.p[place], point.low[place], point.high[place])
                for point in group.curve
            ),
            look=f"step-{place % _LOOKS + 1}",
            bounds=tuple(
                (point.day, point.earliest[place], point.latest[place])
                for point in group.curve
                if point.earliest
            ),
        )
        for place, state in enumerate(group.states)
    ]
    return _curves(lines, days, "Where cases stand over time")


def _reached(group: IncidenceGroup, at: tuple[int, ...], labels: Labels) -> Svg:
    lines = [
        Line(
            row.own,
            f"{labels.stage(row.own)} {percent(row.horizons[-1].p)}",
            ((0, 0.0, 0.0, 0.0), *((by.day, by.p, by.low, by.high) for by in row.curve)),
            look=f"step-{number % _LOOKS + 1}",
            bounds=tuple(
                (by.day, by.earliest, by.latest)
                for by in row.curve
                if by.earliest is not None and by.latest is not None
            ),
        )
        for number, row in enumerate(group.rows)
    ]
    return _curves(lines, list(at), "How many had reached each stage by when")


def _curves(lines: list[Line], days: list[int], title: str) -> Svg:
    until = max(days)
    return occupancy_plot(
        lines,
        until=until,
        days=_days(days, until),
        shares=[Tick(share, f"{share:.0%}") for share in _SHARES],
        marks=days,
        title=title,
        says=_TABLE,
        rtl=False,
    )


def _days(days: list[int], until: int) -> list[Tick]:
    kept = days_apart([0, *days], until, _CLOSEST)
    return [Tick(day, f"{day:,}") for day in reversed(kept)]


def _counted(group: AttritionGroup, labels: Labels) -> Svg:
    entered = max(group.entered, 1)
    rows = []
    for row in group.rows:
        onward = max(row.reached - row.ended - row.pending, 0)
        parts = [Part("onward", onward / entered)]
        parts += [Part(_fill(end), count / entered) for end, count in row.ended_by]
        parts.append(Part(PENDING, row.pending / entered))
        rows.append(
            row_of(labels.stage(row.own), f"{row.reached:,}", attrition_bar(parts, rtl=False))
        )
    return element("ol", *rows, class_="bars")


def _stayed(group: DurationsGroup, labels: Labels) -> Svg:
    ends = [day for row in group.rows for q in row.quantiles for day in (q.days, q.high) if day]
    longest = max(ends, default=1)
    rows = []
    for row in group.rows:
        first, half, last = row.quantiles
        said = "half not reached yet" if half.days is None else f"{half.days:,} days"
        stay = Stay(
            first.days, half.days, last.days, half.low, half.high, half.earliest, half.latest
        )
        rows.append(row_of(labels.stage(row.own), said, duration_bar(stay, longest, rtl=False)))
    return element("ol", *rows, class_="bars")


def flow(group: AttritionGroup, labels: Labels) -> Svg:
    """The flow by reason, as the second view of an attrition."""
    left, entered = group.entered, max(group.entered, 1)
    rows = []
    for row in group.rows:
        left -= row.ended + row.pending
        leaving = [*row.ended_by, (PENDING, row.pending)]
        words = [
            element("span", f"{labels.state(code)} {count:,}") for code, count in leaving if count
        ]
        picture = flow_row(
            left / entered,
            [Leaving(_fill(code), count / entered) for code, count in leaving],
            rtl=False,
        )
        head = element(
            "div",
            element("strong", labels.stage(row.own)),
            element("div", joined(words), class_="leaving"),
            class_="flow-words",
        )
        rows.append(element("li", head, picture))
    return element("ol", *rows, class_="flow")


def _fill(code: str) -> str:
    """The fill of an end; those without a pattern of their own share one."""
    known = {"reached": "convicted", "beyond": "other"}
    return known.get(code, code if code in _FILLS else "other")
