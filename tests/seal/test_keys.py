"""Keys are named by what they are, commit to themselves, and never show themselves."""

from __future__ import annotations

import copy
import pickle

import pytest

from candlemark.errors import LedgerBroken
from candlemark.seal.keys import PublicKey, SealingKey, SigningKey, derive, kid_of

RAW = bytes(range(32))


def test_a_sealing_key_is_named_by_the_hash_of_itself():
    key = SealingKey.from_bytes(RAW)

    assert kid_of(RAW) == key.kid
    assert len(key.kid) == 16


def test_a_signing_key_is_named_by_its_public_half():
    key = SigningKey.from_bytes(RAW)

    assert kid_of(key.public.raw) == key.kid
    assert key.public.kid == key.kid


def test_two_new_keys_differ():
    assert SealingKey.generate().reveal() != SealingKey.generate().reveal()
    assert SigningKey.generate().reveal() != SigningKey.generate().reveal()


@pytest.mark.parametrize("kind", [SealingKey, SigningKey])
def test_a_key_shows_its_name_and_nothing_else(kind):
    key = kind.from_bytes(RAW)
    shown = f"{key!r} {key} {vars(kind)}"

    assert key.kid.hex() in shown
    assert RAW.hex() not in shown
    assert repr(RAW) not in shown


@pytest.mark.parametrize("kind", [SealingKey, SigningKey])
@pytest.mark.parametrize("take", [pickle.dumps, copy.copy, copy.deepcopy])
def test_a_key_is_not_pickled_or_copied(kind, take):
    with pytest.raises(TypeError, match="a key is not pickled"):
        take(kind.from_bytes(RAW))


@pytest.mark.parametrize("length", [0, 31, 33])
def test_a_key_of_another_length_is_refused(length):
    for kind in (SealingKey, PublicKey):
        with pytest.raises(LedgerBroken, match="32 bytes"):
            kind(bytes(length)) if kind is PublicKey else kind.from_bytes(bytes(length))


def test_a_signature_holds_for_its_message_only():
    key = SigningKey.from_bytes(RAW)
    signature = key.sign(b"said")

    assert key.public.vouches(b"said", signature)
    assert not key.public.vouches(b"Said", signature)
    assert not key.public.vouches(b"said", signature[:-1])
    assert not SigningKey.generate().public.vouches(b"said", signature)


def test_every_bit_of_a_signature_counts():
    key = SigningKey.from_bytes(RAW)
    signature = key.sign(b"said")
    flipped = [
        bytes([*signature[:at], signature[at] ^ (1 << bit), *signature[at + 1 :]])
        for at in range(64)
        for bit in range(8)
    ]

    assert not any(key.public.vouches(b"said", one) for one in flipped)


def test_derivation_is_that_of_rfc_5869():
    # Test case 1 of RFC 5869; its 42 bytes begin with the one block that is used here.
    found = derive(
        bytes.fromhex("0b" * 22),
        bytes.fromhex("000102030405060708090a0b0c"),
        bytes.fromhex("f0f1f2f3f4f5f6f7f8f9"),
    )

    assert found.hex() == "3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf"


def test_one_secret_gives_different_keys_for_different_purposes():
    assert derive(RAW, b"salt", b"kek") != derive(RAW, b"salt", b"login")
    assert derive(RAW, b"salt", b"kek") != derive(RAW, b"other", b"kek")
