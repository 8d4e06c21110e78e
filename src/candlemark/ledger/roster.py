"""The roster: who is a member, with which devices, and who may read which compartment.

It is a fold of what the ledger says about itself, and begins with the genesis.  Nothing else
counts: a key that no member signed for is nobody's, however it came into a file.  A change is
true from the entry on in which the last signature it needed stands; one that was made on another
roster than the one it would change is never true ("overtaken"), and is shown as such.

Pure: no store, no clock, no keys but public ones.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping  # noqa: TC003 - msgspec reads it
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from enum import StrEnum
from types import MappingProxyType
from typing import TYPE_CHECKING, Final, NamedTuple

from candlemark.errors import CandlemarkError
from candlemark.ledger.entry import COMPARTMENTS, META
from candlemark.ledger.roster_facts import (
    MemberAdded,
    RecoverySet,
    RosterChange,
    read_card,
    read_recovery,
)
from candlemark.seal import PublicKey, Recipient

if TYPE_CHECKING:
    from candlemark.ledger.genesis import Genesis

ROTATION_DAYS: Final = 180
"""After so many days a compartment is due for a new key, whether somebody left or not."""
DEVICE_DAYS: Final = 90
"""How long the certificate of a device holds."""

FREEZING: Final = 2
"""How many members freeze another."""
ERASING: Final = 2
"""How many members erase what was said about a person; all, where they are fewer."""

_BEGINNING: Final = b"candlemark/roster/v1"


@dataclass(frozen=True, slots=True)
class Member:
    """A person who may open the vault.  ``removed`` is the entry that ended it; None: a member.

    ``recipient`` is None for a founder of whom only the genesis speaks: no key can be wrapped for
    them before they introduced themselves.
    """

    kid: bytes
    name: str
    identity: PublicKey
    recipient: Recipient | None
    administrator: bool
    coded: bool
    since: int
    removed: int | None = None
    frozen_by: tuple[bytes, ...] = ()
    """Kids of those who asked that this member's keys be destroyed where they lie."""
    log: bytes = b""
    """At which instance what is so about them was said last: no other had to know it yet."""

    @property
    def frozen(self) -> bool:
        """Whether no key is wrapped for them: they asked it themselves, or two others did."""
        return self.kid in self.frozen_by or len(self.frozen_by) >= FREEZING

    @property
    def code(self) -> str:
        """How people name a member on a command line."""
        return self.kid.hex()[:12]


@dataclass(frozen=True, slots=True)
class Device:
    """A key that signs entries for a member, from ``begins`` until ``ends``.

    ``last`` is the number of its last leaf that counts, once it was revoked or its member removed.
    """

    kid: bytes
    public: PublicKey
    member: bytes
    label: str
    begins: datetime
    ends: datetime
    last: int | None = None
    log: bytes = b""
    """At which instance ``last`` was said."""


@dataclass(frozen=True, slots=True)
class Epoch:
    """One key of a compartment: its kid, who could read with it, the entry it began in.

    ``log`` is the instance it was given at.  ``given`` are members for whom it was certainly
    wrapped; a reader who was let in elsewhere may still have to be given it.
    """

    number: int
    kid: bytes
    readers: tuple[bytes, ...]
    began: int
    day: datetime
    log: bytes = b""
    given: frozenset[bytes] = frozenset()


@dataclass(frozen=True, slots=True)
class Compartment:
    """What is sealed together, and its keys in order, the present one last.

    ``beside`` are keys given at places that did not know of each other, which lost against one of
    ``epochs``: read by, and never written with.  ``out`` are those whom some key took out and
    nobody let in since; a key given by somebody who did not know of it lets them in no more.
    """

    name: str
    epochs: tuple[Epoch, ...]
    beside: tuple[Epoch, ...] = ()
    out: frozenset[bytes] = frozenset()

    @property
    def keys(self) -> tuple[Epoch, ...]:
        """Every key something may be sealed under."""
        return (*self.epochs, *self.beside)

    @property
    def readers(self) -> tuple[bytes, ...]:
        """Kids of those who read by the present key, and are to."""
        return tuple(kid for kid in self.epochs[-1].readers if kid not in self.out)


