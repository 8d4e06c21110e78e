"""A table out of bytes: values separated by something, a workbook, an export of OpenEvSys.

Nothing is guessed about what a cell means; that is for the mapping.  What is no table, or one that
is too large to be a list of cases, is refused in words that say what to do.  Nothing is written to
a disk.
"""

from __future__ import annotations

import csv
import io
import re
import zipfile
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING, Any, Final

from python_calamine import CalamineError, CalamineWorkbook

from candlemark.errors import SourceEmpty, SourceMalformed
from candlemark.exchange import openevsys

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

Cell = str | date
"""A text as it stands, empty when there is none; or a day a workbook holds as a day."""

MOST_ROWS: Final = 200_000
MOST_COLUMNS: Final = 400
MOST_BYTES: Final = 32 * 1024 * 1024
_UNPACKED: Final = 400 * 1024 * 1024
_RATIO: Final = 200
_LONGEST: Final = 20_000
_SEPARATORS: Final = ",;\t|"
_ZIP: Final = b"PK\x03\x04"
_OLD: Final = b"\xd0\xcf\x11\xe0"
_OTHERS: Final = (b"%PDF", b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"{\\rtf", b"\x1f\x8b", b"Rar!")
_NO_TABLE: Final = "this file is not a table"
_SAVE_AS: Final = "open it in the program it is from and save it as XLSX or CSV"

_LETTERS: Final = {
    "cp1251": "аеиностркмлвАВОРСНЕ",
    "cp1256": "انرمدهوتسكيبلپچ",
    "cp1254": "ıİşŞğĞüÜöÖçÇ",
}
"""What texts in these encodings are full of; of the three, the one that fits best is taken."""


@dataclass(frozen=True, slots=True)
class Table:
    """Rows under headers."""

    sort: str
    """``csv``, ``workbook`` or ``openevsys``."""
    headers: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    first: int
    """The number of the first row, as the program that made the file counts."""
    encoding: str = ""
    separator: str = ""
    sheet: str = ""
    sheets: tuple[str, ...] = ()


def read_table(content: bytes, sheet: str = "") -> Table:
    """The table in a file.

    Args:
        content: its bytes.
        sheet: of a workbook, which sheet; empty: the first that holds something.

    Raises:
        SourceMalformed: it is no table, damaged, or too large.
        SourceEmpty: it holds no rows.
    """
    if len(content) > MOST_BYTES:
        raise SourceMalformed(
            "this file is too large", hint="split it; a file may have 32 MB and 200,000 rows"
        )
    if not content.strip():
        raise SourceEmpty("this file is empty", hint="choose the file that holds the rows")
    if content.startswith((_ZIP, _OLD)):
        return _workbook(content, sheet)
    if content.startswith(_OTHERS):
        raise SourceMalformed(_NO_TABLE, hint=_SAVE_AS)
    if openevsys.looks_like(content):
        headers, rows = openevsys.read(content)
        return _table("openevsys", [headers, *rows])
    return _csv(content)


# Values separated by something


def _csv(content: bytes) -> Table:
    text, encoding = _decoded(content)
    if "\0" in text:
        raise SourceMalformed(_NO_TABLE, hint=_SAVE_AS)
    separator = _separator(text)
    try:
        lines = list(csv.reader(io.StringIO(text), delimiter=separator, strict=True))
    except csv.Error:
        raise SourceMalformed(
            "the quotation marks of this file do not close", hint=_SAVE_AS
        ) from None
    return _table("csv", lines, encoding=encoding, separator=separator)


def _decoded(content: bytes) -> tuple[str, str]:
    for mark, name in (
        (b"\xff\xfe", "utf-16"),
        (b"\xfe\xff", "utf-16"),
        (b"\xef\xbb\xbf", "utf-8"),
    ):
        if content.startswith(mark):
            try:
                return content.decode("utf-8-sig" if name == "utf-8" else name), name
            except UnicodeDecodeError:
                raise SourceMalformed(_NO_TABLE, hint=_SAVE_AS) from None
    try:
        return content.decode("utf-8"), "utf-8"
    except UnicodeDecodeError:
        pass
    fits = {name: _fit(content, name, letters) for name, letters in _LETTERS.items()}
    best = max(fits, key=lambda name: fits[name])
    if fits[best] < 0.15:
        raise SourceMalformed(
            "the letters of this file cannot be read", hint="save it anew, as CSV in UTF-8"
        )
    return content.decode(best, errors="replace"), best


def _fit(content: bytes, encoding: str, letters: str) -> float:
    """Which share of the bytes beyond ASCII are letters that are common in this encoding."""
    high = [one for one in content[:200_000] if one > 0x7F]
    common = set(letters.encode(encoding))
    return sum(one in common for one in high) / len(high) if high else 0.0


