"""The ledger of an open vault: append, and read in order.

Three promises.  An entry that was returned is on the disk.  An append that raised left nothing.
What is read was written by a device of this vault, in this order, and not changed since: before
the first fact is handed out, the hash of every leaf is folded up to the root that the log signed,
and every part is opened under the hash its leaf names.

What reading does not check is left to :func:`~candlemark.ledger.verification.verify`: the signature
of every single action, and what no checkpoint in this vault can tell (docs/formats/vault.md).
"""

from __future__ import annotations

import hashlib
import secrets
import threading
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

from candlemark.errors import Fault, LedgerBroken, NotEntitled, NotInOrder
from candlemark.ledger.checkpoint import read_seen, signed_head, tree_of
from candlemark.ledger.damage import VERIFY, broken_at, damaged
from candlemark.ledger.drafts import Draft, Place, action_ids
from candlemark.ledger.entry import (
    META,
    META_FORMAT,
    Meta,
    Part,
    PartNote,
    SealedPart,
    Seen,
    check_parts,
    encode_leaf,
    encode_meta,
    entry_of,
    read_leaf,
    signed_message,
)
from candlemark.ledger.genesis import log_id, log_name
from candlemark.ledger.merkle import Tree, leaf_hash
from candlemark.ledger.opening import Opener
from candlemark.ledger.roster_facts import KINDS as ROSTER_KINDS
from candlemark.ledger.roster_reading import RosterReader
from candlemark.ledger.said import Said
from candlemark.ledger.store import Row
from candlemark.ledger.verification import Verification, verify
from candlemark.seal import seal_part
from candlemark.seal.padding import SIZES, size_class

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator, Sequence

    from candlemark.ledger.entry import Entry, Leaf
    from candlemark.ledger.kinds import Fact, Kinds
    from candlemark.ledger.model import Models
    from candlemark.ledger.roster import Roster
    from candlemark.ledger.store import Store, Writing
    from candlemark.ledger.wraps import Identity

_LEAVES_AT_ONCE: Final = 256
_BYTES_AT_ONCE: Final = 4 << 20
_NOTHING: Final = bytes(32)


def now() -> datetime:
    """The clock of this machine."""
    return datetime.now(UTC)


