"""Dates known to the month or the year: what is drawn must find the truth that floored dates miss.

A justice of five states with a cycle, left after about 40, 150 and 200 days; a third of the dates
is known to the month, a fifth to the year.  Stays are exponential (at any time as likely to be over)
or Erlang(3) (hardly ever over at once), of which the estimator is told nothing.
"""

import numpy as np
import pytest

from candlemark.errors import NothingToMeasure, NotMeasurable
from candlemark.measure.estimators import LAST_TICK, TICKS, Ways, bounds, imputed, robust
from candlemark.measure.estimators.coarse import finals, rubin
from coarse_lives import DAYS, DISMISSED, SENTENCED, STATES, known, lived, standing


@pytest.fixture(scope="module", params=[1, 3], ids=["exponential", "Erlang(3)"])
def cohort(request):
    """Fifteen hundred cases, and where a hundred thousand of their kind stood."""
    case, state, day = lived(np.random.default_rng(1), 100_000, request.param)
    all_seen = Ways(case, state, day, day, np.full(100_000, 10**5))
    random = np.random.default_rng(2)
    coarse, exact = known(random, lived(random, 1_500, request.param))
    return {
        "truth": standing(all_seen, day),
        "most": 0.01 if request.param == 1 else 0.02,
        "ways": (coarse, exact),
        "found": imputed(coarse, STATES, DAYS),
        "small": [known(random, lived(random, 150, request.param))[0] for _ in range(10)],
    }


def test_drawn_dates_do_not_bend_the_figure(cohort):
    found, (_, exact) = cohort["found"], cohort["ways"]
    with_exact_dates = standing(exact, exact.lo)

    assert 0.3 < found.coarse < 0.6
    # The bias is what coarse dates change; how the cohort differs from all is chance.
    assert np.abs(found.p - with_exact_dates).max() <= cohort["most"]
    assert np.abs(found.p - cohort["truth"]).max() <= cohort["most"] + 3 * found.se.max()
    assert found.p.sum(axis=1) == pytest.approx(1)


def test_the_first_of_the_month_would_have_been_wrong_by_ten_points(cohort):
    coarse, exact = cohort["ways"]
    floored = np.maximum.accumulate(coarse.lo + coarse.unit * 10**6) - coarse.unit * 10**6

    assert np.abs(standing(coarse, floored) - standing(exact, exact.lo)).max() > 0.1


def test_bounds_lie_around_the_figure_and_the_exact_dates(cohort):
    found, (_, exact) = cohort["found"], cohort["ways"]
    p = standing(exact, exact.lo)

    assert (found.earliest <= found.p).all()
    assert (found.p <= found.latest).all()
    for end in (DISMISSED, SENTENCED):
        # With cases still open, early dates of some and late ones of others go a little further.
        assert (found.earliest[:, end] <= p[:, end] + 0.005).all()
        assert (p[:, end] <= found.latest[:, end] + 0.005).all()
    assert (found.latest - found.earliest).max() > 0.1


