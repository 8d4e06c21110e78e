"""What follows when a member leaves, what waits for whom, and a second factor in every word."""

from __future__ import annotations

import hashlib
import stat
from datetime import UTC, datetime

import psycopg
import pytest

from candlemark.errors import LedgerBroken, NotEntitled, ServerRefused, SettingRefused
from candlemark.ledger import Part, second_factor
from candlemark.ledger.leaving import leaving
from candlemark.ledger.postgres_server import meaning_of
from candlemark.ledger.roster_facts import (
    EpochBegan,
    MemberChanged,
    MemberRemoved,
    ReaderAdded,
    ThresholdSet,
)
from candlemark.ledger.waiting import What, agree, awaited, taken_back, waiting
from candlemark.seal.totp import new_totp_secret, totp
from house import PEOPLE, House, drawn
from house import team as roster_of_three
from team import Team

SEVDA, AYSEL, RAMIN = (PEOPLE[name] for name in ("Sevda", "Aysel", "Ramin"))
NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)


# Leaving


def names(members):
    return [one.name for one in members]


@pytest.fixture
def three():
    """Everybody reads meta and coded; Aysel and Ramin one case, Ramin alone another."""
    house = roster_of_three()
    everyone = [ReaderAdded(name, who.kid) for name in ("meta", "coded") for who in (AYSEL, RAMIN)]
    assert house.say("Sevda", *everyone) == []
    for name, readers in (("identity:both", (RAMIN, AYSEL)), ("identity:alone", (RAMIN,))):
        kids = tuple(one.kid for one in readers)
        assert house.say("Ramin", EpochBegan(name, 1, drawn(name)[:16], kids, "")) == []
    return house


def test_what_a_member_reads_gets_new_keys_for_the_others_and_what_they_read_alone_is_closed(three):
    follows = leaving(three.roster, three.roster.members[RAMIN.kid])

    assert {name: names(readers) for name, readers in follows.renewed.items()} == {
        "coded": ["Sevda", "Aysel"], "identity:both": ["Aysel"], "meta": ["Sevda", "Aysel"],
    }  # fmt: skip
    assert list(follows.renewed) == ["coded", "identity:both", "meta"]
    assert follows.closed == ("identity:alone",)
    assert (follows.needed, follows.possible, follows.waits) == (1, True, None)


def test_what_a_member_does_not_read_keeps_its_keys(three):
    follows = leaving(three.roster, three.roster.members[SEVDA.kid])

    assert set(follows.renewed) == {"coded", "identity", "meta"} - set(follows.closed)
    assert not {"identity:both", "identity:alone"} & {*follows.renewed, *follows.closed}


def test_nobody_leaves_whose_signature_the_rest_cannot_do_without():
    alone = House()
    assert not leaving(alone.roster, alone.roster.members[SEVDA.kid]).possible
    pair = roster_of_three(threshold=2)
    follows = [leaving(pair.roster, pair.roster.members[who.kid]) for who in (SEVDA, RAMIN)]
    assert [one.possible for one in follows] == [False, True]
    assert [one.needed for one in follows] == [2, 2]


def test_the_removal_that_waits_already_is_named_and_no_other():
    pair = roster_of_three(threshold=2)
    other = pair.change(MemberRemoved(AYSEL.kid, ()), ThresholdSet(1))
    pair.say("Sevda", pair.proposed(other, "Sevda"))
    assert leaving(pair.roster, pair.roster.members[RAMIN.kid]).waits is None
    change = pair.change(ThresholdSet(1), MemberRemoved(RAMIN.kid, ()))
    pair.say("Sevda", pair.proposed(change, "Sevda"))
    waits = leaving(pair.roster, pair.roster.members[RAMIN.kid]).waits
    assert waits is not None
    assert waits.content == change
    assert leaving(pair.roster, pair.roster.members[AYSEL.kid]).waits.content == other
    assert pair.say("Aysel", pair.approved(change, "Aysel")) == []
    assert leaving(pair.roster, pair.roster.members[AYSEL.kid]).waits is None


# Waiting


