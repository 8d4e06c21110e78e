"""What comes from another instance, held against everything this one knows before it is kept.

A leaf is taken when it is whole, was signed by a device of a member of this vault, follows the last
leaf of that device, and counts under the roster both logs together give.  Anything else is refused
with a reason; what follows it on the same device is refused too, because it says that it does.
Two different leaves with one number on one device are proof that a device, or a copy of it, signed
two histories.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from candlemark.errors import CandlemarkError, LedgerBroken, NewerFormat
from candlemark.ledger.entry import LEAP_LIMIT, read_leaf
from candlemark.ledger.merkle import leaf_hash
from candlemark.ledger.opening import Opener
from candlemark.ledger.overlay import Overlay
from candlemark.ledger.roster_fold import OVERTAKEN_WRITER
from candlemark.ledger.roster_reading import (
    UNKNOWN_WRITER,
    Last,
    RosterReader,
    own_contents,
    own_facts,
    said_in,
    signature_holds,
    signer,
)
from candlemark.ledger.store import Row

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from candlemark.ledger.entry import Leaf, Meta
    from candlemark.ledger.kinds import Kinds
    from candlemark.ledger.opening import OpenedMeta
    from candlemark.ledger.roster import Roster
    from candlemark.ledger.store import Store
    from candlemark.ledger.wraps import Identity


_ABSENT: Final = "a part of it is missing"


@dataclass(frozen=True, slots=True)
class Refused:
    """A leaf that was not taken, and why."""

    hash: bytes
    leaf: bytes
    why: str
    alarm: bool = False
    """Whether it proves that a device signed two histories."""
    absent: bool = False
    """Whether it is only that something did not come along."""


@dataclass(frozen=True, slots=True)
class Taken:
    """What of the incoming leaves can be kept, with the roster that is then true."""

    rows: tuple[Row, ...]
    parts: Mapping[bytes, bytes]
    refused: tuple[Refused, ...]
    roster: Roster


class Incoming:
    """Looks at leaves of another log of the same vault.

    Args:
        store: of this instance.
        identity: of the member who opened the vault; its keys have been added to by what came.
        kinds: the kinds this program knows.
        part: gives the sealed bytes of a part that came along; None when it did not.
    """

    def __init__(
        self,
        store: Store,
        identity: Identity,
        kinds: Kinds,
        part: Callable[[bytes], bytes | None],
    ) -> None:
        self._store = store
        self._identity = identity
        self._kinds = kinds
        self._part = part
        self._opener = Opener(identity.vault, identity.keyring.compartments)
        self._here = RosterReader(store, self._opener, identity, kinds)
        self._here.upto(store.head().size)

    def look(self, leaves: Sequence[bytes]) -> Taken:
        """Which of ``leaves`` can be kept; those that are kept already are passed over.

        What is refused says nothing about members either, so the roster is read again without it
        until nothing more is refused.
        """
        new, refused = self._new(leaves)
        while True:
            parts = self._parts(new)
            overlay = Overlay(self._store, new, parts)
            reader = RosterReader(overlay, self._opener, self._identity, self._kinds)
            roster = reader.upto(overlay.size, whatever_holds=True)
            wrong = self._wrong(new, parts, roster)
            if not wrong:
                kept = self._without_gone(new, parts, roster)
                return Taken(tuple(new), kept, tuple(refused), roster)
            refused += wrong
            out = {one.hash for one in wrong}
            new = [row for row in new if row.hash not in out]

    def _new(self, leaves: Sequence[bytes]) -> tuple[list[Row], list[Refused]]:
        """The leaves that are not kept yet, as rows; those that are none, with the reason."""
        new: dict[bytes, Row] = {}
        refused = []
        for stored in leaves:
            name = leaf_hash(stored)
            try:
                leaf = read_leaf(stored)
            except CandlemarkError as error:
                refused.append(Refused(name, stored, error.message))
                continue
            there = self._store.find(leaf.action)
            if there is not None:
                if self._store.rows(there, there + 1)[0].hash != name:
                    why = "another leaf has its identifier"
                    refused.append(Refused(name, stored, why, alarm=True))
            elif leaf.vault != self._identity.vault:
                refused.append(Refused(name, stored, "it belongs to another vault"))
            elif leaf.action in new:
                refused.append(Refused(name, stored, "another leaf has its identifier", alarm=True))
            else:
                new[leaf.action] = Row(0, stored, name, leaf.action)
        return list(new.values()), refused

    def _parts(self, rows: Sequence[Row]) -> dict[bytes, bytes]:
        found = {}
        for row in rows:
            for part in read_leaf(row.leaf).parts:
                sealed = self._part(part.hash)
                if sealed is not None and hashlib.sha256(sealed).digest() == part.hash:
                    found[part.hash] = sealed
        return found

    def _without_gone(
        self, rows: Sequence[Row], parts: Mapping[bytes, bytes], roster: Roster
    ) -> dict[bytes, bytes]:
        """The parts without those that were erased: they are not kept here for a moment."""
        gone, kept = roster.gone, dict(parts)
        if gone.parts or gone.kids:
            for row in rows:
                leaf = read_leaf(row.leaf)
                notes = self._opener.meta(leaf, parts).meta.parts
                for part, note in zip(leaf.parts[1:], notes, strict=True):
                    if gone.holds(part.hash, part.kid, note.subject):
                        kept.pop(part.hash, None)
        return kept

    def _wrong(
        self, rows: Sequence[Row], parts: Mapping[bytes, bytes], roster: Roster
    ) -> list[Refused]:
        """What cannot be kept of ``rows``, in their order."""
        last: dict[bytes, Last] = {}
        wrong: list[Refused] = []
        broken: set[bytes] = set()
        for row in rows:
            leaf = read_leaf(row.leaf)
            try:
                opened = self._opener.meta(leaf, parts)
            except (LedgerBroken, NewerFormat) as error:
                absent = leaf.parts[0].hash not in parts
                wrong.append(Refused(row.hash, row.leaf, error.message, absent=absent))
                continue
            device = opened.meta.device
            if device in broken:
                why = "it follows a leaf of its device that was refused"
                wrong.append(Refused(row.hash, row.leaf, why))
                continue
            before = last.get(device) or self._here.last(device)
            why, alarm = self._why_not(leaf, opened, parts, roster, before)
            if why:
                wrong.append(Refused(row.hash, row.leaf, why, alarm, why == _ABSENT))
                broken.add(device)
            else:
                last[device] = Last(opened.meta.seq, row.hash)
        return wrong

    def _breaks(self, meta: Meta, before: Last) -> tuple[str, bool] | None:
        """Why a leaf does not go on from the last one of its device; None when it does."""
        if meta.lamport > self._here.lamport + LEAP_LIMIT:
            return "its logical time leaps", False
        if meta.seq <= before.seq:
            return "its device signed another leaf with this number", True
        if meta.seq != before.seq + 1:
            return "a leaf of its device is missing before it", False
        if meta.prev != before.hash:
            return "its device signed another leaf before it", True
        return None

    def _why_not(
        self,
        leaf: Leaf,
        opened: OpenedMeta,
        parts: Mapping[bytes, bytes],
        roster: Roster,
        before: Last,
    ) -> tuple[str, bool]:
        meta = opened.meta
        gone = roster.gone
        for part, note in zip(leaf.parts[1:], meta.parts, strict=True):
            erased = gone.holds(part.hash, part.kid, note.subject)
            if part.hash not in parts and not erased:
                return _ABSENT, False
        try:
            facts = own_facts(own_contents(leaf, opened, parts, self._opener), self._kinds)
        except CandlemarkError as error:
            return error.message, False
        said = said_in(0, opened)
        key = signer(roster, said, facts)
        if key is None:
            newcomer = any(one.device.kid == meta.device for one in roster.newcomers)
            return OVERTAKEN_WRITER if newcomer else UNKNOWN_WRITER, False
        if not signature_holds(key, leaf, opened):
            return "the signature does not hold", False
        refusal = roster.refusal(meta.device, meta.seq, said.written)
        if refusal:
            return refusal, False
        broken = self._breaks(meta, before)
        if broken is not None:
            return broken
        return "", False
