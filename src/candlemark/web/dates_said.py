"""Dates as people say them, each as exact as its source and in the grammar of its tongue.

"In 1995" cannot be put together from a preposition and a number in every tongue: Azerbaijani bends
the number (1995-ci ildə, 1993-cü ildə), Russian the month (в июне, между июнем и августом), so each
tongue has its own functions here.  Names of months come from Babel (CLDR) except the Russian ones
after *в* and *между*, which CLDR does not have.  Digits stay ASCII; the reader's are put in by
whoever asks.

CLDR's own date pattern for a day is used, except for Russian.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from babel import Locale
from babel.dates import format_date

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import date

    from candlemark.dates import PartialDate

_NOT_KNOWN: Final = {
    "en": "date not known",
    "az": "tarix məlum deyil",
    "ru": "дата неизвестна",
    "fa": "تاریخ نامعلوم",
    "tr": "tarih bilinmiyor",
}

_AFTER_IN: Final = (
    "январе", "феврале", "марте", "апреле", "мае", "июне",
    "июле", "августе", "сентябре", "октябре", "ноябре", "декабре",
)  # fmt: skip

_BETWEEN_WHICH: Final = (
    "январём", "февралём", "мартом", "апрелем", "маем", "июнем",
    "июлем", "августом", "сентябрём", "октябрём", "ноябрём", "декабрём",
)  # fmt: skip

_AZ_UNITS: Final = {1: "ci", 2: "ci", 3: "cü", 4: "cü", 5: "ci", 6: "cı", 7: "ci", 8: "ci", 9: "cu"}
_AZ_TENS: Final = {
    10: "cu", 20: "ci", 30: "cu", 40: "cı", 50: "ci", 60: "cı", 70: "ci", 80: "ci", 90: "cı",
}  # fmt: skip


def day(when: date, tongue: str) -> str:
    """A day in full."""
    if tongue == "ru":  # CLDR ends in an abbreviation, whose full stop meets that of the sentence
        return f"{when.day} {_month('ru', when.month)} {when.year} года"
    return format_date(when, "long", locale="en_GB" if tongue == "en" else tongue)


def dated(when: PartialDate | None, tongue: str) -> str:
    """A partial date in words: a day, in a month, in a year, between two of these, or not known."""
    if when is None:
        return _NOT_KNOWN[tongue]
    if when.to is not None:
        return _BETWEEN[tongue](_bound(when.first, tongue), _bound(when.to, tongue))
    if when.day is not None:
        return day(when.earliest, tongue)
    if when.month is not None:
        return _IN_MONTH[tongue](when.year, when.month)
    return _IN_YEAR[tongue](when.year)


def _bound(when: PartialDate, tongue: str) -> str:
    """One of the two dates of a range, as it stands after "between"."""
    if when.day is not None:
        return day(when.earliest, tongue)
    if when.month is not None:
        return _OF_MONTH[tongue](when.year, when.month)
    return _OF_YEAR[tongue](when.year)


def ordinal_ending(year: int) -> str:
    """The ending an Azerbaijani ordinal takes: 1995-ci, 1993-cü, 2006-cı, 2010-cu."""
    if year % 10:
        return _AZ_UNITS[year % 10]
    if year % 100:
        return _AZ_TENS[year % 100]
    return "cü" if year % 1000 else "ci"  # yüz, min


def _month(tongue: str, month: int) -> str:
    """The name of a month as it stands in a date."""
    names: Mapping[int, str] = Locale.parse(tongue).months["format"]["wide"]
    return names[month]


_IN_YEAR: Final[Mapping[str, Callable[[int], str]]] = {
    "en": lambda year: f"in {year}",
    "az": lambda year: f"{year}-{ordinal_ending(year)} ildə",
    "ru": lambda year: f"в {year} году",
    "fa": lambda year: f"در سال {year}",
    "tr": lambda year: f"{year} yılında",
}

_IN_MONTH: Final[Mapping[str, Callable[[int, int], str]]] = {
    "en": lambda year, month: f"in {_month('en', month)} {year}",
    "az": lambda year, month: f"{year}-{ordinal_ending(year)} ilin {_month('az', month)} ayında",
    "ru": lambda year, month: f"в {_AFTER_IN[month - 1]} {year} года",
    "fa": lambda year, month: f"در {_month('fa', month)} {year}",
    "tr": lambda year, month: f"{year} yılının {_month('tr', month)} ayında",
}

_OF_YEAR: Final[Mapping[str, Callable[[int], str]]] = {
    "en": str,
    "az": lambda year: f"{year}-{ordinal_ending(year)} il",
    "ru": lambda year: f"{year} годом",
    "fa": lambda year: f"سال {year}",
    "tr": lambda year: f"{year} yılı",
}

_OF_MONTH: Final[Mapping[str, Callable[[int, int], str]]] = {
    "en": lambda year, month: f"{_month('en', month)} {year}",
    "az": lambda year, month: f"{year}-{ordinal_ending(year)} ilin {_month('az', month)} ayı",
    "ru": lambda year, month: f"{_BETWEEN_WHICH[month - 1]} {year} года",
    "fa": lambda year, month: f"{_month('fa', month)} {year}",
    "tr": lambda year, month: f"{year} yılının {_month('tr', month)} ayı",
}

_BETWEEN: Final[Mapping[str, Callable[[str, str], str]]] = {
    "en": lambda first, last: f"between {first} and {last}",
    "az": lambda first, last: f"{first} ilə {last} arasında",
    "ru": lambda first, last: f"между {first} и {last}",
    "fa": lambda first, last: f"میان {first} و {last}",
    "tr": lambda first, last: f"{first} ile {last} arasında",
}
