"""Where cases stand over time since they entered: steps, each with its 95 % band.

Steps, because nothing happens between two days on which something happened; no smoothing.  Lines
are told apart by dashes and by a name at their end, not by colour alone: beside the plot each curve
is drawn on to its name (``endings``).  Thin dashes show how far dates that are known to the month
or year could move a curve.  The drawing keeps one step per 1/160 of the width: more cannot be seen,
and a page must stay small.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import pairwise
from operator import attrgetter
from typing import TYPE_CHECKING, Final

from candlemark.measure.drawing.endings import NARROW, WIDE, Ending, endings
from candlemark.measure.drawing.svg import element, image, percent, steps

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from candlemark.measure.drawing.svg import Svg

HEIGHT: Final = 320
HEAD: Final = 20
FOOT: Final = 34
"""Pixels above and below the plot, for what is written at its edges."""
ACROSS: Final = 640
UP: Final = 320
"""Units of the drawing, each about a pixel on a wide screen."""
_STEPS: Final = 128
_ROOM: Final = 0.15
"""Of the width of a phone, what two numbers under an axis need."""
_KNOWN: Final = ("pending", "convicted", "reached", "beyond", "acquitted", "dismissed")


@dataclass(frozen=True, slots=True)
class Line:
    """One state's course."""

    state: str
    name: str
    """What is written at its end."""
    points: tuple[tuple[int, float, float, float], ...]
    """Day, probability, low and high end of the interval, from day 0 on."""
    look: str = ""
    """How it is drawn, where that does not follow from the state: ``step-1`` to ``step-6``."""
    bounds: tuple[tuple[int, float, float], ...] = ()
    """Day, smallest and largest value with all coarse dates at one end; empty where all are exact.
    """

    @property
    def kind(self) -> str:
        """The end of the names of its classes in the style sheet."""
        return self.look or (self.state if self.state in _KNOWN else "other")


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
    limits: Sequence[Tick] = (),
    top: float = 1.0,
) -> Svg:
    """The plot and the names beside it, once for a wide page and once for a phone.

    ``until`` is the last day drawn, ``marks`` are the days the table speaks of, ``limits`` days by
    which a law asks for it; ``top`` is the share at the upper edge.
    """
    scale = Scale(until, rtl=rtl, top=top)
    foot = HEIGHT - FOOT
    drawn: list[Svg] = []
    for tick in shares:
        y = scale.up(tick.at)
        drawn.append(element("line", class_="grid", x1="0", x2="100%", y1=y, y2=y))
    for day in marks:
        x = percent(scale.across(day))
        drawn.append(element("line", class_="mark", x1=x, x2=x, y1=HEAD, y2=foot))
    drawn.append(_curves(lines, scale))
    for limit in limits:
        x = percent(scale.across(limit.at))
        drawn.append(element("line", class_="limit-open", x1=x, x2=x, y1=HEAD, y2=foot))
        # On the side with more room: `start` is where a line begins in the tongue of the page.
        side = "start" if limit.at * 2 <= until else "end"
        drawn.append(scale.text(limit.says, limit.at, HEAD - 6, side, "halo limit-name"))
    drawn += [scale.text(tick.says, 0, scale.up(tick.at) - 5, "start", "halo") for tick in shares]
    drawn.append(element("line", class_="axis", x1="0", x2="100%", y1=foot, y2=foot))
    drawn += scale.days(days, foot + 20)
    ends = [Ending(f"s-{line.kind}", line.name, scale.up(_value_at(line, until))) for line in lines]
    return element(
        "div",
        image(title, says, *drawn, width="100%", height=HEIGHT),
        *(endings(ends, gutter, HEIGHT, rtl=rtl) for gutter in (WIDE, NARROW)),
        class_="plot",
    )


def days_apart(days: Iterable[int], until: int, closest: float) -> list[int]:
    """Days at least this share of the axis from each other, the last one first and always."""
    kept: list[int] = []
    for day in sorted(set(days), reverse=True):
        if not kept or (kept[-1] - day) / max(until, 1) >= closest:
            kept.append(day)
    return kept