def test_nothing_lies_outside_the_bounds_when_no_case_is_open():
    random = np.random.default_rng(3)
    day = 5 + random.integers(0, 300, 60)
    to = random.choice([1, 2], 60)
    vague = random.random(60) < 0.7
    units = [
        [(0, 0, 0), (end, now // 30 * 30, now // 30 * 30 + 29) if unclear else (end, now, now)]
        for end, now, unclear in zip(to.tolist(), day.tolist(), vague.tolist(), strict=True)
    ]
    low, high = bounds(ways(*units), 3, np.arange(0, 330, 10))
    p = np.array(
        [[((to == end) & (day <= now)).mean() for end in (1, 2)] for now in range(0, 330, 10)]
    )

    assert (low[:, 1:] <= p + 1e-12).all()
    assert (p <= high[:, 1:] + 1e-12).all()


def test_intervals_of_small_cohorts_hold_the_truth(cohort):
    held = []
    for ways in cohort["small"]:
        found = imputed(ways, STATES, DAYS, drawn=5)
        held.append((found.low <= cohort["truth"]) & (cohort["truth"] <= found.high))

    assert np.mean(held) >= 0.92


def test_the_same_data_give_the_same_figure(cohort):
    ways = cohort["small"][0]

    assert np.array_equal(imputed(ways, STATES, DAYS).p, imputed(ways, STATES, DAYS).p)


def ways(*units, until=400):
    """Units as lists of ``(state, lo, hi)``."""
    unit, rows = [], []
    for number, events in enumerate(units):
        unit += [number] * len(events)
        rows += events
    state, lo, hi = np.array(rows, dtype=np.int64).T
    return Ways(np.array(unit), state, lo, hi, np.full(len(units), until))


def test_exact_dates_are_not_drawn():
    given = ways(*[[(0, 0, 0), (1 + n % 2, 5 + n, 5 + n)] for n in range(20)])
    found = imputed(given, 3, [10])

    assert found.drawn == 1
    assert found.coarse == 0
    assert found.p == pytest.approx(
        robust(given.stays(given.lo, finals(given, 3)), 3, [10 * TICKS + LAST_TICK]).p
    )
    assert found.earliest == pytest.approx(found.p)
    assert found.latest == pytest.approx(found.p)


def test_steps_of_one_day_keep_their_order():
    given = ways([(0, 3, 3), (1, 3, 3), (2, 3, 3)])
    stays = given.stays(given.lo, finals(given, 3))

    assert stays.entry.tolist() == [0, 1]
    assert stays.leave.tolist() == [1, 2]


def test_an_order_that_dates_contradict_wins_over_the_dates():
    given = ways([(0, 0, 0), (1, 50, 60), (2, 10, 20)])
    lo, hi = given.limits()

    assert (lo <= hi).all()
    assert (np.diff(lo) >= 0).all()
    assert np.isfinite(imputed(given, 3, [30]).p).all()


def test_nothing_happened_after_it_was_last_seen():
    given = ways([(0, 0, 0), (1, 30, 395)], until=100)

    assert given.limits()[1].tolist() == [0, 100]


def test_one_case_with_a_coarse_date_has_a_wide_interval_and_no_gaps():
    found = imputed(ways([(0, 0, 0), (1, 10, 40)]), 2, [5, 25, 50])

    assert found.p[0].tolist() == [1, 0]
    assert found.p[2].tolist() == [0, 1]
    assert np.isfinite(found.low).all()
    assert (found.high - found.low > 0.5).all()
    assert (found.earliest[1, 1], found.latest[1, 1]) == (0, 1)


def test_what_cannot_be_ways_is_refused():
    with pytest.raises(NotMeasurable, match="a date ends before it begins"):
        ways([(0, 5, 4)])
    with pytest.raises(NotMeasurable, match="not numbered from 0"):
        Ways(*(np.array([1, 1]) for _ in range(4)), np.array([5]))
    with pytest.raises(NotMeasurable, match="differ in length"):
        Ways(np.array([0]), np.array([0, 1]), np.array([0]), np.array([0]), np.array([5]))
    nobody = Ways(*(np.zeros(0, dtype=np.int64) for _ in range(5)))
    with pytest.raises(NothingToMeasure):
        imputed(nobody, 3, [5])


def test_rubin_with_sets_that_agree_is_the_interval_of_one():
    p, se = np.full((5, 1, 1), 0.3), np.full((5, 1, 1), 0.05)
    mean, error, low, high = rubin(p, se, np.full((1, 1), 80))

    assert mean.item() == pytest.approx(0.3)
    assert error.item() == pytest.approx(0.05)
    assert (low.item(), high.item()) == pytest.approx((0.2117, 0.4061), abs=2e-4)


def test_rubin_by_hand():
    p, se = np.array([0.4, 0.5, 0.6]).reshape(3, 1, 1), np.full((3, 1, 1), 0.05)
    _, error, low, high = rubin(p, se, np.full((1, 1), 100))
    scale = np.log(np.array([0.4, 0.5, 0.6]) / np.array([0.6, 0.5, 0.4]))
    inner = np.mean(0.05**2 / np.array([0.24, 0.25, 0.24]) ** 2)
    total = inner + 4 / 3 * scale.var(ddof=1)

    assert error.item() == pytest.approx(np.sqrt(total) * 0.25)
    assert low.item() + high.item() == pytest.approx(1)
    assert high.item() > 1 / (1 + np.exp(-1.96 * np.sqrt(total)))  # Student's quantile is larger


def test_bounds_of_a_group_without_coarse_dates_have_no_width():
    given = ways([(0, 0, 0), (1, 9, 9)], [(0, 0, 0), (1, 20, 20)])
    low, high = bounds(given, 2, [10])

    assert low.tolist() == high.tolist() == [[0.5, 0.5]]
