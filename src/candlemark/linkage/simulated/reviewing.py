"""Invented people who judge the pairs of a run, right most of the time, until a budget is spent.

They are handed pairs as the review desk hands them over, the one worth most first, and what they
answer is folded by the same rules.  So it can be measured what reviewing is worth: F1 over all true
pairs after clustering, before and after.
"""

from __future__ import annotations

import random
from collections import Counter
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

from candlemark.linkage.facts import CASE, DIFFERENT, SAME, Judgement, LinkRecord
from candlemark.linkage.judging.grouping import Groups
from candlemark.linkage.judging.inferring import Judged
from candlemark.linkage.judging.standing import Word, counting, linked_pairs, stood
from candlemark.linkage.judging.worth import waiting

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from candlemark.linkage.judging.standing import Pair, Stood
    from candlemark.linkage.judging.worth import Proposed

RIGHT: Final = 0.98
_ROUNDS: Final = 12
"""How often what waits is put in order anew while the budget is spent."""
_MEMBERS: Final = ("first", "second", "third", "fourth", "fifth")
_BEGAN: Final = datetime(2026, 1, 22, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Score:
    """Over all true pairs of records, after clustering."""

    precision: float
    recall: float

    @property
    def f1(self) -> float:
        """Their harmonic mean; 0 where nothing is right."""
        total = self.precision + self.recall
        return 2 * self.precision * self.recall / total if total else 0.0


@dataclass(frozen=True, slots=True)
class Reviewed:
    """What reviewing came to."""

    before: Score
    after: Score
    answers: int
    """Answers that were given; a pair two people judged counts twice."""


def reviewed(
    proposed: Sequence[Proposed],
    truth: Mapping[LinkRecord, object],
    budget: int,
    *,
    right: float = RIGHT,
    seed: int = 7,
) -> Reviewed:
    """Let invented people judge what waits until ``budget`` answers were given.

    Args:
        proposed: the pairs of a run, those it linked by itself among them.
        truth: whose each record is.
        budget: answers at most.
        right: the share of answers that are right.
        seed: of their mistakes.
    """
    chance, said = random.Random(seed), list[Word]()  # noqa: S311 - a simulation
    automatic = [one.pair for one in proposed if one.automatic]
    answers: dict[Pair, Stood] = {}
    step = max(1, budget // _ROUNDS)
    while len(said) < budget:
        queue = waiting(proposed, answers, Judged.of(answers))
        turns = [(one, n) for one in queue for n in range(one.missing)]
        if not turns:
            break
        for one, n in turns[: min(step, budget - len(said))]:
            before = len(answers[one.pair].words) if one.pair in answers else 0
            member = _MEMBERS[min(before + n, len(_MEMBERS) - 1)]
            answer = _answer(one.pair, truth, mistaken=chance.random() >= right)
            said.append(_word(one.pair, member, answer, len(said)))
        answers = stood(counting(said), automatic)
    return Reviewed(
        score(Groups(automatic), truth),
        score(Groups(linked_pairs(answers, automatic)), truth),
        len(said),
    )


def _answer(pair: Pair, truth: Mapping[LinkRecord, object], *, mistaken: bool) -> str:
    same = truth[pair[0]] == truth[pair[1]]
    return DIFFERENT if same is mistaken else SAME


def _word(pair: Pair, member: str, answer: str, number: int) -> Word:
    fact = Judgement(
        id=f"judgement_{number}",
        edition="",
        left=pair[0],
        right=pair[1],
        answer=answer,
        blind=True,
        unit=CASE,
    )
    return Word(member, _BEGAN, fact)


def score(groups: Groups, truth: Mapping[LinkRecord, object]) -> Score:
    """How many of the pairs in groups are true, and of the true ones in a group."""

    def within(of: Callable[[LinkRecord], object]) -> int:
        return sum(n * (n - 1) // 2 for n in Counter(of(record) for record in truth).values())

    true = within(lambda record: truth[record])
    found = within(groups.of)
    both = within(lambda record: (truth[record], groups.of(record)))
    return Score(both / found if found else 1.0, both / true if true else 1.0)
