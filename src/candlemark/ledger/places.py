"""Where a vault keeps its ledger: in its folder, or on a PostgreSQL server that its folder names.

A folder with ``ledger.toml`` keeps its ledger where that file says; without it, in ``ledger.db``.
The file is put in its place by one renaming, so there is never a moment at which both or neither
is meant.  It holds no password: libpq finds one in ``~/.pgpass``, a service file or the
environment.

The driver of PostgreSQL is an extra.  Its modules are loaded when a vault needs them.
"""

from __future__ import annotations

import importlib
import json
import os
import tomllib
from contextlib import closing, contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from candlemark.errors import Fault, LedgerBroken, NewerFormat, SettingRefused
from candlemark.ledger import database
from candlemark.ledger.sqlite import LEDGER_FILE, PLACE_FILE, SqliteStore, make_ledger

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path
    from types import ModuleType

    # For the types only, so that a store which does not do all that is asked of one is found.
    from candlemark.ledger.postgres import PostgresStore
    from candlemark.ledger.store import Head, Store

NEW: Final = ".new"
_FORMAT: Final = 1
_LONGEST: Final = 4096


@dataclass(frozen=True, slots=True)
class Place:
    """A schema of a PostgreSQL database; ``connection`` is a libpq string without a password."""

    connection: str
    schema: str


def ledger_file(folder: Path) -> str:
    """The name of the file that says where the ledger is, or is the ledger."""
    return PLACE_FILE if (folder / PLACE_FILE).is_file() else LEDGER_FILE


def place_of(folder: Path) -> Place | None:
    """The place on a server that the folder names; None when it keeps the ledger itself.

    Raises:
        NewerFormat: a later version of Candlemark wrote the file.
        LedgerBroken: the file cannot be read.
    """
    path = folder / PLACE_FILE
    with database.speaking(PLACE_FILE):
        if not path.is_file():
            return None
        stored = path.read_bytes()
    try:
        if len(stored) > _LONGEST:
            raise ValueError
        said: dict[str, Any] = tomllib.loads(stored.decode())
        version, connection, schema = said.pop("format"), said.pop("connection"), said.pop("schema")
        if type(version) is int and version > _FORMAT:
            raise NewerFormat(
                f"{PLACE_FILE} was written by a later version of Candlemark",
                hint="install that version; this one changed nothing",
            )
        if type(version) is not int or version != _FORMAT or said:
            raise ValueError
        if type(connection) is not str or type(schema) is not str:
            raise ValueError
    except (ValueError, KeyError):
        raise LedgerBroken(
            f"{PLACE_FILE} cannot be read",
            hint="restore it from the last copy of the folder; it names the server of the ledger",
            faults=[Fault(PLACE_FILE, "it must hold format, connection and schema, and no more")],
        ) from None
    return Place(connection, schema)


def open_store(folder: Path, patience: float = 10.0, *, moving: bool = False) -> Store:
    """The ledger of the vault in a folder, wherever it is.

    Args:
        folder: the folder.
        patience: seconds to wait for another writer.
        moving: see :class:`~candlemark.ledger.postgres.PostgresStore`.
    """
    place = place_of(folder)
    if place is None:
        return SqliteStore(folder, patience)
    make: type[PostgresStore] = driver("postgres").PostgresStore
    return make(place.connection, place.schema, patience, moving=moving)


@contextmanager
def begun(folder: Path, vault: str, genesis: bytes, head: Head, postgres: str) -> Iterator[str]:
    """A new ledger; the name its file is to get, while it still ends in ``.new``.

    Args:
        folder: the folder of the vault.
        vault: its identifier, in hexadecimal.
        genesis: the exact bytes it begins with.
        head: the state of the empty ledger.
        postgres: a libpq connection string without a password; empty: keep it in the folder.

    When the block raises, what was made on a server is deleted again.
    """
    if not postgres:
        make_ledger(folder / (LEDGER_FILE + NEW), genesis, head)
        yield LEDGER_FILE
        return
    server = driver("postgres")
    place = Place(postgres, driver("postgres_tables").schema_of(vault))
    with server.new_ledger(postgres, place.schema, genesis, head):
        pass
    try:
        write_place(folder, place)
        yield PLACE_FILE
    except BaseException:
        server.drop_ledger(postgres, place.schema)
        raise


def examine(folder: Path) -> Iterator[tuple[bool, str, str]]:
    """How a server keeps the ledger of the vault in a folder; nothing when the folder keeps it.

    Each thing looked at: whether it is well, what it is, what to do.
    """
    place = place_of(folder)
    if place is None:
        return
    with closing(driver("postgres").PostgresStore(place.connection, place.schema)) as store:
        yield from store.examine()
    if (folder / LEDGER_FILE).exists():
        yield (
            False,
            f"{LEDGER_FILE} from before the ledger was moved is still in the folder",
            "when candlemark ledger verify holds, delete all that begins with its name",
        )


def write_place(folder: Path, place: Place) -> None:
    """Write the file that names the place, on the disk but still under its other name."""
    text = (
        "# Where this vault keeps its ledger. No password belongs here (docs/guides/host.md).\n"
        f"format = {_FORMAT}\n"
        f"connection = {_quoted(place.connection)}\n"
        f"schema = {_quoted(place.schema)}\n"
    )
    with database.speaking(PLACE_FILE):
        path = folder / (PLACE_FILE + NEW)
        path.unlink(missing_ok=True)  # left by somebody who was stopped
        held = os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
        with os.fdopen(held, "wb") as file:
            file.write(text.encode())
            file.flush()
            os.fsync(file.fileno())


def _quoted(text: str) -> str:
    """A string of TOML; JSON writes the same, but for one character that TOML wants escaped."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")


def driver(name: str) -> ModuleType:
    """A module of this floor that needs the driver of PostgreSQL.

    Raises:
        SettingRefused: the driver is not installed.
    """
    try:
        return importlib.import_module(f"candlemark.ledger.{name}")
    except ImportError as error:
        raise SettingRefused(
            "this vault keeps its ledger on PostgreSQL, and the driver for it is not installed",
            hint="run make setup, or install candlemark[postgres]",
        ) from error
