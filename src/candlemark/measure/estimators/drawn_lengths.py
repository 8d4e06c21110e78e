"""How long stays last where dates are drawn: one curve of several sets of dates, and its quantiles.

In each completed set of dates the Kaplan-Meier curve of a state is computed, with Greenwood's
variance of log S.  The sets are put together after Rubin on that scale: the mean of log S, and the
mean of the variances plus (1 + 1/m) times the variance between.  Quantiles and their intervals are
where that curve and its band come down to the share asked for, as in ``kaplan_meier``.  Beside them
stand the quantiles with every stay as short, and as long, as its own dates allow.  Not all stays of
a unit can be longest at once, since one ends where the next begins: nothing lies outside of these.

Rubin, Multiple Imputation for Nonresponse in Surveys (1987); Marshall et al., BMC Med. Res.
Methodol. 9 (2009) 57 for survival probabilities.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from candlemark.measure.estimators.counts import CENSORED, LAST_TICK, TICKS
from candlemark.measure.estimators.intervals import Z
from candlemark.measure.estimators.kaplan_meier import Survival, quantiles, survival

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import ArrayLike

    from candlemark.measure.estimators.coarse import Ways
    from candlemark.measure.estimators.counts import Flags, Floats, Integers, Stays
    from candlemark.measure.estimators.kaplan_meier import Quantile


@dataclass(frozen=True, slots=True, eq=False)
class Spans:
    """How short and how long each stay can have been, in days; a row a stay."""

    unit: Integers
    state: Integers
    shortest: Integers
    longest: Integers
    still: Flags
    """It had not ended when we stopped looking."""

    def quantiles(
        self, state: int, shares: Sequence[float], left_out: Flags | None
    ) -> tuple[tuple[Quantile, ...], tuple[Quantile, ...]]:
        """The quantiles of a state with every stay as short, and as long, as it can have been."""
        mine = self.state == state
        if left_out is not None:
            mine &= ~left_out[self.unit]
        still = self.still[mine]
        short, long = (
            quantiles(survival(days[mine], ~still, still), shares)
            for days in (self.shortest, self.longest)
        )
        return short, long


def spans(ways: Ways, final: ArrayLike) -> Spans:
    """The stays of ways, each from its first step to a state until its step to another one.

    Those that may have begun before they were seen are left out: of these only long ones are seen.
    """
    lo, hi = ways.limits()
    again = np.append(False, (np.diff(ways.unit) == 0) & (np.diff(ways.state) == 0))
    unit, state, lo, hi = (each[~again] for each in (ways.unit, ways.state, lo, hi))
    last = np.append(np.diff(unit) > 0, True)[: len(unit)]
    until = ways.until[unit] if ways.cut is None else np.minimum(ways.until[unit], ways.cut)
    middle = lo + (hi - lo) // 2
    gone = np.append(middle[1:], 0)
    still = last | (gone > until)
    first_out = np.where(still, until, np.append(lo[1:], 0))
    last_out = np.where(still, until, np.minimum(np.append(hi[1:], 0), until))
    kept = ~(last & np.asarray(final, dtype=bool)[state]) & (middle <= until)
    if ways.late is not None:
        start = np.append(True, np.diff(ways.unit) > 0)
        came = ways.lo[start] + (ways.hi[start] - ways.lo[start]) // 2
        kept &= (ways.late[unit] <= came[unit]) | (middle > ways.late[unit])
    return Spans(
        unit[kept],
        state[kept],
        np.maximum(first_out - hi, 0)[kept],
        np.maximum(last_out - lo, 0)[kept],
        still[kept],
    )


def drawn_quantiles(
    sets: Sequence[Stays],
    ends: Spans,
    state: int,
    shares: Sequence[float],
    left_out: Flags | None = None,
) -> tuple[Quantile, ...]:
    """Days until each share has left a state, from sets of drawn dates, with bounds.

    Args:
        sets: stays with drawn dates.
        ends: how short and how long each stay can have been.
        state: which state.
        shares: as in ``quantiles``.
        left_out: for each unit by its number, whether the lengths of its stays are not known.
    """
    curves = [_curve(stays, state, left_out) for stays in sets]
    found = quantiles(_pooled(curves), shares)
    at_ends = ends.quantiles(state, shares, left_out)
    bounded = []
    for place, quantile in enumerate(found):
        days = [each[place].days for each in at_ends] + [quantile.days]
        known = [day for day in days if day is not None]
        latest = max(known) if len(known) == len(days) else None
        bounded.append(replace(quantile, earliest=min(known, default=None), latest=latest))
    return tuple(bounded)


def _curve(stays: Stays, state: int, left_out: Flags | None) -> Survival:
    """The curve of one state.  Where the same state is named again its stay goes on."""
    stays = stays.taken(np.lexsort((stays.entry, stays.units)))
    same = np.zeros(len(stays), dtype=bool)
    same[1:] = (
        (stays.units[1:] == stays.units[:-1])
        & (stays.state[1:] == stays.state[:-1])
        & (stays.to[:-1] == stays.state[1:])
        & (stays.entry[1:] == stays.leave[:-1])
    )
    first = np.flatnonzero(~same)
    last = np.append(first[1:], len(stays)) - 1
    # Whoever came under observation late is seen from the last tick of a day on.
    mine = (stays.state[first] == state) & (stays.entry[first] % TICKS != LAST_TICK)
    if left_out is not None:
        mine &= ~left_out[stays.units[first]]
    first, last = first[mine], last[mine]
    days = stays.leave[last] // TICKS - stays.entry[first] // TICKS
    still = stays.to[last] == CENSORED
    return survival(days, ~still, still)


def _pooled(curves: Sequence[Survival]) -> Survival:
    """One curve of several; how many are at risk and leave differs from set to set, and is 0."""
    when: Integers = np.unique(np.concatenate([curve.days for curve in curves]))
    logs, spreads = (np.zeros((len(curves), len(when))) for _ in range(2))
    for number, curve in enumerate(curves):
        row = np.searchsorted(curve.days, when, side="right") - 1
        with np.errstate(divide="ignore", invalid="ignore"):
            log = np.log(curve.share)
            spread = np.cumsum(
                curve.left / (curve.at_risk * (curve.at_risk - curve.left).astype(np.float64))
            )
        logs[number] = np.where(row >= 0, log[row] if len(log) else 0.0, 0.0)
        spreads[number] = np.where(row >= 0, spread[row] if len(log) else 0.0, 0.0)
    # Where nobody is left in some set, the curve is down in all of them and the band says nothing.
    there = np.isfinite(logs).all(axis=0) & np.isfinite(spreads).all(axis=0)
    logs, spreads = np.where(there, logs, 0.0), np.where(there, spreads, 0.0)
    many = len(curves)
    between = logs.var(axis=0, ddof=1) if many > 1 else np.zeros(len(when))
    half: Floats = Z * np.sqrt(spreads.mean(axis=0) + (1 + 1 / many) * between)
    share = np.where(there, np.exp(logs.mean(axis=0)), 0.0)
    low = np.where(there, share * np.exp(-half), 0.0)
    high = np.where(there, np.minimum(share * np.exp(half), 1.0), 1.0)
    nobody = np.zeros(len(when), dtype=np.int64)
    return Survival(when, nobody, nobody, share, low, high)
