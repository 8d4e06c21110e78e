"""An entry in bytes: the clear leaf, the sealed meta part, and what people pass in and get back.

One action of a person (one save) is one leaf.  The leaf lies in clear and says nothing: opaque
identifiers, hashes, size classes.  Who wrote, when, what kinds of facts, about whom: all that is in
the *meta* part, sealed for the members.  The facts are in further parts, one per compartment and
subject.  The format, byte by byte: docs/formats/entry.md.

Decoders here are strict and bounded, and run before any cipher does.  Bytes are kept exactly as
they were written; nothing is ever encoded again to be checked.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated, Final

import msgspec

from candlemark.errors import Fault, LedgerBroken, NotInOrder
from candlemark.ledger.genesis import Bytes16, Bytes32, Count, newer, refuse_newer
from candlemark.ledger.kinds import VERSION_LIMIT, Fact
from candlemark.seal import SUITE, pae
from candlemark.seal.padding import SIZES
from candlemark.seal.signing import SIGNATURE_BYTES

if TYPE_CHECKING:
    from collections.abc import Sequence

LEAF_FORMAT: Final = 1
META_FORMAT: Final = 1
LEAF_LIMIT: Final = 65_535
PART_LIMIT: Final = 200
"""Parts of one action, the meta part not counted."""

META: Final = "meta"
COMPARTMENTS: Final = ("coded", "identity")
"""Where facts can be sealed from the beginning; ``meta`` is the ledger's own.

