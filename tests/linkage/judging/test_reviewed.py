"""What reviewing is worth: a person right 98 times in 100, on people who are invented."""

from __future__ import annotations

import random

import pytest

from candlemark.linkage.engine import link, load_plan
from candlemark.linkage.engine.training import train
from candlemark.linkage.facts import LinkRecord, LinkRun, Thresholds
from candlemark.linkage.judging.grouping import Groups
from candlemark.linkage.judging.proposing import proposed_by
from candlemark.linkage.simulated import TRUTH, prepare_people, simulated_people
from candlemark.linkage.simulated.reviewing import reviewed, score
from judged import pair, proposed, record

ROWS = 2_000
PER_THOUSAND = 36


@pytest.fixture(scope="module")
def people():
    """The pairs a model found that was trained on them without labels, and whose each row is."""
    rows = simulated_people(ROWS)
    made = prepare_people(rows).rows
    model = train(made, load_plan("persons")).model
    thresholds = Thresholds(model.plan.automatic, model.plan.people)
    run = LinkRun(
        run="linkrun_x",
        model="",
        sources=(),
        ledger_size=0,
        thresholds=thresholds,
        pairs_hash="",
        pairs=0,
        chunks=0,
    )
    found = list(proposed_by(run, link(model, made).pairs))
    names = (rows[name].to_pylist() for name in ("source", "record", TRUTH))
    return found, {LinkRecord(a, b): whose for a, b, whose in zip(*names, strict=True)}


def test_a_person_right_98_times_in_100_raises_f1_within_36_answers_for_1000_records(people):
    found, truth = people
    budget = PER_THOUSAND * ROWS // 1_000

    what = reviewed(found, truth, budget)

    assert what.answers <= budget
    assert what.before.f1 >= 0.93
    assert what.after.f1 >= what.before.f1 + 0.01
    assert what.after.f1 >= 0.945
    assert what.after.precision >= 0.99


def test_more_answers_are_worth_more_and_none_are_worth_nothing(people):
    found, truth = people
    f1 = [reviewed(found, truth, budget).after.f1 for budget in (0, 20, 72)]

    assert f1 == sorted(f1)
    assert f1[0] == reviewed(found, truth, 0).before.f1


def test_what_is_worth_most_first_is_worth_more_than_pairs_by_chance(people):
    """The same answers, about pairs drawn by chance from those that go to people."""
    found, truth = people
    chance, budget = random.Random(1), 24
    best = reviewed(found, truth, budget).after.f1
    drawn = []
    for seed in range(10):
        asked = [one for one in found if not one.automatic]
        chance.shuffle(asked)
        some = [one for one in found if one.automatic] + asked[:budget]
        drawn.append(reviewed(some, truth, budget, seed=seed).after.f1)

    assert best > sum(drawn) / len(drawn)


def test_the_score_counts_pairs_of_records_after_clustering():
    truth = dict.fromkeys(map(record, "abc"), 1) | {record("d"): 2}
    groups = Groups([pair("a", "b"), pair("b", "d")])

    found = score(groups, truth)

    assert (found.precision, found.recall) == (1 / 3, 1 / 3)
    assert found.f1 == pytest.approx(1 / 3)
    assert score(Groups(), truth).f1 == 0


def test_a_pair_two_people_have_to_judge_costs_two_answers():
    left, right = "abc", "xyz"
    pairs = [
        *(proposed(one, other, 0.99, automatic=True) for one, other in ("ab", "bc", "xy", "yz")),
        proposed("c", "x", 0.5),
    ]
    truth = dict.fromkeys(map(record, left + right), 1)

    alone = reviewed(pairs, truth, 1, right=1.0)
    both = reviewed(pairs, truth, 2, right=1.0)

    assert (alone.after.f1, both.after.f1) == (alone.before.f1, 1.0)
