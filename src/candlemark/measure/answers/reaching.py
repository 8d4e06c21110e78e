"""How soon the units of a log ever reach each state, ends that come first counted as ends."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from candlemark.measure.answers.asking import basis, check_sizes, stays_of
from candlemark.measure.answers.standing import thinned
from candlemark.measure.estimators import (
    CENSORED,
    LAST_TICK,
    TICKS,
    interval,
    occupation,
    robust,
)
from candlemark.measure.estimators.incidence import ENDED, REACHED, WAITING, first_passage
from candlemark.measure.figure import Incidence, IncidenceGroup, ReachedBy, StageReached

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from candlemark.measure.answers.asking import Question
    from candlemark.measure.estimators import Stays
    from candlemark.measure.log import AskedCohort

_START = (1.0, 0.0, 0.0)


def reach(question: Question) -> Incidence:
    """The probability of having ever reached each state by each of the days asked for.

    The state in which units enter is left out: everybody reached it.

    Raises:
        NotMeasurable, NothingToMeasure, SettingRefused: the log cannot answer, and why.
    """
    with question.open() as cohort:
        check_sizes(cohort)
        sizes = cohort.entered()
        groups = tuple(
            IncidenceGroup(
                group, int(sizes[place]), tuple(_rows(question, cohort, stays_of(cohort, place)))
            )
            for place, group in enumerate(cohort.groups)
        )
        return Incidence(basis(question, cohort, "incidence"), groups)


def _rows(question: Question, cohort: AskedCohort, stays: Stays) -> list[StageReached]:
    states = len(cohort.table.states)
    found = []
    for place, state in enumerate(cohort.table.states):
        waits = first_passage(stays, {place}, states)
        reached = int((waits.to == REACHED).sum())
        if not reached:
            continue
        days = np.asarray(question.at, dtype=np.int64)
        when = np.unique(waits.leave[waits.to == REACHED] // TICKS)
        found.append(
            StageReached(
                stage=state.stage,
                own=state.own,
                reached=reached,
                otherwise=int((waits.to == ENDED).sum()),
                pending=int((waits.to == CENSORED).sum()),
                unknown=0,
                horizons=_by(waits, days, jackknife=question.robust),
                curve=_by(waits, thinned(when)),
            )
        )
    return found


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
