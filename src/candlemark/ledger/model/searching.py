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
from collections import defaultdict
from functools import lru_cache
from typing import TYPE_CHECKING, Final, NamedTuple

from candlemark.tongues import ascii_key, fold, sounding_key

if TYPE_CHECKING:
    from collections.abc import Iterator

_JOINERS: Final = (
    "\u0300-\u036f\u064b-\u065f\u0670\u0640\u200c\u200d\u00ad'\u2018\u2019\u02bc`\u00b4"
)
_WORD: Final = re.compile(f"[\\w{_JOINERS}]+")
_JOINED: Final = re.compile(f"[_{_JOINERS}]")
_BARE: Final = re.compile(r"\w+")
_EDGES: Final = "'\u2018\u2019\u02bc`\u00b4\u200c\u200d\u00ad\u0640_"
_SAYS: Final = re.compile(r"[^\W_]")

_LATIN_LETTERS: Final = "".join(
    letter
    for letter in map(chr, (*range(0x30, 0x180), 0x18F, 0x259))
    if letter.isalnum() and letter.isdecimal() == (letter in "0123456789") and letter not in "ªº²³¹"
)
_LATIN: Final = re.compile(f"[{_LATIN_LETTERS}]+")

WORDS_ASKED: Final = 16
LETTERS_ASKED: Final = 64
_PREFIX_FROM: Final = 2
"""Letters a word must have to find longer ones: every text holds words that begin with an a."""
_AROUND: Final = 60
"""Letters shown before and behind what was found."""


class Forms(NamedTuple):
    """A word as it is spelled, typed and heard; all empty when it holds no letter and no digit."""

    folded: str
    plain: str
    sounding: str


_NOTHING: Final = Forms("", "", "")


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
        self._known: dict[str, dict[str, Forms]] = defaultdict(dict)

    def of(self, word: str, language: str) -> Forms:
        """The forms of one word in a tongue; an empty tag when it is not known."""
        known = self._known[language]
        found = known.get(word)
        if found is None:
            found = known[word] = _forms(word, language)
        return found

    def of_text(self, text: str, language: str) -> Forms:
        """A whole text, each form with spaces between its words, as it is kept to be found."""
        if _JOINED.search(text):
            each_word = [word for word, _, _ in words(text)]
        else:
            each_word = _BARE.findall(unicodedata.normalize("NFC", text))
        forms = [self.of(word, language) for word in each_word]
        if not forms:
            return _NOTHING
        return Forms(*(" ".join(filter(None, each)) for each in zip(*forms, strict=True)))


def _forms(word: str, language: str) -> Forms:
    if _LATIN.fullmatch(word):  # what is nearly always asked, and six times as fast
        folding, typing = _latin_tables(language)
        folded, plain = word.translate(folding), word.translate(typing)
        return Forms(folded, plain, heard(plain))
    folded, plain = fold(word, language), ascii_key(word, language)
    if not _SAYS.search(folded):
        return _NOTHING
    # A form that holds no letter would find everything: the closer one stands in for it.
    plain = plain if _SAYS.search(plain) else folded
    return Forms(folded, plain, heard(plain))


def heard(plain: str) -> str:
    """The looser key of a word; of a short one, whose looser key would be anybody's, the word."""
    key = sounding_key(plain)
    return key if len(key) > _PREFIX_FROM else plain


@lru_cache(maxsize=64)
def _latin_tables(language: str) -> tuple[dict[int, str], dict[int, str]]:
    """What each Latin letter becomes by itself: in these letters none depends on its neighbours."""
    return (
        {ord(letter): fold(letter, language) for letter in _LATIN_LETTERS},
        {ord(letter): ascii_key(letter, language) for letter in _LATIN_LETTERS},
    )


def words(text: str) -> Iterator[tuple[str, int, int]]:
    """The words of a text with the places where they begin and end."""
    for match in _WORD.finditer(text):
        word, start = match[0], match.start()
        if not word.isalnum():
            bare = word.strip(_EDGES)
            start += word.index(bare)
            word = bare
        if word:
            yield unicodedata.normalize("NFC", word), start, start + len(word)


def asked(question: str, forms: WordForms) -> tuple[Forms, ...]:
    """What is asked for: the first words of a question, without those that say nothing."""
    found = [forms.of(word[:LETTERS_ASKED], "") for word, _, _ in words(question)]
    return tuple(dict.fromkeys(one for one in found if one.folded))[:WORDS_ASKED]


def expressions(wanted: tuple[Forms, ...]) -> Iterator[str]:
    """The question in the language of FTS5, the closest form first, then with the looser ones.

    Every word is quoted, so that none is an operator.
    """
    for forms in range(1, len(Forms._fields) + 1):
        yield " AND ".join(f"({' OR '.join(_alternatives(one, forms))})" for one in wanted)


def _alternatives(one: Forms, forms: int) -> Iterator[str]:
    for column, form in list(one._asdict().items())[:forms]:
        star = "*" if len(form) >= _PREFIX_FROM else ""
        yield f'{column} : "{form}"{star}'


def snippet(text: str, language: str, wanted: tuple[Forms, ...], forms: WordForms) -> Snippet:
    """The first place in a text where one of the words asked for stands."""
    for word, start, end in words(text):
        if _meets(forms.of(word, language), wanted):
            before, after = text[max(start - _AROUND, 0) : start], text[end : end + _AROUND]
            if start > _AROUND:
                before = "…" + before.partition(" ")[2]
            if end + _AROUND < len(text):
                after = after.rpartition(" ")[0] + "…"
            return Snippet(before, text[start:end], after)
    cut = text[: 2 * _AROUND]
    return Snippet(cut + "…" if len(text) > len(cut) else cut, "", "")


def _meets(there: Forms, wanted: tuple[Forms, ...]) -> bool:
    for one in wanted:
        for kept, form in zip(there, one, strict=True):
            if kept == form or (len(form) >= _PREFIX_FROM and kept.startswith(form)):
                return True
    return False
