"""How a submission speaks in one tongue: words, terms, countries, dates as exact as told."""

from __future__ import annotations

from typing import TYPE_CHECKING

from babel import Locale
from babel.dates import format_date, format_skeleton

from candlemark.dates import PartialDate
from candlemark.publish import wording
from candlemark.publish.site.speaking import Speaker
from candlemark.tongues import digits, pick

if TYPE_CHECKING:
    from collections.abc import Iterable

    from candlemark.definition import Edition
    from candlemark.publish.releases.facts import InTongues

Piece = list[str]
"""A text and its tongue; the tongue is empty for the document's own."""


class Voice:
    """One tongue of a submission."""

    def __init__(self, tongue: str, edition: Edition) -> None:
        self.tongue = tongue
        self.speaker = Speaker(tongue)
        self.edition = edition
        self._locale = Locale.parse("en_GB" if tongue == "en" else tongue)
        self._words = wording.file_words("submissions", tongue)

    def said(self, code: str, **inside: str) -> str:
        """A text of submissions with its places filled in."""
        return self._words[code].format(**inside) if inside else self._words[code]

    def term(self, scheme: str, code: str) -> str:
        """The label of a term; the code itself where the edition has none."""
        terms = self.edition.by_code.get(scheme)
        if terms is None or code not in terms:
            return code
        return digits(pick(terms.term(code).labels, self.tongue).text, self.tongue)

    def country(self, code: str) -> str:
        """A country by its name; empty for none."""
        return self._locale.territories.get(code, code) if code else ""

    def when(self, text: str) -> str:
        """A date with as much as is told of it; empty for none."""
        if not text:
            return ""
        when = PartialDate.parse(text)
        first = self._one(when.first)
        if when.to is None:
            return first
        return self.said("between", first=first, last=self._one(when.to))

    def listed(self, texts: Iterable[str]) -> str:
        """Texts one after another, each once."""
        return self.said_list(dict.fromkeys(filter(None, texts)))

    def said_list(self, texts: Iterable[str]) -> str:
        """Texts with what this tongue puts between them; labels may hold commas."""
        return ("؛ " if self.tongue == "fa" else "; ").join(texts)

    def of(self, texts: InTongues) -> Piece:
        """A text that may stand in other tongues only, with the tongue it is in."""
        found = pick(dict(texts), self.tongue)
        return [found.text, "" if found.tongue == self.tongue else found.tongue.split("-")[0]]

    def _one(self, when: PartialDate) -> str:
        day = when.earliest
        if when.month is None:
            said = format_date(day, "y", locale=self._locale)
        elif when.day is None:
            said = format_skeleton("yMMMM", day, locale=self._locale)
        else:
            said = format_date(day, "long", locale=self._locale)
        return digits(said, self.tongue)
