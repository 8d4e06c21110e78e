"""The index of a site in one tongue: a script that a page from a folder can load.

A page opened from a folder may not read files, but it may load scripts beside it; so the index is
one.  It holds what can be found, the words by which it is, and how letters are folded, so that the
reader's own machine finds it without asking anybody.

It is loaded whole.  Parts by letter would weigh less, and whoever serves the site would see from
those that are asked for what somebody is looking for.  So it is packed instead, and what does not
fit into one part stands in further ones, which a reader loads all together or not at all.

Letters are folded by the rules of ``tongues``, one by one: ə, ı and İ as one types them without
their marks, Cyrillic in Latin letters, the letters of Arabic and Persian keyboards as one, joiners
and vowel signs left out.  The table of them goes along with the index; ``search.js`` does with what
is typed what :func:`key` does with what is written here, and a test holds one against the other.
"""

from __future__ import annotations

import json
import re
import unicodedata
import zlib
from base64 import b64encode
from collections import defaultdict
from dataclasses import dataclass
from functools import cache
from itertools import takewhile
from typing import TYPE_CHECKING, Any, Final

from candlemark.tongues import ascii_key, fold

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

_RANGES: Final = ((0x41, 0x2B0), (0x400, 0x530), (0x600, 0x700), (0x1E00, 0x1F00))
"""Latin, Cyrillic and Arabic letters, as far as a tongue of the pages can meet them."""
_ARABIC: Final = range(0x600, 0x700)
_NOTHING: Final = "\u00ad\u200b\u200c\u200d\u200e\u200f\u2018\u2019\u02bc\u00b4`'"
"""Joiners, marks of direction and apostrophes, which people write or leave out as they like."""
_WORD: Final = re.compile(r"[^\W_]+")
BEGINNING: Final = 6
"""Letters of a word of a note that are kept: where words take endings, any of them finds it."""
_EVERYWHERE: Final = 0.08
"""A word in a larger share of all entries tells nothing apart and is left out of the index."""
_ENOUGH: Final = 40
"""Entries from which that is looked at."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing that can be found."""

    kind: str
    """What it is, in the words of the reader."""
    title: str
    path: str
    """From the root of the site."""
    words: str = ""
    """Further text by which it is found."""


def parts(entries: Sequence[Entry], tongue: str, room: int) -> list[bytes]:
    """The index in as many scripts as it takes, none larger than ``room`` bytes.

    What comes first stands in the first, which is there for an empty index too.
    """
    found: list[bytes] = []
    rest = list(entries)
    while rest or not found:
        many = len(rest)
        made = index(rest, tongue)
        while len(made) > room and many > 1:
            # A little fewer than would do if all took the same, so that one more try is enough.
            many = max(min(many - 1, int(many * room / len(made) * 0.97)), 1)
            made = index(rest[:many], tongue)
        found.append(made)
        rest = rest[many:]
    return found


def index(entries: Sequence[Entry], tongue: str) -> bytes:
    """The script: a call of ``candlemark``, which ``search.js`` defines, with all that it needs.

    A text of letters and digits: what is packed, so that no word of anybody can end it.
    """
    kinds = _kinds(entries)
    order = list(kinds)
    found: dict[str, Any] = {
        "letters": letters(tongue),
        "kinds": list(kinds.items()),
        "entries": [
            [order.index(one.kind), one.title, one.path.removeprefix(kinds[one.kind])]
            for one in entries
        ],
        "beginning": BEGINNING,
        **_words(entries, tongue),
    }
    text = json.dumps(found, ensure_ascii=False, separators=(",", ":"), sort_keys=True)
    packed = b64encode(zlib.compress(text.encode(), 9)).decode()
    return f'candlemark("{packed}");\n'.encode()


def key(text: str, tongue: str) -> str:
    """A text as it is searched: every letter folded, everything else as it is."""
    return unicodedata.normalize("NFKC", text).translate(_table(tongue))


def words(text: str, tongue: str) -> list[str]:
    """The folded words of a text."""
    return _WORD.findall(key(text, tongue))


@cache
def letters(tongue: str) -> Mapping[str, str]:
    """The letters that a machine would not fold by itself as ``tongues`` does."""
    found = dict.fromkeys(_NOTHING, "")
    for begin, end in _RANGES:
        for one in map(chr, range(begin, end)):
            # What is put together otherwise (ﬁ, ǆ) is taken apart before anything is looked up.
            if unicodedata.normalize("NFKC", one) != one or not one.isalnum():
                continue
            folded = _folded(one, tongue)
            if folded != _plain(one):
                found[one] = folded
    # Russians write е for ё as they like; ``ascii_key`` tells them apart.
    return dict(sorted((found | {"ё": _folded("е", tongue), "Ё": _folded("Е", tongue)}).items()))


class _Table(dict[int, str]):
    """For ``str.translate``: what :func:`letters` says; of every other letter its plain form."""

    def __missing__(self, ordinal: int) -> str:
        found = self[ordinal] = _plain(chr(ordinal))
        return found


@cache
def _table(tongue: str) -> _Table:
    return _Table({ord(one): folded for one, folded in letters(tongue).items()})


def _plain(one: str) -> str:
    """What every machine makes of a letter: small, and without its marks."""
    apart = unicodedata.normalize("NFKD", one.lower())
    return "".join(each for each in apart if not unicodedata.category(each).startswith("M"))


def _folded(one: str, tongue: str) -> str:
    if ord(one) not in _ARABIC:
        return ascii_key(one, tongue)
    bare = _plain(fold(one, tongue))
    return fold(bare, tongue)


def _kinds(entries: Iterable[Entry]) -> dict[str, str]:
    """Every kind with what the paths of its entries begin with."""
    paths: dict[str, list[str]] = {}
    for one in entries:
        paths.setdefault(one.kind, []).append(one.path)
    return {kind: _begin_alike(min(found), max(found)) for kind, found in paths.items()}


def _begin_alike(one: str, other: str) -> str:
    """What two texts begin with; of the first and the last in order, all between them do too."""
    pairs = takewhile(lambda pair: pair[0] == pair[1], zip(one, other, strict=False))
    return "".join(letter for letter, _ in pairs)


def _words(entries: Sequence[Entry], tongue: str) -> dict[str, str]:
    """The beginnings of words that are in no title, sorted, and the numbers of their entries.

    Numbers are written in base 36, each as what it is more than the one before.
    """
    places: dict[str, list[int]] = defaultdict(list)
    for number, one in enumerate(entries):
        shown = set(words(one.title, tongue))
        begun = {word[:BEGINNING] for word in words(one.words, tongue) if word not in shown}
        for word in sorted(begun):
            places[word].append(number)
    most = max(len(entries), _ENOUGH) * _EVERYWHERE
    kept = {word: found for word, found in sorted(places.items()) if len(found) <= most}
    return {
        "words": " ".join(kept),
        "places": " ".join(".".join(_steps(found)) for found in kept.values()),
    }


def _steps(numbers: Sequence[int]) -> list[str]:
    return [_base36(now - before) for before, now in zip((0, *numbers), numbers, strict=False)]


def _base36(number: int) -> str:
    digits = "0123456789abcdefghijklmnopqrstuvwxyz"
    found = digits[number % 36]
    while number := number // 36:
        found = digits[number % 36] + found
    return found
