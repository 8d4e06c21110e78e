"""Cyrillic in Latin letters as the official tables have it, the table being chosen by the letters.

Azerbaijani Cyrillic г is q, Russian г is g; a text says which of the two it is by letters that
only one of them has.  The tables are data (``letters.toml``); search keys (``romanising``) are
made from the same ones.  Persian has its consonants there, for its vowels are not written.
"""

from __future__ import annotations

import re
import tomllib
import unicodedata
from importlib.resources import files
from typing import Any, Final

from candlemark.tongues.languages import parts, script

_FILE: Final[dict[str, Any]] = tomllib.loads(
    files("candlemark.tongues").joinpath("letters.toml").read_text("utf-8")
)
LETTERS_VERSION: Final[int] = _FILE["version"]
"""Of the tables; raised when a line of them changes."""


def letters(table: str, part: str = "letters") -> dict[str, str]:
    """A table of the file: letters and what each becomes (NFC)."""
    items = _FILE[table][part].split()
    written = ["" if item == "·" else item for item in items[1::2]]
    return dict(zip(items[::2], written, strict=True))


_AZERBAIJANI: Final = letters("az-Cyrl") | letters("az-Cyrl", "added")
_RUSSIAN: Final = letters("ru-Cyrl", "added") | letters("ru-Cyrl")
_MARKS: Final = frozenset(_FILE["az-Cyrl"]["marks"])
_FOREIGN: Final = frozenset(_FILE["az-Cyrl"]["foreign"])
_CYRILLIC: Final = re.compile("[\u0400-\u052f]")
_ARABIC: Final = re.compile("[\u0600-\u06ff]")
_DOTLESS: Final = frozenset("əğışƏĞŞ\u01dd")
_GLIDE: Final = re.compile(f"(?:(?<![^\\W\\d_])|(?<=[{_FILE['ru-Cyrl']['glide_after']}]))([её])")


def tongue_of(text: str, tag: str = "") -> str:
    """The tag by which a name is to be folded, where its letters say more than ``tag`` does.

    ``az-Cyrl`` for Cyrillic with letters of the old Azerbaijani alphabet, ``ru`` for other
    Cyrillic, ``fa`` for Arabic script, ``az`` for Latin letters only Azerbaijani, Talysh and
    Turkish have (which decides what I becomes); else ``tag``.
    """
    if _CYRILLIC.search(text):
        low = frozenset(text.lower())
        ours = parts(tag)[0] in {"az", "tly"} and script(tag) == "Cyrl"
        return "az-Cyrl" if (ours or low & _MARKS) and not low & _FOREIGN else "ru"
    if _ARABIC.search(text):
        return tag if script(tag) == "Arab" else "fa"
    if not tag or script(tag) != "Latn":
        return "az" if frozenset(text) & _DOTLESS else ""
    return tag


def transliterate(folded: str, tag: str) -> str:
    """Folded Cyrillic text in Latin letters with their accents; all else as it is.

    Args:
        folded: text as ``fold`` gives it.
        tag: as :func:`tongue_of` gives it.
    """
    if tag == "az-Cyrl":
        table = _AZERBAIJANI
    else:
        table = _RUSSIAN
        folded = _GLIDE.sub(lambda found: "y" + _RUSSIAN[found[1]], folded)
    return unicodedata.normalize("NFC", "".join(table.get(letter, letter) for letter in folded))
