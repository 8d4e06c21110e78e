"""Who may open a vault, and for whom a keystore may hold keys: those whom the roster names."""

from __future__ import annotations

from typing import TYPE_CHECKING

from candlemark.errors import Fault, LedgerBroken, NotEntitled
from candlemark.seal import Receiving, Recipient

if TYPE_CHECKING:
    from collections.abc import Iterable

    from candlemark.ledger.keystore import Keystore
    from candlemark.ledger.keystore_rows import Lock
    from candlemark.ledger.roster import Roster
    from candlemark.ledger.wraps import Identity


def check_member(roster: Roster, identity: Identity) -> None:
    """Refuse keys of somebody whom the roster does not name.

    Raises:
        NotEntitled: they are a member no longer, or not yet.
    """
    member = roster.members.get(identity.keyring.identity.kid)
    if member is None:
        raise NotEntitled(
            "these keys are not those of a member",
            hint="administrators add a member: candlemark member add",
        )
    if member.removed is not None:
        raise NotEntitled("this person is a member no longer", hint="ask an administrator")


def check_holders(
    roster: Roster,
    locks: Iterable[Lock],
    holders: Iterable[bytes],
    first: Iterable[bytes],
    keystore: Keystore,
) -> None:
    """Refuse a keystore in which a key is wrapped for somebody the roster never named.

    Args:
        roster: as it is.
        locks: of the keystore.
        holders: of any wrap in it.
        first: kids of keys the vault began with, under which keys of persons are wrapped.
        keystore: itself.

    Raises:
        LedgerBroken: ``faults`` names each such key.
    """
    known = {lock.holder for lock in locks}
    known |= {one.recipient.kid for one in roster.members.values() if one.recipient is not None}
    known |= {key.kid for one in roster.compartments.values() for key in one.keys}
    known |= {one.holder for one in roster.newcomers}
    known |= frozenset(first)
    if roster.recovery is not None:
        known.add(Recipient(Receiving.HYBRID, roster.recovery.receiving).kid)
    faults = [
        Fault(f"key {wrap.kid.hex()}", "it is wrapped for nobody the roster names")
        for holder in holders
        # A key given by somebody whose word counts no longer, and keys of persons under it.
        if holder not in known and not _wrapped_for(keystore, roster.vault, holder) & known
        for wrap in keystore.held_by(roster.vault, holder)
    ]
    if faults:
        raise LedgerBroken(
            "the keystore holds keys for somebody who is no member",
            hint="change nothing, and find out who put them there",
            faults=faults,
        )


def _wrapped_for(keystore: Keystore, vault: bytes, kid: bytes) -> set[bytes]:
    return {holder for _, holder in keystore.kept(vault, [kid])}
