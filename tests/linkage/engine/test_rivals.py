"""A record is of one person: pairs that exclude each other are as probable as they are together."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pytest

from candlemark.linkage.engine.index import weight_of
from candlemark.linkage.engine.rivals import beside_rivals
from candlemark.linkage.pairs import PAIRS


def pairs_of(*said):
    """Pairs of records of one source: left, right, probability; a record may name its source."""
    rows = []
    for left, right, chance in said:
        (a, b), (c, d) = (name.split("/") if "/" in name else ("x", name) for name in (left, right))
        rows.append({"left_source": a, "left_record": b, "right_source": c, "right_record": d,
                     "probability": chance, "weight": weight_of(chance), "levels": [0], "weights": [1.0], "key": None})  # fmt: skip
    return pa.Table.from_pylist(rows, schema=PAIRS)


def chances(pairs):
    return pairs["probability"].to_pylist()


def test_two_who_are_not_one_share_what_goes_well_with_both():
    found = beside_rivals(
        pairs_of(("no birthday", "born 1950", 0.9), ("no birthday", "born 1980", 0.9))
    )

    assert chances(found) == pytest.approx([9 / 19, 9 / 19])
    assert found["weight"].to_pylist() == pytest.approx([weight_of(9 / 19)] * 2, abs=1e-5)


def test_the_better_of_two_stays_the_better():
    sure, other = chances(beside_rivals(pairs_of(("a", "b", 0.98), ("a", "c", 0.5))))

    assert 0.95 < sure < 0.98
    assert other < 0.05


def test_partners_who_are_evidently_one_do_not_compete():
    pairs = pairs_of(("a", "b", 0.9), ("a", "c", 0.8), ("b", "c", 0.999))

    assert beside_rivals(pairs).equals(pairs)


def test_where_all_are_evidently_one_nobody_competes():
    pairs = pairs_of(("a", "b", 0.999), ("b", "c", 0.995))

    assert beside_rivals(pairs).equals(pairs)


def test_partners_who_may_be_one_compete_as_far_as_they_may_not():
    apart, half = (
        chances(beside_rivals(pairs_of(("a", "b", 0.9), ("a", "c", 0.9), ("b", "c", together))))[0]
        for together in (0.31, 0.9)
    )

    assert apart < half < 0.9


def test_a_rival_with_many_records_counts_once():
    once = chances(beside_rivals(pairs_of(("a", "b", 0.9), ("a", "c", 0.9))))[0]
    often = pairs_of(("a", "b", 0.9), ("a", "c", 0.9), ("a", "d", 0.9), ("c", "d", 0.999))

    assert chances(beside_rivals(often))[0] == pytest.approx(once)


def test_what_is_known_of_partners_from_elsewhere_is_heard():
    pairs, known = pairs_of(("a", "b", 0.9), ("a", "c", 0.8)), pairs_of(("b", "c", 0.999))

    assert beside_rivals(pairs, known=known).equals(pairs)
    assert beside_rivals(pairs).num_rows == 2
    assert chances(beside_rivals(pairs))[0] < 0.9


def test_sources_that_have_each_case_once_are_left_to_one_to_one():
    pairs = pairs_of(
        ("p/a", "q/b", 0.9), ("p/a", "q/c", 0.9), ("p/a", "r/d", 0.9), ("p/a", "r/e", 0.9)
    )
    found = chances(beside_rivals(pairs, ["p", "q"]))

    assert found[:2] == [0.9, 0.9]
    assert found[2:] == pytest.approx([9 / 19, 9 / 19])


def test_the_order_of_pairs_says_nothing():
    chance = np.random.default_rng(3)
    names = [(f"{a:02}", f"{b:02}") for a in range(12) for b in range(a + 1, 12)]
    picked = [names[at] for at in sorted(chance.choice(len(names), 30, replace=False))]
    pairs = pairs_of(*((a, b, float(p)) for (a, b), p in zip(picked, chance.uniform(0.3, 1, 30), strict=True)))  # fmt: skip
    order = pa.array(chance.permutation(30))

    assert chances(beside_rivals(pairs.take(order))) == pytest.approx(chances(beside_rivals(pairs).take(order)))  # fmt: skip
    assert np.all(np.asarray(chances(beside_rivals(pairs))) <= np.asarray(chances(pairs)) + 1e-12)


def test_no_pairs_have_no_rivals():
    assert beside_rivals(PAIRS.empty_table(), ["p", "q"]).num_rows == 0
