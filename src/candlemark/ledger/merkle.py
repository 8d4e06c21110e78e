"""The Merkle tree over the leaves (RFC 6962), grown leaf by leaf.

A tree of ``size`` leaves is kept as its *peaks*: the roots of the perfect trees it is made of, the
largest first, one per bit set in ``size``.  Peaks are enough to add a leaf and to give the root, so
an append costs the same whether the ledger has a hundred leaves or a million.  Peaks need no
protection of their own: a root that is signed fixes them.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, NamedTuple

from candlemark.errors import LedgerBroken

if TYPE_CHECKING:
    from collections.abc import Iterable

HASH_BYTES: Final = 32
TILE_HEIGHT: Final = 8
"""Levels of the tree in one tile (c2sp.org/tlog-tiles)."""


class FullTile(NamedTuple):
    """A tile that holds all its 256 hashes: its level, its number there, and the root over them.

    The root is one hash of the next level, so that the tiles above are read and never computed.
    """

    level: int
    n: int
    root: bytes


def leaf_hash(leaf: bytes) -> bytes:
    """SHA-256(0x00 || leaf): the hash a leaf has everywhere in Candlemark."""
    return hashlib.sha256(b"\x00" + leaf).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """SHA-256(0x01 || left || right)."""
    return hashlib.sha256(b"\x01" + left + right).digest()


@dataclass(frozen=True, slots=True)
class Tree:
    """A Merkle tree of ``size`` leaves, known by its peaks."""

    size: int = 0
    peaks: tuple[bytes, ...] = ()

    @classmethod
    def of(cls, size: int, packed: bytes) -> Tree:
        """The tree whose peaks stand one after the other in ``packed``.

        Raises:
            LedgerBroken: the number of peaks is not the one for ``size``.
        """
        if size < 0 or len(packed) != size.bit_count() * HASH_BYTES:
            raise LedgerBroken(f"the peaks do not fit a tree of {size} leaves")
        return cls(
            size,
            tuple(
                packed[start : start + HASH_BYTES] for start in range(0, len(packed), HASH_BYTES)
            ),
        )

    @property
    def packed(self) -> bytes:
        """The peaks, one after the other."""
        return b"".join(self.peaks)

    @property
    def root(self) -> bytes:
        """The root; that of no leaves is SHA-256 of nothing."""
        if not self.peaks:
            return hashlib.sha256(b"").digest()
        *rest, root = self.peaks
        for peak in reversed(rest):
            root = node_hash(peak, root)
        return root

    def grown(self, hashes: Iterable[bytes], filled: list[FullTile] | None = None) -> Tree:
        """This tree with leaves added, given by their hashes.

        Args:
            hashes: of the leaves, in order.
            filled: is given every tile these leaves fill, from the lowest level up.
        """
        peaks, size = list(self.peaks), self.size
        for added in hashes:
            peaks.append(added)
            full, height = size, 0
            while full & 1:  # two perfect trees of one height become the next higher one
                right, left = peaks.pop(), peaks.pop()
                peaks.append(node_hash(left, right))
                full >>= 1
                height += 1
                if filled is not None and height % TILE_HEIGHT == 0:
                    filled.append(FullTile(height // TILE_HEIGHT - 1, size >> height, peaks[-1]))
            size += 1
        return Tree(size, tuple(peaks))