class Ledger:
    """The entries of one vault.  Safe to use from several threads.

    Args:
        store: where the bytes are.
        identity: the vault and its keys.
        kinds: the kinds this program knows.
        seen: the last checkpoint the keystore has met (size and note); appending to anything
            shorter is refused.
        clock: what time it is; entries carry it as a claim.
        shared: whether others may have written to it, so that the roster has to be asked who may
            write, and with which key.
    """

    def __init__(
        self,
        store: Store,
        identity: Identity,
        kinds: Kinds,
        seen: tuple[int, bytes] | None = None,
        clock: Callable[[], datetime] = now,
        *,
        shared: bool = False,
    ) -> None:
        self._store = store
        self._identity = identity
        self._kinds = kinds | ROSTER_KINDS
        self._seen = seen
        self._clock = clock
        self._name = log_name(identity.vault, identity.keyring.log.public)
        self._opener = Opener(identity.vault, identity.keyring.compartments)
        self._shared = shared
        self._reader = RosterReader(store, self._opener, identity, self._kinds)
        self._reading = threading.Lock()  # guards the reader of the roster
        self._lock = threading.Lock()  # guards the three below
        self._trusted = Tree()
        self._checked: tuple[bytes, Tree] = (b"", Tree())
        self.models: Models | None = None
        """What is computed from this ledger and kept, where the vault has a place for it."""
        self.erasures = b""
        """Changes whenever something was erased: read models from before are thrown away."""
        self._kinds_at: list[frozenset[str]] = []

    @property
    def size(self) -> int:
        """How many entries there are."""
        return self.tree().size

    @property
    def head(self) -> str:
        """The root over all entries, in hexadecimal: whoever notes it down can compare later."""
        return self.tree().root.hex()

    # Appending

    def append(
        self,
        parts: Sequence[Part],
        *,
        language: str = "en",
        supersedes: Sequence[str] = (),
        action: str = "",
    ) -> Entry:
        """Add one entry; when this returns, it is on the disk.

        Args:
            parts: what is said, by compartment and subject.
            language: the tongue free text in it is written in.
            supersedes: the actions this one corrects.
            action: from :func:`new_action`, when the caller may try again: the same action with
                the same facts is added once.

        Raises:
            NotInOrder: the parts cannot become an entry; ``faults`` names everything.
            VaultBusy, StorageFull: nothing was added.
            LedgerBroken: the ledger is damaged, or shorter than it once was.
        """
        said = action_ids([action] if action else [])
        draft = Draft(tuple(parts), language, action_ids(supersedes), *said)
        return self._append([draft])[0]

    def append_all(
        self, actions: Iterable[Sequence[Part]], *, language: str = "en"
    ) -> tuple[Entry, ...]:
        """Add several entries together: all of them, or none.

        ``actions`` may be a generator; it is drawn from while other writers wait.

        Raises:
            NotInOrder, VaultBusy, StorageFull, LedgerBroken: as :meth:`append`.
        """
        return self._append(Draft(tuple(parts), language) for parts in actions)

    def append_own(self, facts: Sequence[Fact]) -> Entry:
        """Add one entry in which the ledger speaks of itself: of members, devices and keys.

        Raises:
            NotInOrder, VaultBusy, StorageFull, LedgerBroken: as :meth:`append`.
            NotEntitled: as :meth:`append`.
        """
        self._shared = True
        return self._append([Draft((Part(META, tuple(facts)),), "en")], own=True)[0]

    def roster(self) -> Roster:
        """Who could do what after the last entry.

        Raises:
            LedgerBroken: the ledger is damaged.
        """
        size = self._trust()
        with self._reading:
            return self._reader.upto(size)

    def last_of(self, device: bytes) -> int:
        """The number of the last leaf of a device; -1 when it wrote none."""
        self.roster()
        return self._reader.last(device).seq

    def now(self) -> datetime:
        """What time the clock of this ledger says."""
        return self._clock()

    @property
    def roster_faults(self) -> tuple[Fault, ...]:
        """What was said of members, devices and keys so far and does not hold."""
        return self._reader.faults

    def _append(self, drafts: Iterable[Draft], *, own: bool = False) -> tuple[Entry, ...]:
        entries: list[Entry] = []
        with self._store.writing() as writing:
            place = self._next_place(own=own)
            before = place.tree.size
            for draft in drafts:
                check_parts(draft.parts, draft.language, own=own)
                place.refuse_closed(draft.parts)
                contents = [self._kinds.encode(part.facts) for part in draft.parts]
                there = self._store.find(draft.action) if draft.action else None
                if there is not None:
                    entries.append(self._said_before(there, [content for content, _ in contents]))
                else:
                    entries.append(self._add(writing, place, draft, contents))
            if place.tree.size > before:
                writing.move_head(signed_head(place.tree, self._name, self._identity.keyring.log))
        return tuple(entries)

    def _add(
        self,
        writing: Writing,
        place: Place,
        draft: Draft,
        contents: list[tuple[bytes, tuple[tuple[str, int], ...]]],
    ) -> Entry:
        """Seal, sign and add one entry, and move ``place`` on."""
        vault, keyring = self._identity.vault, self._identity.keyring
        action = draft.action or secrets.token_bytes(16)
        sealed = [
            self._seal(action, part.compartment, content)
            for part, (content, _) in zip(draft.parts, contents, strict=True)
        ]
        meta = Meta(
            META_FORMAT,
            vault,
            action,
            keyring.device.kid,
            place.seq,
            place.prev,
            place.lamport,
            int(self._clock().timestamp() * 1000),
            place.seen,
            tuple(
                PartNote(kinds, part.subject, part.compartment)
                for part, (_, kinds) in zip(draft.parts, contents, strict=True)
            ),
            draft.supersedes,
            draft.language,
        )
        said = encode_meta(meta)
        signature = keyring.device.sign(signed_message(said, [part.hash for part, _ in sealed]))
        sealed.insert(0, self._seal(action, META, said + signature))
        leaf = encode_leaf(vault, action, tuple(part for part, _ in sealed))
        row = Row(place.tree.size, leaf, leaf_hash(leaf), action)
        writing.add(row, [(part.hash, stored) for part, stored in sealed])
        place.tree = place.tree.grown([row.hash])
        place.seq, place.prev, place.lamport = place.seq + 1, row.hash, place.lamport + 1
        return entry_of(row.n, meta)

    def _seal(self, action: bytes, compartment: str, content: bytes) -> tuple[SealedPart, bytes]:
        try:
            key = self._identity.keyring.compartments[compartment]
        except KeyError:
            raise NotEntitled(
                "this member has no key to write in that compartment",
                hint="a reader of it lets you read it: candlemark compartment add",
            ) from None
        number = size_class(len(content))
        sealed = seal_part(key, self._identity.vault, action, content)
        return SealedPart(key.kid, hashlib.sha256(sealed).digest(), number), sealed

    def _next_place(self, *, own: bool) -> Place:
        """Where the next leaf goes, read while nobody else can write.

        Raises:
            LedgerBroken: the ledger is shorter than it once was, or its end is damaged.
        """
        tree = self.tree()
        if self._seen is not None:
            known = read_seen(self._seen, self._name, self._identity.keyring.log.public)
            if tree.size < known.size or (tree.size == known.size and tree.root != known.root):
                raise LedgerBroken(
                    f"the ledger has {tree.size} entries, and had {known.size} before",
                    hint="an older copy was put in its place; bring back the newest one",
                )
        seen = Seen(log_id(self._name), tree.size, tree.root)
        if self._shared:
            return self._next_of_many(tree, seen, own=own)
        if tree.size == 0:
            return Place(tree, seen, 0, _NOTHING, 1)
        rows = self._store.rows(tree.size - 1, tree.size)
        if not rows or leaf_hash(rows[0].leaf) != rows[0].hash:
            raise LedgerBroken("the last entry is missing or was changed", hint=VERIFY)
        leaf = read_leaf(rows[0].leaf)
        last = self._opener.meta(leaf, self._store.parts([leaf.parts[0].hash])).meta
        if last.seq != tree.size - 1:  # one device writes in this form: its number is the place
            raise LedgerBroken("the last entry is another than was there", hint=VERIFY)
        return Place(tree, seen, last.seq + 1, rows[0].hash, last.lamport + 1)

    def _next_of_many(self, tree: Tree, seen: Seen, *, own: bool) -> Place:
        """The next place where others write too, with the keys the ledger names.

        Whether what the ledger is to say of itself counts is decided by whoever reads it.

        Raises:
            NotEntitled: this device was given up, or has no certificate for this day.
        """
        device = self._identity.keyring.device.kid
        with self._reading:
            roster, last = self._reader.upto(tree.size), self._reader.last(device)
            lamport = self._reader.lamport + 1
        refusal = roster.refusal(device, last.seq + 1, self._clock())
        if refusal and not own:
            raise NotEntitled(
                f"this device may not write: {refusal}",
                hint="a member renews a device: candlemark device renew",
            )
        self._identity.keyring.compartments.announced(
            {name: one.epochs[-1].kid for name, one in roster.compartments.items()}
        )
        closed = frozenset() if own else roster.closed
        return Place(tree, seen, last.seq + 1, last.hash, lamport, closed)

    def _said_before(self, n: int, contents: list[bytes]) -> Entry:
        """The entry at ``n``, once it is known to say exactly what is to be said again.

        Raises:
            NotInOrder: it says something else, which would be lost if this counted as done.
        """
        leaf = read_leaf(self._store.rows(n, n + 1)[0].leaf)
        stored = self._store.parts([part.hash for part in leaf.parts])
        meta = self._opener.meta(leaf, stored).meta
        there = [self._opener.part(leaf.action, part, stored) for part in leaf.parts[1:]]
        if there != contents:
            raise NotInOrder(
                "another action has this identifier", hint="use a new identifier for new facts"
            )
        return entry_of(n, meta)

    # Reading

    def entries(self, after: int = -1) -> Iterator[Entry]:
        """Every entry with a place after ``after``, in order, without its facts.

        Raises:
            LedgerBroken: the ledger is damaged.
        """
        for n, _, meta in self._metas(None, after, self._trust()):
            yield entry_of(n, meta)

    def facts(
        self, kinds: Collection[str] | None = None, after: int = -1
    ) -> Iterator[tuple[Entry, Fact]]:
        """Facts with the entry they stand in, in the order of the ledger.

        Only the parts that hold one of ``kinds`` are opened.  Entries that are added while this is
        read are not in it.

        Args:
            kinds: the codes wanted; None for all.
            after: leave out entries up to this place.

        Raises:
            LedgerBroken: the ledger is damaged; ``faults`` says where.
        """
        for one in self.said(kinds, after):
            try:
                fact = self._kinds.read(one.kind, one.version, one.data)
            except LedgerBroken as error:
                raise broken_at(one.entry.n, error) from error
            yield one.entry, fact

    def said(
        self,
        kinds: Collection[str] | None = None,
        after: int = -1,
        compartment: str = "",
        upto: Tree | None = None,
    ) -> Iterator[Said]:
        """Facts as they stand in the ledger, in its order, not yet read; see :meth:`facts`.

        Args:
            kinds: the codes wanted; None for all.
            after: leave out entries up to this place.
            compartment: leave out the others; empty for all.
            upto: from :meth:`trusted`: leave out what was added later, and check it no more.

        Raises:
            LedgerBroken: the ledger is damaged; ``faults`` says where.
        """
        wanted = None if kinds is None else frozenset(kinds)
        waiting: list[tuple[Entry, int, PartNote, Leaf]] = []
        size = 0
        for n, leaf, meta in self._metas(
            wanted, after, self._trust() if upto is None else upto.size
        ):
            entry = entry_of(n, meta)
            for number, note in enumerate(meta.parts):
                if wanted is not None and wanted.isdisjoint(kind for kind, _ in note.kinds):
                    continue
                part = leaf.parts[number + 1]
                elsewhere = compartment not in {"", note.compartment}
                if elsewhere or self._opener.is_for_others(part, note):
                    continue
                waiting.append((entry, number, note, leaf))
                size += SIZES[part.size]
                if size >= _BYTES_AT_ONCE or len(waiting) >= _LEAVES_AT_ONCE:
                    yield from self._open(waiting, wanted)
                    waiting, size = [], 0
        yield from self._open(waiting, wanted)

    def _open(
        self, waiting: list[tuple[Entry, int, PartNote, Leaf]], wanted: frozenset[str] | None
    ) -> Iterator[Said]:
        stored = self._store.parts([leaf.parts[at + 1].hash for _, at, _, leaf in waiting])
        for entry, at, note, leaf in waiting:
            try:
                content = self._opener.part(leaf.action, leaf.parts[at + 1], stored)
                facts = self._kinds.decode(content)
            except LedgerBroken as error:
                raise broken_at(entry.n, error) from error
            for number, (kind, version, data) in enumerate(facts):
                if wanted is None or kind in wanted:
                    yield Said(entry, note.compartment, at, number, kind, version, bytes(data))

    def _metas(
        self, wanted: frozenset[str] | None, after: int, size: int
    ) -> Iterator[tuple[int, Leaf, Meta]]:
        """Leaves with their meta parts; those known to hold nothing wanted are passed over."""
        for start in range(max(after + 1, 0), size, _LEAVES_AT_ONCE):
            stop = min(start + _LEAVES_AT_ONCE, size)
            if wanted is not None and self._passes_over(start, stop, wanted):
                continue
            rows = [(row.n, read_leaf(row.leaf)) for row in self._store.rows(start, stop)]
            stored = self._store.parts([leaf.parts[0].hash for _, leaf in rows])
            found = []
            for n, leaf in rows:
                try:
                    found.append((n, leaf, self._opener.meta(leaf, stored).meta))
                except LedgerBroken as error:
                    raise broken_at(n, error) from error
            self._note_kinds(found)
            yield from found

    def _passes_over(self, start: int, stop: int, wanted: frozenset[str]) -> bool:
        known = self._kinds_at[start:stop]
        return len(known) == stop - start and all(map(wanted.isdisjoint, known))

    def _note_kinds(self, found: list[tuple[int, Leaf, Meta]]) -> None:
        """Remember which kinds each leaf holds, so that the next reading can pass over it."""
        with self._lock:
            for n, _, meta in found:
                if n == len(self._kinds_at):
                    self._kinds_at.append(
                        frozenset(kind for part in meta.parts for kind, _ in part.kinds)
                    )

    def tree(self) -> Tree:
        """The tree of the last commit, its signature checked and its leaves not."""
        head = self._store.head()
        note, tree = self._checked
        if note != head.note or tree.packed != head.peaks or tree.size != head.size:
            tree = tree_of(head, self._name, self._identity.keyring.log.public)
            self._checked = (head.note, tree)
        return tree

    def trusted(self, since: Tree) -> Tree:
        """The tree of the last commit, once the leaves behind ``since`` were folded up to it.

        Raises:
            LedgerBroken: they do not lead there from ``since``.
        """
        with self._lock:
            return self._grown(since)

    def _trust(self) -> int:
        """Fold the leaves up to the signed root, those since the last time only; the size."""
        with self._lock:
            self._trusted = self._grown(self._trusted)
            return self._trusted.size

    def _grown(self, trusted: Tree) -> Tree:
        tree = self.tree()
        while trusted.size < tree.size:
            rows = self._store.rows(trusted.size, min(trusted.size + 4096, tree.size))
            if not rows:
                break
            trusted = trusted.grown(leaf_hash(row.leaf) for row in rows)
        if trusted != tree:
            raise LedgerBroken(
                "the entries are not the ones the last checkpoint was signed for",
                hint=VERIFY,
                faults=damaged(self._store, tree.size),
            )
        return tree

    # Verifying

    def verify(self, progress: Callable[[int, int], None] | None = None) -> Verification:
        """Check everything there is to check; nothing found is raised, all of it is returned.

        ``progress`` is told how many entries of how many were checked.
        """
        return verify(self._store, self._identity, self._kinds, self._seen, progress)
