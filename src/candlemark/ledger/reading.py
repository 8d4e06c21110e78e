"""Reading a ledger: in order, and nothing that was not signed for.

What is read was written by a device of this vault, in this order, and not changed since: before
the first fact is handed out, the hash of every leaf is folded up to the root that the log signed,
and every part is opened under the hash its leaf names.

The order is that of logical time, and of the actions' identifiers where two were written without
knowing of each other.  It is therefore the same wherever the entries came together, while the place
of an entry in a log, ``n``, is not.
"""

from __future__ import annotations

import hashlib
from contextlib import suppress
from typing import TYPE_CHECKING, Final

from candlemark.errors import Fault, LedgerBroken, NewerFormat
from candlemark.ledger.compartments import is_under
from candlemark.ledger.entry import META, entry_of, read_leaf
from candlemark.ledger.following import VERIFY_HINT, Following
from candlemark.ledger.public import PublicLog
from candlemark.ledger.said import Said, State
from candlemark.seal import SealingKey, derive
from candlemark.seal.padding import SIZES

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

    from candlemark.ledger.compartments import Readable
    from candlemark.ledger.entry import Entry, Leaf, Meta, PartNote, SealedPart, Seen
    from candlemark.ledger.kinds import Fact, Kinds
    from candlemark.ledger.merkle import Tree
    from candlemark.ledger.model import Models
    from candlemark.ledger.store import Row, Store
    from candlemark.ledger.wraps import Identity
    from candlemark.seal import PublicKey

_LEAVES_AT_ONCE: Final = 256
_BYTES_AT_ONCE: Final = 4 << 20
_OWN: Final = b"candlemark/model/own/v1"


