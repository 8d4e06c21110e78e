"""PostgreSQL: what only a server can do to a ledger, and what only a superuser can."""

from __future__ import annotations

import random
import signal
import subprocess
import sys
import threading
from contextlib import closing

import psycopg
import pytest

from candlemark.errors import (
    LedgerBroken,
    NewerFormat,
    OutcomeUnknown,
    ServerRefused,
    SettingRefused,
    StorageFull,
    VaultBusy,
    VaultError,
    VaultExists,
    VaultMissing,
)
from candlemark.ledger.merkle import FullTile
from candlemark.ledger.postgres import PostgresStore, drop_ledger, exists, new_ledger
from candlemark.ledger.postgres_server import check_connection, connect, is_here, meaning_of
from candlemark.ledger.postgres_tables import lock_number, named
from stores import EMPTY, GENESIS, fill, head, part, row
from way import Way

KILL_OTHERS = (
    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
    " WHERE pid <> pg_backend_pid() AND usename = 'keeper'"
)


@pytest.fixture
def schema(postgres):
    """The schema of an empty ledger."""
    name = postgres.schema()
    with new_ledger(postgres.dsn, name, GENESIS, EMPTY):
        pass
    return name


@pytest.fixture
def store(postgres, schema):
    """An empty ledger, opened."""
    made = PostgresStore(postgres.dsn, schema, 5.0)
    yield made
    made.close()


def add(store, n):
    with store.writing() as writing:
        writing.add(row(n), [part(b"part %d" % n)])
        writing.move_head(head(n + 1))


def words(refused):
    """What a person is told, whole."""
    return refused.value.message, refused.value.hint


# Making


def test_a_ledger_is_not_made_where_one_is(postgres, schema):
    with pytest.raises(VaultExists), new_ledger(postgres.dsn, schema, b"another", EMPTY):
        pass

    with closing(PostgresStore(postgres.dsn, schema)) as store:
        assert store.genesis() == GENESIS


def test_a_ledger_whose_making_was_stopped_is_not_there(postgres):
    name = postgres.schema()
    with pytest.raises(ValueError, match="stop"), new_ledger(postgres.dsn, name, GENESIS, EMPTY):
        raise ValueError("stop")

    assert not exists(postgres.dsn, name)
    with pytest.raises(VaultMissing) as refused:
        PostgresStore(postgres.dsn, name)
    assert words(refused) == (
        f"the server has no ledger of this vault: there is no schema {name}",
        "see whether ledger.toml names the right database, or restore it from its copy",
    )


def test_a_ledger_can_be_dropped(postgres, schema):
    drop_ledger(postgres.dsn, schema)
    drop_ledger(postgres.dsn, schema)

    assert not exists(postgres.dsn, schema)


@pytest.mark.parametrize(
    "name", ["", "public", "candlemark_", "candlemark_A", 'candlemark_"', "candlemark_" + "a" * 60]
)
def test_another_name_is_no_schema_of_a_vault(name):
    with pytest.raises(SettingRefused) as refused:
        named(name)
    assert words(refused) == (
        "this cannot be the schema of a vault",
        "its name begins with candlemark_, and has small letters, digits and _ only",
    )


def test_two_ledgers_have_two_locks():
    assert lock_number("candlemark_a") != lock_number("candlemark_b")
    assert -(1 << 63) <= lock_number("candlemark_a") < 1 << 63


# What the triggers refuse

NEVER = {
    "a leaf changed": "UPDATE {}.leaf SET leaf = 'x'",
    "a leaf deleted": "DELETE FROM {}.leaf WHERE n = 1",
    "the leaves emptied": "TRUNCATE {}.leaf",
    "a gap left": "INSERT INTO {}.leaf VALUES (5, 'a', 'b', 'c')",
    "a place before the first": "INSERT INTO {}.leaf VALUES (-1, 'a', 'b', 'c')",
    "a part changed": "UPDATE {}.part SET ct = 'x'",
    "the parts emptied": "TRUNCATE {}.part",
    "a tile changed": "UPDATE {}.tile SET root = 'x'",
    "a tile deleted": "DELETE FROM {}.tile",
    "the tiles emptied": "TRUNCATE {}.tile",
    "a tile of a place that is taken": "INSERT INTO {}.tile VALUES (0, 0, 'x')",
    "the genesis changed": "UPDATE {}.genesis SET genesis = 'x'",
    "the genesis deleted": "DELETE FROM {}.genesis",
    "a second genesis": "INSERT INTO {}.genesis VALUES (2, 'x')",
    "the head deleted": "DELETE FROM {}.head",
    "a second head": "INSERT INTO {}.head VALUES (2, 9, '', '')",
    "the head moved back": "UPDATE {}.head SET size = 1",
}


