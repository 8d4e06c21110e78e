"""Attacks on a vault of several by who has its server, its keys, or was a member.

After each: no key is wrapped for anybody who should have none, no entry of theirs is read, and
``verify`` names the place.
"""

from __future__ import annotations

import hashlib
import shutil
import sqlite3
from dataclasses import replace
from datetime import timedelta

import msgspec
import pytest

from candlemark.errors import LedgerBroken, NotEntitled, WrongPassphrase
from candlemark.ledger import Vault, application
from candlemark.ledger.cards import applicant, certificate_of
from candlemark.ledger.checkpoint import signed_head, tree_of
from candlemark.ledger.entry import (
    META,
    Meta,
    PartNote,
    SealedPart,
    Seen,
    encode_leaf,
    encode_meta,
    read_leaf,
    signed_message,
)
from candlemark.ledger.genesis import log_id
from candlemark.ledger.keystore import Keystore
from candlemark.ledger.membership import added
from candlemark.ledger.merkle import leaf_hash
from candlemark.ledger.roster_facts import (
    DeviceCertified,
    DeviceRevoked,
    Ended,
    EpochBegan,
    MemberAdded,
    RosterChange,
    RosterProposed,
    ThresholdSet,
    encode,
    sign_change,
)
from candlemark.ledger.store import Row
from candlemark.ledger.wraps import COMPARTMENT, Named, receiving_key, wrap_for
from candlemark.seal import Cost, SealingKey, SigningKey, new_passphrase, open_part, seal_part
from candlemark.seal.padding import size_class
from house import PEOPLE

GHOST = PEOPLE["Ghost"]


@pytest.fixture
def house(tmp_path, world):
    """A vault of a founder, an administrator Aysel and a member Ramin, in a folder."""
    folder = tmp_path / "vault"

    class House:
        path = folder
        passphrases = {"founder": world.passphrase}  # noqa: RUF012 - of this one test

        def open(self, who="founder", path=None):
            return Vault.open(path or folder, self.passphrases[who], world.kinds)

        def take_in(self, name, **rights):
            self.passphrases[name] = new_passphrase()
            card = application(folder, name, self.passphrases[name], cost=Cost.QUICK)
            with self.open() as vault:
                vault.members.propose([added(card, **rights)])

        @staticmethod
        def who(vault, name):
            return next(one for one in vault.members.roster().members.values() if one.name == name)

    world.create(folder, name="A vault").close()
    made = House()
    made.take_in("Aysel", administrator=True)
    made.take_in("Ramin")
    return made


def forge(vault, facts, *, compartment="coded", device=None, content=None, keys=None, **lies):
    """One more entry, as somebody writes it who has keys and asks nobody.

    ``device`` signs, ``content`` stands in the place of the facts, ``keys`` are used instead of
    those of the compartments, and ``lies`` replace fields of the meta part.
    """
    identity, ledger, store = vault._identity, vault.ledger, vault._store
    keyring, name = identity.keyring, ledger._name
    held = {**dict(keyring.compartments), **(keys or {})}
    device = device or keyring.device
    ledger.roster()
    last = ledger._reader.last(device.kid)
    action = hashlib.sha256(repr((facts, lies, content)).encode()).digest()[:16]
    encoded, kinds = ledger._kinds.encode(facts)
    body = encoded if content is None else content
    with store.writing() as writing:
        tree = tree_of(store.head(), name, keyring.log.public)
        ct = seal_part(held[compartment], identity.vault, action, body)
        part = SealedPart(held[compartment].kid, hashlib.sha256(ct).digest(), size_class(len(body)))
        meta = Meta(
            1, identity.vault, action, device.kid, last.seq + 1, last.hash,
            ledger._reader.lamport + 1, int(ledger.now().timestamp() * 1000),
            Seen(log_id(name), tree.size, tree.root),
            (PartNote(kinds, "", compartment),), (), "en",
        )  # fmt: skip
        said = encode_meta(msgspec.structs.replace(meta, **lies))
        signature = device.sign(signed_message(said, [part.hash]))
        sealed = seal_part(held[META], identity.vault, action, said + signature)
        first = SealedPart(
            held[META].kid, hashlib.sha256(sealed).digest(), size_class(len(said) + 64)
        )
        leaf = encode_leaf(identity.vault, action, (first, part))
        row = Row(tree.size, leaf, leaf_hash(leaf), action)
        writing.add(row, [(first.hash, sealed), (part.hash, ct)])
        writing.move_head(signed_head(tree.grown([row.hash]), name, keyring.log))
    return row.n


