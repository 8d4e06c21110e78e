"""Whether groups differ: log-rank and Gray's tests, differences, Holm, bands, standard mix, trend."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from candlemark.errors import NothingToMeasure, NotMeasurable
from candlemark.measure.estimators import (
    CENSORED,
    Counts,
    Stays,
    contrasts,
    differences,
    drawn_contrasts,
    gray,
    holm,
    log_rank,
    readable,
    robust,
    shared_strata,
    standardised,
    trend,
)

LEUKAEMIA = """
L2 0.67; M1 9.5; L0 131.77; L2 24.03; L2 1.47; L2 2.23; L0 124.83; L2 10.53; L0 123.9; L1 2;
L2 1.7; M2 6.33; M2 2.3; L1 3.57; L2 0.4; L2 0.87; L0 121.1; M2 5.27; L2 7.5; M2 6.3; L1 6.13;
L2 2.8; L1 5.37; L1 2.87; M2 10.9; L1 3.07; L1 1.7; M0 114.7; L1 1.8; M0 114.1; M1 35;
M0 112.93; L2 3.63; L0 112.23; L1 1.67; M2 7.63; L1 7.53; M0 110.37; M2 20.93; L2 6.03; M2 2.83;
M2 9.63; M2 3.17; M2 9.98; M1 5.7; M0 106.13; L1 2.53; M1 4.2; M2 9.17; M2 8.73; M0 85.1;
M2 4.8; M2 3.57; L2 8; L0 82.6; M0 81.67; L2 6; M1 6.2; M2 3.47; L1 4.23; M2 1; L2 7.47; M2 6.1;
M0 77; M0 76.03; M1 28.53; M2 1.97; L1 13.07; L2 1.43; L0 72.93; L0 71.83; M0 67.8; L2 8.17;
L1 7.57; L1 2.4; M0 70.2; M1 3.03; M1 5.87; M0 68.83; L2 1.1; M1 9.13; M1 6.07; L2 3.3;
M0 59.17; L1 1.23; M0 58.23; M0 58; L0 56.6; M2 3.6; M1 1.6; M1 5.63; M2 4.4; M2 13.8; M0 49.27;
M2 9.2; L1 8.63; M2 6.7; L1 1.1; L2 5.43; L0 45.3; M1 12.57; L0 43.67; M2 11.8; M0 43.2;
L2 4.17; M1 6.63; M0 42.5; M1 1.87; M2 1.23; M0 41.3; M2 3.9; M2 4.57; M2 4.4; M2 3.7; M2 3.4;
L1 20.83; M2 8.6; M1 1.3; L2 0.37; L2 0.27; L0 35.5; M0 35.5; L1 4.07; L1 7.93; L1 17.23;
L2 3.43; M2 2; M2 8.8; M0 32.63; L2 12.17; M2 7.2; M2 9; M1 6; M0 29.9; L0 29.2; M0 28.7;
M1 42.17; M2 0.13; L1 3.63; M1 12.27; M0 26.13; M1 4.73; M2 3.93; L0 24.77; M1 2.03; L2 6.6;
L1 9.43; M1 5; L1 1.87; M1 5.6; L0 19.9; M1 1.2; M2 5.23; M2 3.5; M2 2.8; M2 1.47; L1 7.63;
L1 2.23; M2 0.87; M2 7.2; L2 3.23; M2 3.57; M2 4.57; M2 1.77; L0 16.83; M0 16.6; L0 16.13;
L2 2.7; L1 10.3; M0 15.17; M1 7; M1 2.53; M0 14.5; M1 2.3; M0 10.2; M0 9.97; M1 7.63
"""
"""Stem cell transplants for acute leukaemia: L lymphoblastic, M myeloid; 0 censored, 1 relapse, 2 death
in remission; months (Scrucca, Santucci & Aversa, Bone Marrow Transplant. 45 (2010) 1388-1395)."""


CMPRSK = [
    (2, 40, 3, [0.110533640537077, 0.0110203562714988]),
    (3, 90, 2, [1.30759224147361, 1.32901520424094]),
    (5, 400, 1, [4.97221411307233, 3.82004397828403]),
]
"""What ``cuminc`` of cmprsk 2.2-11 gives for ``counted_out``: groups, units, how far apart."""


def counted_out(groups, many, apart):
    """Groups with many ties and two ways to end, drawn by counting and not by chance."""
    unit = np.arange(many)
    group = unit % groups
    time = 1 + (unit * 37 + unit * unit * 7) % 23 + apart * group
    cause = (unit * unit * 5 + unit // 3 + group * (unit % 2)) % 3
    return [ended(time[group == each], cause[group == each]).counts(3) for each in range(groups)]


def ended(time, cause, first=0):
    """Units seen from entry: cause 0 was last seen at that time."""
    time, cause = np.asarray(time), np.asarray(cause)
    return Stays(
        np.arange(first, first + len(time)),
        np.zeros(len(time), dtype=np.int64),
        np.zeros(len(time), dtype=np.int64),
        2 * time + (cause == 0),
        np.where(cause == 0, CENSORED, cause),
    )


def cohort(random, count, rates, longest=60):
    """Two ways to end at constant rates, and observation that ends at any time."""
    time = np.ceil(random.exponential(1 / sum(rates), count)).astype(np.int64)
    cause = 1 + (random.random(count) < rates[1] / sum(rates))
    last = random.integers(5, longest, count)
    return np.minimum(time, last), np.where(time <= last, cause, 0)


def two(random, count, one, other):
    return [ended(*cohort(random, count, rates)).counts(3) for rates in (one, other)]


def test_the_leukaemia_trial_of_freireich_by_hand():
    # 6-MP and placebo, weeks in remission (Freireich et al., Blood 21 (1963) 699-716).
    drug = [
        6,
        6,
        6,
        -6,
        7,
        -9,
        10,
        -10,
        -11,
        13,
        16,
        -17,
        -19,
        -20,
        22,
        23,
        -25,
        -32,
        -32,
        -34,
        -35,
    ]
    placebo = [1, 1, 2, 2, 3, 4, 4, 5, 5, 8, 8, 8, 8, 11, 11, 12, 12, 15, 17, 22, 23]
    groups = [
        ended(np.abs(times), (np.array(times) > 0).astype(int)).counts(2)
        for times in (drug, placebo)
    ]
    found = log_rank(groups, 0)

    # The textbook value of the log-rank test is 16.79, with 19.25 and 10.75 expected.
    assert found.statistic == pytest.approx(16.79, abs=0.005)
    assert found.observed.tolist() == [9, 21]
    assert found.expected == pytest.approx([19.25, 10.75], abs=0.005)


def test_groups_that_fare_alike_do_not_differ():
    times, causes = [3, 5, 8, 8, 11, 20], [1, 2, 1, 0, 2, 0]
    groups = [ended(times, causes).counts(3)] * 3

    for found in (log_rank(groups, 0), log_rank(groups, 0, [1]), gray(groups)):
        assert found.statistic == pytest.approx(0, abs=1e-12)
        assert found.p_value == pytest.approx(1)
        assert found.freedom == 2


def test_without_other_ends_gray_expects_what_the_log_rank_test_expects():
    random = np.random.default_rng(4)
    time = 1 + random.permutation(80)
    over = (random.random(80) < 0.7).astype(int)
    untied = [ended(time[part], over[part]).counts(2) for part in (slice(30), slice(30, 80))]
    tied = two(np.random.default_rng(5), 60, (0.05, 1e-9), (0.03, 1e-9))

    for groups in (untied, tied):
        one, other = gray(groups), log_rank(groups, 0)
        assert one.expected == pytest.approx(other.expected)
        # The variance is that of one incidence for all groups, so it is near and not the same.
        assert one.statistic == pytest.approx(other.statistic, rel=0.1)


def test_gray_without_censoring_keeps_those_who_ended_otherwise_at_risk():
    random = np.random.default_rng(6)
    samples = []
    for _ in range(2):
        time = np.append(np.ceil(random.exponential(20, 60)).astype(int), 900)  # one is still open
        samples.append((time, np.append(random.choice([1, 2], 60), 0)))
    found = gray([ended(*each).counts(3) for each in samples])
    # The same as a log-rank test of files in which the others are never seen to end.
    never = [(np.where(cause == 1, time, 900), (cause == 1).astype(int)) for time, cause in samples]
    other = log_rank([ended(*each).counts(2) for each in never], 0)

    assert found.expected == pytest.approx(other.expected)
    assert found.statistic == pytest.approx(other.statistic, rel=0.05)


def test_the_covariance_of_gray_is_what_scores_vary_by_and_the_level_holds():
    random = np.random.default_rng(7)
    scores, variances, named = [], [], 0
    for _ in range(500):
        found = gray(two(random, 80, (0.03, 0.02), (0.03, 0.02)))
        scores.append(found.observed[0] - found.expected[0])
        variances.append(found.covariance[0, 0])
        named += found.p_value < 0.05

    assert np.mean(variances) == pytest.approx(np.var(scores), rel=0.2)
    assert 0.025 <= named / 500 <= 0.08


def test_the_covariance_of_gray_is_what_leaving_out_one_unit_after_the_other_gives():
    random = np.random.default_rng(12)
    samples = [cohort(random, 120, (0.03, 0.02)) for _ in range(2)]
    counted = [ended(*each).counts(3) for each in samples]
    found = gray(counted)
    whole = found.observed[0] - found.expected[0]
    squares = 0.0
    for group, (time, cause) in enumerate(samples):
        for left_out in range(len(time)):
            kept = np.arange(len(time)) != left_out
            parts = list(counted)
            parts[group] = ended(time[kept], cause[kept]).counts(3)
            without = gray(parts)
            squares += (whole - without.observed[0] + without.expected[0]) ** 2

    # Another way to the same variance, which knows nothing of martingales.
    assert found.covariance[0, 0] == pytest.approx(squares, rel=0.1)


def test_gray_gives_what_was_published_for_the_leukaemia_patients():
    rows = [row.split() for row in LEUKAEMIA.replace("\n", " ").split(";")]
    kind = np.array([what[0] for what, _ in rows])
    cause = np.array([int(what[1]) for what, _ in rows])
    time = np.array([round(float(months) * 100) for _, months in rows])
    groups = [ended(time[kind == each], cause[kind == each]).counts(3) for each in "LM"]

    # Published: 2.8623 (p 0.091) for relapse, 0.4481 (p 0.503) for death; cmprsk on these rows, which
    # are written with other digits: 2.8637355618 and 0.4499728786.
    assert gray(groups, 1).statistic == pytest.approx(2.8637355618, abs=1e-10)
    assert gray(groups, 1).p_value == pytest.approx(0.091, abs=5e-4)
    assert gray(groups, 2).statistic == pytest.approx(0.4499728786, abs=1e-10)
    assert gray(groups, 2).p_value == pytest.approx(0.503, abs=1e-3)


@pytest.mark.parametrize(("groups", "many", "apart", "expected"), CMPRSK)
def test_gray_gives_what_cmprsk_gives_with_ties_and_several_groups(groups, many, apart, expected):
    samples = counted_out(groups, many, apart)

    assert [gray(samples, target).statistic for target in (1, 2)] == pytest.approx(expected)
    assert gray(samples).freedom == groups - 1


def test_a_faster_rate_and_a_larger_share_are_two_questions():
    random = np.random.default_rng(8)
    # Both causes twice as fast: the rate differs at once, how many ever get there does not.
    slow, quick = (0.02, 0.02), (0.04, 0.04)
    samples = [cohort(random, 600, rates, 2000) for rates in (slow, quick)]
    late = [(np.maximum(time, 300), cause) for time, cause in samples]  # all by day 300
    groups, settled = ([ended(*x).counts(3) for x in each] for each in (samples, late))

    assert log_rank(groups, 0, [1]).p_value < 1e-6
    assert gray(settled).p_value > 0.01


@pytest.mark.parametrize(
    "test", [lambda groups: log_rank(groups, 0), gray], ids=["log-rank", "Gray"]
)
def test_what_cannot_be_compared_is_refused(test):
    with pytest.raises(NotMeasurable, match="there is only one group"):
        test([ended([1] * 9, [1] * 9).counts(3)])
    with pytest.raises(NotMeasurable, match="40 of 40 groups have fewer than 5 at risk"):
        test([ended([1, 2], [1, 2]).counts(3)] * 40)
    with pytest.raises(NotMeasurable, match="1 of 2 groups"):
        test([ended([1] * 9, [1] * 9).counts(3), ended([], []).counts(3)])
    with pytest.raises(NotMeasurable, match="nothing has happened"):
        test([ended([9] * 9, [0] * 9).counts(3)] * 2)


def influence(times, causes, first=0, asked=(10, 40)):
    return robust(ended(times, causes, first), 3, 2 * np.array(asked) + 1, start=[1, 0, 0])


def test_a_difference_has_the_errors_of_two_shares():
    one = influence([5] * 20, [1] * 8 + [2] * 12)
    other = influence([5] * 30, [1] * 20 + [2] * 10, first=100)
    found = differences(one, other)

    assert found.difference[0] == pytest.approx([0, 0.4 - 2 / 3, 0.6 - 1 / 3])
    assert found.se[0, 1] == pytest.approx(np.sqrt(0.24 / 20 + 2 / 9 / 30))
    assert not found.tested[0, 0]
    assert found.p_value[0, 0] == found.holm[0, 0] == 1
    assert (found.low <= found.difference).all()
    assert (found.difference <= found.high).all()
    assert (found.band_low <= found.low).all()
    assert (found.band_high >= found.high).all()


def test_a_group_compared_with_itself_does_not_differ_and_shares_its_incidents():
    one = influence(*cohort(np.random.default_rng(9), 50, (0.03, 0.02)))
    found = differences(one, one)

    assert found.difference.any() == 0
    assert found.se == pytest.approx(0, abs=1e-9)
    assert found.anywhere == 1


def test_all_against_none_is_no_certainty():
    found = differences(influence([5] * 5, [1] * 5), influence([5] * 5, [2] * 5, first=50))

    assert found.difference[0] == pytest.approx([0, 1, -1])
    assert 0 < found.low[0, 1] < 1
    assert found.p_value[0, 1] > 1e-4
    assert np.isfinite(found.holm).all()


def test_an_empty_group_is_not_compared():
    one = influence([5] * 9, [1] * 9)
    with pytest.raises(NothingToMeasure, match="one of the groups is empty"):
        differences(one, influence([], []))
    with pytest.raises(NotMeasurable, match="not asked about at the same times"):
        differences(one, influence([5] * 9, [1] * 9, asked=(3, 7)))


def test_a_band_holds_everything_at_once_as_often_as_it_says():
    random = np.random.default_rng(10)
    held, pointwise, nowhere = 0, 0, 0
    for _ in range(100):
        one = influence(*cohort(random, 150, (0.03, 0.02)), asked=(5, 10, 20, 30, 45))
        other = influence(*cohort(random, 150, (0.03, 0.02)), first=500, asked=(5, 10, 20, 30, 45))
        found = differences(one, other)
        held += bool(((found.band_low <= 0) & (found.band_high >= 0)).all())
        pointwise += bool(((found.low <= 0) & (found.high >= 0)).all())
        nowhere += found.anywhere < 0.05

    assert held / 100 >= 0.91
    assert pointwise < held
    assert nowhere / 100 <= 0.10


def test_the_same_data_give_the_same_band():
    random = np.random.default_rng(11)
    one, other = (influence(*cohort(random, 60, (0.03, 0.02)), first=n) for n in (0, 100))

    assert differences(one, other).critical == differences(one, other).critical


def test_holm_by_hand():
    assert holm([0.01, 0.04, 0.03, 0.005]) == pytest.approx([0.03, 0.06, 0.06, 0.02])
    assert holm([0.9, 0.8]).tolist() == [1, 1]
    assert holm([]).tolist() == []


@given(st.lists(st.floats(0, 1), min_size=1, max_size=30))
def test_holm_lies_between_no_adjustment_and_bonferroni(values):
    found = holm(values)

    assert (found >= np.array(values) - 1e-15).all()
    assert (found <= np.minimum(np.array(values) * len(values), 1) + 1e-12).all()


def strata(shares, sizes, first=0):
    """An agency's strata, of each a share ended by cause 1 on day 5."""
    found = []
    for share, size in zip(shares, sizes, strict=True):
        cause = np.where(np.arange(size) < round(share * size), 1, 2)
        found.append(influence([5] * size, cause, first, asked=(10,)))
        first += size
    return found


