"""A member's second factor at sign-in: a secret their telephone holds too.

It lies beside the vault, sealed under a key that follows from the member's identity, so it can be
read only once their passphrase has opened their lock, and survives another passphrase.  It guards
the door of this instance and nothing else: the keys do not need it, and whoever holds a copy of the
folder and the passphrase takes the file away.  It is not in the log, not in a backup, and not at
other instances.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Final

import msgspec

from candlemark.errors import LedgerBroken, NotEntitled, SettingRefused
from candlemark.ledger.files import alone_in, read_whole, write_whole
from candlemark.seal import SUITE, SealingKey, derive, seal, unseal
from candlemark.seal.totp import SECRET_BYTES, totp_step

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime
    from pathlib import Path

    from candlemark.ledger.roster import Member
    from candlemark.ledger.wraps import Identity

FOLDER: Final = "factors"
_PURPOSE: Final = b"candlemark/second-factor/v1"
_SEALED: Final = _PURPOSE + bytes([SUITE])
_LIMIT: Final = 512


class _Held(msgspec.Struct, frozen=True, array_like=True, forbid_unknown_fields=True):
    secret: Annotated[bytes, msgspec.Meta(min_length=SECRET_BYTES, max_length=SECRET_BYTES)]
    used: int

    def __repr__(self) -> str:
        return "<a second factor>"


@dataclass(frozen=True, slots=True)
class SecondFactor:
    """The second factor of the member who opened a vault in a folder."""

    folder: Path
    identity: Identity
    clock: Callable[[], datetime]

    @property
    def is_set(self) -> bool:
        """Whether sign-in here asks this member for a code."""
        return is_set(self.folder, self.identity.vault, self.identity.keyring.identity.kid)

    def set(self, secret: bytes, typed: str) -> None:
        """Ask for a code from now on, once the telephone is seen to give the right one.

        Raises:
            NotEntitled: the code is not the one of this secret now.
            StorageFull, SettingRefused: nothing was set.
        """
        step = totp_step(secret, typed, self.clock())
        if step is None:
            raise _not_it()
        self._keep(_Held(secret, step))

    def check(self, typed: str) -> None:
        """Let a code through that counts now and was not used before.

        Raises:
            NotEntitled: it is not that.
            LedgerBroken: the file is damaged.
        """
        with alone_in(self.folder / FOLDER):
            held = self._held()
            step = totp_step(held.secret, typed, self.clock(), after=held.used)
            if step is None:
                raise _not_it()
            self._write(_Held(held.secret, step))

    def remove(self) -> None:
        """Ask this member for no code any more."""
        forget(self.folder, self.identity.vault, self.identity.keyring.identity.kid)

    def _keep(self, held: _Held) -> None:
        with alone_in(self.folder / FOLDER):
            self._write(held)

    def _write(self, held: _Held) -> None:
        member = self.identity.keyring.identity.kid
        sealed = seal(self._key(), _SEALED, self._bound(), msgspec.msgpack.encode(held))
        name = _name(self.identity.vault, member)
        write_whole(self.folder / FOLDER, name, sealed, mode=0o600)

    def _held(self) -> _Held:
        member = self.identity.keyring.identity.kid
        stored = read_whole(self.folder / FOLDER / _name(self.identity.vault, member), _LIMIT)
        try:
            content = unseal(self._key(), _SEALED, self._bound(), stored or b"")
            return msgspec.msgpack.decode(content, type=_Held)
        except (LedgerBroken, msgspec.MsgspecError, UnicodeDecodeError):
            raise LedgerBroken(
                "the second factor of this member is damaged",
                hint="an administrator removes it, and it is set up again",
            ) from None

    def _key(self) -> SealingKey:
        secret = self.identity.keyring.identity.reveal()
        return SealingKey.from_bytes(derive(secret, self.identity.vault, _PURPOSE))

    def _bound(self) -> bytes:
        return self.identity.vault + self.identity.keyring.identity.kid


def is_set(folder: Path, vault: bytes, member: bytes) -> bool:
    """Whether sign-in at this instance asks a member for a code."""
    return (folder / FOLDER / _name(vault, member)).exists()


def forget(folder: Path, vault: bytes, member: bytes) -> None:
    """Ask a member for no code any more: they lost the telephone, and an administrator helps.

    Raises:
        SettingRefused: the file cannot be removed.
    """
    try:
        (folder / FOLDER / _name(vault, member)).unlink(missing_ok=True)
    except OSError as error:
        raise SettingRefused(
            "the second factor cannot be removed", hint="see whether this account may write there"
        ) from error


def forget_for(folder: Path, vault: bytes, helper: Member, member: Member) -> None:
    """The same, by an administrator.

    Raises:
        NotEntitled: the helper is none.
        SettingRefused: as :func:`forget`.
    """
    if not helper.administrator and helper.kid != member.kid:
        raise NotEntitled(
            "this member is no administrator", hint="ask one of them: candlemark member list"
        )
    forget(folder, vault, member.kid)


def _name(vault: bytes, member: bytes) -> str:
    return hashlib.sha256(_PURPOSE + vault + member).hexdigest()


def _not_it() -> NotEntitled:
    return NotEntitled(
        "this is not the code of the second factor now",
        hint="see whether the clocks of the telephone and of this machine are right",
    )