class Standing(StrEnum):
    """What has become of a proposed change."""

    WAITING = "waiting"
    """It lacks signatures."""
    MADE = "made"
    OVERTAKEN = "overtaken"
    """The roster changed otherwise meanwhile; it has to be proposed again."""
    REFUSED = "refused"
    """It would break the roster, or a signature under it does not hold."""


@dataclass(frozen=True, slots=True)
class Proposal:
    """A change of the roster with those who signed it."""

    hash: bytes
    change: RosterChange
    proposed: int
    signers: tuple[bytes, ...]
    standing: Standing
    why: str = ""
    content: bytes = b""
    """The exact bytes that were signed, and that the next one signs."""

    @property
    def code(self) -> str:
        """How people name a proposal on a command line."""
        return self.hash.hex()[:12]


class Newcomer(NamedTuple):
    """Somebody whose taking in was overtaken: kids of both their keys, and their device."""

    kid: bytes
    holder: bytes
    device: PublicKey


@dataclass(frozen=True, slots=True)
class Erasure:
    """What is, or is to be, destroyed about one person, and who said so."""

    id: bytes
    subject: str
    reason: str
    parts: frozenset[bytes]
    kids: frozenset[bytes]
    asked: int
    by: tuple[bytes, ...]
    day: datetime
    agreed: int | None = None
    """The entry from which on it is to be carried out; None while a second member is needed."""
    done: frozenset[bytes] = frozenset()
    """Logs of the instances that say they have nothing left of it."""

    @property
    def code(self) -> str:
        """How people name an erasure on a command line."""
        return self.id.hex()[:12]


@dataclass(frozen=True, slots=True)
class Gone:
    """The person each sealed part, and each key, that was erased was about."""

    parts: Mapping[bytes, str] = field(default_factory=dict)
    kids: Mapping[bytes, str] = field(default_factory=dict)

    def holds(self, part: bytes, kid: bytes, subject: str) -> bool:
        """Whether a part about a person was erased: itself, or the key it is sealed under.

        What was said under that key where nobody knew of the erasure yet is erased with it.
        """
        return subject != "" and subject in {self.parts.get(part), self.kids.get(kid)}


