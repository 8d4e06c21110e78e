"""How often an estimate of people no list holds is right, in worlds in which the number is known.

Three worlds of 3,000 people and four lists, as the methods page describes them: lists that know
nothing of each other; two that share sources; and one in which three people in ten are six times
less likely to be on any list.  In the third no method finds everybody, and this is told.
"""

import os

import numpy as np
import pytest

from candlemark.linkage.unreported import (
    AtLeast,
    Estimate,
    OverlapTable,
    Work,
    estimate,
    read_overlaps,
)
from candlemark.linkage.unreported.latent import latent_classes
from candlemark.linkage.unreported.loglinear import log_linear, mixture_quantiles

FULL = os.environ.get("ORDEAL") == "full"
PEOPLE = 3_000
CHANCES = np.array([0.3, 0.25, 0.2, 0.15])
"""Alone, each list finds so many; together about two in three."""


def independent(chance):
    return chance.random((PEOPLE, 4)) < CHANCES


def sharing(chance):
    """What the first list has, the second takes over in six cases of ten."""
    on = independent(chance)
    on[:, 1] |= on[:, 0] & (chance.random(PEOPLE) < 0.6)
    return on


def unreachable(chance):
    reach = np.where(chance.random(PEOPLE) < 0.3, 1 / 6, 1.0)
    return chance.random((PEOPLE, 4)) < CHANCES * reach[:, None]


def table(on):
    patterns, counts = np.unique(on[on.any(axis=1)].astype(int), axis=0, return_counts=True)
    names = ("police", "prosecutor", "hotline", "press")
    return OverlapTable.of(names, zip(patterns.tolist(), counts.tolist(), strict=True))


def by_models(table):
    return mixture_quantiles([log_linear(table)], (0.025, 0.5, 0.975))


def by_kinds(table):
    work = (
        Work(settle=1_000, steps=6_000, most=6_000)
        if FULL
        else Work(settle=300, steps=1_500, most=1_500)
    )
    return np.quantile(latent_classes(table, work).draws, [0.025, 0.5, 0.975])


def covered(world, method, many, seed):
    """The share of intervals that hold the truth, and the middle answer over the truth."""
    spawned = np.random.SeedSequence(seed).spawn(many)
    found = np.array([method(table(world(np.random.default_rng(one)))) for one in spawned])
    held = (found[:, 0] <= PEOPLE) & (found[:, 2] >= PEOPLE)
    return held.mean(), np.median(found[:, 1]) / PEOPLE


@pytest.mark.parametrize("world", [independent, sharing], ids=lambda world: world.__name__)
@pytest.mark.parametrize(("method", "quick", "full"), [(by_models, 60, 1_000), (by_kinds, 15, 200)])
def test_intervals_hold_the_truth_as_often_as_they_say(world, method, quick, full, rounds, figure):
    many = rounds(quick, full)
    share, middle = covered(world, method, many, seed=2026)
    figure(
        f"{share:.3f} of {many} intervals hold the truth; the middle answer is {middle:.3f} of it"
    )
    assert share >= 0.93
    # The middle of fifteen worlds is itself uncertain by some three points.
    assert middle == pytest.approx(1.0, abs=0.03 if FULL else 0.08)


@pytest.mark.parametrize(("method", "quick", "full"), [(by_models, 30, 300), (by_kinds, 3, 60)])
def test_people_hardly_any_list_reaches_are_left_out_a_fifth_of_all(
    method, quick, full, rounds, figure
):
    many = rounds(quick, full)
    share, middle = covered(unreachable, method, many, seed=7)
    figure(
        f"{share:.3f} of {many} intervals hold the truth; the middle answer is {middle:.3f} of it"
    )
    assert middle == pytest.approx(0.8, abs=0.05)
    assert share < 0.35


@pytest.fixture
def patient():
    if not FULL:
        pytest.skip("half a minute and more of computing: make ordeal")


def test_kosovo_passes_the_gate_with_both_published_answers(patient, shared):
    answer = estimate(read_overlaps((shared / "data/mse/kosovo.csv").read_bytes()))
    assert isinstance(answer, Estimate)
    assert round(answer.models.best_bic) == 10_357
    assert 10_350 <= answer.kinds.answer.middle <= 10_550
    assert answer.bound.low < answer.kinds.answer.low


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_the_dutch_six_lists_are_refused_from_whatever_start(patient, shared, seed):
    table = read_overlaps((shared / "data/mse/sparsemse_Ned.csv").read_bytes())
    assert isinstance(estimate(table, Work(seed=seed)), AtLeast)
