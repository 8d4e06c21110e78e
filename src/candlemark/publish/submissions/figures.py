"""Published tables in a document: a sentence, a picture, the numbers, how they came about."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from candlemark.errors import Fault, NotInOrder
from candlemark.publish.covering import told
from candlemark.publish.open.citation import apa
from candlemark.publish.site.bars import Scale
from candlemark.publish.site.picture import picture_rows
from candlemark.publish.site.sentences import sentence
from candlemark.publish.submissions.blocks import (
    bars,
    citation,
    facts,
    heading,
    paragraph,
    short,
    table,
)
from candlemark.publish.table import NOT_APPLICABLE, Sign
from candlemark.publish.wording import glyph, sign_labels, sign_notes

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from candlemark.publish.open import Placing
    from candlemark.publish.site.bars import Row
    from candlemark.publish.submissions.blocks import Block
    from candlemark.publish.submissions.voice import Voice
    from candlemark.publish.table import Cell, Measure, Table

MOST: Final = 200
"""Rows of a table on paper; a longer one is for the open data."""
DAYS: Final = 5
"""Days of a table on paper, the last among them; the others are in the open data."""


_LEFT_TO_RIGHT: Final = "\N{LEFT-TO-RIGHT MARK}"


def refuse_long(tables: Sequence[Table]) -> None:
    """Refuse tables that nobody reads on paper.

    Raises:
        NotInOrder: ``faults`` names each.
    """
    faults = [
        Fault(one.name, f"it has {rows:,} rows")
        for one in tables
        if (rows := len({cell.at for cell in one.cells})) > MOST
    ]
    if faults:
        raise NotInOrder(
            f"a table has more than {MOST} rows, too many for paper",
            hint="choose others with --table; the whole table is in the open data",
            faults=faults,
        )


def figure(found: Table, placing: Placing, voice: Voice) -> Iterator[Block]:
    """The blocks of one table."""
    said = voice.speaker
    yield heading(3, said.text(found.titles))
    if found.simulated:
        yield paragraph(voice.said("simulated"))
    told = sentence(found, said)
    yield paragraph(told)
    yield _picture(found, told, voice)
    days = _days(found)
    yield _numbers(found, days, voice)
    if days:
        yield paragraph(voice.said("other-days"))
    yield facts(_about(found, voice))
    # The slash that ends an address would stand before it at the end of a line from the right.
    last = _LEFT_TO_RIGHT if said.rtl else ""
    yield citation(f"{voice.said('cite')}: {apa(found, placing, voice.tongue)}{last}")


def _picture(found: Table, told: str, voice: Voice) -> Block:
    """The bars a page of the table has, and in words all that they show."""
    said = voice.speaker
    of, rows = picture_rows(found, said)
    heads = [one.label for one in rows if one.cell is None]
    caption = heads[0] if len(heads) == 1 else said.text(of.labels)
    whole = Scale.of(rows, of.form).whole or 1
    drawn, under = [], ""
    for one in rows:
        if one.cell is None:
            under = f"{one.label} · " if len(heads) > 1 else ""
        else:
            drawn.append(_bar(f"{under}{one.label}", one, one.cell, (of, whole), voice))
    words = (f"{one['label']}: {one['said']}." for one in drawn)
    return bars(caption, " ".join([told, *words]), drawn)


def signs(tables: Sequence[Table], voice: Voice) -> Block:
    """What stands in cells without a number, as far as there are such cells."""
    there = {cell.sign for one in tables for cell in one.cells} - {Sign.NUMBER}
    said = voice.speaker
    return facts(
        (
            f"{glyph(sign)} {said.text(sign_labels(sign))}",
            [said.text(sign_notes(sign)), ""],
        )
        for sign in Sign
        if sign in there
    )


def _about(found: Table, voice: Voice) -> Iterator[tuple[str, list[str]]]:
    said = voice.speaker
    printed = voice.said("printed", edition=found.edition, print=short(found.edition_fingerprint))
    for code, text in (
        ("agency", said.text(found.agency.labels)),
        ("counted", said.text(found.unit.labels)),
        ("as-of", said.day(found.as_of)),
        ("method", said.text(found.method.labels)),
        ("uncertainty", said.text(found.uncertainty.labels)),
        ("protection", said.text(found.protection.notes)),
        ("edition", printed),
    ):
        yield voice.said(code), [text, ""]
    yield said.word("coverage"), ["; ".join(told(found.coverage, said.tongue)), ""]


def _days(found: Table) -> frozenset[str]:
    """Days after entry that are printed, evenly over all; empty where all of them are."""
    along = found.dimension("day")
    every = [one.code for one in along.categories] if along is not None else []
    if len(every) <= DAYS:
        return frozenset()
    return frozenset(every[(n + 1) * len(every) // DAYS - 1] for n in range(DAYS))


def _numbers(found: Table, days: frozenset[str], voice: Voice) -> Block:
    said = voice.speaker
    column = next((n for n, one in enumerate(found.dimensions) if one.code == "day"), 0)
    labels = [
        {one.code: said.text(one.labels) for one in dimension.categories} | {NOT_APPLICABLE: ""}
        for dimension in found.dimensions
    ]
    places: dict[tuple[str, ...], dict[str, Cell]] = {}
    for cell in found.cells:
        if not days or cell.at[column] in days | {NOT_APPLICABLE}:
            places.setdefault(cell.at, {})[cell.measure] = cell
    rows = [
        [
            *(of[code] for code, of in zip(at, labels, strict=True)),
            *(_value(cells.get(one.code), one, voice) for one in found.measures),
        ]
        for at, cells in places.items()
    ]
    head = [
        *(said.text(one.labels) for one in found.dimensions),
        *(said.text(one.labels) for one in found.measures),
    ]
    return table(head, rows, len(found.measures))


def _value(cell: Cell | None, measure: Measure, voice: Voice) -> str:
    if cell is None:
        return ""
    if cell.value is None:
        return glyph(cell.sign)
    value = voice.speaker.value(cell.value, measure.form)
    interval = voice.speaker.interval(cell, measure.form)
    return f"{value} ({interval})" if interval else value


def _bar(
    label: str, row: Row, cell: Cell, scale: tuple[Measure, float], voice: Voice
) -> dict[str, Any]:
    measure, whole = scale
    said = _value(cell, measure, voice)
    if cell.value is None:
        said = f"{said} {voice.speaker.text(sign_labels(cell.sign))}"
    ends = None
    if cell.low is not None and cell.high is not None:
        ends = [(row.begins + end) / whole for end in (cell.low, cell.high)]
    begins, wide = row.begins / whole, (cell.value or 0) / whole
    return {
        "label": label,
        "said": said,
        "look": row.kind,
        "begins": begins,
        "wide": wide,
        "span": ends,
    }
