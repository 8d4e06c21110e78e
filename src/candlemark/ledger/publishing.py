"""Publishing: a log as a tree of files that anybody can copy, mirror and check.

::

    checkpoint                  the signed note, with the cosignatures of witnesses
    tile/entries/000            leaves, 256 to a file; .p/W behind the last, partial one
    tile/0/000, tile/1/000 …    hashes of the tree, 256 to a file
    genesis, part/<sha256>      how the vault began, and its sealed parts: only when asked for

Files are written before the checkpoint that speaks of them, so whoever reads a checkpoint finds
what it promises, whenever the power failed.  A full tile is written once.  A checkpoint that does
not continue the one in the folder is refused, and an alarm: either the folder was exchanged or the
ledger was.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from candlemark.errors import Fault, LedgerBroken, PublishedBroken
from candlemark.ledger.entry import read_leaf
from candlemark.ledger.files import alone_in, read_whole, settle_all, write_whole
from candlemark.ledger.tiles import WIDTH, Tile, tile_in, tiles_of
from candlemark.seal import Note
from candlemark.seal.notes import NOTE_LIMIT

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from candlemark.ledger.public import PublicLog
    from candlemark.ledger.shown import Shown
    from candlemark.ledger.store import Store

CHECKPOINT: Final = "checkpoint"
GENESIS: Final = "genesis"
PARTS: Final = "part"


@dataclass(frozen=True, slots=True)
class Publication:
    """What publishing did: the state that is published now, and the files it took.

    ``absent`` counts parts the ledger no longer has; they were erased, or ``verify`` names them.
    """

    size: int
    root: str
    log: str
    written: int
    absent: int


def publish(log: PublicLog, folder: Path, *, parts: bool = False) -> Publication:
    """Bring the published log in ``folder`` up to the state of the ledger.

    Args:
        log: of the ledger.
        folder: made when it is not there.
        parts: whether the sealed parts go along, as a member's mirror needs and a public one does
            not; what they hold stays sealed, how many and how large they are does not.

    Raises:
        LogForked: the folder holds a later state, or one the ledger is no continuation of.
        PublishedBroken: the checkpoint in the folder is not one of this log.
        LedgerBroken: the ledger is damaged; nothing was published.
        VaultBusy, StorageFull, SettingRefused: the checkpoint in the folder is the one before.
    """
    shown = log.shown()
    with alone_in(folder):
        before = published_note(folder)
        if before is not None:
            _refuse_another_history(shown, before)
        names = _write_tiles(log.store, folder, shown.checkpoint.size)
        absent = 0
        if parts:
            more, absent = _write_parts(log.store, folder, shown.checkpoint.size)
            names += more
        settle_all(folder, names)
        written = len(names)
        note = shown.note if before is None else shown.note.joined(before)
        written += replace_checkpoint(folder, note)
        _drop_partial(folder, shown.checkpoint.size)
    size, root = shown.checkpoint.size, shown.checkpoint.root.hex()
    return Publication(size, root, str(log.key), written, absent)


def published_note(folder: Path) -> Note | None:
    """The checkpoint in a published folder; None when there is none.

    Raises:
        PublishedBroken: it is not a signed note.
    """
    stored = read_whole(folder / CHECKPOINT, NOTE_LIMIT)
    if stored is None:
        return None
    try:
        return Note.parse(stored)
    except LedgerBroken as error:
        raise broken_checkpoint(error) from None


def broken_checkpoint(error: LedgerBroken) -> PublishedBroken:
    """The error for a published checkpoint that is not one of this log."""
    return PublishedBroken(
        f"the published checkpoint does not hold: {error.message}",
        hint="keep the folder as it is and fetch the log again beside it",
        faults=(Fault(CHECKPOINT, error.message),),
    )


def replace_checkpoint(folder: Path, note: Note) -> int:
    """Let ``note`` be the published checkpoint; how many files were written.

    The caller holds :func:`~candlemark.ledger.files.alone_in` for the folder.
    """
    stored = note.encode()
    if read_whole(folder / CHECKPOINT, NOTE_LIMIT) == stored:
        return 0
    write_whole(folder, CHECKPOINT, stored)
    return 1


def _refuse_another_history(shown: Shown, before: Note) -> None:
    try:
        evidence = shown.against(before)
    except LedgerBroken as error:
        raise broken_checkpoint(error) from None
    if evidence is not None:
        raise evidence.alarm(shown.key)


def _write_tiles(store: Store, folder: Path, size: int) -> list[str]:
    read, written = tile_in(store), []
    for tile in tiles_of(size):
        if not (folder / tile.path).is_file():
            write_whole(folder, tile.path, read(tile), last=False)
            written.append(tile.path)
    return written


def _write_parts(store: Store, folder: Path, size: int) -> tuple[list[str], int]:
    """Write what is not there yet; which files, and how many parts the store has not."""
    written, absent = [], 0
    if read_whole(folder / GENESIS, 1) is None:
        write_whole(folder, GENESIS, store.genesis(), last=False)
        written.append(GENESIS)
    there = _names(folder / PARTS)
    for hashes in _part_hashes(store, size):
        wanted = [one for one in hashes if one.hex() not in there]
        sealed = store.parts(wanted)
        absent += len(wanted) - len(sealed)
        for one, content in sealed.items():
            write_whole(folder, f"{PARTS}/{one.hex()}", content, last=False)
            written.append(f"{PARTS}/{one.hex()}")
    return written, absent


def _part_hashes(store: Store, size: int) -> Iterator[list[bytes]]:
    for start in range(0, size, WIDTH):
        for row in store.rows(start, min(start + WIDTH, size)):
            yield [part.hash for part in read_leaf(row.leaf).parts]


def _names(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()} if folder.is_dir() else set()


def _drop_partial(folder: Path, size: int) -> None:
    """Remove partial tiles that the tree has outgrown: a wider one holds all that is in them."""
    for tile in tiles_of(size):
        partial = (folder / Tile(tile.level, tile.n, 1).path).parent
        for outgrown in _names(partial) - {str(tile.width)}:
            with suppress(OSError):
                (partial / outgrown).unlink()
        with suppress(OSError):
            partial.rmdir()
