"""A batch's tables as Parquet in memory, cut into chunks for the ledger, and put together again.

Nothing is written to a disk here: the bytes go from the engine through the encoder into the parts
that the ledger seals.
"""

from __future__ import annotations

import io
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import pyarrow as pa
import pyarrow.parquet as pq

from candlemark.agency.facts import CHUNK_BYTES, Content
from candlemark.errors import LedgerBroken

if TYPE_CHECKING:
    from collections.abc import Iterator

RAW: Final = "raw/"
"""Contents with this beginning are the tables of the source, as they landed."""

_ROW_GROUP: Final = 131_072
_LEVEL: Final = 3


@dataclass(frozen=True, slots=True)
class Packed:
    """One table of the content, encoded."""

    content: Content
    stored: memoryview

    def chunks(self) -> Iterator[bytes]:
        """The pieces, in order."""
        for start in range(0, len(self.stored), CHUNK_BYTES):
            yield bytes(self.stored[start : start + CHUNK_BYTES])


def pack(name: str, reader: pa.RecordBatchReader) -> Packed:
    """Encode what ``reader`` gives, without holding it all."""
    sink = io.BytesIO()
    rows = 0
    schema = pa.schema([field.remove_metadata() for field in reader.schema])
    with pq.ParquetWriter(sink, schema, compression="zstd", compression_level=_LEVEL) as writer:
        waiting: list[pa.RecordBatch] = []
        held = 0
        for batch in reader:
            rows += batch.num_rows
            held += batch.num_rows
            waiting.append(batch)
            if held >= _ROW_GROUP:
                writer.write_table(pa.Table.from_batches(waiting, schema), _ROW_GROUP)
                waiting, held = [], 0
        writer.write_table(pa.Table.from_batches(waiting, schema), _ROW_GROUP)
    stored = sink.getbuffer()
    chunks = -(-len(stored) // CHUNK_BYTES)
    return Packed(Content(name, rows, len(stored), chunks), stored)


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