def test_agencies_with_the_same_practice_and_another_mix_are_equal_when_standardised():
    easy, hard = 0.8, 0.2
    mix = [100, 100]
    one = standardised(strata([easy, hard], [80, 20]), mix)
    other = standardised(strata([easy, hard], [20, 80]), mix)

    assert one.p[0, 1] == pytest.approx(0.5)
    assert other.p[0, 1] == pytest.approx(0.5)


def test_the_variance_of_a_standardised_share_by_hand():
    found = standardised(strata([0.8, 0.2], [80, 20]), [30, 10])
    fixed = standardised(strata([0.8, 0.2], [80, 20]), [30, 10], sampled=False)
    within = 0.75**2 * 0.16 / 80 + 0.25**2 * 0.16 / 20
    p = 0.75 * 0.8 + 0.25 * 0.2
    mixing = (0.75 * (0.8 - p) ** 2 + 0.25 * (0.2 - p) ** 2) / 40

    assert found.p[0, 1] == pytest.approx(p)
    assert fixed.se[0, 1] == pytest.approx(np.sqrt(within))
    assert found.se[0, 1] == pytest.approx(np.sqrt(within + mixing))
    assert found.low[0, 1] < p < found.high[0, 1]


def test_a_stratum_an_agency_does_not_have_is_refused_by_its_place():
    with pytest.raises(NotMeasurable, match="too few cases in a stratum") as refused:
        standardised(strata([0.5, 0.5, 0.5], [20, 2, 4]), [10, 10, 10])

    assert [fault.where for fault in refused.value.faults] == ["stratum 1", "stratum 2"]


