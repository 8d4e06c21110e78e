"""From a cohort of a stay table to its ways.

Here is decided what counts as a length: not of a stay that began before its agency's tracking, of
which only the long ones are seen, and not of a unit with a step without a day, since that step may
lie in between.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from candlemark.measure.columns import days_since
from candlemark.measure.estimators import LAST_TICK, TICKS
from candlemark.measure.log import Flag
from candlemark.measure.process.ways import Place, Ways

if TYPE_CHECKING:
    from candlemark.measure.log import AskedCohort


def ways_of(cohort: AskedCohort) -> Ways:
    """The ways of a cohort; good for as long as the cohort is open."""
    table = cohort.table
    late = [
        f"(agency = {place} AND day0 * CAST({TICKS} AS BIGINT) + since"
        f" < {days_since(day) * TICKS + LAST_TICK})"
        for place, agency in enumerate(table.agencies)
        if (day := table.tracked_from.get(agency)) is not None
    ]
    unknown = " OR ".join([f"(flags & {Flag.GAP:d}) <> 0", *late])
    return Ways(
        cohort,
        tuple(Place(state.own, state.stage, state.final) for state in table.states),
        last_day=days_since(cohort.as_of),
        dwell=f"CASE WHEN {unknown} THEN -1 ELSE days END",
    )
