"""Texts and sets by number: how near two texts are, and whether two sets share anything.

What compares letters is worked out once for each two distinct values that meet.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np
from rapidfuzz.distance import Levenshtein
from rapidfuzz.process import cpdist

from candlemark.linkage.engine.numbers import spread

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from candlemark.linkage.engine.numbers import Ints, Longs

    Marks: TypeAlias = NDArray[np.bool_]


class Letters:
    """Texts by number, and how near two of them are."""

    def __init__(self) -> None:
        self.texts: Any = np.empty(0, object)
        self.lengths: Longs = np.empty(0, np.int64)
        self.several: Marks = np.empty(0, dtype=bool)
        """Whether a text is more than one word."""
        self._letters: NDArray[np.uint64] = np.empty(0, np.uint64)
        """Which letters a text has, a bit for each, or for some together."""

    def add(self, texts: Sequence[str]) -> None:
        """Texts that have the numbers after those that are there."""
        made = np.empty(len(texts), object)
        made[:] = texts
        self.texts = np.concatenate([self.texts, made])
        lengths = np.asarray([len(text) for text in texts], np.int64)
        self.lengths = np.concatenate([self.lengths, lengths])
        several = np.asarray([" " in text for text in texts], dtype=bool)
        self.several = np.concatenate([self.several, several])
        self._letters = np.concatenate([self._letters, _letters(texts, lengths)])

    def may_be(self, left: Longs, right: Longs, share: float) -> Marks:
        """Whether texts may be so near; one step changes one letter for another at most."""
        a, b = self.lengths[left], self.lengths[right]
        other = np.bitwise_count(self._letters[left] ^ self._letters[right]).astype(np.int64)
        steps = np.maximum(np.abs(a - b), (other + 1) // 2)
        longest = np.maximum(np.maximum(a, b), 1)
        return np.asarray(1.0 - steps / (1.0 * longest) >= share, dtype=bool)

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


def _letters(texts: Sequence[str], lengths: Longs) -> NDArray[np.uint64]:
    # Each text with one sign more, so that none is empty; it is the same in all.
    signs = np.frombuffer("".join(f"{text}\0" for text in texts).encode("utf-32-le"), np.uint32)
    bits = np.uint64(1) << (signs & np.uint32(63)).astype(np.uint64)
    begins = np.cumsum(lengths + 1) - lengths - 1
    return np.bitwise_or.reduceat(bits, begins) if len(texts) else np.empty(0, np.uint64)


def near_enough(
    texts: Letters, left: Longs, right: Longs, near: NDArray[np.float64], share: float
) -> Marks:
    """Whether texts are so near; not when one is so much longer that they cannot be."""
    a, b = texts.lengths[left], texts.lengths[right]
    # In hundredths, as the condition is read: 0.7 times 10 is 7 there and not a little less.
    enough = 100 * np.minimum(a, b) >= round(100 * share) * np.maximum(a, b)
    return np.asarray(enough & (near >= float(f"{share:.2f}")), dtype=bool)


class Sets:
    """Sets of numbers by number, and whether two of them have anything in common."""

    def __init__(self) -> None:
        self._begins: Longs = np.zeros(1, np.int64)
        self._each: Ints = np.empty(0, np.int32)
        self._some: NDArray[np.uint64] = np.empty(0, np.uint64)
        """What is in a set, a bit for each, or for some together."""

    def add(self, sizes: Longs, each: Ints) -> None:
        """Sets that have the numbers after those that are there: how large, and what is in them."""
        bits = np.uint64(1) << (each & 63).astype(np.uint64)
        some = np.zeros(len(sizes), np.uint64)
        np.bitwise_or.at(some, np.repeat(np.arange(len(sizes)), sizes), bits)
        self._some = np.concatenate([self._some, some])
        self._begins = np.concatenate([self._begins, self._begins[-1] + np.cumsum(sizes)])
        self._each = np.concatenate([self._each, each])

    def __len__(self) -> int:
        return len(self._some)

    def share(self, left: Ints | Longs, others: Sets, right: Ints | Longs) -> Marks:
        """Of each two, whether they do; the right are of these sets, or others of such numbers."""
        found: Marks = np.asarray(self._some[left] & others._some[right], dtype=bool)
        asked = np.flatnonzero(found)
        a, b = self._begins[left[asked]], others._begins[right[asked]]
        many = others._begins[right[asked] + 1] - b
        whose, nth = spread((self._begins[left[asked] + 1] - a) * many)
        one, other = a[whose] + nth // many[whose], b[whose] + nth % many[whose]
        equal = self._each[one] == others._each[other]
        found[asked] = np.bincount(whose[equal], minlength=len(asked)) > 0
        return found
