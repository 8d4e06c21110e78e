"""DuckDB in this process: reads the Arrow tables where they lie, and nothing reaches the disk."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from candlemark.measure.engine import columns, engine

if TYPE_CHECKING:
    from collections.abc import Iterator

    import duckdb
    import numpy as np
    import pyarrow as pa
    from numpy.typing import NDArray


class DuckDB:
    """The engine that is used when nobody names another."""

    def __init__(self, connection: duckdb.DuckDBPyConnection) -> None:
        self._connection = connection

    def hold(self, name: str, table: pa.Table) -> None:
        """Make a table known by a name; it is not copied."""
        self._connection.register(name, table)

    def view(self, name: str, query: str) -> None:
        """Give a query a name."""
        self._connection.execute(f"CREATE OR REPLACE TEMP VIEW {name} AS {query}")

    def ask(self, query: str) -> dict[str, NDArray[np.int64]]:
        """The answer, one array a column."""
        return columns(self._connection, query)


@contextmanager
def duckdb_engine() -> Iterator[DuckDB]:
    """An engine for one question."""
    with engine() as connection:
        yield DuckDB(connection)
