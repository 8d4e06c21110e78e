"""Is it getting better: the same question to the cohorts of several periods.

Every period gives the probability at the same time after entry, never at the same date: later
cohorts have had less time.  A cohort that has not been watched for so long has no value.

Where the definition, the unit or the way of recording changed, a break is marked, and nothing is
computed across it: each segment between breaks has its own slope (weighted least squares with
weights 1/variance) and its own test of "no change at all" (the weighted sum of squares about the
common mean, chi-squared).  A slope is a summary of the segment and no forecast.

Cochran, Biometrics 10 (1954) 101-129.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
from scipy.special import chdtrc, ndtr

from candlemark.errors import NotMeasurable
from candlemark.measure.estimators.intervals import NEGLIGIBLE, Z, exact_bound, interval

if TYPE_CHECKING:
    from collections.abc import Collection

    from numpy.typing import ArrayLike

    from candlemark.measure.estimators.counts import Flags, Floats, Integers


@dataclass(frozen=True, slots=True)
class Segment:
    """The periods between two breaks."""

    first: int
    """Place of the first period."""
    last: int
    """Place of the last one."""
    values: int
    """How many of its periods have a value."""
    slope: float | None
    """Change of the probability from one period to the next; None with fewer than two values."""
    low: float | None
    high: float | None
    p_slope: float | None
    p_change: float | None
    """Of "no change at all"."""


@dataclass(frozen=True, slots=True, eq=False)
class Trend:
    """One value per period, and what each segment says."""

    p: Floats
    low: Floats
    high: Floats
    watched: Flags
    """False where the cohort has not been watched for long enough; the value is no value there."""
    segments: tuple[Segment, ...]


def trend(
    p: ArrayLike,
    se: ArrayLike,
    known: ArrayLike,
    at_risk: ArrayLike,
    *,
    breaks: Collection[int] = (),
    least: int = 1,
) -> Trend:
    """The trend of one state at one time after entry.

    Args:
        p: the probability in each period's cohort, in the order of time.
        se: its standard error.
        known: how many units of the cohort are known to stand somewhere at that time.
        at_risk: how many units the cohort had under observation, or ended, at that time.
        breaks: places of the periods that begin under another definition, unit or recording.
        least: a cohort with fewer ``at_risk`` has no value.

    Raises:
        NotMeasurable: the columns differ in length.
    """
    chance, error, cases = (np.asarray(each, dtype=np.float64) for each in (p, se, known))
    watched: Flags = np.asarray(at_risk) >= max(least, 1)
    if len({len(chance), len(error), len(cases), len(watched)}) > 1:
        raise NotMeasurable("the columns of the trend differ in length")
    low, high = interval(chance, error, cases)
    edges = [0, *sorted(place for place in set(breaks) if 0 < place < len(chance)), len(chance)]
    error = np.where(error > NEGLIGIBLE, error, exact_bound(cases) / Z)
    segments = tuple(
        _segment(first, last - 1, np.flatnonzero(watched[first:last]) + first, chance, error)
        for first, last in pairwise(edges)
        if last > first
    )
    return Trend(chance, low, high, watched, segments)


def _segment(first: int, last: int, places: Integers, p: Floats, se: Floats) -> Segment:
    if len(places) < 2:
        return Segment(first, last, len(places), None, None, None, None, None)
    weight, value, when = 1 / se[places] ** 2, p[places], places.astype(np.float64)
    mean = np.average(value, weights=weight)
    centred = when - np.average(when, weights=weight)
    precision = float((weight * centred**2).sum())
    slope = float((weight * centred * value).sum()) / precision
    error = precision**-0.5
    return Segment(
        first,
        last,
        len(places),
        slope,
        slope - Z * error,
        slope + Z * error,
        float(2 * ndtr(-abs(slope) / error)),
        float(chdtrc(len(places) - 1, (weight * (value - mean) ** 2).sum())),
    )
