"""Both sides of every edge of this floor, its defaults, and its laws against models written here."""

from __future__ import annotations

import base64
import hashlib
import hmac
from datetime import UTC, datetime, timedelta, timezone
from urllib.parse import parse_qs, unquote, urlsplit

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from nacl.bindings import crypto_aead_xchacha20poly1305_ietf_decrypt as decrypt

import independent
from candlemark.errors import LedgerBroken
from candlemark.seal import (
    Note,
    NoteKey,
    Receiving,
    ReceivingKey,
    RecoveryKey,
    SealingKey,
    SigningKey,
    Stretching,
    as_typed,
    check_drawn,
    derive,
    fingerprint_words,
    new_passphrase,
    pae,
    seal,
    seal_part,
    sign_note,
)
from candlemark.seal.notes import (
    COSIGNATURE,
    ED25519,
    NOTE_LIMIT,
    SIGNATURE_LIMIT,
    TIME_LIMIT,
    NoteSignature,
    exact_base64,
    read_secret,
    secret_text,
)
from candlemark.seal.padding import CONTENT_LIMIT, PADDED_LIMIT, SIZES, pad, size_class, unpad
from candlemark.seal.passphrase import words
from candlemark.seal.recovery import SHARE_WORDS, split
from candlemark.seal.sealing import NONCE_BYTES, OVERHEAD, open_part, unseal
from candlemark.seal.timestamp import ANSWER_LIMIT, Question
from candlemark.seal.totp import (
    DIGITS,
    SECRET_BYTES,
    SKEW,
    STEP,
    new_totp_secret,
    totp,
    totp_address,
    totp_step,
    totp_text,
)

LOG = SigningKey.from_bytes(hashlib.sha256(b"log").digest())
WITNESS = SigningKey.from_bytes(hashlib.sha256(b"witness").digest())
LOG_KEY = NoteKey("log.example", ED25519, LOG.public)
WITNESS_KEY = NoteKey("w.example", COSIGNATURE, WITNESS.public)
NOTE = Note.parse(sign_note("text\n", "log.example", LOG))
SEEDS = st.binary(min_size=32, max_size=32)


def test_the_numbers_others_rely_on_are_the_published_ones():
    assert (ED25519, COSIGNATURE) == (1, 4)
    assert (NOTE_LIMIT, SIGNATURE_LIMIT) == (32_768, 100)
    assert datetime.fromtimestamp(TIME_LIMIT, UTC).isoformat() == "9999-12-31T23:59:59+00:00"
    assert (NONCE_BYTES, OVERHEAD) == (24, 40)
    assert (PADDED_LIMIT, CONTENT_LIMIT) == (1_114_112, 1_114_111)
    assert (SECRET_BYTES, STEP, DIGITS, SKEW) == (20, 30, 6, 1)
    assert ANSWER_LIMIT == 65_536
    assert SHARE_WORDS == 33
    assert [int(suite) for suite in Receiving] == [1, 2]


# Notes


@pytest.mark.parametrize("length", [1, 2, 254, 255])
def test_a_signer_may_be_called_by_so_many_letters(length):
    key = NoteKey("n" * length, COSIGNATURE, WITNESS.public)

    assert NoteKey.parse(str(key)) == key
    assert read_secret(secret_text(key.name, WITNESS, COSIGNATURE))[0] == key


@pytest.mark.parametrize("letter", ["\x00", "\x1f", "\x7f", " ", "\t", "\n", "+", "\u00a0"])
def test_no_signer_is_called_by_a_name_with(letter):
    for name in (letter, f"a{letter}", f"{letter}a", f"a{letter}b"):
        with pytest.raises(Exception, match="cannot be the name"):
            NoteKey(name, ED25519, LOG.public)


@pytest.mark.parametrize("letter", ["!", "~", "\x80", "/", "-", "é", "گ"])
def test_a_signer_may_be_called_by_a_name_with(letter):
    assert NoteKey(letter, ED25519, LOG.public).name == letter


