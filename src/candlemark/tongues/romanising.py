"""Other scripts in the 26 Latin letters, for addresses and search keys.

This is not a scholar's transliteration and cannot be read back.  It takes folded text (see
``folding``), gives lower-case ASCII for the scripts it knows, and leaves the letters of others as
they are.  The Talysh and Azerbaijani Cyrillic letters follow the Azerbaijani Latin alphabet; no
speaker of Talysh has confirmed them yet, which is one more reason not to show them as spelling.
"""

# Letters of other scripts are the subject of this file.

from __future__ import annotations

import unicodedata
from functools import lru_cache

from candlemark.tongues.languages import parts
from candlemark.tongues.transliterating import letters


def _table(letters: str, written: str) -> dict[str, str]:
    """Letters and what each becomes, in the same order; ``·`` stands for nothing."""
    latin = ["" if item == "·" else item for item in written.split()]
    return dict(zip(letters, latin, strict=True))


_LATIN = _table("əıøłđðħŋɣʒʃɛɔæœþß", "e i o l d d h n g z s e o ae oe th ss")
_CYRILLIC = letters("ru-Cyrl", "added") | letters("ru-Cyrl") | _table("ёъь", "yo · ·")
_CYRILLIC_AZ = letters("az-Cyrl", "added") | letters("az-Cyrl")
# Tehran reads ق as it reads غ, and so it is written in search keys and addresses.
_ARABIC = (
    letters("fa-Arab", "added")
    | letters("fa-Arab")
    | _table("آاأإٱعؤیئءق", "a a a e a a v y y · gh")
)
_GEORGIAN = _table(
    "აბგდევზთიკლმნოპჟრსტუფქღყშჩცძწჭხჯჰ",
    "a b g d e v z t i k l m n o p zh r s t u p k gh q sh ch ts dz ts ch kh j h",
)
_ARMENIAN = _table(
    "աբգդեզէըթժիլխծկհձղճմյնշոչպջռսվտրցւփքօֆև",
    "a b g d e z e y t zh i l kh ts k h dz gh ch m y n sh o ch p j r s v t r ts v p k o f ev",
)


def _plain(table: dict[str, str]) -> dict[str, str]:
    """A table whose Latin letters have lost their accents."""
    return {letter: _ascii(written) for letter, written in table.items()}


def _ascii(written: str) -> str:
    return "".join(_LATIN.get(part, part) for each in written for part in _bare(each))


@lru_cache(maxsize=4_096)
def _bare(letter: str) -> tuple[str, ...]:
    """A letter without its marks."""
    apart = unicodedata.normalize("NFD", letter)
    return tuple(part for part in apart if not unicodedata.combining(part))


_EVERYWHERE = _LATIN | _plain(_CYRILLIC) | _ARABIC | _GEORGIAN | _ARMENIAN
_AZERBAIJANI = _EVERYWHERE | _plain(_CYRILLIC_AZ)


def romanise(text: str, tag: str = "") -> str:
    """Folded ``text`` in Latin letters, as far as its scripts are known.

    Args:
        text: text as ``fold`` gives it.
        tag: the tongue; Azerbaijani and Talysh read some Cyrillic letters in their own way.
    """
    if text.isascii():
        return text
    table = _AZERBAIJANI if parts(tag)[0] in {"az", "tly"} else _EVERYWHERE
    text = text.replace("ու", "u")  # one sound in two Armenian letters
    return "".join(_written(text, at, table) for at in range(len(text)))


def _written(text: str, at: int, table: dict[str, str]) -> str:
    letter = text[at]
    if letter in "اویه":
        return _persian(text, at)
    if letter in table:
        return table[letter]
    return "".join(table.get(part, part) for part in _bare(letter))


def _persian(text: str, at: int) -> str:
    """Alef, vav, yeh and heh, each of which is a vowel in one place and a consonant in another.

    Short vowels are not written, so the result stays a skeleton: تالش gives talsh.
    """
    letter = text[at]
    before = text[at - 1] if at else ""
    after = text[at + 1 : at + 2]
    first = not before.isalpha()
    if letter == "ا":
        return "" if first and after and after in "وی" else "a"  # ایران: the alef carries the i
    if letter == "ه":
        return "e" if not after.isalpha() and _consonant(before) else "h"
    carried = before == "ا" and not text[max(at - 2, 0) : at - 1].isalpha()
    vowel = carried or not (first or before in "اآ" or (after and after in "اآ"))
    if letter == "و":
        return "u" if vowel else "v"
    return "i" if vowel else "y"


def _consonant(letter: str) -> bool:
    return letter.isalpha() and letter not in "اآویه"
