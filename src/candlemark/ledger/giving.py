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
    from collections.abc import Mapping

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
        self._wrap(roster, {compartment: (self._recipients(roster, readers), named)})
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
            if one.kid not in there.readers and one.recipient is not None and not one.frozen
        )
        for member in new:
            self.give(roster, member, compartment)
        return [one.code for one in new]

    def give(self, roster: Roster, member: Member, compartment: str) -> None:
        """Let a member read a compartment: every key of it, wrapped, and then said."""
        recipients = self._recipients(roster, (member,))
        self._wrap(roster, {compartment: (recipients, self._named(compartment))})
        self._ledger.append_own([ReaderAdded(compartment, member.kid)])

    def mend(self, roster: Roster) -> None:
        """Wrap what is to be wrapped here and is not: for readers, and for the recovery key.

        The key of this instance's log goes to every member, because whoever writes here signs with
        it.
        """
        wanted = {}
        for name, there in roster.compartments.items():
            readers = tuple(
                one
                for kid in there.readers
                if (one := roster.members.get(kid)) is not None and one.removed is None
            )
            wanted[name] = self._recipients(roster, readers), self._named(name)
        log = [Named(_LOG, self._identity.keyring.log)]
        wanted[_LOG] = self._recipients(roster, roster.present), log
        self._wrap(roster, wanted)

    def _named(self, compartment: str) -> list[Named]:
        return [
            Named(COMPARTMENT + compartment, key, epoch)
            for epoch, key in self._keys.of(compartment)
        ]

    def _recipients(self, roster: Roster, members: tuple[Member, ...]) -> list[Recipient]:
        """Whom to wrap for: these members, each proved present, and the recovery key."""
        for member in members:
            if roster.members.get(member.kid) != member or member.removed is not None:
                raise LedgerBroken(
                    "a key was to be wrapped for somebody the roster does not name",
                    hint="nothing was wrapped; candlemark ledger verify names what is wrong",
                )
        found = [one.recipient for one in members if one.recipient is not None and not one.frozen]
        if roster.recovery is not None:
            found.append(Recipient(Receiving.HYBRID, roster.recovery.receiving))
        return found

    def _wrap(
        self, roster: Roster, wanted: Mapping[str, tuple[list[Recipient], list[Named]]]
    ) -> None:
        """Keep what is not kept yet of these keys for these holders."""
        if self._keystore is None:
            return
        kids = {one.key.kid for _, named in wanted.values() for one in named}
        kept = self._keystore.kept(roster.vault, kids)
        new = [
            wrap_for(recipient, roster.vault, roster.hash, one)
            for recipients, named in wanted.values()
            for recipient in recipients
            for one in named
            if (one.key.kid, recipient.kid) not in kept
        ]
        if new:
            self._keystore.keep(wraps=new)

    def lock_out(self, roster: Roster) -> tuple[str, ...]:
        """Destroy what opens the vault here for those who were removed, or are frozen.

        Of somebody frozen the lock stays, and so does their identity: they can be thawed.
        """
        if self._keystore is None:
            return ()
        locks = self._keystore.locks(roster.vault)
        behind = {lock.member: lock for lock in locks}
        out = []
        for member in roster.members.values():
            if member.removed is None and not member.frozen:
                continue
            holder = member.recipient.kid if member.recipient else b""
            lock = behind.get(member.kid)
            if member.removed is not None and lock is not None:
                self._keystore.destroy([holder], [member.kid])
                out.append(member.code)
            elif lock is not None and not lock.frozen:
                shared = [self._identity.keyring.log.kid, *self._keys.kids]
                self._keystore.destroy([holder])
                self._keystore.destroy_keys((lock.holder, kid) for kid in shared)
                self._keystore.freeze(member.kid, frozen=True)
                out.append(member.code)
            elif lock is None and holder and self._keystore.held_by(roster.vault, holder):
                self._keystore.destroy([holder])
        # It was true here that they were taken in, until what another place had decided came.
        lost = {
            one.holder
            for one in roster.newcomers
            if self._keystore.held_by(roster.vault, one.holder)
        }
        if lost:
            self._keystore.destroy(sorted(lost))
        return tuple(out)

    def thaw(self, roster: Roster) -> None:
        """Let those open their locks here again who are frozen no longer."""
        if self._keystore is None:
            return
        frozen = {lock.member for lock in self._keystore.locks(roster.vault) if lock.frozen}
        for member in roster.present:
            if member.kid in frozen and not member.frozen:
                self._keystore.freeze(member.kid, frozen=False)

    def may_rotate(self, roster: Roster, compartment: str) -> bool:
        """Whether this member is one who can change the key of a compartment."""
        me, there = roster.members[self._me], roster.compartments.get(compartment)
        if there is None or me.removed is not None or compartment not in self._keys:
            return False
        if compartment in {META, COMPARTMENTS[0]}:
            return me.administrator and self._me in there.readers
        return self._me in there.readers
