"""Agencies compared as if they had the same mix of cases: direct standardisation.

An agency with many cases that are slow everywhere looks slow.  With p_ac the probability in agency
a for the cases of stratum c, and w_c the share of c in a mix that is the same for all,
p_a = sum over c of w_c p_ac.  Its variance is w' V_a w, with V_a the robust covariance of the
strata, plus, when the mix is itself a sample, sum over c of w_c (p_ac - p_a)^2 / n.

It says what would be if the agency handled the standard mix as it handles its own, stratum by
stratum.  It misleads where a stratum hides other differences, and it cannot say anything of a
stratum that an agency does not have: that is refused, not extrapolated.

Breslow & Day, Statistical Methods in Cancer Research II (IARC, 1987), chapter 2.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from candlemark.errors import Fault, NotMeasurable
from candlemark.measure.estimators.intervals import interval
from candlemark.measure.estimators.robust import covariance

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import ArrayLike

    from candlemark.measure.estimators.counts import Flags, Floats, Integers
    from candlemark.measure.estimators.robust import Influence

LEAST: Final = 5
"""A stratum in which an agency has fewer clusters than this says nothing about the agency."""


@dataclass(frozen=True, slots=True, eq=False)
class Standardised:
    """Probabilities under the standard mix; shape (ticks, states)."""

    p: Floats
    se: Floats
    low: Floats
    high: Floats
    weights: Floats
    """The share of each stratum in the standard mix."""
    known: Integers
    """How many units are known to stand somewhere at each tick, over all strata."""


def standardised(
    strata: Sequence[Influence], mix: ArrayLike, *, sampled: bool = True
) -> Standardised:
    """One agency under the standard mix.

    Args:
        strata: the agency's cases of each stratum, at the same ticks and states.
        mix: how many cases of each stratum the standard has.
        sampled: the standard is itself a sample (the cases of all agencies), not a fixed rule.

    Raises:
        NotMeasurable: the mix and the strata do not fit, or the agency has too few cases in a
            stratum that the standard has; all such strata are named by their place.
    """
    sizes = np.asarray(mix, dtype=np.float64)
    if len(sizes) != len(strata) or sizes.min(initial=0.0) < 0 or not sizes.sum():
        raise NotMeasurable("the standard mix does not fit the strata")
    thin = [
        Fault(f"stratum {place}", f"{len(each.clusters)} cases, at least {LEAST} are needed")
        for place, each in enumerate(strata)
        if sizes[place] and len(each.clusters) < LEAST
    ]
    if thin:
        raise NotMeasurable(
            "an agency has too few cases in a stratum that the standard has",
            hint="take the strata that all agencies have (shared_strata), or join strata",
            faults=thin,
        )
    used = [place for place in range(len(strata)) if sizes[place]]
    weights = sizes / sizes.sum()
    shape = strata[used[0]].p.shape
    each = np.stack([strata[place].p for place in used])
    w = weights[used]
    p = np.tensordot(w, each, axes=1)
    joined = covariance([strata[place] for place in used])
    mixing = np.kron(w[:, None], np.eye(p.size))
    variance = (mixing.T @ joined @ mixing).diagonal().reshape(shape)
    if sampled:
        variance = variance + np.tensordot(w, (each - p) ** 2, axes=1) / sizes.sum()
    se = np.sqrt(np.maximum(variance, 0.0))
    known = np.sum([strata[place].known for place in used], axis=0)
    independent = np.sum([strata[place].independent for place in used], axis=0)
    low, high = interval(p, se, independent[:, None])
    return Standardised(p, se, low, high, weights, known)


def shared_strata(sizes: ArrayLike, least: int = LEAST) -> tuple[Flags, float]:
    """Which strata all agencies have, and the share of all cases that lies in them.

    Args:
        sizes: cases, shape (agencies, strata).
        least: so many cases an agency needs in a stratum.
    """
    cases = np.asarray(sizes)
    kept: Flags = np.logical_and.reduce(cases >= least, axis=0)
    return kept, float(cases[:, kept].sum() / max(cases.sum(), 1))
