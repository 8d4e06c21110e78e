"""What the roster makes of each thing said, in exact words: a fault, or told.

It is told where another place had decided otherwise, as nobody could know; ``here`` and ``there``
are two instances of one vault.
"""

from __future__ import annotations

from datetime import timedelta

import pytest

from candlemark.ledger.entry import COMPARTMENTS, META
from candlemark.ledger.recovering import public_halves
from candlemark.ledger.roster import Standing
from candlemark.ledger.roster_facts import (
    DeviceCertified,
    DeviceLost,
    DeviceRevoked,
    Ended,
    EpochBegan,
    ErasureAgreed,
    ErasureAsked,
    ErasureDone,
    LogAdded,
    MemberAdded,
    MemberChanged,
    MemberFrozen,
    MemberIntroduced,
    MemberRemoved,
    MemberThawed,
    ReaderAdded,
    RosterApproved,
    RosterProposed,
    Signed,
    TakenBack,
    ThresholdSet,
    change_hash,
    sign_change,
)
from candlemark.seal import RecoveryKey, SigningKey
from house import LOG, PEOPLE, START, House, drawn, team

SEVDA, AYSEL, RAMIN, LEYLA, GHOST = (
    PEOPLE[name] for name in ("Sevda", "Aysel", "Ramin", "Leyla", "Ghost")
)
HERE, THERE = b"here", b"there"
LAPTOP = SigningKey.from_bytes(drawn("laptop"))
RECOVERY = RecoveryKey(drawn("recovery"))
X16, X32 = b"x" * 16, b"x" * 32
CASE = "identity:case_x"


@pytest.fixture
def house():
    return team()


def key(name, number, *readers, word="fresh"):
    return EpochBegan(name, number, drawn(word)[:16], tuple(one.kid for one in readers), "")


def said(house, name, *facts, log=HERE, **more):
    """What an entry made: the faults, and what is told."""
    before = len(house.fold.told)
    n = house.n
    faults = house.say(name, *facts, log=log, **more)
    new = house.fold.told[before:]
    assert {one.where for one in new} <= {f"leaf {n}"}
    assert {one.where for one in house.fold.faults[len(house.fold.faults) - len(faults) :]} <= {
        f"leaf {n}"
    }
    return faults, [one.what for one in new]


def decided(house, *changes, log=HERE, by=("Sevda",)):
    assert house.decide(*changes, by=by, log=log) == []


def removed(house, person, log=HERE):
    """A removal by which everything they wrote until now counts."""
    ended = tuple(
        Ended(one.kid, house.seqs.get(one.kid, -1))
        for one in house.roster.devices.values()
        if one.member == person.kid and house.seqs.get(one.kid, -1) >= 0
    )
    decided(house, MemberRemoved(person.kid, ended), log=log)


# Who says it

NOBODY = "it was said by nobody who is a member"
GIVEN_UP = "it was written after its device, or its member, was given up"
NO_TIME = "it was written at a time for which its device has no certificate"


def test_a_device_nobody_knows_says_nothing(house):
    assert said(house, "Ghost", MemberFrozen(RAMIN.kid)) == ([NOBODY], [])


@pytest.mark.parametrize(("log", "told"), [(HERE, False), (THERE, True)])
def test_who_was_removed_is_a_fault_where_that_was_known_and_told_elsewhere(house, log, told):
    removed(house, RAMIN, log=HERE)

    expected = ([], [NOBODY]) if told else ([NOBODY], [])
    assert said(house, "Ramin", MemberFrozen(AYSEL.kid), log=log) == expected
    assert house.roster.members[AYSEL.kid].frozen_by == ()


@pytest.mark.parametrize(("log", "told"), [(HERE, False), (THERE, True)])
@pytest.mark.parametrize(("last", "seq", "good"), [(5, 5, True), (5, 6, False), (5, 4, True)])
def test_a_device_given_up_counts_up_to_its_last_number(house, log, told, last, seq, good):
    decided(house, DeviceRevoked(Ended(RAMIN.device.kid, last)), log=HERE)

    faults, notes = said(house, "Ramin", MemberFrozen(AYSEL.kid), log=log, seq=seq)
    if good:
        assert (faults, notes) == ([], [])
        assert house.roster.members[AYSEL.kid].frozen_by == (RAMIN.kid,)
    else:
        assert (faults, notes) == (([], [GIVEN_UP]) if told else ([GIVEN_UP], []))
        assert house.roster.members[AYSEL.kid].frozen_by == ()


@pytest.mark.parametrize(
    ("after", "good"),
    [
        (timedelta(days=90), True),
        (timedelta(days=90, seconds=1), False),
        (timedelta(0), True),
        (timedelta(seconds=-1), False),
    ],
)
def test_a_device_counts_from_the_first_to_the_last_moment_of_its_certificate(house, after, good):
    moment = START + timedelta(minutes=house.n)

    faults = house.say("Ramin", MemberFrozen(AYSEL.kid), after=START + after - moment)

    assert faults == ([] if good else [NO_TIME])