def ghost_wraps(vault):
    """Keys wrapped for the ghost."""
    holder = receiving_key(GHOST.identity, vault._identity.vault).recipient.kid
    return [one for one in vault._keystore.wraps(vault._identity.vault) if one.holder == holder]


def named(vault, n):
    """What verify says of one leaf."""
    return [one.what for one in vault.ledger.verify().faults if one.where.startswith(f"leaf {n}")]


# Ghosts


def ghost_change(opened, **lies):
    roster = opened.members.roster()
    card = GHOST.card(roster.vault, now=opened.ledger.now())
    change = RosterChange(
        1, roster.vault, roster.number + 1, roster.hash, "", (MemberAdded(card, True, True),)
    )
    return encode(msgspec.structs.replace(change, **lies))


def by_ghost(vault):
    change = ghost_change(vault)
    return RosterProposed(change, GHOST.kid, sign_change(change, GHOST.identity))


def by_member(vault):
    change, key = ghost_change(vault), vault._identity.keyring.identity
    return RosterProposed(change, key.kid, sign_change(change, key))


def in_another_name(vault):
    change, key = ghost_change(vault), vault._identity.keyring.identity
    founder = founder_of(vault)
    return RosterProposed(change, founder.kid, sign_change(change, key))


def founder_of(vault):
    return next(one for one in vault.members.roster().present if one.administrator)


def of_another_vault(vault):
    change, key = ghost_change(vault, vault=bytes(16)), vault._identity.keyring.identity
    return RosterProposed(change, key.kid, sign_change(change, key))


@pytest.mark.parametrize("lie", [by_ghost, by_member, in_another_name, of_another_vault])
def test_a_ghost_gets_no_key_however_they_are_put_into_the_ledger(house, world, lie):
    with house.open("Ramin") as traitor:
        n = forge(traitor, [lie(traitor)], compartment=META)

    with house.open() as vault:
        vault.members.settle()
        vault.members.rotate("coded")
        assert ghost_wraps(vault) == []
        assert GHOST.kid not in vault.members.roster().members
        assert named(vault, n) != []
        assert any(fault.where == f"leaf {n}" for fault in vault.ledger.roster_faults)


def test_a_ghost_with_one_signature_of_two_gets_no_key(house):
    with house.open() as vault:
        vault.members.propose([ThresholdSet(2)])
        card = GHOST.card(vault._identity.vault, now=vault.ledger.now())
        vault.members.propose([added(card)])
        vault.members.settle()
        vault.members.rotate("meta")

        assert ghost_wraps(vault) == []
        assert vault.ledger.verify().faults == ()


def test_a_key_wrapped_for_a_ghost_in_the_file_is_told_on_opening_and_keeps_nobody_out(house):
    """Else whoever can write to the file could keep a team from its cases."""
    with house.open("Ramin") as traitor:
        identity, roster = traitor._identity, traitor.members.roster()
        key = identity.keyring.compartments["coded"]
        recipient = receiving_key(GHOST.identity, identity.vault).recipient
        wrap = wrap_for(recipient, identity.vault, roster.hash, Named(COMPARTMENT + "coded", key))
        Keystore(house.path).keep(wraps=[wrap])

    with house.open() as vault:
        told = [(f"key {key.kid.hex()}", "it is wrapped for nobody the roster names")]
        assert [(one.where, one.what) for one in vault.strange_keys] == told
        assert [(one.where, one.what) for one in vault.ledger.verify().faults] == told
        vault.members.settle()
        vault.members.rotate("coded")
        assert [one.kid for one in ghost_wraps(vault)] == [key.kid]  # and no newer one
        with Vault.open(house.path, vault.secret, vault.ledger._kinds) as session:
            assert [(one.where, one.what) for one in session.strange_keys] == told
            assert len(session.ledger.verify().faults) == 1


def test_no_key_is_given_to_whom_the_roster_does_not_name(house):
    house.take_in("Leyla")
    with house.open() as vault:
        leyla = house.who(vault, "Leyla")
        vault.members.propose([vault.members.removal(leyla)])
        before = vault._keystore.wraps(vault._identity.vault)
        other = receiving_key(GHOST.identity, vault._identity.vault).recipient
        ramin = house.who(vault, "Ramin")
        for nobody in (leyla, house.who(vault, "Leyla"), replace(ramin, recipient=other)):
            with pytest.raises(LedgerBroken, match="does not name"):
                vault.members.add_reader("identity", nobody)
        assert vault._keystore.wraps(vault._identity.vault) == before


