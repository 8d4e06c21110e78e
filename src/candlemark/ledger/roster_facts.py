"""What is said about members, devices and compartments, in bytes that can be signed and kept.

A change of the roster is one *payload* in exact bytes.  It names the vault and the roster it was
made on, so that it can count once, in one place.  Administrators sign the payload itself: their
signatures hold whoever wrote the entry they stand in.  Byte by byte: docs/formats/roster.md.
"""

from __future__ import annotations

import hashlib
from typing import Annotated, Final, TypeVar

import msgspec

from candlemark.errors import LedgerBroken
from candlemark.ledger.genesis import Bytes16, Bytes32, Count, refuse_newer
from candlemark.ledger.kinds import Fact, Kinds
from candlemark.seal import PublicKey, Receiving, Recipient, SigningKey, pae

ROSTER_FORMAT: Final = 1
CHANGES_AT_ONCE: Final = 32
ENDED_AT_ONCE: Final = 256

_CHANGE_TYPE: Final = "application/vnd.candlemark.roster.v1"
_DEVICE_TYPE: Final = "application/vnd.candlemark.device.v1"
_CARD_TYPE: Final = "application/vnd.candlemark.member.v1"
_LIMIT: Final = 65_535

Signature64 = Annotated[bytes, msgspec.Meta(min_length=64, max_length=64)]
Name = Annotated[str, msgspec.Meta(min_length=1, max_length=200)]
Moment = Annotated[int, msgspec.Meta(ge=0, le=253_402_300_799_999)]
"""Milliseconds since 1970."""


class _Array(msgspec.Struct, frozen=True, array_like=True, forbid_unknown_fields=True):
    """Stored as an array, in order."""


class Certificate(_Array, frozen=True):
    """That a device belongs to a member, from one moment until another."""

    format: int
    vault: Bytes16
    member: Bytes16
    device: Bytes32
    label: Name
    begins: Moment
    ends: Moment


class Signed(_Array, frozen=True):
    """Exact bytes, and who signed them."""

    content: Annotated[bytes, msgspec.Meta(max_length=_LIMIT)]
    signer: Bytes16
    signature: Signature64


class Card(_Array, frozen=True):
    """What a person hands over to become a member: nothing secret, signed by themselves."""

    format: int
    vault: Bytes16
    name: Name
    identity: Bytes32
    suite: int
    receiving: Annotated[bytes, msgspec.Meta(max_length=4096)]
    device: Signed


class MemberAdded(_Array, frozen=True, tag="member.added"):
    """A person becomes a member, or takes new keys after losing the old ones."""

    card: Signed
    administrator: bool
    coded: bool
    """Whether they may read what happened (the compartment ``coded``)."""


class MemberChanged(_Array, frozen=True, tag="member.changed"):
    """What a member may do changes."""

    member: Bytes16
    administrator: bool
    coded: bool


class Ended(_Array, frozen=True):
    """The last number of a device whose leaves count; -1 when none does."""

    device: Bytes16
    seq: Annotated[int, msgspec.Meta(ge=-1, le=(1 << 63) - 1)]


class MemberRemoved(_Array, frozen=True, tag="member.removed"):
    """A person is a member no longer; their devices count up to the numbers named.

    One that is not named does not count at all.
    """

    member: Bytes16
    ended: Annotated[tuple[Ended, ...], msgspec.Meta(max_length=ENDED_AT_ONCE)]


class DeviceRevoked(_Array, frozen=True, tag="device.revoked"):
    """A device counts no longer."""

    ended: Ended


class ThresholdSet(_Array, frozen=True, tag="threshold.set"):
    """How many administrators must sign a change."""

    threshold: Annotated[int, msgspec.Meta(ge=1, le=64)]


class MemberThawed(_Array, frozen=True, tag="member.thawed"):
    """A member whose keys were frozen gets them again."""

    member: Bytes16


class RecoverySet(_Array, frozen=True, tag="recovery.set"):
    """The public halves of the recovery key; both empty for none."""

    signing: Annotated[bytes, msgspec.Meta(max_length=32)]
    receiving: Annotated[bytes, msgspec.Meta(max_length=4096)]


class LogAdded(_Array, frozen=True, tag="log.added"):
    """Another instance keeps a log of this vault."""

    key: Bytes32
    label: Name


