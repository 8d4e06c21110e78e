"""Bytes come back as they went in, whatever they are and however many."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from stores import head, part, row

SIZES = (0, 1, 2, 255, 256, 2_000, 2_001, 8_191, 8_192, 65_535, 1 << 20, (4 << 20) + 1)


@pytest.mark.parametrize("size", SIZES)
def test_a_part_of_any_size_comes_back(store, size):
    sealed = bytes(itertools.islice(itertools.cycle(range(256)), size))
    with store.writing() as writing:
        writing.add(row(0), [part(sealed)])
        writing.move_head(head(1))

    assert store.parts([part(sealed)[0]]) == dict([part(sealed)])


@pytest.mark.parametrize("size", [size for size in SIZES if size <= 65_535])
def test_a_leaf_of_any_size_comes_back(store, size):
    with store.writing() as writing:
        writing.add(row(0, bytes(reversed(range(256))) * (size // 256) + bytes(size % 256)), [])
        writing.move_head(head(1))

    assert store.rows(0, 1) == [
        row(0, bytes(reversed(range(256))) * (size // 256) + bytes(size % 256))
    ]


@settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(leaf=st.binary(max_size=200), sealed=st.sets(st.binary(max_size=200), max_size=5))
def test_any_bytes_come_back(store, leaf, sealed):
    n = store.counts().leaves
    if store.find(row(n, leaf).action) is not None:
        return
    parts = [part(one) for one in sealed if not store.parts([part(one)[0]])]
    with store.writing() as writing:
        writing.add(row(n, leaf), parts)
        writing.move_head(head(n + 1))

    assert store.rows(n, n + 1) == [row(n, leaf)]
    assert store.find(row(n, leaf).action) == n
    assert store.parts([name for name, _ in parts]) == dict(parts)
    assert store.head() == head(n + 1)


def test_the_largest_place_a_store_can_count_to_is_asked_for_without_harm(store):
    assert store.rows((1 << 62), (1 << 63) - 1) == []


@pytest.mark.parametrize("nothing", [b"", b"\0", bytes(16), bytes(1000)])
def test_what_is_not_there_is_not_found(store, nothing):
    assert store.find(nothing) is None
    assert store.parts([nothing]) == {}
