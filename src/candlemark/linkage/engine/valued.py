"""What one comparison is asked, and what those have in common that compare distinct values."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol, TypeAlias

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


def _met(
    left: Ints, right: Ints, count: int, judge: Callable[[Longs, Longs], Grades]
) -> tuple[Grades, Longs]:
    """Judge each two distinct values that meet once; gives the levels of all pairs."""
    keys = np.minimum(left, right).astype(np.int64) * count + np.maximum(left, right)
    coded = pc.dictionary_encode(pa.array(keys))
    each = np.asarray(coded.dictionary)
    return judge(each // count, each % count), np.asarray(coded.indices)


class Valued:
    """What is compared by distinct values: their numbers, and what is known of each."""

    dear = True

    def __init__(self, one: Compared) -> None:
        self.one = one
        self._values = Values()
        self._value: Ints = np.empty(0, np.int32)

    def known(self) -> Marks:
        """Of each row, whether it says anything."""
        return np.asarray(self._value != UNKNOWN, dtype=bool)

    def levels(self, left: Ints, right: Ints) -> Grades:
        """The level of each pair of rows, asked once for each two values that meet."""
        a, b = self._value[left], self._value[right]
        known = np.flatnonzero((a != UNKNOWN) & (b != UNKNOWN))
        found = np.full(len(left), UNKNOWN, np.int8)
        if len(known):
            each, which = _met(a[known], b[known], len(self._values), self._judged)
            found[known] = each[which]
        return found

    def _judged(self, left: Longs, right: Longs) -> Grades:
        """The levels of pairs of distinct values."""
        raise NotImplementedError
