"""Random identifiers that say by their prefix what they name.

``case_5w3k…`` names a case, ``person_…`` a person.  The rest is 128 random bits in Crockford's
base 32 (no I, L, O or U, so that it survives being read aloud), lower case, 26 characters.  An
identifier tells nothing about when, where or by whom it was made; it is safe in a URL and in a log
line.
"""

from __future__ import annotations

import re
import secrets

from candlemark.errors import NotUnderstood

_ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"
_LENGTH = 26  # 26 * 5 = 130 bits hold 128
_SHAPE = re.compile(rf"([a-z]+)_([{_ALPHABET}]{{{_LENGTH}}})")


def new_id(prefix: str) -> str:
    """A new random identifier; ``prefix`` is a short word in lower-case Latin letters."""
    if not re.fullmatch(r"[a-z]+", prefix):
        raise NotUnderstood(f"{prefix!r} cannot be a prefix", hint="use lower-case letters only")
    number = secrets.randbits(128)
    letters = [_ALPHABET[(number >> shift) & 31] for shift in range(5 * (_LENGTH - 1), -1, -5)]
    return f"{prefix}_{''.join(letters)}"


def check_id(text: str, prefix: str) -> str:
    """``text`` as it is when it is an identifier with this prefix; refused otherwise."""
    found = _SHAPE.fullmatch(text)
    if found is None or found[1] != prefix:
        raise NotUnderstood(
            f"this is not the identifier of a {prefix}",
            hint=f"it begins with {prefix}_ and has {_LENGTH} letters and digits after that",
        )
    return text
