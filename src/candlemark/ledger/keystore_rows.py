"""The rows of the keystore's file, in the form of this version and in the first."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Final, NamedTuple

from candlemark.errors import Fault, LedgerBroken
from candlemark.ledger import database
from candlemark.ledger.wraps import Wrap

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable, Iterator

KEYSTORE_FILE: Final = "keystore.db"
KEYSTORE_FORMAT: Final = 4

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

SCHEMA_3: Final = database.statements("""
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

_SPARE: Final = database.statements("""
CREATE TABLE spare (kid BLOB NOT NULL, holder BLOB NOT NULL, suite INTEGER NOT NULL,
  roster BLOB NOT NULL, wrap BLOB NOT NULL, tag BLOB NOT NULL,
  PRIMARY KEY (kid, holder, wrap)) STRICT;
""")
SCHEMA: Final = SCHEMA_3 + _SPARE
"""``spare`` holds other wraps of a key for the same holder.  Only the holder can tell a whole one
from a damaged one, so none that came takes the place of another; ``tag`` is always empty."""
SPARES: Final = 4
"""So many beside the first are kept of one key for one holder; the oldest makes room."""

SCHEMAS: Final = {1: SCHEMA_1, 2: SCHEMA_2, 3: SCHEMA_3, KEYSTORE_FORMAT: SCHEMA}
TAGGED: Final = 3
"""The first format in which keys of persons are found by a tag."""
_WITH_SPARES: Final = 4
_COLUMNS: Final = "kid, holder, suite, roster, wrap"
COLUMNS: Final = dict.fromkeys(SCHEMAS, _COLUMNS) | {1: "kid, holder, suite, x'' AS roster, wrap"}
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
    for lock, whole in _locks(connection):
        if not whole:
            raise damaged(Fault("lock", "it was changed"))
        found.append(lock)
    return found


def sound_locks(
    connection: sqlite3.Connection, vault: bytes
) -> tuple[list[Lock], tuple[Fault, ...]]:
    """The locks of this vault that are whole, and what is wrong with the others."""
    if format_of(connection) == 1:
        whole = _locks_1(connection)
    else:
        whole = [lock for lock, sound in _locks(connection) if sound]
    found = [lock for lock in whole if lock.vault == vault]
    (count,) = connection.execute("SELECT count(*) FROM lock").fetchone()
    faults = [Fault("lock", "it was changed")] if len(whole) < count else []
    if len(found) < len(whole):
        faults.append(Fault("lock", "these are the keys of another vault"))
    if not count:
        faults.append(Fault("lock", "it is missing"))
    return found, tuple(faults)


def _locks(connection: sqlite3.Connection) -> Iterator[tuple[Lock, bool]]:
    """Every lock, and whether it is whole."""
    for *row, intact in connection.execute(
        "SELECT holder, vault, member, stretching, frozen, intact FROM lock ORDER BY holder"
    ):
        lock = Lock(*row)
        yield lock, lock.frozen in {0, 1} and lock.intact == intact


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
    """The wraps of a file of any format for which a condition holds, in the order they came.

    Of one key for one holder there may be several; those that came later stand at the end.
    """
    version = format_of(connection)
    tables = ("keys", "spare") if version >= _WITH_SPARES else ("keys",)
    return [
        Wrap(*row)
        for table in tables
        for row in connection.execute(
            f"SELECT {COLUMNS[version]} FROM {table} WHERE {where} ORDER BY rowid", values
        ).fetchall()
    ]


def move_on(connection: sqlite3.Connection) -> None:
    """From an earlier form to this one, inside the transaction that needs it."""
    if format_of(connection) >= TAGGED:
        for statement in _SPARE:
            connection.execute(statement)
        connection.execute(f"PRAGMA user_version={KEYSTORE_FORMAT}")
        return
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
    """Add locks and wraps; what is there already stays as it is, and first.

    Another wrap of a key for a holder who has one is kept beside it.
    """
    wraps = sorted(wraps)
    connection.executemany(
        "INSERT OR IGNORE INTO lock VALUES (?, ?, ?, ?, ?, ?)",
        [(*lock, lock.intact) for lock in locks],
    )
    connection.executemany("INSERT OR IGNORE INTO keys VALUES (?, ?, ?, ?, ?, x'')", wraps)
    connection.executemany(
        "INSERT OR IGNORE INTO spare SELECT ?1, ?2, ?3, ?4, ?5, x'' WHERE NOT EXISTS"
        " (SELECT 1 FROM keys WHERE kid = ?1 AND holder = ?2 AND wrap = ?5)",
        wraps,
    )
    connection.executemany(
        "DELETE FROM spare WHERE kid = ?1 AND holder = ?2 AND rowid NOT IN (SELECT rowid"
        f" FROM spare WHERE kid = ?1 AND holder = ?2 ORDER BY rowid DESC LIMIT {SPARES})",
        sorted({(wrap.kid, wrap.holder) for wrap in wraps}),
    )


def forget(connection: sqlite3.Connection, where: str, values: Iterable[tuple[bytes, ...]]) -> None:
    """Delete every wrap for which a condition holds with any of these values."""
    values = tuple(values)
    for table in ("keys", "spare"):
        connection.executemany(f"DELETE FROM {table} WHERE {where}", values)


def damaged(*faults: Fault) -> LedgerBroken:
    """The error for a keystore that is not whole."""
    return LedgerBroken(
        f"{KEYSTORE_FILE} is damaged",
        hint=f"put the last good copy of {KEYSTORE_FILE} in its place",
        faults=faults,
    )