def test_an_exchanged_card_has_other_words(house):
    with house.open() as vault:
        name = vault._identity.vault
        real = applicant(PEOPLE["Leyla"].card(name), name)
        lying = PEOPLE["Murad"].card(name)
        assert applicant(lying, name).words != real.words
        assert len(real.words) == 6


# Devices and entries


def renewed(vault, device, **how):
    keyring, now = vault._identity.keyring, vault.ledger.now()
    begins = now + how.get("begins", timedelta(0))
    certificate = certificate_of(
        vault._identity.vault, how.get("identity", keyring.identity), device, "laptop",
        begins, begins + timedelta(days=90),
    )  # fmt: skip
    return DeviceCertified(certificate)


DEVICE = SigningKey.from_bytes(b"d" * 32)


def test_an_entry_by_a_device_nobody_certified_is_not_read(house, world):
    with house.open("Ramin") as traitor:
        n = forge(traitor, [world.Said("forged")], device=DEVICE)

    with house.open() as vault:
        assert world.texts(vault.ledger) == []
        assert named(vault, n) == ["it was written by a device the vault does not know"]
        world.say(vault.ledger, "after")
        assert world.texts(vault.ledger) == ["after"]


@pytest.mark.parametrize(
    ("how", "words"),
    [
        ({"begins": timedelta(days=3)}, "does not know"),
        ({"identity": GHOST.identity}, "does not know"),
    ],
)
def test_a_device_that_brings_a_certificate_that_does_not_hold_says_nothing(house, how, words):
    with house.open("Ramin") as traitor:
        n = forge(traitor, [renewed(traitor, DEVICE, **how)], compartment=META, device=DEVICE)

    with house.open() as vault:
        assert DEVICE.kid not in vault.members.roster().devices
        assert any(words in what or "future" in what for what in named(vault, n))


def test_a_device_that_brings_its_certificate_counts_from_that_entry_on(house, world):
    with house.open("Ramin") as vault:
        forge(vault, [renewed(vault, DEVICE)], compartment=META, device=DEVICE)
        forge(vault, [world.Said("from the laptop")], device=DEVICE)

    with house.open() as vault:
        assert world.texts(vault.ledger) == ["from the laptop"]
        assert vault.ledger.verify().faults == ()


def test_what_a_revoked_device_writes_is_not_read_whatever_number_it_takes(house, world):
    with house.open("Ramin") as thief:
        world.say(thief.ledger, "honest")
        device = thief._identity.keyring.device.kid
        last = thief.ledger.last_of(device)
        with house.open() as vault:
            vault.members.propose([DeviceRevoked(Ended(device, last))])
        forge(thief, [world.Said("next")])
        forge(thief, [world.Said("again")], seq=0, prev=bytes(32))
        with pytest.raises(NotEntitled, match="given up"):
            world.say(thief.ledger, "asked")

    with house.open() as vault:
        size = vault.ledger.size
        assert world.texts(vault.ledger) == ["honest"]
        assert named(vault, size - 2) == [
            "it was written after its device, or its member, was given up"
        ]
        assert any("instead of" in what for what in named(vault, size - 1))


def test_an_entry_at_a_time_without_certificate_is_not_read(house, world):
    with house.open("Ramin") as vault:
        late = int((vault.ledger.now() + timedelta(days=100)).timestamp() * 1000)
        n = forge(vault, [world.Said("late")], written=late)

    with house.open() as vault:
        assert world.texts(vault.ledger) == []
        assert "no certificate" in named(vault, n)[0]


def test_a_signature_by_another_members_device_does_not_hold(house, world):
    with house.open("Ramin") as traitor:
        hers = next(
            one.kid
            for one in traitor.members.roster().devices.values()
            if one.member == founder_of(traitor).kid
        )
        n = forge(traitor, [world.Said("in her name")], device=_Masked(traitor, hers))

    with house.open() as vault:
        assert world.texts(vault.ledger) == []
        assert named(vault, n) == ["the signature does not hold"]


class _Masked:
    """Signs with the member's own device, and gives another's kid."""

    def __init__(self, vault, kid):
        self.kid, self.sign = kid, vault._identity.keyring.device.sign


def test_a_member_who_writes_nonsense_about_members_closes_the_vault_to_nobody(house, world):
    with house.open("Ramin") as traitor:
        facts = [EpochBegan("identity:x", 1, bytes(16), (GHOST.kid,), "")]
        nonsense = msgspec.msgpack.encode([["compartment.epoch", 1, ["identity:x", "one"]]])
        n = forge(traitor, facts, compartment=META, content=nonsense)

    with house.open() as vault:
        world.say(vault.ledger, "on")
        assert world.texts(vault.ledger) == ["on"]
        assert any("cannot be read" in what for what in named(vault, n))
        assert any("cannot be read" in fault.what for fault in vault.ledger.roster_faults)


