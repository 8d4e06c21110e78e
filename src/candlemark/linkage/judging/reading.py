"""What people said about pairs, read from the ledger once for everything that follows of it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Final

from candlemark.casefile.kept_facts import KeptFacts
from candlemark.linkage.facts import CASE, Judgement
from candlemark.linkage.judging.facts import JUDGED, JudgementTakenBack, NamesShown
from candlemark.linkage.judging.standing import Word, counting, pair_of

if TYPE_CHECKING:
    from datetime import datetime

    from candlemark.ledger import Ledger
    from candlemark.ledger.roster import Roster
    from candlemark.linkage.judging.standing import Pair

PAIRS_JUDGED: Final = KeptFacts("judgements", "judged", JUDGED)
"""What was said of pairs."""


@dataclass(frozen=True, slots=True)
class Shown:
    """That somebody was shown the names of a pair."""

    member: str
    at: datetime
    pair: Pair


@dataclass(frozen=True, slots=True)
class TakenBack:
    """That somebody took judgements of their own back."""

    member: str
    at: datetime
    fact: JudgementTakenBack


@dataclass(frozen=True)
class SaidOfPairs:
    """Everything people said of the pairs of one unit, in the order of the ledger."""

    words: tuple[Word, ...]
    taken_back: tuple[TakenBack, ...]
    shown: tuple[Shown, ...]

    @cached_property
    def not_counting(self) -> frozenset[str]:
        """Judgements that were taken back by whoever said them."""
        speaker = {word.fact.id: word.member for word in self.words}
        return frozenset(
            judgement
            for one in self.taken_back
            for judgement in one.fact.judgements
            if speaker.get(judgement) == one.member
        )

    @cached_property
    def counting(self) -> dict[Pair, list[Word]]:
        """For each pair the words that count."""
        return counting(self.words, self.not_counting)

    def word(self, judgement: str) -> Word | None:
        """A judgement by its identifier; None where there is none."""
        return next((word for word in self.words if word.fact.id == judgement), None)


def said_of_pairs(
    ledger: Ledger, roster: Roster, unit: str = CASE, before: int | None = None
) -> SaidOfPairs:
    """What was said of the pairs of one unit; with ``before``, in entries before this one.

    Raises:
        LedgerBroken: the ledger is damaged.
    """
    words, back, shown = [], [], []
    for entry, fact in PAIRS_JUDGED.of(ledger):
        if before is not None and entry.n >= before:
            continue
        device = roster.devices.get(bytes.fromhex(entry.device))
        member = device.member.hex() if device is not None else ""
        if isinstance(fact, Judgement) and fact.unit == unit:
            words.append(Word(member, entry.written, fact, entry.n))
        elif isinstance(fact, JudgementTakenBack):
            back.append(TakenBack(member, entry.written, fact))
        elif isinstance(fact, NamesShown):
            shown.append(Shown(member, entry.written, pair_of(fact.left, fact.right)))
    return SaidOfPairs(tuple(words), tuple(back), tuple(shown))
