"""Cards, certificates and changes in bytes: every boundary from both sides, every refusal in words."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime, timedelta

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from candlemark.errors import LedgerBroken, NewerFormat, SettingRefused
from candlemark.ledger.cards import applicant, certificate_of, new_card
from candlemark.ledger.membership import added
from candlemark.ledger.recovering import public_halves
from candlemark.ledger.roster_changes import device_of
from candlemark.ledger.roster_facts import (
    CHANGES_AT_ONCE,
    KINDS,
    ROSTER_FORMAT,
    Card,
    Certificate,
    DeviceRevoked,
    Ended,
    LogAdded,
    MemberAdded,
    MemberChanged,
    MemberRemoved,
    MemberThawed,
    RecoverySet,
    RosterChange,
    Signed,
    ThresholdSet,
    certify,
    change_hash,
    change_holds,
    encode,
    read_card,
    read_certificate,
    read_change,
    read_recovery,
    read_signed,
    sign_card,
    sign_change,
)
from candlemark.ledger.wraps import receiving_key
from candlemark.seal import Receiving, Recipient, RecoveryKey, SigningKey, fingerprint_words, pae
from house import PEOPLE, START, drawn

VAULT, OTHER = drawn("vault")[:16], drawn("other vault")[:16]
SEVDA, AYSEL = PEOPLE["Sevda"], PEOPLE["Aysel"]
RECOVERY = RecoveryKey(drawn("recovery"))
LATEST = 253_402_300_799_999
X16, X32 = b"x" * 16, b"x" * 32
LIMIT = 65_535

replace = msgspec.structs.replace


def certificate(**fields):
    made = Certificate(1, VAULT, SEVDA.kid, SEVDA.device.public.raw, "a device", 1000, 2000)
    return replace(made, **fields)


def card(**fields):
    content = msgspec.msgpack.decode(SEVDA.card(VAULT).content, type=Card)
    return replace(content, **fields)


def change(**fields):
    return replace(RosterChange(1, VAULT, 1, X32, "", (ThresholdSet(1),)), **fields)


def refusal(read, *words):
    with pytest.raises((LedgerBroken, NewerFormat)) as told:
        read(*words)
    return type(told.value), told.value.message


# Changes

CHANGES = {
    "a member comes": MemberAdded(SEVDA.card(VAULT), administrator=True, coded=False),
    "a member changes": MemberChanged(SEVDA.kid, administrator=False, coded=True),
    "a member goes": MemberRemoved(SEVDA.kid, (Ended(X16, 3), Ended(SEVDA.kid, -1))),
    "a device goes": DeviceRevoked(Ended(X16, 0)),
    "a member thaws": MemberThawed(SEVDA.kid),
    "a threshold": ThresholdSet(2),
    "a recovery key": public_halves(RECOVERY),
    "no recovery key": RecoverySet(b"", b""),
    "a log": LogAdded(X32, "laptop"),
}
TAGS = {
    "a member comes": "member.added",
    "a member changes": "member.changed",
    "a member goes": "member.removed",
    "a device goes": "device.revoked",
    "a member thaws": "member.thawed",
    "a threshold": "threshold.set",
    "a recovery key": "recovery.set",
    "no recovery key": "recovery.set",
    "a log": "log.added",
}


@pytest.mark.parametrize("name", CHANGES)
def test_a_change_reads_back_as_it_was_said_and_is_stored_under_its_name(name):
    said = change(number=7, reason="why", changes=(CHANGES[name],))
    stored = encode(said)

    assert read_change(stored) == said
    raw = msgspec.msgpack.decode(stored)
    assert raw[:5] == [ROSTER_FORMAT, VAULT, 7, X32, "why"]
    assert raw[5][0][0] == TAGS[name]
    assert change_hash(stored) == hashlib.sha256(stored).digest()


def test_the_forms_that_are_signed_are_those_of_the_documents():
    content = encode(change())
    signature = sign_change(content, SEVDA.identity)

    for ours, kind in ((True, "roster"), (False, "device"), (False, "member")):
        message = pae(f"application/vnd.candlemark.{kind}.v1", content)
        assert SEVDA.identity.public.vouches(message, signature) is ours
    assert change_holds(content, SEVDA.identity.public, signature)
    assert not change_holds(content, AYSEL.identity.public, signature)
    assert not change_holds(content + b"\0", SEVDA.identity.public, signature)
    for signed, kind in (
        (certify(certificate(), SEVDA.identity), "device"),
        (sign_card(card(), SEVDA.identity), "member"),
    ):
        assert signed.signer == SEVDA.kid
        message = pae(f"application/vnd.candlemark.{kind}.v1", signed.content)
        assert SEVDA.identity.public.vouches(message, signed.signature)


EDGES = {
    # what is said, and whether it can be read
    "the first roster": (change(number=0), True),
    "before the first roster": (change(number=-1), False),
    "a vault of 15 bytes": (change(vault=X16[1:]), False),
    "a vault of 17 bytes": (change(vault=X16 + b"x"), False),
    "on a hash of 31 bytes": (change(previous=X32[1:]), False),
    "on a hash of 33 bytes": (change(previous=X32 + b"x"), False),
    "500 letters of reason": (change(reason="x" * 500), True),
    "501 letters of reason": (change(reason="x" * 501), False),
    "one change": (change(changes=(ThresholdSet(1),)), True),
    "no change": (change(changes=()), False),
    "32 changes": (change(changes=(ThresholdSet(1),) * 32), True),
    "33 changes": (change(changes=(ThresholdSet(1),) * 33), False),
    "a threshold of 0": (change(changes=(ThresholdSet(0),)), False),
    "a threshold of 64": (change(changes=(ThresholdSet(64),)), True),
    "a threshold of 65": (change(changes=(ThresholdSet(65),)), False),
    "a device that wrote nothing": (change(changes=(DeviceRevoked(Ended(X16, -1)),)), True),
    "a device before nothing": (change(changes=(DeviceRevoked(Ended(X16, -2)),)), False),
    "a device that wrote all": (change(changes=(DeviceRevoked(Ended(X16, 2**63 - 1)),)), True),
    "a device beyond counting": (change(changes=(DeviceRevoked(Ended(X16, 2**63)),)), False),
    "a device of 15 bytes": (change(changes=(DeviceRevoked(Ended(X16[1:], 1)),)), False),
    "a device of 17 bytes": (change(changes=(DeviceRevoked(Ended(X16 + b"x", 1)),)), False),
    "256 devices end": (change(changes=(MemberRemoved(X16, (Ended(X16, 1),) * 256),)), True),
    "257 devices end": (change(changes=(MemberRemoved(X16, (Ended(X16, 1),) * 257),)), False),
    "a log without a label": (change(changes=(LogAdded(X32, ""),)), False),
    "a label of a letter": (change(changes=(LogAdded(X32, "x"),)), True),
    "a label of 200 letters": (change(changes=(LogAdded(X32, "x" * 200),)), True),
    "a label of 201 letters": (change(changes=(LogAdded(X32, "x" * 201),)), False),
    "a log of 31 bytes": (change(changes=(LogAdded(X32[1:], "x"),)), False),
    "a log of 33 bytes": (change(changes=(LogAdded(X32 + b"x", "x"),)), False),
    "signing 32 bytes": (change(changes=(RecoverySet(X32, b""),)), True),
    "signing 33 bytes": (change(changes=(RecoverySet(X32 + b"x", b""),)), False),
    "receiving 4096 bytes": (change(changes=(RecoverySet(b"", bytes(4096)),)), True),
    "receiving 4097 bytes": (change(changes=(RecoverySet(b"", bytes(4097)),)), False),
    "nobody thawed": (change(changes=(MemberThawed(b""),)), False),
    "nobody changed": (
        change(changes=(MemberChanged(b"", administrator=True, coded=True),)), False,
    ),
    "a signature of 63 bytes": (
        change(changes=(added(Signed(b"", X16, bytes(63))),)), False,
    ),
    "a signature of 64 bytes": (change(changes=(added(Signed(b"", X16, bytes(64))),)), True),
    "a signature of 65 bytes": (
        change(changes=(added(Signed(b"", X16, bytes(65))),)), False,
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", EDGES)
def test_a_field_of_a_change_is_read_up_to_its_bounds_and_no_further(name):
    said, good = EDGES[name]
    if good:
        assert read_change(encode(said)) == said
    else:
        assert refusal(read_change, encode(said)) == (
            LedgerBroken, "the change of the roster cannot be read",
        )  # fmt: skip


def test_changes_at_once_are_as_many_as_is_documented():
    assert (CHANGES_AT_ONCE, ROSTER_FORMAT) == (32, 1)


def test_what_is_longer_than_anything_we_write_is_not_decoded():
    whole = encode(change())
    assert len(whole) < LIMIT
    # At the limit it is looked at, one beyond it is not.
    assert refusal(read_change, whole + bytes(LIMIT - len(whole)))[1].endswith("cannot be read")
    assert refusal(read_change, whole + bytes(LIMIT + 1 - len(whole))) == (
        LedgerBroken, "the change of the roster is too long",
    )  # fmt: skip
    signed = Signed(bytes(LIMIT + 1), SEVDA.kid, SEVDA.identity.sign(b""))
    assert refusal(read_card, signed, VAULT) == (LedgerBroken, "the card is too long")
    long = bytes(LIMIT + 1)
    vouched = SEVDA.identity.sign(pae("application/vnd.candlemark.device.v1", long))
    assert refusal(
        read_certificate, Signed(long, SEVDA.kid, vouched), SEVDA.identity.public, VAULT
    ) == (LedgerBroken, "the certificate of the device is too long")


@pytest.mark.parametrize("number", [2, 3, 99, 127])
def test_a_later_format_is_told_from_damage(number):
    for read, words in (
        (read_change, (encode(change(format=number)),)),
        (read_card, (sign_card(card(format=number), SEVDA.identity), VAULT)),
        (
            read_certificate,
            (
                certify(certificate(format=number), SEVDA.identity),
                SEVDA.identity.public,
                VAULT,
            ),
        ),
    ):
        with pytest.raises(NewerFormat) as told:
            read(*words)
        assert told.value.message == f"written by a later version of Candlemark (format {number})"
        assert told.value.hint == "install that version; this one changed nothing"
        assert told.value.exit_code == 34


def test_format_nought_is_named_for_what_it_is():
    assert refusal(read_change, encode(change(format=0)))[1] == (
        "the change of the roster has format 0, which there is not"
    )
    signed = certify(certificate(format=0), SEVDA.identity)
    assert refusal(read_certificate, signed, SEVDA.identity.public, VAULT)[1] == (
        "the certificate of the device has format 0, which there is not"
    )
    assert refusal(read_card, sign_card(card(format=0), SEVDA.identity), VAULT)[1] == (
        "the card has format 0, which there is not"
    )


# Certificates

CERTIFICATES = {
    "as it is to be": ({}, ""),
    "from the beginning": ({"begins": 0}, ""),
    "until the end of time": ({"ends": LATEST}, ""),
    "for a moment": ({"begins": 1000, "ends": 1001}, ""),
    "for no time": ({"begins": 1000, "ends": 1000}, "ends before it begins"),
    "backwards": ({"begins": 1001, "ends": 1000}, "ends before it begins"),
    "before there was time": ({"begins": -1}, "cannot be read"),
    "beyond time": ({"ends": LATEST + 1}, "cannot be read"),
    "of another vault": ({"vault": OTHER}, "is for another vault or member"),
    "of another member": ({"member": AYSEL.kid}, "is for another vault or member"),
    "with a bell": ({"label": "a\x07b"}, "has a label that cannot be shown"),
    "with a line end": ({"label": "a\n"}, "has a label that cannot be shown"),
    "with no label": ({"label": ""}, "cannot be read"),
    "with a label of 200": ({"label": "x" * 200}, ""),
    "with a label of 201": ({"label": "x" * 201}, "cannot be read"),
    "with a key of 31 bytes": ({"device": X32[1:]}, "cannot be read"),
    "with a key of 33 bytes": ({"device": X32 + b"x"}, "cannot be read"),
    "of a vault of 15 bytes": ({"vault": X16[1:]}, "cannot be read"),
}


@pytest.mark.parametrize("name", CERTIFICATES)
def test_a_certificate_holds_for_one_vault_one_member_and_some_time(name):
    fields, words = CERTIFICATES[name]
    said = certificate(**fields)
    signed = certify(said, SEVDA.identity)
    if words:
        assert refusal(read_certificate, signed, SEVDA.identity.public, VAULT) == (
            LedgerBroken, f"the certificate of the device {words}",
        )  # fmt: skip
    else:
        assert read_certificate(signed, SEVDA.identity.public, VAULT) == said


def test_a_certificate_another_signed_is_none():
    signed = certify(certificate(), AYSEL.identity)

    assert refusal(read_certificate, signed, SEVDA.identity.public, VAULT) == (
        LedgerBroken, "the certificate of the device was not signed by its member",
    )  # fmt: skip


@settings(max_examples=30, deadline=None)
@given(
    begins=st.integers(0, LATEST - 1),
    length=st.integers(1, 10**12),
    label=st.text(st.characters(min_codepoint=32, max_codepoint=126), min_size=1, max_size=200),
)
def test_a_certificate_says_to_the_millisecond_from_when_until_when(begins, length, label):
    ends = min(begins + length, LATEST)
    said = certificate(begins=begins, ends=ends, label=label)
    device = device_of(
        read_certificate(certify(said, SEVDA.identity), SEVDA.identity.public, VAULT)
    )

    assert (device.kid, device.public) == (SEVDA.device.kid, SEVDA.device.public)
    assert (device.member, device.label) == (SEVDA.kid, label)
    epoch = datetime(1970, 1, 1, tzinfo=UTC)
    assert abs((device.begins - epoch) / timedelta(milliseconds=1) - begins) < 0.1
    assert abs((device.ends - epoch) / timedelta(milliseconds=1) - ends) < 0.1
    assert (device.last, device.log) == (None, b"")


# Cards

CARDS = {
    "of another vault": ({"vault": OTHER}, "the card is for another vault"),
    "with a name that steers": ({"name": "A\x1b[2J"}, "the card has a name that cannot be shown"),
    "with a name of no letters": ({"name": ""}, "the card cannot be read"),
    "with a name of 201": ({"name": "x" * 201}, "the card cannot be read"),
    "with another's identity": (
        {"identity": AYSEL.identity.public.raw}, "the card was not signed by the person it is of",
    ),
    "with an identity of 31 bytes": ({"identity": X32[1:]}, "the card cannot be read"),
    "with 4097 bytes to receive by": ({"receiving": bytes(4097)}, "the card cannot be read"),
    "with another's device": (
        {"device": certify(certificate(member=AYSEL.kid), AYSEL.identity)},
        "the certificate of the device was not signed by its member",
    ),
    "with a device of another vault": (
        {"device": certify(certificate(vault=OTHER), SEVDA.identity)},
        "the certificate of the device is for another vault or member",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", CARDS)
def test_a_card_that_is_not_whole_says_in_which_way(name):
    fields, words = CARDS[name]

    assert refusal(read_card, sign_card(card(**fields), SEVDA.identity), VAULT) == (
        LedgerBroken, words,
    )  # fmt: skip


@pytest.mark.parametrize("bend", ["signer", "signature", "content"])
def test_a_card_bent_anywhere_was_not_signed_by_whom_it_is_of(bend):
    signed = SEVDA.card(VAULT)
    fields = {
        "signer": {"signer": AYSEL.kid},
        "signature": {"signature": bytes(64)},
        "content": {"content": encode(card(name="Sevdaa"))},
    }[bend]

    assert refusal(read_card, replace(signed, **fields), VAULT) == (
        LedgerBroken, "the card was not signed by the person it is of",
    )  # fmt: skip


def test_a_card_gives_back_everything_on_it():
    signed = new_card(VAULT, "Sevda", SEVDA.identity, SEVDA.device, START)
    content, identity, recipient, first = read_card(signed, VAULT)

    assert (content.format, content.vault, content.name) == (1, VAULT, "Sevda")
    assert identity == SEVDA.identity.public
    assert recipient == receiving_key(SEVDA.identity, VAULT).recipient
    assert content.suite == recipient.suite == Receiving.HYBRID
    assert (first.format, first.vault, first.member) == (1, VAULT, SEVDA.kid)
    assert (first.device, first.label) == (SEVDA.device.public.raw, "first device")
    assert first.begins == START.timestamp() * 1000
    assert first.ends - first.begins == 90 * 24 * 3600 * 1000
    shown = applicant(signed, VAULT)
    assert (shown.name, shown.code) == ("Sevda", SEVDA.kid.hex()[:12])
    assert shown.words == fingerprint_words(signed.content)
    assert refusal(applicant, signed, OTHER) == (LedgerBroken, "the card is for another vault")


NAMES = {
    "a letter": ("x", True),
    "200 bytes": ("x" * 200, True),
    "201 bytes": ("x" * 201, False),
    "100 letters of two bytes": ("ə" * 100, True),
    "101 letters of two bytes": ("ə" * 101, False),
    "nothing": ("", False),
    "blanks": ("   ", False),
    "a line end": ("Sevda\n", False),
    "a letter that turns the line": ("Sev\u202eda", False),
}


@pytest.mark.parametrize("name", NAMES)
def test_a_name_on_a_card_can_be_shown_and_is_not_too_long(name):
    text, good = NAMES[name]
    if good:
        assert (
            applicant(new_card(VAULT, text, SEVDA.identity, SEVDA.device, START), VAULT).name
            == text
        )
        return
    with pytest.raises(SettingRefused) as told:
        new_card(VAULT, text, SEVDA.identity, SEVDA.device, START)
    assert told.value.message == "this cannot be the name of a member"
    assert told.value.hint == "use at most 200 bytes of printable text"
    assert told.value.exit_code == 70


def test_a_certificate_is_made_of_what_it_is_asked_for():
    device = SigningKey.from_bytes(drawn("laptop"))
    ends = START + timedelta(days=3, milliseconds=7)
    signed = certificate_of(VAULT, SEVDA.identity, device, "laptop", START, ends)

    said = read_certificate(signed, SEVDA.identity.public, VAULT)
    assert (said.format, said.member, said.device, said.label) == (
        1, SEVDA.kid, device.public.raw, "laptop",
    )  # fmt: skip
    assert said.ends - said.begins == 3 * 24 * 3600 * 1000 + 7


def test_whoever_is_taken_in_is_no_administrator_and_reads_what_happened_unless_it_is_said():
    signed = SEVDA.card(VAULT)

    assert added(signed) == MemberAdded(signed, administrator=False, coded=True)
    for administrator in (False, True):
        for coded in (False, True):
            assert added(signed, administrator=administrator, coded=coded) == MemberAdded(
                signed, administrator, coded
            )


# Handed over in files


def test_a_card_in_a_file_reads_back_and_anything_else_is_refused_in_words():
    signed = SEVDA.card(VAULT)

    assert read_signed(encode(signed)) == signed
    for content in (b"", b"\x90", b"dear all", encode(signed)[:-1], encode(signed) + b"\0"):
        assert refusal(read_signed, content) == (LedgerBroken, "this is not a card")
    assert refusal(read_signed, bytes(LIMIT)) == (LedgerBroken, "this is not a card")
    assert refusal(read_signed, bytes(LIMIT + 1)) == (LedgerBroken, "the card is too long")


@pytest.mark.parametrize(
    ("signer", "signature", "good"),
    [(16, 64, True), (15, 64, False), (17, 64, False), (16, 63, False), (16, 65, False)],
)
def test_who_signed_and_how_are_of_one_length(signer, signature, good):
    stored = encode(Signed(b"content", bytes(signer), bytes(signature)))
    if good:
        assert read_signed(stored) == Signed(b"content", bytes(16), bytes(64))
    else:
        assert refusal(read_signed, stored)[1] == "this is not a card"


def test_the_recovery_key_of_the_genesis_is_whole_or_none():
    halves = public_halves(RECOVERY)

    assert read_recovery(b"") is None
    assert read_recovery(encode(halves)) == halves
    assert halves.signing == RECOVERY.signing.public.raw
    assert Recipient(Receiving.HYBRID, halves.receiving) == RECOVERY.receiving.recipient
    for stored in (b"\x90", b"\xc1", encode(halves)[:-1], encode(halves) + b"\0"):
        assert refusal(read_recovery, stored) == (
            LedgerBroken, "the recovery key in the genesis cannot be read",
        )  # fmt: skip
    for half in (
        replace(halves, signing=b""),
        replace(halves, signing=halves.signing[:-1]),
        replace(halves, receiving=b""),
        replace(halves, receiving=halves.receiving[:-1]),
    ):
        assert refusal(read_recovery, encode(half))[0] is LedgerBroken


def test_every_vault_knows_these_kinds_by_these_names():
    assert KINDS.versions == tuple(
        (code, 1)
        for code in sorted(
            (
                "roster.proposed", "roster.approved", "roster.introduced", "roster.taken-back",
                "device.certified", "device.lost", "member.frozen", "erasure.asked",
                "erasure.agreed", "erasure.done", "compartment.epoch", "compartment.reader",
            )
        )
    )  # fmt: skip
