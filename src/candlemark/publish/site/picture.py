"""A table as one picture: bars in SVG that stand alone, for pages and for other people's pages.

No script, no style attribute, no letters from elsewhere.  Where there is no number there is no bar,
and the sign of the cell stands in its place; the whole stands in the table beneath.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from candlemark.measure.drawing.svg import Svg, element, image, joined
from candlemark.publish.site.sentences import of_everybody, sentence
from candlemark.publish.table import NOT_APPLICABLE, TOTAL, Form
from candlemark.publish.wording import glyph, sign_labels

if TYPE_CHECKING:
    from collections.abc import Iterator

    from candlemark.publish.site.speaking import Speaker
    from candlemark.publish.table import Cell, Table

STYLE: Final = (
    ".bars{font:15px system-ui,'Segoe UI',Roboto,Tahoma,Arial,sans-serif}"
    ".bars text{fill:#1b1e23}.bars .soft{fill:#565d68}"
    ".bars .bar{fill:#24606f}.bars .rail{fill:#e9e6de}.bars .span{stroke:#1b1e23;stroke-width:2}"
    "@media(prefers-color-scheme:dark){.bars text{fill:#e8e6e1}.bars .soft{fill:#a9afba}"
    ".bars .bar{fill:#7fb8c9}.bars .rail{fill:#2c323c}.bars .span{stroke:#e8e6e1}}"
    "@media(forced-colors:active){.bars text,.bars .soft{fill:CanvasText}"
    ".bars .bar{fill:Highlight}.bars .rail{fill:GrayText}.bars .span{stroke:CanvasText}}"
)
"""What the classes look like; a picture that stands alone carries it, a page says it once."""

_WIDTH: Final = 640
_ROW: Final = 46
_MOST: Final = 12


@dataclass(frozen=True, slots=True)
class Bar:
    """One number of a picture and what it is of."""

    label: str
    cell: Cell


def picture(table: Table, speaker: Speaker, *, alone: bool) -> Svg:
    """The picture of a table.

    Args:
        table: see above.
        speaker: in whose tongue.
        alone: whether it is a file of its own, with its own style.
    """
    measure, bars = chosen(table, speaker)
    form = table.measure(measure).form
    largest = 1.0 if form is Form.SHARE else max([_most(bar.cell) for bar in bars] or [1.0]) or 1.0
    drawn = [
        _bar(bar, 30 + number * _ROW, largest, form, speaker) for number, bar in enumerate(bars)
    ]
    head = _text(speaker, speaker.text(table.measure(measure).labels), 18, kind="soft")
    height = 34 + _ROW * len(bars)
    inside = [element("style", Svg(STYLE))] if alone else []
    return image(
        speaker.text(table.titles),
        sentence(table, speaker),
        *inside,
        head,
        *drawn,
        xmlns="http://www.w3.org/2000/svg",
        class_="bars",
        viewBox=f"0 0 {_WIDTH} {height}",
        direction=speaker.direction,
        lang=speaker.tongue,
    )


def chosen(table: Table, speaker: Speaker) -> tuple[str, list[Bar]]:
    """The measure a reader asks for first, and a bar for each of its numbers."""
    for measure, along in (("reached", "stage"), ("share", "state"), ("days-half", "stage")):
        dimension = table.dimension(along)
        if dimension is None or measure not in {one.code for one in table.measures}:
            continue
        labels = {one.code: speaker.text(one.labels) for one in dimension.categories}
        found = [(at, cell) for at, cell in of_everybody(table, measure)]
        days = [at["day"] for at, _ in found if at.get("day", NOT_APPLICABLE) != NOT_APPLICABLE]
        found = [(at, cell) for at, cell in found if not days or at.get("day") == days[-1]]
        if found:
            return measure, [Bar(labels[at[along]], cell) for at, cell in found[:_MOST]]
    measure = table.measures[0].code
    return measure, list(_of_first(table, measure, speaker))[:_MOST]


def _of_first(table: Table, measure: str, speaker: Speaker) -> Iterator[Bar]:
    labels = [{one.code: one for one in dimension.categories} for dimension in table.dimensions]
    for cell in table.cells:
        if cell.measure == measure:
            said = [
                speaker.text(named[code].labels)
                for code, named in zip(cell.at, labels, strict=True)
                if code not in {TOTAL, NOT_APPLICABLE}
            ]
            yield Bar(" · ".join(said) or speaker.text(table.unit.labels), cell)


def _most(cell: Cell) -> float:
    return max(part for part in (cell.value, cell.high, 0) if part is not None)


def _bar(bar: Bar, top: int, largest: float, form: Form, speaker: Speaker) -> Svg:
    cell = bar.cell
    if cell.value is None:
        sign = f"{glyph(cell.sign)} {speaker.text(sign_labels(cell.sign))}"
        return joined([_text(speaker, f"{bar.label}: {sign}", top + 14), _rail(top)])
    said = speaker.value(cell.value, form)
    interval = speaker.interval(cell, form)
    label = f"{bar.label}: {said}" + (f" ({interval})" if interval else "")
    width = _WIDTH * cell.value / largest
    parts = [_text(speaker, label, top + 14), _rail(top)]
    if width:
        x = _WIDTH - width if speaker.rtl else 0
        parts.append(element("rect", class_="bar", x=x, y=top + 21, width=width, height=14))
    if cell.low is not None and cell.high is not None:
        ends = [_WIDTH * end / largest for end in (cell.low, cell.high)]
        first, last = ([_WIDTH - end for end in ends]) if speaker.rtl else ends
        parts.append(element("line", class_="span", x1=first, x2=last, y1=top + 28, y2=top + 28))
    return joined(parts)


def _rail(top: int) -> Svg:
    return element("rect", class_="rail", x=0, y=top + 26, width=_WIDTH, height=4)


def _text(speaker: Speaker, text: str, y: int, kind: str = "") -> Svg:
    # With a direction from right to left, the start of a line is its right end.
    return element("text", text, class_=kind, x=_WIDTH if speaker.rtl else 0, y=y)
