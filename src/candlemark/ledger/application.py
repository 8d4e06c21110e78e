"""How a person who is no member yet makes their keys, and what they hand over.

They need the folder of the vault and nothing of what is in it.  Their keys lie in its keystore from
then on, behind a passphrase only they know, and open nothing until administrators took them in.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from candlemark.ledger.cards import new_card
from candlemark.ledger.genesis import vault_id
from candlemark.ledger.keystore import Keystore
from candlemark.ledger.ledger import now
from candlemark.ledger.locks import Passphrase, new_lock
from candlemark.ledger.places import open_store
from candlemark.ledger.vault import vault_folder
from candlemark.ledger.wraps import SIGNING, Named, wrap_under
from candlemark.seal import Cost, SigningKey, check_drawn

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime
    from pathlib import Path

    from candlemark.ledger.roster_facts import Signed


def application(
    path: Path,
    name: str,
    passphrase: str,
    *,
    cost: Cost = Cost.STRONG,
    clock: Callable[[], datetime] = now,
) -> Signed:
    """Make the keys of a person in the vault at ``path``; the card to hand to an administrator.

    Args:
        path: the folder of the vault.
        name: what the other members will call them; it stands on the card in clear.
        passphrase: from :func:`candlemark.seal.new_passphrase`.
        cost: of one guess at the passphrase; anything but STRONG is for tests.
        clock: what time it is.

    Raises:
        VaultMissing, NewerFormat, LedgerBroken, VaultBusy, StorageFull: as opening it.
        SettingRefused: the passphrase was not drawn from the list, or this cannot be a name.
    """
    if cost is Cost.STRONG:
        check_drawn(passphrase)
    folder = vault_folder(path)
    store = open_store(folder)
    try:
        vault = vault_id(store.genesis())
    finally:
        store.close()
    identity, device = SigningKey.generate(), SigningKey.generate()
    card = new_card(vault, name, identity, device, clock())
    lock, kek = new_lock(vault, identity.kid, Passphrase(passphrase, cost))
    own = [Named(SIGNING + "identity", identity), Named(SIGNING + "device", device)]
    Keystore(folder).keep([lock], [wrap_under(kek, vault, one) for one in own])
    return card
