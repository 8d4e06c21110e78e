"""The order of words as a reader of each tongue expects it.

By code point Ə stands after Z, and the root order of Unicode mixes c with ç and g with ğ.  Here a
tongue is an alphabet, written out.  The key is bytes, so the same order holds in Python, in an
index of SQLite and in a column of any other database.  The orders of az, tr, ru, fa and en were
compared with ICU 77.

The key has four levels, compared in turn: letters; accents the alphabet does not know as letters of
their own; case (small before capital); the text itself, so that only equal texts have equal keys.
"""

# Letters of other scripts are the subject of this file.

from __future__ import annotations

import unicodedata
from functools import cache
from typing import Final

from candlemark.tongues.folding import DOTTED
from candlemark.tongues.languages import parts, script

_LATIN = "a b c d e ə f g ɣ h i ı j k l m n o p q r s t u v w x y z"
_LATIN_AZ = "a b c ç d e ə f g ğ h x ı i j k q l m n o ö p r s ş t u ü v y z w"
# Talysh has no order in any library.  It is Azerbaijani's here, with the letters of the older
# spelling (č š ž ý) each after its own; a speaker must confirm it.
_LATIN_TLY = "a b c ç č d e ə f g ğ h x ı i j k q l m n o ö p r s ş š t u ü v y ý z ž w"
_LATIN_TR = "a b c ç d e ə f g ğ h ı i j k l m n o ö p q r s ş t u ü v w x y z"
_CYRILLIC = (
    "а ә б в г ғ ґ д е є ж з и і ї й ј к қ ҝ л м н ң"
    " о ө п р с т у ү ў ф х һ ц ч ҹ џ ш щ ъ ы ь э ю я"
)
_CYRILLIC_AZ = "а б в г ғ д е ә ж з и ы й ј к ҝ л м н о ө п р с т у ү ф х һ ц ч ҹ ш щ ъ ь э ю я"
_ARABIC = "آ ا ء ب پ ت ث ج چ ح خ د ذ ر ز ژ س ش ص ض ط ظ ع غ ف ق ک گ ل م ن و ه ی"

_ALPHABETS: Final = {
    ("az", "Latn"): _LATIN_AZ,
    ("tly", "Latn"): _LATIN_TLY,
    ("tr", "Latn"): _LATIN_TR,
    ("az", "Cyrl"): _CYRILLIC_AZ,
    ("tly", "Cyrl"): _CYRILLIC_AZ,
}
_USUAL: Final = {"Latn": _LATIN, "Cyrl": _CYRILLIC, "Arab": _ARABIC}

# The same letter for the order, though another one when read closely.
_VARIANTS = str.maketrans("أإؤئٱيىكۀةە\u01dd\u018e", "ءءءءاییکههه\u0259\u018f")
_SIGN, _DIGIT, _OWN, _OTHER = 1, 2, 3, 0x20
_WIDTH = 3  # bytes of a letter after its band; a code point fits


def collation_key(text: str, tag: str) -> bytes:
    """Sorts before another text's key exactly when a reader of ``tag`` expects it first.

    The reader's own script comes first, then the others; signs and spaces come before digits, and
    digits before letters.  A tongue without an alphabet of its own has the one of its script.
    """
    language, written = parts(tag)[0], script(tag)
    ranks = _ranks(language, written)
    dotted = language in DOTTED and written == "Latn"
    letters, accents, cases = bytearray(), bytearray(), bytearray()
    for character in unicodedata.normalize("NFC", text).translate(_VARIANTS):
        small = _small(character, dotted=dotted)
        for part in small if small in ranks else unicodedata.normalize("NFD", small):
            if unicodedata.combining(part):
                accents += b"\2" + _number(ord(part))
            elif unicodedata.category(part) != "Cf":  # joiners and marks of direction
                letters += ranks.get(part) or _unlisted(part)
                accents += b"\1"
                cases += b"\1" if small == character else b"\2"
    return b"\0".join((letters, accents, cases, text.encode("utf-8", "surrogatepass")))


def _small(character: str, *, dotted: bool) -> str:
    if character == "İ":
        return "i"
    if character == "I" and dotted:
        return "ı"
    return character.lower()


@cache  # pure, and there are only as many results as tongues
def _ranks(language: str, written: str) -> dict[str, bytes]:
    alphabets = [_ALPHABETS.get((language, written)) or _USUAL.get(written, "")]
    alphabets += [alphabet for name, alphabet in _USUAL.items() if name != written]
    return {
        letter: bytes([_OWN + band]) + _number(at)
        for band, alphabet in enumerate(alphabets)
        for at, letter in enumerate(alphabet.split())
    }


def _unlisted(part: str) -> bytes:
    digit = unicodedata.digit(part, None)
    if digit is not None:
        return bytes([_DIGIT]) + _number(digit)
    band = _OTHER if part.isalnum() else _SIGN
    return bytes([band]) + _number(ord(part))


def _number(value: int) -> bytes:
    return value.to_bytes(_WIDTH, "big")
