"""The list of one organisation, made ready: what is left out, what is refused, and why.

A list is a CSV file with a column ``record`` and the columns the agreement names, or rows that
another part of ``linkage`` prepared.  Values that stand for *unknown* are unknown.  A row of which
too little is known is left out and counted; rows that are equal in everything are one row; a list
in which one row stands many times, or one column is empty, is refused.
"""

from __future__ import annotations

import csv
import io
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from candlemark.dates import PartialDate
from candlemark.definition.places import place_key
from candlemark.errors import (
    ColumnsDiffer,
    Fault,
    NotUnderstood,
    SourceEmpty,
    SourceMalformed,
)
from candlemark.linkage.columns import ROWS
from candlemark.linkage.preparing import name_columns, prepared, read_name
from candlemark.linkage.private.encoding import joined
from candlemark.linkage.private.pieces import pieces_of
from candlemark.linkage.unknowns import Notebook, says_unknown

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from candlemark.linkage.columns import Noticed
    from candlemark.linkage.private.agreement import Agreement, Attribute, Scheme
    from candlemark.linkage.private.pieces import Pieces

RECORD: Final = "record"
_MOST_ROWS: Final = 2_000_000
_MOST_COPIES: Final = 20
"""Rows equal in everything that are believed to be one person entered more than once."""
_NAMES: Final = frozenset({"name", "father"})
_DATES: Final = frozenset({"birth", "day"})


@dataclass(frozen=True, slots=True)
class ListRow:
    """One row to be encoded."""

    records: tuple[str, ...]
    """What the organisation calls it; several where equal rows were made one."""
    pieces: Mapping[str, Pieces]


@dataclass(frozen=True, slots=True)
class ReadyList:
    """A list as it is encoded."""

    rows: tuple[ListRow, ...]
    left_out: int
    """Rows of which too little is known."""
    made_one: int
    """Rows that were equal to another in everything."""
    noticed: tuple[Noticed, ...]


def read_list(content: bytes, scheme: Scheme) -> tuple[list[dict[str, Any]], tuple[Noticed, ...]]:
    """The rows of a CSV file, prepared.

    Raises:
        SourceEmpty: there is no row.
        SourceMalformed: no table in UTF-8, or rows lack an identifier or share one; with lines.
        ColumnsDiffer: columns of the agreement are missing; all are named.
    """
    table = _table(content)
    head = set(table.fieldnames or ())
    wanted = [RECORD, *dict.fromkeys(one.column for one in scheme.attributes)]
    missing = [name for name in wanted if name not in head and not _parts_of(name, head)]
    if missing:
        raise ColumnsDiffer(
            f"the list has no column {', '.join(missing)}",
            hint=f"the agreement compares {', '.join(wanted[1:])}; {RECORD} names the row",
        )
    rows = _rows(table)
    book = Notebook("list")
    made = [_made(row, scheme, book) for row in rows]
    extra = [{name: row.pop(name) for name in tuple(row) if name not in _KNOWN} for row in made]
    ready = prepared(made, book)
    return [
        one | more for one, more in zip(ready.rows.to_pylist(), extra, strict=True)
    ], ready.noticed


def make_ready(
    rows: Iterable[Mapping[str, Any]], agreement: Agreement, noticed: Sequence[Noticed] = ()
) -> ReadyList:
    """Rows cut into pieces, with what cannot be compared left out.

    Raises:
        SourceMalformed: a column of the agreement is empty, or one row stands many times.
        SourceEmpty: fewer rows are left than the agreement asks for.
    """
    scheme = agreement.scheme
    found: dict[tuple[Pieces, ...], list[str]] = {}
    single: list[ListRow] = []
    filled: Counter[str] = Counter()
    left_out = total = 0
    for row in rows:
        total += 1
        pieces = {one.name: pieces_of(one, row) for one in scheme.attributes}
        known = {one.name: _known(one, pieces) for one in scheme.attributes}
        filled.update(name for name, share in known.items() if share)
        if sum(one.weight * known[one.name] for one in scheme.attributes) < scheme.least_known:
            left_out += 1
        elif all(share == 1 for share in known.values()):
            found.setdefault(tuple(pieces.values()), []).append(str(row[RECORD]))
        else:  # two rows of which something is unknown are never equal
            single.append(ListRow((str(row[RECORD]),), pieces))
    _check_columns(scheme, filled, total)
    _check_copies(found)
    names = [one.name for one in scheme.attributes]
    equal = [
        ListRow(tuple(records), dict(zip(names, values, strict=True)))
        for values, records in found.items()
    ]
    ready = (*equal, *single)
    if len(ready) < agreement.least_rows:
        raise SourceEmpty(
            f"{len(ready):,} rows can be compared; the agreement asks for {agreement.least_rows:,}",
            hint=f"of {left_out:,} of {total:,} rows too little is known to compare them",
        )
    made_one = total - left_out - len(ready)
    return ReadyList(ready, left_out, made_one, tuple(noticed))


