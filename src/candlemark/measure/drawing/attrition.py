"""One stage's bar: of those who entered, how many reached it, and what became of them there.

Solid: went on to a later stage.  Patterned without colour: ended here, one pattern per reason.
Hatched amber: still pending here.  The rail behind is everybody who entered, so that all bars of a
chart have one scale.  A count above zero is never thinner than a line.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from candlemark.measure.drawing.svg import decoration, element, percent

if TYPE_CHECKING:
    from collections.abc import Sequence

    from candlemark.measure.drawing.svg import Svg

HEIGHT: Final = 26
_THINNEST: Final = 0.004
"""Of the width: about a line on a phone."""

OUTLINES: Final = {
    "pending": "o-waiting",
    "past": "o-alarm",
    "late": "o-alarm",
    "convicted": "o-reached",
    "onward": "o-reached",
}
"""Class of the outline by the fill's name; ends without a sentence are open shapes in grey."""


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a bar: how it is filled, and its share of those who entered."""

    fill: str
    """``onward``, ``pending``, ``hidden`` or a group of outcomes."""
    share: float


def attrition_bar(parts: Sequence[Part], *, rtl: bool) -> Svg:
    """The bar of one stage; its numbers stand in words beside it."""
    drawn = [element("rect", class_="f-rail", x="0", y=3, width="100%", height=HEIGHT - 6, rx=2)]
    at = 0.0
    for part in parts:
        if part.share <= 0:
            continue
        width = max(part.share, _THINNEST)
        drawn.append(_part(part.fill, min(at, 1 - width), width, rtl=rtl))
        at += part.share
    return decoration(*drawn, width="100%", height=HEIGHT)


def _part(fill: str, at: float, width: float, *, rtl: bool) -> Svg:
    left = 1 - at - width if rtl else at
    place: dict[str, str | float] = {
        "x": percent(left),
        "y": 1,
        "width": percent(width),
        "height": HEIGHT - 2,
    }
    if fill == "onward":
        return element("rect", class_="f-onward", **place)
    outline = OUTLINES.get(fill, "o-ended")
    return element("rect", class_=outline, fill=f"url(#p-{fill})", **place)
