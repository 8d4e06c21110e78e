"""Tiles: a log cut into files that never change once they are full (c2sp.org/tlog-tiles).

A tile holds 256 hashes of one level of the tree, each over 256 times as many leaves as one of the
level below; an entry bundle holds 256 leaves.  A tree whose size is no multiple of 256 ends in
partial ones, whose path says how wide they are.  Whoever has a few tiles has every proof.

Tiles are hints, not evidence: what is computed from them counts once it leads to a signed root.
"""

from __future__ import annotations

import re
from collections import OrderedDict
from typing import TYPE_CHECKING, Final, NamedTuple

from candlemark.errors import Fault, LedgerBroken, ProofRefused
from candlemark.ledger.merkle import HASH_BYTES, TILE_HEIGHT, leaf_hash, node_hash

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from candlemark.ledger.merkle import FullTile
    from candlemark.ledger.store import Store

WIDTH: Final = 1 << TILE_HEIGHT
"""Hashes in a full tile, and leaves in a full bundle."""

ENTRIES: Final = -1
"""The level of entry bundles, which lie below the tiles of level 0."""

LEVEL_LIMIT: Final = 63
ENTRY_LIMIT: Final = 65_535
BUNDLE_LIMIT: Final = WIDTH * (2 + ENTRY_LIMIT)
_KEPT: Final = 64
_PATH: Final = re.compile(
    r"tile/(entries|0|[1-9][0-9]?)/((?:x[0-9]{3}/)*[0-9]{3})(?:\.p/([1-9][0-9]{0,2}))?"
)


class Tile(NamedTuple):
    """Which tile: its level (:data:`ENTRIES` for a bundle), its number, how much is in it."""

    level: int
    n: int
    width: int = WIDTH

    @property
    def path(self) -> str:
        """Where it lies: ``tile/0/x001/234/067``, with ``.p/W`` behind it when it is partial."""
        digits = f"{self.n:0{3 * max(1, -(-len(str(self.n)) // 3))}d}"
        parts = [digits[at : at + 3] for at in range(0, len(digits), 3)]
        name = "/".join([*(f"x{part}" for part in parts[:-1]), parts[-1]])
        level = "entries" if self.level == ENTRIES else str(self.level)
        return f"tile/{level}/{name}" + ("" if self.width == WIDTH else f".p/{self.width}")

    @classmethod
    def at(cls, path: str) -> Tile:
        """The tile that lies at ``path``.

        Raises:
            ProofRefused: no tile lies there.
        """
        found = _PATH.fullmatch(path)
        if found is not None:
            level = ENTRIES if found[1] == "entries" else int(found[1])
            number = int(found[2].replace("x", "").replace("/", ""))
            tile = cls(level, number, int(found[3] or WIDTH))
            if tile.path == path and tile.level <= LEVEL_LIMIT and tile.width <= WIDTH:
                return tile
        raise ProofRefused("this is not the path of a tile", hint="see docs/formats/log.md")


