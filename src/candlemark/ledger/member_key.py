"""The file by which a member takes their identity from one instance of a vault to another.

It opens with their passphrase, says which vault it is of, and nothing else.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Final

import msgspec

from candlemark.errors import LedgerBroken
from candlemark.ledger.genesis import Bytes16  # noqa: TC001 - msgspec reads it at run time
from candlemark.ledger.keystore_rows import Lock
from candlemark.ledger.locks import kek_of
from candlemark.ledger.wraps import Wrap, unwrap_under
from candlemark.seal import SUITE

if TYPE_CHECKING:
    from candlemark.ledger.keystore import Keystore
    from candlemark.seal import SealingKey, SigningKey

KEY_LIMIT: Final = 4096
_FORMAT: Final = "candlemark/member-key/v1"


class _KeyFile(msgspec.Struct, frozen=True, array_like=True, forbid_unknown_fields=True):
    format: str
    vault: Bytes16
    member: Bytes16
    holder: Bytes16
    stretching: Annotated[str, msgspec.Meta(max_length=200)]
    kid: Bytes16
    wrapped: Annotated[bytes, msgspec.Meta(max_length=1024)]


def member_keys(keystore: Keystore, vault: bytes) -> dict[str, bytes]:
    """The file of every member who opens the vault here, by their code; no passphrase is needed.

    A lock of the first form does not say whose it is before somebody opened it; there is no file
    for it until then.
    """
    wraps = {(wrap.holder, wrap.kid): wrap.wrapped for wrap in keystore.wraps(vault)}
    return {
        lock.member.hex()[:12]: msgspec.msgpack.encode(
            _KeyFile(
                _FORMAT,
                vault,
                lock.member,
                lock.holder,
                lock.stretching,
                lock.member,
                wraps[lock.holder, lock.member],
            )
        )
        for lock in keystore.locks(vault)
        if (lock.holder, lock.member) in wraps
    }


def read_member_key(
    stored: bytes, vault: bytes, passphrase: str
) -> tuple[Lock, SealingKey, SigningKey]:
    """The lock, the key-encryption key and the identity in a member's key file.

    Raises:
        WrongPassphrase: the passphrase does not open it.
        LedgerBroken: it is malformed, or of another vault.
    """
    try:
        if len(stored) > KEY_LIMIT:
            raise msgspec.DecodeError
        file = msgspec.msgpack.decode(stored, type=_KeyFile)
    except (msgspec.MsgspecError, UnicodeDecodeError):
        raise _malformed() from None
    if file.format != _FORMAT or file.vault != vault:
        raise LedgerBroken("this key is of another vault", hint="export the key of this one")
    lock = Lock(file.holder, vault, file.member, file.stretching, 0)
    try:
        kek = kek_of(lock, passphrase)
        wrap = Wrap(file.kid, kek.kid, SUITE, b"", file.wrapped)
        found = unwrap_under(kek, vault, [wrap]).signing.get("identity")
    except LedgerBroken:
        raise _malformed() from None
    if found is None or found.kid != file.member:
        raise _malformed()
    return lock, kek, found


def _malformed() -> LedgerBroken:
    return LedgerBroken("this is not the key of a member", hint="export it again")