@pytest.mark.parametrize("how", ["the owner", "a superuser who pretends to be a replica"])
@pytest.mark.parametrize("statement", NEVER.values(), ids=NEVER)
def test_the_server_refuses(postgres, store, schema, statement, how):
    fill(store, 2)
    with store.writing() as writing:
        writing.add_tile(FullTile(0, 0, b"a" * 32))
    owner = how == "the owner"
    setting = "" if owner else "SET session_replication_role = replica; "
    dsn = postgres.dsn if owner else postgres.superuser
    with pytest.raises(psycopg.Error):
        postgres.run(setting + statement.format(schema), dsn=dsn)

    assert store.rows(0, 9) == [row(0), row(1)]
    assert store.head() == head(2)
    assert store.genesis() == GENESIS
    assert store.tile_roots(0, 0, 9) == [b"a" * 32]


def test_a_refusal_that_was_not_heard_is_told_at_the_end(store):
    def write():
        with store.writing() as writing:
            writing.add(row(0), [])
            with pytest.raises(LedgerBroken):
                writing.add(row(5), [])

    with pytest.raises(LedgerBroken) as refused:
        write()
    assert words(refused)[0] == "something in this entry was refused; nothing was kept"

    assert store.counts().leaves == 0


# Tables and triggers word for word

