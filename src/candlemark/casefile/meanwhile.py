"""What was said while two cases were one, once the merge was taken back.

A merge moves nothing: every statement stays in the case it was said in, for ever.  While the merge
stood, everybody wrote in the case that stayed; when the two are two again, what was written then
stays there too, though some of it may be about the other.  It is told, so that somebody moves it.

Pure but for :func:`meanwhile_of`, which reads.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from candlemark.casefile import facts
from candlemark.casefile.record import said_with
from candlemark.casefile.standing import standing
from candlemark.casefile.tying import STAY

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from candlemark.casefile.belonging import Said
    from candlemark.ledger import Ledger


@dataclass(frozen=True, slots=True)
class Meanwhile:
    """The statements that were said while a case was merged into another, and still stand."""

    ended: str
    """The case that was merged, and is a case of its own again."""
    into: str
    """The case they were said in, where they stay."""
    statements: tuple[str, ...]
    """In the order in which they were said; none that was moved since."""


def meanwhile_of(ledger: Ledger, case_id: str) -> tuple[Meanwhile, ...]:
    """What was said while a case and another were one, for every merge that was taken back.

    Raises:
        LedgerBroken: the ledger is damaged.
    """
    return tuple(meanwhile(said_with(ledger, case_id), case_id))


def meanwhile(said: Sequence[Said], case_id: str) -> Iterator[Meanwhile]:
    """The same of the statements of a case and of all that were ever tied to it."""
    if not any(isinstance(fact, facts.CaseMerged) for _, fact in said):
        return
    stands = standing(said)
    live = {fact.id: fact for fact in stands.live}
    one_again = {
        (fact.case, fact.into) for fact in live.values() if isinstance(fact, facts.CaseMerged)
    }
    moved = {
        one
        for fact in live.values()
        if isinstance(fact, facts.StatementsMoved)
        for one in fact.statements
    }
    ends = {one.fact: one.by for one in stands.history if one.fact not in live}
    at = {fact.id: n for n, (_, fact) in enumerate(said)}
    for n, (_, merge) in enumerate(said):
        if not isinstance(merge, facts.CaseMerged) or merge.id in live:
            continue
        if case_id not in {merge.case, merge.into} or (merge.case, merge.into) in one_again:
            continue
        end = min((at[one] for one in ends.get(merge.id, ()) if one in at), default=n)
        stayed = tuple(
            fact.id
            for _, fact in said[n + 1 : end]
            if fact.case == merge.into
            and fact.id in live
            and fact.id not in moved
            and not isinstance(fact, STAY)
        )
        if stayed:
            yield Meanwhile(merge.case, merge.into, stayed)
