"""Stays: how long a unit stood where, and where it went from there.

Every figure about time is made of stays.  A stay has whole ticks, ``day since entry * 64 + order
within the day``: steps of one day keep their order and none of them gets lost, and what happens on
a day comes before observation ends on it (order 63).  It is half-open, (entry, leave].

A way ends on the first day on which an event ends it; of several outcomes on that day the strongest
stands.  What comes after does not change it.

Two sets of stays are made, each in one grouped pass:

- :func:`open_stays`: one per unit, pending until it ended;
- :func:`stage_stays`: one per stage a unit stood in, with cycles when a case goes back.
"""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING

import numpy as np

from candlemark.measure.columns import FINE, NOT_YET, days_since
from candlemark.measure.engine import columns
from candlemark.measure.estimators import CENSORED, LAST_TICK, TICKS, Counts
from candlemark.measure.log.ticks import LAST_STEP
from candlemark.measure.stages import ends_by_strength

if TYPE_CHECKING:
    from collections.abc import Sequence

    from candlemark.measure.cohort import Cohort


class Placing(Enum):
    """Which of the days a coarse date can be it stands on; the value names the columns.

    All of them agree where dates are exact.  The shortest has every entry on its last possible day
    and every end on its first, the longest the other way round.
    """

    MIDDLE = ("day", "day")
    SHORTEST = ("hi", "lo")
    LONGEST = ("lo", "hi")


def open_stays(asked: Cohort, states: Sequence[str], placing: Placing = Placing.MIDDLE) -> None:
    """Make the table ``stay``: one row per unit, from entry to the end of its way.

    Args:
        asked: the cohort.
        states: the ends, in the order of the figure; state 0 is pending, the first end 1.
        placing: where coarse dates stand.
    """
    start, end = placing.value
    strength = ends_by_strength(asked.study.edition)
    state_of = [states.index(code) + 1 if code in states else 0 for code in strength]
    asked.connection.execute(
        f"""
        CREATE OR REPLACE TEMP TABLE stay AS
        WITH finish AS (
            SELECT unit, min(greatest(seen.{end} - entered.{start}, 0) * 16 + outcome) AS first
            FROM seen JOIN entered USING (unit)
            WHERE ends AND outcome IS NOT NULL AND verdict = {FINE} AND seen.hi >= entered.lo
            GROUP BY unit
        )
        SELECT unit, 0 AS state, {late(asked, start)} AS entry,
               CASE WHEN first IS NULL THEN ({asked.last_day} - {start}) * {TICKS} + {LAST_TICK}
                    ELSE (first // 16) * {TICKS} + 1 END AS leave,
               coalesce({state_of}[first % 16 + 1], {CENSORED}) AS next
        FROM entered LEFT JOIN finish USING (unit)
        WHERE entry < leave"""
    )


def late(asked: Cohort, start: str = "day") -> str:
    """The tick from which a unit is seen: 0, or the end of the day on which tracking began."""
    tracked = asked.study.tracked_from
    if tracked is None:
        return "0"
    since = f"({days_since(tracked)} - {start})"
    return f"CASE WHEN {since} > 0 THEN {since} * {TICKS} + {LAST_TICK} ELSE 0 END"


