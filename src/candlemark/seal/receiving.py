"""Wrapping a key for one member: only the holder of the receiving key can take it out again.

HPKE (RFC 9180) in base mode.  Suite 1 joins ML-KEM-768 with X25519, so that what is copied today
does not open when one of the two is broken; suite 2 is X25519 alone, for where the first cannot be
used.  Whoever wraps is not proved by the wrap: which keys count is said by the ledger, and a key
whose kid it does not name is not used.

A receiving key is 32 secret bytes.  For suite 1 they are expanded as X-Wing expands its seed
(SHAKE-256 to 96 bytes: the seed of ML-KEM-768, then the X25519 key;
draft-connolly-cfrg-xwing-kem, section 5.2).
"""

from __future__ import annotations

import hashlib
import secrets
from enum import IntEnum
from typing import TYPE_CHECKING, Final, NoReturn

from cryptography.exceptions import InvalidKey, InvalidTag
from cryptography.hazmat.primitives.asymmetric.mlkem import MLKEM768PrivateKey, MLKEM768PublicKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.hpke import (
    AEAD,
    KDF,
    KEM,
    MLKEM768X25519PrivateKey,
    MLKEM768X25519PublicKey,
    Suite,
)

from candlemark.errors import LedgerBroken
from candlemark.seal.keys import KEY_BYTES, kid_of

if TYPE_CHECKING:
    from typing import Self

_MLKEM_BYTES: Final = 1184
_HYBRID: Final = Suite(KEM.MLKEM768_X25519, KDF.HKDF_SHA256, AEAD.CHACHA20_POLY1305)
_CLASSIC: Final = Suite(KEM.X25519, KDF.HKDF_SHA256, AEAD.CHACHA20_POLY1305)


class Receiving(IntEnum):
    """The suite byte of a receiving key."""

    HYBRID = 1
    """ML-KEM-768 with X25519."""
    CLASSIC = 2
    """X25519 alone."""

    @property
    def public_bytes(self) -> int:
        """Length of a recipient's public bytes."""
        return _MLKEM_BYTES + KEY_BYTES if self is Receiving.HYBRID else KEY_BYTES

    @property
    def overhead(self) -> int:
        """Bytes that wrapping adds: what carries the shared secret, and the tag."""
        return (1088 + KEY_BYTES if self is Receiving.HYBRID else KEY_BYTES) + 16


class Recipient:
    """The half of a receiving key that everybody may know."""

    __slots__ = ("_key", "kid", "raw", "suite")

    def __init__(self, suite: int, raw: bytes) -> None:
        """The recipient with these public bytes.

        Raises:
            LedgerBroken: the suite is not known, or these are not the bytes of such a key.
        """
        try:
            self.suite = Receiving(suite)
        except ValueError:
            raise LedgerBroken(f"there is no receiving key of suite {suite}") from None
        if len(raw) != self.suite.public_bytes:
            raise LedgerBroken(
                f"a receiving key of suite {suite} has {self.suite.public_bytes} public bytes"
            )
        self.raw = raw
        self.kid = kid_of(bytes([self.suite]) + raw)
        self._key: MLKEM768X25519PublicKey | X25519PublicKey
        try:
            x25519 = X25519PublicKey.from_public_bytes(raw[-KEY_BYTES:])
            self._key = x25519
            if self.suite is Receiving.HYBRID:
                mlkem = MLKEM768PublicKey.from_public_bytes(raw[:_MLKEM_BYTES])
                self._key = MLKEM768X25519PublicKey(mlkem, x25519)
        except (ValueError, InvalidKey):
            raise LedgerBroken("these are not the bytes of a receiving key") from None

    def wrap(self, content: bytes, info: bytes) -> bytes:
        """``content``, to be taken out by this recipient and with the same ``info`` only.

        Raises:
            LedgerBroken: the key is one that keeps no secret.
        """
        suite = _HYBRID if self.suite is Receiving.HYBRID else _CLASSIC
        try:
            return suite.encrypt(content, self._key, info + self.kid)
        except ValueError:  # a point of low order: its shared secret would be known to everybody
            raise LedgerBroken("nothing can be wrapped for this receiving key") from None

    def __repr__(self) -> str:
        return f"<Recipient {self.kid.hex()}>"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Recipient) and (self.suite, self.raw) == (other.suite, other.raw)

    def __hash__(self) -> int:
        return hash(self.kid)


class ReceivingKey:
    """The secret half: takes out what was wrapped for it.  Never printed, never pickled."""

    __slots__ = ("_key", "_seed", "recipient")

    def __init__(self, seed: bytes, suite: Receiving = Receiving.HYBRID) -> None:
        """The receiving key with these 32 secret bytes."""
        if len(seed) != KEY_BYTES:
            raise LedgerBroken(f"a receiving key has {KEY_BYTES} secret bytes, not {len(seed)}")
        self._seed = seed
        self._key: MLKEM768X25519PrivateKey | X25519PrivateKey
        if suite is Receiving.HYBRID:
            expanded = hashlib.shake_256(seed).digest(96)
            mlkem = MLKEM768PrivateKey.from_seed_bytes(expanded[:64])
            x25519 = X25519PrivateKey.from_private_bytes(expanded[64:])
            self._key = MLKEM768X25519PrivateKey(mlkem, x25519)
            public = mlkem.public_key().public_bytes_raw() + x25519.public_key().public_bytes_raw()
        else:
            self._key = X25519PrivateKey.from_private_bytes(seed)
            public = self._key.public_key().public_bytes_raw()
        self.recipient = Recipient(suite, public)

    @classmethod
    def generate(cls, suite: Receiving = Receiving.HYBRID) -> Self:
        """A new one from the machine's random generator."""
        return cls(secrets.token_bytes(KEY_BYTES), suite)

    def reveal(self) -> bytes:
        """The 32 secret bytes; only to be split among people, or wrapped."""
        return self._seed

    def unwrap(self, wrapped: bytes, info: bytes) -> bytes:
        """What was wrapped for this key with this ``info``.

        Raises:
            LedgerBroken: it was wrapped for somebody else, for another place, or was changed.
        """
        suite = _HYBRID if self.recipient.suite is Receiving.HYBRID else _CLASSIC
        if len(wrapped) < self.recipient.suite.overhead:
            raise LedgerBroken("a wrapped key is too short to be whole")
        try:
            return suite.decrypt(wrapped, self._key, info + self.recipient.kid)
        except (InvalidTag, ValueError):
            raise LedgerBroken("a wrapped key does not open: changed, moved or not ours") from None

    def __repr__(self) -> str:
        return f"<ReceivingKey {self.recipient.kid.hex()}>"

    def __reduce__(self) -> NoReturn:
        raise TypeError("a key is not pickled")