def test_a_key_is_named_by_name_algorithm_and_public_half_together():
    whole = b"log.example\n\x01" + LOG.public.raw
    assert LOG_KEY.id == hashlib.sha256(whole).digest()[:4]
    assert str(LOG_KEY) == (
        f"log.example+{LOG_KEY.id.hex()}+{base64.b64encode(whole[12:]).decode()}"
    )
    ids = {
        NoteKey(name, algorithm, key.public).id
        for name in ("a", "b")
        for algorithm in (ED25519, COSIGNATURE)
        for key in (LOG, WITNESS)
    }
    assert len(ids) == 8


@pytest.mark.parametrize("algorithm", [ED25519, COSIGNATURE])
@given(seed=SEEDS)
@settings(max_examples=20)
def test_a_secret_key_comes_back_from_its_text(algorithm, seed):
    key = SigningKey.from_bytes(seed)
    text = secret_text("some.example", key, algorithm)
    signer, again = read_secret(text)

    assert text.split("+")[:3] == ["PRIVATE", "KEY", "some.example"]
    assert base64.b64decode(text.split("+", 4)[4]) == bytes([algorithm]) + seed
    assert (signer.name, signer.algorithm, signer.public) == ("some.example", algorithm, key.public)
    assert (again.reveal(), again.kid) == (seed, key.kid)


def lines(count, tail=b""):
    """A note with so many lines of strangers before what follows."""
    stranger = str(NoteSignature("x", b"1234", b"5")).encode() + b"\n"
    return NOTE.encode() + stranger * count + tail


@pytest.mark.parametrize("count", [0, 1, SIGNATURE_LIMIT - 1])
def test_a_note_carries_a_hundred_signatures(count):
    note = Note.parse(lines(count))

    assert len(note.signatures) == count + 1
    assert note.signatures[1:] == (NoteSignature("x", b"1234", b"5"),) * count
    assert note.signed_by(LOG_KEY)
    assert note.encode() == lines(count)


def test_a_note_carries_no_more_than_a_hundred_signatures():
    with pytest.raises(LedgerBroken, match="not a signed note"):
        Note.parse(lines(SIGNATURE_LIMIT))


@pytest.mark.parametrize("length", [1, 2, 64, 100])
def test_the_line_of_a_stranger_needs_one_byte_behind_the_name_of_the_key(length):
    raw = base64.b64encode(bytes(4 + length)).decode()
    (_, line) = Note.parse(NOTE.encode() + f"\N{EM DASH} s {raw}\n".encode()).signatures

    assert line == NoteSignature("s", bytes(4), bytes(length))


@pytest.mark.parametrize("letter", [*map(chr, [*range(9), 9, 11, 12, 13, 14, 31, 127])])
def test_no_note_holds_a_control_sign(letter):
    with pytest.raises(LedgerBroken, match="not a signed note"):
        Note.parse(sign_note(f"a{letter}b\n", "log.example", LOG))


@pytest.mark.parametrize("letter", [" ", "~", "\x80", "\x9f", "\u2028", "\n", "\N{EM DASH}"])
def test_a_note_may_hold_any_other_letter(letter):
    text = f"a{letter}b\n"

    assert Note.parse(sign_note(text, "log.example", LOG)).text == text


def test_the_text_of_a_note_ends_where_its_last_empty_line_stands():
    text = "a\n\nb\n\nc\n"
    note = Note.parse(sign_note(text, "log.example", LOG))

    assert note.text == text
    assert note.signed_by(LOG_KEY)


@pytest.mark.parametrize("time", [0, 1, 1 << 32, TIME_LIMIT])
def test_a_witness_can_say_any_second_a_calendar_has(time):
    assert NOTE.cosign("w.example", WITNESS, time).cosigned_at(WITNESS_KEY) == time


def test_the_latest_of_several_cosignatures_counts_wherever_it_stands():
    one, two, three = (NOTE.cosign("w.example", WITNESS, time).signatures[1] for time in (5, 9, 7))
    note = Note(NOTE.text, (one, two, *NOTE.signatures, three))

    assert note.cosigned_at(WITNESS_KEY) == 9
    assert note.only(WITNESS_KEY).signatures == (one, two, three)
    again = note.cosign("w.example", WITNESS, 3)
    assert again.cosigned_at(WITNESS_KEY) == 3
    assert again.signatures[0] == NOTE.signatures[0]
    assert len(again.signatures) == 2


