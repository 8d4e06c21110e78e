"""Candidates: pairs of rows that agree on everything in one rule.

A value that very many rows share finds nothing any more: a hundred thousand identical rows would
be five billion pairs, none of them told apart from another.  Such values are left out, counted, and
said.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from candlemark.linkage.engine.numbers import UNKNOWN, groups, mixed, spread

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from candlemark.linkage.engine.numbers import Ints, Longs, Numbered


@dataclass(frozen=True, slots=True)
class TooCommon:
    """Values of a rule that too many rows share, so that no pair was looked for among them."""

    rule: tuple[str, ...]
    values: int
    rows: int
    """Rows of the largest of them."""

    def __str__(self) -> str:
        return (
            f"{', '.join(self.rule)}: {self.values:,} values too common to find anything by"
            f" (one is in {self.rows:,} rows)"
        )


def keys_of(rule: Sequence[str], rows: Numbered) -> tuple[NDArray[np.uint64], Ints]:
    """Each row under each of its values of a rule; rows without one are out.

    Returns:
        Keys of 64 bits, in the order of the rows, and places of rows.  A clash of two keys only
        adds a candidate.
    """
    at = np.arange(rows.rows, dtype=np.int32)
    keys = np.zeros(rows.rows, np.uint64)
    for name in rule:
        if rows.is_list(name):
            begins, numbers = rows.listed(name)
            whose, nth = spread((begins[1:] - begins[:-1])[at])
            at, keys = at[whose], mixed(keys[whose], numbers[begins[at[whose]] + nth])
        else:
            numbers = rows.of(name)[at]
            known = numbers != UNKNOWN
            at, keys = at[known], mixed(keys[known], numbers[known])
    return keys, at


class Meetings:
    """Who meets whom by one rule: rows in groups that have one value.

    Args:
        rule: columns.
        rows: all that are there.
        most: more rows than this in one group find nothing.
        grows: whether rows will be added; if none will, those that meet nobody are not kept.
    """

    def __init__(
        self, rule: Sequence[str], rows: Numbered, most: int, *, grows: bool = True
    ) -> None:
        self.rule, self.most = tuple(rule), most
        keys, at = keys_of(rule, rows)
        # A key and its row as one number: the highest bits of the key, and the row under it.
        self._bits = np.uint64(rows.rows.bit_length())
        both = (keys >> self._bits << self._bits) | at.astype(np.uint64)
        both.sort()
        _, sizes = groups(both >> self._bits)
        self.too_common = self._too_common(sizes)
        if not grows:
            meet = (sizes > 1) & (sizes <= most)
            both, sizes = both[np.repeat(meet, sizes)], sizes[meet]
        self._rows = (both & ((np.uint64(1) << self._bits) - np.uint64(1))).astype(np.int32)
        self._keys = both >> self._bits if grows else np.empty(0, np.uint64)
        self._entries = None if grows else self._entered(sizes)

    def _too_common(self, sizes: Longs) -> TooCommon | None:
        """What is left out; None when nothing is."""
        over = sizes[sizes > self.most]
        return TooCommon(self.rule, len(over), int(over.max())) if len(over) else None

    def entries(self) -> tuple[Ints, Ints, Ints]:
        """Rows in their order, where each stands in the groups, and how many stand after it there.

        Only those that somebody stands after.
        """
        if self._entries is None:
            self._entries = self._entered(groups(self._keys)[1])
        return self._entries

    def _entered(self, sizes: Longs) -> tuple[Ints, Ints, Ints]:
        whose, nth = spread(sizes)
        after = np.where(sizes <= self.most, sizes, 0)[whose] - nth - 1
        place = np.flatnonzero(after > 0)
        place |= self._rows[place].astype(np.int64) << 32
        place.sort()
        place &= (1 << 32) - 1
        return self._rows[place], place.astype(np.int32), after[place].astype(np.int32)

    def among(self, first: int, end: int) -> tuple[Ints, Ints]:
        """Pairs whose lesser row is at or after ``first`` and before ``end``."""
        rows, place, after = self.entries()
        # Asked by numbers of another size, all rows would be written anew for each block.
        low, high = np.searchsorted(rows, np.asarray((first, end), rows.dtype))
        whose, nth = spread(after[low:high].astype(np.int64))
        return rows[low:high][whose], self._rows[place[low:high][whose] + nth + 1]

    def add(self, rows: Numbered, first: int) -> tuple[Ints, Ints]:
        """Take in rows, the first of which has this number; gives the pairs they are part of."""
        keys, at = keys_of(self.rule, rows)
        keys = keys >> self._bits
        order = np.argsort(keys, kind="stable")
        keys, at = keys[order], (at[order] + first).astype(np.int32)
        where = np.searchsorted(self._keys, keys, side="right")
        self._keys = np.insert(self._keys, where, keys)
        self._rows = np.insert(self._rows, where, at)
        self._entries = None
        low = np.searchsorted(self._keys, keys, side="left")
        sizes = np.searchsorted(self._keys, keys, side="right") - low
        sizes = np.where(sizes <= self.most, sizes, 0)
        whose, nth = spread(sizes)
        other = self._rows[low[whose] + nth]
        return np.minimum(at[whose], other), np.maximum(at[whose], other)

    def of(self, rows: Ints) -> tuple[Ints, Ints]:
        """The pairs that some rows are part of."""
        place = np.flatnonzero(np.isin(self._rows, rows))
        low = np.searchsorted(self._keys, self._keys[place], side="left")
        sizes = np.searchsorted(self._keys, self._keys[place], side="right") - low
        whose, nth = spread(np.where(sizes <= self.most, sizes, 0))
        one, other = self._rows[place[whose]], self._rows[low[whose] + nth]
        return np.minimum(one, other), np.maximum(one, other)


def distinct(
    pairs: Sequence[tuple[Ints, Ints]], size: int, apart: NDArray[np.bool_] | None, of: Ints
) -> tuple[Ints, Ints]:
    """Pairs of several rules, each once, in their order.

    Args:
        pairs: left and right rows.
        size: more than the number of any row.
        apart: by the number of a source, whether no two of its records are one.
        of: the source of each row.
    """
    bits = size.bit_length()
    keys = np.concatenate([(left.astype(np.int64) << bits) | right for left, right in pairs])
    keys.sort()
    if len(keys):
        keys = keys[np.concatenate(([True], keys[1:] != keys[:-1]))]
    left, right = (keys >> bits).astype(np.int32), (keys & ((1 << bits) - 1)).astype(np.int32)
    keep = left != right
    if apart is not None:
        keep &= (of[left] != of[right]) | ~apart[of[left]]
    return (left, right) if keep.all() else (left[keep], right[keep])
