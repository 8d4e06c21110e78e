"""Which leaves were folded up to the signed root, and who was a member then.

Nothing is said of a ledger before the hash of every leaf leads up to the root that its log signed.
Where others write too, the roster says what counts.  Both go on from where they were left off: in
this process, or before by the same member, whose watermark says so.
"""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Final

from candlemark.errors import Fault, LedgerBroken
from candlemark.ledger.checkpoint import tree_of
from candlemark.ledger.entry import META
from candlemark.ledger.genesis import log_name
from candlemark.ledger.merkle import Tree, leaf_hash
from candlemark.ledger.opening import Opener
from candlemark.ledger.reading_mark import Doubtful
from candlemark.ledger.roster import Gone
from candlemark.ledger.roster_facts import KINDS as ROSTER_KINDS
from candlemark.ledger.roster_reading import RosterReader

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from candlemark.ledger.kinds import Kinds
    from candlemark.ledger.reading_mark import ReadingMark
    from candlemark.ledger.roster import Roster
    from candlemark.ledger.store import Store
    from candlemark.ledger.wraps import Identity
    from candlemark.seal import SealingKey

_PLACES_NAMED: Final = 20
VERIFY_HINT: Final = "candlemark ledger verify names every fault"


class Following:
    """A ledger as far as it was followed.  Safe to use from several threads.

    Args:
        store: where the bytes are.
        identity: the vault and its keys.
        kinds: the kinds this program knows.
        shared: whether others may have written to it, so that the roster has to be asked what
            counts, and entries may have come together out of order.
    """

    def __init__(
        self, store: Store, identity: Identity, kinds: Kinds, *, shared: bool = False
    ) -> None:
        self._store = store
        self._identity = identity
        self._kinds = kinds | ROSTER_KINDS
        self._name = log_name(identity.vault, identity.keyring.log.public)
        self._opener = Opener(identity.vault, identity.keyring.compartments)
        self._shared = shared
        self._told: Roster | None = None
        self._gone = Gone()
        self._reader = RosterReader(store, self._opener, identity, self._kinds)
        self._reading = threading.Lock()  # guards the reader of the roster
        self._lock = threading.Lock()  # guards the trees
        self._trusted = Tree()
        self._followed = Tree()
        self._sealed = 0  # so many leaves were folded by who wrote the watermark, and not here
        self._checked: tuple[bytes, Tree] = (b"", Tree())
        self.mark: ReadingMark | None = None
        """Up to where reading can be taken up again, where the vault has a place for that."""

    @property
    def size(self) -> int:
        """How many entries there are."""
        return self._tree().size

    @property
    def head(self) -> str:
        """The root over all entries, in hexadecimal: whoever notes it down can compare later."""
        return self._tree().root.hex()

    def head_at(self, size: int) -> str:
        """The root over the first ``size`` entries, in hexadecimal; of all for a larger number.

        Raises:
            LedgerBroken: the entries are not the ones the last checkpoint was signed for.
        """
        if size >= self._trust():
            return self.head
        tree = Tree()
        while tree.size < size:
            rows = self._store.rows(tree.size, min(tree.size + 4096, size))
            tree = tree.grown(leaf_hash(row.leaf) for row in rows)
        return tree.root.hex()

    def roster(self) -> Roster:
        """Who could do what after the last entry.

        Raises:
            LedgerBroken: the ledger is damaged.
        """
        with self._reading:
            return self._read_on(self._go_on().size)

    def _read_on(self, size: int) -> Roster:
        """The roster after ``size`` entries; the caller holds the reader."""
        roster = self._reader.upto(size)
        self._follow(roster)
        if self.mark is not None:
            self._move_mark(self.mark, roster)
        return roster

    def _go_on(self) -> Tree:
        """The tree of the last commit, once the leaves behind those followed lead up to it.

        Followed are leaves that were folded here, and those before the watermark.
        """
        with self._lock:
            if self.mark is not None and self._followed.size == 0:
                self._resume(self.mark)
            self._followed = self._grown(self._followed)
            return self._followed

    def _resume(self, mark: ReadingMark) -> None:
        """Take reading up where the watermark says, if it is one of this ledger."""
        found = mark.read(self._identity.keyring.compartments)
        if found is None:
            return
        try:
            self._followed = self._grown(found.tree)
            self._reader.resume(found.left)
            self._sealed = found.tree.size
        except LedgerBroken:
            self._begin_anew(mark)

    def _begin_anew(self, mark: ReadingMark) -> None:
        mark.throw_away()
        self._followed, self._sealed = self._trusted, 0
        self._reader = RosterReader(self._store, self._opener, self._identity, self._kinds)

    def _move_mark(self, mark: ReadingMark, roster: Roster) -> None:
        key = self._key_of_meta(roster)
        if key is None or not mark.is_behind(self._reader.size, key.kid):
            return
        if self._followed.size == self._reader.size:
            self._in_places(self._reader.size)
            mark.write(self._followed, self._reader.left_off(), key)

    def _key_of_meta(self, roster: Roster) -> SealingKey | None:
        """The key a watermark is sealed under: what the ledger names, or that of a vault of one."""
        keys = self._identity.keyring.compartments
        named = roster.compartments.get(META)
        if named is not None:
            return keys.key(named.epochs[-1].kid)
        return keys[META] if META in keys and not self._shared else None

    def _in_places(self, size: int) -> Sequence[int]:
        """The places of ``size`` entries that count, in order; the caller holds the reader."""
        try:
            return self._reader.places(size)
        except Doubtful:
            if self.mark is not None:
                self._begin_anew(self.mark)
            self._followed = self._grown(self._followed)
            return self._reader.places(size)

    def _follow(self, roster: Roster) -> None:
        """Know from the roster what was erased, and which keys this member may still lack."""
        if roster is self._told:
            return
        self._told, self._gone = roster, roster.gone
        keyring = self._identity.keyring
        keyring.compartments.follow(roster.compartments, keyring.identity.kid)

    def _tree(self) -> Tree:
        """The tree of the last commit, its signature checked."""
        head = self._store.head()
        note, tree = self._checked
        if note != head.note or tree.packed != head.peaks or tree.size != head.size:
            tree = tree_of(head, self._name, self._identity.keyring.log.public)
            self._checked = (head.note, tree)
        return tree

    def _trust(self) -> int:
        """Fold the leaves up to the signed root, those since the last time only; the size.

        Raises:
            LedgerBroken: the leaves are not the ones the checkpoint was signed for.
        """
        with self._lock:
            self._trusted = self._grown(self._trusted)
            return self._trusted.size

    def _grown(self, trusted: Tree) -> Tree:
        """The tree of the last commit, once the leaves behind ``trusted`` lead up to it."""
        tree = self._tree()
        while trusted.size < tree.size:
            rows = self._store.rows(trusted.size, min(trusted.size + 4096, tree.size))
            if not rows:
                break
            trusted = trusted.grown(leaf_hash(row.leaf) for row in rows)
        if trusted != tree:
            raise LedgerBroken(
                "the entries are not the ones the last checkpoint was signed for",
                hint=VERIFY_HINT,
                faults=self._damaged(tree.size),
            )
        return tree

    def _damaged(self, size: int) -> Iterator[Fault]:
        """The first places where a leaf is missing or is not the one that was kept."""
        found = 0
        for start in range(0, size, 4096):
            stop = min(start + 4096, size)
            rows = {row.n: row for row in self._store.rows(start, stop)}
            for n in range(start, stop):
                if n not in rows or leaf_hash(rows[n].leaf) != rows[n].hash:
                    yield Fault(f"entry {n}", "it was changed" if n in rows else "it is missing")
                    found += 1
                if found == _PLACES_NAMED:
                    return
