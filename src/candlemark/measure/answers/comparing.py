"""Groups beside each other: how far apart they are, and whether that can be chance.

Every difference has its interval, a p-value adjusted for all others (Holm), and stands in a band
that holds all of them at once.  Errors are robust, so units of one incident count as one.  Besides,
over all groups together: for each state whether it is left at another rate (log-rank), for each
move whether its rate is another (cause-specific), and whether another share ever reaches the state
by when (Gray).  They answer different questions and may disagree.

Tests of rates take units as independent, and groups as apart: where a unit stands in several of the
groups there are none.  Where dates are known to the month or year, they are drawn as in
``standing``, and of a test the middle one of all draws is given; where too few stays have a known
length to learn from, each stands in the middle.  How far dates could move a difference is said in
both cases.  The groups beside the differences have each date in the middle.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from statistics import median
from typing import TYPE_CHECKING, Final

import numpy as np

from candlemark.errors import NotMeasurable
from candlemark.measure.answers.asking import basis, stays_of
from candlemark.measure.answers.choosing import chosen
from candlemark.measure.answers.passing import reachable, waits
from candlemark.measure.answers.standing import occupied, start_of
from candlemark.measure.estimators import (
    LAST_TICK,
    TICKS,
    contrasts,
    drawn_contrasts,
    gray,
    holm,
    log_rank,
    robust,
)
from candlemark.measure.estimators.coarse import outermost
from candlemark.measure.figure import DRAWN, Cell, Comparison, Tested
from candlemark.measure.log.coarse_ways import at_ends, coarse_events, drawn_stays, learnable

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from candlemark.measure.answers.asking import Question
    from candlemark.measure.answers.choosing import Chosen
    from candlemark.measure.estimators import Differences, GroupTest, Stays
    from candlemark.measure.estimators.counts import Floats
    from candlemark.measure.log import AskedCohort

MOST: Final = 1_500
"""Cells that are compared at once; the band needs the covariance of all of them."""


def compare(question: Question, *names: str, against: str = "") -> Comparison:
    """How groups differ, each from the last.

    Args:
        question: divided by something (``ask.by``).
        names: codes of the groups; the last is what the others are compared with.  None: all that
            are large enough, with the largest one; of two the first with the second.
        against: what the others are compared with, where no groups are named.

    Raises:
        NotMeasurable: the cohort is not divided, there is no such group, one is too small.
        NothingToMeasure, SettingRefused: the log cannot answer, and why.
    """
    with question.open() as cohort:
        mine = chosen(cohort, [name for name in names if name], against)
        names_of = [state.own for state in cohort.table.states]
        cells = (len(mine.places) - 1) * len(question.at) * len(names_of)
        if cells > MOST:
            raise NotMeasurable(
                f"{cells:,} differences cannot be compared all at once",
                hint="ask for fewer days, or name fewer groups",
            )
        coarse = bool(coarse_events(cohort)[list(mine.places)].any())
        drawn = coarse and all(learnable(cohort, place) for place in mine.places)
        sets = _drawn(cohort, mine) if drawn else _exact(cohort, mine)
        bounds = _bounds(question, cohort, mine) if coarse else None
        groups = occupied(replace(question, robust=True), cohort, mine.places)
        stands_on = basis(question, cohort, "comparison", drawn=drawn)
        stands_on = replace(stands_on, doubts=(*stands_on.doubts, *mine.doubts))
        if drawn:
            stands_on = replace(stands_on, method=stands_on.method + DRAWN)
        found = _differences(question, cohort, mine, sets)
        tests = () if mine.overlap else tuple(_tests(cohort, mine, names_of, sets))
        return Comparison(
            stands_on,
            groups,
            tuple(_cells(question, [group.group for group in groups], names_of, found, bounds)),
            (Tested("anywhere", "", None, None, float(found.anywhere)), *tests),
        )


def _exact(cohort: AskedCohort, mine: Chosen) -> list[list[Stays]]:
    """One set: the stays of each group."""
    return [[stays_of(cohort, place) for place in mine.places]]


def _drawn(cohort: AskedCohort, mine: Chosen) -> list[list[Stays]]:
    """Several sets with drawn dates."""
    drawn = [drawn_stays(cohort, place)[0] for place in mine.places]
    # A group without a coarse date has one set, which stands beside each of the others'.
    most = max(len(sets) for sets in drawn)
    drawn = [sets if len(sets) == most else sets * most for sets in drawn]
    return [list(each) for each in zip(*drawn, strict=True)]


def _bounds(question: Question, cohort: AskedCohort, mine: Chosen) -> tuple[Floats, Floats]:
    """The outermost differences that the dates allow."""
    states, starts = len(cohort.table.states), cohort.starts()
    lows, highs = zip(
        *(
            outermost(at_ends(cohort, place), states, _ticks(question), start_of(starts[place]))
            for place in mine.places
        ),
        strict=True,
    )
    return (
        np.stack([low - highs[-1] for low in lows[:-1]]),
        np.stack([high - lows[-1] for high in highs[:-1]]),
    )


def _ticks(question: Question) -> np.ndarray:
    return np.asarray(question.at, dtype=np.int64) * TICKS + LAST_TICK


def _differences(
    question: Question, cohort: AskedCohort, mine: Chosen, sets: Sequence[Sequence[Stays]]
) -> Differences:
    starts, states = cohort.starts(), len(cohort.table.states)
    moved = [
        [
            robust(each, states, _ticks(question), start=start_of(starts[place]))
            for place, each in zip(mine.places, stays, strict=True)
        ]
        for stays in sets
    ]
    return contrasts(moved[0][:-1], moved[0][-1]) if len(sets) == 1 else drawn_contrasts(moved)


def _cells(
    question: Question,
    groups: Sequence[str],
    states: Sequence[str],
    found: Differences,
    bounds: tuple[Floats, Floats] | None,
) -> Iterator[Cell]:
    for at in np.argwhere(found.tested):
        group, row, column = at.tolist()
        here = (group, row, column)
        difference = float(found.difference[here])
        yield Cell(
            day=question.at[row],
            state=states[column],
            difference=difference,
            se=float(found.se[here]),
            low=float(found.low[here]),
            high=float(found.high[here]),
            band_low=float(found.band_low[here]),
            band_high=float(found.band_high[here]),
            p_value=float(found.holm[here]),
            group=groups[group],
            earliest=min(float(bounds[0][here]), difference) if bounds else None,
            latest=max(float(bounds[1][here]), difference) if bounds else None,
        )


def _tests(
    cohort: AskedCohort, mine: Chosen, names: Sequence[str], sets: Sequence[Sequence[Stays]]
) -> Iterator[Tested]:
    """The tests over all groups, adjusted for each other."""
    found = [*_of_rates(names, sets), *_of_shares(cohort, mine, sets)]
    for test, adjusted in zip(found, holm([one.p_value for one in found]), strict=True):
        yield replace(test, adjusted=float(adjusted))


def _of_rates(names: Sequence[str], sets: Sequence[Sequence[Stays]]) -> Iterator[Tested]:
    """Where too few of a group stood, or nothing happened, there is no test and no number."""
    states = len(names)
    counts = [[each.counts(states) for each in stays] for stays in sets]
    moves = np.unique(
        np.concatenate([each.moves[:, 1:3] for some in counts for each in some]), axis=0
    ).tolist()
    left_for = {
        place: [to for came, to in moves if came == place and to != place]
        for place in range(states)
    }
    for place, name in enumerate(names):
        with suppress(NotMeasurable):
            yield _middle("log-rank", name, [log_rank(some, place) for some in counts])
        for to in left_for[place] if len(left_for[place]) > 1 else ():
            with suppress(NotMeasurable):
                one = _middle(
                    "cause-specific", name, [log_rank(some, place, [to]) for some in counts]
                )
                yield replace(one, to=names[to])


def _of_shares(
    cohort: AskedCohort, mine: Chosen, sets: Sequence[Sequence[Stays]]
) -> Iterator[Tested]:
    for goal in reachable(cohort.table):
        with suppress(NotMeasurable):
            passed = waits(cohort, mine.places, goal, sets)
            counted = [[each.counts(3) for each in some] for some in passed]
            yield _middle("gray", goal.state.own, [gray(some) for some in counted])


def _middle(code: str, state: str, drawn: Sequence[GroupTest]) -> Tested:
    """One test of several sets of drawn dates: the middle of what they give."""
    return Tested(
        code,
        state,
        median(each.statistic for each in drawn),
        max(each.freedom for each in drawn),
        median(each.p_value for each in drawn),
    )
