"""The flow by reason: a stem that carries those who go further, and what leaves it at each stage.

Each unit is in one place: at the furthest stage it came to, as ended in one way or as pending, so
that widths add up from row to row.  A row is as high as the words beside it; the stem runs through
it, what leaves stands at the upper edge and goes no further.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from candlemark.measure.drawing.attrition import OUTLINES
from candlemark.measure.drawing.svg import Svg, decoration, element, percent

if TYPE_CHECKING:
    from collections.abc import Sequence

_DEEP: Final = "46%"
"""Of the row: how far what leaves goes down."""
_THINNEST: Final = 0.004


@dataclass(frozen=True, slots=True)
class Leaving:
    """What leaves at a stage: how it is filled, and its share of those who entered."""

    fill: str
    share: float


def flow_row(onward: float, leaving: Sequence[Leaving], *, rtl: bool) -> Svg:
    """One stage: ``onward`` is the share of those who entered that went further than it."""
    drawn = []
    if onward > 0:
        drawn.append(_box("stem", 0.0, max(onward, _THINNEST), "100%", rtl=rtl))
    at = onward
    for part in leaving:
        if part.share <= 0:
            continue
        width = max(part.share, _THINNEST)
        outline = OUTLINES.get(part.fill, "o-ended")
        start = min(at, 1 - width)
        drawn.append(_box(outline, start, width, _DEEP, rtl=rtl, fill=f"url(#p-{part.fill})"))
        at += part.share
    return decoration(*drawn, width="100%", height="100%", class_="flow-row")


def _box(kind: str, at: float, width: float, height: str, *, rtl: bool, fill: str = "") -> Svg:
    left = 1 - at - width if rtl else at
    return element(
        "rect", class_=kind, fill=fill, x=percent(left), y="0", width=percent(width), height=height
    )
