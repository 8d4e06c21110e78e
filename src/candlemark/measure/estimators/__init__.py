"""Estimators: from counts and arrays to numbers with their uncertainty.

They see no SQL and no words.  Formulas, sources and where each one misleads: docs/methods.
"""

from candlemark.measure.estimators.aalen_johansen import (
    Occupation,
    Transitions,
    occupation,
    transitions,
)
from candlemark.measure.estimators.counts import CENSORED, LAST_TICK, TICKS, Counts, Stays
from candlemark.measure.estimators.intervals import interval
from candlemark.measure.estimators.kaplan_meier import Quantile, Survival, quantiles, survival
from candlemark.measure.estimators.robust import Influence, robust

__all__ = [
    "CENSORED",
    "LAST_TICK",
    "TICKS",
    "Counts",
    "Influence",
    "Occupation",
    "Quantile",
    "Stays",
    "Survival",
    "Transitions",
    "interval",
    "occupation",
    "quantiles",
    "robust",
    "survival",
    "transitions",
]
