"""A keystore of the first form opens, moves on when somebody applies, and keeps everything."""

from __future__ import annotations

import hashlib
import sqlite3

import pytest

from candlemark.errors import LedgerBroken, WrongPassphrase
from candlemark.ledger import Vault, application
from candlemark.ledger.keystore_rows import KEYSTORE_FILE, KEYSTORE_FORMAT, SCHEMA_1
from candlemark.ledger.membership import added
from candlemark.seal import Cost, new_passphrase


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
    for table in ("lock", "keys", "label", "seen"):
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

    assert form(first) == KEYSTORE_FORMAT == 3
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
