"""A file of events by what is in it; its name decides only between texts."""

from __future__ import annotations

import gzip
from typing import TYPE_CHECKING, Final

import pyarrow as pa

from candlemark.errors import SourceMalformed, SourceMissing
from candlemark.measure.log.reading.columns import Columns
from candlemark.measure.log.reading.ocel import (
    log_of_ocel_json,
    log_of_ocel_sqlite,
    log_of_ocel_xml,
)
from candlemark.measure.log.reading.tables import log_of_csv, log_of_parquet
from candlemark.measure.log.reading.xes import log_of_xes

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from candlemark.measure.log.event_log import EventLog

_LOOKED_AT: Final = 4_096
KINDS: Final[Mapping[str, Callable[[Path, Columns], EventLog]]] = {
    "csv": log_of_csv,
    "parquet": log_of_parquet,
    "xes": log_of_xes,
    "ocel-json": log_of_ocel_json,
    "ocel-xml": log_of_ocel_xml,
    "ocel-sqlite": log_of_ocel_sqlite,
}
"""The forms that are read."""


def read_events(path: Path, columns: Columns | None = None) -> EventLog:
    """The event log in a file: CSV, Parquet, XES (also packed), or OCEL 2.0 in any of its forms.

    Args:
        path: the file.
        columns: what is said about it; without it the usual names are looked for.

    Raises:
        SourceMissing: there is no such file, or it cannot be read.
        SourceError, NotUnderstood: it is no log of events; every fault that was found.
    """
    try:
        with path.open("rb") as file:
            start = file.read(_LOOKED_AT)
    except OSError:
        raise SourceMissing(
            f"there is no file {path.name} that can be read", hint="look where it lies"
        ) from None
    log = KINDS[_kind(path, start)](path, columns or Columns())
    pa.default_memory_pool().release_unused()  # reading takes twice what is kept
    return log


def _kind(path: Path, start: bytes) -> str:
    if start.startswith(b"PAR1"):
        return "parquet"
    if start.startswith(b"SQLite format 3\0"):
        return "ocel-sqlite"
    if start.startswith(b"\x1f\x8b"):
        try:
            with gzip.open(path) as file:
                start = file.read(_LOOKED_AT)
        except (OSError, EOFError):
            start = b""
        if not start.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<"):
            raise SourceMalformed(
                "the packed file holds no XES", hint="unpack it first and give what is in it"
            )
        return "xes"
    text = start.lstrip(b"\xef\xbb\xbf \t\r\n")
    if text.startswith(b"{"):
        return "ocel-json"
    if text.startswith(b"<"):
        return "ocel-xml" if b"<object-types" in start or b"<ocel" in start else "xes"
    return "csv"
