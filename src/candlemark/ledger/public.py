"""What outsiders can be shown of a ledger, without any key that opens or signs.

The leaves, the tree over them and the signed checkpoint lie in clear; so everything here works on a
vault nobody has opened, and on a copy of its ``ledger.db`` alone.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

from candlemark.errors import LedgerBroken, ProofRefused, VaultMissing
from candlemark.ledger.closing import Closing
from candlemark.ledger.files import read_whole
from candlemark.ledger.genesis import log_name, read_genesis, vault_id
from candlemark.ledger.places import ledger_file, open_store
from candlemark.ledger.shown import Shown
from candlemark.ledger.tiles import tile_in
from candlemark.seal import Note, NoteKey, PublicKey
from candlemark.seal.keys import KEY_BYTES
from candlemark.seal.notes import ED25519

if TYPE_CHECKING:
    from typing import Self

    from candlemark.ledger.store import Store

OWN_LOG: Final = "log"
"""A file in the folder of a place that joined later: the public key of its log."""
_ACTION_DIGITS: Final = 32


class PublicLog(Closing):
    """The log of a ledger, as outsiders know it.

    Args:
        store: where the bytes are; it is not closed here unless :meth:`open` made it.
        log: the key of its log, where it is not one the vault began with.
    """

    def __init__(self, store: Store, log: PublicKey | None = None) -> None:
        self.store = store
        stored = store.genesis()
        keys = [PublicKey(raw) for raw in read_genesis(stored).logs]
        if log is not None:
            keys.append(log)
        origin = Note.parse(store.head().note).text.split("\n", 1)[0]
        named = {log_name(vault_id(stored), key): key for key in keys}
        if origin not in named:
            raise LedgerBroken("the checkpoint is not one of this vault")
        self.key = NoteKey(origin, ED25519, named[origin])
        """Whose signature a checkpoint of this log carries; give it to every witness."""

    @classmethod
    def open(cls, folder: Path) -> Self:
        """The log of the vault in ``folder``; no passphrase is needed.

        Raises:
            VaultMissing: there is no ledger in this folder.
            LedgerBroken, NewerFormat: as for a vault.
        """
        folder = Path(folder)
        if not (folder / ledger_file(folder)).is_file():
            raise VaultMissing("there is no ledger in this folder", hint="name the vault's folder")
        store = open_store(folder)
        try:
            return cls(store, noted_log(folder))
        except BaseException:
            store.close()
            raise

    def shown(self) -> Shown:
        """The log as it stands now, its tiles known to lead to the signed root.

        Raises:
            LedgerBroken: they do not.
        """
        shown = Shown.of(self.store.head().note, self.key, tile_in(self.store))
        try:
            shown.check_root()
        except ProofRefused:
            raise LedgerBroken(
                "the entries are not the ones the last checkpoint was signed for",
                hint="candlemark ledger verify names every fault",
            ) from None
        return shown

    def place_of(self, entry: str) -> int:
        """The place of an entry, named by its place or by the 32 digits of its action.

        Raises:
            ProofRefused: there is no such entry.
        """
        found: int | None = None
        if len(entry) == _ACTION_DIGITS:
            try:
                found = self.store.find(bytes.fromhex(entry))
            except ValueError:
                found = None
        elif entry.isascii() and entry.isdigit() and len(entry) < _ACTION_DIGITS:
            found = int(entry)
        if found is None or found >= self.store.head().size:
            raise ProofRefused(
                "the ledger has no such entry", hint="name it by its number or by its action"
            )
        return found

    def close(self) -> None:
        """Give the store back; a second time does nothing."""
        self.store.close()


def noted_log(folder: Path) -> PublicKey | None:
    """The key of this place's log where it joined later; None where the genesis names it."""
    noted = read_whole(folder / OWN_LOG, KEY_BYTES)
    return PublicKey(noted) if noted is not None and len(noted) == KEY_BYTES else None
