"""Values cut into pieces, so that two spellings of one name share most of them.

A piece that nobody knows is None, and so is a whole value: what is unknown is never a piece, hence
never equal.  There are no marks for the beginning and end of a word: they would be the most
frequent pieces of all.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from candlemark.tongues import ascii_key, tongue_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import date
    from typing import Any

    from candlemark.linkage.private.agreement import Attribute

Pieces = tuple[str | None, ...]
"""Of one value of one record; empty where nothing is known."""

_DATES: Final = frozenset({"birth", "day"})
_DATE_PARTS: Final = 5


def pieces_of(attribute: Attribute, row: Mapping[str, Any]) -> Pieces:
    """The pieces of one attribute of a row.

    Args:
        attribute: says the column and the kind.
        row: of :data:`candlemark.linkage.columns.ROWS`, with columns of one's own as text.
    """
    column = attribute.column
    if attribute.kind == "sounds":
        return tuple(sorted(row["name_keys" if column == "name" else f"{column}_keys"]))
    if attribute.kind == "words":
        return _pairs(row["name_words" if column == "name" else column])
    if attribute.kind == "date":
        low: date | None = row[f"{column}_lo"]
        return _date(low, row[f"{column}_precision"]) if low else ()
    text = row.get(column) or ""
    if attribute.kind == "code":
        return (str(text),) if text else ()
    key = ascii_key(str(text), tongue_of(str(text)))
    if attribute.kind == "digits":
        return tuple(f"{place}{sign}" for place, sign in enumerate(key) if sign.isalnum())
    return _pairs(key.split())


def _pairs(words: Iterable[str]) -> Pieces:
    """Pairs of neighbours in each word; a word of one letter is its own."""
    found = {word[at : at + 2] for word in words if word for at in range(max(1, len(word) - 1))}
    return tuple(sorted(found))


def _date(low: date, precision: str | None) -> Pieces:
    """Decade, year, month, tens of the day, ones: a wrong digit leaves four of the five.

    The century is left out, for nearly everybody shares it.
    """
    year, month, day = f"{low.year:04}", f"{low.month:02}", f"{low.day:02}"
    parts = (f"e{year[2]}", f"y{year[3]}", f"m{month}", f"t{day[0]}", f"d{day[1]}")
    known = {"day": 5, "month": 3, "year": 2}.get(precision or "", 0)
    return (*parts[:known], *[None] * (_DATE_PARTS - known)) if known else ()
