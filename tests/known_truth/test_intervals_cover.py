"""How often a 95 % interval holds the truth, over simulated cohorts.

Cohorts are small on purpose: that is where intervals fail.  A third to a half of the cases are still
open when they are last seen, and in the second world a quarter comes under observation late.
"""

import numpy as np
import pytest

from candlemark.measure.estimators import (
    CENSORED,
    LAST_TICK,
    TICKS,
    Stays,
    interval,
    occupation,
    robust,
)

HORIZONS = np.array([20, 60, 120, 200])
COHORTS = 250


def cohort_of(random, competing, count, late):
    """Stays of one cohort.  Some come late, and only those that had not ended by then."""
    case, time, state = competing.wander(random, count * 2 if late else count)
    entry = np.where(random.random(len(case)) < 0.25, random.integers(0, 60, len(case)), 0)
    entry = np.where(late, entry, 0)
    until = entry + random.integers(10, 400, len(case))
    day = np.floor(time).astype(np.int64)
    there = np.flatnonzero((day > entry) | (entry == 0))[:count]
    ended = (day <= until)[there]
    return Stays(
        np.arange(len(there)),
        np.zeros(len(there), dtype=np.int64),
        np.where(entry > 0, entry * TICKS + LAST_TICK, 0)[there],
        np.where(ended, day[there] * TICKS + 1, until[there] * TICKS + LAST_TICK),
        np.where(ended, state[there], CENSORED),
    )


def coverage(competing, count, late, *, by_case=False):
    """The share of cohorts whose interval holds the truth, per horizon and state."""
    random = np.random.default_rng(count + 17 * late)
    truth = np.stack([competing.truth(day + 1) for day in HORIZONS])
    ticks = HORIZONS * TICKS + LAST_TICK
    held = np.zeros_like(truth)
    for _ in range(COHORTS):
        stays = cohort_of(random, competing, count, late)
        start = np.eye(len(competing.rates))[0]
        if by_case:
            low, high = robust(stays, len(start), ticks, start=start).interval()
        else:
            counted = stays.counts(len(start))
            found = occupation(counted, start)
            rows = found.rows_at(ticks)
            low, high = interval(found.p[rows], found.se[rows], counted.known(ticks)[:, None])
        held += (low <= truth) & (truth <= high)
    return held / COHORTS


@pytest.mark.parametrize("late", [False, True], ids=["seen from entry", "some seen late"])
@pytest.mark.parametrize("count", [30, 100, 400])
def test_intervals_hold_the_truth_as_often_as_they_say(world, count, late):
    competing = world(4, {(0, 1): 0.006, (0, 2): 0.003, (0, 3): 0.0004})
    held = coverage(competing, count, late)

    assert 0.93 <= held.mean() <= 0.97
    assert held.min() >= 0.87


@pytest.mark.parametrize("late", [False, True], ids=["seen from entry", "some seen late"])
def test_robust_intervals_of_thirty_cases_hold_the_truth_as_well(world, late):
    competing = world(4, {(0, 1): 0.006, (0, 2): 0.003, (0, 3): 0.0004})
    held = coverage(competing, 30, late, by_case=True)

    assert 0.93 <= held.mean() <= 0.97
    assert held.min() >= 0.87


def test_without_the_exact_bound_rare_ends_would_be_called_impossible(world):
    competing = world(4, {(0, 1): 0.006, (0, 2): 0.003, (0, 3): 0.0004})
    random = np.random.default_rng(5)
    truth = competing.truth(21)[3]
    none = 0
    for _ in range(COHORTS):
        counted = cohort_of(random, competing, 30, late=False).counts(4)
        found = occupation(counted, [1, 0, 0, 0])
        (row,) = found.rows_at([20 * TICKS + LAST_TICK])
        none += found.p[row, 3] == 0 < truth

    assert none / COHORTS > 0.5  # an interval of no width would have missed all of these
