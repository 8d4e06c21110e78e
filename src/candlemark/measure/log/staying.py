"""From an event log to its stay table: what follows from the events, and what is set aside.

Every event that has a day begins a stay of its unit in the state it names, and ends the one before.
The last stay of a unit is open until the last day the source can know of, as pending, unless its
state is one with which a case ends by law.  Set aside and counted are events without a day, events
after that last day, and what is said of a case after its end.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from candlemark.errors import NotMeasurable
from candlemark.measure.columns import day_of
from candlemark.measure.estimators import CENSORED
from candlemark.measure.log.dating import dated_events
from candlemark.measure.log.event_log import numbered, whole
from candlemark.measure.log.ordering import Happened, ordered
from candlemark.measure.log.stay_table import CODES, ROWS, Flag, SetAside, StayTable
from candlemark.measure.log.ticks import DAY_BITS, LAST_STEP, LAST_TICK
from candlemark.measure.log.usual_order import states_of

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from numpy.typing import NDArray

    from candlemark.measure.log.event_log import EventLog
    from candlemark.measure.log.ordering import Days, Integers, Places
    from candlemark.measure.log.stay_table import State

MOST_STATES: Final = 1_000
"""A log with more activities than this names something else in that column."""
_AT_ONCE: Final = 100_000
_MIX: Final = (0x9E3779B97F4A7C15, 0xBF58476D1CE4E5B9, 0x94D049BB133111EB)
"""The constants of splitmix64 (Steele, Lea & Flood, OOPSLA 2014)."""


def stay_table(log: EventLog, *, today: date | None = None) -> StayTable:
    """The stay table of an event log.

    Args:
        log: events of one counting unit.
        today: when the log does not say what day it is of, its latest day stands in, as far as it
            is not after today; None leaves that out.

    Raises:
        NotMeasurable: there are more kinds of activity than states can be, or an event has no case.
        NothingToMeasure: no event has a day that can be right.
    """
    names, unit = numbered(log.events["case"])
    own, activity = numbered(log.events["activity"])
    if len(own) > MOST_STATES:
        raise NotMeasurable(
            f"the log has {len(own):,} kinds of activity; more than {MOST_STATES:,} are no states",
            hint="name the column that says what happened, not who or which",
        )
    if (unit < 0).any() or (activity < 0).any():
        raise NotMeasurable(
            "some events have no case or no activity", hint="leave out the rows that are no events"
        )
    dated = dated_events(log, today)
    agencies, agency = _agencies(log)
    happened = Happened(
        unit=_kept(unit, dated.rows),
        lo=dated.lo,
        hi=dated.hi,
        state=_kept(activity.astype(np.int16, copy=False), dated.rows),
        time=_kept(whole(log.events, "time"), dated.rows),
        seq=_kept(whole(log.events, "seq"), dated.rows),
        agency=_kept(agency, dated.rows),
    )
    del unit, activity, agency
    states, happened = states_of(log, own, happened)
    steps = _steps(happened, _kept(_clusters(log), dated.rows), states, merged=log.merged)
    known, undated, after, gaps = dated.known, dated.undated, dated.after, dated.gaps
    del happened, dated  # a table of millions of stays needs the room
    units, rows = _rows(steps, known, gaps)
    cases = names.take(pa.array(units))
    return StayTable(
        states=states,
        rows=rows,
        codes=_codes(log.codes, cases),
        known_until=day_of(known),
        stated=log.known_until is not None,
        unit=log.unit,
        cases=cases,
        agencies=agencies,
        tracked_from=dict(log.tracked_from),
        aside=SetAside(
            undated=undated,
            after=after,
            after_end=steps.after_end,
            crowded=steps.crowded,
            units=len(names) - len(units),
            incomplete=log.incomplete,
        ),
        source=log.source,
        simulated=log.simulated,
    )


def _kept(column: NDArray[Any] | None, rows: Integers | None) -> Any:
    """The events that count, of one column."""
    return column if rows is None or column is None else column[rows]


def _agencies(log: EventLog) -> tuple[tuple[str, ...], Places | None]:
    """The agencies of the log and each event's; None where it names none or one."""
    if "agency" not in log.events.column_names:
        return ("",), None
    names, numbers = numbered(log.events["agency"])
    own = names.to_pylist()
    if (numbers < 0).any():
        return ("", *own), (numbers + 1).astype(np.int16)
    return tuple(own), numbers.astype(np.int16) if len(own) > 1 else None


