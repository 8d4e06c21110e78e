"""A name as it was written, taken apart into given name, family name, father's name and titles.

The original is kept, with the version of the rules.  Who is called what is a guess from order and
endings, and ``order`` says from which; the words themselves are not a guess.  A name in a script
without a table is kept and said to be unreadable; it equals nothing, not even itself.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from typing import Final

from candlemark.linkage.names import rules
from candlemark.tongues import ascii_key, fold, name_keys, tongue_of

_BREAKS: Final = re.compile(r"[\s.\-\u00b7/]+")
_ARABIC: Final = re.compile("[\u0600-\u06ff]")
_SHORTEST_STEM: Final = 2


class Sex(StrEnum):
    """What a name says of the person: in many of them nothing."""

    WOMAN = "woman"
    MAN = "man"
    UNSAID = "unsaid"


class Order(StrEnum):
    """What says which word is the family name."""

    COMMA = "comma"
    PATRONYMIC = "patronymic"
    ENDING = "ending"
    ASSUMED = "assumed"  # nothing does: taken as given name first
    UNREADABLE = "unreadable"  # a script we have no table for, or no letters at all


@dataclass(frozen=True, slots=True)
class Word:
    """One word of a name."""

    text: str
    """Folded, in its own script."""
    plain: str
    """In the 26 Latin letters."""
    tag: str
    """The tongue it was folded by."""
    unvowelled: bool
    """Whether its script leaves short vowels out."""

    @property
    def keys(self) -> frozenset[str]:
        """Sound keys: two words that can be one name share one."""
        return name_keys(self.text, self.tag)


@dataclass(frozen=True, slots=True)
class PersonName:
    """A name, taken apart."""

    original: str
    version: str
    """Of the folding: :data:`~candlemark.linkage.names.rules.FOLDING_VERSION`."""
    order: Order
    given: tuple[Word, ...] = ()
    family: tuple[Word, ...] = ()
    father: tuple[Word, ...] = ()
    """The father's name, without oğlu, qızı or its Russian ending."""
    titles: tuple[str, ...] = ()
    scripts: tuple[str, ...] = ()
    """Names of the scripts we cannot read, for the message; empty when it was read."""
    sex: Sex = Sex.UNSAID

    @property
    def known(self) -> bool:
        """Whether it could be read at all."""
        return self.order is not Order.UNREADABLE

    @property
    def words(self) -> tuple[Word, ...]:
        """Given and family names, in whatever order."""
        return (*self.given, *self.family)

    @property
    def keys(self) -> frozenset[str]:
        """Sound keys of all its words, for finding candidates; never for deciding."""
        return frozenset().union(*(word.keys for word in self.words))


@lru_cache(maxsize=65_536)
def parse_name(text: str, tag: str = "") -> PersonName:
    """Take a name apart.

    Args:
        text: the name as a source has it.
        tag: the tongue it is in; where its letters say more (old Azerbaijani Cyrillic), they count.
    """
    tag = tongue_of(text, tag)
    before, comma, after = text.partition(",")
    words = _words(before, tag), _words(after, tag)
    strange = _unread((*words[0], *words[1]))
    if strange or not (words[0] or words[1]):
        return PersonName(text, rules.FOLDING_VERSION, Order.UNREADABLE, scripts=strange)
    every = (*words[0], *words[1])
    if comma and words[0] and words[1]:
        given, father, titles = _apart(words[1], alone=False)
        family, order = words[0], Order.COMMA
    else:
        main, father, titles = _apart(every, alone=True)
        given, family, order = _ordered(main, every, father)
    return PersonName(
        text,
        rules.FOLDING_VERSION,
        order,
        given,
        family,
        father,
        titles,
        sex=_sex(every, family, father),
    )


def _sex(every: tuple[Word, ...], family: tuple[Word, ...], father: tuple[Word, ...]) -> Sex:
    """Said by *daughter of* or a patronymic first, by the family name after that."""
    if father:
        if any(word.plain in rules.DAUGHTER_OF for word in every):
            return Sex.WOMAN
        if any(word.plain in rules.AFTER_FATHER for word in every):
            return Sex.MAN
    patronymics = [word for word in every if father and word.plain.startswith(father[0].plain)]
    for word in (*patronymics, *family):
        if word.plain.endswith(rules.SAYS_WOMAN):
            return Sex.WOMAN
        if word.plain.endswith(rules.SAYS_MAN):
            return Sex.MAN
    return Sex.UNSAID


