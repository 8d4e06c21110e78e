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
KEYSTORE_FORMAT: Final = 3

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

SCHEMA_2: Final = database.statements("""
CREATE TABLE lock (holder BLOB PRIMARY KEY, vault BLOB NOT NULL, member BLOB NOT NULL,
  stretching TEXT NOT NULL, frozen INTEGER NOT NULL, intact BLOB NOT NULL) STRICT;
CREATE TABLE keys (kid BLOB NOT NULL, holder BLOB NOT NULL, suite INTEGER NOT NULL,
  roster BLOB NOT NULL, wrap BLOB NOT NULL, PRIMARY KEY (kid, holder)) STRICT;
CREATE TABLE label (one INTEGER PRIMARY KEY CHECK (one = 1), sealed BLOB NOT NULL) STRICT;
CREATE TABLE seen (one INTEGER PRIMARY KEY CHECK (one = 1), size INTEGER NOT NULL,
  note BLOB NOT NULL) STRICT;
""")
"""Without a way to find what one holder has; of 2026, before vaults had many compartments."""

SCHEMA: Final = database.statements("""
CREATE TABLE lock (holder BLOB PRIMARY KEY, vault BLOB NOT NULL, member BLOB NOT NULL,
  stretching TEXT NOT NULL, frozen INTEGER NOT NULL, intact BLOB NOT NULL) STRICT;
CREATE TABLE keys (kid BLOB NOT NULL, holder BLOB NOT NULL, suite INTEGER NOT NULL,
  roster BLOB NOT NULL, wrap BLOB NOT NULL, tag BLOB NOT NULL, PRIMARY KEY (kid, holder)) STRICT;
CREATE TABLE label (one INTEGER PRIMARY KEY CHECK (one = 1), sealed BLOB NOT NULL) STRICT;
CREATE TABLE seen (one INTEGER PRIMARY KEY CHECK (one = 1), size INTEGER NOT NULL,
  note BLOB NOT NULL) STRICT;
CREATE INDEX held ON keys (holder, tag, kid);
""")
"""``tag`` finds the key of a person by who they are, for whoever holds the key of the compartment;
empty until it was looked for, and where the key is no person's: :mod:`.key_shelf`."""

SCHEMAS: Final = {1: SCHEMA_1, 2: SCHEMA_2, KEYSTORE_FORMAT: SCHEMA}
_COLUMNS: Final = "kid, holder, suite, roster, wrap"
COLUMNS: Final = {1: "kid, holder, suite, x'' AS roster, wrap", 2: _COLUMNS, 3: _COLUMNS}
"""The columns of a wrap in a file of each format."""


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


def locks_in(connection: sqlite3.Connection) -> list[Lock]:
    """The locks of a file of any format, once they are whole; the first has nobody's name on it."""
    if format_of(connection) == 1:
        return _locks_1(connection)
    found = []
    for *row, intact in connection.execute(
        "SELECT holder, vault, member, stretching, frozen, intact FROM lock ORDER BY holder"
    ):
        lock = Lock(*row)
        if lock.frozen not in {0, 1} or lock.intact != intact:
            raise damaged(Fault("lock", "it was changed"))
        found.append(lock)
    return found


def _locks_1(connection: sqlite3.Connection) -> list[Lock]:
    found = []
    for vault, stretching, holder, intact in connection.execute(
        "SELECT vault, stretching, holder, intact FROM lock"
    ):
        known = hashlib.sha256(b"candlemark/lock/v1" + vault + holder + stretching.encode())
        if known.digest() != intact:
            raise damaged(Fault("lock", "it was changed"))
        found.append(Lock(holder, vault, b"", stretching, 0))
    return found


def wraps_in(
    connection: sqlite3.Connection, where: str = "1", values: tuple[bytes, ...] = ()
) -> list[Wrap]:
    """The wraps of a file of any format for which a condition holds, in the order they came."""
    columns = COLUMNS[format_of(connection)]
    found = connection.execute(
        f"SELECT {columns} FROM keys WHERE {where} ORDER BY rowid", values
    ).fetchall()
    return [Wrap(*row) for row in found]


def move_on(connection: sqlite3.Connection) -> None:
    """From an earlier form to this one, inside the transaction that needs it."""
    locks, wraps = locks_in(connection), wraps_in(connection)
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
    connection.executemany("INSERT OR IGNORE INTO keys VALUES (?, ?, ?, ?, ?, x'')", sorted(wraps))


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
