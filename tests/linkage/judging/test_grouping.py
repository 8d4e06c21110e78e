"""Groups of records, and the pairs a group hangs on."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from candlemark.linkage.judging.grouping import Groups, bridges
from judged import pair, record

NAMES = "abcdefgh"
edges = st.sets(
    st.tuples(st.sampled_from(NAMES), st.sampled_from(NAMES)).filter(lambda two: two[0] < two[1]),
    max_size=14,
)


def size(pairs, name):
    return Groups(pairs).size(record(name))


@given(edges)
def test_a_bridge_is_a_pair_without_which_its_group_falls_in_two(given_pairs):
    """Against the slow way: leave each pair out and count."""
    pairs = [pair(*two) for two in given_pairs]
    expected = {}
    for one in pairs:
        without = Groups(two for two in pairs if two != one)
        if not without.together(*one):
            expected[one] = {without.size(one[0]), without.size(one[1])}

    found = bridges(pairs)

    assert {one: set(parts) for one, parts in found.items()} == expected
    for one, parts in found.items():
        assert sum(parts) == Groups(pairs).size(one[0])


@given(edges)
def test_groups_hold_every_record_once(given_pairs):
    pairs = [pair(*two) for two in given_pairs]
    groups = Groups(pairs).members().values()
    records = [one for group in groups for one in group]

    assert sorted(records) == sorted({one for two in pairs for one in two})
    assert all(len(group) > 1 for group in groups)


def test_a_chain_of_thousands_needs_no_deep_stack():
    pairs = [pair(f"{n:05}", f"{n + 1:05}") for n in range(5_000)]

    assert len(bridges(pairs)) == 5_000
    assert size(pairs, "02500") == 5_001
