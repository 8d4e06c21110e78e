"""Numbers of cases without what a clerk writes around them.

``№ 1(101)-125/2023``, ``İş № 1 (101) – 125/2023`` and ``۱(۱۰۱)-۱۲۵/۲۰۲۳`` are one number.  A
leading zero is kept, for some registers count with it; a number of nothing but one digit is a
default.
"""

from __future__ import annotations

import re
from typing import Final

from candlemark.tongues import ascii_key, tongue_of

_LETTERS_FIRST: Final = re.compile(r"^(?:[^\W\d_]{2,}\W+)*(?:(?:no|nr|n)\b\W*)?")
_SIGNS: Final = re.compile(r"[^a-z0-9()/.\-]+")
_DEFAULT: Final = re.compile(r"\W*([0-9])(?:\W*\1)*\W*")
_SHORTEST: Final = 2


def docket_of(text: str) -> str | None:
    """The number; None where there is none, or a default (``0000``, ``99999``)."""
    key = ascii_key(text.replace("№", " "), tongue_of(text))
    number = _SIGNS.sub("", _LETTERS_FIRST.sub("", key)).strip("./-")
    digits = re.sub(r"\D", "", number)
    if len(digits) < _SHORTEST or (len(digits) > _SHORTEST and _DEFAULT.fullmatch(number)):
        return None
    return number
