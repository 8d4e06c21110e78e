"""Rows as the engine compares them: one narrow column for each thing a condition asks for.

A name becomes three texts: as it is written in the 26 letters, as it sounds, and its consonants.
Each distinct value is worked out once.  Null stays null, an empty list and an empty text become it.
"""

from __future__ import annotations

import re
from contextlib import contextmanager
from functools import lru_cache
from itertools import product
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from candlemark.dates import PartialDate
from candlemark.errors import ColumnsDiffer, NotUnderstood
from candlemark.linkage.names.rules import ENDINGS_ALONE
from candlemark.linkage.unknowns import Notebook, known_days, says_unknown
from candlemark.tongues import ascii_key, fold, name_keys, sounding_key, tongue_of

if TYPE_CHECKING:
    from collections.abc import Callable, Container, Iterable, Iterator, Sequence
    from datetime import date

    from candlemark.linkage.engine.plan import Compared, Plan

_VOWELS: Final = re.compile("[aeiouy]")
_BREAKS: Final = re.compile(r"[\s.,\-]+")
_MOST_KEYS: Final = 24
"""Keys of one row; a record about a crowd is found by other things than its names."""


@contextmanager
def lean() -> Iterator[None]:
    """Arrow's columns from the system's memory, to which they go back as soon as they are done.

    Arrow's own pool keeps what it had, and the engine of tables beside it has another: together
    half as much again.
    """
    before = pa.default_memory_pool()
    pa.set_memory_pool(pa.system_memory_pool())
    try:
        yield
    finally:
        pa.set_memory_pool(before)


def flat_rows(
    rows: pa.Table,
    plan: Plan,
    first: int = 0,
    book: Notebook | None = None,
    rules: Iterable[Sequence[str]] | None = None,
) -> pa.Table:
    """What the engine compares, with ``n`` from ``first`` on in order of source and record.

    The order rows come in says nothing.

    Args:
        rows: comparable rows (``columns.ROWS``), or any table with ``record`` and the columns of
            the plan; without ``source`` it is one source.
        plan: what is to be compared.
        first: the number of the first row.
        book: where default values that were taken for unknown are noted.
        rules: what only rules ask for is there for these; all of the plan without them.

    Raises:
        ColumnsDiffer: a column of the plan is missing; all that are, together.
    """
    _check(rows, plan)
    asked = {name for rule in (blocking_columns(plan) if rules is None else rules) for name in rule}
    ordered, book = _Ordered(rows, asked), book or Notebook("rows")
    columns: dict[str, pa.Array] = {
        "n": pa.array(np.arange(first, first + rows.num_rows, dtype=np.int32)),
        "source": ordered["source"].combine_chunks(),
        "record": ordered["record"].combine_chunks(),
    }
    for one in plan.comparisons:
        columns |= _KINDS[one.kind](ordered, one, book)
    for key in plan.keys:
        if key.name in asked:
            columns[key.name] = _keys(ordered, key.columns)
    for name in sorted(asked - set(columns)):
        columns[name] = _as_it_is(ordered, name)
    return pa.table(columns)


def blocking_columns(plan: Plan) -> tuple[tuple[str, ...], ...]:
    """The columns of every rule that looks for equal values."""
    return (*plan.rules, *plan.exact, *plan.sure, *plan.learn)


def _source(rows: pa.Table) -> pa.ChunkedArray:
    if "source" in rows.column_names:
        return pc.cast(rows["source"], pa.string())
    return pa.chunked_array([pa.repeat("rows", rows.num_rows)])


class _Ordered:
    """Rows in order of source and record, which are texts: each column when it is asked for.

    All of them at once would be the rows a second time.
    """

    def __init__(self, rows: pa.Table, asked: Container[str]) -> None:
        self.asked = asked
        """Columns rules ask for."""
        named = {"source": _source(rows), "record": pc.cast(rows["record"], pa.string())}
        keys = [(name, "ascending") for name in named]
        self._rows, self._named = rows, named
        self._order = pc.sort_indices(pa.table(named), sort_keys=keys)
        self.column_names: tuple[str, ...] = (*rows.column_names, *named)
        self.num_rows = int(rows.num_rows)

    def __getitem__(self, name: str) -> pa.ChunkedArray:
        return (self._named[name] if name in self._named else self._rows[name]).take(self._order)


def _check(rows: pa.Table, plan: Plan) -> None:
    missing = sorted(_asked(rows, plan) - set(rows.column_names))
    if missing:
        raise ColumnsDiffer(
            f"the rows have no column {', '.join(missing)}",
            hint="candlemark link prepare makes the columns the plans are written for",
        )