def _clusters(log: EventLog) -> Days | None:
    if "cluster" not in log.events.column_names:
        return None
    return numbered(log.events["cluster"])[1]


@dataclass(frozen=True, slots=True, eq=False)
class _Steps:
    """The events that make stays, in order, with their ticks."""

    unit: Days
    state: Places
    tick: Integers
    lo: Days
    hi: Days
    starts: NDArray[np.bool_]
    """Where a unit's first one stands."""
    ends: NDArray[np.bool_]
    """Where a state stands that nobody leaves."""
    agency: Places | None
    cluster: Days | None
    after_end: int
    crowded: int


def _steps(
    happened: Happened, cluster: Days | None, states: Sequence[State], *, merged: bool
) -> _Steps:
    """Order the events, drop what comes after an end, and give each its tick."""
    found = ordered(happened)
    place, day, lo, hi = found.place, found.day, found.lo, found.hi
    unit = happened.unit[place]
    ending = np.array([state.final for state in states])
    after_end = 0
    if ending.any():
        ends = ending[happened.state[place]].astype(np.int64)
        before = np.cumsum(ends) - ends
        before -= before[np.flatnonzero(_begins(unit))][np.cumsum(_begins(unit)) - 1]
        after_end = int((before > 0).sum())
        if after_end:
            keep = before == 0
            place, day, lo, hi, unit = (each[keep] for each in (place, day, lo, hi, unit))
    if merged:
        state = happened.state[place]
        keep = _begins(unit) | np.concatenate([[True], state[1:] != state[:-1]])
        place, day, lo, hi, unit = (each[keep] for each in (place, day, lo, hi, unit))
    new_day = _begins(unit) | np.concatenate([[True], day[1:] != day[:-1]])
    index = np.arange(len(unit), dtype=np.int32)
    step = index - np.maximum.accumulate(np.where(new_day, index, 0))
    crowded = 0
    if (step > LAST_STEP).any():
        last = np.append(new_day[1:], True)
        keep = (step < LAST_STEP) | last
        crowded = int((~keep).sum())
        place, day, lo, hi, unit, step = (
            each[keep] for each in (place, day, lo, hi, unit, np.minimum(step, LAST_STEP))
        )
    tick = day.astype(np.int64)
    tick <<= DAY_BITS
    tick += step
    state = happened.state[place]
    return _Steps(
        unit=unit,
        state=state,
        tick=tick,
        lo=lo,
        hi=hi,
        starts=_begins(unit),
        ends=ending[state],
        agency=None if happened.agency is None else happened.agency[place],
        cluster=None if cluster is None else cluster[place],
        after_end=after_end,
        crowded=crowded,
    )


def _begins(unit: Days) -> NDArray[np.bool_]:
    return np.concatenate([[True], unit[1:] != unit[:-1]])


def _rows(steps: _Steps, known: int, gaps: set[int]) -> tuple[Days, pa.Table]:
    """The rows of the table, and the units in their order as the log's cases are numbered."""
    many = len(steps.unit)
    heads = np.flatnonzero(steps.starts)
    sizes = np.diff(np.append(heads, many))
    last = np.append(steps.starts[1:], True)
    again = ~steps.starts & np.concatenate([[False], steps.state[1:] == steps.state[:-1]])
    path = pa.array(_paths(steps.state, heads))
    seq = np.arange(many, dtype=np.int32)
    seq -= np.repeat(heads.astype(np.int32), sizes)
    entry = pa.array(steps.tick)
    since = entry if not again.any() else pa.array(_since(steps.tick, again))
    entry_lo, exit_lo = pa.array(steps.lo), pa.array(_following(steps.lo, last, known))
    if np.array_equal(steps.lo, steps.hi):
        entry_hi, exit_hi = entry_lo, exit_lo  # one column in memory is enough for both
    else:
        entry_hi, exit_hi = pa.array(steps.hi), pa.array(_following(steps.hi, last, known))
    unit = pa.array(np.repeat(np.arange(len(heads)), sizes))
    columns = {
        "unit": unit,
        "cluster": unit
        if steps.cluster is None
        else pa.array(_shared(steps.cluster, heads, sizes)),
        "seq": pa.array(seq),
        "state": pa.array(steps.state),
        "entry": entry,
        "exit": pa.array(_following(steps.tick, last, (known << DAY_BITS) + LAST_TICK)),
        "next": pa.array(_following(steps.state, last, CENSORED)),
        "entry_lo": entry_lo,
        "entry_hi": entry_hi,
        "exit_lo": exit_lo,
        "exit_hi": exit_hi,
        "agency": pa.array(np.zeros(many, np.int16) if steps.agency is None else steps.agency),
        "flags": pa.array(_flags(steps, last, again, gaps)),
        "since": since,
        "first": pa.array(np.repeat((steps.tick[heads] >> DAY_BITS).astype(np.int32), sizes)),
        "path": path,
    }
    return steps.unit[heads], pa.Table.from_arrays(
        [columns[name] for name in ROWS.names], schema=ROWS
    )


