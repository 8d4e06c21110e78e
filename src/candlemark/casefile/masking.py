"""Whether a text of a case would give away who somebody is.

A paper without names leaves the room.  Titles are held to name nobody when they are written, and
free text is asked to; the address of a newspaper's page, or a quotation, may still hold a name.
Here a text is held against every spelling the case knows, in whatever letters; where one stands in
it, the whole text is to be left out; so it is where a court's own number stands in it, which leads
to the names in a public register.  A name nobody entered as a name cannot be found.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from candlemark.tongues import fold

if TYPE_CHECKING:
    from candlemark.casefile.views import CaseFile

_WORD: Final = re.compile(r"\w+")
_NUMBER: Final = re.compile(r"\d+(?:[/-]\d+)+")
_LETTERS: Final = 4
"""A shorter part of a name (Ali, oglu's -lu) is a word of too many tongues; it is looked for only
in the whole name."""


class Mask:
    """The spellings of the names of one case."""

    def __init__(self, casefile: CaseFile) -> None:
        wholes = {
            " ".join(_WORD.findall(fold(name.text, name.language)))
            for person in casefile.persons
            for name in person.names
        }
        self._dockets = {
            number
            for one in casefile.proceedings
            for number in (one.docket.strip(), *_NUMBER.findall(one.docket))
            if number
        }
        self._wholes = wholes - {""}
        self._parts = {part for one in wholes for part in one.split() if len(part) >= _LETTERS}

    def hides(self, text: str, language: str = "") -> bool:
        """Whether a text holds a name or a court's number.

        An ending grown onto a name (Mammadovun) hides nothing.
        """
        if any(number in text for number in self._dockets):
            return True
        words = _WORD.findall(fold(text, language).replace("_", " "))
        if any(word.startswith(part) for word in words for part in self._parts):
            return True
        whole = f" {' '.join(words)} "
        return any(f" {one} " in whole for one in self._wholes)
