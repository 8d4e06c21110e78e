"""What a member may not do about members is refused with a reason, before anything is said."""

from __future__ import annotations

import sqlite3
from dataclasses import replace

import msgspec
import pytest

from candlemark.errors import LedgerBroken, NotEntitled, SettingRefused, SharesRefused
from candlemark.ledger import Vault, application
from candlemark.ledger.admitting import check_member
from candlemark.ledger.cards import new_card
from candlemark.ledger.keystore import KEYSTORE_FILE, Keystore
from candlemark.ledger.membership import added
from candlemark.ledger.recovering import public_halves, recover
from candlemark.ledger.wraps import (
    COMPARTMENT,
    SIGNING,
    Named,
    Unwrapped,
    receiving_key,
    unwrap_for,
    wrap_for,
)
from candlemark.seal import Cost, RecoveryKey, SealingKey, SigningKey, new_passphrase
from candlemark.seal.recovery import join, split


@pytest.fixture
def pair(tmp_path, world):
    """A vault of its founder and Aysel, who is no administrator."""
    folder, words = tmp_path / "vault", new_passphrase()
    with world.create(folder, name="A vault") as vault:
        card = application(folder, "Aysel", words, cost=Cost.QUICK)
        vault.members.propose([added(card)])

    class Pair:
        path = folder

        @staticmethod
        def founder():
            return world.open(folder)

        @staticmethod
        def aysel():
            return Vault.open(folder, words, world.kinds)

    return Pair


def test_codes_that_name_nobody_or_nothing_are_refused(pair):
    with pair.founder() as vault:
        size, members = vault.ledger.size, vault.members
        for refused in (
            lambda: members.find(""),
            lambda: members.find("zz"),
            lambda: members.approve("zz"),
            lambda: members.readers("identity:none"),
            lambda: members.give_up_device("zz"),
            lambda: members.give_up_device(vault._identity.keyring.device.kid.hex()),
            lambda: members.rotate("identity:none"),
            lambda: members.remove_reader("identity:none", members.me),
            lambda: members.open_compartment("coded", []),
        ):
            with pytest.raises(NotEntitled):
                refused()
        with pytest.raises(SettingRefused):
            members.open_compartment("identity:No Name", [])
        assert vault.ledger.size == size


def test_a_member_is_found_by_the_beginning_of_their_code(pair):
    with pair.founder() as vault:
        me = vault.members.me
        assert vault.members.find(me.code) == me


def test_the_last_reader_is_not_taken_out_and_one_not_cleared_is_not_let_in(pair):
    with pair.founder() as vault:
        members = vault.members
        with pytest.raises(NotEntitled, match="nobody would read"):
            members.remove_reader("identity", members.me)
        aysel = next(one for one in members.roster().present if one.name == "Aysel")
        with pytest.raises(NotEntitled, match="not cleared"):
            members.add_reader("coded", replace(aysel, coded=False))


def test_a_device_is_renewed_and_an_earlier_entry_counts_as_it_did(pair, world):
    with pair.aysel() as vault:
        world.say(vault.ledger, "before")
        until = vault.members.renew_device(30)
        world.say(vault.ledger, "after")
        assert world.texts(vault.ledger) == ["before", "after"]
        assert vault.ledger.verify().faults == ()
        device = vault.members.roster().devices[vault._identity.keyring.device.kid]
        assert abs((device.ends - until).total_seconds()) < 1


def test_a_card_needs_a_name_that_can_be_shown(pair):
    keys = SigningKey.generate(), SigningKey.generate()
    with pair.founder() as vault:
        for name in ("", "  ", "a\nb", "\x1b[2J", "x" * 201):
            with pytest.raises(SettingRefused):
                new_card(vault._identity.vault, name, *keys, vault.ledger.now())


def test_a_passphrase_somebody_thought_up_makes_no_keys(pair, tmp_path):
    before = len(Keystore(pair.path).locks(bytes.fromhex(Vault.peek(pair.path).id)))

    with pytest.raises(SettingRefused):
        application(pair.path, "Ramin", "my own seven words are quite secret")
    with pytest.raises(SettingRefused):
        recover(pair.path, RecoveryKey(bytes(32)), "Ramin", "my own seven words are quite secret")
    assert len(Keystore(pair.path).locks(bytes.fromhex(Vault.peek(pair.path).id))) == before


