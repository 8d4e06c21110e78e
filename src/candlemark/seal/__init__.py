"""Keys, sealing, signing, padding: every use of a cipher in Candlemark.

To *seal* is to make bytes that only holders of a key can open; to *sign* is to vouch for them.  The
two are never mixed.  The ciphers are libsodium's, through PyNaCl; nothing here invents one, and no
other floor imports one.

What this floor does not know: facts, entries, files, people.
"""

from candlemark.seal.keys import (
    KEY_BYTES,
    KID_BYTES,
    SUITE,
    PublicKey,
    SealingKey,
    SigningKey,
    derive,
    kid_of,
)
from candlemark.seal.padding import CONTENT_LIMIT, SIZES, size_class
from candlemark.seal.passphrase import (
    WORDS,
    Cost,
    Stretching,
    check_drawn,
    new_passphrase,
)
from candlemark.seal.sealing import OVERHEAD, open_part, seal, seal_part, unseal
from candlemark.seal.signing import SIGNATURE_BYTES, pae, read_note, sign_note

__all__ = [
    "CONTENT_LIMIT",
    "KEY_BYTES",
    "KID_BYTES",
    "OVERHEAD",
    "SIGNATURE_BYTES",
    "SIZES",
    "SUITE",
    "WORDS",
    "Cost",
    "PublicKey",
    "SealingKey",
    "SigningKey",
    "Stretching",
    "check_drawn",
    "derive",
    "kid_of",
    "new_passphrase",
    "open_part",
    "pae",
    "read_note",
    "seal",
    "seal_part",
    "sign_note",
    "size_class",
    "unseal",
]
