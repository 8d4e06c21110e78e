"""A ledger in one schema of a PostgreSQL database.

One session reads and one writes, each behind a lock.  Whoever writes holds an advisory lock that
belongs to the transaction: a session that is lost takes its lock and its half-made transaction with
it, so nobody can come back late and add to what others have added since.

A session that is lost is opened anew before a write and around a read, never within a write.
When it is lost while the server commits, the answer is looked for in the ledger itself: the lock is
taken again, which waits until the lost session has ended, and the last leaf is there or it is not.
If the server stays away, :class:`~candlemark.errors.OutcomeUnknown` says so, and whoever asks again
with the same action is told the place where it is, or adds it.
"""

from __future__ import annotations

import threading
import time
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any, Final, TypeVar

import psycopg
from psycopg.pq import TransactionStatus

from candlemark.errors import (
    Fault,
    LedgerBroken,
    OutcomeUnknown,
    ServerRefused,
    VaultBusy,
    VaultError,
)
from candlemark.ledger import postgres_tables as tables
from candlemark.ledger.postgres_server import busy, connect, require_lasting, speaking
from candlemark.ledger.store import Counts, Head, Row

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from psycopg.sql import Composed

    from candlemark.ledger.merkle import FullTile
    from candlemark.ledger.postgres_tables import Session

Read = TypeVar("Read")

_ASKED_AT_ONCE: Final = 250


@contextmanager
def new_ledger(words: str, schema: str, genesis: bytes, head: Head) -> Iterator[Writer]:
    """A new ledger that began with ``genesis``, there once the block ends, or not at all.

    Args:
        words: a libpq connection string without a password.
        schema: the schema that is made for it; see :func:`postgres_tables.schema_of`.
        genesis: the exact bytes the vault begins with.
        head: the state of the empty ledger.

    Raises:
        VaultExists: the schema is there.
        ServerRefused: the server is away, or the role may not make a schema.
    """
    name = tables.named(schema)
    session = connect(words, writes=True)
    try:
        with speaking(), session.transaction():
            tables.make_tables(session, schema)
            session.execute(name("INSERT INTO {schema}.genesis VALUES (1, %s)"), (genesis,))
            session.execute(name("INSERT INTO {schema}.head VALUES (1, %s, %s, %s)"), head)
            yield Writer(session, schema)
    finally:
        session.close()


def exists(words: str, schema: str) -> bool:
    """Whether the database holds a schema of this name."""
    session = connect(words)
    try:
        with speaking():
            sql = "SELECT 1 FROM pg_namespace WHERE nspname = %s"
            return session.execute(sql, (schema,)).fetchone() is not None
    finally:
        session.close()


def drop_ledger(words: str, schema: str) -> None:
    """Delete a ledger that no vault refers to."""
    session = connect(words, writes=True)
    try:
        with speaking():
            session.execute(tables.named(schema)("DROP SCHEMA IF EXISTS {schema} CASCADE"))
    finally:
        session.close()


class Writer:
    """The right to add, inside one transaction of the server."""

    def __init__(self, session: Session, schema: str) -> None:
        name = tables.named(schema)
        self._session, self._schema = session, schema
        self._leaf = name("INSERT INTO {schema}.leaf VALUES (%s, %s, %s, %s)")
        self._part = name("INSERT INTO {schema}.part VALUES (%s, %s)")
        self._tile = name("INSERT INTO {schema}.tile VALUES (%s, %s, %s)")
        self._head = name("UPDATE {schema}.head SET size = %s, peaks = %s, note = %s")
        self.last: Row | None = None
        self.head: Head | None = None
        self.gone: list[bytes] = []

    def add(self, row: Row, parts: Iterable[tuple[bytes, bytes]]) -> None:
        """Add the next leaf; see :class:`~candlemark.ledger.store.Writing`."""
        with speaking():
            self._session.execute(self._leaf, row)
            with self._session.cursor() as cursor:
                cursor.executemany(self._part, parts)
        self.last = row

    def add_tile(self, tile: FullTile) -> None:
        """Keep the root of a tile that is full now."""
        with speaking():
            self._session.execute(self._tile, tile)

    def move_head(self, head: Head) -> None:
        """Let ``head`` be the state."""
        with speaking():
            self._session.execute(self._head, head)
        self.head = head

    def erase(self, hashes: Sequence[bytes]) -> int:
        """Take parts out of the table and its files; see :meth:`PostgresStore.erase`."""
        with speaking():
            self.gone += hashes
            return tables.erase_parts(self._session, self._schema, hashes)

    def move_away(self) -> None:
        """Let this be the last that is ever written here: the ledger is kept elsewhere now."""
        with speaking():
            tables.mark_moved(self._session, self._schema)


