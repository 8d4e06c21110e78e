"""The picture of a figure that sets groups or periods beside each other: one for the whole."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from candlemark.measure.drawing import (
    Apart,
    Dot,
    Svg,
    Tick,
    axis_row,
    difference_bar,
    element,
    mix_bar,
    reach_of,
    top_of,
    trend_plot,
)
from candlemark.measure.figure import Comparison, Standardised, Trend
from candlemark.measure.labels import percent
from candlemark.measure.periods import place_of
from candlemark.measure.telling import course_of, most_apart, values_of

if TYPE_CHECKING:
    from candlemark.measure.labels import Labels

_TABLE: Final = "The table below holds the same numbers."


def compared(figure: Comparison | Standardised | Trend, labels: Labels) -> Svg:
    """The picture; of a trend without any cohort an empty one."""
    match figure:
        case Comparison():
            return _apart(figure, labels)
        case Standardised():
            return _mixed(figure, labels)
        case Trend():
            return _followed(figure, labels)


def _apart(figure: Comparison, labels: Labels) -> Svg:
    """A row for each difference on the last day asked for."""
    last = [cell for cell in figure.cells if cell.day == figure.basis.at[-1]]
    drawn = [
        Apart(one.difference, one.low, one.high, one.band_low, one.band_high, one.earliest,
              one.latest)
        for one in last
    ]  # fmt: skip
    reach = reach_of(drawn)
    rows = []
    for cell, one in zip(last, drawn, strict=True):
        which = labels.group(figure.basis.by, cell.group)
        name = f"{labels.state(cell.state)}: {which}"
        said = f"{100 * cell.difference:+.1f} points"
        rows.append(row_of(name, said, difference_bar(one, reach, rtl=False)))
    ends = [(0.0, f"−{100 * reach:g}"), (0.5, "0"), (1.0, f"+{100 * reach:g} points")]
    return element("ol", *rows, element("li", axis_row(ends, rtl=False)), class_="bars")


def _mixed(figure: Standardised, labels: Labels) -> Svg:
    """A row for each group: the state in which they differ most, on the last day."""
    values = values_of(figure, most_apart(figure))
    top = top_of(max(max(one.high, one.crude) for one in values))
    rows = [
        row_of(
            labels.group(figure.basis.by, group.group),
            percent(value.p),
            mix_bar(value.p, value.low, value.high, value.crude, top, rtl=False),
        )
        for group, value in zip(figure.groups, values, strict=True)
    ]
    ends = [(0.0, "0 %"), (1.0, f"{100 * top:g} %")]
    return element("ol", *rows, element("li", axis_row(ends, rtl=False)), class_="bars")


def _followed(figure: Trend, labels: Labels) -> Svg:
    course = course_of(figure)
    if course is None:
        return Svg("")
    top = top_of(max((one.high for one in course.points if one.high is not None), default=0.0))
    parts = [part.first for part in course.segments]
    periods = [period.group for period in figure.groups]
    return trend_plot(
        [
            Dot(
                period.group,
                one.p,
                one.low,
                one.high,
                part=sum(first <= period.group for first in parts),
                whole=one.watched == period.entered,
            )
            for period, one in zip(figure.groups, course.points, strict=True)
        ],
        [
            Tick(place_of(one.day, periods) or 0.0, f"{number}")
            for number, one in enumerate(figure.breaks, start=1)
        ],
        shares=[Tick(top * part, f"{100 * top * part:g} %") for part in (0.5, 1.0)],
        top=top,
        title=f"{labels.state(course.state)}, {course.day:,} days after entry, by period of entry",
        says=_TABLE,
        rtl=False,
    )


def row_of(name: str, said: str, bar: Svg) -> Svg:
    """One row: a name, a number, and the bar below them."""
    head = element("div", element("strong", name), " ", element("span", said), class_="head")
    return element("li", head, bar)
