"""How one reader is spoken to: tongue, direction, numbers, shares, lists and labels.

Numbers follow the reader's tongue everywhere on a page, in prose, tables and charts alike: a
Persian page that mixed two sets of digits would make every comparison a translation.  What is
copied by machines (files, identifiers, hashes, dates in the form 2014-01-22) keeps ASCII digits.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Final

from babel import Locale
from babel.lists import format_list
from babel.numbers import format_currency, format_decimal, format_percent
from markupsafe import Markup

from candlemark.tongues import INTERFACE, NAMES, Said, digits, direction, pick
from candlemark.web import dates_said

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import date

    from candlemark.dates import PartialDate

_LOCALES: Final = {"en": "en_GB"}
"""English pages write day before month."""


@dataclass(frozen=True)
class Reader:
    """One of the tongues of the interface, and how things are written in it."""

    tongue: str

    @property
    def direction(self) -> str:
        """``ltr`` or ``rtl``."""
        return direction(self.tongue)

    @property
    def rtl(self) -> bool:
        """Whether lines, and the axes of charts, run from right to left."""
        return self.direction == "rtl"

    @property
    def tongues(self) -> tuple[tuple[str, str], ...]:
        """Every tongue of the interface with its name in itself."""
        return tuple((tag, NAMES[tag]) for tag in INTERFACE)

    @cached_property
    def locale(self) -> Locale:
        """Babel's data of the tongue."""
        return Locale.parse(_LOCALES.get(self.tongue, self.tongue))

    # Numbers

    def number(self, value: float) -> str:
        """A number as this reader writes it."""
        text = format_decimal(value, locale=self.locale, numbering_system="default")
        return self.digits(text)

    def share(self, value: float, places: int = 1) -> str:
        """A share of one in per cent; a share too small to show is said to be below the smallest.

        Nothing is rounded to 0 or 100 that is not exactly that.
        """
        smallest = 10.0 ** -(places + 2)
        if 0 < value < smallest / 2:
            return "< " + self._percent(smallest, places)
        if 1 - smallest / 2 < value < 1:
            return "> " + self._percent(1 - smallest, places)
        return self._percent(value, places)

    def points(self, share: float, *, places: int = 1, signed: bool = True) -> str:
        """A difference of two shares in points of a hundred, with its sign: +9.4."""
        value = round(100 * share, places)
        form = "#,##0" + ("." + "0" * places if places else "")
        text = self.digits(
            format_decimal(abs(value), form, locale=self.locale, numbering_system="default")
        )
        sign = "" if not signed or not value else "+" if value > 0 else "\N{MINUS SIGN}"
        # The sign belongs to the left of the number in every tongue.
        return f"\u2066{sign}{text}\u2069" if sign and self.rtl else f"{sign}{text}"

    def chance(self, p_value: float) -> str:
        """A p-value: 0.027, < 0.001."""
        if p_value < 0.001:
            return f"< {self.number(0.001)}"
        return self.number(round(p_value, 3))

    def equal(self, p_value: float) -> str:
        """A p-value after its letter in a sentence: = 0.027, < 0.001."""
        said = self.chance(p_value)
        return said if said.startswith("<") else f"= {said}"

    def _percent(self, value: float, places: int) -> str:
        pattern = self.locale.percent_formats[None].pattern
        pattern = pattern.replace("#,##0", "#,##0" + ("." + "0" * places if places else ""))
        text = self.digits(
            format_percent(value, format=pattern, locale=self.locale, numbering_system="default")
        )
        return text.replace("%", "٪") if self.tongue == "fa" else text

    def amount(self, value: int, unit: str) -> str:
        """A sum of money as this reader writes it; with another unit, the unit as it stands."""
        if self.locale.currency_symbols.get(unit, unit) == unit:  # no currency, or one by its code
            return f"{self.number(value)} {unit}".rstrip()
        text = format_currency(
            value,
            unit,
            format=self.locale.currency_formats["standard"].pattern.replace(".00", ""),
            locale=self.locale,
            currency_digits=False,
            numbering_system="default",
        )
        return self.digits(text)

    def digits(self, text: str) -> str:
        """A text with its ASCII digits as this reader writes them."""
        return digits(text, self.tongue)

    def listed(self, texts: Iterable[str]) -> str:
        """``a, b and c``."""
        return format_list(list(texts), locale=self.locale)

    @property
    def comma(self) -> str:
        """What stands between two parts of one line."""
        return "، " if self.rtl else ", "

    @property
    def semicolon(self) -> str:
        """What stands between two parts that may hold commas."""
        return "؛ " if self.rtl else "; "

    # Dates

    def day(self, day: date) -> str:
        """A day in full: 12 June 2012."""
        return self.digits(dates_said.day(day, self.tongue))

    def dated(self, when: PartialDate | None) -> str:
        """When something was, with as much as is known: in 1995, in June 2012, date not known."""
        return self.digits(dates_said.dated(when, self.tongue))

    # Labels

    def said(self, texts: Mapping[str, str]) -> Said:
        """The text for this reader, with the tongue it is in."""
        return pick(texts, self.tongue)

    def text(self, texts: Mapping[str, str]) -> str:
        """The text for this reader where no mark-up can stand: in charts and files."""
        return pick(texts, self.tongue).text if texts else ""

    def label(self, texts: Mapping[str, str]) -> Markup:
        """The text for this reader; one in another tongue carries that tongue and is marked."""
        if not any(texts.values()):
            return Markup("")
        said = pick(texts, self.tongue)
        if not said.fallback:
            return Markup("{}").format(said.text)
        return Markup('<span class="fallback" lang="{}" dir="{}">{}</span>').format(
            said.tongue, said.direction, said.text
        )

    def english(self, text: str) -> Markup:
        """A text that exists in English only, marked as such for everybody else."""
        return self.label({"en": text})
