"""The ways of a cohort as arrays: who entered when, what they reached when, until when we looked.

Everything that is released of a cohort is an event of a way, and counts once it can no longer
change: that a case entered; that it reached a state; that a whole span of days passed for it, and
where it stood at the end.  Spans begin on the day it entered (or reached a stage).  A span counts
when all of it has been seen, so that cases which ended early in it are not counted before those
which did not.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from candlemark.measure.estimators import CENSORED, LAST_TICK, TICKS
from candlemark.measure.log import Flag, asked

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from candlemark.measure.log import Ask, AskedCohort, StayTable

    Integers = NDArray[np.int64]

NEVER: Final = np.iinfo(np.int64).max
"""The tick of what has not happened."""
_FROM_1970: Final = "1970-01-01"


@dataclass(frozen=True, slots=True, eq=False)
class Ways:
    """One cohort.  Units are numbered from 0; ticks count from the day a unit entered."""

    names: tuple[str, ...]
    """What each unit is called in its source; never leaves."""
    followed: Integers
    """Days from its entry until the last day looked at."""
    unit: Integers
    """Of each stay, its unit; stays are in order of unit and time."""
    state: Integers
    entry: Integers
    leave: Integers
    to: Integers
    since: Integers
    """Tick at which the state was reached; before ``entry`` where it was seen later only."""
    states: tuple[str, ...]
    final: tuple[bool, ...]
    agency: Integers
    """Of each unit, who it entered with."""
    member: tuple[Integers, Integers]
    """Pairs of a unit and a group it is in."""
    groups: tuple[str, ...]

    def __len__(self) -> int:
        return len(self.names)

    def first(self, tick: Integers, which: NDArray[np.bool_]) -> Integers:
        """The first tick at which one of some stays of each unit has it; never is very late."""
        found = np.full(len(self), NEVER)
        np.minimum.at(found, self.unit[which], tick[which])
        return found

    def ends(self) -> tuple[Integers, Integers]:
        """When each unit ended, and in which state; never, and -1, where it did not."""
        final = np.array([*self.final, False])
        over = final[self.to]
        when = self.first(self.leave, over)
        how = np.full(len(self), -1)
        last = over & (self.leave == when[self.unit])
        how[self.unit[last]] = self.to[last]
        return when, how

    def reached(self, state: int) -> Integers:
        """When each unit first came to a state."""
        stood = self.first(self.since, self.state == state)
        came = self.first(self.leave, self.to == state)
        return np.minimum(stood, came)

    def seen_from(self) -> Integers:
        """The tick from which each unit is under observation."""
        return self.first(self.entry, np.ones(len(self.unit), dtype=bool))


def ways_of(table: StayTable, ask: Ask) -> Ways:
    """The ways of a question's cohort.

    Raises:
        NotMeasurable, NothingToMeasure: the table cannot answer, and why.
    """
    with asked(table, ask) as cohort:
        return _read(cohort)


def _read(cohort: AskedCohort) -> Ways:
    cohort.refuse_conditioned()
    came = cohort.columns("SELECT unit, day0, agency FROM entered ORDER BY unit")
    stays = cohort.columns(
        f"""
        SELECT unit, state, entry, leave, next, since FROM stay
        WHERE (flags & {Flag.FINAL:d}) = 0 ORDER BY unit, seq"""
    )
    pairs = cohort.columns("SELECT unit, grp FROM member ORDER BY unit, grp")
    last = int((np.datetime64(cohort.as_of) - np.datetime64(_FROM_1970)).astype(int))
    names = cohort.table.cases.to_pylist()
    return Ways(
        tuple(str(names[unit]) for unit in came["unit"]),
        last - came["day0"],
        np.searchsorted(came["unit"], stays["unit"]),
        stays["state"],
        stays["entry"],
        stays["leave"],
        stays["next"],
        stays["since"],
        tuple(state.code for state in cohort.table.states),
        tuple(state.final for state in cohort.table.states),
        came["agency"],
        (np.searchsorted(came["unit"], pairs["unit"]), pairs["grp"]),
        cohort.groups,
    )


@dataclass(frozen=True, slots=True, eq=False)
class Passages:
    """Who passed which span, and where they stood at its end."""

    unit: Integers
    span: Integers
    state: Integers
    """0: still where they were; from 1 on the ends given."""


def passages(
    ways: Ways, when: Integers, how: Integers, began: Integers, edges: Integers
) -> Passages:
    """The spans that passed for each unit while it still was where it was at their beginning.

    Args:
        ways: the cohort.
        when: the tick at which each unit left; never is very late.
        how: where it went, from 1.
        began: the day (since entry) on which its clock began; a negative one where it never did.
        edges: last days of the spans, counted from there.
    """
    start = ways.seen_from()
    units, spans, states = [], [], []
    for number, edge in enumerate(edges):
        before = (began + edges[number - 1]) * TICKS + LAST_TICK if number else began * TICKS - 1
        after = (began + edge) * TICKS + LAST_TICK
        whole = (
            (began >= 0)
            & (began + edge <= ways.followed)
            & (when > before)
            & (start <= np.maximum(before, 0))
        )
        units.append(np.flatnonzero(whole))
        spans.append(np.full(int(whole.sum()), number))
        states.append(np.where(when <= after, how, 0)[whole])
    return Passages(np.concatenate(units), np.concatenate(spans), np.concatenate(states))


def stood_in(ways: Ways, state: int) -> tuple[Integers, Integers]:
    """For each unit the day it first came to stand in a state, and the tick at which it left.

    The day is -1 where it never did, or was there before it was seen.
    """
    mine = np.flatnonzero(ways.state == state)
    _, first = np.unique(ways.unit[mine], return_index=True)
    mine = mine[first]
    began, left = np.full(len(ways), -1), np.full(len(ways), NEVER)
    whole = ways.entry[mine] == ways.since[mine]
    unit = ways.unit[mine]
    began[unit] = np.where(whole, ways.since[mine] // TICKS, -1)
    left[unit] = np.where(ways.to[mine] == CENSORED, NEVER, ways.leave[mine])
    return began, left
