"""A key that lies in the keystore for a stranger is taken away, and no key of a member ever is."""

from __future__ import annotations

import os
from contextlib import closing
from sqlite3 import connect

import pytest

from candlemark.errors import Fault, LedgerBroken, NotEntitled
from candlemark.ledger import Kinds, Vault, application
from candlemark.ledger.admitting import StrangeKey, destroy_strange
from candlemark.ledger.keystore import KEYSTORE_FILE, Keystore
from candlemark.ledger.wraps import Wrap
from candlemark.seal import SUITE, Cost, new_passphrase
from team import Team

GHOST, OTHER = b"a ghost's holder", b"another's holder"
HINT = (
    "candlemark ledger verify names them; who is a member is taken out by: candlemark member remove"
)


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """A founder, a second administrator and a plain member, in one folder."""
    team = Team(tmp_path_factory.mktemp("strange") / "vault", Kinds())
    team.take_in("Aysel", administrator=True)
    team.take_in("Ramin")
    return team


@pytest.fixture
def store(made):
    """The keystore, as it was before each test."""
    path = made.folder / KEYSTORE_FILE
    before = path.read_bytes()
    yield Keystore(made.folder)
    path.write_bytes(before)


def held_of(vault, name):
    """The wraps of a compartment's newest key that lie here."""
    kid = vault.members.roster().compartments[name].keys[-1].kid
    return kid, [one for one in vault._keystore.wraps(bytes.fromhex(vault.id)) if one.kid == kid]


def plant(store, kid, *holders):
    """Keys somebody put into the file."""
    store.keep(wraps=[Wrap(kid, one, SUITE, b"", os.urandom(80)) for one in holders])


def refused(vault, *codes):
    with pytest.raises(NotEntitled) as found:
        vault.members.destroy_strange(codes)
    return found.value


def test_the_wrap_of_a_stranger_goes_and_those_of_members_stay_byte_for_byte(made, store):
    with made.open() as vault:
        coded, before = held_of(vault, "coded")
        everything = frozenset(store.wraps(bytes.fromhex(vault.id)))
        plant(store, coded, GHOST, OTHER)
        strange = (StrangeKey(coded, GHOST, "coded"), StrangeKey(coded, OTHER, "coded"))
        assert vault.members.strange_keys() == strange
        assert {one.code for one in strange} == {coded.hex()}

        assert vault.members.destroy_strange([coded.hex()[:10], coded.hex()]) == strange

        assert vault.members.strange_keys() == ()
        assert held_of(vault, "coded") == (coded, before)
        assert frozenset(store.wraps(bytes.fromhex(vault.id))) == everything
        assert vault.ledger.verify().faults == ()
    with made.open("Ramin") as vault:
        assert vault.strange_keys == ()


def test_nothing_of_what_was_planted_is_left_in_the_file(made, store):
    planted = Wrap(b"k" * 16, GHOST, SUITE, b"", b"planted by a stranger" * 4)
    store.keep(wraps=[planted])
    with made.open() as vault:
        assert vault.members.strange_keys() == (StrangeKey(planted.kid, GHOST, ""),)
        vault.members.destroy_strange([planted.kid.hex()])
    for file in made.folder.iterdir():
        assert planted.wrapped[:21] not in file.read_bytes(), file.name


def test_only_the_key_that_is_named_goes(made, store):
    with made.open() as vault:
        coded, _ = held_of(vault, "coded")
        meta, _ = held_of(vault, "meta")
        plant(store, coded, GHOST)
        plant(store, meta, GHOST, OTHER)

        gone = vault.members.destroy_strange([meta.hex()])

        assert {(one.kid, one.holder) for one in gone} == {(meta, GHOST), (meta, OTHER)}
        assert vault.members.strange_keys() == (StrangeKey(coded, GHOST, "coded"),)


