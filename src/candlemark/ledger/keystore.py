"""The file of wrapped keys, apart from the ledger because it lives by other rules.

The ledger is never changed and may be copied anywhere; keys are changed, and destroyed, and a copy
of this file is a copy of the keys for whoever has a passphrase that opens it.

Each member who opens the vault here has a *lock*: how their passphrase is stretched, and the kid of
the key-encryption key it gives.  What stands behind a lock: :mod:`candlemark.ledger.wraps`.
"""

from __future__ import annotations

from contextlib import closing, contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from candlemark.errors import Fault, LedgerBroken, NotEntitled
from candlemark.ledger import database
from candlemark.ledger.compartments import CompartmentKeys
from candlemark.ledger.entry import COMPARTMENTS, META
from candlemark.ledger.keystore_rows import (
    KEYSTORE_FILE,
    KEYSTORE_FORMAT,
    SCHEMA,
    SCHEMA_1,
    Lock,
    damaged,
    forget,
    format_of,
    insert,
    move_on,
    rows,
    rows_1,
)
from candlemark.ledger.locks import Passphrase, new_lock, opened_by
from candlemark.ledger.merkle import HASH_BYTES
from candlemark.ledger.roster_facts import read_recovery
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
    SUITE,
    Receiving,
    ReceivingKey,
    Recipient,
    SealingKey,
    seal,
    unseal,
)

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

    from candlemark.ledger.wraps import Identity

NAME_LIMIT: Final = 200

_LABEL: Final = b"candlemark/label/v1" + bytes([SUITE])


