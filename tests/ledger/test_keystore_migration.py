"""A keystore of an earlier form opens, moves on when somebody writes to it, and keeps everything."""

from __future__ import annotations

import hashlib
import json
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from candlemark.errors import LedgerBroken, WrongPassphrase
from candlemark.ledger import Part, Vault, application, database
from candlemark.ledger.keystore import Keystore
from candlemark.ledger.keystore_rows import (
    KEYSTORE_FILE,
    KEYSTORE_FORMAT,
    SCHEMA,
    SCHEMA_1,
    SCHEMA_2,
    SCHEMA_3,
)
from candlemark.ledger.membership import added
from candlemark.ledger.wraps import SIGNERS, receiving_key
from candlemark.seal import Cost, new_passphrase

STORED = json.loads(
    (Path(__file__).parent.parent / "vectors" / "keystore" / "format_2.json").read_text()
)
"""A keystore as the last version that wrote format 2 left it: its schema and every row."""


def back_to_the_first_form(folder):
    """The keystore of a vault of one as the first form of Candlemark wrote it, row by row."""
    path = folder / KEYSTORE_FILE
    connection = sqlite3.connect(path)
    vault, stretching, holder = connection.execute(
        "SELECT vault, stretching, holder FROM lock"
    ).fetchone()
    keys = connection.execute("SELECT kid, holder, suite, wrap FROM keys").fetchall()
    rest = {
        table: connection.execute(f"SELECT * FROM {table}").fetchall()
        for table in ("label", "seen")
    }
    intact = hashlib.sha256(b"candlemark/lock/v1" + vault + holder + stretching.encode()).digest()
    for table in ("lock", "keys", "spare", "label", "seen"):
        connection.execute(f"DROP TABLE {table}")
    for statement in SCHEMA_1:
        connection.execute(statement)
    connection.execute(
        "INSERT INTO lock VALUES (1, ?, ?, ?, ?)", (vault, stretching, holder, intact)
    )
    connection.executemany("INSERT INTO keys VALUES (?, ?, ?, ?)", keys)
    connection.executemany("INSERT INTO label VALUES (?, ?)", rest["label"])
    connection.executemany("INSERT INTO seen VALUES (?, ?, ?)", rest["seen"])
    connection.execute("PRAGMA user_version = 1")
    connection.commit()
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.close()


def form(folder):
    connection = sqlite3.connect(folder / KEYSTORE_FILE)
    version = connection.execute("PRAGMA user_version").fetchone()[0]
    connection.close()
    return version


@pytest.fixture
def first(tmp_path, world):
    """A vault with something said in it, and a keystore of the first form."""
    folder = tmp_path / "vault"
    with world.create(folder, name="A vault") as vault:
        world.say(vault.ledger, "what")
        world.say(vault.ledger, "who", compartment="identity")
    back_to_the_first_form(folder)
    return folder


def test_a_keystore_of_the_first_form_opens_and_is_left_as_it_is(first, world):
    with world.open(first) as vault:
        assert vault.name == "A vault"
        assert world.texts(vault.ledger) == ["what", "who"]
        assert vault.ledger.verify().faults == ()
        world.say(vault.ledger, "more")

    with world.open(first) as vault:
        assert world.texts(vault.ledger) == ["what", "who", "more"]
    with pytest.raises(WrongPassphrase):
        Vault.open(first, new_passphrase(), world.kinds)
    assert form(first) == 1


def test_it_moves_on_when_somebody_applies_and_keeps_everything(first, world):
    words = new_passphrase()
    card = application(first, "Aysel", words, cost=Cost.QUICK)

    assert form(first) == KEYSTORE_FORMAT == 4
    with world.open(first) as vault:
        assert vault.name == "A vault"
        assert world.texts(vault.ledger) == ["what", "who"]
        vault.members.propose([added(card)])
        assert vault.ledger.verify().faults == ()
    with Vault.open(first, words, world.kinds) as vault:
        assert world.texts(vault.ledger) == ["what"]
        assert vault.name == "A vault"
    with world.open(first) as vault:
        mine = vault.members.me.kid
        assert mine in {one.member for one in vault._keystore.locks(vault._identity.vault)}


def test_it_moves_on_when_its_founder_does_something_about_members(first, world):
    with world.open(first) as vault:
        vault.members.settle()
        vault.members.rotate("coded")
        world.say(vault.ledger, "under the new key")

    assert form(first) == KEYSTORE_FORMAT
    with world.open(first) as vault:
        assert world.texts(vault.ledger) == ["what", "who", "under the new key"]
        assert vault.ledger.verify().faults == ()


