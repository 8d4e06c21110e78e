"""Waiting in one state: the clock starts when a unit comes to it, and nobody who waits is lost.

Everything is worked out from how many stays lasted how many days and where they led, one row each.
Stays whose length is not known (the beginning was not seen, or a step has no day) are left out of
every time; to count them as still waiting would be wrong.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from candlemark.measure.estimators import (
    LAST_TICK,
    TICKS,
    Counts,
    interval,
    occupation,
    survival,
)
from candlemark.measure.process.ways import OPEN

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from candlemark.measure.estimators import Survival
    from candlemark.measure.process.ways import Integers, Ways


UNKNOWN: Final = -1
"""The length of a stay whose length nobody can tell."""
GOES_ON: Final = -2
"""The length of a stay behind which the source names the same state again: it goes on, and its
whole length stands in the row in which it ends."""


@dataclass(frozen=True, slots=True)
class Share:
    """The probability of having gone a way by a day, with its 95 % interval."""

    day: int
    p: float
    low: float
    high: float
    at_risk: int
    """Units still there, and seen, just before the day ends."""


@dataclass(frozen=True, slots=True, eq=False)
class Lengths:
    """How long the stays in one state lasted, and where they led."""

    next: Integers
    """Number of a state; ``OPEN`` where a stay had not ended when we stopped looking."""
    days: Integers
    many: Integers

    @property
    def known(self) -> Lengths:
        """Those with a length."""
        return self.only(self.days >= 0)

    def only(self, wanted: NDArray[np.bool_]) -> Lengths:
        """Some of the rows."""
        return Lengths(self.next[wanted], self.days[wanted], self.many[wanted])

    @property
    def stays(self) -> int:
        """How many stays there are, one that goes on counted once."""
        return int(self.many[self.days != GOES_ON].sum())

    @property
    def unknown(self) -> int:
        """How many have a length nobody can tell."""
        return int(self.many[self.days == UNKNOWN].sum())

    def curve(self) -> Survival:
        """The share still there after so many days (Kaplan-Meier)."""
        seen = self.known
        still = seen.next == OPEN
        return survival(seen.days, np.where(still, 0, seen.many), np.where(still, seen.many, 0))

    def shares(self, at: Sequence[int]) -> dict[int, tuple[Share, ...]]:
        """For each state they led to, the share of all who came that had gone there by each day.

        Days of which nothing is known have no share.
        """
        seen = self.known
        ends = tuple(np.unique(seen.next[seen.next != OPEN]).tolist())
        found = [each for each in self.by(at, ends) if each is not None]
        return {end: tuple(each[n] for each in found) for n, end in enumerate(ends)}

    def by(self, days: Sequence[int], ends: Sequence[int]) -> list[tuple[Share, ...] | None]:
        """The shares that had gone each of the ways ``ends`` by the end of each day.

        Aalen-Johansen with one way of leaving for each state that anybody left for; with one it is
        what Kaplan-Meier leaves.  None for a day of which nothing is known: nobody was seen for so
        long, and not everybody had gone before.
        """
        seen = self.known
        if not len(seen.days):
            return [None] * len(days)
        longest = int(seen.days.max())
        all_gone = not (seen.next[seen.days == longest] == OPEN).any()
        there = np.unique(seen.next[seen.next != OPEN]).tolist()
        column = {end: place for place, end in enumerate(there, start=1)}
        counts = seen.counts(there)
        found = occupation(counts, [1.0, *[0.0] * (counts.states - 1)])
        ticks = np.array(days, dtype=np.int64) * TICKS + LAST_TICK - 1
        rows, known = found.rows_at(ticks), counts.known(ticks)
        at_risk = counts.at_risk(ticks)[:, 0].tolist()
        # A way that nobody went has probability 0, and an interval all the same.
        places = np.array([column.get(end, counts.states) for end in ends], dtype=np.int64)
        p, error = (
            np.column_stack([each, np.zeros(len(each))])[np.ix_(rows, places)]
            for each in (found.p, found.se)
        )
        low, high = interval(p, error, known[:, None])
        return [
            tuple(
                Share(day, float(p[i, n]), float(low[i, n]), float(high[i, n]), at_risk[i])
                for n in range(len(ends))
            )
            if day <= longest or all_gone
            else None
            for i, day in enumerate(days)
        ]

    def counts(self, ends: Sequence[int]) -> Counts:
        """The aggregates of a waiting state 0 and a state 1, 2 … for each of the ways out.

        Every length must be known, and every way out that somebody took be among ``ends``, which
        are in order.
        """
        moved = self.only(self.next != OPEN)
        # What happens on a day comes before observation ends on it.
        order = np.where(self.next == OPEN, LAST_TICK, 1)
        return Counts(
            states=len(ends) + 1,
            moves=_added(
                moved.days * TICKS + 1,
                np.zeros_like(moved.days),
                np.searchsorted(np.array(ends, dtype=np.int64), moved.next) + 1,
                many=moved.many,
            ),
            entries=np.array([[0, 0, int(self.many.sum())]], dtype=np.int64),
            exits=_added(self.days * TICKS + order, np.zeros_like(self.days), many=self.many),
        )

    def median_of_those_gone(self, end: int) -> int | None:
        """The lower median of the days of those who went to ``end``; None where none is known."""
        gone = self.known
        gone = gone.only(gone.next == end)
        if not len(gone.days):
            return None
        order = np.argsort(gone.days, kind="stable")
        reached = np.cumsum(gone.many[order])
        return int(gone.days[order][np.searchsorted(reached, (reached[-1] + 1) // 2)])


def lengths(ways: Ways) -> dict[tuple[int, int], Lengths]:
    """The lengths of the stays of each group in each state: ``(group, state)``; one pass."""
    days = f"CASE WHEN next = state THEN {GOES_ON} ELSE {ways.dwell} END"
    rows = ways.columns(
        f"""
        SELECT grp, state, next, length, count(*) AS many
        FROM (
            SELECT grp, state, next, {days} AS length
            FROM {ways.moving} JOIN {ways.member} USING (unit)
        ) each
        GROUP BY grp, state, next, length ORDER BY grp, state, next, length"""
    )
    return {
        (grp, state): Lengths(*(rows[name][here] for name in ("next", "length", "many")))
        for (grp, state), here in split(rows, "grp", "state").items()
    }


def split(rows: Mapping[str, Integers], *keys: str) -> dict[tuple[int, ...], slice]:
    """Where the rows of each key lie, in rows that are in the order of the keys."""
    if not len(rows[keys[0]]):
        return {}
    key = np.stack([rows[name] for name in keys], axis=1)
    starts = np.concatenate([[0], np.flatnonzero((key[1:] != key[:-1]).any(axis=1)) + 1])
    ends = [*starts[1:].tolist(), len(key)]
    return {
        tuple(key[start].tolist()): slice(start, end)
        for start, end in zip(starts.tolist(), ends, strict=True)
    }


def _added(*keys: Integers, many: Integers) -> Integers:
    """Rows of keys and a count, in the order of the keys, equal ones added up."""
    found, where = np.unique(np.stack(keys, axis=1), axis=0, return_inverse=True)
    sums = np.zeros(len(found), dtype=np.int64)
    np.add.at(sums, where.reshape(-1), many)
    return np.column_stack([found, sums])
