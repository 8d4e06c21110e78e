"""Variants: which ways there are, and that no two are counted as one."""

from __future__ import annotations

import hashlib
import sys

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from candlemark.measure.process import variants
from candlemark.measure.process.variants import Known, of_rows

UNITS = (
    "told 0 noted 2 closed 9",
    "told 0 noted 5 closed 6",
    "told 0 noted 5",
    "told 1 noted 5",
    "told 1 noted 8",
    "told 1",
)


def read(ways, group):
    return [
        (" ".join(ways.places[state].own for state in one.states), one.open, one.units)
        for one in group.variants
    ]


def test_variants_are_counted_and_an_open_way_is_not_the_way_that_ended(ways):
    asked = ways(*UNITS)
    (group,) = variants(asked).groups
    assert read(asked, group) == [
        ("told noted", True, 3),
        ("told noted closed", False, 2),
        ("told", True, 1),
    ]
    assert group.units == 6


def test_a_row_for_having_ended_makes_no_other_variant(ways):
    plain, with_ends = ways(*UNITS), ways(*UNITS, rows_of_ends=True)
    assert variants(plain) == variants(with_ends)


def test_the_hash_is_of_the_names_and_not_of_numbers_or_times(ways):
    one = variants(ways("told 0 noted 3 closed 4")).groups[0].variants[0]
    names = "told\x1fnoted\x1fclosed\x1f."
    assert one.hash == hashlib.sha256(names.encode()).hexdigest()[:16]
    other = ways("noted 0", "told 0 noted 50 closed 51")  # other numbers, other days
    assert one.hash in {each.hash for each in variants(other).groups[0].variants}
    open_way = ways("told 0 noted 3", final=())
    assert variants(open_way).groups[0].variants[0].hash != one.hash


def test_groups_count_a_unit_of_both_in_both(ways):
    asked = ways(*UNITS, groups=("a", "b"), group_of=lambda unit: [(0,), (0, 1), (1,)][unit % 3])
    found = variants(asked).groups
    assert [group.units for group in found] == [4, 4]
    assert read(asked, found[0]) == [("told noted", True, 2), ("told noted closed", False, 2)]


def test_ways_with_one_number_are_told_apart(ways, monkeypatch):
    # The mixed numbers are made all alike, which no input is known to bring about.
    asked = ways(*UNITS)
    expected = variants(asked)
    module = sys.modules["candlemark.measure.process.variants"]
    monkeypatch.setattr(module, "_mix", lambda place, _: np.zeros(len(place), dtype=np.uint64))
    assert variants(asked) == expected


WAYS = st.lists(
    st.tuples(st.lists(st.integers(0, 3), min_size=1, max_size=6), st.booleans()),
    min_size=1,
    max_size=30,
)


@given(WAYS)
def test_variants_are_those_a_dictionary_finds(units):
    rows = {"unit": [], "state": [], "next": []}
    expected = {}
    for unit, (states, ended) in enumerate(units):
        follow = [*states[1:], 9 if ended else -1]
        rows["unit"] += [unit] * len(states)
        rows["state"] += states
        rows["next"] += follow
        expected[unit] = ((*states, 9) if ended else tuple(states), not ended)
    found = of_rows({name: np.array(column, dtype=np.int64) for name, column in rows.items()})
    assert isinstance(found, Known)
    assert {
        unit: found.sequences[place]
        for unit, place in zip(found.units.tolist(), found.variant.tolist(), strict=True)
    } == expected
    assert len(set(found.sequences)) == len(found.sequences)


def test_nothing_has_no_variants():
    nothing = np.zeros(0, dtype=np.int64)
    assert of_rows({"unit": nothing, "state": nothing, "next": nothing}).sequences == ()
