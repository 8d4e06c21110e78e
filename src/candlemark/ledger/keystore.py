"""The keys of a vault, each wrapped, in a file of their own.

The file is apart from the ledger because it lives by other rules: the ledger is never changed and
may be copied anywhere; keys are changed, and destroyed, and a copy of this file is a copy of the
keys for whoever has the passphrase.

In this version every key is wrapped under one key-encryption key, which the passphrase gives.  A
wrap names its holder, so that wraps for members can stand beside these.
"""

from __future__ import annotations

import hashlib
from contextlib import closing
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

import msgspec

from candlemark.errors import Fault, LedgerBroken, WrongPassphrase
from candlemark.ledger import database
from candlemark.ledger.entry import COMPARTMENTS, META
from candlemark.ledger.genesis import Bytes32  # noqa: TC001 - msgspec reads it at run time
from candlemark.seal import (
    SUITE,
    Cost,
    SealingKey,
    SigningKey,
    Stretching,
    derive,
    seal,
    unseal,
)

if TYPE_CHECKING:
    import sqlite3
    from pathlib import Path

    from candlemark.ledger.genesis import Genesis

KEYSTORE_FILE: Final = "keystore.db"
KEYSTORE_FORMAT: Final = 1
NAME_LIMIT: Final = 200

_WRAP: Final = b"candlemark/wrap/v1" + bytes([SUITE])
_LABEL: Final = b"candlemark/label/v1" + bytes([SUITE])
_KEK: Final = b"candlemark/kek/v1"
_SIGNERS: Final = ("identity", "device", "log")
_SIGNING: Final = "signing/"
_COMPARTMENT: Final = "compartment/"

SCHEMA: Final = database.statements("""
CREATE TABLE lock (one INTEGER PRIMARY KEY CHECK (one = 1), vault BLOB NOT NULL,
  stretching TEXT NOT NULL, holder BLOB NOT NULL, intact BLOB NOT NULL) STRICT;
CREATE TABLE keys (kid BLOB NOT NULL, holder BLOB NOT NULL, suite INTEGER NOT NULL,
  wrap BLOB NOT NULL, PRIMARY KEY (kid, holder)) STRICT;
CREATE TABLE label (one INTEGER PRIMARY KEY CHECK (one = 1), sealed BLOB NOT NULL) STRICT;
CREATE TABLE seen (one INTEGER PRIMARY KEY CHECK (one = 1), size INTEGER NOT NULL,
  note BLOB NOT NULL) STRICT;
""")


class _Wrapped(msgspec.Struct, frozen=True, array_like=True, forbid_unknown_fields=True):
    """What a wrap holds: what the key is for, since when, and the key."""

    purpose: str
    epoch: int
    key: Bytes32

    def __repr__(self) -> str:
        return f"<wrapped {self.purpose}>"


@dataclass(frozen=True, slots=True)
class Passphrase:
    """A passphrase and what one guess at it is to cost."""

    text: str = field(repr=False)
    cost: Cost


@dataclass(frozen=True, slots=True)
class Keyring:
    """Every key of an open vault; never printed, because keys never are."""

    identity: SigningKey
    device: SigningKey
    log: SigningKey
    compartments: dict[str, SealingKey]

    @classmethod
    def generate(cls) -> Keyring:
        """New keys for a new vault."""
        return cls(
            SigningKey.generate(),
            SigningKey.generate(),
            SigningKey.generate(),
            {name: SealingKey.generate() for name in (META, *COMPARTMENTS)},
        )


@dataclass(frozen=True, slots=True)
class Identity:
    """What everything in a vault is checked against: its identifier, its beginning, its keys."""

    vault: bytes
    genesis: Genesis
    keyring: Keyring


def make_keystore(
    path: Path, identity: Identity, name: str, passphrase: Passphrase, note: bytes
) -> None:
    """A new file with the keys of a new vault, wrapped under the passphrase.

    ``note`` is the checkpoint of the empty ledger, the first one this keystore has met.
    """
    vault, keyring = identity.vault, identity.keyring
    stretching = Stretching.new(passphrase.cost)
    kek = _kek(stretching, passphrase.text, vault)
    wraps = [
        (key.kid, kek.kid, SUITE, _wrap(kek, vault, purpose, key))
        for purpose, key in (
            *((_SIGNING + name, getattr(keyring, name)) for name in _SIGNERS),
            *((_COMPARTMENT + name, key) for name, key in keyring.compartments.items()),
        )
    ]
    label = seal(keyring.compartments[META], _LABEL, vault, name.encode().ljust(NAME_LIMIT, b"\0"))
    with (
        database.speaking(path.name),
        closing(database.make(path, KEYSTORE_FORMAT, SCHEMA)) as connection,
    ):
        connection.execute("BEGIN IMMEDIATE")
        connection.execute(
            "INSERT INTO lock VALUES (1, ?, ?, ?, ?)",
            (vault, str(stretching), kek.kid, _intact(vault, str(stretching), kek.kid)),
        )
        connection.executemany("INSERT INTO keys VALUES (?, ?, ?, ?)", sorted(wraps))
        connection.execute("INSERT INTO label VALUES (1, ?)", (label,))
        connection.execute("INSERT INTO seen VALUES (1, 0, ?)", (note,))
        connection.execute("COMMIT")
        database.finish(connection)


