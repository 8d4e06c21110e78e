"""Several people open one vault: who they are is signed, and keys are wrapped for nobody else."""

from __future__ import annotations

from datetime import timedelta

import pytest

from candlemark.errors import LedgerBroken, NotEntitled, WrongPassphrase
from candlemark.ledger import Part, Vault, application
from candlemark.ledger.cards import certificate_of
from candlemark.ledger.membership import added
from candlemark.ledger.model.place import make_folder
from candlemark.ledger.recovering import public_halves, recover
from candlemark.ledger.roster import Standing
from candlemark.ledger.roster_facts import (
    DeviceCertified,
    MemberChanged,
    MemberThawed,
    ThresholdSet,
)
from candlemark.seal import Cost, RecoveryKey, SigningKey, new_passphrase
from candlemark.seal.recovery import join, split
from stores import everywhere


@pytest.fixture
def house(tmp_path, world, place):
    """A vault in a folder, and how people come into it."""
    folder = tmp_path / "vault"
    world.create(folder, name="A vault", postgres=place).close()

    class House:
        path = folder
        passphrases = {"founder": world.passphrase}  # noqa: RUF012 - of this one test

        def open(self, who="founder"):
            return Vault.open(folder, self.passphrases[who], world.kinds)

        def apply(self, name):
            """A person makes their keys here, and hands over a card."""
            self.passphrases[name] = new_passphrase()
            return application(folder, name, self.passphrases[name], cost=Cost.QUICK)

        def take_in(self, name, by="founder", **rights):
            card = self.apply(name)
            with self.open(by) as vault:
                return vault.members.propose([added(card, **rights)])

        def code(self, name):
            with self.open() as vault:
                return next(
                    one for one in vault.members.roster().members.values() if one.name == name
                )

    return House()


def test_a_person_opens_nothing_before_an_administrator_took_them_in(house):
    house.apply("Aysel")

    with pytest.raises(NotEntitled, match="no key of the vault has been wrapped"):
        house.open("Aysel")


def test_a_member_reads_what_was_said_before_and_says_what_others_read(house, world):
    with house.open() as vault:
        world.say(vault.ledger, "before")
    proposal = house.take_in("Aysel")
    with house.open("Aysel") as vault:
        read = world.texts(vault.ledger)
        world.say(vault.ledger, "after")
        verified = vault.ledger.verify()

    with house.open() as vault:
        assert proposal.standing is Standing.MADE
        assert read == ["before"]
        assert world.texts(vault.ledger) == ["before", "after"]
        assert verified.faults == ()
        assert vault.ledger.verify().faults == ()


@everywhere
def test_a_member_reads_no_identities_before_a_reader_lets_them(house, world):
    with house.open() as vault:
        world.say(vault.ledger, "who", compartment="identity")
    house.take_in("Aysel")
    with house.open("Aysel") as vault:
        before, verified = world.texts(vault.ledger), vault.ledger.verify()
    with house.open() as vault:
        vault.members.add_reader("identity", house.code("Aysel"))

    with house.open("Aysel") as vault:
        assert before == []
        assert (verified.faults, verified.for_others) == ((), 1)
        assert world.texts(vault.ledger) == ["who"]


def test_a_member_not_cleared_for_what_happened_reads_none_of_it(house, world):
    house.take_in("Aysel", coded=False)
    with house.open() as vault:
        world.say(vault.ledger, "what")

    with house.open("Aysel") as vault:
        assert world.texts(vault.ledger) == []
        with pytest.raises(NotEntitled, match="no key to write"):
            world.say(vault.ledger, "mine")


@everywhere
def test_somebody_removed_opens_nothing_here_and_their_copy_opens_nothing_later(house, world):
    house.take_in("Aysel")
    stale = house.open("Aysel")
    with house.open() as vault:
        vault.members.propose([vault.members.removal(house.code("Aysel"))])
        world.say(vault.ledger, "later")
        roster = vault.members.roster()
        assert vault.ledger.verify().faults == ()

    with pytest.raises(WrongPassphrase):
        house.open("Aysel")
    with pytest.raises(LedgerBroken, match="key this vault does not have"):
        world.texts(stale.ledger)
    with pytest.raises((NotEntitled, LedgerBroken)):
        world.say(stale.ledger, "still here")
    stale.close()
    assert roster.compartments["coded"].epochs[-1].number == 2
    assert roster.compartments["meta"].epochs[-1].number == 2


