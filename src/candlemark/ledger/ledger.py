"""The ledger of an open vault: append, and read in order.

Three promises.  An entry that was returned is on the disk.  An append that raised left nothing.
What is read is what was written: see :mod:`candlemark.ledger.reading`.

What reading does not check is left to :func:`~candlemark.ledger.verification.verify`: the signature
of every single action, and what no checkpoint in this vault can tell (docs/formats/vault.md).
"""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import replace
from datetime import UTC, datetime
from itertools import islice
from typing import TYPE_CHECKING, Final

from candlemark.errors import LedgerBroken, NotEntitled, NotInOrder
from candlemark.ledger.checkpoint import read_seen, signed_head
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
from candlemark.ledger.following import VERIFY_HINT
from candlemark.ledger.genesis import log_id
from candlemark.ledger.merkle import leaf_hash
from candlemark.ledger.reading import Reading
from candlemark.ledger.store import Row
from candlemark.ledger.verification import Verification, verify
from candlemark.ledger.wraps import wrap_subject
from candlemark.seal import SealingKey, seal_part
from candlemark.seal.padding import size_class

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from candlemark.errors import Fault
    from candlemark.ledger.entry import Entry
    from candlemark.ledger.kinds import Fact, Kinds
    from candlemark.ledger.merkle import Tree
    from candlemark.ledger.store import Store, Writing
    from candlemark.ledger.wraps import Identity, Wrap

_NOTHING: Final = bytes(32)
_AT_ONCE: Final = 500
"""Drafts whose persons are given keys together."""


def now() -> datetime:
    """The clock of this machine."""
    return datetime.now(UTC)


class Ledger(Reading):
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
        examine: what is wrong with the keystore, every key of it taken out; None without one.
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
        examine: Callable[[], tuple[Fault, ...]] | None = None,
    ) -> None:
        super().__init__(store, identity, kinds, shared=shared)
        self._seen = seen
        self._clock = clock
        self._keep = keep
        self._examine = examine

    def now(self) -> datetime:
        """What time the clock of this ledger says."""
        return self._clock()

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

    def _append(self, drafts: Iterable[Draft], *, own: bool = False) -> tuple[Entry, ...]:
        entries: list[Entry] = []
        with self._store.writing() as writing:
            place = self._next_place(own=own)
            before = place.tree.size
            for draft in self._with_keys(drafts):
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

    def take(self, rows: Iterable[Row], parts: Mapping[bytes, bytes]) -> int:
        """Append leaves of other instances of this vault in their exact bytes; how many were new.

        Whether they count has been settled before: :mod:`candlemark.ledger.incoming`.

        Raises:
            VaultBusy, StorageFull, LedgerBroken: nothing was added.
        """
        self._shared = True
        taken = 0
        with self._store.writing() as writing:
            place = self._next_place(own=True)
            for row in rows:
                if self._store.find(row.action) is not None:
                    continue
                there = [part.hash for part in read_leaf(row.leaf).parts if part.hash in parts]
                writing.add(row._replace(n=place.tree.size), [(one, parts[one]) for one in there])
                place.grow(row.hash, writing)
                taken += 1
            if taken:
                writing.move_head(signed_head(place.tree, self._name, self._identity.keyring.log))
        return taken

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
        place.grow(row.hash, writing)
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
        there = self._held(compartment, subject) if subject else keys[compartment]
        if there is None:
            self._make_keys([(compartment, subject)])
            there = keys.subject(compartment, subject)
        if there is None:
            raise KeyError(compartment)
        return there

    def _held(self, compartment: str, subject: str) -> SealingKey | None:
        """The key of a person in a compartment; None when there is none that can be used."""
        keys = self._identity.keyring.compartments
        there = keys.subject(compartment, subject)
        if there is not None and there.kid in self._gone.kids:
            # Another process erased the person; what is said from now on is under another key.
            keys.forget(frozenset([there.kid]))
            return None
        return there

    def _with_keys(self, drafts: Iterable[Draft]) -> Iterator[Draft]:
        """The drafts, some hundreds at a time, once the persons they are about have keys."""
        waiting = iter(drafts)
        while some := list(islice(waiting, _AT_ONCE)):
            keys = self._identity.keyring.compartments
            about = dict.fromkeys(
                (part.compartment, part.subject)
                for draft in some
                for part in draft.parts
                if part.subject and part.compartment in keys
            )
            self._make_keys([one for one in about if self._held(*one) is None])
            yield from some

    def _make_keys(self, persons: Sequence[tuple[str, str]]) -> None:
        """Make keys of persons in compartments.

        They are kept before anything is sealed under them: a key that seals nothing does no harm.
        One that is not kept is not held either.
        """
        keys, vault = self._identity.keyring.compartments, self._identity.vault
        made = [(keys[name], subject, SealingKey.generate()) for name, subject in persons]
        if self._keep is not None and made:
            self._keep([wrap_subject(epoch, vault, subject, key) for epoch, subject, key in made])
        for epoch, subject, key in made:
            keys.add_subject(epoch.kid, subject, key)

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
            raise LedgerBroken("the last entry is missing or was changed", hint=VERIFY_HINT)
        leaf = read_leaf(rows[0].leaf)
        last = self._opener.meta(leaf, self._store.parts([leaf.parts[0].hash])).meta
        if last.seq != tree.size - 1:  # one device writes in this form: its number is the place
            raise LedgerBroken("the last entry is another than was there", hint=VERIFY_HINT)
        return Place(tree, seen, last.seq + 1, rows[0].hash, last.lamport + 1)

    def _next_of_many(self, tree: Tree, seen: Seen, *, own: bool) -> Place:
        """The next place where others write too, with the keys the ledger names.

        Whether what the ledger is to say of itself counts is decided by whoever reads it.

        Raises:
            NotEntitled: this device was given up, or has no certificate for this day.
        """
        device = self._identity.keyring.device.kid
        with self._reading:
            self._go_on()
            roster, last = self._reader.upto(tree.size), self._reader.last(device)
            lamport = self._reader.lamport + 1
            self._follow(roster)
        refusal = roster.refusal(device, last.seq + 1, self._clock())
        if refusal and not own:
            raise NotEntitled(
                f"this device may not write: {refusal}",
                hint="a member renews a device: candlemark device renew",
            )
        self._follow(roster)
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

    # Verifying

    def verify(self, progress: Callable[[int, int], None] | None = None) -> Verification:
        """Check everything there is to check; nothing found is raised, all of it is returned.

        ``progress`` is told how many entries of how many were checked.
        """
        found = verify(self._store, self._identity, self._kinds, self._seen, progress)
        keys = self._examine() if self._examine is not None else ()
        return replace(found, faults=(*found.faults, *keys)) if keys else found
