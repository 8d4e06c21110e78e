"""How far two groups are apart in where their units stand, with bands that hold everywhere at once.

The difference of two probabilities has the variance of their influences taken together: a cluster
with units in both groups ties them.  Three readings are given, from weak to strong:

- pointwise: an interval for one state at one time that was chosen beforehand;
- Holm's p-values: which of all cells differ, with at most 5 % chance of naming any wrongly;
- the band: edges that hold all cells at once, and one p-value for "they differ nowhere".

The band multiplies the influence of each cluster by an independent standard normal number and takes
the largest standardised sum over all cells.  Given the data that sum is exactly normal with the
covariance of the influences, so that it is drawn from there, whatever the number of clusters.

An interval of a difference is put together from the intervals of the two probabilities (Newcombe,
Stat. Med. 17 (1998) 873-890), so that a cell in which a group has not varied keeps its exact bound.
For the same reason a standard error of 0 stands in tests for the width of that bound.

Lin, Fleming & Wei, Biometrika 81 (1994) 73-81 for multipliers; for multi-state models Bluhmki et
al., Biometrics 74 (2018) 977-985; Holm, Scand. J. Statist. 6 (1979) 65-70.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
from scipy.special import ndtr

from candlemark.errors import NothingToMeasure, NotMeasurable
from candlemark.measure.estimators.intervals import NEGLIGIBLE, Z, exact_bound, interval
from candlemark.measure.estimators.robust import covariance

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

    from candlemark.measure.estimators.counts import Flags, Floats
    from candlemark.measure.estimators.robust import Influence

DRAWS: Final = 10_000
SEED: Final = 1_979
"""Draws are seeded: the same data give the same band."""


@dataclass(frozen=True, slots=True, eq=False)
class Differences:
    """The first group minus the second; arrays have the shape (ticks, states)."""

    difference: Floats
    se: Floats
    low: Floats
    """Pointwise 95 % intervals."""
    high: Floats
    p_value: Floats
    """Of each cell by itself."""
    holm: Floats
    """Of each cell, adjusted for all the others."""
    band_low: Floats
    """A band that holds all cells at once in 95 %."""
    band_high: Floats
    critical: float
    """The quantile the band is made with; 1.96 if there were one cell."""
    anywhere: float
    """The p-value of "they differ nowhere"."""
    tested: Flags
    """False where nothing can differ: both groups have nobody there, both have everybody, or the
    groups are the same cases."""


def differences(one: Influence, other: Influence, *, level: float = 0.95) -> Differences:
    """Compare two groups at the same ticks and states.

    Raises:
        NotMeasurable: the two do not have the same ticks and states.
        NothingToMeasure: in one of them nobody is known to stand anywhere.
    """
    if one.p.shape != other.p.shape or not np.array_equal(one.ticks, other.ticks):
        raise NotMeasurable("the two groups are not asked about at the same times")
    if not len(one.clusters) or not len(other.clusters):
        raise NothingToMeasure("one of the groups is empty", hint="compare groups with cases")
    shape, half = one.p.shape, one.p.size
    difference = one.p - other.p
    varied = ~(
        ((one.p <= NEGLIGIBLE) & (other.p <= NEGLIGIBLE))
        | ((one.p >= 1 - NEGLIGIBLE) & (other.p >= 1 - NEGLIGIBLE))
    ).reshape(-1)
    both = covariance([one, other])
    errors = np.sqrt(both.diagonal()).reshape(2, *shape)
    spread = both[:half, :half] + both[half:, half:] - both[:half, half:] - both[half:, :half]
    spread[np.diag_indices(half)] += sum(
        np.where(error <= NEGLIGIBLE, exact_bound(group.independent)[:, None] / Z, 0.0).reshape(-1)
        ** 2
        for error, group in zip(errors, (one, other), strict=True)
    )
    se = np.sqrt(np.maximum(spread.diagonal(), 0.0))
    varied &= se > NEGLIGIBLE  # the same cases in both groups: nothing varies between them
    apart = np.abs(difference.reshape(-1))
    score = np.where(varied, apart / np.where(varied, se, 1.0), 0.0)
    p_value = np.where(varied, 2.0 * ndtr(-score), 1.0)
    largest = _largest(spread, se, varied)
    critical = float(np.quantile(largest, level)) if varied.any() else Z
    anywhere = (1 + np.count_nonzero(largest >= score.max(initial=0.0))) / (len(largest) + 1)
    low, high = _apart(one, other, errors, Z)
    band_low, band_high = _apart(one, other, errors, max(critical, Z))
    return Differences(
        difference,
        se.reshape(shape),
        low,
        high,
        p_value.reshape(shape),
        _of_tested(p_value, varied).reshape(shape),
        band_low,
        band_high,
        critical,
        anywhere if varied.any() else 1.0,
        varied.reshape(shape),
    )


def _largest(spread: Floats, se: Floats, tested: Flags) -> Floats:
    """The largest of the standardised multiplied sums, in each draw."""
    if not tested.any():
        return np.zeros(1)
    correlation = spread[np.ix_(tested, tested)] / np.outer(se[tested], se[tested])
    values, vectors = np.linalg.eigh(correlation)
    root = vectors * np.sqrt(np.maximum(values, 0.0))
    normal = np.random.default_rng(SEED).standard_normal((DRAWS, len(values)))
    largest: Floats = np.abs(normal @ root.T).max(axis=1)
    return largest


def _apart(one: Influence, other: Influence, errors: Floats, z: float) -> tuple[Floats, Floats]:
    """Newcombe's interval of the difference from the two intervals at the quantile ``z``."""
    low_1, high_1 = interval(one.p, errors[0], one.independent[:, None], z)
    low_2, high_2 = interval(other.p, errors[1], other.independent[:, None], z)
    difference = one.p - other.p
    below = np.hypot(one.p - low_1, high_2 - other.p)
    above = np.hypot(high_1 - one.p, other.p - low_2)
    return np.maximum(difference - below, -1.0), np.minimum(difference + above, 1.0)


def holm(p_values: ArrayLike) -> Floats:
    """Holm's adjusted p-values: the i-th smallest times what is left, never falling, at most 1."""
    given = np.asarray(p_values, dtype=np.float64).reshape(-1)
    order = np.argsort(given, kind="stable")
    left = np.arange(len(given), 0, -1)
    adjusted = np.empty_like(given)
    adjusted[order] = np.minimum(np.maximum.accumulate(given[order] * left), 1.0)
    return adjusted.reshape(np.shape(p_values))


def _of_tested(p_value: Floats, tested: Flags) -> Floats:
    found = np.ones_like(p_value)
    found[tested] = holm(p_value[tested])
    return found