def test_one_line_that_does_not_hold_is_not_made_good_by_one_that_does():
    good = NOTE.cosign("w.example", WITNESS, 5).signatures[1]
    bad = NoteSignature(good.name, good.key_id, good.signature[:-1] + b"\0")
    for order in ((good, bad), (bad, good)):
        with pytest.raises(LedgerBroken, match=r"the cosignature of w\.example"):
            Note(NOTE.text, order).cosigned_at(WITNESS_KEY)
    mine = NOTE.signatures[0]
    bent = NoteSignature(mine.name, mine.key_id, bytes(64))
    for order in ((mine, bent), (bent, mine)):
        with pytest.raises(LedgerBroken, match="does not hold"):
            Note(NOTE.text, order).signed_by(LOG_KEY)


@pytest.mark.parametrize("change", ["name", "key_id"])
def test_the_line_of_another_name_or_another_key_is_a_stranger_s(change):
    mine = NOTE.signatures[0]
    other = NoteSignature(
        "dog.example" if change == "name" else mine.name,
        b"\0\0\0\0" if change == "key_id" else mine.key_id,
        mine.signature,
    )

    assert not Note(NOTE.text, (other,)).signed_by(LOG_KEY)
    assert Note(NOTE.text, (other,)).only(LOG_KEY).signatures == ()


def test_a_joined_note_keeps_its_order_and_takes_each_line_once():
    strangers = [NoteSignature(name, b"1234", b"5") for name in "abc"]
    mine, other = Note("t\n", tuple(strangers[:2])), Note("t\n", tuple(strangers[1:]))

    assert mine.joined(other).signatures == tuple(strangers)
    assert other.joined(mine).signatures == (*strangers[1:], strangers[0])
    assert mine.joined(Note("u\n", tuple(strangers[2:]))) == mine


@given(st.binary(max_size=40))
def test_base_64_is_read_in_the_one_way_it_is_written(raw):
    text = base64.b64encode(raw).decode()

    assert exact_base64(text) == raw
    for other in (f"{text}=", f" {text}", f"{text}\n", text.rstrip("=") + "=" * 4):
        with pytest.raises(ValueError, match=r".+"):
            exact_base64(other)


def test_base_64_with_spare_bits_is_refused_by_its_reason():
    assert exact_base64("AA==") == b"\0"
    with pytest.raises(ValueError, match=r"^spare bits are set$"):
        exact_base64("AB==")


# Words


@given(st.binary(max_size=60), st.integers(0, 12))
def test_words_for_a_hash_are_its_digits_in_base_7776_the_lowest_first(content, count):
    number = int.from_bytes(hashlib.sha256(b"candlemark/words/v1" + content).digest(), "big")
    expected = tuple(words()[number // 7776**place % 7776] for place in range(count))

    assert fingerprint_words(content, count) == expected


def test_six_words_stand_for_a_hash_when_nobody_says_how_many():
    assert fingerprint_words(b"x") == fingerprint_words(b"x", 6)
    assert len(fingerprint_words(b"x")) == 6
    assert fingerprint_words(b"x", 12)[:6] == fingerprint_words(b"x")


def test_the_list_is_in_order_and_in_the_letters_people_type():
    assert words()[0] == "abacus"
    assert words()[-1] == "zoom"
    assert {letter for word in words() for letter in word} == set("abcdefghijklmnopqrstuvwxyz-")
    assert {word for word in words() if "-" in word} == {
        "drop-down", "felt-tip", "t-shirt", "yo-yo",
    }  # fmt: skip


@pytest.mark.parametrize("count", [7, 8, 20])
def test_as_many_words_are_drawn_as_are_asked_for(count):
    drawn = new_passphrase(count)

    assert len(drawn.split(" ")) == count
    assert set(drawn.split(" ")) <= set(words())
    check_drawn(drawn)


def test_seven_words_are_drawn_when_nobody_says_how_many():
    assert len(new_passphrase().split(" ")) == 7


BETWEEN = [
    " ",
    "  ",
    "-",
    "\n",
    "\t",
    "\u00ad",
    "\u00a0",
    *map(chr, range(0x2010, 0x2016)),
    "\u2212",
]


@given(
    st.lists(st.sampled_from(words()), min_size=1, max_size=9),
    st.data(),
)
def test_what_stands_between_words_carries_no_meaning(chosen, data):
    typed = ""
    for word in chosen:
        typed += data.draw(st.sampled_from(BETWEEN)) + word.replace(
            "-", data.draw(st.sampled_from(BETWEEN))
        )
    typed += data.draw(st.sampled_from(["", *BETWEEN]))
    written = data.draw(st.sampled_from([str.upper, str.title, str]))

    assert as_typed(written(typed)) == " ".join(chosen)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("", ""),
        ("-", ""),
        ("drop", "drop"),
        ("down drop", "down drop"),
        ("drop down drop-down", "drop-down drop-down"),
        ("FELT TİP", "felt-tip"),
        ("tı ti Tİ i\u0307x", "ti ti ti ix"),
        ("t shirt yo yo yo", "t-shirt yo-yo yo"),
        ("yo\u2011yo", "yo-yo"),
        ("a_b", "a_b"),
    ],
)
def test_what_was_typed_is_what_was_meant(typed, meant):
    assert as_typed(typed) == meant


