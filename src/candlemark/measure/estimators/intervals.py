"""Intervals of a probability, and of a difference of two.

A standard error of nothing is not certainty.  Where it is 0 the interval is the exact one for as
many units as are known: R prints an interval without width there, which holds nothing.  Intervals
of a curve are pointwise and must not be read as a band; bands are made by ``differences``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
from scipy.special import ndtr

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

    from candlemark.measure.estimators.counts import Floats

Z: Final = 1.959963984540054
"""The normal quantile of a two-sided 95 % interval."""

NEGLIGIBLE: Final = 1e-12
"""A standard error below this is rounding: the smallest true one, with one of a million units in a
state, is 1e-6."""


def exact_bound(known: ArrayLike, z: float = Z) -> Floats:
    """The largest chance under which ``known`` units can all stand on the other side.

    ``1 - a ** (1/n)`` with ``a`` the one-sided tail of ``z`` (0.025); 1 when nothing is known.
    """
    cases = np.asarray(known, dtype=np.float64)
    return np.where(cases > 0, 1.0 - ndtr(-z) ** (1.0 / np.maximum(cases, 1.0)), 1.0)


def interval(
    p: ArrayLike, se: ArrayLike, known: ArrayLike, z: float | Floats = Z
) -> tuple[Floats, Floats]:
    """Pointwise intervals (95 %), symmetric on the logit scale.

    Where nothing has varied yet (``se`` 0) the logit interval would have no width and cover
    nothing.  There the bound is exact for ``known`` units, all of which stand on one side:
    ``1 - 0.025 ** (1/n)``.  With mixed starts and nothing moved it is Wilson's.

    Args:
        p: probabilities.
        se: their standard errors.
        known: how many units are known to stand somewhere; 0 gives the interval from 0 to 1.
        z: the normal quantile; a larger one makes the edges of a band.

    Returns:
        Lower and upper bounds, in the common shape of the arguments.
    """
    chance, error, cases, wide = np.broadcast_arrays(
        *(np.asarray(column, dtype=np.float64) for column in (p, se, known, z))
    )
    varied = (error > NEGLIGIBLE) & (chance > 0.0) & (chance < 1.0)
    with np.errstate(over="ignore", divide="ignore", invalid="ignore"):
        factor = np.exp(wide * error / (chance * (1.0 - chance)))  # infinity gives bounds 0 and 1
        low = chance / (chance + (1.0 - chance) * factor)
        high = chance / (chance + (1.0 - chance) / factor)
        bound = np.where(cases > 0, 1.0 - ndtr(-wide) ** (1.0 / cases), 1.0)
        centre = (chance + wide**2 / (2 * cases)) / (1 + wide**2 / cases)
        half = wide * np.sqrt(chance * (1 - chance) / cases + (wide / (2 * cases)) ** 2)
        half /= 1 + wide**2 / cases
    none, all_of_them = chance <= NEGLIGIBLE, chance >= 1.0 - NEGLIGIBLE
    mixed = ~(none | all_of_them) & (cases > 0)
    still_low = np.where(all_of_them, 1.0 - bound, np.where(mixed, centre - half, 0.0))
    still_high = np.where(none, bound, np.where(mixed, centre + half, 1.0))
    return np.where(varied, low, still_low), np.where(varied, high, still_high)
