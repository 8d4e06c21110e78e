"""The names of curves, in a column of their own beside the plot.

Every curve has its name.  From its end the curve goes on, in its own dashes, to where the name
stands; names keep the order of the curves, and where curves end close together they move apart as
far as they must and no further.  Long names are broken into lines, for a wide page and for a phone
differently, since a server does not know the page: the style sheet shows one of the two columns.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from candlemark.measure.drawing.svg import decoration, element

if TYPE_CHECKING:
    from collections.abc import Sequence

    from candlemark.measure.drawing.svg import Svg

_BETWEEN: Final = 5.0
"""Pixels between two names."""


@dataclass(frozen=True, slots=True)
class Gutter:
    """The column of names on one kind of page; the style sheet knows its class and its letters."""

    kind: str
    width: int
    lead: int
    """Pixels in which a curve goes on to its name."""
    letters: int
    """Letters in a line."""
    line: float
    """Height of a line."""


WIDE: Final = Gutter("ends-wide", 200, 26, 20, 18.0)
NARROW: Final = Gutter("ends-narrow", 112, 12, 13, 15.0)


@dataclass(frozen=True, slots=True)
class Ending:
    """The end of a curve: the class it is drawn with, its name, its height on the picture."""

    kind: str
    name: str
    y: float


def endings(ends: Sequence[Ending], gutter: Gutter, height: int, *, rtl: bool) -> Svg:
    """The column for one kind of page, as high as the plot or as high as its names need."""
    ordered = sorted(ends, key=lambda end: end.y)
    texts = [broken(end.name, gutter.letters) for end in ordered]
    tall = [len(lines) * gutter.line for lines in texts]
    needed = sum(tall) + _BETWEEN * len(tall)
    middles = apart([end.y for end in ordered], tall, max(height, needed))
    drawn: list[Svg] = []
    for end, lines, middle in zip(ordered, texts, middles, strict=True):
        drawn.append(_lead(end, middle, gutter, rtl=rtl))
        drawn.append(_name(lines, middle, gutter, rtl=rtl))
    return decoration(
        *drawn, class_=gutter.kind, width=gutter.width, height=max(height, round(needed))
    )


def apart(wanted: Sequence[float], tall: Sequence[float], height: float) -> list[float]:
    """Middles for boxes of these heights, near the wanted ones, in order, none over another.

    Boxes that would touch become one block around the mean of what they want; blocks that then
    touch become one in turn.
    """
    blocks: list[tuple[float, list[int]]] = []
    for place in range(len(wanted)):
        members = [place]
        top = _top(members, wanted, tall, height)
        while blocks and blocks[-1][0] + _span(blocks[-1][1], tall) > top:
            members = [*blocks.pop()[1], *members]
            top = _top(members, wanted, tall, height)
        blocks.append((top, members))
    found: list[float] = []
    for top, members in blocks:
        at = top
        for place in members:
            found.append(at + _BETWEEN / 2 + tall[place] / 2)
            at += tall[place] + _BETWEEN
    return found


def _span(members: Sequence[int], tall: Sequence[float]) -> float:
    return sum(tall[place] + _BETWEEN for place in members)


def _top(
    members: Sequence[int], wanted: Sequence[float], tall: Sequence[float], height: float
) -> float:
    """Where a block begins so that its boxes are, taken together, nearest to what they want."""
    before = 0.0
    tops = []
    for place in members:
        tops.append(wanted[place] - before - (tall[place] + _BETWEEN) / 2)
        before += tall[place] + _BETWEEN
    return max(0.0, min(sum(tops) / len(tops), height - before))


def broken(name: str, letters: int) -> list[str]:
    """A name in lines of at most so many letters; a longer word has a line of its own.

    It breaks at plain spaces alone: the one between a number and its sign is not one.
    """
    lines: list[str] = []
    for word in filter(None, name.split(" ")):
        if lines and len(lines[-1]) + 1 + len(word) <= letters:
            lines[-1] += f" {word}"
        else:
            lines.append(word)
    return lines or [""]


def _lead(end: Ending, middle: float, gutter: Gutter, *, rtl: bool) -> Svg:
    """The curve, drawn on to its name."""
    near, far = (gutter.width, gutter.width - gutter.lead) if rtl else (0, gutter.lead)
    return element("line", class_=f"curve {end.kind}", x1=near, y1=end.y, x2=far, y2=middle)


def _name(lines: Sequence[str], middle: float, gutter: Gutter, *, rtl: bool) -> Svg:
    """The name, its lines around the middle; ``start`` follows the direction of the page."""
    beside = gutter.lead + 6
    x = gutter.width - beside if rtl else beside
    first = middle - (len(lines) - 1) * gutter.line / 2 + gutter.line * 0.3
    spans = [
        element("tspan", text, x=x, y=first + place * gutter.line)
        for place, text in enumerate(lines)
    ]
    return element("text", *spans, class_="name", text_anchor="start")
