"""Weights of candidates: the cheap questions first, the dear ones of those that can still pass.

The numbers are Splink's own (a test holds them against its ``predict``): the prior, and for each
comparison log2 of m over u, with u replaced by how often the value occurs where rarity counts.
What is done differently is the order.  A pair is let go as soon as the best that is still possible
would not bring it to the threshold, so most never have their letters compared.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, TypeAlias

import numpy as np
import pyarrow as pa

from candlemark.linkage.engine.alike import alike
from candlemark.linkage.engine.levels import levels_of
from candlemark.linkage.engine.model import equal_by_chance
from candlemark.linkage.engine.numbers import UNKNOWN

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from candlemark.linkage.engine.model import LinkModel
    from candlemark.linkage.engine.numbers import Ints, Numbered
    from candlemark.linkage.engine.plan import Compared
    from candlemark.linkage.engine.valued import Grades

    Weights: TypeAlias = NDArray[np.float64]

_ROUNDED: Final = 1e-9
"""Sums in another order differ by less."""

FOUND: Final = pa.schema(
    [
        ("l", pa.int32()),
        ("r", pa.int32()),
        ("weight", pa.float64()),
        ("levels", pa.list_(pa.int8())),
        ("weights", pa.list_(pa.float32())),
        ("key", pa.string()),
    ]
)
"""What is found: numbers of rows, and what they weigh."""


@dataclass(frozen=True, slots=True)
class _Rare:
    """A level at which the rarity of a value counts."""

    level: int
    column: str
    counts: float
    usual: float
    """Log2 of u of the level at which this column is equal, which the value's own replaces."""
    never_against: bool


class _Weighed:
    """One comparison of a model: levels, and what they weigh."""

    def __init__(self, model: LinkModel, one: Compared) -> None:
        self.alike = alike(one)
        shares = model.shares[one.name]
        weights = [each.weight for each in shares]
        self._weights = np.asarray([*weights, 0.0])  # the last stands for unknown, which is -1
        self._rare = tuple(_rare(one, shares))
        self.best: Weights = np.empty(0)

    @property
    def columns(self) -> tuple[str, ...]:
        """Those whose rarity counts."""
        return tuple(dict.fromkeys(rare.column for rare in self._rare))

    def bound(self, often: Mapping[str, Weights]) -> None:
        """Work out the most a pair with each row can weigh, once the rows are there."""
        known, rare = self.alike.known(), {rare.level for rare in self._rare}
        usual = [weight for at, weight in enumerate(self._weights.tolist()) if at not in rare]
        best = np.full(len(known), max(usual))  # unknown, which weighs nothing, is one of them
        for rare in self._rare:
            # Of two values the commoner counts, so neither row can get more than by its own.
            best = np.fmax(best, self._said(rare, often[rare.column]))
        self.best = np.where(known, best, 0.0)

    def at_most(self, left: Ints, right: Ints) -> Weights:
        """What pairs can weigh at most."""
        return np.minimum(self.best[left], self.best[right])

    def weighed(
        self, left: Ints, right: Ints, often: Mapping[str, Weights]
    ) -> tuple[Grades, Weights]:
        """Levels of pairs, and what they weigh."""
        levels = self.alike.levels(left, right)
        weights = self._weights[levels]
        for rare in self._rare:
            at = np.flatnonzero(levels == rare.level)
            shares = often[rare.column]
            weights[at] = self._said(rare, np.maximum(shares[left[at]], shares[right[at]]))
        return levels, weights

    def _said(self, rare: _Rare, share: Weights) -> Weights:
        said = self._weights[rare.level] + rare.counts * (rare.usual - share)
        # In a small table every name is common; agreeing on one is still not evidence against.
        return np.asarray(np.maximum(said, 0.0) if rare.never_against else said)


def _rare(one: Compared, shares: Any) -> Any:
    levels = levels_of(one).levels
    for number, level in enumerate(levels):
        if level.frequency and shares[number].m > 0:
            usual = math.log2(equal_by_chance(one, shares))
            positive = shares[number].weight > 0
            yield _Rare(number, level.frequency, level.counts, usual, positive)


