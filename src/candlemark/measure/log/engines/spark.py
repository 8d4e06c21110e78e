"""Apache Spark, for those who outgrow a machine: a cluster by its name, or ``local[2]`` here.

PySpark is no dependency of Candlemark and in none of its locks: it exists as source only, weighs
half a gigabyte and needs Java.  ``requirements/spark.txt`` pins it.
"""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass, field
from threading import Lock
from typing import TYPE_CHECKING, Any, Final

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


@dataclass(slots=True)
class _Running:
    """What a process has of Spark: one context, and the engines that are open on it."""

    context: Any = None
    """The session that began the context; None when none of ours is open."""
    engines: int = 0
    lock: Lock = field(default_factory=Lock)


_RUNNING: Final = _Running()


@contextmanager
def spark_engine(master: str) -> Iterator[Spark]:
    """An engine with a session of its own: names in it are nobody else's.

    A question may open a second engine before the first is done with.  Both are on the one context
    that Spark allows a process, which ends with the last of them.  A context that was there before,
    as in somebody's notebook, is used and left running.

    Raises:
        SettingRefused: PySpark or Java is not installed, the cluster cannot be reached, or this
            process is at another one.
    """
    sql = brought("pyspark.sql", "PySpark", "install it by requirements/spark.txt, and Java 17")
    with _RUNNING.lock:
        there = _RUNNING.context or sql.SparkSession.getActiveSession()
        session = there or _started(sql.SparkSession.builder, master)
        at = session.sparkContext.master
        if at != master:
            raise SettingRefused(
                "Spark runs in this process already, at another address",
                hint=f"name {at}, or end what uses it first",
            )
        if there is None:
            _RUNNING.context = session
        _RUNNING.engines += 1
    try:
        yield Spark(_own(session, master))
    finally:
        with _RUNNING.lock:
            _RUNNING.engines -= 1
            if _RUNNING.engines == 0 and _RUNNING.context is not None:
                _RUNNING.context = None
                session.stop()


def _started(builder: Any, master: str) -> Any:
    builder = builder.master(master).appName("candlemark")
    for name in ("spark.ui.enabled", "spark.ui.showConsoleProgress"):
        builder = builder.config(name, "false")
    try:
        return builder.getOrCreate()
    except Exception as error:  # Java's own errors have no common class but this
        raise SettingRefused(
            f"Spark cannot be started at {master}", hint="look whether Java 17 is installed"
        ) from error


def _own(session: Any, master: str) -> Any:
    own = session.newSession()
    own.conf.set("spark.sql.session.timeZone", "UTC")
    if master.startswith("local"):
        own.conf.set("spark.sql.shuffle.partitions", "4")  # of 200: nothing here is that large
    return own
