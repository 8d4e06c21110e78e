"""Passages: from one state until another is reached, whatever lies between.

A passage has one of three ends.  The other state was *reached*; the way *ended otherwise*, so that
it cannot be reached any more; or it is still *open*.  Which of its stays in the first state starts
the clock is part of the question: the first, the last, or each of them.  With each, one arrival
answers every start that waits for it.

Days are civil days from the first day of the passage to its last, so the day after is day 1.
Where a date is known to a month or a year they run between the days on which its events stand, and
``shortest`` and ``longest`` say how few and how many they can be.

A passage is *unclear* where nobody can tell: it began before its agency's tracking, or the unit
has a step without a day, which may be the one that is waited for.  It is in no time and no
probability.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from enum import IntEnum, StrEnum
from typing import TYPE_CHECKING

import numpy as np

from candlemark.measure.estimators import LAST_TICK, TICKS, quantiles
from candlemark.measure.log import Flag
from candlemark.measure.process.waiting import Lengths
from candlemark.measure.process.ways import OPEN, days_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from candlemark.measure.estimators import Quantile
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
    """Passages, one row each, in the order of group, unit and start."""

    unit: Integers
    cluster: Integers
    group: Integers
    turn: Integers
    """Number of the start within its unit, from 1."""
    days: Integers
    """From the start to the end, or to the day on which we stopped looking."""
    shortest: Integers
    longest: Integers
    end: Integers
    """Values of :class:`End`."""
    clear: NDArray[np.bool_]
    """False where nobody can tell."""

    def __len__(self) -> int:
        return len(self.unit)

    def only(self, wanted: NDArray[np.bool_]) -> Passages:
        """Some of the rows."""
        return Passages(*(getattr(self, field.name)[wanted] for field in fields(self)))

    def of(self, group: int) -> Passages:
        """Those of one group."""
        return self.only(self.group == group)

    @property
    def coarse(self) -> bool:
        """True where some clear passage can have taken another number of days."""
        return bool((self.shortest != self.longest)[self.clear].any())

    def lengths(self, measured: str = "days") -> Lengths:
        """How many clear ones lasted how long; ``measured`` names the column of days."""
        rows = np.stack([self.end, getattr(self, measured)], axis=1)[self.clear]
        found, many = np.unique(rows, axis=0, return_counts=True)
        return Lengths(found[:, 0], found[:, 1], many.astype(np.int64))

    def shares(self, at: Sequence[int]) -> tuple[Share, ...]:
        """The probability that it is reached within so many days, ending otherwise considered.

        Days of which nothing is known have none; all have none where nobody has reached it yet.
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
    side = "exit" if leaving else "entry"
    arrived = ", ".join(
        f"min(CASE WHEN next = {then} THEN {name} END) {later} AS reached_{name},"
        f" max({name}) {later} AS last_{name}"
        for name in ("leave", "exit_lo", "exit_hi")
    )
    stops = ", ".join(
        f"coalesce(reached_{name}, last_{name}) AS stop_{name}"
        for name in ("leave", "exit_lo", "exit_hi")
    )
    rows = ways.columns(
        f"""
        SELECT grp, unit, cluster, {"leave" if leaving else "entry"} AS start,
               {side}_lo AS start_lo,
               {side}_hi AS start_hi, {stops}, gap,
               CASE WHEN reached_leave IS NOT NULL THEN {End.REACHED:d} WHEN still = 1
                    THEN {End.OPEN:d} ELSE {End.OTHERWISE:d} END AS how
        FROM (
            SELECT unit, cluster, seq, state, entry, leave, next, entry_lo, entry_hi, exit_lo,
                   exit_hi, (flags & {Flag.GAP:d}) AS gap, {arrived},
                   max(CASE WHEN next = {OPEN} THEN 1 ELSE 0 END) {later} AS still
            FROM {ways.moving}
        ) AS seen JOIN {ways.member} USING (unit)
        WHERE state = {first}{f" AND next <> {OPEN}" if leaving else ""} ORDER BY grp, unit, seq"""
    )
    found = _found(rows)
    if which is Which.FIRST:
        return found.only(found.turn == 1)
    if which is Which.LAST and len(found):
        return found.only(np.append(found.turn[1:] == 1, True))
    return found


def _found(rows: Mapping[str, Integers]) -> Passages:
    begun_before = rows["start"] % TICKS == LAST_TICK  # it is seen from the end of some day only
    return Passages(
        unit=rows["unit"],
        cluster=rows["cluster"],
        group=rows["grp"],
        turn=_turns(rows["grp"], rows["unit"]),
        days=days_of(rows["stop_leave"]) - days_of(rows["start"]),
        shortest=np.maximum(rows["stop_exit_lo"] - rows["start_hi"], 0),
        longest=np.maximum(rows["stop_exit_hi"] - rows["start_lo"], 0),
        end=rows["how"],
        clear=~begun_before & (rows["gap"] == 0),
    )


def _turns(group: Integers, unit: Integers) -> Integers:
    """The number of each row within its unit, from 1."""
    if not len(unit):
        return unit
    new = np.append(True, (unit[1:] != unit[:-1]) | (group[1:] != group[:-1]))
    starts = np.flatnonzero(new)
    sizes = np.diff(np.append(starts, len(unit)))
    turns: Integers = np.arange(len(unit)) - np.repeat(starts, sizes) + 1
    return turns