def test_a_refusal_comes_of_the_device_its_number_and_its_time(house):
    device = RAMIN.device.kid
    begins = house.roster.devices[device].begins
    decided(house, DeviceRevoked(Ended(device, 5)), log=HERE)
    roster = house.roster

    assert roster.refusal(X16, 0, START) == "it was written by a device the vault does not know"
    assert roster.refusal(device, 5, begins) == ""
    assert roster.refusal(device, 6, begins) == GIVEN_UP
    assert roster.refusal(device, 5, begins - timedelta(microseconds=1)) == NO_TIME
    assert roster.ended_elsewhere(device, 6, THERE)
    assert not roster.ended_elsewhere(device, 6, HERE)
    assert not roster.ended_elsewhere(device, 5, THERE)
    assert not roster.ended_elsewhere(AYSEL.device.kid, 10**6, THERE)
    assert not roster.ended_elsewhere(X16, 0, THERE)


# Changes

SIGNED_BY_NOBODY = "the change was signed by nobody who is an administrator"
BROKEN = "the signature under the change does not hold"


def on(change, key, *, named=None):
    return RosterProposed(change, named or key.kid, sign_change(change, key))


def test_each_way_a_proposal_does_not_hold_has_its_own_words(house):
    change = house.change(ThresholdSet(2))
    table = [
        (on(change, GHOST.identity), SIGNED_BY_NOBODY),
        (on(change, RAMIN.identity), SIGNED_BY_NOBODY),
        (on(change, GHOST.identity, named=SEVDA.kid), BROKEN),
        (on(house.change(ThresholdSet(2), vault=X16), SEVDA.identity),
         "the change is of another vault"),
        (RosterProposed(b"\xc1", SEVDA.kid, bytes(64)), "the change of the roster cannot be read"),
        (RosterApproved(change, SEVDA.kid, sign_change(change, SEVDA.identity)),
         "a signature stands under a change nobody proposed"),
    ]  # fmt: skip
    for fact, words in table:
        assert said(house, "Sevda", fact) == ([words], [])
    assert (house.roster.threshold, house.roster.proposals[3:]) == (1, ())


def test_a_proposal_says_everything_about_itself(house):
    decided(house, ThresholdSet(2))
    change, n = house.change(LogAdded(X32, "laptop")), house.n

    assert said(house, "Sevda", house.proposed(change, "Sevda")) == ([], [])
    waiting = house.roster.proposals[-1]
    assert house.roster.waiting == (waiting,)
    assert (waiting.hash, waiting.proposed) == (change_hash(change), n)
    assert (waiting.signers, waiting.standing, waiting.why) == ((SEVDA.kid,), Standing.WAITING, "")
    assert (waiting.content, waiting.change.reason) == (change, "a reason")
    assert waiting.code == change_hash(change).hex()[:12]
    number, before = house.roster.number, house.roster.hash
    assert said(house, "Aysel", house.approved(change, "Aysel")) == ([], [])
    done = house.roster.proposals[-1]
    assert (done.standing, done.signers) == (Standing.MADE, (SEVDA.kid, AYSEL.kid))
    assert house.roster.waiting == ()
    assert house.roster.number == number + 1
    assert house.roster.hash != before
    assert house.roster.logs == (LOG.public.raw, X32)


def test_a_change_proposed_twice_by_one_is_a_fault_and_by_two_are_two_signatures(house):
    decided(house, ThresholdSet(2))
    change = house.change(LogAdded(X32, "laptop"))
    house.say("Sevda", house.proposed(change, "Sevda"))

    assert said(house, "Sevda", house.proposed(change, "Sevda")) == (
        ["the change was proposed before"], [],
    )  # fmt: skip
    assert house.roster.logs == (LOG.public.raw,)
    assert said(house, "Aysel", house.proposed(change, "Aysel")) == ([], [])
    assert house.roster.logs == (LOG.public.raw, X32)
    assert [one.standing for one in house.roster.proposals if one.content == change] == [
        Standing.MADE
    ]


CANNOT = {
    "a log again": (LogAdded(LOG.public.raw, "x"), "the log is one of the vault already"),
    "a member again": ("Ramin", "the keys are those of somebody who is, or was, a member"),
    "a device again": ("device", "the device is one the vault knows already"),
    "nobody changes": (
        MemberChanged(X16, administrator=True, coded=True), "there is no such member"),
    "nobody goes": (MemberRemoved(X16, ()), "there is no such member"),
    "nobody thaws": (MemberThawed(X16), "there is no such member"),
    "no device goes": (DeviceRevoked(Ended(X16, 0)), "there is no such device"),
    "another's device goes along": (
        MemberRemoved(RAMIN.kid, (Ended(AYSEL.device.kid, 0),)),
        "the removal speaks of a device that is not theirs"),
    "as many must sign as there are not": (
        ThresholdSet(3), "there would be fewer administrators than have to sign a change"),
}  # fmt: skip


@pytest.mark.parametrize("name", CANNOT)
def test_a_change_that_cannot_be_made_says_why_where_it_stands(house, name):
    change, words = CANNOT[name]
    if change == "Ramin":
        change = MemberAdded(RAMIN.card(house.vault), administrator=False, coded=True)
    elif change == "device":
        card = LEYLA.card(house.vault, device=RAMIN.device)
        change = MemberAdded(card, administrator=False, coded=True)
    content = house.change(change)
    members, devices = dict(house.roster.members), dict(house.roster.devices)

    assert said(house, "Sevda", house.proposed(content, "Sevda")) == ([words], [])
    proposal = house.roster.proposals[-1]
    assert (proposal.standing, proposal.why) == (Standing.REFUSED, words)
    assert (dict(house.roster.members), dict(house.roster.devices)) == (members, devices)


