"""A table between being looked at and being kept: in memory, sealed, for half an hour.

The key stands in the page that shows the table and nowhere else; what is held opens with it and
with nothing this process keeps.  Nothing of it touches a disk.
"""

from __future__ import annotations

import secrets
import threading
import time
from collections import OrderedDict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from candlemark.errors import LedgerBroken
from candlemark.seal import SealingKey, seal, unseal

if TYPE_CHECKING:
    from collections.abc import Callable

_LABEL: Final = b"candlemark/held-table/v1"
_SECONDS: Final = 30 * 60
_MOST: Final = 8
_BYTES: Final = 96 * 1024 * 1024


@dataclass(eq=False)
class Holding:
    """Sealed bytes by random names; the oldest go when there are too many."""

    now: Callable[[], float] = time.monotonic
    _held: OrderedDict[str, tuple[float, bytes]] = field(default_factory=OrderedDict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def hold(self, content: bytes) -> tuple[str, str]:
        """Hold bytes; their name and the key that opens them."""
        name, key = secrets.token_hex(16), SealingKey.generate()
        sealed = seal(key, _LABEL, name.encode(), content)
        with self._lock:
            self._forget_old()
            self._held[name] = (self.now() + _SECONDS, sealed)
            while (
                len(self._held) > _MOST or sum(len(one) for _, one in self._held.values()) > _BYTES
            ):
                self._held.popitem(last=False)
        return name, key.reveal().hex()

    def held(self, name: str, key: str) -> bytes | None:
        """The bytes; None when they are held no longer, or the key is another."""
        with self._lock:
            self._forget_old()
            _, sealed = self._held.get(name, (0.0, b""))
        try:
            opener = SealingKey.from_bytes(bytes.fromhex(key))
            return unseal(opener, _LABEL, name.encode(), sealed) if sealed else None
        except (LedgerBroken, ValueError):
            return None

    def drop(self, name: str) -> None:
        """Hold these bytes no longer."""
        with self._lock:
            self._held.pop(name, None)

    def _forget_old(self) -> None:
        now = self.now()
        for name in [name for name, (until, _) in self._held.items() if until < now]:
            del self._held[name]


HELD: Final = Holding()
"""Those of this process.  Whoever does not have the page has neither the name nor the key."""
