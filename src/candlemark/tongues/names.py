"""Keys of names that one person wrote in another alphabet by ear, or in another state's spelling.

``Hümbətov``, ``Hummatov``, ``Гумбатов`` and ``همتی`` can be one man's name: in Baku it was written
with Azerbaijani letters, in Moscow heard with Russian ones, in Tehran without vowels, and in
Talysh the ending of the Russian registrar fell away.  A key keeps what survives that: whether a
word begins with a vowel, and its consonants, those that the alphabets confuse as one.

A word has several keys where a letter was heard in two ways (q as г or к), where two consonants
melt into one (mb, mm), and with and without the ending that says *son of*.  Two words sound alike
when they share a key.  That finds candidates for a person to look at; it never says that two names
are one, and a short key is anybody's, so of short words the vowels count too.
"""

from __future__ import annotations

import re
from functools import lru_cache
from itertools import product
from typing import Final

from candlemark.tongues.folding import ascii_key, fold
from candlemark.tongues.sounding import sounding_key

_VOWELS: Final = "A"
_FEW: Final = 2
_MOST: Final = 12
"""Keys of one word."""

_PAIRS: Final = (
    ("shch", "s"), ("tsch", "j"), ("sch", "s"), ("dzh", "j"), ("tch", "j"), ("дж", "j"),
    ("sh", "s"), ("ch", "\x1f"), ("zh", "j"), ("dj", "j"), ("dz", "z"), ("kh", "g"), ("gh", "g"),
    ("ph", "f"), ("th", "t"), ("ts", "s"), ("ck", "k"), ("الد", "د"),
)  # fmt: skip
"""Sounds that some alphabets write with several letters, longest first."""

_ONE: Final = {
    **dict.fromkeys("aeiouyəıöüæåäâàáãêèéëîíïôóòõûúùýаеёиоуыэюяйъьіїєәөүјāēīōūӣӯұ", _VOWELS),
    **dict.fromkeys("اآأإعءئؤیيىےۍۇۈۆېێ", _VOWELS),
    **dict.fromkeys("bбب", "b"), **dict.fromkeys("pпپ", "p"),
    **dict.fromkeys("tтتطṭټٹ", "t"), **dict.fromkeys("dдدډڈ", "d"),
    **dict.fromkeys("sşšśсшщцҫثسشصښ", "s"), **dict.fromkeys("zзҙذزضظ", "z"),
    **dict.fromkeys("çčćžжчҹҷҗћђџجچژږ", "j"),
    **dict.fromkeys("gğhxгґғҝхһҳحخغگګهةۀ", "g"),
    **dict.fromkeys("kкҡكکڪ", "k"),
    **dict.fromkeys("lлљلڵ", "l"), **dict.fromkeys("mмم", "m"), **dict.fromkeys("nñńнңњنڭڼں", "n"),
    **dict.fromkeys("rрرڕړڑ", "r"), **dict.fromkeys("fфف", "f"), **dict.fromkeys("vwвўڤ", "v"),
}  # fmt: skip
_SEVERAL: Final = {
    "j": ("j", "A"), "\x1f": ("j", "g"),  # j and ch, which Germans and Czechs write for y and kh
    "c": ("j", "k"), "q": ("g", "k"), "ق": ("g", "k"), "қ": ("k", "g"),
    "و": ("v", "A"), "ۋ": ("v", "A"),
    **dict.fromkeys("hһهح", ("g", "A")),
}  # fmt: skip
"""Letters that were heard, or are read, in two ways; an h inside a word is often not heard."""