def _asked(rows: pa.Table, plan: Plan) -> set[str]:
    """The columns of rows that a plan speaks of."""
    there = set(rows.column_names)
    wanted = {"record"}
    for one in plan.comparisons:
        spans = one.kind == "day" and one.column not in there
        wanted |= {f"{one.column}_lo", f"{one.column}_hi"} if spans else {one.column}
    wanted |= {name for key in plan.keys for name in key.columns}
    made = {one.name for one in plan.comparisons} | {key.name for key in plan.keys}
    made |= {f"{one.name}{part}" for one in plan.comparisons for part in _PARTS.get(one.kind, ())}
    return wanted | ({name for rule in blocking_columns(plan) for name in rule} - made)


def _each(column: Any, make: Callable[[Any], Any], kind: pa.DataType) -> pa.Array:
    """A function of each distinct value of a column, worked out once."""
    coded = column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column
    if pa.types.is_list(coded.type):
        texts = joined(coded)
        return _each(texts, lambda text: make(text.split(" ")) if text else make([]), kind)
    coded = pc.dictionary_encode(coded)
    if isinstance(coded, pa.ChunkedArray):
        coded = coded.combine_chunks()
    made = pa.array([make(one) for one in coded.dictionary.to_pylist()], kind)
    return made.take(coded.indices)


def joined(words: pa.Array) -> pa.Array:
    """Words of a list with a space between; null where there are none."""
    text = pc.binary_join(words, " ")
    return pc.if_else(pc.equal(text, ""), pa.scalar(None, pa.string()), text)


@lru_cache(maxsize=262_144)
def _plain(text: str) -> str:
    """A name as somebody wrote it, in the 26 letters, its words in order."""
    if says_unknown(text):
        return ""
    tag = tongue_of(text)
    return " ".join(sorted(ascii_key(word, tag) for word in _words(text)))


def _words(text: str) -> list[str]:
    return [piece for piece in _BREAKS.split(text) if any(one.isalpha() for one in piece)]


def heard(plain: str) -> str:
    """How a name sounds, word by word."""
    return " ".join(map(_sound, plain.split(" ")))


@lru_cache(maxsize=65_536)
def _sound(word: str) -> str:
    return sounding_key(word)


def _consonants(sounds: str) -> str:
    """The consonants of how a name sounds, word by word; its first letter when it has none."""
    return " ".join(_VOWELS.sub("", sound) or sound[:1] for sound in sounds.split(" "))


def _name(rows: _Ordered, one: Compared, _book: Notebook) -> dict[str, pa.Array]:
    column = rows[one.column].combine_chunks()
    if pa.types.is_list(column.type):
        plain = joined(column)
    else:
        plain = _each(column, lambda text: (_plain(text) if text else "") or None, pa.string())

    keys = f"{one.column}_keys"
    found = rows[keys].combine_chunks() if keys in rows.column_names else _keys(rows, (one.column,))

    coded = pc.dictionary_encode(plain)
    sounds = [heard(text) for text in coded.dictionary.to_pylist()]
    each = {
        "heard": pa.array(sounds, pa.string()),
        "bare": pa.array([_consonants(sound) for sound in sounds], pa.string()),
        "words": pa.array(
            [_telling(text) for text in coded.dictionary.to_pylist()], pa.list_(pa.string())
        ),
    }
    return {
        one.name: plain,
        **{f"{one.name}_{part}": made.take(coded.indices) for part, made in each.items()},
        f"{one.name}_keys": found,
        f"{one.name}_longest": _each(found, _longest, pa.list_(pa.string())),
        **_asked_for(rows, f"{one.name}_initials", found, _initials, pa.list_(pa.string())),
    }


def _longest(keys: list[str]) -> list[str] | None:
    """The keys of the whole of the longest word, its ending with it."""
    most = max(map(len, keys), default=0)
    return [key for key in keys if len(key) == most] or None


def _telling(text: str) -> list[str]:
    """The words of a name that are more than an ending: two families of *ov* are not one."""
    return [word for word in text.split(" ") if word not in ENDINGS_ALONE]


def _asked_for(
    rows: _Ordered, name: str, column: Any, make: Callable[[Any], Any], kind: pa.DataType
) -> dict[str, pa.Array]:
    """A function of each distinct value, if a rule asks for it."""
    return {name: _each(column, make, kind)} if name in rows.asked else {}


def _initials(keys: list[str]) -> list[str] | None:
    return sorted({key[0] for key in keys}) or None


def _day(rows: _Ordered, one: Compared, book: Notebook) -> dict[str, pa.Array]:
    if one.column in rows.column_names:
        said = _known(rows, one.column, book)
        low = pa.array([day and day.earliest for day in said], pa.date32())
        high = pa.array([day and day.latest for day in said], pa.date32())
    else:
        low, high = (rows[f"{one.column}_{end}"].combine_chunks() for end in ("lo", "hi"))
    exact = pc.equal(low, high)
    day = pc.if_else(exact, pc.cast(low, pa.string()), pa.scalar(None, pa.string()))
    return {
        one.name: day,
        f"{one.name}_lo": low,
        f"{one.name}_hi": high,
        f"{one.name}_number": pc.if_else(
            exact, pc.cast(low, pa.int32()), pa.scalar(None, pa.int32())
        ),
        **_asked_for(rows, f"{one.name}_turned", day, _turned, pa.string()),
        **_asked_for(rows, f"{one.name}_year", low, _year, pa.string()),
    }


