"""Ways through the ledger that are seldom taken, each taken once: what comes of it, word for word."""

from __future__ import annotations

import shutil
import sqlite3
from contextlib import closing
from copy import copy
from dataclasses import replace
from datetime import date

import pytest

from candlemark.errors import (
    CandlemarkError,
    LedgerBroken,
    NotEntitled,
    SettingRefused,
    VaultExists,
)
from candlemark.ledger import Kinds, Part, backup, database
from candlemark.ledger.backup import back_up, restore
from candlemark.ledger.database import check_outside
from candlemark.ledger.giving import Giving
from candlemark.ledger.incoming import Incoming
from candlemark.ledger.joining import join
from candlemark.ledger.memory import MemoryStore
from candlemark.ledger.merkle import Tree, leaf_hash
from candlemark.ledger.model.asking import Unusable
from candlemark.ledger.model.filling import table_of
from candlemark.ledger.moving import _require_older
from candlemark.ledger.reading import runs
from candlemark.ledger.reading_mark import Doubtful, _meant, _plain, _read_noted, _write_noted
from candlemark.ledger.roster_fold import RosterFold
from candlemark.ledger.roster_reading import Last, Where
from candlemark.ledger.sqlite import LEDGER_FILE, SCHEMA, make_ledger
from candlemark.ledger.store import Head
from candlemark.seal import PublicKey, Recipient
from read_models import notes
from stores import EMPTY, GENESIS, fill
from team import Team


def told(call, *words, **more):
    with pytest.raises(CandlemarkError) as refused:
        call(*words, **more)
    error = refused.value
    return type(error), error.message, error.hint, [(one.where, one.what) for one in error.faults]


@pytest.fixture(scope="module")
def made(tmp_path_factory, world):
    """A vault of two; not to be changed."""
    made = Team(tmp_path_factory.mktemp("made") / "vault", world.kinds)
    made.take_in("Aysel", administrator=True)
    with made.open() as vault:
        world.say(vault.ledger, "what")
    return made


@pytest.fixture
def team(made, tmp_path):
    """A copy of it."""
    copied = copy(made)
    copied.folder = shutil.copytree(made.folder, tmp_path / "vault")
    return copied


# Reading


def test_the_root_over_the_first_entries_is_that_of_their_tree(small):
    hashes = [row.hash for row in small._store.leaves]

    for size in range(len(hashes) + 3):
        assert small.ledger.head_at(size) == Tree().grown(hashes[:size]).root.hex()
    assert small.ledger.head_at(len(hashes)) == small.ledger.head


