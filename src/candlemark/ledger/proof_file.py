"""A proof as a file: that one entry stands in a log, for somebody who has neither.

The form is C2SP's tlog-proof, version 1: the place, the hashes and the checkpoint.  Its line
``extra`` carries the leaf, so that the file needs nothing beside it but the log's public key; the
leaf is not believed, it is hashed.
"""

from __future__ import annotations

import base64
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from candlemark.errors import LedgerBroken, ProofRefused
from candlemark.ledger.checkpoint import Checkpoint, read_signed
from candlemark.ledger.merkle import leaf_hash
from candlemark.ledger.proofs import check_inclusion, prove_inclusion
from candlemark.ledger.tiles import ENTRY_LIMIT
from candlemark.seal import Note
from candlemark.seal.notes import NOTE_LIMIT, exact_base64

if TYPE_CHECKING:
    from typing import Self

    from candlemark.ledger.public import PublicLog
    from candlemark.seal import NoteKey

PROOF_LIMIT: Final = 4 * ENTRY_LIMIT + NOTE_LIMIT
_FORM: Final = re.compile(
    r"c2sp\.org/tlog-proof@v1\nextra ([A-Za-z0-9+/=]*)\nindex (0|[1-9][0-9]{0,17})\n"
    r"((?:[A-Za-z0-9+/]{43}=\n){0,63})\n"
)
_COPY: Final = "ask for the proof again; it is one file"


@dataclass(frozen=True, slots=True)
class EntryProof:
    """That ``leaf`` is the entry ``index`` of the log that signed ``note``."""

    index: int
    leaf: bytes
    hashes: tuple[bytes, ...]
    note: Note

    @classmethod
    def of(cls, log: PublicLog, index: int) -> Self:
        """The proof for one entry of a ledger under its present checkpoint.

        Raises:
            ProofRefused: there is no such entry.
            LedgerBroken: the ledger is damaged: what it holds there was never signed for.
        """
        shown = log.shown()
        hashes = prove_inclusion(shown.nodes, index, shown.checkpoint.size)
        rows = log.store.rows(index, index + 1)
        proof = cls(index, rows[0].leaf if rows else b"", hashes, shown.note)
        try:
            proof.check(log.key)
        except ProofRefused:
            raise LedgerBroken(
                f"entry {index} is not the one the last checkpoint was signed for",
                hint="candlemark ledger verify names every fault",
            ) from None
        return proof

    def encode(self) -> bytes:
        """The file."""
        lines = [
            "c2sp.org/tlog-proof@v1",
            f"extra {base64.b64encode(self.leaf).decode()}",
            f"index {self.index}",
            *(base64.b64encode(one).decode() for one in self.hashes),
            "\n",
        ]
        return "\n".join(lines).encode() + self.note.encode()

    @classmethod
    def read(cls, stored: bytes) -> Self:
        """The proof in a file; only its form is checked.

        Raises:
            ProofRefused: it is not one.
        """
        try:
            text = stored.decode() if len(stored) <= PROOF_LIMIT else ""
            found = _FORM.match(text)
            if found is None:
                raise ProofRefused("this file is not the proof of an entry", hint=_COPY)
            return cls(
                int(found[2]),
                exact_base64(found[1]),
                tuple(exact_base64(line) for line in found[3].split()),
                Note.parse(text[found.end() :].encode()),
            )
        except (ValueError, LedgerBroken):
            raise ProofRefused("this file is not the proof of an entry", hint=_COPY) from None

    def check(self, key: NoteKey) -> Checkpoint:
        """The checkpoint this entry stands under, once the proof and the signature hold.

        Raises:
            ProofRefused: they do not.
        """
        try:
            checkpoint = read_signed(self.note, key)
        except LedgerBroken as error:
            raise ProofRefused(f"the proof does not hold: {error.message}", hint=_COPY) from None
        hashed = leaf_hash(self.leaf)
        check_inclusion(hashed, self.index, checkpoint.size, checkpoint.root, self.hashes)
        return checkpoint
