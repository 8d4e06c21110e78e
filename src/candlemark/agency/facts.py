"""What is kept of an import: one fact that tells about the batch, and its content in chunks.

The content (cases, codes, events and the tables as they landed) is Parquet, cut into pieces of at
most :data:`CHUNK_BYTES`, because a part of the ledger is bounded.  A chunk means nothing without
its batch.  All facts of a batch are appended in one transaction.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date  # noqa: TC003 - the ledger reads the types of facts at run time
from typing import Final

from candlemark.agency.report import Report, Revision  # noqa: TC001 - the same
from candlemark.ledger import Fact, Kinds

CHUNK_BYTES: Final = 1_000_000

BATCH: Final = "agency.batch"
CHUNK: Final = "agency.chunk"
CROSSWALK: Final = "agency.crosswalk"


@dataclass(frozen=True, slots=True)
class SourceFile:
    """A file that was imported: its name (never its folder), size and SHA-256 in hex."""

    table: str
    name: str
    size: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Content:
    """One table of the content, and the number of chunks it is cut into."""

    name: str
    """``cases``, ``codes``, ``events``, ``revision``, or ``raw/`` and the name of a table."""
    rows: int
    size: int
    chunks: int


class BatchKept(Fact, frozen=True):
    """That an agency's files were imported: from what, by which crosswalk, with what result."""

    id: str
    crosswalk: str
    crosswalk_version: int
    crosswalk_fingerprint: str
    edition: str
    edition_fingerprint: str
    sources: tuple[SourceFile, ...]
    imported_on: date
    """Civil date at the place of import; dates after it, or after ``as_of``, are in doubt."""
    as_of: date | None
    report: Report
    contents: tuple[Content, ...]
    revision: Revision | None


class ChunkKept(Fact, frozen=True):
    """A piece of one table of a batch's content, numbered from 0."""

    batch: str
    content: str
    n: int
    data: bytes


class CrosswalkKept(Fact, frozen=True):
    """The file of a crosswalk that a batch was read by, as it stood."""

    code: str
    version: int
    fingerprint: str
    """SHA-256 of ``file``, in hex."""
    file: bytes


KINDS: Final = Kinds.of((BATCH, 1, BatchKept), (CHUNK, 1, ChunkKept), (CROSSWALK, 1, CrosswalkKept))
"""What this floor says in the ledger."""
