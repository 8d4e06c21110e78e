"""Who is a member follows from what was signed, and from nothing else: attacks on the fold.

The keys are made here and nothing is sealed.  Everything somebody with the server in hand, or a
member who turned, could put into the ledger is tried; each is named as a fault, and changes nothing.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from candlemark.errors import LedgerBroken, NewerFormat
from candlemark.ledger.entry import META
from candlemark.ledger.genesis import read_genesis
from candlemark.ledger.recovering import public_halves
from candlemark.ledger.roster import DEVICE_DAYS, ROTATION_DAYS, Standing
from candlemark.ledger.roster_changes import made
from candlemark.ledger.roster_facts import (
    Card,
    DeviceCertified,
    DeviceLost,
    DeviceRevoked,
    Ended,
    EpochBegan,
    LogAdded,
    MemberAdded,
    MemberChanged,
    MemberFrozen,
    MemberIntroduced,
    MemberRemoved,
    MemberThawed,
    ReaderAdded,
    RecoverySet,
    RosterApproved,
    RosterProposed,
    Signed,
    ThresholdSet,
    certify,
    change_hash,
    encode,
    read_card,
    read_certificate,
    read_change,
    read_recovery,
    read_signed,
    sign_card,
    sign_change,
)
from candlemark.ledger.roster_fold import RosterFold
from candlemark.ledger.roster_keys import Said
from candlemark.seal import RecoveryKey, SigningKey
from house import LOG, PEOPLE, START, House, drawn, team

SEVDA, AYSEL, RAMIN, GHOST = (PEOPLE[name] for name in ("Sevda", "Aysel", "Ramin", "Ghost"))
LAPTOP = SigningKey.from_bytes(drawn("laptop"))
RECOVERY = RecoveryKey(drawn("recovery"))


def state(house):
    """Everything that says who may do what."""
    roster = house.roster
    return (
        roster.number,
        roster.hash,
        roster.threshold,
        dict(roster.members),
        dict(roster.devices),
        dict(roster.compartments),
        roster.logs,
        roster.recovery,
    )


@pytest.fixture
def house():
    return team()


@pytest.fixture
def pair():
    """Two administrators who both have to sign, and a member."""
    return team(threshold=2)


@pytest.fixture
def refused():
    """That what is said is a fault with these words, and changes nothing."""

    def check(house, words, name, *facts, **how):
        before = state(house)
        faults = house.say(name, *facts, **how)
        assert len(faults) == 1, faults
        assert words in faults[0]
        assert state(house) == before

    return check


# Who is a member


def test_a_vault_begins_with_its_founder_alone():
    house = House()

    assert house.names() == {"Sevda"}
    assert house.roster.administrators == house.roster.present
    assert house.roster.waiting == ()


def test_a_person_is_a_member_from_the_entry_of_the_last_signature_on(pair):
    change = pair.change(MemberAdded(PEOPLE["Leyla"].card(pair.vault), False, True))

    assert pair.say("Sevda", pair.proposed(change, "Sevda")) == []
    assert "Leyla" not in pair.names()
    assert [one.hash for one in pair.roster.waiting] == [change_hash(change)]
    assert pair.say("Aysel", pair.approved(change, "Aysel")) == []
    assert "Leyla" in pair.names()
    assert pair.roster.members[PEOPLE["Leyla"].kid].since == pair.n - 1
    assert pair.roster.waiting == ()


def test_a_ghost_who_signs_for_themselves_is_nobody(house, refused):
    change = house.change(MemberAdded(GHOST.card(house.vault), True, True))

    refused(house, "nobody who is an administrator", "Sevda", house.proposed(change, "Ghost"))
    refused(house, "nobody who is an administrator", "Ghost", house.proposed(change, "Ghost"))


def test_a_member_who_is_no_administrator_signs_nothing(house, refused):
    change = house.change(MemberAdded(GHOST.card(house.vault), True, True))

    refused(house, "nobody who is an administrator", "Ramin", house.proposed(change, "Ramin"))


def test_a_signature_in_the_name_of_an_administrator_does_not_hold(house, refused):
    change = house.change(MemberAdded(GHOST.card(house.vault), True, True))
    forged = RosterProposed(change, SEVDA.kid, sign_change(change, GHOST.identity))

    refused(house, "does not hold", "Ramin", forged)


def test_one_signature_fewer_than_needed_makes_nobody_a_member(pair):
    change = pair.change(MemberAdded(GHOST.card(pair.vault), True, True))
    before = state(pair)

    assert pair.say("Sevda", pair.proposed(change, "Sevda")) == []
    assert state(pair) == before


@pytest.mark.parametrize("name", ["Sevda", "Ramin"])
def test_the_same_signature_twice_counts_once_whoever_brings_it(pair, name):
    change = pair.change(MemberAdded(GHOST.card(pair.vault), True, True))
    pair.say("Sevda", pair.proposed(change, "Sevda"))
    before = state(pair)

    assert pair.say(name, pair.approved(change, "Sevda")) == []
    assert state(pair) == before
    assert pair.roster.waiting[0].signers == (SEVDA.kid,)


@pytest.mark.parametrize("name", ["Ramin", "Ghost"])
def test_a_second_signature_by_somebody_else_is_no_signature(pair, refused, name):
    change = pair.change(MemberAdded(GHOST.card(pair.vault), True, True))
    pair.say("Sevda", pair.proposed(change, "Sevda"))

    refused(pair, "nobody who is an administrator", "Sevda", pair.approved(change, name))


def test_a_removed_administrator_signs_nothing_more(house, refused):
    house.decide(MemberRemoved(AYSEL.kid, ()))
    change = house.change(MemberAdded(GHOST.card(house.vault), True, True))

    refused(house, "nobody who is an administrator", "Aysel", house.proposed(change, "Aysel"))


def test_a_signature_given_before_the_signer_was_removed_does_not_count_afterwards(pair):
    change = pair.change(MemberAdded(GHOST.card(pair.vault), True, True))
    pair.say("Aysel", pair.proposed(change, "Aysel"))
    pair.take_in("Leyla", by=("Sevda", "Aysel"), administrator=True)
    pair.decide(MemberRemoved(AYSEL.kid, ()), by=("Sevda", "Leyla"))

    assert pair.say("Sevda", pair.approved(change, "Sevda")) == []
    assert "Ghost" not in pair.names()
    assert [one.standing for one in pair.roster.proposals if one.hash == change_hash(change)] == [
        Standing.OVERTAKEN
    ]


def test_a_signature_under_another_change_does_not_hold(pair, refused):
    one = pair.change(MemberAdded(PEOPLE["Leyla"].card(pair.vault), False, True))
    other = pair.change(MemberAdded(GHOST.card(pair.vault), True, True))
    pair.say("Sevda", pair.proposed(other, "Sevda"))
    moved = RosterApproved(other, AYSEL.kid, sign_change(one, AYSEL.identity))

    refused(pair, "does not hold", "Aysel", moved)


def test_a_change_of_another_vault_is_none_of_this(house, refused):
    change = house.change(
        MemberAdded(PEOPLE["Leyla"].card(house.vault), True, True), vault=drawn("other")[:16]
    )

    refused(house, "another vault", "Sevda", house.proposed(change, "Sevda"))


def test_a_change_made_on_an_older_roster_is_overtaken(house):
    change = house.change(MemberAdded(PEOPLE["Leyla"].card(house.vault), True, True))
    house.take_in("Murad")
    before = state(house)

    assert house.say("Sevda", house.proposed(change, "Sevda")) == []
    assert state(house) == before
    assert house.roster.proposals[-1].standing is Standing.OVERTAKEN


@pytest.mark.parametrize("lie", [{"number": 0}, {"number": 2**62}, {"previous": bytes(32)}])
def test_a_change_on_a_roster_there_never_was_is_overtaken(house, lie):
    change = house.change(MemberAdded(PEOPLE["Leyla"].card(house.vault), True, True), **lie)

    house.say("Sevda", house.proposed(change, "Sevda"))
    assert "Leyla" not in house.names()
    assert house.roster.proposals[-1].standing is Standing.OVERTAKEN


def test_a_change_that_was_made_cannot_be_made_again(house, refused):
    change = house.change(MemberChanged(RAMIN.kid, administrator=True, coded=True))
    house.say("Sevda", house.proposed(change, "Sevda"))
    house.decide(MemberChanged(RAMIN.kid, administrator=False, coded=True))

    refused(house, "proposed before", "Sevda", house.proposed(change, "Sevda"))
    assert not house.roster.members[RAMIN.kid].administrator


def test_an_approval_of_what_nobody_proposed_is_a_fault(house, refused):
    change = house.change(ThresholdSet(1))

    refused(house, "nobody proposed", "Sevda", house.approved(change, "Sevda"))


def test_who_approves_signs_the_very_bytes_that_were_proposed(pair):
    """A change can be written in MessagePack in more than one way."""
    change = pair.change(MemberAdded(PEOPLE["Leyla"].card(pair.vault), False, True))
    longer = b"\x96\xcc\x01" + change[2:]
    assert read_change(longer) == read_change(change)
    pair.say("Sevda", pair.proposed(longer, "Sevda"))

    assert pair.roster.waiting[0].content == longer
    assert pair.say("Aysel", pair.approved(pair.roster.waiting[0].content, "Aysel")) == []
    assert "Leyla" in pair.names()


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        (lambda _h: [ThresholdSet(3)], "fewer administrators"),
        (lambda _h: [MemberChanged(drawn("x")[:16], True, True)], "no such member"),
        (lambda _h: [MemberRemoved(drawn("x")[:16], ())], "no such member"),
        (lambda _h: [MemberThawed(drawn("x")[:16])], "no such member"),
        (lambda _h: [DeviceRevoked(Ended(drawn("x")[:16], 0))], "no such device"),
        (lambda _h: [LogAdded(LOG.public.raw, "again")], "one of the vault already"),
        (lambda _h: [RecoverySet(b"short", b"")], "public key"),
        (lambda _h: [RecoverySet(SEVDA.identity.public.raw, b"")], "public bytes"),
        (
            lambda _h: [MemberRemoved(SEVDA.kid, ()), MemberRemoved(AYSEL.kid, ())],
            "fewer administrators",
        ),
        (
            lambda _h: [MemberRemoved(RAMIN.kid, (Ended(SEVDA.device.kid, -1),))],
            "device that is not theirs",
        ),
        (lambda h: [MemberAdded(RAMIN.card(h.vault), True, True)], "is, or was, a member"),
        (
            lambda h: [MemberAdded(GHOST.card(h.vault, device=RAMIN.device), True, True)],
            "knows already",
        ),
        (lambda _h: [MemberAdded(GHOST.card(drawn("other")[:16]), True, True)], "another vault"),
    ],
)
def test_a_change_that_cannot_be_made_is_refused_whole(house, changes, words):
    before = state(house)
    good = MemberAdded(PEOPLE["Leyla"].card(house.vault), False, True)

    faults = house.decide(good, *changes(house))

    assert len(faults) == 1
    assert words in faults[0]
    assert state(house) == before
    assert house.roster.proposals[-1].standing is Standing.REFUSED
    assert words in house.roster.proposals[-1].why


def test_a_card_of_a_later_format_refuses_the_change_and_closes_nothing(house):
    content = encode(
        msgspec.structs.replace(
            msgspec.msgpack.decode(GHOST.card(house.vault).content, type=Card), format=2
        )
    )
    card = Signed(content, GHOST.kid, bytes(64))

    assert "later version" in house.decide(MemberAdded(card, True, True))[0]
    assert house.roster.proposals[-1].standing is Standing.REFUSED


def test_keys_of_a_former_member_do_not_come_back(house):
    house.decide(MemberRemoved(RAMIN.kid, ()))

    assert "is, or was, a member" in house.take_in("Ramin")[0]


def test_a_card_with_another_members_receiving_key_is_refused(house):
    """Otherwise whatever is destroyed for the one would be destroyed for the other."""
    card = msgspec.msgpack.decode(GHOST.card(house.vault).content, type=Card)
    taken = house.roster.members[RAMIN.kid].recipient
    lying = sign_card(msgspec.structs.replace(card, receiving=taken.raw), GHOST.identity)

    assert "receiving key" in house.decide(MemberAdded(lying, False, True))[0]


def test_a_second_log_and_a_recovery_key_are_set_and_taken_away(house):
    log = SigningKey.from_bytes(drawn("log 2"))

    assert house.decide(LogAdded(log.public.raw, "second"), public_halves(RECOVERY)) == []
    assert house.roster.logs == (LOG.public.raw, log.public.raw)
    assert house.roster.recovery == public_halves(RECOVERY)
    assert house.decide(RecoverySet(b"", b"")) == []
    assert house.roster.recovery is None


# Introductions


def test_only_a_founder_introduces_themselves_and_once(house, refused):
    again = MemberIntroduced(SEVDA.card(house.vault))
    ghost = MemberIntroduced(GHOST.card(house.vault))

    refused(house, "only a founder", "Sevda", again)
    refused(house, "only a founder", "Sevda", ghost)


def test_a_founder_is_introduced_with_the_device_of_the_genesis_or_with_one_of_their_own():
    """A vault of one that was restored has no other device left to say it with."""
    two = House(founders=("Sevda", "Aysel"))
    later = House.__new__(House)
    later.__dict__.update(two.__dict__)
    later.fold, later.n, later.seqs = RosterFold(two.vault, two.genesis), 0, {}

    later.say("Sevda", MemberIntroduced(SEVDA.card(two.vault, device=LAPTOP)))

    assert later.roster.members[SEVDA.kid].recipient is not None
    assert later.roster.devices[LAPTOP.kid].member == SEVDA.kid


# The recovery key


def recovered(house, *changes, key=RECOVERY.signing):
    change = house.change(*changes)
    fact = RosterProposed(change, key.kid, sign_change(change, key))
    return house.say("Ghost", fact)


def test_the_recovery_key_alone_takes_in_a_person_who_reads_everything(pair):
    pair.decide(public_halves(RECOVERY), by=("Sevda", "Aysel"))

    assert recovered(pair, MemberAdded(GHOST.card(pair.vault), True, True)) == []
    assert all(GHOST.kid in one.readers for one in pair.roster.compartments.values())


@pytest.mark.parametrize(
    "changes",
    [
        (ThresholdSet(1),),
        (MemberChanged(RAMIN.kid, True, True),),
        (RecoverySet(b"", b""),),
        (LogAdded(GHOST.identity.public.raw, "ghost"),),
        (DeviceRevoked(Ended(SEVDA.device.kid, -1)),),
        (MemberThawed(RAMIN.kid),),
        (MemberRemoved(RAMIN.kid, ()), ThresholdSet(1)),
    ],
)
def test_the_recovery_key_signs_for_who_is_a_member_and_nothing_else(pair, changes):
    pair.decide(public_halves(RECOVERY), by=("Sevda", "Aysel"))
    before = state(pair)

    assert "nothing else" in recovered(pair, *changes)[0]
    assert state(pair) == before


def test_a_recovery_key_that_was_taken_away_or_is_another_signs_nothing(pair):
    added = MemberAdded(GHOST.card(pair.vault), True, True)
    assert "nobody who is an administrator" in recovered(pair, added)[0]
    pair.decide(public_halves(RECOVERY), by=("Sevda", "Aysel"))
    other = RecoveryKey(drawn("another"))
    assert "nobody who is an administrator" in recovered(pair, added, key=other.signing)[0]
    pair.decide(RecoverySet(b"", b""), by=("Sevda", "Aysel"))
    assert "nobody who is an administrator" in recovered(pair, added)[0]


def test_a_founders_recovery_key_stands_in_the_genesis():
    house = House(recovery=encode(public_halves(RECOVERY)))

    assert house.roster.recovery == public_halves(RECOVERY)
    assert recovered(house, MemberAdded(GHOST.card(house.vault), True, True)) == []
    assert read_recovery(b"") is None
    for broken in (b"\xc0", encode(public_halves(RECOVERY))[:-1], encode(RecoverySet(b"x", b""))):
        with pytest.raises(LedgerBroken):
            read_recovery(broken)


# Devices


def test_a_device_counts_once_its_member_certified_it(house):
    certificate = house.certificate("Ramin", LAPTOP)

    assert house.roster.refusal(LAPTOP.kid, 0, START) != ""
    assert house.say("Ramin", DeviceCertified(certificate)) == []
    assert house.roster.refusal(LAPTOP.kid, 0, START) == ""
    assert house.roster.devices[LAPTOP.kid].member == RAMIN.kid


def test_a_certificate_by_somebody_who_is_no_member_is_a_fault(house, refused):
    refused(
        house,
        "nobody who is a member",
        "Sevda",
        DeviceCertified(house.certificate("Ghost", LAPTOP)),
    )
    house.decide(MemberRemoved(RAMIN.kid, ()))
    refused(
        house,
        "nobody who is a member",
        "Sevda",
        DeviceCertified(house.certificate("Ramin", LAPTOP)),
    )


def test_a_certificate_in_the_name_of_another_member_does_not_hold(house, refused):
    lying = house.certificate("Ghost", LAPTOP)
    moved = Signed(lying.content, RAMIN.kid, lying.signature)

    refused(house, "not signed by its member", "Ghost", DeviceCertified(moved))
    swapped = certify(
        msgspec.structs.replace(
            read_certificate(lying, GHOST.identity.public, house.vault), member=RAMIN.kid
        ),
        GHOST.identity,
    )
    refused(house, "nobody who is a member", "Ghost", DeviceCertified(swapped))


def test_a_certificate_that_begins_in_the_future_is_a_fault(house, refused):
    begins = START + timedelta(days=2)

    refused(
        house, "begins in the future", "Ramin",
        DeviceCertified(house.certificate("Ramin", LAPTOP, begins=begins)),
    )  # fmt: skip


def test_a_clock_at_the_end_of_time_closes_nothing(house):
    """What a member's clock says is theirs to say; the roster must survive it."""
    device = PEOPLE["Ramin"].device
    said = Said(house.n, device.kid, datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC), 5)

    house.fold.add(said, [DeviceCertified(house.certificate("Ramin", LAPTOP))])

    assert LAPTOP.kid in house.roster.devices


