"""Moving a ledger to a server and back: every byte, or nothing, however it is stopped."""

from __future__ import annotations

import random
import shutil
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path

import pytest

from candlemark.errors import (
    LedgerBroken,
    NewerFormat,
    SettingRefused,
    StorageFull,
    VaultBusy,
    VaultError,
    VaultExists,
    VaultMissing,
)
from candlemark.ledger import Part, Vault, database, move_to_folder, move_to_server
from candlemark.ledger.entry import read_leaf
from candlemark.ledger.joining import join, pull
from candlemark.ledger.memory import MemoryStore
from candlemark.ledger.moving import _require_folded, _require_same
from candlemark.ledger.places import (
    _LONGEST,
    Place,
    begun,
    examine,
    open_store,
    place_of,
    write_place,
)
from candlemark.ledger.postgres import exists
from candlemark.ledger.roster_facts import LogAdded
from candlemark.ledger.store import Head

MOVE = Path(__file__).parent / "programs" / "move.py"


@pytest.fixture
def folder(world, tmp_path):
    """A vault in a folder with a hundred entries and some large ones."""
    path = tmp_path / "vault"
    with world.create(path, name="A vault") as vault:
        vault.ledger.append_all([Part(facts=(world.Said(str(n)),))] for n in range(100))
        vault.ledger.append([Part(facts=(world.Chunk(bytes(200_000)),))] * 2)
    return path


def words(refused):
    """What a person is told, whole."""
    return refused.value.message, refused.value.hint


def everything(folder):
    """Every byte the ledger of a folder keeps."""
    with closing(open_store(folder)) as store:
        rows = store.rows(0, 1000)
        parts = {}
        for row in rows:
            parts.update(store.parts([part.hash for part in read_leaf(row.leaf).parts]))
        tiles = [store.tile_roots(level, 0, 1000) for level in range(3)]
        return store.genesis(), store.head(), rows, parts, store.counts(), tiles


def reads(world, folder):
    with world.open(folder) as vault:
        assert vault.ledger.verify().faults == ()
        return world.texts(vault.ledger)


def test_a_move_that_is_done_is_done_though_what_it_left_cannot_be_removed(
    world, postgres, folder, monkeypatch
):
    """Another program cleans up in the folder meanwhile."""
    move_to_server(folder, postgres.dsn)
    settle = database.settle

    def settled(path):
        settle(path)
        if path == folder and not (folder / "ledger.toml").exists():
            shutil.rmtree(folder / "ledger.moving")

    monkeypatch.setattr(database, "settle", settled)
    move_to_folder(folder)
    assert place_of(folder) is None
    assert len(reads(world, folder)) == 100


def test_there_and_back_every_byte_is_the_same(world, postgres, folder):
    before, said = everything(folder), reads(world, folder)
    told = []
    place = move_to_server(folder, postgres.dsn, progress=lambda *at: told.append(at))

    assert place_of(folder) == place
    assert told[-1] == (101, 101)
    assert everything(folder) == before
    assert reads(world, folder) == said
    with world.open(folder) as vault:
        world.say(vault.ledger, "on the server")
    later = everything(folder)
    told.clear()
    assert move_to_folder(folder, progress=lambda *at: told.append(at)) == place
    assert told[-1] == (102, 102)
    assert place_of(folder) is None
    assert everything(folder) == later
    assert reads(world, folder) == [*said, "on the server"]
    with world.open(folder) as vault:
        world.say(vault.ledger, "and back")
    move_to_server(folder, postgres.dsn)
    assert reads(world, folder) == [*said, "on the server", "and back"]


