"""What members do about each other, verb by verb: what is refused, in which words, and what follows."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import pytest

from candlemark.errors import (
    CandlemarkError,
    Fault,
    LedgerBroken,
    LogForked,
    NotEntitled,
    PublishedBroken,
    SettingRefused,
    WrongPassphrase,
)
from candlemark.ledger import Vault, application
from candlemark.ledger.joining import join, pull
from candlemark.ledger.keystore import Keystore
from candlemark.ledger.membership import Settled, added
from candlemark.ledger.pulling import PEERS, QUARANTINE, _refuse_halves, _refuse_unnamed
from candlemark.ledger.recovering import public_halves, recover
from candlemark.ledger.roster import Standing, replace
from candlemark.ledger.roster_facts import (
    DeviceCertified,
    DeviceRevoked,
    Ended,
    LogAdded,
    MemberChanged,
    MemberIntroduced,
    MemberThawed,
    TakenBack,
    ThresholdSet,
)
from candlemark.ledger.sharing import note_key
from candlemark.ledger.taking import QUARANTINE as KEPT
from candlemark.ledger.taking import _keep_refusal, find_quarantined, quarantined
from candlemark.seal import Cost, RecoveryKey, new_passphrase
from house import LOG, PEOPLE, drawn, team

SEVDA, AYSEL, RAMIN = (PEOPLE[name] for name in ("Sevda", "Aysel", "Ramin"))
CASE = "identity:case_x"
NOTICED = "nobody would notice that the log was rolled back"
X16, X32 = b"x" * 16, b"x" * 32
DAY = datetime(2026, 1, 1, tzinfo=UTC)
RECOVERY = RecoveryKey(drawn("recovery"))


def refused(call, *words, **more):
    with pytest.raises(CandlemarkError) as told:
        call(*words, **more)
    return told.value


def told(error):
    return type(error), error.message, error.hint


@pytest.fixture
def vault(world):
    """A vault in memory: its founder, Aysel an administrator, Ramin a member."""
    with world.in_memory() as made:
        made.members.begin()
        number = made._identity.vault
        for person, administrator in ((AYSEL, True), (RAMIN, False)):
            card = person.card(number, now=DAY)
            made.members.propose([added(card, administrator=administrator)])
        yield made


@pytest.fixture
def members(vault):
    return vault.members


def entry_facts(vault, n=-1):
    """What the ledger says of itself in its last entry, or an earlier one."""
    return [fact for entry, fact in vault.ledger.facts() if entry.n == vault.ledger.size + n]


# Codes

NO_MEMBER = ("no single member has this code", "candlemark member list shows the codes")
NO_COMPARTMENT = ("there is no such compartment", "candlemark compartment list shows them")
NO_CHANGE = ("no single change with this code waits", "candlemark member list shows what waits")
CANNOT_ROTATE = (
    "this member cannot change the key of that compartment",
    "a reader of it can; for meta and coded, an administrator",
)
NO_READER = (
    "only a reader of a compartment lets another read it",
    "candlemark compartment list shows who reads what",
)
NOT_CLEARED = (
    "this member is not cleared for that compartment",
    "administrators clear a member: candlemark member change",
)
NOT_TAKEN_OUT = (
    "only a reader of the compartment of a case takes another out of it",
    "who reads meta and coded is changed by: candlemark member change",
)
NOBODY_READS = ("nobody would read this compartment", "let another member read it first")
THERE_ALREADY = (
    "there is such a compartment already",
    "let further members read it: candlemark compartment add",
)
NO_NAME = (
    "there can be no compartment of this name",
    "a compartment of a case is called identity: and the case's identifier",
)
NO_DEVICE = (
    "this is no single other device of this member that still counts",
    "candlemark device list shows them; of others, administrators decide",
)
NO_ADMINISTRATOR = (
    "this member is no administrator", "ask one of them: candlemark member list",
)  # fmt: skip

REFUSALS = {
    "no code": (lambda one: one.find(""), NO_MEMBER),
    "the code of nobody": (lambda one: one.find("zz"), NO_MEMBER),
    "a code that goes on": (lambda one: one.find(one.me.kid.hex() + "0"), NO_MEMBER),
    "readers of nothing": (lambda one: one.readers("identity:none"), NO_COMPARTMENT),
    "approving nothing": (lambda one: one.approve(""), NO_CHANGE),
    "approving what nobody proposed": (lambda one: one.approve("00"), NO_CHANGE),
    "a key for nothing": (lambda one: one.rotate("identity:none"), CANNOT_ROTATE),
    "a reader of nothing": (lambda one: one.add_reader("identity:none", one.me), NO_READER),
    "out of nothing": (lambda one: one.remove_reader("identity:none", one.me), NOT_TAKEN_OUT),
    "out of meta": (lambda one: one.remove_reader("meta", one.me), NOT_TAKEN_OUT),
    "out of coded": (lambda one: one.remove_reader("coded", one.me), NOT_TAKEN_OUT),
    "the last out of identity": (lambda one: one.remove_reader("identity", one.me), NOBODY_READS),
    "coded again": (lambda one: one.open_compartment("coded", []), THERE_ALREADY),
    "identity again": (lambda one: one.open_compartment("identity", []), THERE_ALREADY),
    "no name": (lambda one: one.open_compartment("", []), NO_NAME),
    "a name with capitals": (lambda one: one.open_compartment("identity:X", []), NO_NAME),
    "giving up nothing": (lambda one: one.give_up_device(""), NO_DEVICE),
    "giving up a device of nobody": (lambda one: one.give_up_device("zz"), NO_DEVICE),
    "giving up the one in use": (lambda one: one.give_up_device(one.device.hex()), NO_DEVICE),
    "giving up another's": (lambda one: one.give_up_device(AYSEL.device.kid.hex()), NO_DEVICE),
    "one who is not cleared": (
        lambda one: one.add_reader("coded", replace(one.me, coded=False)), NOT_CLEARED),
    "meta for one who is none": (
        lambda one: one.add_reader("meta", replace(one.me, name="other")), NOT_CLEARED),
}  # fmt: skip


@pytest.mark.parametrize("name", REFUSALS)
def test_what_members_may_not_do_is_refused_in_words_and_nothing_is_said(vault, members, name):
    act, words = REFUSALS[name]
    size = vault.ledger.size
    error = refused(act, members)

    assert (error.message, error.hint) == words
    assert type(error) is (SettingRefused if words is NO_NAME else NotEntitled)
    assert error.exit_code == (70 if words is NO_NAME else 38)
    assert vault.ledger.size == size


def test_a_code_of_several_is_the_code_of_nobody(members):
    present = members.roster().present
    codes = [one.kid.hex() for one in present]
    for number, code in enumerate(codes):
        assert members.find(code) == members.find(code[:12]) == present[number]
    firsts = [code[0] for code in codes]
    for first in "0123456789abcdef":
        if firsts.count(first) == 1:
            assert members.find(first).kid.hex()[0] == first
        else:
            assert (refused(members.find, first).message,) == NO_MEMBER[:1]


# Deciding


def test_a_change_says_why_and_on_which_roster_and_is_made_at_once_by_one(members):
    before = members.roster()
    proposal = members.propose([LogAdded(X32, "laptop")], "a laptop")

    assert (proposal.standing, proposal.signers) == (Standing.MADE, (members.me.kid,))
    change = proposal.change
    assert (change.format, change.vault, change.reason) == (1, before.vault, "a laptop")
    assert (change.number, change.previous) == (before.number + 1, before.hash)
    assert change.changes == (LogAdded(X32, "laptop"),)
    assert members.roster().number == before.number + 1
    assert members.propose([ThresholdSet(1)]).change.reason == ""


def test_a_change_that_cannot_be_made_says_why_to_who_proposed_it(members):
    for change, why in (
        (ThresholdSet(3), "there would be fewer administrators than have to sign a change"),
        (MemberThawed(X16), "there is no such member"),
        (DeviceRevoked(Ended(X16, 0)), "there is no such device"),
    ):
        error = refused(members.propose, [change])
        assert told(error) == (
            NotEntitled, f"the change cannot be made: {why}", "propose another one",
        )  # fmt: skip


def test_a_change_that_waits_is_not_signed_twice_by_one(vault, members):
    members.propose([ThresholdSet(2)])
    waiting = members.propose([LogAdded(X32, "laptop")])
    assert (waiting.standing, len(waiting.signers)) == (Standing.WAITING, 1)
    size = vault.ledger.size

    for code in (waiting.code, waiting.hash.hex(), waiting.code[:4]):
        assert told(refused(members.approve, code)) == (
            NotEntitled,
            "this member signed the change already",
            "another administrator has to sign it",
        )
    assert vault.ledger.size == size
    members.take_back("change", waiting.hash)
    assert entry_facts(vault) == [TakenBack("change", waiting.hash)]
    assert members.roster().waiting[0].signers == ()
    assert members.approve(waiting.code).signers == (members.me.kid,)


def test_two_changes_wait_and_the_beginning_of_both_names_neither(members):
    members.propose([ThresholdSet(2)])
    for number in range(20):
        members.propose([LogAdded(bytes([number]) * 32, "laptop")])
    codes = [one.hash.hex() for one in members.roster().waiting]
    shared = next(code[0] for code in codes if sum(one[0] == code[0] for one in codes) > 1)

    assert refused(members.approve, shared).message == NO_CHANGE[0]


def test_who_is_no_administrator_proposes_and_approves_nothing(vault, members):
    members.propose([ThresholdSet(1)])
    members.propose([MemberChanged(members.me.kid, administrator=False, coded=True)])
    size = vault.ledger.size

    for act in (lambda: members.propose([ThresholdSet(1)]), lambda: members.approve("00")):
        error = refused(act)
        assert (type(error), error.message, error.hint) == (NotEntitled, *NO_ADMINISTRATOR)
    assert vault.ledger.size == size
    for name in ("meta", "coded"):
        assert refused(members.rotate, name).message == CANNOT_ROTATE[0]
    members.rotate("identity", "why not")
    assert vault.ledger.size > size


def test_a_removal_names_every_device_that_wrote_and_its_last_number(vault, world, members):
    world.say(vault.ledger, "one")
    me, device = members.me, members.device
    removal = members.removal(me)

    assert removal.member == me.kid
    assert removal.ended == (Ended(device, vault.ledger.size - 1),)
    silent = members.removal(members.find(AYSEL.kid.hex()))
    assert silent.ended == (Ended(AYSEL.device.kid, -1),)


def test_settling_tells_what_was_done(members):
    assert Settled() == Settled((), (), (), ())
    assert members.settle() == Settled()
    members.propose([MemberChanged(RAMIN.kid, administrator=False, coded=False)])
    coded = members.roster().compartments["coded"]
    assert [one.number for one in coded.epochs] == [1, 2]
    assert RAMIN.kid not in coded.readers
    assert AYSEL.kid in coded.readers
    assert len(members.roster().compartments["meta"].epochs) == 1


def test_who_comes_in_is_given_what_all_read_and_no_identities(members):
    compartments = members.roster().compartments

    everyone = tuple(one.kid for one in members.roster().present)
    assert compartments["meta"].readers == compartments["coded"].readers == everyone
    assert compartments["identity"].readers == (members.me.kid,)
    assert members.readers("identity") == (members.me,)
    assert [one.kid for one in members.readers("meta")] == list(everyone)


def test_before_anybody_was_introduced_who_holds_a_key_reads_by_it(world):
    with world.in_memory() as vault:
        members = vault.members
        assert members.readers("coded") == (members.me,)
        assert refused(members.readers, "identity:none").message == NO_COMPARTMENT[0]
        before = vault.ledger.size
        members.begin()
        assert vault.ledger.size == before + 1
        facts = entry_facts(vault)
        assert isinstance(facts[0], MemberIntroduced)
        assert [(one.compartment, one.epoch, one.reason) for one in facts[1:]] == [
            (name, 1, "the beginning") for name in ("coded", "identity", "meta")
        ]
        assert members.me.name == "founder"
        members.begin()
        assert vault.ledger.size == before + 1


# Compartments


def test_a_key_is_changed_for_a_reason_or_because_it_is_time(vault, members):
    for words, reason in (((), "every 180 days"), (("it leaked",), "it leaked")):
        before = members.roster().compartments["coded"].epochs[-1].number
        members.rotate("coded", *words)
        (fact,) = entry_facts(vault)
        assert (fact.compartment, fact.epoch, fact.reason) == ("coded", before + 1, reason)
        assert set(fact.readers) == {one.kid for one in members.roster().present}
        assert vault._identity.keyring.compartments["coded"].kid == fact.kid


def test_a_compartment_of_a_case_is_opened_shared_and_closed_to_one_again(vault, members):
    aysel, ramin = (members.find(one.kid.hex()) for one in (AYSEL, RAMIN))
    members.open_compartment(CASE, [aysel, members.me, aysel])
    (fact,) = entry_facts(vault)
    assert (fact.compartment, fact.epoch, fact.reason) == (CASE, 1, "the beginning")
    assert fact.readers == (members.me.kid, AYSEL.kid)
    members.add_reader(CASE, ramin)
    assert members.readers(CASE) == (members.me, aysel, ramin)
    members.remove_reader(CASE, aysel)
    (fact,) = entry_facts(vault)
    assert (fact.epoch, fact.reason) == (2, "a reader was taken out")
    assert set(fact.readers) == {members.me.kid, RAMIN.kid}
    assert members.readers(CASE) == (members.me, ramin)
    members.remove_reader(CASE, members.me)
    for act in (members.add_reader, members.remove_reader):
        words = NO_READER if act == members.add_reader else NOT_TAKEN_OUT
        assert refused(act, CASE, aysel).message == words[0]
    assert refused(members.rotate, CASE).message == CANNOT_ROTATE[0]


# In danger


def test_nobody_freezes_whom_nobody_could_thaw(members):
    members.propose([ThresholdSet(2)])
    error = refused(members.freeze, members.find(AYSEL.kid.hex()))

    assert told(error) == (
        NotEntitled,
        "nobody would be left who could thaw this member again",
        "the others who can sign must be as many as have to sign",
    )
    assert members.freeze(members.find(RAMIN.kid.hex())) is False
    assert members.roster().members[RAMIN.kid].frozen_by == (members.me.kid,)
    members.take_back("freezing", RAMIN.kid)
    assert members.roster().members[RAMIN.kid].frozen_by == ()


def test_nobody_freezes_the_only_reader_of_something(members):
    error = refused(members.freeze, members.me)

    assert told(error) == (
        NotEntitled,
        "1 compartments would be read by nobody",
        "let another member read them first: candlemark compartment add",
    )
    members.open_compartment(CASE, [])
    assert refused(members.freeze, members.me).message == "2 compartments would be read by nobody"
    calls = []
    members.after.append(lambda: calls.append(1))
    for name in ("identity", CASE):
        members.add_reader(name, members.find(AYSEL.kid.hex()))
    assert members.freeze(members.me) is True
    assert members.me.frozen


def test_a_device_is_renewed_for_ninety_days_or_as_many_as_are_asked(vault, members):
    for words, days in (((), 90), ((3,), 3)):
        ends = members.renew_device(*words)
        (fact,) = entry_facts(vault)
        assert isinstance(fact, DeviceCertified)
        device = members.roster().devices[members.device]
        assert device.label == "first device"
        assert abs(device.ends - ends) < timedelta(milliseconds=1)
        assert timedelta(0) <= ends - DAY - timedelta(days=days) < timedelta(minutes=5)


# Another person, and another place, in files


def test_where_members_are_apart_each_step_is_told_in_words(tmp_path, world):
    words, folder = new_passphrase(), tmp_path / "office"
    clock = SimpleNamespace(now=DAY)

    def now():
        clock.now += timedelta(seconds=1)
        return clock.now

    with world.create(folder, name="A vault", clock=now) as vault:
        members, number = vault.members, vault._identity.vault
        before = Keystore(folder).locks(number)
        card = application(folder, "Aysel", words, cost=Cost.QUICK, clock=now)
        assert len(Keystore(folder).locks(number)) == len(before) + 1
        shown = members.read_card(card)
        assert (shown.name, len(shown.words)) == ("Aysel", len(set(enumerate(shown.words))))
        error = refused(Vault.open, folder, words, world.kinds)
        assert told(error) == (
            NotEntitled,
            "no key of the vault has been wrapped for this member yet",
            "an administrator adds you: candlemark member add",
        )
        members.propose([added(card)])
        members.propose([public_halves(RECOVERY)])
        with Vault.open(folder, words, world.kinds, clock=now) as hers:
            assert hers.members.me.name == "Aysel"
            for act in (
                lambda: hers.members.propose([ThresholdSet(1)]),
                lambda: hers.members.approve("00"),
            ):
                assert (refused(act).message, refused(act).hint) == NO_ADMINISTRATOR
            assert (
                refused(hers.members.add_reader, "identity", hers.members.me).message
                == (NO_READER[0])
            )
            for name in ("meta", "coded", "identity"):
                assert refused(hers.members.rotate, name).message == CANNOT_ROTATE[0]

        # Removal, once proposed, counts what they wrote until then and no more.
        members.propose([MemberChanged(members.find(shown.code).kid, True, True)])
        members.propose([added(RAMIN.card(number, now=DAY), administrator=True)])
        members.propose([ThresholdSet(2)])
        waiting = members.propose([members.removal(members.find(shown.code))])
        with Vault.open(folder, words, world.kinds, clock=now) as hers:
            world.say(hers.ledger, "since")
            assert told(refused(hers.members.approve, waiting.code)) == (
                NotEntitled,
                "the member wrote since the removal was proposed",
                "propose it again, so that what they wrote counts, or freeze them first",
            )
        vault.share(tmp_path / "stick")

    error = refused(
        recover, folder, RecoveryKey(drawn("other")), "Ramin", words, cost=Cost.QUICK, clock=now
    )
    assert told(error) == (
        NotEntitled,
        "nothing in this vault is wrapped for that key",
        "see whether the shares are those of this vault's recovery key",
    )
    third = new_passphrase()
    recover(folder, RECOVERY, "Leyla", third, cost=Cost.QUICK, clock=now)
    with Vault.open(folder, third, world.kinds, clock=now) as his:
        me = his.members.me
        assert (me.name, me.administrator, me.coded) == ("Leyla", True, True)
        assert his.members.roster().proposals[-1].change.reason == "recovery"
        assert world.texts(his.ledger) == ["since"]
        assert set(his._identity.keyring.compartments) == {"meta", "coded", "identity"}

    # Another place
    error = refused(join, tmp_path, tmp_path / "new", words, name="Murad", cost=Cost.QUICK)
    assert told(error)[0] is PublishedBroken
    assert told(error)[1:] == (
        "no vault is shared in this folder", "name a folder `candlemark share` wrote",
    )  # fmt: skip
    assert not (tmp_path / "new").exists()
    joined = join(
        tmp_path / "stick", tmp_path / "new", third, name="Murad", cost=Cost.QUICK, clock=now
    )
    assert joined.card is not None
    assert joined.log_name.split("/")[-2] == number.hex() or number.hex() in joined.log_name
    error = refused(pull, tmp_path / "new", third, tmp_path / "stick", world.kinds, clock=now)
    assert told(error) == (
        NotEntitled,
        "no key of the vault has been wrapped for this member yet",
        "an administrator adds you, and shares the vault again",
    )
    assert isinstance(
        refused(pull, tmp_path / "new", words, tmp_path / "stick", world.kinds), WrongPassphrase
    )
    assert (PEERS, QUARANTINE, KEPT) == ("peers", "quarantine", "quarantine")


def test_a_log_the_roster_does_not_name_and_halves_are_refused_in_words():
    roster = team().roster
    _refuse_unnamed(roster, note_key("x", LOG.public))
    error = refused(_refuse_unnamed, roster, note_key("x", SEVDA.identity.public))
    assert told(error) == (
        NotEntitled,
        "the log of this folder is not one the roster names",
        "administrators add it: candlemark replica add",
    )
    _refuse_halves(())
    halves = [
        SimpleNamespace(hash=X32, why="a part of it is missing", absent=True),
        SimpleNamespace(hash=b"y" * 32, why="another", absent=False),
        SimpleNamespace(hash=b"z" * 32, why="it is gone", absent=True),
    ]
    _refuse_halves(tuple(halves[1:2]))
    error = refused(_refuse_halves, tuple(halves))
    assert told(error) == (
        PublishedBroken,
        "parts of 2 entries did not come along, or were changed on the way",
        "copy the whole folder again; nothing was taken",
    )
    assert [str(one) for one in error.faults] == [
        f"leaf {X32.hex()}: a part of it is missing",
        f"leaf {(b'z' * 32).hex()}: it is gone",
    ]


# Quarantine


def test_a_refused_tree_is_kept_with_the_files_that_were_named_and_no_others(tmp_path, world):
    world.create(tmp_path / "vault").close()
    tree = tmp_path / "tree"
    (tree / "tile").mkdir(parents=True)
    for name in ("checkpoint", "tile/one", "tile/two"):
        (tree / name).write_bytes(name.encode())
    (tmp_path / "outside").write_bytes(b"mine")
    places = ("tile/one", "tile/one", "../outside", str(tmp_path / "outside"), "none")
    faults = [Fault(place, "is wrong") for place in places]
    folder = tmp_path / "vault" / QUARANTINE
    _keep_refusal(folder, tree, PublishedBroken("files do not hold", faults=faults))
    (kept,) = quarantined(tmp_path / "vault")

    assert (kept.why, kept.alarm) == ("files do not hold", False)
    assert kept.faults == tuple(f"{place}: is wrong" for place in places)
    assert [name.removeprefix(kept.name) for name in kept.files] == [
        ".0.checkpoint", ".1.tile-one",
    ]  # fmt: skip
    assert [(folder / name).read_bytes() for name in kept.files] == [b"checkpoint", b"tile/one"]
    assert {one.stat().st_mode & 0o777 for one in folder.iterdir() if "lock" not in one.name} == {
        0o600
    }
    assert find_quarantined(tmp_path / "vault", kept.name[:6]) == kept
    error = refused(find_quarantined, tmp_path / "vault", "zz")
    assert told(error) == (
        SettingRefused,
        "nothing single in quarantine has this name",
        "candlemark quarantine list shows the names",
    )
    _keep_refusal(folder, tree, LogForked("rolled back"))
    assert sorted((one.why, one.alarm) for one in quarantined(tmp_path / "vault")) == [
        ("files do not hold", False), ("rolled back", True),
    ]  # fmt: skip


def test_at_most_twenty_files_of_a_refused_tree_are_kept(tmp_path, world):
    world.create(tmp_path / "vault").close()
    tree = tmp_path / "tree"
    tree.mkdir()
    for number in range(25):
        (tree / f"{number:02}").write_bytes(b"x")
    faults = [Fault(f"{number:02}", "is wrong") for number in range(25)]
    _keep_refusal(tmp_path / "vault" / QUARANTINE, tree, PublishedBroken("broken", faults=faults))

    (kept,) = quarantined(tmp_path / "vault")
    assert len(kept.files) == 20
    assert len(kept.faults) == 25


def test_what_was_seen_of_a_log_and_is_damaged_is_not_passed_over(tmp_path, world):
    words = new_passphrase()
    with world.create(tmp_path / "office") as vault:
        vault.members.begin()
        vault.share(tmp_path / "stick")
        joined = join(tmp_path / "stick", tmp_path / "laptop", words, name="B", cost=Cost.QUICK)
        vault.members.propose([added(joined.card), LogAdded(joined.log, "laptop")])
        vault.share(tmp_path / "stick")
    first = pull(tmp_path / "laptop", words, tmp_path / "stick", world.kinds)
    assert first.taken == first.size > 0
    assert first.keys > 0
    assert (first.refused, pull(tmp_path / "laptop", words, tmp_path / "stick").taken) == ((), 0)
    (peer,) = (one for one in (tmp_path / "laptop" / PEERS).iterdir() if one.suffix != ".lock"
               and len(one.name) == 64)  # fmt: skip
    peer.write_bytes(b"not a note")

    error = refused(pull, tmp_path / "laptop", words, tmp_path / "stick", world.kinds)
    assert told(error) == (
        LedgerBroken,
        "what was last seen of that log is damaged here",
        f"put the last good copy of the folder peers in its place; without it {NOTICED}",
    )
    assert [one.where for one in error.faults] == [f"peers/{peer.name}"]
