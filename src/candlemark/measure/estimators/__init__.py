"""Estimators: from counts and arrays to numbers with their uncertainty.

They see no SQL and no words.  Formulas, sources and where each one misleads: docs/methods.
"""

from candlemark.measure.estimators.aalen_johansen import (
    CENSORED,
    Counts,
    Occupation,
    interval,
    occupation,
)
from candlemark.measure.estimators.kaplan_meier import Quantile, Survival, quantiles, survival

__all__ = [
    "CENSORED",
    "Counts",
    "Occupation",
    "Quantile",
    "Survival",
    "interval",
    "occupation",
    "quantiles",
    "survival",
]
