"""The doorkeeper: one guess at a passphrase at a time on a machine, and slower after each miss.

Stretching a passphrase takes 256 MiB and half a second.  Were several done at once, whoever knocks
often would stop the machine; were misses free, a list of passphrases could be tried.  The delay is
kept in a file, so that no restart forgives it.  It does not replace a drawn passphrase: whoever has
the keystore itself guesses without knocking.
"""

from __future__ import annotations

import hashlib
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

import msgspec

from candlemark.errors import NotEntitled, WrongPassphrase
from candlemark.ledger.files import alone_in, read_whole, write_whole
from candlemark.ledger.ledger import now

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import datetime
    from pathlib import Path

FREE: Final = 3
"""Misses without a delay: people mistype."""
LONGEST: Final = 900.0
"""Seconds of the longest delay, after thirteen misses."""
TOGETHER: Final = 10
"""How many times as many misses of all members together are free: a list tried on all of them."""
FORGOTTEN: Final = 86_400.0
"""Seconds after the last miss at which misses are forgotten."""


class _Misses(msgspec.Struct, frozen=True, array_like=True, forbid_unknown_fields=True):
    count: int
    last: float


class Doorkeeper:
    """Lets one guess through at a time.

    Args:
        folder: where misses are kept; it must outlive a restart.
        clock: what time it is.
    """

    def __init__(self, folder: Path, clock: Callable[[], datetime] = now) -> None:
        self._folder = folder
        self._clock = clock

    @contextmanager
    def knock(self, member: str) -> Iterator[None]:
        """Guess inside: a :class:`~candlemark.errors.WrongPassphrase` that leaves is a miss.

        Args:
            member: the code that was given; any text, kept as a hash.

        Raises:
            NotEntitled: it is too early to guess again.
            VaultBusy: somebody else is guessing at this moment.
        """
        with alone_in(self._folder):
            names = {_name(member): FREE, "all": FREE * TOGETHER}
            self._refuse_early(names)
            try:
                yield
            except WrongPassphrase:
                for name in names:
                    self._miss(name)
                raise
            (self._folder / _name(member)).unlink(missing_ok=True)

    def wait(self, member: str) -> float:
        """Seconds until the next guess for this member is let through."""
        return max(self._wait(_name(member), FREE), self._wait("all", FREE * TOGETHER))

    def _refuse_early(self, names: dict[str, int]) -> None:
        wait = max(self._wait(name, free) for name, free in names.items())
        if wait > 0:
            raise NotEntitled(
                f"too many wrong passphrases; the next try is in {round(wait) or 1} seconds",
                hint="if it was not you who tried, tell the other members",
            )

    def _wait(self, name: str, free: int) -> float:
        misses = self._misses(name)
        if misses.count < free:
            return 0.0
        delay = min(2.0 ** min(misses.count - free, 20), LONGEST)
        # A clock that was put back makes nobody wait longer than the whole delay.
        passed = max(self._clock().timestamp() - misses.last, 0.0)
        return max(delay - passed, 0.0)

    def _misses(self, name: str) -> _Misses:
        stored = read_whole(self._folder / name, 64)
        try:
            found = msgspec.msgpack.decode(stored or b"", type=_Misses)
        except (msgspec.MsgspecError, UnicodeDecodeError):
            return _Misses(0, 0.0)
        old = self._clock().timestamp() - found.last > FORGOTTEN
        return _Misses(0, 0.0) if old else found

    def _miss(self, name: str) -> None:
        count = self._misses(name).count + 1
        content = msgspec.msgpack.encode(_Misses(count, self._clock().timestamp()))
        write_whole(self._folder, name, content, mode=0o600)


def _name(member: str) -> str:
    return hashlib.sha256(b"candlemark/knock/v1" + member.encode()).hexdigest()