@pytest.mark.parametrize(
    ("memory", "passes"), [(8, 1), (9, 2), (262_144, 3), (2_097_152, 16), (2_097_151, 15)]
)
def test_parameters_at_both_ends_of_what_may_be_written_are_read(memory, passes):
    stretching = Stretching(memory, passes, bytes(range(16)))
    text = f"$argon2id$v=19$m={memory},t={passes},p=1$AAECAwQFBgcICQoLDA0ODw"

    assert str(stretching) == text
    assert Stretching.parse(text) == stretching


def test_a_passphrase_is_stretched_by_memory_passes_salt_and_words():
    one = Stretching(8, 1, bytes(16))
    others = [
        Stretching(16, 1, bytes(16)),
        Stretching(8, 2, bytes(16)),
        Stretching(8, 1, b"1" * 16),
    ]
    found = {each.stretch("abacus abide") for each in (one, *others)} | {one.stretch("abacus")}

    assert len(found) == 5
    assert {len(each) for each in found} == {32}
    assert one.stretch("ABACUS-abide") == one.stretch("abacus abide")


# Codes


def code(secret, counter, digits=6):
    """RFC 4226 written again."""
    mac = hmac.new(secret, counter.to_bytes(8), hashlib.sha1).digest()
    at = mac[19] % 16
    return f"{int.from_bytes(mac[at : at + 4]) % 2**31 % 10**digits:0{digits}d}"


@given(st.binary(min_size=1, max_size=40), st.integers(0, 1 << 40), st.integers(6, 9))
def test_a_code_is_that_of_the_standard(secret, counter, digits):
    assert totp(secret, counter) == code(secret, counter)
    assert totp(secret, counter, digits=digits) == code(secret, counter, digits)
    assert totp(secret, counter, digest="sha256") == totp(
        secret, counter, digits=6, digest="sha256"
    )


SECRET = bytes(range(20))
BEGINS = datetime(2026, 1, 1, tzinfo=UTC)
NOW = int(BEGINS.timestamp()) // 30


@pytest.mark.parametrize("second", [0, 1, 15, 29])
@pytest.mark.parametrize(
    ("off", "counts"), [(-3, False), (-2, False), (-1, True), (0, True), (1, True), (2, False)]
)
def test_a_code_counts_one_step_before_and_after_its_own_for_each_second(second, off, counts):
    when = BEGINS + timedelta(seconds=second)

    assert totp_step(SECRET, code(SECRET, NOW + off), when) == (NOW + off if counts else None)


@pytest.mark.parametrize(("after", "counts"), [(-1, True), (0, True), (1, False), (2, False)])
def test_a_code_counts_only_after_the_last_that_was_used(after, counts):
    typed = code(SECRET, NOW + 1)
    last = -1 if after == -1 else NOW + after

    assert totp_step(SECRET, typed, BEGINS, last) == (NOW + 1 if counts else None)


def test_the_first_step_of_all_time_counts():
    assert totp_step(SECRET, code(SECRET, 0), datetime(1970, 1, 1, 0, 0, 31, tzinfo=UTC)) == 0


def test_the_zone_of_the_clock_does_not_matter():
    there = BEGINS.astimezone(timezone(timedelta(hours=5, minutes=30)))

    assert totp_step(SECRET, code(SECRET, NOW), there) == NOW


