"""Another program: what Candlemark writes, read from the descriptions alone.

Nothing here imports Candlemark.  The ciphers are libsodium's, ML-KEM is that of ``cryptography``,
HPKE (RFC 9180, base mode) and the rest are written out.
"""

from __future__ import annotations

import hashlib
import hmac

import nacl.bindings as sodium
from cryptography.hazmat.primitives.asymmetric.mlkem import MLKEM768PrivateKey

CLASSIC, HYBRID = 0x0020, 0x647A


def kid(key):
    """The name of a key."""
    return hashlib.sha256(b"candlemark/kid/v1" + key).digest()[:16]


def pae(kind, payload):
    """What is signed: DSSE's pre-authentication encoding."""
    return b"DSSEv1 %d %s %d %s" % (len(kind), kind, len(payload), payload)


def signed(public, message, signature):
    """Whether Ed25519 says so."""
    try:
        return sodium.crypto_sign_open(signature + message, public) == message
    except Exception:  # noqa: BLE001 - whatever libsodium calls it
        return False


def hkdf(secret, salt, info, length=32):
    """HKDF with SHA-256 (RFC 5869), one block."""
    pseudo = hmac.digest(salt or bytes(32), secret, "sha256")
    return hmac.digest(pseudo, info + b"\x01", "sha256")[:length]


def aead_open(key, bound, sealed):
    """What lies under XChaCha20-Poly1305 with its nonce before it."""
    return sodium.crypto_aead_xchacha20poly1305_ietf_decrypt(
        sealed[24:], bound + kid(key), sealed[:24], key
    )


# HPKE


class _Labeled:
    def __init__(self, suite):
        self.suite = b"HPKE-v1" + suite

    def extract(self, salt, label, secret):
        return hmac.digest(salt or bytes(32), self.suite_of(label) + secret, "sha256")

    def suite_of(self, label):
        return self.suite + label

    def expand(self, pseudo, label, info, length):
        text = length.to_bytes(2) + self.suite + label + info
        return hmac.digest(pseudo, text + b"\x01", "sha256")[:length]


def seed_of(seed):
    """A seed of 32 bytes as the two keys behind MLKEM768-X25519."""
    expanded = hashlib.shake_256(seed).digest(96)
    return MLKEM768PrivateKey.from_seed_bytes(expanded[:64]), expanded[64:]


def public_of(kem, secret):
    """The public bytes of a receiving key."""
    if kem == CLASSIC:
        return sodium.crypto_scalarmult_base(secret)
    mlkem, x25519 = seed_of(secret)
    return mlkem.public_key().public_bytes_raw() + sodium.crypto_scalarmult_base(x25519)


def shared_secret(kem, secret, enc):
    """What the two sides share."""
    public = public_of(kem, secret)
    if kem == CLASSIC:
        labeled = _Labeled(b"KEM" + kem.to_bytes(2))
        pseudo = labeled.extract(b"", b"eae_prk", sodium.crypto_scalarmult(secret, enc))
        return labeled.expand(pseudo, b"shared_secret", enc + public, 32)
    mlkem, x25519 = seed_of(secret)
    first, second = enc[:1088], enc[1088:]
    both = mlkem.decapsulate(first) + sodium.crypto_scalarmult(x25519, second)
    return hashlib.sha3_256(both + second + public[-32:] + b"\\.//^\\").digest()


def hpke_open(kem, secret, enc, info, ciphertext, aad=b""):
    """The first message under HPKE in base mode, HKDF-SHA256 and ChaCha20-Poly1305."""
    labeled = _Labeled(b"HPKE" + kem.to_bytes(2) + (1).to_bytes(2) + (3).to_bytes(2))
    context = b"\0" + labeled.extract(b"", b"psk_id_hash", b"")
    context += labeled.extract(b"", b"info_hash", info)
    pseudo = labeled.extract(shared_secret(kem, secret, enc), b"secret", b"")
    key = labeled.expand(pseudo, b"key", context, 32)
    nonce = labeled.expand(pseudo, b"base_nonce", context, 12)
    return sodium.crypto_aead_chacha20poly1305_ietf_decrypt(ciphertext, aad, nonce, key)