def test_another_members_device_is_not_taken_over(house, refused):
    certificate = house.certificate("Ramin", SEVDA.device)

    refused(house, "another member's", "Ramin", DeviceCertified(certificate))


def test_a_device_that_was_given_up_does_not_come_back(house, refused):
    house.say("Ramin", DeviceCertified(house.certificate("Ramin", LAPTOP)))
    assert house.say("Ramin", DeviceLost(Ended(LAPTOP.kid, -1))) == []

    refused(house, "given up before", "Ramin", DeviceCertified(house.certificate("Ramin", LAPTOP)))
    refused(house, "and once", "Ramin", DeviceLost(Ended(LAPTOP.kid, 7)))


@pytest.mark.parametrize("name", ["Sevda", "Ghost"])
def test_nobody_gives_up_another_members_device(house, refused, name):
    words = "only a member gives up" if name == "Sevda" else "nobody who is a member"

    refused(house, words, name, DeviceLost(Ended(RAMIN.device.kid, 0)))


@pytest.mark.parametrize(
    ("label", "begins", "ends", "words"),
    [
        ("laptop", 5, 5, "ends before"),
        ("lap\x1b[2Jtop", 5, 6, "cannot be shown"),
    ],
)
def test_a_certificate_that_means_nothing_is_a_fault(house, refused, label, begins, ends, words):
    certificate = read_certificate(
        house.certificate("Ramin", LAPTOP), RAMIN.identity.public, house.vault
    )
    bent = msgspec.structs.replace(certificate, label=label, begins=begins, ends=ends)

    refused(house, words, "Ramin", DeviceCertified(certify(bent, RAMIN.identity)))