def test_a_place_that_joined_later_moves_there_and_back(world, postgres, folder, tmp_path):
    with world.open(folder) as vault:
        vault.share(tmp_path / "stick")
        key = vault.export_key()
    laptop = tmp_path / "laptop"
    joined = join(tmp_path / "stick", laptop, world.passphrase, key=key)
    with world.open(folder) as vault:
        vault.members.propose([LogAdded(joined.log, "laptop")])
        vault.share(tmp_path / "stick")
    pull(laptop, world.passphrase, tmp_path / "stick", world.kinds)
    before, said = everything(laptop), reads(world, laptop)

    move_to_server(laptop, postgres.dsn)
    assert everything(laptop) == before
    assert reads(world, laptop) == said
    move_to_folder(laptop)
    assert everything(laptop) == before


@pytest.fixture
def tiled(world, folder):
    """The vault with enough entries to fill two tiles, and the roots of these."""
    with world.open(folder) as vault:
        vault.ledger.append_all([Part(facts=(world.Said(str(n)),))] for n in range(450))
    with closing(open_store(folder)) as store:
        return store.tile_roots(0, 0, 9)


def test_full_tiles_move_there_and_back_and_go_on_there(world, postgres, folder, tiled):
    before = everything(folder)
    move_to_server(folder, postgres.dsn)
    there = everything(folder)
    with world.open(folder) as vault:
        vault.ledger.append_all([Part(facts=(world.Said(str(n)),))] for n in range(250))
        assert vault.ledger.verify().faults == ()
        longer = vault._store.tile_roots(0, 0, 9)
    move_to_folder(folder)
    with world.open(folder) as vault:
        assert vault.ledger.verify().faults == ()
        back = vault._store.tile_roots(0, 0, 9)

    assert len(tiled) == 2
    assert there == before
    assert len(longer) == 3
    assert longer[:2] == tiled
    assert back == longer


TILES = {
    "another root": "UPDATE {}.tile SET root = sha256('x') WHERE n = 1",
    "one that is gone": "DELETE FROM {}.tile WHERE n = 1",
    "one too many": "INSERT INTO {}.tile VALUES (0, 2, sha256('x'))",
    "one of a level that is not full": "INSERT INTO {}.tile VALUES (1, 0, sha256('x'))",
}


@pytest.mark.parametrize("damage", TILES.values(), ids=TILES)
def test_false_tiles_on_a_server_are_found_and_not_moved(world, postgres, folder, tiled, damage):
    place = move_to_server(folder, postgres.dsn)
    with_triggers_off(postgres, place.schema, damage)
    with world.open(folder) as vault:
        faults = vault.ledger.verify().faults
    with pytest.raises(LedgerBroken, match="was not moved"):
        move_to_folder(folder)

    assert len(tiled) == 2
    assert len(faults) == 1
    assert "tile" in faults[0].where
    assert place_of(folder) == place


def test_false_tiles_in_a_folder_are_not_moved(postgres, folder, tiled):
    with sqlite3.connect(folder / "ledger.db") as connection:
        connection.execute("DROP TRIGGER tile_stays")
        connection.execute("UPDATE tile SET root = zeroblob(32) WHERE n = 1")
    connection.close()
    with pytest.raises(LedgerBroken, match="was not moved") as caught:
        move_to_server(folder, postgres.dsn)

    assert len(tiled) == 2
    assert [fault.where for fault in caught.value.faults] == ["tile/0/001"]
    assert place_of(folder) is None


def test_what_has_moved_is_not_moved_again(postgres, folder):
    with pytest.raises(SettingRefused) as refused:
        move_to_folder(folder)
    assert words(refused) == (
        "the ledger of this vault is kept in its folder already",
        "there is nothing to move",
    )
    move_to_server(folder, postgres.dsn)
    with pytest.raises(SettingRefused) as refused:
        move_to_server(folder, postgres.dsn)
    assert words(refused) == (
        "the ledger of this vault is kept in a server already",
        "there is nothing to move",
    )


def test_nothing_moves_while_somebody_writes(world, postgres, folder):
    with closing(open_store(folder)) as store, store.writing(), pytest.raises(VaultBusy):
        move_to_server(folder, postgres.dsn, patience=0.2)
    assert place_of(folder) is None
    move_to_server(folder, postgres.dsn)
    with closing(open_store(folder)) as store, store.writing(), pytest.raises(VaultBusy):
        move_to_folder(folder, patience=0.2)
    assert place_of(folder) is not None
    move_to_folder(folder)


