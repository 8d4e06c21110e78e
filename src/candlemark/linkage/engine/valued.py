"""What one comparison is asked, and what those have in common that compare distinct values."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, Protocol, TypeAlias

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from candlemark.linkage.engine.numbers import UNKNOWN, Values

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    from candlemark.linkage.engine.letters import Marks
    from candlemark.linkage.engine.numbers import Ints, Longs, Numbered
    from candlemark.linkage.engine.plan import Compared

    Grades: TypeAlias = NDArray[np.int8]

_LOW: Final = (1 << 32) - 1
_SPREAD: Final = np.uint64(0x9E3779B97F4A7C15)
_FEWEST_BITS, _MOST_BITS = 10, 20
"""Of places for pairs that were judged: about as many as there are rows, nine bytes each."""


class Alike(Protocol):
    """One comparison: takes rows in, and says how alike two of them are."""

    dear: bool
    """Whether it compares letters, so that it is better asked after the others."""

    def take(self, rows: Numbered) -> None:
        """Rows that follow those that are there."""

    def known(self) -> Marks:
        """Of each row, whether it says anything."""

    def levels(self, left: Ints, right: Ints) -> Grades:
        """The level of each pair of rows; :data:`~.numbers.UNKNOWN` where one says nothing."""


def more(some: Any, coming: Any) -> Any:
    """Numbers of rows, and of those that come after them."""
    return coming if not len(some) else np.concatenate([some, coming])


def picked(unknown: Marks, conditions: Sequence[Marks]) -> Grades:
    """The first condition that holds; their number where none does."""
    found = np.full(len(unknown), len(conditions), np.int8)
    for number in range(len(conditions) - 1, -1, -1):
        found[conditions[number]] = number
    found[unknown] = UNKNOWN
    return found


class _Judged:
    """Levels of pairs of values, as far as there is room: common names meet in every block.

    Each pair has one place, which it shares with others; who came last is kept.
    """

    def __init__(self, places: int) -> None:
        bits = min(max(places.bit_length(), _FEWEST_BITS), _MOST_BITS)
        self._shift = np.uint64(64 - bits)
        self._keys = np.full(1 << bits, UNKNOWN, np.int64)
        self._levels = np.empty(1 << bits, np.int8)

    def levels(self, keys: Longs, judge: Callable[[Longs, Longs], Grades]) -> Grades:
        """Of pairs, each two numbers of values in one; those that are not there are judged."""
        place = self._place(keys)
        found = self._levels[place]
        strange = np.flatnonzero(self._keys[place] != keys)
        if len(strange):
            coded = pc.dictionary_encode(pa.array(keys[strange]))
            each = np.asarray(coded.dictionary)
            levels = judge(each >> 32, each & _LOW)
            found[strange] = levels[np.asarray(coded.indices)]
            place = self._place(each)
            self._keys[place] = each
            kept = self._keys[place] == each
            self._levels[place[kept]] = levels[kept]
        return found

    def _place(self, keys: Longs) -> Longs:
        return ((keys.view(np.uint64) * _SPREAD) >> self._shift).astype(np.int64)


class Valued:
    """What is compared by distinct values: their numbers, and what is known of each."""

    dear = True

    def __init__(self, one: Compared) -> None:
        self.one = one
        self._values = Values()
        self._value: Ints = np.empty(0, np.int32)
        self._done: _Judged | None = None

    def known(self) -> Marks:
        """Of each row, whether it says anything."""
        return np.asarray(self._value != UNKNOWN, dtype=bool)

    def levels(self, left: Ints, right: Ints) -> Grades:
        """The level of each pair of rows, judged once for each two values that meet in a block."""
        a, b = self._value[left], self._value[right]
        known = (a != UNKNOWN) & (b != UNKNOWN)
        if known.all():
            return self._asked(a, b)
        found = np.full(len(left), UNKNOWN, np.int8)
        found[known] = self._asked(a[known], b[known])
        return found

    def _asked(self, a: Ints, b: Ints) -> Grades:
        if self._done is None:
            self._done = _Judged(len(self._value))
        keys = np.minimum(a, b).astype(np.int64) << 32 | np.maximum(a, b)
        return self._done.levels(keys, self._judged)

    def _judged(self, left: Longs, right: Longs) -> Grades:
        """The levels of pairs of distinct values."""
        raise NotImplementedError
