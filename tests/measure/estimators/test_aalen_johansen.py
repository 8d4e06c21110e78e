"""The estimator itself: counts, probabilities, errors, intervals."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from candlemark.measure.estimators import CENSORED, Counts, interval, occupation


def stays(states, rows):
    state, entry, leave, to = np.array(rows, dtype=np.int64).reshape(-1, 4).T
    return Counts.of_stays(states, state=state, entry=entry, leave=leave, to=to)


def same(one, other):
    return all(
        np.array_equal(getattr(one, name), getattr(other, name))
        for name in ("moves", "entries", "exits")
    )


@st.composite
def paths(draw, states=4, censored=True):
    """Stays of some cases that wander through a graph with cycles; the last state is final."""
    rows = []
    for _ in range(draw(st.integers(1, 12))):
        tick, state = draw(st.integers(0, 3)), 0
        for _ in range(draw(st.integers(1, 5))):
            leave = tick + draw(st.integers(1, 6))
            to = draw(st.sampled_from([each for each in range(states) if each != state]))
            rows.append((state, tick, leave, to))
            tick, state = leave, to
            if state == states - 1:
                break
        else:
            last = (state, tick, tick + draw(st.integers(1, 6)), CENSORED)
            rows.append(last if censored else (*last[:3], states - 1))
    return rows


def test_five_cases_worked_out_by_hand():
    # Two of five are convicted at 10; one is last seen at 15; one of the two left ends at 20.
    counts = stays(3, [(0, 0, 10, 1), (0, 0, 10, 1), (0, 0, 15, -1), (0, 0, 20, 2), (0, 0, 30, -1)])
    found = occupation(counts, [1, 0, 0])

    assert found.ticks.tolist() == [10, 20]
    assert found.p == pytest.approx(np.array([[1, 0, 0], [0.6, 0.4, 0], [0.3, 0.4, 0.3]]))
    # Greenwood for "pending": S^2 * sum of d / (n (n - d)).
    assert found.se[1:, 0] == pytest.approx(
        [np.sqrt(0.6**2 * 2 / (5 * 3)), np.sqrt(0.3**2 * (2 / (5 * 3) + 1 / (2 * 1)))]
    )
    assert found.se[2, 1] == pytest.approx(np.sqrt(0.4 * 0.6 / 5))


def test_what_happens_at_a_tick_is_counted_before_observation_ends_at_it():
    counts = stays(2, [(0, 0, 10, 1), (0, 0, 10, -1)])

    assert occupation(counts, [1, 0]).p[-1].tolist() == [0.5, 0.5]


def test_a_case_is_not_at_risk_at_the_tick_at_which_it_comes():
    counts = stays(2, [(0, 0, 10, 1), (0, 10, 20, 1)])

    assert counts.at_risk([10, 20])[:, 0].tolist() == [1, 1]


def test_a_case_that_goes_from_a_state_to_itself_has_not_moved():
    counts = stays(2, [(0, 0, 5, 0), (0, 5, 10, 1), (0, 0, 10, -1)])

    assert occupation(counts, [1, 0]).p[-1].tolist() == [0.5, 0.5]


def test_a_case_whose_observation_ended_is_not_known_to_stand_anywhere():
    counts = stays(2, [(0, 0, 10, 1), (0, 0, 12, -1), (0, 5, 20, -1)])

    assert counts.known([0, 5, 10, 12, 20]).tolist() == [2, 3, 3, 2, 1]


def test_nobody_moved_gives_the_start_for_ever():
    found = occupation(stays(2, [(0, 0, 10, -1)]), [1, 0])

    assert found.p.tolist() == [[1, 0]]
    assert found.rows_at([0, 5, 1000]).tolist() == [0, 0, 0]


@given(paths())
def test_probabilities_add_up_and_stay_probabilities(rows):
    found = occupation(stays(4, rows), [1, 0, 0, 0])

    assert np.isfinite(found.se).all()
    assert found.p.sum(axis=1) == pytest.approx(1)
    assert (found.p >= 0).all()
    assert (found.p <= 1).all()


@given(paths(), st.randoms(use_true_random=False))
def test_the_order_of_rows_changes_nothing(rows, random):
    mixed = random.sample(rows, len(rows))

    assert same(stays(4, rows), stays(4, mixed))


@given(paths(), st.integers(0, 40))
def test_counts_of_parts_add_up_to_the_counts_of_the_whole(rows, cut):
    assert same(stays(4, rows), stays(4, rows[:cut]) + stays(4, rows[cut:]))


@given(st.lists(st.tuples(st.integers(1, 30), st.integers(1, 2)), min_size=1))
def test_without_censoring_it_is_the_plain_share(ends):
    found = occupation(stays(3, [(0, 0, tick, to) for tick, to in ends]), [1, 0, 0])

    for tick in range(32):
        gone = [to for when, to in ends if when <= tick]
        shares = [1 - len(gone) / len(ends), gone.count(1) / len(ends), gone.count(2) / len(ends)]

        assert found.p[found.rows_at([tick])[0]] == pytest.approx(shares, abs=1e-12)


@given(st.lists(st.tuples(st.integers(1, 30), st.sampled_from([1, 2, CENSORED])), min_size=1))
def test_errors_of_a_share_without_censoring_are_those_of_a_share(ends):
    closed = [(tick, to) for tick, to in ends if to != CENSORED] or [(5, 1)]
    found = occupation(stays(3, [(0, 0, tick, to) for tick, to in closed]), [1, 0, 0])
    p = found.p[-1]

    assert found.se[-1] == pytest.approx(np.sqrt(p * (1 - p) / len(closed)), abs=1e-7)


INTERVALS = {
    # p, se, known: low, high
    "in the middle, symmetric on the logit scale": (0.5, 0.05, 100, 0.403238, 0.596762),
    "near the edge, never beyond it": (0.01, 0.02, 100, 0.000193, 0.346243),
    "nobody of a hundred": (0.0, 0.0, 100, 0.0, 0.036217),
    "all of a hundred": (1.0, 0.0, 100, 0.963783, 1.0),
    "nobody of one tells next to nothing": (0.0, 0.0, 1, 0.0, 0.975),
    "nothing known is everything possible": (0.0, 0.0, 0, 0.0, 1.0),
    "rounding is no error": (1.0 - 1e-16, 1e-17, 100, 0.963783, 1.0),
    "a mixed start of which nothing moved": (0.5, 0.0, 100, 0.403832, 0.596168),
}


@pytest.mark.parametrize("case", INTERVALS)
def test_an_interval(case):
    p, se, known, low, high = INTERVALS[case]

    assert [each.item() for each in interval(p, se, known)] == pytest.approx([low, high], abs=1e-6)


@given(st.floats(0, 1), st.floats(0, 0.5), st.integers(0, 10_000))
def test_an_interval_holds_its_estimate_and_stays_between_0_and_1(p, se, known):
    low, high = interval(p, se, known)

    assert 0 <= low <= p + 1e-9
    assert p - 1e-9 <= high <= 1
    assert high > low or known == 0 or 0 < p < 1
