"""A vault: the folder with an organisation's ledger and the keys to it.

``ledger.db`` can be copied anywhere; without ``keystore.db`` and the passphrase it says how many
entries there are, and how large, and nothing else.  The folder is readable by its owner only.
"""

from __future__ import annotations

import secrets
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from candlemark.errors import (
    Fault,
    LedgerBroken,
    SettingRefused,
    VaultError,
    VaultExists,
    VaultMissing,
)
from candlemark.ledger import database, places
from candlemark.ledger.admitting import check_member, strange_keys
from candlemark.ledger.checkpoint import signed_head
from candlemark.ledger.closing import Closing
from candlemark.ledger.entry import COMPARTMENTS, META, read_leaf
from candlemark.ledger.erasing import Erasing
from candlemark.ledger.exporting import Exporting
from candlemark.ledger.genesis import (
    FORMAT,
    Founder,
    Genesis,
    log_name,
    read_genesis,
    vault_id,
)
from candlemark.ledger.keystore import (
    NAME_LIMIT,
    Keystore,
    make_keystore,
)
from candlemark.ledger.keystore_rows import KEYSTORE_FILE, damaged
from candlemark.ledger.kinds import Kinds
from candlemark.ledger.ledger import Ledger, now
from candlemark.ledger.locks import Passphrase
from candlemark.ledger.member_key import member_keys
from candlemark.ledger.membership import Membership
from candlemark.ledger.memory import MemoryStore
from candlemark.ledger.merkle import Tree
from candlemark.ledger.model import Models, models_folder
from candlemark.ledger.publisher import Publisher
from candlemark.ledger.reading_mark import ReadingMark
from candlemark.ledger.roster_facts import encode
from candlemark.ledger.second_factor import SecondFactor
from candlemark.ledger.sharing import share
from candlemark.ledger.unlocking import read_label
from candlemark.ledger.wraps import Identity, Keyring
from candlemark.seal import SUITE, Cost, SealingKey, check_drawn

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime
    from typing import Self

    from candlemark.ledger.compartments import CompartmentKeys
    from candlemark.ledger.roster import Roster
    from candlemark.ledger.roster_facts import RecoverySet
    from candlemark.ledger.sharing import Shared
    from candlemark.ledger.store import Head, Store

_NEW = places.NEW


@dataclass(frozen=True, slots=True)
class VaultCard:
    """What anybody who holds the folder can tell about a vault."""

    id: str
    format: int
    demonstration: bool
    size: int