def test_keys_of_nobody_and_of_who_left_are_refused(pair):
    with pair.founder() as vault:
        roster, identity = vault.members.roster(), vault._identity
        stranger = replace(
            identity, keyring=replace(identity.keyring, identity=SigningKey.generate())
        )
        with pytest.raises(NotEntitled, match="not those of a member"):
            check_member(roster, stranger)
        gone = {
            **roster.members,
            vault.members.me.kid: replace(vault.members.me, removed=1),
        }
        with pytest.raises(NotEntitled, match="member no longer"):
            check_member(replace(roster, members=gone), identity)


@pytest.mark.parametrize("bend", ["suite", "wrap", "purpose", "key", "short"])
def test_a_wrap_for_a_member_that_was_bent_is_named(pair, bend):
    with pair.founder() as vault:
        identity, roster = vault._identity, vault.members.roster()
        receiving = receiving_key(identity.keyring.identity, identity.vault)
        key = SealingKey.generate()
        named = Named(COMPARTMENT + "identity:x", key, 1)
        wrap = wrap_for(receiving.recipient, identity.vault, roster.hash, named)
        info = b"candlemark/wrap/v2" + identity.vault + roster.hash + key.kid
        other = {
            "suite": wrap._replace(suite=9),
            "wrap": wrap._replace(wrapped=wrap.wrapped[:-1] + bytes([wrap.wrapped[-1] ^ 1])),
            "purpose": wrap._replace(wrapped=receiving.recipient.wrap(b"\xa1\xff", info)),
            "key": wrap._replace(
                wrapped=receiving.recipient.wrap(
                    msgspec.msgpack.encode(["compartment/x", 1, bytes(32)]), info
                )
            ),
            "short": wrap._replace(wrapped=b"short"),
        }[bend]
    with pytest.raises(LedgerBroken) as found:
        unwrap_for(receiving, identity.vault, [other])
    assert [fault.where for fault in found.value.faults] == [f"key {key.kid.hex()}"]
    Keystore(pair.path).keep(wraps=[other])
    with pair.founder() as vault:
        where = f"key {key.kid.hex()}"
        assert [fault.where for fault in vault.ledger.verify().faults] == [where]
        assert [fault.where for fault in vault.examine_keys()] == [where]
        with pytest.raises(LedgerBroken) as found:
            vault._identity.keyring.compartments.key(key.kid)
    assert [fault.where for fault in found.value.faults] == [where]


def test_keys_are_in_no_repr():
    key, found = SealingKey.generate(), Unwrapped.empty()
    found.take(key.kid, msgspec.msgpack.encode([COMPARTMENT + "coded", 1, key.reveal()]))
    signing = SigningKey.generate()
    found.take(signing.kid, msgspec.msgpack.encode([SIGNING + "log", 1, signing.reveal()]))
    recovery = RecoveryKey(bytes(32))

    assert key.reveal().hex() not in repr(found)
    assert repr(key.reveal()) not in repr(found)
    assert recovery.signing.reveal().hex() not in repr(recovery)
    with pytest.raises(LedgerBroken, match="not the key it is named as"):
        found.take(bytes(16), msgspec.msgpack.encode([SIGNING + "log", 1, signing.reveal()]))


def test_another_recovery_key_with_the_same_receiving_half_is_refused(tmp_path, world):
    folder, key = tmp_path / "vault", RecoveryKey(b"k" * 32)
    other = RecoveryKey(b"k" * 32)
    other.signing = SigningKey.generate()
    world.create(folder, recovery=public_halves(key)).close()

    with pytest.raises(NotEntitled) as refused:
        recover(folder, other, "Thief", new_passphrase(), cost=Cost.QUICK)
    assert (refused.value.message, refused.value.hint) == (
        "this is not the recovery key of the vault",
        "see whether the shares are those of this vault's recovery key",
    )


def test_a_share_with_a_slip_is_named_by_its_number_and_its_words_are_not():
    shares = list(split(bytes(32)))
    words = shares[1].split()
    for slip, said in (
        (" ".join(words[:-1]), "32 words instead of 33"),
        (" ".join([*words[:10], "xyzzy", *words[11:]]), "number 11"),
        (" ".join([*words[:10], words[11], words[10], *words[12:]]), "check words"),
    ):
        with pytest.raises(SharesRefused) as found:
            join([shares[0], slip, shares[2]])
        (fault,) = found.value.faults
        assert fault.where == "share 2"
        assert said in fault.what
        assert "xyzzy" not in str(found.value)


@pytest.mark.parametrize("table", ["seen", "label", "lock"])
def test_a_keystore_that_lost_a_row_is_damage(pair, table):
    connection = sqlite3.connect(pair.path / KEYSTORE_FILE)
    connection.execute(f"DELETE FROM {table}")
    connection.commit()
    connection.close()

    with pytest.raises(LedgerBroken):
        pair.founder()