def test_who_had_it_open_before_the_move_cannot_write_to_what_is_left(world, postgres, folder):
    with world.open(folder) as vault:
        move_to_server(folder, postgres.dsn)
        with pytest.raises(VaultError, match="was moved to a server"):
            world.say(vault.ledger, "late")
    with world.open(folder) as vault:
        move_to_folder(folder)
        with pytest.raises(VaultError, match="was moved away from this server"):
            world.say(vault.ledger, "late")
    assert "late" not in reads(world, folder)


def test_a_move_to_a_server_that_is_killed_anywhere_can_be_run_again(
    world, postgres, folder, record_property
):
    kill_and_finish(world, postgres, folder, record_property, postgres.dsn)


def test_a_move_to_the_folder_that_is_killed_anywhere_can_be_run_again(
    world, postgres, folder, record_property
):
    kill_and_finish(world, postgres, folder, record_property, None)


def kill_and_finish(world, postgres, folder, record_property, where):
    """Kill a move several times, at chance moments; the vault is whole each time."""
    record_property("seed", seed := time.time_ns())
    chance = random.Random(seed)
    if where is None:
        move_to_server(folder, postgres.dsn)
    before = everything(folder)
    words = [sys.executable, MOVE, folder, *([where] if where else [])]
    for _ in range(7):
        moving = subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
        assert moving.stdout.readline() == b"begun\n"
        time.sleep(chance.random() * 0.4)
        moving.kill()
        moving.communicate()

        assert everything(folder) == before
    if (place_of(folder) is None) is not (where is None):
        subprocess.run(words, check=True)

    assert (place_of(folder) is None) is (where is None)
    assert everything(folder) == before
    with world.open(folder) as vault:
        world.say(vault.ledger, "after")
        assert vault.ledger.verify().faults == ()


def test_a_move_away_that_stopped_before_the_switch_is_told_and_finished(world, postgres, folder):
    said = reads(world, folder)
    move_to_server(folder, postgres.dsn)
    with closing(open_store(folder)) as store, store.writing() as writing:
        writing.move_away()
    assert reads(world, folder) == said
    with world.open(folder) as vault, pytest.raises(VaultError, match="moved away") as caught:
        world.say(vault.ledger, "late")
    assert "ledger move DIR --to sqlite" in caught.value.hint
    move_to_folder(folder)
    assert reads(world, folder) == said


def test_a_damaged_ledger_is_not_moved(postgres, folder):
    with sqlite3.connect(folder / "ledger.db") as connection:
        connection.execute("DROP TRIGGER part_stays")
        connection.execute("UPDATE part SET ct = x'00' WHERE rowid = 7")
    connection.close()
    with pytest.raises(LedgerBroken, match="was not moved"):
        move_to_server(folder, postgres.dsn)
    assert place_of(folder) is None
    assert not exists(postgres.dsn, f"candlemark_{Vault.peek(folder).id[:16]}")


@pytest.mark.parametrize(
    "damage",
    [
        "UPDATE {}.leaf SET leaf = 'x' WHERE n = 7",
        "DELETE FROM {}.leaf WHERE n = 100",
        "INSERT INTO {}.part VALUES ('x', 'x')",
    ],
)
def test_a_damaged_ledger_on_a_server_is_not_moved(postgres, folder, damage):
    place = move_to_server(folder, postgres.dsn)
    with_triggers_off(postgres, place.schema, damage)
    with pytest.raises(LedgerBroken, match="was not moved"):
        move_to_folder(folder)
    assert place_of(folder) == place


def test_a_part_that_is_gone_from_the_ledger_does_not_hold_up_a_move(postgres, folder):
    place = move_to_server(folder, postgres.dsn)
    part = "DELETE FROM {0}.part WHERE hash = (SELECT hash FROM {0}.part LIMIT 1)"
    with_triggers_off(postgres, place.schema, part)
    before = everything(folder)
    move_to_folder(folder)

    assert everything(folder) == before


