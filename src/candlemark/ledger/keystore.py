"""The file of wrapped keys, apart from the ledger because it lives by other rules.

The ledger is never changed and may be copied anywhere; keys are changed, and destroyed, and a copy
of this file is a copy of the keys for whoever has a passphrase that opens it.

Each member who opens the vault here has a *lock*: how their passphrase is stretched, and the kid of
the key-encryption key it gives.  What stands behind a lock: :mod:`candlemark.ledger.wraps`.
"""

from __future__ import annotations

from contextlib import closing, contextmanager
from typing import TYPE_CHECKING, Final

from candlemark.errors import Fault, LedgerBroken, NotEntitled, WrongPassphrase
from candlemark.ledger import database
from candlemark.ledger.compartments import CompartmentKeys
from candlemark.ledger.entry import META
from candlemark.ledger.keystore_rows import (
    KEYSTORE_FILE,
    KEYSTORE_FORMAT,
    SCHEMA,
    SCHEMAS,
    Lock,
    damaged,
    forget,
    format_of,
    insert,
    move_on,
    sound_locks,
    wraps_in,
)
from candlemark.ledger.locks import Passphrase, new_lock, opened_by
from candlemark.ledger.merkle import HASH_BYTES
from candlemark.ledger.roster_facts import read_recovery
from candlemark.ledger.unlocking import LABEL, Unlocked, asked, missing, unlocked
from candlemark.ledger.wraps import (
    COMPARTMENT,
    SIGNERS,
    SIGNING,
    Keyring,
    Named,
    Unwrapped,
    Wrap,
    receiving_key,
    take_subjects,
    unwrap_for,
    unwrap_under,
    wrap_for,
    wrap_under,
)
from candlemark.seal import (
    Receiving,
    ReceivingKey,
    Recipient,
    SealingKey,
    seal,
)

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

    from candlemark.ledger.wraps import Identity

NAME_LIMIT: Final = 200
_HOLDERS: Final = """
WITH RECURSIVE each(one) AS (
  SELECT min(holder) FROM keys
  UNION ALL SELECT (SELECT min(holder) FROM keys WHERE holder > one) FROM each WHERE one IS NOT NULL
) SELECT one FROM each WHERE one IS NOT NULL"""
"""Every holder once; the index is entered once for each, and not read from end to end."""


def make_keystore(
    path: Path, identity: Identity, name: str, passphrase: Passphrase, note: bytes
) -> None:
    """A new file with the keys of a new vault, wrapped under the passphrase, and for recovery.

    ``note`` is the checkpoint of the empty ledger, the first one this keystore has met.
    """
    vault, keyring = identity.vault, identity.keyring
    lock, kek = new_lock(vault, keyring.identity.kid, passphrase)
    wraps = [
        *(
            wrap_under(kek, vault, Named(SIGNING + signer, getattr(keyring, signer)))
            for signer in SIGNERS
        ),
        *(
            wrap_under(kek, vault, Named(COMPARTMENT + name, key))
            for name, key in keyring.compartments.items()
        ),
    ]
    recovery = read_recovery(identity.genesis.recovery)
    if recovery is not None:
        recipient = Recipient(Receiving.HYBRID, recovery.receiving)
        wraps += [
            wrap_for(recipient, vault, bytes(HASH_BYTES), Named(COMPARTMENT + name, key))
            for name, key in keyring.compartments.items()
        ]
        log = Named(SIGNING + "log", keyring.log)
        wraps.append(wrap_for(recipient, vault, bytes(HASH_BYTES), log))
    label = seal(keyring.compartments[META], LABEL, vault, name.encode().ljust(NAME_LIMIT, b"\0"))
    make_member_keystore(path, lock, wraps, label, note)


def make_member_keystore(
    path: Path, lock: Lock, wraps: Sequence[Wrap], label: bytes, note: bytes
) -> None:
    """A new file for another instance of a vault, with one member's own keys.

    ``label`` is the sealed name of the vault, ``note`` the checkpoint of this instance's empty log.
    """
    with (
        database.speaking(path.name),
        closing(database.make(path, KEYSTORE_FORMAT, SCHEMA)) as connection,
    ):
        connection.execute("BEGIN IMMEDIATE")
        insert(connection, [lock], wraps)
        connection.execute("INSERT INTO label VALUES (1, ?)", (label,))
        connection.execute("INSERT INTO seen VALUES (1, 0, ?)", (note,))
        connection.execute("COMMIT")
        database.finish(connection)


