"""SQLite in this process and in memory: slower than DuckDB, and there wherever Python is."""

from __future__ import annotations

import sqlite3
from contextlib import closing, contextmanager
from typing import TYPE_CHECKING

from candlemark.measure.log.engines.engine import as_columns

if TYPE_CHECKING:
    from collections.abc import Iterator

    import numpy as np
    import pyarrow as pa
    from numpy.typing import NDArray


class SQLite:
    """An engine on one connection; no file."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def hold(self, name: str, table: pa.Table) -> None:
        """Copy a table, some rows at a time."""
        columns = ", ".join(f"{column} INTEGER NOT NULL" for column in table.column_names)
        self._connection.execute(f"CREATE TABLE {name} ({columns})")
        marks = ", ".join("?" * table.num_columns)
        for batch in table.to_batches(max_chunksize=50_000):
            rows = zip(*(column.to_pylist() for column in batch.columns), strict=True)
            self._connection.executemany(f"INSERT INTO {name} VALUES ({marks})", rows)

    def view(self, name: str, query: str) -> None:
        """Give a query a name."""
        self._connection.execute(f"CREATE VIEW {name} AS {query}")

    def ask(self, query: str) -> dict[str, NDArray[np.int64]]:
        """The answer, one array a column."""
        cursor = self._connection.execute(query)
        return as_columns([column[0] for column in cursor.description], cursor)


@contextmanager
def sqlite_engine() -> Iterator[SQLite]:
    """An engine for one question."""
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as connection:
        connection.execute("PRAGMA temp_store = MEMORY")
        yield SQLite(connection)
