"""Killed, out of space, several at once: what was acknowledged is there, and nothing by halves."""

from __future__ import annotations

import os
import random
import resource
import shutil
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from candlemark.errors import StorageFull, VaultBusy, VaultError
from candlemark.ledger import Part, Vault
from candlemark.ledger.sqlite import LOCK_FILE, SqliteStore

SAY = Path(__file__).parent / "programs" / "say.py"
KILLS = 50
ENTRIES = 3


def start(folder, passphrase, name="a", saves=10_000, entries=ENTRIES):
    return subprocess.Popen(
        [sys.executable, SAY, folder, passphrase, name, str(saves), str(entries)],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    )


def acknowledged(told):
    return [int.from_bytes(told[at : at + 4], "big") for at in range(0, len(told) // 4 * 4, 4)]


def test_fifty_kills_lose_nothing_acknowledged_and_leave_nothing_by_halves(
    world, tmp_path, record_property
):
    record_property("seed", seed := time.time_ns())
    chance = random.Random(seed)
    folder = tmp_path / "vault"
    world.create(folder).close()
    size = 0
    for _ in range(KILLS):
        writer = start(folder, world.passphrase)
        told = writer.stdout.read(4)
        time.sleep(chance.random() * 0.03)
        writer.send_signal(signal.SIGKILL)
        told += writer.stdout.read()
        writer.wait()
        writer.stdout.close()
        with sqlite3.connect(folder / "ledger.db") as connection:
            (now,) = connection.execute("SELECT count(*) FROM leaf").fetchone()
        connection.close()

        assert now > max(acknowledged(told))
        assert now >= size
        assert now % ENTRIES == 0
        size = now

    with world.open(folder) as vault:
        assert vault.ledger.verify().faults == ()
        assert vault.ledger.size == size
        assert len(world.texts(vault.ledger)) == size


def test_ctrl_c_in_the_middle_leaves_whole_saves_only(world, tmp_path):
    folder = tmp_path / "vault"
    world.create(folder).close()
    writer = start(folder, world.passphrase, entries=400)
    told = writer.stdout.read(4)
    time.sleep(0.05)
    writer.send_signal(signal.SIGINT)
    told += writer.communicate(timeout=900)[0]

    assert writer.returncode != 0
    with world.open(folder) as vault:
        assert vault.ledger.size > max(acknowledged(told))
        assert vault.ledger.size % 400 == 0
        assert vault.ledger.verify().faults == ()


def test_four_processes_write_at_once_and_none_of_it_is_lost(world, tmp_path):
    folder = tmp_path / "vault"
    world.create(folder).close()
    writers = [start(folder, world.passphrase, name, saves=50, entries=1) for name in "abcd"]
    told = [acknowledged(writer.communicate(timeout=900)[0]) for writer in writers]

    assert [writer.returncode for writer in writers] == [0] * 4
    assert sorted(n for one in told for n in one) == list(range(200))
    with world.open(folder) as vault:
        assert vault.ledger.size == 200
        assert vault.ledger.verify().faults == ()


def test_a_second_writer_is_told_after_a_while_and_keeps_nothing(world, tmp_path):
    folder = tmp_path / "vault"
    world.create(folder).close()
    with world.open(folder) as one, world.open(folder, patience=0.2) as two:
        begun, done = threading.Event(), threading.Event()

        def actions():
            yield [Part(facts=(world.Said("slow"),))]
            begun.set()
            done.wait(10)

        slow = threading.Thread(target=one.ledger.append_all, args=(actions(),))
        slow.start()
        begun.wait(10)
        with pytest.raises(VaultBusy, match="another process is writing") as caught:
            world.say(two.ledger, "quick")
        done.set()
        slow.join()

        assert "nothing was kept" in caught.value.hint
        assert world.texts(two.ledger) == ["slow"]


def test_a_program_that_knows_nothing_of_the_lock_file_is_waited_for_as_well(world, tmp_path):
    folder = tmp_path / "vault"
    with world.create(folder):
        pass
    other = sqlite3.connect(folder / "ledger.db", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with world.open(folder, patience=0.2) as vault:
        with pytest.raises(VaultBusy):
            world.say(vault.ledger, "a")
        other.execute("ROLLBACK")

        assert world.say(vault.ledger, "b").n == 0
    other.close()


def test_a_lock_file_that_is_gone_is_made_again(world, tmp_path):
    with world.create(tmp_path / "vault") as vault:
        (tmp_path / "vault" / LOCK_FILE).unlink(missing_ok=True)

        assert world.say(vault.ledger, "a").n == 0


# No room


def fill(world, vault):
    """Save until the disk refuses; how many entries were acknowledged."""
    kept = []

    def save():
        for _ in range(1000):
            pair = [[Part(facts=(world.Chunk(os.urandom(60_000)),))] for _ in range(2)]
            kept.extend(vault.ledger.append_all(pair))

    with pytest.raises(StorageFull, match="the disk refused to keep more") as caught:
        save()
    assert "as it was before" in caught.value.hint
    return len(kept)


def check_after(vault, kept):
    assert vault.ledger.size == kept
    assert vault.ledger.verify().faults == ()
    assert len(list(vault.ledger.facts())) == kept


def test_a_full_database_keeps_the_vault_as_it_was(world, tmp_path):
    with world.create(tmp_path / "vault") as vault:
        world.say(vault.ledger, "before")
        vault._store._writer.execute("PRAGMA max_page_count = 200")
        kept = fill(world, vault)
        check_after(vault, kept + 1)
        vault._store._writer.execute("PRAGMA max_page_count = 100000")

        assert kept > 0
        assert world.say(vault.ledger, "there is room again").n == kept + 1


def test_a_file_that_may_not_grow_keeps_the_vault_as_it_was(world, tmp_path):
    folder = tmp_path / "vault"
    with world.create(folder) as vault:
        world.say(vault.ledger, "before")
        soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
        resource.setrlimit(resource.RLIMIT_FSIZE, (400_000, hard))
        try:
            kept = fill(world, vault)
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
        check_after(vault, kept + 1)

        assert kept > 0
        assert world.say(vault.ledger, "there is room again").n == kept + 1
    with world.open(folder) as vault:
        assert vault.ledger.verify().faults == ()
        assert world.texts(vault.ledger) == ["before", "there is room again"]


@pytest.fixture
def small_disk(tmp_path):
    """A disk of 2 MB."""
    place = tmp_path / "disk"
    place.mkdir()
    if os.geteuid() != 0 or shutil.which("mount") is None:
        pytest.skip("needs root, to mount a small disk")
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=2m", "tmpfs", place], check=False)
    if mounted.returncode:
        pytest.skip("needs the right to mount a small disk")
    yield place
    subprocess.run(["umount", "-l", place], check=True)


def test_a_full_disk_keeps_the_vault_as_it_was(world, small_disk):
    folder = small_disk / "vault"
    with world.create(folder) as vault:
        kept = fill(world, vault)
        check_after(vault, kept)
    with world.open(folder) as vault:
        check_after(vault, kept)

        assert kept > 0


def test_a_vault_that_does_not_fit_is_not_made_at_all(world, small_disk):
    (small_disk / "full").write_bytes(bytes(2_000_000))
    folder = small_disk / "vault"
    with pytest.raises(StorageFull):
        world.create(folder)

    assert not folder.exists()
    (small_disk / "full").unlink()
    with world.create(folder) as vault:
        assert world.say(vault.ledger, "a").n == 0


def test_a_disk_error_at_any_moment_of_making_a_vault_leaves_no_vault(world, tmp_path, monkeypatch):
    folder = tmp_path / "vault"
    for moment in ("places.make_ledger", "vault.make_keystore"):

        def refuse(*_args, **_more):
            raise KeyboardInterrupt

        with monkeypatch.context() as patch:
            patch.setattr(f"candlemark.ledger.{moment}", refuse)
            with pytest.raises(KeyboardInterrupt):
                world.create(folder)

        assert not folder.exists()


# Power


def test_every_connection_writes_through_to_the_disk(world, tmp_path):
    with world.create(tmp_path / "vault"):
        store = SqliteStore(tmp_path / "vault")
        with store.writing():
            pass
        for connection in (store._writer, store._reader):
            found = {
                name: connection.execute(f"PRAGMA {name}").fetchone()[0]
                for name in (
                    "journal_mode",
                    "synchronous",
                    "secure_delete",
                    "trusted_schema",
                    "recursive_triggers",
                )
            }

            assert found == {
                "journal_mode": "wal",
                "synchronous": 2,
                "secure_delete": 1,
                "trusted_schema": 0,
                "recursive_triggers": 1,
            }
        store.close()


def test_a_copy_of_the_files_at_any_moment_between_saves_opens_whole(world, tmp_path):
    """What a power cut leaves: the files as they are, the write-ahead log not folded in."""
    with world.create(tmp_path / "vault") as vault:
        for n in range(5):
            world.say(vault.ledger, str(n))
            copy = tmp_path / f"copy{n}"
            shutil.copytree(tmp_path / "vault", copy)
            (copy / "ledger.db-shm").unlink(missing_ok=True)
            with world.open(copy) as copied:
                assert copied.ledger.size == n + 1
                assert copied.ledger.verify().faults == ()


def test_a_torn_write_ahead_log_gives_back_whole_saves_only(world, tmp_path):
    with world.create(tmp_path / "vault") as vault:
        for n in range(4):
            vault.ledger.append_all([Part(facts=(world.Said(f"{n} {m}"),))] for m in range(ENTRIES))
        log = (tmp_path / "vault" / "ledger.db-wal").read_bytes()
        sizes = set()
        for cut in range(0, len(log) + 1, max(1, len(log) // 40)):
            copy = tmp_path / f"copy{cut}"
            shutil.copytree(tmp_path / "vault", copy)
            (copy / "ledger.db-shm").unlink(missing_ok=True)
            (copy / "ledger.db-wal").write_bytes(log[:cut])
            with Vault.open(copy, world.passphrase, world.kinds) as copied:
                sizes.add(copied.ledger.size)
                assert copied.ledger.verify().faults == ()
            shutil.rmtree(copy)

    assert all(size % ENTRIES == 0 for size in sizes)
    assert len(sizes) > 2


def test_a_vault_on_a_medium_that_cannot_be_written_can_be_read(world, small_disk):
    folder = small_disk / "vault"
    with world.create(folder) as vault:
        world.say(vault.ledger, "kept")
    subprocess.run(["mount", "-o", "remount,ro", small_disk], check=True)
    with world.open(folder) as vault:
        assert world.texts(vault.ledger) == ["kept"]
        assert vault.ledger.verify().faults == ()
        with pytest.raises(VaultError, match="cannot be"):
            world.say(vault.ledger, "more")
    subprocess.run(["mount", "-o", "remount,rw", small_disk], check=True)


def test_a_vault_opened_without_room_can_be_written_once_there_is_some(world, small_disk):
    folder = small_disk / "vault"
    with world.create(folder) as vault:
        world.say(vault.ledger, "before")
    with (small_disk / "full").open("wb") as file, pytest.raises(OSError, match="No space"):
        file.write(bytes(4_000_000))
    with world.open(folder) as vault:
        assert world.texts(vault.ledger) == ["before"]
        with pytest.raises(StorageFull):
            world.say(vault.ledger, "no room")
        (small_disk / "full").unlink()
        world.say(vault.ledger, "room")

        assert world.texts(vault.ledger) == ["before", "room"]