def test_a_change_waits_until_enough_administrators_signed(house):
    house.take_in("Aysel", administrator=True)
    with house.open() as vault:
        vault.members.propose([ThresholdSet(2)])
    waiting = house.take_in("Ramin")
    with house.open() as vault:
        with pytest.raises(NotEntitled, match="signed the change already"):
            vault.members.approve(waiting.code)
        assert "Ramin" not in {one.name for one in vault.members.roster().present}
    with pytest.raises(NotEntitled):
        house.open("Ramin")
    with house.open("Aysel") as vault:
        made = vault.members.approve(waiting.code)

    assert waiting.standing is Standing.WAITING
    assert made.standing is Standing.MADE
    with house.open("Ramin") as vault:
        assert vault.ledger.verify().faults == ()


def test_a_change_on_a_roster_that_changed_meanwhile_is_overtaken(house):
    house.take_in("Aysel", administrator=True)
    with house.open() as vault:
        vault.members.propose([ThresholdSet(2)])
    first, second = house.take_in("Ramin"), house.take_in("Leyla")
    with house.open("Aysel") as vault:
        vault.members.approve(second.code)
        standings = {one.code: one.standing for one in vault.members.roster().proposals}

    assert standings[first.code] is Standing.OVERTAKEN
    assert standings[second.code] is Standing.MADE


def test_who_is_no_administrator_proposes_nothing(house):
    house.take_in("Aysel")

    with house.open("Aysel") as vault, pytest.raises(NotEntitled, match="no administrator"):
        vault.members.propose([ThresholdSet(1)])


def test_the_last_administrators_stay(house):
    with house.open() as vault:
        me = vault.members.me
        with pytest.raises(NotEntitled, match="fewer administrators"):
            vault.members.propose([MemberChanged(me.kid, administrator=False, coded=True)])
        assert vault.members.me.administrator


def test_a_compartment_of_a_case_is_read_by_its_team_only(house, world):
    house.take_in("Aysel")
    house.take_in("Ramin")
    with house.open("Aysel") as vault:
        vault.members.open_compartment("identity:case_1", [house.code("founder")])
        vault.ledger.append([Part("identity:case_1", (world.Said("name"),))])
        readers = {one.name for one in vault.members.readers("identity:case_1")}

    with house.open("Ramin") as vault:
        assert world.texts(vault.ledger) == []
    with house.open() as vault:
        assert world.texts(vault.ledger) == ["name"]
    assert readers == {"Aysel", "founder"}


@everywhere
def test_three_of_five_open_a_vault_whose_only_passphrase_is_lost(tmp_path, world, place):
    shares = split(b"k" * 32)
    folder = tmp_path / "vault"
    recovery = public_halves(RecoveryKey(b"k" * 32))
    with world.create(folder, name="A vault", recovery=recovery, postgres=place) as vault:
        world.say(vault.ledger, "what")
        world.say(vault.ledger, "who", compartment="identity")
        vault.members.settle()
        vault.members.open_compartment("identity:case_1", [])
        vault.ledger.append([Part("identity:case_1", (world.Said("name"),))])

    found, words = new_passphrase(), join(shares[2:])
    recover(folder, RecoveryKey(words), "Rescuer", found, cost=Cost.QUICK)

    with Vault.open(folder, found, world.kinds) as vault:
        assert world.texts(vault.ledger) == ["what", "who", "name"]
        assert vault.members.me.administrator
        world.say(vault.ledger, "again")
        vault.members.rotate("coded")
        assert vault.ledger.verify().faults == ()
    with world.open(folder) as vault:
        assert world.texts(vault.ledger)[-1] == "again"


def test_another_recovery_key_opens_nothing_and_changes_nothing(tmp_path, world):
    folder = tmp_path / "vault"
    world.create(folder, recovery=public_halves(RecoveryKey(b"k" * 32))).close()
    before = {file.name: file.read_bytes() for file in folder.iterdir()}

    with pytest.raises(NotEntitled):
        recover(folder, RecoveryKey(b"x" * 32), "Thief", new_passphrase(), cost=Cost.QUICK)
    assert before == {file.name: file.read_bytes() for file in folder.iterdir()}


