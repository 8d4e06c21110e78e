"""A batch's tables as Parquet in memory, cut into chunks for the ledger, and put together again.

Nothing is written to a disk here: the bytes go from the engine through the encoder into the parts
that the ledger seals.
"""

from __future__ import annotations

import io
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from candlemark.agency.facts import CHUNK_BYTES, Content
from candlemark.errors import LedgerBroken

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from candlemark.agency.codes import Book
    from candlemark.agency.engine import Engine

RAW: Final = "raw/"
"""Contents with this beginning are the tables of the source, as they landed."""

CASES: Final = pa.schema(
    [
        ("case", pa.string()),
        ("incident", pa.string()),
        ("start_lo", pa.date32()),
        ("start_hi", pa.date32()),
    ]
)
CODES: Final = pa.schema(
    [(name, pa.string()) for name in ("case", "scheme", "term", "raw", "relation", "absent")]
)
EVENTS: Final = pa.schema(
    [
        ("case", pa.string()),
        ("seq", pa.int32()),
        ("own", pa.string()),
        ("stage", pa.string()),
        ("lo", pa.date32()),
        ("hi", pa.date32()),
        ("outcome", pa.string()),
        ("raw", pa.string()),
        ("ends", pa.bool_()),
        ("doubt", pa.string()),
    ]
)

_ROW_GROUP: Final = 131_072
_LEVEL: Final = 1
"""Of zstd: with names of units delta-coded it packs tighter here than level 3 without."""


@dataclass(frozen=True, slots=True)
class Packed:
    """One table of the content, encoded."""

    content: Content
    stored: memoryview

    def chunks(self) -> Iterator[bytes]:
        """The pieces, in order."""
        for start in range(0, len(self.stored), CHUNK_BYTES):
            yield bytes(self.stored[start : start + CHUNK_BYTES])


@dataclass(frozen=True, slots=True)
class Wanted:
    """A table of the content before it is made: SQL, and how its rows become the columns."""

    name: str
    sql: str
    dress: Callable[[pa.RecordBatch], pa.Table] | None = None
    """Puts texts in the place of numbers; the engine never handles them row by row."""
    sorted_names: tuple[str, ...] = ()
    """Columns of nearly unique texts."""

    def tables(self, engine: Engine) -> Iterator[pa.Table]:
        """The rows, some thousand at a time; at least one, perhaps empty, table."""
        reader = engine.stream(self.sql)
        dress = self.dress or _as_it_is
        yield dress(pa.RecordBatch.from_pylist([], reader.schema))
        for batch in reader:
            yield dress(batch)


def _as_it_is(batch: pa.RecordBatch) -> pa.Table:
    return pa.Table.from_batches([batch])


def dress_cases(batch: pa.RecordBatch) -> pa.Table:
    """The columns of ``cases``."""
    return pa.Table.from_batches([batch]).cast(CASES)


def codes_dresser(units: pa.Array, books: Sequence[Book]) -> Callable[[pa.RecordBatch], pa.Table]:
    """Makes the columns of ``codes`` from numbers of units and codes."""
    names = CODES.names[1:]
    nothing = pa.schema([CODES.field(name) for name in names]).empty_table()
    whole = pa.concat_tables([nothing, *(book.table.select(names) for book in books)])
    encoded = {name: pc.dictionary_encode(whole[name].combine_chunks()) for name in names}

    def dress(batch: pa.RecordBatch) -> pa.Table:
        columns = [encoded[name].take(batch["code"]) for name in names]
        return pa.table([units.take(batch["k"]), *columns], names=CODES.names)

    return dress


def events_dresser(
    units: pa.Array, sayings: pa.Table, doubts: Sequence[str]
) -> Callable[[pa.RecordBatch], pa.Table]:
    """Makes the columns of ``events`` from numbers of units, sayings and doubts."""
    encoded = {
        name: pc.dictionary_encode(sayings[name].combine_chunks())
        for name in ("own", "stage", "outcome", "raw")
    }
    ends = sayings["ends"].combine_chunks()
    doubt_texts = pa.array(doubts, pa.string())

    def dress(batch: pa.RecordBatch) -> pa.Table:
        saying = batch["saying"]
        own, stage, outcome, raw = (encoded[name].take(saying) for name in encoded)
        doubt = pa.DictionaryArray.from_arrays(batch["doubt"], doubt_texts)
        arrays = [
            units.take(batch["k"]),
            batch["seq"],
            own,
            stage,
            batch["lo"],
            batch["hi"],
            outcome,
            raw,
            ends.take(saying),
            doubt,
        ]
        return pa.table(arrays, names=EVENTS.names)

    return dress


def pack(wanted: Wanted, engine: Engine) -> Packed:
    """Encode a table of the content, without holding it all."""
    sink = io.BytesIO()
    rows = 0
    drawn = wanted.tables(engine)
    waiting = [next(drawn)]
    schema = waiting[0].schema
    with pq.ParquetWriter(
        sink,
        schema,
        compression="zstd",
        compression_level=_LEVEL,
        use_dictionary=[name for name in schema.names if name not in wanted.sorted_names],
        column_encoding=dict.fromkeys(wanted.sorted_names, "DELTA_BYTE_ARRAY"),
        write_statistics=False,  # the smallest and largest name of a unit help nobody
        store_schema=False,  # read back as plain text, whatever it was written from
    ) as writer:
        held = 0
        for table in drawn:
            waiting.append(table)
            held += table.num_rows
            if held >= _ROW_GROUP:
                writer.write_table(pa.concat_tables(waiting), _ROW_GROUP)
                rows, held, waiting = rows + held, 0, []
        if waiting:
            writer.write_table(pa.concat_tables(waiting), _ROW_GROUP)
    stored = sink.getbuffer()
    chunks = -(-len(stored) // CHUNK_BYTES)
    return Packed(Content(wanted.name, rows + held, len(stored), chunks), stored)


def pack_all(engine: Engine, wanted: Iterable[Wanted]) -> list[Packed]:
    """Encode several tables, two at a time: one is encoded while the next is computed."""
    with ThreadPoolExecutor(2) as pool:
        return list(pool.map(lambda one: pack(one, engine), wanted))


def unpack(content: Content, chunks: dict[int, bytes]) -> pa.BufferReader:
    """The Parquet file that ``chunks`` are pieces of.

    Raises:
        LedgerBroken: pieces are missing, or they are not of the size that was noted.
    """
    if sorted(chunks) != list(range(content.chunks)):
        raise LedgerBroken(f"pieces of the content {content.name} of a batch are missing")
    stored = b"".join(chunks[number] for number in range(content.chunks))
    if len(stored) != content.size:
        raise LedgerBroken(f"the content {content.name} of a batch has not its size")
    return pa.BufferReader(stored)


def table_of(stored: pa.BufferReader) -> pa.Table:
    """The whole table."""
    return pq.read_table(stored)


def reader_of(stored: pa.BufferReader) -> pa.RecordBatchReader:
    """The table, some thousand rows at a time."""
    file = pq.ParquetFile(stored)
    return pa.RecordBatchReader.from_batches(file.schema_arrow, file.iter_batches())
