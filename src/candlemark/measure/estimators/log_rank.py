"""Do groups differ in how soon something happens to those at risk of it: log-rank tests.

At each tick, d events among Y at risk; group k has Y_k of them and should have had d Y_k / Y.
Observed minus expected, summed over ticks, has the hypergeometric covariance
d (Y - d) / (Y - 1) (diag(Y_k / Y) - Y_k Y_l / Y^2).  Risk sets may be entered late.

A cause-specific test asks about one move of the graph: among those standing in a state, does the
rate of going to another differ?  It says nothing about how many ever get there: a group may go
faster and fewer of it arrive.  That is what Gray's test asks.

Mantel, Cancer Chemother. Rep. 50 (1966) 163-170; Peto & Peto, J. R. Stat. Soc. A 135 (1972)
185-207; for cause-specific rates Prentice et al., Biometrics 34 (1978) 541-554.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from candlemark.measure.estimators.chi_square import GroupTest, check_groups, group_test

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from candlemark.measure.estimators.counts import Counts, Floats


def log_rank(
    groups: Sequence[Counts], source: int, targets: Collection[int] | None = None
) -> GroupTest:
    """Do those standing in ``source`` leave it at the same rate in all groups?

    Args:
        groups: the counts of each group.
        source: the state they stand in.
        targets: leaving for these only; None is leaving for any other state.

    Raises:
        NotMeasurable: there is one group, groups are too small, or nobody left.
    """
    check_groups([int(each.entries[each.entries[:, 1] == source, -1].sum()) for each in groups])
    events = [_events(each, source, targets) for each in groups]
    ticks = np.unique(np.concatenate([when for when, _ in events]))
    seen = np.zeros((len(ticks), len(groups)))
    for group, (when, many) in enumerate(events):
        np.add.at(seen[:, group], np.searchsorted(ticks, when), many)
    risk = np.stack([each.at_risk(ticks)[:, source] for each in groups], axis=1)
    return group_test(*hypergeometric(seen, risk.astype(np.float64)))


def hypergeometric(seen: Floats, risk: Floats) -> tuple[Floats, Floats, Floats]:
    """Observed, expected and covariance from events and risk sets, shape (ticks, groups)."""
    happened, at_risk = seen.sum(axis=1), risk.sum(axis=1)
    used = at_risk > 0
    seen, happened, at_risk = seen[used], happened[used], at_risk[used]
    share = risk[used] / at_risk[:, None]
    expected = (happened[:, None] * share).sum(axis=0)
    last = np.where(at_risk > 1, at_risk - 1, 1.0)
    weight = happened * (at_risk - happened) / last
    covariance = (
        np.diag((weight[:, None] * share).sum(axis=0)) - (weight[:, None] * share).T @ share
    )
    return seen.sum(axis=0), expected, covariance


def _events(counts: Counts, source: int, targets: Collection[int] | None) -> tuple[Floats, Floats]:
    moves = counts.moves
    mine = (moves[:, 1] == source) & (moves[:, 2] != source)
    if targets is not None:
        mine &= np.isin(moves[:, 2], list(targets))
    return moves[mine, 0].astype(np.float64), moves[mine, 3].astype(np.float64)