Change = (
    MemberAdded
    | MemberChanged
    | MemberRemoved
    | DeviceRevoked
    | MemberThawed
    | ThresholdSet
    | RecoverySet
    | LogAdded
)


class RosterChange(_Array, frozen=True):
    """Changes that become true together, on one roster and no other."""

    format: int
    vault: Bytes16
    number: Count
    """One more than the number of the roster it is made on."""
    previous: Bytes32
    reason: Annotated[str, msgspec.Meta(max_length=500)]
    changes: Annotated[tuple[Change, ...], msgspec.Meta(min_length=1, max_length=CHANGES_AT_ONCE)]


# Facts


class RosterProposed(Fact, frozen=True):
    """A change, and the first signature under it."""

    change: bytes
    signer: bytes
    signature: bytes


class RosterApproved(Fact, frozen=True):
    """A further signature under a change that was proposed, named by its hash."""

    change: bytes
    signer: bytes
    signature: bytes


class MemberIntroduced(Fact, frozen=True):
    """A founder says what the genesis had no place for: a name, and the key to wrap keys for."""

    card: Signed


class DeviceCertified(Fact, frozen=True):
    """A member vouches for a device of theirs."""

    certificate: Signed


class DeviceLost(Fact, frozen=True):
    """A member says that a device of theirs counts no longer."""

    ended: Ended


class MemberFrozen(Fact, frozen=True):
    """A member asks that the keys of a member, perhaps their own, are destroyed where they lie.

    One who asks it of themselves is enough (before a border, say); of somebody else, two must.
    """

    member: bytes


class ErasureAsked(Fact, frozen=True):
    """A member asks that everything sealed about one person is destroyed."""

    id: bytes
    subject: str
    reason: str
    """A code of the reasons there are; never a text, which could say whom it is about."""
    parts: tuple[bytes, ...]
    """Hashes of the sealed parts that are about this person."""
    kids: tuple[bytes, ...]
    """The keys of this person."""


class ErasureAgreed(Fact, frozen=True):
    """A second member agrees to an erasure, and it is carried out."""

    id: bytes


class ErasureDone(Fact, frozen=True):
    """An instance has nothing left of what was to be erased: a receipt."""

    id: bytes


class TakenBack(Fact, frozen=True):
    """A member wants no longer what they asked for or agreed to and what still waits."""

    what: str
    """``erasure``, ``change`` or ``freezing``."""
    name: bytes
    """The identifier of the erasure, the hash of the change, the kid of the member."""


class EpochBegan(Fact, frozen=True):
    """A compartment has a new key, wrapped for these members."""

    compartment: str
    epoch: int
    kid: bytes
    readers: tuple[bytes, ...]
    reason: str


class ReaderAdded(Fact, frozen=True):
    """A member may read a compartment from its first epoch on."""

    compartment: str
    member: bytes


KINDS: Final = Kinds.of(
    ("roster.proposed", 1, RosterProposed),
    ("roster.approved", 1, RosterApproved),
    ("roster.introduced", 1, MemberIntroduced),
    ("device.certified", 1, DeviceCertified),
    ("device.lost", 1, DeviceLost),
    ("member.frozen", 1, MemberFrozen),
    ("erasure.asked", 1, ErasureAsked),
    ("erasure.agreed", 1, ErasureAgreed),
    ("erasure.done", 1, ErasureDone),
    ("roster.taken-back", 1, TakenBack),
    ("compartment.epoch", 1, EpochBegan),
    ("compartment.reader", 1, ReaderAdded),
)
"""What the ledger says about itself; every vault knows these kinds."""

_ENCODER: Final = msgspec.msgpack.Encoder()
_CHANGE: Final = msgspec.msgpack.Decoder(RosterChange)
_CERTIFICATE: Final = msgspec.msgpack.Decoder(Certificate)
_CARD: Final = msgspec.msgpack.Decoder(Card)
_SIGNED: Final = msgspec.msgpack.Decoder(Signed)


def encode(said: RosterChange | Certificate | Card | Signed | RecoverySet) -> bytes:
    """The exact bytes that are signed, hashed and kept."""
    return _ENCODER.encode(said)


def change_hash(change: bytes) -> bytes:
    """How a change is named: SHA-256 of its exact bytes."""
    return hashlib.sha256(change).digest()


def sign_change(change: bytes, key: SigningKey) -> bytes:
    """An administrator's signature under a change."""
    return key.sign(pae(_CHANGE_TYPE, change))


