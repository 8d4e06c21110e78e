"""Random identifiers that say by their prefix what they name.

``case_5w3k…`` names a case, ``person_…`` a person.  The rest is 128 random bits in Crockford's
base 32 (no I, L, O or U, so that it survives being read aloud), lower case, 26 characters.  An
identifier tells nothing about when, where or by whom it was made; it is safe in a URL and in a log
line.
"""

from __future__ import annotations

import hashlib
import re
import secrets

from candlemark.errors import NotUnderstood

_ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"
_LENGTH = 26  # 26 * 5 = 130 bits hold 128
_SHAPE = re.compile(rf"([a-z]+)_([{_ALPHABET}]{{{_LENGTH}}})")


def new_id(prefix: str) -> str:
    """A new random identifier; ``prefix`` is a short word in lower-case Latin letters."""
    return _written(prefix, secrets.randbits(128))


def derived_id(prefix: str, *said: str) -> str:
    """The identifier that follows from some texts, for what is worked out and never kept.

    The same texts give the same identifier everywhere, so whoever knows the texts can work it out:
    they must themselves hold a random identifier.
    """
    digest = hashlib.sha256(b"candlemark/derived-id/v1")
    for text in (prefix, *said):
        encoded = text.encode()
        digest.update(len(encoded).to_bytes(4, "big") + encoded)
    return _written(prefix, int.from_bytes(digest.digest()[:16], "big"))


def _written(prefix: str, number: int) -> str:
    if not re.fullmatch(r"[a-z]+", prefix):
        raise NotUnderstood(f"{prefix!r} cannot be a prefix", hint="use lower-case letters only")
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