@pytest.mark.parametrize("zero", ["0", "٠", "۰"])
def test_every_digit_of_every_script_is_read(zero):
    for counter in range(NOW, NOW + 40):
        when = datetime.fromtimestamp(counter * 30, UTC)
        typed = "".join(chr(ord(zero) + int(digit)) for digit in code(SECRET, counter))
        assert totp_step(SECRET, f" {typed[:3]} \t{typed[3:]}\n", when) == counter


@pytest.mark.parametrize("typed", ["", "0", "\ud800", "०" * 6, "x" * 6])
def test_what_cannot_be_a_code_is_none(typed):
    assert totp_step(SECRET, typed, BEGINS) is None


def test_a_code_with_a_digit_more_or_less_is_none():
    right = code(SECRET, NOW)
    for typed in (right[:-1], right[1:], right + "0", "0" + right, right + right):
        assert totp_step(SECRET, typed, BEGINS) is None


@given(st.binary(min_size=1, max_size=40))
def test_a_secret_is_copied_in_groups_of_four(secret):
    text = totp_text(secret)

    assert base64.b32decode(text.replace(" ", "")) == secret
    assert [len(group) for group in text.split(" ")][:-1] == [4] * text.count(" ")
    assert not text.endswith(" ")


@given(
    st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=20),
    st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=20),
)
def test_an_address_says_who_and_where_whatever_they_are_called(account, issuer):
    address = totp_address(SECRET, account, issuer)
    found = urlsplit(address)

    assert (found.scheme, found.netloc, found.fragment) == ("otpauth", "totp", "")
    assert unquote(found.path.removeprefix("/")) == f"{issuer}:{account}"
    assert "/" not in found.path.removeprefix("/")
    assert parse_qs(found.query) == {
        "secret": [base64.b32encode(SECRET).decode()],
        "issuer": [issuer],
    }
    assert "+" not in address


def test_a_secret_has_twenty_bytes_and_no_two_are_alike():
    drawn = {new_totp_secret() for _ in range(50)}

    assert len(drawn) == 50
    assert {len(each) for each in drawn} == {20}


# Padding


@pytest.mark.parametrize("number", range(len(SIZES)))
def test_each_size_is_reached_by_its_largest_and_left_by_one_more(number):
    size = SIZES[number]
    least = SIZES[number - 1] if number else 0

    assert [size_class(least), size_class(size - 1)] == [number, number]
    assert size == CONTENT_LIMIT + 1 or size_class(size) == number + 1
    if size <= 8192:
        for length in (least, size - 1):
            content = b"\x80" * length
            assert len(pad(content)) == size
            assert unpad(pad(content)) == content


# Sealing


@given(SEEDS, st.binary(max_size=20), st.binary(max_size=40), st.binary(max_size=100), SEEDS)
def test_sealed_bytes_are_those_of_the_description(seed, label, bound, content, fresh):
    key = SealingKey.from_bytes(seed)
    sealed = seal(key, label, bound, content, fresh)
    aad = label + bound + independent.kid(seed)
    nonce_key = hashlib.blake2b(b"candlemark/nonce/v1", key=seed, digest_size=32).digest()
    nonce = hashlib.blake2b(
        fresh + aad + hashlib.sha256(content).digest(), key=nonce_key, digest_size=24
    ).digest()

    assert key.nonce_key == nonce_key
    assert sealed[:24] == nonce
    assert decrypt(sealed[24:], aad, nonce, seed) == content
    assert unseal(key, label, bound, sealed) == content
    assert len(sealed) == len(content) + 40


@given(SEEDS, st.binary(max_size=600))
@settings(max_examples=30)
def test_a_part_is_bound_to_its_vault_and_its_action(seed, content):
    key, vault, action = SealingKey.from_bytes(seed), b"v" * 16, b"a" * 16
    sealed = seal_part(key, vault, action, content, bytes(32))

    bound = b"candlemark/part/v1\x01" + vault + action
    assert independent.aead_open(seed, bound, sealed) == pad(content)
    assert open_part(key, vault, action, sealed) == content
    for where in ((action, vault), (vault, vault), (action, action)):
        with pytest.raises(LedgerBroken, match="do not open"):
            open_part(key, *where, sealed)


