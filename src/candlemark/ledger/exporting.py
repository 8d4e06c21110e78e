"""Exporting: a vault as it can be handed to a lawyer or a court, who check it without this program.

::

    checkpoint, genesis     as the log is published (:mod:`candlemark.ledger.publishing`)
    tile/entries/000 …      the leaves, 256 to a file
    part/<sha256>           the sealed parts, those of others too
    disclosed               the keys of the chosen compartments, sealed under a passphrase
    words                   the list the root of the ledger is written in
    verify_vault.py         the verifier, one file; READ-ME.txt says in two lines how to use it

What the holder of the passphrase reads is what is in ``disclosed``: keys of compartments and of
persons, and nothing that signs or opens the vault.  Everything else stays sealed and can still be
checked to be whole.  Byte by byte: docs/formats/export.md.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from importlib.resources import files
from typing import TYPE_CHECKING, Final

import msgspec

from candlemark.errors import Fault, NotEntitled, SettingRefused
from candlemark.ledger.entry import META, read_leaf
from candlemark.ledger.files import alone_in, settle_all, write_whole
from candlemark.ledger.publishing import CHECKPOINT, GENESIS, PARTS
from candlemark.ledger.tiles import ENTRIES, WIDTH, tile_in, tiles_of
from candlemark.seal import SUITE, Cost, SealingKey, Stretching, check_drawn, seal
from candlemark.seal.passphrase import words

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from candlemark.ledger.ledger import Ledger
    from candlemark.ledger.store import Store
    from candlemark.ledger.wraps import Identity

FORMAT: Final = 1
KEYS_LIMIT: Final = 1 << 25
"""Bytes of the file with the keys; its readers refuse more."""
DISCLOSED: Final = "disclosed"
WORDS: Final = "words"
VERIFIER: Final = "verify_vault.py"
READ_ME: Final = "READ-ME.txt"
_AROUND: Final = 1024
_LABEL: Final = b"candlemark/disclosed/v1" + bytes([SUITE])
_TWO_LINES: Final = f"""\
With Python 3.11 or later, once:  python -m pip install PyNaCl
Then, in this folder:  python {VERIFIER} .     (it asks for the passphrase you were given apart)
"""


@dataclass(frozen=True, slots=True)
class Disclosure:
    """What one compartment of an export lets its holder read.

    ``parts`` are what is sealed in it now and not erased, about ``persons`` different persons;
    ``epochs`` is the number of its keys.  The present one is among them: it also opens what is
    written from now on, until the key is changed, to whoever gets hold of that.
    """

    compartment: str
    epochs: int
    parts: int
    persons: int


@dataclass(frozen=True, slots=True)
class Export:
    """What was handed over: the state, what its holder reads, and the hash of the verifier.

    ``others`` counts parts that stay sealed to the holder.
    """

    vault: str
    size: int
    root: str
    discloses: tuple[Disclosure, ...]
    others: int
    verifier: str


class Exporting:
    """Exports of one opened vault."""

    def __init__(self, ledger: Ledger, store: Store, identity: Identity) -> None:
        self._ledger = ledger
        self._store = store
        self._identity = identity

    def disclosures(self, compartments: Sequence[str]) -> tuple[tuple[Disclosure, ...], int]:
        """What an export would let its holder read, to be shown before anything is written.

        Args:
            compartments: beside ``meta``, which is always handed over: without it nobody could
                tell who signed.  It names the members.

        Returns:
            One disclosure for each compartment, ``meta`` first; and how many parts stay sealed.

        Raises:
            NotEntitled: this member does not read one of them, or not all of it.
            LedgerBroken: the ledger is damaged.
        """
        names = tuple(dict.fromkeys((META, *compartments)))
        self._refuse_unread(names)
        parts, persons = dict.fromkeys(names, 0), {name: set[str]() for name in names}
        others = 0
        for compartment, subject in self._ledger.parts_by_compartment():
            if compartment not in parts:
                others += 1
                continue
            parts[compartment] += 1
            persons[compartment] |= {subject} - {""}
        keys = self._identity.keyring.compartments
        found = tuple(
            Disclosure(name, len(keys.of(name)), parts[name], len(persons[name])) for name in names
        )
        return found, others

    def export(
        self,
        folder: Path,
        compartments: Sequence[str],
        passphrase: str,
        *,
        cost: Cost = Cost.STRONG,
    ) -> Export:
        """Write the vault as it stands now to a new folder.

        Args:
            folder: not there yet, or empty.
            compartments: that the holder of ``passphrase`` will read, beside ``meta``.
            passphrase: drawn for this export and used for nothing else.
            cost: of one guess at it; anything but STRONG is for tests.

        Raises:
            NotEntitled, LedgerBroken: as :meth:`disclosures`; nothing was written.
            SettingRefused: the folder is not empty or cannot be used, or the passphrase was not
                drawn.
            VaultBusy, StorageFull: what was written holds no keys.
        """
        if cost is Cost.STRONG:
            check_drawn(passphrase)
        if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
            raise SettingRefused(
                "the folder for the export is not empty", hint="name a folder that is not there yet"
            )
        discloses, others = self.disclosures(compartments)
        shown = self._ledger.log.shown()
        size, root = shown.checkpoint.size, shown.checkpoint.root
        keys = self._keys([one.compartment for one in discloses], size, root)
        verifier = files("candlemark").joinpath("verifier", VERIFIER).read_bytes()
        with alone_in(folder):
            names = []
            for name, content in self._clear(size):
                write_whole(folder, name, content, last=False)
                names.append(name)
            write_whole(folder, VERIFIER, verifier, last=False)
            write_whole(folder, READ_ME, _TWO_LINES.encode(), last=False)
            settle_all(folder, names)
            write_whole(folder, CHECKPOINT, shown.note.encode())
            write_whole(folder, DISCLOSED, _under(passphrase, cost, self._identity.vault, keys))
        return Export(
            self._identity.vault.hex(),
            size,
            root.hex(),
            discloses,
            others,
            hashlib.sha256(verifier).hexdigest(),
        )

    def _refuse_unread(self, names: Sequence[str]) -> None:
        """Refuse compartments of which this member lacks a key the roster announced."""
        keys, roster = self._identity.keyring.compartments, self._ledger.roster()
        faults = [
            Fault(name, "this member does not read it")
            for name in names
            if name not in keys
            or any(
                keys.key(epoch.kid) is None
                for there in [roster.compartments.get(name)]
                if there is not None
                for epoch in there.epochs
            )
        ]
        if faults:
            raise NotEntitled(
                f"{len(faults)} of these compartments are not this member's to hand over",
                hint="a member who reads them all makes the export: candlemark compartment list",
                faults=faults,
            )

    def _keys(self, names: Sequence[str], size: int, root: bytes) -> bytes:
        """Every key of these compartments, and the state they are handed over with."""
        keys = self._identity.keyring.compartments
        epochs = [(name, epoch, key.reveal()) for name in names for epoch, key in keys.of(name)]
        persons = [
            (epoch, subject, key.reveal())
            for name in names
            for epoch, subject, key in keys.persons(name)
        ]
        vault = self._identity.vault
        content = msgspec.msgpack.encode((FORMAT, vault, size, root, epochs, persons))
        if len(content) > KEYS_LIMIT - _AROUND:
            raise SettingRefused(
                "there are too many keys for one export", hint="name fewer compartments"
            )
        return content

    def _clear(self, size: int) -> Iterator[tuple[str, bytes]]:
        """Every file that lies in clear, or was sealed before; in pieces of one file."""
        yield GENESIS, self._store.genesis()
        yield WORDS, ("\n".join(words()) + "\n").encode()
        read = tile_in(self._store)
        for tile in tiles_of(size):
            if tile.level == ENTRIES:
                yield tile.path, read(tile)
                for row in self._store.rows(tile.n * WIDTH, tile.n * WIDTH + tile.width):
                    hashes = [part.hash for part in read_leaf(row.leaf).parts]
                    for one, sealed in self._store.parts(hashes).items():
                        yield f"{PARTS}/{one.hex()}", sealed


def _under(passphrase: str, cost: Cost, vault: bytes, keys: bytes) -> bytes:
    """Keys as the file ``disclosed`` holds them: sealed under a passphrase that is stretched."""
    stretching = Stretching.new(cost)
    kek = SealingKey.from_bytes(stretching.stretch(passphrase))
    sealed = seal(kek, _LABEL, vault + str(stretching).encode(), keys)
    return msgspec.msgpack.encode((FORMAT, str(stretching), sealed))