def test_as_many_administrators_as_must_sign_are_enough(house):
    assert house.decide(ThresholdSet(2)) == []
    words = "there would be fewer administrators than have to sign a change"
    demoted = MemberChanged(AYSEL.kid, administrator=False, coded=True)
    assert house.decide(demoted, by=("Sevda", "Aysel")) == [words]
    assert house.decide(MemberRemoved(AYSEL.kid, ()), by=("Sevda", "Aysel")) == [words]
    assert house.decide(ThresholdSet(1), by=("Sevda", "Aysel")) == []
    assert house.decide(demoted) == []


def test_a_change_of_what_a_member_may_do_changes_that_and_nothing_else(house):
    before = house.roster.members[RAMIN.kid]
    assert (before.administrator, before.coded, before.log) == (False, True, b"")
    for administrator, coded in ((True, False), (False, False), (True, True), (False, True)):
        decided(house, MemberChanged(RAMIN.kid, administrator, coded), log=THERE)
        now = house.roster.members[RAMIN.kid]
        assert (now.administrator, now.coded, now.log) == (administrator, coded, THERE)
        assert (now.name, now.since, now.recipient) == (before.name, before.since, before.recipient)
        assert [one.kid for one in house.roster.administrators] == [
            one.kid for one in (SEVDA, AYSEL, *((RAMIN,) if administrator else ()))
        ]


def test_a_new_member_is_all_that_the_card_and_the_change_say(house):
    n = house.n
    card = LEYLA.card(house.vault)
    decided(house, MemberAdded(card, administrator=True, coded=False), log=THERE)
    leyla, device = house.roster.members[LEYLA.kid], house.roster.devices[LEYLA.device.kid]

    assert (leyla.name, leyla.identity, leyla.code) == (
        "Leyla", LEYLA.identity.public, LEYLA.kid.hex()[:12],
    )  # fmt: skip
    assert (leyla.administrator, leyla.coded, leyla.since, leyla.log) == (True, False, n, THERE)
    assert (leyla.removed, leyla.frozen_by, leyla.frozen) == (None, (), False)
    assert (device.member, device.label, device.last) == (LEYLA.kid, "first device", None)
    assert (device.begins, device.ends) == (START, START + timedelta(days=90))


def test_whoever_leaves_leaves_with_every_device_at_its_number(house):
    renewed = house.certificate("Ramin", LAPTOP)
    assert house.say("Ramin", DeviceCertified(renewed)) == []
    n = house.n
    decided(house, MemberRemoved(RAMIN.kid, (Ended(RAMIN.device.kid, 4),)), log=THERE)

    ramin = house.roster.members[RAMIN.kid]
    assert (ramin.removed, ramin.log) == (n, THERE)
    assert ramin not in house.roster.present
    named, unnamed = (house.roster.devices[one.kid] for one in (RAMIN.device, LAPTOP))
    assert (named.last, named.log) == (4, THERE)
    assert (unnamed.last, unnamed.log) == (-1, THERE)


@pytest.mark.parametrize(("second", "stays"), [(4, 4), (5, 5), (6, 5), (-1, -1)])
def test_the_number_a_device_ends_at_only_sinks(house, second, stays):
    decided(house, DeviceRevoked(Ended(RAMIN.device.kid, 5)), log=HERE)
    decided(house, DeviceRevoked(Ended(RAMIN.device.kid, second)), log=THERE)

    device = house.roster.devices[RAMIN.device.kid]
    assert device.last == stays
    assert device.log == (THERE if second < 5 else HERE)


@pytest.mark.parametrize(("log", "told"), [(HERE, False), (THERE, True)])
def test_an_overtaken_change_of_a_former_administrator_is_told_or_a_fault(house, log, told):
    """Signed on the roster before; whoever signed it was removed at the instance ``here``."""
    late = house.change(LogAdded(X32, "laptop"))
    decided(house, MemberRemoved(AYSEL.kid, ()), log=HERE)

    faults, notes = said(house, "Sevda", house.proposed(late, "Aysel"), log=log)
    if told:
        assert (faults, notes) == ([], [])
        assert house.roster.proposals[-1].standing is Standing.OVERTAKEN
        assert house.roster.overtaken == (house.roster.proposals[-1],)
    else:
        assert (faults, notes) == ([SIGNED_BY_NOBODY], [])
        assert house.roster.overtaken == ()


def test_an_overtaken_change_by_who_was_demoted_elsewhere_is_told(house):
    late = house.change(LogAdded(X32, "laptop"))
    decided(house, MemberChanged(AYSEL.kid, administrator=False, coded=True), log=HERE)

    assert said(house, "Sevda", house.proposed(late, "Aysel"), log=THERE) == (
        [], [SIGNED_BY_NOBODY],
    )  # fmt: skip
    assert said(house, "Sevda", house.proposed(late, "Aysel"), log=HERE) == ([SIGNED_BY_NOBODY], [])


def test_a_change_is_overtaken_for_whoever_had_enough_signatures_only(house):
    decided(house, ThresholdSet(2))
    one, other = house.change(LogAdded(X32, "a")), house.change(LogAdded(b"y" * 32, "b"))
    for change in (one, other):
        house.say("Sevda", house.proposed(change, "Sevda"))
    assert house.say("Aysel", house.approved(one, "Aysel")) == []
    late = house.roster.proposals[-1]
    assert (late.content, late.standing) == (other, Standing.OVERTAKEN)
    assert house.roster.overtaken == ()
    # A signature that comes late is kept, and says that it was true somewhere.
    assert said(house, "Aysel", house.approved(other, "Aysel"), log=THERE) == ([], [])
    assert [proposal.content for proposal in house.roster.overtaken] == [other]
    assert house.roster.overtaken[0].signers == (SEVDA.kid, AYSEL.kid)
    assert house.roster.logs == (LOG.public.raw, X32)