@dataclass(frozen=True, slots=True)
class Roster:
    """Who could do what after some entry of the ledger."""

    vault: bytes
    number: int
    hash: bytes
    threshold: int
    members: Mapping[bytes, Member]
    devices: Mapping[bytes, Device]
    compartments: Mapping[str, Compartment]
    logs: tuple[bytes, ...]
    recovery: RecoverySet | None = None
    proposals: tuple[Proposal, ...] = field(default=())
    erasures: tuple[Erasure, ...] = field(default=())

    @property
    def present(self) -> tuple[Member, ...]:
        """Those who are members now."""
        return tuple(one for one in self.members.values() if one.removed is None)

    @property
    def administrators(self) -> tuple[Member, ...]:
        """Members whose signatures count under a change."""
        return tuple(one for one in self.present if one.administrator)

    @property
    def waiting(self) -> tuple[Proposal, ...]:
        """Changes that lack signatures."""
        return tuple(one for one in self.proposals if one.standing is Standing.WAITING)

    @property
    def overtaken(self) -> tuple[Proposal, ...]:
        """Changes that were true where they were made, until what another place decided came."""
        recovery = self.recovery_key
        return tuple(
            one
            for one in self.proposals
            if one.standing is Standing.OVERTAKEN
            and (len(one.signers) >= self.threshold or (recovery and recovery.kid in one.signers))
        )

    @property
    def recovery_key(self) -> PublicKey | None:
        """The key three of five shares give back; None where there is none."""
        there = self.recovery
        return PublicKey(there.signing) if there and there.signing else None

    @property
    def newcomers(self) -> tuple[Newcomer, ...]:
        """Those whose taking in was overtaken, and who were not taken in again."""
        found = []
        for proposal in self.overtaken:
            for one in proposal.change.changes:
                if isinstance(one, MemberAdded) and one.card.signer not in self.members:
                    with suppress(CandlemarkError):
                        _, identity, recipient, certificate = read_card(one.card, self.vault)
                        device = PublicKey(certificate.device)
                        found.append(Newcomer(identity.kid, recipient.kid, device))
        return tuple(found)

    @property
    def gone(self) -> Gone:
        """What was erased, to be asked about many parts."""
        agreed = [one for one in self.erasures if one.agreed is not None]
        return Gone(
            {part: one.subject for one in agreed for part in one.parts},
            {kid: one.subject for one in agreed for kid in one.kids},
        )

    def entitled(self, compartment: str) -> tuple[Member, ...]:
        """Members who are to read a compartment, whether its key was wrapped for them yet or not.

        All of them ``meta``; those cleared for it ``coded``; for any other, whoever its last epoch
        named and is still a member.
        """
        if compartment == META:
            return self.present
        if compartment == COMPARTMENTS[0]:
            return tuple(one for one in self.present if one.coded)
        there = self.compartments.get(compartment)
        if there is None:
            return self.administrators if compartment in COMPARTMENTS else ()
        return tuple(one for one in self.present if one.kid in there.readers)

    def refusal(self, device: bytes, seq: int, written: datetime) -> str:
        """Why an entry of a device does not count; empty when it does."""
        known = self.devices.get(device)
        if known is None:
            return "it was written by a device the vault does not know"
        if known.last is not None and seq > known.last:
            return "it was written after its device, or its member, was given up"
        if not known.begins <= written <= known.ends:
            return "it was written at a time for which its device has no certificate"
        return ""

    def ended_elsewhere(self, device: bytes, seq: int, log: bytes) -> bool:
        """Whether an entry does not count because its device was given up at another instance."""
        known = self.devices.get(device)
        if known is None or known.last is None:
            return False
        return seq > known.last and known.log != log

    @property
    def closed(self) -> frozenset[str]:
        """Compartments somebody left whose key was not changed yet."""
        # As ``entitled`` says for each; there may be thousands, and this is asked at each save.
        present = frozenset(one.kid for one in self.present)
        cleared = frozenset(one.kid for one in self.present if one.coded)
        common = {META: present, COMPARTMENTS[0]: cleared}
        return frozenset(
            name
            for name, there in self.compartments.items()
            for entitled in [common.get(name, present)]
            if any(
                kid not in entitled or (name not in common and kid in there.out)
                for kid in there.epochs[-1].readers
            )
        )

    def due(self, compartment: str, now: datetime) -> str:
        """Why a compartment needs a new key; empty when it needs none."""
        there = self.compartments.get(compartment)
        if there is None:
            return ""
        if compartment in self.closed:
            return "a reader left"
        if (now - there.epochs[-1].day).days >= ROTATION_DAYS:
            return f"its key is older than {ROTATION_DAYS} days"
        return ""


def beginning(vault: bytes, genesis: Genesis) -> Roster:
    """The roster of a vault in which nobody has said anything yet."""
    always = datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC)
    members, devices = {}, {}
    for founder in genesis.founders:
        identity, device = PublicKey(founder.identity), PublicKey(founder.device)
        members[identity.kid] = Member(
            identity.kid, "", identity, None, administrator=True, coded=True, since=-1
        )
        devices[device.kid] = Device(device.kid, device, identity.kid, "", *always)
    return Roster(
        vault=vault,
        number=0,
        hash=hashlib.sha256(_BEGINNING + vault).digest(),
        threshold=genesis.threshold,
        members=MappingProxyType(members),
        devices=MappingProxyType(devices),
        compartments=MappingProxyType({}),
        logs=genesis.logs,
        recovery=read_recovery(genesis.recovery),
    )


def followed_by(roster: Roster, change: bytes) -> bytes:
    """The hash of a roster after a change in its exact bytes."""
    return hashlib.sha256(_BEGINNING + roster.hash + change).digest()


def with_member(roster: Roster, member: Member) -> Roster:
    """The roster with this member, instead of the one of the same key if there is one."""
    return replace(roster, members=MappingProxyType({**roster.members, member.kid: member}))


def with_device(roster: Roster, device: Device) -> Roster:
    """The roster with this device, instead of the one of the same key if there is one."""
    return replace(roster, devices=MappingProxyType({**roster.devices, device.kid: device}))


def with_compartment(roster: Roster, compartment: Compartment) -> Roster:
    """The roster with this compartment, instead of the one of the same name."""
    return replace(
        roster,
        compartments=MappingProxyType({**roster.compartments, compartment.name: compartment}),
    )
