"""Whether cases can be merged and statements moved as somebody is about to say.

What can be said here is what a person can have meant.  What two people say at the same moment
without knowing of each other is not refused, and sorted out when it is read (``belonging.py``).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from candlemark.casefile import facts

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from candlemark.casefile.facts import Statement
    from candlemark.casefile.known import Known

STAY: Final = (facts.CaseOpened, facts.CaseMerged, facts.StatementsMoved, facts.Withdrawn)
"""Statements about the case itself, which do not move; a withdrawal is where what it names is."""


def other_case(fact: Statement) -> tuple[str, ...]:
    """The further case that a merge or a move names; none for anything else."""
    if isinstance(fact, facts.CaseMerged):
        return (fact.into,)
    if isinstance(fact, facts.StatementsMoved):
        return (fact.to,)
    return ()


def tied(known: Mapping[str, Known], fact: Statement) -> Iterator[tuple[str, str]]:
    """What is wrong with a merge or a move, or with speaking of a case that is over by one.

    Args:
        known: what each case holds, by its identifier; the one named too.
        fact: the statement, as (field, what).
    """
    case = known[fact.case]
    if _merged(case, fact.case) and not isinstance(fact, facts.Withdrawn):
        yield "case", "it was merged into another case; say it there"
    for other in other_case(fact):
        field = "into" if isinstance(fact, facts.CaseMerged) else "to"
        there = known.get(other)
        if other == fact.case:
            yield field, "name another case"
        elif there is None or other not in there.things["case"]:
            yield field, "there is no such case"
        elif _merged(there, other):
            yield field, "that case was merged into another; name the other"
    if isinstance(fact, facts.StatementsMoved):
        for one in fact.statements:
            if one in case.said and (one not in case.standing or isinstance(case.said[one], STAY)):
                yield "statements", "a statement that stands and is not about the case itself moves"


def _merged(case: Known, case_id: str) -> bool:
    """Whether a case is over because it was merged into another."""
    return any(
        isinstance(one, facts.CaseMerged) and one.case == case_id for one in case.standing_facts()
    )
