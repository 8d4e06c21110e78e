"""How far a read model has come, and the key of its file: both sealed under the compartment's key.

The key of a file is random, made for that file.  It lies beside it, sealed under the present key of
the compartment the facts are from, so that whoever reads the compartment here can use the model,
and nobody else.  When the compartment gets a new key the old file is thrown away.

The watermark says up to which leaf of the ledger a model goes, and what it was made with.  It is
sealed too: the tag binds it to the vault, the compartment, the file and the projection, so that a
watermark of another model, or one somebody wrote, does not open.
"""

from __future__ import annotations

import hashlib
import secrets
from typing import TYPE_CHECKING, Annotated, Final, NamedTuple

import msgspec

from candlemark.errors import LedgerBroken
from candlemark.ledger.genesis import Bytes16, Bytes32  # noqa: TC001 - msgspec reads them at run time
from candlemark.ledger.merkle import Tree
from candlemark.ledger.model.cipher import KEY_BYTES, Unusable
from candlemark.ledger.model.projection import MODEL_FORMAT
from candlemark.seal import seal, unseal

if TYPE_CHECKING:
    from collections.abc import Iterable

    from candlemark.ledger.said import State
    from candlemark.seal import SealingKey

BUILD_BYTES: Final = 8
_KEY: Final = b"candlemark/model/key/v1"
_MARK: Final = b"candlemark/model/mark/v1"
_PLACE: Final = b"candlemark/model/place/v1"


class Place(NamedTuple):
    """Which model file: of which vault and compartment."""

    vault: bytes
    compartment: str

    @property
    def name(self) -> str:
        """The name of its files; it says nothing of the compartment to who does not know it."""
        said = _PLACE + self.vault + self.compartment.encode()
        return hashlib.sha256(said).hexdigest()[:32]


class _KeyFile(msgspec.Struct, frozen=True, array_like=True, forbid_unknown_fields=True):
    format: int
    build: Annotated[bytes, msgspec.Meta(min_length=BUILD_BYTES, max_length=BUILD_BYTES)]
    kid: Bytes16
    sealed: Annotated[bytes, msgspec.Meta(max_length=128)]


class Build(NamedTuple):
    """One file: its name among those of its place, and its key."""

    number: bytes
    key: bytes

    @classmethod
    def new(cls) -> Build:
        """A file that is to be."""
        return cls(secrets.token_bytes(BUILD_BYTES), secrets.token_bytes(KEY_BYTES))

    def __repr__(self) -> str:
        return f"<build {self.number.hex()}>"


def write_build(build: Build, place: Place, key: SealingKey) -> bytes:
    """The content of the key file."""
    bound = place.vault + place.name.encode() + build.number
    sealed = seal(key, _KEY, bound, build.key)
    return msgspec.msgpack.encode(_KeyFile(MODEL_FORMAT, build.number, key.kid, sealed))


def read_build(content: bytes, place: Place, key: SealingKey) -> Build:
    """The file a key file speaks of.

    Raises:
        Unusable: it is damaged, another's, of another format, or sealed under another key than the
            one the compartment has now.
    """
    try:
        found = msgspec.msgpack.decode(content, type=_KeyFile)
        if found.format != MODEL_FORMAT or found.kid != key.kid:
            raise Unusable
        bound = place.vault + place.name.encode() + found.build
        return Build(found.build, unseal(key, _KEY, bound, found.sealed))
    except (msgspec.MsgspecError, LedgerBroken):
        raise Unusable from None


class _Mark(msgspec.Struct, frozen=True, array_like=True, forbid_unknown_fields=True):
    fingerprint: Bytes32
    size: Annotated[int, msgspec.Meta(ge=0)]
    root: Bytes32
    peaks: bytes
    count: Annotated[int, msgspec.Meta(ge=0)]
    order: bytes
    erased: bytes


class Mark(NamedTuple):
    """Up to which state of the ledger a model goes, and what it was made with.

    ``fingerprint`` is that of the projection, ``entries`` how many were read, ``order`` a
    hash over their places and ``erased`` one over what the ledger said then of what was erased.
    """

    fingerprint: bytes
    tree: Tree
    entries: int
    order: bytes
    erased: bytes

    @classmethod
    def of(cls, fingerprint: bytes, state: State) -> Mark:
        """The mark of a model made from all of a state."""
        count = len(state.places)
        return cls(fingerprint, state.tree, count, state.order(count), state.erased)

    def grows_into(self, state: State) -> bool:
        """Whether what the ledger reads as now begins with what this model was made from."""
        same = self.erased == state.erased and self.entries <= len(state.places)
        return same and self.order == state.order(self.entries)


def write_mark(mark: Mark, place: Place, build: Build, name: str, key: SealingKey) -> bytes:
    """A watermark, sealed."""
    tree = mark.tree
    said = _Mark(
        mark.fingerprint, tree.size, tree.root, tree.packed, mark.entries, mark.order, mark.erased
    )
    return seal(key, _MARK, _bound(place, build, name), msgspec.msgpack.encode(said))


def read_mark(
    rows: Iterable[tuple[bytes]], place: Place, build: Build, name: str, key: SealingKey
) -> Mark:
    """The watermark in the one row there should be.

    Raises:
        Unusable: there is none, or it is not one of this model.
    """
    kept = [sealed for (sealed,) in rows]
    if len(kept) != 1 or not isinstance(kept[0], bytes):
        raise Unusable
    try:
        said = unseal(key, _MARK, _bound(place, build, name), kept[0])
        found = msgspec.msgpack.decode(said, type=_Mark)
        tree = Tree.of(found.size, found.peaks)
    except (msgspec.MsgspecError, LedgerBroken):
        raise Unusable from None
    if tree.root != found.root:
        raise Unusable
    return Mark(found.fingerprint, tree, found.count, found.order, found.erased)


def _bound(place: Place, build: Build, name: str) -> bytes:
    return place.vault + place.name.encode() + build.number + name.encode()
