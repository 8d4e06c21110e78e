"""How alike two names are, by number: written, heard, their consonants, their words and keys."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa

from candlemark.linkage.engine.letters import Letters, Sets, near_enough
from candlemark.linkage.engine.levels import CHANGED_PLACES, levels_of
from candlemark.linkage.engine.numbers import UNKNOWN, picked_lists
from candlemark.linkage.engine.valued import Valued, more, picked

if TYPE_CHECKING:
    from candlemark.linkage.engine.letters import Marks
    from candlemark.linkage.engine.numbers import Ints, Longs, Numbered
    from candlemark.linkage.engine.plan import Compared
    from candlemark.linkage.engine.valued import Grades


class _Keys:
    """The keys of each row's name, of which those of another name are looked up."""

    def __init__(self) -> None:
        self._sets = Sets()
        self._number: Ints = np.empty(0, np.int32)

    def take(self, rows: Numbered, name: str) -> None:
        """Rows that follow those that are there."""
        numbers = rows.of(name)
        new, first = np.unique(numbers, return_index=True)
        self._sets.add(*picked_lists(*rows.listed(name), first[new >= len(self._sets)]))
        self._number = more(self._number, numbers)

    def share(self, left: Ints, others: _Keys, right: Ints) -> Marks:
        """Whether rows have one in common with other rows."""
        a, b = self._number[left], others._number[right]
        found: Marks = np.asarray((a != UNKNOWN) & (b != UNKNOWN), dtype=bool)
        found[found] = self._sets.share(a[found], others._sets, b[found])
        return found


class Names(Valued):
    """Names: written, heard, their consonants, their words and keys."""

    def __init__(self, one: Compared) -> None:
        super().__init__(one)
        self._plain, self._heard, self._bare = Letters(), Letters(), Letters()
        self._keys, self._words = Sets(), Sets()
        self._number: list[Ints] = [np.empty(0, np.int32) for _ in range(2)]
        """Of each value, the numbers of what is written and what is heard."""
        self._sounds: Ints = np.empty(0, np.int32)
        self._others: Ints = np.empty(0, np.int32)
        self._own_keys, self._other_keys = _Keys(), _Keys()
        self._labels = levels_of(one).labels

    def take(self, rows: Numbered) -> None:
        """Rows that follow those that are there."""
        name = self.one.name
        plain, keys = rows.of(name), rows.of(f"{name}_longest")
        both = plain.astype(np.int64) << 32 | (keys + 1)
        cells = pa.array(both, mask=plain == UNKNOWN)
        numbers, new = self._values.number(cells)
        self._value = more(self._value, numbers)
        heard = rows.of(f"{name}_heard")
        for at, found in enumerate((plain, heard)):
            self._number[at] = more(self._number[at], found[new])
        if self.one.crossed:
            self._sounds = more(self._sounds, heard)
            self._others = more(self._others, rows.of(f"{self.one.crossed}_heard"))
            self._own_keys.take(rows, f"{name}_longest")
            self._other_keys.take(rows, f"{self.one.crossed}_longest")
        self._learn(rows, new)

    def _learn(self, rows: Numbered, new: Longs) -> None:
        name = self.one.name
        for part, texts in (("", self._plain), ("_heard", self._heard), ("_bare", self._bare)):
            texts.add(rows.cells(f"{name}{part}").take(pa.array(new)).to_pylist())
        for part, sets in (("_longest", self._keys), ("_words", self._words)):
            sets.add(*picked_lists(*rows.listed(f"{name}{part}"), new))

    def levels(self, left: Ints, right: Ints) -> Grades:
        """The level of each pair; where names changed places, the one comparison says so."""
        found = super().levels(left, right)
        if self.one.crossed:
            turned = self._turned(left, right) & (found != UNKNOWN)
            here = self.one.name < self.one.crossed
            found[turned] = self._labels.index(CHANGED_PLACES) if here else UNKNOWN
        return found

    def _turned(self, left: Ints, right: Ints) -> Marks:
        """Whether each is heard as the other's other name, or has its consonants and no others."""
        a, b = self._sounds[left], self._sounds[right]
        crossed = (a == self._others[right]) & (b == self._others[left])
        known = (a != UNKNOWN) & (b != UNKNOWN)
        found: Marks = crossed & (a != b) & known
        own, other, at = self._own_keys, self._other_keys, np.flatnonzero(known & ~found)
        across, straight = ((own, other), (other, own)), ((own, own), (other, other))
        for one, another in across:
            at = at[one.share(left[at], another, right[at])]
        for one, another in straight:
            at = at[~one.share(left[at], another, right[at])]
        found[at] = True
        return found

    def _judged(self, left: Longs, right: Longs) -> Grades:
        written, heard = (of[left] == of[right] for of in self._number)
        levels = np.full(len(left), len(self._labels) - 1, np.int8)
        rest = np.flatnonzero(~(written | heard))
        levels[rest] = self._nearly(left[rest], right[rest])
        levels[heard] = self._labels.index("heard as one")
        levels[written] = 0
        return levels

    def _nearly(self, left: Longs, right: Longs) -> Grades:
        """Levels of names that neither are written nor heard as one."""
        share_key = self._keys.share(left, self._keys, right)
        asked = np.flatnonzero(share_key | self._plain.may_be(left, right, 0.4))
        near = np.zeros(len(left))
        near[asked] = self._plain.near(left[asked], right[asked])
        near_plain = {at: near_enough(self._plain, left, right, near, at) for at in (0.68, 0.4)}
        asked = np.flatnonzero(share_key | near_plain[0.4])
        score = np.full(len(left), -1.0)
        bare = np.full(len(left), -1.0)
        heard = self._heard.near(left[asked], right[asked])
        bare[asked] = self._bare.near(left[asked], right[asked])
        folded = np.maximum(heard, 0.55 * heard + 0.45 * bare[asked])
        score[asked] = (near[asked] + folded) / 2
        very = near_plain[0.68] & (score >= 0.84)
        consonants = share_key & (score >= 0.45)
        nearly = near_plain[0.4] & (score >= 0.7)
        rest = ~(very | consonants | nearly) & (bare == -1.0)
        rest = np.flatnonzero(rest & self._bare.may_be(left, right, 0.74))
        bare[rest] = self._bare.near(left[rest], right[rest])
        same_bare = near_enough(self._bare, left, right, bare, 0.74)
        words = self._share_word(left, right, very | consonants | nearly | same_bare)
        at = self._labels.index("very alike")
        found = picked(left < 0, [very, consonants, nearly, same_bare, words])
        return (found + at).astype(np.int8)

    def _share_word(self, left: Longs, right: Longs, done: Marks) -> Marks:
        """Whether names of which one has several words share one; asked where nothing else held."""
        several = self._plain.several
        asked = np.flatnonzero((several[left] | several[right]) & ~done)
        found = np.zeros(len(left), dtype=bool)
        found[asked] = self._words.share(left[asked], self._words, right[asked])
        return found
