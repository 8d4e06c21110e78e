"""Fisher's exact test of a table of two groups and two answers.

Given how many are in each group and how many answered yes, the number of them in the first group is
hypergeometric when the groups do not differ.  The chance is that of all tables that are no more
likely than the one seen (Fisher, Statistical Methods for Research Workers, 5th edition (1934),
section 21.02).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from scipy.special import gammaln

if TYPE_CHECKING:
    from candlemark.measure.estimators.counts import Floats, Integers

_AS_LIKELY = 1e-7
"""Two tables whose chances differ by less, relatively, are as likely as each other."""


def fisher(yes: tuple[int, int], many: tuple[int, int]) -> float:
    """The two-sided chance that two groups differ as much as they do when nothing makes them.

    Args:
        yes: how many of each group answered yes.
        many: how many each group has.
    """
    total, (first, second) = sum(yes), many
    could = np.arange(max(0, total - second), min(first, total) + 1)
    # All tables have the same margins: what does not change with the table is left out.
    weight = _log_ways(first, could) + _log_ways(second, total - could)
    chance = np.exp(weight - weight.max())
    chance /= chance.sum()
    seen = chance[yes[0] - could[0]]
    return min(1.0, float(chance[chance <= seen * (1 + _AS_LIKELY)].sum()))


def _log_ways(many: int, of_them: Integers) -> Floats:
    """The logarithm of the number of ways to choose so many of ``many``."""
    found: Floats = gammaln(many + 1.0) - gammaln(of_them + 1.0) - gammaln(many - of_them + 1.0)
    return found
