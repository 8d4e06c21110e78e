"""How far a published count may be off: tables of chances."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from candlemark.errors import SettingRefused
from candlemark.protect.batches.noise import SCALE, noise_table
from candlemark.protect.policy import HOUSE

VECTORS = json.loads((Path(__file__).parents[1] / "vectors" / "protect" / "noise.json").read_text())
TABLE = noise_table(HOUSE.reach, HOUSE.variance, HOUSE.smallest, HOUSE.zeros)
AWAY = np.arange(-HOUSE.reach, HOUSE.reach + 1)


def test_every_row_is_a_distribution_around_the_true_count():
    assert np.allclose(TABLE.chances.sum(axis=1), 1, atol=1e-12)
    assert (TABLE.chances >= 0).all()
    assert np.abs(TABLE.chances[1:] @ AWAY).max() < 1e-6
    assert TABLE.chances[0] @ AWAY == pytest.approx(HOUSE.zeros * HOUSE.smallest, abs=1e-6)


def test_every_row_has_the_variance_of_the_policy():
    assert np.allclose(TABLE.chances[1:] @ AWAY**2, HOUSE.variance, atol=1e-5)


def test_where_the_variance_cannot_be_had_the_row_has_the_least_and_a_little_more():
    tight = noise_table(3, 1.0, 3, 0.02)
    away = np.arange(-3, 4)
    # Behind 2 there is 0 or 3 and more: two thirds of 3 and a third of 0 have variance 2.
    assert tight.chances[2] @ away**2 == pytest.approx(2.2, abs=1e-4)
    assert abs(tight.chances[2] @ away) < 1e-6


def test_rows_have_the_largest_entropy_with_these_properties():
    """A row of largest entropy is exp(a + b d + c d²): its logarithms lie on a parabola."""
    for row in TABLE.chances[3:]:
        there = row > 1e-6
        fit = np.polyfit(AWAY[there], np.log(row[there]), 2)
        assert np.abs(np.polyval(fit, AWAY[there]) - np.log(row[there])).max() < 1e-3


def test_one_and_two_are_never_published_and_some_zeros_are():
    draws = np.arange(0, SCALE, 997)
    for true in range(8):
        shown = TABLE.published(np.full(len(draws), true), draws)
        assert not np.isin(shown, [1, 2]).any()
        assert np.abs(shown - true).max() <= HOUSE.reach
    zeros = TABLE.published(np.zeros(len(draws), dtype=int), draws)
    assert (zeros == 3).mean() == pytest.approx(HOUSE.zeros, abs=1e-3)


@pytest.mark.parametrize("vector", VECTORS["rows"], ids=lambda vector: f"count {vector['true']}")
def test_the_house_table_is_the_one_written_down(vector):
    assert TABLE.upto[vector["true"]].tolist() == pytest.approx(vector["upto"], abs=1)


@pytest.mark.parametrize("vector", VECTORS["published"], ids=str)
def test_a_count_and_a_draw_give_the_number_written_down(vector):
    true, draw, shown = vector
    assert TABLE.published([true], [draw]).tolist() == [shown]


@given(st.integers(0, 60), st.integers(0, SCALE - 1))
def test_the_true_count_is_always_possible_and_never_alone(true, draw):
    shown = TABLE.published([true], [draw])
    least, most = TABLE.possible(shown)

    assert least[0] <= true <= most[0]
    assert most[0] - least[0] >= HOUSE.reach


@given(st.integers(0, 30))
def test_likelihood_is_the_chance_of_being_published_so(true):
    shown = np.arange(true + HOUSE.reach + 1)

    assert TABLE.likelihood(shown, 40)[:, true].sum() == pytest.approx(1, abs=1e-9)


@pytest.mark.parametrize(
    "numbers",
    [(2, 1.0, 3, 0.02), (4, 0.0, 3, 0.02), (4, 3.0, 0, 0.02), (4, 3.0, 3, 1.0), (4, 3.0, 3, -0.1)],
    ids=str,
)
def test_numbers_that_make_no_table_are_refused(numbers):
    with pytest.raises(SettingRefused):
        noise_table(*numbers)
