"""What the estimators take from stays: robust errors, quantiles of the time in a stage."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from candlemark.measure.estimators import LAST_TICK, TICKS, quantiles, robust, survival
from candlemark.measure.log import Ask, asked
from measuring import Task

if TYPE_CHECKING:
    from candlemark.measure.log import StayTable

HORIZONS = np.array([30, 91, 182, 365, 730, 1095, 1826, 3000]) * TICKS + LAST_TICK
LENGTHS = """
    SELECT state, days, SUM(CASE WHEN next >= 0 THEN 1 ELSE 0 END) AS over,
           SUM(CASE WHEN next < 0 THEN 1 ELSE 0 END) AS still
    FROM stay GROUP BY state, days ORDER BY state, days"""


def sure(table: StayTable) -> Any:
    """Where everybody stands at eight horizons, with robust errors and their covariance."""
    with asked(table, Ask(from_state="reported")) as cohort:
        (start,) = cohort.starts()
        stays = cohort.stays()
    found = robust(stays, len(start), HORIZONS, start=start / start.sum())
    return float(found.se().max())


def waited(table: StayTable) -> Any:
    """Quartiles of the time in every stage, with their intervals."""
    with asked(table) as cohort:
        found = cohort.columns(LENGTHS)
    medians = {}
    for state in np.unique(found["state"]).tolist():
        mine = found["state"] == state
        curve = survival(*(found[name][mine] for name in ("days", "over", "still")))
        medians[state] = quantiles(curve, (0.25, 0.5, 0.75))[1].days
    return medians


TASKS = (
    Task("robust errors at 8 horizons from stays", sure, "stays", seconds=20.0),
    Task("quantiles of time in stage from stays", waited, "stays", seconds=0.6),
)
