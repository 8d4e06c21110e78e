"""Answers that were computed from the whole ledger, kept sealed beside the read models.

A read model grows with the ledger; an answer to one question about all of it (a figure) cannot, it
is computed again.  It is kept for as long as the ledger does not grow, so that the next person who
asks the same does not wait.  An answer opens only under the compartment's present key, at the very
root it was computed at, for the version that wrote it; any other is removed when somebody asks.  It
may hold no row, no name and no key: what was counted, and nothing else.
"""

from __future__ import annotations

import hashlib
import os
import threading
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from candlemark import __version__
from candlemark.errors import LedgerBroken
from candlemark.ledger.model.place import make_folder
from candlemark.seal import seal, unseal

if TYPE_CHECKING:
    from pathlib import Path

    from candlemark.seal import SealingKey

_LABEL: Final = b"candlemark/model/answer/v1"
KEPT: Final = 200
"""So many answers are kept; with more the oldest go."""
LARGEST: Final = 16 << 20
"""Bytes; a larger answer is computed each time."""


@dataclass(frozen=True, slots=True)
class Shelf:
    """The answers of one vault at one state of its ledger."""

    folder: Path
    vault: bytes
    root: bytes
    key: SealingKey
    """The present one of the compartment the answers follow from."""

    def recall(self, name: str) -> bytes | None:
        """The answer kept under a name; None where there is none that opens."""
        path = self.folder / _file(self.vault, name)
        try:
            if path.stat().st_size > LARGEST + 1024:
                return None
            return unseal(self.key, _LABEL, self._bound(name), path.read_bytes())
        except OSError:
            return None
        except LedgerBroken:  # of an earlier root, under an earlier key, or damaged
            path.unlink(missing_ok=True)
            return None

    def remember(self, name: str, content: bytes) -> None:
        """Keep an answer; where it cannot be kept nothing is lost."""
        if len(content) > LARGEST:
            return
        path = self.folder / _file(self.vault, name)
        new = path.with_suffix(f".new{os.getpid()}-{threading.get_ident()}")
        with suppress(OSError):
            make_folder(self.folder)
            _make_room(self.folder)
            handle = os.open(new, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
            with os.fdopen(handle, "wb") as file:
                file.write(seal(self.key, _LABEL, self._bound(name), content))
            new.replace(path)

    def _bound(self, name: str) -> bytes:
        said = hashlib.sha256(f"{__version__}\n{name}".encode()).digest()
        return self.vault + self.root + said


def _make_room(folder: Path) -> None:
    kept = sorted(folder.glob("*.answer"), key=lambda one: one.stat().st_mtime)
    for one in kept[: max(len(kept) - KEPT + 1, 0)]:
        one.unlink(missing_ok=True)


def _file(vault: bytes, name: str) -> str:
    return f"{hashlib.sha256(_LABEL + vault + name.encode()).hexdigest()[:32]}.answer"