def with_triggers_off(postgres, schema, statement):
    """Change what no trigger lets pass, as somebody who owns the server."""
    tables = ("leaf", "part", "tile", "head", "genesis")
    off = "; ".join(f"ALTER TABLE {schema}.{one} DISABLE TRIGGER USER" for one in tables)
    names_on = postgres.run(
        "SELECT relname, tgname FROM pg_trigger JOIN pg_class c ON c.oid = tgrelid"
        " WHERE NOT tgisinternal AND relnamespace = %s::regnamespace",
        (schema,),
    )
    on = "; ".join(f"ALTER TABLE {schema}.{a} ENABLE ALWAYS TRIGGER {b}" for a, b in names_on)
    postgres.run(f"{off}; {statement.format(schema)}; {on}")


def test_another_ledger_of_the_vault_on_the_server_is_not_replaced(
    world, postgres, folder, tmp_path
):
    shutil.copytree(folder, tmp_path / "copy")
    move_to_server(tmp_path / "copy", postgres.dsn)
    with world.open(tmp_path / "copy") as vault:
        world.say(vault.ledger, "only there")
    with pytest.raises(VaultExists) as refused:
        move_to_server(folder, postgres.dsn)
    assert words(refused) == (
        "the database holds a ledger of this vault with other entries",
        "find out which folder writes to it; nothing was moved",
    )
    assert place_of(folder) is None
    assert "only there" in reads(world, tmp_path / "copy")


EXCHANGE = """
UPDATE {0}.leaf SET n = -1 WHERE n = 7;
UPDATE {0}.leaf SET n = 7 WHERE n = 8;
UPDATE {0}.leaf SET n = 8 WHERE n = -1
"""
DAMAGE = {
    "a leaf": (
        "UPDATE {}.leaf SET leaf = set_byte(leaf, 40, 255 - get_byte(leaf, 40)) WHERE n = 7",
        "7",
    ),
    "the hash of a leaf": ("UPDATE {}.leaf SET hash = '\\x00' WHERE n = 7", "7"),
    "the action of a leaf": ("UPDATE {}.leaf SET action = '\\x00' WHERE n = 7", "7"),
    "a leaf that is gone": ("DELETE FROM {}.leaf WHERE n = 7", "7"),
    "leaves exchanged": (
        EXCHANGE,
        "7",
    ),
    "a part of every entry": (
        "UPDATE {}.part SET ct = set_byte(ct, 40, 255 - get_byte(ct, 40))",
        "7",
    ),
    "every part gone": ("DELETE FROM {}.part", "7"),
    "a part that no leaf names": ("INSERT INTO {}.part VALUES ('x', 'x')", "part"),
    "the head": ("UPDATE {}.head SET size = 1", ""),
    "the peaks": ("UPDATE {}.head SET peaks = '\\x00'", ""),
    "the note": ("UPDATE {}.head SET note = '\\x00'", ""),
    "the genesis": ("UPDATE {}.genesis SET genesis = '\\x00'", ""),
}


@pytest.mark.parametrize(("damage", "where"), DAMAGE.values(), ids=DAMAGE)
def test_what_a_superuser_changes_is_found_and_located(world, postgres, folder, damage, where):
    place = move_to_server(folder, postgres.dsn)
    with world.open(folder) as vault:
        with_triggers_off(postgres, place.schema, damage)
        faults = vault.ledger.verify().faults

    assert faults
    assert any(where in fault.where for fault in faults)


