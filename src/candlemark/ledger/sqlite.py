"""A ledger in one SQLite file.

One connection reads and one writes, each behind a lock, so that any number of threads can share a
store; reads are short and hold no transaction between calls.  Between processes a lock file lets
one write at a time, and SQLite's own lock stands behind it for programs that know nothing of ours.

Leaves are never changed: triggers refuse it, to a mistake in our own code first of all.  Somebody
with the file in their hands can remove a trigger; what that cannot do is hide from ``verify``.
"""

from __future__ import annotations

import fcntl
import os
import sqlite3
import threading
import time
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any, Final

from candlemark.errors import Fault, LedgerBroken, VaultError
from candlemark.ledger import database
from candlemark.ledger.merkle import FullTile, Tree, leaf_hash
from candlemark.ledger.store import Counts, Head, Row

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

LEDGER_FILE: Final = "ledger.db"
LOCK_FILE: Final = "writer.lock"
LEDGER_FORMAT: Final = 2
PLACE_FILE: Final = "ledger.toml"
"""When this is in the folder, the ledger is kept where it says and no longer here."""
_RETRY_SECONDS: Final = 0.002
_ASKED_AT_ONCE: Final = 250
TILE_WIDTH: Final = 256

SCHEMA_1: Final = database.statements("""
CREATE TABLE genesis (one INTEGER PRIMARY KEY CHECK (one = 1), genesis BLOB NOT NULL) STRICT;
CREATE TABLE leaf (n INTEGER PRIMARY KEY, leaf BLOB NOT NULL, hash BLOB NOT NULL UNIQUE,
  action BLOB NOT NULL UNIQUE) STRICT;
CREATE TABLE part (hash BLOB PRIMARY KEY, ct BLOB NOT NULL) STRICT;
CREATE TABLE head (one INTEGER PRIMARY KEY CHECK (one = 1), size INTEGER NOT NULL,
  peaks BLOB NOT NULL, note BLOB NOT NULL) STRICT;
CREATE TRIGGER genesis_stays BEFORE UPDATE ON genesis
  BEGIN SELECT RAISE(ABORT, 'the genesis is never changed'); END;
CREATE TRIGGER genesis_never_goes BEFORE DELETE ON genesis
  BEGIN SELECT RAISE(ABORT, 'the genesis is never deleted'); END;
CREATE TRIGGER leaf_stays BEFORE UPDATE ON leaf
  BEGIN SELECT RAISE(ABORT, 'a leaf is never changed'); END;
CREATE TRIGGER leaf_never_goes BEFORE DELETE ON leaf
  BEGIN SELECT RAISE(ABORT, 'a leaf is never deleted'); END;
CREATE TRIGGER leaf_is_next BEFORE INSERT ON leaf
  WHEN NEW.n <> (SELECT coalesce(max(n) + 1, 0) FROM leaf)
  BEGIN SELECT RAISE(ABORT, 'a leaf is added at the end'); END;
CREATE TRIGGER part_stays BEFORE UPDATE ON part
  BEGIN SELECT RAISE(ABORT, 'a part is never changed'); END;
CREATE TRIGGER head_never_goes BEFORE DELETE ON head
  BEGIN SELECT RAISE(ABORT, 'the head is never deleted'); END;
CREATE TRIGGER head_moves_on BEFORE UPDATE ON head WHEN NEW.size < OLD.size
  BEGIN SELECT RAISE(ABORT, 'the head never moves back'); END;
""")
_TILES: Final = database.statements("""
CREATE TABLE tile (level INTEGER NOT NULL, n INTEGER NOT NULL, root BLOB NOT NULL,
  PRIMARY KEY (level, n)) STRICT, WITHOUT ROWID;
CREATE TRIGGER tile_stays BEFORE UPDATE ON tile
  BEGIN SELECT RAISE(ABORT, 'a tile is never changed'); END;
CREATE TRIGGER tile_never_goes BEFORE DELETE ON tile
  BEGIN SELECT RAISE(ABORT, 'a tile is never deleted'); END;
""")
SCHEMA: Final = SCHEMA_1 + _TILES
"""Format 2 is format 1 with the table of full tiles after it."""


