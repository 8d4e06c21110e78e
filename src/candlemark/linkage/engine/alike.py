"""How alike the values of two rows are, by number: the same levels as the conditions of ``levels``.

Those are SQL, which Splink trains with; these are asked of all candidates.  A test holds the one
against the other, value by value.  What compares letters is worked out once for each two distinct
values that meet.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, Protocol, TypeAlias

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from rapidfuzz.distance import Levenshtein
from rapidfuzz.process import cpdist

from candlemark.linkage.engine.levels import CHANGED_PLACES, levels_of
from candlemark.linkage.engine.numbers import UNKNOWN, Values

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    from candlemark.linkage.engine.numbers import Ints, Longs, Numbered
    from candlemark.linkage.engine.plan import Compared

    Grades: TypeAlias = NDArray[np.int8]
    Marks: TypeAlias = NDArray[np.bool_]

_NOTHING: Final = np.iinfo(np.int32).min
"""A number of a row that says none."""
_NIBBLES: Final = 0x11111111


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


def alike(one: Compared) -> Alike:
    """What compares by a comparison of a plan."""
    if one.kind == "name":
        return _Names(one)
    if one.kind == "day":
        return _Days(one)
    if one.kind in {"minute", "number"}:
        return _Counts(one)
    if one.kind == "terms":
        return _Terms(one)
    return _Same(one) if one.kind == "same" else _Texts(one)


def _more(some: Any, more: Any) -> Any:
    return more if not len(some) else np.concatenate([some, more])


def _picked(unknown: Marks, conditions: Sequence[Marks]) -> Grades:
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


class _Same:
    """Texts that are equal or not."""

    dear = False

    def __init__(self, one: Compared) -> None:
        self.one = one
        self._value: Ints = np.empty(0, np.int32)

    def take(self, rows: Numbered) -> None:
        self._value = _more(self._value, rows.of(self.one.name))

    def known(self) -> Marks:
        return np.asarray(self._value != UNKNOWN, dtype=bool)

    def levels(self, left: Ints, right: Ints) -> Grades:
        a, b = self._value[left], self._value[right]
        return _picked((a == UNKNOWN) | (b == UNKNOWN), [a == b])


class _Days:
    """Days, and spans of days."""

    dear = False

    def __init__(self, one: Compared) -> None:
        self.one = one
        self._low, self._high, self._day, self._digits = (np.empty(0, np.int32) for _ in range(4))

    def take(self, rows: Numbered) -> None:
        name = self.one.name
        low, high, day = (
            _counted(pc.cast(rows.cells(f"{name}{part}"), pa.int32()))
            for part in ("_lo", "_hi", "_number")
        )
        self._low, self._high = _more(self._low, low), _more(self._high, high)
        self._day = _more(self._day, day)
        self._digits = _more(self._digits, _digits(day))

    def known(self) -> Marks:
        return np.asarray(self._low != _NOTHING, dtype=bool)

    def levels(self, left: Ints, right: Ints) -> Grades:
        low, since = self._low[left], self._low[right]
        unknown = (low == _NOTHING) | (since == _NOTHING)
        if unknown.all():
            return np.full(len(left), UNKNOWN, np.int8)
        a, b = self._day[left], self._day[right]
        exact = (a != _NOTHING) & (b != _NOTHING)
        apart = np.abs(a.astype(np.int64) - b)
        # An end that is not known is before every day.
        within = (low <= self._high[right]) & (since <= self._high[left])
        slip = exact & _one_slip(self._digits[left], self._digits[right])
        return _picked(
            unknown,
            [exact & (a == b), slip, ~exact & within, exact & (apart <= 3), exact & (apart <= 31)],
        )


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
        self._value = _more(self._value, _counted(rows.cells(self.one.name)))

    def known(self) -> Marks:
        return np.asarray(self._value != _NOTHING, dtype=bool)

    def levels(self, left: Ints, right: Ints) -> Grades:
        a, b = self._value[left], self._value[right]
        apart = np.abs(a.astype(np.int64) - b)
        near = [apart <= 15, apart <= 120] if self.one.kind == "minute" else [apart == 1]
        return _picked((a == _NOTHING) | (b == _NOTHING), [apart == 0, *near])


class _Valued:
    """What is compared by distinct values: their numbers, and what is known of each."""

    dear = True

    def __init__(self, one: Compared) -> None:
        self.one = one
        self._values = Values()
        self._value: Ints = np.empty(0, np.int32)

    def known(self) -> Marks:
        return np.asarray(self._value != UNKNOWN, dtype=bool)

    def levels(self, left: Ints, right: Ints) -> Grades:
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


class _Terms(_Valued):
    """Lists of terms: all the same, or one in common."""

    dear = False

    def __init__(self, one: Compared) -> None:
        super().__init__(one)
        self._terms: list[frozenset[str]] = []

    def take(self, rows: Numbered) -> None:
        name = self.one.name
        numbers, new = self._values.number(rows.cells(name))
        self._value = _more(self._value, numbers)
        terms = rows.cells(f"{name}_terms").take(pa.array(new)).to_pylist()
        self._terms += [frozenset(some or ()) for some in terms]

    def _judged(self, left: Longs, right: Longs) -> Grades:
        return _picked(left < 0, [left == right, _share(self._terms, left, right)])


class _Texts(_Valued):
    """Texts that are equal, or differ in some letters."""

    def __init__(self, one: Compared) -> None:
        super().__init__(one)
        self._text = _Letters()

    def take(self, rows: Numbered) -> None:
        cells = rows.cells(self.one.name)
        numbers, new = self._values.number(cells)
        self._value = _more(self._value, numbers)
        self._text.add(cells.take(pa.array(new)).to_pylist())

    def _judged(self, left: Longs, right: Longs) -> Grades:
        near = self._text.near(left, right)
        levels = [near_enough(self._text, left, right, near, share) for share in (0.85, 0.7)]
        return _picked(left < 0, [left == right, *levels])


class _Letters:
    """Texts by number, and how near two of them are."""

    def __init__(self) -> None:
        self.texts: Any = np.empty(0, object)
        self.lengths: Longs = np.empty(0, np.int64)
        self.several: Marks = np.empty(0, dtype=bool)
        """Whether a text is more than one word."""

    def add(self, texts: Sequence[str]) -> None:
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
    texts: _Letters, left: Longs, right: Longs, near: NDArray[np.float64], share: float
) -> Marks:
    """Whether texts are so near; not when one is so much longer that they cannot be."""
    a, b = texts.lengths[left], texts.lengths[right]
    # In hundredths, as the condition is read: 0.7 times 10 is 7 there and not a little less.
    enough = 100 * np.minimum(a, b) >= round(100 * share) * np.maximum(a, b)
    return np.asarray(enough & (near >= float(f"{share:.2f}")), dtype=bool)


def _share(sets: Sequence[frozenset[str]], left: Longs, right: Longs) -> Marks:
    """Whether two sets have anything in common."""
    pairs = zip(left.tolist(), right.tolist(), strict=True)
    return np.fromiter((not sets[a].isdisjoint(sets[b]) for a, b in pairs), bool, len(left))


class _Names(_Valued):
    """Names: written, heard, their consonants, their words and keys."""

    def __init__(self, one: Compared) -> None:
        super().__init__(one)
        self._plain, self._heard, self._bare = _Letters(), _Letters(), _Letters()
        self._once: dict[str, str] = {}
        self._keys: list[frozenset[str]] = []
        self._number: list[Ints] = [np.empty(0, np.int32) for _ in range(2)]
        """Of each value, the numbers of what is written and what is heard."""
        self._sounds: Ints = np.empty(0, np.int32)
        self._others: Ints = np.empty(0, np.int32)
        self._labels = levels_of(one).labels

    def take(self, rows: Numbered) -> None:
        name = self.one.name
        plain, keys = rows.of(name), rows.of(f"{name}_keys")
        both = plain.astype(np.int64) << 32 | (keys + 1)
        cells = pa.array(both, mask=plain == UNKNOWN)
        numbers, new = self._values.number(cells)
        self._value = _more(self._value, numbers)
        heard = rows.of(f"{name}_heard")
        for at, found in enumerate((plain, heard)):
            self._number[at] = _more(self._number[at], found[new])
        if self.one.crossed:
            self._sounds = _more(self._sounds, heard)
            self._others = _more(self._others, rows.of(f"{self.one.crossed}_heard"))
        self._learn(rows, pa.array(new))

    def _learn(self, rows: Numbered, new: pa.Array) -> None:
        name = self.one.name
        for part, texts in (("", self._plain), ("_heard", self._heard), ("_bare", self._bare)):
            texts.add(rows.cells(f"{name}{part}").take(new).to_pylist())
        once = self._once.setdefault  # a key is in the sets of many names
        for some in rows.cells(f"{name}_keys").take(new).to_pylist():
            self._keys.append(frozenset(once(key, key) for key in some or ()))

    def levels(self, left: Ints, right: Ints) -> Grades:
        found = super().levels(left, right)
        if self.one.crossed:
            turned = self._turned(left, right) & (found != UNKNOWN)
            here = self.one.name < self.one.crossed
            found[turned] = self._labels.index(CHANGED_PLACES) if here else UNKNOWN
        return found

    def _turned(self, left: Ints, right: Ints) -> Marks:
        """Whether each is heard as the other's other name."""
        a, b = self._sounds[left], self._sounds[right]
        crossed = (a == self._others[right]) & (b == self._others[left])
        return np.asarray(crossed & (a != b) & (a != UNKNOWN) & (b != UNKNOWN), dtype=bool)

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
        near = self._plain.near(left, right)
        share_key = _share(self._keys, left, right)
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
        rest = np.flatnonzero(~(very | consonants | nearly) & (bare == -1.0))
        bare[rest] = self._bare.near(left[rest], right[rest])
        same_bare = near_enough(self._bare, left, right, bare, 0.74)
        words = self._share_word(left, right, very | consonants | nearly | same_bare)
        at = self._labels.index("very alike")
        found = _picked(left < 0, [very, consonants, nearly, same_bare, words])
        return (found + at).astype(np.int8)

    def _share_word(self, left: Longs, right: Longs, done: Marks) -> Marks:
        """Whether names of which one has several words share one; asked where nothing else held."""
        several = self._plain.several
        asked = np.flatnonzero((several[left] | several[right]) & ~done)
        found = np.zeros(len(left), dtype=bool)
        texts = self._plain.texts
        pairs = zip(texts[left[asked]].tolist(), texts[right[asked]].tolist(), strict=True)
        found[asked] = [not set(a.split(" ")).isdisjoint(b.split(" ")) for a, b in pairs]
        return found
