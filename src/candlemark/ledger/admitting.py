"""Who may open a vault, and for whom a keystore may hold keys: those whom the roster names."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

from candlemark.errors import Fault, LedgerBroken, NotEntitled
from candlemark.seal import Receiving, Recipient

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

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


def strangers(
    roster: Roster,
    identity: Identity,
    locks: Sequence[Lock],
    holders: Iterable[bytes],
    keystore: Keystore,
    *,
    bent: bool = False,
) -> tuple[Fault, ...]:
    """Every key in a keystore that is wrapped for somebody the roster never named.

    Such a wrap is never used: what opens it is held by nobody here, and no key is given by what
    the file says.  Nor does it keep anybody out, or whoever can write to the file could.  But
    whoever put it there for somebody who can open it held the key, so it is to be told.

    Args:
        roster: as it is.
        identity: of the member who looks; a vault of one wraps its first keys under its lock.
        locks: of the keystore.  Behind that of somebody who is no member yet lie keys of their own.
        holders: of any wrap in it.
        keystore: itself.
        bent: whether it has further locks, which were changed: whose they are nobody can tell, and
            the keys behind them are their own.
    """
    keyring = identity.keyring
    shared = keyring.compartments.kids | {keyring.log.kid}
    members = {b"", *roster.members}
    outside = {lock.holder for lock in locks if lock.member not in members}
    known = {lock.holder for lock in locks}
    known |= {one.recipient.kid for one in roster.members.values() if one.recipient is not None}
    known |= {key.kid for one in roster.compartments.values() for key in one.keys}
    known |= {one.holder for one in roster.newcomers}
    known |= keyring.compartments.kids
    if roster.recovery is not None:
        known.add(Recipient(Receiving.HYBRID, roster.recovery.receiving).kid)
    return tuple(
        Fault(f"key {wrap.kid.hex()}", "it is wrapped for nobody the roster names")
        for holder in sorted(holders)
        # A key given by somebody whose word counts no longer, and keys of persons under it.
        if holder in outside
        or (holder not in known and not _wrapped_for(keystore, roster.vault, holder) & known)
        for wrap in keystore.held_by(roster.vault, holder)
        if wrap.kid in shared or not (bent or holder in outside)
    )


def strange_keys(
    roster: Callable[[], Roster], identity: Identity, keystore: Keystore
) -> tuple[Fault, ...]:
    """What :func:`strangers` finds; nothing where the roster or the file cannot be read at all."""
    with suppress(LedgerBroken):  # told by whoever looks at the rest of the ledger, or of the file
        holders, bent = keystore.holders(identity.vault), False
        try:
            locks = keystore.locks(identity.vault)
        except LedgerBroken:
            locks, bent = keystore.locks(identity.vault, bent=True), True
        return strangers(roster(), identity, locks, holders, keystore, bent=bent)
    return ()


def _wrapped_for(keystore: Keystore, vault: bytes, kid: bytes) -> set[bytes]:
    return {holder for _, holder in keystore.kept(vault, [kid])}
