"""A ledger of format 1 gets its table of tiles when it is first written to, whole or not at all."""

from __future__ import annotations

import sqlite3
import subprocess
import sys

import pytest

from candlemark.errors import LedgerBroken
from candlemark.ledger import Kinds, Vault, sqlite
from candlemark.ledger.proof_file import EntryProof
from candlemark.ledger.public import PublicLog
from candlemark.ledger.sqlite import SCHEMA, SCHEMA_1
from candlemark.seal import Cost, new_passphrase
from logs import grow

WORDS = new_passphrase()


@pytest.fixture(scope="module", params=[0, 255, 256, 700])
def older(request, tmp_path_factory):
    """A vault as the version before left it; not to be changed."""
    folder = tmp_path_factory.mktemp("older") / "vault"
    with Vault.create(folder, WORDS, cost=Cost.QUICK) as vault:
        grow(vault.ledger, request.param)
    to_format_1(folder)
    return folder


def to_format_1(folder):
    connection = sqlite3.connect(folder / "ledger.db")
    connection.execute("DROP TABLE tile")
    connection.execute("PRAGMA user_version = 1")
    connection.commit()
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.close()


@pytest.fixture
def folder(older, tmp_path):
    made = tmp_path / "vault"
    made.mkdir()
    for file in older.iterdir():
        (made / file.name).write_bytes(file.read_bytes())
    return made


def state(folder):
    connection = sqlite3.connect(folder / "ledger.db")
    try:
        (number,) = connection.execute("PRAGMA user_version").fetchone()
        schema = [
            sql
            for (sql,) in connection.execute(
                "SELECT sql FROM sqlite_schema WHERE sql NOT NULL ORDER BY rowid"
            )
        ]
        tiles = (
            connection.execute("SELECT level, n, root FROM tile ORDER BY level, n").fetchall()
            if number == 2
            else None
        )
        return number, schema, tiles
    finally:
        connection.close()


def opened(folder):
    return Vault.open(folder, WORDS, Kinds())


