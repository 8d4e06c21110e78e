"""The keys of compartments an open vault holds: every epoch to read by, the newest to write by."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from candlemark.seal import SealingKey


class CompartmentKeys(Mapping[str, "SealingKey"]):
    """By name, the key that is written with; by kid, whichever sealed something."""

    def __init__(self, first: Mapping[str, SealingKey] | None = None) -> None:
        """``first`` are the keys of the first epoch."""
        self._lock = threading.Lock()
        self._epochs: dict[str, dict[int, SealingKey]] = {}
        self._by_kid: dict[bytes, tuple[str, SealingKey]] = {}
        self._announced: dict[str, bytes] = {}
        self.expected: frozenset[str] = frozenset()
        """Compartments this member is to read: a key of them that is not held is a fault."""
        for name, key in (first or {}).items():
            self.add(name, 1, key)

    def add(self, name: str, epoch: int, key: SealingKey) -> None:
        """Hold the key of one epoch of a compartment; one that is held already is left."""
        with self._lock:
            self._epochs = {**self._epochs, name: {**self._epochs.get(name, {}), epoch: key}}
            self._by_kid = {**self._by_kid, key.kid: (name, key)}

    def __getitem__(self, name: str) -> SealingKey:
        if name in self._announced:
            return self._by_kid[self._announced[name]][1]
        epochs = self._epochs[name]
        return epochs[max(epochs)]

    def announced(self, kids: Mapping[str, bytes]) -> None:
        """Write with these keys from now on: the ones the ledger names, whatever else is held.

        A compartment whose key is named but not held can be read, as far as older keys reach, and
        not written.
        """
        self._announced = dict(kids)

    def __iter__(self) -> Iterator[str]:
        return iter(self._epochs)

    def __len__(self) -> int:
        return len(self._epochs)

    def epoch(self, name: str) -> int:
        """The number of the newest key held of a compartment; 0 when there is none."""
        return max(self._epochs.get(name, {0: None}))

    def of(self, name: str) -> dict[int, SealingKey]:
        """Every key held of one compartment, by its epoch."""
        return dict(self._epochs.get(name, {}))

    @property
    def kids(self) -> tuple[bytes, ...]:
        """The kid of every key held."""
        return tuple(self._by_kid)

    def key(self, kid: bytes) -> SealingKey | None:
        """The key of this kid, if it is held."""
        found = self._by_kid.get(kid)
        return found[1] if found else None

    def name(self, kid: bytes) -> str | None:
        """The compartment a kid is of, if its key is held."""
        found = self._by_kid.get(kid)
        return found[0] if found else None

    def __repr__(self) -> str:
        held = ", ".join(f"{name} ({len(epochs)})" for name, epochs in self._epochs.items())
        return f"<CompartmentKeys {held}>"