def test_a_stratum_without_weight_may_be_empty():
    found = standardised(strata([0.5, 0.5], [20, 2]), [10, 0])

    assert found.p[0, 1] == pytest.approx(0.5)
    with pytest.raises(NotMeasurable, match="does not fit"):
        standardised(strata([0.5], [20]), [10, 0])


def test_strata_all_agencies_have_and_how_much_lies_in_them():
    kept, share = shared_strata([[50, 3, 10], [40, 30, 7]])

    assert kept.tolist() == [True, False, True]
    assert share == pytest.approx(107 / 140)


def test_a_trend_does_not_go_across_a_break():
    p = [0.2, 0.3, 0.4, 0.8, 0.7, 0.6]
    found = trend(p, [0.02] * 6, [400] * 6, [400] * 6, breaks=[3])
    up, down = found.segments

    assert (up.first, up.last, down.first, down.last) == (0, 2, 3, 5)
    assert up.slope == pytest.approx(0.1)
    assert down.slope == pytest.approx(-0.1)
    assert up.low < 0.1 < up.high
    assert up.p_change < 0.001


def test_a_cohort_not_watched_for_long_enough_has_no_value_in_the_trend():
    found = trend([0.2, 0.2, 0.9], [0.02] * 3, [90, 90, 1], [90, 90, 1], least=10)
    (only,) = found.segments

    assert found.watched.tolist() == [True, True, False]
    assert only.values == 2
    assert only.slope == pytest.approx(0)


