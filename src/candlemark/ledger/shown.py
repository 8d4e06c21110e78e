"""What somebody is shown of a log, held against what they saw before.

Two states of one log fit when the smaller is the beginning of the larger.  When they do not, both
signatures together are *evidence*: a small file that convicts the log's key by itself, on any
machine, with nothing but the file and the key.  It also carries the lesser case, a state with fewer
entries shown after one with more; that proves nothing alone (an old copy is honest) and still is
what a roll-back looks like, so it raises the same alarm.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import msgspec

from candlemark.errors import LedgerBroken, LogForked, ProofRefused
from candlemark.ledger.checkpoint import Checkpoint, read_signed
from candlemark.ledger.files import alone_in, write_whole
from candlemark.ledger.proofs import check_consistency, prove_consistency, root_over
from candlemark.ledger.tiles import Tile, TileNodes
from candlemark.seal import Note

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path
    from typing import Self

    from candlemark.seal import NoteKey

EVIDENCE_LIMIT: Final = 65_536
_EVIDENCE_FORMAT: Final = "candlemark/evidence/v1"


@dataclass(frozen=True, slots=True)
class Shown:
    """A log as it is shown: its key, its signed note, and hashes out of its tiles."""

    key: NoteKey
    note: Note
    checkpoint: Checkpoint
    nodes: TileNodes

    @classmethod
    def of(cls, stored: bytes, key: NoteKey, read: Callable[[Tile], bytes]) -> Self:
        """The log whose note is ``stored`` and whose tiles ``read`` gives.

        Raises:
            LedgerBroken: the note is malformed, or not signed by this key.
        """
        note = Note.parse(stored)
        checkpoint = read_signed(note, key)
        return cls(key, note, checkpoint, TileNodes(checkpoint.size, read))

    def root_at(self, size: int) -> bytes:
        """The root over the first ``size`` leaves, out of the tiles alone."""
        return root_over(self.nodes, 0, size)

    def check_root(self) -> None:
        """Refuse tiles that do not lead to the signed root.

        Raises:
            ProofRefused: they do not.
        """
        if self.root_at(self.checkpoint.size) != self.checkpoint.root:
            raise ProofRefused(
                "the tiles do not lead to the root of the checkpoint", hint="fetch the log again"
            )

    def against(self, before: Note) -> Evidence | None:
        """What sets this state against one seen before; None when it continues it.

        Raises:
            LedgerBroken: ``before`` is not a note of this log.
            ProofRefused: the tiles do not lead to the signed root, so nothing can be told.
        """
        seen, now = read_signed(before, self.key), self.checkpoint
        notes = (str(self.key), before.only(self.key), self.note.only(self.key))
        if now.size < seen.size:
            return Evidence(*notes)
        root = self.root_at(seen.size)
        proof = prove_consistency(self.nodes, seen.size, now.size)
        if seen.size == now.size:
            # The two notes are enough, whatever the tiles say.
            return None if seen.root == now.root else Evidence(*notes)
        check_consistency(seen.size, root, now.size, now.root, proof)
        return None if root == seen.root else Evidence(*notes, root, proof)


@dataclass(frozen=True, slots=True)
class Evidence:
    """Two notes of one log that do not fit, and what shows it.

    ``root`` is that of the first leaves of the later state, as many as ``seen`` has, and ``proof``
    leads from it to the later root; both are empty where the two notes alone are enough.
    """

    log: str
    seen: Note
    shown: Note
    root: bytes = b""
    proof: tuple[bytes, ...] = ()

    def encode(self) -> bytes:
        """The file."""
        return msgspec.json.format(
            msgspec.json.encode(
                _File(
                    _EVIDENCE_FORMAT,
                    self.log,
                    self.seen.encode().decode(),
                    self.shown.encode().decode(),
                    self.root.hex(),
                    [step.hex() for step in self.proof],
                )
            )
        )

    @classmethod
    def read(cls, stored: bytes) -> Self:
        """The evidence in a file; nothing is checked but its form.

        Raises:
            ProofRefused: it is not one, or not written in the one way there is.
        """
        try:
            if len(stored) > EVIDENCE_LIMIT:
                raise ProofRefused("the evidence is too long", hint=_COPY)
            file = msgspec.json.decode(stored, type=_File)
            found = cls(
                file.log,
                Note.parse(file.seen.encode()),
                Note.parse(file.shown.encode()),
                bytes.fromhex(file.root),
                tuple(map(bytes.fromhex, file.proof)),
            )
        except (msgspec.MsgspecError, ValueError, LedgerBroken):
            raise ProofRefused("this file is not evidence about a log", hint=_COPY) from None
        if file.format != _EVIDENCE_FORMAT or found.encode() != stored:
            raise ProofRefused("this file is not evidence about a log", hint=_COPY)
        return found

    def verdict(self, key: NoteKey) -> str:
        """``forked`` when it is proved, ``rolled back`` when fewer entries were shown later.

        Raises:
            ProofRefused: it shows nothing about the log with this key.
        """
        if self.log != str(key):
            raise ProofRefused("the evidence is about another log", hint=_COPY)
        try:
            seen, shown = read_signed(self.seen, key), read_signed(self.shown, key)
        except LedgerBroken as error:
            raise ProofRefused(f"the evidence does not hold: {error.message}", hint=_COPY) from None
        bare = not self.root and not self.proof
        if bare and shown.size < seen.size:
            return "rolled back"
        if bare and shown.size == seen.size and shown.root != seen.root:
            return "forked"
        if not bare and seen.size < shown.size and self.root != seen.root:
            check_consistency(seen.size, self.root, shown.size, shown.root, self.proof)
            return "forked"
        raise ProofRefused("the two checkpoints fit each other", hint=_COPY)

    def alarm(self, key: NoteKey) -> LogForked:
        """The error that says what this shows, with the file."""
        seen, shown = read_signed(self.seen, key), read_signed(self.shown, key)
        if self.verdict(key) == "forked":
            message = (
                f"the log was rewritten: it signed two histories, of {seen.size} and of"
                f" {shown.size} entries, that exclude each other"
            )
        else:
            message = f"the log was rolled back: it had {seen.size} entries, and shows {shown.size}"
        return LogForked(message, hint=_KEEP, evidence=self.encode())


def keep_evidence(folder: Path, evidence: bytes) -> None:
    """Keep evidence under ``alarms/`` in a folder, under its own hash; nothing removes it."""
    with alone_in(folder):
        write_evidence(folder, evidence)


def write_evidence(folder: Path, evidence: bytes) -> None:
    """As :func:`keep_evidence`, where the caller holds the folder alone already."""
    write_whole(folder, f"alarms/{hashlib.sha256(evidence).hexdigest()}.json", evidence)


class _File(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    format: str
    log: str
    seen: str
    shown: str
    root: str
    proof: list[str]


_COPY: Final = "copy the whole file again from where it was kept"
_KEEP: Final = (
    "change nothing, keep both copies, tell the other members by another way, and let nobody write"
)
