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
    from collections.abc import Iterable

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
    """The rows of the table; where not all of them are the cohort's, with ``inside`` (1 or 0) and
    ``base`` (the day their unit entered) beside them."""
    narrowed: bool
    """True when those two columns are there."""


def entered(table: StayTable, ask: Ask, last: int) -> Entered:
    """Find who enters.

    Args:
        table: what is asked.
        ask: the question, which was checked.
        last: the last day looked at.

    Raises:
        NothingToMeasure: nobody entered.
    """
    column = {name: table.rows[name].to_numpy() for name in ("unit", "state", "entry")}
    early = column["entry"] <= (last << DAY_BITS) + LAST_STEP
    first = _firsts(table, ask, column, early)
    unit, day = column["unit"][first], column["entry"][first] >> DAY_BITS
    fine = np.ones(len(unit), dtype=bool)
    begin, end = ask.window
    if begin is not None:
        fine &= day >= days_since(begin)
    if end is not None:
        fine &= day <= days_since(end)
    for each in ask.where:
        fine &= fitting(table, each)[unit]
    for wanted, names in ((True, ask.through), (False, ask.never)):
        for name in names:
            there = np.zeros(table.units, dtype=bool)
            there[column["unit"][early & np.isin(column["state"], _places(table, name))]] = True
            fine &= there[unit] == wanted
    first, unit, day = first[fine], unit[fine], day[fine]
    if not len(unit):
        reached = f"reached {ask.from_state}" if ask.from_state else "entered"
        raise NothingToMeasure(
            f"no unit {reached} as it was asked",
            hint="ask with a wider window, fewer conditions, a later --as-of or another --from",
        )
    narrowed = bool(ask.from_state) or len(unit) < table.units
    return Entered(
        unit,
        day,
        column["state"][first].astype(np.int64),
        table.rows["agency"].to_numpy()[first].astype(np.int64),
        _marked(table, first, unit, day) if narrowed else table.rows,
        narrowed,
    )


def _places(table: StayTable, name: str) -> list[int]:
    return [place for place, state in enumerate(table.states) if name in {state.own, state.code}]


def _firsts(
    table: StayTable, ask: Ask, column: dict[str, Integers], early: NDArray[np.bool_]
) -> Integers:
    """Where the row stands with which each unit enters."""
    if not ask.from_state:
        unit = column["unit"]
        return np.flatnonzero(np.concatenate([[True], unit[1:] != unit[:-1]]) & early)
    reached = np.flatnonzero(
        early & _among(column["state"], _places(table, ask.from_state), len(table.states))
    )
    unit = column["unit"][reached]
    return reached[np.concatenate([[True], unit[1:] != unit[:-1]])] if len(unit) else reached


def _among(column: Integers, places: Iterable[int], size: int) -> NDArray[np.bool_]:
    wanted = np.zeros(size, dtype=bool)
    wanted[list(places)] = True
    found: NDArray[np.bool_] = wanted[column]
    return found


def _marked(table: StayTable, first: Integers, unit: Integers, day: Integers) -> pa.Table:
    """The rows with ``inside`` and ``base``: from the row with which a unit entered to its last."""
    many = table.rows.num_rows
    start = np.full(table.units, many, dtype=np.int64)
    start[unit] = first
    base = np.zeros(table.units, dtype=np.int32)
    base[unit] = day
    units = table.rows["unit"].to_numpy()
    inside = (np.arange(many) >= start[units]).astype(np.int8)
    return table.rows.append_column("inside", pa.array(inside)).append_column(
        "base", pa.array(base[units])
    )
