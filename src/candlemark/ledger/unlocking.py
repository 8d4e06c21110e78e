"""Unlocking: from a passphrase, or from the key of a session, to the keys of a member.

At once are opened the member's own keys and whatever lies under their passphrase, which is little.
Keys that lie wrapped for them are opened when something sealed under them is
(:mod:`candlemark.ledger.key_shelf`).
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Final

from candlemark.errors import Fault, LedgerBroken, NotEntitled
from candlemark.ledger.compartments import CompartmentKeys
from candlemark.ledger.entry import COMPARTMENTS, META
from candlemark.ledger.key_shelf import KeyShelf
from candlemark.ledger.keystore_rows import damaged, wraps_in
from candlemark.ledger.locks import opened_by
from candlemark.ledger.wraps import (
    SIGNERS,
    Keyring,
    Unwrapped,
    receiving_key,
    unwrap_for,
    unwrap_under,
)
from candlemark.seal import SUITE, unseal

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from candlemark.ledger.keystore_rows import Lock
    from candlemark.seal import ReceivingKey, SealingKey, SigningKey

LABEL: Final = b"candlemark/label/v1" + bytes([SUITE])


@dataclass(frozen=True, slots=True)
class Unlocked:
    """What a passphrase gave: the keys, the sealed name, and whether others open the vault too.

    ``kek`` opens the same lock again without the passphrase; a session keeps it, sealed.
    """

    keyring: Keyring
    label: bytes
    shared: bool
    kek: SealingKey
    lock: Lock
    shelf: KeyShelf


def unlocked(
    connection: sqlite3.Connection,
    path: Path,
    locks: Sequence[Lock],
    passphrase: str | SealingKey,
    member: str,
) -> Unlocked:
    """What stands behind the lock a passphrase opens.

    Raises:
        WrongPassphrase: it opens none of the locks.
        NotEntitled: the lock is frozen, or no administrator has wrapped keys for it yet.
        LedgerBroken: the file is damaged.
    """
    lock, kek = opened_by(asked(locks, member), passphrase)
    if lock.frozen:
        raise NotEntitled(
            "the keys of this member are frozen here",
            hint="any two members can thaw them: candlemark key thaw",
        )
    vault = lock.vault
    try:
        own = unwrap_under(kek, vault, wraps_in(connection, "holder = ?", (kek.kid,)))
    except LedgerBroken as error:
        raise damaged(*error.faults) from None
    first = {key.kid for _, _, key in own.compartments}
    shared = len(locks) > 1 or _is_held_by_others(connection, {kek.kid, *first})
    if not {"identity", "device"} <= own.signing.keys():
        raise damaged(*missing(own, alone=not shared))
    receiving = receiving_key(own.signing["identity"], vault)
    shelf = KeyShelf(path, vault, receiving, kek)
    try:
        log = own.signing.get("log") or _log(connection, vault, receiving, shelf.kids)
        keyring = _keyring(own, log, shelf, alone=not shared)
        row = connection.execute("SELECT sealed FROM label").fetchone()
    except BaseException:
        shelf.close()
        raise
    label = row[0] if row else b""
    return Unlocked(keyring, label, shared, kek, lock, shelf)


def _is_held_by_others(connection: sqlite3.Connection, known: set[bytes]) -> bool:
    """Whether a key is wrapped for anybody else than these; found between them in the index."""
    edges = [b"", *sorted(known), b"\xff" * 64]
    return any(
        connection.execute(
            "SELECT 1 FROM keys WHERE holder > ? AND holder < ? LIMIT 1", between
        ).fetchone()
        for between in pairwise(edges)
    )


def asked(locks: Sequence[Lock], member: str) -> Sequence[Lock]:
    """The locks to try for the code of a member; all of them where no lock has it."""
    return [lock for lock in locks if lock.member.hex().startswith(member)] or locks


def _log(
    connection: sqlite3.Connection, vault: bytes, receiving: ReceivingKey, kids: Iterable[bytes]
) -> SigningKey | None:
    """The key of this instance's log, wrapped for the member: its checkpoints name it."""
    row = connection.execute("SELECT note FROM seen").fetchone()
    name = (row[0] if row else b"").split(b"\n")[0].rpartition(b"/")[2]
    try:
        begins = bytes.fromhex(name.decode())
    except ValueError:
        return None
    wraps = [
        wrap
        for kid in kids
        if kid.startswith(begins)
        for wrap in wraps_in(connection, "kid = ? AND holder = ?", (kid, receiving.recipient.kid))
    ]
    try:
        return unwrap_for(receiving, vault, wraps).signing.get("log")
    except LedgerBroken as error:
        raise damaged(*error.faults) from None


def _keyring(own: Unwrapped, log: SigningKey | None, shelf: KeyShelf, *, alone: bool) -> Keyring:
    signing = own.signing | ({"log": log} if log is not None else {})
    shelf.set_apart(frozenset(key.kid for key in signing.values()))
    if not own.compartments and not shelf.kids:
        raise NotEntitled(
            "no key of the vault has been wrapped for this member yet",
            hint="an administrator adds you: candlemark member add",
        )
    faults = missing(Unwrapped(signing, own.compartments), alone=alone)
    if len({key.kid for _, _, key in own.compartments}) != len(own.compartments):
        faults.append(Fault("keys", "one is there twice"))
    if log is None or faults:
        raise damaged(*faults)
    compartments = CompartmentKeys(shelf=shelf)
    for name, epoch, key in own.compartments:
        compartments.add(name, epoch, key)
    return Keyring(signing["identity"], signing["device"], log, compartments)


def missing(found: Unwrapped, *, alone: bool) -> list[Fault]:
    """What everybody must hold; in a vault of one, that is everything.

    Where others are members too, which key of a compartment is to be there is said by the ledger.
    """
    faults = [
        Fault("keys", f"the signing key of the {name} is missing")
        for name in SIGNERS
        if name not in found.signing
    ]
    held = {name for name, _, _ in found.compartments}
    faults += [
        Fault("keys", f"the key of the compartment {name} is missing")
        for name in ((META, *COMPARTMENTS) if alone else ())
        if name not in held
    ]
    return faults


def read_label(keyring: Keyring, vault: bytes, label: bytes) -> str:
    """The name of the vault.

    Raises:
        LedgerBroken: it opens under no key of the ledger's own compartment.
    """
    for _, key in keyring.compartments.of(META):
        try:
            return unseal(key, LABEL, vault, label).rstrip(b"\0").decode()
        except (LedgerBroken, UnicodeDecodeError):
            continue
    raise damaged(Fault("label", "the name of the vault does not open"))
