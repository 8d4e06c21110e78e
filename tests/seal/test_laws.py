"""Laws of the seal that hold for any key, place and content, not only for those of an example."""

from __future__ import annotations

import hashlib
import itertools
import random
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from nacl.bindings import crypto_aead_xchacha20poly1305_ietf_encrypt as encrypt

from candlemark.errors import LedgerBroken, SharesRefused
from candlemark.seal import (
    Note,
    NoteKey,
    Receiving,
    ReceivingKey,
    Recipient,
    RecoveryKey,
    SealingKey,
    SigningKey,
    derive,
    seal,
    unseal,
)
from candlemark.seal.notes import ED25519, sign_note
from candlemark.seal.padding import CONTENT_LIMIT, SIZES, pad, size_class, unpad
from candlemark.seal.recovery import NEEDED, SHARES, join, split
from candlemark.seal.sealing import NONCE_BYTES, OVERHEAD, open_part, seal_part

KEYS = st.binary(min_size=32, max_size=32).map(SealingKey.from_bytes)
IDS = st.binary(min_size=16, max_size=16)
CONTENT = st.binary(max_size=2000)


def drawn(word):
    return hashlib.sha256(f"laws {word}".encode()).digest()


# Padding


def test_every_class_holds_one_range_of_lengths_and_leaves_no_gap():
    """The class tells a range of lengths, and the ranges are next to each other."""
    first = 0
    for number, size in enumerate(SIZES):
        assert size_class(first) == number
        assert size_class(size - 1) == number
        first = size
    assert first - 1 == CONTENT_LIMIT


@given(st.integers(0, CONTENT_LIMIT), st.integers(0, CONTENT_LIMIT))
def test_more_content_is_never_of_a_smaller_class(one, other):
    small, large = sorted((one, other))

    assert size_class(small) <= size_class(large)


@given(CONTENT)
def test_there_is_one_way_to_pad_and_no_second(content):
    padded = pad(content)

    assert padded[: len(content)] == content
    assert padded[len(content)] == 0x80
    assert set(padded[len(content) + 1 :]) <= {0}
    with pytest.raises(LedgerBroken):
        unpad(padded + b"\0")
    with pytest.raises(LedgerBroken):
        unpad(padded[:-1])
    assert unpad(padded) == content


@given(
    st.builds(
        lambda content, size: (content + b"\x80").ljust(size, b"\0")[:size],
        st.binary(max_size=700),
        st.sampled_from([511, 512, 513, 1024, 1536]),
    )
)
def test_whatever_opens_again_was_padded_here(stored):
    """No two paddings give one content: what is taken off can be put on, byte for byte."""
    try:
        content = unpad(stored)
    except LedgerBroken:
        return
    assert pad(content) == stored


# Sealing


@given(KEYS, IDS, IDS, CONTENT)
def test_the_length_of_a_part_is_that_of_its_class_and_says_no_more(key, vault, action, content):
    sealed = seal_part(key, vault, action, content)

    assert len(sealed) == SIZES[size_class(len(content))] + OVERHEAD
    assert open_part(key, vault, action, sealed) == content


@given(KEYS, st.binary(max_size=40), st.binary(max_size=40), CONTENT)
def test_what_opens_it_is_key_label_and_place_together(key, label, bound, content):
    sealed = seal(key, label, bound, content)

    assert unseal(key, label, bound, sealed) == content
    for other in ((label + b"x", bound), (label, bound + b"x"), (b"x" + label, bound)):
        with pytest.raises(LedgerBroken, match="do not open"):
            unseal(key, *other, sealed)


@given(KEYS, KEYS, CONTENT)
def test_sealed_bytes_commit_to_their_key(one, other, content):
    """Nobody makes bytes that open under two keys: the key's own name is bound in."""
    if one.kid == other.kid:
        return
    sealed = seal(one, b"label", b"", content)
    with pytest.raises(LedgerBroken):
        unseal(other, b"label", b"", sealed)
    forged = sealed[:NONCE_BYTES] + encrypt(
        content, b"label" + one.kid, sealed[:NONCE_BYTES], other.reveal()
    )
    with pytest.raises(LedgerBroken):
        unseal(other, b"label", b"", forged)


def test_ten_thousand_nonces_differ_and_use_every_bit():
    key = SealingKey.from_bytes(drawn("nonces"))
    nonces = [seal(key, b"l", b"", b"the same")[:NONCE_BYTES] for _ in range(10_000)]
    ever, always = bytes(NONCE_BYTES), bytes([0xFF]) * NONCE_BYTES
    for nonce in nonces:
        ever = bytes(a | b for a, b in zip(ever, nonce, strict=True))
        always = bytes(a & b for a, b in zip(always, nonce, strict=True))

    assert len(set(nonces)) == len(nonces)
    assert ever == bytes([0xFF]) * NONCE_BYTES
    assert always == bytes(NONCE_BYTES)


