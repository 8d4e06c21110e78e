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
_SHORT: Final = 1e-4
"""Weights in half as many bytes differ by less."""

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
    equal: bool
    """Whether both have the same value of it."""


class _Weighed:
    """One comparison of a model: levels, and what they weigh."""

    def __init__(self, model: LinkModel, one: Compared) -> None:
        self.alike = alike(one)
        shares = model.shares[one.name]
        weights = [each.weight for each in shares]
        self._weights = np.asarray([*weights, 0.0])  # the last stands for unknown, which is -1
        self._rare = tuple(_rare(one, shares))
        self.best: NDArray[np.float32] = np.empty(0, np.float32)

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
        self.best = np.where(known, best, 0.0).astype(np.float32) + np.float32(_SHORT)

    def at_most(self, left: Ints, right: Ints) -> NDArray[np.float32]:
        """What pairs can weigh at most, or a little more."""
        return np.minimum(self.best[left], self.best[right])

    def weights(
        self, levels: Grades, left: Ints, right: Ints, often: Mapping[str, Weights]
    ) -> Weights:
        """What pairs of these levels weigh."""
        weights = self._weights[levels]
        for rare in self._rare:
            at = np.flatnonzero(levels == rare.level)
            shares = often[rare.column]
            share = shares[left[at]]
            if not rare.equal:
                share = np.maximum(share, shares[right[at]])
            weights[at] = self._said(rare, share)
        return weights

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
            yield _Rare(number, level.frequency, level.counts, usual, positive, level.equal)


class Scores:
    """Rows under a model, ready to be asked about pairs of them."""

    def __init__(self, model: LinkModel) -> None:
        self.model = model
        self._each = [_Weighed(model, one) for one in model.plan.comparisons]
        self._order: list[int] = []
        self._letters: NDArray[np.float32] = np.empty(0, np.float32)
        """Of each row, the most it can get by all that compares letters."""
        self._often: dict[str, Weights] = {}
        self._shares: dict[str, Weights] = {}
        self._keys: list[NDArray[np.int32]] = []
        """Of each exact rule, for each row the numbers of its columns."""
        self._joins: list[bool] = []
        """Of each exact rule, whether any row says all of it."""
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
            if each.alike.dear:
                each.bound(self._often)
        self._put_in_order()
        keys = [np.stack([rows.of(name) for name in rule]) for rule in self.model.plan.exact]
        self._keys = (
            keys if first else [np.hstack(both) for both in zip(self._keys, keys, strict=True)]
        )
        self._joins = [bool((each != UNKNOWN).all(axis=0).any()) for each in self._keys]

    def _put_in_order(self) -> None:
        """Letters last, and what says nothing not at all."""
        kinds, each = [one.kind for one in self.model.plan.comparisons], self._each
        speaking = [at for at in range(len(each)) if each[at].alike.known().any()]
        self._order = sorted(speaking, key=lambda at: (each[at].alike.dear, kinds[at] != "day"))
        self._letters = np.zeros(len(self), np.float32)
        for at in self._order:
            if each[at].alike.dear:
                self._letters += each[at].best

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
        letters = [at for at in self._order if self._each[at].alike.dear]
        for number in self._order[: len(self._order) - len(letters)]:
            pairs.ask(number, self._each[number], self._often)
        if letters:
            most = np.minimum(self._letters[pairs.left], self._letters[pairs.right])
            pairs.let_go(most, at_least - _ROUNDED)
        for step, number in enumerate(letters):
            each = [self._each[at].at_most(pairs.left, pairs.right) for at in letters[step:]]
            pairs.let_go(np.sum(each, axis=0), at_least - _ROUNDED)
            pairs.ask(number, self._each[number], self._often)
        return self._table(pairs, at_least)

    def _exact(self, left: Ints, right: Ints) -> Ints:
        """The first exact rule two rows agree on."""
        found = np.full(len(left), UNKNOWN, np.int32)
        for number in range(len(self._keys) - 1, -1, -1):
            if not self._joins[number]:
                continue
            at = np.arange(len(left))
            for column in self._keys[number]:
                a = column[left[at]]
                at = at[(a != UNKNOWN) & (a == column[right[at]])]
            found[at] = number
        return found

    def _table(self, pairs: _Pairs, at_least: float) -> pa.Table:
        pairs.keep(np.flatnonzero((pairs.total >= at_least) | (pairs.key != UNKNOWN)))
        unknown = np.full(len(pairs.left), UNKNOWN, np.int8)
        levels = [pairs.levels.get(at, unknown) for at in range(len(self._each))]
        weights = [
            each.weights(some, pairs.left, pairs.right, self._often)
            for each, some in zip(self._each, levels, strict=True)
        ]
        begins = pa.array(np.arange(len(unknown) + 1, dtype=np.int32) * len(levels))
        names = pa.array([", ".join(rule) for rule in self.model.plan.exact], pa.string())
        columns = [
            pa.array(pairs.left),
            pa.array(pairs.right),
            pa.array(pairs.total),
            pa.ListArray.from_arrays(begins, pa.array(np.stack(levels, 1).ravel())),
            pa.ListArray.from_arrays(
                begins, pa.array(np.stack(weights, 1).ravel().astype(np.float32))
            ),
            names.take(pa.array(pairs.key, mask=pairs.key == UNKNOWN)),
        ]
        return pa.table(columns, schema=FOUND)


class _Pairs:
    """Pairs while they are asked about: what they weigh so far, and how alike they are."""

    def __init__(self, left: Ints, right: Ints, key: Ints, prior: float) -> None:
        self.left, self.right, self.key = left, right, key
        self.total: Weights = np.full(len(left), prior)
        self.levels: dict[int, Grades] = {}

    def ask(self, number: int, one: _Weighed, often: Mapping[str, Weights]) -> None:
        """Weigh them by one comparison more."""
        levels = one.alike.levels(self.left, self.right)
        self.levels[number] = levels
        self.total += one.weights(levels, self.left, self.right, often)

    def let_go(self, most: Any, at_least: float) -> None:
        """Those that cannot come to a weight any more, whatever they may still get at most."""
        keep = np.flatnonzero((self.total + most >= at_least) | (self.key != UNKNOWN))
        if len(keep) < len(self.total):
            self.keep(keep)

    def keep(self, some: Any) -> None:
        """These, and no others."""
        self.left, self.right, self.key = self.left[some], self.right[some], self.key[some]
        self.total = self.total[some]
        self.levels = {at: levels[some] for at, levels in self.levels.items()}


def _shares(numbers: Ints) -> Weights:
    """Log2 of the share of the rows that say anything, by the number of what they say."""
    counts = np.bincount(numbers[numbers != UNKNOWN])
    return np.log2(np.maximum(counts, 1) / max(int(counts.sum()), 1))