def change_holds(change: bytes, key: PublicKey, signature: bytes) -> bool:
    """Whether this signature under a change was made with this key."""
    return key.vouches(pae(_CHANGE_TYPE, change), signature)


def read_change(content: bytes) -> RosterChange:
    """The change in its exact bytes.

    Raises:
        NewerFormat, LedgerBroken: a later version wrote it; it is not a change.
    """
    return _read(content, _CHANGE, "the change of the roster")


def certify(certificate: Certificate, identity: SigningKey) -> Signed:
    """The certificate, signed by the member it names."""
    content = encode(certificate)
    return Signed(content, identity.kid, identity.sign(pae(_DEVICE_TYPE, content)))


def read_certificate(signed: Signed, identity: PublicKey, vault: bytes) -> Certificate:
    """The certificate in signed bytes.

    Raises:
        NewerFormat: a later version wrote it.
        LedgerBroken: it is not one, was not signed by this identity, or is of another vault.
    """
    if not identity.vouches(pae(_DEVICE_TYPE, signed.content), signed.signature):
        raise LedgerBroken("the certificate of the device was not signed by its member")
    certificate = _read(signed.content, _CERTIFICATE, "the certificate of the device")
    if (certificate.vault, certificate.member) != (vault, identity.kid):
        raise LedgerBroken("the certificate of the device is for another vault or member")
    if not certificate.label.isprintable():
        raise LedgerBroken("the certificate of the device has a label that cannot be shown")
    if certificate.ends <= certificate.begins:
        raise LedgerBroken("the certificate of the device ends before it begins")
    return certificate


def sign_card(card: Card, identity: SigningKey) -> Signed:
    """The card, signed by the person it is of."""
    content = encode(card)
    return Signed(content, identity.kid, identity.sign(pae(_CARD_TYPE, content)))


def read_card(signed: Signed, vault: bytes) -> tuple[Card, PublicKey, Recipient, Certificate]:
    """A card with its keys, once everything in it is signed by the person it is of.

    Raises:
        NewerFormat: a later version wrote it.
        LedgerBroken: it is not a card, or not one for this vault, or a key in it is none.
    """
    card = _read(signed.content, _CARD, "the card")
    if card.vault != vault:
        raise LedgerBroken("the card is for another vault")
    if not card.name.isprintable():  # it could write over the words that are to be compared
        raise LedgerBroken("the card has a name that cannot be shown")
    identity = PublicKey(card.identity)
    if identity.kid != signed.signer or not identity.vouches(
        pae(_CARD_TYPE, signed.content), signed.signature
    ):
        raise LedgerBroken("the card was not signed by the person it is of")
    recipient = Recipient(card.suite, card.receiving)
    return card, identity, recipient, read_certificate(card.device, identity, vault)


def read_recovery(stored: bytes) -> RecoverySet | None:
    """The recovery key's public halves as the genesis holds them; None where it holds none.

    Raises:
        LedgerBroken: they cannot be read.
    """
    if not stored:
        return None
    try:
        recovery = msgspec.msgpack.decode(stored, type=RecoverySet)
        PublicKey(recovery.signing)
        Recipient(Receiving.HYBRID, recovery.receiving)
    except (msgspec.MsgspecError, UnicodeDecodeError):
        raise LedgerBroken("the recovery key in the genesis cannot be read") from None
    return recovery


def read_signed(stored: bytes) -> Signed:
    """Signed bytes as they are handed over in a file.

    Raises:
        LedgerBroken: they are not.
    """
    if len(stored) > _LIMIT:
        raise LedgerBroken("the card is too long")
    try:
        return _SIGNED.decode(stored)
    except (msgspec.MsgspecError, UnicodeDecodeError):
        raise LedgerBroken("this is not a card") from None


_Read = TypeVar("_Read", RosterChange, Certificate, Card)


def _read(content: bytes, decoder: msgspec.msgpack.Decoder[_Read], what: str) -> _Read:
    if len(content) > _LIMIT:
        raise LedgerBroken(f"{what} is too long")
    refuse_newer(content, ROSTER_FORMAT)
    try:
        said = decoder.decode(content)
    except (msgspec.MsgspecError, UnicodeDecodeError):
        raise LedgerBroken(f"{what} cannot be read") from None
    if said.format != ROSTER_FORMAT:
        raise LedgerBroken(f"{what} has format {said.format}, which there is not")
    return said
