"""Short names for addresses and files, readable in every script and never empty.

Django's ``slugify`` gives ``sxsi-heyt`` for "Şəxsi heyət" and nothing at all for Persian or
Cyrillic.  A slug is made for people to recognise; it is not unique, so put an identifier beside it.
"""

from __future__ import annotations

import re

from candlemark.tongues.folding import fold
from candlemark.tongues.romanising import romanise

_WORD = re.compile(r"[a-z0-9]+")
LONGEST = 60
"""Letters in a slug at most; a longer one is cut, between words where that is possible."""


def slug(text: str, tag: str = "") -> str:
    """``text`` in ``a-z``, ``0-9`` and hyphens, never empty.

    Letters of a script without a table stand as their code points (``u65e5``); a text without any
    letter or digit is named by the code points of its signs, and an empty one is ``untitled``.
    """
    romanised = romanise(fold(text, tag), tag).replace("'", "")
    coded = "".join(
        letter if letter.isascii() or not letter.isalnum() else f" u{ord(letter):x} "
        for letter in romanised
    )
    words = _WORD.findall(coded) or [f"u{ord(sign):x}" for sign in romanised if not sign.isspace()]
    return _cut("-".join(words)) or "untitled"


def _cut(name: str) -> str:
    if len(name) <= LONGEST:
        return name
    whole, _, _ = name[: LONGEST + 1].rpartition("-")
    return whole or name[:LONGEST]
