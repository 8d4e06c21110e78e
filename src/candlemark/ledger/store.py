"""What a ledger asks of the place that keeps it.

A store keeps bytes and knows nothing of their meaning: it holds no key.  It promises three things,
and one suite of tests holds every store to them: what was acknowledged is there; what was not is
not there at all, not even by half; what is there is never changed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, Protocol

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from contextlib import AbstractContextManager

    from candlemark.errors import Fault
    from candlemark.ledger.merkle import FullTile


class Row(NamedTuple):
    """One leaf as it is kept: its place, its exact bytes, its hash, its action."""

    n: int
    leaf: bytes
    hash: bytes
    action: bytes


class Head(NamedTuple):
    """The state of the whole ledger: its size, the peaks of its tree, the signed checkpoint."""

    size: int
    peaks: bytes
    note: bytes


class Counts(NamedTuple):
    """How many rows are kept."""

    leaves: int
    parts: int


class Writing(Protocol):
    """An exclusive right to add, until it is given back."""

    def add(self, row: Row, parts: Iterable[tuple[bytes, bytes]]) -> None:
        """Add the next leaf and its parts, given as ``(hash, sealed bytes)``.

        Raises:
            LedgerBroken: the leaf is not the next one, or one of this hash or action is there.
        """

    def add_tile(self, tile: FullTile) -> None:
        """Keep the root of a tile that the leaves added here have filled.

        Raises:
            LedgerBroken: one of this level and number is there.
        """

    def move_head(self, head: Head) -> None:
        """Let ``head`` be the state of the ledger; a smaller size than before is refused."""


class Readable(Protocol):
    """Leaves and parts, to be read."""

    def rows(self, start: int, stop: int) -> list[Row]:
        """The leaves from ``start`` up to ``stop`` that are there."""
        ...

    def parts(self, hashes: Sequence[bytes]) -> dict[bytes, bytes]:
        """The sealed bytes of those of ``hashes`` that are there."""
        ...


class Store(Protocol):
    """Where a ledger's bytes are kept.  Safe to use from several threads."""

    @property
    def remains(self) -> str:
        """Where sealed bytes are left for a while after :meth:`erase`, to be told to whoever asked.

        A sentence without a capital and a stop; empty when they are nowhere the store knows of.
        """

    def genesis(self) -> bytes:
        """The exact bytes the vault began with."""

    def head(self) -> Head:
        """The last state that was committed."""

    def rows(self, start: int, stop: int) -> list[Row]:
        """The leaves with ``start <= n < stop`` that are there, by ``n``."""

    def parts(self, hashes: Sequence[bytes]) -> dict[bytes, bytes]:
        """The sealed bytes of those of ``hashes`` that are there."""

    def find(self, action: bytes) -> int | None:
        """The place of the leaf of this action."""

    def tile_roots(self, level: int, start: int, stop: int) -> list[bytes]:
        """The roots of the full tiles of ``level`` with ``start <= n < stop`` that are kept."""

    def counts(self) -> Counts:
        """How many leaves and parts are there, referred to or not."""

    def writing(self) -> AbstractContextManager[Writing]:
        """Everything added inside is kept when the block ends, and nothing when it raises.

        Raises:
            VaultBusy: somebody else is writing, and still is after a while.
            StorageFull: the disk refuses; nothing was kept.
        """

    def erase(self, hashes: Sequence[bytes]) -> int:
        """Destroy these parts, so that no byte of them is left in the store; how many there were.

        What a store cannot reach (:attr:`remains`) is sealed, and the keys are destroyed elsewhere.

        Raises:
            VaultBusy: somebody reads, or writes, and does not stop; what is left is erased by
                asking again.
            ServerRefused, StorageFull, OutcomeUnknown: a server cannot; ask again.
        """
        ...

    def check(self) -> tuple[Fault, ...]:
        """What the store itself finds wrong with how it keeps the bytes."""

    def close(self) -> None:
        """Give everything back; a second time does nothing."""
