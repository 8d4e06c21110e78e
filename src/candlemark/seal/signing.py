"""Signing: what a signature is over, so that it can mean one thing only.

A signature is over the pre-authentication encoding of DSSE: the type of the payload and the
payload, each with its length.  A signature under an action can therefore never be read as one under
anything else.  Specification: github.com/secure-systems-lab/dsse, protocol.md, version 1.

Checkpoints are the exception: they are signed notes (``notes.py``), so that witnesses that know
nothing of Candlemark can cosign them.  Their text begins with the log's name, a cosigned message
with ``cosignature/v1``, an action's encoding with ``DSSEv1``; none can be taken for another.
"""

from __future__ import annotations

from typing import Final

SIGNATURE_BYTES: Final = 64


def pae(payload_type: str, payload: bytes) -> bytes:
    """What is signed for a payload of this type."""
    name = payload_type.encode()
    return b"DSSEv1 %d %b %d %b" % (len(name), name, len(payload), payload)
