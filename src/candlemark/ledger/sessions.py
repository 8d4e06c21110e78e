"""Sessions: a member who signed in stays signed in, and nothing opens between two requests.

What opens a member's keys is sealed under a secret that only their browser holds.  A row on this
machine is worth nothing without it, and it without the row; so any worker can serve a request, and
a machine that is seized between requests holds sealed rows and nothing else.  Rows lie in memory
(tmpfs) where the machine has a place for that, and never with the vault.

What this does not protect: a machine somebody controls while a member uses it.
"""

from __future__ import annotations

import hashlib
import os
import secrets
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Final

import msgspec

from candlemark.errors import LedgerBroken, NotEntitled
from candlemark.ledger.files import alone_in, read_whole, write_whole
from candlemark.ledger.genesis import Bytes16, Bytes32  # noqa: TC001 - msgspec reads them
from candlemark.ledger.ledger import now
from candlemark.seal import SUITE, SealingKey, seal, unseal

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

IDLE: Final = timedelta(minutes=20)
"""How long a session lasts without a request."""
HARD: Final = timedelta(hours=8)
"""How long a session lasts at all."""
TOKEN_BYTES: Final = 32

_SESSION: Final = b"candlemark/session/v1" + bytes([SUITE])
_ROW_LIMIT: Final = 4096


class _Row(msgspec.Struct, frozen=True, array_like=True, forbid_unknown_fields=True):
    """What lies on this machine: when it ends at the latest, a tag of the member, the sealed rest.

    The tag tells whether two rows are of one member, and not whose they are.
    """

    ends: float
    tag: Bytes16
    sealed: bytes


class _Secret(msgspec.Struct, frozen=True, array_like=True, forbid_unknown_fields=True):
    member: Bytes16
    key: Bytes32

    def __repr__(self) -> str:
        return "<secret of a session>"


@dataclass(frozen=True, slots=True)
class Session:
    """A member who is signed in, the key that opens their lock, and when it ends at the latest."""

    member: bytes
    key: SealingKey
    ends: datetime


