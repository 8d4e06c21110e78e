"""What members do about each other: take in, remove, approve, give and change keys.

Two rules stand behind every verb.  A key is wrapped for nobody whom the roster, read from the
genesis on, does not name at this moment.  And what several administrators must decide is true only
once enough of them signed; until then it waits, and everybody can see it waiting.

After every change :meth:`Membership.settle` does what follows from it, as far as this member can:
new members get the keys they are entitled to, those who left lose their locks here, and a
compartment somebody left gets a new key.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from candlemark.errors import NotEntitled, SettingRefused
from candlemark.ledger.admitting import destroy_strange, find_strange
from candlemark.ledger.cards import applicant, certificate_of, new_card
from candlemark.ledger.entry import COMPARTMENTS, META, is_compartment
from candlemark.ledger.giving import Giving
from candlemark.ledger.roster import DEVICE_DAYS, ROTATION_DAYS, Standing
from candlemark.ledger.roster_facts import (
    ENDED_AT_ONCE,
    ROSTER_FORMAT,
    DeviceCertified,
    DeviceLost,
    DeviceRevoked,
    Ended,
    EpochBegan,
    MemberAdded,
    MemberFrozen,
    MemberIntroduced,
    MemberRemoved,
    RosterApproved,
    RosterChange,
    RosterProposed,
    TakenBack,
    change_hash,
    encode,
    sign_change,
)
from candlemark.ledger.wraps import SIGNING

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime

    from candlemark.ledger.admitting import StrangeKey
    from candlemark.ledger.cards import Applicant
    from candlemark.ledger.keystore import Keystore
    from candlemark.ledger.ledger import Ledger
    from candlemark.ledger.roster import Member, Proposal, Roster
    from candlemark.ledger.roster_facts import Change, Signed
    from candlemark.ledger.wraps import Identity

_LOG: Final = SIGNING + "log"


@dataclass(frozen=True, slots=True)
class Settled:
    """What :meth:`Membership.settle` did: names of compartments, and codes of members."""

    rotated: tuple[str, ...] = ()
    let_in: tuple[str, ...] = ()
    locked_out: tuple[str, ...] = ()
    left_to_others: tuple[str, ...] = ()
    """Compartments that need a new key which only another reader can make."""


class Membership:
    """The members of an open vault, and what the one who opened it may do about them."""

    def __init__(self, ledger: Ledger, identity: Identity, keystore: Keystore | None) -> None:
        self._ledger = ledger
        self._identity = identity
        self._keys = identity.keyring.compartments
        self._keystore = keystore
        self._giving = Giving(ledger, identity, keystore)
        self.after: list[Callable[[], None]] = []
        """Called when a member or a device is shut out, so that nothing computed for it stays."""

    # Looking

    def roster(self) -> Roster:
        """Who could do what after the last entry."""
        return self._ledger.roster()

    @property
    def me(self) -> Member:
        """The member who opened the vault."""
        return self.roster().members[self._identity.keyring.identity.kid]

    @property
    def device(self) -> bytes:
        """The kid of the device in use."""
        return self._identity.keyring.device.kid

    def find(self, code: str) -> Member:
        """The present member whose code begins so.

        Raises:
            NotEntitled: there is none, or several.
        """
        found = [one for one in self.roster().present if code and one.kid.hex().startswith(code)]
        if len(found) != 1:
            raise NotEntitled(
                "no single member has this code", hint="candlemark member list shows the codes"
            )
        return found[0]

    def readers(self, compartment: str) -> tuple[Member, ...]:
        """Who can read what is written in a compartment from now on.

        Raises:
            NotEntitled: there is no such compartment.
        """
        roster = self.roster()
        there = roster.compartments.get(compartment)
        if there is None:
            if compartment in self._keys:
                return (self.me,)
            raise NotEntitled(
                "there is no such compartment", hint="candlemark compartment list shows them"
            )
        return tuple(roster.members[kid] for kid in there.readers if kid in roster.members)

    # Deciding

    def propose(self, changes: Sequence[Change], reason: str = "") -> Proposal:
        """Say what is to change, and sign it; it is made at once where one signature is enough.

        Raises:
            NotEntitled: this member is no administrator.
            NotInOrder, VaultBusy, StorageFull, LedgerBroken: nothing was said.
        """
        roster = self.begin()
        self._need_administrator(roster)
        change = encode(
            RosterChange(
                ROSTER_FORMAT,
                roster.vault,
                roster.number + 1,
                roster.hash,
                reason,
                tuple(changes),
            )
        )
        key = self._identity.keyring.identity
        self._ledger.append_own([RosterProposed(change, key.kid, sign_change(change, key))])
        return self._concluded(change)

    def approve(self, code: str) -> Proposal:
        """Sign a change that waits.

        Raises:
            NotEntitled: there is no such change, it waits no longer, or this member is no
                administrator or signed it already.
            VaultBusy, StorageFull, LedgerBroken: nothing was said.
        """
        roster = self.roster()
        self._need_administrator(roster)
        found = [one for one in roster.waiting if code and one.hash.hex().startswith(code)]
        if len(found) != 1:
            raise NotEntitled(
                "no single change with this code waits",
                hint="candlemark member list shows what waits",
            )
        key = self._identity.keyring.identity
        if key.kid in found[0].signers:
            raise NotEntitled(
                "this member signed the change already",
                hint="another administrator has to sign it",
            )
        for one in found[0].change.changes:
            if isinstance(one, MemberRemoved) and any(
                self._ledger.last_of(ended.device) > ended.seq for ended in one.ended
            ):
                raise NotEntitled(
                    "the member wrote since the removal was proposed",
                    hint="propose it again, so that what they wrote counts, or freeze them first",
                )
        change = found[0].content
        self._ledger.append_own([RosterApproved(change, key.kid, sign_change(change, key))])
        return self._concluded(change)

    def removal(self, member: Member) -> MemberRemoved:
        """The change by which a member leaves; what they wrote until now counts."""
        roster = self.roster()
        last = {
            one.kid: self._ledger.last_of(one.kid)
            for one in roster.devices.values()
            if one.member == member.kid
        }
        # Also those that wrote nothing: who signs is then told if they do before it is made.
        ended = sorted((Ended(kid, seq) for kid, seq in last.items()), key=lambda one: -one.seq)
        return MemberRemoved(member.kid, tuple(ended[:ENDED_AT_ONCE]))

    def read_card(self, card: Signed) -> Applicant:
        """Who hands over a card.

        Raises:
            LedgerBroken: it is not a card for this vault.
        """
        return applicant(card, self._identity.vault)

    def _concluded(self, change: bytes) -> Proposal:
        name = change_hash(change)
        proposal = next(one for one in self.roster().proposals if one.hash == name)
        if proposal.standing is Standing.REFUSED:
            raise NotEntitled(
                f"the change cannot be made: {proposal.why}",
                hint="propose another one",
            )
        if proposal.standing is Standing.MADE:
            self.settle()
            if any(isinstance(one, DeviceRevoked) for one in proposal.change.changes):
                self._tell_after()
        return proposal

    def _need_administrator(self, roster: Roster) -> None:
        me = roster.members[self._identity.keyring.identity.kid]
        if not me.administrator or me.removed is not None:
            raise NotEntitled(
                "this member is no administrator", hint="ask one of them: candlemark member list"
            )

    def begin(self) -> Roster:
        """The roster, after the founder said what the genesis has no place for.

        From then on the keystore tells everybody who opens the vault that its roster counts.
        """
        roster = self.roster()
        me = roster.members[self._identity.keyring.identity.kid]
        if me.recipient is None:
            vault, keyring = roster.vault, self._identity.keyring
            now = self._ledger.now()
            card = new_card(vault, me.name or "founder", keyring.identity, keyring.device, now)
            held = [
                EpochBegan(name, 1, key.kid, (me.kid,), "the beginning")
                for name, key in sorted(self._keys.items())
                if name not in roster.compartments
            ]
            self._ledger.append_own([MemberIntroduced(card), *held])
            roster = self.roster()
            self._giving.mend(roster)
        return roster

    # Settling

    def settle(self) -> Settled:
        """Do what follows from the roster, as far as this member can."""
        roster = self.begin()
        me = roster.members[self._identity.keyring.identity.kid]
        locked_out = self._lock_out(roster)
        let_in, rotated, left = [], [], []
        for name in sorted(roster.compartments):
            if name in roster.closed:
                if self._giving.may_rotate(roster, name):
                    self.rotate(name, "a reader left")
                    rotated.append(name)
                else:
                    left.append(name)
            elif name in {META, COMPARTMENTS[0]} and me.administrator:
                let_in += self._giving.let_in(name)
        self._giving.thaw(self.roster())
        self._giving.mend(self.roster())
        return Settled(tuple(rotated), tuple(let_in), locked_out, tuple(left))

    def rotate(self, compartment: str, reason: str = "") -> None:
        """Give a compartment a new key, wrapped for those who are entitled to read it now.

        Raises:
            NotEntitled: this member may not, or there is no such compartment.
        """
        roster = self.begin()
        if not self._giving.may_rotate(roster, compartment):
            raise NotEntitled(
                "this member cannot change the key of that compartment",
                hint="a reader of it can; for meta and coded, an administrator",
            )
        readers = tuple(
            one
            for one in roster.entitled(compartment)
            if one.recipient is not None and not one.frozen
        )
        self._giving.begin_epoch(
            roster, compartment, readers, reason or f"every {ROTATION_DAYS} days"
        )

    def open_compartment(self, compartment: str, readers: Sequence[Member]) -> None:
        """A new compartment that these members read; the one who opens it is always one of them.

        Raises:
            NotEntitled: it is there already.
            SettingRefused: there can be none of this name.
        """
        if not is_compartment(compartment):
            raise SettingRefused(
                "there can be no compartment of this name",
                hint="a compartment of a case is called identity: and the case's identifier",
            )
        roster = self.begin()
        if compartment in roster.compartments:
            raise NotEntitled(
                "there is such a compartment already",
                hint="let further members read it: candlemark compartment add",
            )
        me = roster.members[self._identity.keyring.identity.kid]
        everyone = tuple(dict.fromkeys((me.kid, *(one.kid for one in readers))))
        self._giving.begin_epoch(
            roster, compartment, tuple(roster.members[kid] for kid in everyone), "the beginning"
        )

    def add_reader(self, compartment: str, member: Member) -> None:
        """Let a member read a compartment, from its first entry on.

        Raises:
            NotEntitled: this member does not read it, or the other is not cleared for it.
        """
        roster = self.begin()
        there = roster.compartments.get(compartment)
        if there is None or self._identity.keyring.identity.kid not in there.readers:
            raise NotEntitled(
                "only a reader of a compartment lets another read it",
                hint="candlemark compartment list shows who reads what",
            )
        if compartment in {META, COMPARTMENTS[0]} and member not in roster.entitled(compartment):
            raise NotEntitled(
                "this member is not cleared for that compartment",
                hint="administrators clear a member: candlemark member change",
            )
        self._giving.give(roster, member, compartment)

    def remove_reader(self, compartment: str, member: Member) -> None:
        """Change the key of a compartment, and wrap the new one for everybody else who reads it.

        What was written before stays readable to the one removed, if they kept a copy.

        Raises:
            NotEntitled: this member does not read it, or would leave nobody who does.
        """
        roster = self.begin()
        there = roster.compartments.get(compartment)
        me = self._identity.keyring.identity.kid
        if there is None or me not in there.readers or compartment in {META, COMPARTMENTS[0]}:
            raise NotEntitled(
                "only a reader of the compartment of a case takes another out of it",
                hint="who reads meta and coded is changed by: candlemark member change",
            )
        rest = [one for one in roster.entitled(compartment) if one.kid != member.kid]
        if not rest:
            raise NotEntitled(
                "nobody would read this compartment", hint="let another member read it first"
            )
        self._giving.begin_epoch(roster, compartment, tuple(rest), "a reader was taken out")

    # In danger

    def freeze(self, member: Member) -> bool:
        """Ask that the keys of a member are destroyed where they lie; whether that is done now.

        Of oneself it is done at once; of another, when a second member asks it.  Administrators
        thaw: ``propose([MemberThawed(...)])``.

        Raises:
            NotEntitled: it would freeze the last administrators able to thaw anybody.
        """
        roster = self.begin()
        others = [one for one in roster.administrators if one.kid != member.kid and not one.frozen]
        if len(others) < roster.threshold:
            raise NotEntitled(
                "nobody would be left who could thaw this member again",
                hint="the others who can sign must be as many as have to sign",
            )
        alone = [
            name for name, one in roster.compartments.items() if set(one.readers) <= {member.kid}
        ]
        if alone:
            raise NotEntitled(
                f"{len(alone)} compartments would be read by nobody",
                hint="let another member read them first: candlemark compartment add",
            )
        self._ledger.append_own([MemberFrozen(member.kid)])
        frozen = self.roster().members[member.kid].frozen
        if frozen:
            self._lock_out(self.roster())
        return frozen

    def take_back(self, what: str, name: bytes) -> None:
        """Say that this member no longer wants what they asked for or agreed to, while it waits.

        Args:
            what: ``erasure``, ``change`` or ``freezing``.
            name: its identifier, its hash, or the kid of who was to be frozen.

        Raises:
            VaultBusy, StorageFull, LedgerBroken: nothing was said.
        """
        self.begin()
        self._ledger.append_own([TakenBack(what, name)])

    def strange_keys(self) -> tuple[StrangeKey, ...]:
        """Keys in the keystore here that are wrapped for nobody the roster names.

        Raises:
            LedgerBroken: a lock was changed: nobody can tell whose the keys behind it are.
        """
        if self._keystore is None:
            return ()
        return find_strange(self.roster(), self._identity, self._keystore)

    def destroy_strange(self, codes: Sequence[str]) -> tuple[StrangeKey, ...]:
        """Destroy such keys here, and no key of a member; see :func:`admitting.destroy_strange`.

        Raises:
            NotEntitled: this member is no administrator, or one of them is no such key.
            VaultBusy, StorageFull, LedgerBroken: nothing was destroyed.
        """
        roster = self.roster()
        self._need_administrator(roster)
        if self._keystore is None:
            return ()
        return destroy_strange(roster, self._identity, self._keystore, codes)

    def _lock_out(self, roster: Roster) -> tuple[str, ...]:
        out = self._giving.lock_out(roster)
        if out:
            self._tell_after()
        return out

    def _tell_after(self) -> None:
        for told in self.after:
            told()

    # Devices

    def renew_device(self, days: int = DEVICE_DAYS) -> datetime:
        """Certify the device in use from now on; until when it then counts."""
        roster, keyring, now = self.begin(), self._identity.keyring, self._ledger.now()
        known = roster.devices.get(keyring.device.kid)
        label = (known.label if known else "") or "device"
        ends = now + timedelta(days=days)
        certificate = certificate_of(
            roster.vault, keyring.identity, keyring.device, label, now, ends
        )
        self._ledger.append_own([DeviceCertified(certificate)])
        return ends

    def give_up_device(self, code: str) -> None:
        """Say that a device of this member counts no longer; what it wrote until now does.

        Raises:
            NotEntitled: there is no such device of this member's, or it is the one in use.
        """
        roster, me = self.begin(), self._identity.keyring
        found = [
            one
            for one in roster.devices.values()
            if code and one.kid.hex().startswith(code) and one.member == me.identity.kid
        ]
        if len(found) != 1 or found[0].last is not None or found[0].kid == me.device.kid:
            raise NotEntitled(
                "this is no single other device of this member that still counts",
                hint="candlemark device list shows them; of others, administrators decide",
            )
        ended = Ended(found[0].kid, self._ledger.last_of(found[0].kid))
        self._ledger.append_own([DeviceLost(ended)])
        self._tell_after()


def added(card: Signed, *, administrator: bool = False, coded: bool = True) -> MemberAdded:
    """The change by which the person of a card becomes a member."""
    return MemberAdded(card, administrator, coded)
