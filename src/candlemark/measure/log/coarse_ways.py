"""What is known of the dates of a cohort: from its stays to the ways that the estimator draws from.

A cohort's views put an event known to a span in the middle of it, which is enough to say who
entered and in which order things happened, and wrong for how long anything took.  Here the spans
are handed on as they are.  They were narrowed by their neighbours when the table was made.

Who enters a question of a window, or of an earlier day, is decided by the middle of the span.  Of
those who entered, dates are drawn from all the table knows, and what is drawn after the last day
looked at is not seen: a month that the day lies in is not taken for one in which nothing happened.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from candlemark.errors import NotMeasurable
from candlemark.measure.columns import days_since
from candlemark.measure.estimators import Imputed, Stays, Ways, imputed
from candlemark.measure.estimators.coarse import completed, extremes, finals
from candlemark.measure.estimators.drawn_lengths import Spans, spans
from candlemark.measure.log.cohort import asked
from candlemark.measure.log.engines import DUCKDB
from candlemark.measure.log.stay_table import Flag

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import ArrayLike, NDArray

    from candlemark.measure.log.ask import Ask
    from candlemark.measure.log.cohort import AskedCohort
    from candlemark.measure.log.stay_table import StayTable

    Integers = NDArray[np.int64]

ENOUGH: Final = 10
"""Stays of known length from which rates are learned."""
_ALWAYS = -(1 << 20)
"""A day before all others: it was under observation from its entry on."""


@dataclass(frozen=True, slots=True)
class ImputedGroup:
    """Where one group stands, with its coarse dates drawn many times."""

    group: str
    entered: int
    coarse: int
    """Events of it whose date is known to a span of days only."""
    events: int
    found: Imputed | None
    """None where every date is exact: there is nothing to draw, and the plain estimate stands."""


def coarse_events(cohort: AskedCohort) -> Integers:
    """How many events of each group have a date known to a span of days only."""
    found = cohort.columns(
        "SELECT m.grp AS grp, COUNT(*) AS many FROM stay s JOIN member m ON m.unit = s.unit"
        " WHERE s.entry_lo <> s.entry_hi GROUP BY m.grp ORDER BY m.grp"
    )
    many = np.zeros(len(cohort.groups), dtype=np.int64)
    many[found["grp"]] = found["many"]
    return many


def ways_of(cohort: AskedCohort, group: int = 0) -> Ways:
    """The events of a group, with the days each can be.

    Raises:
        NotMeasurable: units were chosen by what happened to them later, or went from one agency to
            another that tracked from another day on.
    """
    cohort.refuse_conditioned()
    inside = "AND r.inside = 1" if cohort.narrowed else ""
    found = cohort.columns(
        f"""
        SELECT r.unit AS unit, r.cluster AS cluster, r.state AS state, r.entry_lo AS lo,
               r.entry_hi AS hi, r.agency AS agency
        FROM stay_row r JOIN member m ON m.unit = r.unit AND m.grp = {group}
        WHERE 1 = 1 {inside} ORDER BY r.unit, r.seq"""
    )
    first = np.flatnonzero(np.diff(found["unit"], prepend=-1))
    unit = np.repeat(np.arange(len(first)), np.diff(np.append(first, len(found["unit"]))))
    known, last = days_since(cohort.table.known_until), days_since(cohort.as_of)
    return Ways(
        unit=unit,
        state=found["state"].astype(np.int64),
        lo=found["lo"].astype(np.int64),
        hi=found["hi"].astype(np.int64),
        until=np.full(len(first), known, dtype=np.int64),
        late=_late(cohort.table, found["agency"], unit, first),
        cluster=found["cluster"][first],
        cut=last if last < known else None,
    )


def _late(table: StayTable, agency: Integers, unit: Integers, first: Integers) -> Integers | None:
    """The day at the end of which each unit came under observation; None where all were at once."""
    if not table.tracked_from:
        return None
    days = np.array(
        [
            days_since(table.tracked_from[name]) if name in table.tracked_from else _ALWAYS
            for name in table.agencies
        ]
    )
    tracked = days[agency]
    late: Integers = tracked[first]
    if (tracked != late[unit]).any():
        raise NotMeasurable(
            "some units went from one agency to another that tracked from another day on, and the"
            " dates of some are known to the month or year only",
            hint="ask for each agency by itself: --where agency=NAME",
        )
    return late


def drawn(
    cohort: AskedCohort, group: int, days: ArrayLike, start: ArrayLike | None = None
) -> Imputed:
    """Where a group stands at the end of each day after entry, with its coarse dates drawn.

    Args:
        cohort: an open cohort.
        group: which group of it.
        days: whole days after entry.
        start: the probabilities of the beginning; None: as they were found.
    """
    ways, ends = _ending(cohort, group)
    return imputed(ways, len(ends), days, final=ends, start=start)


def drawn_stays(cohort: AskedCohort, group: int) -> tuple[list[Stays], list[Stays]]:
    """The stays of a group with dates drawn many times, and with all of them at one end."""
    ways, ends = _ending(cohort, group)
    return completed(ways, len(ends), final=ends)


def at_ends(cohort: AskedCohort, group: int) -> list[Stays]:
    """The stays of a group with all dates at one end of what they can be, and nothing drawn."""
    ways, ends = _ending(cohort, group)
    return extremes(ways, ends)


def lengths_at_ends(cohort: AskedCohort, group: int) -> Spans:
    """How short and how long each stay of a group can have been."""
    return spans(*_ending(cohort, group))


def learnable(cohort: AskedCohort, group: int) -> bool:
    """Whether enough stays of a group begin and end on days that are known, or all of them do.

    Drawing learns from them how long stays last; without them it would follow the model alone.
    """
    ways = ways_of(cohort, group)
    exact, unit = ~ways.coarse, ways.unit
    both = exact[1:] & exact[:-1] & (unit[1:] == unit[:-1])
    return bool(exact.all()) or int(both.sum()) >= ENOUGH


def with_a_gap(cohort: AskedCohort, group: int) -> NDArray[np.bool_]:
    """For each unit of :func:`ways_of` by its number, whether a step of it has no day.

    Between two of its stays there may have been another, so nobody can tell how long they lasted.
    """
    inside = "AND r.inside = 1" if cohort.narrowed else ""
    found = cohort.columns(
        f"""
        SELECT r.unit AS unit, MAX(r.flags & {Flag.GAP:d}) AS gap
        FROM stay_row r JOIN member m ON m.unit = r.unit AND m.grp = {group}
        WHERE 1 = 1 {inside} GROUP BY r.unit ORDER BY r.unit"""
    )
    gaps: NDArray[np.bool_] = found["gap"] > 0
    return gaps


def _ending(cohort: AskedCohort, group: int) -> tuple[Ways, NDArray[np.bool_]]:
    ways = ways_of(cohort, group)
    declared = np.array([state.final for state in cohort.table.states])
    return ways, declared | finals(ways, len(declared))


def imputed_occupation(
    table: StayTable, ask: Ask | None, horizons: Sequence[int], engine: str = DUCKDB
) -> tuple[ImputedGroup, ...]:
    """Where the units of a question stand, with dates known to the month or year drawn.

    Args:
        table: what is asked.
        ask: the question; None: every unit from its first stay.
        horizons: whole days after entry.
        engine: as in :func:`candlemark.measure.log.asked`.

    Raises:
        NotMeasurable, NothingToMeasure, SettingRefused: the table cannot answer, and why.
    """
    with asked(table, ask, engine=engine) as cohort:
        sizes, coarse = cohort.entered(), coarse_events(cohort)
        return tuple(
            ImputedGroup(
                group=name,
                entered=int(sizes[place]),
                coarse=int(coarse[place]),
                events=_events(cohort, place),
                found=drawn(cohort, place, horizons) if coarse[place] else None,
            )
            for place, name in enumerate(cohort.groups)
        )


def _events(cohort: AskedCohort, group: int) -> int:
    found = cohort.columns(
        f"SELECT COUNT(*) AS many FROM stay s JOIN member m ON m.unit = s.unit AND m.grp = {group}"
    )
    return int(found["many"][0])