class Reading(Following):
    """The entries of one vault, to be read.  Safe to use from several threads.

    Args:
        store: where the bytes are.
        identity: the vault and its keys.
        kinds: the kinds this program knows.
        shared: whether others may have written to it; see :class:`Following`.
    """

    def __init__(
        self, store: Store, identity: Identity, kinds: Kinds, *, shared: bool = False
    ) -> None:
        super().__init__(store, identity, kinds, shared=shared)
        self._kinds_at: dict[int, frozenset[str]] = {}
        self._same_kinds: dict[frozenset[str], frozenset[str]] = {}
        """Each set once: a hundred thousand entries hold a few dozen."""
        self.models: Models | None = None
        """What is computed from this ledger and kept, where the vault has a place for it."""
        self._passed_over: frozenset[str] = frozenset()
        self._left: tuple[Readable, Readable] | None = None
        """What can be read, and what of it is not passed over."""

    def last_of(self, device: bytes) -> int:
        """The number of the last leaf of a device; -1 when it wrote none."""
        self.roster()
        return self._reader.last(device).seq

    def parts_about(
        self, subject: str, after: int = -1, under: Collection[bytes] | None = None
    ) -> Iterator[bytes]:
        """Hashes of the sealed parts that are about a person and not erased yet.

        ``after`` leaves out entries up to this place; ``under`` are the kids of the keys they are
        sealed under, None for any.
        """
        if self._shared:
            self.roster()
        for _, leaf, meta in self._metas(None, after):
            for part, note in zip(leaf.parts[1:], meta.parts, strict=True):
                if under is not None and part.kid not in under:
                    continue
                if subject and note.subject == subject and not self._is_gone(part, note):
                    yield part.hash

    def _is_gone(self, part: SealedPart, note: PartNote) -> bool:
        return self._gone.holds(part.hash, part.kid, note.subject)

    def parts_by_compartment(self) -> Iterator[tuple[str, str]]:
        """The compartment of every part that is not erased, and whom it is about, if anybody."""
        if self._shared:
            self.roster()
        for _, leaf, meta in self._metas(None, -1):
            for part, note in zip(leaf.parts[1:], meta.parts, strict=True):
                if not self._is_gone(part, note):
                    yield note.compartment, note.subject

    def subjects_of(
        self, hashes: Collection[bytes], kids: Collection[bytes]
    ) -> dict[bytes, tuple[bytes, str]]:
        """Under which key each of these parts is sealed, and each part under these keys; of whom.

        Of every entry that is kept, whether it counts or not; empty text for nobody.  All leaves
        are looked at, and those opened that name one of them.
        """
        found: dict[bytes, tuple[bytes, str]] = {}
        for start in range(0, self._trust(), 4096):
            for row in self._store.rows(start, start + 4096):
                leaf = read_leaf(row.leaf)
                named = [part.hash in hashes or part.kid in kids for part in leaf.parts[1:]]
                if any(named):
                    with suppress(LedgerBroken, NewerFormat):
                        stored = self._store.parts([leaf.parts[0].hash])
                        notes = self._opener.meta(leaf, stored).meta.parts
                        for one, part, note in zip(named, leaf.parts[1:], notes, strict=True):
                            found |= {part.hash: (part.kid, note.subject)} if one else {}
        return found

    @property
    def roster_faults(self) -> tuple[Fault, ...]:
        """What was said of members, devices and keys so far and does not hold.

        Also every entry that does not count, because nobody who could write it did.
        """
        return self._reader.faults

    @property
    def roster_told(self) -> tuple[Fault, ...]:
        """What does not count because another place had decided otherwise: nothing is damaged."""
        return self._reader.told

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
        if self._shared:
            self.roster()
        wanted = None if kinds is None else frozenset(kinds)
        for one in self._said(wanted, self._metas(wanted, after)):
            try:
                fact = self._kinds.read(one.kind, one.version, one.data)
            except LedgerBroken as error:
                raise _broken_at(one.entry.n, error) from error
            yield one.entry, fact

    # For read models

    def tree(self) -> Tree:
        """The tree of the last commit, its signature checked and its leaves not."""
        return self._tree()

    def state(self, since: Tree) -> State:
        """The state of the last commit, once the leaves behind ``since`` were folded up to it.

        Where others write too, all of them were.

        Raises:
            LedgerBroken: they do not lead there.
        """
        if not self._shared:
            with self._lock:
                tree = self._grown(since)
            return State(tree, range(tree.size), b"")
        with self._reading:
            tree = self._go_on()
            self._read_on(tree.size)
            places = self._in_places(tree.size)
        erased = b"".join(sorted((*self._gone.parts, *self._gone.kids)))
        return State(tree, places, hashlib.sha256(erased).digest() if erased else b"")

    def said(
        self, kinds: Collection[str], compartments: Collection[str], state: State, start: int
    ) -> Iterator[Said]:
        """Facts of some compartments as they stand in a state of the ledger, not yet read.

        Args:
            kinds: the codes wanted.
            compartments: their names.
            state: from :meth:`state`.
            start: how many entries to leave out, in the order in which they are read.

        Raises:
            LedgerBroken: the ledger is damaged; ``faults`` says where.
        """
        wanted, places = frozenset(kinds), state.places
        # Of leaves nobody folded in this process none is read; those of a vault of one were, by
        # ``state``.
        if self._shared and min(places[start:], default=self._sealed) < self._sealed:
            self._trust()
        if isinstance(places, range):
            return self._said(
                wanted, self._metas_in(wanted, runs(start - 1, len(places), None)), compartments
            )
        at = {n: start + number for number, n in enumerate(places[start:])}
        found = self._metas_in(wanted, runs(-1, 0, places[start:]))
        return self._said(wanted, found, compartments, at)

    def present_key(self, compartment: str) -> SealingKey | None:
        """The key of a compartment that the ledger names last; None when it is not held.

        None too where it is to be passed over: no read model of it is asked, nor made.

        Raises:
            LedgerBroken: the ledger is damaged.
        """
        if self._passes(compartment):
            return None
        keys = self._identity.keyring.compartments
        if not self._shared:
            return keys.get(compartment)
        there = self.roster().compartments.get(compartment)
        return None if there is None else keys.key(there.epochs[-1].kid)

    def own_key(self) -> SealingKey | None:
        """A key nobody else can work out: it follows from this member's identity and ``meta``.

        None while the key of ``meta`` is not held.
        """
        meta = self.present_key(META)
        if meta is None:
            return None
        seed = self._identity.keyring.identity.reveal()
        return SealingKey.from_bytes(derive(seed, meta.reveal(), _OWN))

    def began_after(self, compartments: Collection[str], size: int) -> bool:
        """Whether each of these compartments had its first key behind the first entries."""
        said = self.roster().compartments
        return all(
            name in said and min(one.began for one in said[name].keys) >= size
            for name in compartments
        )

    def left(self) -> tuple[bytes, ...]:
        """Kids of those who are members no longer, or are frozen."""
        members = self.roster().members.values() if self._shared else ()
        return tuple(one.kid for one in members if one.removed is not None or one.frozen)

    @property
    def me(self) -> bytes:
        """The kid of the member who reads."""
        return self._identity.keyring.identity.kid

    def readable(self) -> Readable:
        """The compartments this member reads: with their present key, or by older ones only.

        Raises:
            LedgerBroken: the ledger is damaged.
        """
        keys = self._identity.keyring.compartments
        said = self.roster().compartments if self._shared else {}
        found = keys.readable(said)
        if not self._passed_over:
            return found
        if self._left is None or self._left[0] is not found:
            self._left = found, found.without(self._passed_over)
        return self._left[1]

    def pass_over(self, compartment: str) -> None:
        """From now on open nothing of a compartment, nor of those under it (``identity:…``).

        For whoever is not to be shown it although their keys open it: what follows from the ledger
        is then as if they held none.  Nothing is forgotten: keys can still be handed on.
        """
        self._passed_over |= {compartment}

    def _passes(self, compartment: str) -> bool:
        return bool(self._passed_over) and is_under(compartment, self._passed_over)

    def _said(
        self,
        wanted: frozenset[str] | None,
        metas: Iterable[tuple[int, Leaf, Meta]],
        only: Collection[str] = (),
        at: Mapping[int, int] | None = None,
    ) -> Iterator[Said]:
        """The facts in these entries; ``at`` is the place of each, where it is not its number."""
        waiting: list[tuple[Entry, int, int, PartNote, Leaf]] = []
        size = 0
        for n, leaf, meta in metas:
            entry, place = entry_of(n, meta), n if at is None else at[n]
            for number, note in enumerate(meta.parts):
                part = leaf.parts[number + 1]
                if wanted is not None and wanted.isdisjoint(kind for kind, _ in note.kinds):
                    continue
                if only and note.compartment not in only:
                    continue
                if not only and self._passes(note.compartment):
                    continue
                if self._is_gone(part, note):
                    continue
                if self._opener.is_for_others(part, note):
                    continue
                waiting.append((entry, place, number, note, leaf))
                size += SIZES[part.size]
                if size >= _BYTES_AT_ONCE or len(waiting) >= _LEAVES_AT_ONCE:
                    yield from self._open(waiting, wanted)
                    waiting, size = [], 0
        yield from self._open(waiting, wanted)

    def seen(self) -> Iterator[tuple[Entry, Seen]]:
        """Every entry with the state of the log its writer had verified before, in order.

        Raises:
            LedgerBroken: the ledger is damaged.
        """
        for n, _, meta in self._metas(None, -1):
            yield entry_of(n, meta), meta.seen

    @property
    def log_key(self) -> PublicKey:
        """The public key of the log of this instance."""
        return self._identity.keyring.log.public

    @property
    def log(self) -> PublicLog:
        """What outsiders can be shown of this ledger."""
        return PublicLog(self._store, self.log_key)

    def _open(
        self,
        waiting: list[tuple[Entry, int, int, PartNote, Leaf]],
        wanted: frozenset[str] | None,
    ) -> Iterator[Said]:
        stored = self._store.parts([leaf.parts[part + 1].hash for *_, part, _, leaf in waiting])
        for entry, place, part, note, leaf in waiting:
            try:
                content = self._opener.part(leaf.action, leaf.parts[part + 1], stored)
                facts = self._kinds.decode(content)
            except LedgerBroken as error:
                raise _broken_at(entry.n, error) from error
            for number, (kind, version, data) in enumerate(facts):
                if wanted is None or kind in wanted:
                    yield Said(
                        entry, note.compartment, place, part, number, kind, version, bytes(data)
                    )

    def _metas(self, wanted: frozenset[str] | None, after: int) -> Iterator[tuple[int, Leaf, Meta]]:
        """Leaves with their meta parts; those known to hold nothing wanted are passed over.

        Where others write too, the roster has been read up to here, and says what counts.
        """
        size = self._trust()
        places = None
        if self._shared:
            with self._reading:
                places = self._in_places(size)
        yield from self._metas_in(wanted, runs(after, size, places))

    def _metas_in(
        self, wanted: frozenset[str] | None, places: Iterable[Sequence[int]]
    ) -> Iterator[tuple[int, Leaf, Meta]]:
        for run in places:
            if wanted is not None and self._passes_over(run, wanted):
                continue
            rows = [(row.n, read_leaf(row.leaf)) for row in self._rows(run)]
            stored = self._store.parts([leaf.parts[0].hash for _, leaf in rows])
            self._opener.fetch(leaf for _, leaf in rows)
            found = []
            for n, leaf in rows:
                try:
                    found.append((n, leaf, self._opener.meta(leaf, stored).meta))
                except LedgerBroken as error:
                    raise _broken_at(n, error) from error
            self._note_kinds(found)
            yield from found

    def _rows(self, run: Sequence[int]) -> Iterable[Row]:
        """The rows at these places, in this order."""
        if isinstance(run, range):
            return self._store.rows(run.start, run.stop)
        found = {row.n: row for n in run for row in self._store.rows(n, n + 1)}
        return [found[n] for n in run]

    def _passes_over(self, run: Sequence[int], wanted: frozenset[str]) -> bool:
        known = self._kinds_at
        return all(n in known and wanted.isdisjoint(known[n]) for n in run)

    def _note_kinds(self, found: list[tuple[int, Leaf, Meta]]) -> None:
        """Remember which kinds each leaf holds, so that the next reading can pass over it."""
        with self._lock:
            for n, _, meta in found:
                kinds = frozenset(kind for part in meta.parts for kind, _ in part.kinds)
                self._kinds_at[n] = self._same_kinds.setdefault(kinds, kinds)


def runs(after: int, size: int, places: Sequence[int] | None) -> Iterator[Sequence[int]]:
    """Places to read together, in order: of all entries, or of those in ``places``.

    Neighbours are given as a range, which a store reads at once.
    """
    if places is None:
        for start in range(max(after + 1, 0), size, _LEAVES_AT_ONCE):
            yield range(start, min(start + _LEAVES_AT_ONCE, size))
        return
    run: list[int] = []
    for n in places:
        if n <= after:
            continue
        if len(run) == _LEAVES_AT_ONCE:
            yield _as_range(run)
            run = []
        run.append(n)
    if run:
        yield _as_range(run)


def _as_range(run: list[int]) -> Sequence[int]:
    whole = range(run[0], run[-1] + 1)
    return whole if list(whole) == run else run


def _broken_at(n: int, error: LedgerBroken) -> LedgerBroken:
    return LedgerBroken(
        f"entry {n} is damaged: {error.message}",
        hint=VERIFY_HINT,
        faults=(Fault(f"entry {n}", error.message),),
    )
