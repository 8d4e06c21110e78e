"""What is no table of overlaps, and what nothing can be learnt from, is refused in words."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from candlemark.errors import NotInOrder, NotMeasurable
from candlemark.linkage.unreported import OverlapTable

LISTS = ("police", "prosecutor", "hotline")
GOOD = [((1, 0, 0), 30), ((0, 1, 0), 20), ((0, 0, 1), 25), ((1, 1, 0), 5), ((0, 1, 1), 4)]


def test_a_table_counts_people_by_list_and_by_overlap():
    table = OverlapTable.of(LISTS, GOOD)
    assert table.people == 84
    assert [table.on(place) for place in range(3)] == [35, 29, 29]
    assert table.on(0, 1) == 5
    assert table.on(0, 2) == 0


@pytest.mark.parametrize(
    ("lists", "rows", "said"),
    [
        (LISTS, [*GOOD, ((1, 0, 0), 2)], "it is the pattern of row 1 once more"),
        (LISTS, [*GOOD, ((1, 1, 1), -1)], "its count is below zero"),
        (LISTS, [*GOOD, ((1, 1, 1), 10**9)], "its count is above 100,000,000"),
        (LISTS, [*GOOD, ((1, 1), 1)], "it speaks of 2 lists, not of 3"),
        (LISTS, [*GOOD, ((1, 2, 0), 1)], "it holds something other than 1 and 0"),
        (LISTS, [*GOOD, ((0, 0, 0), 7)], "it counts people who are on no list; nobody knows them"),
        (("police", " Police", "hotline"), GOOD, "it has the name of list 1: one agency twice"),
        (("police", " ", "hotline"), GOOD, "it has no name"),
        ([f"list {n}" for n in range(21)], [], "there are more than 20"),
    ],
)
def test_it_is_no_table_and_the_fault_is_named(lists, rows, said):
    with pytest.raises(NotInOrder) as caught:
        OverlapTable.of(lists, rows)
    assert said in [fault.what for fault in caught.value.faults]
    assert caught.value.hint


def test_all_faults_are_told_together():
    with pytest.raises(NotInOrder) as caught:
        OverlapTable.of(("a", "a", ""), [((1, 0, 0), -1), ((1, 0, 0), 1), ((1,), 1)])
    assert len(caught.value.faults) == 5


@pytest.mark.parametrize(
    ("lists", "rows", "said"),
    [
        (("a", "b"), [((1, 0), 9), ((0, 1), 9), ((1, 1), 9)], "an estimate needs at least three"),
        (LISTS, [row for row in GOOD if not row[0][2]], "nobody is on hotline"),
        (LISTS, [row for row in GOOD if sum(row[0]) == 1], "no two of these lists share anybody"),
        (
            LISTS,
            [((1, 1, 0), 30), ((0, 0, 1), 25), ((1, 1, 1), 4)],
            "police and prosecutor hold exactly the same people",
        ),
    ],
)
def test_nothing_can_be_learnt_and_it_is_said_why(lists, rows, said):
    with pytest.raises(NotMeasurable, match=said) as caught:
        OverlapTable.of(lists, rows)
    assert caught.value.hint


def test_a_pattern_that_counts_nobody_is_as_if_it_were_absent():
    assert OverlapTable.of(LISTS, [*GOOD, ((1, 1, 1), 0), ((0, 0, 0), 0)]) == OverlapTable.of(
        LISTS, GOOD
    )


@given(
    st.integers(4, 8).flatmap(
        lambda lists: st.dictionaries(
            st.tuples(*[st.integers(0, 1)] * lists).filter(any), st.integers(1, 50), min_size=1
        )
    ),
    st.integers(3, 8),
)
def test_lists_made_one_lose_nobody_and_count_nobody_twice(counts, most):
    lists = len(next(iter(counts)))
    table = OverlapTable(tuple("abcdefgh"[:lists]), tuple(counts.items()))
    merged = table.merged(most)
    assert merged.people == table.people
    assert len(merged.lists) == min(lists, most)
    names = [part for name in merged.lists for part in name.split(" + ")]
    assert sorted(names) == sorted(table.lists)
    for place, name in enumerate(merged.lists):
        parts = [table.lists.index(part) for part in name.split(" + ")]
        on_any = sum(n for pattern, n in table.patterns if any(pattern[p] for p in parts))
        assert merged.on(place) == on_any
