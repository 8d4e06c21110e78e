"""What a sentence needs of grammar in the tongues of the interface: plurals, lists, large numbers.

Only what sentences need that are made below the pages, where no catalogue is: the rules of CLDR for
whole numbers in five tongues.  A test holds every rule against Babel's.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from candlemark.tongues.numerals import digits

if TYPE_CHECKING:
    from collections.abc import Sequence

_AND: Final = {"az": "və", "ru": "и", "fa": "و", "tr": "ve"}
_GROUP: Final = {"en": ",", "az": ".", "ru": "\N{NO-BREAK SPACE}", "fa": "٬", "tr": "."}
_FEW: Final = range(2, 5)
_TEENS: Final = range(11, 15)


def plural(number: int, tongue: str) -> str:
    """The form of a word that counts so many: ``one``, ``few``, ``many`` or ``other``."""
    if tongue == "ru":
        last, teens = number % 10, number % 100 in _TEENS
        if last == 1 and not teens:
            return "one"
        return "few" if last in _FEW and not teens else "many"
    if tongue == "fa":
        return "one" if number in {0, 1} else "other"
    return "one" if number == 1 else "other"


def listed(texts: Sequence[str], tongue: str) -> str:
    """``a, b and c``."""
    if len(texts) < 2:
        return "".join(texts)
    before, last, joining = texts[:-1], texts[-1], f" {_AND.get(tongue, 'and')} "
    if tongue == "fa":  # which puts a comma before the last of three as well
        return "، ".join(before) + ("،" if len(before) > 1 else "") + joining + last
    return ", ".join(before) + joining + last


def grouped(number: int, tongue: str) -> str:
    """A whole number with its thousands apart, in the digits of the tongue."""
    return digits(f"{number:,}".replace(",", _GROUP.get(tongue, ",")), tongue)