def test_a_newcomer_who_was_overtaken_is_named_with_their_keys(house):
    card = LEYLA.card(house.vault)
    late = house.change(MemberAdded(card, administrator=False, coded=True))
    decided(house, LogAdded(X32, "laptop"), log=HERE)
    assert said(house, "Sevda", house.proposed(late, "Sevda"), log=THERE) == ([], [])

    (leyla,) = house.roster.newcomers
    assert (leyla.kid, leyla.device) == (LEYLA.kid, LEYLA.device.public)
    words = "it was written by somebody whose taking in was overtaken"
    assert said(house, "Leyla", MemberFrozen(RAMIN.kid), log=THERE) == ([], [words])
    assert said(house, "Sevda", key("identity:y", 1, LEYLA), log=THERE)[0] == []
    decided(house, MemberAdded(card, administrator=False, coded=True), log=HERE)
    assert house.roster.newcomers == ()
    assert leyla.holder == house.roster.members[LEYLA.kid].recipient.kid


# The recovery key


def recovering(house, *changes):
    change = house.change(*changes)
    return RosterProposed(change, RECOVERY.signing.kid, sign_change(change, RECOVERY.signing))


def test_the_recovery_key_takes_in_and_takes_out_and_does_nothing_else(house):
    decided(house, ThresholdSet(2))
    decided(house, public_halves(RECOVERY), by=("Sevda", "Aysel"))
    assert house.roster.recovery_key == RECOVERY.signing.public
    words = "the recovery key signs for who is a member, and nothing else"
    card = LEYLA.card(house.vault)
    come = MemberAdded(card, administrator=True, coded=True)
    for changes in ((ThresholdSet(1),), (come, ThresholdSet(1)), (MemberThawed(RAMIN.kid),)):
        assert said(house, "Ramin", recovering(house, *changes)) == ([words], [])
    bent = recovering(house, come)
    bent = RosterProposed(bent.change, bent.signer, bytes(64))
    assert said(house, "Ramin", bent) == ([BROKEN], [])

    assert said(house, "Ramin", recovering(house, come)) == ([], [])
    for there in house.roster.compartments.values():
        assert there.readers[-1] == LEYLA.kid
        assert there.epochs[-1].given == frozenset(there.epochs[-1].readers) - {LEYLA.kid}
    assert said(house, "Ramin", recovering(house, MemberRemoved(RAMIN.kid, ()))) == ([], [])
    assert house.names() == {"Sevda", "Aysel", "Leyla"}


def test_without_a_recovery_key_its_signature_is_nobodys(house):
    come = MemberAdded(LEYLA.card(house.vault), administrator=True, coded=True)

    assert house.roster.recovery_key is None
    assert said(house, "Ramin", recovering(house, come)) == ([SIGNED_BY_NOBODY], [])


# Founders and devices

ONCE = "only a founder introduces themselves, and once"
TAKEN = "the device is another member's, or was given up before"


def test_a_founder_is_introduced_once_and_nobody_else(house):
    for person in (SEVDA, RAMIN, GHOST):
        card = person.card(house.vault)
        assert said(house, person.name, MemberIntroduced(card)) == ([ONCE], [])


def test_a_founder_takes_the_device_of_no_other_founder():
    two = House(("Sevda", "Aysel"))
    assert two.roster.members[SEVDA.kid].name == "Sevda"
    fresh = House(("Sevda",))
    fresh.fold = type(fresh.fold)(two.vault, two.genesis)
    card = SEVDA.card(two.vault, device=AYSEL.device)
    fresh.n = 0

    assert said(fresh, "Aysel", MemberIntroduced(card)) == ([TAKEN], [])
    assert fresh.roster.members[SEVDA.kid].recipient is None


CERTIFIED = {
    "another's device": (lambda house: house.certificate("Ramin", AYSEL.device), TAKEN),
    "of nobody": (
        lambda house: house.certificate("Ghost", LAPTOP),
        "the device is of nobody who is a member",
    ),
    "in the name of another": (
        lambda house: Signed(house.certificate("Ghost", LAPTOP).content, RAMIN.kid, bytes(64)),
        "the certificate of the device was not signed by its member",
    ),
}


@pytest.mark.parametrize("name", CERTIFIED)
def test_a_certificate_that_counts_for_nothing_says_why(house, name):
    make, words = CERTIFIED[name]

    assert said(house, "Ramin", DeviceCertified(make(house))) == ([words], [])
    assert LAPTOP.kid not in house.roster.devices


@pytest.mark.parametrize(("log", "told"), [(HERE, False), (THERE, True)])
def test_a_device_of_who_was_removed_elsewhere_is_told(house, log, told):
    signed = house.certificate("Ramin", LAPTOP)
    removed(house, RAMIN, log=HERE)
    words = "the device is of nobody who is a member"

    assert said(house, "Sevda", DeviceCertified(signed), log=log) == (
        ([], [words]) if told else ([words], [])
    )
    assert LAPTOP.kid not in house.roster.devices


