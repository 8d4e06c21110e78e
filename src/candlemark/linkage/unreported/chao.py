"""A number that the truth is not below, from who is on one list alone and who is on two.

Chao's argument (Biometrics 43 (1987) 783-791): people differ, and who is hard to find for one list
is hard to find for the next.  Then those on exactly one list, set against those on exactly two, say
how many are on none, *at least*.  His formula, f1^2 (J - 1) / (2 J f2), takes the J lists to reach
equally far.  Where one is ten times as long as another it says too much: on the six Dutch lists it
gives 69,497 although lists that know nothing of each other would give 54,000.  So both are
computed here: the formula as it is known, and the same argument list by list,

    sum over pairs of lists of (on this one alone) (on that one alone) / f2,

which is the number itself for lists that know nothing of each other, however long each is, and
never above the formula.  It is this one that is called a lower bound.

What it does not bear: lists that avoid each other, because one sends people away whom another has.
Then even this can be too high, and nothing in the table tells.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from candlemark.linkage.unreported.tables import OverlapTable

Z = 1.959963984540054
"""The normal quantile of a two-sided 95 % interval."""


@dataclass(frozen=True, slots=True)
class LowerBound:
    """How many people there are at least, those on a list included."""

    people: float
    """The lower bound for lists of any length; 95 % interval from ``low`` to ``high``."""
    low: float
    """What is printed after *at least*: what the bound is not below, chance allowed for."""
    high: float
    equal_lists: float
    """Chao's formula as it is known, which takes the lists to reach equally far."""


def lower_bound(table: OverlapTable) -> LowerBound:
    """The lower bound of one table of overlaps.

    The interval is log-normal in those on no list (Chao 1987); its variance is that of the counts,
    which are Poisson, and of the number itself.
    """
    alone = [0] * len(table.lists)
    twice = 0
    for pattern, count in table.patterns:
        if sum(pattern) == 1:
            alone[pattern.index(1)] = count
        elif sum(pattern) == 2:
            twice += count
    once = sum(alone)
    pairs = (once * once - sum(count * count for count in alone)) / 2
    # Without anybody on exactly two, Chao's correction for small numbers: as if there were one.
    below = twice or 1
    unseen = pairs / below
    variance = unseen + sum(((once - count) / below) ** 2 * count for count in alone)
    variance += (pairs / below**2) ** 2 * below
    spread = math.exp(Z * math.sqrt(math.log1p(variance / unseen**2))) if unseen else 1.0
    lists = len(table.lists)
    return LowerBound(
        people=table.people + unseen,
        low=table.people + unseen / spread,
        high=table.people + unseen * spread,
        equal_lists=table.people + (lists - 1) / lists * once * once / (2 * below),
    )
