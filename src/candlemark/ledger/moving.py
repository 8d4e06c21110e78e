"""Moving a ledger between its folder and a PostgreSQL server.

Nobody else writes meanwhile.  Every byte is copied, compared on the other side with what it was,
and folded up to the root that the log signed; then the folder is switched over by renaming one
file.  A move that is stopped has changed nothing, or is finished by running it again: what it left
behind on the other side is known by holding nothing that this ledger does not.

What was moved away from stays as it was and takes no further entry.
"""

from __future__ import annotations

import hashlib
import shutil
from contextlib import closing
from typing import TYPE_CHECKING, Final

from candlemark.errors import (
    CandlemarkError,
    Fault,
    LedgerBroken,
    SettingRefused,
    StorageFull,
    VaultExists,
)
from candlemark.ledger import database, places
from candlemark.ledger.checkpoint import tree_of
from candlemark.ledger.entry import read_leaf
from candlemark.ledger.genesis import vault_id
from candlemark.ledger.merkle import Tree, leaf_hash
from candlemark.ledger.public import PublicLog, noted_log
from candlemark.ledger.sqlite import LEDGER_FILE, PLACE_FILE, SqliteStore, alone, make_ledger
from candlemark.ledger.store import Head
from candlemark.ledger.tiles import tile_faults

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from candlemark.ledger.merkle import FullTile
    from candlemark.ledger.store import Row, Store, Writing

    Progress = Callable[[int, int], None]

_AT_ONCE: Final = 64
_LEVELS: Final = range(8)
_MORE_THAN_THERE_ARE: Final = 1 << 56
_HALF: Final = "ledger.moving"
_NOTHING: Final = Head(0, b"", b"")


def move_to_server(
    folder: Path, postgres: str, *, patience: float = 10.0, progress: Progress | None = None
) -> places.Place:
    """Move the ledger of the vault in ``folder`` to a PostgreSQL database.

    Args:
        folder: the folder, which keeps its ledger itself.
        postgres: a libpq connection string without a password.
        patience: seconds to wait for another writer.
        progress: is told how many entries of how many were copied.

    Returns:
        Where it is now.  ``ledger.db`` stays in the folder, no longer used.

    Raises:
        SettingRefused: the ledger is on a server already.
        VaultBusy: somebody else is writing.
        VaultExists: the database holds another ledger of this vault, or entries this one lacks.
        LedgerBroken: the ledger does not hold together; it was not moved.
    """
    if places.place_of(folder) is not None:
        raise _there("a server")
    server = places.driver("postgres")
    with closing(SqliteStore(folder, patience)) as source, source.writing():
        genesis = source.genesis()
        place = places.Place(
            postgres, places.driver("postgres_tables").schema_of(vault_id(genesis).hex())
        )
        if server.exists(postgres, place.schema):
            with closing(server.PostgresStore(postgres, place.schema, patience)) as before:
                _require_older(before, source)
            server.drop_ledger(postgres, place.schema)
        with server.new_ledger(postgres, place.schema, genesis, _NOTHING) as target:
            _copy(source, target, folder, progress)
        with closing(server.PostgresStore(postgres, place.schema, patience)) as moved:
            _require_same(source, moved)
        places.write_place(folder, place)
        with database.speaking(PLACE_FILE):
            (folder / (PLACE_FILE + places.NEW)).rename(folder / PLACE_FILE)
            database.settle(folder)
    return place


def move_to_folder(
    folder: Path, *, patience: float = 10.0, progress: Progress | None = None
) -> places.Place:
    """Move the ledger of the vault in ``folder`` from its server into the folder.

    Returns:
        Where it was.  The schema stays there, marked as moved away.

    Raises:
        SettingRefused: the folder keeps its ledger already.
        VaultBusy, LedgerBroken: as :func:`move_to_server`.
    """
    with alone(folder, patience):
        place = places.place_of(folder)
        if place is None:
            raise _there("its folder")
        half = folder / _HALF
        with database.speaking(_HALF):
            shutil.rmtree(half, ignore_errors=True)
            half.mkdir(mode=0o700)
        store = places.driver("postgres").PostgresStore(
            place.connection, place.schema, patience, moving=True
        )
        with closing(store), store.writing() as leaving:
            make_ledger(half / LEDGER_FILE, store.genesis(), _NOTHING)
            with closing(SqliteStore(half, patience)) as target:
                with target.writing() as writing:
                    _copy(store, writing, folder, progress)
                _require_same(store, target)
            _require_folded(half)
            leaving.move_away()
        # From here on nobody can write to either; running this again ends well from any line.
        with database.speaking(LEDGER_FILE):
            database.settle(half)
            for leftover in ("-wal", "-shm"):
                (folder / (LEDGER_FILE + leftover)).unlink(missing_ok=True)
            (half / LEDGER_FILE).rename(folder / LEDGER_FILE)
            database.settle(folder)
            (folder / PLACE_FILE).unlink()
            database.settle(folder)
            shutil.rmtree(half, ignore_errors=True)
    return place