def _known(attribute: Attribute, pieces: Mapping[str, Pieces]) -> float:
    """The share of an attribute's pieces that is known."""
    own = joined(attribute, pieces)
    return sum(one is not None for one in own) / len(own) if own else 0.0


def _check_columns(scheme: Scheme, filled: Counter[str], total: int) -> None:
    if not total:
        raise SourceEmpty("the list holds no row", hint="look at the file")
    empty = [one for one in scheme.attributes if not filled[one.name]]
    if empty:
        raise SourceMalformed(
            "columns of the agreement say nothing in any row",
            hint="agree on another scheme, or fill them: what is unknown links nobody",
            faults=[
                Fault(one.column, f"empty, or unknown, in all {total:,} rows, for {one.name}")
                for one in empty
            ],
        )


def _check_copies(found: Mapping[tuple[Pieces, ...], Sequence[str]]) -> None:
    many = sorted((len(records) for records in found.values()), reverse=True)
    many = [count for count in many if count > _MOST_COPIES]
    if many:
        raise SourceMalformed(
            "rows are equal in every column far too often to be people",
            hint="find out what stands there for unknown, and empty those cells",
            faults=[Fault("rows", f"{count:,} equal rows") for count in many[:20]],
        )


def _table(content: bytes) -> csv.DictReader[str]:
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise SourceMalformed("the list is not in UTF-8", hint="save it as CSV in UTF-8") from None
    first = text.partition("\n")[0]
    sign = max(",;\t", key=first.count)
    return csv.DictReader(io.StringIO(text, newline=""), delimiter=sign, restkey="", strict=True)


def _rows(table: csv.DictReader[str]) -> list[dict[str, str]]:
    rows: list[dict[str, str]] = []
    faults: list[Fault] = []
    seen: set[str] = set()
    try:
        for row in table:
            if any(cell is None or isinstance(cell, list) for cell in row.values()):
                faults.append(Fault(f"line {table.line_num}", "not as many cells as the head"))
                continue
            record = row[RECORD].strip()
            if not record or record in seen:
                faults.append(
                    Fault(f"line {table.line_num}", "no identifier" if not record else "twice")
                )
            seen.add(record)
            rows.append(row | {RECORD: record})
            if len(rows) > _MOST_ROWS:
                raise SourceMalformed(f"more than {_MOST_ROWS:,} rows", hint="split the list")
    except csv.Error:
        faults.append(Fault(f"line {table.line_num}", "quotation marks are not closed"))
    if faults:
        raise SourceMalformed(
            "the list is no table in order", hint="mend the lines", faults=faults[:100]
        )
    if not rows:
        raise SourceEmpty("the list holds no row", hint="look at the file")
    return rows


_KNOWN: Final = frozenset({*ROWS.names, *_DATES})


def _parts_of(column: str, head: set[str]) -> bool:
    """Whether a name stands in two columns instead of one."""
    return column == "name" and {"given", "family"} <= head


def _made(row: Mapping[str, str], scheme: Scheme, book: Notebook) -> dict[str, Any]:
    """One row with names, dates and places read; anything else as text."""
    made: dict[str, Any] = {"source": "list", RECORD: row[RECORD]}
    kinds = {one.column: one.kind for one in scheme.attributes}
    made |= _names(row, kinds, book)
    for column, kind in kinds.items():
        text = _text(row, column, book)
        if column in _DATES:
            made[column] = _date(text, column, book)
        elif column == "place":
            made["place"] = place_key(text) or None
        elif column not in _NAMES:
            made[column] = text or None
        if kind == "date" and column not in _DATES:
            raise ColumnsDiffer(
                f"{column} is no column of a date", hint=f"dates are {' and '.join(sorted(_DATES))}"
            )
    return made


def _names(row: Mapping[str, str], kinds: Mapping[str, str], book: Notebook) -> dict[str, Any]:
    """Columns of the name and of the father's, which may stand in the name itself."""
    text = _text(row, "name", book)
    if not text and (given := _text(row, "given", book)) + (family := _text(row, "family", book)):
        text = f"{family}, {given}" if family and given else family or given
    name = read_name(text, "", book) if text else None
    made = name_columns([name] if name and name.known else [])
    said = _text(row, "father", book) if "father" in kinds else ""
    if said:
        father = read_name(said, "", book)
        words = [*father.words, *father.father] if father.known else []
        made["father"] = sorted({word.plain for word in words})
        made["father_keys"] = sorted({key for word in words for key in word.keys})
    return made


def _text(row: Mapping[str, str], column: str, book: Notebook) -> str:
    text = (row.get(column) or "").strip()
    if text and says_unknown(text):
        book.note(column, text.lower()[:20], "says that nothing is known")
        return ""
    return text


def _date(text: str, column: str, book: Notebook) -> PartialDate | None:
    if not text:
        return None
    digits = (
        text
        if not (text.isdecimal() and len(text) == 8)
        else (f"{text[:4]}-{text[4:6]}-{text[6:]}")
    )
    try:
        return PartialDate.parse(digits)
    except NotUnderstood:
        book.note(column, "not a date", "cannot be read: taken for unknown")
        return None
