"""The read models of a vault: made when they are asked, caught up, thrown away at any doubt.

A model is a copy of what the ledger says, in another shape.  Nothing is lost with it, so nothing
about it is ever mended: a file that is damaged, another's, ahead of the ledger, made by another
version, under an older key, or from before something was erased, is removed and built again.

One process builds at a time.  A new file is filled under a name and a key nobody knows of yet, and
becomes the model when its key file takes its place; an older file grows by one transaction.
Whatever is killed leaves the state before.
"""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Protocol, TypeVar

from candlemark.errors import LedgerBroken, NotEntitled, StorageFull, VaultBusy, VaultError
from candlemark.ledger.entry import META
from candlemark.ledger.merkle import Tree
from candlemark.ledger.model.asking import CodedModel, IdentityModel, Model
from candlemark.ledger.model.cipher import Unusable, make, open_file, speaking
from candlemark.ledger.model.filling import MARKS, fill, make_indices, make_tables
from candlemark.ledger.model.place import make_folder
from candlemark.ledger.model.projection import CODED
from candlemark.ledger.model.watermark import (
    Build,
    Mark,
    Place,
    read_build,
    read_mark,
    write_build,
    write_mark,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator
    from pathlib import Path

    from candlemark.ledger.compartments import CompartmentKeys
    from candlemark.ledger.model.projection import (
        CodedProjection,
        IdentityProjection,
        Projection,
    )
    from candlemark.ledger.said import Said, State
    from candlemark.seal import SealingKey

_T = TypeVar("_T")
_M = TypeVar("_M", bound="Model")

LOCK: Final = "lock"
_TRIES: Final = 3


class Source(Protocol):
    """What a model is made from: a ledger."""

    def tree(self) -> Tree:
        """Its signed state."""

    def state(self, since: Tree) -> State:
        """Its signed state, once the leaves behind ``since`` lead up to it, and what counts."""

    def said(
        self, kinds: Collection[str], compartment: str, state: State, start: int
    ) -> Iterator[Said]:
        """Facts with their places."""

    def present_key(self, compartment: str) -> SealingKey | None:
        """The key the ledger names last for a compartment."""


@dataclass(frozen=True, slots=True)
class ModelCard:
    """What can be told about the model file of one compartment.

    ``size`` is the number of entries each projection in it goes up to, by its name.
    """

    compartment: str
    bytes: int
    usable: bool
    size: dict[str, int]


class Models:
    """The read models of one open vault.  Safe to use from several threads and processes.

    Args:
        ledger: what they are made from.
        vault: the vault's identifier.
        keys: of the compartments this member reads.
        folder: where the files lie; it is made when the first model is.
        patience: seconds to wait while another process builds.
    """

    def __init__(
        self,
        ledger: Source,
        vault: bytes,
        keys: CompartmentKeys,
        folder: Path,
        patience: float = 10.0,
    ) -> None:
        self._ledger = ledger
        self._vault = vault
        self._keys = keys
        self._patience = patience
        self.folder = folder

    @property
    def compartments(self) -> tuple[str, ...]:
        """Those models can be made of: this member holds the present key.  In order of name."""
        return tuple(name for name in self._names if self._ledger.present_key(name) is not None)

    @property
    def partly(self) -> tuple[str, ...]:
        """Those this member can only read what is older of; there is no model of it."""
        return tuple(name for name in self._names if self._ledger.present_key(name) is None)

    @property
    def _names(self) -> list[str]:
        return sorted(name for name in self._keys if name != META)

    def coded(self, projection: CodedProjection, ask: Callable[[CodedModel], _T]) -> _T:
        """What ``ask`` makes of a model of the compartment ``coded``, caught up with the ledger.

        ``ask`` may be called a second time, should the file turn out to be damaged on the way, and
        must not ask the same models anything itself.

        Raises:
            NotEntitled: this member does not read the compartment.
            LedgerBroken: the ledger is damaged.
            StorageFull, VaultBusy: the model could not be kept, or waited for; the ledger can still
                be read without it.
        """
        return self._ask(projection, CODED, CodedModel, ask)

    def identity(
        self, projection: IdentityProjection, compartment: str, ask: Callable[[IdentityModel], _T]
    ) -> _T:
        """What ``ask`` makes of a model of one compartment that says who somebody is.

        Raises:
            NotEntitled, LedgerBroken, StorageFull, VaultBusy: as :meth:`coded`.
        """
        return self._ask(projection, compartment, IdentityModel, ask)

    def _ask(
        self,
        projection: Projection,
        compartment: str,
        sort: type[_M],
        ask: Callable[[_M], _T],
    ) -> _T:
        if not projection.accepts(compartment):
            raise NotEntitled(
                f"the read model {projection.name} may hold nothing of that compartment",
                hint="ask for it under a compartment it was made for",
            )
        work = _Work(self, Place(self._vault, compartment), self._key(compartment), projection)
        why = None
        for _ in range(_TRIES):
            try:
                connection, mark = work.ready()
                with closing(connection):
                    return ask(sort(connection, projection, mark))
            except Unusable as error:
                why = error
                self._remove(work.place)
        raise VaultError(
            "the read model is damaged each time it is built",
            hint="look after the memory and the disk of this machine; the vault is as it was",
        ) from why

    def _key(self, compartment: str) -> SealingKey:
        """The present key of a compartment.

        Raises:
            NotEntitled: this member does not hold it.
        """
        # What the ledger names and not what is newest in the keystore, into which anybody who can
        # write the file may have put a key of their own.
        key = self._ledger.present_key(compartment)
        if key is None:
            raise NotEntitled(
                "this member has no key of that compartment",
                hint="a reader of it lets you read it: candlemark compartment add",
            )
        return key

    def show(self) -> tuple[ModelCard, ...]:
        """The model files there are, of the compartments this member reads."""
        return tuple(card for name in self.compartments if (card := self._card(name)) is not None)

    def _card(self, compartment: str) -> ModelCard | None:
        place = Place(self._vault, compartment)
        if not self.key_file(place).is_file():
            return None
        sizes: dict[str, int] = {}
        try:
            key = self._key(compartment)
            build, connection = self.opened(place, key)
            with closing(connection), speaking():
                for name, sealed in connection.execute("SELECT projection, sealed FROM mark"):
                    sizes[name] = read_mark([(sealed,)], place, build, name, key).tree.size
            kept = self.file(place, build).stat().st_size
        except (Unusable, VaultError, OSError):
            return ModelCard(compartment, 0, usable=False, size={})
        return ModelCard(compartment, kept, usable=True, size=sizes)

    def sweep(self) -> None:
        """Remove what an older key opens, or what no key does; called when a vault is opened."""
        for name in self._names:
            place = Place(self._vault, name)
            try:
                read_build(self.key_file(place).read_bytes(), place, self._key(name))
            except OSError:
                continue
            except (Unusable, NotEntitled):
                # A folder that is full or in use is told to who asks for a model, and not here.
                with suppress(VaultError):
                    self._remove(place)

    def forget(self) -> None:
        """Throw every model away because something was erased; waits for nobody for long."""
        try:
            self.drop()
        except (StorageFull, VaultBusy):
            # What is being built meanwhile is from before, is found so, and built anew.
            for one in self.folder.glob("*.*"):
                _unlink(one)

    def drop(self) -> int:
        """Throw every model of this vault away; how many bytes they had.

        What is asked next is built from the ledger as it is then.
        """
        if not self.folder.is_dir():
            return 0
        with self.locked():
            ours = [one for one in self.folder.iterdir() if not one.name.startswith(LOCK)]
            return sum(map(_unlink, ours))

    # What the work on one file needs

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
            VaultBusy: somebody does, and went on longer than anybody waits.
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

    def _remove(self, place: Place) -> None:
        with self.locked():
            self.remove_files(place)

    def remove_files(self, place: Place) -> None:
        """Remove every file of a place, its key first."""
        _unlink(self.key_file(place))
        for one in self.folder.glob(f"{place.name}.*"):
            _unlink(one)

    @property
    def source(self) -> Source:
        """The ledger."""
        return self._ledger


class _Work:
    """The work on one model: look, and build or catch up where it is needed."""

    def __init__(
        self, models: Models, place: Place, key: SealingKey, projection: Projection
    ) -> None:
        self.place = place
        self._models = models
        self._ledger = models.source
        self._key = key
        self._projection = projection

    def ready(self) -> tuple[sqlite3.Connection, Mark]:
        """A connection to the model once it has caught up, and how far it goes.

        Raises:
            Unusable: it turned out damaged after it was looked at.
        """
        with suppress(Unusable):
            build, connection = self._models.opened(self.place, self._key)
            try:
                mark = self._mark(connection, build)
                # What counts and what was erased follows from the entries: where these are the
                # same, so is all that follows.
                now = (self._projection.fingerprint, self._ledger.tree())
                if mark is not None and (mark.fingerprint, mark.tree) == now:
                    return connection, mark
            except BaseException:
                connection.close()
                raise
            connection.close()
        with self._models.locked():
            try:
                return self._caught_up()
            except Unusable:
                return self._built()

    def _mark(self, connection: sqlite3.Connection, build: Build) -> Mark | None:
        """The watermark of this projection; None when the file does not hold it yet."""
        name = self._projection.name
        with speaking():
            kept = connection.execute(
                "SELECT sealed FROM mark WHERE projection = ?", (name,)
            ).fetchall()
        return read_mark(kept, self.place, build, name, self._key) if kept else None

    def _caught_up(self) -> tuple[sqlite3.Connection, Mark]:
        build, connection = self._models.opened(self.place, self._key)
        try:
            with speaking():
                connection.execute("BEGIN IMMEDIATE")
            mark = self._mark(connection, build)
            if mark is None:
                mark = self._begun(connection, build)
            elif mark.fingerprint == self._projection.fingerprint:
                state = self._state(mark.tree)
                if not mark.grows_into(state):
                    raise Unusable
                mark, about = self._fill(connection, build, state, mark.entries)
                self._gather(connection, mark, about)
            else:
                raise Unusable
            with speaking():
                connection.execute("COMMIT")
        except BaseException:
            connection.close()  # which rolls back
            raise
        return connection, mark

    def _built(self) -> tuple[sqlite3.Connection, Mark]:
        """A new file in the place of whatever there is."""
        models, build = self._models, Build.new()
        models.remove_files(self.place)
        path = models.file(self.place, build)
        with speaking():
            connection = make(path, build.key)
        try:
            with closing(connection):
                with speaking():
                    connection.execute("BEGIN")
                    connection.execute(MARKS)
                mark = self._begun(connection, build)
                with speaking():
                    connection.execute("COMMIT")
            content = write_build(build, self.place, self._key)
            with speaking():
                _publish(path, models.key_file(self.place), content)
        except BaseException:
            _unlink(path)
            raise
        return models.opened(self.place, self._key)[1], mark

    def _begun(self, connection: sqlite3.Connection, build: Build) -> Mark:
        """The tables of the projection, filled with all there is."""
        with speaking():
            make_tables(connection, self._projection)
        mark, about = self._fill(connection, build, self._state(Tree()), 0)
        with speaking():
            make_indices(connection, self._projection)
        self._gather(connection, mark, about)
        return mark

    def _gather(self, connection: sqlite3.Connection, mark: Mark, about: frozenset[str]) -> None:
        """Write what is kept of all facts of a thing together, for those with new facts."""
        gathering = self._projection.gathering
        if gathering is not None and about:
            model = Model(connection, self._projection, mark)
            with speaking():
                gathering.gather(model, sorted(about))

    def _state(self, since: Tree) -> State:
        """The state of the ledger, checked behind ``since``.

        Raises:
            Unusable: the ledger does not follow on ``since``.
            LedgerBroken: it is damaged.
        """
        try:
            return self._ledger.state(since)
        except LedgerBroken:
            if since.size:  # the ledger is another or an older one; if it is damaged, the next
                raise Unusable from None  # attempt, from the beginning, says so
            raise

    def _fill(
        self, connection: sqlite3.Connection, build: Build, state: State, start: int
    ) -> tuple[Mark, frozenset[str]]:
        """Add what the ledger says from ``start`` on, and move the watermark; what it is about."""
        projection, name = self._projection, self._projection.name
        facts = self._ledger.said(projection.kinds.codes, self.place.compartment, state, start)
        mark = Mark.of(projection.fingerprint, state)
        sealed = write_mark(mark, self.place, build, name, self._key)
        with speaking():
            about = fill(connection, projection, facts)
            connection.execute("INSERT OR REPLACE INTO mark VALUES (?, ?)", (name, sealed))
        return mark, about


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
    raise VaultBusy(
        "another process is building a read model of this vault",
        hint="wait until it is done and try again",
    )


def _publish(path: Path, key_file: Path, content: bytes) -> None:
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


def _unlink(path: Path) -> int:
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