@pytest.fixture
def team(tmp_path, world):
    made = Team(tmp_path / "vault", world.kinds)
    made.take_in("Aysel", administrator=True)
    made.take_in("Rauf")
    made.need(2)
    with made.open() as vault:
        said = (world.Said("who"),)
        vault.ledger.append([Part("coded", said, subject="person_1")])
        rauf = made.member("Rauf")
        vault.erasing.ask("person_1", "mistake")
        vault.members.propose([MemberChanged(rauf.kid, administrator=True, coded=True)])
        vault.members.freeze(rauf)
    return made


def test_what_waits_says_who_asked_how_many_are_needed_and_what_it_is(team):
    with team.open() as vault:
        erasure, change, freezing = waiting(vault)
        roster, me = vault.members.roster(), vault.members.me

    assert [one.what for one in (erasure, change, freezing)] == list(What)
    assert {one.by for one in (erasure, change, freezing)} == {(me,)}
    assert [one.needed for one in (erasure, change, freezing)] == [2, 2, 2]
    assert (erasure.erasure, erasure.proposal, erasure.member) == (roster.erasures[0], None, None)
    assert (change.erasure, change.proposal, change.member) == (None, roster.waiting[0], None)
    assert freezing.member == roster.members[team.member("Rauf").kid]
    assert (freezing.erasure, freezing.proposal) == (None, None)
    assert [one.code for one in (erasure, change, freezing)] == [
        roster.erasures[0].code, roster.waiting[0].code, freezing.member.code,
    ]  # fmt: skip


def test_a_change_needs_as_many_as_the_vault_says(team, tmp_path, world):
    assert roster_of_three().roster.threshold == 1
    with team.open() as vault:
        assert [one.needed for one in waiting(vault) if one.what is What.CHANGE] == [2]
    with team.open("Aysel") as vault:
        agree(vault, awaited(vault, "change", waiting(vault)[1].code))
    assert team.member("Rauf").administrator
    with team.open() as vault:
        vault.members.propose([ThresholdSet(3)])
    with team.open("Aysel") as vault:
        agree(vault, next(one for one in waiting(vault) if one.what is What.CHANGE))
        vault.members.propose([ThresholdSet(2)])
        assert [one.needed for one in waiting(vault) if one.what is What.CHANGE] == [3]


def test_what_waits_is_refused_in_words_to_whom_it_does_not_concern(team):
    with team.open() as vault:
        erasure, _change, freezing = waiting(vault)
        for what, code in (("erasure", "0000"), ("change", erasure.code), ("", "")):
            with pytest.raises(NotEntitled) as refused:
                awaited(vault, what, code)
            assert refused.value.message == "nothing with this code waits"
            assert refused.value.hint == "look at what waits now"
        with pytest.raises(NotEntitled) as refused:
            agree(vault, freezing)
        assert refused.value.message == "this member asked for it already"
        assert refused.value.hint == "another member has to ask the same"
    with team.open("Aysel") as vault:
        with pytest.raises(NotEntitled) as refused:
            taken_back(vault, waiting(vault)[0])
        assert refused.value.message == "this member did not agree to it"
        assert refused.value.hint == "who did can take that back"
    with team.open("Rauf") as vault, pytest.raises(NotEntitled):
        agree(vault, waiting(vault)[2])  # of themselves there is another verb


def test_an_erasure_that_is_agreed_to_is_carried_out_at_once(team):
    with team.open("Aysel") as vault:
        agree(vault, awaited(vault, "erasure", waiting(vault)[0].code))
        assert [one.what for one in waiting(vault)] == [What.CHANGE, What.FREEZING]
        (asked,) = vault.erasing.asked()
        assert len(asked.done) == 1
        assert vault._store.parts(sorted(asked.parts)) == {}


# A second factor


@pytest.fixture
def factor(tmp_path, world):
    alone = Team(tmp_path / "vault", world.kinds)
    with alone.open() as vault:
        yield second_factor.SecondFactor(tmp_path / "vault", vault._identity, lambda: NOW)


