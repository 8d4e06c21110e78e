"""A public table as a page shows it: a sentence, its rows, and a sign where there is no number.

Nothing here looks at an exact figure: what is shown is what readers see, in the reader's tongue.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from candlemark.publish.site.sentences import sentence
from candlemark.publish.table import NOT_APPLICABLE, TOTAL, Sign
from candlemark.publish.wording import knows, sign_labels, sign_notes, texts

if TYPE_CHECKING:
    from collections.abc import Iterator

    from candlemark.publish.site.speaking import Speaker
    from candlemark.publish.table import Cell, Measure, Table


@dataclass(frozen=True, slots=True)
class Line:
    """A row: where it stands, and a cell for each measure."""

    name: str
    cells: tuple[Entry, ...]


@dataclass(frozen=True, slots=True)
class Entry:
    """One cell: a number with its interval, or the sign that stands in its place."""

    sign: str
    """``number``, ``zero``, ``suppressed``, ``waiting``, ``missing``; empty where there is none."""
    text: str = ""
    interval: str = ""
    says: str = ""


@dataclass(frozen=True, slots=True)
class TableShown:
    """A public table for a page."""

    identity: str
    question: str
    title: str
    sentence: str
    as_of: str
    place: str
    """What the rows are divided by."""
    columns: tuple[str, ...]
    lines: tuple[Line, ...]
    more: int
    """Rows that the page leaves out; they are in the files."""
    notes: str
    """What protection did to it."""


def table_shown(table: Table, said: Speaker, most: int) -> TableShown:
    """A table with so many of its rows at most."""
    lines = tuple(_lines(table, said))
    divided = " · ".join(said.text(one.labels) for one in table.dimensions)
    return TableShown(
        identity=table.identity,
        question=table.question.code,
        title=said.text(table.titles),
        sentence=sentence(table, said),
        as_of=said.day(table.as_of),
        place=divided or said.text(table.unit.labels),
        columns=tuple(said.text(one.labels) for one in table.measures),
        lines=lines[:most],
        more=max(len(lines) - most, 0),
        notes=said.text(table.protection.notes),
    )


def signs(said: Speaker) -> list[tuple[str, str, str]]:
    """What can stand in place of a number: the sign, its name and what it means."""
    return [
        (one.value, said.text(sign_labels(one)), said.text(sign_notes(one)))
        for one in Sign
        if one is not Sign.NUMBER
    ]


def _lines(table: Table, said: Speaker) -> Iterator[Line]:
    """The rows: every place of the table once, a cell for each measure."""
    places: dict[tuple[str, ...], dict[str, Cell]] = {}
    for cell in table.cells:
        places.setdefault(cell.at, {})[cell.measure] = cell
    labels = [{one.code: said.text(one.labels) for one in of.categories} for of in table.dimensions]
    for at, cells in places.items():
        named = [
            of[code]
            for code, of in zip(at, labels, strict=True)
            if code not in {TOTAL, NOT_APPLICABLE}
        ]
        yield Line(
            " · ".join(named) or _("Everybody"),
            tuple(_entry(cells.get(one.code), one, said) for one in table.measures),
        )


def _entry(cell: Cell | None, measure: Measure, said: Speaker) -> Entry:
    if cell is None:
        return Entry("")
    reason = (
        texts("reason", cell.reason)
        if cell.reason and knows("reason", cell.reason)
        else sign_labels(cell.sign)
    )
    text = "" if cell.value is None else said.value(cell.value, measure.form)
    interval = "" if cell.low is None or cell.high is None else said.interval(cell, measure.form)
    return Entry(cell.sign.value, text, interval, said.text(reason))
