"""One share over periods: a dot with its interval for each, and breaks as lines across the time.

Nothing joins two dots over a break; between breaks a thin line does, so that the eye follows what
may be compared and stops where it may not.  A dot is open where only some of a period were watched
for long enough; where too few were, a ring stands on the axis and has no height.  Breaks are
numbered, and stand in words below.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Final

from candlemark.measure.drawing.svg import element, image, percent

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from candlemark.measure.drawing.occupancy import Tick
    from candlemark.measure.drawing.svg import Svg

_HEIGHT: Final = 260
_HEAD: Final = 22
_FOOT: Final = 34
_NEAR: Final = (0.03, 0.028)
"""Of the width, what a period's name needs on a phone: at least, and for each letter."""
_CLOSE: Final = (0.01, 0.012)
"""The same on a wide page."""
_CROWDED: Final = 8
"""With more periods than this the first name begins at the edge, not in the middle of its own."""
_CAP: Final = 0.006


@dataclass(frozen=True, slots=True)
class Dot:
    """One period: its name, and its share with the interval; None where it has none."""

    name: str
    p: float | None
    low: float | None
    high: float | None
    part: int = 0
    """Which part of time between breaks it is in."""
    whole: bool = True
    """False where some of it were not watched for so long: the dot is left open."""


def trend_plot(
    dots: Sequence[Dot],
    breaks: Sequence[Tick],
    *,
    shares: Sequence[Tick],
    top: float,
    title: str,
    says: str,
    rtl: bool,
) -> Svg:
    """The dots of all periods.

    Args:
        dots: in the order of time.
        breaks: each with its place on the axis, in periods from 0 (the beginning of the first) to
            as many as there are, and its number.
        shares: what is written at the side.
        top: the share at the upper edge.
        title: what the picture is.
        says: what a screen reader hears besides.
        rtl: whether time runs from the right.
    """
    many, foot = max(len(dots), 1), _HEIGHT - _FOOT

    def across(place: float) -> float:
        share = place / many
        return 1 - share if rtl else share

    def up(share: float) -> float:
        return _HEAD + (foot - _HEAD) * (1 - min(share / top, 1.0))

    drawn: list[Svg] = []
    for tick in shares:
        y = up(tick.at)
        drawn.append(element("line", class_="grid", x1="0", x2="100%", y1=y, y2=y))
        x = percent(across(0))
        drawn.append(element("text", tick.says, class_="halo", x=x, y=y - 5, text_anchor="start"))
    for one in breaks:
        x = percent(across(one.at))
        drawn.append(element("line", class_="break", x1=x, x2=x, y1=_HEAD, y2=foot))
        # On the side with more room: `start` is where a line begins in the tongue of the page.
        side = "start" if one.at * 2 <= many else "end"
        kind = "halo limit-name"
        drawn.append(element("text", one.says, class_=kind, x=x, y=_HEAD - 7, text_anchor=side))
    drawn.append(element("line", class_="axis", x1="0", x2="100%", y1=foot, y2=foot))
    drawn += _joined(dots, across, up)
    for place, dot in enumerate(dots):
        drawn += _dot(dot, across(place + 0.5), up, foot)
    drawn += _names(dots, across, foot)
    return image(title, says, *drawn, width="100%", height=_HEIGHT, class_="trend")


def _joined(
    dots: Sequence[Dot], across: Callable[[float], float], up: Callable[[float], float]
) -> list[Svg]:
    """Thin lines between neighbours of one part of time."""
    drawn: list[Svg] = []
    for place, (one, other) in enumerate(pairwise(dots)):
        if one.part == other.part and one.p is not None and other.p is not None:
            ends = (percent(across(place + 0.5)), percent(across(place + 1.5)))
            drawn.append(
                element(
                    "line", class_="course", x1=ends[0], x2=ends[1], y1=up(one.p), y2=up(other.p)
                )
            )
    return drawn


def _dot(dot: Dot, at: float, up: Callable[[float], float], foot: float) -> list[Svg]:
    x = percent(at)
    if dot.p is None or dot.low is None or dot.high is None:
        return [element("circle", class_="dot open", cx=x, cy=foot, r=4)]
    low, high = up(dot.low), up(dot.high)
    caps = (percent(at - _CAP), percent(at + _CAP))
    return [
        element("line", class_="whisker", x1=x, x2=x, y1=low, y2=high),
        *(
            element("line", class_="whisker", x1=caps[0], x2=caps[1], y1=y, y2=y)
            for y in (low, high)
        ),
        element("circle", class_="dot" if dot.whole else "dot open", cx=x, cy=up(dot.p), r=5),
    ]


def _names(dots: Sequence[Dot], across: Callable[[float], float], foot: float) -> list[Svg]:
    """As many names of periods as there is room for; a phone leaves out more of them."""
    many = len(dots)
    letters = max((sum(letter.isprintable() for letter in dot.name) for dot in dots), default=0)
    wide, phone = (
        max(1, math.ceil((least + each * letters) * many)) for least, each in (_CLOSE, _NEAR)
    )
    phone = math.ceil(phone / wide) * wide  # each name of a phone is one of a wide page
    drawn = []
    for place, dot in enumerate(dots):
        if place % wide:
            continue
        at_edge = place == 0 and many > _CROWDED
        drawn.append(
            element(
                "text",
                dot.name,
                class_="near" if place % phone else "",
                x=percent(across(0 if at_edge else place + 0.5)),
                y=foot + 20,
                text_anchor="start" if at_edge else "middle",
            )
        )
    return drawn
