"""The sampler of latent classes: exact where the posterior can be summed, and on published tables."""

import itertools
from dataclasses import replace

import numpy as np
import pytest
from scipy.special import betaln, gammaln, logsumexp

from candlemark.linkage.unreported import OverlapTable, Work
from candlemark.linkage.unreported.latent import latent_classes
from candlemark.linkage.unreported.sampler import _log_gamma, _shared_out, steps

PATTERNS = np.array([(1, 0, 0), (0, 1, 0), (0, 0, 1), (1, 1, 0), (1, 1, 1)], dtype=np.int64)
COUNTS = np.array([3, 2, 1, 2, 2], dtype=np.int64)
MOST = 45
"""The posterior has a long tail; both are compared on what is not above so many people."""


def chain(kinds, many, seed=3):
    chance = np.random.Generator(np.random.PCG64(seed))
    found = chance.uniform(0.1, 0.9, (kinds, 3))
    state = (np.full(kinds, -np.log(kinds)), np.log(found), np.log1p(-found), np.ones(1))
    steps(PATTERNS, COUNTS, state, chance, 1_000)
    return steps(PATTERNS, COUNTS, state, chance, many)


def exact(kinds):
    """The posterior of the number of people by summing over everything else."""
    seen = COUNTS.sum()
    # Who of those seen is of the first kind, pattern by pattern.
    ways = [range(count + 1) if kinds == 2 else [count] for count in COUNTS]
    first = np.array(list(itertools.product(*ways)))
    ways = (gammaln(COUNTS + 1) - gammaln(first + 1) - gammaln(COUNTS - first + 1)).sum(axis=1)
    on = np.stack([first @ PATTERNS, (COUNTS - first) @ PATTERNS])
    members = np.stack([first.sum(axis=1), seen - first.sum(axis=1)])
    grid = np.exp(np.linspace(-60, 6, 2_000))
    weight = 0.25 * np.log(grid) - 0.25 * grid  # of the logarithm of the concentration
    weight -= logsumexp(weight)
    found = []
    for people in range(seen, MOST + 1):
        unseen = people - seen
        parts = []
        for one in range(unseen + 1) if kinds == 2 else [unseen]:
            total = members + np.array([[one], [unseen - one]])
            logs = ways + gammaln(unseen + 1) - gammaln(one + 1) - gammaln(unseen - one + 1)
            logs += sum(
                betaln(1 + on[kind], 1 + total[kind][:, None] - on[kind]).sum(axis=1)
                for kind in range(kinds)
            )
            if kinds == 2:
                table = {
                    (a, b): logsumexp(weight + betaln(1 + a, grid + b) - betaln(1, grid))
                    for a, b in set(zip(*total.tolist(), strict=True))
                }
                logs += np.array([table[pair] for pair in zip(*total.tolist(), strict=True)])
            parts.append(logsumexp(logs))
        # N! / (N - n)! is the choice of who is seen; 1 / N the prior.
        choice = gammaln(people + 1) - gammaln(unseen + 1) - np.log(people)
        found.append(choice + logsumexp(parts))
    found = np.array(found)
    return np.exp(found - logsumexp(found))


@pytest.mark.parametrize("kinds", [1, 2])
def test_the_number_of_people_is_drawn_from_the_posterior_that_sums_give(kinds):
    truth = exact(kinds)
    drawn = chain(kinds, 100_000)
    drawn = drawn[drawn <= MOST] - COUNTS.sum()
    share = np.bincount(drawn, minlength=len(truth)) / len(drawn)
    assert np.abs(share.cumsum() - truth.cumsum()).max() < 0.025


def test_the_logarithm_of_a_gamma_draw_is_right_for_the_smallest_shapes():
    chance = np.random.Generator(np.random.PCG64(1))
    for shape in (2.5, 0.3, 1e-3, 1e-8):
        drawn = np.array([_log_gamma(chance, shape) for _ in range(4_000)])
        assert np.isfinite(drawn).all()
        # Of a small shape a times the logarithm is minus an exponential.
        if shape < 0.01:
            assert np.mean(-shape * drawn) == pytest.approx(1.0, abs=0.08)


