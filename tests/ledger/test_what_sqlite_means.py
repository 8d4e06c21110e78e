"""Each of SQLite's errors, and of the operating system's, becomes one that a person can act on."""

from __future__ import annotations

import errno
import sqlite3

import pytest

from candlemark.errors import (
    CandlemarkError,
    Fault,
    LedgerBroken,
    StorageFull,
    VaultBusy,
    VaultError,
)
from candlemark.ledger import database
from candlemark.ledger.sqlite import SCHEMA

FULL = (
    StorageFull,
    "the disk refused to keep more",
    "make room and try again; the vault is as it was before",
)
BUSY = (
    VaultBusy,
    "another process is writing to this vault",
    "wait until it is done, or close it, and try again; nothing was kept",
)
DAMAGED = (
    LedgerBroken,
    "x.db is damaged",
    "put the last good copy of the whole folder in its place",
)
UNWRITABLE = (
    VaultError,
    "x.db cannot be written",
    "see whether this account may write to the folder of the vault and into it",
)
UNREADABLE = (
    LedgerBroken,
    "x.db cannot be read: said so",
    "candlemark ledger verify names every fault",
)
MEANT = {
    "SQLITE_FULL": FULL,
    "SQLITE_IOERR_WRITE": FULL,
    "SQLITE_IOERR_FSYNC": FULL,
    "SQLITE_IOERR_DIR_FSYNC": FULL,
    "SQLITE_IOERR_TRUNCATE": FULL,
    "SQLITE_IOERR_SHMSIZE": FULL,
    "SQLITE_IOERR_SHMOPEN": FULL,
    "SQLITE_IOERR_SHMMAP": FULL,
    "SQLITE_BUSY": BUSY,
    "SQLITE_BUSY_SNAPSHOT": BUSY,
    "SQLITE_LOCKED": BUSY,
    "SQLITE_CORRUPT": DAMAGED,
    "SQLITE_CORRUPT_INDEX": DAMAGED,
    "SQLITE_NOTADB": DAMAGED,
    "SQLITE_READONLY": UNWRITABLE,
    "SQLITE_READONLY_DIRECTORY": UNWRITABLE,
    "SQLITE_CANTOPEN": UNWRITABLE,
    "SQLITE_PERM": UNWRITABLE,
    "SQLITE_IOERR_READ": UNREADABLE,
    "SQLITE_ERROR": UNREADABLE,
}


def sqlite_error(name):
    error = sqlite3.OperationalError("said so")
    error.sqlite_errorcode = getattr(sqlite3, name)
    return error


def told(error):
    """What a person is told of an error about the file x.db."""
    with pytest.raises(CandlemarkError) as caught, database.speaking("x.db"):
        raise error
    return caught.value


@pytest.mark.parametrize("name", MEANT)
def test_what_a_person_is_told_of(name):
    error = told(sqlite_error(name))

    assert (type(error), error.message, error.hint) == MEANT[name]


def test_an_error_that_sqlite_gives_no_number_is_one_that_cannot_be_read():
    error = told(sqlite3.OperationalError("said so"))

    assert (type(error), error.message, error.hint) == UNREADABLE
    assert error.faults == (Fault("x.db", "said so"),)


def test_damage_tells_what_sqlite_said():
    assert told(sqlite_error("SQLITE_CORRUPT")).faults == (Fault("x.db", "said so"),)


def test_a_refused_change_is_told_with_the_words_of_the_trigger():
    error = told(sqlite_error("SQLITE_CONSTRAINT_TRIGGER"))

    assert type(error) is LedgerBroken
    assert error.message == "x.db refuses a change of what is there: said so"


def test_a_closed_connection_is_a_closed_vault():
    error = told(sqlite3.ProgrammingError("Cannot operate on a closed database."))

    assert (error.message, error.hint) == ("the vault is closed", "open it again")


def test_a_schema_that_is_not_text_is_damage():
    error = told(UnicodeDecodeError("utf-8", b"\xff", 0, 1, "invalid"))

    assert (type(error), error.message, error.hint) == DAMAGED
    assert error.faults == (Fault("x.db", "the database is damaged: its schema is not text"),)


@pytest.mark.parametrize("code", [errno.ENOSPC, errno.EDQUOT, errno.EFBIG])
def test_the_system_has_no_room(code):
    error = told(OSError(code, "No room"))

    assert (type(error), error.message, error.hint) == FULL


def test_the_system_refuses_for_another_reason():
    error = told(OSError(errno.EACCES, "Permission denied"))

    assert type(error) is VaultError
    assert error.message == "x.db cannot be used: Permission denied"
    assert error.hint == "see whether this account may read and write the folder of the vault"


def test_a_schema_is_cut_into_its_statements_exactly_as_sqlite_keeps_them():
    script = "\nCREATE TABLE a (b);\nCREATE TRIGGER c\n  BEGIN SELECT 1; END;\n"

    assert database.statements(script) == (
        "CREATE TABLE a (b)",
        "CREATE TRIGGER c\n  BEGIN SELECT 1; END",
    )
    assert database.statements("CREATE TABLE a (b);") == ("CREATE TABLE a (b)",)
    assert database.statements("\n\n") == ()


@pytest.fixture
def made(tmp_path):
    path = tmp_path / "x.db"
    database.make(path, 1, SCHEMA).close()
    return path


def test_a_file_is_of_candlemark_and_of_its_version(made):
    stored = made.read_bytes()

    assert stored[60:64] == (1).to_bytes(4, "big")
    assert stored[68:72] == b"CNDL"
    assert made.stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("reopen", [database.reopen, database.reopen_to_read])
@pytest.mark.parametrize(
    ("pragma", "message", "hint"),
    [
        (
            "user_version=2",
            "x.db was written by a later version of Candlemark (format 2)",
            "install that version; this one changed nothing",
        ),
        (
            "user_version=0",
            "x.db is not a file of a Candlemark vault",
            "put the last good copy of the whole folder in its place",
        ),
        (
            "application_id=1",
            "x.db is not a file of a Candlemark vault",
            "put the last good copy of the whole folder in its place",
        ),
    ],
)
def test_a_file_that_is_not_ours_or_later_is_refused(made, reopen, pragma, message, hint):
    connection = sqlite3.connect(made)
    connection.execute(f"PRAGMA {pragma}")
    connection.commit()
    connection.close()
    with pytest.raises(VaultError) as caught:
        reopen(made, 1)

    assert (caught.value.message, caught.value.hint) == (message, hint)


def test_a_reader_cannot_write(made):
    reader = database.reopen_to_read(made, 1)

    assert not database.is_unchanging(reader)
    with pytest.raises(sqlite3.OperationalError, match="readonly"):
        reader.execute("INSERT INTO genesis VALUES (1, x'00')")
    reader.close()


def test_a_schema_with_another_name_or_one_more_table_is_a_fault(made):
    connection = database.reopen(made, 1)
    assert database.check(connection, "x.db", SCHEMA) == ()
    connection.execute("CREATE TABLE more (n)")

    assert database.check(connection, "x.db", SCHEMA) == (
        Fault("x.db", "its tables and triggers are not the ones it was made with"),
    )
    connection.close()
