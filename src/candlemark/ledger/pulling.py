"""Pulling: what another instance of this vault shared comes in, whole or not at all.

The order is that of distrust: the log's signature, then that it continues what was last seen of it,
then every leaf, every part, what the roster says of who wrote it.  What is refused lies in the
vault's folder under ``quarantine/``, with the reason, and is part of nothing.  What is taken is
appended, in exact bytes, to the log of this instance in one transaction.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import msgspec

from candlemark.errors import Fault, LedgerBroken, NotEntitled, ProofRefused, PublishedBroken
from candlemark.ledger.files import alone_in, read_whole, write_whole
from candlemark.ledger.genesis import GENESIS_LIMIT, log_name, vault_id
from candlemark.ledger.incoming import Incoming
from candlemark.ledger.published import check_published, shown_in, tile_at
from candlemark.ledger.publishing import GENESIS, PARTS
from candlemark.ledger.roster_facts import KINDS as ROSTER_KINDS
from candlemark.ledger.sharing import note_key, shared_log, shared_wraps
from candlemark.ledger.shown import keep_evidence
from candlemark.ledger.tiles import ENTRIES, read_bundle, tiles_of
from candlemark.ledger.wraps import receiving_key, take_subjects, unwrap_for
from candlemark.seal import Note
from candlemark.seal.notes import NOTE_LIMIT
from candlemark.seal.padding import SIZES
from candlemark.seal.sealing import OVERHEAD

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator
    from pathlib import Path

    from candlemark.ledger.incoming import Refused
    from candlemark.ledger.keystore import Keystore
    from candlemark.ledger.kinds import Kinds
    from candlemark.ledger.ledger import Ledger
    from candlemark.ledger.roster import Roster
    from candlemark.ledger.store import Store
    from candlemark.ledger.wraps import Identity, Unwrapped, Wrap
    from candlemark.seal import NoteKey, ReceivingKey

QUARANTINE: Final = "quarantine"
PEERS: Final = "peers"
_LARGEST_PART: Final = SIZES[-1] + OVERHEAD


@dataclass(frozen=True, slots=True)
class Pulled:
    """What came of a pull: entries taken, keys taken, and what was refused, with reasons."""

    log: str
    size: int
    taken: int
    keys: int
    refused: tuple[Refused, ...]


class Pulling:
    """What one instance takes from others.

    Args:
        folder: of this vault, where quarantine and the last states of other logs are kept.
        store, identity, keystore, ledger: of this vault.
        kinds: the kinds this program knows.
    """

    def __init__(  # noqa: PLR0917 - a vault is made of these
        self,
        folder: Path,
        store: Store,
        identity: Identity,
        keystore: Keystore,
        ledger: Ledger,
        kinds: Kinds,
    ) -> None:
        self._folder = folder
        self._store = store
        self._identity = identity
        self._keystore = keystore
        self._ledger = ledger
        self._kinds = kinds | ROSTER_KINDS

    def pull(self, tree: Path, progress: Callable[[int, int], None] | None = None) -> Pulled:
        """Take what is new in a shared tree.

        Raises:
            PublishedBroken: the tree is not whole, or is of another vault; nothing was taken.
            LogForked: it does not continue what was seen of this log before; the evidence is kept.
            LedgerBroken: what was seen of this log before is damaged here.
            NotEntitled: its log is not one the roster names.
            VaultBusy, StorageFull: nothing was taken.
        """
        key = self._log_of(tree)
        self._alarm(tree, key, self._seen(key))
        found = check_published(tree, key, parts=False, progress=progress)
        found.require()
        wraps = shared_wraps(tree)
        self._take_keys(wraps)
        incoming = Incoming(self._store, self._identity, self._kinds, _part_in(tree))
        taken = incoming.look(list(_leaves(tree, found.checkpoint.size)))
        _refuse_halves(taken.refused)
        _refuse_unnamed(taken.roster, key)
        keys = self._keep_keys(wraps, taken.roster)
        self._quarantine(taken.refused)
        new = self._ledger.take(taken.rows, taken.parts)
        self._remember(key, found.note)
        return Pulled(key.name, found.checkpoint.size, new, keys, taken.refused)

    def _log_of(self, tree: Path) -> NoteKey:
        stored = read_whole(tree / GENESIS, GENESIS_LIMIT)
        if stored is None or vault_id(stored) != self._identity.vault:
            raise PublishedBroken(
                "this folder is not one of this vault", hint="name a folder of the same vault"
            )
        said = shared_log(tree)
        key = note_key(log_name(self._identity.vault, said.public), said.public)
        if key != said:
            raise PublishedBroken("the log is not one of this vault", hint="fetch it again")
        return key

    def _alarm(self, tree: Path, key: NoteKey, before: Note | None) -> None:
        """Raise the alarm, and keep what proves it, where a log excludes what it signed before."""
        if before is None:
            return
        try:
            evidence = shown_in(tree, key).against(before)
        except ProofRefused:
            return  # the tree is not whole and says nothing; its faults are told next
        if evidence is not None:
            keep_evidence(self._folder, evidence.encode())
            raise evidence.alarm(key)

    def _take_keys(self, wraps: Iterable[Wrap]) -> None:
        """Hold in memory what came wrapped for this member: the new leaves open under it."""
        keyring, vault = self._identity.keyring, self._identity.vault
        held = set(keyring.compartments.kids)
        receiving = receiving_key(keyring.identity, vault)
        for name, epoch, key in keys_that_came(wraps, held, receiving, vault).compartments:
            keyring.compartments.add(name, epoch, key)
        try:
            take_subjects(
                keyring.compartments, vault, [wrap for wrap in wraps if wrap.kid not in held]
            )
        except LedgerBroken as error:
            raise _bent(error) from None

    def _keep_keys(self, wraps: Iterable[Wrap], roster: Roster) -> int:
        """Keep the wraps for those the roster names; how many are new.

        Whether one is whole only its holder can tell, so another wrap of a key that is here already
        is kept beside it.
        """
        vault = self._identity.vault
        wraps = tuple(wraps)
        kept = self._keystore.wraps_of(vault, {one.kid for one in wraps})
        holders = {one.recipient.kid for one in roster.present if one.recipient and not one.frozen}
        holders |= {key.kid for one in roster.compartments.values() for key in one.keys}
        # Given by somebody whose word counts no longer: what others said under it stays readable.
        holders |= {one.kid for one in wraps if one.holder in holders}
        gone = {kid for one in roster.erasures if one.agreed is not None for kid in one.kids}
        new = [
            one
            for one in wraps
            if one.holder in holders and one.kid not in gone and one not in kept
        ]
        if new:
            self._keystore.keep(wraps=new)
        return len(new)

    def _quarantine(self, refused: tuple[Refused, ...]) -> None:
        if not refused:
            return
        folder = self._folder / QUARANTINE
        with alone_in(folder):
            for one in refused:
                name = one.hash.hex()
                why = msgspec.json.encode({"why": one.why, "alarm": one.alarm})
                write_whole(folder, f"{name}.leaf", one.leaf, mode=0o600)
                write_whole(folder, f"{name}.json", why, mode=0o600)

    def _seen(self, key: NoteKey) -> Note | None:
        stored = read_whole(self._folder / PEERS / _peer(key), NOTE_LIMIT)
        try:
            return Note.parse(stored) if stored is not None else None
        except LedgerBroken as error:
            raise LedgerBroken(
                "what was last seen of that log is damaged here",
                hint=f"put the last good copy of the folder {PEERS} in its place; without it nobody"
                " would notice that the log was rolled back",
                faults=[Fault(f"{PEERS}/{_peer(key)}", error.message)],
            ) from None

    def _remember(self, key: NoteKey, note: Note) -> None:
        with alone_in(self._folder / PEERS):
            write_whole(self._folder / PEERS, _peer(key), note.encode(), mode=0o600)


def keys_that_came(
    wraps: Iterable[Wrap], held: Collection[bytes], key: ReceivingKey, vault: bytes
) -> Unwrapped:
    """The keys in a shared tree for one member, without those held already.

    Raises:
        PublishedBroken: one does not open; ``faults`` names it.
    """
    try:
        return unwrap_for(key, vault, [wrap for wrap in wraps if wrap.kid not in held])
    except LedgerBroken as error:
        raise _bent(error) from None


def _bent(error: LedgerBroken) -> PublishedBroken:
    return PublishedBroken(
        "keys in the shared folder do not open",
        hint="copy the whole folder again; nothing was taken",
        faults=error.faults,
    )


def _leaves(tree: Path, size: int) -> Iterator[bytes]:
    """The leaves of a tree that was checked, in order."""
    read = tile_at(tree)
    for tile in tiles_of(size):
        if tile.level == ENTRIES:
            yield from read_bundle(read(tile), tile.width)


def _part_in(tree: Path) -> Callable[[bytes], bytes | None]:
    def part(name: bytes) -> bytes | None:
        return read_whole(tree / PARTS / name.hex(), _LARGEST_PART)

    return part


def _refuse_halves(refused: tuple[Refused, ...]) -> None:
    absent = [one for one in refused if one.absent]
    if absent:
        raise PublishedBroken(
            f"parts of {len(absent)} entries did not come along, or were changed on the way",
            hint="copy the whole folder again; nothing was taken",
            faults=[Fault(f"leaf {one.hash.hex()}", one.why) for one in absent],
        )


def _refuse_unnamed(roster: Roster, key: NoteKey) -> None:
    if key.public.raw not in roster.logs:
        raise NotEntitled(
            "the log of this folder is not one the roster names",
            hint="administrators add it: candlemark replica add",
        )


def _peer(key: NoteKey) -> str:
    return hashlib.sha256(str(key).encode()).hexdigest()
