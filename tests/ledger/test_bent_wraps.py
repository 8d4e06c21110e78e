"""A wrapped key of somebody else, damaged on its way: a whole one wins, whichever came first.

Whoever carries a key for another member cannot look into it.  So a damaged one comes to a place
unseen, and nothing there could say which of two is whole but the member it is wrapped for.
"""

from __future__ import annotations

import shutil
import sqlite3
from contextlib import closing
from types import SimpleNamespace

import msgspec
import pytest

from candlemark.errors import LedgerBroken, PublishedBroken
from candlemark.ledger import Part, Vault
from candlemark.ledger.joining import join, pull
from candlemark.ledger.keystore import Keystore
from candlemark.ledger.keystore_rows import KEYSTORE_FILE
from candlemark.ledger.membership import added
from candlemark.ledger.roster_facts import LogAdded
from candlemark.ledger.sharing import WRAPS, shared_wraps
from candlemark.ledger.wraps import Wrap, receiving_key
from candlemark.seal import Cost, new_passphrase

SAID = ["first", "who", "under a new key"]


def bend(stick, chosen):
    """Change the last byte of some wraps on a stick."""
    rows = [
        wrap._replace(wrapped=wrap.wrapped[:-1] + bytes([wrap.wrapped[-1] ^ 1]))
        if chosen(wrap)
        else wrap
        for wrap in shared_wraps(stick)
    ]
    (stick / WRAPS).write_bytes(msgspec.msgpack.encode([tuple(one) for one in rows]))


@pytest.fixture(scope="module")
def places(tmp_path_factory, world):
    """An office, and the laptops of Aysel and Ramin; a stick with a new key for both of them."""
    at = tmp_path_factory.mktemp("places")
    office, stick = at / "office", at / "stick"
    words = {"Aysel": new_passphrase(), "Ramin": new_passphrase()}
    with world.create(office, name="Office") as vault:
        world.say(vault.ledger, "first")
        vault.members.begin()
        vault.share(stick)
        for name, theirs in words.items():
            joined = join(stick, at / name, theirs, name=name, cost=Cost.QUICK)
            vault.members.propose([added(joined.card), LogAdded(joined.log, name)])
        vault.share(stick)
        for name, theirs in words.items():
            pull(at / name, theirs, stick, world.kinds)
        for one in vault.members.roster().present:
            if one.name == "Ramin":
                vault.members.add_reader("identity", one)
                ramin = one.recipient.kid
        vault.ledger.append([Part("identity", (world.Said("who"),), "person_x")])
        identity = vault._identity.keyring.compartments["identity"].kid
        vault.members.rotate("coded")
        world.say(vault.ledger, "under a new key")
        vault.share(stick)
        vault_id = vault._identity.vault
    return SimpleNamespace(
        at=at, stick=stick, words=words, ramin=ramin, identity=identity, vault=vault_id
    )


@pytest.fixture
def copies(places, tmp_path):
    for name in ("Aysel", "Ramin", "stick"):
        shutil.copytree(places.at / name, tmp_path / name)
    shutil.copytree(places.stick, tmp_path / "bent")
    return tmp_path


def carried(places, world, copies, sticks):
    """Aysel takes these sticks one after another; what Ramin reads once he took hers."""
    for stick in sticks:
        pull(copies / "Aysel", places.words["Aysel"], copies / stick, world.kinds)
    with Vault.open(copies / "Aysel", places.words["Aysel"], world.kinds) as vault:
        assert world.texts(vault.ledger) == ["first", "under a new key"]
        assert vault.ledger.verify().faults == ()
        vault.share(copies / "hers")
    pull(copies / "Ramin", places.words["Ramin"], copies / "hers", world.kinds)
    with Vault.open(copies / "Ramin", places.words["Ramin"], world.kinds) as vault:
        assert vault.ledger.verify().faults == ()
        return world.texts(vault.ledger)


WRAPPED_FOR_RAMIN = {
    "keys of compartments": lambda places: lambda wrap: wrap.holder == places.ramin,
    "the key of a person": lambda places: lambda wrap: wrap.holder == places.identity,
}


@pytest.mark.parametrize("which", WRAPPED_FOR_RAMIN)
@pytest.mark.parametrize(
    "sticks", [("bent", "stick"), ("stick", "bent"), ("bent", "stick", "bent")]
)
def test_a_whole_wrap_for_another_member_wins_over_a_bent_one(places, world, copies, which, sticks):
    bend(copies / "bent", WRAPPED_FOR_RAMIN[which](places))

    assert carried(places, world, copies, sticks) == SAID


