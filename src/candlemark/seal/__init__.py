"""Keys, sealing, signing, padding: every use of a cipher in Candlemark.

To *seal* is to make bytes that only holders of a key can open; to *sign* is to vouch for them.  The
two are never mixed.  The ciphers are libsodium's, through PyNaCl; nothing here invents one, and no
other floor imports one.

What this floor does not know: facts, entries, files, people.
"""

from candlemark.seal.keys import SUITE, PublicKey, SealingKey, SigningKey, derive
from candlemark.seal.notes import Note, NoteKey, read_note, sign_note
from candlemark.seal.passphrase import (
    Cost,
    Stretching,
    as_typed,
    check_drawn,
    new_passphrase,
)
from candlemark.seal.receiving import Receiving, ReceivingKey, Recipient
from candlemark.seal.recovery import RecoveryKey
from candlemark.seal.sealing import open_part, seal, seal_part, unseal
from candlemark.seal.signing import pae
from candlemark.seal.words import fingerprint_words

__all__ = [
    "SUITE",
    "Cost",
    "Note",
    "NoteKey",
    "PublicKey",
    "Receiving",
    "ReceivingKey",
    "Recipient",
    "RecoveryKey",
    "SealingKey",
    "SigningKey",
    "Stretching",
    "as_typed",
    "check_drawn",
    "derive",
    "fingerprint_words",
    "new_passphrase",
    "open_part",
    "pae",
    "read_note",
    "seal",
    "seal_part",
    "sign_note",
    "unseal",
]