def tiles_of(size: int) -> Iterator[Tile]:
    """Every bundle and tile of a tree of ``size`` leaves, the lowest level first."""
    for level in range(ENTRIES, LEVEL_LIMIT + 1):
        count = size >> TILE_HEIGHT * max(level, 0)
        if count == 0:
            return
        for n in range(-(-count // WIDTH)):
            yield Tile(level, n, min(WIDTH, count - n * WIDTH))


def write_bundle(entries: Sequence[bytes]) -> bytes:
    """Leaves as a bundle: each with its length in two bytes before it.

    Raises:
        LedgerBroken: a leaf is too long, which no leaf of a ledger is.
    """
    if any(len(entry) > ENTRY_LIMIT for entry in entries):
        raise LedgerBroken(f"a leaf has more than {ENTRY_LIMIT} bytes")
    return b"".join(len(entry).to_bytes(2, "big") + entry for entry in entries)


def read_bundle(stored: bytes, width: int) -> list[bytes]:
    """The ``width`` leaves of a bundle.

    Raises:
        ProofRefused: it holds fewer, or more, or ends in the middle of one.
    """
    entries: list[bytes] = []
    at = 0
    while at < len(stored) and len(entries) < width:
        start = at + 2
        at = start + int.from_bytes(stored[at:start], "big")
        entries.append(stored[start:at])
    if len(entries) != width or at != len(stored):
        raise ProofRefused(f"it does not hold {width} entries", hint=_FETCH)
    return entries


def read_hashes(stored: bytes, width: int) -> list[bytes]:
    """The ``width`` hashes of a tile.

    Raises:
        ProofRefused: it holds another number.
    """
    if len(stored) != width * HASH_BYTES:
        raise ProofRefused(f"it does not hold {width} hashes", hint=_FETCH)
    return [stored[at : at + HASH_BYTES] for at in range(0, len(stored), HASH_BYTES)]


class TileNodes:
    """The hashes of a tree of ``size`` leaves, computed from its tiles.

    Args:
        size: of the tree.
        read: gives the bytes of a tile.
    """

    def __init__(self, size: int, read: Callable[[Tile], bytes]) -> None:
        self._size = size
        self._read = read
        self._kept: OrderedDict[tuple[int, int], list[bytes]] = OrderedDict()

    def node(self, height: int, index: int) -> bytes:
        """The root over the ``2**height`` leaves that begin at ``index * 2**height``.

        Raises:
            ProofRefused: the tree is too small for it, or a tile is malformed.
        """
        if index < 0 or (index + 1) << height > self._size:
            raise ProofRefused("the tree has no such node", hint=_FETCH)
        level, above = divmod(height, TILE_HEIGHT)
        n, first = divmod(index << above, WIDTH)
        hashes = self._hashes(level, n)[first : first + (1 << above)]
        while len(hashes) > 1:
            hashes = [node_hash(hashes[at], hashes[at + 1]) for at in range(0, len(hashes), 2)]
        return hashes[0]

    def _hashes(self, level: int, n: int) -> list[bytes]:
        found = self._kept.get((level, n))
        if found is None:
            width = min(WIDTH, (self._size >> TILE_HEIGHT * level) - n * WIDTH)
            found = read_hashes(self._read(Tile(level, n, width)), width)
            self._kept[level, n] = found
            if len(self._kept) > _KEPT:
                self._kept.popitem(last=False)
        return found


def tile_in(store: Store) -> Callable[[Tile], bytes]:
    """Reads tiles and bundles out of a store; nothing in a full tile is computed.

    The reader raises :class:`~candlemark.errors.LedgerBroken` when the store lacks some of it.
    """

    def read(tile: Tile) -> bytes:
        start, stop = tile.n * WIDTH, tile.n * WIDTH + tile.width
        if tile.level > 0:
            found = store.tile_roots(tile.level - 1, start, stop)
        else:
            rows = store.rows(start, stop)
            found = [row.leaf if tile.level == ENTRIES else row.hash for row in rows]
        if len(found) != tile.width:
            raise LedgerBroken(
                f"part of {tile.path} is missing in the ledger",
                hint="candlemark ledger verify names every fault",
            )
        return write_bundle(found) if tile.level == ENTRIES else b"".join(found)

    return read


def tile_faults(store: Store, filled: Sequence[FullTile]) -> list[Fault]:
    """What is wrong with the tiles a store keeps, against those its leaves really fill."""
    faults = []
    for level in range(8):
        real = [tile.root for tile in filled if tile.level == level]
        kept = store.tile_roots(level, 0, len(real) + 1)
        if len(kept) != len(real):
            faults.append(
                Fault(f"tiles of level {level}", f"{len(kept)} kept instead of {len(real)}")
            )
        faults += [
            Fault(Tile(level, n).path, "the hash kept for it is not that of its leaves")
            for n, (one, other) in enumerate(zip(kept, real, strict=False))
            if one != other
        ]
    return faults


def hashes_of(entries: Sequence[bytes]) -> list[bytes]:
    """The hashes a tile of level 0 must hold for the leaves of its bundle."""
    return [leaf_hash(entry) for entry in entries]


_FETCH: Final = "fetch the file again from where it was published"
