"""Kinds: what is registered is read back as it was said; what is not known is kept."""

from __future__ import annotations

from datetime import UTC, date, datetime
from enum import Enum

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from candlemark.dates import PartialDate
from candlemark.errors import LedgerBroken, NotInOrder
from candlemark.ledger import Fact, Kinds, UnknownFact


class Weight(Enum):
    LIGHT = "light"
    HEAVY = "heavy"


class Source(Fact):
    title: str
    page: int | None = None


class Said(Fact):
    text: str
    when: PartialDate | None = None
    day: date | None = None
    moment: datetime | None = None
    sources: tuple[Source, ...] = ()
    weight: Weight = Weight.LIGHT
    data: bytes = b""


class SaidFirst(Fact):
    """What ``Said`` was in its first version."""

    words: str


KINDS = Kinds.of(("test.said", 1, Said))

days = st.dates(date(1900, 1, 1), date(2100, 1, 1))
partial_dates = st.one_of(
    days.map(PartialDate.of),
    days.map(lambda day: PartialDate(day.year, day.month)),
    days.map(lambda day: PartialDate(day.year)),
)
said = st.builds(
    Said,
    text=st.text(),
    when=st.none() | partial_dates,
    day=st.none() | days,
    moment=st.none()
    | st.datetimes(datetime(1970, 1, 2), datetime(2100, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001 - hypothesis wants bounds without a zone
    sources=st.lists(st.builds(Source, st.text(), st.none() | st.integers(0, 999))).map(tuple),
    weight=st.sampled_from(Weight),
    data=st.binary(max_size=50),
)


def read_back(kinds, facts):
    content, _ = kinds.encode(facts)
    return [kinds.read(*stored) for stored in kinds.decode(content)]


@given(st.lists(said, min_size=1, max_size=5))
def test_facts_are_read_back_as_they_were_said(facts):
    assert facts == read_back(KINDS, facts)


def test_the_kinds_of_a_part_are_listed_once_each_in_order_of_appearance():
    kinds = KINDS | Kinds.of(("test.source", 3, Source))
    _, listed = kinds.encode([Source("a"), Said("b"), Source("c")])

    assert listed == (("test.source", 3), ("test.said", 1))


def test_a_fact_of_an_unknown_kind_is_kept_and_can_be_said_again():
    content, listed = KINDS.encode([Said("unchanged")])
    ((kind, version, data),) = Kinds().decode(content)
    kept = Kinds().read(kind, version, data)

    assert isinstance(kept, UnknownFact)
    assert (kept.kind, kept.version) == ("test.said", 1)
    assert (content, listed) == Kinds().encode([kept])


def test_a_fact_of_a_newer_version_is_kept_as_unknown():
    newer = Kinds.of(("test.said", 2, Said))
    (kept,) = [KINDS.read(*stored) for stored in KINDS.decode(newer.encode([Said("new")])[0])]

    assert isinstance(kept, UnknownFact)
    assert kept.version == 2


def test_an_old_version_is_lifted_to_the_newest_on_reading():
    old = Kinds.of(("test.said", 1, SaidFirst))
    new = Kinds()
    new.add("test.said", 1, SaidFirst, upgrade=lambda first: Said(first.words))
    new.add("test.said", 2, Said)
    content, _ = old.encode([SaidFirst("long ago")])

    assert [new.read(*stored) for stored in new.decode(content)] == [Said("long ago")]


def test_a_version_that_is_only_read_is_not_written():
    kinds = Kinds()
    kinds.add("test.said", 1, SaidFirst, upgrade=lambda first: Said(first.words))
    kinds.add("test.said", 2, Said)

    with pytest.raises(NotInOrder) as caught:
        kinds.encode([SaidFirst("late")])

    assert caught.value.faults[0].what == "version 1 of test.said is read, but no longer written"


def test_one_class_can_serve_two_versions_and_is_written_under_the_higher():
    class Once(Fact):
        text: str

    class Twice(Fact):
        text: str
        page: int = 0

    first = Kinds.of(("test.page", 1, Once))
    both = Kinds.of(("test.page", 1, Twice), ("test.page", 2, Twice))
    content, _ = first.encode([Once("a")])

    assert [both.read(*stored) for stored in both.decode(content)] == [Twice("a", 0)]
    assert both.kind_of(Twice("a")) == ("test.page", 2)


MISTAKES = {
    "a code without a dot": ("said", 1, Said),
    "a code with capitals": ("Test.said", 1, Said),
    "a code that is too long": ("test." + "x" * 64, 1, Said),
    "version 0": ("test.other", 0, Said),
    "another meaning for a version": ("test.said", 1, Source),
    "a class that is stored as something else": ("test.other", 1, Said),
}


@pytest.mark.parametrize("mistake", MISTAKES.values(), ids=MISTAKES)
def test_registering_refuses(mistake):
    kinds = Kinds.of(("test.said", 1, Said))

    with pytest.raises(ValueError, match=r"cannot name a kind|already"):
        kinds.add(*mistake)


def test_registering_the_same_twice_changes_nothing():
    assert (KINDS | KINDS).codes == KINDS.codes == ("test.said",)
    assert "test.said" in KINDS


UNTYPED = {
    "a number for text": Said(5),
    "text for a date": Said("a", "1993"),
    "a list for a tuple": Said("a", sources=[Source("b")]),
    "a number over 64 bits": Source("a", 1 << 70),
    "a set": Said("a", sources={1}),
    "text that is not text": Said("\ud800"),
    "a term that is not in the enum": Said("a", weight="secret"),
}


@pytest.mark.parametrize("fact", UNTYPED.values(), ids=UNTYPED)
def test_what_could_not_be_read_back_is_refused_before_it_is_kept(fact):
    kinds = KINDS | Kinds.of(("test.source", 1, Source))

    with pytest.raises(NotInOrder, match="1 of 2 facts cannot be stored") as caught:
        kinds.encode([Said("fine"), fact])

    assert [fault.where for fault in caught.value.faults] == [f"fact 1 ({type(fact).__name__})"]


def test_every_fact_that_is_not_in_order_is_named_and_no_value_of_it_is():
    with pytest.raises(NotInOrder) as caught:
        KINDS.encode(
            [
                Said(5),
                Said("fine"),
                Source("a secret title"),
                Said("a", "a secret date"),
                Said("a", weight="a secret term"),
            ]
        )
    told = repr([caught.value.message, caught.value.hint, caught.value.faults])

    assert [str(fault) for fault in caught.value.faults] == [
        "fact 0 (Said): its field text is not of the type test.said declares",
        "fact 2 (Source): no kind is known for facts of the class Source",
        "fact 3 (Said): its field when is not of the type test.said declares",
        "fact 4 (Said): its field weight is not of the type test.said declares",
    ]
    assert "secret" not in told


DEEP = b"\x91\x93\xa9test.said\x01" + b"\x91" * 100_000 + b"\xc0"
CONTENTS = {
    "nothing": b"",
    "not a list": msgspec.msgpack.encode({"a": 1}),
    "a fact without data": msgspec.msgpack.encode([["test.said", 1]]),
    "a fact with too much": msgspec.msgpack.encode([["test.said", 1, [], 4]]),
    "a version that is text": msgspec.msgpack.encode([["test.said", "1", []]]),
    "something behind it": KINDS.encode([Said("a")])[0] + b"\0",
    "cut short": KINDS.encode([Said("a")])[0][:-1],
    "a million lists in each other": DEEP,
}


@pytest.mark.parametrize("content", CONTENTS.values(), ids=CONTENTS)
def test_the_content_of_a_part_is_refused_when_it_is(content):
    with pytest.raises(LedgerBroken, match="not a list of facts"):
        KINDS.decode(content)


STORED = {
    "a field of another type": msgspec.msgpack.encode([5]),
    "a missing field": msgspec.msgpack.encode([]),
    "a field too many": msgspec.msgpack.encode(["a", None, None, None, [], "light", b"", "more"]),
    "a month 13": msgspec.msgpack.encode(["a", {"year": 1993, "month": 13, "day": None}]),
    "a term of an enum that is not there": msgspec.msgpack.encode(
        ["a", None, None, None, [], "vast"]
    ),
    "not an array": msgspec.msgpack.encode("a"),
}


@pytest.mark.parametrize("data", STORED.values(), ids=STORED)
def test_a_fact_of_a_known_kind_is_refused_with(data):
    with pytest.raises(
        LedgerBroken, match=r"a fact of the kind test\.said version 1 cannot be read"
    ):
        KINDS.read("test.said", 1, data)
