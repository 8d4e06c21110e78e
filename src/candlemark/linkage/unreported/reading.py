"""A table of overlaps out of a file: CSV with a column for each list, or JSON.

docs/formats/overlap.md describes both.

Columns that are no list are refused: a table split by month or by place is many tables of a few
people each, and of those no estimate is made.
"""

from __future__ import annotations

import json
import re
from datetime import date
from typing import TYPE_CHECKING, Any, Final

from candlemark.errors import Fault, NotInOrder, NotMeasurable, SourceEmpty, SourceMalformed
from candlemark.exchange import read_table
from candlemark.linkage.unreported.tables import OverlapTable

if TYPE_CHECKING:
    from collections.abc import Sequence

    from candlemark.exchange import Table

_NUMBERED: Final = re.compile(r" \(\d+\)$")

SHORTEST: Final = 60
"""Days: of a shorter time no estimate is made."""

_FORM: Final = "docs/formats/overlap.md shows what such a file looks like"


def read_overlaps(content: bytes) -> OverlapTable:
    """The table in a file.

    Raises:
        SourceEmpty: there is nothing in it.
        SourceMalformed: it is neither CSV nor JSON.
        NotInOrder: it is no table of overlaps; every fault is named.
        NotMeasurable: nothing can be learnt from it, or it is of too short a time.
    """
    if content.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] in {b"{", b"["}:
        return _of_json(content)
    return _of_table(read_table(content))


def _of_table(table: Table) -> OverlapTable:
    # Whoever reads tables tells headers that are twice there apart by a number.
    lists = [
        before if (before := _NUMBERED.sub("", header)) in table.headers else header
        for header in table.headers[:-1]
    ]
    faults, rows = [], []
    for number, cells in enumerate(table.rows, table.first):
        row = [str(cell).strip() for cell in cells]
        for header, cell in zip(table.headers, row, strict=True):
            if header == table.headers[-1]:
                if not (cell.isascii() and cell.isdigit() and len(cell) <= 12):
                    faults.append(
                        Fault(f"row {number}, column {header}", "it is not a number of people")
                    )
            elif cell not in {"0", "1"}:
                faults.append(Fault(f"row {number}, column {header}", "it is neither 1 nor 0"))
        if not faults:
            rows.append(([int(cell) for cell in row[:-1]], int(row[-1])))
    if faults:
        raise NotInOrder(
            "this is not a table of overlaps",
            hint=f"one column for each list and one for the count, nothing else: {_FORM}",
            faults=faults,
        )
    return OverlapTable.of(lists, rows)


def _of_json(content: bytes) -> OverlapTable:
    try:
        document = json.loads(content.decode("utf-8-sig"))
    except (UnicodeDecodeError, ValueError, RecursionError):
        raise SourceMalformed("this file is not JSON", hint=_FORM) from None
    if not isinstance(document, dict):
        raise SourceMalformed("this JSON holds no table of overlaps", hint=_FORM)
    _require_time(document)
    lists, patterns = document.get("lists"), document.get("patterns")
    if lists is None or not _texts(lists) or not isinstance(patterns, list):
        raise NotInOrder(
            "this is not a table of overlaps",
            hint=_FORM,
            faults=[Fault("lists, patterns", "they are missing, or not what they should be")],
        )
    if not patterns:
        raise SourceEmpty("this file holds no patterns", hint=_FORM)
    faults, rows = [], []
    for number, given in enumerate(patterns, 1):
        where = f"pattern {number}"
        pattern = given if isinstance(given, dict) else {}
        on, count = pattern.get("on"), pattern.get("people")
        if on is None or not _texts(on) or len(set(on)) != len(on) or not set(on) <= set(lists):
            faults.append(Fault(where, "“on” does not name lists of “lists”, each once"))
        elif not isinstance(count, int) or isinstance(count, bool):
            faults.append(Fault(where, "“people” is not a whole number"))
        else:
            rows.append(([int(name in on) for name in lists], count))
    if faults:
        raise NotInOrder("this is not a table of overlaps", hint=_FORM, faults=faults)
    return OverlapTable.of(lists, rows)


def _texts(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(one, str) for one in value)


def _require_time(document: dict[str, Any]) -> None:
    """Refuse a table that says of itself that it is of a month."""
    ends: Sequence[Any] = [document.get("from"), document.get("to")]
    if ends == [None, None]:
        return
    try:
        first, last = (date.fromisoformat(str(end)) for end in ends)
    except ValueError:
        raise NotInOrder(
            "the time of this table cannot be read",
            hint="write both as days, like 2026-03-31, or leave both out",
            faults=[Fault("from, to", "they are not two days")],
        ) from None
    if (last - first).days + 1 < SHORTEST:
        raise NotMeasurable(
            "this table is of less than two months",
            hint="no estimate is made of a month: count a longer time together",
        )
