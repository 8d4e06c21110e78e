"""People have several names: at birth, after a marriage, in another state's papers, by choice.

No key finds that Musa Quliyev and Musa Urud are one man.  A list of names with dates does.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from candlemark.linkage.names.scoring import NameScore, score

if TYPE_CHECKING:
    from collections.abc import Sequence

    from candlemark.dates import PartialDate
    from candlemark.linkage.names.parsing import PersonName


@dataclass(frozen=True, slots=True)
class DatedName:
    """A name and when somebody bore it, as far as anybody says."""

    name: PersonName
    since: PartialDate | None = None
    until: PartialDate | None = None


@dataclass(frozen=True, slots=True)
class PeopleScore:
    """The two names of two people that are most alike, and how much."""

    score: NameScore
    left: DatedName
    right: DatedName


def score_people(one: Sequence[DatedName], other: Sequence[DatedName]) -> PeopleScore | None:
    """Compare every name of one with every name of the other; None when none could be compared.

    Dates do not exclude a pair: papers keep an old name long after it was given up.  They are
    handed back so that whoever judges sees which names were compared.
    """
    found = [
        PeopleScore(compared, left, right)
        for left in one
        for right in other
        if (compared := score(left.name, right.name)) is not None
    ]
    return max(found, key=lambda each: each.score.value, default=None)