def test_a_part_about_members_that_is_missing_is_damage_and_not_passed_over(house, world):
    """A removal may have stood in it: keys would go on being wrapped for who was removed."""
    with house.open() as vault:
        vault.members.propose([vault.members.removal(house.who(vault, "Ramin"))])
        place = next(
            row for row in vault._store.rows(0, vault.ledger.size)
            if any("roster.proposed" in e.kinds for e in vault.ledger.entries() if e.n == row.n)
        )  # fmt: skip
        part = read_leaf(place.leaf).parts[1].hash
    connection = sqlite3.connect(house.path / "ledger.db")
    for (name,) in connection.execute(
        "SELECT name FROM sqlite_master WHERE type = 'trigger'"
    ).fetchall():
        connection.execute(f"DROP TRIGGER {name}")
    connection.execute("DELETE FROM part WHERE hash = ?", (part,))
    connection.commit()
    connection.close()

    with pytest.raises(LedgerBroken, match=f"entry {place.n} is damaged"):
        house.open()


# Keys of compartments


def test_what_is_sealed_under_an_older_key_is_named(house, world):
    with house.open() as vault:
        old = vault._identity.keyring.compartments["coded"]
        vault.members.rotate("coded")
        n = forge(vault, [world.Said("old")], keys={"coded": old})

        assert named(vault, n) == ["it was not sealed under the key coded had then"]


def test_what_is_sealed_under_a_key_nobody_announced_is_named_and_opened_by_nobody(house, world):
    with house.open() as vault:
        n = forge(vault, [world.Said("new")], keys={"coded": SealingKey.generate()})

        assert "it was not sealed under the key coded had then" in named(vault, n)


@pytest.mark.parametrize("name", ["coded", "identity:case_1"])
def test_a_key_put_into_the_file_is_not_written_with(house, world, name):
    """Whoever can write the file can wrap a key they know for a member whose card they saw."""
    known = SealingKey.generate()
    with house.open() as vault:
        recipient, identity = vault.members.me.recipient, vault._identity
        planted = Named(COMPARTMENT + name, known, 99)
        wrap = wrap_for(recipient, identity.vault, vault.members.roster().hash, planted)
    Keystore(house.path).keep(wraps=[wrap])

    with house.open() as vault:
        if name == "coded":
            world.say(vault.ledger, "what")
        else:
            with pytest.raises(NotEntitled):
                world.say(vault.ledger, "who", compartment=name)
        for row in vault._store.rows(0, vault.ledger.size):
            assert known.kid not in {part.kid for part in read_leaf(row.leaf).parts}


def test_one_administrator_does_not_shut_out_the_others(house, world):
    with house.open("Aysel") as vault:
        me, key = vault.members.me, SealingKey.generate()
        n = forge(vault, [EpochBegan(META, 2, key.kid, (me.kid,), "mine")], compartment=META)

    with house.open() as vault:
        assert len(vault.members.roster().compartments[META].epochs) == 1
        assert "leaves out" in named(vault, n)[0]


# Removal


def test_an_old_copy_with_all_its_keys_opens_nothing_written_after_the_removal(
    house, world, tmp_path
):
    with house.open() as vault:
        vault.members.add_reader("identity", house.who(vault, "Ramin"))
        world.say(vault.ledger, "before")
    shutil.copytree(house.path, tmp_path / "copy")
    with house.open() as vault:
        removal = vault.ledger.size
        vault.members.propose([vault.members.removal(house.who(vault, "Ramin"))])
        after = vault.ledger.size
        for compartment in ("coded", "identity"):
            world.say(vault.ledger, f"later in {compartment}", compartment=compartment)
        assert vault.ledger.verify().faults == ()

    with house.open("Ramin", tmp_path / "copy") as copy:
        assert world.texts(copy.ledger) == ["before"]
        keys = [
            copy._identity.keyring.compartments.key(kid)
            for kid in copy._identity.keyring.compartments.kids
        ]
    opened = dict.fromkeys(range(removal, after + 2), 0)
    with house.open() as vault:
        for row in vault._store.rows(removal, vault.ledger.size):
            leaf = read_leaf(row.leaf)
            stored = vault._store.parts([part.hash for part in leaf.parts])
            for sealed in stored.values():
                for key in keys:
                    try:
                        open_part(key, leaf.vault, leaf.action, sealed)
                    except LedgerBroken:
                        continue
                    opened[row.n] += 1
    assert [n for n, count in opened.items() if count and n >= after] == []
    # The new ledger beside the old keys: nothing but what was there before.
    shutil.copy(house.path / "ledger.db", tmp_path / "copy" / "ledger.db")
    with pytest.raises((LedgerBroken, NotEntitled, WrongPassphrase)):
        house.open("Ramin", tmp_path / "copy")