def test_an_older_state_of_the_server_beside_newer_keys_is_found_and_not_written_to(
    world, postgres, folder
):
    place = move_to_server(folder, postgres.dsn)
    with world.open(folder) as vault:
        older = vault._store.head()
        world.say(vault.ledger, "cut off")
    with_triggers_off(postgres, place.schema, "DELETE FROM {0}.leaf WHERE n = 101")
    schema = place.schema
    postgres.run(f"ALTER TABLE {schema}.head DISABLE TRIGGER head_moves_on")
    postgres.run(f"UPDATE {schema}.head SET size = %s, peaks = %s, note = %s", older)
    postgres.run(f"ALTER TABLE {schema}.head ENABLE ALWAYS TRIGGER head_moves_on")
    with world.open(folder) as vault:
        assert vault.ledger.verify().faults
        with pytest.raises(LedgerBroken, match="had 102 before"):
            world.say(vault.ledger, "more")


# The file that names the place

BAD = {
    "nothing in it": b"",
    "not TOML": b"format = ",
    "not text": b"\xff\xfe",
    "no schema": b'format = 1\nconnection = "service=x"\n',
    "something more": b'format = 1\nconnection = "x"\nschema = "candlemark_a"\npassword = "x"\n',
    "a number for a name": b'format = 1\nconnection = 3\nschema = "candlemark_a"\n',
    "a format that is no number": b'format = "1"\nconnection = "x"\nschema = "candlemark_a"\n',
    "a format that is true": b'format = true\nconnection = "x"\nschema = "candlemark_a"\n',
    "a format before the first": b'format = 0\nconnection = "x"\nschema = "candlemark_a"\n',
    "too much": b"# " + b"x" * 5000,
}


@pytest.mark.parametrize("stored", BAD.values(), ids=BAD)
def test_a_place_that_cannot_be_read_is_refused(folder, stored):
    (folder / "ledger.toml").write_bytes(stored)
    with pytest.raises(LedgerBroken) as refused:
        Vault.peek(folder)
    assert words(refused) == (
        "ledger.toml cannot be read",
        "restore it from the last copy of the folder; it names the server of the ledger",
    )
    assert [str(one) for one in refused.value.faults] == [
        "ledger.toml: it must hold format, connection and schema, and no more"
    ]


def test_a_place_of_a_later_format_is_refused(folder):
    (folder / "ledger.toml").write_text('format = 2\nconnection = "x"\nschema = "y"\n')
    with pytest.raises(NewerFormat) as refused:
        Vault.peek(folder)
    assert words(refused) == (
        "ledger.toml was written by a later version of Candlemark",
        "install that version; this one changed nothing",
    )


def test_a_place_as_long_as_it_may_be_is_read_and_one_byte_more_is_not(tmp_path):
    said = b'format = 1\nconnection = "x"\nschema = "candlemark_a"\n#'
    (tmp_path / "ledger.toml").write_bytes(said.ljust(_LONGEST, b"x"))
    assert place_of(tmp_path) == Place("x", "candlemark_a")
    (tmp_path / "ledger.toml").write_bytes(said.ljust(_LONGEST + 1, b"x"))
    with pytest.raises(LedgerBroken):
        place_of(tmp_path)


def test_a_file_part_of_which_is_still_in_its_log_is_not_taken(tmp_path):
    log = tmp_path / "ledger.db-wal"
    _require_folded(tmp_path)
    log.write_bytes(b"")
    _require_folded(tmp_path)
    log.write_bytes(b"x")
    with pytest.raises(StorageFull) as refused:
        _require_folded(tmp_path)
    assert words(refused) == (
        "the disk refused to keep more",
        "make room and move it again; nothing was moved",
    )


def test_a_ledger_left_in_the_folder_after_a_move_is_told(postgres, folder):
    assert list(examine(folder)) == []
    move_to_server(folder, postgres.dsn)
    told = (
        False,
        "ledger.db from before the ledger was moved is still in the folder",
        "when candlemark ledger verify holds, delete all that begins with its name",
    )
    assert list(examine(folder))[-1] == told
    (folder / "ledger.db").unlink()
    assert told not in examine(folder)


def test_the_file_that_names_the_place_says_what_does_not_belong_into_it(tmp_path):
    write_place(tmp_path, Place("service=x", "candlemark_a"))
    assert (tmp_path / "ledger.toml.new").read_text() == (
        "# Where this vault keeps its ledger. No password belongs here (docs/guides/host.md).\n"
        'format = 1\nconnection = "service=x"\nschema = "candlemark_a"\n'
    )


