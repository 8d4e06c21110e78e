"""Days as people write them in tables, read as exactly as they are written and never more exactly.

``1993``, ``May 2014``, ``22.01.2014``, ``2014-01-00`` and ``январь 2014`` are understood, and so is
``2014-03/2014-06`` for some time between the two, as exports write it.  What can be read in two
ways (``03/04/2019``) is not, until somebody says which comes first; neither are two figures for a
year, nor a year of another calendar.
"""

from __future__ import annotations

import re
from datetime import date
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from candlemark.dates import PartialDate
from candlemark.errors import NotUnderstood
from candlemark.tongues import ascii_key, fold

if TYPE_CHECKING:
    from candlemark.exchange.tables import Cell

NOT_KNOWN: Final = frozenset(
    {
        "", "-", "–", "—", "?", "n/a", "na", "none", "null", "unknown", "not known",
        "namelum", "melum deyil", "bilinmir", "неизвестно", "нет данных", "не известно",
        "نامعلوم", "نامشخص", "bilinmiyor", "belirsiz", "0000-00-00",
    }
)  # fmt: skip
"""Ways to say in a cell that nothing is known."""

_MONTHS: Final = (
    ("jan", "yan", "янв", "ژانویه", "oca"),
    ("feb", "fev", "фев", "فوریه", "sub"),
    ("mar", "mar", "мар", "مارس", "mar"),
    ("apr", "apr", "апр", "آوریل", "nis"),
    ("may", "may", "мая", "مه", "may"),
    ("jun", "iyun", "июн", "ژوئن", "haz"),
    ("jul", "iyul", "июл", "ژوئیه", "tem"),
    ("aug", "avq", "авг", "اوت", "agu"),
    ("sep", "sen", "сен", "سپتامبر", "eyl"),
    ("oct", "okt", "окт", "اکتبر", "eki"),
    ("nov", "noy", "ноя", "نوامبر", "kas"),
    ("dec", "dek", "дек", "دسامبر", "ara"),
)
_ALSO: Final = {"май": 5, "may": 5, "mart": 3, "maj": 5, "ژوییه": 7, "می": 5}
_YEAR: Final = re.compile(r"(\d{4})")
_YEAR_FIRST: Final = re.compile(r"(\d{4})[-./](\d{1,2})(?:[-./](\d{1,2}))?(?:[t ].*)?")
_YEAR_LAST: Final = re.compile(r"(\d{1,2})([-./])(\d{1,2})[-./](\d{4})(?:[t ].*)?")
_RANGE: Final = re.compile(r"\d{4}(?:-\d{2}){0,2}/\d{4}(?:-\d{2}){0,2}")
_MONTH_YEAR: Final = re.compile(r"(\d{1,2})[-./](\d{4})")
_NAMED: Final = re.compile(
    r"(?:(\d{1,2})(?:st|nd|rd|th)?[\s.]+)?([^\W\d_]+)[\s.,]+(?:(\d{1,2})(?:st|nd|rd|th)?[\s,]+)?(\d{4})(?:\s*(?:г|il|ил|yılı)\w*\.?)?"
)
_OLDEST: Final = 1800
_LATEST: Final = 2200


def read_day(cell: Cell, *, day_first: bool | None = None) -> PartialDate | None:
    """The day a cell says; None when it says that none is known.

    Args:
        cell: what stands there.
        day_first: whether 03/04/2019 is the third of April; None: nobody has said.

    Raises:
        NotUnderstood: it can be read in no way, or in two.
    """
    if isinstance(cell, date):
        return _checked(cell.year, cell.month, cell.day)
    return _read(cell, day_first=day_first)


@lru_cache(maxsize=8192)
def _read(text: str, *, day_first: bool | None) -> PartialDate | None:
    said = fold(text)
    if said in NOT_KNOWN or ascii_key(text) in NOT_KNOWN:
        return None
    if _YEAR.fullmatch(said):
        return _checked(int(said), 0, 0)
    if _RANGE.fullmatch(said):
        return _between(*(_read(bound, day_first=None) for bound in said.split("/")))
    if found := _YEAR_FIRST.fullmatch(said):
        year, month, day = (int(part or 0) for part in found.groups())
        return _checked(year, month, day)
    if found := _YEAR_LAST.fullmatch(said):
        return _ordered(int(found[1]), int(found[3]), int(found[4]), found[2], day_first=day_first)
    if found := _MONTH_YEAR.fullmatch(said):
        return _checked(int(found[2]), int(found[1]), 0)
    if (found := _NAMED.fullmatch(said)) and (month := _month(found[2])):
        return _checked(int(found[4]), month, int(found[1] or found[3] or 0))
    raise NotUnderstood(
        "this is not a day that can be read", hint="write 2014, 2014-01 or 2014-01-22"
    )


def _ordered(one: int, other: int, year: int, sign: str, *, day_first: bool | None) -> PartialDate:
    """A day whose year stands last: with full stops the day comes first everywhere."""
    if one > 12 or other > 12:
        first = one > 12
    elif one == other or sign == ".":
        first = True
    elif day_first is None:
        raise NotUnderstood(
            "this day can be read in two ways", hint="say whether the day or the month comes first"
        )
    else:
        first = day_first
    return _checked(year, other, one) if first else _checked(year, one, other)


def _between(first: PartialDate | None, last: PartialDate | None) -> PartialDate:
    if first is None or last is None:
        raise NotUnderstood(
            "one bound of this range is not known", hint="write the one that is known, or neither"
        )
    return PartialDate(first.year, first.month, first.day, last)


def _checked(year: int, month: int, day: int) -> PartialDate:
    if not _OLDEST <= year <= _LATEST:
        raise NotUnderstood(
            "this year is not one of the common calendar",
            hint="write years such as 2014; other calendars are not converted",
        )
    if day and not month:
        raise NotUnderstood("a day needs its month", hint="write 2014, 2014-01 or 2014-01-22")
    return PartialDate(year, month or None, day or None)


def _month(word: str) -> int:
    """The number of a month by its name in one of five tongues; 0 when it is none."""
    if word in _ALSO:
        return _ALSO[word]
    plain = ascii_key(word)
    for number, names in enumerate(_MONTHS, 1):
        if any(
            word.startswith(name) or (name.isascii() and plain.startswith(name)) for name in names
        ):
            return number
    return 0


def two_ways(cell: Cell) -> bool:
    """Whether a cell holds a day that can be read in two ways."""
    if isinstance(cell, date):
        return False
    found = _YEAR_LAST.fullmatch(fold(cell))
    if found is None or found[2] == ".":
        return False
    one, other = int(found[1]), int(found[3])
    return one <= 12 and other <= 12 and one != other
