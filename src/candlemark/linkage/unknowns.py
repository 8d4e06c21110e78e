"""Values that stand where nothing is known, found before anything is compared by them.

Two cases of 1 January 1900 share nothing but a program; two people named *naməlum* are two people.
What is found becomes null and is counted.  A true value that looks like a default is lost with it:
somebody born on 1 January keeps the year.
"""

from __future__ import annotations

import tomllib
from collections import Counter
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any, Final

from candlemark.dates import PartialDate, Precision
from candlemark.linkage.columns import Noticed
from candlemark.tongues import ascii_key, tongue_of

if TYPE_CHECKING:
    from collections.abc import Sequence

_FILE: Final[dict[str, Any]] = tomllib.loads(
    files("candlemark.linkage").joinpath("placeholders.toml").read_text("utf-8")
)
_DAYS: Final[dict[date, str]] = {date.fromisoformat(day): why for day, why in _FILE["days"].items()}
_MINUTES: Final[dict[int, str]] = {
    int(clock[:2]) * 60 + int(clock[3:]): why for clock, why in _FILE["minutes"].items()
}
_HEAPED: Final[dict[str, float]] = _FILE["heaped"]
_WORDS: Final = frozenset(ascii_key(word, tongue_of(word)) for word in _FILE["words"]["unknown"])

_LONGEST: Final = max(map(len, _WORDS)) + 4
"""Letters of a text that can be one of the words, with room for space and signs."""


@dataclass(slots=True)
class Notebook:
    """What was noticed in one source so far."""

    source: str
    counts: Counter[tuple[str, str, str]] = field(default_factory=Counter)

    def note(self, column: str, value: str, why: str, rows: int = 1) -> None:
        """Count ``rows`` more of them."""
        self.counts[column, value, why] += rows

    @property
    def noticed(self) -> tuple[Noticed, ...]:
        """Everything, the most frequent first."""
        return tuple(
            Noticed(self.source, column, value, rows, why)
            for (column, value, why), rows in self.counts.most_common()
        )


@lru_cache(maxsize=65_536)
def says_unknown(text: str) -> bool:
    """Whether a text says that nothing is known: *n/a*, *naməlum*, *неизвестно*."""
    if len(text) > _LONGEST or any(letter.isdigit() for letter in text):
        return False  # most cells, and no word of the list
    key = ascii_key(text, tongue_of(text)).strip(" .")
    return bool(text.strip()) and (key in _WORDS or not any(each.isalnum() for each in key))


def known_days(
    days: Sequence[PartialDate | None], column: str, book: Notebook
) -> list[PartialDate | None]:
    """Dates without the defaults of programs; a heap on 1 January keeps the year only."""
    kept = [_known(day, column, book) for day in days]
    exact = [day for day in kept if day is not None and day.precision is Precision.DAY]
    first = [day for day in exact if (day.month, day.day) == (1, 1)]
    rows, share = _HEAPED["new_year_rows"], _HEAPED["new_year"]
    if len(first) < rows or len(first) < share * len(exact):
        return kept
    book.note(column, "1 January", "too many for a day: only the year is taken", len(first))
    new_year = frozenset(first)
    return [PartialDate(day.year) if day and day in new_year else day for day in kept]


def _known(day: PartialDate | None, column: str, book: Notebook) -> PartialDate | None:
    if day is None or day.precision is not Precision.DAY or day.earliest not in _DAYS:
        return day
    book.note(column, str(day), f"{_DAYS[day.earliest]}: taken for unknown")
    return None


def known_minutes(minutes: Sequence[int | None], column: str, book: Notebook) -> list[int | None]:
    """Minutes of the day without those that a clock gives which was not asked."""
    given = Counter(minute for minute in minutes if minute is not None)
    total = given.total()
    heaped = {
        minute
        for minute in _MINUTES
        if given[minute] >= max(_HEAPED["rows"], _HEAPED["minute"] * total)
    }
    for minute in heaped:
        clock = f"{minute // 60:02}:{minute % 60:02}"
        book.note(column, clock, f"{_MINUTES[minute]}: taken for unknown", given[minute])
    return [None if minute in heaped else minute for minute in minutes]
