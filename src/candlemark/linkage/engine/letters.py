"""Texts and sets by number: how near two texts are, and whether two sets share anything.

What compares letters is worked out once for each two distinct values that meet.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np
from rapidfuzz.distance import Levenshtein
from rapidfuzz.process import cpdist

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from candlemark.linkage.engine.numbers import Longs

    Marks: TypeAlias = NDArray[np.bool_]


class Letters:
    """Texts by number, and how near two of them are."""

    def __init__(self) -> None:
        self.texts: Any = np.empty(0, object)
        self.lengths: Longs = np.empty(0, np.int64)
        self.several: Marks = np.empty(0, dtype=bool)
        """Whether a text is more than one word."""

    def add(self, texts: Sequence[str]) -> None:
        """Texts that have the numbers after those that are there."""
        made = np.empty(len(texts), object)
        made[:] = texts
        self.texts = np.concatenate([self.texts, made])
        lengths = np.asarray([len(text) for text in texts], np.int64)
        self.lengths = np.concatenate([self.lengths, lengths])
        several = np.asarray([" " in text for text in texts], dtype=bool)
        self.several = np.concatenate([self.several, several])

    def near(self, left: Longs, right: Longs) -> NDArray[np.float64]:
        """Normalised similarity by Levenshtein: 1 for equal, 0 for nothing in common."""
        steps = cpdist(
            self.texts[left].tolist(),
            self.texts[right].tolist(),
            scorer=Levenshtein.distance,
            dtype=np.int32,
        )
        longest = np.maximum(np.maximum(self.lengths[left], self.lengths[right]), 1)
        return np.asarray(1.0 - steps / (1.0 * longest), dtype=np.float64)


def near_enough(
    texts: Letters, left: Longs, right: Longs, near: NDArray[np.float64], share: float
) -> Marks:
    """Whether texts are so near; not when one is so much longer that they cannot be."""
    a, b = texts.lengths[left], texts.lengths[right]
    # In hundredths, as the condition is read: 0.7 times 10 is 7 there and not a little less.
    enough = 100 * np.minimum(a, b) >= round(100 * share) * np.maximum(a, b)
    return np.asarray(enough & (near >= float(f"{share:.2f}")), dtype=bool)


class Sets:
    """Sets by number, and whether two of them have anything in common."""

    def __init__(self) -> None:
        self._sets: Any = np.empty(0, object)
        self._once: dict[str, str] = {}

    def add(self, cells: Sequence[Sequence[str] | None]) -> None:
        """Sets that have the numbers after those that are there."""
        once = self._once.setdefault  # what is in many sets is kept once
        made = np.empty(len(cells), object)
        made[:] = [frozenset(once(one, one) for one in some or ()) for some in cells]
        self._sets = np.concatenate([self._sets, made])

    def share(self, left: Longs, right: Longs) -> Marks:
        """Of each two, whether they do."""
        sides = (self._sets[side].tolist() for side in (left, right))
        return ~np.fromiter(map(frozenset.isdisjoint, *sides), bool, len(left))
