"""How a page speaks to a reader: words, numbers, shares and days in one tongue."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from babel import Locale
from babel.dates import format_date
from babel.numbers import format_decimal

from candlemark.publish import wording
from candlemark.publish.covering import percent
from candlemark.publish.table import Form
from candlemark.tongues import digits, direction

if TYPE_CHECKING:
    from datetime import date

    from candlemark.publish.table import Cell, Texts

_LOCALES: Final = {"en": "en_GB"}
"""English pages write day before month."""


class Speaker:
    """One tongue of the pages."""

    def __init__(self, tongue: str) -> None:
        self.tongue = tongue
        self.direction = direction(tongue)
        self._locale = Locale.parse(_LOCALES.get(tongue, tongue))
        self._words = wording.page_words(tongue)

    @property
    def rtl(self) -> bool:
        """Whether lines and pictures run from right to left."""
        return self.direction == "rtl"

    def word(self, code: str, **inside: str) -> str:
        """A text of the pages with its places filled in."""
        return self._words[code].format(**inside) if inside else self._words[code]

    def text(self, texts: Texts) -> str:
        """A text that is there in every tongue, in this one, with this reader's digits."""
        return digits(texts[self.tongue], self.tongue)

    def number(self, value: float) -> str:
        """A number as this reader writes it."""
        said = format_decimal(value, locale=self._locale, numbering_system="default")
        return digits(said, self.tongue)

    def share(self, value: float) -> str:
        """A share in per cent; protection gave it in whole ones."""
        return percent(value, self.tongue)

    def value(self, value: float, form: Form) -> str:
        """A number of a measure."""
        return self.share(value) if form is Form.SHARE else self.number(value)

    def interval(self, cell: Cell, form: Form) -> str:
        """The interval of a cell; empty for none."""
        if cell.low is None or cell.high is None:
            return ""
        low, high = self.value(cell.low, form), self.value(cell.high, form)
        return self.word("interval", low=low, high=high)

    def language(self, tag: str) -> str:
        """What a language is called; its tag where this tongue has no word for it."""
        known: str | None = self._locale.languages.get(tag) or self._locale.languages.get(
            tag.partition("-")[0]
        )
        return known or tag

    def day(self, day: date) -> str:
        """A day in full."""
        return digits(format_date(day, "long", locale=self._locale), self.tongue)