@pytest.mark.parametrize(("ahead", "good"), [(0, True), (1, False)])
def test_a_certificate_begins_at_most_a_day_after_the_entry_it_stands_in(house, ahead, good):
    moment = START + timedelta(minutes=house.n)
    begins = moment + timedelta(days=1, milliseconds=ahead)

    faults = house.say("Ramin", DeviceCertified(house.certificate("Ramin", LAPTOP, begins=begins)))

    assert faults == ([] if good else ["the certificate of the device begins in the future"])
    assert (LAPTOP.kid in house.roster.devices) is good


def test_a_renewed_device_counts_from_its_first_day_and_until_its_last(house):
    later = START + timedelta(hours=1)
    first, second = (
        house.certificate("Ramin", LAPTOP, begins=begins, days=days)
        for begins, days in ((later, 10), (START, 5))
    )
    for signed in (first, second, first):
        assert house.say("Ramin", DeviceCertified(signed)) == []
        device = house.roster.devices[LAPTOP.kid]
        assert device.begins == (START if signed is second or device.begins == START else later)
        assert device.ends == (
            START + timedelta(days=5) if signed is second else later + timedelta(days=10)
        )
    assert house.roster.devices[LAPTOP.kid].begins == START


def test_a_member_gives_up_a_device_of_theirs_and_once(house):
    words = "only a member gives up a device of theirs, and once"
    house.say("Ramin", DeviceCertified(house.certificate("Ramin", LAPTOP)))

    for name, kid in (("Aysel", LAPTOP.kid), ("Ramin", AYSEL.device.kid), ("Ramin", X16)):
        assert said(house, name, DeviceLost(Ended(kid, 3))) == ([words], [])
    assert said(house, "Ramin", DeviceLost(Ended(LAPTOP.kid, 3)), log=THERE) == ([], [])
    device = house.roster.devices[LAPTOP.kid]
    assert (device.last, device.log) == (3, THERE)
    assert said(house, "Ramin", DeviceLost(Ended(LAPTOP.kid, 2))) == ([words], [])
    signed = house.certificate("Ramin", LAPTOP)
    assert said(house, "Ramin", DeviceCertified(signed)) == ([TAKEN], [])


# Freezing, erasing, taking back


@pytest.mark.parametrize(("log", "told"), [(HERE, False), (THERE, True)])
def test_who_left_elsewhere_is_not_frozen_and_that_is_told(house, log, told):
    removed(house, RAMIN, log=HERE)
    words = "somebody who is no member was to be frozen"

    assert said(house, "Sevda", MemberFrozen(RAMIN.kid), log=log) == (
        ([], [words]) if told else ([words], [])
    )
    assert said(house, "Sevda", MemberFrozen(X16), log=log) == ([words], [])


def test_two_freeze_a_third_each_counts_once_and_one_is_enough_for_themselves(house):
    for name, frozen in (("Sevda", False), ("Sevda", False), ("Aysel", True)):
        assert said(house, name, MemberFrozen(RAMIN.kid), log=THERE) == ([], [])
        assert house.roster.members[RAMIN.kid].frozen is frozen
    assert house.roster.members[RAMIN.kid].frozen_by == (SEVDA.kid, AYSEL.kid)
    assert house.roster.members[RAMIN.kid].log == THERE
    house.say("Aysel", MemberFrozen(AYSEL.kid))
    assert house.roster.members[AYSEL.kid].frozen


def test_whoever_thaws_reads_nothing_until_they_are_let_in_again(house):
    house.say("Sevda", ReaderAdded("identity", RAMIN.kid), ReaderAdded("coded", RAMIN.kid))
    house.say("Sevda", ReaderAdded("identity", AYSEL.kid))
    house.say("Ramin", MemberFrozen(RAMIN.kid))
    decided(house, MemberThawed(RAMIN.kid), log=THERE)

    ramin = house.roster.members[RAMIN.kid]
    assert (ramin.frozen, ramin.frozen_by, ramin.log) == (False, (), THERE)
    for there in house.roster.compartments.values():
        assert RAMIN.kid not in there.readers
        assert all(RAMIN.kid not in one.given for one in there.keys)
    assert house.roster.compartments["identity"].readers == (SEVDA.kid, AYSEL.kid)
    assert AYSEL.kid in house.roster.compartments["identity"].epochs[0].given


def test_an_erasure_waits_for_a_second_member_and_is_then_told_where_it_was_done(house):
    first = ErasureAsked(X16, "person_y", "mistake", (X32,), (b"k" * 16,))
    asked = house.n
    assert said(house, "Ramin", first) == ([], [])
    (one,) = house.roster.erasures
    assert (one.id, one.subject, one.reason) == (X16, "person_y", "mistake")
    assert (one.parts, one.kids) == (frozenset({X32}), frozenset({b"k" * 16}))
    assert (one.asked, one.by, one.day) == (asked, (RAMIN.kid,), START + timedelta(minutes=asked))
    assert (one.agreed, one.done, one.code) == (None, frozenset(), X16.hex()[:12])
    again = "the erasure was asked before, or is about nobody"
    nobody = ErasureAsked(b"z" * 16, "", "mistake", (), ())
    for fact, words in (
        (first, again),
        (nobody, again),
        (ErasureAgreed(b"z" * 16), "an erasure was agreed to that nobody asked for"),
        (ErasureDone(X16), "a receipt stands for an erasure nobody agreed to"),
        (ErasureDone(b"z" * 16), "a receipt stands for an erasure nobody agreed to"),
    ):
        assert said(house, "Ramin", fact) == ([words], [])
    assert house.say("Ramin", ErasureAgreed(X16)) == []
    assert house.roster.erasures[0].agreed is None
    assert not house.roster.gone.holds(X32, X16, "person_y")

    agreed = house.n
    assert house.say("Aysel", ErasureAgreed(X16)) == []
    assert house.roster.erasures[0].agreed == agreed
    assert house.say("Sevda", ErasureAgreed(X16)) == []
    assert house.roster.erasures[0].agreed == agreed
    assert house.roster.erasures[0].by == (RAMIN.kid, AYSEL.kid, SEVDA.kid)
    gone = house.roster.gone
    for part, kid, subject, there in (
        (X32, X16, "person_y", True),
        (b"q" * 32, b"k" * 16, "person_y", True),
        (X32, b"k" * 16, "person_z", False),
        (b"q" * 32, X16, "person_y", False),
        (X32, b"k" * 16, "", False),
        (b"q" * 32, X16, "", False),
    ):
        assert gone.holds(part, kid, subject) is there
    for log in (HERE, THERE, HERE):
        assert house.say("Ramin", ErasureDone(X16), log=log) == []
    assert house.roster.erasures[0].done == {HERE, THERE}


