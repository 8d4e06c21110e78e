"""The genesis: what a vault was when it began, and what its identifier is the hash of.

A vault needs nobody to certify it.  Its identifier is the hash of the genesis, and the genesis
holds the public keys that may write: whoever knows the identifier can check everything else.

The genesis of this version names one founder, with one device, and one log.  The fields for several
founders, the number of them that must sign a change of members, and the recipient that can recover
the keys are there from the first day, so that a vault made today can be read, and joined, later.
"""

from __future__ import annotations

import hashlib
from typing import Annotated, Final

import msgspec

from candlemark.errors import LedgerBroken, NewerFormat
from candlemark.seal import SUITE, PublicKey

FORMAT: Final = 1
"""The version byte of the vault's format."""

VAULT_ID_BYTES: Final = 16
GENESIS_LIMIT: Final = 65_535
_PREFIX: Final = b"candlemark/genesis/v1"

Bytes16 = Annotated[bytes, msgspec.Meta(min_length=16, max_length=16)]
Bytes32 = Annotated[bytes, msgspec.Meta(min_length=32, max_length=32)]
Count = Annotated[int, msgspec.Meta(ge=0, le=(1 << 63) - 1)]


class Founder(msgspec.Struct, frozen=True, array_like=True, forbid_unknown_fields=True):
    """A member from the beginning: the public keys of identity and first device."""

    identity: Bytes32
    device: Bytes32


class Genesis(msgspec.Struct, frozen=True, array_like=True, forbid_unknown_fields=True):
    """What a vault was when it began."""

    format: Annotated[int, msgspec.Meta(ge=1, le=127)]
    suite: Annotated[int, msgspec.Meta(ge=1, le=127)]
    salt: Bytes16
    founders: Annotated[tuple[Founder, ...], msgspec.Meta(min_length=1, max_length=64)]
    threshold: Annotated[int, msgspec.Meta(ge=1, le=64)]
    recovery: Annotated[bytes, msgspec.Meta(max_length=4096)]
    logs: Annotated[tuple[Bytes32, ...], msgspec.Meta(min_length=1, max_length=64)]
    demonstration: bool


_DECODER: Final = msgspec.msgpack.Decoder(Genesis)


def vault_id(genesis: bytes) -> bytes:
    """SHA-256("candlemark/genesis/v1" || genesis), the first 16 bytes."""
    return hashlib.sha256(_PREFIX + genesis).digest()[:VAULT_ID_BYTES]


def read_genesis(stored: bytes) -> Genesis:
    """The genesis in its exact bytes.

    Raises:
        NewerFormat: a later version of Candlemark wrote it.
        LedgerBroken: it is not a genesis.
    """
    if len(stored) > GENESIS_LIMIT:
        raise LedgerBroken("the genesis is too long")
    refuse_newer(stored, FORMAT)
    try:
        genesis = _DECODER.decode(stored)
    except (msgspec.MsgspecError, UnicodeDecodeError):  # text that is not UTF-8
        raise LedgerBroken("the genesis cannot be read") from None
    if genesis.suite != SUITE:
        raise newer("suite", genesis.suite)
    return genesis


def log_name(vault: bytes, log: PublicKey) -> str:
    """The name of one log of a vault, which is the first line of its checkpoints (C2SP origin)."""
    return f"candlemark.org/{vault.hex()}/{log.kid.hex()[:8]}"


def log_id(name: str) -> bytes:
    """SHA-256 of a log's name, the first 16 bytes: how actions refer to it."""
    return hashlib.sha256(name.encode()).digest()[:16]


def refuse_newer(stored: bytes, known: int) -> None:
    """Refuse an array whose first element, its format byte, is one of a later version.

    It is looked at before anything else, because a later format may differ in everything else.

    Raises:
        NewerFormat: it is.
    """
    if len(stored) > 1 and 0x90 <= stored[0] <= 0x9F and known < stored[1] <= 0x7F:
        raise newer("format", stored[1])


def newer(what: str, number: int) -> NewerFormat:
    """The error for a format or suite this version does not know."""
    return NewerFormat(
        f"written by a later version of Candlemark ({what} {number})",
        hint="install that version; this one changed nothing",
    )
