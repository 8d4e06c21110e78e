"""Judgements for tests of what follows from them: records named by a letter, people by name."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import count

from candlemark.linkage.facts import Judgement, LinkRecord
from candlemark.linkage.judging.standing import Word, pair_of
from candlemark.linkage.judging.worth import Proposed

SAME, DIFFERENT = "same", "different"
_BEGAN = datetime(2026, 1, 22, 9, 0, tzinfo=UTC)
_NUMBERS = count()


def record(name) -> LinkRecord:
    return LinkRecord("police", str(name))


def pair(one, other):
    return pair_of(record(one), record(other))


def word(member, one, other, answer=SAME, *, blind=True, unit="case") -> Word:
    """What somebody answered; the identifier of a judgement is its number."""
    number = next(_NUMBERS)
    left, right = pair(one, other)
    fact = Judgement(
        id=f"judgement_{number}",
        edition="2026.1",
        left=left,
        right=right,
        answer=answer,
        blind=blind,
        unit=unit,
    )
    return Word(member, _BEGAN + timedelta(minutes=number), fact, number)


def proposed(one, other, probability=0.5, *, automatic=False, key="", n=0) -> Proposed:
    return Proposed(pair(one, other), probability, "linkrun_x", n, automatic, key)
