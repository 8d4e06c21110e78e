"""Keys: made, named by what they are, never shown.

A key is named by its *kid*, sixteen bytes of a hash of the key itself.  Whoever opens something
recomputes the kid from the key in hand, so that a sealed text cannot be made to open under two keys
(neither XChaCha20-Poly1305 nor any AEAD of its kind promises that by itself).

A key object shows its kid and nothing else: not in ``repr``, not in an exception, not in a pickle.
What this module does not do: wipe memory.  Python cannot; a program that can read this process can
read its keys, and docs/threats.md says so.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from abc import ABC, abstractmethod
from typing import TYPE_CHECKING, Final, NoReturn

from nacl.exceptions import BadSignatureError
from nacl.signing import SigningKey as _Ed25519
from nacl.signing import VerifyKey as _Ed25519Public

from candlemark.errors import LedgerBroken

if TYPE_CHECKING:
    from typing import Self

SUITE: Final = 1
"""The suite byte: Ed25519, XChaCha20-Poly1305, SHA-256, BLAKE2b, Argon2id."""

KEY_BYTES: Final = 32
KID_BYTES: Final = 16


def kid_of(key: bytes) -> bytes:
    """The name of a key: SHA-256("candlemark/kid/v1" || key), the first 16 bytes.

    Of a signing key it is the *public* half that is named, so that everybody can check it.
    """
    return hashlib.sha256(b"candlemark/kid/v1" + key).digest()[:KID_BYTES]


class _Secret(ABC):
    """What the two kinds of keys share: 32 bytes that nobody prints, copies or pickles."""

    __slots__ = ("_raw", "kid")

    def __init__(self, raw: bytes, kid: bytes) -> None:
        if len(raw) != KEY_BYTES:
            raise LedgerBroken(f"a key has {KEY_BYTES} bytes, not {len(raw)}")
        self._raw = raw
        self.kid = kid

    @classmethod
    def generate(cls) -> Self:
        """A new key from the operating system's generator."""
        return cls.from_bytes(secrets.token_bytes(KEY_BYTES))

    @classmethod
    @abstractmethod
    def from_bytes(cls, raw: bytes) -> Self:
        """The key with these 32 bytes."""

    def reveal(self) -> bytes:
        """The 32 secret bytes; only to be wrapped under another key."""
        return self._raw

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self.kid.hex()}>"

    def __reduce__(self) -> NoReturn:
        raise TypeError("a key is not pickled")


class SealingKey(_Secret):
    """A symmetric key: whoever has it can seal and open."""

    __slots__ = ("nonce_key",)

    def __init__(self, raw: bytes, kid: bytes) -> None:
        super().__init__(raw, kid)
        # A key of its own for nonces, so that the sealing key is used for one purpose.
        self.nonce_key = hashlib.blake2b(
            b"candlemark/nonce/v1", key=raw, digest_size=KEY_BYTES
        ).digest()

    @classmethod
    def from_bytes(cls, raw: bytes) -> Self:
        """The sealing key with these 32 bytes."""
        return cls(raw, kid_of(raw))


class SigningKey(_Secret):
    """An Ed25519 key that signs; its public half is what others know it by."""

    __slots__ = ("_ed25519", "public")

    def __init__(self, raw: bytes, kid: bytes) -> None:
        super().__init__(raw, kid)
        self._ed25519 = _Ed25519(raw)
        self.public = PublicKey(bytes(self._ed25519.verify_key))

    @classmethod
    def from_bytes(cls, raw: bytes) -> Self:
        """The signing key with this 32-byte seed (RFC 8032)."""
        return cls(raw, kid_of(bytes(_Ed25519(raw).verify_key)))

    def sign(self, message: bytes) -> bytes:
        """64 bytes of signature over ``message``, which must already say what it is for."""
        return self._ed25519.sign(message).signature


class PublicKey:
    """The half of a signing key that everybody may know."""

    __slots__ = ("_ed25519", "kid", "raw")

    def __init__(self, raw: bytes) -> None:
        if len(raw) != KEY_BYTES:
            raise LedgerBroken(f"a public key has {KEY_BYTES} bytes, not {len(raw)}")
        self._ed25519 = _Ed25519Public(raw)
        self.raw = raw
        self.kid = kid_of(raw)

    def __repr__(self) -> str:
        return f"<PublicKey {self.kid.hex()}>"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, PublicKey) and self.raw == other.raw

    def __hash__(self) -> int:
        return hash(self.raw)

    def vouches(self, message: bytes, signature: bytes) -> bool:
        """Whether ``signature`` over ``message`` was made with this key's secret half."""
        if len(signature) != 64:
            return False
        try:
            self._ed25519.verify(message, signature)
        except BadSignatureError:
            return False
        return True


def derive(secret: bytes, salt: bytes, purpose: bytes) -> bytes:
    """32 bytes for one purpose out of one secret: HKDF-SHA256 (RFC 5869), one block."""
    extracted = hmac.digest(salt, secret, "sha256")
    return hmac.digest(extracted, purpose + b"\x01", "sha256")
