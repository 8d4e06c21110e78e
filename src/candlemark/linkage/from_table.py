"""A researcher's table as comparable rows, and which of its columns say what.

For benches and for people without a vault.  In a vault, rows come from batches and case files;
which raw columns of a batch hold names is said by the same file (:func:`read_columns`).
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Any, Final

import pyarrow as pa
import pyarrow.csv as pc
import pyarrow.parquet as pq

from candlemark.dates import PartialDate
from candlemark.errors import (
    ColumnsDiffer,
    Fault,
    IdsDamaged,
    NotInOrder,
    NotUnderstood,
    SourceMalformed,
    SourceMissing,
    StorageFull,
)
from candlemark.linkage.from_batch import RawColumns, said_in_cells
from candlemark.linkage.preparing import prepared
from candlemark.linkage.unknowns import Notebook, says_unknown

if TYPE_CHECKING:
    from pathlib import Path

    from candlemark.linkage.columns import Prepared

_LISTS: Final = ("offences", "grounds")
_PLAIN: Final = ("record", "day", "region", "country")


@dataclass(frozen=True, slots=True)
class TableColumns:
    """Which columns of a table say what."""

    record: str
    """Its key."""
    raw: RawColumns
    day: str = ""
    region: str = ""
    """An ISO 3166-2 code; a name of a place goes into ``place``."""
    country: str = ""
    offences: str = ""
    """Terms, with a semicolon between."""
    grounds: str = ""


def read_table(path: Path) -> pa.Table:
    """A table of CSV or Parquet; every cell of CSV as text.

    Raises:
        SourceMissing: it is not there.
        SourceMalformed: it cannot be read.
    """
    try:
        if path.suffix == ".parquet":
            return pq.read_table(path)
        with path.open("rb") as file:
            head = file.readline().decode("utf-8-sig").rstrip("\r\n")
        names = next(iter(_header(head)))
        options = pc.ConvertOptions(
            column_types=dict.fromkeys(names, pa.string()), strings_can_be_null=True
        )
        return pc.read_csv(path, convert_options=options)
    except OSError:
        raise SourceMissing(
            f"{path.name} is not there, or cannot be read", hint="look at the name and the folder"
        ) from None
    except (pa.ArrowInvalid, UnicodeDecodeError):
        raise SourceMalformed(
            f"{path.name} is neither CSV nor Parquet that can be read",
            hint="CSV has one line of column names, UTF-8, commas",
        ) from None


def write_table(table: pa.Table, path: Path) -> None:
    """Write a table as Parquet, or as CSV without the columns that hold lists.

    Raises:
        StorageFull: it could not be written.
    """
    try:
        if path.suffix == ".csv":
            lists = [one.name for one in table.schema if pa.types.is_list(one.type)]
            pc.write_csv(table.drop_columns(lists), path)
        else:
            pq.write_table(table, path)
    except OSError:
        raise StorageFull(
            f"{path.name} could not be written", hint="look at the folder and its space"
        ) from None


def _header(line: str) -> list[list[str]]:
    table = pc.read_csv(pa.BufferReader((line + "\n").encode()), pc.ReadOptions())
    return [table.column_names]


def read_columns(path: Path) -> dict[str, dict[str, Any]]:
    """Which columns say what, by source: a file of TOML with one table for each.

    Raises:
        SourceMissing, NotUnderstood: it is not there, or is no TOML.
        NotInOrder: ``faults`` names every entry nobody knows.
    """
    try:
        said = tomllib.loads(path.read_text("utf-8"))
    except (OSError, UnicodeDecodeError):
        raise SourceMissing(f"{path.name} is not there", hint="name a file of TOML") from None
    except tomllib.TOMLDecodeError as error:
        raise NotUnderstood(
            f"{path.name} is not TOML: {error}", hint="docs/guides/linking.md has an example"
        ) from None
    known = {one.name for one in fields(RawColumns)} | set(_PLAIN) | set(_LISTS)
    faults = [
        Fault(source, f"{name!r} is none of {', '.join(sorted(known))}")
        for source, columns in said.items()
        for name in (columns if isinstance(columns, dict) else [str(columns)])
        if name not in known
    ]
    if faults:
        raise NotInOrder(
            f"{path.name} names columns nobody knows", hint="see the faults", faults=faults
        )
    return said


def raw_columns(said: dict[str, Any]) -> RawColumns:
    """The raw columns of a batch, of one table of :func:`read_columns`."""
    known = {one.name for one in fields(RawColumns)}
    given = {name: value for name, value in said.items() if name in known}
    if isinstance(given.get("name"), str):
        given["name"] = (given["name"],)
    return RawColumns(**{**given, "name": tuple(given.get("name", ()))})


def table_columns(said: dict[str, Any]) -> TableColumns:
    """The columns of a table, of one table of :func:`read_columns`.

    Raises:
        NotInOrder: nothing says which column is the key of a row.
    """
    if not said.get("record"):
        raise NotInOrder(
            "no column is named as the key of a row", hint='write record = "…" for the table'
        )
    own = {name: str(said.get(name, "")) for name in (*_PLAIN, *_LISTS)}
    return TableColumns(raw=raw_columns(said), **own)


def prepare_table(table: pa.Table, columns: TableColumns, source: str) -> Prepared:
    """Comparable rows of a table.

    Raises:
        ColumnsDiffer: columns that are named are not there; all of them together.
        IdsDamaged: rows without a key, or two with the same.
    """
    named = [getattr(columns, name) for name in (*_PLAIN, *_LISTS)]
    wanted = [*dict.fromkeys(filter(None, (*named, *columns.raw.all)))]
    missing = [name for name in wanted if name not in table.column_names]
    if missing:
        raise ColumnsDiffer(
            f"{source} has no column {', '.join(missing)}",
            hint=f"it has {', '.join(table.column_names[:40])}",
        )
    _check_keys(table[columns.record].to_pylist(), source)
    book, rows = Notebook(source), []
    for cells in table.select(wanted).cast(_texts(wanted)).to_pylist():
        told = {name: (text or "").strip() for name, text in cells.items()}
        told = {name: "" if says_unknown(text) else text for name, text in told.items()}
        country = told.get(columns.country, "")
        row: dict[str, Any] = {"source": source, "record": cells[columns.record]}
        row |= said_in_cells(told, columns.raw, country, book)
        row |= {"country": country or None, "region": told.get(columns.region) or row["region"]}
        row |= {name: _terms(told.get(getattr(columns, name), "")) for name in _LISTS}
        rows.append(row | {"day": _day(told.get(columns.day, ""))})
    return prepared(rows, book)


def _texts(wanted: list[str]) -> pa.Schema:
    return pa.schema([(name, pa.string()) for name in wanted])


def _check_keys(keys: list[Any], source: str) -> None:
    empty, several = sum(not key for key in keys), len(keys) - len(set(keys))
    if empty or several:
        raise IdsDamaged(
            f"{source}: {empty:,} rows have no key, {several:,} one that another row has",
            hint="each row needs a key of its own, so that a link can be named",
        )


def _terms(text: str) -> list[str]:
    return sorted({part.strip() for part in text.split(";")} - {""})


def _day(text: str) -> PartialDate | None:
    try:
        return PartialDate.parse(text[:10]) if text else None
    except NotUnderstood:
        return None
