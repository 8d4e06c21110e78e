"""Opening a vault nobody can open any more, with the recovery key three people put together.

The recovery key writes nothing itself.  It signs one change of the roster, by which a person with
new keys becomes an administrator who reads everything; that change is an entry like any other and
says what happened.  Whoever can do this could read everything anyway: the keys are in that file.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from candlemark.errors import NotEntitled
from candlemark.ledger.cards import new_card
from candlemark.ledger.compartments import CompartmentKeys
from candlemark.ledger.genesis import read_genesis, vault_id
from candlemark.ledger.keystore import Keystore
from candlemark.ledger.kinds import Kinds
from candlemark.ledger.ledger import Ledger, now
from candlemark.ledger.locks import Passphrase, new_lock
from candlemark.ledger.places import open_store
from candlemark.ledger.roster_facts import (
    ROSTER_FORMAT,
    MemberAdded,
    RecoverySet,
    RosterChange,
    RosterProposed,
    encode,
    sign_change,
)
from candlemark.ledger.vault import vault_folder
from candlemark.ledger.wraps import (
    COMPARTMENT,
    SIGNING,
    Identity,
    Keyring,
    Named,
    receiving_key,
    wrap_for,
    wrap_under,
)
from candlemark.seal import Cost, RecoveryKey, SigningKey, check_drawn

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime
    from pathlib import Path

    from candlemark.ledger.store import Store
    from candlemark.ledger.wraps import Unwrapped, Wrap


def public_halves(key: RecoveryKey) -> RecoverySet:
    """What a vault knows of its recovery key."""
    return RecoverySet(key.signing.public.raw, key.receiving.recipient.raw)


def recover(
    path: Path,
    key: RecoveryKey,
    name: str,
    passphrase: str,
    *,
    cost: Cost = Cost.STRONG,
    clock: Callable[[], datetime] = now,
) -> None:
    """Make a person an administrator of the vault at ``path``, who opens it with ``passphrase``.

    Args:
        path: the folder of the vault.
        key: put together from the shares: :func:`candlemark.seal.recovery.join`.
        name: what the other members will call this person.
        passphrase: from :func:`candlemark.seal.new_passphrase`.
        cost: of one guess at the passphrase; anything but STRONG is for tests.
        clock: what time it is.

    Raises:
        NotEntitled: it is not the recovery key of this vault.
        SettingRefused: the passphrase was not drawn from the list, or this cannot be a name.
        VaultMissing, NewerFormat, LedgerBroken, VaultBusy, StorageFull: nothing was changed.
    """
    if cost is Cost.STRONG:
        check_drawn(passphrase)
    folder = vault_folder(path)
    store, keystore = open_store(folder), Keystore(folder)
    try:
        vault = vault_id(store.genesis())
        found = keystore.unlock_with(vault, key.receiving)
        identity = _new_identity(store, vault, found)
        ledger = Ledger(store, identity, Kinds(), keystore.seen(), clock, shared=True)
        roster = ledger.roster()
        known = roster.recovery
        if known is None or known.signing != key.signing.public.raw or "log" not in found.signing:
            raise NotEntitled(
                "this is not the recovery key of the vault",
                hint="see whether the shares are those of this vault's recovery key",
            )
        keyring = identity.keyring
        card = new_card(vault, name, keyring.identity, keyring.device, clock())
        change = encode(
            RosterChange(
                ROSTER_FORMAT,
                vault,
                roster.number + 1,
                roster.hash,
                "recovery",
                (MemberAdded(card, administrator=True, coded=True),),
            )
        )
        lock, kek = new_lock(vault, keyring.identity.kid, Passphrase(passphrase, cost))
        own = [
            Named(SIGNING + "identity", keyring.identity),
            Named(SIGNING + "device", keyring.device),
        ]
        keystore.keep(
            [lock],
            [
                *(wrap_under(kek, vault, one) for one in own),
                *_everything(identity, found, roster.hash),
            ],
        )
        signature = sign_change(change, key.signing)
        ledger.append_own([RosterProposed(change, key.signing.kid, signature)])
    finally:
        store.close()


def _new_identity(store: Store, vault: bytes, found: Unwrapped) -> Identity:
    compartments = CompartmentKeys()
    for name, epoch, sealing in found.compartments:
        compartments.add(name, epoch, sealing)
    log = found.signing.get("log") or SigningKey.generate()
    keyring = Keyring(SigningKey.generate(), SigningKey.generate(), log, compartments)
    return Identity(vault, read_genesis(store.genesis()), keyring)


def _everything(identity: Identity, found: Unwrapped, roster: bytes) -> list[Wrap]:
    recipient = receiving_key(identity.keyring.identity, identity.vault).recipient
    named = [
        Named(SIGNING + "log", identity.keyring.log),
        *(Named(COMPARTMENT + name, key, epoch) for name, epoch, key in found.compartments),
    ]
    return [wrap_for(recipient, identity.vault, roster, one) for one in named]
