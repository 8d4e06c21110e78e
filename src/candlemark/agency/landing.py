"""A file becomes a table of text: every cell as it stands, an empty one as empty text.

First comes the fast reader.  It is not believed: the cells it made must add up, byte for byte, to
the file (cells + delimiters + line ends + quotation marks = size).  Where they do not, or where it
gives up, the exact reader of ``lines`` reads the file again; it either names every line at fault,
and nothing is imported, or its rows are the table.

The table is text and a table, not a view of the file: DuckDB 2.0 pushes a ``try_cast`` into
``read_csv(all_varchar = true)``, where it fails instead of giving NULL (a test pins this).
"""

from __future__ import annotations

import codecs
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import duckdb
import pyarrow as pa

from candlemark.agency import source
from candlemark.agency.engine import name, text
from candlemark.agency.lines import Reader
from candlemark.errors import Fault, SourceEmpty

if TYPE_CHECKING:
    from collections.abc import Iterator

    from candlemark.agency.engine import Engine
    from candlemark.agency.source import Found, Header, Weight
    from candlemark.definition.crosswalk import Table

_ROWS_AT_ONCE: Final = 16_384
_CELL: Final = 100_000
"""Bytes of the longest cell that is taken for a value."""
_CELLS_NAMED: Final = 20
_FAST_ENCODING: Final = "utf-8"


@dataclass(frozen=True, slots=True)
class Landed:
    """A table of the source as text, in the engine under :attr:`sql`.

    ``rowid`` of the engine is the place in the file, from 0.
    """

    table: Table
    number: int
    header: Header
    weight: Weight
    file: str
    rows: int

    @property
    def sql(self) -> str:
        """Name of the engine's table."""
        return f"raw_{self.number}"

    def cell(self, column: str, alias: str = "raw") -> str:
        """SQL for a cell; empty text where the file lacks the column."""
        return "''" if column in self.header.absent else f"{alias}.{name(column)}"


def land(engine: Engine, number: int, found: Found, weight: Weight, header: Header) -> Landed:
    """Read ``found`` into the engine, whole or not at all.

    Raises:
        SourceEmpty: there is a header and no row.
        SourceMalformed: ``faults`` names every line at fault.
        SourceError: the file changed meanwhile.
    """
    table = f"raw_{number}"
    if not (_may_be_fast(found, weight) and _fast(engine, table, found, weight, header)):
        _exact(engine, table, found, header)
    source.refuse_changed(found, weight)
    (rows,) = engine.one(f"SELECT count(*) FROM {table}")
    if rows == 0:
        raise SourceEmpty(
            f"{found.path.name} has a header and no row",
            hint="ask the agency for the file with its rows; nothing was imported",
        )
    _refuse_enormous(engine, table, found, header)
    return Landed(found.table, number, header, weight, found.path.name, rows)


def _refuse_enormous(engine: Engine, table: str, found: Found, header: Header) -> None:
    """Refuse a cell so long that it is a document in the place of a value."""
    lengths = ", ".join(f"max(strlen({name(column)}))" for column in header.columns)
    longest = engine.one(f"SELECT {lengths} FROM {table}")
    faults = [
        Fault(f"{found.path.name}, row {row + 2}, column {column}", f"{length:,} bytes in one cell")
        for column, most in zip(header.columns, longest, strict=True)
        if most > _CELL
        for row, length in engine.rows(
            f"SELECT rowid, strlen({name(column)}) FROM {table}"
            f" WHERE strlen({name(column)}) > {_CELL} ORDER BY rowid LIMIT {_CELLS_NAMED}"
        )
    ]
    if faults:
        raise source.malformed(faults)


def _may_be_fast(found: Found, weight: Weight) -> bool:
    one_way_to_end_lines = weight.returns == weight.returns_and_feeds and weight.returns in {
        0,
        weight.line_feeds,
    }
    return (
        codecs.lookup(found.table.encoding).name == _FAST_ENCODING
        and len(found.table.delimiter) == 1
        and not weight.nuls
        and not weight.marks
        and one_way_to_end_lines
    )


def _fast(engine: Engine, table: str, found: Found, weight: Weight, header: Header) -> bool:
    """Whether the fast reader read the file, and its cells account for every byte."""
    columns = ", ".join(f"{text(column)}: 'VARCHAR'" for column in header.columns)
    names = ", ".join(text(column) for column in header.columns)
    try:
        engine.run(
            f"CREATE OR REPLACE TABLE {table} AS SELECT * FROM read_csv({text(str(found.path))},"
            f" columns = {{{columns}}}, force_not_null = [{names}], auto_detect = false,"
            f" header = true, delim = {text(found.table.delimiter)}, quote = '\"',"
            " escape = '\"', comment = '', encoding = 'utf-8', strict_mode = true,"
            " null_padding = false, ignore_errors = false)"
        )
    except duckdb.OutOfMemoryException:
        raise
    except duckdb.Error:
        return False
    width = len(header.columns)
    cells = [name(column) for column in header.columns]
    length = " + ".join(f"strlen({cell})" for cell in cells)
    rows, size = engine.one(f"SELECT count(*), coalesce(sum({length}), 0) FROM {table}")
    if weight.quotes > header.quotes:
        inside = " OR ".join(f"contains({cell}, '\"')" for cell in cells)
        if engine.rows(f"SELECT 1 FROM {table} WHERE {inside} LIMIT 1"):
            return False  # a quotation mark within a value: only the exact reader can tell
    feeds = weight.line_feeds - header.line_feeds
    if rows != feeds + (not weight.ends_with_feed and rows > 0):
        return False
    line_ends = feeds * (2 if weight.returns else 1)
    marks = weight.quotes - header.quotes
    return bool(weight.size == header.size + size + rows * (width - 1) + line_ends + marks)


def _exact(engine: Engine, table: str, found: Found, header: Header) -> None:
    reader = Reader(found.path, found.table.encoding, found.table.delimiter)
    schema = pa.schema([(column, pa.string()) for column in header.columns])
    columns = ", ".join(f"{name(column)} VARCHAR" for column in header.columns)
    engine.run(f"CREATE OR REPLACE TABLE {table} ({columns})")
    for batch in _batches(reader, schema):
        if reader.faults.ranges:
            continue  # to the end of the file, so that every line at fault is named
        with engine.lent("landing", batch):
            engine.run(f"INSERT INTO {table} SELECT * FROM landing")
    if reader.faults.ranges:
        raise source.malformed(reader.faults.told())


def _batches(reader: Reader, schema: pa.Schema) -> Iterator[pa.Table]:
    """The rows behind the header, some thousand at a time."""
    records = reader.records()
    next(records)
    waiting: list[list[str]] = []

    def made() -> pa.Table:
        arrays = [pa.array(column, pa.string()) for column in zip(*waiting, strict=True)]
        return pa.table(arrays, schema=schema)

    for record in records:
        waiting.append(record.values)
        if len(waiting) == _ROWS_AT_ONCE:
            yield made()
            waiting.clear()
    if waiting:
        yield made()