class PostgresStore:
    """A ledger kept in ``schema``.

    Args:
        words: a libpq connection string without a password.
        schema: where the ledger is.
        patience: seconds to wait for another writer, and for a server that restarts.
        moving: whether to write although the ledger has moved away, to finish the move.
    """

    remains = (
        "the server's write-ahead log, its archive and copies of the server keep the sealed bytes"
        " until they are replaced by later ones; nobody can open them, the keys are destroyed"
    )

    def __init__(
        self, words: str, schema: str, patience: float = 10.0, *, moving: bool = False
    ) -> None:
        self._words, self._schema, self._patience, self._moving = words, schema, patience, moving
        self._name = tables.named(schema)
        self._reading = threading.Lock()
        self._writing = threading.Lock()
        self._closed = False
        self._writer: Session | None = None
        self._reader = connect(words)
        try:
            with speaking():
                tables.has_moved(self._reader, schema)
        except BaseException:
            self._reader.close()
            raise

    def genesis(self) -> bytes:
        """The exact bytes the vault began with."""
        rows = self._ask((bytes,), self._name("SELECT genesis FROM {schema}.genesis"))
        if not rows:
            raise LedgerBroken("the genesis is missing")
        genesis: bytes = rows[0][0]
        return genesis

    def head(self) -> Head:
        """The last state that was committed."""
        sql = self._name("SELECT size, peaks, note FROM {schema}.head")
        rows = self._ask((int, bytes, bytes), sql)
        if not rows:
            raise LedgerBroken("the head is missing")
        return Head(*rows[0])

    def rows(self, start: int, stop: int) -> list[Row]:
        """The leaves from ``start`` up to ``stop`` that are there."""
        sql = self._name(
            "SELECT n, leaf, hash, action FROM {schema}.leaf WHERE n >= %s AND n < %s ORDER BY n"
        )
        return [Row(*row) for row in self._ask((int, bytes, bytes, bytes), sql, (start, stop))]

    def parts(self, hashes: Sequence[bytes]) -> dict[bytes, bytes]:
        """The sealed bytes of those of ``hashes`` that are there."""
        sql = self._name("SELECT hash, ct FROM {schema}.part WHERE hash = ANY(%s)")
        found: dict[bytes, bytes] = {}
        for start in range(0, len(hashes), _ASKED_AT_ONCE):
            asked = list(hashes[start : start + _ASKED_AT_ONCE])
            found.update(self._ask((bytes, bytes), sql, (asked,)))
        return found

    def find(self, action: bytes) -> int | None:
        """The place of the leaf of this action."""
        sql = self._name("SELECT n FROM {schema}.leaf WHERE action = %s")
        rows = self._ask((int,), sql, (action,))
        return rows[0][0] if rows else None

    def tile_roots(self, level: int, start: int, stop: int) -> list[bytes]:
        """The roots of the full tiles that are kept."""
        sql = self._name(
            "SELECT root FROM {schema}.tile WHERE level = %s AND n >= %s AND n < %s ORDER BY n"
        )
        return [root for (root,) in self._ask((bytes,), sql, (level, start, stop))]

    def counts(self) -> Counts:
        """How many leaves and parts are there."""
        sql = self._name(
            "SELECT (SELECT count(*) FROM {schema}.leaf), (SELECT count(*) FROM {schema}.part)"
        )
        return Counts(*self._ask((int, int), sql)[0])

    def erase(self, hashes: Sequence[bytes]) -> int:
        """Take these parts out of the table, and write its files anew without them.

        A transaction that ends leaves dead rows in the pages, VACUUM frees them and overwrites
        nothing, and a row somebody with an old snapshot could ask for outlives VACUUM FULL as well.
        So the rows that are left are copied into new files in the transaction that deletes; the
        old files are cut to nothing and removed when it ends.  Nobody can read the parts while
        that goes on; it needs as much room again as they take, and the owner of the tables.

        What this cannot reach is said by :attr:`remains`.

        Raises:
            VaultBusy: somebody reads, or writes, and does not stop; nothing was erased.
            ServerRefused: the role does not own the tables; nothing was erased.
            StorageFull: the server has no room for the copy; nothing was erased.
            OutcomeUnknown: the server went away at the end; ask again.
        """
        try:
            with self.writing() as writer:
                return writer.erase(hashes)
        except VaultBusy:
            raise VaultBusy(
                "somebody reads the ledger or writes to it, so nothing was erased on the server",
                hint="wait until they are done (a copy by pg_dump is a reader), and ask again",
            ) from None
        except OutcomeUnknown:
            raise OutcomeUnknown(
                "the server went away while it was erasing",
                hint="when it is back, ask again: what is gone stays gone",
            ) from None

    def check(self) -> tuple[Fault, ...]:
        """Tables and triggers that are not ours, and a server that may lose what it kept."""
        faults = self._read(lambda session: tables.check_tables(session, self._schema))
        try:
            self._read(require_lasting)
        except ServerRefused as error:
            faults += (Fault("the server", error.message),)
        return faults

    def examine(self) -> Iterator[tuple[bool, str, str]]:
        """How the server keeps the ledger: whether it is well, what was looked at, what to do."""
        sql = self._name(
            "SELECT current_setting('server_version'), current_setting('data_checksums'),"
            " rolsuper::text, pg_size_pretty(pg_total_relation_size('{schema}.leaf')"
            " + pg_total_relation_size('{schema}.part'))"
            " FROM pg_roles WHERE rolname = current_user"
        )
        version, sums, super_user, size = self._ask((str, str, str, str), sql)[0]
        yield True, f"the ledger is in PostgreSQL {version}, schema {self._schema}, {size}", ""
        for fault in self.check():
            yield False, str(fault), "restore the schema from the last good copy"
        archive = self._ask((str,), self._name("SELECT current_setting('archive_mode')"))[0][0]
        yield (
            True,
            f"what is erased stays sealed in the write-ahead log for a while (archive: {archive})",
            "",
        )
        if self._read(lambda session: tables.has_moved(session, self._schema)):
            yield (
                False,
                "a move of the ledger away from the server was interrupted",
                "run again: candlemark ledger move DIR --to sqlite",
            )
        yield (
            sums == "on",
            f"the server's page checksums are {sums}",
            "" if sums == "on" else "switch them on with pg_checksums while the server is stopped",
        )
        if super_user == "true":
            yield (
                False,
                "the vault speaks to the server as a superuser",
                "make a role of its own; docs/guides/host.md says how",
            )

    def close(self) -> None:
        """Leave the server."""
        with self._writing, self._reading:
            self._closed = True
            self._reader.close()
            if self._writer is not None:
                self._writer.close()

    # Reading

    def _ask(
        self, types: tuple[type, ...], sql: Composed, values: Sequence[object] = ()
    ) -> list[tuple[Any, ...]]:
        """Rows, each value of the type it was stored as; a changed column gives other types."""
        rows = self._read(lambda session: session.execute(sql, values, binary=True).fetchall())
        for row in rows:
            if tuple(map(type, row)) != types:
                raise LedgerBroken("the ledger holds a value of another type than was stored")
        return rows

    def _read(self, ask: Callable[[Session], Read]) -> Read:
        """What ``ask`` reads; asked again through a new session when the one there was is lost."""
        with speaking(), self._reading:
            self._refuse_when_closed()
            try:
                return ask(self._reader)
            except psycopg.OperationalError:
                if not self._reader.closed:
                    raise
            self._reader = connect(self._words, deadline=time.monotonic() + self._patience)
            return ask(self._reader)

    def _refuse_when_closed(self) -> None:
        if self._closed:
            raise VaultError("the vault is closed", hint="open it again")

    # Writing

    @contextmanager
    def writing(self) -> Iterator[Writer]:
        """Keep everything added inside, or nothing."""
        deadline = time.monotonic() + self._patience
        if not self._writing.acquire(timeout=self._patience):
            raise busy()
        try:
            self._refuse_when_closed()
            yield from self._transaction(deadline)
        finally:
            self._writing.release()

    def _transaction(self, deadline: float) -> Iterator[Writer]:
        session = self._begin(deadline)
        writer = Writer(session, self._schema)
        try:
            yield writer
        except BaseException:
            _undo(session)
            raise
        self._commit(session, writer)

    def _begin(self, deadline: float) -> Session:
        """A session that holds the lock; nothing was added, so a lost one can be replaced."""
        while True:
            if self._writer is None or self._writer.closed:
                self._writer = self._open_to_write(deadline)
            try:
                with speaking():
                    self._lock(self._writer, deadline)
                    self._require_ours(self._writer)
            except ServerRefused:
                if not self._writer.closed or time.monotonic() >= deadline:
                    _undo(self._writer)
                    raise
            except BaseException:
                _undo(self._writer)
                raise
            else:
                return self._writer

    def _open_to_write(self, deadline: float) -> Session:
        """A new session for writing, once the tables are known to be ours, triggers and all.

        Reading goes on without this, so that what is left of a damaged ledger can be looked at.
        """
        session = connect(self._words, deadline=deadline, writes=True)
        try:
            with speaking():
                faults = tables.check_tables(session, self._schema)
        except BaseException:
            session.close()
            raise
        if faults:
            session.close()
            raise LedgerBroken(
                "the tables of the ledger were changed",
                hint="restore the schema from the last good copy; reading still works",
                faults=faults,
            )
        return session

    def _lock(self, session: Session, deadline: float) -> None:
        """Begin, and wait for the right to write; it ends with the transaction or the session."""
        patience = max(1, int((deadline - time.monotonic()) * 1000))
        session.execute("BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE")
        session.execute("SELECT set_config('lock_timeout', %s, true)", (str(patience),))
        session.execute("SELECT pg_advisory_xact_lock(%s)", (tables.lock_number(self._schema),))

    def _require_ours(self, session: Session) -> None:
        """Refuse a ledger that was moved, and a setting that changed since the session began."""
        if tables.has_moved(session, self._schema) and not self._moving:
            raise VaultError(
                "the ledger was moved away from this server",
                hint="close the vault and open it again; if a move was interrupted, run again: "
                "candlemark ledger move DIR --to sqlite",
            )
        require_lasting(session)

    def _commit(self, session: Session, writer: Writer) -> None:
        try:
            with speaking():
                # A transaction in which something failed ends with ROLLBACK, and without an error.
                if session.execute("COMMIT").statusmessage != "COMMIT":
                    raise LedgerBroken("something in this entry was refused; nothing was kept")
        except BaseException as error:
            lost = session.closed
            _undo(session)
            if not (lost and isinstance(error, ServerRefused)):
                raise
            if not self._was_kept(writer):
                what = "erased anything" if writer.gone else "kept the entry"
                raise ServerRefused(
                    f"the server went away before it had {what}",
                    hint="try again; everything is as it was",
                ) from None

    def _was_kept(self, writer: Writer) -> bool:
        """Whether a transaction whose answer was lost has been kept.

        Raises:
            OutcomeUnknown: the server stays away.
        """
        deadline = time.monotonic() + self._patience
        while True:
            try:
                session = connect(self._words, deadline=deadline, writes=True)
                try:
                    with speaking():
                        self._lock(session, deadline)  # waits until the lost session has ended
                        return self._is_there(session, writer)
                finally:
                    session.close()
            except (ServerRefused, VaultBusy):
                if time.monotonic() < deadline:
                    continue
                raise OutcomeUnknown(
                    "the server went away while it was keeping an entry",
                    hint="when it is back, look whether the entry is there before you say it again",
                ) from None

    def _is_there(self, session: Session, writer: Writer) -> bool:
        if writer.gone:
            sql = self._name("SELECT count(*) FROM {schema}.part WHERE hash = ANY(%s)")
            return session.execute(sql, (writer.gone,)).fetchone() == (0,)
        if writer.last is not None:
            sql = self._name("SELECT leaf, hash, action FROM {schema}.leaf WHERE n = %s")
            kept = session.execute(sql, (writer.last.n,), binary=True).fetchone()
            return kept == writer.last[1:]
        sql = self._name("SELECT size, peaks, note FROM {schema}.head")
        return writer.head is None or session.execute(sql, binary=True).fetchone() == writer.head


def _undo(session: Session) -> None:
    """Roll back; a session that cannot is left, and the server rolls back for it."""
    if session.info.transaction_status in {TransactionStatus.INTRANS, TransactionStatus.INERROR}:
        with suppress(psycopg.Error):
            session.execute("ROLLBACK")
    if session.info.transaction_status is not TransactionStatus.IDLE:
        session.close()