CHANGES = {
    "a trigger dropped": "DROP TRIGGER leaf_stays ON {}.leaf",
    "a trigger switched off": "ALTER TABLE {}.leaf DISABLE TRIGGER leaf_stays",
    "a trigger that a replica does not have": "ALTER TABLE {}.leaf ENABLE TRIGGER leaf_stays",
    "a trigger added": "CREATE TRIGGER x BEFORE INSERT ON {0}.part EXECUTE FUNCTION {0}.refuse('x')",
    "a function that does nothing": "CREATE OR REPLACE FUNCTION {}.refuse() RETURNS trigger LANGUAGE"
    " plpgsql SET search_path = pg_catalog AS 'BEGIN RETURN NEW; END'",
    "a function for others' rights": "ALTER FUNCTION {}.refuse() SECURITY DEFINER",
    "a column of another type": "ALTER TABLE {}.part ALTER ct TYPE text USING encode(ct, 'hex')",
    "a column added": "ALTER TABLE {}.leaf ADD note text",
    "a column that may be empty": "ALTER TABLE {}.part ALTER ct DROP NOT NULL",
    "a column with a default": "ALTER TABLE {}.part ALTER ct SET DEFAULT 'x'",
    "a table that a crash empties": "ALTER TABLE {}.part SET UNLOGGED",
    "a table added": "CREATE TABLE {}.more (x int)",
    "a table with heirs": "CREATE TABLE public.heir_of_{0} () INHERITS ({0}.leaf)",
    "a rule": "CREATE RULE quietly AS ON INSERT TO {}.part DO INSTEAD NOTHING",
    "rows hidden": "ALTER TABLE {}.leaf ENABLE ROW LEVEL SECURITY",
    "a uniqueness dropped": "ALTER TABLE {}.leaf DROP CONSTRAINT leaf_action_key",
    "an index added": "CREATE INDEX more ON {}.leaf (action)",
    "a check dropped": "ALTER TABLE {}.head DROP CONSTRAINT head_one_check",
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_changed_tables_are_found_and_not_written_to(postgres, schema, change):
    postgres.run(change.format(schema))
    store = PostgresStore(postgres.dsn, schema)
    try:
        assert [fault.where for fault in store.check()] == [f"schema {schema}"]
        assert store.head() == EMPTY
        with pytest.raises(LedgerBroken) as refused, store.writing():
            pass
        assert words(refused) == (
            "the tables of the ledger were changed",
            "restore the schema from the last good copy; reading still works",
        )
        assert refused.value.faults == store.check()
    finally:
        store.close()


def test_a_value_of_another_type_is_found(postgres, store, schema):
    fill(store, 1)
    postgres.run(CHANGES["a column of another type"].format(schema))

    with pytest.raises(LedgerBroken) as refused:
        store.parts([part(b"part 0")[0]])
    assert words(refused)[0] == "the ledger holds a value of another type than was stored"


@pytest.mark.parametrize("table", ["genesis", "head"])
def test_an_emptied_table_is_told(postgres, store, schema, table):
    postgres.run(f"ALTER TABLE {schema}.{table} DISABLE TRIGGER ALL; DELETE FROM {schema}.{table}")

    with pytest.raises(LedgerBroken) as refused:
        getattr(store, table)()
    assert words(refused)[0] == f"the {table} is missing"


def test_a_missing_table_is_told(postgres, store, schema):
    postgres.run(f"DROP TABLE {schema}.leaf")

    with pytest.raises(LedgerBroken, match="tables of the ledger are missing"):
        store.counts()


TABLES_CHANGED = "restore the database from its copy, comments included (pg_dump keeps them)"
LABELS = {
    "candlemark ledger, format 2": (
        NewerFormat,
        "the ledger was written by a later version of Candlemark (format 2)",
        "install that version; this one changed nothing",
    ),
    "candlemark ledger, format x": (LedgerBroken, None, TABLES_CHANGED),
    "my notes": (LedgerBroken, None, TABLES_CHANGED),
    "": (LedgerBroken, None, TABLES_CHANGED),
}


@pytest.mark.parametrize("label", LABELS)
def test_another_schema_is_refused(postgres, schema, label):
    kind, message, hint = LABELS[label]
    postgres.run(psycopg.sql.SQL("COMMENT ON SCHEMA {} IS {}").format(
        psycopg.sql.Identifier(schema), label))  # fmt: skip

    with pytest.raises(kind) as refused:
        PostgresStore(postgres.dsn, schema)
    assert words(refused) == (
        message or f"the schema {schema} is not a ledger of Candlemark",
        hint,
    )


# A server that forgets


@pytest.mark.parametrize("value", ["off", "local", "remote_write"])
def test_a_role_that_does_not_wait_for_the_disk_is_refused(postgres, schema, value):
    postgres.run(f"CREATE ROLE hasty_{value} LOGIN SUPERUSER")
    postgres.run(f"ALTER ROLE hasty_{value} SET synchronous_commit = {value}")
    hasty = postgres.dsn.replace("user=keeper", f"user=hasty_{value}")

    with pytest.raises(ServerRefused) as refused:
        PostgresStore(hasty, schema)
    assert words(refused) == (
        "the server may lose what it acknowledged: synchronous_commit is not on",
        "set it to on for the server, the database and this role",
    )


@pytest.mark.parametrize("setting", ["fsync", "full_page_writes"])
def test_a_server_that_is_set_to_forget_is_refused_before_the_next_write(postgres, store, setting):
    fill(store, 1)
    postgres.set(setting, "off")
    try:
        with pytest.raises(ServerRefused, match=setting), store.writing():
            pass
        assert [str(fault) for fault in store.check()] == [
            f"the server: the server may lose what it acknowledged: {setting} is not on"
        ]
    finally:
        postgres.set(setting, "on")
    add(store, 1)

    assert store.counts().leaves == 2


# Sessions that are lost


def test_a_restart_between_requests_is_not_noticed(postgres, store):
    fill(store, 1)
    postgres.stop()
    postgres.start()

    assert store.rows(0, 9) == [row(0)]
    add(store, 1)
    assert store.head() == head(2)


def test_a_write_waits_for_a_server_that_is_starting(postgres, schema):
    store = PostgresStore(postgres.dsn, schema, 100.0)
    fill(store, 1)
    postgres.stop(signal.SIGQUIT)
    back = threading.Timer(0.5, postgres.start)
    back.start()
    add(store, 1)
    back.join()

    assert store.counts().leaves == 2
    store.close()


def test_check_and_examine_look_through_a_new_session_when_one_was_lost(postgres, store):
    postgres.run(KILL_OTHERS)

    assert store.check() == ()


def test_a_server_that_stays_away_is_told_without_saying_where(postgres, schema):
    store = PostgresStore(postgres.dsn, schema, 0.2)
    fill(store, 1)
    postgres.stop()
    try:
        for ask in (store.head, store.check, lambda: add(store, 1)):
            with pytest.raises(ServerRefused, match="does not answer") as caught:
                ask()
            assert caught.value.__cause__ is None
            assert str(postgres.folder) not in f"{caught.value} {caught.value.hint}"
    finally:
        postgres.start()
        store.close()


def test_a_session_lost_within_a_write_leaves_nothing(postgres, store):
    fill(store, 1)

    def write():
        with store.writing() as writing:
            writing.add(row(1), [part(b"part 1")])
            postgres.run(KILL_OTHERS)
            writing.move_head(head(2))

    with pytest.raises(ServerRefused):
        write()

    assert store.counts() == (1, 1)
    add(store, 1)
    assert store.counts() == (2, 2)


def test_a_lost_writer_cannot_come_back_and_add(postgres, store, schema):
    other = PostgresStore(postgres.dsn, schema, 5.0)

    def write_late():
        with store.writing() as writing:
            writing.add(row(0, b"late"), [])
            postgres.run(KILL_OTHERS)
            add(other, 0)
            writing.move_head(head(1))

    with pytest.raises(ServerRefused):
        write_late()
    other.close()

    assert store.rows(0, 9) == [row(0)]


# COMMIT whose answer is lost


@pytest.fixture
def way(postgres):
    """A wire to the server that can be cut."""
    made = Way(postgres)
    yield made
    made.remove()


@pytest.fixture
def far(way, schema):
    """The ledger at the other end of the wire."""
    made = PostgresStore(way.dsn, schema, 5.0)
    yield made
    made.close()


def test_a_session_that_is_ended_before_it_could_commit_has_kept_nothing(postgres, way, far):
    fill(far, 1)
    way.at_commit = lambda _pass_on: postgres.run(KILL_OTHERS)
    with pytest.raises(ServerRefused) as refused:
        add(far, 1)
    assert words(refused) == (
        "the server went away before it had kept the entry",
        "try again; everything is as it was",
    )

    assert far.counts() == (1, 1)
    add(far, 1)
    assert far.counts() == (2, 2)


def test_a_commit_whose_answer_is_lost_is_found_to_be_kept(way, far):
    fill(far, 1)
    way.at_commit = lambda pass_on: pass_on()
    add(far, 1)

    assert far.rows(0, 9) == [row(0), row(1)]
    assert far.head() == head(2)


def test_a_head_whose_commit_was_not_answered_is_found_too(way, far):
    way.at_commit = lambda pass_on: pass_on()
    with far.writing() as writing:
        writing.move_head(Head_of(1))

    assert far.head() == Head_of(1)


def test_nothing_that_was_not_answered_is_nothing(way, far):
    way.at_commit = lambda pass_on: pass_on()
    with far.writing():
        pass

    assert far.counts() == (0, 0)


def Head_of(number):  # noqa: N802 - reads as what it makes
    return EMPTY._replace(note=b"note %d" % number)


def test_sessions_ended_around_commit_are_told_rightly(postgres, way, far):
    told = []
    enders = []

    def end_and_pass_on(pass_on):
        enders.append(threading.Thread(target=postgres.run, args=(KILL_OTHERS,)))
        enders[-1].start()
        pass_on()

    for n in range(30):
        way.at_commit = end_and_pass_on
        size = far.counts().leaves
        try:
            add(far, size)
        except ServerRefused:
            told.append(n)
        enders[-1].join()  # whoever asks now, or in the next test, is not ended in between
        assert far.counts().leaves == size + (n not in told)
    assert far.counts().leaves == 30 - len(told)
    assert far.rows(0, 99) == [row(n) for n in range(30 - len(told))]


def test_when_the_server_stays_away_nobody_claims_to_know(postgres, way, schema):
    store = PostgresStore(way.dsn, schema, 0.3)

    def crash(pass_on):
        pass_on()
        postgres.stop(signal.SIGQUIT)

    way.at_commit = crash
    try:
        with pytest.raises(OutcomeUnknown) as caught:
            add(store, 0)
    finally:
        postgres.start()

    assert words(caught) == (
        "the server went away while it was keeping an entry",
        "when it is back, look whether the entry is there before you say it again",
    )

    assert caught.value.exit_code == 91
    assert store.find(row(0).action) == 0  # the action is how it is found again
    store.close()


# Waiting


def test_a_writer_waits_for_a_lock_of_another_session_for_as_long_as_it_has_patience(
    postgres, schema
):
    impatient = PostgresStore(postgres.dsn, schema, 0.2)
    with connect(postgres.dsn, writes=True) as other:
        other.execute("SELECT pg_advisory_lock(%s)", (lock_number(schema),))
        with pytest.raises(VaultBusy) as refused, impatient.writing():
            pass
    assert words(refused) == BUSY
    add(impatient, 0)
    impatient.close()


# Rights


def test_a_role_with_few_rights_can_write_and_nothing_else(postgres, schema):
    for statement in (
        "CREATE ROLE clerk_{0} LOGIN",
        "GRANT USAGE ON SCHEMA {0} TO clerk_{0}",
        "GRANT SELECT, INSERT ON {0}.leaf, {0}.part, {0}.tile TO clerk_{0}",
        "GRANT SELECT ON {0}.genesis TO clerk_{0}",
        "GRANT SELECT, UPDATE ON {0}.head TO clerk_{0}",
        "GRANT DELETE ON {0}.part TO clerk_{0}",
    ):
        postgres.run(statement.format(schema))
    clerk = postgres.dsn.replace("user=keeper", f"user=clerk_{schema}")
    store = PostgresStore(clerk, schema)
    fill(store, 2)

    assert store.check() == ()
    assert store.counts() == (2, 2)
    with pytest.raises(ServerRefused, match="this role may not"):
        store.erase([part(b"part 0")[0]])
    assert store.counts() == (2, 2)
    store.close()
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        postgres.run(f"DROP TRIGGER leaf_stays ON {schema}.leaf", dsn=clerk)


def test_a_role_without_rights_is_told(postgres, schema):
    postgres.run(f"CREATE ROLE nobody_{schema} LOGIN")
    stranger = postgres.dsn.replace("user=keeper", f"user=nobody_{schema}")
    with (
        closing(PostgresStore(stranger, schema)) as store,
        pytest.raises(ServerRefused, match="this role may not"),
    ):
        store.head()
    with (
        pytest.raises(ServerRefused, match="this role may not"),
        new_ledger(stranger, postgres.schema(), GENESIS, EMPTY),
    ):
        pass


def test_an_unknown_role_or_database_is_told(postgres, schema):
    with pytest.raises(ServerRefused):
        PostgresStore(postgres.dsn.replace("keeper", "unheard_of"), schema)
    with pytest.raises(ServerRefused):
        PostgresStore(postgres.dsn.replace("vaults", "unheard_of"), schema)


# What is left of what was erased

LARGE, SMALL = random.Random(1).randbytes(20_000), random.Random(2).randbytes(300)


@pytest.fixture
def known(postgres, store, schema):
    """Two parts that are on the disk of the server, also where it keeps what it samples."""
    fill(store, 3)
    with store.writing() as writing:
        writing.add(row(3), [part(LARGE), part(SMALL), part(b"another")])
        writing.move_head(head(4))
    postgres.run(f"ANALYZE {schema}.part")
    return [part(LARGE)[0], part(SMALL)[0]]


def in_tables(files):
    """Those of the server's files that are not its write-ahead log."""
    return {name for name in files if not name.startswith("pg_wal/")}


@pytest.mark.parametrize("stored", [LARGE, SMALL], ids=["in chunks", "in the row"])
def test_no_file_of_a_table_holds_what_was_erased_and_the_log_is_named(
    postgres, store, known, stored
):
    before = postgres.files_with(stored)
    erased = store.erase(known)
    after = postgres.files_with(stored)

    assert any(name.startswith("base/") for name in before)
    assert erased == 2
    assert in_tables(after) == set()
    assert after  # this is what `remains` says
    assert "write-ahead log" in store.remains
    assert store.check() == ()


def test_nothing_sealed_is_sampled_by_the_server(postgres, store, known, schema):
    sampled = "SELECT attname FROM pg_stats WHERE schemaname = %s AND tablename = 'part'"

    assert store.parts(known).keys() == set(known)
    assert postgres.run(sampled, (schema,)) == [("hash",)]
    store.erase(known)
    postgres.run(f"ANALYZE {schema}.part")
    assert postgres.run(sampled, (schema,)) == [("hash",)]


def test_a_session_with_an_older_view_of_the_database_keeps_nothing_alive(postgres, store, known):
    with psycopg.connect(postgres.superuser) as other:
        other.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        other.execute("SELECT count(*) FROM pg_class")
        assert store.erase(known) == 2
        left = in_tables(postgres.files_with(LARGE, SMALL))

    assert left == set()


def test_somebody_who_reads_and_does_not_stop_holds_up_an_erasure_and_nothing_is_lost(
    postgres, schema, store, known
):
    hasty = PostgresStore(postgres.dsn, schema, 0.3)
    with psycopg.connect(postgres.superuser) as other:
        other.execute(f"SELECT count(*) FROM {schema}.part")
        with pytest.raises(VaultBusy) as caught:
            hasty.erase(known)
        assert store.parts(known).keys() == set(known)
    assert words(caught) == (
        "somebody reads the ledger or writes to it, so nothing was erased on the server",
        "wait until they are done (a copy by pg_dump is a reader), and ask again",
    )
    assert hasty.erase(known) == 2
    hasty.close()


def test_what_a_disturbed_erasure_left_is_all_or_nothing(postgres, way, far, known):
    way.at_commit = lambda _pass_on: postgres.run(KILL_OTHERS)
    with pytest.raises(ServerRefused) as refused:
        far.erase(known)
    assert words(refused)[0] == "the server went away before it had erased anything"
    assert far.parts(known).keys() == set(known)

    way.at_commit = lambda pass_on: pass_on()
    assert far.erase(known) == 2
    assert far.parts(known) == {}


def test_an_erasure_whose_end_nobody_saw_is_not_claimed(postgres, way, schema, known):
    store = PostgresStore(way.dsn, schema, 0.3)

    def crash(pass_on):
        pass_on()
        postgres.stop(signal.SIGQUIT)

    way.at_commit = crash
    try:
        with pytest.raises(OutcomeUnknown) as caught:
            store.erase(known)
    finally:
        postgres.start()
    assert words(caught) == (
        "the server went away while it was erasing",
        "when it is back, ask again: what is gone stays gone",
    )
    store.erase(known)

    assert store.parts(known) == {}
    assert in_tables(postgres.files_with(LARGE, SMALL)) == set()
    store.close()


# Words for errors

SECRET = "a name that nobody may see"  # noqa: S105 - stands for one
AWAY = (
    "the PostgreSQL server that keeps the ledger does not answer",
    "see whether it runs and may be reached; nothing was kept",
)
BUSY = (
    "another process is writing to this vault",
    "wait until it is done, or close it, and try again; nothing was kept",
)
FULL = (
    "the disk refused to keep more",
    "make room on the server and try again; the vault is as it was before",
)
DAMAGED = ("the database is damaged", "keep it as it is, and restore the last good copy beside it")
NO_TABLES = (
    "tables of the ledger are missing or changed",
    "restore the schema from the last good copy",
)
LOG_SAYS = "the log of the server says more; candlemark ledger verify names every fault"
CODES = {
    "53100": (StorageFull, FULL),
    "58030": (StorageFull, FULL),
    "55P03": (VaultBusy, BUSY),
    "40001": (VaultBusy, BUSY),
    "40P01": (VaultBusy, BUSY),
    "23505": (LedgerBroken, ("the ledger refuses a change of what is there", "")),
    "XX001": (LedgerBroken, DAMAGED),
    "XX002": (LedgerBroken, DAMAGED),
    "3F000": (LedgerBroken, NO_TABLES),
    "42P01": (LedgerBroken, NO_TABLES),
    "42703": (LedgerBroken, NO_TABLES),
    "22003": (
        LedgerBroken,
        ("the ledger cannot be read: the server refuses (SQLSTATE 22003)", LOG_SAYS),
    ),
    "42501": (
        ServerRefused,
        (
            "this role may not do that on the server",
            "docs/guides/host.md says what a role needs",
        ),
    ),
    "25006": (
        ServerRefused,
        (
            "the server takes no writing, as a copy that follows another does",
            "name the server that leads; nothing was kept",
        ),
    ),
    "25P02": (ServerRefused, AWAY),
    "57P01": (ServerRefused, AWAY),
    "57014": (
        ServerRefused,
        ("the server stopped the work: it took too long", "look at statement_timeout"),
    ),
    "08006": (ServerRefused, AWAY),
    "53300": (ServerRefused, ("the server takes no more connections", "try again in a moment")),
    "28P01": (
        ServerRefused,
        (
            "the server does not let this account in",
            "see the role, ~/.pgpass and pg_hba.conf",
        ),
    ),
    "3D000": (ServerRefused, ("there is no such database", "make it with: createdb NAME")),
    "42P06": (
        VaultExists,
        ("the server keeps a ledger of this vault already", "name another database"),
    ),
}


@pytest.mark.parametrize("code", CODES)
def test_every_error_of_the_server_has_words_that_repeat_nothing(code):
    told = meaning_of(psycopg.errors.lookup(code)(SECRET))
    kind, (message, hint) = CODES[code]

    assert type(told) is kind
    assert (told.message, told.hint or "") == (message, hint)
    assert told.faults == ()


def test_an_error_of_the_driver_without_a_code_has_words():
    away = meaning_of(psycopg.OperationalError(SECRET))
    assert (type(away), away.message, away.hint) == (ServerRefused, *AWAY)
    other = meaning_of(psycopg.InterfaceError(SECRET))
    assert (type(other), other.message, other.hint) == (
        LedgerBroken,
        "the ledger cannot be read: the server refuses (SQLSTATE none)",
        LOG_SAYS,
    )


@pytest.mark.parametrize(
    "connection",
    [
        "host=h password=swordfish",
        "postgresql://me:swordfish@h/db",
        "service=x sslpassword=swordfish",
        "service=x oauth_client_secret=swordfish",
    ],
)
def test_a_password_in_the_connection_is_refused_and_not_repeated(connection):
    with pytest.raises(SettingRefused) as caught:
        check_connection(connection)
    assert words(caught) == (
        "a password does not belong into a command or into the vault",
        "put it into ~/.pgpass (mode 0600), and change it: others could read it here",
    )


@pytest.mark.parametrize(
    "connection", ["nonsense", "host", "colour=swordfish", "postgresql://[", "a'b"]
)
def test_an_unreadable_connection_is_refused_and_not_repeated(connection):
    with pytest.raises(SettingRefused) as caught:
        check_connection(connection)
    assert words(caught) == (
        "the connection to PostgreSQL cannot be read",
        "write it as libpq does, for example: service=candlemark",
    )


@pytest.mark.parametrize(
    ("host", "address", "here"),
    [
        ("/run/postgresql", "", True),
        ("@candle", "", True),
        ("localhost", "127.0.0.1", True),
        ("localhost", "::1", True),
        ("db.example", "192.0.2.1", False),
        ("db.example", "", False),
    ],
)
def test_only_a_connection_within_this_machine_may_be_in_clear(host, address, here):
    assert is_here(host, address) is here


# A disk that is full


@pytest.fixture
def tiny(postgres):
    """A tablespace of 3 MB on a disk of its own."""
    folder = postgres.folder / "tiny"
    folder.mkdir()
    size = ["mount", "-t", "tmpfs", "-o", "size=3m,mode=0777", "tiny", folder]
    if subprocess.run(size, capture_output=True, check=False).returncode:
        pytest.skip("needs the right to mount a small disk")
    postgres.give(folder)
    postgres.run(f"CREATE TABLESPACE tiny LOCATION '{folder}'")
    yield "tiny"
    subprocess.run(["umount", "-l", folder], check=False)


def test_a_full_disk_keeps_the_ledger_as_it_was_and_room_lets_it_go_on(
    postgres, store, schema, tiny
):
    postgres.run(f"ALTER TABLE {schema}.part SET TABLESPACE {tiny}")
    fill(store, 1)

    def write_much():
        with store.writing() as writing:
            for n in range(1, 9):
                writing.add(row(n), [part(bytes([n]) * (1 << 20))])

    with pytest.raises(StorageFull, match="refused to keep more"):
        write_much()

    assert store.counts() == (1, 1)
    add(store, 1)
    assert store.counts() == (2, 2)
    postgres.run(f"DROP SCHEMA {schema} CASCADE")
    postgres.run("DROP TABLESPACE tiny")


def test_the_package_is_imported_without_the_driver():
    program = (
        "import sys; sys.modules['psycopg'] = None\n"
        "import candlemark.cli, candlemark.ledger as ledger\n"
        "from candlemark.ledger.places import driver\n"
        "from candlemark.errors import SettingRefused\n"
        "try: driver('postgres')\n"
        "except SettingRefused as error: print(error.exit_code, error.hint)\n"
    )
    answer = subprocess.run([sys.executable, "-c", program], capture_output=True, check=True)

    assert answer.stdout.startswith(b"70 run make setup, or install candlemark[postgres]")


def test_a_move_away_that_stopped_is_told_by_whoever_examines_the_server(postgres, store, schema):
    with store.writing() as writing:
        writing.move_away()
    postgres.run(f"DROP TRIGGER leaf_stays ON {schema}.leaf")
    told = [(what, hint) for ok, what, hint in store.examine() if not ok]

    assert (
        "a move of the ledger away from the server was interrupted",
        "run again: candlemark ledger move DIR --to sqlite",
    ) in told
    assert (
        f"schema {schema}: its tables and triggers are not the ones it was made with",
        "restore the schema from the last good copy",
    ) in told


def test_a_ledger_that_was_moved_away_is_not_written_to(postgres, store, schema):
    with store.writing() as writing:
        writing.move_away()
    with pytest.raises(VaultError) as refused, store.writing():
        pass
    assert words(refused) == (
        "the ledger was moved away from this server",
        (
            "close the vault and open it again; if a move was interrupted, run again:"
            " candlemark ledger move DIR --to sqlite"
        ),
    )
    assert store.head() == EMPTY
    with closing(PostgresStore(postgres.dsn, schema, moving=True)) as other, other.writing():
        pass  # to finish the move


def test_what_is_looked_at_on_a_server_is_told_line_by_line(postgres, store, schema):
    (_, kept, _), *lines = store.examine()
    assert kept.startswith("the ledger is in PostgreSQL ")
    assert f", schema {schema}, " in kept
    (sums,) = postgres.run("SHOW data_checksums")[0]
    away = "switch them on with pg_checksums while the server is stopped"
    assert lines == [
        (
            True,
            "what is erased stays sealed in the write-ahead log for a while (archive: off)",
            "",
        ),
        (
            sums == "on",
            f"the server's page checksums are {sums}",
            "" if sums == "on" else away,
        ),
    ]
    with closing(PostgresStore(postgres.superuser, schema)) as other:
        assert list(other.examine())[-1] == (
            False,
            "the vault speaks to the server as a superuser",
            "make a role of its own; docs/guides/host.md says how",
        )


def test_a_closed_store_refuses_to_be_examined(store):
    store.close()
    with pytest.raises(VaultError, match="closed"):
        store.check()


def test_no_file_of_the_tables_holds_what_was_erased(postgres):
    schema, secret = postgres.schema(), b"sealed bytes nobody is to find " * 300
    with new_ledger(postgres.dsn, schema, GENESIS, EMPTY):
        pass
    with closing(PostgresStore(postgres.dsn, schema)) as store:
        with store.writing() as writing:
            writing.add(row(0), [part(secret), part(b"another")])
        postgres.run("CHECKPOINT")
        before = [path for path in tables_of(postgres) if secret[:200] in path.read_bytes()]
        store.erase([part(secret)[0]])
        postgres.run("CHECKPOINT")

    assert before
    assert not [path for path in tables_of(postgres) if secret[:200] in path.read_bytes()]


def tables_of(postgres):
    """The files of all tables of the server; not its write-ahead log, which keeps what it wrote."""
    return [path for path in (postgres.folder / "data" / "base").rglob("*") if path.is_file()]
