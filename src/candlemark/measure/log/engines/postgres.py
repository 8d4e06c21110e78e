"""A PostgreSQL server: the tables go there as temporary ones of one transaction, rolled back after.

A password is taken from where PostgreSQL's own programs take it (``~/.pgpass``, a service file) and
not from the name of the engine, which others on the machine can read in its list of processes.
"""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final

import pyarrow as pa
from pyarrow import csv

from candlemark.errors import SettingRefused
from candlemark.measure.log.engines.engine import as_columns, brought

if TYPE_CHECKING:
    from collections.abc import Iterator

    import numpy as np
    from numpy.typing import NDArray

_PLAIN: Final = csv.WriteOptions(include_header=False)


class Postgres:
    """An engine on one connection in one transaction."""

    def __init__(self, connection: Any) -> None:
        self._connection = connection

    def hold(self, name: str, table: pa.Table) -> None:
        """Copy a table, some rows at a time, and let the server learn what is in it."""
        columns = ", ".join(f"{column} bigint NOT NULL" for column in table.column_names)
        with self._connection.cursor() as cursor:
            cursor.execute(f"CREATE TEMP TABLE {name} ({columns}) ON COMMIT DROP")
            with cursor.copy(f"COPY {name} FROM STDIN (FORMAT csv)") as copy:
                for batch in table.to_batches(max_chunksize=100_000):
                    sink = pa.BufferOutputStream()
                    csv.write_csv(batch, sink, _PLAIN)
                    copy.write(sink.getvalue().to_pybytes())
            cursor.execute(f"ANALYZE {name}")

    def view(self, name: str, query: str) -> None:
        """Give a query a name."""
        self._connection.execute(f"CREATE TEMP VIEW {name} AS {query}")

    def ask(self, query: str) -> dict[str, NDArray[np.int64]]:
        """The answer, one array a column."""
        with self._connection.cursor() as cursor:
            cursor.execute(query)
            return as_columns([column.name for column in cursor.description], cursor)


@contextmanager
def postgres_engine(server: str) -> Iterator[Postgres]:
    """An engine for one question.

    Raises:
        SettingRefused: psycopg is not installed, the server is named with a password, or it cannot
            be reached.
    """
    psycopg = brought("psycopg", "psycopg", "install candlemark[postgres]")
    try:
        said = psycopg.conninfo.conninfo_to_dict(server)
    except psycopg.Error:
        raise SettingRefused(
            "this names no PostgreSQL server", hint="write it as postgresql://HOST/DATABASE"
        ) from None
    if said.get("password"):
        raise SettingRefused(
            "the name of an engine must not hold a password",
            hint="put it into ~/.pgpass and leave it out",
        )
    try:
        connection = psycopg.connect(server, connect_timeout=10)
    except psycopg.Error:
        raise SettingRefused(
            "the PostgreSQL server cannot be reached",
            hint="look whether it runs, and who may enter",
        ) from None
    try:
        yield Postgres(connection)
    finally:
        connection.rollback()
        connection.close()