def test_one_member_alone_erases():
    alone = House()
    assert alone.say("Sevda", ErasureAsked(X16, "person_y", "mistake", (), ())) == []

    assert alone.roster.erasures[0].agreed == alone.n - 1


TAKEN_BACK = [("erasure", True), ("change", False), ("freezing", False), ("nothing", False)]


@pytest.mark.parametrize(("what", "there"), TAKEN_BACK)
def test_what_is_taken_back_is_what_it_names_and_only_ones_own_word(house, what, there):
    house.say("Ramin", ErasureAsked(X16, "person_y", "mistake", (), ()))
    assert said(house, "Aysel", TakenBack(what, X16)) == ([], [])
    assert house.roster.erasures[0].by == (RAMIN.kid,)
    assert said(house, "Ramin", TakenBack(what, b"z" * 16)) == ([], [])
    assert house.roster.erasures[0].by == (RAMIN.kid,)
    assert said(house, "Ramin", TakenBack(what, X16)) == ([], [])
    assert house.roster.erasures[0].by == (() if there else (RAMIN.kid,))


def test_a_signature_and_a_freezing_are_taken_back_while_they_wait(house):
    decided(house, ThresholdSet(2))
    change = house.change(LogAdded(X32, "laptop"))
    house.say("Sevda", house.proposed(change, "Sevda"))
    for what, signers in (("erasure", 1), ("freezing", 1), ("change", 0)):
        house.say("Sevda", TakenBack(what, change_hash(change)))
        assert len(house.roster.proposals[-1].signers) == signers
    assert house.roster.proposals[-1].standing is Standing.WAITING
    house.say("Aysel", house.approved(change, "Aysel"))
    assert house.roster.logs == (LOG.public.raw,)

    house.say("Sevda", MemberFrozen(RAMIN.kid))
    for what, left in (("change", 1), ("erasure", 1), ("freezing", 0)):
        house.say("Sevda", TakenBack(what, RAMIN.kid))
        assert len(house.roster.members[RAMIN.kid].frozen_by) == left
    for name in ("Sevda", "Aysel"):
        house.say(name, MemberFrozen(RAMIN.kid))
    house.say("Sevda", TakenBack("freezing", RAMIN.kid))
    assert house.roster.members[RAMIN.kid].frozen  # it was enough before


# Keys

ALL = (SEVDA, AYSEL, RAMIN)


def test_a_key_is_everything_that_was_said_of_it(house):
    n = house.n
    assert said(house, "Sevda", key("coded", 2, *ALL), log=THERE) == ([], [])
    there = house.roster.compartments["coded"]
    assert [one.number for one in there.epochs] == [1, 2]
    last = there.epochs[-1]
    assert (last.kid, last.readers) == (drawn("fresh")[:16], tuple(one.kid for one in ALL))
    assert (last.began, last.log, last.given) == (n, THERE, frozenset(last.readers))
    assert last.day == START + timedelta(minutes=n)
    assert (there.name, there.beside, there.out) == ("coded", (), frozenset())
    assert there.keys == there.epochs


@pytest.mark.parametrize("name", ["coded", "meta", CASE])
def test_of_two_keys_given_apart_the_second_stands_beside(house, name):
    """Whoever sealed under it meanwhile is still read, and nobody writes with it."""
    number = 1
    if name != CASE:
        number = 2
    words = "another key of the compartment was given at the same time"
    assert said(house, "Sevda", key(name, number, *ALL), log=HERE) == ([], [])
    assert said(house, "Sevda", key(name, number, *ALL, word="other"), log=THERE) == ([], [words])

    there = house.roster.compartments[name]
    assert [one.kid for one in there.beside] == [drawn("other")[:16]]
    assert there.epochs[-1].kid == drawn("fresh")[:16]
    assert there.keys == (*there.epochs, *there.beside)
    # What was given after the one beside is beside too; what leaps further is a fault.
    later = "the key of the compartment is not the next one"
    assert said(house, "Sevda", key(name, number + 2, *ALL, word="third")) == ([later], [])
    used = "the key of the compartment is one that is used already, or none"
    assert said(house, "Sevda", key(name, number + 1, *ALL, word="other")) == ([used], [])


NEXT = [(0, 0), (1, 1), (2, 1), (3, 2), (4, 0), (-1, 0)]
"""Of a compartment with two keys in order: a number, and whether it is beside (1) or next (2)."""


