"""Verification: everything that can be checked about a ledger, every fault named by its place.

It ends with a list, never with a bare yes: what holds, and what does not, and where.  It needs the
keys, because what it checks is sealed.  What no check inside one folder can find (the whole folder
put back to an older state) is said in docs/formats/vault.md.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, NamedTuple

from candlemark.errors import CandlemarkError, Fault, LedgerBroken
from candlemark.ledger.checkpoint import Checkpoint, read_seen, tree_of
from candlemark.ledger.entry import LEAP_LIMIT, META, read_leaf
from candlemark.ledger.genesis import log_id, log_name, vault_id
from candlemark.ledger.merkle import HASH_BYTES, Tree, leaf_hash
from candlemark.ledger.opening import Opener
from candlemark.ledger.roster import Gone, beginning
from candlemark.ledger.roster_facts import KINDS as ROSTER_KINDS
from candlemark.ledger.roster_fold import OVERTAKEN_WRITER
from candlemark.ledger.roster_reading import (
    UNKNOWN_WRITER,
    RosterReader,
    own_contents,
    own_facts,
    said_in,
    signature_holds,
    signer,
    writer_overtaken,
)
from candlemark.ledger.tiles import tile_faults
from candlemark.seal import PublicKey

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from candlemark.ledger.entry import Leaf, Meta, PartNote, SealedPart
    from candlemark.ledger.kinds import Kinds
    from candlemark.ledger.merkle import FullTile
    from candlemark.ledger.opening import OpenedMeta
    from candlemark.ledger.roster import Roster
    from candlemark.ledger.roster_keys import Said
    from candlemark.ledger.store import Row, Store
    from candlemark.ledger.wraps import Identity

_LEAVES_AT_ONCE: Final = 64
_KEYSTORE: Final = "last checkpoint in the keystore"
_UNDER_NO_PERSON: Final = (
    "it is about a person, and sealed under the key of the compartment: erased here, it still opens"
    " in a copy for whoever has that key"
)


@dataclass(frozen=True, slots=True)
class Verification:
    """What was checked and what was found.

    ``leaves`` and ``parts`` were there to be checked; ``head`` is the root over the leaves as they
    are, in hexadecimal; ``faults`` is empty when everything holds.  Of ``for_others`` parts, sealed
    for members this one is not among, it was checked that they are there and not changed; of
    ``erased`` ones, that they are gone.  ``told`` is worth knowing, and no damage: what does not
    count because another place had decided otherwise at the same time, and what is about a person
    and was sealed before persons had keys.
    """

    leaves: int
    parts: int
    faults: tuple[Fault, ...]
    head: str
    for_others: int = 0
    erased: int = 0
    told: tuple[Fault, ...] = ()

    def require(self) -> None:
        """Raise what was found.

        Raises:
            LedgerBroken: there are faults.
        """
        if self.faults:
            raise LedgerBroken(
                f"the ledger does not hold together: {len(self.faults)} faults",
                hint="keep this folder as it is and bring back the last good copy beside it",
                faults=self.faults,
            )


def verify(
    store: Store,
    identity: Identity,
    kinds: Kinds,
    seen: tuple[int, bytes] | None,
    progress: Callable[[int, int], None] | None,
) -> Verification:
    """Check a whole ledger; see :meth:`candlemark.ledger.Ledger.verify`."""
    return _Verifier(store, identity, kinds).run(seen, progress)


class _Chain(NamedTuple):
    """The last leaf of one device: its number there, its hash, and its logical time."""

    seq: int
    hash: bytes
    lamport: int


_BEFORE_THE_FIRST: Final = _Chain(-1, bytes(HASH_BYTES), 0)


class _Verifier:
    """One walk over a ledger, from the first leaf to the last."""

    def __init__(self, store: Store, identity: Identity, kinds: Kinds) -> None:
        genesis = identity.genesis
        self._store = store
        self._identity = identity
        self._vault = identity.vault
        self._kinds = kinds | ROSTER_KINDS
        self._opener = Opener(identity.vault, identity.keyring.compartments)
        self._log = identity.keyring.log.public
        self._name = log_name(identity.vault, self._log)
        self._log_id = log_id(self._name)
        self._keys = identity.keyring.compartments
        self._roster = beginning(identity.vault, genesis)
        # The last leaf of every device; None once a leaf could not be read, since it may be its.
        self._chains: dict[bytes, _Chain | None] = {}
        self._unread = False
        self._faults: list[Fault] = []
        self._tree = Tree()
        self._filled: list[FullTile] = []
        self._seen = (0, self._tree.root)
        self._lamport = 0
        self._parts = 0
        self._for_others = 0
        self._gone = 0
        self._erased = Gone()
        self._told: list[Fault] = []

    def run(
        self, seen: tuple[int, bytes] | None, progress: Callable[[int, int], None] | None
    ) -> Verification:
        """Walk, then compare what was walked over with what the ledger says of itself."""
        leaves = 0
        try:
            self._faults.extend(self._store.check())
            self._check_genesis()
            known = None if seen is None else self._known(seen)
            leaves = self._store.counts().leaves
            self._roster = self._read_roster(leaves)
            self._erased = self._roster.gone
            self._keys.follow(self._roster.compartments, self._identity.keyring.identity.kid)
            if self._log.raw not in self._roster.logs:
                self._fault("head", "it is signed by a log the vault does not know")
            self._walk(max(self._signed_size(), leaves), known, progress)
            self._check_ends(known)
        except CandlemarkError as error:
            self._faults.extend(error.faults or (Fault("ledger", error.message),))
        return Verification(
            leaves,
            self._parts,
            tuple(self._faults),
            self._tree.root.hex(),
            self._for_others,
            self._gone,
            tuple(self._told),
        )

    def _read_roster(self, leaves: int) -> Roster:
        """The roster of all that holds; whatever is damaged is named by the walk."""
        reader = RosterReader(self._store, self._opener, self._identity, self._kinds)
        roster = reader.upto(leaves, whatever_holds=True)
        self._faults.extend(reader.roster_faults)
        self._told.extend(reader.roster_told)
        return roster

    def _walk(
        self, total: int, known: Checkpoint | None, progress: Callable[[int, int], None] | None
    ) -> None:
        for start in range(0, total, _LEAVES_AT_ONCE):
            stop = min(start + _LEAVES_AT_ONCE, total)
            rows = {row.n: row for row in self._store.rows(start, stop)}
            for n in range(start, stop):
                if known is not None and n == known.size:
                    self._compare(known)
                if n in rows:
                    self._check_row(rows[n])
                else:
                    self._fault(f"leaf {n}", "it is missing")
            if progress is not None:
                progress(stop, total)

    def _check_row(self, row: Row) -> None:
        real = leaf_hash(row.leaf)
        try:
            if real != row.hash:
                raise LedgerBroken("it was changed: its hash is another than the one kept")
            leaf = read_leaf(row.leaf)
            if leaf.action != row.action:
                raise LedgerBroken("it is kept under another action")
            meta = self._check_leaf(row.n, real, leaf)
            if meta.lamport <= self._lamport + LEAP_LIMIT:
                self._lamport = max(self._lamport, meta.lamport)
        except CandlemarkError as error:
            self._fault(f"leaf {row.n}", error.message)
            self._chains, self._unread = dict.fromkeys(self._chains), True
        self._tree = self._tree.grown([real], self._filled)

    def _check_leaf(self, n: int, real: bytes, leaf: Leaf) -> Meta:
        """Everything about one leaf; only what leaves it unread is raised."""
        stored = self._store.parts([part.hash for part in leaf.parts])
        self._parts += len(stored)
        opened = self._opener.meta(leaf, stored)
        if self._check_writer(n, leaf, opened, stored):
            self._chains[opened.meta.device] = _Chain(opened.meta.seq, real, opened.meta.lamport)
        self._check_seen(f"leaf {n}", n, opened.meta)
        notes = zip(leaf.parts[1:], opened.meta.parts, strict=True)
        for number, (part, note) in enumerate(notes, start=1):
            where = f"leaf {n}, part {number}"
            try:
                self._check_part(where, leaf, part, note, stored)
            except CandlemarkError as error:
                self._fault(where, error.message)
        return opened.meta

    def _check_part(
        self,
        where: str,
        leaf: Leaf,
        part: SealedPart,
        note: PartNote,
        stored: Mapping[bytes, bytes],
    ) -> None:
        """That a part opens, unless it is for others, and holds what it should."""
        if self._erased.holds(part.hash, part.kid, note.subject):
            if part.hash in stored:
                self._fault(where, "it was to be erased, and is still there")
            self._gone += 1
            return
        if self._opener.is_for_others(part, note):
            self._opener.whole(part, stored)
            self._for_others += 1
            return
        content = self._opener.part(leaf.action, part, stored)
        if note.subject and self._keys.person(part.kid) is None:
            self._told.append(Fault(where, _UNDER_NO_PERSON))
        self._check_facts(where, content, note.kinds)
        own = all(kind in ROSTER_KINDS for kind, _ in note.kinds)
        if (note.compartment == META) != own:
            self._fault(where, "what it says does not belong in its compartment")

    def _check_writer(
        self, n: int, leaf: Leaf, opened: OpenedMeta, stored: Mapping[bytes, bytes]
    ) -> bool:
        """The signature, the device and its member, and the chain; whether the chain goes on."""
        meta, where = opened.meta, f"leaf {n}"
        contents, facts = own_contents(leaf, opened, stored, self._opener), []
        with suppress(LedgerBroken):  # told as a fault of the part it stands in
            facts = own_facts(contents, self._kinds)
        said = said_in(n, opened)
        device = signer(self._roster, said, facts)
        if device is None and writer_overtaken(self._roster, leaf, opened):
            self._told.append(Fault(where, OVERTAKEN_WRITER))
            return False
        if device is None:
            raise LedgerBroken(UNKNOWN_WRITER)
        if not signature_holds(device, leaf, opened):
            raise LedgerBroken("the signature does not hold")
        self._check_epochs(n, leaf, opened)
        self._check_refusal(where, said)
        last = self._chains.get(meta.device, None if self._unread else _BEFORE_THE_FIRST)
        if last is not None:
            if meta.seq != last.seq + 1:
                self._fault(where, f"its number is {meta.seq} instead of {last.seq + 1}")
            if meta.prev != last.hash:
                self._fault(where, "it does not follow the last leaf of its device")
            before = self._lamport if meta.seen.log == self._log_id else last.lamport
            if meta.lamport > self._lamport + LEAP_LIMIT:
                self._fault(where, "its logical time leaps")
            if meta.lamport <= before:
                self._fault(where, "its logical time does not rise")
        return last is None or (meta.seq, meta.prev) == (last.seq + 1, last.hash)

    def _check_refusal(self, where: str, said: Said) -> None:
        """That the device could write it then; told only, where it was given up elsewhere."""
        refusal = self._roster.refusal(said.device, said.seq, said.written)
        if refusal and self._roster.ended_elsewhere(said.device, said.seq, said.log):
            self._told.append(Fault(where, refusal))
        elif refusal:
            self._fault(where, refusal)

    def _check_epochs(self, n: int, leaf: Leaf, opened: OpenedMeta) -> None:
        """That nothing was sealed under a key that had been replaced, or was never announced.

        What was written elsewhere may be older than a new key that came here first.
        """
        here = opened.meta.seen.log == self._log_id
        notes = [("", META), *((note.subject, note.compartment) for note in opened.meta.parts)]
        for part, (subject, name) in zip(leaf.parts, notes, strict=True):
            there, person = self._roster.compartments.get(name), self._keys.person(part.kid)
            if there is None or (subject and person is None):
                continue  # whose key it is nobody can say: it is for others, or was destroyed
            kid = person[1] if person else part.kid
            began = [epoch.kid for epoch in there.epochs if epoch.began < n]
            beside = {key.kid for key in there.beside}
            right = kid in (began[-1:] or [kid]) if here else kid in {e.kid for e in there.epochs}
            if not right and kid not in beside:
                self._fault(f"leaf {n}", f"it was not sealed under the key {name} had then")

    def _check_seen(self, where: str, n: int, meta: Meta) -> None:
        """That the writer had met the same ledger before; several leaves of one save share it."""
        seen = meta.seen
        if seen.size == n:
            self._seen = (n, self._tree.root)
        if seen.log != self._log_id:
            if seen.log not in self._other_logs():
                self._fault(where, "it was written after another log")
        elif (seen.size, seen.root) != self._seen:
            self._fault(where, f"it was written after another state of {seen.size} entries")

    def _other_logs(self) -> set[bytes]:
        """How actions refer to the logs of the vault's other instances."""
        return {log_id(log_name(self._vault, PublicKey(key))) for key in self._roster.logs}

    def _check_facts(self, where: str, content: bytes, listed: tuple[tuple[str, int], ...]) -> None:
        facts = self._kinds.decode(content)
        if tuple(dict.fromkeys((kind, version) for kind, version, _ in facts)) != listed:
            self._fault(where, "the kinds in it are not the ones its meta part lists")
        for kind, version, data in facts:
            self._kinds.read(kind, version, data)

    def _check_genesis(self) -> None:
        if vault_id(self._store.genesis()) != self._vault:
            self._fault("genesis", "it is not the one this vault is named after")

    def _signed_size(self) -> int:
        try:
            return tree_of(self._store.head(), self._name, self._log).size
        except LedgerBroken as error:
            self._fault("head", error.message)
            return 0

    def _known(self, seen: tuple[int, bytes]) -> Checkpoint | None:
        try:
            return read_seen(seen, self._name, self._log)
        except LedgerBroken as error:
            self._fault(_KEYSTORE, error.message)
            return None

    def _compare(self, known: Checkpoint) -> None:
        if self._tree.root != known.root:
            self._fault(
                _KEYSTORE,
                f"the first {known.size} entries are not the ones that were there before",
            )

    def _check_ends(self, known: Checkpoint | None) -> None:
        """What the walk came to, against the head, the keystore and the number of parts."""
        head, size = self._store.head(), self._tree.size
        if head.size > size:
            self._fault("head", f"{head.size} entries were signed for, {size} are there")
        elif (size, self._tree.packed) != (head.size, head.peaks):
            self._fault("head", "the entries are not the ones the last checkpoint was signed for")
        if known is not None and known.size > size:
            self._fault(
                _KEYSTORE,
                f"there were {known.size} entries before; an older copy was put in its place",
            )
        elif known is not None and known.size == size:
            self._compare(known)
        self._faults.extend(tile_faults(self._store, self._filled))
        kept = self._store.counts().parts
        if kept > self._parts:
            self._fault("parts", f"{kept - self._parts} are kept that no leaf names")

    def _fault(self, where: str, what: str) -> None:
        self._faults.append(Fault(where, what))
