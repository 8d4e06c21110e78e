"""What is drafted, approved and sent: a fold of what the ledger says of submissions.

As with releases, a fact counts only when the rules hold that it should have been said under: an
approval by another member than the one who drafted, for exactly what the draft says; a departure of
what was approved so, under the next number.  What does not count is named.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING, Final

import msgspec

from candlemark.casefile.kept_facts import KeptFacts
from candlemark.errors import Fault
from candlemark.measure.canonical import canonical
from candlemark.publish.by_name import only_one
from candlemark.publish.submissions.facts import (
    KINDS,
    STEPS,
    CaseTold,
    SubmissionApproved,
    SubmissionDrafted,
    SubmissionLeft,
)

if TYPE_CHECKING:
    from collections.abc import Iterable

    from candlemark.ledger import Entry, Fact, Ledger


_STEPS: Final = KeptFacts("submissions", "submission_said", STEPS)
"""The page people begin with says what waits for them; what is told of cases is not kept in it."""


class State(StrEnum):
    """How far a submission is."""

    DRAFTED = "drafted"
    APPROVED = "approved"
    LEFT = "left"


@dataclass(frozen=True, slots=True)
class Submission:
    """What somebody proposes to send, and what became of it."""

    said: SubmissionDrafted
    by: bytes
    """The kid of the member who drafted it."""
    cases: tuple[CaseTold, ...] = ()
    approved_by: tuple[bytes, ...] = ()
    left: SubmissionLeft | None = None

    @property
    def id(self) -> str:
        """The draft's name."""
        return self.said.draft

    @property
    def digest(self) -> str:
        """SHA-256 of all that would be sent, in hex."""
        return hash_of(self.said)

    @property
    def state(self) -> State:
        """How far it is."""
        if self.left is not None:
            return State.LEFT
        return State.APPROVED if self.approved_by else State.DRAFTED

    def waits_for(self, member: bytes) -> bool:
        """Whether it cannot go on until somebody approves it, and this member can."""
        return self.state is State.DRAFTED and member != self.by

    @property
    def whole(self) -> bool:
        """Whether every case is still there; one whose person was erased is not."""
        return tuple(map(hash_of, self.cases)) == self.said.cases


@dataclass(frozen=True, slots=True)
class Submissions:
    """Everything said of submissions; ``faults`` is what does not count, and why."""

    drafts: tuple[Submission, ...] = ()
    faults: tuple[Fault, ...] = ()

    @property
    def sent(self) -> int:
        """How many left."""
        return sum(one.left is not None for one in self.drafts)

    @property
    def cases(self) -> tuple[CaseTold, ...]:
        """Everything told in any of them."""
        return tuple(told for one in self.drafts for told in one.cases)

    def draft(self, name: str) -> Submission:
        """The draft with this name, or one whose name begins so.

        Raises:
            UnknownRelease: there is none, or several begin so.
        """
        return only_one(
            self.drafts,
            name,
            lambda one: one.id,
            what="submission",
            listed="candlemark submission list",
        )


def hash_of(fact: Fact) -> str:
    """SHA-256 of a fact as canonical JSON, in hex.

    A region that is not told is not in it, so that what was drafted before there were regions has
    the hash it had.
    """
    said = msgspec.to_builtins(fact)
    if isinstance(fact, CaseTold) and not fact.told.region:
        place = fact.__struct_fields__.index("told")
        said[place] = said[place][:-1]  # a fact is written as its values in order; it is the last
    return hashlib.sha256(canonical(said)).hexdigest()


def submissions(ledger: Ledger) -> Submissions:
    """What the ledger says of submissions.

    Raises:
        LedgerBroken: the ledger is damaged.
    """
    whose = {kid.hex(): one.member for kid, one in ledger.roster().devices.items()}
    kinds = frozenset(KINDS.codes)
    return fold(
        (entry, whose.get(entry.device, b""), fact) for entry, fact in ledger.facts(kinds=kinds)
    )


def awaited(ledger: Ledger, member: bytes) -> tuple[Submission, ...]:
    """The drafts that wait for this member among others, the oldest first, without their cases.

    Raises:
        LedgerBroken: the ledger is damaged.
    """
    steps = _STEPS.of(ledger)
    if not steps:
        return ()
    whose = {kid.hex(): one.member for kid, one in ledger.roster().devices.items()}
    found = fold((entry, whose.get(entry.device, b""), fact) for entry, fact in steps)
    return tuple(one for one in found.drafts if one.waits_for(member))


def fold(said: Iterable[tuple[Entry, bytes, Fact]]) -> Submissions:
    """The submissions in facts, each with its entry and the member who said it."""
    drafts: dict[str, Submission] = {}
    cases: dict[str, dict[str, CaseTold]] = {}
    faults: list[Fault] = []
    sent = 0
    for entry, member, fact in said:
        what = ""
        match fact:
            case CaseTold():
                cases.setdefault(fact.draft, {})[hash_of(fact)] = fact
            case SubmissionDrafted() if fact.draft in drafts:
                what = "a draft of this name is there already"
            case SubmissionDrafted():
                drafts[fact.draft] = Submission(fact, member)
            case SubmissionApproved():
                what = _approved(drafts, member, fact)
            case SubmissionLeft():
                what = _left(drafts, fact, sent + 1)
                sent += not what
            case _:
                pass  # said by a later version
        if what:
            faults.append(Fault(f"entry {entry.n}", f"does not count: {what}"))
    whole = (
        replace(one, cases=tuple(kept[name] for name in one.said.cases if name in kept))
        for one in drafts.values()
        for kept in (cases.get(one.id, {}),)
    )
    return Submissions(tuple(whole), tuple(faults))


def _approved(drafts: dict[str, Submission], member: bytes, fact: SubmissionApproved) -> str:
    """Take an approval; what is wrong with it, empty when nothing is."""
    draft = drafts.get(fact.draft)
    if draft is None or draft.digest != fact.digest:
        return "it approves something that was not drafted"
    if not member or member == draft.by:
        return "the one who drafted a submission approves it"
    if member not in draft.approved_by:
        drafts[draft.id] = replace(draft, approved_by=(*draft.approved_by, member))
    return ""


def _left(drafts: dict[str, Submission], fact: SubmissionLeft, number: int) -> str:
    """Take a departure; what is wrong with it, empty when nothing is."""
    draft = drafts.get(fact.draft)
    if draft is None or draft.digest != fact.digest:
        return "it sends something that was not drafted"
    if not draft.approved_by:
        return "it sends what nobody else approved"
    if draft.left is not None or fact.number != number:
        return f"it sends twice, or not as number {number}"
    drafts[draft.id] = replace(draft, left=fact)
    return ""