def test_recovery_set_later_opens_what_was_said_before(house, world):
    with house.open() as vault:
        world.say(vault.ledger, "what")
        vault.members.propose([public_halves(RecoveryKey(b"k" * 32))])

    found = new_passphrase()
    recover(house.path, RecoveryKey(b"k" * 32), "Rescuer", found, cost=Cost.QUICK)

    with Vault.open(house.path, found, world.kinds) as vault:
        assert world.texts(vault.ledger) == ["what"]


def test_who_travels_freezes_themselves_and_is_thawed_at_home(house, world):
    house.take_in("Aysel", administrator=True)
    with house.open() as vault:
        world.say(vault.ledger, "what")
        vault.members.add_reader("identity", house.code("Aysel"))
        compartments = set(vault._identity.keyring.compartments.kids)
        assert vault.members.freeze(vault.members.me)
        me = vault.members.me
        keystore, vault_id = vault._keystore, vault._identity.vault
        lock = next(one for one in keystore.locks(vault_id) if one.member == me.kid)
        mine = {
            one.kid
            for one in keystore.wraps(vault_id)
            if one.holder in {lock.holder, me.recipient.kid}
        }
        assert not mine & compartments
    with pytest.raises(NotEntitled, match="frozen"):
        house.open()
    with house.open("Aysel") as vault:
        founder = next(one for one in vault.members.roster().present if one.name == "founder")
        vault.members.propose([MemberThawed(founder.kid)])

    with house.open() as vault:
        assert world.texts(vault.ledger) == ["what"]
        assert vault.ledger.verify().faults == ()


def test_two_freeze_another_and_one_alone_does_not(house):
    house.take_in("Aysel", administrator=True)
    house.take_in("Ramin")
    with house.open() as vault:
        alone = vault.members.freeze(house.code("Ramin"))
    house.open("Ramin").close()
    with house.open("Aysel") as vault:
        ramin = next(one for one in vault.members.roster().present if one.name == "Ramin")
        together = vault.members.freeze(ramin)

    assert (alone, together) == (False, True)
    with pytest.raises(NotEntitled, match="frozen"):
        house.open("Ramin")


def test_what_was_computed_goes_with_whoever_is_frozen_or_gives_up_a_device(house):
    house.take_in("Aysel")
    house.take_in("Ramin")
    with house.open() as vault:
        models = vault.ledger.models
        for what in ("frozen", "given up"):
            make_folder(models.folder)
            (models.folder / "coded.db").write_bytes(b"computed")
            if what == "frozen":
                vault.members.freeze(house.code("Ramin"))
                assert (models.folder / "coded.db").exists(), "one alone freezes nobody"
                with house.open("Aysel") as other:
                    assert other.members.freeze(house.code("Ramin"))
            else:
                keys, roster = vault._identity.keyring, vault.members.roster()
                second, now = SigningKey.generate(), vault.ledger.now()
                certificate = certificate_of(
                    roster.vault, keys.identity, second, "old", now, now + timedelta(days=9)
                )
                vault.ledger.append_own([DeviceCertified(certificate)])
                vault.members.give_up_device(second.kid.hex())
            assert not (models.folder / "coded.db").exists(), what


def test_nobody_freezes_the_last_who_could_thaw(house):
    with house.open() as vault, pytest.raises(NotEntitled, match="nobody would be left"):
        vault.members.freeze(vault.members.me)


@everywhere
def test_a_changed_passphrase_opens_and_the_old_one_does_not(house, world):
    new = new_passphrase()
    house.take_in("Aysel")
    for who in ("founder", "Aysel"):
        with house.open(who) as vault:
            with pytest.raises(WrongPassphrase):
                vault.change_passphrase(new_passphrase(), new, cost=Cost.QUICK)
            vault.change_passphrase(house.passphrases[who], new, cost=Cost.QUICK)
        with pytest.raises(WrongPassphrase):
            house.open(who)
        house.passphrases[who] = new
        with house.open(who) as vault:
            world.say(vault.ledger, who)
            assert vault.ledger.verify().faults == ()
