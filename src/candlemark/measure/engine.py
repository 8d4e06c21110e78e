"""The table engine: DuckDB in this process, in memory, with every door to the outside closed.

What is measured was sealed, so nothing of it may reach the disk: no file, no spilling to a
temporary folder, no extension fetched from anywhere.  A question that does not fit in memory is
refused instead.  Dates inside are whole numbers of days since 1970-01-01, so that no engine's idea
of an instant or a zone can enter; every order ends in a number that makes it the only one.
"""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

import duckdb
import numpy as np

from candlemark.errors import MeasureError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from numpy.typing import NDArray

MEMORY_LIMIT = "1500MB"
"""What DuckDB may use; the tables it reads and NumPy come on top, and all stays below 2 GiB."""


@contextmanager
def engine() -> Iterator[duckdb.DuckDBPyConnection]:
    """A connection for one question, closed afterwards."""
    connection = duckdb.connect(
        ":memory:", config={"temp_directory": "", "memory_limit": MEMORY_LIMIT}
    )
    try:
        connection.execute("SET enable_external_access = false")
        connection.execute("SET lock_configuration = true")
        yield connection
    except duckdb.OutOfMemoryException as error:
        raise MeasureError(
            f"the question does not fit in {MEMORY_LIMIT} of memory",
            hint="ask for fewer groups, or divide the cohort by time",
        ) from error
    finally:
        connection.close()


def columns(
    connection: duckdb.DuckDBPyConnection, query: str, values: Mapping[str, object] | None = None
) -> dict[str, NDArray[np.int64]]:
    """The answer to a query of whole numbers, one array per column."""
    answer = connection.execute(query, dict(values or {})).fetchnumpy()
    return {name: np.asarray(column, dtype=np.int64) for name, column in answer.items()}
