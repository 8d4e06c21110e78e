"""Wraps: a key in bytes that one holder can open, and what an unlocked vault holds.

A member has one secret: the seed of their identity.  Its wrap, and that of the device they use
here, open under the key-encryption key their passphrase gives.  Everything shared (keys of
compartments, the key of this instance's log) is wrapped for their receiving key, which follows from
the identity; in a vault of one it is wrapped under the key-encryption key itself.

A wrap is not proof of anything: whoever can write the file can wrap what they like.  Which key of a
compartment counts is said by the ledger.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, NamedTuple

import msgspec

from candlemark.errors import Fault, LedgerBroken
from candlemark.ledger.compartments import CompartmentKeys
from candlemark.ledger.entry import COMPARTMENTS, META
from candlemark.ledger.genesis import Bytes32  # noqa: TC001 - msgspec reads it at run time
from candlemark.seal import (
    SUITE,
    ReceivingKey,
    SealingKey,
    SigningKey,
    derive,
    seal,
    unseal,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from candlemark.ledger.genesis import Genesis
    from candlemark.seal import Recipient

SIGNERS: Final = ("identity", "device", "log")
SIGNING: Final = "signing/"
COMPARTMENT: Final = "compartment/"

_UNDER_PASSPHRASE: Final = b"candlemark/wrap/v1" + bytes([SUITE])
_FOR_A_MEMBER: Final = b"candlemark/wrap/v2"
_OF_A_PERSON: Final = b"candlemark/subject/v1" + bytes([SUITE])
_RECEIVING: Final = b"candlemark/receiving/v1"
_TAG: Final = b"candlemark/subject/tag/v1"
TAG_BYTES: Final = 16


class Wrap(NamedTuple):
    """One row of the keystore: whose key, for whom, how, on which roster, and the wrapped bytes.

    ``roster`` is the hash of the roster a wrap for a member was made on.  It is empty where the
    holder is no member: under a passphrase, and for a person's key under that of a compartment.
    """

    kid: bytes
    holder: bytes
    suite: int
    roster: bytes
    wrapped: bytes


class Named(NamedTuple):
    """A key and what it is for."""

    purpose: str
    key: SealingKey | SigningKey
    epoch: int = 1


class _Wrapped(msgspec.Struct, frozen=True, array_like=True, forbid_unknown_fields=True):
    """What a wrap holds: what the key is for, since when, and the key."""

    purpose: str
    epoch: int
    key: Bytes32

    def __repr__(self) -> str:
        return f"<wrapped {self.purpose}>"


class _Subject(msgspec.Struct, frozen=True, array_like=True, forbid_unknown_fields=True):
    """What the wrap of a person's key holds: the identifier of the person, and the key."""

    subject: str
    key: Bytes32

    def __repr__(self) -> str:
        return "<wrapped key of a person>"


@dataclass(frozen=True, slots=True)
class Keyring:
    """Every key of an open vault; never printed, because keys never are."""

    identity: SigningKey
    device: SigningKey
    log: SigningKey
    compartments: CompartmentKeys

    @classmethod
    def generate(cls) -> Keyring:
        """New keys for a new vault."""
        return cls(
            SigningKey.generate(),
            SigningKey.generate(),
            SigningKey.generate(),
            CompartmentKeys({name: SealingKey.generate() for name in (META, *COMPARTMENTS)}),
        )


@dataclass(frozen=True, slots=True)
class Identity:
    """What everything in a vault is checked against: its identifier, its beginning, its keys."""

    vault: bytes
    genesis: Genesis
    keyring: Keyring


def receiving_key(identity: SigningKey, vault: bytes) -> ReceivingKey:
    """The key a member takes wraps out with; it follows from their identity and the vault."""
    return ReceivingKey(derive(identity.reveal(), vault, _RECEIVING))


def wrap_under(kek: SealingKey, vault: bytes, named: Named) -> Wrap:
    """A key, wrapped under a key-encryption key."""
    kid = named.key.kid
    wrapped = seal(kek, _UNDER_PASSPHRASE, vault + kid, _content(named))
    return Wrap(kid, kek.kid, SUITE, b"", wrapped)


def wrap_for(recipient: Recipient, vault: bytes, roster: bytes, named: Named) -> Wrap:
    """A key, wrapped for a member; ``roster`` is the hash of the roster that names them.

    The caller has proved that it does: see :mod:`candlemark.ledger.membership`.
    """
    kid = named.key.kid
    wrapped = recipient.wrap(_content(named), _FOR_A_MEMBER + vault + roster + kid)
    return Wrap(kid, recipient.kid, recipient.suite, roster, wrapped)


def wrap_subject(epoch: SealingKey, vault: bytes, subject: str, key: SealingKey) -> Wrap:
    """The key of a person, wrapped under the key of one epoch of a compartment."""
    content = msgspec.msgpack.encode(_Subject(subject, key.reveal()))
    wrapped = seal(epoch, _OF_A_PERSON, vault + key.kid, content)
    return Wrap(key.kid, epoch.kid, SUITE, b"", wrapped)


