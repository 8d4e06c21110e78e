"""Pairs compete where the world has one partner for each."""

from __future__ import annotations

import pyarrow as pa
import pytest

from candlemark.linkage.engine.index import probability_of
from candlemark.linkage.engine.one_to_one import one_to_one
from candlemark.linkage.pairs import PAIRS


def pairs(*said, sources=("intake", "initiation")):
    rows = [
        {"left_source": sources[0], "left_record": left, "right_source": sources[1], "right_record": right,
         "weight": weight, "probability": float(probability_of(weight)), "levels": [], "weights": [], "key": None}
        for left, right, weight in said
    ]  # fmt: skip
    return pa.Table.from_pylist(rows, schema=PAIRS)


def chosen(table):
    return {
        (row["left_record"], row["right_record"]): row["probability"] for row in table.to_pylist()
    }


BOTH = ["intake", "initiation"]


def test_the_largest_sum_is_taken_and_not_the_single_best_pair():
    found = chosen(one_to_one(pairs(("1", "a", 10), ("1", "b", 9), ("2", "a", 9.5)), BOTH))

    assert set(found) == {("1", "b"), ("2", "a")}


def test_two_people_of_one_minute_are_two_and_neither_link_is_sure():
    found = chosen(
        one_to_one(pairs(("1", "a", 12), ("1", "b", 12), ("2", "a", 12), ("2", "b", 12)), BOTH)
    )

    assert len(found) == 2
    assert all(value < 0.4 for value in found.values())


def test_a_clear_winner_stays_sure():
    found = chosen(one_to_one(pairs(("1", "a", 15), ("1", "b", 2)), BOTH))

    assert found == {("1", "a"): pytest.approx(1, abs=1e-3)}


def test_pairs_with_another_source_are_left_alone():
    other = pairs(("1", "a", 10), ("1", "b", 10), sources=("hotline", "initiation"))

    assert one_to_one(other, BOTH).equals(other)
    assert one_to_one(PAIRS.empty_table(), BOTH).num_rows == 0


def test_a_group_too_large_for_an_exact_match_is_matched_from_the_best_pair_on():
    said = [(f"{n:04}", "a", 5 + n / 1000) for n in range(1200)]
    found = chosen(one_to_one(pairs(*said), BOTH))

    assert set(found) == {("1199", "a")}