def test_a_certificate_of_a_later_format_is_a_fault_and_closes_nothing(house, refused):
    certificate = read_certificate(
        house.certificate("Ramin", LAPTOP), RAMIN.identity.public, house.vault
    )
    later = certify(msgspec.structs.replace(certificate, format=2), RAMIN.identity)

    refused(house, "later version", "Ramin", DeviceCertified(later))


def test_a_name_that_could_write_over_a_terminal_is_on_no_card(house):
    card = msgspec.msgpack.decode(GHOST.card(house.vault).content, type=Card)
    lying = sign_card(msgspec.structs.replace(card, name="Leyla\x1b[6A"), GHOST.identity)

    with pytest.raises(LedgerBroken, match="cannot be shown"):
        read_card(lying, house.vault)


WHAT_A_DEVICE_SAYS = {
    "an epoch": lambda _h: EpochBegan("identity:x", 1, drawn("k")[:16], (RAMIN.kid,), ""),
    "a reader": lambda _h: ReaderAdded("meta", RAMIN.kid),
    "that a device is lost": lambda _h: DeviceLost(Ended(RAMIN.device.kid, 0)),
    "that somebody is frozen": lambda _h: MemberFrozen(SEVDA.kid),
}


@pytest.mark.parametrize("what", WHAT_A_DEVICE_SAYS)
def test_a_revoked_device_says_nothing(house, refused, what):
    """Its member is one still: the laptop was stolen."""
    house.decide(DeviceRevoked(Ended(RAMIN.device.kid, house.seqs.get(RAMIN.device.kid, -1))))

    refused(house, "given up", "Ramin", WHAT_A_DEVICE_SAYS[what](house))


