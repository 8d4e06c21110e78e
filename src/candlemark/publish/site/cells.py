"""Cells of a table as HTML, and what has to be said beside them wherever they stand."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final

from markupsafe import Markup, escape

from candlemark.publish import wording
from candlemark.publish.covering import SAID, told
from candlemark.publish.table import Sign

if TYPE_CHECKING:
    from collections.abc import Mapping

    from candlemark.publish.site.speaking import Speaker
    from candlemark.publish.table import Cell, Measure, Table

ROOM: Final = 24_000
"""Bytes that the rows of a table may take of a page."""
_NO_MARKS: Final[Mapping[tuple[tuple[str, ...], str], Markup]] = MappingProxyType({})


def rows(
    table: Table,
    said: Speaker,
    marks: Mapping[tuple[tuple[str, ...], str], Markup] = _NO_MARKS,
    room: int = ROOM,
) -> tuple[Markup, int]:
    """The rows of a table as HTML, as many as there is room for, and how many are left out.

    Args:
        table: see above.
        said: in whose tongue.
        marks: what stands beside a number, by its place and measure.
        room: bytes that they may take.
    """
    places: dict[tuple[str, ...], dict[str, Cell]] = {}
    for cell in table.cells:
        places.setdefault(cell.at, {})[cell.measure] = cell
    labels = [
        {one.code: said.text(one.labels) for one in dimension.categories}
        for dimension in table.dimensions
    ]
    made = Markup()
    for number, (at, cells) in enumerate(places.items()):
        named = Markup().join(
            Markup('<th scope="row" data-code="{}">{}</th>').format(code, of[code])
            for code, of in zip(at, labels, strict=True)
        )
        values = Markup().join(
            cell_html(cells.get(measure.code), measure, said, marks.get((at, measure.code)))
            for measure in table.measures
        )
        row = Markup("<tr>{}{}</tr>\n").format(named, values)
        room -= len(row.encode())
        if room < 0 and number:
            return made, len(places) - number
        made += row
    return made, 0


def cell_html(
    cell: Cell | None, measure: Measure, said: Speaker, mark: Markup | None = None
) -> Markup:
    """One cell: its number with its interval, or its sign with what that means, and a mark."""
    if cell is None:
        return Markup("<td></td>")
    reason = (
        escape(said.text(wording.texts("reason", cell.reason)))
        if cell.reason and wording.knows("reason", cell.reason)
        else escape(said.text(wording.sign_labels(cell.sign)))
    )
    interval = said.interval(cell, measure.form)
    small = Markup("<small>{}</small>").format(interval) if interval else Markup()
    beside = mark or Markup()
    if cell.sign is not Sign.NUMBER or cell.value is None:
        return Markup(
            '<td><span class="glyph" aria-hidden="true">{}</span>'
            '<span class="away">{}</span>{}{}</td>'
        ).format(wording.glyph(cell.sign), reason, beside, small if cell.high else "")
    shown = Markup('<data value="{}">{}</data>').format(
        cell.value, said.value(cell.value, measure.form)
    )
    return Markup("<td>{}{}{}</td>").format(shown, beside, small)


def signs(said: Speaker) -> list[dict[str, Any]]:
    """What the signs of cells look like, and mean."""
    return [
        {
            "code": sign.value,
            "glyph": wording.glyph(sign) or said.number(12),
            "labels": wording.sign_labels(sign),
            "notes": wording.sign_notes(sign),
        }
        for sign in Sign
    ]


def as_of(table: Table, said: Speaker) -> str:
    """Of which day a table is, and whether somebody said so."""
    day = said.day(table.as_of)
    return day if table.as_of_stated else said.word("as-of-found", day=day)


def coverage(table: Table, said: Speaker) -> Markup:
    """Whose cases a table covers, since when, and what share of them says what is counted.

    A line each; of a table of before, that it is not told.
    """
    covers = told(table.coverage, said.tongue, none=said.word("coverage-few"))
    return Markup("<br>").join(covers or [said.word("coverage-none")])


def covered(table: Table, said: Speaker) -> str:
    """What share of the cases says what is counted; whose they are where there is no such share.

    For where numbers stand among others: the page of the table tells everything.
    """
    shares = [one for one in table.coverage if one.what == SAID] or table.coverage[:1]
    return "; ".join(told(shares, said.tongue, none=said.word("coverage-few")))


def protection(table: Table, said: Speaker) -> str:
    """What protection did to a table, and how many cells it hides."""
    hidden = said.word(
        "suppressed-of",
        hidden=said.number(table.protection.suppressed),
        cells=said.number(len(table.cells)),
    )
    return f"{said.text(table.protection.notes)} {hidden}"
