"""The read models of a vault: made when they are asked, caught up, thrown away at any doubt.

A model is a copy of what the ledger says, in another shape.  Nothing is lost with it, so nothing
about it is ever mended: a file that is damaged, another's, ahead of the ledger, made by another
version, under an older key, or from before something was erased, is removed and built again.

One process builds at a time.  A new file is filled under a name and a key nobody knows of yet, and
becomes the model when its key file takes its place; an older file grows by one transaction.
Whatever is killed leaves the state before.
"""

from __future__ import annotations

from contextlib import closing, suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, NamedTuple, TypeVar

from candlemark.errors import NotEntitled, StorageFull, VaultBusy, VaultError
from candlemark.ledger.entry import META
from candlemark.ledger.model.asking import CodedModel, IdentityModel
from candlemark.ledger.model.building import Source, Work
from candlemark.ledger.model.cipher import Unusable, speaking
from candlemark.ledger.model.files import LOCK, ModelFiles, unlink
from candlemark.ledger.model.projection import CODED
from candlemark.ledger.model.shelf import Shelf
from candlemark.ledger.model.watermark import Place, read_build, read_mark

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from candlemark.ledger.compartments import CompartmentKeys, Readable
    from candlemark.ledger.model.asking import Model
    from candlemark.ledger.model.projection import (
        CodedProjection,
        IdentityProjection,
        Projection,
    )
    from candlemark.seal import SealingKey

_T = TypeVar("_T")
_M = TypeVar("_M", bound="Model")

OWN: Final = "own/"
"""How the place of a member's own file begins; no compartment has such a name."""
OF_A_CASE: Final = "identity:"
_TRIES: Final = 3


@dataclass(frozen=True, slots=True)
class ModelCard:
    """What can be told about the model file of one compartment.

    ``size`` is the number of entries each projection in it goes up to, by its name.
    """

    compartment: str
    bytes: int
    usable: bool
    size: dict[str, int]


class _Names(NamedTuple):
    """Which compartments a model can be made of, and what that was told by."""

    readable: Readable
    whole: tuple[str, ...]
    partly: tuple[str, ...]
    of_cases: frozenset[str]


class Models(ModelFiles):
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
        super().__init__(folder, patience)
        self._ledger = ledger
        self._vault = vault
        self._keys = keys
        self._names: _Names | None = None

    @property
    def compartments(self) -> tuple[str, ...]:
        """Those models can be made of: this member holds the present key.  In order of name."""
        return self._sorted_out().whole

    @property
    def partly(self) -> tuple[str, ...]:
        """Those this member can only read what is older of; there is no model of it."""
        return self._sorted_out().partly

    @property
    def of_cases(self) -> frozenset[str]:
        """Of :attr:`compartments` those for who is in a single case; one file holds them all."""
        return self._sorted_out().of_cases

    def _sorted_out(self) -> _Names:
        readable = self._ledger.readable()
        if self._names is None or self._names.readable is not readable:
            whole, partly = (tuple(n for n in some if n != META) for some in readable)
            of_cases = frozenset(name for name in whole if name.startswith(OF_A_CASE))
            self._names = _Names(readable, whole, partly, of_cases)
        return self._names

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

    def cases(self, projection: IdentityProjection, ask: Callable[[IdentityModel], _T]) -> _T:
        """What ``ask`` makes of one model of all compartments of cases this member reads.

        There may be thousands, and a page can neither open as many files nor as many keys.  The
        file is this member's own: nobody else can work out its key, whichever of the compartments
        they read, and it holds nothing this member cannot open.

        Raises:
            NotEntitled, LedgerBroken, StorageFull, VaultBusy: as :meth:`coded`.
        """
        key = self._ledger.own_key()
        if key is None:
            raise _no_key()
        work = Work(
            self, self._ledger, self._own(self._ledger.me), key, projection, several=self.of_cases
        )
        return self._answer(work, projection, IdentityModel, ask)

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
        work = Work(
            self, self._ledger, Place(self._vault, compartment), self._key(compartment), projection
        )
        return self._answer(work, projection, sort, ask)

    def _answer(
        self, work: Work, projection: Projection, sort: type[_M], ask: Callable[[_M], _T]
    ) -> _T:
        why = None
        for _ in range(_TRIES):
            try:
                connection, mark = work.ready()
                with closing(connection):
                    return ask(sort(connection, projection, mark))
            except Unusable as error:
                why = error
                self.remove(work.place)
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
            raise _no_key()
        return key

    def recall(self, name: str) -> bytes | None:
        """An answer kept at the present state of the ledger; None where there is none."""
        shelf = self._shelf()
        return None if shelf is None else shelf.recall(name)

    def remember(self, name: str, content: bytes, root: bytes) -> None:
        """Keep an answer that follows from what happened, as it was told at ``root``.

        It must hold no row, no name and no key.  Nothing is kept where the ledger has gone on.
        """
        shelf = self._shelf()
        if shelf is not None and shelf.root == root:
            shelf.remember(name, content)

    def _shelf(self) -> Shelf | None:
        """Where answers of the present state lie; None for who does not read what happened."""
        key = self._ledger.present_key(CODED)
        if key is None:
            return None
        return Shelf(self.folder, self._vault, self._ledger.tree().root, key)

    def lacks(self, projection: CodedProjection) -> int:
        """How many entries a model of what happened does not hold yet; all where there is none.

        Nothing is built for it.  None are lacking to a member who does not read the compartment.
        """
        if CODED not in self.compartments:
            return 0
        size, place, name = self._ledger.tree().size, Place(self._vault, CODED), projection.name
        try:
            key = self._key(CODED)
            build, connection = self.opened(place, key)
            with closing(connection), speaking():
                question = "SELECT sealed FROM mark WHERE projection = ?"
                kept = connection.execute(question, (name,)).fetchall()
            mark = read_mark(kept, place, build, name, key)
        except (Unusable, VaultError):
            return size
        return size - mark.tree.size if mark.fingerprint == projection.fingerprint else size

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
        for name in (one for one in self.compartments if not one.startswith(OF_A_CASE)):
            self._sweep(Place(self._vault, name), self._ledger.present_key(name))
        for name in self.partly:
            self._sweep(Place(self._vault, name), None)
        mine = self._ledger.own_key() if self.of_cases else None
        self._sweep(self._own(self._ledger.me), mine)
        for member in self._ledger.left():
            self._sweep(self._own(member), None)

    def _own(self, member: bytes) -> Place:
        return Place(self._vault, OWN + member.hex())

    def _sweep(self, place: Place, key: SealingKey | None) -> None:
        try:
            content = self.key_file(place).read_bytes()
        except OSError:
            return
        try:
            if key is None:
                raise Unusable
            read_build(content, place, key)
        except Unusable:
            # A folder that is full or in use is told to who asks for a model, and not here.
            with suppress(VaultError):
                self.remove(place)

    def forget(self) -> None:
        """Throw every model away because something was erased; waits for nobody for long."""
        try:
            self.drop()
        except (StorageFull, VaultBusy):
            # What is being built meanwhile is from before, is found so, and built anew.
            for one in self.folder.glob("*.*"):
                unlink(one)

    def drop(self) -> int:
        """Throw every model of this vault away; how many bytes they had.

        What is asked next is built from the ledger as it is then.
        """
        if not self.folder.is_dir():
            return 0
        with self.locked():
            ours = [one for one in self.folder.iterdir() if not one.name.startswith(LOCK)]
            return sum(map(unlink, ours))


def _no_key() -> NotEntitled:
    return NotEntitled(
        "this member has no key of that compartment",
        hint="a reader of it lets you read it: candlemark compartment add",
    )
