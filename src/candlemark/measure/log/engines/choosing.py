"""Which engine a name means, and which may be given what came from a vault."""

from __future__ import annotations

import re
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

from candlemark.errors import SettingRefused
from candlemark.measure.log.engines.duckdb import duckdb_engine
from candlemark.measure.log.engines.postgres import postgres_engine
from candlemark.measure.log.engines.spark import spark_engine
from candlemark.measure.log.engines.sqlite import sqlite_engine

if TYPE_CHECKING:
    from collections.abc import Iterator
    from contextlib import AbstractContextManager

    from candlemark.measure.log.engines.engine import Engine

DUCKDB: Final = "duckdb"
_SPARK: Final = re.compile(r"spark://\S+|local\[(\d+|\*)\]")
_POSTGRES: Final = re.compile(r"postgres(ql)?://\S*")


@contextmanager
def opened_engine(name: str, *, sealed: bool) -> Iterator[Engine]:
    """The engine of a name, closed afterwards.

    Args:
        name: ``duckdb``, ``sqlite``, ``postgresql://HOST/DATABASE``, ``spark://HOST:PORT`` or
            ``local[2]`` (Spark on this machine, with two threads).
        sealed: what it will be given came from a vault.

    Raises:
        SettingRefused: there is no such engine, it cannot be reached, or it is outside this process
            and what it would be given is sealed.
    """
    with _engine(name, sealed=sealed) as engine:
        yield engine


def _engine(name: str, *, sealed: bool) -> AbstractContextManager[Engine]:
    if name == DUCKDB:
        return duckdb_engine()
    if name == "sqlite":
        return sqlite_engine()
    outside = _POSTGRES.fullmatch(name) or _SPARK.fullmatch(name)
    if outside is None:
        raise SettingRefused(
            "there is no such engine",
            hint="name duckdb, sqlite, postgresql://HOST/DATABASE, spark://HOST:PORT or local[2]",
        )
    if sealed:
        raise SettingRefused(
            "what a vault holds is not given to an engine outside this process",
            hint="leave out --engine, or name sqlite",
        )
    return postgres_engine(name) if _POSTGRES.fullmatch(name) else spark_engine(name)