@pytest.mark.parametrize("which", WRAPPED_FOR_RAMIN)
def test_a_wrap_that_is_bent_and_no_other_is_refused_by_whom_it_is_for(
    places, world, copies, which
):
    bend(copies / "bent", WRAPPED_FOR_RAMIN[which](places))
    pull(copies / "Aysel", places.words["Aysel"], copies / "bent", world.kinds)
    with Vault.open(copies / "Aysel", places.words["Aysel"], world.kinds) as vault:
        vault.share(copies / "hers")

    with pytest.raises(PublishedBroken, match="do not open") as refused:
        pull(copies / "Ramin", places.words["Ramin"], copies / "hers", world.kinds)
    assert all(one.where.startswith("key ") for one in refused.value.faults)


def test_taking_the_same_stick_again_keeps_nothing_twice(places, world, copies):
    for stick in ("stick", "stick"):
        pulled = pull(copies / "Aysel", places.words["Aysel"], copies / stick, world.kinds)
    assert pulled.keys == 0
    with closing(sqlite3.connect(copies / "Aysel" / KEYSTORE_FILE)) as connection:
        assert connection.execute("SELECT count(*) FROM spare").fetchone() == (0,)


def spoil(folder, holder):
    """What a disk does to the wraps of one holder."""
    with closing(sqlite3.connect(folder / KEYSTORE_FILE)) as connection, connection:
        sql = "UPDATE keys SET wrap = zeroblob(length(wrap)) WHERE holder = ?"
        assert connection.execute(sql, (holder,)).rowcount > 0


def test_a_wrap_spoiled_in_the_keystore_is_mended_by_a_whole_one_from_another_place(
    places, world, copies
):
    """It used to be refused as damage before anything that came was looked at."""
    pull(copies / "Ramin", places.words["Ramin"], copies / "stick", world.kinds)
    spoil(copies / "Ramin", places.ramin)
    with pytest.raises(LedgerBroken, match="damaged"):
        Vault.open(copies / "Ramin", places.words["Ramin"], world.kinds)

    pulled = pull(copies / "Ramin", places.words["Ramin"], copies / "stick", world.kinds)

    assert (pulled.taken, pulled.keys > 0) == (0, True)
    with Vault.open(copies / "Ramin", places.words["Ramin"], world.kinds) as vault:
        assert world.texts(vault.ledger) == SAID
        assert vault.ledger.verify().faults == ()
        receiving = receiving_key(vault._identity.keyring.identity, places.vault)
        assert Keystore(copies / "Ramin").unlock_with(places.vault, receiving).compartments
        kids = vault._identity.keyring.compartments.subject_kids("person_x")
        assert len(kids) == 1
        assert len(vault._identity.keyring.compartments.persons("identity")) == 1


def test_one_that_is_spoiled_and_does_not_come_is_damage_and_nothing_was_taken(
    places, world, copies
):
    pull(copies / "Ramin", places.words["Ramin"], copies / "stick", world.kinds)
    spoil(copies / "Ramin", places.ramin)
    rows = [one for one in shared_wraps(copies / "stick") if one.holder != places.ramin]
    (copies / "stick" / WRAPS).write_bytes(msgspec.msgpack.encode([tuple(one) for one in rows]))

    with pytest.raises(LedgerBroken, match="damaged") as refused:
        pull(copies / "Ramin", places.words["Ramin"], copies / "stick", world.kinds)
    assert len(refused.value.faults) >= 3


def test_a_bent_wrap_of_a_person_beside_a_whole_one_costs_nobody_a_word(places, world, copies):
    """Whichever stands first in the file, and however the key is looked for."""
    pull(copies / "Ramin", places.words["Ramin"], copies / "stick", world.kinds)
    keystore = Keystore(copies / "Ramin")
    (good,) = keystore.held_by(places.vault, places.identity)
    bent = Wrap(good.kid, good.holder, good.suite, b"", good.wrapped[:-1] + b"\0")
    for first, then in ((good, bent), (bent, good)):
        keystore.destroy_kids([good.kid])
        keystore.keep(wraps=[first])
        keystore.keep(wraps=[then])
        assert keystore.held_by(places.vault, places.identity) == (first, then)
        with Vault.open(copies / "Ramin", places.words["Ramin"], world.kinds) as vault:
            keys = vault._identity.keyring.compartments
            assert keys.subject_kids("person_x") == (good.kid,)
            assert [one for _, one, _ in keys.persons("identity")] == ["person_x"]
        with Vault.open(copies / "Ramin", places.words["Ramin"], world.kinds) as vault:
            assert world.texts(vault.ledger) == SAID
            assert vault.ledger.verify().faults == ()
