"""How long somebody waits for somebody else, by a clock of the test: no longer, and no less.

What is waited for is real; only the clock is not, and goes on by one second with each pause.
"""

from __future__ import annotations

import fcntl
import sqlite3
from contextlib import closing
from types import SimpleNamespace

import psycopg
import pytest

from candlemark.errors import ServerRefused, VaultBusy
from candlemark.ledger import entrance, postgres_server, sqlite
from candlemark.ledger.entrance import KNOCKS, Entrance
from candlemark.ledger.files import alone_in
from candlemark.ledger.sqlite import LEDGER_FILE, LOCK_FILE, SqliteStore, make_ledger
from candlemark.ledger.store import Head

NOBODY_THERE = "host=127.0.0.1 port=1 dbname=none user=nobody"


@pytest.fixture
def pauses(monkeypatch):
    """The pauses that were made, in seconds; each moves the clock of all three modules on."""
    made = []
    clock = SimpleNamespace(monotonic=lambda: 100.0 + len(made), sleep=made.append)
    for module in (entrance, postgres_server, sqlite):
        monkeypatch.setattr(module, "time", clock)
    return made


def test_who_signs_in_waits_five_seconds_for_who_is_signing_in(tmp_path, world, pauses):
    world.create(tmp_path / "vault").close()
    door = Entrance(tmp_path / "vault", world.kinds)
    with alone_in(tmp_path / "vault" / KNOCKS), pytest.raises(VaultBusy):
        door.sign_in("", world.passphrase)

    assert pauses == [0.05] * 6


@pytest.mark.parametrize("patience", [0, 3])
def test_a_writer_waits_for_another_as_long_as_it_has_patience(tmp_path, pauses, patience):
    with (tmp_path / LOCK_FILE).open("wb") as other:
        fcntl.flock(other, fcntl.LOCK_EX)
        with pytest.raises(VaultBusy) as refused, sqlite.alone(tmp_path, patience):
            pass

    assert pauses == [0.002] * (patience + 1)
    assert refused.value.message == "another process is writing to this vault"


def test_who_erases_waits_for_a_reader_as_long_as_it_has_patience(tmp_path, pauses):
    make_ledger(tmp_path / LEDGER_FILE, b"g", Head(0, b"", b"n"))
    with (
        closing(SqliteStore(tmp_path, 0.001)) as store,
        closing(sqlite3.connect(tmp_path / LEDGER_FILE, isolation_level=None)) as reader,
    ):
        with store.writing() as writing:
            writing.move_head(Head(0, b"", b"other"))
        reader.execute("BEGIN")
        reader.execute("SELECT * FROM head").fetchall()
        with store.writing() as writing:
            writing.move_head(Head(0, b"", b"third"))
        store._patience = 3
        with pytest.raises(VaultBusy):
            store.erase([b"h" * 32])
        assert pauses == [0.002] * 4


@pytest.mark.parametrize("seconds", [-1, 0, 1, 3])
def test_a_server_that_is_not_there_is_asked_again_until_the_deadline(pauses, seconds):
    with pytest.raises(ServerRefused) as refused:
        postgres_server.connect(NOBODY_THERE, deadline=100.0 + seconds)

    assert pauses == [0.05] * max(seconds, 0)
    assert refused.value.message == "the PostgreSQL server that keeps the ledger does not answer"


def test_a_server_that_refuses_is_not_asked_again_and_one_that_starts_is(pauses, monkeypatch):
    answers = [psycopg.errors.CannotConnectNow(), psycopg.errors.InvalidPassword()]
    asked = []

    def connect(words, **how):
        asked.append((words, how))
        raise answers[len(asked) - 1]

    monkeypatch.setattr(psycopg, "connect", connect)
    with pytest.raises(ServerRefused) as refused:
        postgres_server.connect("dbname=none", deadline=1000.0)
    assert pauses == [0.05]
    assert refused.value.message == "the server does not let this account in"
    for words, how in asked:
        assert set(words.split()) == {
            "dbname=none", "application_name=candlemark", "connect_timeout=10",
            "keepalives_idle=30", "keepalives_interval=10", "keepalives_count=3",
        }  # fmt: skip
        assert how == {"autocommit": True, "prepare_threshold": None}