def stage_stays(asked: Cohort) -> None:
    """Make the table ``stay``: one row per stage a unit stood in before its way ended.

    States are the places of ``study.stages``, then those of the ends by their strength.  A unit
    does not stand in a stage that it reached by ending there.  Besides the ticks a row has its
    length in days: ``days`` as the dates stand, and ``shortest`` and ``longest`` as they can be.
    ``whole`` is false where the length is not known: the stay began before tracking, or the unit
    went on, before what is known to come next, to a stage without a day that can be right.
    """
    stages = len(asked.study.stages)
    last = asked.last_day
    asked.connection.execute(
        f"""
        CREATE OR REPLACE TEMP TABLE stay AS
        WITH dated AS (
            SELECT unit, seq, stage, ends AND outcome IS NOT NULL AS ends, outcome,
                   greatest(seen.day, entered.day) - entered.day AS day,
                   greatest(seen.lo, entered.lo) AS lo, seen.hi AS hi,
                   {last} - entered.day AS until, {late(asked, "entered.day")} AS late
            FROM seen JOIN entered USING (unit)
            WHERE verdict = {FINE} AND seen.hi >= entered.lo
        ), without AS (
            SELECT unit, bit_or(1::BIGINT << stage) AS stages
            FROM (
                SELECT unit, stage FROM seen SEMI JOIN entered USING (unit)
                WHERE verdict <> {NOT_YET} GROUP BY unit, stage
            ) ANTI JOIN dated USING (unit, stage) GROUP BY unit
        ), finish AS (
            SELECT unit, arg_min({{'stage': stage, 'outcome': outcome, 'lo': lo, 'hi': hi}},
                                 day * 4096 + outcome * 256 + stage) AS event,
                   min(day) AS day, any_value(until) AS until, any_value(late) AS late
            FROM dated WHERE ends GROUP BY unit
        ), step AS (
            SELECT unit, seq, stage::INT AS state, stage, dated.day, lo, hi, dated.until, dated.late
            FROM dated LEFT JOIN finish USING (unit)
            WHERE NOT dated.ends AND (dated.day > 0 OR stage >= {asked.entry})
              AND (finish.day IS NULL OR dated.day < finish.day
                   OR dated.day = finish.day AND stage < event.stage)
            UNION ALL
            SELECT unit, 2147483647, {stages} + event.outcome, event.stage, day, event.lo, event.hi,
                   until, late
            FROM finish
        ), turn AS (
            SELECT * FROM step
            QUALIFY state IS DISTINCT FROM
                    lag(state) OVER (PARTITION BY unit ORDER BY day, state, seq)
        ), placed AS (
            SELECT *, day * {TICKS} + least({LAST_STEP}, row_number() OVER (
                          PARTITION BY unit, day ORDER BY state, seq) - 1) AS tick
            FROM turn
        ), single AS (
            SELECT * FROM placed
            QUALIFY row_number() OVER (PARTITION BY unit, tick ORDER BY state DESC, seq DESC) = 1
        ), stood AS (
            SELECT unit, state, stage, late, until, day, lo, hi, tick,
                   coalesce(lead(stage) OVER way, {stages}) AS then_stage,
                   lead(tick) OVER way AS then_tick, lead(state) OVER way AS then_state,
                   lead(day) OVER way AS then_day, lead(lo) OVER way AS then_lo,
                   lead(hi) OVER way AS then_hi
            FROM single WINDOW way AS (PARTITION BY unit ORDER BY tick, state, seq)
        )
        SELECT unit, state, greatest(tick, late) AS entry,
               tick >= late AND (coalesce(without.stages, 0) >> (stage + 1))
                   & ((1::BIGINT << greatest(then_stage - stage - 1, 0)) - 1) = 0 AS whole,
               coalesce(then_tick, until * {TICKS} + {LAST_TICK}) AS leave,
               coalesce(then_state, {CENSORED}) AS next,
               coalesce(then_day, until) - day AS days,
               greatest(coalesce(then_lo, {last}) - hi, 0) AS shortest,
               greatest(coalesce(then_hi, {last}) - lo, 0) AS longest
        FROM stood LEFT JOIN without USING (unit)
        WHERE state < {stages} AND greatest(tick, late) < leave"""
    )


def still_open(*, whole: bool = False) -> str:
    """A query: each unit of the table ``stay`` whose way had not ended when we stopped looking.

    With ``whole`` only those whose last stay has a length that is known.
    """
    return f"SELECT DISTINCT unit FROM stay WHERE next = {CENSORED}" + " AND whole" * whole


def counts(asked: Cohort, states: int) -> list[Counts]:
    """The three aggregates of the table ``stay``, one set per group of the cohort."""
    moves = columns(asked.connection, _grouped("leave, state, next", f"next <> {CENSORED}"))
    entries = columns(asked.connection, _grouped("entry, state"))
    exits = columns(asked.connection, _grouped("leave, state"))
    found = []
    for group in range(len(asked.groups)):
        parts = [
            np.column_stack([rows[name][rows["grp"] == group] for name in rows if name != "grp"])
            for rows in (moves, entries, exits)
        ]
        found.append(Counts(states, *parts))
    return found


def _grouped(keys: str, where: str = "true") -> str:
    return f"""
        SELECT grp, {keys}, count(*) AS many FROM stay JOIN member USING (unit)
        WHERE {where} GROUP BY grp, {keys} ORDER BY grp, {keys}"""
