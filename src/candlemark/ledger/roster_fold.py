"""From what the ledger says about itself to the roster; what does not hold is named and ignored.

A fold over entries in the order of the ledger.  The caller has checked that each entry was signed
by the device it names; whether that device's member may say such a thing is decided here.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from functools import singledispatchmethod
from typing import TYPE_CHECKING, Final

from candlemark.errors import Fault, LedgerBroken, NewerFormat
from candlemark.ledger.roster import (
    ERASING,
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
from candlemark.ledger.roster_keys import Said, begin_key, let_in
from candlemark.seal import PublicKey

if TYPE_CHECKING:
    from collections.abc import Iterable

    from candlemark.ledger.genesis import Genesis
    from candlemark.ledger.kinds import Fact
    from candlemark.ledger.roster import Roster
    from candlemark.ledger.roster_facts import RosterChange
    from candlemark.ledger.roster_keys import Objection

OVERTAKEN_WRITER: Final = "it was written by somebody whose taking in was overtaken"
_AHEAD: Final = timedelta(days=1)
"""How far a certificate may begin after the entry it stands in: clocks differ, but not by more."""


class _UnknownThere(Exception):
    """It does not count, for a reason that where it was said nobody may have known.

    It never leaves the fold, and is no refusal that a person meets.
    """


def _not(why: str, *, told: bool) -> Exception:
    return _UnknownThere(why) if told else LedgerBroken(why)


def _object(against: Objection | None) -> None:
    if against is not None:
        raise _not(against.why, told=against.told)


class RosterFold:
    """The roster so far; ``faults`` names what was said and does not hold."""

    def __init__(self, vault: bytes, genesis: Genesis) -> None:
        self.roster = beginning(vault, genesis)
        self.faults: list[Fault] = []
        self.told: list[Fault] = []
        """What does not count because another place had decided otherwise, as nobody could know."""

    def add(self, said: Said, facts: Iterable[Fact]) -> None:
        """Go on with the facts of the next entry."""
        for fact in facts:
            try:
                self._apply(fact, said)
            except _UnknownThere as error:
                self.told.append(Fault(f"leaf {said.n}", str(error)))
            except (LedgerBroken, NewerFormat) as error:
                self.faults.append(Fault(f"leaf {said.n}", error.message))

    def author(self, said: Said) -> Member:
        """The member whose device signed an entry.

        Raises:
            LedgerBroken: nobody's did, they are a member no longer, or the device counts no longer.
        """
        roster, device = self.roster, self.roster.devices.get(said.device)
        if device is None and any(one.device.kid == said.device for one in roster.newcomers):
            raise _UnknownThere(OVERTAKEN_WRITER)
        member = None if device is None else roster.members[device.member]
        if device is None or member is None or member.removed is not None:
            nobody = "it was said by nobody who is a member"
            raise _not(nobody, told=member is not None and member.log != said.log)
        refusal = roster.refusal(said.device, said.seq, said.written)
        if refusal:
            raise _not(refusal, told=roster.ended_elsewhere(said.device, said.seq, said.log))
        return member

    @singledispatchmethod
    def _apply(self, fact: Fact, said: Said) -> None:
        """Kinds of later versions change nothing a reader of this version knows."""

    @_apply.register
    def _introduced(self, fact: MemberIntroduced, said: Said) -> None:
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
        introduced = replace(founder, name=card.name, recipient=recipient, log=said.log)
        self.roster = with_device(with_member(self.roster, introduced), named)

    @_apply.register
    def _proposed(self, fact: RosterProposed, said: Said) -> None:
        change, name = read_change(fact.change), change_hash(fact.change)
        if change.vault != self.roster.vault:
            raise LedgerBroken("the change is of another vault")
        there = next((one for one in self.roster.proposals if one.hash == name), None)
        if there is not None:
            if fact.signer in there.signers:
                raise LedgerBroken("the change was proposed before")
            self._sign(there, RosterApproved(fact.change, fact.signer, fact.signature), said)
            return  # two places proposed the same, in the same bytes
        standing = Standing.WAITING
        if (change.number, change.previous) != (self.roster.number + 1, self.roster.hash):
            standing = Standing.OVERTAKEN
        late = standing is Standing.OVERTAKEN
        self._check_signature(fact, change, said, late=late)
        proposal = Proposal(name, change, said.n, (fact.signer,), standing, content=fact.change)
        self.roster = replace(self.roster, proposals=(*self.roster.proposals, proposal))
        self._conclude(proposal, fact.change, said)

    @_apply.register
    def _approved(self, fact: RosterApproved, said: Said) -> None:
        name = change_hash(fact.change)
        proposal = next((one for one in self.roster.proposals if one.hash == name), None)
        if proposal is None:
            raise LedgerBroken("a signature stands under a change nobody proposed")
        self._sign(proposal, fact, said)

    def _sign(self, proposal: Proposal, fact: RosterApproved, said: Said) -> None:
        """A further signature; under a change that waits no longer it has no effect, and is none.

        Those under an overtaken one are kept: enough of them say that it was true somewhere.
        """
        late = proposal.standing is not Standing.WAITING
        try:
            self._check_signature(fact, proposal.change, said, late=late)
        except (LedgerBroken, _UnknownThere):
            if late:
                return  # signed by one who did not know yet: no fault, and no effect
            raise
        if fact.signer in proposal.signers or proposal.standing is Standing.MADE:
            return
        signed = replace(proposal, signers=(*proposal.signers, fact.signer))
        self._set(signed)
        self._conclude(signed, fact.change, said)

    @_apply.register
    def _certified(self, fact: DeviceCertified, said: Said) -> None:
        member = self.roster.members.get(fact.certificate.signer)
        if member is None or member.removed is not None:
            told = member is not None and member.log != said.log
            raise _not("the device is of nobody who is a member", told=told)
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
        self.roster = with_device(self.roster, replace(device, last=fact.ended.seq, log=said.log))

    @_apply.register
    def _frozen(self, fact: MemberFrozen, said: Said) -> None:
        author, member = self.author(said), self.roster.members.get(fact.member)
        if member is None or member.removed is not None:
            told = member is not None and member.log != said.log
            raise _not("somebody who is no member was to be frozen", told=told)
        asked = tuple(dict.fromkeys((*member.frozen_by, author.kid)))
        self.roster = with_member(self.roster, replace(member, frozen_by=asked, log=said.log))

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
        try:
            author, gone = self.author(said), ""
        except _UnknownThere as error:
            author, gone = None, str(error)
        self.roster, against = begin_key(self.roster, fact, said, author)
        if gone:
            raise _UnknownThere(gone)
        _object(against)

    @_apply.register
    def _reader_added(self, fact: ReaderAdded, said: Said) -> None:
        self.roster, against = let_in(self.roster, fact, said, self.author(said))
        _object(against)

    def _check_signature(
        self, fact: RosterProposed | RosterApproved, change: RosterChange, said: Said, *, late: bool
    ) -> None:
        """Refuse what no administrator signed; a ``late`` change has no effect anyhow.

        Under that also counts who was an administrator until another place removed them.
        """
        recovery = self.roster.recovery_key
        if recovery is not None and fact.signer == recovery.kid:
            if not all(isinstance(one, MemberAdded | MemberRemoved) for one in change.changes):
                raise LedgerBroken("the recovery key signs for who is a member, and nothing else")
            key = recovery
        else:
            member = self.roster.members.get(fact.signer)
            nobody = "the change was signed by nobody who is an administrator"
            if member is None:
                raise LedgerBroken(nobody)
            elsewhere = late and member.log != said.log
            if not member.administrator or (member.removed is not None and not elsewhere):
                raise _not(nobody, told=elsewhere)
            key = member.identity
        if not change_holds(fact.change, key, fact.signature):
            raise LedgerBroken("the signature under the change does not hold")

    def _conclude(self, proposal: Proposal, content: bytes, said: Said) -> None:
        """Make a change true once it was signed by enough."""
        if proposal.standing is not Standing.WAITING:
            return
        administrators = {one.kid for one in self.roster.administrators}
        recovery = self.roster.recovery_key
        by_recovery = recovery is not None and recovery.kid in proposal.signers
        if len(administrators & set(proposal.signers)) < self.roster.threshold and not by_recovery:
            return
        try:
            changed = made(self.roster, proposal.change, said.n, said.log)
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
        roster = with_compartment(roster, replace(there, epochs=epochs))
    return roster


def _after(one: Proposal, concluded: Proposal) -> Standing:
    if one.hash == concluded.hash:
        return Standing.MADE
    return Standing.OVERTAKEN if one.standing is Standing.WAITING else one.standing
