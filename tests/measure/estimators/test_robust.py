"""Robust errors: what they are made of, and what must not change them."""

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from candlemark.errors import NothingToMeasure, NotMeasurable
from candlemark.measure.estimators import CENSORED, Counts, Stays, occupation, robust, transitions
from candlemark.measure.estimators.aalen_johansen import Hazards
from candlemark.measure.estimators.robust import covariance

STATES = 4
ASKED = np.array([3, 8, 15])


def stays(rows):
    """Rows ``(unit, state, entry, leave, to)``, and a cluster when there is a sixth."""
    table = np.array(rows, dtype=np.int64).reshape(-1, len(rows[0]) if len(rows) else 5).T
    unit, state, entry, leave, to = table[:5]
    return Stays(table[5] if len(table) > 5 else unit, state, entry, leave, to, unit)


@st.composite
def ways(draw, most=10):
    """Units that wander through a graph with cycles, some seen late; the last state is an end."""
    rows = []
    for unit in range(draw(st.integers(1, most))):
        tick, state = 0, 0
        came = draw(st.sampled_from([0, 0, 0, 2]))
        for _ in range(draw(st.integers(1, 4))):
            leave = tick + draw(st.integers(1, 5))
            to = draw(st.sampled_from([x for x in range(STATES) if x != state]))
            if leave > came:
                rows.append((unit, state, max(tick, came), leave, to))
            tick, state = leave, to
            if state == STATES - 1:
                break
        else:
            rows.append((unit, state, max(tick, came), max(tick, came) + 3, CENSORED))
    assume(rows)  # all over before anybody came to see: a group of nobody, which has its own test
    return rows


def slow_influence(given, ticks, step=1e-6):
    """How the estimate changes when a unit weighs a little more, by changing its weight."""

    def estimate(weights):
        counts = given.counts(STATES)
        curves = []
        hazards = Hazards.of(counts)
        for asked in ticks:
            p = np.eye(STATES)[0]
            for tick in hazards.ticks[hazards.ticks <= asked]:
                w = weights[given.units]
                there = (given.entry < tick) & (given.leave >= tick)
                new = p.copy()
                for state in range(STATES):
                    mine = there & (given.state == state)
                    gone = mine & (given.leave == tick) & (given.to != CENSORED)
                    for to in range(STATES):
                        moved = w[gone & (given.to == to)].sum()
                        if moved:
                            new[to] += p[state] * moved / w[mine].sum()
                            new[state] -= p[state] * moved / w[mine].sum()
                p = new
            curves.append(p)
        return np.array(curves)

    units = np.unique(given.units)
    one = np.ones(units.max() + 1)
    found = []
    for unit in units:
        more, less = one.copy(), one.copy()
        more[unit] += step
        less[unit] -= step
        found.append((estimate(more) - estimate(less)) / (2 * step))
    return np.array(found)


@settings(max_examples=30)
@given(ways(most=6))
def test_influence_is_what_a_little_more_weight_of_a_unit_changes(rows):
    given_ = stays(rows)
    found = robust(given_, STATES, ASKED, start=[1, 0, 0, 0])
    truth = slow_influence(given_, ASKED)

    assert (found.rows @ found.table).reshape(truth.shape) == pytest.approx(truth, abs=1e-6)


@settings(max_examples=40)
@given(ways(), st.randoms(use_true_random=False))
def test_neither_the_order_of_rows_nor_of_times_changes_an_error(rows, random):
    mixed = robust(stays(random.sample(rows, len(rows))), STATES, ASKED[::-1])
    found = robust(stays(rows), STATES, ASKED)

    assert mixed.p[::-1] == pytest.approx(found.p)
    assert mixed.se()[::-1] == pytest.approx(found.se(), abs=1e-9)


@settings(max_examples=40)
@given(ways())
def test_probabilities_of_a_unit_add_up_so_that_influences_cancel(rows):
    found = robust(stays(rows), STATES, ASKED)
    influence = (found.rows @ found.table).reshape(-1, len(ASKED), STATES)

    assert found.p.sum(axis=1) == pytest.approx(1)
    assert influence.sum(axis=2) == pytest.approx(0, abs=1e-12)
    assert influence.sum(axis=0) == pytest.approx(0, abs=1e-12)
    assert np.isfinite(found.se()).all()


def test_without_censoring_it_is_the_error_of_a_share():
    found = robust(stays([(unit, 0, 0, 5, 1 + (unit < 3)) for unit in range(10)]), 4, [6])

    assert found.se()[0] == pytest.approx([0, np.sqrt(0.21 / 10), np.sqrt(0.21 / 10), 0])


def test_units_of_one_incident_that_fare_alike_count_as_one():
    alone = [(unit, 0, 0, 5, 1 + (unit < 3)) for unit in range(10)]
    threefold = [(3 * unit + n, *rest, unit) for unit, *rest in alone for n in range(3)]
    one, three = robust(stays(alone), 4, [6]), robust(stays(threefold), 4, [6])
    apart = robust(stays([row[:5] for row in threefold]), 4, [6])

    assert three.se() == pytest.approx(one.se())
    assert apart.se()[0, 1] == pytest.approx(one.se()[0, 1] / np.sqrt(3))


