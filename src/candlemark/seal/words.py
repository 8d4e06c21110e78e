"""Words people can compare over the phone in the place of a hash."""

from __future__ import annotations

import hashlib
from typing import Final

from candlemark.seal.passphrase import words

FINGERPRINT_WORDS: Final = 6
"""77 bits: nobody makes another card, or key, with the same words in a human lifetime."""


def fingerprint_words(content: bytes, count: int = FINGERPRINT_WORDS) -> tuple[str, ...]:
    """``count`` words that stand for the SHA-256 of ``content``; at most 12."""
    number = int.from_bytes(hashlib.sha256(b"candlemark/words/v1" + content).digest())
    found = []
    for _ in range(count):
        number, place = divmod(number, len(words()))
        found.append(words()[place])
    return tuple(found)