_ENDINGS: Final = re.compile(
    "(?:(?:y|j|i)?[eo](?:v|f|ff|w)(?:a|ski[iy]|skaya)?"
    "|[ыи]?[еёо]в(?:а|ский|ская)?|اوف|وف|یف|اف|اوا|ов|ова"
    "|z[aeə]d[aeə]h?|заде|زاده|l[ıiuü]|лы|ли|لو|لی|پور|pu?r|pour|[iy]?an[ıi]?|нежад|n[ea]jad|نژاد"
    "|[iıy]|и|й|ی)$"
)
"""What says *son of* or *of* in the tongues around, at the end of a name."""
_DOUBLED: Final = re.compile(r"(.)\1+")


@lru_cache(maxsize=65_536)
def name_keys(word: str, tag: str = "") -> frozenset[str]:
    """The keys of one word of a name; none where it says nothing.

    Args:
        word: one word, in any of the scripts this program knows.
        tag: the tongue it is in; empty when nobody knows.
    """
    folded = fold(word, tag).replace("'", "").replace("-", "")
    bare = _ENDINGS.sub("", folded)
    keys = set(_skeletons(folded))
    if bare != folded:
        keys |= {key for key in _skeletons(bare) if len(key.strip(_VOWELS)) >= _FEW}
    found = {key for key in keys if len(key.strip(_VOWELS)) >= _FEW}
    return frozenset(found or _short(folded, tag))


@lru_cache(maxsize=65_536)
def consonants(word: str, tag: str = "") -> frozenset[str]:
    """What is left of a whole word, with the ending that says *son of*: for measuring distance.

    Short words have few consonants, and some have none: then there is one empty text.
    """
    return frozenset(_skeletons(fold(word, tag).replace("'", "").replace("-", ""))) or _NOTHING


_NOTHING: Final = frozenset({""})


def _short(folded: str, tag: str) -> set[str]:
    """The key of a word with fewer than two consonants: its vowels count too."""
    plain = re.sub(r"[\W_]+", "", re.sub(r"[iyj]+", "i", sounding_key(ascii_key(folded, tag))))
    return {f"={plain}"} if plain else set()


def _skeletons(folded: str) -> set[str]:
    """What is left of a word, once for each way it can have been heard."""
    text = folded
    for pair, sound in _PAIRS:
        text = text.replace(pair, sound)
    parts = [_SEVERAL.get(letter) or (_ONE.get(letter, ""),) for letter in text]
    if parts and text[0] in "hһهح":  # at the beginning of a word it is heard
        parts[0] = parts[0][:1]
    ways = 1
    heard: list[tuple[str, ...]] = []
    for part in parts:
        ways *= len(part)
        heard.append(part if ways <= _MOST else part[:1])
    return {key for way in product(*heard) for key in _reduced("".join(way))}


def _reduced(sounds: str) -> set[str]:
    """A row of sounds without its vowels, but for that it begins with one."""
    sounds = re.sub(r"(?<=A)g$", "", sounds)  # a silent h at the end: Fatma, فاطمه
    begins = _VOWELS if sounds.startswith(_VOWELS) else ""
    bare = _DOUBLED.sub(r"\1", sounds.replace(_VOWELS, "").replace("nb", "mb").replace("sg", "sk"))
    if bare.endswith(("d", "b", "f")):  # Əhməd and Ahmet, Rəcəb and Recep, -ов and -اف
        bare = bare[:-1] + {"d": "t", "b": "p", "f": "v"}[bare[-1]]
    melted = _DOUBLED.sub(r"\1", bare.replace("mb", "m"))
    return {begins + one for one in {bare, melted} if one}


def nearness(asked: str, word: str, tag: str = "") -> int | None:
    """How near a word of a name is to one asked for; None when they are not alike.

    0: as it is spelled; 1: but for accents and script; 2: by its sound; 3: by one of its keys.
    """
    if fold(asked) == fold(word, tag) or fold(asked, tag) == fold(word, tag):
        return 0
    plain, other = ascii_key(asked), ascii_key(word, tag)
    if plain == other:
        return 1
    if sounding_key(plain) == sounding_key(other):
        return 2
    return 3 if name_keys(asked) & name_keys(word, tag) else None