Further ones are for the team of one case: ``identity:`` and the identifier of the case.
"""

_ACTION_TYPE: Final = "application/vnd.candlemark.action.v1"
_LANGUAGE: Final = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8}){0,3}")
_SUBJECT: Final = re.compile(r"[A-Za-z0-9_.:-]{0,64}")
SUPERSEDED_LIMIT: Final = 1024
LEAP_LIMIT: Final = 1 << 40
"""How far logical time may rise at once.  An honest writer goes on from what they have met, so it
rises by as much as there are entries; one who leaps to the end of all numbers would leave no next
one to anybody."""

_COMPARTMENT: Final = re.compile(r"coded|identity(:[a-z0-9_-]{1,54})?")

_Short = Annotated[str, msgspec.Meta(max_length=64)]


@dataclass(frozen=True, slots=True)
class Part:
    """Facts that are sealed together.

    ``compartment`` says who may open them: ``coded`` (what happened, in terms of the definition)
    or ``identity`` (who).  ``subject`` is the identifier of the natural person they are about, when
    they are about one, so that they can be erased together; never a name.
    """

    compartment: str = "coded"
    facts: Sequence[Fact] = ()
    subject: str = ""


class Entry(msgspec.Struct, frozen=True, gc=False):
    """One action as the ledger knows it, without its facts.

    ``written`` is what the writer's clock said: a claim.  The order of the ledger is ``n``.
    """

    n: int
    action: str
    written: datetime
    device: str
    kinds: tuple[str, ...]
    language: str
    supersedes: tuple[str, ...]


class SealedPart(msgspec.Struct, frozen=True, array_like=True, forbid_unknown_fields=True):
    """What the leaf says about one part: its key, the hash of its sealed bytes, its size class."""

    kid: Bytes16
    hash: Bytes32
    size: Annotated[int, msgspec.Meta(ge=0, lt=len(SIZES))]


class Leaf(msgspec.Struct, frozen=True, array_like=True, forbid_unknown_fields=True):
    """The clear line of the ledger; ``parts[0]`` is the meta part."""

    format: int
    suite: int
    vault: Bytes16
    action: Bytes16
    parts: Annotated[tuple[SealedPart, ...], msgspec.Meta(min_length=2, max_length=PART_LIMIT + 1)]


class Seen(msgspec.Struct, frozen=True, array_like=True, forbid_unknown_fields=True):
    """The state of a log the writer last verified; it makes a later roll-back provable."""

    log: Bytes16
    size: Count
    root: Bytes32


class PartNote(msgspec.Struct, frozen=True, array_like=True, forbid_unknown_fields=True):
    """What the meta part says about another part."""

    kinds: Annotated[
        tuple[tuple[_Short, Annotated[int, msgspec.Meta(ge=1, le=VERSION_LIMIT)]], ...],
        msgspec.Meta(min_length=1, max_length=1024),
    ]
    subject: _Short
    compartment: _Short


class Meta(msgspec.Struct, frozen=True, array_like=True, forbid_unknown_fields=True):
    """Who acted, after what, and what is in the other parts."""

    format: int
    vault: Bytes16
    action: Bytes16
    device: Bytes16
    seq: Count
    prev: Bytes32
    lamport: Count
    written: Annotated[int, msgspec.Meta(ge=0, le=253_402_300_799_999)]
    seen: Seen
    parts: Annotated[tuple[PartNote, ...], msgspec.Meta(min_length=1, max_length=PART_LIMIT)]
    supersedes: Annotated[tuple[Bytes16, ...], msgspec.Meta(max_length=SUPERSEDED_LIMIT)]
    language: _Short


_ENCODER: Final = msgspec.msgpack.Encoder()
_LEAF: Final = msgspec.msgpack.Decoder(Leaf)
_META: Final = msgspec.msgpack.Decoder(Meta)


def encode_leaf(vault: bytes, action: bytes, parts: tuple[SealedPart, ...]) -> bytes:
    """The exact bytes of a leaf."""
    return _ENCODER.encode(Leaf(LEAF_FORMAT, SUITE, vault, action, parts))


def read_leaf(stored: bytes) -> Leaf:
    """The leaf in its exact bytes.

    Raises:
        NewerFormat: a later version of Candlemark wrote it.
        LedgerBroken: it is not a leaf within the limits.
    """
    if len(stored) > LEAF_LIMIT:
        raise LedgerBroken(f"the leaf has more than {LEAF_LIMIT} bytes")
    refuse_newer(stored, LEAF_FORMAT)
    try:
        leaf = _LEAF.decode(stored)
    except (msgspec.MsgspecError, UnicodeDecodeError):  # text that is not UTF-8
        raise LedgerBroken("the leaf cannot be read") from None
    if leaf.format != LEAF_FORMAT:
        raise LedgerBroken(f"there is no leaf format {leaf.format}")
    if leaf.suite != SUITE:
        raise newer("suite", leaf.suite)
    return leaf


def encode_meta(meta: Meta) -> bytes:
    """The exact bytes that are signed and then sealed with the signature behind them."""
    return _ENCODER.encode(meta)


def split_meta(content: bytes) -> tuple[bytes, bytes, Meta]:
    """The signed bytes, the signature and the meaning of the content of a meta part.

    Raises:
        NewerFormat: a later version of Candlemark wrote it.
        LedgerBroken: it is not a meta part within the limits.
    """
    signed, signature = content[:-SIGNATURE_BYTES], content[-SIGNATURE_BYTES:]
    refuse_newer(signed, META_FORMAT)
    try:
        meta = _META.decode(signed)
    except (msgspec.MsgspecError, UnicodeDecodeError):  # text that is not UTF-8
        raise LedgerBroken("the meta part cannot be read") from None
    if meta.format != META_FORMAT:
        raise LedgerBroken(f"there is no meta format {meta.format}")
    return signed, signature, meta


def signed_message(meta: bytes, part_hashes: Sequence[bytes]) -> bytes:
    """What a device signs for one action: its meta part and the hashes of all other parts."""
    return pae(_ACTION_TYPE, meta + b"".join(part_hashes))


def entry_of(n: int, meta: Meta) -> Entry:
    """What people are told about an action."""
    return Entry(
        n=n,
        action=meta.action.hex(),
        written=datetime.fromtimestamp(meta.written / 1000, UTC),
        device=meta.device.hex(),
        kinds=tuple(dict.fromkeys(kind for part in meta.parts for kind, _ in part.kinds)),
        language=meta.language,
        supersedes=tuple(action.hex() for action in meta.supersedes),
    )


def is_compartment(name: str) -> bool:
    """Whether facts of the floors above can be sealed in a compartment of this name."""
    return _COMPARTMENT.fullmatch(name) is not None


def check_parts(parts: Sequence[Part], language: str, *, own: bool = False) -> None:
    """Refuse what cannot become an action, naming everything that is wrong.

    ``own`` is for what the ledger says of itself, in the compartment ``meta``.

    Raises:
        NotInOrder: see its ``faults``.
    """
    faults: list[Fault] = []
    if not 1 <= len(parts) <= PART_LIMIT:
        faults.append(Fault("parts", f"an action has 1 to {PART_LIMIT} parts, not {len(parts)}"))
    if _LANGUAGE.fullmatch(language) is None:
        faults.append(Fault("language", "this is not the tag of a language, such as en or tly"))
    for number, part in enumerate(parts):
        if not (is_compartment(part.compartment) or (own and part.compartment == META)):
            known = ", ".join(COMPARTMENTS)
            faults.append(
                Fault(f"part {number}", f"the compartments are {known} and identity:<case>")
            )
        if not part.facts:
            faults.append(Fault(f"part {number}", "there is no fact in it"))
        if _SUBJECT.fullmatch(part.subject) is None:
            faults.append(Fault(f"part {number}", "its subject is not an identifier"))
    if faults:
        raise NotInOrder("this cannot become an entry", hint="see the faults", faults=faults)