def _words(text: str, tag: str) -> tuple[Word, ...]:
    pieces = (fold(piece, tag).strip("'\"()«»") for piece in _BREAKS.split(text))
    return tuple(
        Word(piece, ascii_key(piece, tag), tag, bool(_ARABIC.search(piece)))
        for piece in pieces
        if any(letter.isalpha() for letter in piece)
    )


def _unread(words: tuple[Word, ...]) -> tuple[str, ...]:
    """Scripts of letters that no table wrote in Latin; a digit or a sign is no letter."""
    left = {letter for word in words for letter in word.plain if not letter.isascii()}
    silent = [word for word in words if not word.plain]
    left |= {letter for word in silent for letter in word.text}
    names = {
        unicodedata.name(letter, "unknown").split()[0].lower()
        for letter in left
        if letter.isalpha()
    }
    return tuple(sorted(names - {"latin"}))


def _apart(
    words: tuple[Word, ...], *, alone: bool
) -> tuple[tuple[Word, ...], tuple[Word, ...], tuple[str, ...]]:
    """What is left, the father's name, the titles.

    ``alone``: the family name is among the words, so two others must be there beside a patronymic.
    """
    main: list[Word] = []
    father: list[Word] = []
    rest = list(words)
    while rest:
        word = rest.pop(0)
        if word.plain in rules.AFTER_FATHER and main:
            father.append(main.pop())
        elif word.plain in rules.BEFORE_FATHER and main and rest:
            father.append(rest.pop(0))
        else:
            main.append(word)
    if not father:
        main, father = _patronymic(main, 2 if alone else 1)
    titles = [word for word in main if word.plain in rules.TITLES]
    spare = len(main) - rules.BESIDE_A_TITLE + (0 if alone else 1)
    taken = titles[: max(spare, 0)]
    return (
        tuple(word for word in main if word not in taken),
        tuple(father),
        tuple(word.text for word in taken),
    )


def _patronymic(words: list[Word], others: int) -> tuple[list[Word], list[Word]]:
    """Take a Russian patronymic out of the words and its ending off it."""
    for at, word in enumerate(words):
        if not at and others > 1:
            continue  # a family name Abramovich stands first, a patronymic never does
        ending = next((one for one in rules.PATRONYMICS if word.plain.endswith(one)), "")
        stem = word.plain.removesuffix(ending)
        if ending and len(words) > others and len(stem) >= _SHORTEST_STEM:
            return [*words[:at], *words[at + 1 :]], [Word(stem, stem, "", unvowelled=False)]
    return words, []


def _ordered(
    main: tuple[Word, ...], written: tuple[Word, ...], father: tuple[Word, ...]
) -> tuple[tuple[Word, ...], tuple[Word, ...], Order]:
    """Given and family names, and what told them apart."""
    if not main:  # "İlyas oğlu": whose son, and no name
        return (), (), Order.ASSUMED
    if len(main) == 1:
        if _ends(main[0], rules.SURELY_FAMILY):
            return (), main, Order.ENDING
        return main, (), Order.ASSUMED
    first, last = main[0], main[-1]
    if _ends(last, rules.SURELY_FAMILY):
        return main[:-1], main[-1:], Order.ENDING
    if _ends(first, rules.SURELY_FAMILY):
        return main[1:], main[:1], Order.ENDING
    if father and written[-1] not in main:  # "Quliyev Vəli İlyas oğlu": family first
        return main[1:], main[:1], Order.PATRONYMIC
    for word, given, family in ((last, main[:-1], main[-1:]), (first, main[1:], main[:1])):
        if len(word.plain) >= rules.MAYBE_LETTERS and _ends(word, rules.MAYBE_FAMILY):
            return given, family, Order.ENDING
    return main[:-1], main[-1:], Order.ASSUMED


def _ends(word: Word, endings: tuple[str, ...]) -> bool:
    return any(
        word.plain.endswith(one) and len(word.plain) >= len(one) + _SHORTEST_STEM for one in endings
    )
