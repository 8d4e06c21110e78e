"""The stages of a case on one axis of time: a strip for each way, one for what stands beside.

What is shown by an authority's paper is filled, what is claimed is open with a broken edge; a date
that is not exact is a bar over the days it can be of, never a point.  What waits is hatched up to
today, a long silence is a broken line.  Numbers lead to the table beneath, which says it all in
words; the strips are therefore decoration to a screen reader.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from candlemark.casefile.basis import Basis
from candlemark.casefile.docket import State
from candlemark.measure.drawing.svg import decoration, element, percent

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from candlemark.casefile.axis import Axis, Lane, LimitMark, Point, Stretch
    from candlemark.measure.drawing import Svg

_STEP: Final = 15
"""Pixels between two numbers above each other."""
_ROOM: Final = 12
_HALF: Final = 6
_ALARM: Final = frozenset({State.PASSED, State.LATE, State.MAY_HAVE_PASSED, State.MISSED})


class Strips:
    """The strips of one axis for one reader."""

    def __init__(self, axis: Axis, said: Callable[[int], str], *, rtl: bool) -> None:
        self._axis = axis
        self._said = said
        self._rtl = rtl

    def lane(self, lane: Lane) -> Svg:
        """One way of a person through a proceeding."""
        height, middle = self._height(lane.points)
        drawn = [*self._ground(height), *self._rail(lane, middle)]
        if lane.pending is not None:
            drawn.append(self._bar(lane.pending, middle, "o-waiting", "url(#p-pending)"))
        beyond = lane.forum == "beyond"
        for point in lane.points:
            drawn += self._point(point, middle, beyond=beyond)
        return decoration(*drawn, width="100%", height=height, class_="strip")

    def beside(self, points: tuple[Point, ...]) -> Svg:
        """What stands beside the stages."""
        height, middle = self._height(points)
        drawn = list(self._ground(height))
        for point in points:
            drawn += self._point(point, middle, beyond=False)
        return decoration(*drawn, width="100%", height=height, class_="strip")

    def limits(self, limits: Iterable[LimitMark]) -> Svg:
        """The last days of time limits."""
        height, middle = _STEP * 3 + _ROOM * 2, _STEP * 3
        drawn = list(self._ground(height))
        free = [-1.0] * 3
        for one in sorted(limits, key=lambda mark: mark.at.start):
            at = (one.at.start + one.at.end) / 2
            level = next((n for n in range(3) if at - free[n] >= 0.05), 2)
            free[level] = at
            kind = "limit-alarm" if one.state in _ALARM else "limit-open"
            if one.at.exact:
                x = percent(self._across(one.at.start))
                drawn.append(
                    element("line", class_=kind, x1=x, x2=x, y1=middle - _ROOM, y2=middle + _ROOM)
                )
            else:
                drawn.append(self._bar(one.at, middle, kind, "url(#p-hidden)"))
            drawn.append(self._number(at, middle - _ROOM - 4 - level * _STEP, one.number, "§"))
        return decoration(*drawn, width="100%", height=height, class_="strip")

    def scale(self) -> Svg:
        """The years beneath the strips."""
        drawn = [element("line", class_="axis", x1="0", x2="100%", y1=1, y2=1)]
        for tick in self._axis.ticks:
            x = percent(self._across(tick.at))
            drawn.append(element("line", class_="axis", x1=x, x2=x, y1=1, y2=6))
            drawn.append(element("text", self._said(tick.year), x=x, y=20, text_anchor="middle"))
        return decoration(*drawn, width="100%", height=26, class_="strip")

    def _across(self, share: float) -> float:
        return 1 - share if self._rtl else share

    @staticmethod
    def _height(points: tuple[Point, ...]) -> tuple[int, int]:
        levels = max((point.level for point in points), default=0) + 1
        middle = levels * _STEP + _ROOM
        return middle + _ROOM, middle

    def _ground(self, height: int) -> Iterable[Svg]:
        for tick in self._axis.ticks:
            x = percent(self._across(tick.at))
            yield element("line", class_="grid", x1=x, x2=x, y1=0, y2=height)
        if self._axis.today is not None:
            x = percent(self._across(self._axis.today))
            yield element("line", class_="mark", x1=x, x2=x, y1=0, y2=height)

    def _rail(self, lane: Lane, middle: int) -> Iterable[Svg]:
        first, last = lane.points[0].at.start, max(point.at.end for point in lane.points)
        yield self._line(first, last, middle, "axis")
        for gap in lane.gaps:
            yield self._line(gap.start, gap.end, middle, "gap-ground")
            yield self._line(gap.start, gap.end, middle, "o-gap")

    def _line(self, start: float, end: float, y: float, kind: str) -> Svg:
        return element(
            "line",
            class_=kind,
            x1=percent(self._across(start)),
            x2=percent(self._across(end)),
            y1=y,
            y2=y,
        )

    def _point(self, point: Point, middle: int, *, beyond: bool) -> Iterable[Svg]:
        kind = "t-claimed" if point.basis is Basis.CLAIMED else "t-beyond" if beyond else "t-shown"
        if point.at.exact:
            x = percent(self._across(point.at.start))
            if beyond:
                shape = element("path", class_=kind, d="M0 -7l7 7-7 7-7-7z")
                yield element("svg", shape, x=x, y=middle, overflow="visible")
            else:
                yield element("circle", class_=kind, cx=x, cy=middle, r=_HALF)
        else:
            yield self._bar(point.at, middle, kind)
        at = (point.at.start + point.at.end) / 2
        yield self._number(at, middle - _HALF - 5 - point.level * _STEP, point.number)

    def _bar(self, at: Stretch, middle: int, kind: str, fill: str = "") -> Svg:
        left = min(self._across(at.start), self._across(at.end))
        return element(
            "rect",
            class_=kind,
            fill=fill,
            x=percent(left),
            y=middle - _HALF + 1,
            width=percent(max(at.end - at.start, 0.002)),
            height=2 * _HALF - 2,
        )

    def _number(self, at: float, y: float, number: int, before: str = "") -> Svg:
        return element(
            "text",
            before + self._said(number),
            class_="name halo",
            x=percent(self._across(at)),
            y=y,
            text_anchor="middle",
        )