@pytest.mark.parametrize("what", WHAT_A_DEVICE_SAYS)
def test_a_device_without_a_certificate_for_the_day_says_nothing(house, refused, what):
    after = timedelta(days=DEVICE_DAYS + 1)

    refused(house, "no certificate", "Ramin", WHAT_A_DEVICE_SAYS[what](house), after=after)
    refused(house, "no certificate", "Ramin", WHAT_A_DEVICE_SAYS[what](house), after=-after)


def test_a_device_renewed_in_the_same_entry_counts(house):
    after = timedelta(days=DEVICE_DAYS + 1)
    renewed = house.certificate("Ramin", RAMIN.device, begins=START + after)

    faults = house.say("Ramin", DeviceCertified(renewed), MemberFrozen(RAMIN.kid), after=after)

    assert faults == []
    assert house.roster.members[RAMIN.kid].frozen


# Removal


def test_whoever_is_removed_says_nothing_more(house, refused):
    house.say("Ramin", MemberFrozen(SEVDA.kid))
    house.decide(MemberRemoved(RAMIN.kid, (Ended(RAMIN.device.kid, 0),)))

    assert house.names() == {"Sevda", "Aysel"}
    for what in WHAT_A_DEVICE_SAYS.values():
        refused(house, "nobody who is a member", "Ramin", what(house))
    assert house.roster.refusal(RAMIN.device.kid, 0, START) == ""
    assert "given up" in house.roster.refusal(RAMIN.device.kid, 1, START)


