"""Reads the fields of a definition file and gathers everything that is wrong with them.

Texts are held to what a reader will see: present, composed (NFC), without outer space, without
control characters or marks that reverse the line, and in the letters of their tongue.  A Cyrillic
``ә`` in an Azerbaijani label, or an Arabic ``ي`` in a Persian one, looks right and is never found
again; it is refused here.
"""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING

from candlemark.errors import Fault
from candlemark.tongues import INTERFACE

if TYPE_CHECKING:
    from collections.abc import Mapping

CODE = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
"""Kebab-case, in letters that survive every file name, address and spreadsheet."""

_TONGUE = re.compile(r"[a-z]{2,3}(-[A-Z][a-z]{3})?(-[A-Z]{2})?")
_LETTERS = {
    "en": re.compile(r"[A-Za-z]"),
    "az": re.compile(r"[A-Za-z\u00c0-\u024f\u0259]"),
    "tr": re.compile(r"[A-Za-z\u00c0-\u024f]"),
    "ru": re.compile(r"[\u0400-\u04ff]"),
    "fa": re.compile(r"[\u0600-\u06ff]"),
}
# Letters that look like the right one and are another.
_LOOKALIKES = {
    "en": re.compile(r"[\u0370-\u052f]"),
    "az": re.compile(r"[\u0370-\u052f\u01dd\u018e]"),
    "tr": re.compile(r"[\u0370-\u052f\u01dd\u018e]"),
    "ru": re.compile(r"[\u0370-\u03ff]|[A-Za-z](?=[\u0400-\u04ff])|(?<=[\u0400-\u04ff])[A-Za-z]"),
    "fa": re.compile(r"[\u064a\u0649\u0643\u0660-\u0669\ufb50-\ufdff\ufe70-\ufefc]"),
}
_INVISIBLE = {"Cc", "Cf", "Cn", "Co", "Cs", "Zl", "Zp"}
_JOINERS = {0x200C: None, 0x200D: None}  # Persian is spelt with the first of them


class Findings:
    """The faults of one set of files, with readers that add to them instead of stopping.

    A reader that finds nothing usable gives an empty text or mapping, so that the rest can still
    be read and all faults are named at once.
    """

    def __init__(self) -> None:
        self.faults: list[Fault] = []

    def add(self, where: str, what: str) -> None:
        """Note one fault."""
        self.faults.append(Fault(where, what))

    def table(self, value: object, where: str) -> Mapping[str, object]:
        """A table, or an empty one with a fault."""
        if isinstance(value, dict):
            return value
        self.add(where, "is missing" if value is None else "must be a table")
        return {}

    def tables(self, value: object, where: str) -> list[Mapping[str, object]]:
        """The tables of an array of tables; an empty array is a fault."""
        if not isinstance(value, list) or not value:
            self.add(where, "there is none")
            return []
        return [self.table(item, f"{where} {n}") for n, item in enumerate(value, start=1)]

    def only(self, table: Mapping[str, object], known: frozenset[str], where: str) -> None:
        """Every key of the table is known; a misspelt one would be lost in silence."""
        for key in sorted(table.keys() - known):
            self.add(where, f"{key!r} is not a field here; known: {', '.join(sorted(known))}")

    def text(self, value: object, where: str) -> str:
        """A text a reader may see, or an empty one with a fault."""
        if value is None or value == "":
            self.add(where, "is missing")
            return ""
        if not isinstance(value, str):
            self.add(where, "must be a text")
            return ""
        if value != value.strip():
            self.add(where, "has space at its ends")
        if not unicodedata.is_normalized("NFC", value):
            self.add(where, "is not composed (NFC)")
        for character in _invisible(value):
            self.add(where, f"holds the invisible character U+{ord(character):04X}")
        return value

    def code(self, value: object, where: str) -> str:
        """A code in kebab-case, or an empty text with a fault."""
        code = self.text(value, where)
        if code and not CODE.fullmatch(code):
            self.add(where, f"{code!r} is not in kebab-case")
        return code

    def number(self, value: object, where: str) -> int:
        """A whole number from 0 to 9; nothing counts as 0."""
        if value is None:
            return 0
        # True is an int to Python and a mistake to everybody else
        if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= 9:
            self.add(where, "must be a whole number from 0 to 9")
            return 0
        return value

    def tongues(
        self, value: object, where: str, required: tuple[str, ...] = INTERFACE
    ) -> dict[str, str]:
        """One text per tongue, in its own letters; the required tongues all there."""
        if value is not None and not isinstance(value, dict):
            self.add(where, "must be a table of tongues")
            return {}
        table: Mapping[str, object] = value or {}
        for tongue in required:
            if tongue not in table:
                self.add(f"{where}.{tongue}", "is missing")
        found: dict[str, str] = {}
        for tongue, said in table.items():
            place = f"{where}.{tongue}"
            if not _TONGUE.fullmatch(tongue):
                self.add(place, "is not a tag of a tongue")
                continue
            found[tongue] = self.text(said, place)
            self._letters(found[tongue], tongue, place)
        return found

    def _letters(self, text: str, tongue: str, where: str) -> None:
        if not text or tongue not in _LETTERS:
            return
        if not _LETTERS[tongue].search(text):
            self.add(where, f"has no letter of the script of {tongue}")
        wrong = _LOOKALIKES[tongue].search(text)
        if wrong:
            name = unicodedata.name(wrong[0], "?").lower()
            self.add(where, f"holds {name} (U+{ord(wrong[0]):04X}), not a letter of {tongue}")


def _invisible(text: str) -> list[str]:
    bare = text.translate(_JOINERS)
    if bare.isprintable():  # nearly always, and much faster than asking for each letter
        return []
    return sorted({letter for letter in bare if unicodedata.category(letter) in _INVISIBLE})
