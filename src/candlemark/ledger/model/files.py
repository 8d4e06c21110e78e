"""The files of read models: where they lie, who may write, how one comes to be and goes."""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing, contextmanager, suppress
from typing import TYPE_CHECKING, Final

from candlemark.errors import BeingPrepared
from candlemark.ledger.model.cipher import Unusable, open_file, speaking
from candlemark.ledger.model.place import make_folder
from candlemark.ledger.model.watermark import Build, Place, read_build

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from candlemark.seal import SealingKey

LOCK: Final = "lock"
_TRIES: Final = 3


class ModelFiles:
    """The files in one folder.

    Args:
        folder: where they lie; it is made when the first is.
        patience: seconds to wait while another process builds.
    """

    def __init__(self, folder: Path, patience: float = 10.0) -> None:
        self.folder = folder
        self._patience = patience

    def key_file(self, place: Place) -> Path:
        """Where the sealed key of a place's file lies."""
        return self.folder / f"{place.name}.key"

    def file(self, place: Place, build: Build) -> Path:
        """Where a file of a place lies."""
        return self.folder / f"{place.name}.{build.number.hex()}.db"

    def opened(self, place: Place, key: SealingKey) -> tuple[Build, sqlite3.Connection]:
        """The present file of a place.

        Raises:
            Unusable: there is none that can be used.
        """
        try:
            content = self.key_file(place).read_bytes()
        except OSError:
            raise Unusable from None
        build = read_build(content, place, key)
        return build, open_file(self.file(place, build), build.key, self._patience)

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Let nobody else build until this is done.

        Raises:
            BeingPrepared: somebody does, and went on longer than anybody waits.
            StorageFull: there is no room for models, or no leave.
        """
        with speaking():
            make_folder(self.folder)
            path = self.folder / LOCK
            with suppress(FileExistsError):
                os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
        # An empty database: SQLite's locks hold on every system, and end with who held them.
        with closing(_locking(path, self._patience)):
            yield

    def remove(self, place: Place) -> None:
        """Remove every file of a place, while nobody builds."""
        with self.locked():
            self.remove_files(place)

    def remove_files(self, place: Place) -> None:
        """Remove every file of a place, its key first."""
        unlink(self.key_file(place))
        for one in self.folder.glob(f"{place.name}.*"):
            unlink(one)


def _locking(path: Path, patience: float) -> sqlite3.Connection:
    """A connection that holds the lock at ``path`` until it is closed."""
    for _ in range(_TRIES):
        held = sqlite3.connect(path, isolation_level=None, timeout=patience)
        try:
            held.execute("BEGIN EXCLUSIVE")
        except sqlite3.OperationalError:
            held.close()
            break
        except sqlite3.DatabaseError:  # somebody wrote into it; it is to be empty
            held.close()
            path.unlink(missing_ok=True)
        else:
            return held
    raise BeingPrepared(
        "another process is building a read model of this vault",
        hint="wait until it is done and try again",
    )


def publish(path: Path, key_file: Path, content: bytes) -> None:
    """Let a file that is whole become the model: its key file appears in one step."""
    with path.open("rb+") as whole:
        os.fsync(whole.fileno())
    new = key_file.with_suffix(".new")
    new.unlink(missing_ok=True)
    with open(os.open(new, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "wb") as file:  # noqa: PTH123 - it is opened by number
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    new.replace(key_file)


def unlink(path: Path) -> int:
    """Remove a file, the key in it written over before; how many bytes it had."""
    try:
        kept = path.stat().st_size
        if path.suffix == ".key":
            with path.open("rb+") as file:
                file.write(bytes(kept))
                file.flush()
                os.fsync(file.fileno())
        path.unlink()
    except OSError:
        return 0
    return kept
