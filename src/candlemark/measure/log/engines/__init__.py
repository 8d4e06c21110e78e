"""Where aggregates are computed: one small contract, four engines that must agree to the integer.

Every query is written once, on what all of them mean alike: whole numbers, comparisons, CASE,
joins, GROUP BY, and window functions whose order ends in a number that makes it the only one.  Days
stay days; ``tick >> 6`` is the day of a tick.  Not used are division, dates, instants, text,
booleans and any function whose result an engine may round.

``duckdb`` and ``sqlite`` work in this process and in memory.  A PostgreSQL server and Spark are
outside it, and are given nothing that came from a vault.
"""

from __future__ import annotations

from candlemark.measure.log.engines.choosing import DUCKDB, opened_engine
from candlemark.measure.log.engines.engine import Engine

__all__ = ["DUCKDB", "Engine", "opened_engine"]
