"""Vectors that others published: RFC 9180, RFC 9106, SLIP-39, Wycheproof.

HPKE here has an empty associated text and the published vectors do not, so they are checked on an
implementation of their own (tests/independent.py), which then opens what this floor wraps.
"""

from __future__ import annotations

import json
from pathlib import Path

import nacl.bindings as sodium
import pytest
import shamir_mnemonic
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id

from candlemark.errors import LedgerBroken, SharesRefused
from candlemark.seal import PublicKey, Receiving, ReceivingKey, Recipient, Stretching
from candlemark.seal.recovery import SHARES, join, split
from independent import CLASSIC, HYBRID, hpke_open, public_of, shared_secret

FOLDER = Path(__file__).parent.parent / "vectors" / "published"
raw = bytes.fromhex


def load(name):
    return json.loads((FOLDER / f"{name}.json").read_text(encoding="utf-8"))


HPKE, WYCHEPROOF = load("hpke"), load("wycheproof")
KEMS = [("classic", CLASSIC, Receiving.CLASSIC), ("hybrid", HYBRID, Receiving.HYBRID)]


@pytest.mark.parametrize(("name", "kem", "suite"), KEMS)
def test_the_public_key_that_follows_from_a_secret_is_the_published_one(name, kem, suite):
    known = HPKE[name]

    assert public_of(kem, raw(known["skRm"])) == raw(known["pkRm"])
    assert ReceivingKey(raw(known["skRm"]), suite).recipient.raw == raw(known["pkRm"])


@pytest.mark.parametrize(("name", "kem", "_suite"), KEMS)
def test_the_independent_hpke_opens_the_published_message(name, kem, _suite):
    known = {key: raw(value) for key, value in HPKE[name].items() if key != "source"}

    opened = hpke_open(kem, known["skRm"], known["enc"], known["info"], known["ct"], known["aad"])

    assert opened == known["pt"]


@pytest.mark.parametrize(("_name", "kem", "suite"), KEMS)
def test_the_independent_hpke_opens_what_is_wrapped_here(_name, kem, suite):
    key = ReceivingKey.generate(suite)
    wrapped = key.recipient.wrap(b"content", b"info")
    enc = suite.overhead - 16

    opened = hpke_open(kem, key.reveal(), wrapped[:enc], b"info" + key.recipient.kid, wrapped[enc:])

    assert opened == b"content"
    assert len(shared_secret(kem, key.reveal(), wrapped[:enc])) == 32


def test_argon2id_is_that_of_rfc_9106_and_ours_is_the_same():
    (known,) = load("argon2id")["vectors"]
    published = Argon2id(
        salt=raw(known["salt"]),
        length=known["length"],
        iterations=known["iter"],
        lanes=known["lanes"],
        memory_cost=known["memcost"],
        secret=raw(known["secret"]),
        ad=raw(known["ad"]),
    ).derive(raw(known["pass"]))
    ours = Stretching(64, 3, b"s" * 16).stretch("a passphrase")
    theirs = Argon2id(salt=b"s" * 16, length=32, iterations=3, lanes=1, memory_cost=64)

    assert published == raw(known["output"])
    assert theirs.derive(b"a passphrase") == ours


@pytest.mark.parametrize(("shares", "secret"), load("slip39")["vectors"])
def test_shares_are_those_of_slip_39(shares, secret):
    if secret:
        assert shamir_mnemonic.combine_mnemonics(shares, b"TREZOR").hex() == secret
    else:
        with pytest.raises(shamir_mnemonic.MnemonicError):
            shamir_mnemonic.combine_mnemonics(shares, b"TREZOR")
        with pytest.raises(SharesRefused) as refused:
            join(shares)
        said = f"{refused.value.message} {refused.value.hint} {refused.value.faults}"
        assert not any(f" {word} " in said for word in shares[0].split()[6:-3])


def test_any_three_of_five_shares_give_the_bytes_and_two_do_not():
    seed = bytes(range(32))
    shares = split(seed)
    for first in range(SHARES):
        for second in range(first + 1, SHARES):
            with pytest.raises(SharesRefused):
                join([shares[first], shares[second]])
            for third in range(second + 1, SHARES):
                assert join([shares[first], shares[second], shares[third]]) == seed


def test_ed25519_accepts_and_refuses_what_wycheproof_says():
    known = WYCHEPROOF["ed25519"]
    key = PublicKey(raw(known["public"]))

    for message, signature, holds in known["tests"]:
        assert key.vouches(raw(message), raw(signature)) is holds, signature


@pytest.mark.parametrize("vector", WYCHEPROOF["xchacha20_poly1305"])
def test_xchacha20_poly1305_is_that_of_wycheproof(vector):
    key, nonce, aad, message, ct, tag = map(raw, vector)

    decrypt = sodium.crypto_aead_xchacha20poly1305_ietf_decrypt
    assert decrypt(ct + tag, aad, nonce, key) == message
    for at in range(16):
        bent = tag[:at] + bytes([tag[at] ^ 1]) + tag[at + 1 :]
        with pytest.raises(sodium.crypto_aead.exc.CryptoError):
            decrypt(ct + bent, aad, nonce, key)


@pytest.mark.parametrize("point", WYCHEPROOF["x25519_low_order"])
def test_nothing_is_wrapped_for_a_point_of_low_order(point):
    """The shared secret would be known to everybody."""
    with pytest.raises(LedgerBroken):
        Recipient(Receiving.CLASSIC, raw(point)).wrap(b"content", b"")
    mlkem = ReceivingKey(bytes(32)).recipient.raw[:-32]
    with pytest.raises(LedgerBroken):
        Recipient(Receiving.HYBRID, mlkem + raw(point)).wrap(b"content", b"")


@pytest.mark.parametrize("suite", list(Receiving))
def test_a_receiving_key_keeps_its_secret_and_refuses_what_is_not_its(suite):
    key, other = ReceivingKey.generate(suite), ReceivingKey.generate(suite)
    wrapped = key.recipient.wrap(b"content", b"info")

    assert key.unwrap(wrapped, b"info") == b"content"
    for thief, info, content in (
        (other, b"info", wrapped),
        (key, b"elsewhere", wrapped),
        (key, b"info", wrapped[:-1]),
        (key, b"info", wrapped[:20]),
        (key, b"info", b""),
    ):
        with pytest.raises(LedgerBroken):
            thief.unwrap(content, info)
    assert key.reveal().hex() not in repr(key) + repr(key.recipient)
    with pytest.raises(TypeError):
        key.__reduce__()
    assert key.recipient == Recipient(suite, key.recipient.raw)
    assert key.recipient != other.recipient
    assert len({key.recipient, Recipient(suite, key.recipient.raw)}) == 1


@pytest.mark.parametrize(
    ("suite", "content"),
    [(0, b""), (3, bytes(32)), (1, bytes(32)), (2, bytes(31)), (1, b"\xff" * 1216)],
)
def test_bytes_that_are_no_receiving_key_are_refused(suite, content):
    with pytest.raises(LedgerBroken):
        Recipient(suite, content)
    with pytest.raises(LedgerBroken):
        ReceivingKey(bytes(31))
