"""Giving keys: a compartment's keys wrapped for those who are to read it, and taken from others.

No key is wrapped for anybody whom the roster, read from the genesis on, does not name at this
moment.  A wrap is kept before the ledger says that it is there: a key nobody named does no harm,
while one that is named and not held loses what is sealed under it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from candlemark.errors import LedgerBroken
from candlemark.ledger.entry import COMPARTMENTS, META
from candlemark.ledger.roster_facts import EpochBegan, ReaderAdded
from candlemark.ledger.wraps import COMPARTMENT, SIGNING, Named, wrap_for
from candlemark.seal import Receiving, Recipient, SealingKey

if TYPE_CHECKING:
    from candlemark.ledger.keystore import Keystore
    from candlemark.ledger.ledger import Ledger
    from candlemark.ledger.roster import Member, Roster
    from candlemark.ledger.wraps import Identity

_LOG: Final = SIGNING + "log"


class Giving:
    """What one member, who opened a vault here, can give and take."""

    def __init__(self, ledger: Ledger, identity: Identity, keystore: Keystore | None) -> None:
        self._ledger = ledger
        self._identity = identity
        self._keystore = keystore
        self._keys = identity.keyring.compartments
        self._me = identity.keyring.identity.kid

    def begin_epoch(
        self, roster: Roster, compartment: str, readers: tuple[Member, ...], reason: str
    ) -> None:
        """Give a compartment a new key, wrapped for these readers and nobody else."""
        there = roster.compartments.get(compartment)
        number, key = len(there.epochs) + 1 if there else 1, SealingKey.generate()
        named = [Named(COMPARTMENT + compartment, key, number)]
        self._wrap(roster, self._recipients(roster, readers), named)
        kids = tuple(one.kid for one in readers)
        self._ledger.append_own([EpochBegan(compartment, number, key.kid, kids, reason)])
        self._keys.add(compartment, number, key)

    def let_in(self, compartment: str) -> list[str]:
        """Wrap the keys of a compartment for all who are entitled to it and lack them."""
        roster = self._ledger.roster()
        there = roster.compartments[compartment]
        if self._me not in there.readers:
            return []
        new = tuple(
            one
            for one in roster.entitled(compartment)
            if one.kid not in there.readers and one.recipient is not None
        )
        for member in new:
            self.give(roster, member, compartment)
        return [one.code for one in new]

    def give(self, roster: Roster, member: Member, compartment: str) -> None:
        """Let a member read a compartment: every key of it, wrapped, and then said."""
        named = [
            Named(COMPARTMENT + compartment, key, epoch)
            for epoch, key in self._keys.of(compartment).items()
        ]
        self._wrap(roster, self._recipients(roster, (member,)), named)
        self._ledger.append_own([ReaderAdded(compartment, member.kid)])

    def wrap_log(self, roster: Roster) -> None:
        """The key of this instance's log, for every member: whoever writes here signs with it."""
        recipients = [
            one.recipient
            for one in roster.present
            if one.recipient is not None and one.kid != self._me
        ]
        self._wrap(roster, recipients, [Named(_LOG, self._identity.keyring.log)])

    def _recipients(self, roster: Roster, members: tuple[Member, ...]) -> list[Recipient]:
        """Whom to wrap for: these members, each proved present, and the recovery key."""
        for member in members:
            if roster.members.get(member.kid) != member or member.removed is not None:
                raise LedgerBroken(
                    "a key was to be wrapped for somebody the roster does not name",
                    hint="nothing was wrapped; candlemark ledger verify names what is wrong",
                )
        found = [one.recipient for one in members if one.recipient is not None]
        if roster.recovery is not None:
            found.append(Recipient(Receiving.HYBRID, roster.recovery.receiving))
        return found

    def _wrap(self, roster: Roster, recipients: list[Recipient], named: list[Named]) -> None:
        """Keep what is not kept yet of these keys for these holders."""
        if self._keystore is None:
            return
        kept = {(one.kid, one.holder) for one in self._keystore.wraps(roster.vault)}
        new = [
            wrap_for(recipient, roster.vault, roster.hash, one)
            for recipient in recipients
            for one in named
            if (one.key.kid, recipient.kid) not in kept
        ]
        if new:
            self._keystore.keep(wraps=new)

    def lock_out(self, roster: Roster) -> tuple[str, ...]:
        """Destroy locks and wraps of those who were removed, in the keystore of this instance."""
        if self._keystore is None:
            return ()
        gone = [one for one in roster.members.values() if one.removed is not None]
        holders = {one.recipient.kid for one in gone if one.recipient is not None}
        locked = {lock.member for lock in self._keystore.locks(roster.vault)}
        held = {one.holder for one in self._keystore.wraps(roster.vault)}
        members = [one for one in gone if one.kid in locked]
        if members or holders & held:
            self._keystore.destroy(sorted(holders & held), [one.kid for one in members])
        return tuple(one.code for one in members)

    def may_rotate(self, roster: Roster, compartment: str) -> bool:
        """Whether this member is one who can change the key of a compartment."""
        me, there = roster.members[self._me], roster.compartments.get(compartment)
        if there is None or me.removed is not None or compartment not in self._keys:
            return False
        if compartment in {META, COMPARTMENTS[0]}:
            return me.administrator and self._me in there.readers
        return self._me in there.readers