def make_ledger(path: Path, genesis: bytes, head: Head) -> None:
    """A new file for a ledger that began with ``genesis``."""
    with database.speaking(path.name):
        connection = database.make(path, LEDGER_FORMAT, SCHEMA)
        try:
            connection.execute("BEGIN IMMEDIATE")
            connection.execute("INSERT INTO genesis VALUES (1, ?)", (genesis,))
            connection.execute("INSERT INTO head VALUES (1, ?, ?, ?)", head)
            connection.execute("COMMIT")
            database.finish(connection)
        finally:
            connection.close()


@contextmanager
def alone(folder: Path, patience: float) -> Iterator[None]:
    """The one process that writes to the files in ``folder``, until the block ends.

    Raises:
        VaultBusy: another process is, and still is after ``patience`` seconds.
    """
    deadline = time.monotonic() + patience
    with database.speaking(LOCK_FILE):
        held = os.open(folder / LOCK_FILE, os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o600)
    try:
        while True:
            try:
                fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                if time.monotonic() > deadline:
                    raise database.busy() from None
                time.sleep(_RETRY_SECONDS)
            except OSError as error:
                raise VaultError(
                    "the file system of the vault knows no locks",
                    hint="keep the vault on a disk of this machine",
                ) from error
        yield
    finally:
        os.close(held)


def filled_tiles(connection: sqlite3.Connection, head: Head) -> list[FullTile]:
    """The full tiles of the leaves that are there, from the leaves themselves.

    Raises:
        LedgerBroken: the leaves are not those of ``head``: their tiles would be false for ever.
    """
    filled: list[FullTile] = []
    tree = Tree()
    for start in range(0, head.size, TILE_WIDTH):
        rows = connection.execute(
            "SELECT leaf FROM leaf WHERE n >= ? AND n < ? ORDER BY n",
            (start, min(start + TILE_WIDTH, head.size)),
        ).fetchall()
        tree = tree.grown((leaf_hash(leaf) for (leaf,) in rows if type(leaf) is bytes), filled)
    if (tree.size, tree.packed) != (head.size, head.peaks):
        raise LedgerBroken(
            "the entries are not the ones the last checkpoint was signed for",
            hint="candlemark ledger verify names every fault",
        )
    return filled


def bring_to_format_2(connection: sqlite3.Connection) -> None:
    """Give a file of format 1 its table of tiles, in one transaction; other files stay as they are.

    Raises:
        LedgerBroken: see :func:`filled_tiles`; the file stays as it was.
    """
    if connection.execute("PRAGMA user_version").fetchone() != (1,):
        return
    connection.execute("BEGIN IMMEDIATE")
    try:
        rows = connection.execute("SELECT size, peaks, note FROM head").fetchall()
        if [tuple(map(type, row)) for row in rows] != [(int, bytes, bytes)]:
            raise LedgerBroken("the head is missing or damaged")
        head = Head(*rows[0])
        for statement in _TILES:
            connection.execute(statement)
        connection.executemany("INSERT INTO tile VALUES (?, ?, ?)", filled_tiles(connection, head))
        connection.execute(f"PRAGMA user_version={LEDGER_FORMAT}")
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise


