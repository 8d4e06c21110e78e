"""Sharing: a vault as a tree of files that another instance of the same vault can pull from.

It is the published log (:mod:`candlemark.ledger.publishing`) with its sealed parts, and beside them
what members need and outsiders must not have reason to want::

    log         the public key of the log, as a line of text
    wraps       keys, each wrapped for one member, or under a key that is
    label       the name of the vault, sealed

Everything in it is sealed or signed; whoever finds the stick learns how many entries there are, how
large, and for how many holders keys are wrapped.  What was erased is removed from the tree when it
is shared again.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Final

import msgspec

from candlemark.errors import PublishedBroken, SettingRefused
from candlemark.ledger.files import alone_in, read_whole, write_whole
from candlemark.ledger.public import PublicLog
from candlemark.ledger.publishing import PARTS, publish
from candlemark.ledger.wraps import Wrap
from candlemark.seal import NoteKey, PublicKey
from candlemark.seal.notes import ED25519

if TYPE_CHECKING:
    from pathlib import Path

    from candlemark.ledger.keystore import Keystore
    from candlemark.ledger.store import Store
    from candlemark.ledger.wraps import Identity

LOG: Final = "log"
WRAPS: Final = "wraps"
LABEL: Final = "label"
WRAPS_LIMIT: Final = 256 << 20
_LINE_LIMIT: Final = 1024
_LABEL_LIMIT: Final = 4096


class _Row(msgspec.Struct, frozen=True, array_like=True, forbid_unknown_fields=True):
    kid: Annotated[bytes, msgspec.Meta(min_length=16, max_length=16)]
    holder: Annotated[bytes, msgspec.Meta(min_length=16, max_length=16)]
    suite: Annotated[int, msgspec.Meta(ge=1, le=127)]
    roster: Annotated[bytes, msgspec.Meta(max_length=32)]
    wrapped: Annotated[bytes, msgspec.Meta(max_length=8192)]


_ROWS: Final = msgspec.msgpack.Decoder(list[_Row])


@dataclass(frozen=True, slots=True)
class Shared:
    """What sharing did: the state in the tree now, the wraps in it, and the parts it removed."""

    size: int
    root: str
    wraps: int
    removed: int


class Sharing:
    """What an opened vault gives to other instances of itself."""

    def __init__(self, store: Store, identity: Identity, keystore: Keystore | None) -> None:
        self._store = store
        self._identity = identity
        self._keystore = keystore

    def share(self, folder: Path, erased: frozenset[bytes]) -> Shared:
        """Bring the tree in ``folder`` up to the state of this vault.

        Args:
            folder: made when it is not there; on a stick, a synchronised folder, a web server.
            erased: hashes of parts that are to be nowhere.

        Raises:
            SettingRefused: the vault is in memory only, or the folder cannot be used.
            LogForked, PublishedBroken, LedgerBroken, VaultBusy, StorageFull: as publishing.
        """
        if self._keystore is None:
            raise SettingRefused("a vault in memory is not shared", hint="make one in a folder")
        log = PublicLog(self._store, self._identity.keyring.log.public)
        published = publish(log, folder, parts=True)
        vault = self._identity.vault
        own = {lock.holder for lock in self._keystore.locks(vault)}
        wraps = [wrap for wrap in self._keystore.wraps(vault) if wrap.holder not in own]
        removed = 0
        with alone_in(folder):
            write_whole(folder, LOG, f"{log.key}\n".encode())
            write_whole(folder, WRAPS, msgspec.msgpack.encode(sorted(map(tuple, wraps))))
            write_whole(folder, LABEL, self._keystore.label())
            for one in erased:
                path = folder / PARTS / one.hex()
                if path.is_file():
                    path.unlink()
                    removed += 1
        return Shared(published.size, published.root, len(wraps), removed)


def shared_log(folder: Path) -> NoteKey:
    """The public key a shared tree says is its log's; whether it is, the roster tells.

    Raises:
        PublishedBroken: it does not say.
    """
    stored = read_whole(folder / LOG, _LINE_LIMIT)
    try:
        return NoteKey.parse((stored or b"").decode().removesuffix("\n"))
    except Exception as error:
        raise PublishedBroken(
            "no vault is shared in this folder", hint="name a folder `candlemark share` wrote"
        ) from error


def shared_wraps(folder: Path) -> tuple[Wrap, ...]:
    """The wrapped keys in a shared tree; none of them is proof of anything.

    Raises:
        PublishedBroken: the file is missing or malformed.
    """
    stored = read_whole(folder / WRAPS, WRAPS_LIMIT)
    try:
        if stored is None or len(stored) > WRAPS_LIMIT:
            raise msgspec.DecodeError
        rows = _ROWS.decode(stored)
    except msgspec.MsgspecError:
        raise PublishedBroken(
            "the keys in the shared folder cannot be read", hint="copy the whole folder again"
        ) from None
    return tuple(Wrap(row.kid, row.holder, row.suite, row.roster, row.wrapped) for row in rows)


def shared_label(folder: Path) -> bytes:
    """The sealed name of the vault in a shared tree.

    Raises:
        PublishedBroken: it is missing.
    """
    stored = read_whole(folder / LABEL, _LABEL_LIMIT)
    if not stored or len(stored) > _LABEL_LIMIT:
        raise PublishedBroken(
            "the name of the vault in the shared folder is missing",
            hint="copy the whole folder again",
        )
    return stored


def note_key(name: str, key: PublicKey) -> NoteKey:
    """The key of a log of this name, as checkpoints are read with it."""
    return NoteKey(name, ED25519, key)