class Vault(Closing):
    """An open vault.  Close it, or use it as a context manager."""

    def __init__(
        self, name: str, ledger: Ledger, identity: Identity, store: Store, keystore: Keystore | None
    ) -> None:
        self.name = name
        self.ledger = ledger
        self._identity = identity
        self._store = store
        self._keystore = keystore
        self.secret: SealingKey | None = None
        """What opens this member's lock again without the passphrase; None in memory."""
        self.factor: SecondFactor | None = None
        """What sign-in in a browser asks this member for besides; None in memory."""
        self.members = Membership(ledger, identity, keystore)
        self.exporting = Exporting(ledger, store, identity)
        self.erasing = Erasing(ledger, store, identity, keystore, self.members)
        self.publisher = Publisher(identity)

    @property
    def id(self) -> str:
        """The identifier of the vault, in hexadecimal: the hash of how it began."""
        return self._identity.vault.hex()

    @property
    def demonstration(self) -> bool:
        """Whether it was made to show something, with data nobody needs to protect."""
        return self._identity.genesis.demonstration

    @classmethod
    def create(
        cls,
        path: Path,
        passphrase: str,
        name: str = "",
        *,
        demonstration: bool = False,
        recovery: RecoverySet | None = None,
        cost: Cost = Cost.STRONG,
        kinds: Kinds | None = None,
        clock: Callable[[], datetime] = now,
        postgres: str = "",
    ) -> Self:
        """A new vault in a folder that is not there yet, or empty.

        Args:
            path: the folder.
            passphrase: from :func:`candlemark.seal.new_passphrase`.
            name: what people call the vault; kept sealed.
            demonstration: see :attr:`demonstration`; it is part of the vault's identity.
            recovery: the public halves of the recovery key, which are part of it too.
            cost: of one guess at the passphrase; anything but STRONG is for tests.
            kinds: the kinds that will be said and read.
            clock: what time it is.
            postgres: the libpq connection, without a password, to the database that is to keep the
                ledger; empty: the folder keeps it.

        Raises:
            VaultExists: there is something in the folder.
            SettingRefused: the passphrase was not drawn from the list, or the name is too long.
            StorageFull: nothing was kept.
        """
        if cost is Cost.STRONG:
            check_drawn(passphrase)
        if len(name.encode()) > NAME_LIMIT or not name.isprintable():
            raise SettingRefused(
                "this cannot be the name of a vault",
                hint=f"use at most {NAME_LIMIT} bytes of printable text",
            )
        folder = Path(path)
        cls.check_place(folder)
        made = [one for one in (folder, *folder.parents) if not one.exists()]
        with database.speaking(folder.name):
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            folder.chmod(0o700)
        try:
            with database.speaking(folder.name):
                for one in made:  # or a power cut could take the folder with all that is in it
                    database.settle(one.parent)
            begun = _begin(demonstration=demonstration, recovery=recovery)
            _begin_in(folder, name, Passphrase(passphrase, cost), begun, postgres)
            return cls.open(folder, passphrase, kinds, clock=clock)
        except BaseException:
            with suppress(OSError):  # a disk that still fails; what went wrong first is told
                for leftover in folder.iterdir():
                    leftover.unlink()
                if made:
                    folder.rmdir()
            raise

    @staticmethod
    def check_place(path: Path) -> None:
        """Refuse a place where no vault can be made, before anybody writes down a passphrase.

        Raises:
            VaultExists: there is a vault, or something else.
        """
        folder = Path(path)
        with database.speaking(folder.name):
            if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
                raise VaultExists(
                    "the folder is there already and is not empty",
                    hint="name a folder that is not there yet",
                )

    @classmethod
    def open(
        cls,
        path: Path,
        passphrase: str | SealingKey,
        kinds: Kinds | None = None,
        *,
        member: str = "",
        patience: float = 10.0,
        clock: Callable[[], datetime] = now,
    ) -> Self:
        """The vault in a folder.

        Opening checks the keys and the genesis.  The entries are checked when they are read.

        Args:
            path: the folder.
            passphrase: as it was shown when the vault was made; or the key of a session, see
                :attr:`secret`.
            kinds: the kinds this program knows.
            member: the code of the member whose passphrase it is; empty to try those of all.
            patience: seconds to wait while another process writes.
            clock: what time it is.

        Raises:
            VaultMissing: there is no vault in this folder.
            WrongPassphrase: the passphrase does not open it.
            NotEntitled: it is that of somebody who is no member yet, or is frozen here.
            NewerFormat: a later version of Candlemark wrote it.
            LedgerBroken: the genesis or the keys are damaged, or one file is missing.
        """
        folder = vault_folder(path)
        keystore = Keystore(folder)
        store = places.open_store(folder, patience)
        try:
            stored = store.genesis()
            genesis, vault = read_genesis(stored), vault_id(stored)
            unlocked = keystore.unlock(vault, passphrase, member)
            keys = unlocked.keyring.compartments
            identity = Identity(vault, genesis, unlocked.keyring)
            if not unlocked.shared:
                _check_founder(identity)
            ledger = Ledger(
                store,
                identity,
                kinds or Kinds(),
                keystore.seen(),
                clock,
                shared=unlocked.shared,
                keep=lambda wraps: keystore.keep(wraps=wraps),
                examine=lambda: (
                    *keystore.examine(vault, identity.keyring),
                    *strange_keys(ledger.roster, identity, keystore),
                ),
            )
            folder_of_models = models_folder(folder, vault)
            ledger.mark = ReadingMark(folder_of_models, identity)
            if unlocked.shared:
                _check_meta(store, keys)
                roster = ledger.roster()
                check_member(roster, identity)
                _check_keys(roster, identity)
            called = read_label(unlocked.keyring, vault, unlocked.label)
        except BaseException:
            store.close()
            raise
        ledger.models = Models(ledger, vault, identity.keyring.compartments, folder_of_models)
        ledger.models.sweep()
        made = cls(called, ledger, identity, store, keystore)
        made.secret = unlocked.kek
        made.factor = SecondFactor(folder, identity, clock)
        made.erasing.after.append(ledger.models.forget)
        made.members.after.append(ledger.models.forget)
        return made

    @classmethod
    def in_memory(
        cls,
        kinds: Kinds,
        name: str = "",
        *,
        demonstration: bool = False,
        clock: Callable[[], datetime] = now,
    ) -> Self:
        """A vault that no file holds and that is gone when it is closed; for tests and trials."""
        stored, identity, head = _begin(demonstration=demonstration)
        store = MemoryStore(stored, head)
        return cls(name, Ledger(store, identity, kinds, None, clock), identity, store, None)

    @staticmethod
    def peek(path: Path) -> VaultCard:
        """What can be told about the vault in a folder without its passphrase.

        Raises:
            VaultMissing, NewerFormat, LedgerBroken: as :meth:`open`.
        """
        store = places.open_store(vault_folder(path))
        try:
            stored = store.genesis()
            genesis = read_genesis(stored)
            return VaultCard(
                vault_id(stored).hex(), genesis.format, genesis.demonstration, store.head().size
            )
        finally:
            store.close()

    def change_passphrase(self, old: str, new: str, *, cost: Cost = Cost.STRONG) -> None:
        """Let another passphrase open what this member opens here.

        The keys stay the same: a copy of the folder that somebody made before opens with the old
        passphrase for ever.

        Raises:
            WrongPassphrase: the old passphrase is another one.
            SettingRefused: the new passphrase was not drawn from the list, or nothing keeps it.
            VaultBusy, StorageFull: the old passphrase opens it still.
        """
        if cost is Cost.STRONG:
            check_drawn(new)
        if self._keystore is None:
            raise SettingRefused("a vault in memory has no passphrase", hint="make one in a folder")
        member = self._identity.keyring.identity.kid.hex()
        self._keystore.change_passphrase(self._identity.vault, old, Passphrase(new, cost), member)

    def examine_keys(self) -> tuple[Fault, ...]:
        """What is wrong with the keystore, every key in it that this member can open taken out.

        Opening the vault takes a key out when something sealed under it is read.
        """
        if self._keystore is None:
            return ()
        return self._keystore.examine(self._identity.vault, self._identity.keyring)

    @property
    def strange_keys(self) -> tuple[Fault, ...]:
        """Keys in the keystore that are wrapped for nobody the roster names."""
        if self._keystore is None:
            return ()
        return strange_keys(self.ledger.roster, self._identity, self._keystore)

    def share(self, folder: Path) -> Shared:
        """Bring a tree of files up to this vault, from which other instances of it can pull.

        Raises:
            SettingRefused: the vault is in memory only, or the folder cannot be used.
            LogForked, PublishedBroken, LedgerBroken, VaultBusy, StorageFull: as publishing.
        """
        if self._keystore is None:
            raise SettingRefused("a vault in memory is not shared", hint="make one in a folder")
        self.members.begin()
        return share(self.ledger.log, self._keystore, folder)

    def export_key(self) -> bytes:
        """The file by which this member takes their identity to another instance of the vault.

        It stays behind the passphrase they open this one with.

        Raises:
            SettingRefused: the vault is in memory.
        """
        if self._keystore is None:
            raise SettingRefused("a vault in memory has no passphrase", hint="make one in a folder")
        self._keystore.keep()  # lets a lock of the first form say whose it is
        return member_keys(self._keystore, self._identity.vault)[self.members.me.code]

    def close(self) -> None:
        """Give the keys and files back; a second time does nothing."""
        self._identity.keyring.compartments.close()
        if self._keystore is not None:
            # Damage and a full disk are told when the ledger is used; closing is not the place.
            with suppress(VaultError):
                self._keystore.remember(self.ledger.size, self._store.head().note)
        self._store.close()

    def __repr__(self) -> str:
        return f"<Vault {self.id}>"