class _Transaction:
    """The right to add, inside one transaction of SQLite."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def add(self, row: Row, parts: Iterable[tuple[bytes, bytes]]) -> None:
        """Add the next leaf; see :class:`~candlemark.ledger.store.Writing`."""
        with database.speaking(LEDGER_FILE):
            self._connection.execute("INSERT INTO leaf VALUES (?, ?, ?, ?)", row)
            self._connection.executemany("INSERT INTO part VALUES (?, ?)", parts)

    def add_tile(self, tile: FullTile) -> None:
        """Keep the root of a tile that is full now."""
        with database.speaking(LEDGER_FILE):
            self._connection.execute("INSERT INTO tile VALUES (?, ?, ?)", tile)

    def move_head(self, head: Head) -> None:
        """Let ``head`` be the state."""
        with database.speaking(LEDGER_FILE):
            self._connection.execute("UPDATE head SET size = ?, peaks = ?, note = ?", head)


class SqliteStore:
    """A ledger kept in ``folder``.

    Args:
        folder: the folder of the vault.
        patience: seconds to wait for another writer before giving up.
    """

    remains = ""

    def __init__(self, folder: Path, patience: float = 10.0) -> None:
        self._folder = folder
        self._path = folder / LEDGER_FILE
        self._patience = patience
        self._reading = threading.Lock()
        self._writing = threading.Lock()
        self._writer: sqlite3.Connection | None = None
        self._computed: tuple[int, list[FullTile]] = (0, [])
        with database.speaking(LEDGER_FILE):
            self._reader = database.reopen_to_read(self._path, LEDGER_FORMAT)

    def genesis(self) -> bytes:
        """The exact bytes the vault began with."""
        rows = self._ask((bytes,), "SELECT genesis FROM genesis")
        if not rows:
            raise LedgerBroken("the genesis is missing")
        genesis: bytes = rows[0][0]
        return genesis

    def head(self) -> Head:
        """The last state that was committed."""
        rows = self._ask((int, bytes, bytes), "SELECT size, peaks, note FROM head")
        if not rows:
            raise LedgerBroken("the head is missing")
        return Head(*rows[0])

    def rows(self, start: int, stop: int) -> list[Row]:
        """The leaves from ``start`` up to ``stop`` that are there."""
        sql = "SELECT n, leaf, hash, action FROM leaf WHERE n >= ? AND n < ? ORDER BY n"
        return [Row(*row) for row in self._ask((int, bytes, bytes, bytes), sql, (start, stop))]

    def parts(self, hashes: Sequence[bytes]) -> dict[bytes, bytes]:
        """The sealed bytes of those of ``hashes`` that are there."""
        found: dict[bytes, bytes] = {}
        for start in range(0, len(hashes), _ASKED_AT_ONCE):
            asked = hashes[start : start + _ASKED_AT_ONCE]
            sql = f"SELECT hash, ct FROM part WHERE hash IN ({','.join('?' * len(asked))})"
            found.update(self._ask((bytes, bytes), sql, asked))
        return found

    def find(self, action: bytes) -> int | None:
        """The place of the leaf of this action."""
        rows = self._ask((int,), "SELECT n FROM leaf WHERE action = ?", (action,))
        return rows[0][0] if rows else None

    def tile_roots(self, level: int, start: int, stop: int) -> list[bytes]:
        """The roots of the full tiles that are kept; computed for a file of format 1."""
        if self._format() == 1:
            found = {tile.n: tile.root for tile in self._tiles_of_format_1() if tile.level == level}
            return [found[n] for n in sorted(found) if start <= n < stop]
        sql = "SELECT root FROM tile WHERE level = ? AND n >= ? AND n < ? ORDER BY n"
        return [root for (root,) in self._ask((bytes,), sql, (level, start, stop))]

    def _format(self) -> int:
        number: int = self._ask((int,), "PRAGMA user_version")[0][0]
        return number

    def _tiles_of_format_1(self) -> list[FullTile]:
        """The tiles a file of format 1 does not keep, computed once for each size."""
        size = self.head().size
        if size != self._computed[0]:
            self._computed = (size, filled_tiles(self._reader, self.head()))
        return self._computed[1]

    def counts(self) -> Counts:
        """How many leaves and parts are there."""
        sql = "SELECT (SELECT count(*) FROM leaf), (SELECT count(*) FROM part)"
        return Counts(*self._ask((int, int), sql)[0])

    @contextmanager
    def writing(self) -> Iterator[_Transaction]:
        """Keep everything added inside, or nothing."""
        if not self._writing.acquire(timeout=self._patience):
            raise database.busy()
        try:
            with alone(self._folder, self._patience):
                self._require_here()
                yield from self._transaction()
        finally:
            self._writing.release()

    def _require_here(self) -> None:
        """Refuse to add to a ledger that others have moved since it was opened."""
        if (self._folder / PLACE_FILE).exists():
            raise VaultError(
                "the ledger of this vault was moved to a server",
                hint="close the vault and open it again",
            )

    def _transaction(self) -> Iterator[_Transaction]:
        with database.speaking(LEDGER_FILE):
            writer = self._open_to_write()
            writer.execute("BEGIN IMMEDIATE")
        try:
            yield _Transaction(writer)
            with database.speaking(LEDGER_FILE):
                writer.execute("COMMIT")
        except BaseException:
            # After some disk errors SQLite has rolled back by itself.
            if writer.in_transaction:
                writer.execute("ROLLBACK")
            raise

    def _open_to_write(self) -> sqlite3.Connection:
        """The connection that writes; opened when first needed, since a reader may have no room."""
        if self._writer is None:
            self._reader.execute("PRAGMA query_only")  # says so when the store was closed
            writer = database.reopen(self._path, LEDGER_FORMAT)
            try:
                writer.execute(f"PRAGMA busy_timeout={int(self._patience * 1000)}")
                bring_to_format_2(writer)
                # SQLite opens a file it may not write for reading, and would stay at that.
                writer.execute("UPDATE head SET size = size WHERE one = 0")
            except BaseException:
                writer.close()
                raise
            self._writer = writer
            with self._reading:
                if database.is_unchanging(self._reader):
                    self._reader.close()
                    self._reader = database.reopen_to_read(self._path, LEDGER_FORMAT)
        return self._writer

    def erase(self, hashes: Sequence[bytes]) -> int:
        """Overwrite these parts (``secure_delete``), and empty the write-ahead log of them."""
        erased = 0
        with self.writing(), database.speaking(LEDGER_FILE):
            writer = self._open_to_write()
            for one in hashes:
                erased += writer.execute("DELETE FROM part WHERE hash = ?", (one,)).rowcount
        self._empty_log()
        return erased

    def _empty_log(self) -> None:
        """Fold the write-ahead log into the file and cut it to nothing, whoever else reads."""
        deadline = time.monotonic() + self._patience
        with database.speaking(LEDGER_FILE):
            writer = self._open_to_write()
            while writer.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]:
                if time.monotonic() > deadline:
                    raise database.busy()
                time.sleep(_RETRY_SECONDS)

    def check(self) -> tuple[Fault, ...]:
        """Damaged pages, and a schema that is not ours."""
        with database.speaking(LEDGER_FILE), self._reading:
            (number,) = self._reader.execute("PRAGMA user_version").fetchone()
            schema = SCHEMA if number == LEDGER_FORMAT else SCHEMA_1
            return database.check(self._reader, LEDGER_FILE, schema)

    def close(self) -> None:
        """Fold the write-ahead log into the file and close it."""
        with self._writing, self._reading:
            self._reader.close()
            if self._writer is not None:
                # Closed before, or no room: the write-ahead log holds what was acknowledged.
                with suppress(sqlite3.Error):
                    self._writer.execute("PRAGMA wal_checkpoint(TRUNCATE)")
                self._writer.close()

    def _ask(
        self, types: tuple[type, ...], sql: str, values: Sequence[object] = ()
    ) -> list[tuple[Any, ...]]:
        """Rows, each value of the type it was stored as; SQLite does not check that on reading."""
        with database.speaking(LEDGER_FILE), self._reading:
            rows = self._reader.execute(sql, values).fetchall()
        for row in rows:
            if tuple(map(type, row)) != types:
                raise LedgerBroken(f"{LEDGER_FILE} holds a value of another type than was stored")
        return rows
