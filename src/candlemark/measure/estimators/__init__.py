"""Estimators: from counts and arrays to numbers with their uncertainty.

They see no SQL and no words.  Read ``counts`` (what they see), ``aalen_johansen`` (where units
stand), ``robust`` (how sure that is), then the one a question needs.  Formulas, assumptions,
sources and where each one misleads: docs/methods.
"""

from candlemark.measure.estimators.aalen_johansen import (
    Occupation,
    Transitions,
    occupation,
    transitions,
)
from candlemark.measure.estimators.chi_square import GroupTest
from candlemark.measure.estimators.coarse import Imputed, Ways, bounds, imputed
from candlemark.measure.estimators.counts import CENSORED, LAST_TICK, TICKS, Counts, Stays
from candlemark.measure.estimators.differences import (
    Differences,
    contrasts,
    differences,
    drawn_contrasts,
    holm,
)
from candlemark.measure.estimators.gray import gray
from candlemark.measure.estimators.incidence import first_passage
from candlemark.measure.estimators.intervals import interval
from candlemark.measure.estimators.kaplan_meier import Quantile, Survival, quantiles, survival
from candlemark.measure.estimators.log_rank import log_rank
from candlemark.measure.estimators.risk_set import Readable, readable
from candlemark.measure.estimators.robust import Influence, robust
from candlemark.measure.estimators.standard import Standardised, shared_strata, standardised
from candlemark.measure.estimators.trends import Segment, Trend, trend

__all__ = [
    "CENSORED",
    "LAST_TICK",
    "TICKS",
    "Counts",
    "Differences",
    "GroupTest",
    "Imputed",
    "Influence",
    "Occupation",
    "Quantile",
    "Readable",
    "Segment",
    "Standardised",
    "Stays",
    "Survival",
    "Transitions",
    "Trend",
    "Ways",
    "bounds",
    "contrasts",
    "differences",
    "drawn_contrasts",
    "first_passage",
    "gray",
    "holm",
    "imputed",
    "interval",
    "log_rank",
    "occupation",
    "quantiles",
    "readable",
    "robust",
    "shared_strata",
    "standardised",
    "survival",
    "transitions",
    "trend",
]