def _check_founder(identity: Identity) -> None:
    """Refuse keys a vault of one did not begin with."""
    keyring, genesis = identity.keyring, identity.genesis
    founder = Founder(keyring.identity.public.raw, keyring.device.public.raw)
    if founder not in genesis.founders or keyring.log.public.raw not in genesis.logs:
        raise LedgerBroken("the keys are not the ones this vault began with")


def _check_meta(store: Store, keys: CompartmentKeys) -> None:
    """Refuse a keystore without the key that the ledger's own last entry is sealed under.

    Raises:
        LedgerBroken: it is missing.
    """
    size = store.head().size
    for row in store.rows(size - 1, size) if size else ():
        if read_leaf(row.leaf).parts[0].kid not in keys.kids:
            raise damaged(Fault("keys", f"the key of the compartment {META} is missing"))


def _check_keys(roster: Roster, identity: Identity) -> None:
    """Refuse a keystore that lost a key its member is to have.

    Only that it is there: whether it opens is seen when it is used, and by ``verify``.

    Raises:
        LedgerBroken: ``faults`` names each.
    """
    keyring = identity.keyring
    kids, me = keyring.compartments.kids, keyring.identity.kid
    faults = [
        Fault("keys", f"key {epoch.number} of the compartment {name} is missing")
        for name, there in roster.compartments.items()
        for epoch in there.keys
        if epoch.kid not in kids and me in epoch.given
    ]
    if not roster.compartments:  # no entry names them: whose they are is seen by opening them
        for kid in kids:
            keyring.compartments.key(kid)
        faults += [
            Fault("keys", f"the key of the compartment {name} is missing")
            for name in (META, *COMPARTMENTS)
            if name not in keyring.compartments
        ]
    if faults:
        raise damaged(*faults)


