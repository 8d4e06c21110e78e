"""Which events have a day that can be right, and of which day the log is.

Nothing is guessed: an event without a day has none.  Where the source numbers a case's events, one
without a day lies between the days of its neighbours; before the first of them nothing is known of
it.  Where it does not, it is set aside, and its unit is marked as one with a gap.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from candlemark.errors import NothingToMeasure, NotMeasurable
from candlemark.measure.columns import day_of, days_since
from candlemark.measure.log.event_log import numbered, whole
from candlemark.measure.log.ordering import UNDATED_HI, UNDATED_LO

if TYPE_CHECKING:
    from datetime import date

    import pyarrow as pa
    from numpy.typing import NDArray

    from candlemark.measure.log.event_log import EventLog
    from candlemark.measure.log.ordering import Days, Integers


@dataclass(frozen=True, slots=True, eq=False)
class Dated:
    """Which events have a day that can be right."""

    rows: Integers | None
    """Their places in the log; None: all."""
    lo: Days
    hi: Days
    """Of those; never after the last day the source can know of."""
    known: int
    undated: int
    after: int
    gaps: set[int]
    """Units, as the log's cases are numbered, with an event without a day."""


def dated_events(log: EventLog, today: date | None) -> Dated:
    """Sort out events without a day and after the last day the source can know of."""
    lo, hi = (whole(log.events, name, UNDATED_LO) for name in ("lo", "hi"))
    if lo is None or hi is None:  # refused by EventLog
        raise NotMeasurable("the log has no days")
    lo = lo.astype(np.int32, copy=False)
    hi = lo if _same(log.events) else hi.astype(np.int32, copy=False)
    without = lo == UNDATED_LO
    known = _last_day(log, hi, without, today)
    late = lo > known
    placed = "seq" in log.events.column_names
    aside = late if placed else late | without
    gaps: set[int] = set()
    undated = int(without.sum())
    if undated:
        hi = np.where(without, UNDATED_HI, hi).astype(np.int32)
        unit = numbered(log.events["case"])[1]
        if placed:
            aside = aside | (without & _before_all(unit, ~without & ~late, log))
        gaps = set(np.unique(unit[without & aside]).tolist())
        undated = int((without & aside).sum())
    if hi is not lo:
        hi = np.minimum(hi, known)
    if not aside.any():
        return Dated(None, lo, hi, known, 0, 0, gaps)
    rows = np.flatnonzero(~aside)
    if not len(rows):
        raise NothingToMeasure(
            f"no event of the log has a day up to {day_of(known)}",
            hint="say of which day the log is with --as-of",
        )
    lo, hi = lo[rows], lo[rows] if hi is lo else hi[rows]
    return Dated(rows, lo, hi, known, undated, int(late.sum()), gaps)


def _same(events: pa.Table) -> bool:
    """Whether the first and the last day are one column: every day is known, or not at all."""
    one, other = (events[name].chunks for name in ("lo", "hi"))
    return len(one) == len(other) and all(
        a.buffers()[1].address == b.buffers()[1].address and a.offset == b.offset
        for a, b in zip(one, other, strict=True)
    )


def _before_all(unit: Days, fine: NDArray[np.bool_], log: EventLog) -> NDArray[np.bool_]:
    """Which events stand before every one of their unit that has a day: of those nothing is known.

    An event between two others that have days happened between those days.
    """
    seq = whole(log.events, "seq")
    if seq is None:
        return ~fine
    first = np.full(int(unit.max()) + 1, np.iinfo(np.int64).max)
    np.minimum.at(first, unit[fine], seq[fine])
    return seq < first[unit]


def _last_day(log: EventLog, hi: Days, without: NDArray[np.bool_], today: date | None) -> int:
    """The last day the log can know of."""
    if log.known_until is not None:
        return days_since(log.known_until)
    given = hi[~without] if without.any() else hi
    if today is not None:
        given = given[given <= days_since(today)] if (given > days_since(today)).any() else given
    if not len(given):
        raise NothingToMeasure(
            "no event of the log has a day that can be right",
            hint="name the column with the days, or say of which day the log is with --as-of",
        )
    return int(given.max())