def open_subject(epoch: SealingKey, vault: bytes, wrap: Wrap) -> tuple[str, SealingKey]:
    """The person whose key a wrap holds, and the key.

    Raises:
        LedgerBroken: it does not open under this key of a compartment, or is another key.
    """
    if wrap.suite != SUITE:
        raise LedgerBroken("it is wrapped in a way this version does not know")
    content = unseal(epoch, _OF_A_PERSON, vault + wrap.kid, wrap.wrapped)
    try:
        found = msgspec.msgpack.decode(content, type=_Subject)
    except (msgspec.MsgspecError, UnicodeDecodeError):
        raise LedgerBroken("it cannot be read") from None
    key = SealingKey.from_bytes(found.key)
    if key.kid != wrap.kid:
        raise LedgerBroken("it is not the key it is named as")
    return found.subject, key


def subject_tag(epoch: SealingKey, vault: bytes, subject: str) -> bytes:
    """What a person's key under this key of a compartment is found by.

    Without the key of the compartment it says nothing, not even whether it is of a person known.
    """
    key = derive(epoch.reveal(), vault, _TAG)
    return hashlib.blake2b(subject.encode(), key=key, digest_size=TAG_BYTES).digest()


def take_subjects(keys: CompartmentKeys, vault: bytes, wraps: Iterable[Wrap]) -> None:
    """Hold every person's key whose epoch is held.

    Raises:
        LedgerBroken: ``faults`` names each key of which no wrap opens.
    """
    faults, opened, epochs = dict[bytes, str](), set[bytes](), frozenset(keys.kids)
    for wrap in wraps:
        if wrap.holder not in epochs:
            continue
        try:
            epoch = keys.key(wrap.holder)
            if epoch is not None:
                keys.add_subject(wrap.holder, *open_subject(epoch, vault, wrap))
                opened.add(wrap.kid)
        except LedgerBroken as error:
            faults.setdefault(wrap.kid, error.message)
    _require_whole({kid: what for kid, what in faults.items() if kid not in opened})


def _require_whole(bent: Mapping[bytes, str]) -> None:
    if bent:
        found = [Fault(f"key {kid.hex()}", what) for kid, what in bent.items()]
        raise LedgerBroken("keys do not open", faults=found)


def _content(named: Named) -> bytes:
    return msgspec.msgpack.encode(_Wrapped(named.purpose, named.epoch, named.key.reveal()))


@dataclass(slots=True)
class Unwrapped:
    """Keys by what they are for."""

    signing: dict[str, SigningKey]
    compartments: list[tuple[str, int, SealingKey]]

    @classmethod
    def empty(cls) -> Unwrapped:
        """None yet."""
        return cls({}, [])

    def take(self, kid: bytes, content: bytes) -> None:
        """Add the key in the content of a wrap, which must be the one of this kid.

        Raises:
            LedgerBroken: it is another key, or cannot be read.
        """
        try:
            found = msgspec.msgpack.decode(content, type=_Wrapped)
        except (msgspec.MsgspecError, UnicodeDecodeError):
            raise LedgerBroken("it cannot be read") from None
        signs = found.purpose.startswith(SIGNING)
        key = SigningKey.from_bytes(found.key) if signs else SealingKey.from_bytes(found.key)
        if key.kid != kid:
            raise LedgerBroken("it is not the key it is named as")
        if isinstance(key, SigningKey):
            self.signing[found.purpose.removeprefix(SIGNING)] = key
        else:
            name = found.purpose.removeprefix(COMPARTMENT)
            self.compartments.append((name, found.epoch, key))


def unwrap_under(kek: SealingKey, vault: bytes, wraps: Iterable[Wrap]) -> Unwrapped:
    """Every key wrapped under a key-encryption key.

    Raises:
        LedgerBroken: ``faults`` names each key of which no wrap opens.
    """

    def opened(wrap: Wrap) -> bytes:
        return unseal(kek, _UNDER_PASSPHRASE, vault + wrap.kid, wrap.wrapped)

    found, bent = _unwrapped(kek.kid, {SUITE}, wraps, opened)
    _require_whole(bent)
    return found


def unwrap_for(key: ReceivingKey, vault: bytes, wraps: Iterable[Wrap]) -> Unwrapped:
    """Every key wrapped for a member.

    Raises:
        LedgerBroken: ``faults`` names each key of which no wrap opens.
    """
    found, bent = unwrap_whole_for(key, vault, wraps)
    _require_whole(bent)
    return found


def unwrap_whole_for(
    key: ReceivingKey, vault: bytes, wraps: Iterable[Wrap]
) -> tuple[Unwrapped, Mapping[bytes, str]]:
    """Every key of which a wrap for a member opens; and of the others, by kid, why none does."""

    def opened(wrap: Wrap) -> bytes:
        return key.unwrap(wrap.wrapped, _FOR_A_MEMBER + vault + wrap.roster + wrap.kid)

    return _unwrapped(key.recipient.kid, {key.recipient.suite}, wraps, opened)


def _unwrapped(
    holder: bytes, suites: set[int], wraps: Iterable[Wrap], opened: Callable[[Wrap], bytes]
) -> tuple[Unwrapped, Mapping[bytes, str]]:
    """Of several wraps of one key the first that opens is taken, and no other has to."""
    found, faults, taken = Unwrapped.empty(), dict[bytes, str](), set[bytes]()
    for wrap in wraps:
        if wrap.holder != holder or wrap.kid in taken:
            continue
        try:
            if wrap.suite not in suites:
                raise LedgerBroken("it is wrapped in a way this version does not know")
            found.take(wrap.kid, opened(wrap))
            taken.add(wrap.kid)
        except LedgerBroken as error:
            faults.setdefault(wrap.kid, error.message)
    return found, {kid: what for kid, what in faults.items() if kid not in taken}