@dataclass(frozen=True, slots=True)
class Unlocked:
    """What a passphrase gave: the keys, the name of the vault, and whether others open it too.

    ``kek`` opens the same lock again without the passphrase; a session keeps it, sealed.  ``locks``
    and ``wraps`` are those the file held at that moment.
    """

    keyring: Keyring
    name: str
    shared: bool
    kek: SealingKey
    locks: Sequence[Lock]
    wraps: Sequence[Wrap]


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
    label = seal(keyring.compartments[META], _LABEL, vault, name.encode().ljust(NAME_LIMIT, b"\0"))
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
            LedgerBroken: the file is damaged, or belongs to another vault.
        """
        locks, wraps, label = self._content(vault)
        lock, kek = opened_by(_asked(locks, member), passphrase)
        if lock.frozen:
            raise NotEntitled(
                "the keys of this member are frozen here",
                hint="any two members can thaw them: candlemark key thaw",
            )
        try:
            keyring = _keyring(vault, kek, wraps)
            name = _read_label(keyring, vault, label)
        except LedgerBroken as error:
            raise damaged(*error.faults) from None
        self._opened, self._member = lock, keyring.identity.kid
        shared = len(locks) > 1 or any(wrap.roster for wrap in wraps)
        return Unlocked(keyring, name, shared, kek, locks, wraps)

    def locks(self, vault: bytes) -> tuple[Lock, ...]:
        """Who opens the vault here, in no order that means anything.

        Raises:
            LedgerBroken: the file is damaged, or belongs to another vault.
        """
        return tuple(self._content(vault)[0])

    def wraps(self, vault: bytes) -> tuple[Wrap, ...]:
        """Every wrapped key; those for members may be carried to where the members are."""
        return tuple(self._content(vault)[1])

    def unlock_own(self, vault: bytes, passphrase: str, member: str = "") -> Unwrapped:
        """What stands behind a lock under its passphrase alone: the member's own signing keys.

        Raises:
            WrongPassphrase: the passphrase opens none of the locks.
            LedgerBroken: the file is damaged, or belongs to another vault.
        """
        locks, wraps, _ = self._content(vault)
        _, kek = opened_by(_asked(locks, member), passphrase)
        try:
            found = unwrap_under(kek, vault, wraps)
        except LedgerBroken as error:
            raise damaged(*error.faults) from None
        if not {"identity", "device"} <= found.signing.keys():
            raise damaged(*_missing(found, alone=False))
        return found

    def unlock_with(self, vault: bytes, key: ReceivingKey) -> Unwrapped:
        """Every key wrapped for a receiving key, such as that of the recovery key.

        Raises:
            NotEntitled: none is.
            LedgerBroken: the file is damaged, or belongs to another vault.
        """
        _, wraps, _ = self._content(vault)
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

    def check_label(self, keyring: Keyring, vault: bytes) -> None:
        """Refuse a name of the vault that none of these keys opens.

        Raises:
            LedgerBroken: it is damaged, or missing.
        """
        _read_label(keyring, vault, [(self.label(),)])

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
            forget(connection, [old])
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
            forget(connection, [*holders, *(holder for (holder,) in behind.fetchall())])
            connection.execute(
                f"DELETE FROM lock WHERE member IN ({marks})",
                members,
            )

    def destroy_kids(self, kids: Iterable[bytes]) -> None:
        """Destroy every wrap of these keys, whoever holds it; the bytes are overwritten."""
        with self._writing() as connection:
            connection.executemany("DELETE FROM keys WHERE kid = ?", [(kid,) for kid in kids])

    def changed(self) -> tuple[tuple[int, int], ...]:
        """Something that is another after every change of the file."""
        paths = (self._path, self._path.with_name(self._path.name + "-wal"))
        found = [path.stat() for path in paths if path.exists()]
        return tuple((one.st_mtime_ns, one.st_size) for one in found)

    def take_new(self, keyring: Keyring, vault: bytes) -> None:
        """Hold the keys that were wrapped for this member since the vault was opened."""
        wraps = self._content(vault)[1]
        receiving = receiving_key(keyring.identity, vault)
        held = set(keyring.compartments.kids)
        new = [wrap for wrap in wraps if wrap.kid not in held]
        try:
            for name, epoch, key in unwrap_for(receiving, vault, new).compartments:
                keyring.compartments.add(name, epoch, key)
            take_subjects(keyring.compartments, vault, new)
        except LedgerBroken as error:
            raise damaged(*error.faults) from None

    def destroy_keys(self, holders: Sequence[bytes], kids: Sequence[bytes]) -> None:
        """Destroy the wraps of these keys for these holders, and no other."""
        with self._writing() as connection:
            connection.executemany(
                "DELETE FROM keys WHERE holder = ? AND kid = ?",
                [(holder, kid) for holder in holders for kid in kids],
            )

    def change_passphrase(self, vault: bytes, old: str, new: Passphrase, member: str = "") -> None:
        """Put a lock with another passphrase in the place of one, and wrap anew what is behind it.

        Raises:
            WrongPassphrase: the old passphrase opens none of the locks.
            LedgerBroken: the file is damaged, or belongs to another vault.
            VaultBusy, StorageFull: the old passphrase opens it still.
        """
        locks, wraps, _ = self._content(vault)
        lock, kek = opened_by(_asked(locks, member), old)
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
                if format_of(connection) == 1:
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

    def _content(self, vault: bytes) -> tuple[list[Lock], list[Wrap], list[tuple[bytes]]]:
        """The rows of the file in the form of this version, once they are whole."""
        with database.speaking(KEYSTORE_FILE), closing(self._to_read()) as connection:
            first = format_of(connection) == 1
            faults = database.check(connection, KEYSTORE_FILE, SCHEMA_1 if first else SCHEMA)
            if faults:
                raise damaged(*faults)
            locks, wraps = (rows_1 if first else rows)(connection)
            label = connection.execute("SELECT sealed FROM label").fetchall()
        if not locks:
            raise damaged(Fault("lock", "it is missing"))
        if any(lock.vault != vault for lock in locks):
            raise damaged(Fault("lock", "these are the keys of another vault"))
        return locks, wraps, label


def _asked(locks: Sequence[Lock], member: str) -> Sequence[Lock]:
    """The locks to try for the code of a member; all of them where no lock has it."""
    return [lock for lock in locks if lock.member.hex().startswith(member)] or locks


def _keyring(vault: bytes, kek: SealingKey, wraps: Sequence[Wrap]) -> Keyring:
    """Open every wrap behind a lock, and then every one for its member."""
    own, alone = unwrap_under(kek, vault, wraps), not any(wrap.roster for wrap in wraps)
    if "identity" not in own.signing or "device" not in own.signing:
        raise LedgerBroken("", faults=_missing(own, alone=alone))
    shared = unwrap_for(receiving_key(own.signing["identity"], vault), vault, wraps)
    both = {(name, epoch, key.kid): key for name, epoch, key in shared.compartments}
    both |= {(name, epoch, key.kid): key for name, epoch, key in own.compartments}
    found = Unwrapped(
        {**shared.signing, **own.signing},
        [(name, epoch, key) for (name, epoch, _), key in both.items()],
    )
    if not found.compartments:
        raise NotEntitled(
            "no key of the vault has been wrapped for this member yet",
            hint="an administrator adds you: candlemark member add",
        )
    faults = _missing(found, alone=alone)
    if len({key.kid for _, _, key in found.compartments}) != len(found.compartments):
        faults.append(Fault("keys", "one is there twice"))
    if faults:
        raise LedgerBroken("", faults=faults)
    compartments = CompartmentKeys()
    for name, epoch, key in found.compartments:
        compartments.add(name, epoch, key)
    compartments.expected = frozenset(COMPARTMENTS)
    take_subjects(compartments, vault, wraps)
    return Keyring(
        found.signing["identity"], found.signing["device"], found.signing["log"], compartments
    )


def _missing(found: Unwrapped, *, alone: bool) -> list[Fault]:
    """What everybody must hold; in a vault of one, that is everything."""
    faults = [
        Fault("keys", f"the signing key of the {name} is missing")
        for name in SIGNERS
        if name not in found.signing
    ]
    held = {name for name, _, _ in found.compartments}
    faults += [
        Fault("keys", f"the key of the compartment {name} is missing")
        for name in ((META, *COMPARTMENTS) if alone else (META,))
        if name not in held
    ]
    return faults


def _read_label(keyring: Keyring, vault: bytes, rows: list[tuple[bytes]]) -> str:
    for _, key in keyring.compartments.of(META):
        try:
            (sealed,) = rows[0]
            return unseal(key, _LABEL, vault, sealed).rstrip(b"\0").decode()
        except (IndexError, LedgerBroken, UnicodeDecodeError):
            continue
    raise damaged(Fault("label", "the name of the vault does not open"))
