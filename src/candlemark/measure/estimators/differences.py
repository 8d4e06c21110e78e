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

from dataclasses import dataclass, fields, replace
from typing import TYPE_CHECKING, Final

import numpy as np
from scipy.special import ndtr

from candlemark.errors import NothingToMeasure, NotMeasurable
from candlemark.measure.estimators.intervals import NEGLIGIBLE, Z, exact_bound, interval
from candlemark.measure.estimators.robust import covariance

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import ArrayLike

    from candlemark.measure.estimators.counts import Flags, Floats
    from candlemark.measure.estimators.robust import Influence

DRAWS: Final = 10_000
SEED: Final = 1_979
"""Draws are seeded: the same data give the same band."""


@dataclass(frozen=True, slots=True, eq=False)
class Differences:
    """Each group minus the one it is compared with.

    Arrays have the shape (ticks, states); those of ``contrasts`` (groups, ticks, states).
    """

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
    found = contrasts([one], other, level=level)
    arrays = {
        field.name: value[0]
        for field in fields(found)
        if isinstance(value := getattr(found, field.name), np.ndarray)
    }
    return replace(found, **arrays)


def contrasts(
    groups: Sequence[Influence], against: Influence, *, level: float = 0.95
) -> Differences:
    """Compare several groups with one, at the same ticks and states; all cells are one family.

    Raises:
        NotMeasurable: they do not have the same ticks and states.
        NothingToMeasure: in one of them nobody is known to stand anywhere.
    """
    return _compared(*_together([*groups, against]), level)


def drawn_contrasts(sets: Sequence[Sequence[Influence]], *, level: float = 0.95) -> Differences:
    """The same where dates were drawn several times; in each set, the last group is the one.

    Variances are put together after Rubin: the mean of the covariances plus (1 + 1/m) times the
    covariance between the sets.

    Raises:
        NotMeasurable, NothingToMeasure: as ``contrasts``.
    """
    found = [_together(parts) for parts in sets]
    p = np.stack([each[0] for each in found])
    both = np.mean([each[1] for each in found], axis=0)
    independent = np.mean([each[2] for each in found], axis=0)
    if len(sets) > 1:
        apart = (p - p.mean(axis=0)).reshape(len(sets), -1)
        both = both + (1 + 1 / len(sets)) * (apart.T @ apart) / (len(sets) - 1)
    return _compared(p.mean(axis=0), both, independent, level)


def _together(parts: Sequence[Influence]) -> tuple[Floats, Floats, Floats]:
    """Probabilities of all groups, their covariance, and for how many units those known count.

    Shapes: (groups, ticks, states), square, (groups, ticks, 1).
    """
    first = parts[0]
    if any(
        part.p.shape != first.p.shape or not np.array_equal(part.ticks, first.ticks)
        for part in parts
    ):
        raise NotMeasurable("the groups are not asked about at the same times")
    if not all(len(part.clusters) for part in parts):
        raise NothingToMeasure("one of the groups is empty", hint="compare groups with cases")
    independent = np.stack([part.independent for part in parts])[:, :, None]
    return np.stack([part.p for part in parts]), covariance(parts), independent


def _compared(p: Floats, both: Floats, independent: Floats, level: float) -> Differences:
    """Every group less the last one."""
    none, everybody = p <= NEGLIGIBLE, p >= 1 - NEGLIGIBLE
    alike = (none[:-1] & none[-1]) | (everybody[:-1] & everybody[-1])
    errors = np.sqrt(np.maximum(both.diagonal(), 0.0)).reshape(p.shape)
    still = np.where(errors <= NEGLIGIBLE, exact_bound(independent) / Z, 0.0)
    both = both + np.diag(np.square(still).reshape(-1))
    spread = _of_contrasts(both, p[0].size)
    se = np.sqrt(np.maximum(spread.diagonal(), 0.0))
    varied = ~alike.reshape(-1)
    varied &= se > NEGLIGIBLE  # the same cases in both groups: nothing varies between them
    difference = p[:-1] - p[-1]
    score = np.where(varied, np.abs(difference.reshape(-1)) / np.where(varied, se, 1.0), 0.0)
    p_value = np.where(varied, 2.0 * ndtr(-score), 1.0)
    largest = _largest(spread, se, varied)
    critical = float(np.quantile(largest, level)) if varied.any() else Z
    anywhere = (1 + np.count_nonzero(largest >= score.max(initial=0.0))) / (len(largest) + 1)
    low, high = _apart(p, errors, independent, Z)
    band_low, band_high = _apart(p, errors, independent, max(critical, Z))
    return Differences(
        difference,
        se.reshape(difference.shape),
        low,
        high,
        p_value.reshape(difference.shape),
        _of_tested(p_value, varied).reshape(difference.shape),
        band_low,
        band_high,
        critical,
        anywhere if varied.any() else 1.0,
        varied.reshape(difference.shape),
    )


def _of_contrasts(both: Floats, half: int) -> Floats:
    """The covariance of every group less the last, from that of all groups together."""
    many = len(both) // half - 1
    last = np.s_[many * half :]
    found = both[: many * half, : many * half] + np.tile(both[last, last], (many, many))
    found -= np.tile(both[: many * half, last], (1, many))
    found -= np.tile(both[last, : many * half], (many, 1))
    return found


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


def _apart(p: Floats, errors: Floats, independent: Floats, z: float) -> tuple[Floats, Floats]:
    """Newcombe's interval of the differences from the intervals of each at the quantile ``z``."""
    low, high = interval(p, errors, independent, z)
    difference = p[:-1] - p[-1]
    below = np.hypot(p[:-1] - low[:-1], high[-1] - p[-1])
    above = np.hypot(high[:-1] - p[:-1], p[-1] - low[-1])
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
