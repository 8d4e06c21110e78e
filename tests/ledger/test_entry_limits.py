"""The bytes of an entry and of a genesis: each field at its limit, one below it and one beyond."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime, timedelta

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from candlemark.errors import LedgerBroken, NewerFormat, NotInOrder
from candlemark.ledger import Fact, Part
from candlemark.ledger.entry import (
    COMPARTMENTS,
    LEAF_FORMAT,
    LEAF_LIMIT,
    LEAP_LIMIT,
    META,
    META_FORMAT,
    PART_LIMIT,
    SUPERSEDED_LIMIT,
    Meta,
    PartNote,
    SealedPart,
    Seen,
    check_parts,
    encode_leaf,
    encode_meta,
    entry_of,
    is_compartment,
    read_leaf,
    signed_message,
    split_meta,
)
from candlemark.ledger.genesis import (
    FORMAT,
    GENESIS_LIMIT,
    VAULT_ID_BYTES,
    log_id,
    log_name,
    newer,
    read_genesis,
    refuse_newer,
    vault_id,
)
from candlemark.seal import SUITE, SigningKey
from candlemark.seal.padding import SIZES

B16, B32 = bytes(range(16)), bytes(range(32))
LATER = "install that version; this one changed nothing"
LAST_MOMENT = 253_402_300_799_999
MOST = (1 << 63) - 1


class Said(Fact):
    text: str = ""


def packed(value):
    return msgspec.msgpack.encode(value)


def told(call, error):
    """Message, hint and faults of the error a call ends with; the class is exactly that one."""
    with pytest.raises(error) as caught:
        call()
    found = caught.value
    assert type(found) is error
    return found.message, found.hint, [(one.where, one.what) for one in found.faults]


def with_field(fields, at, value):
    """The same list with another value somewhere; ``at`` is a path."""
    first, *rest = at
    changed = list(fields)
    changed[first] = with_field(changed[first], rest, value) if rest else value
    return changed


def test_the_numbers_of_the_format_are_what_the_description_says():
    assert (LEAF_FORMAT, META_FORMAT, FORMAT, SUITE) == (1, 1, 1, 1)
    assert (LEAF_LIMIT, GENESIS_LIMIT) == (65_535, 65_535)
    assert (PART_LIMIT, SUPERSEDED_LIMIT, LEAP_LIMIT) == (200, 1024, 1_099_511_627_776)
    assert (META, COMPARTMENTS, VAULT_ID_BYTES) == ("meta", ("coded", "identity"), 16)


# The leaf

PART = [B16, B32, 0]
LEAF = [1, 1, B16, B32[16:], [PART, PART]]


def leaf_with(at, value):
    return packed(with_field(LEAF, at, value))


def test_a_leaf_is_an_array_of_format_suite_vault_action_and_parts():
    parts = (SealedPart(B16, B32, 3), SealedPart(B32[16:], B32[::-1], 0))
    stored = encode_leaf(b"v" * 16, b"a" * 16, parts)

    assert msgspec.msgpack.decode(stored) == [
        1, 1, b"v" * 16, b"a" * 16, [[B16, B32, 3], [B32[16:], B32[::-1], 0]],
    ]  # fmt: skip
    leaf = read_leaf(stored)
    assert (leaf.format, leaf.suite, leaf.vault, leaf.action) == (1, 1, b"v" * 16, b"a" * 16)
    assert leaf.parts == parts


GOOD_LEAVES = {
    "two parts": ([4], [PART] * 2),
    "the most parts": ([4], [PART] * 201),
    "the smallest class": ([4, 1, 2], 0),
    "the largest class": ([4, 1, 2], len(SIZES) - 1),
}
BAD_LEAVES = {
    "a vault of 15 bytes": ([2], B16[:15]),
    "a vault of 17 bytes": ([2], B16 + b"x"),
    "a vault that is text": ([2], "x" * 16),
    "an action of 15 bytes": ([3], B16[:15]),
    "an action of 17 bytes": ([3], B16 + b"x"),
    "no parts": ([4], []),
    "one part": ([4], [PART]),
    "one part more than the most": ([4], [PART] * 202),
    "a kid of 15 bytes": ([4, 0, 0], B16[:15]),
    "a kid of 17 bytes": ([4, 1, 0], B16 + b"x"),
    "a hash of 31 bytes": ([4, 0, 1], B32[:31]),
    "a hash of 33 bytes": ([4, 1, 1], B32 + b"x"),
    "a class under the smallest": ([4, 0, 2], -1),
    "a class over the largest": ([4, 0, 2], len(SIZES)),
    "a class that is text": ([4, 0, 2], "1"),
    "a part with more behind": ([4, 0], [*PART, 0]),
    "a part with less": ([4, 0], PART[:2]),
    "a format that is text": ([0], "1"),
    "a suite that is text": ([1], "1"),
    "a format too large for its byte": ([0], 128),
}


@pytest.mark.parametrize("name", GOOD_LEAVES)
def test_a_leaf_is_read_with(name):
    stored = leaf_with(*GOOD_LEAVES[name])

    leaf = read_leaf(stored)
    assert encode_leaf(leaf.vault, leaf.action, leaf.parts) == stored


@pytest.mark.parametrize("name", [one for one in BAD_LEAVES if "its byte" not in one])
def test_a_leaf_cannot_be_read_with(name):
    stored = leaf_with(*BAD_LEAVES[name])

    assert told(lambda: read_leaf(stored), LedgerBroken) == ("the leaf cannot be read", "", [])


NOT_OF_NOW = {
    "format 0": ([0], 0, LedgerBroken, "there is no leaf format 0", ""),
    "format -1": ([0], -1, LedgerBroken, "there is no leaf format -1", ""),
    "format 128": ([0], 128, LedgerBroken, "there is no leaf format 128", ""),
    "format 2": (
        [0], 2, NewerFormat, "written by a later version of Candlemark (format 2)", LATER,
    ),
    "format 127": (
        [0], 127, NewerFormat, "written by a later version of Candlemark (format 127)", LATER,
    ),
    "suite 0": ([1], 0, NewerFormat, "written by a later version of Candlemark (suite 0)", LATER),
    "suite 2": ([1], 2, NewerFormat, "written by a later version of Candlemark (suite 2)", LATER),
}  # fmt: skip


@pytest.mark.parametrize("name", NOT_OF_NOW)
def test_a_leaf_of_another_time_says_of_which(name):
    at, value, error, message, hint = NOT_OF_NOW[name]

    assert told(lambda: read_leaf(leaf_with(at, value)), error) == (message, hint, [])


def test_a_leaf_of_exactly_the_limit_is_looked_at_and_one_byte_more_is_not():
    at, over = bytes(LEAF_LIMIT), bytes(LEAF_LIMIT + 1)

    assert told(lambda: read_leaf(at), LedgerBroken)[0] == "the leaf cannot be read"
    assert told(lambda: read_leaf(over), LedgerBroken)[0] == "the leaf has more than 65535 bytes"


def test_the_format_is_looked_at_before_everything_else():
    """What comes behind the number of a later format is not for this version to judge."""
    assert told(lambda: read_leaf(b"\x91\x02"), NewerFormat)[1] == LATER
    assert told(lambda: read_genesis(b"\x91\x02"), NewerFormat)[1] == LATER
    assert told(lambda: split_meta(b"\x91\x02" + bytes(64)), NewerFormat)[1] == LATER


@pytest.mark.parametrize(
    ("stored", "known", "refused"),
    [
        (b"", 1, False),
        (b"\x91", 1, False),
        (b"\x91\x01", 1, False),
        (b"\x91\x02", 1, True),
        (b"\x91\x02", 2, False),
        (b"\x91\x03", 2, True),
        (b"\x91\x00", 1, False),
        (b"\x90\x02", 1, True),
        (b"\x9f\x02", 1, True),
        (b"\x8f\x02", 1, False),
        (b"\xa0\x02", 1, False),
        (b"\x91\x7f", 1, True),
        (b"\x91\x80", 1, False),
    ],
)
def test_a_later_format_is_a_larger_small_number_at_the_head_of_a_short_array(
    stored, known, refused
):
    if refused:
        message = f"written by a later version of Candlemark (format {stored[1]})"
        assert told(lambda: refuse_newer(stored, known), NewerFormat) == (message, LATER, [])
    else:
        refuse_newer(stored, known)


def test_what_is_newer_says_what_and_which():
    error = newer("suite", 7)

    assert (type(error), error.exit_code) == (NewerFormat, 34)
    assert str(error.message) == "written by a later version of Candlemark (suite 7)"
    assert error.hint == LATER


# The meta part

NOTE = [[["test.said", 1]], "", "coded"]
META_FIELDS = [
    1, B16, B32[16:], B16[::-1], 5, B32, 9, 1_767_225_600_123, [B16, 5, B32], [NOTE], [], "en",
]  # fmt: skip
SIGNATURE = bytes(range(64))


def meta_with(at, value):
    return packed(with_field(META_FIELDS, at, value)) + SIGNATURE


GOOD_METAS = {
    "the first number": ([4], 0),
    "the last number": ([4], MOST),
    "logical time 0": ([6], 0),
    "the last logical time": ([6], MOST),
    "the first moment": ([7], 0),
    "the last moment": ([7], LAST_MOMENT),
    "nothing seen": ([8, 1], 0),
    "the most seen": ([8, 1], MOST),
    "the most parts": ([9], [NOTE] * 200),
    "the most kinds": ([9, 0, 0], [["test.said", 1]] * 1024),
    "the first version": ([9, 0, 0, 0, 1], 1),
    "the last version": ([9, 0, 0, 0, 1], 65_535),
    "the longest kind": ([9, 0, 0, 0, 0], "x" * 64),
    "the longest subject": ([9, 0, 1], "x" * 64),
    "the longest compartment": ([9, 0, 2], "x" * 64),
    "the most corrected": ([10], [B16] * 1024),
    "the longest language": ([11], "x" * 64),
    "no language": ([11], ""),
}
BAD_METAS = {
    "a vault of 15 bytes": ([1], B16[:15]),
    "a vault of 17 bytes": ([1], B16 + b"x"),
    "an action of 15 bytes": ([2], B16[:15]),
    "an action of 17 bytes": ([2], B16 + b"x"),
    "a device of 15 bytes": ([3], B16[:15]),
    "a device of 17 bytes": ([3], B16 + b"x"),
    "a number under the first": ([4], -1),
    "a number over the last": ([4], MOST + 1),
    "a previous of 31 bytes": ([5], B32[:31]),
    "a previous of 33 bytes": ([5], B32 + b"x"),
    "logical time -1": ([6], -1),
    "logical time after the last": ([6], MOST + 1),
    "a moment before all": ([7], -1),
    "a moment after all": ([7], LAST_MOMENT + 1),
    "a moment that is no whole number": ([7], 1.5),
    "a log of 15 bytes": ([8, 0], B16[:15]),
    "a log of 17 bytes": ([8, 0], B16 + b"x"),
    "less than nothing seen": ([8, 1], -1),
    "more than the most seen": ([8, 1], MOST + 1),
    "a root of 31 bytes": ([8, 2], B32[:31]),
    "a root of 33 bytes": ([8, 2], B32 + b"x"),
    "more behind what was seen": ([8], [B16, 5, B32, 0]),
    "no parts": ([9], []),
    "a part over the most": ([9], [NOTE] * 201),
    "a part of no kind": ([9, 0, 0], []),
    "a kind over the most": ([9, 0, 0], [["test.said", 1]] * 1025),
    "version 0": ([9, 0, 0, 0, 1], 0),
    "a version over the last": ([9, 0, 0, 0, 1], 65_536),
    "a kind too long": ([9, 0, 0, 0, 0], "x" * 65),
    "a kind with more behind": ([9, 0, 0, 0], ["test.said", 1, 1]),
    "a subject too long": ([9, 0, 1], "x" * 65),
    "a compartment too long": ([9, 0, 2], "x" * 65),
    "more behind a part": ([9, 0], [*NOTE, ""]),
    "one over the most corrected": ([10], [B16] * 1025),
    "a corrected action of 15 bytes": ([10], [B16[:15]]),
    "a corrected action of 17 bytes": ([10], [B16 + b"x"]),
    "a language too long": ([11], "x" * 65),
    "a language of bytes": ([11], b"en"),
}


@pytest.mark.parametrize("name", GOOD_METAS)
def test_a_meta_part_is_read_with(name):
    content = meta_with(*GOOD_METAS[name])
    signed, signature, meta = split_meta(content)

    assert (signed + signature, signature) == (content, SIGNATURE)
    assert encode_meta(meta) == signed


@pytest.mark.parametrize("name", BAD_METAS)
def test_a_meta_part_cannot_be_read_with(name):
    content = meta_with(*BAD_METAS[name])

    assert told(lambda: split_meta(content), LedgerBroken) == (
        "the meta part cannot be read", "", [],
    )  # fmt: skip


def test_a_meta_part_of_another_format_says_of_which():
    assert told(lambda: split_meta(meta_with([0], 0)), LedgerBroken) == (
        "there is no meta format 0", "", [],
    )  # fmt: skip
    assert told(lambda: split_meta(meta_with([0], 2)), NewerFormat) == (
        "written by a later version of Candlemark (format 2)", LATER, [],
    )  # fmt: skip


def test_a_meta_part_with_a_field_more_or_less_cannot_be_read():
    for fields in (META_FIELDS[:-1], [*META_FIELDS, ""]):
        content = packed(fields) + SIGNATURE
        assert told(lambda content=content: split_meta(content), LedgerBroken)[0] == (
            "the meta part cannot be read"
        )


@pytest.mark.parametrize("length", [0, 1, 63, 64])
def test_no_more_than_a_signature_is_no_meta_part(length):
    message, *_ = told(lambda: split_meta(bytes(length)), LedgerBroken)

    assert message == "the meta part cannot be read"


def test_every_field_of_a_meta_part_has_its_place():
    _, _, meta = split_meta(packed(META_FIELDS) + SIGNATURE)

    assert meta == Meta(
        format=1, vault=B16, action=B32[16:], device=B16[::-1], seq=5, prev=B32, lamport=9,
        written=1_767_225_600_123, seen=Seen(log=B16, size=5, root=B32),
        parts=(PartNote(kinds=(("test.said", 1),), subject="", compartment="coded"),),
        supersedes=(), language="en",
    )  # fmt: skip


def test_what_is_signed_is_named_counted_and_in_order():
    message = signed_message(b"meta", [b"one", b"two"])

    assert message == b"DSSEv1 36 application/vnd.candlemark.action.v1 10 metaonetwo"
    assert signed_message(b"meta", []) == b"DSSEv1 36 application/vnd.candlemark.action.v1 4 meta"
    assert signed_message(b"meta", [b"two", b"one"]) != message


# What people are told about an entry


def meta_of(**changes):
    _, _, meta = split_meta(packed(META_FIELDS) + SIGNATURE)
    return msgspec.structs.replace(meta, **changes)


def test_an_entry_says_what_its_meta_part_says_in_hexadecimal():
    entry = entry_of(7, meta_of(supersedes=(b"x" * 16, b"y" * 16), language="az"))

    assert (entry.n, entry.action, entry.device) == (7, B32[16:].hex(), B16[::-1].hex())
    assert (entry.supersedes, entry.language) == ((b"x".hex() * 16, b"y".hex() * 16), "az")
    assert entry.written == datetime(2026, 1, 1, 0, 0, 0, 123_000, tzinfo=UTC)
    assert entry.written.utcoffset() == timedelta(0)


def test_an_entry_lists_each_kind_once_in_order_of_appearance():
    notes = (
        PartNote((("b.b", 1), ("a.a", 1), ("b.b", 2)), "", "coded"),
        PartNote((("c.c", 1), ("a.a", 3)), "p", "identity"),
    )

    assert entry_of(0, meta_of(parts=notes)).kinds == ("b.b", "a.a", "c.c")


@given(st.integers(0, LAST_MOMENT))
def test_every_moment_that_can_be_stored_can_be_told(written):
    told_of = entry_of(0, meta_of(written=written)).written

    assert told_of.tzinfo is UTC
    assert abs(told_of.timestamp() * 1000 - written) < 1


# Where facts can be sealed, and what becomes an action


@pytest.mark.parametrize(
    ("name", "known"),
    [
        ("coded", True), ("identity", True), ("identity:a", True), ("identity:case_x-1", True),
        ("identity:" + "x" * 54, True), ("identity:" + "x" * 55, False), ("identity:", False),
        ("identity:A", False), ("identity:a.b", False), ("identity:a\n", False), ("coded:a", False),
        ("coded ", False), ("coded\n", False), ("meta", False), ("", False), ("codedidentity", False),
    ],
)  # fmt: skip
def test_a_compartment_is_one_of_two_or_the_team_of_a_case(name, known):
    assert is_compartment(name) is known


HINT = "see the faults"
WRONG = "this cannot become an entry"
NOT_A_TAG = ("language", "this is not the tag of a language, such as en or tly")
NO_COMPARTMENT = "the compartments are coded, identity and identity:<case>"
ONE = Part("coded", (Said("a"),))


@pytest.mark.parametrize("count", [1, 2, 199, 200])
def test_an_action_has_from_one_part_to_the_most(count):
    check_parts([ONE] * count, "en")


@pytest.mark.parametrize("count", [0, 201])
def test_an_action_of_no_part_or_too_many_is_refused(count):
    assert told(lambda: check_parts([ONE] * count, "en"), NotInOrder) == (
        WRONG, HINT, [("parts", f"an action has 1 to 200 parts, not {count}")],
    )  # fmt: skip


@pytest.mark.parametrize(
    "tag",
    ["en", "tly", "az-Cyrl", "zh-Hans-CN", "en-aa-bb-cc", "en-12345678", "de-1996", "az-AZ"],
)
def test_a_language_has_a_tag(tag):
    check_parts([ONE], tag)


@pytest.mark.parametrize(
    "tag",
    ["", "e", "EN", "engl", "en-", "en-a", "en-123456789", "en-aa-bb-cc-dd", "en_GB", "en\n", " en"],
)  # fmt: skip
def test_what_is_no_tag_of_a_language_is_refused(tag):
    assert told(lambda: check_parts([ONE], tag), NotInOrder) == (WRONG, HINT, [NOT_A_TAG])


@pytest.mark.parametrize("subject", ["", "person_x", "A.b:c-1_9", "x" * 64])
def test_a_subject_is_an_identifier(subject):
    check_parts([Part("identity", (Said(),), subject)], "en")


@pytest.mark.parametrize("subject", ["x" * 65, "Aysel Example", "p\n", "ə", "a/b", "a@b"])
def test_a_subject_that_could_be_a_name_is_refused(subject):
    said = told(lambda: check_parts([Part("identity", (Said(),), subject)], "en"), NotInOrder)

    assert said == (WRONG, HINT, [("part 0", "its subject is not an identifier")])


def test_a_part_says_by_itself_that_it_is_coded_and_about_nobody():
    part = Part()

    assert (part.compartment, tuple(part.facts), part.subject) == ("coded", (), "")
    assert told(lambda: check_parts([part], "en"), NotInOrder)[2] == [
        ("part 0", "there is no fact in it")
    ]


def test_only_the_ledger_itself_writes_into_its_own_compartment():
    own = Part("meta", (Said(),))
    check_parts([own], "en", own=True)
    check_parts([ONE], "en", own=True)

    for refused in (
        lambda: check_parts([own], "en"),
        lambda: check_parts([Part("metas", (Said(),))], "en", own=True),
    ):
        assert told(refused, NotInOrder) == (WRONG, HINT, [("part 0", NO_COMPARTMENT)])


def test_everything_that_is_wrong_is_named_together_and_in_order():
    parts = [ONE, Part("secret", (), "a name"), ONE, Part("coded", (), "")]

    assert told(lambda: check_parts(parts, "?"), NotInOrder) == (
        WRONG,
        HINT,
        [
            NOT_A_TAG,
            ("part 1", NO_COMPARTMENT),
            ("part 1", "there is no fact in it"),
            ("part 1", "its subject is not an identifier"),
            ("part 3", "there is no fact in it"),
        ],
    )


# The genesis

GENESIS = [1, 1, B16, [[B32, B32]], 1, b"", [B32], False]


def genesis_with(at, value):
    return packed(with_field(GENESIS, at, value))


GOOD_GENESES = {
    "as the first vault has it": ([7], False),
    "of a demonstration": ([7], True),
    "the most founders": ([3], [[B32, B32]] * 64),
    "the highest threshold": ([4], 64),
    "the longest recovery": ([5], bytes(4096)),
    "the most logs": ([6], [B32] * 64),
}
BAD_GENESES = {
    "format 0": ([0], 0),
    "format 128": ([0], 128),
    "suite 0": ([1], 0),
    "suite 128": ([1], 128),
    "a salt of 15 bytes": ([2], B16[:15]),
    "a salt of 17 bytes": ([2], B16 + b"x"),
    "no founder": ([3], []),
    "a founder over the most": ([3], [[B32, B32]] * 65),
    "a founder of one key": ([3, 0], [B32]),
    "a founder of three keys": ([3, 0], [B32] * 3),
    "an identity of 31 bytes": ([3, 0, 0], B32[:31]),
    "an identity of 33 bytes": ([3, 0, 0], B32 + b"x"),
    "a device of 31 bytes": ([3, 0, 1], B32[:31]),
    "a device of 33 bytes": ([3, 0, 1], B32 + b"x"),
    "threshold 0": ([4], 0),
    "threshold 65": ([4], 65),
    "a recovery over the longest": ([5], bytes(4097)),
    "no log": ([6], []),
    "a log over the most": ([6], [B32] * 65),
    "a log of 31 bytes": ([6], [B32[:31]]),
    "a log of 33 bytes": ([6], [B32 + b"x"]),
    "a demonstration that is a number": ([7], 0),
}


@pytest.mark.parametrize("name", GOOD_GENESES)
def test_a_genesis_is_read(name):
    stored = genesis_with(*GOOD_GENESES[name])

    assert packed(read_genesis(stored)) == stored


def test_every_field_of_a_genesis_has_its_place():
    found = read_genesis(packed([1, 1, B16, [[B32, B32[::-1]]], 2, b"r", [B32], True]))

    assert (found.format, found.suite, found.salt, found.threshold) == (1, 1, B16, 2)
    assert (found.recovery, found.logs, found.demonstration) == (b"r", (B32,), True)
    assert [(one.identity, one.device) for one in found.founders] == [(B32, B32[::-1])]


@pytest.mark.parametrize("name", BAD_GENESES)
def test_a_genesis_cannot_be_read_with(name):
    stored = genesis_with(*BAD_GENESES[name])

    assert told(lambda: read_genesis(stored), LedgerBroken) == (
        "the genesis cannot be read", "", [],
    )  # fmt: skip


@pytest.mark.parametrize(("field", "what"), [(0, "format"), (1, "suite")])
@pytest.mark.parametrize("number", [2, 127])
def test_a_genesis_of_a_later_time_says_of_which(field, what, number):
    assert told(lambda: read_genesis(genesis_with([field], number)), NewerFormat) == (
        f"written by a later version of Candlemark ({what} {number})", LATER, [],
    )  # fmt: skip


def test_a_genesis_of_exactly_the_limit_is_looked_at_and_one_byte_more_is_not():
    at, over = bytes(GENESIS_LIMIT), bytes(GENESIS_LIMIT + 1)

    assert told(lambda: read_genesis(at), LedgerBroken)[0] == "the genesis cannot be read"
    assert told(lambda: read_genesis(over), LedgerBroken)[0] == "the genesis is too long"


@given(st.binary(max_size=100))
def test_a_vault_is_the_hash_of_how_it_began(genesis):
    assert vault_id(genesis) == hashlib.sha256(b"candlemark/genesis/v1" + genesis).digest()[:16]


def test_a_log_is_named_by_its_vault_and_eight_digits_of_its_key():
    key = SigningKey.from_bytes(bytes(32)).public
    name = log_name(B16, key)

    assert name == f"candlemark.org/{B16.hex()}/{key.kid.hex()[:8]}"
    assert log_id(name) == hashlib.sha256(name.encode()).digest()[:16]
    assert log_id("ə") == hashlib.sha256("ə".encode()).digest()[:16]
