"""Wrapped keys as they lie in the keystore of an open vault, taken out one at a time.

A vault may hold the keys of a hundred thousand persons and of some thousand compartments.  What is
opened for one page is a handful of them, so that none is looked at before something sealed under
it is.  The file is asked by the kid of a key, by who holds it, and, for the key of a person, by a
tag that only whoever holds the key of the compartment can work out.
"""

from __future__ import annotations

import threading
from contextlib import closing, contextmanager, suppress
from typing import TYPE_CHECKING, Final

from candlemark.errors import Fault, LedgerBroken, VaultError
from candlemark.ledger import database
from candlemark.ledger.compartments import OfCompartment, OfPerson
from candlemark.ledger.keystore_rows import (
    KEYSTORE_FILE,
    KEYSTORE_FORMAT,
    TAGGED,
    damaged,
    format_of,
    wraps_in,
)
from candlemark.ledger.wraps import (
    open_subject,
    subject_tag,
    unwrap_for,
    unwrap_under,
)

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable, Iterable, Iterator
    from pathlib import Path

    from candlemark.ledger.wraps import Wrap
    from candlemark.seal import ReceivingKey, SealingKey

_AT_ONCE: Final = 500


class KeyShelf:
    """The wraps one member can open.  Safe to use from several threads.

    Args:
        path: the file.
        vault: whose keys.
        receiving: what takes out wraps for the member.
        kek: what takes out those under their passphrase.
    """

    def __init__(self, path: Path, vault: bytes, receiving: ReceivingKey, kek: SealingKey) -> None:
        self._path = path
        self._vault = vault
        self._receiving = receiving
        self._kek = kek
        self._lock = threading.Lock()
        self._connection: sqlite3.Connection | None = None
        self._as_of: tuple[tuple[int, ...], ...] = ()
        self._kids: frozenset[bytes] | None = None
        self._absent: set[bytes] = set()
        self._fetched: dict[bytes, list[Wrap]] = {}
        self._apart: frozenset[bytes] = frozenset()

    @property
    def kids(self) -> frozenset[bytes]:
        """The kid of every key that lies here wrapped for the member, opened or not.

        Without what lies under their passphrase, and without the key of this instance's log.
        """
        with self._lock:
            connection = self._ready()
            if self._kids is None:
                with database.speaking(KEYSTORE_FILE):
                    rows = connection.execute(
                        "SELECT kid FROM keys WHERE holder = ?", (self._receiving.recipient.kid,)
                    )
                    self._kids = frozenset(kid for (kid,) in rows) - self._apart
            return self._kids

    def set_apart(self, kids: frozenset[bytes]) -> None:
        """These are keys of no compartment and no person."""
        with self._lock:
            self._apart, self._kids = kids, None

    def take(
        self, kid: bytes, epoch_key: Callable[[bytes], SealingKey | None]
    ) -> OfCompartment | OfPerson | None:
        """The key of this kid; None when the member cannot open it, or it is not here.

        Args:
            kid: its name.
            epoch_key: gives the key of a compartment, should the key turn out to be a person's.

        Raises:
            LedgerBroken: it is here and damaged.
        """
        bent: LedgerBroken | None = None
        for wrap in self._wraps_of(kid):
            try:
                if wrap.holder in {self._receiving.recipient.kid, self._kek.kid}:
                    return self._of_compartment(wrap)
                epoch = epoch_key(wrap.holder)
                if epoch is not None:
                    return self._of_person(epoch, wrap)
            except LedgerBroken as error:
                bent = bent or error  # another wrap of it may be whole
        if bent is not None:
            raise bent
        return None

    def _of_person(self, epoch: SealingKey, wrap: Wrap) -> OfPerson:
        with _naming(wrap.kid):
            return OfPerson(epoch.kid, *open_subject(epoch, self._vault, wrap))

    def _of_persons(self, epoch: SealingKey, wraps: Iterable[Wrap]) -> Iterator[OfPerson]:
        """What these wraps hold, each key once.

        Raises:
            LedgerBroken: of one no wrap opens; raised once the others were given.
        """
        opened, bent = set[bytes](), list[tuple[bytes, LedgerBroken]]()
        for wrap in wraps:
            if wrap.kid in opened:
                continue
            try:
                found = self._of_person(epoch, wrap)
            except LedgerBroken as error:
                bent.append((wrap.kid, error))
                continue
            opened.add(wrap.kid)
            yield found
        for kid, why in bent:
            if kid not in opened:
                raise why

    def _of_compartment(self, wrap: Wrap) -> OfCompartment | None:
        try:
            if wrap.holder == self._kek.kid:
                found = unwrap_under(self._kek, self._vault, [wrap])
            else:
                found = unwrap_for(self._receiving, self._vault, [wrap])
        except LedgerBroken as error:
            raise damaged(*error.faults) from None
        return OfCompartment(*found.compartments[0]) if found.compartments else None

    def under(self, epoch: SealingKey) -> Iterator[OfPerson]:
        """Every key of a person under one key of a compartment.

        Raises:
            LedgerBroken: one of them does not open.
        """
        yield from self._of_persons(epoch, self._rows("holder = ?", (epoch.kid,)))

    def of(self, epoch: SealingKey, subject: str) -> list[OfPerson]:
        """The keys of one person under one key of a compartment; more than one is no fault.

        Raises:
            LedgerBroken: one of them does not open.
        """
        tag = subject_tag(epoch, self._vault, subject)
        with self._lock, database.speaking(KEYSTORE_FILE):
            connection = self._ready()
            found = self._tagged(connection, epoch.kid, tag)
            new = self._tagged(connection, epoch.kid, b"")
        if found is None or new is None:
            return [one for one in self.under(epoch) if one.subject == subject]
        known = {wrap.kid for wrap in found}
        with_new = list(self._of_persons(epoch, [*found, *new]))
        self._tag(epoch, [one for one in with_new if one.key.kid not in known])
        return [one for one in with_new if one.subject == subject]

    @staticmethod
    def _tagged(connection: sqlite3.Connection, holder: bytes, tag: bytes) -> list[Wrap] | None:
        """The wraps with a tag; None from a file of an earlier form, which has none."""
        if format_of(connection) < TAGGED:
            return None
        return wraps_in(connection, "holder = ? AND tag = ?", (holder, tag))

    def _tag(self, epoch: SealingKey, those: list[OfPerson]) -> None:
        """Let keys that came from elsewhere be found sooner the next time."""
        tags = [
            (subject_tag(epoch, self._vault, one.subject), one.key.kid, epoch.kid) for one in those
        ]
        if not tags:
            return
        # A full disk or another writer is no reason not to have found them.
        with (
            suppress(VaultError),
            database.speaking(KEYSTORE_FILE),
            closing(database.reopen(self._path, KEYSTORE_FORMAT)) as connection,
        ):
            connection.execute("BEGIN IMMEDIATE")
            connection.executemany("UPDATE keys SET tag = ? WHERE kid = ? AND holder = ?", tags)
            connection.execute("COMMIT")

    def close(self) -> None:
        """Give the file back; it is opened again when a key is asked for."""
        with self._lock:
            if self._connection is not None:
                self._connection.close()
            self._connection = None

    def fetch(self, kids: Iterable[bytes]) -> None:
        """Have the wraps of these keys at hand, which are about to be taken out."""
        with self._lock:
            connection = self._ready()
            wanted = list({kid for kid in kids if kid not in self._absent})
            found: dict[bytes, list[Wrap]] = {kid: [] for kid in wanted}
            with database.speaking(KEYSTORE_FILE):
                for start in range(0, len(wanted), _AT_ONCE):
                    some = tuple(wanted[start : start + _AT_ONCE])
                    marks = ", ".join("?" * len(some))
                    for wrap in wraps_in(connection, f"kid IN ({marks})", some):
                        found[wrap.kid].append(wrap)
            self._fetched = found

    def _wraps_of(self, kid: bytes) -> list[Wrap]:
        with self._lock:
            connection = self._ready()
            if kid in self._absent:
                return []
            there = self._fetched.pop(kid, None)
            if there:
                return there
            with database.speaking(KEYSTORE_FILE):
                found = wraps_in(connection, "kid = ?", (kid,))
            if not found:
                self._absent.add(kid)
            return found

    def _rows(self, where: str, values: tuple[bytes, ...]) -> list[Wrap]:
        with self._lock, database.speaking(KEYSTORE_FILE):
            return wraps_in(self._ready(), where, values)

    def _ready(self) -> sqlite3.Connection:
        """A connection to the file as it is now; others may have changed it, or exchanged it."""
        now = changed(self._path)
        if self._connection is None or now != self._as_of:
            if self._connection is not None:
                self._connection.close()
                self._connection = None
            with database.speaking(KEYSTORE_FILE):
                self._connection = database.reopen_to_read(self._path, KEYSTORE_FORMAT)
            self._as_of, self._kids, self._absent, self._fetched = now, None, set(), {}
        return self._connection


@contextmanager
def _naming(kid: bytes) -> Iterator[None]:
    """Say which key it was that did not open."""
    try:
        yield
    except LedgerBroken as error:
        raise damaged(Fault(f"key {kid.hex()}", error.message)) from None


def changed(path: Path) -> tuple[tuple[int, ...], ...]:
    """Another value after every change of a keystore, and when another takes its place."""
    found = []
    for one in (path, path.with_name(path.name + "-wal")):
        with suppress(OSError):
            stat = one.stat()
            if stat.st_size:  # an empty log comes and goes with whoever looks
                found.append((stat.st_ino, stat.st_mtime_ns, stat.st_size))
    return tuple(found)
