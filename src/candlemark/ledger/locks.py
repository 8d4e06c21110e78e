"""Locks: from a member's passphrase to the key behind it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from candlemark.errors import LedgerBroken, WrongPassphrase
from candlemark.ledger.keystore_rows import Lock
from candlemark.seal import Cost, SealingKey, Stretching, derive

if TYPE_CHECKING:
    from collections.abc import Sequence

_KEK: Final = b"candlemark/kek/v1"


@dataclass(frozen=True, slots=True)
class Passphrase:
    """A passphrase and what one guess at it is to cost."""

    text: str = field(repr=False)
    cost: Cost


def new_lock(vault: bytes, member: bytes, passphrase: Passphrase) -> tuple[Lock, SealingKey]:
    """A lock for a member's passphrase, and the key-encryption key behind it."""
    stretching = Stretching.new(passphrase.cost)
    kek = _kek(stretching, passphrase.text, vault)
    return Lock(kek.kid, vault, member, str(stretching), 0), kek


def kek_of(lock: Lock, passphrase: str) -> SealingKey:
    """The key-encryption key behind a lock.

    Raises:
        WrongPassphrase: the passphrase does not open it.
        LedgerBroken: it says nothing a passphrase could be stretched by.
    """
    return opened_by([lock], passphrase)[1]


def opened_by(locks: Sequence[Lock], passphrase: str | SealingKey) -> tuple[Lock, SealingKey]:
    """The lock a passphrase opens, and the key behind it; or that key itself opens.

    Raises:
        WrongPassphrase: it opens none of them.
        LedgerBroken: nor can one of them be tried.
    """
    bent: LedgerBroken | None = None
    for lock in locks:
        try:
            kek = _behind(lock, passphrase)
        except LedgerBroken as error:
            bent = bent or error  # nobody is kept out by another's lock
            continue
        if kek.kid == lock.holder:
            return lock, kek
    if bent is not None:
        raise bent
    raise WrongPassphrase(
        "the passphrase does not open this vault",
        hint="seven words with spaces between them; capitals do not matter",
    )


def _behind(lock: Lock, passphrase: str | SealingKey) -> SealingKey:
    if isinstance(passphrase, SealingKey):
        return passphrase
    return _kek(Stretching.parse(lock.stretching), passphrase, lock.vault)


def _kek(stretching: Stretching, passphrase: str, vault: bytes) -> SealingKey:
    return SealingKey.from_bytes(derive(stretching.stretch(passphrase), vault, _KEK))
