"""When each unit first reached a state, also one it reached as its way ended or after that.

The stays of a study end where a unit's way ends: nobody stands in a stage that they reached by
ending there.  But they reached it.  So where a table was made of a study, what was told of each
unit is looked at, event by event, by the rules of :mod:`candlemark.measure.incidence`: whoever
reached a stage has reached it, also after an end; a conviction is no end on the way to a stage that
comes after it; and who reached it on a day nobody can tell is in no probability.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from candlemark.measure.columns import Flaw, days_since
from candlemark.measure.estimators import CENSORED, LAST_TICK, TICKS, Stays, first_passage
from candlemark.measure.estimators.incidence import ENDED, REACHED

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from numpy.typing import NDArray

    from candlemark.measure.estimators.counts import Flags, Integers
    from candlemark.measure.log import AskedCohort
    from candlemark.measure.log.stay_table import State, StayTable, Told


@dataclass(frozen=True, slots=True)
class Reachable:
    """What can be reached: a state of a table, or a stage of its study nobody stands in."""

    state: State
    place: int | None
    """Its place among the table's states."""
    stage: int | None
    """Its place among the stages of the study, where there is one."""

    @property
    def targets(self) -> tuple[int, ...]:
        """The states to stand in which is to have reached it."""
        return () if self.place is None else (self.place,)


def reachable(table: StayTable) -> tuple[Reachable, ...]:
    """All that units of a table can reach: the stages in their order, then the ends."""
    places = {state.own: place for place, state in enumerate(table.states)}
    stages = table.told.stages if table.told is not None else ()
    of_study = {stage.own: number for number, stage in enumerate(stages)}
    return (
        *(Reachable(stage, places.get(stage.own), number) for number, stage in enumerate(stages)),
        *(
            Reachable(state, place, None)
            for place, state in enumerate(table.states)
            if state.own not in of_study
        ),
    )


UNKNOWN: Final = -2
"""Reached the state on a day nobody can tell."""
_NEVER: Final = np.iinfo(np.int64).max


@dataclass(frozen=True, slots=True, eq=False)
class Passages:
    """How the units of a group came to one state, a row a unit, in the order of units."""

    unit: Integers
    cluster: Integers
    entry: Integers
    leave: Integers
    to: Integers
    """``REACHED``, ``ENDED``, ``CENSORED`` or :data:`UNKNOWN`."""
    end: Integers
    """Tick at which the way ended, whatever came after; -1 where it did not."""

    @property
    def unknown(self) -> int:
        """How many reached it on a day nobody can tell."""
        return int((self.to == UNKNOWN).sum())

    def stays(self) -> Stays:
        """One stay a unit, waiting for the state; those unknown have none."""
        kept = (self.to != UNKNOWN) & (self.entry < self.leave)
        return Stays(
            cluster=self.cluster[kept],
            state=np.zeros(int(kept.sum()), dtype=np.int64),
            entry=self.entry[kept],
            leave=self.leave[kept],
            to=self.to[kept],
            unit=self.unit[kept],
        )

    def moved(self, drawn: Stays, states: int, targets: Collection[int]) -> Stays:
        """The same where dates were drawn: units of ``drawn`` are numbered by their places here.

        What lies between the way's end and the state is kept as it was.
        """
        waits = first_passage(drawn, targets, states)
        row, to = waits.units, waits.to
        told, end = self.to[row], self.end[row]
        at_end = (to == ENDED) & (told == REACHED)
        open_still = (to == ENDED) & (told == CENSORED)
        later = np.maximum(np.where(end >= 0, self.leave[row] - end, 0), 0)
        leave = np.where(at_end, waits.leave + later, waits.leave)
        leave = np.where(open_still, np.maximum(self.leave[row], waits.leave), leave)
        to = np.where(at_end, REACHED, np.where(open_still, CENSORED, to))
        kept = told != UNKNOWN
        columns = (waits.cluster, waits.state, waits.entry, leave, to, row)
        return Stays(*(column[kept] for column in columns))


