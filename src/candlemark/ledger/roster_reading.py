"""Reading the roster from a ledger, and, in the same walk, where each device left off.

Only what a signature proves goes into the roster: an entry that says something about members must
be signed by the device it names, and that device must be a member's.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final, NamedTuple

from candlemark.errors import Fault, LedgerBroken, NewerFormat
from candlemark.ledger.entry import META, read_leaf, signed_message
from candlemark.ledger.entry_order import EntryOrder, Placed
from candlemark.ledger.merkle import HASH_BYTES, leaf_hash
from candlemark.ledger.roster_facts import (
    DeviceCertified,
    MemberAdded,
    MemberIntroduced,
    RosterProposed,
    change_holds,
    read_card,
    read_certificate,
    read_change,
)
from candlemark.ledger.roster_fold import OVERTAKEN_WRITER, RosterFold
from candlemark.ledger.roster_keys import Said
from candlemark.seal import PublicKey

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from candlemark.ledger.entry import Leaf
    from candlemark.ledger.entry_order import Key
    from candlemark.ledger.kinds import Fact, Kinds
    from candlemark.ledger.opening import OpenedMeta, Opener
    from candlemark.ledger.roster import Device, Roster
    from candlemark.ledger.store import Readable, Row
    from candlemark.ledger.wraps import Identity

UNKNOWN_WRITER: Final = "it was written by a device the vault does not know"
_LEAVES_AT_ONCE: Final = 256


@dataclass(frozen=True, slots=True)
class Last:
    """The last leaf of a device: its number there, and its hash."""

    seq: int = -1
    hash: bytes = bytes(HASH_BYTES)


class Where(NamedTuple):
    """An entry that may have to be read again: its place, and the hash of its leaf."""

    n: int
    hash: bytes


@dataclass(frozen=True, slots=True)
class LeftOff:
    """All that goes on from one entry to the next, to be taken up again by another reader."""

    roster: Roster
    faults: tuple[Fault, ...]
    told: tuple[Fault, ...]
    spoken: tuple[Where, ...]
    """In which the ledger speaks of itself, in their order; ``newest`` is the key of the last."""
    newest: Key | None
    strange: tuple[Where, ...]
    last: dict[bytes, Last]
    refused: dict[int, str]
    overtaken: dict[int, str]
    order: EntryOrder


@dataclass(frozen=True, slots=True)
class _Spoken:
    """An entry in which the ledger speaks of itself, with what is needed to judge it again."""

    key: Key
    where: Where
    said: Said
    facts: list[Fact]
    leaf: Leaf
    opened: OpenedMeta


class RosterReader:
    """Reads on from where it left off; not safe to use from several threads.

    Entries may come together out of order, from other instances of the vault.  The roster is then
    folded again in order: what was said of members is little.
    """

    def __init__(self, store: Readable, opener: Opener, identity: Identity, kinds: Kinds) -> None:
        self._store = store
        self._opener = opener
        self._kinds = kinds
        self._identity = identity
        self._fold = RosterFold(identity.vault, identity.genesis)
        self._spoken: list[_Spoken] = []
        self._before: tuple[Where, ...] = ()  # what was spoken before these, not read again yet
        self._newest: Key | None = None
        self._last: dict[bytes, Last] = {}
        self._order = EntryOrder()
        self._gap = False
        self._strange: list[tuple[Row, Leaf, OpenedMeta]] = []
        self._known: Mapping[bytes, Device] = {}
        self.overtaken: dict[int, str] = {}
        """Of these entries, why what another place decided let them count no more."""
        self.refused: dict[int, str] = {}
        """Entries that do not count, by their place, and why; see also :meth:`places`."""

    def upto(self, size: int, *, whatever_holds: bool = False) -> Roster:
        """The roster after the first ``size`` entries; the caller has folded them up to the root.

        Args:
            size: how many entries.
            whatever_holds: pass over what is damaged, because the caller looks for it itself.

        Raises:
            LedgerBroken: an entry cannot be opened.
        """
        if whatever_holds:
            self._read_what_holds(size)
            return self._fold.roster
        for start in range(len(self._order), size, _LEAVES_AT_ONCE):
            rows = self._store.rows(start, min(start + _LEAVES_AT_ONCE, size))
            leaves = [read_leaf(row.leaf) for row in rows]
            stored = self._store.parts([leaf.parts[0].hash for leaf in leaves])
            self._opener.fetch(leaves)
            for row, leaf in zip(rows, leaves, strict=True):
                try:
                    opened = self._opener.meta(leaf, stored)
                    self._take(row, leaf, opened)
                except LedgerBroken as error:
                    raise LedgerBroken(
                        f"entry {row.n} is damaged: {error.message}",
                        faults=[Fault(f"entry {row.n}", error.message)],
                    ) from error
                self._order.note(opened.meta)
                self._take_strange()
        return self._fold.roster

    @property
    def size(self) -> int:
        """How many entries were read."""
        return len(self._order)

    def left_off(self) -> LeftOff:
        """Where reading stands now."""
        return LeftOff(
            self._fold.roster,
            tuple(self._fold.faults),
            tuple(self._fold.told),
            (*self._before, *(one.where for one in self._spoken)),
            self._newest,
            tuple(Where(row.n, leaf_hash(row.leaf)) for row, _, _ in self._strange),
            self._last,
            self.refused,
            self.overtaken,
            self._order,
        )

    def resume(self, left: LeftOff) -> None:
        """Go on from where another left off; the caller knows that it did so in this ledger.

        Raises:
            LedgerBroken: an entry that must be read again is another now.
        """
        self._fold.roster = left.roster
        self._fold.faults, self._fold.told = list(left.faults), list(left.told)
        self._spoken, self._before, self._newest = [], left.spoken, left.newest
        self._strange = [self._again(where) for where in left.strange]
        self._known = left.roster.devices
        self._last, self._order = dict(left.last), left.order
        self.refused, self.overtaken = dict(left.refused), dict(left.overtaken)

    def _again(self, where: Where) -> tuple[Row, Leaf, OpenedMeta]:
        for row in self._store.rows(where.n, where.n + 1):
            if leaf_hash(row.leaf) == where.hash:
                leaf = read_leaf(row.leaf)
                return row, leaf, self._opener.meta(leaf, self._store.parts([leaf.parts[0].hash]))
        raise LedgerBroken(f"entry {where.n} is damaged: it is another than was read before")

    @property
    def roster_faults(self) -> tuple[Fault, ...]:
        """What was said about members and does not hold."""
        return tuple(self._fold.faults)

    @property
    def roster_told(self) -> tuple[Fault, ...]:
        """What was said about members that another place had decided otherwise."""
        return (*self._fold.told, *overtaken_changes(self._fold.roster))

    @property
    def faults(self) -> tuple[Fault, ...]:
        """These, and every entry that does not count because nobody who could write it did."""
        refused = self.refused.items()
        return (*self.roster_faults, *(Fault(f"leaf {n}", why) for n, why in refused))

    @property
    def told(self) -> tuple[Fault, ...]:
        """The like, where it does not count because another place had decided otherwise."""
        overtaken = self.overtaken.items()
        return (*self.roster_told, *(Fault(f"leaf {n}", why) for n, why in overtaken))

    def last(self, device: bytes) -> Last:
        """Where a device left off."""
        return self._last.get(device, Last())

    def places(self, size: int) -> Sequence[int]:
        """The places of the first ``size`` entries in order, without those that do not count.

        What nobody signed who could does not count, nor what a device signed after it was given up.
        """
        roster = self.upto(size)
        ended = {
            device.kid: device.last
            for device in self.upto(size).devices.values()
            if device.last is not None
        }
        # A newcomer whose taking in was overtaken since: nothing of theirs counts any more.
        ended |= {kid: -1 for kid in self._order.devices if kid not in roster.devices}
        return self._order.places(size, ended, self.refused.keys() | self.overtaken.keys())

    @property
    def lamport(self) -> int:
        """The highest logical time anybody follows."""
        return self._order.lamport

    def _read_what_holds(self, size: int) -> None:
        for start in range(0, size, _LEAVES_AT_ONCE):
            for row in self._store.rows(start, min(start + _LEAVES_AT_ONCE, size)):
                try:
                    leaf = read_leaf(row.leaf)
                    stored = self._store.parts([leaf.parts[0].hash])
                    self._take(row, leaf, self._opener.meta(leaf, stored))
                except (LedgerBroken, NewerFormat):
                    self._gap = True  # what follows it on its device cannot be told any more
        self._take_strange()

    def _take_strange(self) -> None:
        """Go on with entries of devices that were not known yet: their member was taken in since.

        At another place the same entries come in after that, and count.
        """
        known = self._fold.roster.devices
        if known is self._known:
            return
        while any(opened.meta.device in known for _, _, opened in self._strange):
            waiting, self._strange = self._strange, []
            self._order.placed = Placed()  # of what did not count, some does
            for row, leaf, opened in waiting:
                self.refused.pop(row.n, None)
                self.overtaken.pop(row.n, None)
                self._take(row, leaf, opened)
            known = self._fold.roster.devices
        self._known = known

    def _take(self, row: Row, leaf: Leaf, opened: OpenedMeta) -> None:
        """Go on with one entry, or note why it does not count."""
        facts, why = self._own_facts(leaf, opened)
        said, meta = said_in(row.n, opened), opened.meta
        key, last = signer(self._fold.roster, said, facts), self.last(meta.device)
        if key is None:
            why = UNKNOWN_WRITER
            self._strange.append((row, leaf, opened))
            if writer_overtaken(self._fold.roster, leaf, opened):
                self.overtaken[row.n] = OVERTAKEN_WRITER
                return
        elif not signature_holds(key, leaf, opened):
            why = "the signature does not hold"
        elif (meta.seq, meta.prev) != (last.seq + 1, last.hash) and not self._gap:
            why = "it does not follow the last leaf of its device"
        else:
            self._last[meta.device] = Last(meta.seq, leaf_hash(row.leaf))
            if facts:
                self._listen(row, said, facts, opened)
            roster = self._fold.roster
            refusal = "" if why else roster.refusal(said.device, said.seq, said.written)
            if refusal and roster.ended_elsewhere(said.device, said.seq, said.log):
                self.overtaken[row.n] = refusal
                return
            why = why or refusal
        if why:
            self.refused[row.n] = why

    def _own_facts(self, leaf: Leaf, opened: OpenedMeta) -> tuple[list[Fact], str]:
        """What an entry says of members, and why that cannot be read.

        A part that is missing or was changed is damage, and raises: a removal may have stood in it.
        One that opens and holds nonsense is the doing of who wrote it, and closes the vault for
        nobody else.
        """
        if not any(note.compartment == META for note in opened.meta.parts):
            return [], ""
        stored = self._store.parts([part.hash for part in leaf.parts])
        contents = own_contents(leaf, opened, stored, self._opener)
        try:
            return own_facts(contents, self._kinds), ""
        except LedgerBroken as error:
            return [], error.message

    def _listen(self, row: Row, said: Said, facts: list[Fact], opened: OpenedMeta) -> None:
        spoken = self._as_spoken(row, said, facts, opened)
        late = self._newest is not None and spoken.key < self._newest
        if late:
            self._recall()
        self._spoken.append(spoken)
        if late:
            self._spoken.sort(key=lambda one: one.key)
            self._fold = RosterFold(self._identity.vault, self._identity.genesis)
            for one in self._spoken:
                self._hear(one)
        else:
            self._newest = spoken.key
            self._hear(spoken)

    def _recall(self) -> None:
        """Read again what was spoken before reading was taken up."""
        before = []
        for where in self._before:
            row, leaf, opened = self._again(where)
            facts, _ = self._own_facts(leaf, opened)
            before.append(self._as_spoken(row, said_in(row.n, opened), facts, opened))
        self._spoken, self._before = [*before, *self._spoken], ()

    @staticmethod
    def _as_spoken(row: Row, said: Said, facts: list[Fact], opened: OpenedMeta) -> _Spoken:
        key, where = (opened.meta.lamport, opened.meta.action), Where(row.n, leaf_hash(row.leaf))
        return _Spoken(key, where, said, facts, read_leaf(row.leaf), opened)

    def _hear(self, spoken: _Spoken) -> None:
        key = signer(self._fold.roster, spoken.said, spoken.facts)
        if key is None and writer_overtaken(self._fold.roster, spoken.leaf, spoken.opened):
            self._fold.add(spoken.said, spoken.facts)
            return
        if key is None or not signature_holds(key, spoken.leaf, spoken.opened):
            self._fold.faults.append(
                Fault(f"leaf {spoken.said.n}", "what it says of members is not signed")
            )
            return
        self._fold.add(spoken.said, spoken.facts)


def said_in(n: int, opened: OpenedMeta) -> Said:
    """An entry as far as the roster is concerned."""
    meta = opened.meta
    written = datetime.fromtimestamp(meta.written / 1000, UTC)
    return Said(n, meta.device, written, meta.seq, meta.seen.log)


def own_contents(
    leaf: Leaf, opened: OpenedMeta, stored: Mapping[bytes, bytes], opener: Opener
) -> list[bytes]:
    """The parts of an entry in the ledger's own compartment, opened.

    Raises:
        LedgerBroken: such a part is missing or was changed.
    """
    return [
        opener.part(leaf.action, part, stored)
        for part, note in zip(leaf.parts[1:], opened.meta.parts, strict=True)
        if note.compartment == META
    ]


def own_facts(contents: list[bytes], kinds: Kinds) -> list[Fact]:
    """What stands in these parts: about members, devices, keys.

    Raises:
        LedgerBroken: one of them cannot be read.
    """
    return [
        kinds.read(kind, version, data)
        for content in contents
        for kind, version, data in kinds.decode(content)
    ]


def signer(roster: Roster, said: Said, facts: list[Fact]) -> PublicKey | None:
    """The key of the device an entry names; also of one the entry itself brings a certificate for.

    An entry brings its own device when a member renews one, and when the recovery key takes in a
    new administrator because nobody else is left who could.  None where it is nobody's.
    """
    known = roster.devices.get(said.device)
    if known is not None:
        return known.public
    for fact in facts:
        try:
            key = _brought(roster, fact)
        except (LedgerBroken, NewerFormat):
            continue
        if key is not None and key.kid == said.device:
            return key
    return None


def _brought(roster: Roster, fact: Fact) -> PublicKey | None:
    if isinstance(fact, DeviceCertified):
        member = roster.members.get(fact.certificate.signer)
        if member is not None and member.removed is None:
            brought = read_certificate(fact.certificate, member.identity, roster.vault)
            return PublicKey(brought.device)
    if isinstance(fact, MemberIntroduced):
        _, identity, _, certificate = read_card(fact.card, roster.vault)
        founder = roster.members.get(identity.kid)
        if founder is not None and founder.recipient is None and founder.removed is None:
            return PublicKey(certificate.device)
    if isinstance(fact, RosterProposed) and roster.recovery is not None:
        recovery = PublicKey(roster.recovery.signing)
        if fact.signer == recovery.kid and change_holds(fact.change, recovery, fact.signature):
            first = read_change(fact.change).changes[0]
            if isinstance(first, MemberAdded):
                return PublicKey(read_card(first.card, roster.vault)[3].device)
    return None


def writer_overtaken(roster: Roster, leaf: Leaf, opened: OpenedMeta) -> bool:
    """Whether an entry was signed by somebody whose taking in was overtaken."""
    return any(
        one.device.kid == opened.meta.device and signature_holds(one.device, leaf, opened)
        for one in roster.newcomers
    )


def overtaken_changes(roster: Roster) -> list[Fault]:
    """The changes that were true at one place until what another had decided came, as told."""
    what = "the change {} was overtaken by another that was made at the same time; propose it again"
    return [Fault(f"leaf {one.proposed}", what.format(one.code)) for one in roster.overtaken]


def signature_holds(key: PublicKey, leaf: Leaf, opened: OpenedMeta) -> bool:
    """Whether the device signed this entry as it stands."""
    message = signed_message(opened.signed, [part.hash for part in leaf.parts[1:]])
    return key.vouches(message, opened.signature)
