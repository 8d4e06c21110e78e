"""The lower bound: Chao's formula, and the same argument for lists of unlike length."""

import itertools
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from candlemark.linkage.unreported import OverlapTable
from candlemark.linkage.unreported.chao import lower_bound


def expected(people, chances):
    """The table that lists which know nothing of each other would give on average."""
    rows = []
    for pattern in itertools.product((0, 1), repeat=len(chances)):
        chance = math.prod(c if on else 1 - c for on, c in zip(pattern, chances, strict=True))
        if any(pattern):
            rows.append((pattern, round(people * chance)))
    return OverlapTable.of([f"list {n}" for n in range(len(chances))], rows)


@given(st.lists(st.floats(0.05, 0.6), min_size=3, max_size=5))
def test_for_lists_that_know_nothing_of_each_other_it_is_the_number_itself(chances):
    bound = lower_bound(expected(10_000_000, chances))
    assert bound.people == pytest.approx(10_000_000, rel=1e-3)


def test_with_equal_lists_both_formulas_agree():
    bound = lower_bound(expected(1_000_000, [0.25] * 4))
    assert bound.people == pytest.approx(bound.equal_lists, rel=1e-6)


@given(
    st.dictionaries(
        st.tuples(*[st.integers(0, 1)] * 4).filter(any), st.integers(0, 500), min_size=3
    )
)
def test_it_is_never_above_chao_s_formula_and_lies_in_its_interval(counts):
    table = OverlapTable(("a", "b", "c", "d"), tuple((p, n) for p, n in counts.items() if n))
    bound = lower_bound(table)
    assert table.people <= bound.low <= bound.people <= bound.high
    assert bound.people <= bound.equal_lists * (1 + 1e-12)


def test_lists_of_unlike_length_make_the_known_formula_claim_too_much(published):
    bound = lower_bound(published("sparsemse_Ned"))
    assert round(bound.equal_lists) == 69_497
    assert round(bound.people) == 54_285


def test_chao_s_formula_gives_what_is_published(published):
    for name, people in (
        ("kosovo", 8_803),
        ("rcapture_HIV", 12_158),
        ("sparsemse_UKdat_5", 14_642),
        ("sparsemse_NewOrl_5", 1_382),
        ("sparsemse_Western", 2_320),
    ):
        assert round(lower_bound(published(name)).equal_lists) == people