class Sessions:
    """The sessions of one vault on this machine.

    Args:
        folder: where the rows lie; see :func:`place_for`.
        vault: whose sessions.
        clock: what time it is.
    """

    def __init__(self, folder: Path, vault: bytes, clock: Callable[[], datetime] = now) -> None:
        self._folder = folder
        self._vault = vault
        self._clock = clock

    def begin(self, member: bytes, key: SealingKey) -> str:
        """Sign a member in; the token for their browser.  A session they had elsewhere ends.

        Args:
            member: the kid of their identity.
            key: the key-encryption key their passphrase gave.
        """
        token = secrets.token_bytes(TOKEN_BYTES)
        ends = self._clock() + HARD
        secret = msgspec.msgpack.encode(_Secret(member, key.reveal()))
        sealed = seal(_key(token), _SESSION, self._bound(token), secret)
        row = _Row(ends.timestamp(), self._tag(member), sealed)
        self.end_of(member)
        with alone_in(self._folder):
            self._folder.chmod(0o700)
            write_whole(self._folder, _name(token), msgspec.msgpack.encode(row), mode=0o600)
            self._touch(_name(token))
        return token.hex()

    def resume(self, token: str) -> Session:
        """The session of a token, which a request carries; it lasts on from now.

        Raises:
            NotEntitled: it ended, or there never was one.
        """
        raw = _raw(token)
        path = self._folder / _name(raw)
        row = self._row(path)
        if row is None or not self._lasts(path, row):
            self.end(token)
            raise _ended()
        try:
            content = unseal(_key(raw), _SESSION, self._bound(raw), row.sealed)
            secret = msgspec.msgpack.decode(content, type=_Secret)
        except (LedgerBroken, msgspec.MsgspecError, UnicodeDecodeError):
            self.end(token)
            raise _ended() from None
        self._touch(path.name)
        return Session(
            secret.member,
            SealingKey.from_bytes(secret.key),
            datetime.fromtimestamp(row.ends, UTC),
        )

    def end(self, token: str) -> None:
        """Sign out; a second time does nothing."""
        with suppress(NotEntitled, FileNotFoundError):
            (self._folder / _name(_raw(token))).unlink()

    def end_of(self, member: bytes) -> int:
        """End every session of a member, on this machine; how many there were."""
        return self._end_where(lambda row: row.tag == self._tag(member))

    def end_all(self) -> int:
        """End every session of this vault on this machine; how many there were."""
        return self._end_where(lambda _row: True)

    def sweep(self) -> int:
        """Remove rows of sessions that ended by themselves; how many."""
        return self._end_where(None)

    @property
    def open(self) -> int:
        """How many sessions last."""
        return len(self.lasting())

    def lasting(self) -> frozenset[str]:
        """Names of the sessions that last; see :func:`session_name`."""
        return frozenset(
            path.name for path, row in self._rows() if row is not None and self._lasts(path, row)
        )

    def _end_where(self, chosen: Callable[[_Row], bool] | None) -> int:
        ended = 0
        for path, row in list(self._rows()):
            over = row is None or not self._lasts(path, row)
            if over or (chosen is not None and row is not None and chosen(row)):
                with suppress(FileNotFoundError):
                    path.unlink()
                    ended += 1
        return ended

    def _rows(self) -> Iterator[tuple[Path, _Row | None]]:
        if self._folder.is_dir():
            for path in self._folder.iterdir():
                if path.is_file() and not path.name.startswith("."):
                    yield path, self._row(path)

    @staticmethod
    def _row(path: Path) -> _Row | None:
        stored = read_whole(path, _ROW_LIMIT)
        try:
            return msgspec.msgpack.decode(stored or b"", type=_Row)
        except (msgspec.MsgspecError, UnicodeDecodeError):
            return None

    def _lasts(self, path: Path, row: _Row) -> bool:
        """A clock that was put back ends sessions, and never lengthens them."""
        time = self._clock().timestamp()
        try:
            used = path.stat().st_mtime
        except FileNotFoundError:
            return False
        begun = row.ends - HARD.total_seconds()
        idle = IDLE.total_seconds()
        return begun <= time < row.ends and used <= time + 1 and time - used < idle

    def _touch(self, name: str) -> None:
        time = self._clock().timestamp()
        with suppress(FileNotFoundError):
            os.utime(self._folder / name, (time, time))

    def _tag(self, member: bytes) -> bytes:
        return hashlib.sha256(b"candlemark/session-tag/v1" + self._vault + member).digest()[:16]

    def _bound(self, token: bytes) -> bytes:
        return self._vault + hashlib.sha256(token).digest()


def place_for(vault: bytes) -> Path:
    """Where sessions of a vault lie: in memory, where this machine has a place for that.

    Raises:
        NotEntitled: it has none; a session on a disk would outlive its end.
    """
    for place in (os.environ.get("XDG_RUNTIME_DIR", ""), "/dev/shm"):  # noqa: S108 - mode 0700
        if place and Path(place).is_dir() and os.access(place, os.W_OK):
            # A folder of their own: read models beside them are thrown away whole.
            return Path(place) / f"candlemark-{os.getuid()}" / f"{vault.hex()}-sessions"
    raise NotEntitled(
        "this machine has no place for sessions that is in memory only",
        hint="set XDG_RUNTIME_DIR to a folder on tmpfs",
    )


def session_name(token: str) -> str:
    """What a session may be called where its token must not stand.

    Raises:
        NotEntitled: there can be no such session.
    """
    return _name(_raw(token))


def form_key(token: str) -> bytes:
    """32 bytes that only this session has, for the forms made for it.

    Raises:
        NotEntitled: there can be no such session.
    """
    return hashlib.blake2b(b"candlemark/form-key/v1", key=_raw(token), digest_size=32).digest()


def _raw(token: str) -> bytes:
    try:
        raw = bytes.fromhex(token)
    except ValueError:
        raw = b""
    if len(raw) != TOKEN_BYTES or token != raw.hex():
        raise _ended()
    return raw


def _key(token: bytes) -> SealingKey:
    return SealingKey.from_bytes(
        hashlib.blake2b(b"candlemark/session-key/v1", key=token, digest_size=32).digest()
    )


def _name(token: bytes) -> str:
    return hashlib.sha256(token).hexdigest()


def _ended() -> NotEntitled:
    return NotEntitled("you are signed in no longer", hint="sign in again")