def _require_folded(half: Path) -> None:
    """Refuse a file some of which is still in its write-ahead log.

    Raises:
        StorageFull: SQLite could not fold it in.
    """
    log = half / (LEDGER_FILE + "-wal")
    if log.exists() and log.stat().st_size:
        raise StorageFull(
            "the disk refused to keep more", hint="make room and move it again; nothing was moved"
        )


def _there(where: str) -> SettingRefused:
    return SettingRefused(
        f"the ledger of this vault is kept in {where} already", hint="there is nothing to move"
    )


def _walk(store: Store) -> Iterator[tuple[Row, list[tuple[bytes, bytes]]]]:
    """Every leaf in order, with those of its parts that are there."""
    size = store.counts().leaves
    for start in range(0, size, _AT_ONCE):
        for row in store.rows(start, min(start + _AT_ONCE, size)):
            names = [part.hash for part in read_leaf(row.leaf).parts]
            found = store.parts(names)
            yield row, [(name, found[name]) for name in names if name in found]


def _copy(source: Store, target: Writing, folder: Path, progress: Progress | None) -> None:
    """Copy every byte, once it is known that the ledger holds together.

    Raises:
        LedgerBroken: it does not.
    """
    counts, head = source.counts(), source.head()
    tree, parts, faults = Tree(), 0, []
    filled: list[FullTile] = []
    for row, sealed in _read(source):
        damaged = [name for name, stored in sealed if hashlib.sha256(stored).digest() != name]
        if leaf_hash(row.leaf) != row.hash or row.n != tree.size or damaged:
            faults.append(Fault(f"entry {row.n}", "it was changed"))
            break
        target.add(row, sealed)
        known = len(filled)
        tree, parts = tree.grown([row.hash], filled), parts + len(sealed)
        for tile in filled[known:]:
            target.add_tile(tile)
        if progress is not None:
            progress(row.n + 1, counts.leaves)
    faults += tile_faults(source, filled)
    log = PublicLog(source, noted_log(folder)).key
    signed = tree_of(head, log.name, log.public)
    if faults or signed != tree or parts != counts.parts:
        raise LedgerBroken(
            "the ledger does not hold together, and was not moved",
            hint="candlemark ledger verify names every fault",
            faults=faults,
        )
    target.move_head(head)


def _read(source: Store) -> Iterator[tuple[Row, list[tuple[bytes, bytes]]]]:
    try:
        yield from _walk(source)
    except LedgerBroken as error:
        raise LedgerBroken(
            "the ledger does not hold together, and was not moved",
            hint="candlemark ledger verify names every fault",
            faults=error.faults or (Fault("ledger", error.message),),
        ) from error


def _require_same(source: Store, target: Store) -> None:
    """Read both sides back and compare every byte.

    Raises:
        LedgerBroken: the copy is another.
    """
    same = (
        source.genesis() == target.genesis()
        and source.head() == target.head()
        and source.counts() == target.counts()
        and all(one == other for one, other in zip(_walk(source), _walk(target), strict=True))
        and all(
            source.tile_roots(level, 0, _MORE_THAN_THERE_ARE)
            == target.tile_roots(level, 0, _MORE_THAN_THERE_ARE)
            for level in _LEVELS
        )
        and not target.check()
    )
    if not same:
        raise LedgerBroken(
            "the copy is not the same as the ledger, and is not used",
            hint="look at the disk of the server, and try again",
        )


def _require_older(before: Store, source: Store) -> None:
    """Refuse to replace a ledger that holds anything this one does not.

    Raises:
        VaultExists: it does.
    """
    try:
        size = before.counts().leaves
        older = before.genesis() == source.genesis() and all(
            before.rows(start, stop) == source.rows(start, stop)
            for start, stop in ((at, min(at + _AT_ONCE, size)) for at in range(0, size, _AT_ONCE))
        )
    except CandlemarkError:
        older = False
    if not older:
        raise VaultExists(
            "the database holds a ledger of this vault with other entries",
            hint="find out which folder writes to it; nothing was moved",
        )
