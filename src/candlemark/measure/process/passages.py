"""Passages: from one state until another is reached, whatever lies between.

A passage has one of three ends.  The other state was *reached*; the way *ended otherwise*, so that it
cannot be reached any more; or it is still *open*.  Which of its stays in the first state starts the
clock is part of the question: the first, the last, or each of them.  With each, one arrival answers
every start that waits for it.

Days are civil days from the first day of the passage to its last, so the day after is day 1.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import IntEnum, StrEnum
from typing import TYPE_CHECKING

import numpy as np

from candlemark.measure.estimators import quantiles
from candlemark.measure.process.waiting import Lengths
from candlemark.measure.process.ways import OPEN, days_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from candlemark.measure.figure import Quantile
    from candlemark.measure.process.waiting import Share
    from candlemark.measure.process.ways import Integers, Ways


class Which(StrEnum):
    """Which stays in the first state start a clock."""

    FIRST = "first"
    LAST = "last"
    EACH = "each"


class End(IntEnum):
    """How a passage stands."""

    OPEN = -1
    REACHED = 1
    OTHERWISE = 2


@dataclass(frozen=True, slots=True, eq=False)
class Passages:
    """Passages, one row each, in the order of unit and start."""

    unit: Integers
    cluster: Integers
    group: Integers
    turn: Integers
    """Number of the start within its unit, from 1."""
    days: Integers
    """From the start to the end, or to the day on which we stopped looking."""
    end: Integers
    """Values of :class:`End`."""

    def __len__(self) -> int:
        return len(self.unit)

    def of(self, group: int) -> Passages:
        """Those of one group."""
        here = self.group == group
        return Passages(
            *(
                getattr(self, name)[here]
                for name in ("unit", "cluster", "group", "turn", "days", "end")
            )
        )

    def lengths(self) -> Lengths:
        """How many lasted how long, for Kaplan-Meier and Aalen-Johansen."""
        rows, many = np.unique(np.stack([self.end, self.days], axis=1), axis=0, return_counts=True)
        return Lengths(rows[:, 0], rows[:, 1], many.astype(np.int64))

    def shares(self, at: Sequence[int]) -> tuple[Share, ...]:
        """The probability that it is reached within so many days, ending otherwise considered.

        Empty where nobody has reached it yet.
        """
        return self.lengths().shares(at).get(int(End.REACHED), ())

    def quantiles(self, of: Sequence[float]) -> tuple[Quantile, ...]:
        """Days until such shares are over, reached or otherwise (Kaplan-Meier)."""
        return quantiles(self.lengths().curve(), of)


def passages(
    ways: Ways, first: int, then: int, which: Which = Which.FIRST, *, leaving: bool = False
) -> Passages:
    """The passages of every unit.

    Args:
        ways: whose.
        first: number of the state that starts the clock.
        then: number of the state that stops it; it can be the same one.
        which: which stays in ``first`` start a clock.
        leaving: the clock starts when ``first`` is left, not when it is reached; a stay there that
            is still open has not started it.
    """
    later = "OVER (PARTITION BY unit ORDER BY seq ROWS BETWEEN CURRENT ROW AND UNBOUNDED FOLLOWING)"
    rows = ways.columns(
        f"""
        SELECT grp, unit, cluster, seq, {"leave" if leaving else "entry"} AS start, next,
               coalesce(reached, {OPEN}) AS reached, last, is_open
        FROM (
            SELECT unit, cluster, seq, state, entry, leave, next, days,
                   min(CASE WHEN next = {then} THEN leave END) {later} AS reached,
                   max(leave) {later} AS last,
                   max(CASE WHEN next = {OPEN} THEN 1 ELSE 0 END) {later} AS is_open
            FROM {ways.moving}
        ) AS seen JOIN {ways.member} USING (unit)
        WHERE state = {first}{f" AND next <> {OPEN}" if leaving else " AND days >= 0"}
        ORDER BY grp, unit, seq"""
    )
    came = rows["reached"] != OPEN
    stop = np.where(came, rows["reached"], rows["last"])
    end = np.where(came, End.REACHED, np.where(rows["is_open"] == 1, End.OPEN, End.OTHERWISE))
    turn = _turns(rows["grp"], rows["unit"])
    found = Passages(
        rows["unit"],
        rows["cluster"],
        rows["grp"],
        turn,
        days_of(stop) - days_of(rows["start"]),
        end.astype(np.int64),
    )
    if which is Which.EACH:
        return found
    if which is Which.FIRST:
        return _only(found, turn == 1)
    last = np.concatenate([turn[1:] == 1, [True]]) if len(turn) else turn == 1
    return _only(found, last)


def _turns(group: Integers, unit: Integers) -> Integers:
    """The number of each row within its unit, from 1."""
    if not len(unit):
        return unit
    new = np.concatenate([[True], (unit[1:] != unit[:-1]) | (group[1:] != group[:-1])])
    starts = np.flatnonzero(new)
    turns: Integers = np.arange(len(unit)) - np.repeat(
        starts, np.diff(np.concatenate([starts, [len(unit)]]))
    ) + 1
    return turns


def _only(found: Passages, wanted: Integers) -> Passages:
    return replace(
        found,
        unit=found.unit[wanted],
        cluster=found.cluster[wanted],
        group=found.group[wanted],
        turn=found.turn[wanted],
        days=found.days[wanted],
        end=found.end[wanted],
    )
