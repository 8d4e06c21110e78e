"""Do groups differ in how many get there, and when: Gray's test of cumulative incidence.

The subdistribution hazard of cause 1 counts those who ended otherwise as still there, since they
will never get there: dGamma = dF / (1 - F-).  With Y_k at risk in group k, S_k the chance of having
ended in no way, F_k the cumulative incidence, the risk set becomes

    R_k(t) = Y_k(t) (1 - F_k(t-)) / S_k(t-),

and the score of group k is the number of events minus what its share of the common risk set would
have had: z_k = N_k - sum over ticks of (R_k / R) dN_1, with N_1 counted over all groups.

Its covariance follows from writing the estimate of F_r, less F_r, as a sum of martingales.  With
c_kr = R_k (1[k=r] - R_r / R), G_r = 1 - F_r, dGamma_0 = dN_1 / R the hazard that all share if they
do not differ, d_kr = c_kr / G_r-, and C_kr(t) the sum of d_kr dGamma_0 after t, an event of cause 1
in group r counts a_kr = d_kr + (1 - G_r-/S_r-) C_kr and one of another cause
b_kr = - (G_r-/S_r-) C_kr, so that

    cov(z_k, z_l) = sum over r of [sum a_kr a_lr (S_r-/Y_r) G_r- dGamma_0
                                   + sum b_kr b_lr (S_r-/Y_r)^2 dN_2r].

Events of one tick are drawn without putting back: the first sum has the factor (R - d)/(R - 1), the
second (Y_r - d)/(Y_r - 1).  Without competing ends it is the log-rank test, to the last digit.

It is meant for units seen from their entry.  Late entry is taken into Y and S; Gray's paper has
right censoring only.

Gray, Ann. Stat. 16 (1988) 1141-1154, with his weight rho = 0.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from candlemark.measure.estimators.chi_square import GroupTest, check_groups, group_test

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from candlemark.measure.estimators.counts import Counts, Floats, Integers


def gray(groups: Sequence[Counts], target: int = 1, source: int = 0) -> GroupTest:
    """Do the groups differ in the cumulative incidence of ``target``?

    Args:
        groups: the counts of each group, of first passages (``incidence.first_passage``) or of any
            graph in which all wait in ``source`` and every move from it is an end.
        target: the end asked about; all others compete with it.
        source: the state they wait in.

    Raises:
        NotMeasurable: there is one group, groups are too small, or nobody got there.
    """
    check_groups([int(each.entries[each.entries[:, 1] == source, -1].sum()) for each in groups])
    ticks = np.unique(np.concatenate([each.moves[:, 0] for each in groups]))
    cause, other, at_risk = (
        np.stack(columns, axis=1).astype(np.float64)
        for columns in zip(*(_events(each, ticks, source, target) for each in groups), strict=True)
    )
    # After the last one at risk in a group, nothing is known of it: its risk set is empty.
    safe = np.maximum(at_risk, 1.0)
    survival = _before(np.cumprod(1.0 - (cause + other) / safe, axis=0), 1.0)
    incidence = _before(np.cumsum(survival * cause / safe, axis=0), 0.0)
    alive = survival > 0
    free = np.maximum(1.0 - incidence, 0.0)
    per_unit = np.divide(survival, safe, out=np.zeros_like(survival), where=at_risk > 0)
    weight = np.divide(at_risk * free, survival, out=np.zeros_like(survival), where=alive)
    total = weight.sum(axis=1)
    seen = cause.sum(axis=1)
    hazard = np.divide(seen, total, out=np.zeros_like(total), where=total > 0)
    expected = (weight * hazard[:, None]).sum(axis=0)
    covariance = _covariance((cause, other), at_risk, (weight, per_unit), (free, survival))
    return group_test(cause.sum(axis=0), expected, covariance)


def _covariance(
    events: tuple[Floats, Floats],
    at_risk: Floats,
    weights: tuple[Floats, Floats],
    chances: tuple[Floats, Floats],
) -> Floats:
    """The covariance of the scores; arrays have the shape (ticks, groups)."""
    (cause, other), (weight, per_unit), (free, survival) = events, weights, chances
    groups = weight.shape[1]
    total, seen = weight.sum(axis=1), cause.sum(axis=1)
    hazard = np.divide(seen, total, out=np.zeros_like(total), where=total > 0)
    share = np.divide(weight, total[:, None], out=np.zeros_like(weight), where=total[:, None] > 0)
    inverse = np.divide(1.0, free, out=np.zeros_like(free), where=free > 0)
    ratio = np.divide(free, survival, out=np.zeros_like(survival), where=survival > 0)
    # Of the score of k, by group r: arrays (ticks, k, r).
    direct = weight[:, :, None] * (np.eye(groups) - share[:, None, :]) * inverse[:, None, :]
    summed = np.cumsum((direct * hazard[:, None, None])[::-1], axis=0)[::-1]
    ahead = np.concatenate([summed[1:], np.zeros((min(1, len(summed)), groups, groups))])
    own = direct + (1.0 - ratio)[:, None, :] * ahead
    others = -ratio[:, None, :] * ahead
    tied = np.where(total > 1, (total - seen) / np.where(total > 1, total - 1, 1.0), 0.0)
    first = per_unit * free * (hazard * np.maximum(tied, 0.0))[:, None]
    alone = np.where(at_risk > 1, (at_risk - other) / np.where(at_risk > 1, at_risk - 1, 1.0), 0.0)
    found: Floats = np.einsum("tkr,tlr,tr->kl", own, own, first)
    found += np.einsum("tkr,tlr,tr->kl", others, others, per_unit**2 * other * alone)
    return found


def _before(after: NDArray[np.floating[Any]], at_first: float) -> Floats:
    """Values just before each tick from those just after it."""
    return np.concatenate([np.full((1, after.shape[1]), at_first), after])[: len(after)]


def _events(
    counts: Counts, ticks: Integers, source: int, target: int
) -> tuple[Floats, Floats, Floats]:
    """Events of the cause, of other causes, and how many were at risk, at each tick."""
    moves = counts.moves[(counts.moves[:, 1] == source) & (counts.moves[:, 2] != source)]
    place = np.searchsorted(ticks, moves[:, 0])
    cause, other = np.zeros(len(ticks)), np.zeros(len(ticks))
    mine = moves[:, 2] == target
    np.add.at(cause, place[mine], moves[mine, 3])
    np.add.at(other, place[~mine], moves[~mine, 3])
    return cause, other, counts.at_risk(ticks)[:, source].astype(np.float64)
