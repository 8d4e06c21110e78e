"""Where cases stand over time: occupation probabilities after Aalen and Johansen.

The estimator sees three small tables and never a case: how many moved from one state to another at
each tick, how many came under observation in a state, and how many left one.  The tables add up:
over groups, over parts of a file, over agencies that may not show each other their cases.  Any
graph of states will do, cycles included, and cases may come under observation late.

A tick is ``day * 64 + order within the day``.  A stay is half-open, (entry, exit]: a case counts as
at risk from the tick after it came until and including the tick at which it leaves.  Censorings
stand at order 63, so that what happens on a day is counted before observation ends on it.

Two things are refused.  A standard error of nothing is not certainty: where it is 0 the interval
is the exact one for as many cases as are known.  And the intervals are pointwise: they must not be
read as a band for the whole curve.

Formulas: Aalen & Johansen, Scand. J. Statist. 5 (1978) 141-150; the covariance is Greenwood's for
products of matrices as in Andersen, Borgan, Gill & Keiding, Statistical Models Based on Counting
Processes (1993), section IV.4.1.3.  It assumes that the future depends on the present state only;
the probabilities themselves do not need that (Datta & Satten, Stat. Probab. Lett. 55 (2001)).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    Integers = NDArray[np.int64]
    Floats = NDArray[np.float64]

CENSORED = -1
"""The state a case leaves for when observation ends."""

Z = 1.959963984540054
"""The normal quantile of a two-sided 95 % interval."""

TAIL = 0.025
"""What an exact one-sided bound leaves out."""

_NEGLIGIBLE = 1e-12
"""A standard error below this is rounding: the smallest true one, with one of a million cases in a
state, is 1e-6."""


@dataclass(frozen=True, slots=True, eq=False)
class Counts:
    """The three aggregates, as rows of integers in the order of their keys."""

    states: int
    """How many states there are; they are numbered from 0."""
    moves: Integers
    """Rows ``(tick, from, to, how many)``."""
    entries: Integers
    """Rows ``(tick, state, how many)`` that are at risk from just after the tick."""
    exits: Integers
    """Rows ``(tick, state, how many)`` that are at risk up to the tick: moved or censored."""

    @classmethod
    def of_stays(
        cls, states: int, *, state: ArrayLike, entry: ArrayLike, leave: ArrayLike, to: ArrayLike
    ) -> Counts:
        """Count stays given one by one; ``to`` is ``CENSORED`` where observation ended."""
        stood, came, left, went = (
            np.asarray(column, dtype=np.int64) for column in (state, entry, leave, to)
        )
        moved = went != CENSORED
        one = np.ones_like(stood)
        return cls(
            states,
            moves=_summed(np.stack([left, stood, went, one], axis=1)[moved]),
            entries=_summed(np.stack([came, stood, one], axis=1)),
            exits=_summed(np.stack([left, stood, one], axis=1)),
        )

    def __add__(self, other: Counts) -> Counts:
        """The counts of both together; exact, since they are integers."""
        return Counts(
            max(self.states, other.states),
            moves=_summed(np.concatenate([self.moves, other.moves])),
            entries=_summed(np.concatenate([self.entries, other.entries])),
            exits=_summed(np.concatenate([self.exits, other.exits])),
        )

    def at_risk(self, ticks: ArrayLike) -> Integers:
        """How many stand in each state just before each of the ``ticks``; one row per tick."""
        when = np.asarray(ticks, dtype=np.int64)
        return self._so_far(self.entries, when, "left") - self._so_far(self.exits, when, "left")

    def known(self, ticks: ArrayLike) -> Integers:
        """How many cases are known to stand somewhere just after each tick.

        Those under observation, and those that reached a state which nobody leaves.  A case whose
        observation ended earlier says nothing about this tick and is not counted.
        """
        when = np.asarray(ticks, dtype=np.int64)
        open_stays = self._so_far(self.entries, when, "right") - self._so_far(
            self.exits, when, "right"
        )
        arrivals = self._so_far(self.moves[:, [0, 2, 3]], when, "right")
        final = np.ones(self.states, dtype=bool)
        final[np.unique(self.entries[:, 1])] = False
        known: Integers = open_stays.sum(axis=1) + arrivals[:, final].sum(axis=1)
        return known

    def _so_far(self, rows: Integers, when: Integers, side: str) -> Integers:
        """Running totals per state, before (``left``) or up to (``right``) each tick."""
        found = np.zeros((len(when), self.states), dtype=np.int64)
        for state in range(self.states):
            mine = rows[rows[:, 1] == state]  # rows are in order of their tick
            total = np.concatenate([[0], np.cumsum(mine[:, 2])])
            place = np.searchsorted(mine[:, 0], when, side="left" if side == "left" else "right")
            found[:, state] = total[place]
        return found


def _summed(rows: Integers) -> Integers:
    """Rows in the order of their keys (all columns but the last), equal keys added up."""
    if not len(rows):
        return rows.astype(np.int64)
    keys, where = np.unique(rows[:, :-1], axis=0, return_inverse=True)
    sums = np.zeros(len(keys), dtype=np.int64)
    np.add.at(sums, where.reshape(-1), rows[:, -1])
    return np.column_stack([keys, sums])


@dataclass(frozen=True, slots=True, eq=False)
class Occupation:
    """Probabilities of standing in each state, changing at ``ticks``."""

    ticks: Integers
    """The ticks at which something moved, in order."""
    p: Floats
    """Row 0 before the first tick, row i + 1 just after tick i; one column per state."""
    se: Floats
    """Greenwood standard errors, in the same rows and columns."""
    counts: Counts

    def rows_at(self, ticks: ArrayLike) -> Integers:
        """Numbers of the rows of ``p`` and ``se`` that hold just after each of the ``ticks``."""
        rows: Integers = np.searchsorted(self.ticks, np.asarray(ticks), side="right")
        return rows


def occupation(counts: Counts, start: ArrayLike) -> Occupation:
    """The Aalen-Johansen estimate when cases start in the states with probabilities ``start``."""
    states = counts.states
    ticks, at = np.unique(counts.moves[:, 0], return_inverse=True)
    moved = np.zeros((len(ticks), states, states))
    np.add.at(moved, (at.reshape(-1), counts.moves[:, 1], counts.moves[:, 2]), counts.moves[:, 3])
    diagonal = np.arange(states)
    moved[:, diagonal, diagonal] = 0.0  # going from a state to itself is no move
    at_risk = counts.at_risk(ticks).astype(np.float64)
    share = np.divide(1.0, at_risk, out=np.zeros_like(at_risk), where=at_risk > 0)
    steps = moved * share[:, :, None]
    steps[:, diagonal, diagonal] = -steps.sum(axis=2)

    p = np.empty((len(ticks) + 1, states))
    p[0] = start
    for i, step in enumerate(steps):
        p[i + 1] = p[i] + p[i] @ step
    np.clip(p, 0.0, 1.0, out=p)
    se = _greenwood(p, moved, share, steps)
    return Occupation(ticks, p, se, counts)


def _greenwood(p: Floats, moved: Floats, share: Floats, steps: Floats) -> Floats:
    """Standard errors by the recursion V <- (I+dA)' V (I+dA) + sum over h of p_h^2 Cov(dA_h).

    Cov(dA_h) is multinomial, (diag(n) Y - n n') / Y^3, each row completed so that it sums to 0.
    It is built for all ticks at once; only the recursion itself runs tick by tick.
    """
    states = p.shape[1]
    diagonal = np.arange(states)
    left = moved.sum(axis=2)
    full = moved.copy()
    full[:, diagonal, diagonal] = -left
    weight = (p[:-1] * share) ** 2
    added = -np.einsum("ih,ihj,ihk->ijk", weight * share, full, full)
    spread = weight[:, :, None] * moved
    added[:, diagonal, diagonal] += spread.sum(axis=1) + weight * left
    added -= spread + spread.transpose(0, 2, 1)

    variance = np.zeros_like(p)
    covariance = np.zeros((states, states))
    identity = np.eye(states)
    for i, step in enumerate(steps):
        whole = identity + step
        covariance = whole.T @ covariance @ whole + added[i]
        variance[i + 1] = covariance.diagonal()
    se: Floats = np.sqrt(np.maximum(variance, 0.0))
    return se


def interval(p: ArrayLike, se: ArrayLike, known: ArrayLike) -> tuple[Floats, Floats]:
    """Pointwise 95 % intervals, symmetric on the logit scale.

    Where nothing has varied yet (``se`` 0) the logit interval would have no width and cover
    nothing.  There the bound is exact for ``known`` cases, all of which stand on one side:
    ``1 - 0.025 ** (1/n)``.  With mixed starts and nothing moved it is Wilson's.

    Args:
        p: probabilities.
        se: their standard errors.
        known: how many cases are known to stand somewhere; 0 gives the interval from 0 to 1.
    """
    chance, error, cases = np.broadcast_arrays(
        *(np.asarray(column, dtype=np.float64) for column in (p, se, known))
    )
    varied = (error > _NEGLIGIBLE) & (chance > 0.0) & (chance < 1.0)
    with np.errstate(over="ignore", divide="ignore", invalid="ignore"):
        factor = np.exp(Z * error / (chance * (1.0 - chance)))  # infinity gives the bounds 0 and 1
        low = chance / (chance + (1.0 - chance) * factor)
        high = chance / (chance + (1.0 - chance) / factor)
        bound = np.where(cases > 0, 1.0 - TAIL ** (1.0 / cases), 1.0)
        centre = (chance + Z**2 / (2 * cases)) / (1 + Z**2 / cases)
        half = Z * np.sqrt(chance * (1 - chance) / cases + (Z / (2 * cases)) ** 2)
        half /= 1 + Z**2 / cases
    none, all_of_them = chance <= _NEGLIGIBLE, chance >= 1.0 - _NEGLIGIBLE
    mixed = ~(none | all_of_them) & (cases > 0)
    still_low = np.where(all_of_them, 1.0 - bound, np.where(mixed, centre - half, 0.0))
    still_high = np.where(none, bound, np.where(mixed, centre + half, 1.0))
    return np.where(varied, low, still_low), np.where(varied, high, still_high)
