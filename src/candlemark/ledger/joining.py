"""Another instance of a vault: a laptop, a second server, each with a log of its own.

It begins from what an existing instance shared.  Its log signs nothing that counts before the
roster names it, and its member opens nothing before the roster names them; until then the folder
holds a genesis, an empty log and keys nobody trusts yet.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from candlemark.errors import Fault, LedgerBroken, NotEntitled, PublishedBroken
from candlemark.ledger import database
from candlemark.ledger.cards import certificate_of, new_card
from candlemark.ledger.checkpoint import signed_head
from candlemark.ledger.compartments import CompartmentKeys
from candlemark.ledger.files import read_whole
from candlemark.ledger.genesis import (
    GENESIS_LIMIT,
    log_name,
    read_genesis,
    vault_id,
)
from candlemark.ledger.keystore import Keystore, make_member_keystore
from candlemark.ledger.keystore_rows import KEYSTORE_FILE, damaged
from candlemark.ledger.kinds import Kinds
from candlemark.ledger.ledger import Ledger, now
from candlemark.ledger.locks import Passphrase, new_lock
from candlemark.ledger.member_key import read_member_key
from candlemark.ledger.membership import Membership
from candlemark.ledger.merkle import Tree
from candlemark.ledger.places import open_store
from candlemark.ledger.public import OWN_LOG
from candlemark.ledger.publishing import GENESIS
from candlemark.ledger.pulling import Pulling, keys_that_came
from candlemark.ledger.roster import DEVICE_DAYS
from candlemark.ledger.roster_facts import DeviceCertified
from candlemark.ledger.sharing import shared_label, shared_log, shared_wraps
from candlemark.ledger.sqlite import LEDGER_FILE, make_ledger
from candlemark.ledger.unlocking import read_label
from candlemark.ledger.vault import Vault, vault_folder
from candlemark.ledger.wraps import (
    COMPARTMENT,
    SIGNING,
    Identity,
    Keyring,
    Named,
    receiving_key,
    unwrap_under,
    unwrap_whole_for,
    wrap_under,
)
from candlemark.seal import Cost, SigningKey, check_drawn

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime
    from pathlib import Path

    from candlemark.ledger.keystore_rows import Lock
    from candlemark.ledger.pulling import Pulled
    from candlemark.ledger.roster_facts import Signed
    from candlemark.ledger.wraps import Unwrapped, Wrap
    from candlemark.seal import SealingKey

_NEW = ".new"


@dataclass(frozen=True, slots=True)
class Joined:
    """What is handed to the administrators: the log of the new instance, and a new person's card.

    ``card`` is None for somebody who is a member already and brought their key.
    """

    log: bytes
    log_name: str
    card: Signed | None


def join(
    tree: Path,
    path: Path,
    passphrase: str,
    *,
    name: str = "",
    key: bytes = b"",
    cost: Cost = Cost.STRONG,
    clock: Callable[[], datetime] = now,
) -> Joined:
    """A new instance at ``path`` of the vault shared in ``tree``.

    Args:
        tree: what another instance shared.
        path: a folder that is not there yet.
        passphrase: of the member: newly drawn for a new person, their own with ``key``.
        name: of a new person, who becomes a member when administrators take in the card.
        key: the file ``candlemark key export`` wrote, for somebody who is a member already.
        cost: of one guess at the passphrase of a new person; anything but STRONG is for tests.
        clock: what time it is.

    Raises:
        VaultExists: there is something in the folder.
        PublishedBroken: the tree is not whole.
        WrongPassphrase: the passphrase does not open the key.
        SettingRefused: the passphrase was not drawn from the list, or this cannot be a name.
        LedgerBroken: the key file is malformed, or of another vault.
    """
    Vault.check_place(path)
    stored = read_whole(tree / GENESIS, GENESIS_LIMIT)
    if stored is None or vault_id(stored).hex() not in shared_log(tree).name.split("/"):
        raise PublishedBroken(
            "no vault is shared in this folder", hint="name a folder `candlemark share` wrote"
        )
    read_genesis(stored)
    vault, label = vault_id(stored), shared_label(tree)
    device, log = SigningKey.generate(), SigningKey.generate()
    card = None
    if key:
        lock, kek, identity = read_member_key(key, vault, passphrase)
    else:
        if cost is Cost.STRONG:
            check_drawn(passphrase)
        identity = SigningKey.generate()
        card = new_card(vault, name, identity, device, clock())
        lock, kek = new_lock(vault, identity.kid, Passphrase(passphrase, cost))
    own = [
        Named(SIGNING + "identity", identity),
        Named(SIGNING + "device", device),
        Named(SIGNING + "log", log),
    ]
    wraps = [wrap_under(kek, vault, one) for one in own]
    if key:
        wraps += [
            wrap_under(kek, vault, Named(COMPARTMENT + name, sealing, epoch))
            for name, epoch, sealing in _behind(tree, vault, lock, kek).compartments
        ]
    _write(path, stored, log, (lock, wraps, label))
    return Joined(log.public.raw, log_name(vault, log.public), card)


def _behind(tree: Path, vault: bytes, lock: Lock, kek: SealingKey) -> Unwrapped:
    """Keys that came along under the passphrase itself.

    A backup of a vault of one holds its keys so, and for no recipient yet.
    """
    wraps = [wrap for wrap in shared_wraps(tree) if wrap.holder == lock.holder]
    try:
        return unwrap_under(kek, vault, wraps)
    except LedgerBroken as error:
        raise PublishedBroken(
            "keys of this member came along damaged",
            hint="copy the whole folder again, or restore the backup of another day",
            faults=error.faults,
        ) from None


def _write(
    path: Path, genesis: bytes, log: SigningKey, keys: tuple[Lock, list[Wrap], bytes]
) -> None:
    """Both files under other names first; an instance is there once both have their own."""
    vault = vault_id(genesis)
    head = signed_head(Tree(), log_name(vault, log.public), log)
    with database.speaking(path.name):
        path.mkdir(mode=0o700, parents=True, exist_ok=True)
        path.chmod(0o700)
    ledger, keystore = path / (LEDGER_FILE + _NEW), path / (KEYSTORE_FILE + _NEW)
    try:
        make_ledger(ledger, genesis, head)
        make_member_keystore(keystore, *keys, head.note)
        (path / OWN_LOG).write_bytes(log.public.raw)
        with database.speaking(path.name):
            ledger.rename(path / LEDGER_FILE)
            keystore.rename(path / KEYSTORE_FILE)
            database.settle(path)
    except BaseException:
        for leftover in path.iterdir():
            leftover.unlink()
        path.rmdir()
        raise


def pull(
    path: Path,
    passphrase: str,
    tree: Path,
    kinds: Kinds | None = None,
    *,
    member: str = "",
    clock: Callable[[], datetime] = now,
    progress: Callable[[int, int], None] | None = None,
) -> Pulled:
    """Take what is new in a shared tree, also where nobody could open this instance before.

    Raises:
        WrongPassphrase, VaultMissing, NewerFormat, LedgerBroken: as opening the vault.
        NotEntitled: no key for this member came along, or the log of the tree is named by nobody.
        PublishedBroken, LogForked, VaultBusy, StorageFull: as :meth:`Pulling.pull`.
    """
    folder = vault_folder(path)
    store, keystore = open_store(folder), Keystore(folder)
    try:
        stored = store.genesis()
        vault = vault_id(stored)
        own = keystore.unlock_own(vault, passphrase, member)
        compartments = CompartmentKeys()
        receiving = receiving_key(own.signing["identity"], vault)
        shared, bent = unwrap_whole_for(receiving, vault, keystore.wraps(vault))
        held = {key.kid for _, _, key in shared.compartments}
        came = keys_that_came(shared_wraps(tree), held, receiving, vault)
        _require_mended(bent, came)
        for name, epoch, key in (*own.compartments, *shared.compartments, *came.compartments):
            compartments.add(name, epoch, key)
        log = own.signing.get("log") or shared.signing.get("log") or came.signing.get("log")
        if not len(compartments) or log is None:
            raise NotEntitled(
                "no key of the vault has been wrapped for this member yet",
                hint="an administrator adds you, and shares the vault again",
            )
        keyring = Keyring(own.signing["identity"], own.signing["device"], log, compartments)
        identity = Identity(vault, read_genesis(stored), keyring)
        _check_label(keystore, identity)
        ledger = Ledger(store, identity, kinds or Kinds(), keystore.seen(), clock, shared=True)
        pulling = Pulling(folder, store, identity, keystore, ledger, kinds or Kinds())
        pulled = pulling.pull(tree, progress)
        _certify(ledger, identity, keystore)
        return pulled
    finally:
        store.close()


def _require_mended(bent: Mapping[bytes, str], came: Unwrapped) -> None:
    """Refuse a keystore in which a key of this member is damaged, unless a whole one came now."""
    whole = {key.kid for _, _, key in came.compartments}
    whole |= {key.kid for key in came.signing.values()}
    faults = [Fault(f"key {kid.hex()}", what) for kid, what in bent.items() if kid not in whole]
    if faults:
        raise damaged(*faults)


def _check_label(keystore: Keystore, identity: Identity) -> None:
    """Refuse to fill a place whose name came along damaged: it could never be told from another.

    Nobody could tell when it was made, because it had no key then.
    """
    try:
        read_label(identity.keyring, identity.vault, keystore.label())
    except LedgerBroken as error:
        raise PublishedBroken(
            "the name of the vault was damaged when this place was made",
            hint="copy the whole folder again, and make the place anew from it",
            faults=error.faults,
        ) from None


def _certify(ledger: Ledger, identity: Identity, keystore: Keystore) -> None:
    """Let a member's device count here from now on, if it is new and the member is one."""
    keyring, roster = identity.keyring, ledger.roster()
    member = roster.members.get(keyring.identity.kid)
    if member is None or keyring.device.kid in roster.devices:
        return
    if member.recipient is None:  # a founder who never had a reason to introduce themselves
        Membership(ledger, identity, keystore).begin()
        return
    begins = ledger.now()
    ends = begins + timedelta(days=DEVICE_DAYS)
    certificate = certificate_of(
        identity.vault, keyring.identity, keyring.device, "another device", begins, ends
    )
    ledger.append_own([DeviceCertified(certificate)])
