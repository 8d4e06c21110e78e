"""Encrypted SQLite files: how one is opened, and what its errors mean here.

The file is SQLCipher's: every page is encrypted and carries a MAC over its bytes and its number,
and so do the pages of its journal.  The key is 32 random bytes given as such, so that no password
is stretched, and is given on *every* connection: a second connection without it, or with another,
would write pages nobody can read.

``cipher_memory_security`` stays off: wiping SQLite's pages costs a third of the speed, while Python
holds the same facts in the same memory and cannot wipe them (docs/threats.md).
"""

from __future__ import annotations

import os
import sqlite3
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final, cast

from sqlcipher3 import dbapi2 as cipher

from candlemark.errors import BeingPrepared, StorageFull

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

KEY_BYTES: Final = 32

_PRAGMAS: Final = (
    "cipher_memory_security=OFF",
    "trusted_schema=OFF",
    "cell_size_check=ON",
    "temp_store=MEMORY",  # what SQLite sorts never reaches a file of its own
    "mmap_size=0",
    "synchronous=FULL",
    "cache_size=-16384",
)
_LARGE: Final = "cache_size=-65536"
LARGE: Final = f"PRAGMA {_LARGE}"
"""As much of a file in memory as filling it wants: what does not fit is encrypted many times."""
_FOR_BUILDING: Final = ("journal_mode=OFF", "synchronous=OFF", _LARGE)
"""For a file nobody knows of before it is whole: a kill leaves bytes that no key opens."""

# SQLITE_IOERR comes without saying which: a page whose MAC does not hold is not among them.
_NO_ROOM: Final = frozenset(
    {sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_READONLY}
)
_BUSY: Final = frozenset({sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED})


class Unusable(Exception):
    """A file that is not what it should be, whatever the reason; it is thrown away and rebuilt.

    It never leaves this package.
    """


def make(path: Path, key: bytes) -> sqlite3.Connection:
    """A new encrypted file, open to be filled once."""
    os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
    return _connect(path, key, (*_PRAGMAS, *_FOR_BUILDING))


def open_file(path: Path, key: bytes, patience: float) -> sqlite3.Connection:
    """An encrypted file that is there.

    Raises:
        Unusable: it is not, or not under this key.
    """
    if not path.is_file():
        raise Unusable
    connection = _connect(path, key, _PRAGMAS, patience)
    try:
        with speaking():
            connection.execute("SELECT count(*) FROM sqlite_schema").fetchone()
    except BaseException:
        connection.close()
        raise
    return connection


def _connect(
    path: Path, key: bytes, pragmas: tuple[str, ...], patience: float = 10.0
) -> sqlite3.Connection:
    if len(key) != KEY_BYTES:
        raise ValueError("the key of a model has 32 bytes")
    # SQLCipher's module is Python's own with another library under it; its types are not declared.
    connection = cast(
        "sqlite3.Connection",
        cipher.connect(
            f"{path.absolute().as_uri()}?mode=rw", uri=True, isolation_level=None, timeout=patience
        ),
    )
    try:
        with speaking():
            connection.execute(
                "PRAGMA cipher_log_level=NONE"
            )  # or it tells stderr about every page
            connection.execute(f"PRAGMA key=\"x'{key.hex()}'\"")
            for pragma in pragmas:
                connection.execute(f"PRAGMA {pragma}").fetchall()
    except BaseException:
        connection.close()
        raise
    return connection


@contextmanager
def speaking() -> Iterator[None]:
    """Turn errors about a model's file into those of this package.

    Raises:
        StorageFull: there is no room for it, or no leave to write it.
        BeingPrepared: somebody else is writing it, and went on longer than anybody waits.
        Unusable: anything else.
    """
    try:
        yield
    except cipher.Error as error:
        code = getattr(error, "sqlite_errorcode", sqlite3.SQLITE_ERROR) & 0xFF
        if code in _NO_ROOM:
            raise _no_room() from error
        if code in _BUSY:
            raise _busy() from None
        raise Unusable from error
    except FileExistsError:
        raise Unusable from None
    except OSError as error:
        raise _no_room() from error


def _no_room() -> StorageFull:
    return StorageFull(
        "a read model could not be kept",
        hint="make room where candlemark ledger model show says it lies; the vault is as it was",
    )


def _busy() -> BeingPrepared:
    return BeingPrepared(
        "another process is building the read model", hint="wait until it is done and try again"
    )
