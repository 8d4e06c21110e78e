"""Rows of bars in SVG: as wide as there is room, letters of one size, mirrored where a tongue is.

No script, no style attribute, no letters from elsewhere.  A row says its label and its number; its
bar begins where the row says, so that parts of a whole stand like a stair.  Where there is no
number there is no bar, and the sign of the cell stands in its place.  What waits is hatched, what
ended otherwise is open; the words say it too.
"""

from __future__ import annotations

import textwrap
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from candlemark.measure.drawing.svg import Svg, element, image, joined, percent
from candlemark.publish.table import Form, Sign
from candlemark.publish.wording import glyph, sign_labels

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from candlemark.publish.site.speaking import Speaker
    from candlemark.publish.table import Cell

STYLE: Final = (
    ".bars{font:15px system-ui,'Segoe UI',Roboto,Tahoma,Arial,sans-serif}"
    ".bars text{fill:#1b1e23}.bars .soft{fill:#565d68;font-size:13.5px}.bars .num{font-weight:600}"
    ".bars .head{font-weight:600;font-size:14px}"
    ".bars .bar{fill:#24606f}.bars .reached{fill:#2f6f4e}.bars .ended{fill:none;stroke:#6d727c}"
    ".bars .edge{fill:none;stroke:#b45309}.bars .hatch{stroke:#b45309;stroke-dasharray:3 4}"
    ".bars .rail{fill:#e9e6de}.bars .sign{fill:none;stroke:#565d68}"
    ".bars .sign-waiting{stroke-dasharray:3 3}.bars .sign-missing{stroke:none}"
    ".bars .span{stroke:#1b1e23;stroke-width:2}"
    "@media(max-width:30rem){.bars .wide-only{display:none}}"
    "@media screen and (prefers-color-scheme:dark){.bars text{fill:#e8e6e1}"
    ".bars .soft{fill:#a9afba}"
    ".bars .bar{fill:#7fb8c9}.bars .reached{fill:#79c29b}.bars .ended{stroke:#8f96a3}"
    ".bars .edge,.bars .hatch{stroke:#f2a33a}.bars .rail{fill:#2c323c}"
    ".bars .sign{stroke:#a9afba}.bars .span{stroke:#e8e6e1}}"
    "@media print{.bars text{fill:#000}.bars .soft{fill:#333}}"
    "@media(forced-colors:active){.bars text,.bars .soft{fill:CanvasText}"
    ".bars .bar,.bars .reached{fill:Highlight}.bars .rail{fill:GrayText}"
    ".bars .ended,.bars .edge,.bars .hatch,.bars .span,.bars .sign{stroke:CanvasText}}"
)
"""What the classes look like; a picture that stands alone carries it, a page says it once."""

_LINE: Final = 20
_THICK: Final = 14
_GAP: Final = 16
_LETTERS: Final = 27
"""Letters of a label beside its number on a narrow page."""
_WIDTH: Final = 640
"""Of a picture that stands alone, where nobody says how wide it is."""


@dataclass(frozen=True, slots=True)
class Row:
    """One bar, or with no cell a heading."""

    label: str
    cell: Cell | None = None
    kind: str = "bar"
    """``bar``, ``reached``, ``ended`` (open) or ``pending`` (hatched)."""
    begins: float = 0


@dataclass(frozen=True, slots=True)
class Scale:
    """What the whole width stands for, and how numbers are said."""

    whole: float
    form: Form

    @classmethod
    def of(cls, rows: Iterable[Row], form: Form) -> Scale:
        """So wide that every row has room."""
        if form is Form.SHARE:
            return cls(1.0, form)
        ends = [row.begins + _most(row.cell) for row in rows if row.cell is not None]
        return cls(max(ends, default=0) or 1.0, form)


def drawn(
    title: str,
    says: str,
    rows: Sequence[Row],
    scale: Scale,
    speaker: Speaker,
    *,
    alone: bool,
) -> Svg:
    """The rows under one another.

    Args:
        title: what a screen reader says first.
        says: what it says then: the numbers in a sentence.
        rows: from the top.
        scale: of all bars.
        speaker: in whose tongue.
        alone: whether it is a file of its own, with its own style.
    """
    parts: list[Svg] = []
    top = 0.0
    for row in rows:
        made, height = _row(row, top, scale, speaker)
        parts.append(made)
        top += height
    style = [element("style", Svg(STYLE))] if alone else []
    return image(
        title,
        says,
        *style,
        *parts,
        xmlns="http://www.w3.org/2000/svg" if alone else "",
        class_="bars",
        width=_WIDTH if alone else "100%",
        height=top,
        direction=speaker.direction,
        lang=speaker.tongue if alone else "",
    )


