"""SQLite as a vault uses it: how a file is made and opened, and what its errors mean to a person.

Durable before fast: write-ahead log with ``synchronous=FULL``, so that what was acknowledged
survives a power cut.  Careful with what it reads: the schema of a file somebody else may have had
in their hands is not trusted, and is compared, word for word, with the one that was written.
"""

from __future__ import annotations

import errno
import os
import sqlite3
from contextlib import closing, contextmanager
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Final

from candlemark.errors import (
    Fault,
    LedgerBroken,
    NewerFormat,
    StorageFull,
    VaultBusy,
    VaultError,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

APPLICATION_ID: Final = 0x434E444C  # "CNDL", so that `file` and SQLite tools can tell
_DBCONFIG_DEFENSIVE: Final = 1010

_PRAGMAS: Final = (
    "trusted_schema=OFF",
    "foreign_keys=ON",
    "recursive_triggers=ON",  # so that INSERT OR REPLACE meets the triggers against deleting
    "secure_delete=ON",
    "cell_size_check=ON",
    "synchronous=FULL",
    "temp_store=MEMORY",  # no sorter of SQLite writes to a file of its own
)

# Where a table lies is for integrity_check to judge; a trigger lies nowhere.
_SCHEMA_ROWS: Final = (
    "SELECT rowid, type, name, tbl_name, sql, iif(type = 'trigger', rootpage, 0)"
    " FROM sqlite_schema ORDER BY rowid"
)

_DISK_ERRORS: Final = frozenset(
    {
        sqlite3.SQLITE_IOERR_WRITE,
        sqlite3.SQLITE_IOERR_FSYNC,
        sqlite3.SQLITE_IOERR_DIR_FSYNC,
        sqlite3.SQLITE_IOERR_TRUNCATE,
        sqlite3.SQLITE_IOERR_SHMSIZE,
        sqlite3.SQLITE_IOERR_SHMOPEN,
        sqlite3.SQLITE_IOERR_SHMMAP,
    }
)
_NO_ROOM: Final = _DISK_ERRORS | {
    sqlite3.SQLITE_FULL,
    sqlite3.SQLITE_CANTOPEN,
    sqlite3.SQLITE_READONLY,
    sqlite3.SQLITE_READONLY_CANTINIT,
    sqlite3.SQLITE_READONLY_DIRECTORY,
}
_DAMAGED: Final = frozenset({sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB})


def statements(script: str) -> tuple[str, ...]:
    """The statements of a schema, exactly as SQLite keeps them."""
    return tuple(part.strip().removesuffix(";") for part in script.split(";\n") if part.strip())


def make(path: Path, format_version: int, schema: Sequence[str]) -> sqlite3.Connection:
    """A new database file that only its owner can read, open for writing."""
    os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
    connection = _connect(path)
    try:
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute(f"PRAGMA application_id={APPLICATION_ID}")
        connection.execute(f"PRAGMA user_version={format_version}")
        for statement in schema:
            connection.execute(statement)
    except BaseException:
        connection.close()
        raise
    return connection


def finish(connection: sqlite3.Connection) -> None:
    """Fold the write-ahead log of a new file into it, so that the file alone is all of it.

    Closing does this as well, but keeps to itself when the disk refuses.
    """
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def reopen(path: Path, format_version: int) -> sqlite3.Connection:
    """The database in an existing file, for reading and writing.

    Raises:
        NewerFormat: a later version of Candlemark wrote it.
        LedgerBroken: it is not a database of Candlemark.
    """
    connection = _connect(path)
    try:
        _check_header(connection, path.name, format_version)
        connection.execute("PRAGMA journal_mode=WAL")
    except BaseException:
        connection.close()
        raise
    return connection


def reopen_to_read(path: Path, format_version: int) -> sqlite3.Connection:
    """The database in an existing file, for reading only.

    Even reading needs a little room beside the file, for the index of the write-ahead log.  Where
    there is none (a full disk, a medium that cannot be written) and the log is empty, the file
    is read as one that nobody changes.

    Raises:
        NewerFormat, LedgerBroken: as :func:`reopen`.
    """
    try:
        connection = _connect(path)
        try:
            _check_header(connection, path.name, format_version)
            connection.execute("SELECT count(*) FROM sqlite_schema")
        except BaseException:
            connection.close()
            raise
    except sqlite3.OperationalError as error:
        log = path.with_name(path.name + "-wal")
        if _code(error) not in _NO_ROOM or (log.exists() and log.stat().st_size > 0):
            raise
        connection = _connect(path, immutable=True)
        _check_header(connection, path.name, format_version)
    connection.execute("PRAGMA query_only=ON")
    return connection


def is_unchanging(connection: sqlite3.Connection) -> bool:
    """Whether the file was opened as one that nobody changes; see :func:`reopen_to_read`."""
    mode: str = connection.execute("PRAGMA journal_mode").fetchone()[0]
    return mode != "wal"


def _check_header(connection: sqlite3.Connection, name: str, format_version: int) -> None:
    application = connection.execute("PRAGMA application_id").fetchone()[0]
    version = connection.execute("PRAGMA user_version").fetchone()[0]
    if application == APPLICATION_ID and version > format_version:
        raise NewerFormat(
            f"{name} was written by a later version of Candlemark (format {version})",
            hint="install that version; this one changed nothing",
        )
    if application != APPLICATION_ID or version < 1:
        raise LedgerBroken(
            f"{name} is not a file of a Candlemark vault",
            hint="put the last good copy of the whole folder in its place",
        )


def _connect(path: Path, *, immutable: bool = False) -> sqlite3.Connection:
    how = "mode=ro&immutable=1" if immutable else "mode=rw"  # never make a file that is not there
    connection = sqlite3.connect(
        f"{path.absolute().as_uri()}?{how}",
        uri=True,
        isolation_level=None,
        check_same_thread=False,  # the owner of the connection holds a lock
        timeout=10.0,
    )
    try:
        if hasattr(connection, "setconfig"):  # from Python 3.12
            connection.setconfig(_DBCONFIG_DEFENSIVE, True)
        for pragma in _PRAGMAS:
            connection.execute(f"PRAGMA {pragma}")
    except BaseException:
        connection.close()
        raise
    return connection


@cache
def _as_made(schema: tuple[str, ...]) -> list[tuple[object, ...]]:
    """What SQLite keeps about a database of this schema, names and indices included."""
    with closing(sqlite3.connect(":memory:")) as made:
        for statement in schema:
            made.execute(statement)
        return made.execute(_SCHEMA_ROWS).fetchall()


def check(connection: sqlite3.Connection, name: str, schema: Sequence[str]) -> tuple[Fault, ...]:
    """What is wrong with the file as a database: its pages, its indices, its schema."""
    faults = []
    try:
        for (found,) in connection.execute("PRAGMA integrity_check(20)"):
            if found != "ok":
                faults.append(Fault(name, f"the database is damaged: {found}"))
    except sqlite3.ProgrammingError:
        raise  # the connection was closed
    except sqlite3.DatabaseError as error:
        return (*faults, Fault(name, f"the database is damaged: {error}"))
    return (*faults, *check_outside(connection, name, schema))


def check_outside(
    connection: sqlite3.Connection, name: str, schema: Sequence[str]
) -> tuple[Fault, ...]:
    """The same without reading every page: its length, its schema."""
    faults: list[Fault] = []
    try:
        kept = connection.execute(_SCHEMA_ROWS).fetchall()
    except sqlite3.ProgrammingError:
        raise  # the connection was closed
    except sqlite3.DatabaseError as error:
        return (*faults, Fault(name, f"the database is damaged: {error}"))
    if _is_cut(connection):
        faults.append(Fault(name, "its end is missing"))
    if kept != _as_made(tuple(schema)):
        faults.append(Fault(name, "its tables and triggers are not the ones it was made with"))
    return tuple(faults)


def _is_cut(connection: sqlite3.Connection) -> bool:
    """Whether the file is shorter than it says; SQLite itself reads a page cut short as zeros.

    While the write-ahead log holds pages, the file may be.
    """
    path = Path(connection.execute("PRAGMA database_list").fetchone()[2])
    size = path.stat().st_size
    log = path.with_name(path.name + "-wal")
    if log.exists() and log.stat().st_size > 0:
        return False
    pages, each = (
        connection.execute(f"PRAGMA {what}").fetchone()[0] for what in ("page_count", "page_size")
    )
    return size < int(pages) * int(each)


@contextmanager
def speaking(name: str) -> Iterator[None]:
    """Turn SQLite's errors about the file ``name`` into those a person can act on."""
    try:
        yield
    except sqlite3.ProgrammingError as error:
        raise VaultError("the vault is closed", hint="open it again") from error
    except sqlite3.Error as error:
        raise meaning_of(error, name) from error
    except UnicodeDecodeError as error:
        # What SQLite says of a damaged schema quotes it, and the quotation may not be text.
        raise _damaged(name, "the database is damaged: its schema is not text") from error
    except OSError as error:
        if error.errno in {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}:
            raise _full() from error
        raise VaultError(
            f"{name} cannot be used: {error.strerror}",
            hint="see whether this account may read and write the folder of the vault",
        ) from error


def meaning_of(error: sqlite3.Error, name: str) -> VaultError:
    """The error a person is told for one of SQLite's."""
    code = _code(error)
    base = code & 0xFF
    if base == sqlite3.SQLITE_FULL or code in _DISK_ERRORS:
        return _full()
    if base in {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED}:
        return busy()
    if base in _DAMAGED:
        return _damaged(name, str(error))
    if base == sqlite3.SQLITE_CONSTRAINT:
        return LedgerBroken(f"{name} refuses a change of what is there: {error}")
    if base in {sqlite3.SQLITE_READONLY, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_PERM}:
        return VaultError(
            f"{name} cannot be written",
            hint="see whether this account may write to the folder of the vault and into it",
        )
    return LedgerBroken(
        f"{name} cannot be read: {error}",
        hint="candlemark ledger verify names every fault",
        faults=(Fault(name, str(error)),),
    )


def _code(error: sqlite3.Error) -> int:
    code: int = getattr(error, "sqlite_errorcode", sqlite3.SQLITE_ERROR)
    return code


def busy() -> VaultBusy:
    """Another process is writing, and went on longer than anybody waits."""
    return VaultBusy(
        "another process is writing to this vault",
        hint="wait until it is done, or close it, and try again; nothing was kept",
    )


def _damaged(name: str, what: str) -> LedgerBroken:
    return LedgerBroken(
        f"{name} is damaged",
        hint="put the last good copy of the whole folder in its place",
        faults=(Fault(name, what),),
    )


def _full() -> StorageFull:
    return StorageFull(
        "the disk refused to keep more",
        hint="make room and try again; the vault is as it was before",
    )


def settle(folder: Path) -> None:
    """Make what was created or renamed in ``folder`` survive a power cut."""
    held = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(held)
    finally:
        os.close(held)
