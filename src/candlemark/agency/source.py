"""The files of a source: found, weighed, and their headers held against the crosswalk.

A crosswalk of one table reads a file of any name, or a folder that holds its file or exactly one
CSV file.  A crosswalk of several tables reads a folder that holds all of them.  Every column of a
file must be known to the crosswalk, used or declared unused; a column nobody looked at is a
question nobody asked.  Everything wrong with all headers is said at once.
"""

from __future__ import annotations

import codecs
import hashlib
import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from candlemark.agency.lines import Reader
from candlemark.errors import (
    ColumnsDiffer,
    Fault,
    SourceEmpty,
    SourceError,
    SourceMalformed,
    SourceMissing,
    TablesMissing,
)

if TYPE_CHECKING:
    from pathlib import Path

    from candlemark.definition.crosswalk import Crosswalk, Table

_BLOCK: Final = 1 << 22
_DELIMITER_NAMES: Final = {",": "commas", ";": "semicolons", "\t": "tabs", "|": "bars"}


@dataclass(frozen=True, slots=True)
class Found:
    """A file and the table of the crosswalk it is."""

    table: Table
    path: Path


@dataclass(frozen=True, slots=True)
class Weight:
    """What a file's bytes say before anything is understood: enough to check a reader by."""

    size: int
    sha256: str
    line_feeds: int
    returns: int
    returns_and_feeds: int
    quotes: int
    nuls: int
    ends_with_feed: bool
    marks: int
    """Byte order marks of UTF-8, wherever they stand."""


@dataclass(frozen=True, slots=True)
class Header:
    """The columns of a file, in its order and under the crosswalk's names."""

    columns: tuple[str, ...]
    absent: tuple[str, ...]
    size: int
    """Bytes of the header, its line end included."""
    line_feeds: int
    quotes: int


def find(path: Path, crosswalk: Crosswalk) -> tuple[Found, ...]:
    """The file of each table, in the crosswalk's order.

    Raises:
        SourceMissing: there is nothing at ``path``, or it cannot be read.
        TablesMissing: files the crosswalk names are not there; ``faults`` names each.
    """
    try:
        if path.is_dir():
            found = _in_folder(path, crosswalk)
            for one in found:
                _refuse_other_forms(one)
            return found
        if path.exists() and not path.is_file():
            raise SourceMissing(
                f"{path.name!r} is a pipe or a device, not a file",
                hint="save it as a file first, and name that",
            )
        _refuse_other_forms(Found(crosswalk.main, path))
    except OSError as error:
        raise SourceMissing(
            f"{path.name!r} cannot be read", hint="check the path and who may read it"
        ) from error
    if len(crosswalk.tables) > 1:
        raise TablesMissing(
            f"{crosswalk.code} reads a folder of {len(crosswalk.tables)} tables, not one file",
            hint="name the folder that holds them",
            faults=[Fault(table.file, f"the table {table.name}") for table in crosswalk.tables],
        )
    return (Found(crosswalk.main, path),)


_FORMS: Final = {
    b"\x1f\x8b": ("it is compressed (gzip)", "unpack it first"),
    b"PK\x03\x04": ("it is a zip or a spreadsheet", "unpack it, or save it as CSV"),
    b"\xd0\xcf\x11\xe0": ("it is an old spreadsheet", "save it as CSV"),
    b"%PDF": ("it is a PDF", "ask the agency for the table itself"),
    codecs.BOM_UTF16_LE: ("it is written in UTF-16", "save it as CSV in UTF-8"),
    codecs.BOM_UTF16_BE: ("it is written in UTF-16", "save it as CSV in UTF-8"),
}
"""First bytes of files that are no table of text, and what to do."""


def _refuse_other_forms(found: Found) -> None:
    path = found.path
    with path.open("rb") as file:
        start = file.read(4096)
    if codecs.lookup(found.table.encoding).name.startswith("utf-16"):
        return
    for mark, (what, hint) in _FORMS.items():
        if start.startswith(mark):
            raise SourceMalformed(
                f"{path.name} is not a table of text", hint=hint, faults=[Fault(path.name, what)]
            )
    if b"\r" in start and b"\n" not in start:
        raise SourceMalformed(
            f"{path.name} is not a table of text with line ends as others write them",
            hint="save it again with the line ends of Windows or Unix",
            faults=[Fault(f"{path.name}, line 1", "its lines end in a carriage return alone")],
        )


def _in_folder(folder: Path, crosswalk: Crosswalk) -> tuple[Found, ...]:
    named = [Found(table, folder / table.file) for table in crosswalk.tables]
    missing = [found for found in named if not found.path.is_file()]
    if not missing:
        return tuple(named)
    if len(named) == 1:
        others = [one for one in sorted(folder.iterdir()) if one.suffix.lower() == ".csv"]
        if len(others) == 1:
            return (Found(crosswalk.main, others[0]),)
    raise TablesMissing(
        f"the folder lacks {len(missing)} of the {len(named)} tables of {crosswalk.code}",
        hint="put every file into the folder under the name the crosswalk gives it",
        faults=[
            Fault(found.path.name, f"no such file; it is the table {found.table.name}")
            for found in missing
        ],
    )