def _year(day: date | None) -> str | None:
    return None if day is None else str(day.year)


def _known(rows: _Ordered, column: str, book: Notebook) -> list[PartialDate | None]:
    """Days of a table as somebody wrote them: ISO 8601, or a type of days."""
    cells = pc.cast(rows[column], pa.string()).to_pylist()
    return known_days([_parsed(cell) for cell in cells], column, book)


@lru_cache(maxsize=65_536)
def _parsed(cell: str | None) -> PartialDate | None:
    try:
        return PartialDate.parse(cell[:10].strip()) if cell else None
    except NotUnderstood:
        return None


def _turned(day: str | None) -> str | None:
    """One text for a day and for what it becomes when day and month change places."""
    if day is None:
        return None
    year, month, number = day.split("-")
    return f"{year}-{'-'.join(sorted((month, number)))}"


def _minute(rows: _Ordered, one: Compared, _book: Notebook) -> dict[str, pa.Array]:
    return {one.name: pc.cast(rows[one.column].combine_chunks(), pa.int32())}


def _same(rows: _Ordered, one: Compared, _book: Notebook) -> dict[str, pa.Array]:
    return {one.name: _texts(rows[one.column])}


def _texts(column: Any) -> pa.Array:
    """A column as texts; null where it is empty or says that nothing is known."""

    def told(text: str | None) -> str | None:
        return None if text is None or not text.strip() or says_unknown(text) else text.strip()

    return _each(pc.cast(column, pa.string()), told, pa.string())


def _terms(rows: _Ordered, one: Compared, _book: Notebook) -> dict[str, pa.Array]:
    column = rows[one.column].combine_chunks()
    texts = joined(column) if pa.types.is_list(column.type) else _texts(column)
    listed = _each(texts, lambda text: text.split(" ") if text else None, pa.list_(pa.string()))
    return {one.name: texts, f"{one.name}_terms": listed}


def _text(rows: _Ordered, one: Compared, _book: Notebook) -> dict[str, pa.Array]:
    def made(text: str | None) -> str | None:
        return None if text is None or says_unknown(text) else fold(text.strip()) or None

    return {one.name: _each(pc.cast(rows[one.column], pa.string()), made, pa.string())}


_KINDS: Final[dict[str, Callable[[_Ordered, Compared, Notebook], dict[str, pa.Array]]]] = {
    "name": _name,
    "day": _day,
    "minute": _minute,
    "same": _same,
    "terms": _terms,
    "number": _minute,
    "text": _text,
}
_PARTS: Final = {
    "name": ("_heard", "_bare", "_words", "_keys", "_longest", "_initials"),
    "day": ("_lo", "_hi", "_number", "_turned", "_year"),
    "terms": ("_terms",),
}
"""What each kind makes besides the column it is named after; rules may use it."""


def _keys(rows: _Ordered, columns: tuple[str, ...]) -> pa.Array:
    """Sound keys of one column, or of two together, for rows that did not bring them."""

    def of(text: str | None) -> tuple[str, ...]:
        words = _words(text) if text and not says_unknown(text) else []
        tag = tongue_of(text) if text else ""
        return tuple(sorted({key for word in words for key in name_keys(word, tag)}))

    lists = []
    for column in columns:
        known: dict[str | None, tuple[str, ...]] = {}
        cells = rows[column].to_pylist()
        for cell in cells:
            text = " ".join(cell) if isinstance(cell, list) else cell
            if text not in known:
                known[text] = of(text)
        lists.append([known[" ".join(c) if isinstance(c, list) else c] for c in cells])
    made = [_together(each) for each in zip(*lists, strict=True)]
    return pa.array(made, pa.list_(pa.string()))


def _together(keys: tuple[tuple[str, ...], ...]) -> list[str] | None:
    found: Iterable[str] = keys[0] if len(keys) == 1 else _pairs(*keys)
    return sorted(set(found))[:_MOST_KEYS] or None


def _pairs(one: tuple[str, ...], other: tuple[str, ...]) -> list[str]:
    return ["|".join(sorted(both)) for both in product(one, other)]


def _as_it_is(rows: _Ordered, name: str) -> pa.Array:
    """A column that is only blocked by."""
    column = rows[name].combine_chunks()
    if pa.types.is_list(column.type):
        return column
    return _texts(column)
