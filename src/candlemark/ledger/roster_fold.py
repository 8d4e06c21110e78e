"""From what the ledger says about itself to the roster; what does not hold is named and ignored.

A fold over entries in the order of the ledger.  The caller has checked that each entry was signed
by the device it names; whether that device's member may say such a thing is decided here.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from functools import singledispatchmethod
from typing import TYPE_CHECKING, Final

from candlemark.errors import Fault, LedgerBroken, NewerFormat
from candlemark.ledger.entry import COMPARTMENTS, META, is_compartment
from candlemark.ledger.roster import (
    ERASING,
    Compartment,
    Epoch,
    Erasure,
    Member,
    Proposal,
    Standing,
    beginning,
    followed_by,
    with_compartment,
    with_device,
    with_member,
)
from candlemark.ledger.roster_changes import device_of, made
from candlemark.ledger.roster_facts import (
    DeviceCertified,
    DeviceLost,
    EpochBegan,
    ErasureAgreed,
    ErasureAsked,
    ErasureDone,
    MemberAdded,
    MemberFrozen,
    MemberIntroduced,
    MemberRemoved,
    ReaderAdded,
    RosterApproved,
    RosterProposed,
    TakenBack,
    change_hash,
    change_holds,
    read_card,
    read_certificate,
    read_change,
)
from candlemark.seal import PublicKey
from candlemark.seal.keys import KID_BYTES

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from candlemark.ledger.genesis import Genesis
    from candlemark.ledger.kinds import Fact
    from candlemark.ledger.roster import Roster
    from candlemark.ledger.roster_facts import RosterChange

_AHEAD: Final = timedelta(days=1)
"""How far a certificate may begin after the entry it stands in: clocks differ, but not by more."""


@dataclass(frozen=True, slots=True)
class Said:
    """One entry as far as the roster goes: its place, who signed it, and its claimed time."""

    n: int
    device: bytes
    written: datetime
    seq: int = 0
    """The number among the entries of its device."""
    log: bytes = b""
    """How actions refer to the log of the instance it was written at."""


class RosterFold:
    """The roster so far; ``faults`` names what was said and does not hold."""

    def __init__(self, vault: bytes, genesis: Genesis) -> None:
        self.roster = beginning(vault, genesis)
        self.faults: list[Fault] = []

    def add(self, said: Said, facts: Iterable[Fact]) -> None:
        """Go on with the facts of the next entry."""
        for fact in facts:
            try:
                self._apply(fact, said)
            except (LedgerBroken, NewerFormat) as error:
                self.faults.append(Fault(f"leaf {said.n}", error.message))

    def author(self, said: Said) -> Member:
        """The member whose device signed an entry.

        Raises:
            LedgerBroken: nobody's did, they are a member no longer, or the device counts no longer.
        """
        device = self.roster.devices.get(said.device)
        member = None if device is None else self.roster.members[device.member]
        if member is None or member.removed is not None:
            raise LedgerBroken("it was said by nobody who is a member")
        refusal = self.roster.refusal(said.device, said.seq, said.written)
        if refusal:
            raise LedgerBroken(refusal)
        return member

    @singledispatchmethod
    def _apply(self, fact: Fact, said: Said) -> None:
        """Kinds of later versions change nothing a reader of this version knows."""

    @_apply.register
    def _introduced(self, fact: MemberIntroduced, _said: Said) -> None:
        card, identity, recipient, certificate = read_card(fact.card, self.roster.vault)
        founder = self.roster.members.get(identity.kid)
        if founder is None or founder.recipient is not None or founder.removed is not None:
            raise LedgerBroken("only a founder introduces themselves, and once")
        device = PublicKey(certificate.device)
        # With the device of the genesis, or with another where a vault of one was restored.
        known = self.roster.devices.get(device.kid)
        if known is not None and (known.member != identity.kid or known.last is not None):
            raise LedgerBroken("the device is another member's, or was given up before")
        named = device_of(certificate) if known is None else replace(known, label=certificate.label)
        introduced = replace(founder, name=card.name, recipient=recipient)
        self.roster = with_device(with_member(self.roster, introduced), named)

    @_apply.register
    def _proposed(self, fact: RosterProposed, said: Said) -> None:
        change, name = read_change(fact.change), change_hash(fact.change)
        if change.vault != self.roster.vault:
            raise LedgerBroken("the change is of another vault")
        if any(one.hash == name for one in self.roster.proposals):
            raise LedgerBroken("the change was proposed before")
        self._check_signature(fact.change, change, fact.signer, fact.signature)
        standing = Standing.WAITING
        if (change.number, change.previous) != (self.roster.number + 1, self.roster.hash):
            standing = Standing.OVERTAKEN
        proposal = Proposal(name, change, said.n, (fact.signer,), standing, content=fact.change)
        self.roster = replace(self.roster, proposals=(*self.roster.proposals, proposal))
        self._conclude(proposal, fact.change, said)

    @_apply.register
    def _approved(self, fact: RosterApproved, said: Said) -> None:
        name = change_hash(fact.change)
        proposal = next((one for one in self.roster.proposals if one.hash == name), None)
        if proposal is None:
            raise LedgerBroken("a signature stands under a change nobody proposed")
        if proposal.standing is not Standing.WAITING:
            return  # signed by one who did not know yet: no fault, and no effect
        self._check_signature(fact.change, proposal.change, fact.signer, fact.signature)
        if fact.signer in proposal.signers:
            return
        signed = replace(proposal, signers=(*proposal.signers, fact.signer))
        self._set(signed)
        self._conclude(signed, fact.change, said)

    @_apply.register
    def _certified(self, fact: DeviceCertified, said: Said) -> None:
        member = self.roster.members.get(fact.certificate.signer)
        if member is None or member.removed is not None:
            raise LedgerBroken("the device is of nobody who is a member")
        certificate = read_certificate(fact.certificate, member.identity, self.roster.vault)
        device = device_of(certificate)
        if device.begins - _AHEAD > said.written:
            raise LedgerBroken("the certificate of the device begins in the future")
        known = self.roster.devices.get(device.kid)
        if known is not None and (known.member != device.member or known.last is not None):
            raise LedgerBroken("the device is another member's, or was given up before")
        if known is not None:  # renewed: what it wrote before counts as it did
            device = replace(device, begins=min(known.begins, device.begins))
        self.roster = with_device(self.roster, device)

    @_apply.register
    def _lost(self, fact: DeviceLost, said: Said) -> None:
        device = self.roster.devices.get(fact.ended.device)
        if device is None or device.member != self.author(said).kid or device.last is not None:
            raise LedgerBroken("only a member gives up a device of theirs, and once")
        self.roster = with_device(self.roster, replace(device, last=fact.ended.seq))

    @_apply.register
    def _frozen(self, fact: MemberFrozen, said: Said) -> None:
        author, member = self.author(said), self.roster.members.get(fact.member)
        if member is None or member.removed is not None:
            raise LedgerBroken("somebody who is no member was to be frozen")
        asked = tuple(dict.fromkeys((*member.frozen_by, author.kid)))
        self.roster = with_member(self.roster, replace(member, frozen_by=asked))

    @_apply.register
    def _erasure_asked(self, fact: ErasureAsked, said: Said) -> None:
        author = self.author(said)
        if any(one.id == fact.id for one in self.roster.erasures) or not fact.subject:
            raise LedgerBroken("the erasure was asked before, or is about nobody")
        erasure = Erasure(
            fact.id,
            fact.subject,
            fact.reason,
            frozenset(fact.parts),
            frozenset(fact.kids),
            said.n,
            (author.kid,),
            said.written,
        )
        self.roster = replace(self.roster, erasures=(*self.roster.erasures, erasure))
        self._agree(erasure, said)

    @_apply.register
    def _erasure_agreed(self, fact: ErasureAgreed, said: Said) -> None:
        author = self.author(said)
        found = next((one for one in self.roster.erasures if one.id == fact.id), None)
        if found is None:
            raise LedgerBroken("an erasure was agreed to that nobody asked for")
        by = tuple(dict.fromkeys((*found.by, author.kid)))
        self._agree(replace(found, by=by), said)

    @_apply.register
    def _erasure_done(self, fact: ErasureDone, said: Said) -> None:
        self.author(said)
        found = next((one for one in self.roster.erasures if one.id == fact.id), None)
        if found is None or found.agreed is None:
            raise LedgerBroken("a receipt stands for an erasure nobody agreed to")
        self._agree(replace(found, done=found.done | {said.log}), said)

    @_apply.register
    def _taken_back(self, fact: TakenBack, said: Said) -> None:
        """Their word counts no longer where it was not enough yet; afterwards it has no effect."""
        author = self.author(said).kid
        for one in self.roster.erasures:
            if fact.what == "erasure" and one.id == fact.name and one.agreed is None:
                by = tuple(kid for kid in one.by if kid != author)
                self._agree(replace(one, by=by), said)
        for other in self.roster.waiting:
            if fact.what == "change" and other.hash == fact.name:
                signers = tuple(kid for kid in other.signers if kid != author)
                self._set(replace(other, signers=signers))
        member = self.roster.members.get(fact.name)
        if fact.what == "freezing" and member is not None and not member.frozen:
            asked = tuple(kid for kid in member.frozen_by if kid != author)
            self.roster = with_member(self.roster, replace(member, frozen_by=asked))

    def _agree(self, erasure: Erasure, said: Said) -> None:
        """Let an erasure stand as it is now, and be carried out once enough members want it."""
        if erasure.agreed is None and len(erasure.by) >= min(ERASING, len(self.roster.present)):
            erasure = replace(erasure, agreed=said.n)
        self.roster = replace(
            self.roster,
            erasures=tuple(
                erasure if one.id == erasure.id else one for one in self.roster.erasures
            ),
        )

    @_apply.register
    def _epoch_began(self, fact: EpochBegan, said: Said) -> None:
        author, there = self.author(said), self.roster.compartments.get(fact.compartment)
        before = there.epochs if there else ()
        if not (is_compartment(fact.compartment) or fact.compartment == META):
            raise LedgerBroken("there can be no compartment of this name")
        if fact.epoch != len(before) + 1:
            raise LedgerBroken("the key of the compartment is not the next one")
        if len(fact.kid) != KID_BYTES or fact.kid in self._kids():
            raise LedgerBroken("the key of the compartment is one that is used already, or none")
        present = {one.kid for one in self.roster.present}
        if not fact.readers or not set(fact.readers) <= present:
            raise LedgerBroken("the key of the compartment is for somebody who is no member")
        if fact.compartment in {META, COMPARTMENTS[0]}:
            if not author.administrator:
                raise LedgerBroken("only an administrator changes the key of all members")
            entitled = self.roster.entitled(fact.compartment)
            if not set(fact.readers) <= {one.kid for one in entitled}:
                raise LedgerBroken("the key of the compartment is for somebody not cleared for it")
            # One administrator alone must not shut the others out.
            if not {one.kid for one in entitled if one.recipient and not one.frozen} <= set(
                fact.readers
            ):
                raise LedgerBroken("the key of the compartment leaves out who is to read it")
        elif there is not None and author.kid not in there.readers:
            raise LedgerBroken("only a reader of a compartment changes its key")
        epoch = Epoch(fact.epoch, fact.kid, fact.readers, said.n, said.written)
        self.roster = with_compartment(self.roster, Compartment(fact.compartment, (*before, epoch)))

    @_apply.register
    def _reader_added(self, fact: ReaderAdded, said: Said) -> None:
        author, there = self.author(said), self.roster.compartments.get(fact.compartment)
        member = self.roster.members.get(fact.member)
        if there is None or author.kid not in there.readers:
            raise LedgerBroken("only a reader of a compartment lets another read it")
        if member is None or member.removed is not None:
            raise LedgerBroken("somebody who is no member was to read a compartment")
        if fact.compartment in {META, COMPARTMENTS[0]} and member not in self.roster.entitled(
            fact.compartment
        ):
            raise LedgerBroken("somebody who is not cleared for a compartment was to read it")
        *before, last = there.epochs
        readers = tuple(dict.fromkeys((*last.readers, fact.member)))
        epochs = (*before, replace(last, readers=readers))
        self.roster = with_compartment(self.roster, Compartment(fact.compartment, epochs))

    def _check_signature(
        self, content: bytes, change: RosterChange, signer: bytes, signature: bytes
    ) -> None:
        recovery = self._recovery()
        if recovery is not None and signer == recovery.kid:
            if not all(isinstance(one, MemberAdded | MemberRemoved) for one in change.changes):
                raise LedgerBroken("the recovery key signs for who is a member, and nothing else")
            key = recovery
        else:
            member = self.roster.members.get(signer)
            if member is None or member.removed is not None or not member.administrator:
                raise LedgerBroken("the change was signed by nobody who is an administrator")
            key = member.identity
        if not change_holds(content, key, signature):
            raise LedgerBroken("the signature under the change does not hold")

    def _conclude(self, proposal: Proposal, content: bytes, said: Said) -> None:
        """Make a change true once it was signed by enough."""
        if proposal.standing is not Standing.WAITING:
            return
        administrators = {one.kid for one in self.roster.administrators}
        recovery = self._recovery()
        by_recovery = recovery is not None and recovery.kid in proposal.signers
        if len(administrators & set(proposal.signers)) < self.roster.threshold and not by_recovery:
            return
        try:
            changed = made(self.roster, proposal.change, said.n)
        except (LedgerBroken, NewerFormat) as error:
            self._set(replace(proposal, standing=Standing.REFUSED, why=error.message))
            raise
        if by_recovery:
            changed = _reading_all(changed, proposal.change)
        self.roster = replace(
            changed,
            number=self.roster.number + 1,
            hash=followed_by(self.roster, content),
            proposals=tuple(
                replace(one, standing=_after(one, proposal)) for one in self.roster.proposals
            ),
        )

    def _kids(self) -> frozenset[bytes]:
        return frozenset(
            epoch.kid for there in self.roster.compartments.values() for epoch in there.epochs
        )

    def _recovery(self) -> PublicKey | None:
        recovery = self.roster.recovery
        return PublicKey(recovery.signing) if recovery and recovery.signing else None

    def _set(self, proposal: Proposal) -> None:
        self.roster = replace(
            self.roster,
            proposals=tuple(
                proposal if one.hash == proposal.hash else one for one in self.roster.proposals
            ),
        )


def _reading_all(roster: Roster, change: RosterChange) -> Roster:
    """Whom the recovery key takes in reads what it opens: every compartment."""
    new = tuple(one.card.signer for one in change.changes if isinstance(one, MemberAdded))
    for there in roster.compartments.values():
        *before, last = there.epochs
        readers = tuple(dict.fromkeys((*last.readers, *new)))
        epochs = (*before, replace(last, readers=readers))
        roster = with_compartment(roster, Compartment(there.name, epochs))
    return roster


def _after(one: Proposal, concluded: Proposal) -> Standing:
    if one.hash == concluded.hash:
        return Standing.MADE
    return Standing.OVERTAKEN if one.standing is Standing.WAITING else one.standing
