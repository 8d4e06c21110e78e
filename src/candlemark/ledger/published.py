"""Reading a published log: everything in it is checked, and every faulty file is named.

It needs no secret: the log's public key, and, for whoever kept one, a checkpoint from before.  The
root that was signed is the measure.  Leaves are hashed up to it, and so are the tiles; whichever
leads there tells which of the others lie.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from candlemark.errors import (
    CandlemarkError,
    Fault,
    LedgerBroken,
    ProofRefused,
    PublishedBroken,
)
from candlemark.ledger.entry import read_leaf
from candlemark.ledger.files import read_whole
from candlemark.ledger.genesis import GENESIS_LIMIT, vault_id
from candlemark.ledger.merkle import HASH_BYTES, FullTile, Tree
from candlemark.ledger.publishing import (
    CHECKPOINT,
    GENESIS,
    PARTS,
    broken_checkpoint,
    published_note,
)
from candlemark.ledger.shown import Shown
from candlemark.ledger.tiles import (
    BUNDLE_LIMIT,
    ENTRIES,
    WIDTH,
    Tile,
    hashes_of,
    read_bundle,
    read_hashes,
    tiles_of,
)
from candlemark.seal.padding import SIZES
from candlemark.seal.sealing import OVERHEAD

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from candlemark.ledger.checkpoint import Checkpoint
    from candlemark.seal import Note, NoteKey

_MISSING: Final = "it is missing"


@dataclass(frozen=True, slots=True)
class Published:
    """What a published log holds and what is wrong with it; no fault means that everything fits.

    ``checkpoint`` is the signed one, ``note`` with whatever cosignatures are under it.
    """

    checkpoint: Checkpoint
    note: Note
    parts: int
    faults: tuple[Fault, ...]

    def require(self) -> None:
        """Raise what was found.

        Raises:
            PublishedBroken: there are faults.
        """
        if self.faults:
            raise PublishedBroken(
                f"{len(self.faults)} files of this published log do not hold",
                hint="keep the folder as it is and fetch these files again beside it",
                faults=self.faults,
            )


def shown_in(folder: Path, key: NoteKey) -> Shown:
    """The log published in ``folder``; only its checkpoint has been read and checked.

    Raises:
        PublishedBroken: there is none, or its checkpoint is not signed with ``key``.
    """
    note = published_note(folder)
    if note is None:
        raise PublishedBroken(
            "no log is published in this folder", hint="name the folder that holds its checkpoint"
        )
    try:
        return Shown.of(note.encode(), key, tile_at(folder))
    except LedgerBroken as error:
        raise broken_checkpoint(error) from None


def tile_at(folder: Path) -> Callable[[Tile], bytes]:
    """Reads tiles and bundles out of a published folder.

    A partial tile may have grown since its checkpoint was read; then the beginning of the wider
    one is what was asked for.  The reader raises :class:`~candlemark.errors.ProofRefused` for a
    file that is missing or too short.
    """

    def read(tile: Tile) -> bytes:
        limit = BUNDLE_LIMIT if tile.level == ENTRIES else WIDTH * HASH_BYTES
        found = read_whole(folder / tile.path, limit)
        width = tile.width
        while found is None and width < WIDTH:
            width += 1
            found = read_whole(folder / tile._replace(width=width).path, limit)
        if found is None:
            raise ProofRefused(_MISSING, hint="fetch the file again")
        if width != tile.width:
            if tile.level == ENTRIES:
                whole = read_bundle(found, width)[: tile.width]
                return found[: sum(2 + len(entry) for entry in whole)]
            return b"".join(read_hashes(found, width)[: tile.width])
        return found

    return read


def check_published(
    folder: Path,
    key: NoteKey,
    known: Checkpoint | None = None,
    *,
    parts: bool | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> Published:
    """Read everything a published log holds and hold it against its signed checkpoint.

    Args:
        folder: with the file ``checkpoint``.
        key: of the log.
        known: a checkpoint from before that this one must continue.
        parts: whether the sealed parts must be there; None: when there is a folder of them.
        progress: is told how many leaves of how many were read.

    Raises:
        PublishedBroken: there is no log of this key; anything else is in ``faults``.
    """
    shown = shown_in(folder, key)
    wanted = (folder / PARTS).is_dir() if parts is None else parts
    reader = _Reader(folder, shown, known, parts=wanted)
    return reader.run(progress)


class _Side:
    """One way to the root: out of the leaves, or out of the tiles of level 0."""

    def __init__(self, known: Checkpoint | None) -> None:
        self.tree = Tree()
        self.filled: list[FullTile] = []
        self._known = known
        self.root_then: bytes | None = None

    def add(self, hashes: list[bytes]) -> None:
        """Grow by these leaves; on the way, note the root at the size that is known."""
        known = self._known
        if known is not None and self.tree.size <= known.size <= self.tree.size + len(hashes):
            before = hashes[: known.size - self.tree.size]
            self.root_then = self.tree.grown(before).root
        self.tree = self.tree.grown(hashes, self.filled)

    def tile(self, tile: Tile) -> bytes:
        """What a tile above level 0 must hold."""
        below = [full.root for full in self.filled if full.level == tile.level - 1]
        return b"".join(below[tile.n * WIDTH : tile.n * WIDTH + tile.width])


class _Reader:
    """One walk over a published folder."""

    def __init__(
        self, folder: Path, shown: Shown, known: Checkpoint | None, *, parts: bool
    ) -> None:
        self._folder = folder
        self._shown = shown
        self._read = tile_at(folder)
        self._known = known
        self._want_parts = parts
        self._leaves, self._tiles = _Side(known), _Side(known)
        self._differ: list[tuple[Tile, list[int]]] = []
        self._faults: list[Fault] = []
        self._parts = 0

    def run(self, progress: Callable[[int, int], None] | None) -> Published:
        """Read the lowest level in both ways, settle which is right, then check the rest by it."""
        size = self._shown.checkpoint.size
        for tile in tiles_of(size):
            if tile.level == ENTRIES:
                self._read_lowest(tile)
                if progress is not None:
                    progress(tile.n * WIDTH + tile.width, size)
        right = self._settle()
        if right is not None:
            self._check_above(right)
        if self._known is not None:
            self._check_known(self._known, right)
        if self._want_parts:
            self._check_genesis()
            self._check_all_parts(right)
        return Published(self._shown.checkpoint, self._shown.note, self._parts, tuple(self._faults))

    def _read_lowest(self, bundle: Tile) -> None:
        """A bundle and the tile over it; where one cannot be read the other stands in for it."""
        tile = bundle._replace(level=0)
        entries: list[bytes] | None = None
        hashes: list[bytes] | None = None
        try:
            entries = read_bundle(self._read(bundle), bundle.width)
        except ProofRefused as error:
            self._fault(bundle.path, error.message)
        try:
            hashes = read_hashes(self._read(tile), tile.width)
        except ProofRefused as error:
            self._fault(tile.path, error.message)
        of_entries = None if entries is None else hashes_of(entries)
        nothing = [bytes(HASH_BYTES)] * bundle.width
        self._leaves.add(of_entries or hashes or nothing)
        self._tiles.add(hashes or of_entries or nothing)
        if of_entries is not None and hashes is not None and of_entries != hashes:
            pairs = enumerate(zip(of_entries, hashes, strict=True))
            self._differ.append((bundle, [n for n, (one, other) in pairs if one != other]))

    def _settle(self) -> _Side | None:
        """Name the files of the lowest level that lie; the side that leads to the signed root."""
        root = self._shown.checkpoint.root
        from_leaves = self._leaves.tree.root == root
        from_tiles = self._tiles.tree.root == root
        for bundle, places in self._differ:
            first = bundle.n * WIDTH + places[0]
            if not from_leaves:
                self._fault(bundle.path, f"entry {first} is not the one that was signed for")
            if not from_tiles:
                self._fault(bundle._replace(level=0).path, f"the hash of entry {first} was changed")
        if from_leaves or from_tiles:
            return self._leaves if from_leaves else self._tiles
        if not self._faults:
            self._fault(CHECKPOINT, "the entries are not the ones it was signed for")
        return None

    def _check_above(self, right: _Side) -> None:
        for tile in tiles_of(self._shown.checkpoint.size):
            if tile.level > 0:
                try:
                    if self._read(tile) != right.tile(tile):
                        self._fault(tile.path, "its hashes do not belong to the tiles below it")
                except ProofRefused as error:
                    self._fault(tile.path, error.message)

    def _check_known(self, known: Checkpoint, right: _Side | None) -> None:
        size = self._shown.checkpoint.size
        if known.size > size:
            self._fault(CHECKPOINT, f"it is of {size} entries; {known.size} were known before")
            return
        empty = Tree().root if known.size == 0 else None
        then = empty or (self._shown.checkpoint.root if known.size == size else None)
        if then is None and right is not None:
            then = right.root_then
        if then is not None and then != known.root:
            self._fault(
                CHECKPOINT, f"it does not continue the one known before, of {known.size} entries"
            )

    def _check_all_parts(self, right: _Side | None) -> None:
        """The parts that leaves name; a leaf that lies names none."""
        lies = {} if right is self._leaves else dict(self._differ)
        for bundle in tiles_of(self._shown.checkpoint.size):
            if bundle.level != ENTRIES:
                return
            try:
                entries = read_bundle(self._read(bundle), bundle.width)
            except ProofRefused:
                continue  # named already
            for number, entry in enumerate(entries):
                if number not in lies.get(bundle, ()):
                    self._check_parts(bundle, bundle.n * WIDTH + number, entry)

    def _check_parts(self, bundle: Tile, n: int, entry: bytes) -> None:
        try:
            leaf = read_leaf(entry)
        except CandlemarkError as error:
            self._fault(bundle.path, f"entry {n}: {error.message}")
            return
        for part in leaf.parts:
            name = f"{PARTS}/{part.hash.hex()}"
            length = SIZES[part.size] + OVERHEAD
            sealed = read_whole(self._folder / name, length)
            if sealed is None:
                self._fault(name, f"{_MISSING} (a part of entry {n})")
            elif len(sealed) != length or hashlib.sha256(sealed).digest() != part.hash:
                self._fault(name, f"it was changed or cut short (a part of entry {n})")
            else:
                self._parts += 1

    def _check_genesis(self) -> None:
        stored = read_whole(self._folder / GENESIS, GENESIS_LIMIT)
        if stored is None:
            self._fault(GENESIS, _MISSING)
        elif vault_id(stored).hex() not in self._shown.key.name.split("/"):
            self._fault(GENESIS, "it is not the one this log is named after")

    def _fault(self, where: str, what: str) -> None:
        self._faults.append(Fault(where, what))