def test_what_a_removed_member_adds_with_the_keys_they_kept_is_not_read(house, world):
    stale = house.open("Ramin")
    kept = {name: stale._identity.keyring.compartments[name] for name in (META, "coded")}
    with house.open() as vault:
        vault.members.propose([vault.members.removal(house.who(vault, "Ramin"))])
    stale.ledger._reader.upto = lambda _size: None  # their program does not ask
    stale.ledger.roster = lambda: None
    n = forge(stale, [world.Said("still here")], keys=kept, lamport=10_000)
    stale._store.close()

    with house.open() as vault:
        assert world.texts(vault.ledger) == []
        assert any("given up" in what for what in named(vault, n))
        world.say(vault.ledger, "on")
        assert world.texts(vault.ledger) == ["on"]


def test_lock_and_keys_of_a_removed_member_are_nowhere_in_the_file(house):
    with house.open() as vault:
        ramin, keystore, name = house.who(vault, "Ramin"), vault._keystore, vault._identity.vault
        lock = next(one for one in keystore.locks(name) if one.member == ramin.kid)
        wraps = [
            one.wrapped for one in keystore.wraps(name)
            if one.holder in {lock.holder, ramin.recipient.kid}
        ]  # fmt: skip
        planted = [
            lock.holder,
            ramin.kid,
            ramin.recipient.kid,
            lock.stretching.rpartition("$")[2].encode(),
            *wraps,
        ]
        there = b"".join(file.read_bytes() for file in house.path.glob("keystore.db*"))
        assert all(one[:16] in there for one in planted)
        assert len(wraps) > 4
        vault.members.propose([vault.members.removal(ramin)])

        gone = b"".join(file.read_bytes() for file in house.path.glob("keystore.db*"))
    for one in planted:
        assert all(one[at : at + 16] not in gone for at in range(0, len(one) - 15, 16))


def test_a_member_to_be_removed_does_not_dodge_it(house, world):
    with house.open("Aysel") as aysel, house.open() as vault:
        vault.members.propose([ThresholdSet(2)])
        ramin = house.who(vault, "Ramin")
        proposal = vault.members.propose([vault.members.removal(ramin)])
        with house.open("Ramin") as traitor:
            forge(traitor, [renewed(traitor, DEVICE)], compartment=META, device=DEVICE)
            forge(traitor, [world.Said("from the second device")], device=DEVICE)
            assert world.texts(vault.ledger) == ["from the second device"]
            aysel.members.approve(proposal.code)
            assert world.texts(vault.ledger) == []
            kept = {name: traitor._identity.keyring.compartments[name] for name in (META, "coded")}
            n = forge(traitor, [world.Said("and again")], device=DEVICE, keys=kept)
        assert "Ramin" not in {one.name for one in vault.members.roster().present}
        assert world.texts(vault.ledger) == []
        assert named(vault, n)


def test_an_entry_is_not_moved_to_another_vault(house, world, tmp_path):
    with world.create(tmp_path / "other") as other:
        world.say(other.ledger, "theirs")
        row = other._store.rows(0, 1)[0]
        sealed = other._store.parts([part.hash for part in read_leaf(row.leaf).parts])
    with house.open() as vault:
        size = vault.ledger.size
        keyring, name = vault._identity.keyring, vault.ledger._name
        with vault._store.writing() as writing:
            tree = tree_of(vault._store.head(), name, keyring.log.public)
            moved = Row(size, row.leaf, row.hash, row.action)
            writing.add(moved, list(sealed.items()))
            writing.move_head(signed_head(tree.grown([row.hash]), name, keyring.log))
        assert named(vault, size) == ["the leaf belongs to another vault"]
        with pytest.raises(LedgerBroken, match="another vault"):
            world.texts(vault.ledger)


def test_a_member_does_to_no_compartment_what_only_its_readers_or_administrators_do(house):
    with house.open("Ramin") as vault:
        with pytest.raises(NotEntitled):
            vault.members.add_reader("identity", vault.members.me)
        with pytest.raises(NotEntitled):
            vault.members.rotate("meta")
        with pytest.raises(NotEntitled):
            vault.members.remove_reader("coded", vault.members.me)
