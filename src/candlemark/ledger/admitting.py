"""Who may open a vault, and for whom a keystore may hold keys: those whom the roster names.

A key that lies there for anybody else is told, and taken away when an administrator says so; one
that lies there for a member never is, or somebody with a command could keep a team from its cases.
"""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, NamedTuple

from candlemark.errors import Fault, LedgerBroken, NotEntitled
from candlemark.seal import Receiving, Recipient

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from candlemark.ledger.keystore import Keystore
    from candlemark.ledger.keystore_rows import Lock
    from candlemark.ledger.roster import Roster
    from candlemark.ledger.wraps import Identity, Wrap


class StrangeKey(NamedTuple):
    """A key in a keystore that is wrapped for nobody the roster names.

    ``compartment`` is the one whose key it is, present or past; empty for any other key.
    """

    kid: bytes
    holder: bytes
    compartment: str

    @property
    def code(self) -> str:
        """What it is called, by faults and by commands."""
        return self.kid.hex()


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
    found = _strange(roster, identity, locks, holders, keystore, bent=bent)
    return tuple(
        Fault(f"key {wrap.kid.hex()}", "it is wrapped for nobody the roster names")
        for wrap in found
    )


def _strange(
    roster: Roster,
    identity: Identity,
    locks: Sequence[Lock],
    holders: Iterable[bytes],
    keystore: Keystore,
    *,
    bent: bool,
) -> list[Wrap]:
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
    return [
        wrap
        for holder in sorted(holders)
        # A key given by somebody whose word counts no longer, and keys of persons under it.
        if holder in outside
        or (holder not in known and not _wrapped_for(keystore, roster.vault, holder) & known)
        for wrap in keystore.held_by(roster.vault, holder)
        if wrap.kid in shared or not (bent or holder in outside)
    ]


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


def find_strange(roster: Roster, identity: Identity, keystore: Keystore) -> tuple[StrangeKey, ...]:
    """The same keys with what is known of each, in a keystore all of whose locks are whole.

    Raises:
        LedgerBroken: a lock was changed: nobody can tell whose the keys behind it are.
    """
    vault = identity.vault
    found = _strange(
        roster, identity, keystore.locks(vault), keystore.holders(vault), keystore, bent=False
    )
    names = {key.kid: name for name, one in roster.compartments.items() for key in one.keys}
    names |= {key.kid: name for name, key in identity.keyring.compartments.items()}
    return tuple(StrangeKey(one.kid, one.holder, names.get(one.kid, "")) for one in found)


def destroy_strange(
    roster: Roster, identity: Identity, keystore: Keystore, codes: Sequence[str]
) -> tuple[StrangeKey, ...]:
    """Destroy the wraps of these keys for those whom the roster does not name, and no other.

    Members who have the same key keep it.  Copies of the file made before still hold what is
    destroyed, and who took a wrap along has the key: a compartment needs a new one.

    Args:
        roster: as it is.
        identity: of the member who asks for it; the caller knows that they may.
        keystore: where the wraps lie.
        codes: of keys, or how each begins; all are destroyed, or none.

    Returns:
        What was destroyed.

    Raises:
        NotEntitled: ``faults`` names each code that is not that of one such key.
        LedgerBroken: the file was changed otherwise; it is to be restored.
        VaultBusy, StorageFull: nothing was destroyed.
    """
    found = find_strange(roster, identity, keystore)
    chosen, faults = set[bytes](), []
    for code in codes:
        meant = {one.kid for one in found if code and one.code.startswith(code)}
        if len(meant) == 1:
            chosen |= meant
        else:
            faults.append(Fault(f"key {code}", _why_not(code, len(meant), identity, keystore)))
    if faults:
        raise NotEntitled(
            "nothing was destroyed: not each of these is one key wrapped for a stranger",
            hint="candlemark ledger verify names them; who is a member is taken out by:"
            " candlemark member remove",
            faults=faults,
        )
    gone = tuple(one for one in found if one.kid in chosen)
    keystore.destroy_keys((one.holder, one.kid) for one in gone)
    return gone


def _why_not(code: str, meant: int, identity: Identity, keystore: Keystore) -> str:
    if meant:
        return "several keys begin so"
    if code and any(one.kid.hex().startswith(code) for one in keystore.wraps(identity.vault)):
        return "it is wrapped for members only"
    return "there is no such key"


def _wrapped_for(keystore: Keystore, vault: bytes, kid: bytes) -> set[bytes]:
    return {holder for _, holder in keystore.kept(vault, [kid])}
