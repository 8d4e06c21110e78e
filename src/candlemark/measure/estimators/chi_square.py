"""Whether groups differ, as one number: a statistic, its degrees of freedom, a chance."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
from scipy.special import chdtrc

from candlemark.errors import NotMeasurable

if TYPE_CHECKING:
    from collections.abc import Sequence

    from candlemark.measure.estimators.counts import Floats

LEAST: Final = 5
"""Groups in which fewer are at risk than this are not compared: the test would not hold its level.
"""


@dataclass(frozen=True, slots=True, eq=False)
class GroupTest:
    """The outcome of a test whether groups differ."""

    statistic: float
    freedom: int
    p_value: float
    observed: Floats
    """How many events were seen in each group."""
    expected: Floats
    """How many it would have seen if groups did not differ."""
    covariance: Floats
    """Of observed minus expected, one row and column per group."""


def group_test(observed: Floats, expected: Floats, covariance: Floats) -> GroupTest:
    """The quadratic form of observed minus expected in the inverse of its covariance.

    The last group follows from the others and is left out, as are groups without any variance.

    Raises:
        NotMeasurable: nothing happened that could tell the groups apart.
    """
    apart = observed - expected
    free = np.flatnonzero(covariance.diagonal() > 1e-12)[:-1]
    if not len(free):
        raise NotMeasurable(
            "nothing has happened in these groups that could tell them apart",
            hint="wait for more, or compare fewer groups",
        )
    kept = covariance[np.ix_(free, free)]
    freedom = int(np.linalg.matrix_rank(kept, hermitian=True))
    if freedom == len(free):
        statistic = float(apart[free] @ np.linalg.solve(kept, apart[free]))
    else:
        statistic = float(apart[free] @ np.linalg.pinv(kept, hermitian=True) @ apart[free])
    return GroupTest(
        statistic, freedom, float(chdtrc(freedom, statistic)), observed, expected, covariance
    )


def check_groups(sizes: Sequence[int]) -> None:
    """Refuse to compare one group, or groups that are too small.

    Raises:
        NotMeasurable: there are fewer than two groups, or some have fewer than ``LEAST`` at risk.
    """
    if len(sizes) < 2:
        raise NotMeasurable("there is only one group", hint="divide the cohort to compare")
    small = sum(size < LEAST for size in sizes)
    if small:
        raise NotMeasurable(
            f"{small} of {len(sizes)} groups have fewer than {LEAST} at risk"
            " and cannot be compared",
            hint="join groups, or leave the small ones out",
        )
