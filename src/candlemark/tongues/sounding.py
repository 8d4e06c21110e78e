"""A looser key for names that one person wrote from another alphabet by ear.

``Əliyev``, ``Aliyev`` and ``Алиев`` are one name; so are ``Məmmədov``, ``Mammadov`` and
``Мамедов``.  This key makes them one, and with them some names that are not: it is for finding
candidates that a person then looks at, placed behind what was spelled as it was asked for, and
never for deciding that two people are one.
"""

from __future__ import annotations

import re
from functools import lru_cache

_PAIRS = (
    ("dzh", "j"),
    ("kh", "x"),
    ("gh", "g"),
    ("zh", "j"),
    ("sh", "s"),
    ("ch", "c"),
    ("yo", "e"),  # ё, for which Russian mostly prints е
    ("q", "g"),
)
_GLIDE = re.compile(r"(?<=[eiou])y(?=[eiou])")  # Aliyev and Aliev, Agayev and Agaev
_DOUBLED = re.compile(r"(.)\1+")


@lru_cache(maxsize=65_536)
def sounding_key(key: str) -> str:
    """The looser key of what :func:`~candlemark.tongues.ascii_key` gave.

    It tells no a from e (ə is written as either), no double letter from a single one, and takes
    kh, gh, sh, ch, zh and q for the letters other alphabets have for them.
    """
    for pair, letter in _PAIRS:
        key = key.replace(pair, letter)
    return _DOUBLED.sub(r"\1", _GLIDE.sub("", key.replace("a", "e")))
