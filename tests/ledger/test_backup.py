"""A vault that burned is there again; what was erased is in no backup of it."""

from __future__ import annotations

import shutil
from datetime import date, timedelta

import pytest

from candlemark.errors import (
    PublishedBroken,
    SettingRefused,
    VaultExists,
    VaultMissing,
    WrongPassphrase,
)
from candlemark.ledger import Part
from candlemark.ledger.backup import back_up, restore
from candlemark.ledger.roster_facts import LogAdded
from candlemark.seal import new_passphrase
from stores import everywhere

DAY = date(2026, 1, 1)


@pytest.fixture
def burned(tmp_path, world, place):
    """A vault with one backup, and the code of its member; the vault itself is gone."""
    with world.create(tmp_path / "vault", name="A vault", postgres=place) as vault:
        world.say(vault.ledger, "what")
        vault.ledger.append([Part("identity", (world.Said("who"),), "person_x")])
        vault.members.begin()
        code = vault.members.me.code
        back_up(tmp_path / "vault", tmp_path / "backups", DAY)
    shutil.rmtree(tmp_path / "vault")
    return code


@everywhere
def test_a_burned_vault_is_there_again_and_writes_on_in_a_log_of_its_own(burned, tmp_path, world):
    backup = tmp_path / "backups" / "2026-01-01"
    joined, pulled = restore(backup, tmp_path / "again", world.passphrase, burned, world.kinds)
    with world.open(tmp_path / "again") as vault:
        vault.members.propose([LogAdded(joined.log, "restored")])
        world.say(vault.ledger, "after the fire")
        vault.share(tmp_path / "stick")

        assert vault.name == "A vault"
        assert world.texts(vault.ledger) == ["what", "who", "after the fire"]
        assert vault.ledger.verify().faults == ()
    assert pulled.refused == ()


def test_a_restored_log_counts_nowhere_before_administrators_named_it(burned, tmp_path, world):
    backup = tmp_path / "backups" / "2026-01-01"
    restore(backup, tmp_path / "again", world.passphrase, burned, world.kinds)

    with world.open(tmp_path / "again") as vault:
        faults = [fault.what for fault in vault.ledger.verify().faults]

    assert faults == ["it is signed by a log the vault does not know"]


def test_another_passphrase_restores_nothing(burned, tmp_path, world):
    backup = tmp_path / "backups" / "2026-01-01"

    with pytest.raises(WrongPassphrase):
        restore(backup, tmp_path / "again", new_passphrase(), burned, world.kinds)
    assert not (tmp_path / "again").exists()


def test_somebody_whose_key_is_not_in_a_backup_is_told_whose_is(burned, tmp_path, world):
    backup = tmp_path / "backups" / "2026-01-01"

    with pytest.raises(SettingRefused, match="no single key") as refused:
        restore(backup, tmp_path / "again", world.passphrase, "ffff", world.kinds)
    assert burned in refused.value.hint


def test_nothing_is_restored_over_what_is_there(burned, tmp_path, world):
    (tmp_path / "again").mkdir()
    (tmp_path / "again" / "note.txt").write_text("mine")

    with pytest.raises(VaultExists):
        restore(
            tmp_path / "backups" / "2026-01-01",
            tmp_path / "again",
            world.passphrase,
            burned,
            world.kinds,
        )
    assert (tmp_path / "again" / "note.txt").read_text() == "mine"


@everywhere
def test_what_was_erased_is_in_no_backup_and_restoring_does_not_bring_it_back(
    tmp_path, world, place
):
    root = tmp_path / "backups"
    with world.create(tmp_path / "vault", postgres=place) as vault:
        vault.ledger.append([Part("identity", (world.Said("who"),), "person_x")])
        vault.members.begin()
        code = vault.members.me.code
        sealed = list(vault._store.parts(list(vault.ledger.parts_about("person_x"))).values())
        kids = vault._identity.keyring.compartments.subject_kids("person_x")
        sealed += [
            wrap.wrapped
            for wrap in vault._keystore.wraps(vault._identity.vault)
            if wrap.kid in kids
        ]
        for days in range(4):
            back_up(tmp_path / "vault", root, DAY + timedelta(days=days))
        before = b"".join(path.read_bytes() for path in root.rglob("*") if path.is_file())
        vault.erasing.ask("person_x", "mistake")
        done = back_up(tmp_path / "vault", root, DAY + timedelta(days=4))
    after = b"".join(path.read_bytes() for path in root.rglob("*") if path.is_file())
    with pytest.raises(PublishedBroken) as refused:
        restore(root / "2026-01-02", tmp_path / "again", world.passphrase, code, world.kinds)
    restore(root / "2026-01-05", tmp_path / "again", world.passphrase, code, world.kinds)

    assert refused.value.message == "something was erased since this backup was made"
    assert refused.value.hint == "restore a later one, which knows of it: 2026-01-05"
    assert refused.value.faults
    assert len(sealed) == 2
    assert all(before.count(one) == 4 for one in sealed)
    assert all(one not in after for one in sealed)
    assert done.removed == 4
    with world.open(tmp_path / "again") as vault:
        assert world.texts(vault.ledger) == []


def test_a_backup_is_kept_for_as_long_as_was_said(tmp_path, world):
    world.create(tmp_path / "vault").close()
    for days in (0, 5, 9, 10):
        done = back_up(
            tmp_path / "vault", tmp_path / "backups", DAY + timedelta(days=days), days=10
        )

    assert done.dropped == ("2026-01-01",)
    assert sorted(path.name for path in (tmp_path / "backups").iterdir()) == [
        "2026-01-06",
        "2026-01-10",
        "2026-01-11",
    ]


@pytest.mark.parametrize("days", [0, 31, -1])
def test_backups_are_kept_for_a_month_at_most(days, tmp_path, world):
    world.create(tmp_path / "vault").close()

    with pytest.raises(SettingRefused, match="cannot be kept"):
        back_up(tmp_path / "vault", tmp_path / "backups", DAY, days=days)


def test_where_there_is_no_vault_nothing_is_backed_up(tmp_path):
    with pytest.raises(VaultMissing):
        back_up(tmp_path / "nothing", tmp_path / "backups", DAY)
    assert not (tmp_path / "backups").exists()


def test_a_vault_nobody_ever_shared_is_restored_with_all_it_held(tmp_path, world):
    with world.create(tmp_path / "vault") as vault:
        world.say(vault.ledger, "what")
        world.say(vault.ledger, "who", compartment="identity")
        vault.export_key()
        code = vault.members.me.code
    back_up(tmp_path / "vault", tmp_path / "backups", DAY)
    shutil.rmtree(tmp_path / "vault")
    restore(tmp_path / "backups" / "2026-01-01", tmp_path / "again", world.passphrase, code,
            world.kinds)  # fmt: skip

    with world.open(tmp_path / "again") as vault:
        assert world.texts(vault.ledger) == ["what", "who"]
        world.say(vault.ledger, "again")


def test_an_empty_file_in_the_place_of_a_member_s_key_makes_no_vault(burned, tmp_path, world):
    """It was taken for a new person without a name, and the refusal spoke of that."""
    backup = tmp_path / "backups" / "2026-01-01"
    (backup / "keys" / burned).write_bytes(b"")

    with pytest.raises(PublishedBroken) as refused:
        restore(backup, tmp_path / "again", world.passphrase, burned, world.kinds)
    assert refused.value.message == "the file with the key of this member is empty"
    assert refused.value.hint == "restore the backup of another day"
    assert not (tmp_path / "again").exists()
