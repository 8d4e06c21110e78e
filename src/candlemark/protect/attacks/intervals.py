"""The quick attack: bounds of every unknown, made narrower by every relation, pass after pass.

For a relation ``least <= sum of w x <= most`` each member lies between what the bounds of all
others leave over.  One pass over all relations is a few operations on whole arrays; passes follow
until nothing moves.  What this finds an attacker can find with paper; what it does not find, exact
bounds may (``exact``).

Bound propagation as in constraint programming; for tables of counts see Buzzigoli & Giusti (1999),
the shuttle algorithm.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from candlemark.protect.attacks.system import System

    Floats = NDArray[np.float64]

PASSES: Final = 50
_SLACK: Final = 1e-9


def intervals(system: System, passes: int = PASSES) -> tuple[Floats, Floats]:
    """The least and the largest value each unknown can have, as far as this attack sees."""
    low, high = system.low.copy(), system.high.copy()
    if not len(system.member):
        return low, high
    work = _Work(system)
    for _ in range(passes):
        if not work.narrow(low, high):
            break
    return low, high


class _Work:
    """What is the same in every pass."""

    def __init__(self, system: System) -> None:
        self.member = system.member
        self.up = system.weight > 0
        self.first = system.start[:-1]
        lengths = np.diff(system.start)
        self.relation = np.repeat(np.arange(len(lengths)), lengths)
        self.least, self.most = system.least, system.most

    def narrow(self, low: Floats, high: Floats) -> bool:
        """One pass; whether anything moved.  Weights are 1 and -1."""
        below, above = low[self.member], high[self.member]
        least = np.where(self.up, below, -above)  # of each member, with its sign
        most = np.where(self.up, above, -below)
        floor, ceiling = self._others(least), self._others(most)
        with np.errstate(invalid="ignore"):
            new_most = self.most[self.relation] - floor
            new_least = self.least[self.relation] - ceiling
        new_low = np.where(self.up, new_least, -new_most)
        new_high = np.where(self.up, new_most, -new_least)
        # Only few members move in a pass; the scattered minimum is slow and sees only those.
        rises = new_low > below + _SLACK
        falls = new_high < above - _SLACK
        np.maximum.at(low, self.member[rises], np.ceil(new_low[rises] - _SLACK))
        np.minimum.at(high, self.member[falls], np.floor(new_high[falls] + _SLACK))
        return bool(rises.any() or falls.any())

    def _others(self, bounds: Floats) -> Floats:
        """The sum over a relation without each member; endless where another one is."""
        endless = np.isinf(bounds)
        if not endless.any():
            total = np.add.reduceat(bounds, self.first)
            found: Floats = total[self.relation] - bounds
            return found
        finite = np.where(endless, 0.0, bounds)
        total = np.add.reduceat(finite, self.first)
        many = np.add.reduceat(endless.astype(np.int64), self.first)
        others = many[self.relation] - endless
        sign = np.where(bounds > 0, np.inf, -np.inf)
        # Endless bounds of one side have one sign: lower ones below, upper ones above.
        side = sign[endless][0]
        return np.where(others > 0, side, total[self.relation] - finite)
