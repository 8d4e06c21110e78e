"""The rows of the keystore's file, in the form of this version and in the first."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Final, NamedTuple

from candlemark.errors import Fault, LedgerBroken
from candlemark.ledger import database
from candlemark.ledger.wraps import Wrap

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable

KEYSTORE_FILE: Final = "keystore.db"
KEYSTORE_FORMAT: Final = 2

SCHEMA_1: Final = database.statements("""
CREATE TABLE lock (one INTEGER PRIMARY KEY CHECK (one = 1), vault BLOB NOT NULL,
  stretching TEXT NOT NULL, holder BLOB NOT NULL, intact BLOB NOT NULL) STRICT;
CREATE TABLE keys (kid BLOB NOT NULL, holder BLOB NOT NULL, suite INTEGER NOT NULL,
  wrap BLOB NOT NULL, PRIMARY KEY (kid, holder)) STRICT;
CREATE TABLE label (one INTEGER PRIMARY KEY CHECK (one = 1), sealed BLOB NOT NULL) STRICT;
CREATE TABLE seen (one INTEGER PRIMARY KEY CHECK (one = 1), size INTEGER NOT NULL,
  note BLOB NOT NULL) STRICT;
""")
"""Of a vault of one, as the first form of Candlemark wrote it."""

SCHEMA: Final = database.statements("""
CREATE TABLE lock (holder BLOB PRIMARY KEY, vault BLOB NOT NULL, member BLOB NOT NULL,
  stretching TEXT NOT NULL, frozen INTEGER NOT NULL, intact BLOB NOT NULL) STRICT;
CREATE TABLE keys (kid BLOB NOT NULL, holder BLOB NOT NULL, suite INTEGER NOT NULL,
  roster BLOB NOT NULL, wrap BLOB NOT NULL, PRIMARY KEY (kid, holder)) STRICT;
CREATE TABLE label (one INTEGER PRIMARY KEY CHECK (one = 1), sealed BLOB NOT NULL) STRICT;
CREATE TABLE seen (one INTEGER PRIMARY KEY CHECK (one = 1), size INTEGER NOT NULL,
  note BLOB NOT NULL) STRICT;
""")


class Lock(NamedTuple):
    """How one member opens the vault here; ``member`` is the kid of their identity."""

    holder: bytes
    vault: bytes
    member: bytes
    stretching: str
    frozen: int

    @property
    def intact(self) -> bytes:
        """Tells a damaged lock from a wrong passphrase; against an attacker it promises nothing."""
        parts = self.vault + self.holder + self.member + bytes([self.frozen])
        return hashlib.sha256(b"candlemark/lock/v2" + parts + self.stretching.encode()).digest()


def format_of(connection: sqlite3.Connection) -> int:
    """The form the file is in."""
    version: int = connection.execute("PRAGMA user_version").fetchone()[0]
    return version


def rows(connection: sqlite3.Connection) -> tuple[list[Lock], list[Wrap]]:
    """The locks and wraps of a file in the form of this version, once the locks are whole."""
    locks = connection.execute(
        "SELECT holder, vault, member, stretching, frozen, intact FROM lock ORDER BY holder"
    )
    found = []
    for *row, intact in locks.fetchall():
        lock = Lock(*row)
        if lock.frozen not in {0, 1} or lock.intact != intact:
            raise damaged(Fault("lock", "it was changed"))
        found.append(lock)
    wraps = connection.execute("SELECT kid, holder, suite, roster, wrap FROM keys ORDER BY rowid")
    return found, [Wrap(*row) for row in wraps.fetchall()]


def rows_1(connection: sqlite3.Connection) -> tuple[list[Lock], list[Wrap]]:
    """The rows of the first form: one lock, and nobody's name on it."""
    found = []
    for vault, stretching, holder, intact in connection.execute(
        "SELECT vault, stretching, holder, intact FROM lock"
    ):
        known = hashlib.sha256(b"candlemark/lock/v1" + vault + holder + stretching.encode())
        if known.digest() != intact:
            raise damaged(Fault("lock", "it was changed"))
        found.append(Lock(holder, vault, b"", stretching, 0))
    wraps = connection.execute("SELECT kid, holder, suite, wrap FROM keys ORDER BY rowid")
    return found, [Wrap(kid, holder, suite, b"", wrap) for kid, holder, suite, wrap in wraps]


def move_on(connection: sqlite3.Connection) -> None:
    """From the first form to this one, inside the transaction that needs it."""
    locks, wraps = rows_1(connection)
    rest = {
        table: connection.execute(f"SELECT * FROM {table}").fetchall()
        for table in ("label", "seen")
    }
    for table in ("lock", "keys", "label", "seen"):
        connection.execute(f"DROP TABLE {table}")
    for statement in SCHEMA:
        connection.execute(statement)
    insert(connection, locks, wraps)
    connection.executemany("INSERT INTO label VALUES (?, ?)", rest["label"])
    connection.executemany("INSERT INTO seen VALUES (?, ?, ?)", rest["seen"])
    connection.execute(f"PRAGMA user_version={KEYSTORE_FORMAT}")


def insert(connection: sqlite3.Connection, locks: Iterable[Lock], wraps: Iterable[Wrap]) -> None:
    """Add locks and wraps; what is there already stays as it is."""
    connection.executemany(
        "INSERT OR IGNORE INTO lock VALUES (?, ?, ?, ?, ?, ?)",
        [(*lock, lock.intact) for lock in locks],
    )
    connection.executemany("INSERT OR IGNORE INTO keys VALUES (?, ?, ?, ?, ?)", sorted(wraps))


def forget(connection: sqlite3.Connection, holders: Iterable[bytes]) -> None:
    """Delete every wrap for these holders."""
    connection.executemany("DELETE FROM keys WHERE holder = ?", [(one,) for one in holders])


def damaged(*faults: Fault) -> LedgerBroken:
    """The error for a keystore that is not whole."""
    return LedgerBroken(
        f"{KEYSTORE_FILE} is damaged",
        hint=f"put the last good copy of {KEYSTORE_FILE} in its place",
        faults=faults,
    )
