"""Rows as whole numbers: equal cells have equal numbers, also when more rows come later.

Nothing that is asked of millions of pairs is asked of texts: what a text says is worked out once
for each distinct one, and pairs are looked up by number.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, TypeAlias

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from candlemark.linkage.engine.flat import joined

if TYPE_CHECKING:
    from collections.abc import Container, Sequence

    from numpy.typing import NDArray

    Ints: TypeAlias = NDArray[np.int32]
    Longs: TypeAlias = NDArray[np.int64]

UNKNOWN: Final = -1
"""The number of a cell that says nothing."""
_HEARD, _LONGEST = "_heard", "_longest"
"""Given and family name may have changed places, so theirs have numbers in common."""


class Values:
    """The distinct values of a column, each with its number."""

    def __init__(self) -> None:
        self._known: Any = None

    def __len__(self) -> int:
        return 0 if self._known is None else len(self._known)

    def numbers_of(self, some: Sequence[str]) -> Ints:
        """Numbers of those values that are there."""
        found = pc.index_in(pa.array(list(some), self._known.type), value_set=self._known)
        return np.asarray(pc.drop_null(found), dtype=np.int32)

    def number(self, cells: pa.Array) -> tuple[Ints, Longs]:
        """Numbers of cells, and where each value that is new stands first, by its number."""
        if self._known is None:
            coded = pc.dictionary_encode(cells)
            self._known = coded.dictionary
            numbers = _filled(coded.indices)
            return numbers, _firsts(numbers, len(self._known))
        numbers = _filled(pc.index_in(cells, value_set=self._known, skip_nulls=True))
        strange = np.flatnonzero((numbers == UNKNOWN) & np.asarray(pc.is_valid(cells)))
        if not len(strange):
            return numbers, np.empty(0, np.int64)
        coded = pc.dictionary_encode(cells.take(pa.array(strange)))
        found = _filled(coded.indices)
        numbers[strange] = found + len(self._known)
        self._known = pa.concat_arrays([self._known, coded.dictionary])
        return numbers, strange[_firsts(found, len(coded.dictionary))]


def _filled(indices: pa.Array) -> Ints:
    return np.array(pc.fill_null(indices, UNKNOWN), dtype=np.int32)


def _firsts(numbers: Ints, count: int) -> Longs:
    """Where each number stands first."""
    first = np.zeros(count + 1, np.int64)
    first[numbers[::-1]] = np.arange(len(numbers) - 1, -1, -1)  # the last one written stays
    return first[:count]


class Numbered:
    """The columns of some rows as numbers, each worked out when it is first asked for.

    Args:
        flat: rows of ``flat.flat_rows``.
        values: by column; what is new is added.
    """

    def __init__(self, flat: pa.Table, values: dict[str, Values]) -> None:
        self.flat = flat
        self._values = values
        self._numbers: dict[str, Ints] = {}
        self._lists: dict[str, tuple[Longs, Ints]] = {}

    @property
    def rows(self) -> int:
        """How many there are."""
        return int(self.flat.num_rows)

    def keep(self, names: Container[str]) -> None:
        """Nothing more will be asked of other columns."""
        self.flat = self.flat.select([name for name in self.flat.column_names if name in names])
        self._numbers = {name: each for name, each in self._numbers.items() if name in names}
        self._lists = {name: each for name, each in self._lists.items() if name in names}

    def cells(self, name: str) -> Any:
        """A column as it is."""
        return self.flat[name].combine_chunks()

    def is_list(self, name: str) -> bool:
        """Whether a cell holds several values."""
        return bool(pa.types.is_list(self.flat.schema.field(name).type))

    def of(self, name: str) -> Ints:
        """One number for each row; a list is one value."""
        if name not in self._numbers:
            cells = joined(self.cells(name)) if self.is_list(name) else self.cells(name)
            key = _HEARD if name.endswith(_HEARD) else name
            self._numbers[name] = self._values.setdefault(key, Values()).number(cells)[0]
        return self._numbers[name]

    def listed(self, name: str) -> tuple[Longs, Ints]:
        """Of a column of lists, where each row's values begin and end, and their numbers."""
        if name not in self._lists:
            cells = self.cells(name)
            key = _LONGEST if name.endswith(_LONGEST) else name
            values = self._values.setdefault(f"{key}[]", Values())
            numbers = values.number(cells.flatten())[0]
            lengths = np.asarray(pc.fill_null(pc.list_value_length(cells), 0), dtype=np.int64)
            self._lists[name] = np.concatenate(([0], np.cumsum(lengths))), numbers
        return self._lists[name]


def picked_lists(begins: Longs, each: Ints, some: Longs) -> tuple[Longs, Ints]:
    """Of lists in one, some: how long each is, and what is in them."""
    sizes = begins[some + 1] - begins[some]
    whose, nth = spread(sizes)
    return sizes, each[begins[some[whose]] + nth]


def mixed(keys: NDArray[np.uint64], numbers: Ints) -> NDArray[np.uint64]:
    """One number of 64 bits for a key and a number more; that two are mixed up is very rare."""
    found = (keys ^ numbers.astype(np.uint64)) * np.uint64(0x9E3779B97F4A7C15)
    return np.asarray(found ^ (found >> np.uint64(29)), dtype=np.uint64)


def spread(counts: Longs) -> tuple[Longs, Longs]:
    """For things that stand for several each: whose each is, and the how-manieth of its own."""
    whose = np.repeat(np.arange(len(counts)), counts)
    return whose, np.arange(len(whose)) - np.repeat(np.cumsum(counts) - counts, counts)


def groups(ordered: NDArray[Any]) -> tuple[Longs, Longs]:
    """Of numbers in their order, where each begins, and how often it stands there."""
    if not len(ordered):
        return np.empty(0, np.int64), np.empty(0, np.int64)
    begins = np.flatnonzero(np.concatenate(([True], ordered[1:] != ordered[:-1])))
    return begins, np.diff(begins, append=len(ordered))