def test_one_value_is_no_trend():
    (only,) = trend([0.2], [0.0], [30], [30]).segments

    assert only.slope is only.p_slope is only.p_change is None


def test_a_curve_begins_where_enough_are_under_observation_and_ends_where_one_moves_it_by_much():
    # Two early cases, twelve that come under observation at 20, of whom ten leave by 60.
    rows = [(0, 0, 10, 1), (0, 0, 15, 1)]
    rows += [(0, 20, 30 + 3 * n, 1) for n in range(10)] + [(0, 20, 90, 1), (0, 20, 95, CENSORED)]
    state, entry, leave, to = np.array(rows).T
    counts = Counts.of_stays(2, state=state, entry=entry, leave=leave, to=to)
    found = readable(counts)

    assert found.first == 20
    assert not found.from_entry
    assert found.last >= 90  # p falls as fast as those at risk: one is never more than 1/12


def test_late_entry_into_a_thin_curve_ends_it():
    rows = [(0, 0, 5 + n // 6, 1) for n in range(11)]
    rows += [(0, 0, 50, CENSORED)] * 8 + [(0, 0, 60, 1)]
    state, entry, leave, to = np.array(rows).T
    found = readable(Counts.of_stays(2, state=state, entry=entry, leave=leave, to=to))

    # The last one stands for all nine that were open, 45 % of the cohort.
    assert found.from_entry
    assert found.last == 59


def test_too_few_for_a_curve_is_said_with_how_many_there_are():
    with pytest.raises(NotMeasurable, match="at most 3 are under observation"):
        readable(ended([5, 6, 7], [1, 1, 1]).counts(2))
    with pytest.raises(NotMeasurable, match="at most 0"):
        readable(ended([], []).counts(2))


def test_over_many_worlds_one_band_holds_the_differences_of_several_groups_at_once():
    random = np.random.default_rng(11)
    worlds, held = 60, 0
    for _ in range(worlds):
        groups = [
            robust(ended(*cohort(random, 60, (0.02, 0.01)), first=100 * place), 3, [30, 60, 90])
            for place in range(4)
        ]
        found = contrasts(groups[:-1], groups[-1])
        band = (found.band_low <= 0) & (found.band_high >= 0)
        held += bool(band[found.tested].all())

    # 95 in a hundred worlds; fewer than 51 of 60 come by chance once in a thousand times.
    assert held >= 51


def test_differences_from_one_group_have_a_covariance_that_knows_it_is_the_same_group():
    random = np.random.default_rng(12)
    groups = [
        robust(ended(*cohort(random, 80, (0.02, 0.01)), first=100 * place), 3, [40])
        for place in range(3)
    ]
    together = contrasts(groups[:-1], groups[-1])

    for place in range(2):
        alone = differences(groups[place], groups[-1])
        assert together.difference[place] == pytest.approx(alone.difference)
        assert together.se[place] == pytest.approx(alone.se)
        assert together.p_value[place] == pytest.approx(alone.p_value)
    assert together.critical > differences(groups[0], groups[2]).critical


def test_drawn_sets_that_are_all_alike_give_what_one_of_them_gives():
    random = np.random.default_rng(13)
    pair = [
        robust(ended(*cohort(random, 80, (0.02, 0.01)), first=100 * place), 3, [40])
        for place in range(2)
    ]
    once, thrice = contrasts(pair[:1], pair[1]), drawn_contrasts([pair] * 3)

    assert thrice.difference == pytest.approx(once.difference)
    assert thrice.se == pytest.approx(once.se)
    with pytest.raises(NotMeasurable, match="not asked about at the same times"):
        contrasts(pair[:1], robust(ended([5], [1]), 3, [41]))