@pytest.mark.parametrize(("number", "outcome"), NEXT)
def test_the_number_of_a_key_decides_whether_it_is_next_beside_or_nowhere(house, number, outcome):
    house.say("Sevda", key("coded", 2, *ALL, word="second"))
    faults, told = said(house, "Sevda", key("coded", number, *ALL))
    there = house.roster.compartments["coded"]

    assert (len(there.epochs), len(there.beside)) == ((2, 0), (2, 1), (3, 0))[outcome]
    assert (faults, told) == (
        (["the key of the compartment is not the next one"], []),
        ([], ["another key of the compartment was given at the same time"]),
        ([], []),
    )[outcome]


@pytest.mark.parametrize("length", [15, 16, 17])
def test_a_key_is_named_by_sixteen_bytes(house, length):
    fact = EpochBegan("coded", 2, b"k" * length, tuple(one.kid for one in ALL), "")
    words = "the key of the compartment is one that is used already, or none"

    assert said(house, "Sevda", fact) == ([] if length == 16 else [words], [])


@pytest.mark.parametrize("name", ["coded:x", "identity:", "identity:X", "secret", "", "coded\n"])
def test_a_compartment_of_a_name_there_cannot_be_is_none(house, name):
    assert said(house, "Sevda", key(name, 1, SEVDA)) == (
        ["there can be no compartment of this name"], [],
    )  # fmt: skip
    assert set(house.roster.compartments) == {META, *COMPARTMENTS}


@pytest.mark.parametrize(("log", "told"), [(HERE, False), (THERE, True)])
def test_who_is_an_administrator_no_longer_changes_no_key_of_all(house, log, told):
    decided(house, MemberChanged(AYSEL.kid, administrator=False, coded=True), log=HERE)
    words = "only an administrator changes the key of all members"

    for name in ("meta", "coded"):
        assert said(house, "Aysel", key(name, 2, *ALL, word=name + "2"), log=log) == (
            ([], [words]) if told else ([words], [])
        )
        assert len(house.roster.compartments[name].beside) == int(told)
        assert len(house.roster.compartments[name].epochs) == 1


@pytest.mark.parametrize(("log", "told"), [(HERE, False), (THERE, True)])
def test_a_key_by_who_left_elsewhere_stands_beside(house, log, told):
    removed(house, AYSEL, log=HERE)

    assert said(house, "Aysel", key("coded", 2, SEVDA, RAMIN), log=log) == (
        ([], [NOBODY]) if told else ([NOBODY], [])
    )
    assert len(house.roster.compartments["coded"].beside) == int(told)


@pytest.mark.parametrize(("log", "told"), [(HERE, False), (THERE, True)])
@pytest.mark.parametrize(
    ("what", "words"),
    [
        ("removed", "the key of the compartment is for somebody who is no member"),
        ("barred", "the key of the compartment is for somebody not cleared for it"),
        ("cleared", "the key of the compartment leaves out who is to read it"),
    ],
)
def test_a_key_for_the_wrong_readers_is_told_where_nobody_could_know(house, log, told, what, words):
    readers = ALL
    if what == "removed":
        removed(house, RAMIN, log=HERE)
    elif what == "barred":
        decided(house, MemberChanged(RAMIN.kid, administrator=False, coded=False), log=HERE)
    else:
        decided(house, MemberChanged(RAMIN.kid, administrator=False, coded=True), log=HERE)
        readers = (SEVDA, AYSEL)

    assert said(house, "Sevda", key("coded", 2, *readers), log=log) == (
        ([], [words]) if told else ([words], [])
    )
    there = house.roster.compartments["coded"]
    assert (len(there.epochs), len(there.beside)) == (1, int(told))


def test_one_who_is_wrong_for_a_reason_everybody_knew_makes_the_key_a_fault(house):
    house.take_in("Leyla", coded=False)
    decided(house, MemberChanged(RAMIN.kid, administrator=False, coded=False), log=HERE)

    assert said(house, "Sevda", key("coded", 2, *ALL, LEYLA), log=b"") == (
        ["the key of the compartment is for somebody not cleared for it"], [],
    )  # fmt: skip
    assert said(house, "Sevda", key("coded", 2, *ALL, LEYLA), log=THERE) == (
        [], ["the key of the compartment is for somebody not cleared for it"],
    )  # fmt: skip


@pytest.mark.parametrize(("log", "told"), [(b"", False), (THERE, True)])
def test_who_was_taken_out_elsewhere_changes_the_key_of_a_case_beside(house, log, told):
    house.say("Sevda", key(CASE, 1, SEVDA, AYSEL, word="one"), log=b"")
    house.say("Sevda", key(CASE, 2, SEVDA, word="two"), log=b"")
    assert house.roster.compartments[CASE].out == {AYSEL.kid}
    words = "only a reader of a compartment changes its key"

    assert said(house, "Aysel", key(CASE, 3, SEVDA, AYSEL), log=log) == (
        ([], [words]) if told else ([words], [])
    )
    assert said(house, "Ramin", key(CASE, 3, RAMIN, word="four"), log=log) == ([words], [])
    let = ReaderAdded(CASE, RAMIN.kid)
    refused = "only a reader of a compartment lets another read it"
    assert said(house, "Aysel", let, log=log) == (([], [refused]) if told else ([refused], []))
    assert said(house, "Ramin", let, log=log) == ([refused], [])
    assert said(house, "Sevda", ReaderAdded("identity:none", RAMIN.kid)) == ([refused], [])
    assert house.roster.compartments[CASE].readers == (SEVDA.kid,)


