"""A watermark of reading: who is a member, and in which order entries count, up to some entry.

Both follow from every entry of the ledger, and a page cannot wait until all of them were read.
What followed once is kept, and reading goes on behind it.  It is a copy and never the truth: at
any doubt (damage, another format or program, a ledger it does not lead up to) it is thrown away and
the ledger read from its beginning.  ``verify`` never looks at it.

It says who is to be trusted with keys, so nobody's word is taken for it but one's own: the key it
is sealed under follows from the identity of the member who read, and from the key of the
compartment ``meta``.  No other member can write one, and whoever was frozen cannot open theirs.
Format and rules: docs/formats/reading.md.
"""

from __future__ import annotations

import gc
import hashlib
from array import array
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Annotated, Final

import msgspec

from candlemark import __version__
from candlemark.errors import CandlemarkError, Fault
from candlemark.ledger.entry import META
from candlemark.ledger.entry_order import ACTION_BYTES, EntryOrder, Noted, Placed
from candlemark.ledger.files import alone_in, read_whole, write_whole
from candlemark.ledger.genesis import Bytes16, Bytes32
from candlemark.ledger.merkle import Tree
from candlemark.ledger.model.place import make_folder
from candlemark.ledger.roster import Roster  # noqa: TC001 - msgspec reads it
from candlemark.ledger.roster_reading import Last, LeftOff, Where
from candlemark.seal import PublicKey, Recipient, SealingKey, derive, seal, unseal

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from candlemark.ledger.compartments import CompartmentKeys
    from candlemark.ledger.wraps import Identity

FORMAT: Final = 1
FOLDER: Final = "reading"
"""The folder, in the one of the read models."""
AT_ONCE: Final = 4_096
"""Entries whose order lies in one file, which is never written again."""
WORTH: Final = 64
"""Entries read behind a watermark from which on it is moved."""

_HEAD: Final = b"candlemark/reading/head/v1"
_ORDER: Final = b"candlemark/reading/order/v1"
_KEY: Final = b"candlemark/reading/key/v1"
_PLACE: Final = b"candlemark/reading/place/v1"
_HEAD_LIMIT: Final = 1 << 28
_ENTRY_BYTES: Final = 8 + 8 + 4 + ACTION_BYTES

_Natural = Annotated[int, msgspec.Meta(ge=0)]
_Where = tuple[_Natural, Bytes32]


class Doubtful(Exception):
    """Something of a watermark is not what it should be; it never leaves this floor."""


class _Outside(msgspec.Struct, frozen=True, array_like=True, forbid_unknown_fields=True):
    format: int
    kid: Bytes16
    """Of the key of ``meta`` it is sealed under."""
    sealed: bytes


class _Inside(msgspec.Struct, frozen=True, array_like=True, forbid_unknown_fields=True):
    program: str
    size: _Natural
    peaks: bytes
    roster: Roster
    faults: list[tuple[str, str]]
    told: list[tuple[str, str]]
    spoken: list[_Where]
    newest: tuple[_Natural, bytes] | None
    strange: list[_Where]
    last: dict[Bytes16, tuple[int, Bytes32]]
    refused: dict[_Natural, str]
    overtaken: dict[_Natural, str]
    devices: list[Bytes16]
    in_order: bool
    lamport: _Natural
    noted: bytes
    files: list[Bytes32]
    placed_size: _Natural
    placed_highest: tuple[_Natural, bytes]
    placed_ended: dict[_Natural, int]
    placed: bytes | None


@dataclass(frozen=True, slots=True)
class Resumed:
    """What a watermark gave: the tree it goes up to, and where reading left off there."""

    tree: Tree
    left: LeftOff


