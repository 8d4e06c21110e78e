"""What goes on from what: leaves of a device, rosters from change to change, readers of a case."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime
from types import SimpleNamespace

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from candlemark.ledger.entry import COMPARTMENTS, LEAP_LIMIT, META
from candlemark.ledger.incoming import Incoming, Refused
from candlemark.ledger.kinds import Kinds
from candlemark.ledger.merkle import leaf_hash
from candlemark.ledger.roster import (
    DEVICE_DAYS,
    ERASING,
    FREEZING,
    ROTATION_DAYS,
    Roster,
    beginning,
    followed_by,
)
from candlemark.ledger.roster_facts import (
    DeviceCertified,
    EpochBegan,
    LogAdded,
    MemberChanged,
    MemberFrozen,
    MemberIntroduced,
    MemberRemoved,
    ReaderAdded,
    TakenBack,
    ThresholdSet,
)
from candlemark.ledger.roster_keys import Said
from candlemark.ledger.roster_reading import (
    Last,
    RosterReader,
    Where,
    overtaken_changes,
    said_in,
    signer,
)
from candlemark.seal import SigningKey
from house import LOG, PEOPLE, START, House, drawn, team

SEVDA, AYSEL, RAMIN, LEYLA = (PEOPLE[name] for name in ("Sevda", "Aysel", "Ramin", "Leyla"))
CASE = "identity:case_x"
LAPTOP = SigningKey.from_bytes(drawn("laptop"))


@pytest.fixture
def incoming(small):
    return Incoming(small._store, small._identity, Kinds(), lambda _: None)


# The last leaf of a device

BREAKS = {
    # by how much the number, the hash and the logical time are off, and what is said
    "the next one": (1, True, 1, None),
    "the same number": (0, True, 1, ("its device signed another leaf with this number", True)),
    "an earlier number": (-1, True, 1, ("its device signed another leaf with this number", True)),
    "one left out": (2, True, 1, ("a leaf of its device is missing before it", False)),
    "on another leaf": (1, False, 1, ("its device signed another leaf before it", True)),
    "left out and another": (2, False, 1, ("a leaf of its device is missing before it", False)),
    "as late as may be": (1, True, LEAP_LIMIT, None),
    "later than may be": (1, True, LEAP_LIMIT + 1, ("its logical time leaps", False)),
}


@pytest.mark.parametrize("name", BREAKS)
def test_a_leaf_goes_on_from_the_last_of_its_device_or_says_how_it_does_not(incoming, name):
    number, same, leap, expected = BREAKS[name]
    before = Last(7, drawn("last"))
    meta = SimpleNamespace(
        seq=7 + number,
        prev=drawn("last") if same else drawn("other"),
        lamport=incoming._here.lamport + leap,
    )

    assert incoming._breaks(meta, before) == expected


def test_a_device_that_wrote_nothing_begins_at_nought_on_nothing():
    assert Last() == Last(-1, bytes(32))
    assert Refused(b"h", b"l", "why") == Refused(b"h", b"l", "why", alarm=False, absent=False)


def reader(vault):
    opener = Incoming(vault._store, vault._identity, Kinds(), lambda _: None)._opener
    return RosterReader(vault._store, opener, vault._identity, vault.ledger._kinds)


def test_reading_stops_and_goes_on_where_it_left_off(small):
    size = small.ledger.size
    whole = reader(small)
    roster = whole.upto(size)
    device = small._identity.keyring.device.kid
    for stop in range(size + 1):
        first = reader(small)
        first.upto(stop)
        assert first.size == stop
        left = first.left_off()
        second = reader(small)
        second.resume(left)
        assert second.size == stop
        assert second.upto(size) == roster
        assert second.last(device) == whole.last(device)
        assert second.last(b"x" * 16) == Last()
        assert list(second.places(size)) == list(whole.places(size)) == list(range(size))
        assert (second.faults, second.told, second.refused) == ((), (), {})
        assert second.lamport == whole.lamport
    assert whole.last(device).hash == leaf_hash(small._store.rows(size - 1, size)[0].leaf)
    assert whole.last(device).seq == size - 1


def test_where_an_entry_stands_and_what_it_is(small):
    small.members.begin()
    one = reader(small)
    size = small.ledger.size
    one.upto(size)
    left = one.left_off()

    assert left.spoken == (Where(size - 1, leaf_hash(small._store.rows(size - 1, size)[0].leaf)),)
    assert left.newest[0] == one.lamport
    assert (left.faults, left.told, left.strange) == ((), (), ())
    assert set(left.roster.compartments) == {META, *COMPARTMENTS}


def test_what_an_entry_says_of_itself_is_what_the_roster_is_told():
    seen = SimpleNamespace(log=b"here")
    meta = SimpleNamespace(device=b"device", written=1_767_225_600_500, seq=5, seen=seen)

    assert said_in(9, SimpleNamespace(meta=meta)) == Said(
        9, b"device", datetime(2026, 1, 1, 0, 0, 0, 500_000, UTC), 5, b"here"
    )
    assert Said(1, b"d", START) == Said(1, b"d", START, 0, b"")


# Whose key an entry is checked with


def test_an_entry_is_checked_with_the_key_of_its_device_or_of_one_it_brings():
    house = team()
    roster, fresh = house.roster, LAPTOP

    def asked(device, *facts):
        key = signer(roster, Said(0, device.kid, START), list(facts))
        return key and key.kid

    signed = DeviceCertified(house.certificate("Ramin", fresh))
    assert asked(SEVDA.device) == SEVDA.device.kid
    assert asked(fresh) is None
    assert asked(fresh, signed) == fresh.kid
    assert asked(fresh, MemberFrozen(SEVDA.kid), signed) == fresh.kid
    assert asked(LEYLA.device, signed) is None
    assert asked(fresh, DeviceCertified(house.certificate("Ghost", fresh))) is None
    assert asked(LEYLA.device, MemberIntroduced(LEYLA.card(house.vault))) is None
    again = SEVDA.card(house.vault, device=fresh)
    assert asked(fresh, MemberIntroduced(again)) is None  # introduced already
    roster = beginning(house.vault, house.genesis)
    assert asked(fresh, MemberIntroduced(again)) == fresh.kid
    assert house.decide(MemberRemoved(RAMIN.kid, ())) == []
    roster = house.roster
    assert asked(fresh, signed) is None


# From roster to roster


def test_the_first_roster_is_what_the_genesis_says_and_nothing_else():
    house = House(("Sevda", "Aysel"), threshold=2)
    first = beginning(house.vault, house.genesis)

    assert (first.number, first.threshold, first.logs) == (0, 2, (LOG.public.raw,))
    assert first.hash == hashlib.sha256(b"candlemark/roster/v1" + house.vault).digest()
    assert (first.recovery, first.proposals, first.erasures) == (None, (), ())
    assert dict(first.compartments) == {}
    for person in (SEVDA, AYSEL):
        member, device = first.members[person.kid], first.devices[person.device.kid]
        assert (member.name, member.recipient, member.since) == ("", None, -1)
        assert (member.administrator, member.coded, member.removed) == (True, True, None)
        assert (device.member, device.label, device.last) == (person.kid, "", None)
        assert device.begins == datetime.min.replace(tzinfo=UTC)
        assert device.ends == datetime.max.replace(tzinfo=UTC)
    assert (DEVICE_DAYS, ROTATION_DAYS, FREEZING, ERASING) == (90, 180, 2, 2)
    changed = hashlib.sha256(b"candlemark/roster/v1" + first.hash + b"change").digest()
    assert followed_by(first, b"change") == changed


CHANGES = st.sampled_from(
    [
        ThresholdSet(1),
        ThresholdSet(2),
        ThresholdSet(3),
        MemberChanged(AYSEL.kid, administrator=False, coded=True),
        MemberChanged(AYSEL.kid, administrator=True, coded=False),
        MemberChanged(RAMIN.kid, administrator=True, coded=True),
        MemberRemoved(RAMIN.kid, ()),
        LogAdded(b"1" * 32, "a"),
        LogAdded(b"2" * 32, "b"),
    ]
)


@settings(max_examples=25, deadline=None)
@given(st.lists(st.tuples(CHANGES, st.booleans()), max_size=8))
def test_a_roster_is_its_changes_in_order_as_a_few_lines_say(steps):
    """The model: administrators, threshold, who is in, the logs; a change is made or refused."""
    house = team()
    people = {SEVDA.kid: (True, True), AYSEL.kid: (True, True), RAMIN.kid: (False, True)}
    threshold, logs, number = 1, [LOG.public.raw], house.roster.number
    for change, both in steps:
        after, least, known = dict(people), threshold, list(logs)
        good = True
        match change:
            case ThresholdSet(threshold=least):
                pass
            case MemberChanged(member=kid):
                good = kid in people
                after[kid] = (change.administrator, change.coded)
            case MemberRemoved(member=kid):
                good = after.pop(kid, None) is not None
            case LogAdded(key=key):
                good = key not in known
                known.append(key)
        good = good and sum(one for one, _ in after.values()) >= least
        signers = ("Sevda", "Aysel") if both and people[AYSEL.kid][0] else ("Sevda",)
        before: Roster = house.roster
        house.decide(change, by=signers)
        if good and len(signers) >= threshold:
            people, threshold, logs, number = after, least, known, number + 1
        now = house.roster
        assert (now.number, now.threshold, list(now.logs)) == (number, threshold, logs)
        assert {one.kid: (one.administrator, one.coded) for one in now.present} == people
        assert (now.hash == before.hash) is (now.number == before.number)


PERSONS = {"Sevda": SEVDA, "Aysel": AYSEL, "Ramin": RAMIN}
STEPS = st.tuples(
    st.sampled_from(["key", "in"]),
    st.sampled_from(sorted(PERSONS)),
    st.sets(st.sampled_from(sorted(PERSONS)), min_size=1),
)


@settings(max_examples=30, deadline=None)
@given(st.lists(STEPS, max_size=8))
def test_who_reads_a_case_is_whom_its_readers_let_and_have_not_taken_out(steps):
    house = team()
    readers: list[str] = []
    out: set[str] = set()  # a key alone lets nobody in again whom another took out
    for number, (what, author, names) in enumerate(steps):
        named = sorted(names - out) if what == "key" else sorted(names)
        if not named:
            continue
        if what == "key":
            epochs = len(house.roster.compartments[CASE].epochs) if readers else 0
            kids = tuple(PERSONS[one].kid for one in named)
            fact = EpochBegan(CASE, epochs + 1, drawn(f"key {number}")[:16], kids, "")
            good = not readers or author in readers
            after = named
        else:
            fact = ReaderAdded(CASE, PERSONS[named[0]].kid)
            good = author in readers
            after = list(dict.fromkeys([*readers, named[0]]))
        assert (house.say(author, fact) == []) is good
        if good:
            out = (out | set(readers)) - set(after)
            readers = after
        there = house.roster.compartments.get(CASE)
        assert (() if there is None else there.readers) == tuple(
            PERSONS[one].kid for one in readers
        )
        assert house.roster.closed == frozenset()
        if there is not None:
            assert not there.beside
            assert not set(there.readers) & there.out


@settings(max_examples=25, deadline=None)
@given(st.lists(st.tuples(st.sampled_from(sorted(PERSONS)), st.booleans()), max_size=8))
def test_a_freezing_counts_each_who_asks_once_until_two_did(steps):
    house = team()
    asked: list[str] = []
    frozen = False
    for name, back in steps:
        if back:
            house.say(name, TakenBack("freezing", LEYLA.kid), TakenBack("freezing", RAMIN.kid))
            if not frozen:
                asked = [one for one in asked if one != name]
        else:
            assert house.say(name, MemberFrozen(RAMIN.kid)) == []
            asked = list(dict.fromkeys([*asked, name]))
        frozen = len(asked) >= 2 or "Ramin" in asked
        ramin = house.roster.members[RAMIN.kid]
        assert ramin.frozen_by == tuple(PERSONS[one].kid for one in asked)
        assert ramin.frozen is frozen


def test_an_overtaken_change_is_told_by_its_code_and_where_it_stands():
    house = team()
    late = house.change(LogAdded(b"1" * 32, "a"))
    house.decide(LogAdded(b"2" * 32, "b"))
    n = house.n
    house.say("Sevda", house.proposed(late, "Sevda"))

    (fault,) = overtaken_changes(house.roster)
    code = hashlib.sha256(late).hexdigest()[:12]
    assert str(fault) == (
        f"leaf {n}: the change {code} was overtaken by another that was made at the same time;"
        " propose it again"
    )
    assert msgspec.msgpack.decode(late)[4] == "a reason"