@pytest.mark.parametrize("column", ["vault", "stretching", "holder", "intact"])
def test_a_changed_lock_of_the_first_form_is_damage(first, world, column):
    connection = sqlite3.connect(first / KEYSTORE_FILE)
    (value,) = connection.execute(f"SELECT {column} FROM lock").fetchone()
    bent = value[:-1] + ("x" if isinstance(value, str) else bytes([value[-1] ^ 1]))
    connection.execute(f"UPDATE lock SET {column} = ?", (bent,))
    connection.commit()
    connection.close()

    with pytest.raises(LedgerBroken):
        world.open(first)


def test_a_move_that_fails_leaves_the_first_form(first, world, monkeypatch):
    before = (first / KEYSTORE_FILE).read_bytes()
    monkeypatch.setattr("candlemark.ledger.keystore_rows.SCHEMA", ("CREATE TABLE broken (",))
    with pytest.raises(LedgerBroken):
        application(first, "Aysel", new_passphrase(), cost=Cost.QUICK)
    monkeypatch.undo()

    assert (first / KEYSTORE_FILE).read_bytes() == before
    with world.open(first) as vault:
        assert world.texts(vault.ledger) == ["what", "who"]


# Formats 2 and 3


def read(folder, sql):
    with closing(sqlite3.connect(folder / KEYSTORE_FILE)) as connection:
        return connection.execute(sql).fetchall()


def schema_of(folder):
    kept = "SELECT sql FROM sqlite_schema WHERE sql NOT NULL ORDER BY rowid"
    return [sql for (sql,) in read(folder, kept)]


@pytest.fixture
def second(tmp_path):
    """The stored keystore of format 2, as a file."""
    path = tmp_path / KEYSTORE_FILE
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("PRAGMA journal_mode = WAL")
        for statement in STORED["schema"]:
            connection.execute(statement)
        for table, rows in STORED["tables"].items():
            columns = connection.execute(f"SELECT * FROM {table}").description
            text = {"stretching"}
            for row in rows:
                values = [
                    bytes.fromhex(value)
                    if isinstance(value, str) and column[0] not in text
                    else value
                    for column, value in zip(columns, row, strict=True)
                ]
                marks = ", ".join("?" * len(values))
                connection.execute(f"INSERT INTO {table} VALUES ({marks})", values)
        connection.execute(f"PRAGMA application_id = {database.APPLICATION_ID}")
        connection.execute("PRAGMA user_version = 2")
    return tmp_path


ROWS = "SELECT kid, holder, suite, roster, wrap FROM keys ORDER BY kid, holder"
REST = ("SELECT * FROM lock ORDER BY holder", "SELECT * FROM label", "SELECT * FROM seen")


def what_opens(folder, who="founder"):
    """The kids a passphrase comes to: of signing keys, of compartments, of persons."""
    vault = bytes.fromhex(STORED["holds"]["vault"])
    found = Keystore(folder).unlock(vault, STORED["passphrases"][who])
    keyring, shelf = found.keyring, found.shelf
    try:
        epochs = {
            name: keyring.compartments.key(bytes.fromhex(kid))
            for name, kid in STORED["holds"]["compartments"].items()
        }
        return {
            **{name: getattr(keyring, name).kid.hex() for name in SIGNERS},
            "compartments": {name: key.kid.hex() for name, key in epochs.items() if key},
            "person": {
                person: [one.key.kid.hex() for one in shelf.of(epochs["identity"], person)]
                for person in STORED["holds"]["person"]
                if epochs["identity"]
            },
        }
    finally:
        shelf.close()


def test_the_stored_keystore_of_format_2_has_the_schema_that_is_known(second):
    assert STORED["schema"] == list(SCHEMA_2)
    assert schema_of(second) == list(SCHEMA_2)
    assert form(second) == 2
    assert len(STORED["tables"]["lock"]) == 2


def test_a_keystore_of_format_2_opens_to_the_keys_it_holds_and_stays_as_it_is(second):
    before = (second / KEYSTORE_FILE).read_bytes()

    assert what_opens(second) == {
        name: value for name, value in STORED["holds"].items() if name != "vault"
    }
    hers = what_opens(second, "Aysel")
    assert set(hers["compartments"]) == {"meta", "coded"}
    assert hers["identity"] != STORED["holds"]["identity"]
    assert hers["log"] == STORED["holds"]["log"]
    with pytest.raises(WrongPassphrase):
        Keystore(second).unlock(bytes.fromhex(STORED["holds"]["vault"]), new_passphrase())
    assert (second / KEYSTORE_FILE).read_bytes() == before