class ReadingMark:
    """The watermark of one member, in a folder that can be deleted at any time.

    Args:
        folder: that of the vault's read models.
        identity: of the vault, and the member's keys.
    """

    def __init__(self, folder: Path, identity: Identity) -> None:
        self._models = folder
        self._folder = folder / FOLDER
        self._vault = identity.vault
        self._seed = identity.keyring.identity.reveal()
        who = identity.keyring.identity.kid + identity.keyring.log.public.kid
        self._name = hashlib.sha256(_PLACE + self._vault + who).hexdigest()[:32]
        self._files: tuple[bytes, ...] = ()
        self._before: tuple[bytes, ...] = ()
        self._kid = b""
        self.size = 0
        """Up to which entry it goes, as far as this process knows."""

    def read(self, keys: CompartmentKeys) -> Resumed | None:
        """Where reading left off; None when there is no watermark, or none that can be used."""
        try:
            stored = read_whole(self._folder / self._head, _HEAD_LIMIT)
            return None if stored is None else self._resumed(stored, keys)
        except (CandlemarkError, msgspec.MsgspecError, Doubtful, ValueError, OverflowError):
            self.throw_away()
            return None

    def _resumed(self, stored: bytes, keys: CompartmentKeys) -> Resumed:
        outside = msgspec.msgpack.decode(stored, type=_Outside)
        meta = keys.key(outside.kid)
        if outside.format != FORMAT or meta is None or keys.name(outside.kid) != META:
            raise Doubtful
        key = self._key(meta)
        with _uncollected():
            inside = _INSIDE.decode(unseal(key, _HEAD, self._vault, outside.sealed))
        noted = _read_noted(inside.noted)
        earlier = len(inside.files) * AT_ONCE
        if inside.program != __version__ or earlier + len(noted) != inside.size:
            raise Doubtful
        placed = _read_placed(inside)

        def load() -> Noted:
            return self._load(key, inside.files)

        order = EntryOrder(
            earlier,
            load,
            devices=inside.devices,
            in_order=inside.in_order,
            lamport=inside.lamport,
            placed=placed,
        )
        order.go_on(noted)
        left = LeftOff(
            inside.roster,
            tuple(Fault(*one) for one in inside.faults),
            tuple(Fault(*one) for one in inside.told),
            tuple(Where(*one) for one in inside.spoken),
            inside.newest,
            tuple(Where(*one) for one in inside.strange),
            {device: Last(*one) for device, one in inside.last.items()},
            inside.refused,
            inside.overtaken,
            order,
        )
        self.size, self._files, self._kid = inside.size, tuple(inside.files), outside.kid
        self._before = self._files
        return Resumed(Tree.of(inside.size, inside.peaks), left)

    def _load(self, key: SealingKey, files: list[bytes]) -> Noted:
        """What was noted of entries in the files.

        Raises:
            Doubtful: one is not there any more, or is another.
        """
        found = Noted()
        for number, name in enumerate(files):
            try:
                stored = read_whole(self._folder / self._file(number, name), _HEAD_LIMIT)
                if stored is None or hashlib.sha256(stored).digest() != name:
                    raise Doubtful
                found.extend(_read_noted(unseal(key, _ORDER, self._bound(number), stored)))
            except (CandlemarkError, ValueError):
                raise Doubtful from None
        if len(found) != len(files) * AT_ONCE:
            raise Doubtful
        return found

    def is_behind(self, size: int, meta: bytes) -> bool:
        """Whether it is worth moving to ``size`` entries and to the key of ``meta`` named."""
        return size >= self.size + WORTH or (self.size > 0 and meta != self._kid)

    def write(self, tree: Tree, left: LeftOff, meta: SealingKey) -> None:
        """Move it.  Where there is no room, or another is writing, it stays as it is."""
        with suppress(CandlemarkError, OSError, Doubtful):
            self._write(tree, left, meta)

    def _write(self, tree: Tree, left: LeftOff, meta: SealingKey) -> None:
        key, order = self._key(meta), left.order
        make_folder(self._models)
        self._folder.mkdir(mode=0o700, exist_ok=True)
        # Another key seals all of it anew.
        files = list(self._files) if meta.kid == self._kid else []
        whole = tree.size // AT_ONCE
        with alone_in(self._folder):
            for number in range(len(files), whole):
                noted = order.noted(number * AT_ONCE, (number + 1) * AT_ONCE)
                stored = seal(key, _ORDER, self._bound(number), _write_noted(noted))
                files.append(hashlib.sha256(stored).digest())
                name = self._file(number, files[-1])
                write_whole(self._folder, name, stored, mode=0o600, last=False)
            inside = _inside(tree, left, files)
            sealed = seal(key, _HEAD, self._vault, msgspec.msgpack.encode(inside, enc_hook=_plain))
            outside = msgspec.msgpack.encode(_Outside(FORMAT, meta.kid, sealed))
            write_whole(self._folder, self._head, outside, mode=0o600, last=False)
            # Who resumed a moment ago still reads what the watermark named then.
            self._clear({*self._names(self._before), *self._names(files), self._head})
        self._before, self._files = self._files, tuple(files)
        self.size, self._kid = tree.size, meta.kid

    def throw_away(self) -> None:
        """Remove it."""
        self._files = self._before = ()
        self._kid, self.size = b"", 0
        with suppress(OSError):
            self._clear(set())

    def _clear(self, but: set[str]) -> None:
        for one in self._folder.glob(f"{self._name}.*"):
            if one.name not in but:
                one.unlink(missing_ok=True)

    def _key(self, meta: SealingKey) -> SealingKey:
        return SealingKey.from_bytes(derive(self._seed, meta.reveal(), _KEY))

    @property
    def _head(self) -> str:
        return f"{self._name}.head"

    def _file(self, number: int, name: bytes) -> str:
        return f"{self._name}.{number}.{name.hex()[:16]}"

    def _names(self, files: tuple[bytes, ...] | list[bytes]) -> set[str]:
        return {self._file(number, name) for number, name in enumerate(files)}

    def _bound(self, number: int) -> bytes:
        return self._vault + number.to_bytes(8, "big")


