"""Ever reached is not where it stands now."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from candlemark.errors import NotMeasurable
from candlemark.measure.estimators import CENSORED, Stays, first_passage, occupation
from candlemark.measure.estimators.incidence import ENDED, REACHED, WAITING

RECORDED, CHARGED, SUSPENDED, DISMISSED = range(4)


def stays(rows):
    unit, state, entry, leave, to = np.array(rows, dtype=np.int64).reshape(-1, 5).T
    return Stays(unit, state, entry, leave, to)


WAYS = [
    # charged, then dismissed: stands under dismissed, and has been charged
    *[(0, RECORDED, 0, 5, CHARGED), (0, CHARGED, 5, 9, DISMISSED)],
    # dismissed without a charge
    (1, RECORDED, 0, 7, DISMISSED),
    # suspended, taken up again, charged, still open
    *[(2, RECORDED, 0, 3, SUSPENDED), (2, SUSPENDED, 3, 6, RECORDED), (2, RECORDED, 6, 8, CHARGED)],
    (2, CHARGED, 8, 30, CENSORED),
    # not charged when last seen
    (3, RECORDED, 0, 20, CENSORED),
]


def test_ever_charged_counts_a_case_once_wherever_it_went_afterwards():
    found = first_passage(stays(WAYS), [CHARGED], 4)

    assert found.units.tolist() == [0, 1, 2, 3]
    assert found.leave.tolist() == [5, 7, 8, 20]
    assert found.to.tolist() == [REACHED, ENDED, REACHED, CENSORED]
    assert set(found.state.tolist()) == {WAITING}
    # 1/4 at 5; then of three one ends at 7 and one of two is charged at 8.
    assert occupation(found.counts(3), [1, 0, 0]).p[-1] == pytest.approx([0.25, 0.5, 0.25])
    assert occupation(stays(WAYS).counts(4), [1, 0, 0, 0]).p[-1, CHARGED] != pytest.approx(0.5)


def test_any_of_several_targets_will_do():
    found = first_passage(stays(WAYS), [CHARGED, SUSPENDED], 4)

    assert found.leave.tolist() == [5, 7, 3, 20]
    assert found.to.tolist() == [REACHED, ENDED, REACHED, CENSORED]


def test_who_starts_there_or_is_known_to_have_been_there_is_no_first_arrival():
    rows = [*WAYS, (4, CHARGED, 0, 9, DISMISSED), (5, RECORDED, 6, 9, CHARGED)]
    found = first_passage(stays(rows), [CHARGED], 4, already=[5])

    assert found.units.tolist() == [0, 1, 2, 3]


def test_a_gap_in_which_it_may_have_been_there_is_refused():
    with pytest.raises(NotMeasurable, match="the observation of a case has a gap"):
        first_passage(stays([(0, 0, 0, 5, 2), (0, 2, 7, 9, 1)]), [1], 4)


def test_nobody_gives_nobody():
    assert len(first_passage(stays([]), [1], 4)) == 0


@settings(max_examples=50)
@given(
    st.lists(st.lists(st.integers(0, 3), min_size=1, max_size=6), min_size=1, max_size=8),
    st.randoms(use_true_random=False),
)
def test_without_censoring_it_is_the_share_that_was_ever_there(ways, random):
    rows, ever = [], 0
    for unit, visited in enumerate(ways):
        path = [0, *[b for a, b in zip([0, *visited], visited, strict=False) if a != b], 4]
        rows += [
            (unit, state, step, step + 1, to) for step, (state, to) in enumerate(pairwise(path))
        ]
        ever += 2 in path
    found = first_passage(stays(random.sample(rows, len(rows))), [2], 5)

    assert occupation(found.counts(3), [1, 0, 0]).p[-1, REACHED] == pytest.approx(ever / len(ways))
