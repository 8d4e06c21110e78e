"""Event logs as others write them: CSV, Parquet, data frames, XES, OCEL 2.0.

All of them become an ``EventLog`` or are refused with everything that is wrong at once.  Days are
civil days as they were written; no reader moves one because of a zone or of daylight saving.  Who
did something (``org:resource``) is never read.
"""

from candlemark.measure.log.reading.columns import Columns
from candlemark.measure.log.reading.opening import KINDS, read_events
from candlemark.measure.log.reading.tables import log_of

__all__ = ["KINDS", "Columns", "log_of", "read_events"]