@contextmanager
def _uncollected() -> Iterator[None]:
    """Make thousands of small objects without the collector going over all of them meanwhile."""
    collects = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if collects:
            gc.enable()


def _inside(tree: Tree, left: LeftOff, files: list[bytes]) -> _Inside:
    order, placed = left.order, left.order.placed
    plain = isinstance(placed.places, range)
    return _Inside(
        __version__,
        tree.size,
        tree.packed,
        left.roster,
        [(one.where, one.what) for one in left.faults],
        [(one.where, one.what) for one in left.told],
        list(left.spoken),
        left.newest,
        list(left.strange),
        {device: (one.seq, one.hash) for device, one in left.last.items()},
        left.refused,
        left.overtaken,
        list(order.devices),
        order.in_order,
        order.lamport,
        _write_noted(order.noted(len(files) * AT_ONCE, tree.size)),
        files,
        placed.size,
        placed.highest,
        dict(placed.ended),
        None if plain else array("I", placed.places).tobytes(),
    )


def _read_placed(inside: _Inside) -> Placed:
    if inside.placed is None:
        places: range | array[int] = range(inside.placed_size)
    else:
        places = array("q", array("I", inside.placed))
    return Placed(inside.placed_size, inside.placed_highest, inside.placed_ended, places)


def _write_noted(noted: Noted) -> bytes:
    return b"".join(
        (noted.times.tobytes(), noted.seqs.tobytes(), noted.devices.tobytes(), noted.actions)
    )


def _read_noted(stored: bytes) -> Noted:
    count, rest = divmod(len(stored), _ENTRY_BYTES)
    if rest:
        raise Doubtful
    noted = Noted()
    noted.times.frombytes(stored[: 8 * count])
    noted.seqs.frombytes(stored[8 * count : 16 * count])
    noted.devices.frombytes(stored[16 * count : 20 * count])
    noted.actions.extend(stored[20 * count :])
    return noted


def _plain(one: object) -> object:
    """What stands for a value that is no plain one."""
    if isinstance(one, MappingProxyType):
        return dict(one)
    if isinstance(one, PublicKey):
        return one.raw
    if isinstance(one, Recipient):
        return (int(one.suite), one.raw)
    raise NotImplementedError


def _meant(kind: type, one: object) -> object:
    """The value that stands for."""
    if kind is PublicKey and isinstance(one, bytes):
        return PublicKey(one)
    if kind is Recipient and isinstance(one, list):
        suite, raw = one
        return Recipient(suite, raw)
    raise NotImplementedError


_INSIDE: Final = msgspec.msgpack.Decoder(_Inside, dec_hook=_meant)
