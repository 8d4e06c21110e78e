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
from candlemark.ledger.store import Row
from candlemark.ledger.verification import Verification, verify
from candlemark.ledger.wraps import wrap_subject
from candlemark.seal import SealingKey, seal_part
from candlemark.seal.padding import SIZES, size_class

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator, Sequence

    from candlemark.ledger.entry import Entry, Leaf
    from candlemark.ledger.kinds import Fact, Kinds
    from candlemark.ledger.roster import Roster
    from candlemark.ledger.store import Store, Writing
    from candlemark.ledger.wraps import Identity, Wrap

_LEAVES_AT_ONCE: Final = 256
_BYTES_AT_ONCE: Final = 4 << 20
_PLACES_NAMED: Final = 20
_NOTHING: Final = bytes(32)
_VERIFY: Final = "candlemark ledger verify names every fault"


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
        keep: keeps the wraps of keys that are made while writing; None where nothing does.
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
        keep: Callable[[Sequence[Wrap]], None] | None = None,
    ) -> None:
        self._store = store
        self._identity = identity
        self._kinds = kinds | ROSTER_KINDS
        self._seen = seen
        self._clock = clock
        self._name = log_name(identity.vault, identity.keyring.log.public)
        self._opener = Opener(identity.vault, identity.keyring.compartments)
        self._shared = shared
        self._keep = keep
        self._erased: dict[bytes, str] = {}
        self._reader = RosterReader(store, self._opener, identity, self._kinds)
        self._reading = threading.Lock()  # guards the reader of the roster
        self._lock = threading.Lock()  # guards the three below
        self._trusted = Tree()
        self._checked: tuple[bytes, Tree] = (b"", Tree())
        self._kinds_at: list[frozenset[str]] = []

    @property
    def size(self) -> int:
        """How many entries there are."""
        return self._tree().size

    @property
    def head(self) -> str:
        """The root over all entries, in hexadecimal: whoever notes it down can compare later."""
        return self._tree().root.hex()

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
            roster = self._reader.upto(size)
            self._erased = roster.erased
        return roster

    def last_of(self, device: bytes) -> int:
        """The number of the last leaf of a device; -1 when it wrote none."""
        self.roster()
        return self._reader.last(device).seq

    def now(self) -> datetime:
        """What time the clock of this ledger says."""
        return self._clock()

    def parts_about(self, subject: str) -> Iterator[bytes]:
        """Hashes of the sealed parts that are about a person and not erased yet."""
        if self._shared:
            self.roster()
        for _, leaf, meta in self._metas(None, -1):
            for part, note in zip(leaf.parts[1:], meta.parts, strict=True):
                if subject and note.subject == subject and part.hash not in self._erased:
                    yield part.hash

    def subjects_of(self, hashes: Collection[bytes]) -> dict[bytes, str]:
        """The person each of these sealed parts is about; empty text for nobody."""
        wanted, found = set(hashes), {}
        if wanted:
            for _, leaf, meta in self._metas(None, -1):
                for part, note in zip(leaf.parts[1:], meta.parts, strict=True):
                    if part.hash in wanted:
                        found[part.hash] = note.subject
        return found

    @property
    def roster_faults(self) -> tuple[Fault, ...]:
        """What was said of members, devices and keys so far and does not hold.

        Also every entry that does not count, because nobody who could write it did.
        """
        refused = self._reader.refused.items()
        return (*self._reader.faults, *(Fault(f"leaf {n}", why) for n, why in refused))

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
            self._seal(action, part.compartment, content, part.subject)
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

    def _seal(
        self, action: bytes, compartment: str, content: bytes, subject: str = ""
    ) -> tuple[SealedPart, bytes]:
        try:
            key = self._key(compartment, subject)
        except KeyError:
            raise NotEntitled(
                "this member has no key to write in that compartment",
                hint="a reader of it lets you read it: candlemark compartment add",
            ) from None
        number = size_class(len(content))
        sealed = seal_part(key, self._identity.vault, action, content)
        return SealedPart(key.kid, hashlib.sha256(sealed).digest(), number), sealed

    def _key(self, compartment: str, subject: str) -> SealingKey:
        """The key to seal with: of the compartment, or of the person it is about."""
        keys = self._identity.keyring.compartments
        if not subject:
            return keys[compartment]
        there = keys.subject(compartment, subject)
        if there is not None:
            return there
        # Kept before anything is sealed under it: a key that seals nothing does no harm.
        epoch, made = keys[compartment], SealingKey.generate()
        if self._keep is not None:
            self._keep([wrap_subject(epoch, self._identity.vault, subject, made)])
        keys.add_subject(epoch.kid, subject, made)
        return made

    def _next_place(self, *, own: bool) -> Place:
        """Where the next leaf goes, read while nobody else can write.

        Raises:
            LedgerBroken: the ledger is shorter than it once was, or its end is damaged.
        """
        tree = self._tree()
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
            raise LedgerBroken("the last entry is missing or was changed", hint=_VERIFY)
        leaf = read_leaf(rows[0].leaf)
        last = self._opener.meta(leaf, self._store.parts([leaf.parts[0].hash])).meta
        if last.seq != tree.size - 1:  # one device writes in this form: its number is the place
            raise LedgerBroken("the last entry is another than was there", hint=_VERIFY)
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
        for n, _, meta in self._metas(None, after):
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
        wanted = None if kinds is None else frozenset(kinds)
        if self._shared:
            self.roster()
        waiting: list[tuple[Entry, bytes, SealedPart]] = []
        size = 0
        for n, leaf, meta in self._metas(wanted, after):
            entry = entry_of(n, meta)
            for part, note in zip(leaf.parts[1:], meta.parts, strict=True):
                if wanted is not None and wanted.isdisjoint(kind for kind, _ in note.kinds):
                    continue
                if self._erased.get(part.hash, "") == note.subject != "":
                    continue
                if self._opener.is_for_others(part, note):
                    continue
                waiting.append((entry, leaf.action, part))
                size += SIZES[part.size]
                if size >= _BYTES_AT_ONCE or len(waiting) >= _LEAVES_AT_ONCE:
                    yield from self._open(waiting, wanted)
                    waiting, size = [], 0
        yield from self._open(waiting, wanted)

    def _open(
        self, waiting: list[tuple[Entry, bytes, SealedPart]], wanted: frozenset[str] | None
    ) -> Iterator[tuple[Entry, Fact]]:
        stored = self._store.parts([part.hash for _, _, part in waiting])
        for entry, action, part in waiting:
            try:
                content = self._opener.part(action, part, stored)
                facts = [
                    self._kinds.read(kind, version, data)
                    for kind, version, data in self._kinds.decode(content)
                    if wanted is None or kind in wanted
                ]
            except LedgerBroken as error:
                raise _broken_at(entry.n, error) from error
            for fact in facts:
                yield entry, fact

    def _metas(self, wanted: frozenset[str] | None, after: int) -> Iterator[tuple[int, Leaf, Meta]]:
        """Leaves with their meta parts; those known to hold nothing wanted are passed over."""
        size = self._trust()
        refused = self._refused(size)
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
                    raise _broken_at(n, error) from error
            self._note_kinds(found)
            yield from (one for one in found if one[0] not in refused)

    def _refused(self, size: int) -> Collection[int]:
        """The places of entries that do not count, where others than one founder write."""
        if not self._shared:
            return ()
        with self._reading:
            self._reader.upto(size)
            return frozenset(self._reader.refused)

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
            tree = self._tree()
            trusted = self._trusted
            while trusted.size < tree.size:
                rows = self._store.rows(trusted.size, min(trusted.size + 4096, tree.size))
                if not rows:
                    break
                trusted = trusted.grown(leaf_hash(row.leaf) for row in rows)
            if trusted != tree:
                raise LedgerBroken(
                    "the entries are not the ones the last checkpoint was signed for",
                    hint=_VERIFY,
                    faults=self._damaged(tree.size),
                )
            self._trusted = trusted
            return tree.size

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

    # Verifying

    def verify(self, progress: Callable[[int, int], None] | None = None) -> Verification:
        """Check everything there is to check; nothing found is raised, all of it is returned.

        ``progress`` is told how many entries of how many were checked.
        """
        return verify(self._store, self._identity, self._kinds, self._seen, progress)


def _broken_at(n: int, error: LedgerBroken) -> LedgerBroken:
    return LedgerBroken(
        f"entry {n} is damaged: {error.message}",
        hint=_VERIFY,
        faults=(Fault(f"entry {n}", error.message),),
    )
