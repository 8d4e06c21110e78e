"""Padding hides the length, can be taken off, and can be put on in one way only."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from candlemark.errors import LedgerBroken, NotInOrder
from candlemark.seal.padding import CONTENT_LIMIT, SIZES, pad, size_class, unpad

LENGTHS = {
    "nothing is padded to the smallest size": (0, 512),
    "the mark still fits": (511, 512),
    "the mark needs the next size": (512, 1024),
    "multiples of 512 end at 4,096": (4095, 4096),
    "above that the sizes of PURBs begin": (4096, 4352),
    "a chunk of 1 MiB fits": (1 << 20, 1_081_344),
    "the largest content": (CONTENT_LIMIT, 1_114_112),
}


@pytest.mark.parametrize(("length", "size"), LENGTHS.values(), ids=LENGTHS)
def test_content_is_padded_to_the_size_of_its_class(length, size):
    padded = pad(bytes(length))

    assert size == len(padded)
    assert size == SIZES[size_class(length)]


def test_one_byte_names_every_size():
    assert len(SIZES) == 202
    assert sorted(set(SIZES)) == list(SIZES)


def test_above_the_smallest_sizes_padding_wastes_at_most_an_eighth():
    waste = max(
        (larger - smaller) / smaller for smaller, larger in pairwise(SIZES) if smaller >= 4096
    )

    assert waste <= 1 / 8


def test_content_over_the_limit_is_refused_with_what_to_do():
    with pytest.raises(NotInOrder, match="1,114,112 bytes are too many") as caught:
        pad(bytes(CONTENT_LIMIT + 1))

    assert "split it over several parts" in caught.value.hint


@given(st.one_of(st.binary(max_size=9000), st.integers(0, 9000).map(bytes)))
def test_what_was_padded_comes_back(content):
    assert content == unpad(pad(content))


FORGED = {
    "no mark at all": bytes(512),
    "a mark followed by something else": b"x\x80".ljust(511, b"\0") + b"\1",
    "a size that is none": b"x\x80".ljust(513, b"\0"),
    "a larger size than the content needs": b"x\x80".ljust(1024, b"\0"),
    "nothing": b"",
}


@pytest.mark.parametrize("forged", FORGED.values(), ids=FORGED)
def test_any_other_padding_is_refused(forged):
    with pytest.raises(LedgerBroken, match="padd"):
        unpad(forged)