class Keystore:
    """The file of wrapped keys of the vault in ``folder``."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / KEYSTORE_FILE
        self._opened: Lock | None = None
        self._member = b""

    # Reading

    def unlock(self, vault: bytes, passphrase: str | SealingKey, member: str = "") -> Unlocked:
        """The keys of the vault, and its name.

        Args:
            vault: which one they must be of.
            passphrase: of one of the members who open the vault here; or the key it gave before.
            member: the code of that member; empty to try every lock, at the cost of one stretching
                each.

        Raises:
            WrongPassphrase: the passphrase opens none of the locks.
            NotEntitled: the lock is frozen, or no administrator has wrapped keys for it yet.
            LedgerBroken: the file is damaged, or belongs to another vault.  Another's lock that was
                changed keeps nobody out; :meth:`examine` names it.
        """
        # What a session opens was opened by a passphrase before: only then is all of the file read.
        with self._read(vault, whole=isinstance(passphrase, str), bent=True) as (connection, locks):
            try:
                found = unlocked(connection, self._path, locks, passphrase, member)
            except WrongPassphrase:
                faults = sound_locks(connection, vault)[1]
                if faults:  # theirs may be the one that was changed
                    raise damaged(*faults) from None
                raise
        self._opened, self._member = found.lock, found.keyring.identity.kid
        return found

    def locks(self, vault: bytes, *, bent: bool = False) -> tuple[Lock, ...]:
        """Who opens the vault here, in no order that means anything.

        ``bent``: without those that were changed, or are of another vault, where one is whole.

        Raises:
            LedgerBroken: the file is damaged, or belongs to another vault.
        """
        with self._read(vault, bent=bent) as (_, locks):
            return tuple(locks)

    def holders(self, vault: bytes) -> frozenset[bytes]:
        """For whom any key is wrapped, without reading each wrap."""
        with self._read(vault, bent=True) as (connection, _):
            return frozenset(one for (one,) in connection.execute(_HOLDERS))

    def wraps(self, vault: bytes) -> tuple[Wrap, ...]:
        """Every wrapped key; those for members may be carried to where the members are."""
        with self._read(vault, whole=True) as (connection, _):
            return tuple(wraps_in(connection))

    def kept(self, vault: bytes, kids: Iterable[bytes]) -> frozenset[tuple[bytes, bytes]]:
        """Of these keys, which are wrapped here for whom: pairs of kid and holder."""
        return frozenset((wrap.kid, wrap.holder) for wrap in self.wraps_of(vault, kids))

    def wraps_of(self, vault: bytes, kids: Iterable[bytes]) -> frozenset[Wrap]:
        """Every wrap of these keys."""
        with self._read(vault, bent=True) as (connection, _):
            return frozenset(
                wrap for kid in kids for wrap in wraps_in(connection, "kid = ?", (kid,))
            )

    def held_by(self, vault: bytes, holder: bytes) -> tuple[Wrap, ...]:
        """What is wrapped for one holder."""
        with self._read(vault, bent=True) as (connection, _):
            return tuple(wraps_in(connection, "holder = ?", (holder,)))

    def examine(self, vault: bytes, keyring: Keyring) -> tuple[Fault, ...]:
        """What is wrong with the file and with every wrap in it that this member can open.

        Opening a vault takes keys out one at a time; this takes out all of them.
        """
        receiving = receiving_key(keyring.identity, vault)
        try:
            wraps = self.wraps(vault)
            epochs = CompartmentKeys()
            for name, epoch, key in unwrap_for(receiving, vault, wraps).compartments:
                epochs.add(name, epoch, key)
            for name in keyring.compartments:
                for epoch, key in keyring.compartments.of(name):
                    epochs.add(name, epoch, key)
            take_subjects(epochs, vault, wraps)
        except LedgerBroken as error:
            return tuple(error.faults) or (Fault(KEYSTORE_FILE, error.message),)
        return ()

    def unlock_own(self, vault: bytes, passphrase: str, member: str = "") -> Unwrapped:
        """What stands behind a lock under its passphrase alone: the member's own signing keys.

        Raises:
            WrongPassphrase: the passphrase opens none of the locks.
            LedgerBroken: the file is damaged, or belongs to another vault.
        """
        with self._read(vault, whole=True) as (connection, locks):
            wraps = wraps_in(connection)
        _, kek = opened_by(asked(locks, member), passphrase)
        try:
            found = unwrap_under(kek, vault, wraps)
        except LedgerBroken as error:
            raise damaged(*error.faults) from None
        if not {"identity", "device"} <= found.signing.keys():
            raise damaged(*missing(found, alone=False))
        return found

    def unlock_with(self, vault: bytes, key: ReceivingKey) -> Unwrapped:
        """Every key wrapped for a receiving key, such as that of the recovery key.

        Raises:
            NotEntitled: none is.
            LedgerBroken: the file is damaged, or belongs to another vault.
        """
        wraps = self.wraps(vault)
        try:
            found = unwrap_for(key, vault, wraps)
        except LedgerBroken as error:
            raise damaged(*error.faults) from None
        if not found.compartments:
            raise NotEntitled(
                "nothing in this vault is wrapped for that key",
                hint="see whether the shares are those of this vault's recovery key",
            )
        return found

    def seen(self) -> tuple[int, bytes]:
        """The last checkpoint this copy of the keys has met: its size, and the signed note."""
        with database.speaking(KEYSTORE_FILE), closing(self._to_read()) as connection:
            row = connection.execute("SELECT size, note FROM seen").fetchone()
        if row is None:
            raise damaged(Fault("seen", "the last checkpoint is missing"))
        return row[0], row[1]

    def label(self) -> bytes:
        """The name of the vault, sealed, as it is kept."""
        with database.speaking(KEYSTORE_FILE), closing(self._to_read()) as connection:
            row = connection.execute("SELECT sealed FROM label").fetchone()
        if row is None:
            raise damaged(Fault("label", "the name of the vault is missing"))
        sealed: bytes = row[0]
        return sealed

    # Writing

    def remember(self, size: int, note: bytes) -> None:
        """Keep ``note`` as the last checkpoint met, unless a larger one is known."""
        with (
            database.speaking(KEYSTORE_FILE),
            closing(database.reopen(self._path, KEYSTORE_FORMAT)) as connection,
        ):
            connection.execute(
                "UPDATE seen SET size = ?, note = ? WHERE size < ?", (size, note, size)
            )
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")

    def keep(self, locks: Iterable[Lock] = (), wraps: Iterable[Wrap] = ()) -> None:
        """Add locks and wraps, all of them or none; what is there already stays as it is."""
        with self._writing() as connection:
            insert(connection, locks, wraps)

    def replace_lock(self, old: bytes, lock: Lock, wraps: Iterable[Wrap]) -> None:
        """Put a new lock, with everything behind it, in the place of the one held by ``old``."""
        with self._writing() as connection:
            forget(connection, "holder = ?", [(old,)])
            connection.execute("DELETE FROM lock WHERE holder = ?", (old,))
            insert(connection, [lock], wraps)

    def destroy(self, holders: Sequence[bytes] = (), members: Sequence[bytes] = ()) -> None:
        """Destroy every wrap for these holders, and the locks, with their wraps, of these members.

        The bytes are overwritten (``secure_delete``) and the write-ahead log is emptied.  Copies of
        the file that somebody made are out of reach.
        """
        with self._writing() as connection:
            marks = ",".join("?" * len(members))
            behind = connection.execute(
                f"SELECT holder FROM lock WHERE member IN ({marks})",
                members,
            )
            forget(connection, "holder = ?", [*((one,) for one in holders), *behind.fetchall()])
            connection.execute(
                f"DELETE FROM lock WHERE member IN ({marks})",
                members,
            )

    def destroy_kids(self, kids: Iterable[bytes]) -> None:
        """Destroy every wrap of these keys, whoever holds it; the bytes are overwritten."""
        with self._writing() as connection:
            forget(connection, "kid = ?", [(kid,) for kid in kids])

    def destroy_keys(self, pairs: Iterable[tuple[bytes, bytes]]) -> None:
        """Destroy the wraps of these keys for these holders, pairs of holder and kid; no other."""
        with self._writing() as connection:
            forget(connection, "holder = ? AND kid = ?", list(pairs))

    def change_passphrase(self, vault: bytes, old: str, new: Passphrase, member: str = "") -> None:
        """Put a lock with another passphrase in the place of one, and wrap anew what is behind it.

        Raises:
            WrongPassphrase: the old passphrase opens none of the locks.
            LedgerBroken: the file is damaged, or belongs to another vault.
            VaultBusy, StorageFull: the old passphrase opens it still.
        """
        with self._read(vault, whole=True) as (connection, locks):
            wraps = wraps_in(connection)
        lock, kek = opened_by(asked(locks, member), old)
        found = unwrap_under(kek, vault, wraps)
        changed, fresh = new_lock(vault, lock.member, new)
        named = [
            *(Named(SIGNING + name, key) for name, key in found.signing.items()),
            *(Named(COMPARTMENT + name, key, epoch) for name, epoch, key in found.compartments),
        ]
        self.replace_lock(
            lock.holder,
            changed._replace(frozen=lock.frozen),
            [wrap_under(fresh, vault, one) for one in named],
        )

    def freeze(self, member: bytes, *, frozen: bool) -> None:
        """Let a member's passphrase open nothing here, or let it open again."""
        with self._writing() as connection:
            rows = connection.execute(
                "SELECT holder, vault, member, stretching, frozen FROM lock WHERE member = ?",
                (member,),
            )
            for row in rows.fetchall():
                lock = Lock(*row)._replace(frozen=int(frozen))
                connection.execute(
                    "UPDATE lock SET frozen = ?, intact = ? WHERE holder = ?",
                    (lock.frozen, lock.intact, lock.holder),
                )

    @contextmanager
    def _writing(self) -> Iterator[sqlite3.Connection]:
        """One change of the file, in the form of this version: all of it, or nothing."""
        with (
            database.speaking(KEYSTORE_FILE),
            closing(database.reopen(self._path, KEYSTORE_FORMAT)) as connection,
        ):
            connection.execute("BEGIN IMMEDIATE")
            try:
                if format_of(connection) != KEYSTORE_FORMAT:
                    move_on(connection)
                self._name_lock(connection)
                yield connection
                connection.execute("COMMIT")
            except BaseException:
                if connection.in_transaction:
                    connection.execute("ROLLBACK")
                raise
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")

    def _name_lock(self, connection: sqlite3.Connection) -> None:
        """Say whose the lock of the first form is, once somebody has opened it."""
        if self._opened is not None and not self._opened.member:
            lock = self._opened._replace(member=self._member)
            connection.execute(
                "UPDATE lock SET member = ?, intact = ? WHERE holder = ?",
                (lock.member, lock.intact, lock.holder),
            )

    def _to_read(self) -> sqlite3.Connection:
        return database.reopen_to_read(self._path, KEYSTORE_FORMAT)

    @contextmanager
    def _read(
        self, vault: bytes, *, whole: bool = False, bent: bool = False
    ) -> Iterator[tuple[sqlite3.Connection, list[Lock]]]:
        """The file, open to be read, with its locks.

        ``whole``: once all its pages are in order; else once it is the right file, as long as it
        is to be, with the tables it is to have.  ``bent``: also when some of its locks were
        changed, or are of another vault; they are left out.
        """
        with database.speaking(KEYSTORE_FILE), closing(self._to_read()) as connection:
            look = database.check if whole else database.check_outside
            faults = look(connection, KEYSTORE_FILE, SCHEMAS[format_of(connection)])
            if faults:
                raise damaged(*faults)
            locks, wrong = sound_locks(connection, vault)
            if not locks or (wrong and not bent):
                raise damaged(*wrong)
            yield connection, locks
