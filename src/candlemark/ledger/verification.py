"""Verification: everything that can be checked about a ledger, every fault named by its place.

It ends with a list, never with a bare yes: what holds, and what does not, and where.  It needs the
keys, because what it checks is sealed.  What no check inside one folder can find (the whole folder
put back to an older state) is said in docs/formats/vault.md.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from candlemark.errors import CandlemarkError, Fault, LedgerBroken
from candlemark.ledger.checkpoint import Checkpoint, read_checkpoint, tree_of
from candlemark.ledger.entry import Leaf, Meta, read_leaf, signed_message
from candlemark.ledger.genesis import log_id, log_name, read_genesis, vault_id
from candlemark.ledger.merkle import Tree, leaf_hash
from candlemark.ledger.opening import OpenedMeta, Opener
from candlemark.seal import PublicKey

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from candlemark.ledger.genesis import Genesis
    from candlemark.ledger.keystore import Keyring
    from candlemark.ledger.kinds import Kinds
    from candlemark.ledger.store import Row, Store

_LEAVES_AT_ONCE: Final = 64


@dataclass(frozen=True, slots=True)
class Verification:
    """What was checked and what was found.

    ``leaves`` and ``parts`` were there to be checked; ``head`` is the root over the leaves as they
    are, in hexadecimal; ``faults`` is empty when everything holds.
    """

    leaves: int
    parts: int
    faults: tuple[Fault, ...]
    head: str

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
    genesis: Genesis,
    vault: bytes,
    keyring: Keyring,
    kinds: Kinds,
    seen: bytes,
    progress: Callable[[int, int], None] | None,
) -> Verification:
    """Check a whole ledger; see :meth:`candlemark.ledger.Ledger.verify`."""
    return _Verifier(store, genesis, vault, keyring, kinds).run(seen, progress)


class _Verifier:
    """One walk over a ledger, from the first leaf to the last."""

    def __init__(
        self, store: Store, genesis: Genesis, vault: bytes, keyring: Keyring, kinds: Kinds
    ) -> None:
        self._store = store
        self._vault = vault
        self._kinds = kinds
        self._opener = Opener(vault, keyring.compartments)
        self._log = PublicKey(genesis.logs[0])
        self._name = log_name(vault, self._log)
        self._log_id = log_id(self._name)
        self._devices = {
            device.kid: device
            for device in (PublicKey(founder.device) for founder in genesis.founders)
        }
        self._faults: list[Fault] = []
        self._tree = Tree()
        self._roots: dict[int, bytes] = {}
        self._last_of: dict[bytes, tuple[int, bytes] | None] = {}
        self._lamport = 0
        self._parts = 0

    def run(
        self, seen: bytes, progress: Callable[[int, int], None] | None
    ) -> Verification:
        """Walk, then compare what was walked over with what the ledger says of itself."""
        self._say(self._store.check())
        leaves = 0
        try:
            self._check_genesis()
            known = self._checkpoint(seen) if seen else None
            size = self._head_size()
            leaves = self._store.counts().leaves
            self._walk(max(size, leaves), known, progress)
            self._check_ends(known)
        except CandlemarkError as error:
            self._say(error.faults or (Fault("ledger", error.message),))
        return Verification(leaves, self._parts, tuple(self._faults), self._tree.root.hex())

    def _walk(
        self,
        total: int,
        known: Checkpoint | None,
        progress: Callable[[int, int], None] | None,
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
        where = f"leaf {row.n}"
        real = leaf_hash(row.leaf)
        try:
            if real != row.hash:
                raise LedgerBroken("it was changed: its hash is another than the one kept")
            leaf = read_leaf(row.leaf)
            if leaf.action != row.action:
                raise LedgerBroken("it is kept under another action")
            self._check_leaf(row.n, leaf)
        except CandlemarkError as error:
            self._fault(where, error.message)
            # Whose leaf it was is not known, so no chain can be followed over it.
            self._last_of = dict.fromkeys(self._devices)
        self._tree = self._tree.grown([real])
        for kid, last in self._last_of.items():
            if last is not None and last[1] == b"":
                self._last_of[kid] = (last[0], real)

    def _check_leaf(self, n: int, leaf: Leaf) -> None:
        stored = self._store.parts([part.hash for part in leaf.parts])
        self._parts += len(stored)
        opened = self._opener.meta(leaf, stored)
        self._check_writer(n, leaf, opened)
        for number, (part, note) in enumerate(
            zip(leaf.parts[1:], opened.meta.parts, strict=True), start=1
        ):
            where = f"leaf {n}, part {number}"
            try:
                content = self._opener.part(leaf.action, part, stored)
                self._check_facts(where, content, note.kinds)
            except CandlemarkError as error:
                self._fault(where, error.message)

    def _check_writer(self, n: int, leaf: Leaf, opened: OpenedMeta) -> None:
        """The signature, the chain of the device, and what it says it had seen."""
        where, meta = f"leaf {n}", opened.meta
        device = self._devices.get(meta.device)
        if device is None:
            self._fault(where, "it was written by a device the vault does not know")
            return
        message = signed_message(opened.signed, [part.hash for part in leaf.parts[1:]])
        if not device.vouches(message, opened.signature):
            self._fault(where, "the signature does not hold")
        last = self._last_of.get(meta.device, (-1, bytes(32)))
        if last is not None:
            if meta.seq != last[0] + 1:
                self._fault(where, f"its number is {meta.seq} instead of {last[0] + 1}")
            if meta.prev != last[1]:
                self._fault(where, "it does not follow the last leaf of its device")
            if meta.lamport <= self._lamport:
                self._fault(where, "its logical time does not rise")
        self._lamport = max(self._lamport, meta.lamport)
        self._last_of[meta.device] = (meta.seq, b"")  # the hash follows once it is known
        self._check_seen(where, n, meta)

    def _check_seen(self, where: str, n: int, meta: Meta) -> None:
        seen = meta.seen
        if seen.size == n:
            self._roots = {n: self._tree.root}
        if seen.log != self._log_id:
            self._fault(where, "it was written after another log")
        elif self._roots.get(seen.size) != seen.root:
            self._fault(where, f"it was written after another state of {seen.size} entries")

    def _check_facts(
        self, where: str, content: bytes, listed: tuple[tuple[str, int], ...]
    ) -> None:
        facts = self._kinds.decode(content)
        if tuple(dict.fromkeys((kind, version) for kind, version, _ in facts)) != listed:
            self._fault(where, "the kinds in it are not the ones its meta part lists")
        for kind, version, data in facts:
            self._kinds.read(kind, version, data)

    def _check_genesis(self) -> None:
        stored = self._store.genesis()
        read_genesis(stored)
        if vault_id(stored) != self._vault:
            self._fault("genesis", "it is not the one this vault is named after")

    def _head_size(self) -> int:
        try:
            return tree_of(self._store.head(), self._name, self._log).size
        except LedgerBroken as error:
            self._fault("head", error.message)
            return 0

    def _checkpoint(self, note: bytes) -> Checkpoint | None:
        try:
            return read_checkpoint(note, self._name, self._log)
        except LedgerBroken as error:
            self._fault("last checkpoint in the keystore", error.message)
            return None

    def _compare(self, known: Checkpoint) -> None:
        if self._tree.root != known.root:
            self._fault(
                "last checkpoint in the keystore",
                f"the first {known.size} entries are not the ones that were there before",
            )

    def _check_ends(self, known: Checkpoint | None) -> None:
        """What the walk came to, against the head, the keystore and the number of parts."""
        head = self._store.head()
        if head.size > self._tree.size:
            self._fault("head", f"{head.size} entries were signed for, {self._tree.size} are there")
        elif self._tree != Tree.of(head.size, head.peaks):
            self._fault("head", "the entries are not the ones the last checkpoint was signed for")
        if known is not None:
            if known.size > self._tree.size:
                self._fault(
                    "last checkpoint in the keystore",
                    f"there were {known.size} entries before; an older copy was put in its place",
                )
            elif known.size == self._tree.size:
                self._compare(known)
        kept = self._store.counts().parts
        if kept > self._parts:
            self._fault("parts", f"{kept - self._parts} are kept that no leaf names")

    def _fault(self, where: str, what: str) -> None:
        self._faults.append(Fault(where, what))

    def _say(self, faults: tuple[Fault, ...]) -> None:
        self._faults.extend(faults)
