"""In which order the events of a unit happened, from days that may be spans and may be shared.

The order is a function of what the events say and never of how a file happens to list them: of two
events the one that must be earlier is; of two on one day the earlier time of that day; of two that
cannot be told apart by time, the one the source numbers first, or the one whose state comes first
as a rule.  Only what is alike in all of that is left to the place in the file.

A day known as a span is never put on the first day of it.  The events of such a unit are brought
into the one order in which nothing happens after it must have, then every span is narrowed by its
neighbours, and the event stands in the middle of what is left.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Integers = NDArray[np.int64]
    Days = NDArray[Any]
    Places = NDArray[np.int16]

_TIME_BITS: Final = 37
"""Bits that the microseconds of a day need."""
_WIDEST: Final = 63
UNDATED_LO: Final = -(1 << 20)
UNDATED_HI: Final = 1 << 20
"""The span of an event without a day whose place among the others is known: all of time."""


@dataclass(frozen=True, slots=True, eq=False)
class Happened:
    """Columns of equal length, one entry an event."""

    unit: Days
    lo: Days
    hi: Days
    state: Places
    """Numbers of states, in the order in which they follow each other as a rule."""
    time: Integers | None
    """Microseconds of the day; 0 where the source gives none."""
    seq: Integers | None
    """The source's own order."""
    agency: Places | None


@dataclass(frozen=True, slots=True, eq=False)
class Ordered:
    """The same events unit by unit, each unit's in the order in which they happened."""

    place: Integers
    """Where each stands in the columns that were given."""
    day: Days
    """The day it stands on."""
    lo: Days
    hi: Days


def ordered(events: Happened) -> Ordered:
    """Bring events into the order of unit and time."""
    spans = events.lo != events.hi
    if not spans.any():
        return _by_day(events, None)
    loose = np.zeros(int(events.unit.max()) + 1, dtype=bool)
    loose[events.unit[spans]] = True
    mine = loose[events.unit]
    plain = _by_day(events, np.flatnonzero(~mine))
    spread = _by_span(events, np.flatnonzero(mine))
    place = np.concatenate([plain.place, spread.place])
    merged = np.argsort(events.unit[place], kind="stable")
    return Ordered(
        place[merged],
        np.concatenate([plain.day, spread.day])[merged],
        np.concatenate([plain.lo, spread.lo])[merged],
        np.concatenate([plain.hi, spread.hi])[merged],
    )


def _by_day(events: Happened, rows: Integers | None) -> Ordered:
    """Events whose days are known: by unit and day, and by :func:`_tie_order` within a day.

    ``rows`` are their places among the events; None: they are all of them.
    """
    unit, day = events.unit, events.lo
    if rows is not None:
        unit, day = unit[rows], day[rows]
        if not len(rows):
            return Ordered(rows, day, day, day)
    place = _sorted_places(unit, day)
    unit, day = unit[place], day[place]
    again = (unit[1:] == unit[:-1]) & (day[1:] == day[:-1])
    if again.any():
        shared = np.concatenate([[False], again]) | np.concatenate([again, [False]])
        at = np.flatnonzero(shared)
        group = np.cumsum(~np.concatenate([[False], again])[at])
        tied = place[at] if rows is None else rows[place[at]]
        place[at] = place[at][_tie_order(events, tied, group)]
    return Ordered(place if rows is None else rows[place], day, day, day)


def _sorted_places(unit: Days, day: Days) -> Integers:
    """Places in the order of unit, day and place: one sort of whole numbers where they fit in one.

    The place in the low bits makes every number unlike any other, so that no sort can be unstable.
    """
    first = int(day.min())
    row_bits = max(len(unit) - 1, 1).bit_length()
    day_bits = max(int(day.max()) - first, 1).bit_length()
    if int(unit.max()).bit_length() + day_bits + row_bits > _WIDEST:
        return np.lexsort((day, unit))
    key = unit.astype(np.int64)
    key <<= day_bits
    key |= day - first
    key <<= row_bits
    key |= np.arange(len(unit))
    key.sort()
    key &= (1 << row_bits) - 1
    return key.astype(np.int32) if len(unit) < 1 << 31 else key


def _tie_order(events: Happened, rows: Integers, group: Integers) -> Integers:
    """The order of events that share a unit and a day; ``group`` numbers what they share.

    Times of the day count where all of the day have one: a source that gives midnight for "some
    time that day" says nothing about an order.
    """
    keys: list[Days] = [rows]
    if events.agency is not None:
        keys.append(events.agency[rows])
    keys.append(events.state[rows])
    if events.seq is not None:
        keys.append(events.seq[rows])
    if events.time is not None:
        time = events.time[rows]
        untimed = np.bincount(group, weights=time <= 0)[group] > 0
        keys.append(np.where(untimed, 0, time))
    order: Integers = np.lexsort([*keys, group])
    return order


def _by_span(events: Happened, rows: Integers) -> Ordered:
    """Events of units some of whose days are spans.

    Again and again, of what is left of a unit, those that nothing left must come before are looked
    at, and the one that comes first as a rule is taken.  All units advance together, so that there
    are as many rounds as the longest unit has events.
    """
    lo, hi = events.lo[rows].astype(np.int64), events.hi[rows].astype(np.int64)
    time = np.zeros_like(lo) if events.time is None else events.time[rows]
    timed = (time > 0) & (lo == hi)
    begins = (lo << _TIME_BITS) + np.where(timed, time, 0)
    finishes = (hi << _TIME_BITS) + np.where(timed, time, (1 << _TIME_BITS) - 1)
    preferred: Days = events.state if events.seq is None else events.seq
    rank = np.empty(len(rows), dtype=np.int64)
    agency = rows * 0 if events.agency is None else events.agency[rows]
    keys: list[Days] = [rows, agency, finishes, begins, preferred[rows]]
    rank[np.lexsort(keys)] = np.arange(len(rows))
    unit = events.unit[rows]
    left = np.lexsort((rank, unit))
    taken: list[Integers] = []
    while len(left):
        starts = np.flatnonzero(np.concatenate([[True], unit[left][1:] != unit[left][:-1]]))
        sizes = np.diff(np.append(starts, len(left)))
        earliest_end = np.repeat(np.minimum.reduceat(finishes[left], starts), sizes)
        may_be_first = begins[left] <= earliest_end
        place = np.where(may_be_first, np.arange(len(left)), len(left))
        first = np.minimum.reduceat(place, starts)
        taken.append(left[first])
        keep = np.ones(len(left), dtype=bool)
        keep[first] = False
        left = left[keep]
    turn = np.repeat(np.arange(len(taken)), [len(each) for each in taken])
    chosen = np.concatenate(taken)
    chosen = chosen[np.lexsort((turn, unit[chosen]))]
    low, high = _narrowed(unit[chosen], lo[chosen], hi[chosen])
    day = low + (high - low) // 2
    return Ordered(rows[chosen], day.astype(np.int32), low.astype(np.int32), high.astype(np.int32))


def _narrowed(unit: Days, lo: Integers, hi: Integers) -> tuple[Integers, Integers]:
    """Spans of ordered events as their neighbours leave them: none begins before the one before.

    The units are moved apart by more than all of time, so that one running extreme serves all.
    """
    apart = unit.astype(np.int64) << 24
    low = np.maximum.accumulate(lo + apart) - apart
    high = np.minimum.accumulate((hi + apart)[::-1])[::-1] - apart
    return low, high