def test_format_2_moves_on_with_the_first_write_and_keeps_every_row(second):
    rows, rest = read(second, ROWS), [read(second, sql) for sql in REST]

    Keystore(second).keep()

    assert form(second) == KEYSTORE_FORMAT
    assert schema_of(second) == list(SCHEMA)
    assert read(second, ROWS) == rows
    assert [read(second, sql) for sql in REST] == rest
    assert read(second, "SELECT * FROM spare") == []
    assert read(second, "SELECT DISTINCT tag FROM keys") == [(b"",)]
    assert what_opens(second) == {
        name: value for name, value in STORED["holds"].items() if name != "vault"
    }
    tagged = read(second, "SELECT kid FROM keys WHERE tag <> x''")
    assert [kid.hex() for (kid,) in tagged] == STORED["holds"]["person"]["person_x"]
    assert what_opens(second)["person"] == STORED["holds"]["person"]


def test_a_move_from_format_2_that_fails_leaves_it(second, monkeypatch):
    before = (second / KEYSTORE_FILE).read_bytes()
    monkeypatch.setattr("candlemark.ledger.keystore_rows.SCHEMA", ("CREATE TABLE broken (",))
    with pytest.raises(LedgerBroken):
        Keystore(second).keep()
    monkeypatch.undo()

    assert (second / KEYSTORE_FILE).read_bytes() == before
    assert what_opens(second)["person"] == STORED["holds"]["person"]


def test_a_keystore_of_format_2_with_a_changed_lock_is_not_moved_on(second):
    with closing(sqlite3.connect(second / KEYSTORE_FILE)) as connection, connection:
        connection.execute("UPDATE lock SET frozen = 1 WHERE rowid = 1")

    with pytest.raises(LedgerBroken) as refused:
        Keystore(second).keep()
    assert [str(one) for one in refused.value.faults] == ["lock: it was changed"]
    assert form(second) == 2


def test_a_keystore_of_format_2_with_the_tables_of_another_is_damage(second):
    with closing(sqlite3.connect(second / KEYSTORE_FILE)) as connection, connection:
        connection.execute("PRAGMA user_version = 3")
    with pytest.raises(LedgerBroken):
        what_opens(second)


def back_to(folder, number):
    """The keystore of a vault as the version of an earlier format left it."""
    with closing(sqlite3.connect(folder / KEYSTORE_FILE)) as connection, connection:
        connection.execute("DROP TABLE spare")
        if number == 2:
            keys = connection.execute(f"{ROWS}").fetchall()
            rest = {
                table: connection.execute(f"SELECT * FROM {table}").fetchall()
                for table in ("lock", "label", "seen")
            }
            for table in ("lock", "keys", "label", "seen"):
                connection.execute(f"DROP TABLE {table}")
            for statement in SCHEMA_2:
                connection.execute(statement)
            for table, rows in {**rest, "keys": keys}.items():
                for row in rows:
                    marks = ", ".join("?" * len(row))
                    connection.execute(f"INSERT INTO {table} VALUES ({marks})", row)
        connection.execute(f"PRAGMA user_version = {number}")


@pytest.fixture(scope="module")
def team_of_two(tmp_path_factory, world):
    folder, words = tmp_path_factory.mktemp("team") / "vault", new_passphrase()
    with world.create(folder, name="A vault") as vault:
        card = application(folder, "Aysel", words, cost=Cost.QUICK)
        vault.members.propose([added(card)])
        world.say(vault.ledger, "what")
        vault.ledger.append([Part("identity", (world.Said("who"),), "person_x")])
    return folder, words


@pytest.mark.parametrize("number", [2, 3])
def test_a_vault_with_an_earlier_keystore_is_read_written_and_moved_on(
    team_of_two, world, tmp_path, number
):
    folder, words = shutil.copytree(team_of_two[0], tmp_path / "vault"), team_of_two[1]
    back_to(folder, number)
    rows = read(folder, ROWS)
    assert schema_of(folder) == list({2: SCHEMA_2, 3: SCHEMA_3}[number])

    with world.open(folder) as vault:
        assert world.texts(vault.ledger) == ["what", "who"]
        assert vault.ledger.verify().faults == ()
        receiving = receiving_key(vault._identity.keyring.identity, vault._identity.vault)
        assert Keystore(folder).unlock_with(vault._identity.vault, receiving).compartments
        assert form(folder) == number
        vault.ledger.append([Part("identity", (world.Said("more"),), "person_x")])
        vault.ledger.append([Part("identity", (world.Said("another"),), "person_y")])

    assert form(folder) == KEYSTORE_FORMAT
    assert schema_of(folder) == list(SCHEMA)
    assert set(rows) <= set(read(folder, ROWS))
    with world.open(folder) as vault:
        assert world.texts(vault.ledger) == ["what", "who", "more", "another"]
        assert vault.ledger.verify().faults == ()
        assert len(vault._identity.keyring.compartments.subject_kids("person_x")) == 1
    with Vault.open(folder, words, world.kinds) as vault:
        assert world.texts(vault.ledger) == ["what"]
