"""What a case loses when everything that is sealed about one of its people is erased.

Told before anybody asks for it: an erasure takes the statements and their whole history, and
nobody brings them back.  What is said of the case as a whole, and of others, stays.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from candlemark.casefile.known import Known
from candlemark.casefile.record import said_in, subject_of

if TYPE_CHECKING:
    from candlemark.casefile.facts import Statement
    from candlemark.ledger import Ledger


def lost_with(ledger: Ledger, case_id: str, person: str) -> tuple[tuple[type[Statement], int], ...]:
    """How many statements of each kind are sealed about a person, corrected ones too; most first.

    Only those this member reads are counted; what is closed to them is erased as well.

    Raises:
        LedgerBroken: the ledger is damaged.
    """
    known, facts = Known(), [fact for _, fact in said_in(ledger, case_id)]
    for fact in facts:
        known.add(fact)
    about = (type(fact) for fact in facts if subject_of(fact, {fact.case: known}) == person)
    return tuple(Counter(about).most_common())