def test_a_removal_is_not_dodged_by_certifying_another_device(pair):
    change = pair.change(MemberRemoved(RAMIN.kid, (Ended(RAMIN.device.kid, 3),)))
    pair.say("Sevda", pair.proposed(change, "Sevda"))
    pair.say("Ramin", DeviceCertified(pair.certificate("Ramin", LAPTOP)))

    assert pair.say("Aysel", pair.approved(change, "Aysel")) == []
    assert "Ramin" not in pair.names()
    assert pair.roster.devices[LAPTOP.kid].last == -1
    assert pair.roster.devices[RAMIN.device.kid].last == 3


@pytest.mark.parametrize("by", ["removal", "revocation"])
def test_a_device_given_up_at_a_number_far_ahead_is_still_taken_back(house, by):
    house.say("Ramin", DeviceCertified(house.certificate("Ramin", LAPTOP)))
    house.say("Ramin", DeviceLost(Ended(LAPTOP.kid, 2**63 - 1)))
    ended = Ended(LAPTOP.kid, 4)

    house.decide(MemberRemoved(RAMIN.kid, (ended,)) if by == "removal" else DeviceRevoked(ended))

    assert house.roster.devices[LAPTOP.kid].last == 4


def test_a_number_once_set_is_never_raised(house):
    house.decide(DeviceRevoked(Ended(RAMIN.device.kid, 2)))
    house.decide(DeviceRevoked(Ended(RAMIN.device.kid, 9)))

    assert house.roster.devices[RAMIN.device.kid].last == 2


def test_a_compartment_somebody_left_is_closed_until_its_key_is_another(house):
    now = START + timedelta(days=1)
    house.say(
        "Sevda",
        *(ReaderAdded(name, one.kid) for name in ("meta", "coded") for one in (AYSEL, RAMIN)),
    )
    house.decide(MemberRemoved(RAMIN.kid, ()))

    assert house.roster.closed == {"meta", "coded"}
    assert house.roster.due("meta", now) == "a reader left"
    rest = (SEVDA.kid, AYSEL.kid)
    assert house.say("Sevda", EpochBegan("meta", 2, drawn("m2")[:16], rest, "")) == []
    assert house.roster.closed == {"coded"}
    assert house.roster.due("meta", now) == ""
    assert "older than 180 days" in house.roster.due(
        "meta", now + timedelta(days=ROTATION_DAYS + 1)
    )
    assert house.roster.due("identity:none", now) == ""


def test_whoever_is_no_longer_cleared_closes_what_they_read(house):
    house.say("Sevda", ReaderAdded("coded", AYSEL.kid), ReaderAdded("coded", RAMIN.kid))
    house.decide(MemberChanged(RAMIN.kid, administrator=False, coded=False))

    assert house.roster.closed == {"coded"}
    assert RAMIN not in house.roster.entitled("coded")


# Freezing