@dataclass(frozen=True, slots=True)
class Scale:
    """Days to shares of the width, probabilities to pixels; the only place that mirrors."""

    until: int
    rtl: bool
    top: float = 1.0
    steps: int = _STEPS
    """Steps that are told apart over the whole width."""

    def across(self, day: float) -> float:
        """The share of the width at which a day stands, from the left."""
        share = min(day / max(self.until, 1), 1.0)
        return 1 - share if self.rtl else share

    def up(self, share: float) -> float:
        """Pixels from the upper edge of the picture to a share."""
        return HEAD + (HEIGHT - FOOT - HEAD) * (1 - min(share / self.top, 1.0))

    def text(self, says: str, day: float, y: float, anchor: str, kind: str = "") -> Svg:
        """Text at a day.  ``start`` and ``end`` follow the direction the page runs in."""
        return element(
            "text", says, class_=kind, x=percent(self.across(day)), y=y, text_anchor=anchor
        )

    def days(self, ticks: Sequence[Tick], y: float) -> list[Svg]:
        """What is written below the axis; a phone leaves out what would touch its neighbour."""
        drawn, last = [], -math.inf
        for tick in sorted(ticks, key=attrgetter("at")):
            anchor = "start" if tick.at == 0 else "end" if tick.at >= self.until else "middle"
            near = tick.at - last < _ROOM * self.until and anchor == "middle"
            drawn.append(self.text(tick.says, tick.at, y, anchor, "near" if near else ""))
            last = last if near else tick.at
        return drawn

    def course(
        self, points: Sequence[tuple[int, float]], stop: int | None = None
    ) -> list[tuple[float, float]]:
        """Corners of one course: the last value of each visible step, held to the next.

        ``stop`` is the last day it is drawn to; None: the last of the axis.
        """
        last = self.until if stop is None else min(stop, self.until)
        kept: dict[int, tuple[float, float]] = {}
        for day, value in points:
            if day > last:
                break
            share = day / max(self.until, 1)
            kept[round(share * self.steps)] = (share, value)
        corners = [
            (ACROSS * share, UP * (1 - min(value / self.top, 1.0)))
            for share, value in kept.values()
        ]
        if corners:
            corners.append((ACROSS * last / max(self.until, 1), corners[-1][1]))
        return [(ACROSS - x if self.rtl else x, y) for x, y in corners]


def stretched(*inside: Svg) -> Svg:
    """A box over the plot, of :data:`ACROSS` by :data:`UP` units, that stretches with the page."""
    return element(
        "svg",
        *inside,
        x="0",
        y=HEAD,
        width="100%",
        height=HEIGHT - FOOT - HEAD,
        viewBox=f"0 0 {ACROSS} {UP}",
        preserveAspectRatio="none",
    )


def _value_at(line: Line, day: int) -> float:
    """The height of a line on a day: that of the last step before it."""
    return next((p for at, p, _, _ in reversed(line.points) if at <= day), 0.0)


def _curves(lines: Sequence[Line], scale: Scale) -> Svg:
    """Bands first, then lines over them, in a box that stretches with the page."""
    bands = [element("path", class_=f"band b-{line.kind}", d=_band(line, scale)) for line in lines]
    courses = [
        element("path", class_=f"curve s-{line.kind}", d=steps(_course(line, scale, 1)))
        for line in lines
    ]
    bounds = [
        element(
            "path",
            class_="bound",
            d=steps(scale.course([(day[0], day[end]) for day in line.bounds])),
        )
        for line in lines
        if line.bounds
        for end in (1, 2)
    ]
    return stretched(*bands, *bounds, *courses)


def _course(line: Line, scale: Scale, column: int) -> list[tuple[float, float]]:
    return scale.course([(point[0], float(point[column])) for point in line.points])


def _band(line: Line, scale: Scale) -> str:
    """The interval as an area: along its low end, back along its high end."""
    return area(_course(line, scale, 2), _course(line, scale, 3))


def area(low: Sequence[tuple[float, float]], high: Sequence[tuple[float, float]]) -> str:
    """The path around what lies between two courses of steps."""
    if not low:
        return ""
    # Read from its end, a step goes up or down first; its corners keep it the same step.
    return steps(low) + steps(_corners(high)[::-1], begin="L") + "Z"


def _corners(points: Sequence[tuple[float, float]]) -> list[tuple[float, float]]:
    """Every corner of the steps through these points."""
    found = list(points[:1])
    for (_, y), (x, up) in pairwise(points):
        found.append((x, y))
        if up != y:
            found.append((x, up))
    return found
