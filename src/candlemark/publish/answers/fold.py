"""What stands of asking and answering: a fold of what the ledger says, under the same rules.

A fact counts only when it follows the rules it should have been said under: an approval by another
member, of exactly what was said; a figure of a release that is there; an asking that is public
before somebody says that nothing came of it.  What does not count is named, and passed over.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

import msgspec

from candlemark.casefile.kept_facts import KeptFacts
from candlemark.errors import Fault
from candlemark.measure.canonical import canonical
from candlemark.publish.answers.facts import (
    KINDS,
    AnswerApproved,
    AnswerSaid,
    AnswerWithdrawn,
    Step,
)
from candlemark.publish.by_name import only_one
from candlemark.publish.releases import releases
from candlemark.publish.table import TONGUES

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from candlemark.ledger import Entry, Fact, Ledger
    from candlemark.publish.releases import Published, Releases

_SAID: Final = KeptFacts("answers", "answer_said", KINDS)
"""Every page that says whether an answer waits for somebody asks for it."""


@dataclass(frozen=True, slots=True)
class Answer:
    """One thing that was said, and what became of it."""

    said: AnswerSaid
    member: bytes
    """The kid of the member who said it."""
    entry: int
    approved_by: tuple[bytes, ...] = ()
    """Kids of other members who approved exactly this."""
    withdrawn: AnswerWithdrawn | None = None

    @property
    def public(self) -> bool:
        """Whether readers see it, or see that it was withdrawn."""
        return bool(self.approved_by)

    @property
    def stands(self) -> bool:
        """Whether it is shown."""
        return self.public and self.withdrawn is None

    @property
    def digest(self) -> str:
        """SHA-256 of all it says, in hex."""
        return digest_of(self.said)


@dataclass(frozen=True, slots=True)
class Exchange:
    """What is public of one asking with all that followed, or of an answer nobody asked for."""

    first: Answer
    followed: tuple[Answer, ...] = ()

    @property
    def id(self) -> str:
        """Its address lasts: the name of what came first."""
        return self.first.said.id

    @property
    def every(self) -> tuple[Answer, ...]:
        """All of it, in the order in which it happened."""
        return (self.first, *sorted(self.followed, key=lambda one: (one.said.on, one.entry)))

    @property
    def state(self) -> Step:
        """How it stands now; what was withdrawn does not count."""
        steps = {one.said.step for one in self.every if one.stands}
        if Step.ANSWERED in steps:
            return Step.ANSWERED
        return Step.UNANSWERED if Step.UNANSWERED in steps else Step.ASKED


@dataclass(frozen=True, slots=True)
class Answers:
    """Everything said; ``faults`` is what does not count, and why."""

    items: tuple[Answer, ...] = ()
    faults: tuple[Fault, ...] = ()

    def awaited(self, member: bytes) -> tuple[Answer, ...]:
        """What nobody else approved and this member can approve, the oldest first."""
        return tuple(
            one
            for one in self.items
            if not one.public and one.withdrawn is None and one.member not in {b"", member}
        )

    def exchanges(self) -> tuple[Exchange, ...]:
        """What is public, the oldest first."""
        public = [one for one in self.items if one.public]
        followed: dict[str, list[Answer]] = {}
        for one in public:
            followed.setdefault(one.said.asking, []).append(one)
        return tuple(
            Exchange(one, tuple(followed.get(one.said.id, ())))
            for one in public
            if not one.said.asking
        )

    def one(self, name: str) -> Answer:
        """The one with this name, or whose name begins so.

        Raises:
            UnknownRelease: there is none, or several begin so.
        """
        return only_one(
            self.items,
            name,
            lambda one: one.said.id,
            what="asking or answer",
            listed="candlemark release answer list",
        )


def digest_of(said: AnswerSaid) -> str:
    """SHA-256 of all that would be public, in hex."""
    return hashlib.sha256(canonical(msgspec.to_builtins(said))).hexdigest()


def answers(ledger: Ledger, said: Releases | None = None) -> Answers:
    """What the ledger says of asking and answering.

    Args:
        ledger: of an opened vault.
        said: the releases, when somebody has folded them already.

    Raises:
        LedgerBroken: the ledger is damaged.
    """
    whose = {kid.hex(): one.member for kid, one in ledger.roster().devices.items()}
    published = (said or releases(ledger)).published
    return fold(
        ((entry, whose.get(entry.device, b""), fact) for entry, fact in _SAID.of(ledger)),
        published,
    )


def fold(
    said: Iterable[tuple[Entry, bytes, Fact]], published: tuple[Published, ...] = ()
) -> Answers:
    """What stands of facts, each with its entry and the member who said it."""
    folding = _Folding(published)
    for entry, member, fact in said:
        match fact:
            case AnswerSaid():
                wrong = folding.said(entry, member, fact)
            case AnswerApproved():
                wrong = folding.approved(member, fact)
            case AnswerWithdrawn():
                wrong = folding.withdrawn(fact)
            case _:
                continue  # said by a later version
        folding.faults += [Fault(f"entry {entry.n}", f"does not count: {one}") for one in wrong]
    return Answers(tuple(folding.items.values()), tuple(folding.faults))


def _not_whole(fact: AnswerSaid) -> str:
    """What a page could not show; empty when it can show everything."""
    if fact.step is Step.ASKED and fact.by is None:
        return "it does not say by which day an answer was asked for"
    said = [fact.agency, fact.texts] if fact.step is Step.ANSWERED else [fact.agency]
    if any(set(TONGUES) - set(dict(one)) for one in said):
        return "it is not said in every tongue"
    return ""


class _Folding:
    """The facts so far."""

    def __init__(self, published: tuple[Published, ...]) -> None:
        self.published = published
        self.items: dict[str, Answer] = {}
        self.faults: list[Fault] = []

    def said(self, entry: Entry, member: bytes, fact: AnswerSaid) -> Iterator[str]:
        if fact.id in self.items:
            yield "something of this name is there already"
        elif not 1 <= fact.release <= len(self.published):
            yield f"it speaks of release {fact.release}, which is not there"
        elif fact.table not in self.published[fact.release - 1].draft.tables:
            yield f"it speaks of a table that release {fact.release} does not carry"
        elif wrong := self._out_of_turn(fact) or _not_whole(fact):
            yield wrong
        else:
            self.items[fact.id] = Answer(fact, member, entry.n)

    def _out_of_turn(self, fact: AnswerSaid) -> str:
        """What is wrong with what it follows; empty when nothing is."""
        asked = self.items.get(fact.asking)
        if fact.step is Step.ASKED and fact.asking:
            return "an asking follows nothing"
        if fact.step is Step.UNANSWERED and asked is None:
            return "it says that nothing came, and nothing was asked"
        if not fact.asking:
            return ""
        if asked is None or asked.said.step is not Step.ASKED or not asked.public:
            return "it follows an asking that is not public"
        if (fact.table, fact.at, fact.measure) != (
            asked.said.table,
            asked.said.at,
            asked.said.measure,
        ):
            return "it is about another number than what was asked"
        if fact.step is Step.UNANSWERED and asked.said.by and fact.on <= asked.said.by:
            return "the day that was named is not over"
        return ""

    def approved(self, member: bytes, fact: AnswerApproved) -> Iterator[str]:
        found = self.items.get(fact.id)
        if found is None or found.digest != fact.digest:
            yield "it approves something that was not said"
        elif not member or member == found.member:
            yield "the one who said it approves it"
        elif member not in found.approved_by:
            self.items[fact.id] = replace(found, approved_by=(*found.approved_by, member))

    def withdrawn(self, fact: AnswerWithdrawn) -> Iterator[str]:
        found = self.items.get(fact.id)
        if found is None or not found.public:
            yield "it withdraws what is not public"
        elif set(TONGUES) - set(dict(fact.reasons)):
            yield "it does not say why in every tongue"
        elif found.withdrawn is None:
            self.items[fact.id] = replace(found, withdrawn=fact)
