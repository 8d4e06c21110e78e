"""How alike the values of two rows are, by number: the same levels as the conditions of ``levels``.

Those are SQL, which Splink trains with; these are asked of all candidates.  A test holds the one
against the other, value by value.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from candlemark.linkage.engine.alike_names import Names
from candlemark.linkage.engine.letters import Letters, Sets, near_enough
from candlemark.linkage.engine.numbers import UNKNOWN, picked_lists
from candlemark.linkage.engine.valued import Valued, more, picked

if TYPE_CHECKING:
    from candlemark.linkage.engine.letters import Marks
    from candlemark.linkage.engine.numbers import Ints, Longs, Numbered
    from candlemark.linkage.engine.plan import Compared
    from candlemark.linkage.engine.valued import Alike, Grades

_NOTHING: Final = np.iinfo(np.int32).min
"""A number of a row that says none."""
_NIBBLES: Final = 0x11111111


def alike(one: Compared) -> Alike:
    """What compares by a comparison of a plan."""
    if one.kind == "name":
        return Names(one)
    if one.kind == "day":
        return _Days(one)
    if one.kind in {"minute", "number"}:
        return _Counts(one)
    if one.kind == "terms":
        return _Terms(one)
    return _Same(one) if one.kind == "same" else _Texts(one)


class _Same:
    """Texts that are equal or not."""

    dear = False

    def __init__(self, one: Compared) -> None:
        self.one = one
        self._value: Ints = np.empty(0, np.int32)

    def take(self, rows: Numbered) -> None:
        self._value = more(self._value, rows.of(self.one.name))

    def known(self) -> Marks:
        return np.asarray(self._value != UNKNOWN, dtype=bool)

    def levels(self, left: Ints, right: Ints) -> Grades:
        a, b = self._value[left], self._value[right]
        return picked((a == UNKNOWN) | (b == UNKNOWN), [a == b])


class _Days:
    """Days, and spans of days."""

    dear = False

    def __init__(self, one: Compared) -> None:
        self.one = one
        self._low, self._high, self._digits = (np.empty(0, np.int32) for _ in range(3))

    def take(self, rows: Numbered) -> None:
        low, high = (
            _counted(pc.cast(rows.cells(f"{self.one.name}{part}"), pa.int32()))
            for part in ("_lo", "_hi")
        )
        self._low, self._high = more(self._low, low), more(self._high, high)
        self._digits = more(self._digits, _digits(np.where(low == high, low, _NOTHING)))

    def known(self) -> Marks:
        return np.asarray(self._low != _NOTHING, dtype=bool)

    def levels(self, left: Ints, right: Ints) -> Grades:
        a, b = self._digits[left], self._digits[right]
        found = np.zeros(len(left), np.int8)
        rest = np.flatnonzero((a != b) | (a == 0))
        if not len(rest):
            return found
        left, right, a, b = left[rest], right[rest], a[rest], b[rest]
        low, since = self._low[left], self._low[right]
        unknown = (low == _NOTHING) | (since == _NOTHING)
        exact = (a != 0) & (b != 0)
        slip = exact & _one_slip(a, b)
        # An end that is not known is before every day.
        within = (low <= self._high[right]) & (since <= self._high[left])
        apart = np.abs(low.astype(np.int64) - since)
        near = [slip, ~exact & within, exact & (apart <= 3), exact & (apart <= 31)]
        found[rest] = np.where(unknown, UNKNOWN, picked(unknown, near) + 1)
        return found


def _counted(numbers: pa.Array) -> Ints:
    return np.array(pc.fill_null(numbers, int(_NOTHING)), dtype=np.int32)


def _digits(days: Ints) -> Ints:
    """A day as YYYYMMDD, four bits for each digit; 0 where there is none."""
    when = np.where(days == _NOTHING, 0, days).astype("datetime64[D]")
    months = when.astype("datetime64[M]")
    month = months.astype(np.int64) % 12 + 1
    year = when.astype("datetime64[Y]").astype(np.int64) + 1970
    number = year * 10000 + month * 100 + (when - months).astype(np.int64) + 1
    found = np.zeros(len(days), np.int64)
    for place in range(8):
        found |= (number // 10**place % 10) << (4 * place)
    return np.where(days == _NOTHING, 0, found).astype(np.int32)


def _one_slip(left: Ints, right: Ints) -> Marks:
    """Not more than one digit is another, or month and day have changed places."""
    other = left ^ right
    where = (other | other >> 1 | other >> 2 | other >> 3) & _NIBBLES
    year = other >> 16 == 0
    turned = ((left & 0xFF) == (right >> 8 & 0xFF)) & ((right & 0xFF) == (left >> 8 & 0xFF))
    return np.asarray((where & (where - 1) == 0) | (year & turned), dtype=bool)


class _Counts:
    """Whole numbers: minutes of a day, or how many."""

    dear = False

    def __init__(self, one: Compared) -> None:
        self.one = one
        self._value: Ints = np.empty(0, np.int32)

    def take(self, rows: Numbered) -> None:
        self._value = more(self._value, _counted(rows.cells(self.one.name)))

    def known(self) -> Marks:
        return np.asarray(self._value != _NOTHING, dtype=bool)

    def levels(self, left: Ints, right: Ints) -> Grades:
        a, b = self._value[left], self._value[right]
        apart = np.abs(a.astype(np.int64) - b)
        near = [apart <= 15, apart <= 120] if self.one.kind == "minute" else [apart == 1]
        return picked((a == _NOTHING) | (b == _NOTHING), [apart == 0, *near])


class _Terms(Valued):
    """Lists of terms: all the same, or one in common."""

    dear = False

    def __init__(self, one: Compared) -> None:
        super().__init__(one)
        self._terms = Sets()

    def take(self, rows: Numbered) -> None:
        numbers, new = self._values.number(rows.cells(self.one.name))
        self._value = more(self._value, numbers)
        self._terms.add(*picked_lists(*rows.listed(f"{self.one.name}_terms"), new))

    def _judged(self, left: Longs, right: Longs) -> Grades:
        return picked(left < 0, [left == right, self._terms.share(left, self._terms, right)])


class _Texts(Valued):
    """Texts that are equal, or differ in some letters."""

    def __init__(self, one: Compared) -> None:
        super().__init__(one)
        self._text = Letters()

    def take(self, rows: Numbered) -> None:
        cells = rows.cells(self.one.name)
        numbers, new = self._values.number(cells)
        self._value = more(self._value, numbers)
        self._text.add(cells.take(pa.array(new)).to_pylist())

    def _judged(self, left: Longs, right: Longs) -> Grades:
        near, asked = np.zeros(len(left)), np.flatnonzero(self._text.may_be(left, right, 0.7))
        near[asked] = self._text.near(left[asked], right[asked])
        levels = [near_enough(self._text, left, right, near, share) for share in (0.85, 0.7)]
        return picked(left < 0, [left == right, *levels])
