"""Which engine a name means."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

from candlemark.errors import SettingRefused
from candlemark.measure.log.engines.duckdb import duckdb_engine

if TYPE_CHECKING:
    from collections.abc import Iterator

    from candlemark.measure.log.engines.engine import Engine

DUCKDB: Final = "duckdb"


@contextmanager
def opened_engine(name: str) -> Iterator[Engine]:
    """The engine of a name, closed afterwards.

    Args:
        name: ``duckdb``.

    Raises:
        SettingRefused: there is no such engine.
    """
    if name != DUCKDB:
        raise SettingRefused(f"there is no engine {name}", hint="name duckdb")
    with duckdb_engine() as engine:
        yield engine