def test_reading_an_older_ledger_changes_nothing_and_proves_everything(folder):
    before = (folder / "ledger.db").read_bytes()
    with opened(folder) as vault:
        size = vault.ledger.size
        assert vault.ledger.verify().faults == ()
        assert len(list(vault.ledger.facts())) == size
    with PublicLog.open(folder) as log:
        for entry in {0, size // 2, size - 1} & set(range(size)):
            EntryProof.of(log, entry).check(log.key)
        assert log.store.tile_roots(0, 0, 9) == log.store.tile_roots(0, 0, size // 256)
        assert len(log.store.tile_roots(0, 0, 9)) == size // 256

    assert (folder / "ledger.db").read_bytes() == before
    assert state(folder)[:2] == (1, list(SCHEMA_1))


def test_the_first_save_brings_it_to_format_2_with_every_tile(folder, tmp_path):
    with opened(folder) as vault:
        computed = vault.ledger.log.store.tile_roots(0, 0, 9)
        grow(vault.ledger, 600)
        assert vault.ledger.verify().faults == ()
        kept = vault.ledger.log.store.tile_roots(0, 0, 9)
        size = vault.ledger.size
    number, schema, tiles = state(folder)

    assert (number, schema) == (2, list(SCHEMA))
    assert kept[: len(computed)] == computed
    assert [root for level, _, root in tiles if level == 0] == kept
    assert len(kept) == size // 256
    with opened(folder) as vault:
        assert vault.ledger.verify().faults == ()


def test_a_new_ledger_has_the_schema_of_one_that_was_brought_up(folder, tmp_path):
    with Vault.create(tmp_path / "new", WORDS, cost=Cost.QUICK):
        pass
    with opened(folder) as vault:
        grow(vault.ledger, 1)

    assert state(tmp_path / "new")[:2] == state(folder)[:2]


def test_what_stops_it_leaves_format_1(folder, monkeypatch):
    def stop(_connection, _head):
        raise KeyboardInterrupt

    with opened(folder) as vault:
        size = vault.ledger.size
        monkeypatch.setattr(sqlite, "filled_tiles", stop)
        with pytest.raises(KeyboardInterrupt):
            grow(vault.ledger, 1)
        monkeypatch.undo()
        assert state(folder)[0] == 1
        grow(vault.ledger, 1)
        assert vault.ledger.size == size + 1
        assert vault.ledger.verify().faults == ()
    assert state(folder)[0] == 2


def test_a_kill_in_the_middle_leaves_format_1_and_the_next_save_does_it(folder):
    program = (
        "import os, sys; sys.path[:0] = sys.argv[3:]\n"
        "from pathlib import Path\n"
        "from candlemark.ledger import Kinds, Vault, sqlite\n"
        "from logs import grow\n"
        "sqlite.filled_tiles = lambda connection, head: os._exit(9)\n"
        "with Vault.open(Path(sys.argv[1]), sys.argv[2], Kinds()) as vault:\n"
        "    grow(vault.ledger, 1)\n"
    )
    done = subprocess.run([sys.executable, "-c", program, folder, WORDS, *sys.path], check=False)

    assert done.returncode == 9
    assert state(folder)[0] == 1
    with opened(folder) as vault:
        grow(vault.ledger, 1)
        assert vault.ledger.verify().faults == ()
    assert state(folder)[0] == 2


def test_a_damaged_older_ledger_is_left_as_it_is(folder):
    with opened(folder) as vault:
        if vault.ledger.size == 0:
            pytest.skip("there is nothing in it to damage")
    connection = sqlite3.connect(folder / "ledger.db")
    connection.execute("DROP TRIGGER leaf_stays")
    connection.execute("UPDATE leaf SET leaf = CAST(leaf || x'00' AS BLOB) WHERE n = 7")
    connection.commit()
    connection.close()

    with (
        opened(folder) as vault,
        pytest.raises(LedgerBroken, match="not the ones the last checkpoint"),
    ):
        grow(vault.ledger, 1)
    assert state(folder)[0] == 1


def test_an_older_ledger_without_its_head_is_refused(folder):
    connection = sqlite3.connect(folder / "ledger.db")
    connection.execute("DROP TRIGGER head_never_goes")
    connection.execute("DELETE FROM head")
    connection.commit()
    with pytest.raises(LedgerBroken, match=r"^the head is missing or damaged$"):
        sqlite.bring_to_format_2(connection)
    with pytest.raises(LedgerBroken, match=r"^the head is missing$"):
        PublicLog.open(folder)
    assert connection.execute("PRAGMA user_version").fetchone() == (1,)
    connection.close()


def test_a_tile_is_never_changed_nor_deleted_by_a_mistake(tmp_path):
    with Vault.create(tmp_path / "vault", WORDS, cost=Cost.QUICK) as vault:
        grow(vault.ledger, 256)
    connection = sqlite3.connect(tmp_path / "vault" / "ledger.db")
    for sql in ("UPDATE tile SET root = x'00'", "DELETE FROM tile"):
        with pytest.raises(sqlite3.IntegrityError, match="a tile is never"):
            connection.execute(sql)
    connection.close()


def test_every_way_of_bending_the_tiles_in_the_file_is_found(tmp_path):
    with Vault.create(tmp_path / "vault", WORDS, cost=Cost.QUICK) as vault:
        grow(vault.ledger, 512)
    for bend, where in {
        "UPDATE tile SET root = zeroblob(32) WHERE n = 1": "tile/0/001",
        "DELETE FROM tile WHERE n = 1": "tiles of level 0",
        "INSERT INTO tile VALUES (0, 2, zeroblob(32))": "tiles of level 0",
        "INSERT INTO tile VALUES (1, 0, zeroblob(32))": "tiles of level 1",
        "UPDATE tile SET root = x'00' WHERE n = 0": "tile/0/000",
    }.items():
        connection = sqlite3.connect(tmp_path / "vault" / "ledger.db")
        kept = connection.execute("SELECT * FROM tile").fetchall()
        triggers = [
            sql
            for (sql,) in connection.execute(
                "SELECT sql FROM sqlite_schema WHERE name LIKE 'tile_%' AND type = 'trigger'"
            )
        ]
        connection.execute("DROP TRIGGER tile_stays")
        connection.execute("DROP TRIGGER tile_never_goes")
        connection.execute(bend)
        for sql in triggers:
            connection.execute(sql)
        connection.commit()
        with opened(tmp_path / "vault") as vault:
            assert where in {fault.where for fault in vault.ledger.verify().faults}
        connection.execute("DROP TRIGGER tile_stays")
        connection.execute("DROP TRIGGER tile_never_goes")
        connection.execute("DELETE FROM tile")
        connection.executemany("INSERT INTO tile VALUES (?, ?, ?)", kept)
        for sql in triggers:
            connection.execute(sql)
        connection.commit()
        connection.close()
    with opened(tmp_path / "vault") as vault:
        assert vault.ledger.verify().faults == ()
