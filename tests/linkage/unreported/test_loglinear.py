"""Log-linear models: which there are, which have an estimate, and what they say."""

import itertools
import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog
from scipy.stats import norm

from candlemark.errors import NotMeasurable
from candlemark.linkage.unreported import OverlapTable
from candlemark.linkage.unreported.hierarchical import MODELS, design, estimable_models
from candlemark.linkage.unreported.loglinear import (
    Fit,
    LogLinear,
    fit_all,
    log_linear,
    mixture_quantiles,
    one_model,
)

PAIR = [(0, 1)]


@pytest.mark.parametrize("lists", [3, 4, 5])
def test_every_hierarchical_model_of_a_full_table_is_tried_once(lists):
    models = estimable_models(np.full(2**lists - 1, 9.0))
    assert len(models) == len(set(models)) == MODELS[lists]
    for model in models:
        for term in model:
            smaller = itertools.combinations(term, len(term) - 1)
            assert len(term) == 2 or all(one in model for one in smaller)


def exists(counts, model):
    """Fienberg and Rinaldo's condition the other way round.

    The margins of what was seen are those of some table without a zero (the Farkas dual).
    """
    lists = (len(counts) + 1).bit_length() - 1
    matrix = design(lists, model)
    # Maximize t with A'x = A'counts and x >= t.
    rows, columns = matrix.shape
    found = linprog(
        np.append(np.zeros(rows), -1.0),
        A_eq=np.column_stack([matrix.T, np.zeros(columns)]),
        b_eq=matrix.T @ counts,
        A_ub=np.column_stack([-np.eye(rows), np.ones(rows)]),
        b_ub=np.zeros(rows),
        bounds=[(0, None)] * rows + [(None, 1.0)],
    )
    return found.status == 0 and -found.fun > 1e-6


@settings(max_examples=6, deadline=None)
@given(st.lists(st.sampled_from([0, 0, 0, 1, 2, 7]), min_size=15, max_size=15))
def test_a_model_is_kept_exactly_when_a_table_without_zeros_has_its_margins(counts):
    counts = np.array(counts, dtype=float)
    kept = set(estimable_models(counts))
    for model in estimable_models(np.full(15, 9.0))[::5]:
        assert (model in kept) == exists(counts, model)


def test_on_a_sparse_table_most_models_have_no_estimate_and_none_gives_a_fantasy(published):
    found = log_linear(published("sparsemse_Western"))
    assert len(found.fits) == 256
    assert max(fit.people for fit in found.fits) < 100_000
    assert round(found.best_bic.people) == 2_483
    assert round(found.best_aic.people) == 5_954


def test_kosovo_by_bic(published):
    best = log_linear(published("kosovo")).best_bic
    assert round(best.people) == 10_357
    assert round(best.standard_error) == 786


def test_rome_by_the_model_that_was_published(published):
    fit = one_model(published("rcapture_HIV"), PAIR)
    assert round(fit.people) == 12_318
    assert round(fit.standard_error) == 1_189
    assert log_linear(published("rcapture_HIV")).best_aic.model == ((0, 1),)


def test_the_five_british_lists_by_aic_among_the_models_with_an_estimate(published):
    found = log_linear(published("sparsemse_UKdat_5"))
    assert round(found.best_aic.people) == 11_313
    assert round(found.best_bic.people) == 22_991


def test_of_six_lists_the_two_shortest_are_made_one(published):
    found = log_linear(published("sparsemse_Ned"))
    assert found.lists == ("I + O", "K", "P", "R", "Z")
    assert round(found.best_bic.people) == 133_184
    assert round(found.best_aic.people) == 94_875


@given(st.lists(st.integers(1, 400), min_size=7, max_size=7))
@settings(max_examples=25, deadline=None)
def test_three_lists_with_every_dependence_give_the_product_of_fienberg(counts):
    patterns = list(itertools.product((0, 1), repeat=3))[1:]
    n = dict(zip(patterns, counts, strict=True))
    odd = math.prod(n[p] for p in patterns if sum(p) % 2)
    even = math.prod(n[p] for p in patterns if sum(p) == 2)
    fit = fit_all(np.array(counts, float), [((0, 1), (0, 2), (1, 2))])[0]
    assert fit.unseen == pytest.approx(odd / even, rel=1e-6)
    # Its variance is known too: the sum of the inverse counts.
    assert fit.error**2 == pytest.approx(sum(1 / c for c in counts), rel=1e-6)


def test_a_model_that_has_no_estimate_is_refused_and_not_computed():
    table = OverlapTable.of(
        "abc", [((1, 0, 0), 9), ((0, 1, 0), 9), ((0, 0, 1), 9), ((1, 0, 1), 3), ((0, 1, 1), 3)]
    )
    assert one_model(table, []).people > table.people
    with pytest.raises(NotMeasurable, match="no estimate"):
        one_model(table, PAIR)


def test_a_list_that_shares_nobody_leaves_no_model():
    rows = [((1, 0, 0), 9), ((0, 1, 0), 9), ((0, 0, 1), 9), ((1, 1, 0), 3)]
    found = log_linear(OverlapTable.of("abc", rows))
    assert all(not any(2 in term for term in fit.model) for fit in found.fits)


def test_the_mixture_of_one_model_is_its_log_normal():
    fit = Fit(model=(), people=1500.0, unseen=500.0, error=0.2, bic=0.0, aic=0.0)
    one = LogLinear(("a", "b", "c"), 1000, (fit,), (1.0,), 8)
    low, middle, high = mixture_quantiles([one], (0.025, 0.5, 0.975))
    assert middle == pytest.approx(1500)
    assert high == pytest.approx(1000 + 500 * math.exp(norm.ppf(0.975) * fit.width))
    assert low == pytest.approx(1000 + 500 * math.exp(norm.ppf(0.025) * fit.width))