class Scores:
    """Rows under a model, ready to be asked about pairs of them."""

    def __init__(self, model: LinkModel) -> None:
        self.model = model
        self._each = [_Weighed(model, one) for one in model.plan.comparisons]
        self._order: list[int] = []
        self._rest: list[Weights] = []
        """Of each row, the most it can still get after each question."""
        self._often: dict[str, Weights] = {}
        self._shares: dict[str, Weights] = {}
        self._keys: list[NDArray[np.int32]] = []
        """Of each exact rule, for each row the numbers of its columns."""
        self._counted = self._rows = 0

    def __len__(self) -> int:
        return self._rows

    def take(self, rows: Numbered) -> None:
        """Rows that follow those that are there.

        How rare a value is, is counted in the first ones; one that they do not have is as rare as
        can be.
        """
        first = not self._counted
        self._counted = self._counted or rows.rows
        self._rows += rows.rows
        for each in self._each:
            each.alike.take(rows)
            for column in each.columns:
                numbers = rows.of(column)
                if first:
                    self._shares[column] = _shares(numbers)
                often = self._shared(column, numbers)
                before = self._often.get(column) if not first else None
                self._often[column] = often if before is None else np.concatenate([before, often])
            each.bound(self._often)
        self._put_in_order()
        keys = [np.stack([rows.of(name) for name in rule]) for rule in self.model.plan.exact]
        self._keys = (
            keys if first else [np.hstack(both) for both in zip(self._keys, keys, strict=True)]
        )

    def _put_in_order(self) -> None:
        """Days first, which tell most pairs apart, letters last; what says nothing is not asked."""
        kinds, each = [one.kind for one in self.model.plan.comparisons], self._each
        speaking = [at for at in range(len(each)) if each[at].alike.known().any()]
        self._order = sorted(speaking, key=lambda at: (each[at].alike.dear, kinds[at] != "day"))
        best = [each[at].best for at in self._order]
        self._rest = [
            np.sum(best[at + 1 :], axis=0) + np.zeros(len(self)) for at in range(len(best))
        ]

    def _shared(self, column: str, numbers: Ints) -> Weights:
        shares = self._shares[column]
        often = np.full(len(numbers), np.nan)
        often[numbers != UNKNOWN] = -math.log2(self._counted + 1)
        there = (numbers != UNKNOWN) & (numbers < len(shares))
        often[there] = shares[numbers[there]]
        return often

    def scored(self, left: Ints, right: Ints, at_least: float) -> pa.Table:
        """Pairs from a weight on, and those an exact key joins: :data:`FOUND`."""
        pairs = _Pairs(left, right, self._exact(left, right), self.model.prior_weight)
        for step, number in enumerate(self._order):
            pairs.ask(number, self._each[number], self._often)
            rest = self._order[step + 1 :]
            most = np.minimum(self._rest[step][pairs.left], self._rest[step][pairs.right])
            pairs.let_go(most, at_least - _ROUNDED)
            if rest and self._each[rest[0]].alike.dear:
                each = [self._each[at].at_most(pairs.left, pairs.right) for at in rest]
                pairs.let_go(np.sum(each, axis=0), at_least - _ROUNDED)
        return self._table(pairs, at_least)

    def _exact(self, left: Ints, right: Ints) -> Ints:
        """The first exact rule two rows agree on."""
        found = np.full(len(left), UNKNOWN, np.int32)
        for number in range(len(self._keys) - 1, -1, -1):
            at = np.arange(len(left))
            for column in self._keys[number]:
                a = column[left[at]]
                at = at[(a != UNKNOWN) & (a == column[right[at]])]
            found[at] = number
        return found

    def _table(self, pairs: _Pairs, at_least: float) -> pa.Table:
        keep = np.flatnonzero((pairs.total >= at_least) | (pairs.key != UNKNOWN))
        unknown = np.full(len(keep), UNKNOWN, np.int8), np.zeros(len(keep))
        done = {at: (some[keep], more[keep]) for at, (some, more) in pairs.done.items()}
        ordered = [done.get(at, unknown) for at in range(len(self._each))]
        levels = np.stack([each for each, _ in ordered], 1).ravel()
        weights = np.stack([each for _, each in ordered], 1).ravel().astype(np.float32)
        begins = pa.array(np.arange(len(keep) + 1, dtype=np.int32) * len(ordered))
        names = pa.array([", ".join(rule) for rule in self.model.plan.exact], pa.string())
        key = pairs.key[keep]
        columns = [
            pa.array(pairs.left[keep]),
            pa.array(pairs.right[keep]),
            pa.array(pairs.total[keep]),
            pa.ListArray.from_arrays(begins, pa.array(levels)),
            pa.ListArray.from_arrays(begins, pa.array(weights)),
            names.take(pa.array(key, mask=key == UNKNOWN)),
        ]
        return pa.table(columns, schema=FOUND)


class _Pairs:
    """Pairs while they are asked about: what they weigh so far, and by what."""

    def __init__(self, left: Ints, right: Ints, key: Ints, prior: float) -> None:
        self.left, self.right, self.key = left, right, key
        self.total: Weights = np.full(len(left), prior)
        self.done: dict[int, tuple[Grades, Weights]] = {}

    def ask(self, number: int, one: _Weighed, often: Mapping[str, Weights]) -> None:
        """Weigh them by one comparison more."""
        levels, weights = one.weighed(self.left, self.right, often)
        self.done[number] = levels, weights
        self.total = self.total + weights

    def let_go(self, most: Any, at_least: float) -> None:
        """Those that cannot come to a weight any more, whatever they may still get at most."""
        keep = np.flatnonzero((self.total + most >= at_least) | (self.key != UNKNOWN))
        if len(keep) == len(self.total):
            return
        self.left, self.right, self.key = self.left[keep], self.right[keep], self.key[keep]
        self.total = self.total[keep]
        self.done = {at: (some[keep], more[keep]) for at, (some, more) in self.done.items()}


def _shares(numbers: Ints) -> Weights:
    """Log2 of the share of the rows that say anything, by the number of what they say."""
    counts = np.bincount(numbers[numbers != UNKNOWN])
    return np.log2(np.maximum(counts, 1) / max(int(counts.sum()), 1))
