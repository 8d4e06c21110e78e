"""Time until a share has left."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from candlemark.measure.estimators import Quantile, Ways, quantiles, survival
from candlemark.measure.estimators.drawn_lengths import spans


def curve(*durations):
    """``9`` left on day 9, ``-13`` was last seen on day 13."""
    return survival(
        [abs(day) for day in durations],
        [int(day >= 0) for day in durations],
        [int(day < 0) for day in durations],
    )


MAINTAINED = (9, 13, -13, 18, 23, -28, 31, 34, -45, 48, -161)
NOT_MAINTAINED = (5, 5, 8, 8, 12, -16, 23, 27, 30, 33, 43, 45)
"""Weeks in remission, acute myelogenous leukemia (Miller, Survival Analysis, 1981, page 49)."""


def test_the_leukemia_data_every_textbook_uses():
    (maintained,) = quantiles(curve(*MAINTAINED), [0.5])
    (other,) = quantiles(curve(*NOT_MAINTAINED), [0.5])

    # R: survfit(Surv(time, status) ~ x, aml) prints 31, 18, NA and 23, 8, NA.
    assert maintained == Quantile(0.5, 31, 18, None)
    assert other == Quantile(0.5, 23, 8, None)


def test_the_curve_of_the_leukemia_data():
    found = curve(*MAINTAINED)

    assert found.days.tolist() == [9, 13, 18, 23, 31, 34, 48]
    assert found.at_risk.tolist() == [11, 10, 8, 7, 5, 4, 2]
    assert found.share == pytest.approx(
        [0.9091, 0.8182, 0.7159, 0.6136, 0.4909, 0.3682, 0.1841], abs=5e-5
    )
    assert found.low == pytest.approx(
        [0.7541, 0.6192, 0.4884, 0.3769, 0.2549, 0.1549, 0.0359], abs=5e-5
    )
    assert found.high == pytest.approx([1, 1, 1, 0.999, 0.946, 0.875, 0.944], abs=5e-4)


def test_a_share_that_has_not_left_yet_has_no_day():
    found = quantiles(curve(10, -20, -20, -20), [0.25, 0.5])

    assert [each.days for each in found] == [10, None]


def test_the_median_of_those_who_left_is_not_the_median():
    (median,) = quantiles(curve(*[10] * 4, *[-100] * 6), [0.5])

    assert median.days is None


def test_who_leaves_on_a_day_leaves_before_others_are_last_seen_on_it():
    assert curve(10, -10).share.tolist() == [0.5]


def test_leaving_on_the_day_of_coming_takes_no_days():
    (median,) = quantiles(curve(0, 0, 0, 5), [0.5])

    assert median.days == 0


def test_a_level_at_exactly_a_half_gives_its_first_day():
    (median,) = quantiles(curve(1, 2, 3, 4), [0.5])

    assert median.days == 2


def test_nobody_left_is_no_curve():
    assert quantiles(curve(-5, -6), [0.25, 0.5]) == (
        Quantile(0.25, None, None, None),
        Quantile(0.5, None, None, None),
    )


def test_when_all_have_left_the_upper_edge_says_nothing():
    found = curve(1, 2)

    assert found.share.tolist() == [0.5, 0.0]
    assert found.high[-1] == 1.0
    assert found.low[-1] == 0.0


@given(st.lists(st.integers(-40, 40).filter(bool), min_size=1), st.randoms(use_true_random=False))
def test_neither_order_nor_parts_change_the_curve(durations, random):
    mixed = curve(*random.sample(durations, len(durations)))
    found = curve(*durations)

    assert np.array_equal(mixed.share, found.share)
    assert np.array_equal(mixed.days, found.days)


@given(st.lists(st.integers(0, 40), min_size=1), st.floats(0.05, 0.95))
def test_without_open_stays_a_quantile_is_the_day_by_which_that_share_has_left(days, share):
    (found,) = quantiles(curve(*days), [share])
    by_then = sum(day <= found.days for day in days) / len(days)
    before = sum(day < found.days for day in days) / len(days)

    assert by_then >= share - 1e-9
    assert before < share + 1e-9
    assert (found.low or 0) <= found.days
    assert found.high is None or found.high >= found.days


def test_a_stay_is_as_short_and_as_long_as_its_own_dates_allow():
    # Two units: a step known to the day, then to a span; the second still waits on day 100.
    ways = Ways(
        unit=np.array([0, 0, 0, 1, 1]),
        state=np.array([0, 1, 2, 0, 1]),
        lo=np.array([0, 10, 50, 0, 20]),
        hi=np.array([0, 20, 90, 0, 40]),
        until=np.array([100, 100]),
    )
    found = spans(ways, np.array([False, False, True]))

    assert found.state.tolist() == [0, 1, 0, 1]
    assert found.shortest.tolist() == [10, 30, 20, 60]
    assert found.longest.tolist() == [20, 80, 40, 80]
    assert found.still.tolist() == [False, False, False, True]


def test_a_state_that_is_named_again_is_one_stay():
    ways = Ways(
        unit=np.zeros(4, dtype=np.int64),
        state=np.array([0, 0, 1, 2]),
        lo=np.array([0, 5, 30, 60]),
        hi=np.array([0, 9, 40, 60]),
        until=np.array([100]),
    )
    found = spans(ways, np.array([False, False, True]))

    assert (found.shortest.tolist(), found.longest.tolist()) == ([30, 20], [40, 30])