def test_two_freeze_a_third_and_anybody_themselves(house):
    house.say("Sevda", MemberFrozen(RAMIN.kid))
    house.say("Sevda", MemberFrozen(RAMIN.kid))
    assert not house.roster.members[RAMIN.kid].frozen
    house.say("Aysel", MemberFrozen(RAMIN.kid))
    assert house.roster.members[RAMIN.kid].frozen
    house.say("Aysel", MemberFrozen(AYSEL.kid))
    assert house.roster.members[AYSEL.kid].frozen
    assert house.decide(MemberThawed(RAMIN.kid)) == []
    assert not house.roster.members[RAMIN.kid].frozen


def test_somebody_who_is_no_member_is_not_frozen(house, refused):
    refused(house, "no member", "Sevda", MemberFrozen(GHOST.kid))


# Keys of compartments


def epoch(name, number, readers, word="fresh"):
    return EpochBegan(name, number, drawn(word)[:16], tuple(one.kid for one in readers), "")


@pytest.mark.parametrize(
    ("name", "fact", "words"),
    [
        ("Sevda", epoch("meta", 3, (SEVDA, AYSEL, RAMIN)), "not the next one"),
        ("Sevda", epoch("meta", -1, (SEVDA, AYSEL, RAMIN)), "not the next one"),
        ("Sevda", epoch("meta", 2, (SEVDA, AYSEL, RAMIN), "meta 1"), "used already"),
        ("Sevda", epoch("meta", 2, (SEVDA, AYSEL, RAMIN), "coded 1"), "used already"),
        ("Ramin", epoch("identity:x", 1, (RAMIN,), "meta 1"), "used already"),
        ("Ramin", EpochBegan("identity:x", 1, b"short", (RAMIN.kid,), ""), "or none"),
        ("Sevda", epoch("meta", 2, (SEVDA, AYSEL, RAMIN, GHOST)), "no member"),
        ("Sevda", epoch("meta", 2, ()), "no member"),
        ("Ramin", epoch("meta", 2, (SEVDA, AYSEL, RAMIN)), "only an administrator"),
        ("Ghost", epoch("identity:x", 1, (RAMIN,)), "nobody who is a member"),
        ("Sevda", epoch("meta", 2, (SEVDA,)), "leaves out"),
        ("Sevda", epoch("coded", 2, (SEVDA, AYSEL)), "leaves out"),
        ("Ramin", epoch("identity", 2, (RAMIN,)), "only a reader"),
        ("Ramin", epoch("secret", 1, (RAMIN,)), "of this name"),
        ("Ramin", epoch("identity:X Y", 1, (RAMIN,)), "of this name"),
    ],
)
def test_a_key_that_is_not_in_order_is_not_one(house, refused, name, fact, words):
    refused(house, words, name, fact)


def test_whoever_is_not_cleared_is_given_no_key_of_what_happened(house, refused):
    house.take_in("Leyla", coded=False)
    leyla = PEOPLE["Leyla"]

    refused(house, "not cleared", "Sevda", epoch("coded", 2, (SEVDA, AYSEL, RAMIN, leyla)))
    refused(house, "not cleared", "Sevda", ReaderAdded("coded", leyla.kid))


def test_somebody_frozen_may_be_left_out(house):
    house.say("Ramin", MemberFrozen(RAMIN.kid))

    assert house.say("Sevda", epoch("meta", 2, (SEVDA, AYSEL))) == []


@pytest.mark.parametrize(
    ("name", "fact", "words"),
    [
        ("Ramin", ReaderAdded("identity", RAMIN.kid), "only a reader"),
        ("Sevda", ReaderAdded("identity:none", RAMIN.kid), "only a reader"),
        ("Sevda", ReaderAdded("identity", GHOST.kid), "no member"),
        ("Ghost", ReaderAdded("identity", RAMIN.kid), "nobody who is a member"),
    ],
)
def test_a_reader_is_let_in_by_a_reader_and_is_a_member(house, refused, name, fact, words):
    refused(house, words, name, fact)


def test_a_reader_lets_in_another_once(house):
    house.say("Sevda", ReaderAdded("identity", RAMIN.kid), ReaderAdded("identity", RAMIN.kid))

    assert house.roster.compartments["identity"].readers == (SEVDA.kid, RAMIN.kid)
    assert house.say("Ramin", epoch("identity", 2, (RAMIN,))) == []
    assert house.roster.compartments["identity"].readers == (RAMIN.kid,)
    assert house.roster.entitled("identity") == (house.roster.members[RAMIN.kid],)


def test_where_nobody_speaks_of_identities_administrators_are_entitled():
    house = House.__new__(House)
    whole = House()
    house.__dict__.update(whole.__dict__)
    house.fold = RosterFold(whole.vault, whole.genesis)

    assert house.roster.entitled("identity") == house.roster.administrators
    assert house.roster.entitled("identity:case") == ()


# Bytes


