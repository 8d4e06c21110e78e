"""Finding texts by words: what is kept of a text, and what is asked.

Each word is kept in three forms: as it is spelled, in one case and one code point for each letter;
as somebody would type it without any accent, in Latin letters; and as it sounds, across alphabets.
A word that is asked for finds those that begin with it in any of the three, and the closer form
counts for more.  All words of a question must be found in one text.

Whatever is typed is taken as words and nothing else: there is no syntax, so that none can be wrong.
"""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING, Final, NamedTuple

from candlemark.tongues import ascii_key, fold, sounding_key

if TYPE_CHECKING:
    from collections.abc import Iterator

_JOINERS: Final = (
    "\u0300-\u036f\u064b-\u065f\u0670\u0640\u200c\u200d\u00ad'\u2018\u2019\u02bc`\u00b4"
)
_WORD: Final = re.compile(f"[\\w{_JOINERS}]+")
_EDGES: Final = "'\u2018\u2019\u02bc`\u00b4\u200c\u200d\u00ad\u0640_"
_SAYS: Final = re.compile(r"[^\W_]")

WORDS_ASKED: Final = 16
LETTERS_ASKED: Final = 64
_PREFIX_FROM: Final = 2
"""Letters a word must have to find longer ones: every text holds words that begin with an a."""
_AROUND: Final = 60
"""Letters shown before and behind what was found."""


class Forms(NamedTuple):
    """A word as it is spelled, typed and heard; a form may be empty."""

    folded: str
    plain: str
    sounding: str


class Snippet(NamedTuple):
    """Where in a text something was found: the words before, the word itself, the words behind.

    ``found`` is empty when the text was found otherwise than by one of its words as they stand.
    """

    before: str
    found: str
    after: str


class WordForms:
    """Forms of words; a word met before is not worked out again.

    Made for one piece of work and then dropped, because the words are those of sealed texts.
    """

    def __init__(self) -> None:
        self._known: dict[tuple[str, str], Forms] = {}

    def of(self, word: str, language: str) -> Forms:
        """The forms of one word in a tongue; an empty tag when it is not known."""
        found = self._known.get((word, language))
        if found is None:
            folded, plain = fold(word, language), ascii_key(word, language)
            sounding = sounding_key(plain)
            found = Forms(*(one if _SAYS.search(one) else "" for one in (folded, plain, sounding)))
            self._known[word, language] = found
        return found

    def of_text(self, text: str, language: str) -> Forms:
        """A whole text, each form with spaces between its words, as it is kept to be found."""
        forms = [self.of(word, language) for word, _, _ in words(text)]
        return (
            Forms(*(" ".join(filter(None, each)) for each in zip(*forms, strict=True)))
            if forms
            else Forms("", "", "")
        )


def words(text: str) -> Iterator[tuple[str, int, int]]:
    """The words of a text with the places where they begin and end."""
    for match in _WORD.finditer(text):
        word = match[0].strip(_EDGES)
        if word:
            start = match.start() + match[0].index(word)
            yield unicodedata.normalize("NFC", word), start, start + len(word)


def asked(question: str, forms: WordForms) -> tuple[Forms, ...]:
    """What is asked for: the first words of a question, without those that say nothing."""
    found = [forms.of(word[:LETTERS_ASKED], "") for word, _, _ in words(question)]
    return tuple(dict.fromkeys(one for one in found if any(one)))[:WORDS_ASKED]


def expression(wanted: tuple[Forms, ...]) -> str:
    """The question in the language of FTS5; every word is quoted, so that none is an operator."""
    return " AND ".join(f"({' OR '.join(_alternatives(one))})" for one in wanted)


def _alternatives(one: Forms) -> Iterator[str]:
    for column, form in one._asdict().items():
        if form:
            star = "*" if len(form) >= _PREFIX_FROM else ""
            yield f'{column} : "{form}"{star}'


def snippet(text: str, language: str, wanted: tuple[Forms, ...], forms: WordForms) -> Snippet:
    """The first place in a text where one of the words asked for stands."""
    for word, start, end in words(text):
        if any(_meets(forms.of(word, language), one) for one in wanted):
            before, after = text[max(start - _AROUND, 0) : start], text[end : end + _AROUND]
            if start > _AROUND:
                before = "…" + before.partition(" ")[2]
            if end + _AROUND < len(text):
                after = after.rpartition(" ")[0] + "…"
            return Snippet(before, text[start:end], after)
    cut = text[: 2 * _AROUND]
    return Snippet(cut + "…" if len(text) > len(cut) else cut, "", "")


def _meets(there: Forms, one: Forms) -> bool:
    return any(
        form and (kept.startswith(form) if len(form) >= _PREFIX_FROM else kept == form)
        for kept, form in zip(there, one, strict=True)
    )