def test_who_was_taken_out_reads_again_once_let_in(house):
    house.say("Sevda", key(CASE, 1, SEVDA, AYSEL, word="one"))
    house.say("Sevda", key(CASE, 2, SEVDA, word="two"))
    assert said(house, "Sevda", ReaderAdded(CASE, AYSEL.kid)) == ([], [])

    there = house.roster.compartments[CASE]
    assert (there.readers, there.out) == ((SEVDA.kid, AYSEL.kid), frozenset())
    assert house.roster.entitled(CASE) == tuple(
        house.roster.members[one.kid] for one in (SEVDA, AYSEL)
    )


def test_two_who_take_each_other_out_are_not_both_out(house):
    house.say("Sevda", key(CASE, 1, SEVDA, AYSEL, word="one"))
    assert said(house, "Sevda", key(CASE, 2, SEVDA, word="two"), log=HERE) == ([], [])
    assert said(house, "Aysel", key(CASE, 2, AYSEL, word="three"), log=THERE)[0] == []

    there = house.roster.compartments[CASE]
    assert there.readers == (SEVDA.kid,)
    assert there.out == {AYSEL.kid}


LET_IN = "somebody who is no member was to read a compartment"


@pytest.mark.parametrize(("log", "told"), [(HERE, False), (THERE, True)])
def test_letting_in_who_left_or_is_not_cleared_is_told_where_nobody_could_know(house, log, told):
    def expected(words):
        return ([], [words]) if told else ([words], [])

    decided(house, MemberChanged(RAMIN.kid, administrator=False, coded=False), log=HERE)
    cleared = "somebody who is not cleared for a compartment was to read it"
    assert said(house, "Sevda", ReaderAdded("coded", RAMIN.kid), log=log) == expected(cleared)
    removed(house, RAMIN, log=HERE)
    assert said(house, "Sevda", ReaderAdded("identity", RAMIN.kid), log=log) == expected(LET_IN)
    assert said(house, "Sevda", ReaderAdded("identity", X16), log=log) == ([LET_IN], [])


def test_who_is_let_in_was_given_the_keys_the_place_must_have_had(house):
    house.say("Sevda", key(CASE, 1, SEVDA, word="one"), log=HERE)
    house.say("Sevda", key(CASE, 2, SEVDA, word="two"), log=HERE)
    house.say("Sevda", key(CASE, 2, SEVDA, word="beside"), log=THERE)
    assert said(house, "Sevda", ReaderAdded(CASE, RAMIN.kid), log=THERE) == ([], [])

    there = house.roster.compartments[CASE]
    assert [RAMIN.kid in one.given for one in there.keys] == [True, False, True]
    assert RAMIN.kid in there.readers
    house.say("Sevda", ReaderAdded(CASE, AYSEL.kid), log=HERE)
    there = house.roster.compartments[CASE]
    assert [AYSEL.kid in one.given for one in there.keys] == [True, True, False]


# What follows from it


def test_a_compartment_is_closed_by_whoever_reads_it_and_is_not_to(house):
    for name in ("meta", "coded"):
        house.say("Sevda", *(ReaderAdded(name, one.kid) for one in (AYSEL, RAMIN)))
    house.say("Sevda", key(CASE, 1, SEVDA, RAMIN, word="one"), key("identity:y", 1, SEVDA))
    assert house.roster.closed == frozenset()
    decided(house, MemberChanged(RAMIN.kid, administrator=False, coded=False))
    assert house.roster.closed == {"coded"}
    removed(house, RAMIN)
    assert house.roster.closed == {"meta", "coded", CASE}
    for name in ("meta", "coded"):
        assert house.say("Sevda", key(name, 2, SEVDA, AYSEL, word=name + "2")) == []
    assert house.roster.closed == {CASE}


@pytest.mark.parametrize(
    ("age", "due"),
    [
        (timedelta(days=180), "its key is older than 180 days"),
        (timedelta(days=180, seconds=-1), ""),
        (timedelta(0), ""),
    ],
)
def test_a_key_is_due_to_be_changed_on_its_last_day_and_not_before(house, age, due):
    day = house.roster.compartments["coded"].epochs[-1].day

    assert house.roster.due("coded", day + age) == due
    assert house.roster.due("identity:none", day + timedelta(days=10_000)) == ""
    house.say("Sevda", ReaderAdded("coded", RAMIN.kid))
    removed(house, RAMIN)
    assert house.roster.due("coded", day + age) == "a reader left"


def test_who_is_entitled_follows_from_what_is_said_of_members(house):
    house.take_in("Leyla", coded=False)
    people = {one.kid: one.name for one in house.roster.members.values()}

    def entitled(name):
        return [people[one.kid] for one in house.roster.entitled(name)]

    assert entitled("meta") == ["Sevda", "Aysel", "Ramin", "Leyla"]
    assert entitled("coded") == ["Sevda", "Aysel", "Ramin"]
    assert entitled("identity") == ["Sevda"]
    assert entitled("identity:none") == []
    house.say("Sevda", ReaderAdded("identity", RAMIN.kid))
    assert entitled("identity") == ["Sevda", "Ramin"]
    removed(house, RAMIN)
    assert entitled("meta") == ["Sevda", "Aysel", "Leyla"]
    assert entitled("coded") == ["Sevda", "Aysel"]
    assert entitled("identity") == ["Sevda"]