def code(secret, steps=0):
    return totp(secret, int(NOW.timestamp()) // 30 + steps)


def test_a_code_is_refused_in_words_and_the_file_is_its_owner_s_alone(factor):
    secret = new_totp_secret()
    with pytest.raises(NotEntitled) as refused:
        factor.set(secret, "12")
    assert refused.value.message == "this is not the code of the second factor now"
    assert refused.value.hint == (
        "see whether the clocks of the telephone and of this machine are right"
    )
    assert not factor.is_set
    factor.set(secret, code(secret))
    assert factor.is_set
    (file,) = (one for one in (factor.folder / "factors").iterdir() if one.is_file())
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    member = factor.identity.keyring.identity.kid
    purpose = b"candlemark/second-factor/v1"
    assert file.name == hashlib.sha256(purpose + factor.identity.vault + member).hexdigest()
    assert secret not in file.read_bytes()
    with pytest.raises(NotEntitled) as refused:
        factor.check(code(secret))  # the one it was set with
    assert refused.value.message == "this is not the code of the second factor now"
    factor.check(code(secret, 1))


def test_a_damaged_second_factor_is_told_with_what_to_do(factor):
    secret = new_totp_secret()
    factor.set(secret, code(secret))
    (file,) = (one for one in (factor.folder / "factors").iterdir() if one.is_file())
    whole = file.read_bytes()
    for content in (b"", whole[:-1], whole[:-1] + bytes([whole[-1] ^ 1]), whole + bytes(600)):
        file.write_bytes(content)
        with pytest.raises(LedgerBroken) as refused:
            factor.check(code(secret, 1))
        assert refused.value.message == "the second factor of this member is damaged"
        assert refused.value.hint == "an administrator removes it, and it is set up again"
    file.write_bytes(whole)
    factor.check(code(secret, 1))
    factor.remove()
    factor.remove()
    assert not factor.is_set


def test_a_second_factor_that_cannot_be_removed_says_so(factor):
    vault, member = factor.identity.vault, factor.identity.keyring.identity.kid
    purpose = b"candlemark/second-factor/v1"
    name = hashlib.sha256(purpose + vault + member).hexdigest()
    (factor.folder / "factors" / name).mkdir(parents=True)
    with pytest.raises(SettingRefused) as refused:
        second_factor.forget(factor.folder, vault, member)
    assert refused.value.message == "the second factor cannot be removed"
    assert refused.value.hint == "see whether this account may write there"


def test_who_helps_with_a_second_factor_is_an_administrator_or_its_owner(factor):
    house, vault = roster_of_three(), factor.identity.vault
    ramin, sevda, aysel = (house.roster.members[who.kid] for who in (RAMIN, SEVDA, AYSEL))
    with pytest.raises(NotEntitled) as refused:
        second_factor.forget_for(factor.folder, vault, ramin, sevda)
    assert refused.value.message == "this member is no administrator"
    assert refused.value.hint == "ask one of them: candlemark member list"
    for helper, member in ((ramin, ramin), (sevda, ramin), (aysel, sevda)):
        second_factor.forget_for(factor.folder, vault, helper, member)


# What a server says


@pytest.mark.parametrize(
    ("error", "kind", "message", "hint"),
    [
        (
            psycopg.InterfaceError("swordfish"),
            LedgerBroken,
            "the ledger cannot be read: the server refuses (SQLSTATE none)",
            "the log of the server says more; candlemark ledger verify names every fault",
        ),
        (
            psycopg.errors.lookup("22003")("swordfish"),
            LedgerBroken,
            "the ledger cannot be read: the server refuses (SQLSTATE 22003)",
            "the log of the server says more; candlemark ledger verify names every fault",
        ),
        (
            psycopg.OperationalError("swordfish"),
            ServerRefused,
            "the PostgreSQL server that keeps the ledger does not answer",
            "see whether it runs and may be reached; nothing was kept",
        ),
    ],
)
def test_an_error_of_the_server_is_told_in_these_words(error, kind, message, hint):
    told = meaning_of(error)
    assert (type(told), told.message, told.hint) == (kind, message, hint)
