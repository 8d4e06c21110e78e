"""Pairs a run found, as a table, and cut into pieces for the ledger.

A pair holds names of records and weights of evidence, and no value of either record.
"""

from __future__ import annotations

import hashlib
import io
from typing import TYPE_CHECKING, Final

import pyarrow as pa
import pyarrow.parquet as pq

from candlemark.errors import LedgerBroken
from candlemark.linkage.facts import LinkPairsKept

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

CHUNK_BYTES: Final = 1_000_000
ROWS_AT_ONCE: Final = 40_000
"""Rows of one piece: about 25 bytes each once packed, so that a piece stays under the limit."""

PAIRS: Final = pa.schema(
    [
        ("left_source", pa.string()),
        ("left_record", pa.string()),
        ("right_source", pa.string()),
        ("right_record", pa.string()),
        ("probability", pa.float64()),  # that the two are one, by the model
        ("weight", pa.float32()),  # log2 of the odds, the prior included
        ("levels", pa.list_(pa.int8())),  # by comparison, in the order of the model; -1: unknown
        ("weights", pa.list_(pa.float32())),  # log2 of each comparison's share, 0 for unknown
        ("key", pa.string()),  # the exact key that joined them; null where the model did
    ]
)
"""Every column.  The left record comes before the right one; rows are in their order."""


def pack(run: str, pairs: pa.Table) -> Iterator[LinkPairsKept]:
    """The pieces of a table of :data:`PAIRS`, in order."""
    for number, start in enumerate(range(0, pairs.num_rows, ROWS_AT_ONCE)):
        out = io.BytesIO()
        piece = pairs.slice(start, ROWS_AT_ONCE)
        pq.write_table(piece, out, compression="zstd", compression_level=6)
        yield LinkPairsKept(run, number, out.getvalue())


def evidence_in(piece: LinkPairsKept, at: int) -> pa.Table:
    """One row of a piece, with what its evidence is made of: levels, weights, key."""
    columns = ["levels", "weights", "key"]
    return pq.read_table(pa.BufferReader(piece.data), columns=columns).slice(at, 1)


def hash_of(pieces: Iterable[LinkPairsKept]) -> str:
    """SHA-256 over the bytes of all pieces, in hex."""
    digest = hashlib.sha256()
    for piece in pieces:
        digest.update(piece.data)
    return digest.hexdigest()


def unpack(pieces: Iterable[LinkPairsKept], chunks: int, pairs_hash: str) -> pa.Table:
    """The table again.

    Raises:
        LedgerBroken: pieces are missing, or are not those that the run was kept with.
    """
    found = {piece.n: piece for piece in pieces}
    if sorted(found) != list(range(chunks)):
        raise LedgerBroken(
            f"{chunks - len(found)} of {chunks} pieces of a run's pairs are missing",
            hint="candlemark verify says what is damaged",
        )
    ordered = [found[number] for number in range(chunks)]
    if hash_of(ordered) != pairs_hash:
        raise LedgerBroken(
            "the pairs of a run are not those it was kept with",
            hint="candlemark verify says what is damaged",
        )
    tables = [pq.read_table(pa.BufferReader(piece.data)) for piece in ordered]
    return pa.concat_tables(tables) if tables else PAIRS.empty_table()
