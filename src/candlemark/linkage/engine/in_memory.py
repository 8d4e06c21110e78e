"""DuckDB in this process, in memory: nothing of a row reaches the disk, no file is read."""

from __future__ import annotations

from typing import Final

import duckdb

_LEAN: Final[dict[str, str | bool | int | float | list[str]]] = {
    # By itself it would write what does not fit in memory to a folder beside the program.
    "temp_directory": "",
    # What one question took goes back to the system before the next is asked.
    "allocator_flush_threshold": "1MB",
    "allocator_bulk_deallocation_flush_threshold": "1MB",
}


def in_memory() -> duckdb.DuckDBPyConnection:
    """A connection of its own, to be closed afterwards."""
    connection = duckdb.connect(":memory:", config=_LEAN)
    connection.execute("SET enable_external_access = false")
    return connection