def told_passages(cohort: AskedCohort, group: int, goal: Reachable) -> Passages | None:
    """How the units of a group came to a stage; None where that follows from their stays.

    Who entered in it has no way to it, as in ``first_passage``.
    """
    told, target = cohort.table.told, goal.stage
    if told is None or target is None:
        return None
    came = cohort.columns(
        "SELECT e.unit AS unit, e.day0 AS day0, e.state AS state FROM entered e"
        f" JOIN member m ON m.unit = e.unit AND m.grp = {group} ORDER BY e.unit"
    )
    unit, day0 = came["unit"], came["day0"]
    began = np.isin(came["state"], goal.targets)
    last = days_since(cohort.as_of)
    row, day, stage, outcome, fine = _sound(told, unit, day0, _known(cohort), last)
    first, finish = np.full(len(unit), _NEVER), np.full(len(unit), _NEVER)
    mine = stage == target
    np.minimum.at(first, row[mine & fine], day[mine & fine])
    ended = fine & (outcome >= 0)
    passing = (outcome == told.goes_on) & (stage < target)
    np.minimum.at(finish, row[ended & ~passing], day[ended & ~passing])
    whenever = np.full(len(unit), _NEVER)
    np.minimum.at(whenever, row[ended], day[ended])
    vague = np.zeros(len(unit), dtype=bool)
    vague[row[mine]] = True
    there = first < _NEVER
    over = ~there & ~vague & (finish < _NEVER)
    to = np.where(there, REACHED, np.where(vague, UNKNOWN, np.where(over, ENDED, CENSORED)))
    leave = (last - day0) * TICKS + LAST_TICK
    leave[there] = first[there] * TICKS + 1
    leave[over] = finish[over] * TICKS + 2
    end = np.where(whenever < _NEVER, np.minimum(whenever, _NEVER // TICKS - 1) * TICKS + 1, -1)
    leave[began] = 0  # no way is left to go
    return Passages(unit, _clusters(cohort, unit), _late(cohort, day0), leave, to, end)


def _known(cohort: AskedCohort) -> int:
    """The last day the data can know of, or the day looked at where that is later."""
    return max(days_since(cohort.table.known_until), days_since(cohort.as_of))


def _sound(
    told: Told, unit: Integers, day0: Integers, until: int, last: int
) -> tuple[Integers, Integers, Integers, Integers, Flags]:
    """The events of these units that are not yet to come: whose, when, what, and if in order.

    Days are since the unit's entry, and none is before it.
    """
    events = told.events
    number = events["unit"].to_numpy()
    lo, hi = (events[name].fill_null(-1).to_numpy().astype(np.int64) for name in ("lo", "hi"))
    flaw = events["flaw"].to_numpy()
    place = np.searchsorted(unit, number)
    here = (number >= 0) & (place < len(unit))
    here &= unit[np.minimum(place, len(unit) - 1)] == number
    dated = events["lo"].is_valid().to_numpy() & (flaw != Flaw.UNDATED)
    middle = lo + (np.minimum(hi, until) - lo) // 2
    after = (flaw == Flaw.AFTER) | (lo > until)
    here &= ~dated | after | (middle <= last)
    row = place[here]
    fine = (dated & ~after & (flaw != Flaw.BEFORE))[here] & (hi[here] >= day0[row])
    day = np.maximum(middle[here] - day0[row], 0)
    ends = events["outcome"].fill_null(-1).to_numpy().astype(np.int64)
    ends = np.where(events["ends"].to_numpy(zero_copy_only=False), ends, -1)
    return row, day, events["stage"].to_numpy().astype(np.int64)[here], ends[here], fine


def _late(cohort: AskedCohort, day0: Integers) -> Integers:
    """The tick from which each is seen: their entry, or the end of the day tracking began."""
    tracked = cohort.table.tracked_from.get("")
    if tracked is None:
        return np.zeros(len(day0), dtype=np.int64)
    since = days_since(tracked) - day0
    return np.where(since > 0, since * TICKS + LAST_TICK, 0)


def _clusters(cohort: AskedCohort, unit: Integers) -> Integers:
    rows: NDArray[np.int64] = cohort.table.rows["unit"].to_numpy()
    found: Integers = cohort.table.rows["cluster"].to_numpy()[np.searchsorted(rows, unit)]
    return found


def waits(
    cohort: AskedCohort, groups: Sequence[int], goal: Reachable, sets: Sequence[Sequence[Stays]]
) -> list[list[Stays]]:
    """Of each set of stays of these groups, the stays waiting for a state; one set is exact."""
    states = len(cohort.table.states)
    told = [told_passages(cohort, group, goal) for group in groups]
    return [
        [
            first_passage(stays, goal.targets, states)
            if passages is None
            else passages.stays()
            if len(sets) == 1
            else passages.moved(stays, states, goal.targets)
            for passages, stays in zip(told, some, strict=True)
        ]
        for some in sets
    ]