def test_people_are_shared_out_without_loss():
    chance, into = np.random.Generator(np.random.PCG64(2)), np.empty(4, np.int64)
    total = np.zeros(4)
    for _ in range(300):
        _shared_out(chance, 1_000, np.array([1e-300, 2.0, 0.0, 6.0]), into)
        assert into.sum() == 1_000
        assert into.min() >= 0
        total += into
    assert total / total.sum() == pytest.approx([0, 0.25, 0, 0.75], abs=0.005)


def test_kosovo(published):
    found = latent_classes(published("kosovo"), Work(settle=5_000, steps=20_000, most=20_000))
    assert 10_350 <= np.median(found.draws) <= 10_550
    low, high = np.quantile(found.draws, [0.025, 0.975])
    assert 8_700 < low < 9_300
    assert 12_800 < high < 14_500


def test_the_same_table_gives_the_same_answer_and_another_seed_another(published):
    table, work = published("kosovo"), Work(settle=100, steps=500, most=500)
    once, again = (latent_classes(table, work).draws for _ in range(2))
    assert (once == again).all()
    assert (
        latent_classes(table, Work(settle=100, steps=500, most=500, seed=2)).draws != once
    ).any()


def test_half_of_the_chains_start_scattered_and_the_dutch_lists_keep_them_apart(published):
    found = latent_classes(published("sparsemse_Ned"), Work(settle=1_000, steps=3_000, most=3_000))
    assert len(found.draws) == 8
    assert found.r_hat > 1.5
    middles = np.median(found.draws, axis=1)
    assert middles.max() > 2 * middles.min()


def test_it_is_told_how_far_the_work_is_and_it_ends(published):
    told = []
    work = Work(settle=100, steps=200, most=600)
    latent_classes(published("sparsemse_Ned"), work, told.append)
    assert told == sorted(told)
    assert told[-1] == 1.0
    assert len(told) == 4


@pytest.mark.parametrize(
    "wrong", [{"chains": 4}, {"chains": 9}, {"settle": 0}, {"steps": 12_341}, {"most": 20_000}]
)
def test_work_that_shows_too_little_is_refused(wrong):
    with pytest.raises(ValueError, match=r"chains|steps"):
        Work(**wrong)


def test_twenty_lists_are_no_hindrance():
    chance = np.random.default_rng(4)
    on = chance.random((400, 20)) < 0.1
    patterns, counts = np.unique(on[on.any(axis=1)].astype(int), axis=0, return_counts=True)
    names = [f"list {n}" for n in range(20)]
    table = OverlapTable.of(names, zip(patterns.tolist(), counts.tolist(), strict=True))
    found = latent_classes(table, Work(settle=500, steps=1_000, most=1_000))
    assert 380 < np.median(found.draws) < 560


def test_chains_that_agree_and_change_slowly_are_given_more_time():
    patterns = [((1, 0, 0), 70), ((0, 1, 0), 45), ((0, 0, 1), 42), ((1, 1, 0), 31)]
    patterns += [((1, 0, 1), 29), ((0, 1, 1), 20), ((1, 1, 1), 18)]
    table = OverlapTable.of(("a", "b", "c"), patterns)
    once = Work(settle=1_000, steps=4_000, most=4_000, effective=1e6)
    short = latent_classes(table, once)
    long = latent_classes(table, replace(once, patience=3))
    assert short.r_hat <= 1.05
    assert long.draws.shape[1] == 3 * short.draws.shape[1]


def test_chains_that_disagree_are_given_none(published):
    table = published("sparsemse_Ned")
    work = Work(settle=500, steps=1_000, most=1_000, patience=5)
    found = latent_classes(table, work)
    assert found.r_hat > 1.05
    assert (
        found.draws.shape[1]
        == latent_classes(table, Work(settle=500, steps=1_000, most=1_000)).draws.shape[1]
    )
