"""Codes of six digits that change every half minute (RFC 6238), for a second factor at sign-in.

Such a code proves that somebody holds a telephone.  It opens no key and seals nothing: whoever has
the vault's folder and the passphrase needs no code, and docs/threats.md says so.
"""

from __future__ import annotations

import base64
import hmac
import secrets
from typing import TYPE_CHECKING, Final
from urllib.parse import quote, urlencode

if TYPE_CHECKING:
    from datetime import datetime

SECRET_BYTES: Final = 20
"""As long as the hash is (RFC 4226, R6)."""
STEP: Final = 30
"""Seconds a code stands for."""
DIGITS: Final = 6
SKEW: Final = 1
"""Steps before and after the present one that are let through: clocks differ, and people type."""

_OTHER_DIGITS: Final = {
    ord(letter): str(value)
    for zero in ("\N{ARABIC-INDIC DIGIT ZERO}", "\N{EXTENDED ARABIC-INDIC DIGIT ZERO}")
    for value, letter in enumerate(chr(ord(zero) + n) for n in range(10))
}


def new_totp_secret() -> bytes:
    """A new secret from the operating system's generator."""
    return secrets.token_bytes(SECRET_BYTES)


def totp(secret: bytes, counter: int, *, digits: int = DIGITS, digest: str = "sha1") -> str:
    """The code of one step; SHA-1 because that is what every authenticator understands."""
    mac = hmac.digest(secret, counter.to_bytes(8, "big"), digest)
    start = mac[-1] & 0x0F
    number = int.from_bytes(mac[start : start + 4], "big") & 0x7FFFFFFF
    return str(number % 10**digits).zfill(digits)


def totp_step(secret: bytes, typed: str, when: datetime, after: int = -1) -> int | None:
    """The step whose code was typed; None when it is none that counts now.

    Args:
        secret: what the telephone holds too.
        typed: digits of any script, with whatever spaces.
        when: the time here.
        after: the last step whose code was used; a code counts once.
    """
    meant = "".join(typed.translate(_OTHER_DIGITS).split())
    now = int(when.timestamp()) // STEP
    found = None
    for step in range(now - SKEW, now + SKEW + 1):  # all of them, so that time tells nothing
        right = hmac.compare_digest(totp(secret, step).encode(), meant.encode("utf-8", "replace"))
        if right and step > after:
            found = step
    return found


def totp_text(secret: bytes) -> str:
    """The secret as people copy it: base32 in groups of four."""
    text = base64.b32encode(secret).decode()
    return " ".join(text[n : n + 4] for n in range(0, len(text), 4))


def totp_address(secret: bytes, account: str, issuer: str) -> str:
    """The address an authenticator reads from a picture."""
    query = {"secret": totp_text(secret).replace(" ", ""), "issuer": issuer}
    label = quote(f"{issuer}:{account}", safe="")
    return f"otpauth://totp/{label}?{urlencode(query, quote_via=quote)}"