@pytest.mark.parametrize("what", ["key", "label", "bound", "content"])
def test_a_random_generator_that_stands_still_repeats_no_nonce_for_anything_else(what):
    """The nonce follows from everything that is sealed, not from the generator alone."""
    fresh = bytes(32)
    one = {"key": SealingKey.from_bytes(drawn(1)), "label": b"l", "bound": b"b", "content": b"c"}
    other = {**one, what: SealingKey.from_bytes(drawn(2)) if what == "key" else b"other"}
    first, second = (
        seal(each["key"], each["label"], each["bound"], each["content"], fresh)
        for each in (one, other)
    )

    assert first[:NONCE_BYTES] != second[:NONCE_BYTES]
    assert seal(one["key"], b"l", b"b", b"c", fresh) == first


@settings(max_examples=50)
@given(KEYS, CONTENT, st.data())
def test_no_cut_and_no_addition_opens(key, content, data):
    sealed = seal(key, b"l", b"", content)
    end = data.draw(st.integers(0, len(sealed) - 1))
    more = data.draw(st.binary(min_size=1, max_size=20))

    for changed in (sealed[:end], sealed + more, more + sealed):
        with pytest.raises(LedgerBroken):
            unseal(key, b"l", b"", changed)


# Keys


@given(st.binary(min_size=32, max_size=32), st.binary(max_size=40), st.binary(max_size=40))
def test_derived_keys_follow_from_all_three_and_from_nothing_else(secret, salt, purpose):
    made = derive(secret, salt, purpose)

    assert len(made) == 32
    assert made == derive(secret, salt, purpose)
    assert made != derive(secret, salt, purpose + b"x")
    assert made != derive(secret, b"x" + salt, purpose)
    assert made != derive(secret[:-1] + bytes([secret[-1] ^ 1]), salt, purpose)
    assert made != secret


def test_kids_of_a_thousand_keys_differ_and_say_nothing_of_the_key():
    seeds = [drawn(number) for number in range(1000)]
    for kind in (SealingKey, SigningKey):
        keys = [kind.from_bytes(seed) for seed in seeds]
        assert len({key.kid for key in keys}) == 1000
        assert not [key for key in keys if key.kid in key.reveal() or key.reveal() in key.kid]
    same = SealingKey.from_bytes(seeds[0]).kid, SigningKey.from_bytes(seeds[0]).kid
    assert same[0] != same[1]


@given(st.binary(max_size=100), st.binary(max_size=100))
def test_a_signature_is_of_one_message_by_one_key(message, other):
    key, stranger = SigningKey.from_bytes(drawn("a")), SigningKey.from_bytes(drawn("b"))
    signature = key.sign(message)

    assert key.public.vouches(message, signature)
    assert not stranger.public.vouches(message, signature)
    assert key.public.vouches(other, signature) == (message == other)


# Wrapping

SUITES = list(Receiving)
RECEIVERS = {suite: ReceivingKey(drawn(f"receiver {suite}"), suite) for suite in SUITES}


@pytest.mark.parametrize("suite", SUITES)
@settings(max_examples=20)
@given(content=st.binary(max_size=200), info=st.binary(max_size=60))
def test_what_is_wrapped_is_taken_out_by_its_holder_at_its_place(suite, content, info):
    key = RECEIVERS[suite]
    wrapped = key.recipient.wrap(content, info)

    assert len(wrapped) == len(content) + suite.overhead
    assert key.unwrap(wrapped, info) == content
    assert key.recipient.wrap(content, info) != wrapped
    with pytest.raises(LedgerBroken):
        key.unwrap(wrapped, info + b"x")


@pytest.mark.parametrize(("mine", "theirs"), list(itertools.permutations(SUITES, 2)))
def test_nothing_wrapped_in_one_suite_is_taken_out_in_another(mine, theirs):
    wrapped = RECEIVERS[mine].recipient.wrap(b"content" * 300, b"")

    with pytest.raises(LedgerBroken):
        RECEIVERS[theirs].unwrap(wrapped, b"")


@pytest.mark.parametrize("suite", SUITES)
def test_a_wrap_for_another_of_the_same_suite_does_not_open(suite):
    other = ReceivingKey(drawn("another"), suite)
    wrapped = RECEIVERS[suite].recipient.wrap(b"content", b"")

    with pytest.raises(LedgerBroken, match="not ours"):
        other.unwrap(wrapped, b"")


@pytest.mark.parametrize("suite", SUITES)
def test_every_byte_of_a_wrap_counts(suite):
    key = RECEIVERS[suite]
    wrapped = key.recipient.wrap(b"content", b"info")
    step = 37 if suite is Receiving.HYBRID else 1
    for at in {*range(0, len(wrapped), step), len(wrapped) - 1}:
        bent = wrapped[:at] + bytes([wrapped[at] ^ 1]) + wrapped[at + 1 :]
        with pytest.raises(LedgerBroken):
            key.unwrap(bent, b"info")
    for length in (0, 1, suite.overhead - 1, len(wrapped) - 1):
        with pytest.raises(LedgerBroken):
            key.unwrap(wrapped[:length], b"info")


