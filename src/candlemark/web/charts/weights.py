"""What speaks for and against two records being one: a bar to either side of a line, and words.

To the right of the line what speaks for it, to the left what speaks against; right to left the
other way round.  Bars for it are full, bars against it hatched, so that neither colour nor side
alone says which is which; the words beside each bar say it again.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from candlemark.measure.drawing.svg import decoration, element, percent

if TYPE_CHECKING:
    from collections.abc import Sequence

    from candlemark.linkage.judging import Finding
    from candlemark.measure.drawing.svg import Svg
    from candlemark.web.reader import Reader

_LONGEST: Final = 8.0
"""Log2 of the odds a full bar stands for at least, so that weak evidence does not look strong."""
_HEIGHT: Final = 14


@dataclass(frozen=True)
class Bar:
    """One column's evidence, drawn."""

    finding: Finding
    picture: Svg


def weight_bars(findings: Sequence[Finding], reader: Reader) -> tuple[Bar, ...]:
    """A bar for each finding, all to one scale; the strongest first."""
    longest = max([_LONGEST, *(abs(one.weight) for one in findings)])
    ordered = sorted(findings, key=lambda one: (-abs(one.weight), one.column))
    return tuple(Bar(one, _drawn(one.weight / longest, rtl=reader.rtl)) for one in ordered)


def _drawn(share: float, *, rtl: bool) -> Svg:
    """A bar of half the width times the share of the longest, on its side of the middle."""
    length = abs(share) / 2
    after = (share > 0) is not rtl
    bar = element(
        "rect",
        x=percent(0.5 if after else 0.5 - length),
        y=2,
        width=percent(length),
        height=_HEIGHT - 4,
        class_="b-reached" if share > 0 else "o-ended",
        fill="" if share > 0 else "url(#p-hidden)",
    )
    middle = element("line", x1="50%", y1=0, x2="50%", y2=_HEIGHT, class_="axis")
    rail = element("line", x1=0, y1=_HEIGHT / 2, x2="100%", y2=_HEIGHT / 2, class_="grid")
    shown = (rail, bar, middle) if length else (rail, middle)
    return decoration(*shown, width="100%", height=_HEIGHT, class_="weight")