class Keystore:
    """The file of wrapped keys of the vault in ``folder``."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / KEYSTORE_FILE

    def unlock(self, vault: bytes, passphrase: str) -> tuple[Keyring, str]:
        """The keys of the vault, and its name.

        Raises:
            WrongPassphrase: the passphrase gives another key-encryption key.
            LedgerBroken: the file is damaged, or belongs to another vault.
        """
        with database.speaking(KEYSTORE_FILE), closing(self._to_read()) as connection:
            faults = database.check(connection, KEYSTORE_FILE, SCHEMA)
            if faults:
                raise _damaged(*faults)
            locks = connection.execute("SELECT vault, stretching, holder, intact FROM lock")
            lock = locks.fetchone()
            wraps = connection.execute("SELECT kid, holder, suite, wrap FROM keys").fetchall()
            labels = connection.execute("SELECT sealed FROM label").fetchall()
        if lock is None or _intact(*lock[:3]) != lock[3]:
            raise _damaged(Fault("lock", "it was changed"))
        if lock[0] != vault:
            raise _damaged(Fault("lock", "these are the keys of another vault"))
        kek = _kek(Stretching.parse(lock[1]), passphrase, vault)
        if kek.kid != lock[2]:
            raise WrongPassphrase(
                "the passphrase does not open this vault",
                hint="seven words with spaces between them; capitals do not matter",
            )
        keyring = _unwrap(kek, vault, wraps)
        return keyring, _read_label(keyring, vault, labels)

    def seen(self) -> tuple[int, bytes]:
        """The last checkpoint this copy of the keys has met: its size, and the signed note."""
        with database.speaking(KEYSTORE_FILE), closing(self._to_read()) as connection:
            row = connection.execute("SELECT size, note FROM seen").fetchone()
        if row is None:
            raise _damaged(Fault("seen", "the last checkpoint is missing"))
        return row[0], row[1]

    def remember(self, size: int, note: bytes) -> None:
        """Keep ``note`` as the last checkpoint met, unless a larger one is known."""
        with (
            database.speaking(KEYSTORE_FILE),
            closing(database.reopen(self._path, KEYSTORE_FORMAT)) as connection,
        ):
            connection.execute(
                "UPDATE seen SET size = ?, note = ? WHERE size < ?", (size, note, size)
            )
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")

    def _to_read(self) -> sqlite3.Connection:
        return database.reopen_to_read(self._path, KEYSTORE_FORMAT)


def _kek(stretching: Stretching, passphrase: str, vault: bytes) -> SealingKey:
    return SealingKey.from_bytes(derive(stretching.stretch(passphrase), vault, _KEK))


def _intact(vault: bytes, stretching: str, holder: bytes) -> bytes:
    """Tells a damaged lock from a wrong passphrase; against an attacker it promises nothing."""
    return hashlib.sha256(b"candlemark/lock/v1" + vault + holder + stretching.encode()).digest()


def _wrap(kek: SealingKey, vault: bytes, purpose: str, key: SealingKey | SigningKey) -> bytes:
    content = msgspec.msgpack.encode(_Wrapped(purpose, 1, key.reveal()))
    return seal(kek, _WRAP, vault + key.kid, content)


def _unwrap(kek: SealingKey, vault: bytes, wraps: list[tuple[bytes, bytes, int, bytes]]) -> Keyring:
    """Open every wrap; each must be of the key whose kid it carries."""
    signing: dict[str, SigningKey] = {}
    compartments: dict[str, SealingKey] = {}
    faults = []
    for kid, holder, suite, wrap in wraps:
        try:
            if holder != kek.kid or suite != SUITE:
                raise LedgerBroken("it is wrapped for nobody this version knows")
            wrapped = msgspec.msgpack.decode(unseal(kek, _WRAP, vault + kid, wrap), type=_Wrapped)
            key: SigningKey | SealingKey
            if wrapped.purpose.startswith(_SIGNING):
                key = signing[wrapped.purpose.removeprefix(_SIGNING)] = SigningKey.from_bytes(
                    wrapped.key
                )
            else:
                key = compartments[wrapped.purpose.removeprefix(_COMPARTMENT)] = (
                    SealingKey.from_bytes(wrapped.key)
                )
            if key.kid != kid:
                raise LedgerBroken("it is not the key it is named as")
        except LedgerBroken as error:
            faults.append(Fault(f"key {kid.hex()}", error.message))
        except (msgspec.MsgspecError, UnicodeDecodeError):  # text that is not UTF-8
            faults.append(Fault(f"key {kid.hex()}", "it cannot be read"))
    missing = [f"the signing key of the {name}" for name in _SIGNERS if name not in signing]
    missing += [
        f"the key of the compartment {name}"
        for name in (META, *COMPARTMENTS)
        if name not in compartments
    ]
    faults += [Fault("keys", f"{key} is missing") for key in missing]
    if faults or len(wraps) != len(signing) + len(compartments):
        raise _damaged(*faults, *([] if faults else [Fault("keys", "one is there twice")]))
    return Keyring(**{name: signing[name] for name in _SIGNERS}, compartments=compartments)


def _read_label(keyring: Keyring, vault: bytes, rows: list[tuple[bytes]]) -> str:
    try:
        (sealed,) = rows[0]
        return unseal(keyring.compartments[META], _LABEL, vault, sealed).rstrip(b"\0").decode()
    except (IndexError, LedgerBroken, UnicodeDecodeError):
        raise _damaged(Fault("label", "the name of the vault does not open")) from None


def _damaged(*faults: Fault) -> LedgerBroken:
    return LedgerBroken(
        f"{KEYSTORE_FILE} is damaged",
        hint=f"put the last good copy of {KEYSTORE_FILE} in its place",
        faults=faults,
    )
