"""Which pair a person is handed next: the one worth most, and now and then one that is known.

About one pair in :data:`EVERY` is a pair whose answer is known already, and nothing shows which:
so it is learnt how often people are wrong (``measuring.py``).  The answer to such a pair is a
judgement like any other.

Which turns these are follows from a key of the vault, the person, and how many pairs they have
judged: it looks like chance, is the same however often it is asked, and needs nothing kept.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

    from candlemark.linkage.judging.standing import Pair, Word
    from candlemark.linkage.judging.worth import Proposed, Waiting

EVERY: Final = 20
"""One turn of so many is a pair whose answer is known: five in a hundred."""


@dataclass(frozen=True, slots=True)
class Turn:
    """Whose turn it is."""

    member: str
    judged: int
    """How many pairs they have judged so far."""
    secret: bytes
    """Key material of the vault, so that nobody outside it can tell which turns are which."""

    @property
    def known(self) -> bool:
        """Whether this turn is one of a known pair."""
        return _number(self.secret, self.member, str(self.judged)) % EVERY == 0


def next_pair(
    turn: Turn,
    queue: Sequence[Waiting],
    words: Mapping[Pair, Sequence[Word]],
    known: Iterable[Proposed],
    taken: Collection[Pair] = (),
) -> Proposed | None:
    """The pair to hand over; None where nothing waits for this person.

    A person is asked about a pair once: whoever answered is not the second or third person.

    Args:
        turn: whose.
        queue: what waits, the first being worth most.
        words: the words that count, by pair.
        known: pairs whose answer is known, from which a turn of that kind takes.
        taken: pairs that other people have before them now.
    """
    answered = {
        pair for pair, several in words.items() if any(one.member == turn.member for one in several)
    }
    if turn.known:
        free = [one for one in known if one.pair not in answered and one.pair not in taken]
        if free:
            return min(free, key=lambda one: (_order(turn, one.pair), one.pair))
    free_to = (one for one in queue if one.pair not in answered and one.pair not in taken)
    first = next(free_to, None)
    return first.proposed if first is not None else None


def _order(turn: Turn, pair: Pair) -> int:
    left, right = pair
    return _number(turn.secret, turn.member, left.source, left.record, right.source, right.record)


def _number(secret: bytes, *texts: str) -> int:
    told = b"".join(len(text.encode()).to_bytes(4, "big") + text.encode() for text in texts)
    return int.from_bytes(hashlib.blake2b(told, key=secret, digest_size=8).digest(), "big")
