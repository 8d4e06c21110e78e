"""Exports that spreadsheets open as text: one flat CSV, and a ZIP of tables.

A text that a spreadsheet would take for a formula gets an apostrophe in front, since in CSV nothing
else can say that it is a text.
"""

from __future__ import annotations

import csv
import io
import zipfile
from typing import TYPE_CHECKING, Final

from candlemark.exchange.out.about import about_text
from candlemark.exchange.out.things import CASES, THINGS, rows

if TYPE_CHECKING:
    from collections.abc import Iterable

    from candlemark.exchange.out.things import Row, Value, Writing

_BEGINS: Final = ("=", "+", "-", "@", "\t", "\r")
_BOM: Final = "\ufeff"
"""Without it Excel takes UTF-8 for something else."""


def guarded(value: Value) -> Value:
    """A cell of a CSV file that no spreadsheet runs."""
    return f"'{value}" if isinstance(value, str) and value.startswith(_BEGINS) else value


def csv_file(columns: Iterable[str], lines: Iterable[Row]) -> bytes:
    """Rows as CSV for spreadsheets, in UTF-8 that Excel knows for what it is."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(columns)
    writer.writerows([guarded(value) for value in line] for line in lines)
    return (_BOM + text.getvalue()).encode()


def flat_csv(out: Writing) -> bytes:
    """One line for each case."""
    return csv_file(CASES.columns, rows(CASES, out))


def csv_tables(out: Writing) -> bytes:
    """A ZIP with a CSV file for each table, and one that says what they are."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED, compresslevel=4) as archive:
        archive.writestr(entry_of("README.txt"), about_text(out.taken))
        for thing in THINGS:
            archive.writestr(
                entry_of(f"{thing.name}.csv"), csv_file(thing.columns, rows(thing, out))
            )
    return packed.getvalue()


def entry_of(name: str) -> zipfile.ZipInfo:
    """An entry that does not tell when and where it was packed."""
    entry = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
    entry.compress_type = zipfile.ZIP_DEFLATED
    return entry