@pytest.mark.parametrize("count", [255, 256, 257, 512, 513])
def test_places_with_gaps_are_read_by_the_256(count):
    odd = list(range(1, 2 * count, 2))
    found = list(runs(-1, 2 * count, odd))

    assert [one for run in found for one in run] == odd
    assert [len(run) for run in found] == [256] * (count // 256) + [count % 256] * (count % 256 > 0)
    close = list(range(count))
    ranges = list(runs(-1, count, close))
    assert ranges == [range(n, min(n + 256, count)) for n in range(0, count, 256)]
    assert next(runs(5, 2 * count, odd))[0] == 7
    assert next(runs(4, 2 * count, odd))[0] == 5


def test_a_fact_that_its_kind_cannot_read_is_named_by_its_entry(world):
    with world.in_memory() as vault:
        world.say(vault.ledger, "one")
        world.say(vault.ledger, "two")

        class Others(Kinds):
            def read(self, *_):
                raise LedgerBroken("it is none")

        vault.ledger._kinds = Others()
        assert told(lambda: list(vault.ledger.facts(after=0))) == (
            LedgerBroken, "entry 1 is damaged: it is none",
            "candlemark ledger verify names every fault", [("entry 1", "it is none")],
        )  # fmt: skip


def test_reading_is_not_taken_up_where_an_entry_is_another_than_was_read(team):
    with team.open() as vault:
        reader = vault.ledger._reader
        vault.ledger.roster()
        left, row = reader.left_off(), vault._store.rows(1, 2)[0]
        reader.resume(left)
        reader.resume(replace(left, strange=(Where(1, leaf_hash(row.leaf)),)))
        assert [(one.n, leaf.action) for one, leaf, _ in reader._strange] == [(1, row.action)]
        for where in (Where(1, bytes(32)), Where(10_000, leaf_hash(row.leaf))):
            assert told(reader.resume, replace(left, strange=(where,))) == (
                LedgerBroken,
                f"entry {where.n} is damaged: it is another than was read before", "", [],
            )  # fmt: skip


def test_what_is_heard_of_members_and_not_signed_is_a_fault_and_changes_nothing(team):
    with team.open() as vault:
        vault.ledger.roster()
        reader = vault.ledger._reader
        fold, spoken = reader._fold, reader._spoken[-1]
        before = fold.roster
        for other in (
            replace(spoken, said=replace(spoken.said, device=b"x" * 16)),
            replace(spoken, opened=replace(spoken.opened, signature=bytes(64))),
        ):
            fold.faults.clear()
            reader._hear(other)
            assert [(one.where, one.what) for one in fold.faults] == [
                (f"leaf {spoken.said.n}", "what it says of members is not signed")
            ]
            assert fold.roster == before
        fold.faults.clear()
        again = RosterFold(vault._identity.vault, vault._identity.genesis)
        reader._fold = again
        for one in reader._spoken:
            reader._hear(one)
        assert (again.faults, again.roster) == ([], before)


# Writing


def test_a_key_of_a_person_is_made_when_it_is_asked_for_and_kept(world):
    with world.in_memory() as vault:
        ledger = vault.ledger
        first = ledger._key("coded", "person_x")
        assert ledger._key("coded", "person_x").kid == first.kid
        assert ledger._key("identity", "person_x").kid != first.kid
        assert ledger._key("coded", "person_y").kid != first.kid
        assert ledger._key("coded", "").kid == vault._identity.keyring.compartments["coded"].kid
        ledger.append([Part("coded", (world.Said("x"),), "person_x")])
        assert len(list(ledger.parts_about("person_x"))) == 1
        with pytest.raises(KeyError):
            ledger._key("identity:none", "")


def test_who_reads_a_compartment_no_more_lets_nobody_in(team):
    with team.open() as vault:
        giving = Giving(vault.ledger, vault._identity, vault._keystore)
        size = vault.ledger.size
        giving._me = b"x" * 16
        assert giving.let_in("identity") == []
        assert vault.ledger.size == size


# Taking in


def test_what_comes_with_words_about_members_that_do_not_open_is_refused_and_no_alarm(team):
    with team.open() as vault:
        store, ledger = vault._store, vault.ledger
        roster = ledger.roster()
        where = ledger._reader._spoken[-1]
        parts = store.parts([part.hash for part in where.leaf.parts])
        incoming = Incoming(store, vault._identity, ledger._kinds, parts.get)
        assert incoming._why_not(where.leaf, where.opened, parts, roster, Last())[0] != ""
        bent = {
            name: (one if name == where.leaf.parts[0].hash else one[:-1] + b"x")
            for name, one in parts.items()
        }
        why, alarm = incoming._why_not(where.leaf, where.opened, bent, roster, Last())
        assert (why, alarm) == (
            "it was changed: its hash is another than its leaf says", False,
        )  # fmt: skip


def test_a_place_is_not_made_behind_a_passphrase_somebody_thought_up(team, tmp_path):
    with team.open() as vault:
        vault.share(tmp_path / "stick")

    kind, message, *_ = told(
        join, tmp_path / "stick", tmp_path / "new", "my own seven words are quite secret", name="X"
    )
    assert (kind, message) == (SettingRefused, "this passphrase was not drawn from the word list")
    assert not (tmp_path / "new").exists()


def test_a_restoring_that_is_stopped_leaves_nothing(team, tmp_path, monkeypatch):
    with team.open() as vault:
        code = vault.members.me.code
    back_up(team.folder, tmp_path / "backups", date(2026, 1, 1))

    def stopped(*_):
        assert (tmp_path / "again").is_dir()
        raise KeyboardInterrupt

    monkeypatch.setattr(backup, "pull", stopped)
    with pytest.raises(KeyboardInterrupt):
        restore(
            tmp_path / "backups" / "2026-01-01", tmp_path / "again", team.words["founder"], code,
            team.kinds,
        )  # fmt: skip
    assert not (tmp_path / "again").exists()


def test_a_ledger_that_cannot_be_read_is_not_taken_for_an_older_one():
    one, other = (MemoryStore(GENESIS, EMPTY) for _ in range(2))
    fill(one, 3)
    fill(other, 3)
    _require_older(one, other)
    one.close()
    assert told(_require_older, one, other) == (
        VaultExists, "the database holds a ledger of this vault with other entries",
        "find out which folder writes to it; nothing was moved", [],
    )  # fmt: skip


# Files


def test_a_file_that_is_no_database_is_damage_and_a_closed_one_is_an_error(tmp_path):
    make_ledger(tmp_path / LEDGER_FILE, b"g", Head(0, b"", b"n"))
    connection = sqlite3.connect(tmp_path / LEDGER_FILE)
    assert check_outside(connection, LEDGER_FILE, SCHEMA) == ()
    connection.close()
    for look in (database.check, check_outside):
        with pytest.raises(sqlite3.ProgrammingError):
            look(connection, LEDGER_FILE, SCHEMA)
    (tmp_path / "none").write_bytes(b"x" * 4096)
    with closing(sqlite3.connect(tmp_path / "none")) as connection:
        (fault,) = check_outside(connection, "none", SCHEMA)
    assert (fault.where, fault.what) == (
        "none", "the database is damaged: file is not a database",
    )  # fmt: skip


# Read models


def test_an_entry_of_a_model_that_is_none_makes_the_file_unusable(team, world):
    with team.open() as vault:
        projection = notes(world.kinds)

        def ask(model):
            before = model.entries()
            assert model.entries(before) == before
            table = table_of(projection, "entry")
            model._connection.execute("PRAGMA query_only=OFF")
            model._connection.execute(f"UPDATE {table} SET said = x'c1'")
            for places in (None, before):
                with pytest.raises(Unusable):
                    model.entries(places)
            return len(before)

        assert vault.ledger.models.coded(projection, ask) == 1


def test_who_reads_nothing_that_happened_keeps_no_answers_of_it(team, world):
    with team.open() as vault:
        models, root = vault.ledger.models, vault.ledger.tree().root
        models.remember("name", b"kept", root)
        assert models.recall("name") == b"kept"
        vault.ledger.pass_over("coded")
        assert models.recall("name") is None
        models.remember("other", b"kept", root)
        vault.ledger.pass_over("meta")
        kind, message, *_ = told(models.cases, notes(world.kinds), len)
        assert kind is NotEntitled
        assert "key" in message
    with team.open() as vault:
        assert vault.ledger.models.recall("other") is None
        assert vault.ledger.models.recall("name") == b"kept"


# Watermarks


def test_what_was_noted_of_entries_is_read_back_and_nothing_else_is(team):
    with team.open() as vault:
        vault.ledger.roster()
        size = vault.ledger.size
        noted = vault.ledger._reader.left_off().order.noted(0, size)
        stored = _write_noted(noted)
        again = _read_noted(stored)
        assert (len(noted), len(again)) == (size, size)
        for name in ("times", "seqs", "devices", "actions"):
            assert getattr(again, name) == getattr(noted, name)
        assert _write_noted(again) == stored
        for cut in (1, 2, len(stored) // size - 1):
            with pytest.raises(Doubtful):
                _read_noted(stored[:-cut])
    with pytest.raises(NotImplementedError):
        _plain(object())
    for kind, one in ((PublicKey, "x"), (Recipient, b"x"), (int, b"x" * 32), (bytes, [1, b"x"])):
        with pytest.raises(NotImplementedError):
            _meant(kind, one)
