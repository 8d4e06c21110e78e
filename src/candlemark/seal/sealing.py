"""Sealing: bytes that only the holders of a key can open, bound to the place they belong to.

Sealed bytes are ``nonce24 || XChaCha20-Poly1305(key, nonce, content, bound)`` where ``bound`` is a
label, the suite byte, what the caller binds (vault and action) and the kid of the key.  Bytes moved
to another action, another vault or another key do not open.

The nonce is BLAKE2b of fresh randomness *and* of everything that is sealed and bound.  Should the
random generator repeat itself, as it does in a virtual machine that was cloned or rolled back, two
different contents still get two different nonces.
"""

from __future__ import annotations

import hashlib
import secrets
from typing import TYPE_CHECKING, Final

from nacl.bindings import (
    crypto_aead_xchacha20poly1305_ietf_decrypt as _decrypt,
)
from nacl.bindings import (
    crypto_aead_xchacha20poly1305_ietf_encrypt as _encrypt,
)
from nacl.exceptions import CryptoError

from candlemark.errors import LedgerBroken
from candlemark.seal.keys import SUITE
from candlemark.seal.padding import SIZES, pad, unpad

if TYPE_CHECKING:
    from candlemark.seal.keys import SealingKey

NONCE_BYTES: Final = 24
OVERHEAD: Final = NONCE_BYTES + 16
"""Bytes that sealing adds: the nonce before and the tag behind."""

_PART: Final = b"candlemark/part/v1" + bytes([SUITE])
_SEALED_SIZES: Final = frozenset(size + OVERHEAD for size in SIZES)


def seal(key: SealingKey, label: bytes, bound: bytes, content: bytes, fresh: bytes = b"") -> bytes:
    """Seal ``content`` under ``key`` for the place named by ``label`` and ``bound``.

    ``label`` must be of a kind that no other label begins with; ``fresh`` is 32 random bytes, given
    only by tests that compare with recorded bytes.
    """
    aad = label + bound + key.kid
    nonce = hashlib.blake2b(
        (fresh or secrets.token_bytes(32)) + aad + hashlib.sha256(content).digest(),
        key=key.nonce_key,
        digest_size=NONCE_BYTES,
    ).digest()
    return nonce + _encrypt(content, aad, nonce, key.reveal())


def unseal(key: SealingKey, label: bytes, bound: bytes, sealed: bytes) -> bytes:
    """The content of ``sealed``.

    Raises:
        LedgerBroken: the bytes were changed, moved from elsewhere, or sealed under another key.
    """
    if len(sealed) < OVERHEAD:
        raise LedgerBroken("sealed bytes are too short to be whole")
    try:
        return _decrypt(
            sealed[NONCE_BYTES:], label + bound + key.kid, sealed[:NONCE_BYTES], key.reveal()
        )
    except CryptoError:
        raise LedgerBroken("sealed bytes do not open: changed, moved or truncated") from None


def seal_part(
    key: SealingKey, vault: bytes, action: bytes, content: bytes, fresh: bytes = b""
) -> bytes:
    """Pad and seal one part of an action (docs/formats/entry.md)."""
    return seal(key, _PART, vault + action, pad(content), fresh)


def open_part(key: SealingKey, vault: bytes, action: bytes, sealed: bytes) -> bytes:
    """The content of one part.

    Raises:
        LedgerBroken: the length is none a part can have (found before any cipher runs), the bytes
            do not open here, or the padding is not the one for the content.
    """
    if len(sealed) not in _SEALED_SIZES:
        raise LedgerBroken(f"{len(sealed)} bytes are no length a sealed part can have")
    return unpad(unseal(key, _PART, vault + action, sealed))
