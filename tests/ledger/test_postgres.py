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
    with pytest.raises(VaultMissing, match="no ledger of this vault"):
        PostgresStore(postgres.dsn, name)


def test_a_ledger_can_be_dropped(postgres, schema):
    drop_ledger(postgres.dsn, schema)
    drop_ledger(postgres.dsn, schema)

    assert not exists(postgres.dsn, schema)


@pytest.mark.parametrize(
    "name", ["", "public", "candlemark_", "candlemark_A", 'candlemark_"', "candlemark_" + "a" * 60]
)
def test_another_name_is_no_schema_of_a_vault(name):
    with pytest.raises(SettingRefused):
        named(name)


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

    with pytest.raises(LedgerBroken, match="nothing was kept"):
        write()

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
        with (
            pytest.raises(LedgerBroken, match="tables of the ledger were changed"),
            store.writing(),
        ):
            pass
    finally:
        store.close()


def test_a_value_of_another_type_is_found(postgres, store, schema):
    fill(store, 1)
    postgres.run(CHANGES["a column of another type"].format(schema))

    with pytest.raises(LedgerBroken, match="another type"):
        store.parts([part(b"part 0")[0]])


@pytest.mark.parametrize("table", ["genesis", "head"])
def test_an_emptied_table_is_told(postgres, store, schema, table):
    postgres.run(f"ALTER TABLE {schema}.{table} DISABLE TRIGGER ALL; DELETE FROM {schema}.{table}")

    with pytest.raises(LedgerBroken, match=f"the {table} is missing"):
        getattr(store, table)()


def test_a_missing_table_is_told(postgres, store, schema):
    postgres.run(f"DROP TABLE {schema}.leaf")

    with pytest.raises(LedgerBroken, match="tables of the ledger are missing"):
        store.counts()


@pytest.mark.parametrize(
    ("label", "kind"),
    [
        ("candlemark ledger, format 2", NewerFormat),
        ("candlemark ledger, format x", LedgerBroken),
        ("my notes", LedgerBroken),
        ("", LedgerBroken),
    ],
)
def test_another_schema_is_refused(postgres, schema, label, kind):
    postgres.run(psycopg.sql.SQL("COMMENT ON SCHEMA {} IS {}").format(
        psycopg.sql.Identifier(schema), label))  # fmt: skip

    with pytest.raises(kind):
        PostgresStore(postgres.dsn, schema)


# A server that forgets


@pytest.mark.parametrize("value", ["off", "local", "remote_write"])
def test_a_role_that_does_not_wait_for_the_disk_is_refused(postgres, schema, value):
    postgres.run(f"CREATE ROLE hasty_{value} LOGIN SUPERUSER")
    postgres.run(f"ALTER ROLE hasty_{value} SET synchronous_commit = {value}")
    hasty = postgres.dsn.replace("user=keeper", f"user=hasty_{value}")

    with pytest.raises(ServerRefused, match="may lose what it acknowledged: synchronous_commit"):
        PostgresStore(hasty, schema)


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
    with pytest.raises(ServerRefused, match="before it had kept the entry"):
        add(far, 1)

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
            assert far.counts().leaves == size
        else:
            assert far.counts().leaves == size + 1
    assert far.counts().leaves == 30 - len(told)
    assert far.rows(0, 99) == [row(n) for n in range(30 - len(told))]
    for ender in enders:  # none is left to end a session of the next test
        ender.join()


def test_when_the_server_stays_away_nobody_claims_to_know(postgres, way, schema):
    store = PostgresStore(way.dsn, schema, 0.3)

    def crash(pass_on):
        pass_on()
        postgres.stop(signal.SIGQUIT)

    way.at_commit = crash
    try:
        with pytest.raises(OutcomeUnknown, match="while it was keeping an entry") as caught:
            add(store, 0)
    finally:
        postgres.start()

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
        with pytest.raises(VaultBusy), impatient.writing():
            pass
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
        with pytest.raises(VaultBusy, match="nothing was erased") as caught:
            hasty.erase(known)
        assert store.parts(known).keys() == set(known)
    assert "pg_dump" in caught.value.hint
    assert hasty.erase(known) == 2
    hasty.close()


def test_what_a_disturbed_erasure_left_is_all_or_nothing(postgres, way, far, known):
    way.at_commit = lambda _pass_on: postgres.run(KILL_OTHERS)
    with pytest.raises(ServerRefused, match="before it had erased anything"):
        far.erase(known)
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
        with pytest.raises(OutcomeUnknown, match="while it was erasing"):
            store.erase(known)
    finally:
        postgres.start()
    store.erase(known)

    assert store.parts(known) == {}
    assert in_tables(postgres.files_with(LARGE, SMALL)) == set()
    store.close()


# Words for errors

SECRET = "a name that nobody may see"  # noqa: S105 - stands for one
CODES = {
    "53100": StorageFull,
    "58030": StorageFull,
    "55P03": VaultBusy,
    "40001": VaultBusy,
    "40P01": VaultBusy,
    "23505": LedgerBroken,
    "XX001": LedgerBroken,
    "42P01": LedgerBroken,
    "22003": LedgerBroken,
    "42501": ServerRefused,
    "25006": ServerRefused,
    "57P01": ServerRefused,
    "57014": ServerRefused,
    "08006": ServerRefused,
    "53300": ServerRefused,
    "28P01": ServerRefused,
    "3D000": ServerRefused,
}


@pytest.mark.parametrize("code", CODES)
def test_every_error_of_the_server_has_words_that_repeat_nothing(code):
    told = meaning_of(psycopg.errors.lookup(code)(SECRET))

    assert type(told) is CODES[code]
    assert SECRET not in f"{told.message} {told.hint} {told.faults}"


def test_an_error_of_the_driver_without_a_code_has_words(postgres):
    assert type(meaning_of(psycopg.OperationalError(SECRET))) is ServerRefused
    assert type(meaning_of(psycopg.InterfaceError(SECRET))) is LedgerBroken
    assert SECRET not in str(meaning_of(psycopg.InterfaceError(SECRET)))


@pytest.mark.parametrize(
    "words",
    [
        "host=h password=swordfish",
        "postgresql://me:swordfish@h/db",
        "service=x sslpassword=swordfish",
    ],
)
def test_a_password_in_the_connection_is_refused_and_not_repeated(words):
    with pytest.raises(SettingRefused, match="a password does not belong") as caught:
        check_connection(words)
    assert "swordfish" not in f"{caught.value} {caught.value.hint}"


@pytest.mark.parametrize("words", ["nonsense", "host", "colour=swordfish", "postgresql://[", "a'b"])
def test_an_unreadable_connection_is_refused_and_not_repeated(words):
    with pytest.raises(SettingRefused, match="cannot be read") as caught:
        check_connection(words)
    assert "swordfish" not in f"{caught.value} {caught.value.hint}"


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
    told = " ".join(what for ok, what, _ in store.examine() if not ok)

    assert "was interrupted" in told
    assert "not the ones it was made with" in told


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
