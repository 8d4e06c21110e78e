"""Where cases stand over time since they entered: steps, each with its 95 % band.

Steps, because nothing happens between two days on which something happened; no smoothing.  Lines
are told apart by dashes and by a name at their end, not by colour alone: beside the plot each curve
is drawn on to its name (``endings``).  The drawing keeps one step per 1/160 of the width: more
cannot be seen, and a page must stay small.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Final

from candlemark.web.charts.drawing import element, image, percent, steps
from candlemark.web.charts.endings import NARROW, WIDE, Ending, endings

if TYPE_CHECKING:
    from collections.abc import Sequence

    from markupsafe import Markup

_HEIGHT: Final = 320
_HEAD: Final = 20
_FOOT: Final = 34
"""Pixels above and below the plot, for what is written at its edges."""
_ACROSS: Final = 640
_UP: Final = 320
"""Units of the drawing, each about a pixel on a wide screen."""
_STEPS: Final = 160
_KNOWN: Final = ("pending", "convicted", "reached", "beyond", "acquitted", "dismissed")


@dataclass(frozen=True, slots=True)
class Line:
    """One state's course."""

    state: str
    name: str
    """What is written at its end."""
    points: tuple[tuple[int, float, float, float], ...]
    """Day, probability, low and high end of the interval, from day 0 on."""


@dataclass(frozen=True, slots=True)
class Tick:
    """A place on an axis, and what is written there."""

    at: float
    says: str


def occupancy_plot(
    lines: Sequence[Line],
    *,
    until: int,
    days: Sequence[Tick],
    shares: Sequence[Tick],
    marks: Sequence[int],
    title: str,
    says: str,
    rtl: bool,
) -> Markup:
    """The plot and the names beside it, once for a wide page and once for a phone.

    ``until`` is the last day drawn, ``marks`` are the days the table speaks of.
    """
    scale = _Scale(until, rtl=rtl)
    foot = _HEIGHT - _FOOT
    drawn: list[Markup] = []
    for tick in shares:
        y = scale.up(tick.at)
        drawn.append(element("line", class_="grid", x1="0", x2="100%", y1=y, y2=y))
    for day in marks:
        x = percent(scale.across(day))
        drawn.append(element("line", class_="mark", x1=x, x2=x, y1=_HEAD, y2=foot))
    drawn.append(_curves(lines, until, rtl=rtl))
    drawn += [scale.text(tick.says, 0, scale.up(tick.at) - 5, "start", "halo") for tick in shares]
    drawn.append(element("line", class_="axis", x1="0", x2="100%", y1=foot, y2=foot))
    for tick in days:
        anchor = "start" if tick.at == 0 else "end" if tick.at >= until else "middle"
        drawn.append(scale.text(tick.says, tick.at, foot + 20, anchor))
    ends = [
        Ending(f"s-{_kind(line.state)}", line.name, scale.up(_value_at(line, until)))
        for line in lines
    ]
    return element(
        "div",
        image(title, says, *drawn, width="100%", height=_HEIGHT),
        *(endings(ends, gutter, _HEIGHT, rtl=rtl) for gutter in (WIDE, NARROW)),
        class_="plot",
    )


@dataclass(frozen=True, slots=True)
class _Scale:
    """Days to shares of the width, probabilities to pixels; the only place that mirrors."""

    until: int
    rtl: bool

    def across(self, day: float) -> float:
        share = min(day / max(self.until, 1), 1.0)
        return 1 - share if self.rtl else share

    @staticmethod
    def up(share: float) -> float:
        return _HEAD + (_HEIGHT - _FOOT - _HEAD) * (1 - share)

    def text(self, says: str, day: float, y: float, anchor: str, kind: str = "") -> Markup:
        """Text at a day.  ``start`` and ``end`` follow the direction the page runs in."""
        return element(
            "text", says, class_=kind, x=percent(self.across(day)), y=y, text_anchor=anchor
        )


def _value_at(line: Line, day: int) -> float:
    """The height of a line on a day: that of the last step before it."""
    return next((p for at, p, _, _ in reversed(line.points) if at <= day), 0.0)


def _curves(lines: Sequence[Line], until: int, *, rtl: bool) -> Markup:
    """Bands first, then lines over them, in a box that stretches with the page."""
    bands = [
        element("path", class_=f"band b-{_kind(line.state)}", d=_band(line, until, rtl=rtl))
        for line in lines
    ]
    courses = [
        element(
            "path",
            class_=f"curve s-{_kind(line.state)}",
            d=steps(_course(line, until, 1, rtl=rtl)),
        )
        for line in lines
    ]
    return element(
        "svg",
        *bands,
        *courses,
        x="0",
        y=_HEAD,
        width="100%",
        height=_HEIGHT - _FOOT - _HEAD,
        viewBox=f"0 0 {_ACROSS} {_UP}",
        preserveAspectRatio="none",
    )


def _kind(state: str) -> str:
    return state if state in _KNOWN else "other"


def _course(line: Line, until: int, column: int, *, rtl: bool) -> list[tuple[float, float]]:
    """Corners of one course: the last value of each visible step, held to the next."""
    kept: dict[int, tuple[float, float]] = {}
    for point in line.points:
        if point[0] > until:
            break
        share = point[0] / max(until, 1)
        kept[round(share * _STEPS)] = (share, point[column])
    corners: list[tuple[float, float]] = []
    for share, value in kept.values():
        corners.append((_ACROSS * share, _UP * (1 - value)))
    if corners:
        corners.append((_ACROSS, corners[-1][1]))
    return [(_ACROSS - x if rtl else x, y) for x, y in corners]


def _band(line: Line, until: int, *, rtl: bool) -> str:
    """The interval as an area: along its low end, back along its high end."""
    low = _course(line, until, 2, rtl=rtl)
    # Read from its end, a step goes up or down first; its corners keep it the same step.
    back = _corners(_course(line, until, 3, rtl=rtl))[::-1]
    if not low:
        return ""
    return steps(low) + steps(back, begin="L") + "Z"


def _corners(points: Sequence[tuple[float, float]]) -> list[tuple[float, float]]:
    """Every corner of the steps through these points."""
    found = list(points[:1])
    for (_, y), (x, up) in pairwise(points):
        found.append((x, y))
        if up != y:
            found.append((x, up))
    return found
