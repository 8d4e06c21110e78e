"""How far two shares are apart, or where one stands: a dot on a line, with what chance allows.

A difference stands left or right of an upright line at zero.  The thick line is the interval of
this one alone, the thin one, with ends, the band that holds all of a figure at once.  A dot is
filled where the band leaves out zero, and open where it does not, so that it is told without
colour.  Where dates are coarse a dashed line below shows how far they could move it.

A share under another mix stands as a filled dot with its interval; where it stood before is an open
square, and a dotted line joins the two.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from candlemark.measure.drawing.svg import decoration, element, percent

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from candlemark.measure.drawing.svg import Svg

_HEIGHT: Final = 30
_MIDDLE: Final = 14
_BELOW: Final = 24
_CAP: Final = 5
_STEPS: Final = (0.02, 0.05, 0.1, 0.2, 0.5, 1.0)
"""Shares at which an axis of differences can end."""
_TOPS: Final = (0.05, 0.1, 0.25, 0.5, 1.0)
"""The same of an axis of shares."""


@dataclass(frozen=True, slots=True)
class Apart:
    """One difference, as shares: -1 to 1."""

    difference: float
    low: float
    high: float
    band_low: float
    band_high: float
    earliest: float | None = None
    latest: float | None = None

    @property
    def certain(self) -> bool:
        """Whether the band leaves out zero."""
        return self.band_low > 0 or self.band_high < 0


def reach_of(differences: Iterable[Apart]) -> float:
    """The end of an axis that holds every band of these differences."""
    furthest = max(
        (abs(end) for one in differences for end in (one.band_low, one.band_high)), default=0.0
    )
    return next((step for step in _STEPS if furthest <= step), 1.0)


def top_of(highest: float) -> float:
    """The end of an axis of shares that holds the highest one."""
    return next((step for step in _TOPS if highest <= step), 1.0)


def difference_bar(one: Apart, reach: float, *, rtl: bool) -> Svg:
    """The line of one difference, on an axis from ``-reach`` to ``reach``."""

    def at(value: float) -> float:
        share = min(max((value / reach + 1) / 2, 0.0), 1.0)
        return 1 - share if rtl else share

    drawn = [_upright("zero", at(0.0), 0, _HEIGHT)]
    drawn.append(_level("whisker", at(one.band_low), at(one.band_high), _MIDDLE))
    drawn += [
        _upright("whisker", at(end), _MIDDLE - _CAP, _MIDDLE + _CAP)
        for end in (one.band_low, one.band_high)
    ]
    drawn.append(_level("span", at(one.low), at(one.high), _MIDDLE))
    if one.earliest is not None and one.latest is not None:
        drawn.append(_level("bound", at(one.earliest), at(one.latest), _BELOW))
    kind = "dot" if one.certain else "dot open"
    x = percent(at(one.difference))
    drawn.append(element("circle", class_=kind, cx=x, cy=_MIDDLE, r=5.5))
    return decoration(*drawn, width="100%", height=_HEIGHT)


def mix_bar(p: float, low: float, high: float, crude: float, top: float, *, rtl: bool) -> Svg:
    """A share under a standard mix and as it was, on an axis from 0 to ``top``."""

    def at(value: float) -> float:
        share = min(value / top, 1.0)
        return 1 - share if rtl else share

    x = at(crude)
    drawn = [
        _level("axis", 0, 1, _HEIGHT - 1),
        _level("moved", x, at(p), _MIDDLE),
        _level("span", at(low), at(high), _MIDDLE),
        # A square of nine pixels around a place in per cent.
        element(
            "svg",
            element("rect", class_="was", x=-4.5, y=-4.5, width=9, height=9),
            x=percent(x),
            y=_MIDDLE,
            overflow="visible",
        ),
        element("circle", class_="dot", cx=percent(at(p)), cy=_MIDDLE, r=5.5),
    ]
    return decoration(*drawn, width="100%", height=_HEIGHT)


def axis_row(says: Sequence[tuple[float, str]], *, rtl: bool) -> Svg:
    """What is written under rows of one axis: places from 0 to 1, and words."""
    drawn = []
    for place, words in says:
        anchor = "start" if place <= 0 else "end" if place >= 1 else "middle"
        x = percent(1 - place if rtl else place)
        drawn.append(element("text", words, x=x, y=14, text_anchor=anchor))
    return decoration(*drawn, width="100%", height=18)


def _level(kind: str, start: float, end: float, y: float) -> Svg:
    return element("line", class_=kind, x1=percent(start), x2=percent(end), y1=y, y2=y)


def _upright(kind: str, x: float, top: float, foot: float) -> Svg:
    return element("line", class_=kind, x1=percent(x), x2=percent(x), y1=top, y2=foot)
