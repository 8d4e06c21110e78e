"""Apache Spark, for those who outgrow a machine: a cluster by its name, or ``local[2]`` here.

PySpark is no dependency of Candlemark and in none of its locks: it exists as source only, weighs
half a gigabyte and needs Java.  ``requirements/spark.txt`` pins it.
"""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import numpy as np

from candlemark.errors import SettingRefused
from candlemark.measure.log.engines.engine import brought

if TYPE_CHECKING:
    from collections.abc import Iterator

    import pyarrow as pa
    from numpy.typing import NDArray


class Spark:
    """An engine on one session."""

    def __init__(self, session: Any) -> None:
        self._session = session

    def hold(self, name: str, table: pa.Table) -> None:
        """Hand a table to the session."""
        self._session.createDataFrame(table).createOrReplaceTempView(name)

    def view(self, name: str, query: str) -> None:
        """Give a query a name."""
        self._session.sql(query).createOrReplaceTempView(name)

    def ask(self, query: str) -> dict[str, NDArray[np.int64]]:
        """The answer, one array a column."""
        answer = self._session.sql(query).toArrow()
        return {
            name: np.asarray(answer[name].to_numpy(), dtype=np.int64)
            for name in answer.column_names
        }


@contextmanager
def spark_engine(master: str) -> Iterator[Spark]:
    """An engine for one question; the session ends with it.

    Raises:
        SettingRefused: PySpark or Java is not installed, or the cluster cannot be reached.
    """
    sql = brought("pyspark.sql", "PySpark", "install it by requirements/spark.txt, and Java 17")
    builder = sql.SparkSession.builder.master(master).appName("candlemark")
    settings = {
        "spark.ui.enabled": "false",
        "spark.ui.showConsoleProgress": "false",
        "spark.sql.shuffle.partitions": "4" if master.startswith("local") else "200",
        "spark.sql.session.timeZone": "UTC",
    }
    for name, value in settings.items():
        builder = builder.config(name, value)
    try:
        session = builder.getOrCreate()
    except Exception as error:  # Java's own errors have no common class but this
        raise SettingRefused(
            f"Spark cannot be started at {master}", hint="look whether Java 17 is installed"
        ) from error
    try:
        yield Spark(session)
    finally:
        session.stop()
