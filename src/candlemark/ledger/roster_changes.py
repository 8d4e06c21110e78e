"""What each change makes of a roster, and what no change may do."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from candlemark.errors import LedgerBroken
from candlemark.ledger.roster import (
    Device,
    Member,
    with_compartment,
    with_device,
    with_member,
)
from candlemark.ledger.roster_facts import (
    DeviceRevoked,
    Ended,
    LogAdded,
    MemberAdded,
    MemberChanged,
    MemberRemoved,
    MemberThawed,
    RecoverySet,
    ThresholdSet,
    read_card,
)
from candlemark.seal import PublicKey, Receiving, Recipient

if TYPE_CHECKING:
    from candlemark.ledger.roster import Roster
    from candlemark.ledger.roster_facts import Certificate, Change, RosterChange


def made(roster: Roster, change: RosterChange, n: int, log: bytes = b"") -> Roster:
    """The roster after all changes of one payload, concluded in entry ``n`` of instance ``log``.

    Raises:
        LedgerBroken: one of them cannot be made, or the roster could never be changed again.
    """
    for one in change.changes:
        roster = _made(roster, one, n, log)
    if len(roster.administrators) < roster.threshold:
        raise LedgerBroken("there would be fewer administrators than have to sign a change")
    return roster


def _made(roster: Roster, change: Change, n: int, log: bytes) -> Roster:
    match change:
        case MemberAdded():
            return _added(roster, change, n, log)
        case MemberChanged():
            member = _present(roster, change.member)
            return with_member(
                roster,
                replace(member, administrator=change.administrator, coded=change.coded, log=log),
            )
        case MemberRemoved():
            return _removed(roster, change, n, log)
        case MemberThawed():
            return _thawed(roster, change.member, log)
        case DeviceRevoked():
            return _ended(roster, change.ended, log)
        case ThresholdSet():
            return replace(roster, threshold=change.threshold)
        case RecoverySet():
            return replace(roster, recovery=_checked(change))
        case LogAdded():
            if change.key in roster.logs:
                raise LedgerBroken("the log is one of the vault already")
            return replace(roster, logs=(*roster.logs, PublicKey(change.key).raw))


def _added(roster: Roster, change: MemberAdded, n: int, log: bytes) -> Roster:
    card, identity, recipient, certificate = read_card(change.card, roster.vault)
    if identity.kid in roster.members:
        raise LedgerBroken("the keys are those of somebody who is, or was, a member")
    if any(one.recipient == recipient for one in roster.members.values()):
        # Whatever is destroyed for one of the two would be destroyed for the other.
        raise LedgerBroken("the receiving key on the card is another member's")
    if PublicKey(certificate.device).kid in roster.devices:
        raise LedgerBroken("the device is one the vault knows already")
    member = Member(
        identity.kid,
        card.name,
        identity,
        recipient,
        change.administrator,
        change.coded,
        since=n,
        log=log,
    )
    return with_device(with_member(roster, member), device_of(certificate))


def _removed(roster: Roster, change: MemberRemoved, n: int, log: bytes) -> Roster:
    member = _present(roster, change.member)
    ended = {one.device: one for one in change.ended}
    devices = {one.kid for one in roster.devices.values() if one.member == member.kid}
    if not ended.keys() <= devices:
        raise LedgerBroken("the removal speaks of a device that is not theirs")
    for kid in devices:
        # A device the removal does not name wrote nothing before it was proposed.  If one certified
        # since then undid the removal, nobody could be removed who watches for it.
        roster = _ended(roster, ended.get(kid, Ended(kid, -1)), log)
    return with_member(roster, replace(member, removed=n, log=log))


def _thawed(roster: Roster, kid: bytes, log: bytes) -> Roster:
    """Their keys were destroyed, so they read nothing until somebody who does lets them again."""
    roster = with_member(roster, replace(_present(roster, kid), frozen_by=(), log=log))
    for there in roster.compartments.values():
        *before, last = (replace(one, given=one.given - {kid}) for one in there.epochs)
        last = replace(last, readers=tuple(one for one in last.readers if one != kid))
        beside = tuple(replace(one, given=one.given - {kid}) for one in there.beside)
        changed = replace(there, epochs=(*before, last), beside=beside)
        roster = with_compartment(roster, changed)
    return roster


def _ended(roster: Roster, ended: Ended, log: bytes) -> Roster:
    """The number only ever sinks: whoever holds a device may have given it up at one far ahead."""
    device = roster.devices.get(ended.device)
    if device is None:
        raise LedgerBroken("there is no such device")
    if device.last is not None and device.last <= ended.seq:
        return roster
    return with_device(roster, replace(device, last=ended.seq, log=log))


def _present(roster: Roster, kid: bytes) -> Member:
    member = roster.members.get(kid)
    if member is None or member.removed is not None:
        raise LedgerBroken("there is no such member")
    return member


def _checked(recovery: RecoverySet) -> RecoverySet | None:
    if not recovery.signing and not recovery.receiving:
        return None
    PublicKey(recovery.signing)
    Recipient(Receiving.HYBRID, recovery.receiving)
    return recovery


def device_of(certificate: Certificate) -> Device:
    """The device a certificate speaks of."""
    public = PublicKey(certificate.device)
    return Device(
        public.kid,
        public,
        certificate.member,
        certificate.label,
        datetime.fromtimestamp(certificate.begins / 1000, UTC),
        datetime.fromtimestamp(certificate.ends / 1000, UTC),
    )