# Keys


@given(SEEDS, st.binary(max_size=30), st.binary(max_size=60))
def test_keys_names_and_derived_keys_are_those_of_the_description(seed, salt, purpose):
    sealing, signing = SealingKey.from_bytes(seed), SigningKey.from_bytes(seed)
    message = pae("type", purpose)

    assert sealing.kid == independent.kid(seed)
    assert signing.kid == signing.public.kid == independent.kid(signing.public.raw)
    assert (sealing.reveal(), signing.reveal()) == (seed, seed)
    assert (len(sealing.kid), len(signing.kid)) == (16, 16)
    assert independent.signed(signing.public.raw, message, signing.sign(message))
    assert message == independent.pae(b"type", purpose)
    assert derive(seed, salt, purpose) == independent.hkdf(seed, salt, purpose)


@pytest.mark.parametrize("kind", [SealingKey, SigningKey])
def test_a_new_key_is_of_its_kind_and_of_32_bytes(kind):
    one = kind.generate()

    assert type(one) is kind
    assert len(one.reveal()) == 32
    assert repr(one) == f"<{kind.__name__} {one.kid.hex()}>"
    assert kind.from_bytes(one.reveal()).kid == one.kid


@pytest.mark.parametrize(
    ("suite", "public", "overhead", "kem"),
    [
        (Receiving.HYBRID, 1216, 1136, independent.HYBRID),
        (Receiving.CLASSIC, 32, 48, independent.CLASSIC),
    ],
)
def test_a_wrap_is_that_of_the_description(suite, public, overhead, kem):
    key = ReceivingKey(bytes(range(32)), suite)
    wrapped = key.recipient.wrap(b"a key", b"place")
    enc, sealed = wrapped[: overhead - 16], wrapped[overhead - 16 :]

    assert (suite.public_bytes, suite.overhead) == (public, overhead)
    assert key.recipient.raw == independent.public_of(kem, bytes(range(32)))
    assert len(key.recipient.raw) == public
    assert key.recipient.kid == independent.kid(bytes([suite]) + key.recipient.raw)
    info = b"place" + key.recipient.kid
    assert independent.hpke_open(kem, bytes(range(32)), enc, info, sealed) == b"a key"
    assert key.reveal() == bytes(range(32))
    assert repr(key) == f"<ReceivingKey {key.recipient.kid.hex()}>"
    assert repr(key.recipient) == f"<Recipient {key.recipient.kid.hex()}>"
    assert key.unwrap(key.recipient.wrap(b"", b""), b"") == b""


def test_a_receiving_key_is_of_both_kinds_when_nobody_says_which():
    assert ReceivingKey(bytes(32)).recipient.suite is Receiving.HYBRID
    assert ReceivingKey.generate().recipient.suite is Receiving.HYBRID
    assert ReceivingKey.generate(Receiving.CLASSIC).recipient.suite is Receiving.CLASSIC
    assert ReceivingKey.generate().reveal() != ReceivingKey.generate().reveal()


def test_the_recovery_keys_are_derived_as_described():
    seed = bytes(range(32))
    key = RecoveryKey(seed)

    assert key.signing.reveal() == independent.hkdf(seed, b"", b"candlemark/recovery/signing/v1")
    assert key.receiving.reveal() == independent.hkdf(
        seed, b"", b"candlemark/recovery/receiving/v1"
    )
    assert key.receiving.recipient.suite is Receiving.HYBRID
    assert repr(key) == f"<RecoveryKey {key.receiving.recipient.kid.hex()}>"


def test_a_seed_is_split_into_five_papers_of_33_words_that_differ_each_time():
    papers = split(bytes(32))

    assert [len(paper.split(" ")) for paper in papers] == [33] * 5
    assert set(papers).isdisjoint(split(bytes(32)))


def test_a_question_holds_the_hash_and_a_fresh_number_and_asks_for_the_certificate():
    one, other = Question.about(b"bytes"), Question.about(b"bytes")

    assert one.message == b"bytes"
    assert hashlib.sha256(b"bytes").digest() in one.encoded
    assert b"bytes" not in one.encoded
    assert one.request.nonce != other.request.nonce
    assert one.request.nonce
    assert one.request.cert_req
    assert one.encoded == one.request.as_bytes()