@pytest.mark.parametrize("suite", SUITES)
@pytest.mark.parametrize("change", [-32, -1, 1, 32])
def test_public_bytes_of_another_length_are_no_recipient(suite, change):
    raw = RECEIVERS[suite].recipient.raw
    bent = raw[:change] if change < 0 else raw + bytes(change)

    with pytest.raises(LedgerBroken, match="public bytes"):
        Recipient(suite, bent)


@pytest.mark.parametrize("suite", [0, 3, 255, -1])
def test_a_suite_nobody_knows_is_no_recipient(suite):
    with pytest.raises(LedgerBroken, match="there is no receiving key of suite"):
        Recipient(suite, bytes(32))


def test_recipients_are_equal_by_suite_and_bytes():
    one = RECEIVERS[Receiving.CLASSIC].recipient
    same = Recipient(Receiving.CLASSIC, one.raw)

    assert one == same
    assert hash(one) == hash(same)
    assert one != RECEIVERS[Receiving.HYBRID].recipient
    assert one != one.raw
    assert one.kid.hex() in repr(one)


# Recovery


def test_any_three_shares_in_any_order_give_the_bytes_and_no_two_do():
    seed = drawn("recovery")
    shares = split(seed)

    assert len(set(shares)) == SHARES == 5
    for chosen in itertools.permutations(shares, NEEDED):
        assert join(chosen) == seed
    for chosen in itertools.combinations(shares, NEEDED - 1):
        with pytest.raises(SharesRefused, match="do not give the recovery key"):
            join(chosen)
        with pytest.raises(SharesRefused):
            join([*chosen, chosen[0]])
    assert join(shares) == seed


def test_shares_of_two_splittings_of_one_key_do_not_fit_together():
    seed = drawn("recovery")
    one, other = split(seed), split(seed)

    with pytest.raises(SharesRefused):
        join([*one[:2], other[2]])


@pytest.mark.parametrize("seed", range(20))
def test_a_slip_of_the_pen_is_named_and_never_taken(seed):
    chance = random.Random(seed)
    shares = [share.split() for share in split(drawn("pen"))[:NEEDED]]
    which, at = chance.randrange(NEEDED), chance.randrange(33)
    if seed % 3 == 0:
        shares[which][at] = "candle"  # no word of the list
    elif seed % 3 == 1:
        shares[which].pop(at)
    else:
        other = chance.choice([word for word in shares[which] if word != shares[which][at]])
        shares[which][at] = other

    with pytest.raises(SharesRefused) as refused:
        join([" ".join(share) for share in shares])
    (fault,) = refused.value.faults
    assert fault.where == f"share {which + 1}"
    assert re.fullmatch(
        r"it has 32 words instead of 33|not a word of the list: number \d+"
        r"|a word is wrong or in another place: its check words do not agree",
        fault.what,
    )


def test_the_two_keys_of_recovery_follow_from_the_shares_and_differ():
    one, same, other = RecoveryKey(drawn(1)), RecoveryKey(drawn(1)), RecoveryKey(drawn(2))

    assert one.signing.kid == same.signing.kid != other.signing.kid
    assert one.receiving.recipient == same.receiving.recipient != other.receiving.recipient
    assert one.signing.reveal() != one.receiving.reveal()
    assert drawn(1) not in (one.signing.reveal(), one.receiving.reveal())


# Notes

TEXTS = st.text(
    st.characters(min_codepoint=32, exclude_categories=["Cs", "Cc"]), min_size=1, max_size=80
).map(lambda text: f"{text}\n")
LOG = SigningKey.from_bytes(drawn("log"))


@given(TEXTS)
def test_a_note_comes_back_and_is_of_its_log_only(text):
    stored = sign_note(text, "log.example", LOG)
    note = Note.parse(stored)

    assert note.text == text
    assert note.encode() == stored
    key = NoteKey("log.example", ED25519, LOG.public)
    assert note.only(key).encode() == stored
    assert NoteKey.parse(str(key)) == key


@given(TEXTS, st.data())
def test_a_note_whose_text_was_changed_is_signed_by_nobody(text, data):
    key = NoteKey("log.example", ED25519, LOG.public)
    stored = sign_note(text, "log.example", LOG)
    at = data.draw(st.integers(0, len(text.encode()) - 2))
    bent = stored[:at] + bytes([stored[at] ^ 1]) + stored[at + 1 :]
    try:
        signed = Note.parse(bent).signed_by(key)
    except LedgerBroken:
        return  # no text any more, or a line that claims to be of the log and does not hold
    assert not signed