def test_a_key_of_members_one_that_is_not_there_and_one_said_too_shortly_are_refused_together(
    made, store
):
    with made.open() as vault:
        coded, _ = held_of(vault, "coded")
        meta, _ = held_of(vault, "meta")
        pair = [bytes([255, 1, *range(14)]), bytes([255, 2, *range(14)])]
        for kid in pair:
            plant(store, kid, GHOST)
        before = store.wraps(bytes.fromhex(vault.id))
        absent = "f" * 40

        error = refused(vault, pair[0].hex(), coded.hex(), "ff0", absent, "", meta.hex()[:31])

        assert error.message == (
            "nothing was destroyed: not each of these is one key wrapped for a stranger"
        )
        assert error.hint == HINT
        assert error.exit_code == NotEntitled.exit_code
        assert error.faults == (
            Fault(f"key {coded.hex()}", "it is wrapped for members only"),
            Fault("key ff0", "several keys begin so"),
            Fault(f"key {absent}", "there is no such key"),
            Fault("key ", "there is no such key"),
            Fault(f"key {meta.hex()[:31]}", "it is wrapped for members only"),
        )
        assert store.wraps(bytes.fromhex(vault.id)) == before


def test_a_member_who_is_no_administrator_destroys_nothing(made, store):
    with made.open() as vault:
        coded, _ = held_of(vault, "coded")
    plant(store, coded, GHOST)
    with made.open("Ramin") as vault:
        error = refused(vault, coded.hex())
        assert error.message == "this member is no administrator"
        assert error.hint == "ask one of them: candlemark member list"
        assert len(vault.members.strange_keys()) == 1
    with made.open("Aysel") as vault:
        assert len(vault.members.destroy_strange([coded.hex()])) == 1


def test_where_a_lock_was_changed_nobody_can_tell_whose_keys_lie_behind_it_and_none_goes(
    made, store
):
    """What a founder's lock opened would else look like the key of a stranger."""
    with made.open("Aysel") as vault:
        coded, _ = held_of(vault, "coded")
        plant(store, coded, GHOST)
        with closing(connect(made.folder / KEYSTORE_FILE)) as file, file:
            ours = vault.members.me.kid
            file.execute("UPDATE lock SET frozen = 7 WHERE member <> ?", (ours,))
        before = store.held_by(bytes.fromhex(vault.id), GHOST)
        assert len(before) == 1
        for call in (
            vault.members.strange_keys,
            lambda: vault.members.destroy_strange([coded.hex()]),
        ):
            with pytest.raises(LedgerBroken, match=f"{KEYSTORE_FILE} is damaged"):
                call()
        assert store.held_by(bytes.fromhex(vault.id), GHOST) == before


def test_what_lies_behind_the_lock_of_somebody_not_yet_taken_in_stays_theirs(made, store):
    """Their own key, planted once more for a stranger, costs whoever applies nothing."""
    application(made.folder, "Leyla", new_passphrase(), cost=Cost.QUICK)
    with made.open() as vault:
        present = {one.kid for one in vault.members.roster().present}
        vid = bytes.fromhex(vault.id)
        lock = next(one for one in store.locks(vid) if one.member not in present)
        own = store.held_by(vid, lock.holder)
        plant(store, own[0].kid, GHOST)
        plant(store, held_of(vault, "coded")[0], lock.holder)

        codes = {one.code for one in vault.members.strange_keys()}
        gone = vault.members.destroy_strange(sorted(codes))

        assert {(one.kid, one.holder) for one in gone} == {
            (own[0].kid, GHOST), (held_of(vault, "coded")[0], lock.holder),
        }  # fmt: skip
        assert store.held_by(vid, lock.holder) == own


def test_a_vault_in_memory_has_no_file_of_keys():
    with Vault.in_memory(Kinds()) as vault:
        assert vault.members.strange_keys() == ()
        assert vault.members.destroy_strange(["00"]) == ()


def test_a_vault_of_one_is_cleaned_too(tmp_path):
    alone = Team(tmp_path / "vault", Kinds())
    with alone.open() as vault:
        key = vault._identity.keyring.compartments["coded"]
        plant(Keystore(alone.folder), key.kid, GHOST)
        assert vault.members.strange_keys() == (StrangeKey(key.kid, GHOST, "coded"),)
        assert len(destroy_strange(
            vault.members.roster(), vault._identity, Keystore(alone.folder), [key.kid.hex()]
        )) == 1  # fmt: skip
        assert vault.strange_keys == ()
