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

from candlemark.errors import PublishedBroken
from candlemark.ledger.files import alone_in, read_whole, write_whole
from candlemark.ledger.genesis import vault_id
from candlemark.ledger.member_key import member_keys
from candlemark.ledger.publishing import PARTS, publish
from candlemark.ledger.wraps import Wrap
from candlemark.seal import NoteKey, PublicKey
from candlemark.seal.notes import ED25519

if TYPE_CHECKING:
    from pathlib import Path

    from candlemark.ledger.keystore import Keystore
    from candlemark.ledger.public import PublicLog
    from candlemark.ledger.store import Store

LOG: Final = "log"
WRAPS: Final = "wraps"
LABEL: Final = "label"
KEYS: Final = "keys"
WRAPS_LIMIT: Final = 256 << 20
_LINE_LIMIT: Final = 1024
_LABEL_LIMIT: Final = 4096
_AT_ONCE: Final = 250


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


def share(public: PublicLog, keystore: Keystore, folder: Path, *, keys: bool = False) -> Shared:
    """Bring the tree in ``folder`` up to the state of a vault; no passphrase is needed.

    What the vault does not have any more, because it was erased, is removed from the tree.

    Args:
        public: the log of this instance.
        keystore: of the vault.
        folder: made when it is not there; on a stick, a synchronised folder, a web server.
        keys: whether the members' own keys go along, behind their passphrases, as a backup needs.

    Raises:
        SettingRefused: the folder cannot be used.
        LogForked, PublishedBroken, LedgerBroken, VaultBusy, StorageFull: as publishing.
    """
    published = publish(public, folder, parts=True)
    vault = vault_id(public.store.genesis())
    own = {lock.holder for lock in keystore.locks(vault)}
    wraps = sorted(wrap for wrap in keystore.wraps(vault) if keys or wrap.holder not in own)
    with alone_in(folder):
        write_whole(folder, LOG, f"{public.key}\n".encode())
        write_whole(folder, WRAPS, msgspec.msgpack.encode([tuple(wrap) for wrap in wraps]))
        write_whole(folder, LABEL, keystore.label())
        if keys:
            for code, content in member_keys(keystore, vault).items():
                write_whole(folder, f"{KEYS}/{code}", content, mode=0o600)
        removed = remove_gone(public.store, folder)
    return Shared(published.size, published.root, len(wraps), removed)


def remove_gone(store: Store, folder: Path) -> int:
    """Remove the parts in a tree that the store has no more; how many.

    The caller holds :func:`~candlemark.ledger.files.alone_in` for the folder.
    """
    names = [path.name for path in (folder / PARTS).iterdir()] if (folder / PARTS).is_dir() else []
    removed = 0
    for start in range(0, len(names), _AT_ONCE):
        asked = {name: bytes.fromhex(name) for name in names[start : start + _AT_ONCE]}
        there = store.parts(list(asked.values()))
        for name, part in asked.items():
            if part not in there:
                (folder / PARTS / name).unlink()
                removed += 1
    return removed


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
    except (msgspec.MsgspecError, UnicodeDecodeError):
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