def test_the_exact_bound_of_ten_incidents_with_thirty_accused_is_that_of_ten():
    rows = [(unit, 0, 0, 5, 1, unit // 3) for unit in range(30)]
    found = robust(stays(rows), 4, [6])

    assert found.known.tolist() == [30]
    assert found.interval()[1][0, 3] == pytest.approx(1 - 0.025 ** (1 / 10))


def test_a_start_that_is_estimated_adds_its_own_error():
    rows = [(unit, int(unit < 4), 0, 50, CENSORED) for unit in range(10)]
    found = robust(stays(rows), 4, [6])
    curve = occupation(stays(rows).counts(4))

    assert found.p[0].tolist() == pytest.approx([0.6, 0.4, 0, 0])
    assert found.se()[0, 0] == pytest.approx(np.sqrt(0.24 / 10))
    assert curve.se[0, :2] == pytest.approx(np.sqrt(0.24 / 10))


def test_one_case_gives_all_or_nothing_and_an_interval_that_says_so():
    found = robust(stays([(0, 0, 0, 5, 2)]), 4, [3, 6])
    low, high = found.interval()

    assert found.p.tolist() == [[1, 0, 0, 0], [0, 0, 1, 0]]
    assert high - low == pytest.approx(0.975)


def test_a_state_nobody_enters_stays_at_nobody_with_the_exact_bound():
    found = robust(stays([(unit, 0, 0, 5, 1) for unit in range(20)]), 4, [6])
    low, high = found.interval()

    assert found.p[0, 3] == low[0, 3] == 0
    assert high[0, 3] == pytest.approx(1 - 0.025 ** (1 / 20))


def test_an_empty_group_is_refused_or_taken_with_a_given_start():
    nobody = stays([])

    with pytest.raises(NothingToMeasure, match="nobody is in this group"):
        robust(nobody, 4, [6])
    with pytest.raises(NothingToMeasure):
        occupation(nobody.counts(4))
    found = robust(nobody, 4, [6], start=[1, 0, 0, 0])

    assert found.p.tolist() == [[1, 0, 0, 0]]
    assert [each.tolist() for each in found.interval()] == [[[0] * 4], [[1] * 4]]


def test_nobody_seen_at_a_later_start_is_refused():
    with pytest.raises(NothingToMeasure, match="nobody is under observation at that time"):
        robust(stays([(0, 0, 0, 5, 2)]), 4, [30], since=20)


def test_stays_that_cannot_be_are_refused():
    with pytest.raises(NotMeasurable, match="ends before it begins"):
        stays([(0, 0, 5, 5, 2)])
    with pytest.raises(NotMeasurable, match="not one of them"):
        stays([(0, 0, 0, 5, 7)]).counts(4)
    with pytest.raises(NotMeasurable, match="differ in length"):
        Stays(*(np.zeros(n, dtype=np.int64) for n in (2, 2, 2, 2, 1)))


def test_groups_that_share_incidents_are_tied():
    rows = [(unit, 0, 0, 5, 1 + (unit % 3 == 0)) for unit in range(12)]
    one = robust(stays(rows), 4, [6])
    both = covariance([one, one])
    other = robust(stays([(unit + 100, *rest) for unit, *rest in rows]), 4, [6])
    apart = covariance([one, other])

    assert both[:4, 4:] == pytest.approx(one.covariance())
    assert apart[:4, 4:] == pytest.approx(0)
    assert apart[4:, 4:] == pytest.approx(one.covariance())


@settings(max_examples=40)
@given(ways(), st.integers(0, 6))
def test_chances_of_transition_multiply(rows, middle):
    counts = stays(rows).counts(STATES)
    first = transitions(counts, -1, [middle]).p[0]
    second = transitions(counts, middle, [15]).p[0]

    assert first @ second == pytest.approx(transitions(counts, -1, [15]).p[0])


def test_a_transition_does_not_end_before_it_begins():
    with pytest.raises(NotMeasurable, match="before it begins"):
        transitions(Counts.of_stays(2, state=[0], entry=[0], leave=[5], to=[1]), 10, [5])


def test_from_a_landmark_history_matters_and_the_product_does_not_see_it():
    # Whoever was charged at once is convicted; whoever waited is dismissed.
    rows = []
    for unit in range(40):
        quick = unit < 20
        rows += [
            (unit, 0, 0, 1 if quick else 9, 1),
            (unit, 1, 1 if quick else 9, 20 + unit, 2 if quick else 3),
        ]
    given_ = stays(rows)
    product = transitions(given_.counts(4), 5, [100]).p[0, 1]
    seen = robust(given_.landmark(5, 1), 4, [100]).p[0]

    assert seen == pytest.approx([0, 0, 1, 0])
    assert product[2] < 0.75