def _separator(text: str) -> str:
    """The sign that parts the first lines into the most columns, the same number in each."""
    best, most = ",", 1
    for separator in _SEPARATORS:
        reader = csv.reader(io.StringIO(text[:200_000]), delimiter=separator)
        try:
            widths = [len(line) for _, line in zip(range(20), reader, strict=False) if line]
        except csv.Error:
            continue
        # The last line of a part of a file may be cut, and lines may end early.
        if widths and widths[0] > most and all(one <= widths[0] for one in widths[:-1]):
            best, most = separator, widths[0]
    return best


# Workbooks


def _workbook(content: bytes, sheet: str) -> Table:
    if content.startswith(_ZIP):
        _refuse_bombs(content)
    try:
        book = CalamineWorkbook.from_object(io.BytesIO(content))
        names = tuple(book.sheet_names)
        for name in [sheet] if sheet in names else names:
            rows = book.get_sheet_by_name(name).to_python(skip_empty_area=False)
            if any(_text(cell) for row in rows for cell in row):
                return _table("workbook", rows, sheet=name, sheets=names)
    except (CalamineError, OSError, ValueError, zipfile.BadZipFile):
        raise SourceMalformed(_NO_TABLE, hint=_SAVE_AS) from None
    raise SourceEmpty("this workbook holds no rows", hint="choose the file that holds the rows")


def _refuse_bombs(content: bytes) -> None:
    """A workbook says how large it is when unpacked; one that says too much is not unpacked."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            inside = packed.infolist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError):
        raise SourceMalformed(_NO_TABLE, hint=_SAVE_AS) from None
    if not any(
        one.filename in {"xl/workbook.xml", "xl/workbook.bin", "content.xml"} for one in inside
    ):
        raise SourceMalformed(_NO_TABLE, hint="unpack it, and choose the table itself")
    size = sum(one.file_size for one in inside)
    if size > _UNPACKED or size > max(len(content), 1_000_000) * _RATIO:
        raise SourceMalformed(
            "this workbook becomes far too large when it is opened",
            hint="save the sheet with the cases alone, as CSV",
        )


# Both


def _table(sort: str, lines: Iterable[Sequence[Any]], **known: Any) -> Table:
    """The first line that says something is the headers; empty lines are left out at the end."""
    rows = [(n, tuple(_text(cell) for cell in line)) for n, line in enumerate(lines, 1)]
    while rows and not any(rows[-1][1]):
        rows.pop()
    while rows and not any(rows[0][1]):
        rows.pop(0)
    if not rows:
        raise SourceEmpty("this file holds no rows", hint="choose the file that holds the rows")
    (at, first), *rest = rows
    width = max(len(row) for _, row in rows)
    if len(rest) > MOST_ROWS or width > MOST_COLUMNS:
        raise SourceMalformed(
            f"this table has {len(rest):,} rows and {width:,} columns",
            hint=f"split it; a file may have {MOST_ROWS:,} rows and {MOST_COLUMNS} columns",
        )
    if not rest:
        raise SourceEmpty(
            "this table has one line only", hint="the first line names the columns; rows follow it"
        )
    headers = tuple(_named([str(cell) for cell in first] + [""] * (width - len(first))))
    filled = tuple(row + ("",) * (width - len(row)) for _, row in rest)
    return Table(sort, headers, filled, at + 1, **known)


def _named(headers: Sequence[str]) -> Iterator[str]:
    """The headers, each once; a column without one is named by its place."""
    seen: dict[str, int] = {}
    for n, header in enumerate(headers, 1):
        name = " ".join(header.split()) or f"#{n}"
        seen[name] = seen.get(name, 0) + 1
        yield name if seen[name] == 1 else f"{name} ({seen[name]})"


def _text(cell: object) -> Cell:
    """A cell as text; a day as a day; a number without what the program put behind it."""
    if isinstance(cell, str):
        return cell.strip()[: _LONGEST + 1]
    if isinstance(cell, datetime):
        return cell.date()
    if isinstance(cell, date):
        return cell
    if isinstance(cell, float):
        whole = cell.is_integer() and abs(cell) < 1e15
        return str(int(cell)) if whole else _rounded(cell)
    if isinstance(cell, (time, timedelta)) or cell is None:
        return "" if cell is None else str(cell)
    return str(cell)


def _rounded(number: float) -> str:
    """A number as a spreadsheet shows one it has rounded: 2.01901E+14."""
    text = f"{number:.5E}" if abs(number) >= 1e15 else repr(number)
    return re.sub(r"E\+0*", "E+", text)