def _most(cell: Cell) -> float:
    return max(part for part in (cell.value, cell.high, 0) if part is not None)


def _row(row: Row, top: float, scale: Scale, speaker: Speaker) -> tuple[Svg, float]:
    if row.cell is None:
        space = 12 if top else 0
        head = _lines(speaker, [row.label], top + space, "head")
        return head, space + _LINE + 6
    lines = textwrap.wrap(row.label, _LETTERS) or [""]
    under = top + len(lines) * _LINE + 4
    parts = [_lines(speaker, lines, top), _said(row.cell, top, scale, speaker)]
    parts.append(_bar(row, row.cell, under, scale, speaker))
    return joined(parts), under + _THICK + _GAP - top


def _lines(speaker: Speaker, lines: Sequence[str], top: float, kind: str = "") -> Svg:
    # With a direction from right to left, the start of a line is its right end.
    x = "100%" if speaker.rtl else "0"
    return joined(
        element("text", line, class_=kind, x=x, y=top + 15 + number * _LINE)
        for number, line in enumerate(lines)
    )


def _said(cell: Cell, top: float, scale: Scale, speaker: Speaker) -> Svg:
    """The number and, where there is room, its interval, or the sign, at the end of a line."""
    if cell.sign is not Sign.NUMBER or cell.value is None:
        said, soft = glyph(cell.sign), f" {speaker.text(sign_labels(cell.sign))}"
        kind = "soft"
    else:
        interval = speaker.interval(cell, scale.form)
        said, soft = speaker.value(cell.value, scale.form), f" ({interval})" if interval else ""
        kind = "soft wide-only"
    inside = [element("tspan", said, class_="num")]
    if soft:
        inside.append(element("tspan", soft, class_=kind))
    x = "0" if speaker.rtl else "100%"
    return element("text", *inside, text_anchor="end", x=x, y=top + 15)


def _bar(row: Row, cell: Cell, top: float, scale: Scale, speaker: Speaker) -> Svg:
    rail = element("rect", class_="rail", x=0, y=top + 5, width="100%", height=4)
    if cell.sign is not Sign.NUMBER:
        return joined([rail, _sign(cell, top, speaker)])
    begins, ends = row.begins / scale.whole, (row.begins + (cell.value or 0)) / scale.whole
    shape = _hatched if row.kind == "pending" else _filled
    parts = [rail, shape(row.kind, top, _from(begins, ends, speaker))]
    if cell.low is not None and cell.high is not None:
        low, high = ((row.begins + end) / scale.whole for end in (cell.low, cell.high))
        first, last = _from(low, high, speaker)
        parts.append(
            element(
                "line",
                class_="span",
                x1=percent(first),
                x2=percent(last),
                y1=top + _THICK / 2,
                y2=top + _THICK / 2,
            )
        )
    return joined(parts)


def _from(begins: float, ends: float, speaker: Speaker) -> tuple[float, float]:
    """Both ends from the left, whichever side a reader begins on."""
    return (1 - ends, 1 - begins) if speaker.rtl else (begins, ends)


def _filled(kind: str, top: float, ends: tuple[float, float]) -> Svg:
    first, last = ends
    return element(
        "rect",
        class_=kind,
        x=percent(first),
        y=top,
        width=percent(max(last - first, 0.002)),
        height=_THICK,
    )


def _hatched(_kind: str, top: float, ends: tuple[float, float]) -> Svg:
    first, last = ends
    strokes = element(
        "line",
        class_="hatch",
        x1=percent(first),
        x2=percent(last),
        y1=top + _THICK / 2,
        y2=top + _THICK / 2,
        stroke_width=_THICK,
    )
    return joined([strokes, _filled("edge", top, ends)])


def _sign(cell: Cell, top: float, speaker: Speaker) -> Svg:
    """A box where the bar would begin, another for each sign; none for what nobody knows."""
    x = "100%" if speaker.rtl else "0"
    shift = -_THICK if speaker.rtl else 0
    box = element(
        "rect",
        class_=f"sign sign-{cell.sign.value}",
        x=0,
        y=0,
        width=_THICK,
        height=_THICK,
        rx=_THICK / 2 if cell.sign is Sign.ZERO else 0,
    )
    cross = element("path", class_="sign", d=f"M0 0L{_THICK} {_THICK}M0 {_THICK}L{_THICK} 0")
    dash = element("path", class_="span", d=f"M0 {_THICK / 2}h{_THICK}")
    more = {Sign.SUPPRESSED: [cross], Sign.MISSING: [dash]}.get(cell.sign, [])
    inside = element("g", box, *more, transform=f"translate({shift} 0)") if shift else None
    return element("svg", inside or joined([box, *more]), x=x, y=top, overflow="visible")