@pytest.mark.parametrize("schema", ["public", 'candlemark_x"; DROP', ""])
def test_a_place_with_the_name_of_another_schema_is_refused(postgres, folder, schema):
    write_place(folder, Place(postgres.dsn, schema))
    (folder / "ledger.toml.new").rename(folder / "ledger.toml")
    with pytest.raises(SettingRefused, match="cannot be the schema"):
        Vault.peek(folder)


def test_a_place_where_nothing_is_is_told(postgres, folder):
    write_place(folder, Place(postgres.dsn, "candlemark_gone"))
    (folder / "ledger.toml.new").rename(folder / "ledger.toml")
    with pytest.raises(VaultMissing, match="no ledger of this vault"):
        Vault.peek(folder)


@pytest.mark.parametrize("words", ["service=a", "host='/a b' user=\"é\"", "a\\b\nc\x7f\t", "😀"])
def test_a_place_is_read_as_it_was_written(tmp_path, words):
    write_place(tmp_path, Place(words, "candlemark_a"))
    (tmp_path / "ledger.toml.new").rename(tmp_path / "ledger.toml")

    assert place_of(tmp_path) == Place(words, "candlemark_a")
    assert (tmp_path / "ledger.toml").stat().st_mode & 0o777 == 0o600


def test_a_vault_whose_keys_cannot_be_kept_is_taken_back_from_the_server(postgres, tmp_path):
    before = postgres.run("SELECT nspname FROM pg_namespace")

    def begin():
        with begun(tmp_path, "ab" * 16, b"genesis", Head(0, b"", b""), postgres.dsn) as name:
            assert name == "ledger.toml"
            raise StorageFull("the disk refused to keep more")

    with pytest.raises(StorageFull):
        begin()
    assert postgres.run("SELECT nspname FROM pg_namespace") == before


def test_what_an_earlier_try_left_on_the_server_is_replaced(world, postgres, folder, tmp_path):
    shutil.copytree(folder, tmp_path / "earlier")
    place = move_to_server(tmp_path / "earlier", postgres.dsn)
    with world.open(folder) as vault:
        world.say(vault.ledger, "since then")
    assert move_to_server(folder, postgres.dsn) == place
    assert reads(world, folder)[-1] == "since then"


def test_something_else_on_the_server_is_not_replaced(world, postgres, folder):
    schema = f"candlemark_{Vault.peek(folder).id[:16]}"
    postgres.run(f"CREATE SCHEMA {schema}")
    with pytest.raises(LedgerBroken, match="is not a ledger of Candlemark"):
        move_to_server(folder, postgres.dsn)
    assert exists(postgres.dsn, schema)


def test_a_vault_that_cannot_be_made_leaves_nothing_on_the_server(world, postgres, tmp_path):
    before = postgres.run("SELECT nspname FROM pg_namespace")
    (tmp_path / "file").write_text("")
    with pytest.raises(VaultError):
        world.create(tmp_path / "file" / "vault", postgres=postgres.dsn)
    with pytest.raises(SettingRefused):
        world.create(tmp_path / "vault", postgres=f"{postgres.dsn} password=x")
    assert postgres.run("SELECT nspname FROM pg_namespace") == before
    assert not (tmp_path / "vault").exists()


@pytest.mark.parametrize("other", [(b"another", b"head"), (b"genesis", b"another")])
def test_a_copy_with_another_beginning_or_another_head_is_not_used(other):
    """Each alone: neither makes up for the other."""
    source = MemoryStore(b"genesis", Head(0, b"", b"head"))
    with pytest.raises(LedgerBroken) as refused:
        _require_same(source, MemoryStore(other[0], Head(0, b"", other[1])))
    assert words(refused) == (
        "the copy is not the same as the ledger, and is not used",
        "look at the disk of the server, and try again",
    )
