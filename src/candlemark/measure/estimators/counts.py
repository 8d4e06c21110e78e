"""What the estimators see: stays one by one, or three small tables of how many.

A tick is ``day * 64 + order within the day``, counted from the unit's entry.  A stay is half-open,
(entry, leave]: a unit is at risk from the tick after it came until and including the tick at which
it leaves.  Observation begins and ends at order 63, so that what happens on a day is counted before
observation ends on it, and steps of one day keep their order.

:class:`Counts` hold no unit.  They add up: over groups, over parts of a file, over agencies that
may not show each other their cases.  What needs to know which stays belong together (robust errors,
"ever reached") needs :class:`Stays`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from candlemark.errors import NotMeasurable

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    Integers = NDArray[np.int64]
    Floats = NDArray[np.float64]
    Flags = NDArray[np.bool_]

TICKS: Final = 64
"""Ticks of a day."""

LAST_TICK: Final = 63
"""The tick of a day at which observation begins or ends."""

CENSORED: Final = -1
"""The state a unit leaves for when observation ends."""


@dataclass(frozen=True, slots=True, eq=False)
class Counts:
    """The three aggregates, as rows of integers in the order of their keys."""

    states: int
    """How many states there are; they are numbered from 0."""
    moves: Integers
    """Rows ``(tick, from, to, how many)``."""
    entries: Integers
    """Rows ``(tick, state, how many)`` that are at risk from just after the tick."""
    exits: Integers
    """Rows ``(tick, state, how many)`` that are at risk up to the tick: moved or censored."""

    @classmethod
    def of_stays(
        cls, states: int, *, state: ArrayLike, entry: ArrayLike, leave: ArrayLike, to: ArrayLike
    ) -> Counts:
        """Count stays given one by one; ``to`` is ``CENSORED`` where observation ended.

        Raises:
            NotMeasurable: a state has no number below ``states``.
        """
        stood, came, left, went = (
            np.asarray(column, dtype=np.int64) for column in (state, entry, leave, to)
        )
        moved = went != CENSORED
        for numbers in (stood, went[moved]):
            if numbers.min(initial=0) < 0 or numbers.max(initial=0) >= states:
                raise NotMeasurable("a stay is in a state that is not one of them")
        return cls(
            states,
            moves=_tallied(states, left[moved], stood[moved], went[moved]),
            entries=_tallied(states, came, stood),
            exits=_tallied(states, left, stood),
        )

    def __add__(self, other: Counts) -> Counts:
        """The counts of both together; exact, since they are integers."""
        return Counts(
            max(self.states, other.states),
            moves=_summed(np.concatenate([self.moves, other.moves])),
            entries=_summed(np.concatenate([self.entries, other.entries])),
            exits=_summed(np.concatenate([self.exits, other.exits])),
        )

    @property
    def final(self) -> Flags:
        """Which states nobody was ever seen to stand in and leave: reaching them is an end."""
        final = np.ones(self.states, dtype=bool)
        final[np.unique(self.entries[:, 1])] = False
        return final

    def at_risk(self, ticks: ArrayLike) -> Integers:
        """How many stand in each state just before each of the ``ticks``; one row per tick."""
        when = np.asarray(ticks, dtype=np.int64)
        return self._so_far(self.entries, when, "left") - self._so_far(self.exits, when, "left")

    def standing(self, ticks: ArrayLike) -> Integers:
        """How many are under observation in each state just after each of the ``ticks``."""
        when = np.asarray(ticks, dtype=np.int64)
        return self._so_far(self.entries, when, "right") - self._so_far(self.exits, when, "right")

    def known(self, ticks: ArrayLike) -> Integers:
        """How many units are known to stand somewhere just after each tick.

        Those under observation, and those that reached a state which nobody leaves.  A unit whose
        observation ended earlier says nothing about this tick and is not counted.
        """
        when = np.asarray(ticks, dtype=np.int64)
        arrivals = self._so_far(self.moves[:, [0, 2, 3]], when, "right")
        known: Integers = self.standing(when).sum(axis=1) + arrivals[:, self.final].sum(axis=1)
        return known

    def _so_far(self, rows: Integers, when: Integers, side: str) -> Integers:
        """Running totals per state, before (``left``) or up to (``right``) each tick."""
        found = np.zeros((len(when), self.states), dtype=np.int64)
        for state in range(self.states):
            mine = rows[rows[:, 1] == state]  # rows are in order of their tick
            total = np.concatenate([[0], np.cumsum(mine[:, 2])])
            place = np.searchsorted(mine[:, 0], when, side="left" if side == "left" else "right")
            found[:, state] = total[place]
        return found


@dataclass(frozen=True, slots=True, eq=False)
class Stays:
    """Stays one by one: arrays of ``int64`` of one length, in any order.

    Raises:
        NotMeasurable: the columns differ in length, or a stay does not end after it began.
    """

    cluster: Integers
    """What is counted as independent: the incident, when one incident has several units."""
    state: Integers
    entry: Integers
    """The tick after which the unit is at risk here."""
    leave: Integers
    """The last tick at which it is at risk here."""
    to: Integers
    """Where it went, or ``CENSORED``."""
    unit: Integers | None = None
    """Whose stay it is; None when every cluster is one unit."""

    def __post_init__(self) -> None:
        lengths = {len(each) for each in self._columns}
        if len(lengths) > 1:
            raise NotMeasurable("the columns of the stays differ in length")
        if (self.leave <= self.entry).any():
            raise NotMeasurable(
                "a stay ends before it begins",
                hint="steps of one day need different orders within the day",
            )

    @property
    def _columns(self) -> tuple[Integers, ...]:
        columns = (self.cluster, self.state, self.entry, self.leave, self.to)
        return columns if self.unit is None else (*columns, self.unit)

    def __len__(self) -> int:
        return len(self.state)

    @property
    def units(self) -> Integers:
        """Whose stay each one is."""
        return self.cluster if self.unit is None else self.unit

    def counts(self, states: int) -> Counts:
        """The three aggregates of these stays."""
        return Counts.of_stays(
            states, state=self.state, entry=self.entry, leave=self.leave, to=self.to
        )

    def taken(self, which: ArrayLike) -> Stays:
        """The stays that a mask or an array of places names."""
        chosen = np.asarray(which)
        return Stays(*(each[chosen] for each in self._columns))

    def landmark(self, tick: int, state: int) -> Stays:
        """What those who stood in ``state`` just after ``tick`` did from then on.

        Chances of transition from these stays need no assumption that only the present state
        matters (Putter & Spitoni, Stat. Methods Med. Res. 27 (2018) 2081-2092), at the price of
        fewer units.
        """
        there = (self.state == state) & (self.entry <= tick) & (self.leave > tick)
        later = np.isin(self.units, self.units[there]) & (self.leave > tick)
        found = self.taken(later)
        return Stays(
            found.cluster,
            found.state,
            np.maximum(found.entry, tick),
            found.leave,
            found.to,
            found.unit,
        )


def _tallied(states: int, tick: Integers, *others: Integers) -> Integers:
    """How often each key ``(tick, others…)`` is there, in order; others are below ``states``."""
    if not len(tick):
        return np.zeros((0, 2 + len(others)), dtype=np.int64)
    code = tick
    for other in others:
        code = code * states + other
    code = np.sort(code)
    first = np.flatnonzero(np.diff(code, prepend=code[0] - 1))
    many = np.diff(first, append=len(code))
    key, columns = code[first], [many]
    for _ in others:
        key, last = np.divmod(key, states)
        columns.append(last)
    return np.column_stack([key, *columns[::-1]])


def _summed(rows: Integers) -> Integers:
    """Rows in the order of their keys (all columns but the last), equal keys added up."""
    if not len(rows):
        return rows.astype(np.int64)
    rows = rows[np.lexsort(rows[:, -2::-1].T)]
    first = np.flatnonzero(np.append(True, (np.diff(rows[:, :-1], axis=0) != 0).any(axis=1)))
    return np.column_stack([rows[first, :-1], np.add.reduceat(rows[:, -1], first)])
