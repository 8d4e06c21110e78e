"""Groupings drawn by probability: whole, consistent with what people judged, right in the long run."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from candlemark.linkage.clusters import JudgementStep, Link, RunStep, fold_clusters
from candlemark.linkage.facts import DIFFERENT, SAME, LinkRecord, Thresholds
from candlemark.linkage.uncertain import Draws, Links, joined_from


def r(name):
    """``a1`` is record 1 of source a."""
    return LinkRecord(name[0], name[1:])


def links(*pairs, judged=(), once_each="", compared="abcdefgh", people=0.1):
    return Links(
        unit="case",
        pairs={(r(one), r(other)): value for one, other, value in pairs},
        judged={(r(one), r(other)): answer for one, other, answer in judged},
        once_each=frozenset(once_each),
        compared=frozenset(frozenset((one, other)) for one in compared for other in compared),
        thresholds=Thresholds(0.95, people),
        runs=("linkrun_x",),
        judgements=(),
    )


def shares(found, many=4_000):
    """How often each grouping was drawn."""
    draws = Draws(found, 1)
    seen = Counter()
    for _ in range(many):
        groups = {}
        for record, first in draws.draw().items():
            groups.setdefault(first, []).append(record.source + record.record)
        seen[" ".join(sorted("=".join(sorted(group)) for group in groups.values()))] += 1
    return {text: count / many for text, count in seen.items()}


def test_a_pair_is_linked_as_often_as_it_is_probable():
    assert shares(links(("a1", "b1", 0.7)))["a1=b1"] == pytest.approx(0.7, abs=0.03)


def test_three_records_are_divided_by_the_product_of_their_pairs():
    found = shares(links(("a1", "b1", 0.8), ("b1", "c1", 0.6), ("a1", "c1", 0.3)))
    weights = {
        "a1=b1=c1": 0.8 * 0.6 * 0.3,
        "a1=b1": 0.8 * 0.4 * 0.7,
        "b1=c1": 0.2 * 0.6 * 0.7,
        "a1=c1": 0.2 * 0.4 * 0.3,
        "": 0.2 * 0.4 * 0.7,
    }
    for grouping, weight in weights.items():
        assert found[grouping] == pytest.approx(weight / sum(weights.values()), abs=0.03)


def test_a_chain_joins_nothing_a_run_compared_and_did_not_find_alike():
    chain = links(("a1", "b1", 0.9), ("b1", "c1", 0.9), people=0.02)
    assert shares(chain).get("a1=b1=c1", 0) < 0.2
    apart = replace(chain, compared=frozenset())
    assert shares(apart)["a1=b1=c1"] > 0.75


def test_of_a_source_that_has_each_once_no_two_are_one():
    found = shares(links(("a1", "b1", 0.9), ("a1", "b2", 0.9), once_each="b"))
    assert "a1=b1=b2" not in found
    assert found["a1=b1"] == pytest.approx(9 / 19, abs=0.03)


def test_what_people_judged_holds_in_every_draw_and_a_contradiction_is_even():
    found = shares(
        links(
            ("a1", "b1", 0.99),
            ("b1", "c1", 0.2),
            judged=[("a1", "b1", DIFFERENT), ("b1", "c1", SAME)],
        )
    )
    assert found == {"b1=c1": 1.0}
    torn = shares(links(("a1", "b1", 0.99), judged=[("a1", "b1", "")]))
    assert torn["a1=b1"] == pytest.approx(0.5, abs=0.03)


def test_judgements_that_can_be_wrong_are_wrong_as_often():
    said = links(("c1", "d1", 0.99), judged=[("a1", "b1", SAME), ("c1", "d1", DIFFERENT)])
    found = shares(replace(said, wrong=0.1))
    assert sum(at for text, at in found.items() if "a1=b1" in text) == pytest.approx(0.9, abs=0.02)
    assert sum(at for text, at in found.items() if "c1=d1" in text) == pytest.approx(0.1, abs=0.02)


def test_how_wrong_people_are_is_part_of_the_state_of_links():
    said = links(judged=[("a1", "b1", SAME)])
    assert len({said.state, replace(said, wrong=0.1).state, replace(said, known=7).state}) == 3
    unasked = links(("a1", "b1", 0.5))
    assert unasked.state == replace(unasked, known=7).state


def test_many_records_are_sampled_and_agree_with_what_is_exact():
    """Eight records in four pairs that hardly touch: each pair is as probable as by itself."""
    names = ["a1", "b1", "a2", "b2", "a3", "b3", "a4", "b4"]
    pairs = [(one, other, 0.7) for one, other in zip(names[::2], names[1::2], strict=True)]
    pairs += [("a2", "b1", 0.001), ("a3", "b2", 0.001), ("a4", "b3", 0.001)]
    draws = Draws(links(*pairs, people=0.001), 3)
    seen = Counter()
    for _ in range(300):
        groups = draws.draw()
        seen.update(
            one for one in names[::2] if groups.get(r(one)) == groups.get(r(f"b{one[1]}"), 0)
        )
    for one in names[::2]:
        assert seen[one] / 300 == pytest.approx(0.7, abs=0.1)


def test_the_same_seed_draws_the_same_and_the_state_changes_with_every_part():
    found = links(("a1", "b1", 0.7), ("b1", "c1", 0.5))
    one, other = (Draws(found, 5) for _ in range(2))
    assert [one.draw() for _ in range(20)] == [other.draw() for _ in range(20)]
    states = {
        found.state,
        links(("a1", "b1", 0.71), ("b1", "c1", 0.5)).state,
        links(("a1", "b1", 0.7), ("b1", "c1", 0.5), judged=[("a1", "b1", SAME)]).state,
        replace(found, once_each=frozenset("a")).state,
    }
    assert len(states) == 4


PAIRS = st.lists(
    st.tuples(
        st.sampled_from(["a1", "a2", "b1", "b2", "c1", "c2"]),
        st.sampled_from(["a1", "a2", "b1", "b2", "c1", "c2"]),
        st.floats(0.11, 0.999),
        st.sampled_from(["", "", "", SAME, DIFFERENT]),
    ).filter(lambda one: one[0] < one[1]),
    max_size=8,
    unique_by=lambda one: one[:2],
)


@settings(max_examples=150)
@given(PAIRS, st.sampled_from(["", "b", "ac"]))
def test_from_the_automatic_threshold_on_the_groups_are_the_clusters(pairs, once_each):
    run = RunStep(
        "run",
        frozenset("abc"),
        tuple(Link(r(one), r(other), value) for one, other, value, _ in pairs if value >= 0.95),
        once_each=frozenset(once_each),
    )
    judged = [
        JudgementStep(f"j{at}", r(one), r(other), answer)
        for at, (one, other, _, answer) in enumerate(pairs)
        if answer
    ]
    clusters = fold_clusters([run, *judged])
    found = links(
        *[pair[:3] for pair in pairs],
        judged=[(*pair[:2], pair[3]) for pair in pairs if pair[3]],
        once_each=once_each,
    )
    groups = {}
    for record, first in joined_from(found, 0.95).items():
        groups.setdefault(first, set()).add(record)
    assert sorted(map(sorted, groups.values())) == sorted(
        map(list, (one.records for one in clusters.by_id.values()))
    )


@settings(max_examples=100)
@given(PAIRS, st.integers(0, 1_000))
def test_no_draw_breaks_a_judgement_or_a_source_that_has_each_once(pairs, seed):
    found = links(
        *[pair[:3] for pair in pairs],
        judged=[(*pair[:2], DIFFERENT) for pair in pairs if pair[3] == DIFFERENT],
        once_each="b",
    )
    groups = Draws(found, seed).draw()
    for one, other, _, answer in pairs:
        if answer == DIFFERENT:
            assert groups.get(r(one), 1) != groups.get(r(other), 2)
    assert groups.get(r("b1"), 1) != groups.get(r("b2"), 2)
