"""How far a published count may stand from the true one: tables of chances, one row for each count.

Each row is the distribution of largest entropy (it adds no knowledge beyond what is said here) with
three properties: published counts are unbiased, their variance is the policy's, none is further off
than the policy's reach.  Counts below ``smallest`` are never published, except 0.  Where these
leave no row with the variance asked for, the row has the least variance that there is, and a tenth
more: at that very variance it would be a bare two-point choice.

A zero is sometimes published as the smallest count, so that a small number proves nobody's
presence.  That row alone is biased, by ``zeros * smallest`` (0.06); totals have keys of their own
and do not carry it.

Chances are kept as whole numbers of 2^-24, so that every machine looks up the same bytes.  Method:
Fraser & Wooton (2005) and Marley & Leaver (2011) for the cell key, Giessing (2016) for rows of
maximum entropy; written from the description of the method.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Final

import numpy as np
from scipy.optimize import linprog

from candlemark.errors import SettingRefused

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    Integers = NDArray[np.int64]
    Floats = NDArray[np.float64]

SCALE: Final = 1 << 24
"""Chances are multiples of one in this many."""
_MORE: Final = 1.1
_STEPS: Final = 200
_ENOUGH: Final = 1e-12


@dataclass(frozen=True, slots=True, eq=False)
class NoiseTable:
    """Chances of each published count, by true count.

    The last row serves every larger count: there the distance is what is drawn.
    """

    reach: int
    """Largest distance."""
    chances: Floats
    """Shape (rows, 2 * reach + 1): chance of each distance from ``-reach`` to ``reach``."""
    upto: Integers
    """The same, added up along each row, in units of 1 / SCALE."""

    @property
    def rows(self) -> int:
        """True counts with a row of their own; from the last one on all rows are alike."""
        return len(self.chances)

    def published(self, counts: ArrayLike, draws: ArrayLike) -> Integers:
        """What is published for true ``counts``.

        Args:
            counts: true counts, 0 or more.
            draws: whole numbers from 0 to ``SCALE - 1``; the same draw gives the same answer.
        """
        true, drawn = np.asarray(counts, dtype=np.int64), np.asarray(draws, dtype=np.int64)
        row = np.minimum(true, self.rows - 1)
        away = np.full(true.shape, -self.reach, dtype=np.int64)
        for column in range(2 * self.reach):
            away += drawn >= self.upto[row, column]
        return true + away

    def likelihood(self, published: ArrayLike, most: int) -> Floats:
        """Chance of each of ``published`` under the true counts 0, 1, … ``most``.

        Shape (published, most + 1): what an attacker who knows this table, as everybody may, makes
        of a published number.
        """
        shown = np.asarray(published, dtype=np.int64).reshape(-1, 1)
        true = np.arange(most + 1)[None, :]
        away = shown - true
        inside = np.abs(away) <= self.reach
        place = np.clip(away + self.reach, 0, 2 * self.reach)
        chance: Floats = np.where(inside, self.chances[np.minimum(true, self.rows - 1), place], 0.0)
        return chance

    def behind(self, published: ArrayLike) -> tuple[Integers, Floats]:
        """The true counts each of ``published`` can come from, and the chance of it under each.

        Shape (…, 2 reach + 1); a count below 0 has no chance.
        """
        shown = np.asarray(published, dtype=np.int64)[..., None]
        away = np.arange(-self.reach, self.reach + 1)
        true = shown - away
        row = np.clip(true, 0, self.rows - 1)
        chance: Floats = np.where(true >= 0, self.chances[row, away + self.reach], 0.0)
        return true, chance

    def possible(self, published: ArrayLike) -> tuple[Integers, Integers]:
        """The least and the largest true count that can have given each published one."""
        shown = np.asarray(published, dtype=np.int64)
        ends = self.rows + 2 * self.reach
        least, most = self._ends(ends)
        near = np.clip(shown, 0, ends)
        return (
            np.where(shown > ends, shown - self.reach, least[near]),
            np.where(shown > ends, shown + self.reach, most[near]),
        )

    def _ends(self, upto: int) -> tuple[Integers, Integers]:
        can = self.likelihood(np.arange(upto + 1), upto + self.reach) > 0
        least = can.argmax(axis=1)
        most = can.shape[1] - 1 - can[:, ::-1].argmax(axis=1)
        never = ~can.any(axis=1)  # 1 and 2 are not published; nothing has to be said of them
        return np.where(never, 0, least), np.where(never, upto + self.reach, most)


@lru_cache(maxsize=16)
def noise_table(reach: int, variance: float, smallest: int, zeros: float) -> NoiseTable:
    """The table of these properties.

    Args:
        reach: no published count is further from the true one than this.
        variance: of the published count around the true one.
        smallest: no published count is between 0 and this.
        zeros: chance that a zero is published as ``smallest``.

    Raises:
        SettingRefused: no unbiased row exists for some count, or ``zeros`` is no chance.
    """
    if not 0 <= zeros < 1 or not 1 <= smallest <= reach or variance <= 0:
        raise SettingRefused(
            "these numbers make no table of noise",
            hint="reach is at least smallest, zeros a chance below 1, variance above 0",
        )
    rows = reach + smallest + 1
    chances = np.zeros((rows, 2 * reach + 1))
    chances[0, [reach, reach + smallest]] = 1 - zeros, zeros
    for true in range(1, rows):
        away = np.arange(-min(reach, true), reach + 1)
        away = away[(true + away == 0) | (true + away >= smallest)]
        chances[true, away + reach] = _row(true, away.astype(np.float64), variance)
    upto = np.rint(np.cumsum(chances, axis=1) * SCALE).astype(np.int64)
    upto[:, -1] = SCALE
    return NoiseTable(reach, np.diff(upto, axis=1, prepend=0) / SCALE, upto)


def _row(true: int, away: Floats, variance: float) -> Floats:
    """Chances of the distances ``away`` with mean 0 and, where it can be had, this variance."""
    square = away * away
    sums = np.vstack([np.ones_like(away), away])
    least = linprog(square, A_eq=sums, b_eq=[1, 0], bounds=(0, 1), method="highs")
    if least.fun is None:
        raise SettingRefused(
            f"a count of {true} has no unbiased row",
            hint="let the reach be larger, or the smallest count smaller",
        )
    return _entropy(np.vstack([away, square]), np.array([0.0, max(variance, least.fun * _MORE)]))


def _entropy(moments: Floats, wanted: Floats) -> Floats:
    """The chances of largest entropy with the moments wanted: Newton on the convex dual."""
    weight = np.zeros(len(wanted))
    for _ in range(_STEPS):
        chance = _tilted(weight, moments)
        mean = moments @ chance
        slope = mean - wanted
        if np.abs(slope).max() < _ENOUGH:
            break
        spread = (moments * chance) @ moments.T - np.outer(mean, mean)
        step = np.linalg.solve(spread + 1e-14 * np.eye(len(wanted)), slope)
        size = 1.0
        here = _dual(weight, moments, wanted)
        while _dual(weight - size * step, moments, wanted) > here and size > _ENOUGH:
            size /= 2
        weight = weight - size * step
    return _tilted(weight, moments)


def _tilted(weight: Floats, moments: Floats) -> Floats:
    power = weight @ moments
    raised = np.exp(power - power.max())
    found: Floats = raised / raised.sum()
    return found


def _dual(weight: Floats, moments: Floats, wanted: Floats) -> float:
    power = weight @ moments
    top = power.max()
    return float(top + np.log(np.exp(power - top).sum()) - weight @ wanted)