def weigh(path: Path) -> Weight:
    """Count and hash the bytes of a file, in one pass that holds little of it in memory."""
    digest = hashlib.sha256()
    size = feeds = returns = pairs = quotes = nuls = marks = 0
    last, tail = b"", b""
    with path.open("rb") as file:
        while block := file.read(_BLOCK):
            digest.update(block)
            size += len(block)
            feeds += block.count(b"\n")
            found = block.count(b"\r")
            if found or last == b"\r":
                returns += found
                pairs += block.count(b"\r\n") + (last == b"\r" and block[:1] == b"\n")
            quotes += block.count(b'"')
            nuls += block.count(b"\0")
            marks += block.count(codecs.BOM_UTF8)
            marks += (tail + block[:2]).count(codecs.BOM_UTF8)  # one that lies across two blocks
            last, tail = block[-1:], block[-2:]
    return Weight(
        size=size,
        sha256=digest.hexdigest(),
        line_feeds=feeds,
        returns=returns,
        returns_and_feeds=pairs,
        quotes=quotes,
        nuls=nuls,
        ends_with_feed=last == b"\n",
        marks=marks,
    )


def headers(files: tuple[Found, ...]) -> tuple[Header, ...]:
    """The header of every file, held against the crosswalk.

    Raises:
        SourceEmpty: a file has no byte, or nothing but empty lines.
        SourceMalformed: a header cannot be read as one.
        ColumnsDiffer: columns are missing or unknown; ``faults`` names all of all files.
    """
    read = [_first_record(found) for found in files]
    faults = [
        fault for found, names in zip(files, read, strict=True) for fault in _differ(found, names)
    ]
    if faults:
        raise ColumnsDiffer(
            "the columns are not those of the crosswalk",
            hint="check that this is the file the crosswalk is for; if the agency changed its"
            " columns, the crosswalk needs a new version that names each as used or unused",
            faults=faults,
        )
    return tuple(_measured(found, names) for found, names in zip(files, read, strict=True))


def _first_record(found: Found) -> list[str]:
    reader = Reader(found.path, found.table.encoding, found.table.delimiter)
    records = reader.records()
    record = next(records, None)
    if found.path.stat().st_size == 0 or (record is None and not reader.faults.ranges):
        raise SourceEmpty(
            f"{found.path.name} is empty", hint="download it again; nothing was imported"
        )
    if record is None or reader.faults.ranges:
        for _ in records:  # to the end, so that every line at fault is named
            pass
        raise malformed(reader.faults.told())
    names = [normal(name) for name in record.values]
    known = {column.name for column in found.table.columns}
    if len(names) == 1 and len(known) > 1:
        for other, said in _DELIMITER_NAMES.items():
            if (
                other in names[0]
                and other != found.table.delimiter
                and known & set(map(normal, names[0].split(other)))
            ):
                wanted = _DELIMITER_NAMES.get(found.table.delimiter, found.table.delimiter)
                where = f"{found.path.name}, line 1"
                raise malformed([Fault(where, f"separated by {said} instead of {wanted}")])
    return names


def _differ(found: Found, names: list[str]) -> list[Fault]:
    known = {column.name: column for column in found.table.columns}
    there = set(names)
    where = found.path.name
    twice = sorted({name for name in names if names.count(name) > 1})
    return [
        *(
            Fault(where, f"the column {name!r} is missing")
            for name, column in known.items()
            if name not in there and not column.optional
        ),
        *(
            Fault(where, f"the column {name!r} is not known to the crosswalk")
            for name in dict.fromkeys(names)
            if name not in known
        ),
        *(Fault(where, f"the column {name!r} stands twice") for name in twice),
    ]


def _measured(found: Found, names: list[str]) -> Header:
    absent = tuple(column.name for column in found.table.columns if column.name not in names)
    size = feeds = quotes = 0
    with found.path.open("rb") as file:
        while quotes % 2 or not size:
            line = file.readline()
            size += len(line)
            feeds += line.count(b"\n")
            quotes += line.count(b'"')
            if not line:
                break
    return Header(tuple(names), absent, size, feeds, quotes)


def malformed(faults: list[Fault] | tuple[Fault, ...]) -> SourceMalformed:
    """The error for a file that is not the table it claims to be."""
    return SourceMalformed(
        "the file is not a well-formed table",
        hint="nothing was imported; get the file again from the agency, and do not open it in a"
        " spreadsheet on the way",
        faults=faults,
    )


def refuse_changed(found: Found, weight: Weight) -> None:
    """Refuse a file whose size is no longer the one that was weighed.

    Raises:
        SourceError: it changed while it was read.
    """
    if found.path.stat().st_size != weight.size:
        raise SourceError(
            f"{found.path.name} changed while it was read",
            hint="wait until it is complete, then import it again",
        )


def normal(text: str) -> str:
    """Unicode NFC, outer space trimmed: how names and codes are compared."""
    return unicodedata.normalize("NFC", text.strip())