def bits(content):
    for at in range(len(content) * 8):
        bent = bytearray(content)
        bent[at // 8] ^= 1 << at % 8
        yield bytes(bent)


def test_every_bit_of_a_change_counts(house):
    change = house.change(MemberChanged(RAMIN.kid, administrator=True, coded=True))
    good = house.proposed(change, "Sevda")
    before = state(house)

    for bent in bits(change):
        assert house.say("Sevda", RosterProposed(bent, good.signer, good.signature))
    for bent in bits(good.signature):
        assert house.say("Sevda", RosterProposed(change, good.signer, bent))
    for bent in bits(good.signer):
        assert house.say("Sevda", RosterProposed(change, bent, good.signature))

    assert state(house) == before
    assert house.say("Sevda", good) == []


def test_every_bit_of_a_card_counts(house):
    card = PEOPLE["Leyla"].card(house.vault)
    bent = [Signed(content, card.signer, card.signature) for content in bits(card.content)]
    bent += [Signed(card.content, card.signer, one) for one in bits(card.signature)]
    bent += [Signed(card.content, one, card.signature) for one in bits(card.signer)]

    for one in bent:
        with pytest.raises((LedgerBroken, NewerFormat)):
            read_card(one, house.vault)


def test_every_bit_of_a_certificate_counts(house):
    good = house.certificate("Ramin", LAPTOP)
    bent = [Signed(content, good.signer, good.signature) for content in bits(good.content)]
    bent += [Signed(good.content, good.signer, one) for one in bits(good.signature)]
    before = state(house)

    for one in bent:
        assert house.say("Ramin", DeviceCertified(one))
    assert state(house) == before


def test_every_way_to_bend_a_field_of_a_change_is_refused():
    house = House()
    change = msgspec.msgpack.decode(house.change(ThresholdSet(1)))
    junk = [None, True, -1, 0, 2**64 - 1, 1.5, "x", b"", b"x" * 16, b"x" * 600, [], [[]], {}]
    before = state(house)

    for place in range(len(change)):
        for other in junk:
            bent = [*change]
            if bent[place] == other and type(bent[place]) is type(other):
                continue
            bent[place] = other
            content = msgspec.msgpack.encode(bent)
            house.say("Sevda", house.proposed(content, "Sevda"))
    for inner in ("threshold.set", "member.added", "device.revoked", "unheard.of"):
        for other in junk:
            content = msgspec.msgpack.encode([*change[:5], [[inner, other]]])
            house.say("Sevda", house.proposed(content, "Sevda"))

    # What is left of the roster: the reason may be any short text, a threshold of one is one.
    assert state(house)[2:] == before[2:]


@pytest.mark.parametrize("read", [read_change, read_signed])
def test_what_is_too_long_is_not_even_read(read):
    with pytest.raises(LedgerBroken, match="too long"):
        read(b"\x96" + bytes(70_000))


def test_no_changes_and_too_many_are_no_change():
    house = House()
    for changes in ((), (ThresholdSet(1),) * 33):
        with pytest.raises(LedgerBroken, match="cannot be read"):
            read_change(house.change(*changes))
    with pytest.raises(LedgerBroken, match="format 0"):
        read_change(house.change(ThresholdSet(1), format=0))


def test_a_genesis_with_a_recovery_key_reads_back():
    house = House(recovery=encode(public_halves(RECOVERY)))

    assert read_genesis(msgspec.msgpack.encode(house.genesis)) == house.genesis


# Whatever is said, in whatever order

NAMES = st.sampled_from(sorted(PEOPLE))
ANY_DEVICE = st.sampled_from([one.device for one in PEOPLE.values()] + [LAPTOP])
KIDS = st.sampled_from(
    [one.kid for one in PEOPLE.values()]
    + [one.device.kid for one in PEOPLE.values()]
    + [LAPTOP.kid, b""]
)
NUMBERS = st.sampled_from([-1, 0, 1, 2, 3, 2**63 - 1])
COMPARTMENT_NAMES = st.sampled_from([META, "coded", "identity", "identity:x", "nonsense"])
CHANGES = st.one_of(
    st.builds(lambda who, a, c: ("added", who, a, c), NAMES, st.booleans(), st.booleans()),
    st.builds(MemberChanged, KIDS, st.booleans(), st.booleans()),
    st.builds(
        MemberRemoved, KIDS, st.lists(st.builds(Ended, KIDS, NUMBERS), max_size=2).map(tuple)
    ),
    st.builds(MemberThawed, KIDS),
    st.builds(DeviceRevoked, st.builds(Ended, KIDS, NUMBERS)),
    st.builds(ThresholdSet, st.integers(1, 4)),
    st.sampled_from([public_halves(RECOVERY), RecoverySet(b"", b""), RecoverySet(b"x", b"y")]),
    st.builds(LogAdded, st.sampled_from([LOG.public.raw, LAPTOP.public.raw]), st.just("log")),
)
STEPS = st.one_of(
    st.tuples(st.just("propose"), st.lists(CHANGES, min_size=1, max_size=3), st.lists(NAMES, min_size=1, max_size=3), st.booleans()),
    st.tuples(st.just("recover"), st.lists(CHANGES, min_size=1, max_size=2)),
    st.tuples(st.just("certify"), NAMES, ANY_DEVICE, st.integers(-100, 100)),
    st.tuples(st.just("say"), NAMES, st.one_of(
        st.builds(DeviceLost, st.builds(Ended, KIDS, NUMBERS)),
        st.builds(MemberFrozen, KIDS),
        st.builds(ReaderAdded, COMPARTMENT_NAMES, KIDS),
        st.builds(EpochBegan, COMPARTMENT_NAMES, NUMBERS, st.sampled_from([drawn(f"k{i}")[:16] for i in range(4)] + [b""]), st.lists(KIDS, max_size=4).map(tuple), st.just("")),
        st.builds(RosterProposed, st.binary(max_size=40), KIDS, st.binary(max_size=64)),
        st.builds(RosterApproved, st.binary(max_size=40), KIDS, st.binary(max_size=64)),
    )),
    st.tuples(st.just("introduce"), NAMES),
    st.tuples(st.just("later"), st.integers(1, 200)),
)  # fmt: skip


class Chance:
    """Lets a house live through steps somebody drew, and keeps who was really added."""

    def __init__(self, threshold):
        self.house = House(("Sevda", "Aysel", "Ramin"), threshold)
        self.day = timedelta(0)
        self.signed: set[bytes] = {SEVDA.kid, AYSEL.kid, RAMIN.kid}
        self.said: list[tuple[Said, list]] = []
        add = self.house.fold.add

        def kept(said, facts):
            self.said.append((said, list(facts)))
            add(said, facts)

        self.house.fold.add = kept

    def take(self, step):
        house, (what, *more) = self.house, step
        if what == "later":
            self.day += timedelta(days=more[0])
        elif what == "propose":
            changes, names, honest = more
            change = self._change(changes, honest=honest)
            house.say(names[0], house.proposed(change, names[0]), after=self.day)
            for name in names[1:]:
                house.say(name, house.approved(change, name), after=self.day)
        elif what == "recover":
            change = self._change(more[0], honest=True)
            key = RECOVERY.signing
            house.say(
                "Ghost", RosterProposed(change, key.kid, sign_change(change, key)), after=self.day
            )
        elif what == "certify":
            name, device, days = more
            begins = START + self.day + timedelta(days=days)
            certificate = house.certificate(name, device, begins=begins)
            house.say(name, DeviceCertified(certificate), after=self.day)
        elif what == "introduce":
            house.say(more[0], MemberIntroduced(PEOPLE[more[0]].card(house.vault)), after=self.day)
        else:
            house.say(more[0], more[1], after=self.day)

    def _change(self, changes, *, honest):
        cards = [one[1] for one in changes if isinstance(one, tuple)]
        self.signed.update(PEOPLE[name].kid for name in cards)
        house = self.house
        made_of = [
            MemberAdded(PEOPLE[one[1]].card(house.vault), one[2], one[3])
            if isinstance(one, tuple)
            else one
            for one in changes
        ]
        return house.change(*made_of) if honest else house.change(*made_of, previous=bytes(32))


@settings(max_examples=150, deadline=None)
@given(st.integers(1, 3), st.lists(STEPS, max_size=14), st.data())
def test_whatever_is_said_the_fold_collects_faults_and_the_roster_can_always_be_changed(
    threshold, steps, data
):
    chance = Chance(threshold)
    for step in steps:
        before, faults = state(chance.house), len(chance.house.fold.faults)
        said = len(chance.said)
        chance.take(step)
        roster = chance.house.roster
        if len(chance.house.fold.faults) - faults == len(chance.said) - said:
            assert state(chance.house) == before, "what is a fault changes nothing"
        assert len(roster.administrators) >= roster.threshold >= 1
        assert set(roster.members) <= chance.signed, "nobody is a member whom nobody added"
        assert all(one.member in roster.members for one in roster.devices.values())
        for there in roster.compartments.values():
            assert [one.number for one in there.epochs] == list(range(1, len(there.epochs) + 1))
            assert set(there.readers) <= set(roster.members)
        kids = [one.kid for there in roster.compartments.values() for one in there.epochs]
        assert len(kids) == len(set(kids))
    cut = data.draw(st.integers(0, len(chance.said)))
    again = RosterFold(chance.house.vault, chance.house.genesis)
    first = House(("Sevda", "Aysel", "Ramin"), threshold)
    again.roster = first.roster
    for said, facts in chance.said[:cut]:
        again.add(said, facts)
    resumed = RosterFold(chance.house.vault, chance.house.genesis)
    resumed.roster = again.roster
    for said, facts in chance.said[cut:]:
        resumed.add(said, facts)
    assert resumed.roster == chance.house.roster


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=300))
def test_no_bytes_at_all_make_a_reader_fail_otherwise_than_by_refusing(content):
    vault = drawn("salt")[:16]
    for read in (
        lambda: read_change(content),
        lambda: read_signed(content),
        lambda: read_recovery(content),
        lambda: read_card(Signed(content, SEVDA.kid, bytes(64)), vault),
        lambda: read_certificate(
            Signed(content, SEVDA.kid, bytes(64)), SEVDA.identity.public, vault
        ),
        lambda: read_certificate(
            Signed(
                content,
                SEVDA.kid,
                SEVDA.identity.sign(
                    b"DSSEv1 37 application/vnd.candlemark.device.v1 %d %s"
                    % (len(content), content)
                ),
            ),
            SEVDA.identity.public,
            vault,
        ),
    ):
        try:
            read()
        except (LedgerBroken, NewerFormat):
            continue


def test_changes_of_one_payload_are_all_made_or_none(house):
    roster = house.roster
    change = read_change(
        house.change(MemberChanged(RAMIN.kid, administrator=True, coded=True), ThresholdSet(9))
    )

    with pytest.raises(LedgerBroken):
        made(roster, change, 99)
    assert house.roster == roster
