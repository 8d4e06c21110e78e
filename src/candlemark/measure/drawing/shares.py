"""One probability with its interval, on a rail from nothing to everybody."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from candlemark.measure.drawing.svg import decoration, element, percent

if TYPE_CHECKING:
    from candlemark.measure.drawing.svg import Svg

_HEIGHT: Final = 22
_MIDDLE: Final = 11


def share_bar(p: float, low: float, high: float, *, rtl: bool) -> Svg:
    """The dot is the estimate, the line its interval, the rail everybody."""

    def at(share: float) -> str:
        return percent(1 - share if rtl else share)

    return decoration(
        element("line", class_="axis", x1="0", x2="100%", y1=_MIDDLE, y2=_MIDDLE),
        *(
            element("line", class_="axis", x1=end, x2=end, y1=_MIDDLE - 4, y2=_MIDDLE + 4)
            for end in ("0%", "100%")
        ),
        element("line", class_="range", x1=at(low), x2=at(high), y1=_MIDDLE, y2=_MIDDLE),
        element("circle", class_="dot", cx=at(p), cy=_MIDDLE, r=6),
        width="100%",
        height=_HEIGHT,
    )
