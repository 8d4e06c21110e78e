"""Signing: what a signature is over, so that it can mean one thing only.

A signature is over the pre-authentication encoding of DSSE: the type of the payload and the
payload, each with its length.  A signature under an action can therefore never be read as one under
anything else.  Specification: github.com/secure-systems-lab/dsse, protocol.md, version 1.

Checkpoints are the exception: they follow the signed notes of C2SP, so that witnesses that know
nothing of Candlemark can cosign them.  Their text begins with the log's name, an action's encoding
with ``DSSEv1``; neither can be taken for the other.
"""

from __future__ import annotations

import base64
import hashlib
from typing import TYPE_CHECKING, Final

from candlemark.errors import LedgerBroken

if TYPE_CHECKING:
    from candlemark.seal.keys import PublicKey, SigningKey

SIGNATURE_BYTES: Final = 64
_ED25519: Final = b"\x01"  # the number of the algorithm in signed notes
_DASH: Final = "\N{EM DASH} "
_NOTE_LIMIT: Final = 4096


def pae(payload_type: str, payload: bytes) -> bytes:
    """What is signed for a payload of this type."""
    name = payload_type.encode()
    return b"DSSEv1 %d %b %d %b" % (len(name), name, len(payload), payload)


def sign_note(text: str, name: str, key: SigningKey) -> bytes:
    """``text`` as a signed note (c2sp.org/signed-note); it must end with a line end."""
    signature = key.sign(text.encode())
    line = base64.b64encode(_note_key_id(name, key.public) + signature).decode()
    return f"{text}\n{_DASH}{name} {line}\n".encode()


def read_note(note: bytes, name: str, key: PublicKey) -> str:
    """The text of a signed note, once the signature of ``name`` under ``key`` holds.

    Lines signed by others are allowed and not looked at: a witness adds one without asking.

    Raises:
        LedgerBroken: the note is malformed, or this signature is missing or wrong.
    """
    try:
        whole = note.decode() if len(note) <= _NOTE_LIMIT else ""
    except UnicodeDecodeError:
        whole = ""
    head, blank, tail = whole.rpartition("\n\n")
    if not blank or not tail.endswith("\n"):
        raise LedgerBroken("the checkpoint is not a signed note")
    text = head + "\n"
    prefix = f"{_DASH}{name} "
    for line in tail.splitlines():
        if line.startswith(prefix):
            try:
                raw = base64.b64decode(line.removeprefix(prefix), validate=True)
            except ValueError:  # not Base64, or letters beyond ASCII
                continue
            if raw[:4] == _note_key_id(name, key) and key.vouches(text.encode(), raw[4:]):
                return text
    raise LedgerBroken("the signature under the checkpoint does not hold")


def _note_key_id(name: str, key: PublicKey) -> bytes:
    return hashlib.sha256(name.encode() + b"\n" + _ED25519 + key.raw).digest()[:4]
