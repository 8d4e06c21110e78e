"""The exact test of two groups and two answers."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import fisher_exact

from candlemark.measure.estimators.exact import fisher


def test_the_lady_who_tasted_tea():
    # Fisher, The Design of Experiments (1935): three of four cups each way, 34 of 70.
    assert fisher((3, 1), (4, 4)) == pytest.approx(34 / 70)


@given(st.integers(0, 60), st.integers(0, 60), st.data())
def test_it_is_the_chance_that_another_program_gives(first, second, data):
    yes = data.draw(st.tuples(st.integers(0, first), st.integers(0, second)))
    table = [list(yes), [first - yes[0], second - yes[1]]]

    assert fisher(yes, (first, second)) == pytest.approx(fisher_exact(table).pvalue, abs=1e-9)


def test_groups_of_a_million_are_compared():
    assert fisher((500_000, 501_000), (1_000_000, 1_000_000)) == pytest.approx(0.1577, abs=2e-4)