def _begin(
    *, demonstration: bool, recovery: RecoverySet | None = None
) -> tuple[bytes, Identity, Head]:
    """The genesis in bytes, the identity and the empty ledger's head of a new vault."""
    keyring = Keyring.generate()
    genesis = Genesis(
        format=FORMAT,
        suite=SUITE,
        salt=secrets.token_bytes(16),
        founders=(Founder(keyring.identity.public.raw, keyring.device.public.raw),),
        threshold=1,
        recovery=encode(recovery) if recovery is not None else b"",
        logs=(keyring.log.public.raw,),
        demonstration=demonstration,
    )
    stored = msgspec.msgpack.encode(genesis)
    identity = Identity(vault_id(stored), genesis, keyring)
    name = log_name(identity.vault, keyring.log.public)
    return stored, identity, signed_head(Tree(), name, keyring.log)


def _begin_in(
    folder: Path,
    name: str,
    passphrase: Passphrase,
    begun: tuple[bytes, Identity, Head],
    postgres: str,
) -> None:
    """Write both files under other names first; a vault is there once both have their own."""
    stored, identity, head = begun
    keys = folder / (KEYSTORE_FILE + _NEW)
    with places.begun(folder, identity.vault.hex(), stored, head, postgres) as ledger:
        make_keystore(keys, identity, name, passphrase, head.note)
        with database.speaking(folder.name):
            (folder / (ledger + _NEW)).rename(folder / ledger)
            keys.rename(folder / KEYSTORE_FILE)
            database.settle(folder)


def vault_folder(path: Path) -> Path:
    """The folder, once it is known to hold the files of a vault."""
    folder = Path(path)
    files = (places.ledger_file(folder), KEYSTORE_FILE)
    missing = [name for name in files if not (folder / name).is_file()]
    if len(missing) == 1:
        raise LedgerBroken(
            "half of the vault is missing",
            hint="copy the whole folder again; a vault is both files",
            faults=[Fault(missing[0], "the file is missing")],
        )
    if missing:
        raise VaultMissing(
            "there is no vault in this folder",
            hint="make one with: candlemark init DIR",
        )
    return folder
