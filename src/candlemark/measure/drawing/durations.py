"""One stage's stay: from when a quarter has left to when three quarters have, with the median.

The thick line runs from the first to the third quarter, the dot is the half, the thin line its 95 %
interval.  A quarter that is not reached yet leaves the line open to the end of the axis: dashed
amber, because those who wait are why.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from candlemark.measure.drawing.svg import decoration, element, percent

if TYPE_CHECKING:
    from candlemark.measure.drawing.svg import Svg

_HEIGHT: Final = 30
_MIDDLE: Final = 15


@dataclass(frozen=True, slots=True)
class Stay:
    """Days at which shares of the stays were over; None where that is not reached yet."""

    quarter: int | None
    half: int | None
    three_quarters: int | None
    low: int | None
    """95 % interval of the half."""
    high: int | None
    earliest: int | None = None
    """The half with all coarse dates at one end of what they can be; None where dates are exact."""
    latest: int | None = None


def duration_bar(stay: Stay, longest: int, *, rtl: bool) -> Svg:
    """The line of one stage, on an axis from 0 to ``longest`` days."""

    def at(days: float) -> float:
        share = min(days / max(longest, 1), 1.0)
        return 1 - share if rtl else share

    drawn = [_line("axis", at(0), at(longest), y=_HEIGHT - 1)]
    first, last = stay.quarter, stay.three_quarters
    if first is not None:
        closed = last if last is not None else stay.half if stay.half is not None else first
        drawn.append(_line("range", at(first), at(closed), y=_MIDDLE))
        if last is None:
            drawn.append(_line("open-range", at(closed), at(longest), y=_MIDDLE))
    else:
        drawn.append(_line("open-range", at(0), at(longest), y=_MIDDLE))
    if stay.half is not None:
        low = stay.low if stay.low is not None else stay.half
        high = stay.high if stay.high is not None else longest
        drawn.append(_line("whisker", at(low), at(high), y=_MIDDLE))
        if stay.earliest is not None:
            latest = stay.latest if stay.latest is not None else longest
            drawn.append(_line("bound", at(stay.earliest), at(latest), y=_MIDDLE + 9))
        drawn.append(element("circle", class_="dot", cx=percent(at(stay.half)), cy=_MIDDLE, r=6))
    return decoration(*drawn, width="100%", height=_HEIGHT)


def _line(kind: str, start: float, end: float, *, y: float) -> Svg:
    return element("line", class_=kind, x1=percent(start), x2=percent(end), y1=y, y2=y)
