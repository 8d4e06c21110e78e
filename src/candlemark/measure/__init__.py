"""What justice did: how many stand where after how long, with the pending ones counted as pending.

A :class:`Study` is what questions are asked of (:func:`study` opens one from a ledger).  There are
three questions: :func:`occupancy`, :func:`attrition`, :func:`durations`.  Each gives a figure that
carries what it stands on.  Read in this order: ``figure`` (what comes out), ``study`` (what goes
in), ``cohort`` (who enters and when we stop looking), ``stays``, ``estimators``.

Figures are exact and are for people inside the vault; only ``protect`` makes them public.  What is
refused here: a share among the ended, a median that is not reached, a funnel of unlinked years.
"""

from candlemark.measure.answerable import KNOWN_AT_THE_END
from candlemark.measure.attrition import attrition
from candlemark.measure.columns import NOT_RECORDED, UNMAPPED
from candlemark.measure.durations import durations
from candlemark.measure.estimators import Quantile
from candlemark.measure.figure import (
    PENDING,
    Attrition,
    AttritionGroup,
    Basis,
    CurvePoint,
    Doubt,
    Durations,
    DurationsGroup,
    Figure,
    Horizon,
    Occupancy,
    OccupancyGroup,
    StageDuration,
    StageRow,
    StateValue,
)
from candlemark.measure.flat import as_json, as_rows
from candlemark.measure.ledger_study import study
from candlemark.measure.occupancy import occupancy
from candlemark.measure.study import Study

__all__ = [
    "KNOWN_AT_THE_END",
    "NOT_RECORDED",
    "PENDING",
    "UNMAPPED",
    "Attrition",
    "AttritionGroup",
    "Basis",
    "CurvePoint",
    "Doubt",
    "Durations",
    "DurationsGroup",
    "Figure",
    "Horizon",
    "Occupancy",
    "OccupancyGroup",
    "Quantile",
    "StageDuration",
    "StageRow",
    "StateValue",
    "Study",
    "as_json",
    "as_rows",
    "attrition",
    "durations",
    "occupancy",
    "study",
]
