"""Building one read model and catching up with the ledger; what is kept when: ``models.py``."""

from __future__ import annotations

from contextlib import closing, suppress
from typing import TYPE_CHECKING, Final, Protocol

from candlemark.errors import LedgerBroken
from candlemark.ledger.merkle import Tree
from candlemark.ledger.model.asking import Model
from candlemark.ledger.model.cipher import LARGE, Unusable, make, speaking
from candlemark.ledger.model.files import publish, unlink
from candlemark.ledger.model.filling import MARKS, fill, make_indices, make_tables
from candlemark.ledger.model.watermark import (
    Build,
    Mark,
    Place,
    read_mark,
    write_build,
    write_mark,
)

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Collection, Iterator

    from candlemark.ledger.compartments import Readable
    from candlemark.ledger.model.files import ModelFiles
    from candlemark.ledger.model.projection import Projection
    from candlemark.ledger.said import Said, State
    from candlemark.seal import SealingKey

BEHIND: Final = 16
"""Entries a watermark may be behind, where none of them says anything the projection wants."""
SCOPE: Final = "CREATE TABLE scope (projection TEXT PRIMARY KEY, names BLOB NOT NULL) STRICT"
"""Of a member's own file: which compartments what it holds is from."""


class Source(Protocol):
    """What a model is made from: a ledger."""

    def tree(self) -> Tree:
        """Its signed state."""

    def state(self, since: Tree) -> State:
        """Its signed state, once the leaves behind ``since`` lead up to it, and what counts."""

    def said(
        self, kinds: Collection[str], compartments: Collection[str], state: State, start: int
    ) -> Iterator[Said]:
        """Facts with their places."""

    def present_key(self, compartment: str) -> SealingKey | None:
        """The key the ledger names last for a compartment."""

    def readable(self) -> Readable:
        """The compartments this member reads."""

    def own_key(self) -> SealingKey | None:
        """A key nobody but this member can work out."""

    @property
    def me(self) -> bytes:
        """The kid of this member."""

    def left(self) -> Collection[bytes]:
        """Kids of those who are members no longer, or are frozen."""

    def began_after(self, compartments: Collection[str], size: int) -> bool:
        """Whether each of these had its first key behind the first ``size`` entries."""


class Work:
    """The work on one model: look, and build or catch up where it is needed."""

    def __init__(
        self,
        files: ModelFiles,
        ledger: Source,
        place: Place,
        key: SealingKey,
        projection: Projection,
        *,
        several: frozenset[str] | None = None,
    ) -> None:
        self.place = place
        self._several = several
        self._from = several if several is not None else frozenset([place.compartment])
        self._files = files
        self._ledger = ledger
        self._key = key
        self._projection = projection

    def ready(self) -> tuple[sqlite3.Connection, Mark]:
        """A connection to the model once it has caught up, and how far it goes.

        Raises:
            Unusable: it turned out damaged after it was looked at.
        """
        with suppress(Unusable):
            build, connection = self._files.opened(self.place, self._key)
            try:
                mark = self._mark(connection, build)
                if mark is not None and (now := self._as_it_stands(connection, mark)) is not None:
                    return connection, now
            except BaseException:
                connection.close()
                raise
            connection.close()
        with self._files.locked():
            try:
                return self._caught_up()
            except Unusable:
                return self._built()

    def _as_it_stands(self, connection: sqlite3.Connection, mark: Mark) -> Mark | None:
        """The watermark the file would have if it was caught up, where no row would come to it.

        Most saves say nothing to most models.  Asking that is reading a few entries on; writing it
        down is waiting for whoever else writes.  None where the file has to grow, or to be built.
        """
        fingerprint, tree = self._projection.fingerprint, self._ledger.tree()
        if mark.fingerprint != fingerprint or self._scope(connection) != self._several:
            return None
        # What counts and what was erased follows from the entries: where these are the same, so
        # is all that follows.
        if mark.tree == tree:
            return mark
        if not mark.tree.size < tree.size <= mark.tree.size + BEHIND:
            return None
        state = self._state(mark.tree)
        if not mark.grows_into(state):
            return None
        new = self._ledger.said(self._projection.kinds.codes, self._from, state, mark.entries)
        return Mark.of(fingerprint, state) if next(iter(new), None) is None else None

    def _mark(self, connection: sqlite3.Connection, build: Build) -> Mark | None:
        """The watermark of this projection; None when the file does not hold it yet."""
        name = self._projection.name
        with speaking():
            kept = connection.execute(
                "SELECT sealed FROM mark WHERE projection = ?", (name,)
            ).fetchall()
        return read_mark(kept, self.place, build, name, self._key) if kept else None

    def _caught_up(self) -> tuple[sqlite3.Connection, Mark]:
        build, connection = self._files.opened(self.place, self._key)
        try:
            with speaking():
                connection.execute("BEGIN IMMEDIATE")
            mark = self._mark(connection, build)
            if mark is None:
                with speaking():
                    connection.execute(LARGE)  # it may be a large one that comes to a small one
                mark = self._begun(connection, build)
            elif mark.fingerprint == self._projection.fingerprint:
                state = self._state(mark.tree)
                if not (mark.grows_into(state) and self._widens(connection, mark)):
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
        files, build = self._files, Build.new()
        files.remove_files(self.place)
        path = files.file(self.place, build)
        with speaking():
            connection = make(path, build.key)
        try:
            with closing(connection):
                with speaking():
                    connection.execute("BEGIN")
                    connection.execute(MARKS)
                    if self._several is not None:
                        connection.execute(SCOPE)
                mark = self._begun(connection, build)
                with speaking():
                    connection.execute("COMMIT")
            content = write_build(build, self.place, self._key)
            with speaking():
                publish(path, files.key_file(self.place), content)
        except BaseException:
            unlink(path)
            raise
        return files.opened(self.place, self._key)[1], mark

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
        facts = self._ledger.said(projection.kinds.codes, self._from, state, start)
        mark = Mark.of(projection.fingerprint, state)
        sealed = write_mark(mark, self.place, build, name, self._key)
        with speaking():
            about = fill(connection, projection, facts)
            connection.execute("INSERT OR REPLACE INTO mark VALUES (?, ?)", (name, sealed))
            if self._several is not None:
                names = "\n".join(sorted(self._several)).encode()
                connection.execute("INSERT OR REPLACE INTO scope VALUES (?, ?)", (name, names))
        return mark, about

    def _scope(self, connection: sqlite3.Connection) -> frozenset[str] | None:
        """The compartments the file holds something from, where it is of several."""
        if self._several is None:
            return None
        with speaking():
            kept = connection.execute(
                "SELECT names FROM scope WHERE projection = ?", (self._projection.name,)
            ).fetchone()
        return frozenset(kept[0].decode().split("\n")) - {""} if kept else frozenset()

    def _widens(self, connection: sqlite3.Connection, mark: Mark) -> bool:
        """Whether what is to be added is behind the mark: of no compartment less, and no older."""
        scope = self._scope(connection)
        if scope is None or self._several is None or scope == self._several:
            return True
        new = self._several - scope
        return scope <= self._several and self._ledger.began_after(new, mark.tree.size)
