"""Which key of a compartment counts, and who reads by it, where places may give keys apart.

What an instance said itself it knew; what was said at another it may not have known.  A key that is
not the next one for a reason its place may not have known stands *beside*: what was sealed under it
there stays readable, nobody writes with it, and it is told, not counted as damage.  One that its
place had to know is wrong is a fault, and is nowhere.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from candlemark.ledger.entry import COMPARTMENTS, META, is_compartment
from candlemark.ledger.roster import Compartment, Epoch, with_compartment
from candlemark.seal.keys import KID_BYTES

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from candlemark.ledger.roster import Member, Roster
    from candlemark.ledger.roster_facts import EpochBegan, ReaderAdded


@dataclass(frozen=True, slots=True)
class Said:
    """One entry as far as the roster goes: its place, who signed it, and its claimed time."""

    n: int
    device: bytes
    written: datetime
    seq: int = 0
    """The number among the entries of its device."""
    log: bytes = b""
    """How actions refer to the log of the instance it was written at."""


@dataclass(frozen=True, slots=True)
class Objection:
    """Why something said of a key does not count; ``told`` when its place may not have known."""

    why: str
    told: bool


def begin_key(
    roster: Roster, fact: EpochBegan, said: Said, author: Member | None
) -> tuple[Roster, Objection | None]:
    """The roster after a key was given, and why it is not the next one of its compartment.

    ``author`` is None where whoever gave it counts no longer, by what another place decided.
    """
    name, there = fact.compartment, roster.compartments.get(fact.compartment)
    there = there or Compartment(name, ())
    wrong = _malformed(roster, fact)
    if wrong:
        return roster, Objection(wrong, told=False)
    barred = _not_allowed(there, said, author)
    why = barred or _out_of_turn(there, fact)
    against = why or _wrong_readers(roster, fact, said)
    epoch = Epoch(
        fact.epoch, fact.kid, fact.readers, said.n, said.written, said.log, frozenset(fact.readers)
    )
    if against is None or (against.told and why is None and not there.epochs):
        changed = replace(there, epochs=(*there.epochs, epoch))
    elif against.told and there.epochs:
        changed = replace(there, beside=(*there.beside, epoch))
    else:
        return roster, against
    if barred is None and name not in {META, COMPARTMENTS[0]}:
        out = there.out | _taken_out(there, fact)
        if not set(changed.epochs[-1].readers) <= out:  # each of two takes out the other: not both
            changed = replace(changed, out=out)
    return with_compartment(roster, changed), against


def _malformed(roster: Roster, fact: EpochBegan) -> str:
    if not (is_compartment(fact.compartment) or fact.compartment == META):
        return "there can be no compartment of this name"
    used = {one.kid for there in roster.compartments.values() for one in there.keys}
    if len(fact.kid) != KID_BYTES or fact.kid in used:
        return "the key of the compartment is one that is used already, or none"
    return ""


def _not_allowed(there: Compartment, said: Said, author: Member | None) -> Objection | None:
    if author is None:
        return Objection("the key of a compartment was given by one who had left", told=True)
    if there.name in {META, COMPARTMENTS[0]}:
        if not author.administrator:
            why = "only an administrator changes the key of all members"
            return Objection(why, told=author.log != said.log)
    elif there.epochs and author.kid not in there.readers:
        why = "only a reader of a compartment changes its key"
        return Objection(why, told=_shut_out_elsewhere(there, author, said))
    return None


def _shut_out_elsewhere(there: Compartment, author: Member, said: Said) -> bool:
    """Whether somebody who read a compartment was shut out of it at another instance."""
    read = any(author.kid in one.readers for one in there.keys)
    out = any(author.kid not in one.readers and one.log != said.log for one in there.keys)
    return read and (out or author.log != said.log)


def _out_of_turn(there: Compartment, fact: EpochBegan) -> Objection | None:
    if fact.epoch == len(there.epochs) + 1:
        return None
    if 1 <= fact.epoch <= len(there.epochs):
        why = "another key of the compartment was given at the same time"
        return Objection(why, told=True)
    follows = 1 <= fact.epoch <= 1 + max((one.number for one in there.keys), default=0)
    return Objection("the key of the compartment is not the next one", told=follows)


def _wrong_readers(roster: Roster, fact: EpochBegan, said: Said) -> Objection | None:
    """Whether a key names whom it may not, or leaves out whom it may not."""
    readers, present = set(fact.readers), {one.kid for one in roster.present}
    if not readers or not readers <= present:
        why = "the key of the compartment is for somebody who is no member"
        return Objection(why, told=bool(readers) and left_elsewhere(roster, readers, said))
    if fact.compartment not in {META, COMPARTMENTS[0]}:
        there = roster.compartments.get(fact.compartment)
        if there is None or not readers <= there.out:
            return None
        return Objection("nobody the key is for is to read the compartment", told=True)
    entitled = {one.kid: one for one in roster.entitled(fact.compartment)}
    if not readers <= entitled.keys():
        why = "the key of the compartment is for somebody not cleared for it"
        return Objection(why, told=_elsewhere(roster, readers - entitled.keys(), said))
    # One administrator alone must not shut the others out.
    due = {kid for kid, one in entitled.items() if one.recipient and not one.frozen}
    if not due <= readers:
        why = "the key of the compartment leaves out who is to read it"
        return Objection(why, told=_elsewhere(roster, due - readers, said))
    return None


def _elsewhere(roster: Roster, kids: Iterable[bytes], said: Said) -> bool:
    """Whether what is so about all of these members was said at other instances."""
    return all(roster.members[kid].log != said.log for kid in kids)


def left_elsewhere(roster: Roster, kids: Iterable[bytes], said: Said) -> bool:
    """Whether whoever of these is no member was removed elsewhere, or their taking in overtaken."""
    newcomers: frozenset[bytes] | None = None
    for kid in kids:
        member = roster.members.get(kid)
        if member is None:
            newcomers = newcomers or frozenset(one.kid for one in roster.newcomers)
            if kid not in newcomers:
                return False
        elif member.removed is not None and member.log == said.log:
            return False
    return True


def _taken_out(there: Compartment, fact: EpochBegan) -> frozenset[bytes]:
    """Whom a key leaves out of those who read by the one before it.

    Somebody let in elsewhere meanwhile is among them: better let in once more than never out.
    """
    before = [one for one in there.keys if one.number == fact.epoch - 1]
    return frozenset(before[0].readers) - set(fact.readers) if before else frozenset()


def let_in(
    roster: Roster, fact: ReaderAdded, said: Said, author: Member
) -> tuple[Roster, Objection | None]:
    """The roster after a member was let read a compartment, and why they were not."""
    there = roster.compartments.get(fact.compartment)
    if there is None or author.kid not in there.readers:
        why = "only a reader of a compartment lets another read it"
        told = there is not None and _shut_out_elsewhere(there, author, said)
        return roster, Objection(why, told=told)
    member = roster.members.get(fact.member)
    if member is None or member.removed is not None:
        why = "somebody who is no member was to read a compartment"
        return roster, Objection(why, told=left_elsewhere(roster, [fact.member], said))
    common = fact.compartment in {META, COMPARTMENTS[0]}
    if common and member not in roster.entitled(fact.compartment):
        why = "somebody who is not cleared for a compartment was to read it"
        return roster, Objection(why, told=member.log != said.log)
    *before, last = (_given(there, one, member, said) for one in there.epochs)
    last = replace(last, readers=tuple(dict.fromkeys((*last.readers, member.kid))))
    beside = tuple(_given(there, one, member, said) for one in there.beside)
    changed = replace(there, epochs=(*before, last), beside=beside, out=there.out - {member.kid})
    return with_compartment(roster, changed), None


def _given(there: Compartment, key: Epoch, member: Member, said: Said) -> Epoch:
    """A key, with a member for whom it was wrapped if the place that says so must have had it."""
    known = key.number == 1 or any(
        one.log == said.log and one.number >= key.number for one in there.epochs
    )
    if key in there.beside:
        known = key.log == said.log
    return replace(key, given=key.given | {member.kid}) if known else key
