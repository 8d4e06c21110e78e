"""Who enters a cohort, and on which day; computed once, before any engine is asked.

Rows stand in the order of unit and seq, so that every choice here is one look along a column.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa

from candlemark.errors import NothingToMeasure
from candlemark.measure.columns import days_since
from candlemark.measure.log.grouping import fitting
from candlemark.measure.log.ticks import DAY_BITS, LAST_STEP

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from candlemark.measure.log.ask import Ask
    from candlemark.measure.log.stay_table import StayTable

    Integers = NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class Entered:
    """The units of a cohort, in order."""

    unit: Integers
    day0: Integers
    """The day each entered."""
    state: Integers
    agency: Integers
    rows: pa.Table
    """The rows of the table.  Where not all are the cohort's, ``inside`` (1 or 0) is beside them;
    where units entered later than with their first stay, ``base``, the day they did."""


def entered(table: StayTable, ask: Ask, last: int) -> Entered:
    """Find who enters.

    Args:
        table: what is asked.
        ask: the question, which was checked.
        last: the last day looked at.

    Raises:
        NothingToMeasure: nobody entered.
    """
    seq, entry = (table.rows[name].to_numpy() for name in ("seq", "entry"))
    heads = np.flatnonzero(seq == 0)
    early = None
    if last < days_since(table.known_until):
        early = entry <= (last << DAY_BITS) + LAST_STEP
    first = heads if not ask.from_state else _reached(table, ask.from_state, early, heads)
    if early is not None:
        first = np.where(early[np.minimum(first, len(seq) - 1)], first, len(seq))
    fine = first < len(seq)
    day = np.where(fine, entry[np.minimum(first, len(seq) - 1)] >> DAY_BITS, 0)
    fine &= _in_window(day, ask)
    for each in ask.where:
        fine &= fitting(table, each)
    for wanted, names in ((True, ask.through), (False, ask.never)):
        for name in names:
            fine &= (_reached(table, name, early, heads) < len(seq)) == wanted
    unit = np.flatnonzero(fine)
    if not len(unit):
        reached = f"reached {ask.from_state}" if ask.from_state else "entered"
        raise NothingToMeasure(
            f"no unit {reached} as it was asked",
            hint="ask with a wider window, fewer conditions, a later --as-of or another --from",
        )
    everybody = len(unit) == table.units
    rows = table.rows
    if ask.from_state or not everybody:
        sizes = np.diff(np.append(heads, len(seq)))
        rows = rows.append_column("inside", pa.array(_inside(fine, first, heads, sizes, ask)))
        if ask.from_state:
            rows = rows.append_column("base", pa.array(np.repeat(day.astype(np.int32), sizes)))
    first = first[unit]
    return Entered(
        unit=unit,
        day0=day[unit],
        state=table.rows["state"].to_numpy()[first].astype(np.int64),
        agency=table.rows["agency"].to_numpy()[first].astype(np.int64),
        rows=rows,
    )


def _in_window(day: Integers, ask: Ask) -> NDArray[np.bool_]:
    """Whether each day is one on which units may enter."""
    first, last = ask.window
    fine = np.ones(len(day), dtype=bool)
    if first is not None:
        fine &= day >= days_since(first)
    if last is not None:
        fine &= day <= days_since(last)
    return fine


def _places(table: StayTable, name: str) -> list[int]:
    return [place for place, state in enumerate(table.states) if name in {state.own, state.code}]


def _reached(
    table: StayTable, name: str, early: NDArray[np.bool_] | None, heads: Integers
) -> Integers:
    """Where each unit's first row in a state stands; the number of rows for one that has none."""
    state = table.rows["state"].to_numpy()
    there = np.zeros(len(state), dtype=bool)
    for place in _places(table, name):
        there |= state == place
    if early is not None:
        there &= early
    rows = np.flatnonzero(there)
    unit = table.rows["unit"].to_numpy()[rows]
    found = np.full(len(heads), len(state))
    new = np.concatenate([[True], unit[1:] != unit[:-1]])[: len(unit)]
    found[unit[new]] = rows[new]
    return found


def _inside(
    fine: NDArray[np.bool_], first: Integers, heads: Integers, sizes: Integers, ask: Ask
) -> NDArray[np.int8]:
    """1 for every row from the one with which a unit of the cohort entered."""
    inside = np.repeat(fine.astype(np.int8), sizes)
    if ask.from_state:
        before = np.where(fine, first - heads, 0)
        late = np.flatnonzero(before > 0)
        many = before[late]
        offset = np.arange(many.sum()) - np.repeat(np.cumsum(many) - many, many)
        inside[np.repeat(heads[late], many) + offset] = 0
    return inside
