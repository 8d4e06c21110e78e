"""How long until a share has left: the Kaplan-Meier curve and its quantiles.

The curve is computed from counts per whole day, so that it does not depend on the order of rows,
and days on which as many leave as are still seen do not matter.  A quantile is the first day by
which at least that share has left.  Where the curve does not come down that far the answer is
None, never the median of those who left.

The interval of a quantile comes from where the band of the curve crosses the same height; the band
is symmetric for log S with Greenwood's variance, as in R's ``survfit`` (its default).  One
difference: where the curve is level at exactly the height asked for, R gives the middle of that
level stretch, and this gives the first day of it.

Kaplan & Meier, JASA 53 (1958) 457-481; Brookmeyer & Crowley, Biometrics 38 (1982) 29-41.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from candlemark.measure.estimators.intervals import Z

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import ArrayLike, NDArray

    Floats = NDArray[np.float64]
    Integers = NDArray[np.int64]

_ROUNDING = 1e-10
"""Products of fractions such as 2/3 * 3/4 miss 1/2 by less than this."""


@dataclass(frozen=True, slots=True)
class Quantile:
    """Days until a share ``q`` of the units has left; None where that share is not reached yet."""

    q: float
    days: int | None
    low: int | None
    high: int | None
    earliest: int | None = None
    """The smallest day when all dates known to a month or year are put at one end of what they can
    be; None where every date is exact."""
    latest: int | None = None
    """The largest one; None too where at some end the share is not reached."""


@dataclass(frozen=True, slots=True, eq=False)
class Survival:
    """The share that has not left, just after each of ``days``."""

    days: Integers
    """Days on which somebody left, in order."""
    at_risk: Integers
    left: Integers
    share: Floats
    low: Floats
    """Lower edge of the band; 0 where nobody is left."""
    high: Floats
    """Upper edge; 1 at most, and 1 where nobody is left, since the band says nothing there."""


def survival(
    days: ArrayLike,
    left: ArrayLike,
    censored: ArrayLike,
    *,
    late: tuple[ArrayLike, ArrayLike] | None = None,
) -> Survival:
    """The curve from counts: on each of ``days`` so many left and so many were last seen.

    Args:
        days: whole days in the stage; a day may come more than once.
        left: how many left on that day.
        censored: how many were last seen on that day, still there.
        late: of stays that had begun before they were seen: days in the stage at whose end they
            came under observation, and how many.  Of stays that were over by then nothing is seen.
    """
    when, where = np.unique(np.asarray(days, dtype=np.int64), return_inverse=True)
    gone = np.zeros(len(when), dtype=np.int64)
    lost = np.zeros(len(when), dtype=np.int64)
    np.add.at(gone, where.reshape(-1), np.asarray(left, dtype=np.int64))
    np.add.at(lost, where.reshape(-1), np.asarray(censored, dtype=np.int64))
    out = gone + lost
    risk = out[::-1].cumsum()[::-1]  # everybody who leaves or is last seen on this day or later
    if late is not None:
        came, many = (np.asarray(each, dtype=np.int64).reshape(-1) for each in late)
        order = np.argsort(came, kind="stable")
        unseen = np.concatenate([[0], np.cumsum(many[order][::-1])])[::-1]
        risk = risk - unseen[np.searchsorted(came[order], when)]
    kept = gone > 0
    when, gone, risk = when[kept], gone[kept], risk[kept]
    share = np.cumprod(1.0 - gone / risk)
    with np.errstate(divide="ignore", over="ignore", invalid="ignore"):
        spread = Z * np.sqrt(np.cumsum(gone / (risk * (risk - gone).astype(np.float64))))
        low = np.where(share > 0, share * np.exp(-spread), 0.0)
        high = np.where(share > 0, np.minimum(share * np.exp(spread), 1.0), 1.0)
    return Survival(when, risk, gone, share, low, high)


def quantiles(curve: Survival, shares: Iterable[float]) -> tuple[Quantile, ...]:
    """For each share the first day by which it has left, with the 95 % interval of that day."""
    return tuple(
        Quantile(
            q=q,
            days=_first(curve.days, curve.share, 1.0 - q),
            low=_first(curve.days, curve.low, 1.0 - q),
            high=_first(curve.days, curve.high, 1.0 - q),
        )
        for q in shares
    )


def _first(days: Integers, edge: Floats, height: float) -> int | None:
    """The first day on which the edge is at or below the height; None when it never is."""
    below = np.flatnonzero(edge <= height + _ROUNDING)
    return int(days[below[0]]) if len(below) else None
