"""A store in memory: for tests, and for looking at an exported ledger without writing a file."""

from __future__ import annotations

import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING

from candlemark.errors import Fault, LedgerBroken, VaultBusy, VaultError
from candlemark.ledger.store import Counts, Head, Row

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from candlemark.ledger.merkle import FullTile


class _Pending:
    """Additions that are not yet part of the store."""

    def __init__(self, store: MemoryStore) -> None:
        self._store = store
        self.rows: list[Row] = []
        self.parts: dict[bytes, bytes] = {}
        self.places: dict[bytes, int] = {}
        self.tiles: dict[tuple[int, int], bytes] = {}
        self.head = store.head()

    def add(self, row: Row, parts: Iterable[tuple[bytes, bytes]]) -> None:
        """Add the next leaf; see :class:`~candlemark.ledger.store.Writing`."""
        if row.n != len(self._store.leaves) + len(self.rows):
            raise LedgerBroken(f"leaf {row.n} is not the next one")
        for name in (row.hash, row.action):
            if name in self.places or name in self._store.places:
                raise LedgerBroken(f"leaf {row.n} repeats one that is there")
            self.places[name] = row.n
        for part, sealed in parts:
            if part in self.parts or part in self._store.sealed:
                raise LedgerBroken(f"leaf {row.n} repeats a part that is there")
            self.parts[part] = sealed
        self.rows.append(row)

    def add_tile(self, tile: FullTile) -> None:
        """Keep the root of a tile that is full now."""
        place = (tile.level, tile.n)
        if place in self.tiles or place in self._store.tiles:
            raise LedgerBroken(f"tile {tile.n} of level {tile.level} is there")
        self.tiles[place] = tile.root

    def move_head(self, head: Head) -> None:
        """Let ``head`` be the state."""
        if head.size < self.head.size:
            raise LedgerBroken("the head would move back")
        self.head = head


class MemoryStore:
    """Keeps everything in ``leaves`` and ``sealed``, which a test may damage."""

    remains = ""

    def __init__(self, genesis: bytes, head: Head, patience: float = 10.0) -> None:
        self._genesis = genesis
        self._head = head
        self.leaves: list[Row] = []
        self.sealed: dict[bytes, bytes] = {}
        self.places: dict[bytes, int] = {}
        """The place of every leaf, by its hash and by its action."""
        self.tiles: dict[tuple[int, int], bytes] = {}
        """The root of every full tile, by its level and its number there."""
        self._patience = patience
        self._lock = threading.Lock()
        self._closed = False

    def genesis(self) -> bytes:
        """The exact bytes the vault began with."""
        self._open()
        return self._genesis

    def head(self) -> Head:
        """The last state that was committed."""
        self._open()
        return self._head

    def rows(self, start: int, stop: int) -> list[Row]:
        """The leaves from ``start`` up to ``stop``."""
        self._open()
        return [row for row in self.leaves[start:stop] if start <= row.n < stop]

    def parts(self, hashes: Sequence[bytes]) -> dict[bytes, bytes]:
        """The sealed bytes of those of ``hashes`` that are there."""
        self._open()
        return {one: self.sealed[one] for one in hashes if one in self.sealed}

    def find(self, action: bytes) -> int | None:
        """The place of the leaf of this action."""
        self._open()
        return self.places.get(action)

    def tile_roots(self, level: int, start: int, stop: int) -> list[bytes]:
        """The roots of the full tiles that are kept."""
        self._open()
        there = (n for kept, n in self.tiles if kept == level and start <= n < stop)
        return [self.tiles[level, n] for n in sorted(there)]

    def counts(self) -> Counts:
        """How many leaves and parts are there."""
        self._open()
        return Counts(len(self.leaves), len(self.sealed))

    @contextmanager
    def writing(self) -> Iterator[_Pending]:
        """Keep everything added inside, or nothing."""
        self._open()
        if not self._lock.acquire(timeout=self._patience):
            raise VaultBusy("somebody else is writing to this ledger", hint="try again in a moment")
        try:
            pending = _Pending(self)
            yield pending
            self.leaves.extend(pending.rows)
            self.sealed.update(pending.parts)
            self.places.update(pending.places)
            self.tiles.update(pending.tiles)
            self._head = pending.head
        finally:
            self._lock.release()

    def erase(self, hashes: Sequence[bytes]) -> int:
        """Forget these parts; how many there were."""
        with self.writing():
            return sum(self.sealed.pop(one, None) is not None for one in hashes)

    def check(self) -> tuple[Fault, ...]:
        """Memory finds nothing wrong with itself."""
        self._open()
        return ()

    def close(self) -> None:
        """Refuse everything from now on."""
        self._closed = True

    def _open(self) -> None:
        if self._closed:
            raise VaultError("the vault is closed", hint="open it again")
