"""How often people who judge are wrong, from pairs whose answer is known without them.

Known is a pair that two other people answered alike and nobody else otherwise, and one that an
exact key joined and nothing spoke against.  Of each person their first blind
answer counts, not what they said after they saw the score, and also when they took it back: it is
about how sure a first look is.

Where the answers of people are put to use as uncertain, one share is taken for everybody:
:func:`believed`.

The interval is the exact one of Clopper and Pearson (Biometrika 26, 1934): with few known pairs it
is wide, and says so.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from scipy.special import betaincinv

from candlemark.linkage.facts import DIFFERENT, SAME

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from candlemark.linkage.judging.standing import Pair, Word
    from candlemark.linkage.judging.worth import Proposed

_OTHERS: Final = 2
CONFIDENCE: Final = 0.95
ENOUGH: Final = 20
"""Known pairs from which on a share is worth saying in one number; the interval is always said."""


TAKEN: Final = 0.02
"""The share of wrong answers that is taken where fewer than :data:`ENOUGH` known pairs were
answered: that of the reviewer this program is planned for, who is right 98 times in 100."""


@dataclass(frozen=True, slots=True)
class Measured:
    """What a person answered about pairs whose answer is known."""

    member: str
    judged: int
    """Pairs they answered in all, known or not."""
    joined_wrongly: int
    """Said to be the same, and are different."""
    parted_wrongly: int
    """Said to be different, and are the same."""
    right: int
    undecided: int
    """Known pairs about which they could not tell or would ask: neither right nor wrong."""

    @property
    def wrong(self) -> int:
        """Answers that are wrong, of either kind."""
        return self.joined_wrongly + self.parted_wrongly

    @property
    def known(self) -> int:
        """Known pairs that they decided."""
        return self.right + self.wrong

    @property
    def interval(self) -> tuple[float, float]:
        """Between which shares the true share of wrong answers lies, at 95 in 100."""
        return exact_interval(self.wrong, self.known)


def exact_interval(wrong: int, of: int, confidence: float = CONFIDENCE) -> tuple[float, float]:
    """The interval of Clopper and Pearson for a share; from 0 to 1 where nothing was asked."""
    if not 0 <= wrong <= of:
        message = "more are wrong than there are"
        raise ValueError(message)
    tail = (1 - confidence) / 2
    low = float(betaincinv(wrong, of - wrong + 1, tail)) if wrong else 0.0
    high = float(betaincinv(wrong + 1, of - wrong, 1 - tail)) if wrong < of else 1.0
    return low, high


def believed(found: Iterable[Measured]) -> tuple[float, int]:
    """How often an answer is taken to be wrong, and the answers about known pairs that rests on.

    Of all who judge together: few answer twenty known pairs alone.  From :data:`ENOUGH` on it is
    the share of wrong ones with half a wrong one more among one more (the mean after Jeffreys), so
    that twenty right answers do not make people infallible; below, :data:`TAKEN`.
    """
    several = list(found)
    known = sum(one.known for one in several)
    if known < ENOUGH:
        return TAKEN, known
    return (sum(one.wrong for one in several) + 0.5) / (known + 1), known


def known_by_others(member: str, words: Mapping[Pair, Sequence[Word]]) -> dict[Pair, str]:
    """Pairs that at least two people other than this one answered alike, and none otherwise."""
    found = {}
    for pair, several in words.items():
        said = [one.fact.answer for one in several if one.member != member and one.decides]
        if len(said) >= _OTHERS and len(set(said)) == 1:
            found[pair] = said[0]
    return found


def known_by_key(proposed: Iterable[Proposed]) -> dict[Pair, str]:
    """Pairs that an exact key joined, so that they were linked without asking anybody."""
    return {one.pair: SAME for one in proposed if one.key and one.automatic}


def measured(
    said: Sequence[Word], words: Mapping[Pair, Sequence[Word]], by_key: Mapping[Pair, str]
) -> list[Measured]:
    """Every person who judged, in the order of their identifiers.

    Args:
        said: every judgement ever said, in the order of the ledger.
        words: those that count, by pair.
        by_key: what is known without any person.
    """
    members = sorted({word.member for word in said})
    return [_of(member, said, dict(by_key) | known_by_others(member, words)) for member in members]


def _of(member: str, said: Iterable[Word], known: Mapping[Pair, str]) -> Measured:
    mine = [word for word in said if word.member == member]
    first: dict[Pair, Word] = {}
    for word in mine:
        if word.fact.blind:
            first.setdefault(word.pair, word)
    counted = [(word, known[pair]) for pair, word in first.items() if pair in known]
    decided = [(word.fact.answer, truth) for word, truth in counted if word.decides]
    return Measured(
        member,
        len({word.pair for word in mine}),
        decided.count((SAME, DIFFERENT)),
        decided.count((DIFFERENT, SAME)),
        decided.count((SAME, SAME)) + decided.count((DIFFERENT, DIFFERENT)),
        len(counted) - len(decided),
    )
