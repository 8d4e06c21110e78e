"""What is sealed opens under its key, in its place, whole; otherwise not at all."""

from __future__ import annotations

import hashlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from candlemark.errors import LedgerBroken
from candlemark.seal.keys import SealingKey
from candlemark.seal.padding import CONTENT_LIMIT
from candlemark.seal.sealing import OVERHEAD, open_part, seal, seal_part, unseal

KEY = SealingKey.from_bytes(hashlib.sha256(b"a key").digest())
OTHER = SealingKey.from_bytes(hashlib.sha256(b"another key").digest())
VAULT, ACTION = bytes([1] * 16), bytes([2] * 16)


@given(st.binary(max_size=6000))
def test_what_was_sealed_comes_back(content):
    assert content == open_part(KEY, VAULT, ACTION, seal_part(KEY, VAULT, ACTION, content))


def test_the_largest_part_comes_back():
    content = b"\xff" * CONTENT_LIMIT

    assert content == open_part(KEY, VAULT, ACTION, seal_part(KEY, VAULT, ACTION, content))


PLACES = {
    "another vault": (KEY, bytes(16), ACTION),
    "another action": (KEY, VAULT, bytes(16)),
    "vault and action exchanged": (KEY, ACTION, VAULT),
    "another key": (OTHER, VAULT, ACTION),
}


@pytest.mark.parametrize("place", PLACES.values(), ids=PLACES)
def test_a_part_does_not_open_in(place):
    sealed = seal_part(KEY, VAULT, ACTION, b"said")

    with pytest.raises(LedgerBroken, match="do not open"):
        open_part(*place, sealed)


def test_bytes_sealed_for_one_purpose_do_not_open_for_another():
    sealed = seal(KEY, b"candlemark/wrap/v1", b"", b"said")

    with pytest.raises(LedgerBroken, match="do not open"):
        unseal(KEY, b"candlemark/label/v1", b"", sealed)


@settings(max_examples=300)
@given(st.data())
def test_every_bit_counts(data):
    sealed = seal_part(KEY, VAULT, ACTION, b"said")
    at = data.draw(st.integers(0, len(sealed) * 8 - 1))
    flipped = bytearray(sealed)
    flipped[at // 8] ^= 1 << at % 8

    with pytest.raises(LedgerBroken, match="do not open"):
        open_part(KEY, VAULT, ACTION, bytes(flipped))


def test_no_truncation_opens():
    sealed = seal_part(KEY, VAULT, ACTION, b"said")

    for length in range(len(sealed)):
        with pytest.raises(LedgerBroken):
            open_part(KEY, VAULT, ACTION, sealed[:length])


def test_a_length_no_part_can_have_is_refused_before_any_cipher():
    with pytest.raises(LedgerBroken, match="no length a sealed part can have"):
        open_part(KEY, VAULT, ACTION, bytes(512 + OVERHEAD + 1))


def test_the_same_content_is_sealed_differently_each_time():
    assert seal_part(KEY, VAULT, ACTION, b"said") != seal_part(KEY, VAULT, ACTION, b"said")


def test_a_repeated_random_generator_does_not_repeat_a_nonce_for_other_content():
    fresh = bytes(32)
    one = seal_part(KEY, VAULT, ACTION, b"said", fresh)
    two = seal_part(KEY, VAULT, ACTION, b"unsaid", fresh)
    elsewhere = seal_part(KEY, VAULT, VAULT, b"said", fresh)

    assert len({one[:24], two[:24], elsewhere[:24]}) == 3


def test_sealed_bytes_and_errors_hold_nothing_of_the_content_or_the_key():
    content = b"a name nobody may read"
    sealed = seal_part(KEY, VAULT, ACTION, content)
    with pytest.raises(LedgerBroken) as caught:
        open_part(OTHER, VAULT, ACTION, sealed)
    told = repr(caught.value) + str(caught.value.__cause__)

    assert content not in sealed
    assert KEY.reveal().hex() not in told
    assert str(KEY.reveal()) not in told
