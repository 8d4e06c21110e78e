"""The patterns that fills refer to by their names; they stand once on a page or in a cell.

What waits is hatched, ends without a sentence are open shapes in grey, a conviction is striped.
What came too late is a grid in the colour of alarm; what waits beyond its last day is hatched, with
a line of that colour across.
The colours come from classes, so that light, dark, print and forced colours have their own.
"""

from __future__ import annotations

from typing import Final

from candlemark.measure.drawing.svg import Svg, element, joined


def _pattern(name: str, size: int, *shapes: Svg, turned: int = 0) -> Svg:
    return element(
        "pattern",
        *shapes,
        id=f"p-{name}",
        width=size,
        height=size,
        patternUnits="userSpaceOnUse",
        patternTransform=f"rotate({turned})" if turned else "",
    )


def _ground(size: int, kind: str = "p-ground") -> Svg:
    return element("path", class_=kind, d=f"M0 0h{size}v{size}H0z")


def _line(kind: str, d: str) -> Svg:
    return element("path", class_=kind, d=d)


PATTERNS: Final = joined(
    [
        _pattern("pending", 7, _ground(7), _line("p-waiting", "M2 0v7"), turned=45),
        _pattern("convicted", 5, _ground(5, "f-onward"), _line("p-reached", "M1 0v5")),
        _pattern(
            "acquitted",
            6,
            _ground(6),
            element("circle", class_="p-ended-dot", cx=3, cy=3, r=1.3),
        ),
        _pattern("dismissed", 6, _ground(6), _line("p-ended", "M0 3h6")),
        _pattern("other", 8, _ground(8), _line("p-ended", "M2 4h4M4 2v4")),
        _pattern("late", 5, _ground(5), _line("p-alarm", "M0 1h5M1 0v5")),
        _pattern(
            "past",
            7,
            _ground(7),
            _line("p-alarm", "M0 5h7"),
            _line("p-waiting", "M2 0v7"),
            turned=45,
        ),
        _pattern("hidden", 4, _ground(4), _line("p-ended", "M1 0v4"), turned=-45),
    ]
)
