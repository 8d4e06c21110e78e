"""Do groups differ in how many get there, and when: Gray's test of cumulative incidence.

The subdistribution hazard of cause 1 counts those who ended otherwise as still there, since they
will never get there: dGamma = dF / (1 - F-).  With Y_k at risk in group k, S_k the chance of having
ended in no way, F_k the cumulative incidence, the risk set becomes

    R_k(t) = Y_k(t) (1 - F_k(t-)) / S_k(t-),

and the score of group k is the number of events minus what its share of the common risk set would
have had: z_k = N_k - sum over ticks of (R_k / R) dN_1, with N_1 counted over all groups.

Its covariance follows from writing the estimate of F_r, less F_r, as a sum of martingales, with the
unknown incidence estimated from all groups together, as it is one if they do not differ.  With
h_k = Y_k / S_k-, h their sum, dF = dN_1 / h, G = 1 - F, c_kr = h_k (1[k=r] - h_r / h) and C_kr(t)
the sum of c_kr dF / G- after t, an event of cause 1 in group r counts
a_kr = c_kr + (1 - G/S_r) C_kr and one of another cause b_kr = - (G/S_r) C_kr, so that

    cov(z_k, z_l) = sum over r of [sum a_kr a_lr (S_r-/Y_r) dF + sum b_kr b_lr (S_r-/Y_r)^2 dN_2r].

Events of one tick are drawn without putting back: with d of cause 1 the first sum has the factor
1 - (d - 1)/(h S_r- - 1), with d of another cause in group r the second 1 - (d - 1)/(Y_r - 1).  The
numbers are those of ``cuminc`` in the R package cmprsk.

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
    after: Floats = np.cumprod(1.0 - (cause + other) / safe, axis=0, dtype=np.float64)
    survival = _before(after, 1.0)
    incidence = _before(np.cumsum(survival * cause / safe, axis=0), 0.0)
    known = (survival > 0) & (at_risk > 0)
    risk = np.divide(at_risk, survival, out=np.zeros_like(survival), where=known)
    weight = risk * np.maximum(1.0 - incidence, 0.0)
    expected = (weight * _over(cause.sum(axis=1), weight.sum(axis=1))[:, None]).sum(axis=0)
    covariance = _covariance((cause, other), at_risk, risk, (survival, after))
    return group_test(cause.sum(axis=0), expected, covariance)


def _covariance(
    events: tuple[Floats, Floats], at_risk: Floats, risk: Floats, survival: tuple[Floats, Floats]
) -> Floats:
    """The covariance of the scores; arrays have the shape (ticks, groups)."""
    (cause, other), (before, after) = events, survival
    seen, total = cause.sum(axis=1), risk.sum(axis=1)
    step = _over(seen, total)
    free = np.maximum(1.0 - np.cumsum(step), 0.0)
    free_before = np.append(1.0, free)[: len(free)]
    share = _over(risk, total[:, None])
    # Of the score of k, by group r: arrays (ticks, k, r).
    direct = risk[:, :, None] * (np.eye(risk.shape[1]) - share[:, None, :])
    summed = np.cumsum((direct * _over(step, free_before)[:, None, None])[::-1], axis=0)[::-1]
    ahead = np.concatenate([summed[1:], np.zeros_like(summed[:1])])
    ratio = _over(free[:, None], after)
    own = direct + (1.0 - ratio)[:, None, :] * ahead
    others = -ratio[:, None, :] * ahead
    per_unit = _over(1.0, risk)
    first = per_unit * step[:, None] * _drawn(seen[:, None], total[:, None] * before)
    second = per_unit**2 * other * _drawn(other, at_risk)
    found: Floats = np.einsum("tkr,tlr,tr->kl", own, own, first)
    found += np.einsum("tkr,tlr,tr->kl", others, others, second)
    return found


def _over(above: Floats | float, below: Floats) -> Floats:
    """The quotient; 0 where nothing stands below."""
    shape = np.broadcast_shapes(np.shape(above), below.shape)
    return np.divide(above, below, out=np.zeros(shape), where=np.broadcast_to(below > 0, shape))


def _drawn(many: Floats, among: Floats) -> Floats:
    """What drawing so many without putting back takes off the variance; 1 for a single one."""
    rest = np.where((many > 1) & (among > 1), _over(many - 1, among - 1), 0.0)
    return np.maximum(1.0 - rest, 0.0)


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
