"""How soon the units of a log ever reach each state, ends that come first counted as ends."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from candlemark.measure.answers.asking import basis, check_sizes, stays_of
from candlemark.measure.answers.passing import reachable, told_passages
from candlemark.measure.answers.standing import DRAWN_POINTS, thinned
from candlemark.measure.estimators import (
    CENSORED,
    LAST_TICK,
    TICKS,
    interval,
    occupation,
    robust,
)
from candlemark.measure.estimators.coarse import combined
from candlemark.measure.estimators.incidence import ENDED, REACHED, WAITING, first_passage
from candlemark.measure.figure import (
    DRAWN,
    DRAWN_ERRORS,
    Incidence,
    IncidenceGroup,
    ReachedBy,
    StageReached,
)
from candlemark.measure.log.coarse_ways import coarse_events, drawn_stays

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from candlemark.measure.answers.asking import Question
    from candlemark.measure.estimators import Stays
    from candlemark.measure.log import AskedCohort

_START = (1.0, 0.0, 0.0)


def reach(question: Question) -> Incidence:
    """The probability of having ever reached each state by each of the days asked for.

    The state in which units enter is left out: everybody reached it.  A stage of a study counts as
    reached also where that was as the way ended, or after (``passing``).

    Raises:
        NotMeasurable, NothingToMeasure, SettingRefused: the log cannot answer, and why.
    """
    with question.open() as cohort:
        check_sizes(cohort)
        sizes, coarse = cohort.entered(), coarse_events(cohort)
        groups = tuple(
            IncidenceGroup(
                group,
                int(sizes[place]),
                tuple(_rows(question, cohort, place, draw=bool(coarse.any()))),
            )
            for place, group in enumerate(cohort.groups)
        )
        stands_on = basis(question, cohort, "incidence")
        if coarse.any():
            stands_on = replace(
                stands_on, method=stands_on.method + DRAWN, uncertainty=DRAWN_ERRORS
            )
        return Incidence(stands_on, groups)


def _rows(question: Question, cohort: AskedCohort, group: int, *, draw: bool) -> list[StageReached]:
    """The stages of a group; ``draw``: some dates are coarse, and are drawn."""
    stays, states = stays_of(cohort, group), len(cohort.table.states)
    sets = drawn_stays(cohort, group) if draw else ([], [])
    found = []
    for goal in reachable(cohort.table):
        state, told = goal.state, told_passages(cohort, group, goal)
        waits = told.stays() if told else first_passage(stays, goal.targets, states)
        reached = int((waits.to == REACHED).sum())
        if not reached:
            continue
        passed = [
            [
                told.moved(each, states, goal.targets)
                if told
                else first_passage(each, goal.targets, states)
                for each in some
            ]
            for some in sets
        ]
        days = np.asarray(question.at, dtype=np.int64)
        when = np.unique(waits.leave[waits.to == REACHED] // TICKS)
        found.append(
            StageReached(
                stage=state.stage,
                own=state.own,
                reached=reached,
                otherwise=int((waits.to == ENDED).sum()),
                pending=int((waits.to == CENSORED).sum()),
                unknown=told.unknown if told else 0,
                horizons=drawn_values(waits, passed, days)
                if draw
                else _by(waits, days, jackknife=question.robust),
                curve=drawn_values(waits, passed, thinned(when, DRAWN_POINTS))
                if draw
                else _by(waits, thinned(when)),
            )
        )
    return found


def drawn_values(
    waits: Stays, passed: Sequence[Sequence[Stays]], days: NDArray[np.int64]
) -> tuple[ReachedBy, ...]:
    """The same from stays with drawn dates and, for the bounds, with all dates at one end.

    How many are at risk is counted with each coarse date in the middle.
    """
    sets, extremes = passed
    found = combined(sets, extremes, 3, days, start=_START)
    at_risk = waits.counts(3).standing(days * TICKS + LAST_TICK)[:, WAITING]
    still = found.p[:, WAITING]
    high = found.high[:, REACHED]
    high = np.where((at_risk == 0) & (still > 0), np.minimum(high + still, 1.0), high)
    return tuple(
        ReachedBy(
            day=int(day),
            at_risk=int(at_risk[row]),
            p=float(found.p[row, REACHED]),
            se=float(found.se[row, REACHED]),
            low=float(found.low[row, REACHED]),
            high=float(high[row]),
            earliest=float(found.earliest[row, REACHED]),
            latest=float(found.latest[row, REACHED]),
        )
        for row, day in enumerate(days)
    )


def _by(waits: Stays, days: NDArray[np.int64], *, jackknife: bool = False) -> tuple[ReachedBy, ...]:
    ticks = days * TICKS + LAST_TICK
    counts = waits.counts(3)
    found = occupation(counts, _START)
    rows = found.rows_at(ticks)
    p, se = found.p[rows, REACHED], found.se[rows, REACHED]
    if jackknife:
        se = robust(waits, 3, ticks, start=_START).se()[:, REACHED]
    low, high = interval(p, se, counts.known(ticks))
    at_risk = counts.standing(ticks)[:, WAITING]
    still = found.p[rows, WAITING]
    # Nobody is seen here who still waits: they may all have reached it by now.
    high = np.where((at_risk == 0) & (still > 0), np.minimum(high + still, 1.0), high)
    return tuple(
        ReachedBy(int(day), int(risk), float(each), float(error), float(below), float(above))
        for day, risk, each, error, below, above in zip(
            days, at_risk, p, se, low, high, strict=True
        )
    )
