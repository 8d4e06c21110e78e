"""Event logs from anywhere, the stay table they become, and the cohorts that are asked of it.

Read in this order: ``event_log`` (what goes in), ``ordering`` and ``staying`` (what follows from
it), ``stay_table`` (what is kept), ``ask`` and ``cohort`` (how a question is opened), ``engines``.
"""

from candlemark.measure.estimators import CENSORED
from candlemark.measure.log.ask import Ask, Where
from candlemark.measure.log.coarse_ways import ImputedGroup, imputed_occupation, ways_of
from candlemark.measure.log.cohort import AskedCohort, asked
from candlemark.measure.log.event_log import EventLog
from candlemark.measure.log.from_study import stays_of
from candlemark.measure.log.snapshots import Snapshots, then_and_now
from candlemark.measure.log.stay_table import Flag, SetAside, State, StayTable
from candlemark.measure.log.staying import stay_table
from candlemark.measure.log.ticks import LAST_TICK, TICKS

__all__ = [
    "CENSORED",
    "LAST_TICK",
    "TICKS",
    "Ask",
    "AskedCohort",
    "EventLog",
    "Flag",
    "ImputedGroup",
    "SetAside",
    "Snapshots",
    "State",
    "StayTable",
    "Where",
    "asked",
    "imputed_occupation",
    "stay_table",
    "stays_of",
    "then_and_now",
    "ways_of",
]
