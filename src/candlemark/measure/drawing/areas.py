"""Where cases stand over time, all of them at once: areas one on the other that fill the whole.

From below the ways in which cases end, each with its pattern; what lies above the last of them is
plain, because nothing has happened there yet: these cases are pending.  The line between is drawn
in the colour of what waits.  The areas have no bands; the table and the curves do.

The patterns are not stretched with the page: each fills the whole plot, cut to the shape of its
area, and only the shape is stretched.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from candlemark.measure.drawing.attrition import OUTLINES
from candlemark.measure.drawing.endings import NARROW, WIDE, Ending, endings
from candlemark.measure.drawing.occupancy import (
    ACROSS,
    FOOT,
    HEAD,
    HEIGHT,
    UP,
    Scale,
    Tick,
    area,
    stretched,
)
from candlemark.measure.drawing.svg import Svg, element, image, percent, steps

if TYPE_CHECKING:
    from collections.abc import Sequence

PENDING: Final = "pending"
_STEPS: Final = 90
_SMALL_STEPS: Final = 48
"""Steps told apart: an area has two edges and is drawn once more as a line, and a page is small."""


@dataclass(frozen=True, slots=True)
class Layer:
    """One state: how it is filled, its name, and its share from day 0 on."""

    fill: str
    """``onward``, ``pending`` or a group of outcomes; pending is left plain."""
    kind: str
    """The end of the class its name is led to with."""
    name: str
    points: tuple[tuple[int, float], ...]


def areas_plot(
    layers: Sequence[Layer],
    *,
    key: str,
    until: int,
    days: Sequence[Tick],
    shares: Sequence[Tick],
    title: str,
    says: str,
    rtl: bool,
) -> Svg:
    """The areas from the lowest up, and their names beside them.

    Args:
        layers: in the order in which they lie, the lowest first; their shares add up to one.
        key: tells this picture apart from every other of the page; letters, digits, hyphens.
        until: the last day drawn.
        days: what is written below.
        shares: what is written at the side.
        title: what the picture is.
        says: what a screen reader hears besides.
        rtl: whether the axis begins at the right.
    """
    scale = Scale(until, rtl=rtl, steps=_STEPS)
    foot = HEIGHT - FOOT
    drawn: list[Svg] = [element("rect", class_="f-rail", x="0", y=HEAD, width="100%",
                                height=foot - HEAD)]  # fmt: skip
    below = [(day, 0.0) for day, _ in layers[0].points]
    edges: list[Svg] = []
    names: list[Ending] = []
    for number, layer in enumerate(layers):
        above = [
            (day, base + share) for (day, base), (_, share) in zip(below, layer.points, strict=True)
        ]
        low, high = scale.course(below), scale.course(above)
        if layer.fill != PENDING and above[-1][1] > 0:
            drawn += _filled(f"{key}-{number}", layer.fill, area(low, high))
            last = all(one.fill == PENDING for one in layers[number + 1 :])
            kind = "waiting-edge" if last else OUTLINES.get(layer.fill, "o-ended")
            edges.append(element("path", class_=f"edge {kind}", d=steps(high)))
        middle = (_at(below, until) + _at(above, until)) / 2
        names.append(Ending(f"s-{layer.kind}", layer.name, scale.up(middle)))
        below = above
    drawn.append(stretched(*edges))
    drawn += [
        element("line", class_="grid", x1="0", x2="100%", y1=y, y2=y)
        for y in (scale.up(tick.at) for tick in shares)
    ]
    drawn += [scale.text(tick.says, 0, scale.up(tick.at) - 5, "start", "halo") for tick in shares]
    drawn.append(element("line", class_="axis", x1="0", x2="100%", y1=foot, y2=foot))
    drawn += scale.days(days, foot + 20)
    return element(
        "div",
        image(title, says, *drawn, width="100%", height=HEIGHT),
        *(endings(names, gutter, HEIGHT, rtl=rtl) for gutter in (WIDE, NARROW)),
        class_="plot",
    )


def small_areas(
    layers: Sequence[Layer],
    *,
    key: str,
    until: int,
    title: str,
    rtl: bool,
    stop: int | None = None,
    height: int = 96,
) -> Svg:
    """The same without words, for many groups side by side; one axis for all of them.

    ``stop`` is the last day up to which this group rests on enough to be read; behind it nothing is
    drawn, and a line says that it is not the end.
    """
    scale = Scale(until, rtl=rtl, steps=_SMALL_STEPS)
    drawn = [element("rect", class_="f-rail", x="0", y="0", width="100%", height=height)]
    below = [(day, 0.0) for day, _ in layers[0].points]
    edges: list[Svg] = []
    for number, layer in enumerate(layers):
        above = [
            (day, base + share) for (day, base), (_, share) in zip(below, layer.points, strict=True)
        ]
        if layer.fill != PENDING and above[-1][1] > 0:
            shape = area(scale.course(below, stop), scale.course(above, stop))
            drawn += _filled(f"{key}-{number}", layer.fill, shape, y=0, height=height)
            last = all(one.fill == PENDING for one in layers[number + 1 :])
            kind = "waiting-edge" if last else OUTLINES.get(layer.fill, "o-ended")
            edges.append(element("path", class_=f"edge {kind}", d=steps(scale.course(above, stop))))
        below = above
    if stop is not None and stop < until:
        x = percent(scale.across(stop))
        drawn.append(element("line", class_="mark", x1=x, x2=x, y1="0", y2=height))
    box = element("svg", *edges, x="0", y="0", width="100%", height=height,
                  viewBox=f"0 0 {ACROSS} {UP}", preserveAspectRatio="none")  # fmt: skip
    return image(title, "", *drawn, box, width="100%", height=height)


def _filled(
    key: str, fill: str, shape: str, *, y: int = HEAD, height: int = HEIGHT - FOOT - HEAD
) -> list[Svg]:
    """The pattern over the whole plot, cut to a shape."""
    cut = element(
        "clipPath",
        element("path", d=shape, transform=f"scale({1 / ACROSS:g} {1 / UP:g})"),
        id=key,
        clipPathUnits="objectBoundingBox",
    )
    look = {"class_": "f-onward"} if fill == "onward" else {"fill": f"url(#p-{fill})"}
    return [
        cut,
        element("rect", x="0", y=y, width="100%", height=height, clip_path=f"url(#{key})", **look),
    ]


def _at(points: Sequence[tuple[int, float]], until: int) -> float:
    return next((share for day, share in reversed(points) if day <= until), 0.0)