def _flags(
    steps: _Steps, last: NDArray[np.bool_], again: NDArray[np.bool_], gaps: set[int]
) -> NDArray[np.int32]:
    """What is to be known of each stay."""
    flags = np.zeros(len(steps.unit), dtype=np.int32)
    flags[steps.ends] |= int(Flag.FINAL)
    flags[again] |= int(Flag.REPEATED)
    coarse = steps.lo != steps.hi
    flags[coarse | (np.append(coarse[1:], False) & ~last)] |= int(Flag.COARSE)
    if gaps:
        flags[np.isin(steps.unit, np.fromiter(gaps, np.int32))] |= int(Flag.GAP)
    return flags


def _since(tick: Integers, again: NDArray[np.bool_]) -> Integers:
    """When each came into its state from another one."""
    return tick[np.maximum.accumulate(np.where(again, 0, np.arange(len(tick))))]


def _following(
    column: NDArray[Any], last: NDArray[np.bool_], otherwise: int | np.integer
) -> NDArray[Any]:
    """What the next row of the same unit says; ``otherwise`` for a unit's last."""
    found = np.empty_like(column)
    found[:-1] = column[1:]
    found[last] = otherwise
    return found


def _shared(cluster: Days, heads: Integers, sizes: Integers) -> Integers:
    """A number for each cluster; a unit that names none is its own.  The smallest of several."""
    top = int(cluster.max()) + 1
    smallest = np.minimum.reduceat(np.where(cluster < 0, top, cluster), heads)
    own = np.arange(len(heads)) + top
    return np.repeat(np.where(smallest == top, own, smallest), sizes)


def _paths(state: Places, heads: Integers) -> Integers:
    """A hash of each unit's states up to and with each row: two ways are alike if their last are.

    The sum, modulo 2^64, of a well-mixed number for each state at each place; computed for some
    units at a time.
    """
    found = np.empty(len(state), dtype=np.uint64)
    edges = np.append(heads[::_AT_ONCE], len(state))
    for part, (begin, end) in enumerate(pairwise(edges.tolist())):
        mine = heads[part * _AT_ONCE : (part + 1) * _AT_ONCE] - begin
        sizes = np.diff(np.append(mine, end - begin))
        step = np.arange(end - begin, dtype=np.uint64) - np.repeat(mine, sizes).astype(np.uint64)
        value = (step << np.uint64(10)) + state[begin:end].astype(np.uint64) + np.uint64(1)
        value *= np.uint64(_MIX[0])
        for shift, factor in ((30, _MIX[1]), (27, _MIX[2]), (31, 1)):
            value ^= value >> np.uint64(shift)
            value *= np.uint64(factor)
        total = np.cumsum(value, out=value)
        total -= np.repeat(np.where(mine > 0, total[mine - 1], np.uint64(0)), sizes)
        found[begin:end] = total
    return found.view(np.int64)


def _codes(codes: pa.Table, cases: pa.Array) -> pa.Table:
    """What units are coded by, by their numbers; in one order whatever the source's was."""
    if not codes.num_rows:
        return CODES.empty_table()
    case = codes["case"].unify_dictionaries().combine_chunks()
    unit = pc.index_in(case.dictionary, value_set=cases).take(case.indices)
    texts = [
        pa.DictionaryArray.from_arrays(pa.array(numbers), names)
        for names, numbers in (numbered(codes[name]) for name in ("scheme", "term"))
    ]
    found = pa.table([unit.cast(pa.int64()), *texts, codes["absent"]], names=CODES.names)
    return found.filter(pc.is_valid(found["unit"]))
