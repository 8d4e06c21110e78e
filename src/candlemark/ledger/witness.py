"""A witness: somebody outside who remembers the last state of a log and signs for it.

It keeps a folder: its key, the logs it watches, the last checkpoint of each.  It cosigns a state
only when it continues the one it remembers, and remembers it before the signature leaves.  When it
does not, the witness raises the alarm and keeps both notes as evidence.  A member's laptop, another
vault's machine or a stick in a drawer can be one; the longer it was away from the operators' hands,
the more its word is worth.

::

    witness.key                the secret key, readable by its owner only
    logs/<name>/key            whose signature counts
    logs/<name>/checkpoint     the last state cosigned
    alarms/<sha256>.json       evidence, never removed

What a witness cannot tell: whether a state is true, or the newest one there is.
"""

from __future__ import annotations

import hashlib
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from candlemark.errors import (
    CandlemarkError,
    LedgerBroken,
    LogForked,
    NotUnderstood,
    ProofRefused,
    PublishedBroken,
    SettingRefused,
)
from candlemark.ledger.checkpoint import Checkpoint, read_signed
from candlemark.ledger.files import alone_in, read_whole, write_whole
from candlemark.ledger.proofs import check_consistency
from candlemark.ledger.published import shown_in
from candlemark.ledger.publishing import published_note, replace_checkpoint
from candlemark.ledger.shown import Evidence, write_evidence
from candlemark.seal import Note, NoteKey, SigningKey
from candlemark.seal.notes import COSIGNATURE, ED25519, NOTE_LIMIT, read_secret, secret_text

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path
    from typing import Self

KEY_FILE: Final = "witness.key"
_LINE_LIMIT: Final = 1024


@dataclass(frozen=True, slots=True)
class Watched:
    """A log a witness watches, and the last state it signed for; None before the first."""

    key: NoteKey
    note: Note | None

    @property
    def checkpoint(self) -> Checkpoint | None:
        """The last state."""
        return None if self.note is None else read_signed(self.note, self.key)


def _now() -> int:
    return int(time.time())


class Witness:
    """What a witness keeps in a folder, and what it does with it.

    Args:
        folder: of the witness.
        key: its name and public key.
        signing: its secret key.
        clock: the time in seconds since 1970; a cosignature says it.
    """

    def __init__(
        self, folder: Path, key: NoteKey, signing: SigningKey, clock: Callable[[], int] = _now
    ) -> None:
        self._folder = folder
        self._signing = signing
        self._clock = clock
        self.key = key
        """What others put into their policy to trust this witness."""

    @classmethod
    def create(cls, folder: Path, name: str, clock: Callable[[], int] = _now) -> Self:
        """A new witness with a key of its own.

        Raises:
            SettingRefused: there is one in this folder, or the folder cannot be used.
            NotUnderstood: the name cannot be one.
        """
        signing = SigningKey.generate()
        NoteKey(name, COSIGNATURE, signing.public)  # refuses the name before anything is written
        with alone_in(folder):
            if read_whole(folder / KEY_FILE, _LINE_LIMIT) is not None:
                raise SettingRefused(
                    "there is a witness in this folder", hint="name a folder that is not there yet"
                )
            text = secret_text(name, signing, COSIGNATURE)
            write_whole(folder, KEY_FILE, f"{text}\n".encode(), mode=0o600)
        return cls.open(folder, clock)

    @classmethod
    def open(cls, folder: Path, clock: Callable[[], int] = _now) -> Self:
        """The witness in a folder.

        Raises:
            SettingRefused: there is none, or its key is damaged.
        """
        stored = read_whole(folder / KEY_FILE, _LINE_LIMIT)
        try:
            text = (stored or b"").decode()
            key, signing = read_secret(text.removesuffix("\n"))
        except (NotUnderstood, UnicodeDecodeError):
            text = ""
        if not text.endswith("\n") or key.algorithm != COSIGNATURE:
            raise SettingRefused(
                "there is no witness in this folder, or its key is damaged",
                hint="make one with: candlemark witness init FOLDER --name NAME",
            )
        return cls(folder, key, signing, clock)

    def watch(self, key: NoteKey) -> None:
        """Watch one more log; a second time does nothing.

        Raises:
            SettingRefused: another key is known for a log of this name.
        """
        if key.algorithm != ED25519:
            raise SettingRefused(
                "this is the key of a witness, not of a log",
                hint="use the line that candlemark ledger publish prints",
            )
        with alone_in(self._folder):
            stored = read_whole(self._folder / _place(key.name) / "key", _LINE_LIMIT)
            if stored is None:
                write_whole(self._folder, f"{_place(key.name)}/key", f"{key}\n".encode())
            elif stored != f"{key}\n".encode():
                raise SettingRefused(
                    "another key is known for a log of this name",
                    hint="ask the members, by another way, which of the two is theirs",
                )

    def watched(self) -> tuple[Watched, ...]:
        """Every log it watches, by name.

        Raises:
            LedgerBroken: a file of the witness is damaged.
        """
        logs = self._folder / "logs"
        places = sorted(logs.iterdir()) if logs.is_dir() else []
        found = (self._read(f"logs/{place.name}") for place in places)
        return tuple(sorted(found, key=lambda each: each.key.name))

    def _read(self, place: str) -> Watched:
        stored = read_whole(self._folder / place / "key", _LINE_LIMIT) or b""
        note = read_whole(self._folder / place / "checkpoint", NOTE_LIMIT)
        try:
            key = NoteKey.parse(stored.decode().removesuffix("\n"))
            if place != _place(key.name) or stored != f"{key}\n".encode():
                raise _damaged(place)
            watched = Watched(key, None if note is None else Note.parse(note))
            own = None if watched.note is None else watched.note.cosigned_at(self.key)
            if watched.checkpoint is not None and own is None:
                raise _damaged(place)
        except (NotUnderstood, UnicodeDecodeError, LedgerBroken):
            raise _damaged(place) from None
        return watched

    def _of(self, name: str) -> Watched:
        """The log of this name, as far as it is known.

        Raises:
            SettingRefused: it is not watched.
        """
        if read_whole(self._folder / _place(name) / "key", _LINE_LIMIT) is None:
            raise SettingRefused(
                "this witness does not watch a log of this name",
                hint="add its key with: candlemark witness init FOLDER --log KEY",
            )
        return self._read(_place(name))

    def check(self, published: Path) -> Watched:
        """The log published in a folder, once it continues the state remembered.

        Raises:
            LogForked: it does not; the evidence was kept.
            PublishedBroken: the folder holds no log, or what it holds leads nowhere.
            SettingRefused: the log is not watched.
        """
        with alone_in(self._folder):
            return self._check(published)

    def _check(self, published: Path) -> Watched:
        note = published_note(published)
        if note is None:
            raise PublishedBroken(
                "no log is published in this folder",
                hint="name the folder that holds its checkpoint",
            )
        before = self._of(note.text.split("\n", 1)[0])
        shown = shown_in(published, before.key)
        try:
            evidence = None if before.note is None else shown.against(before.note)
            if evidence is None:
                shown.check_root()
        except ProofRefused as error:
            raise PublishedBroken(
                f"nothing can be told of this log: {error.message}",
                hint="fetch the whole folder again, and keep this one",
            ) from None
        if evidence is not None:
            raise self._alarm(evidence, before.key)
        return Watched(before.key, shown.note)

    def cosign(self, published: Path) -> Watched:
        """Check the log published in a folder, remember its state, and sign for it there.

        Raises:
            LogForked, PublishedBroken, SettingRefused: as :meth:`check`; nothing was signed.
            VaultBusy: somebody is publishing there.
        """
        with alone_in(self._folder):
            watched = self._sign(self._check(published))
        with alone_in(published):
            there = published_note(published)
            if watched.note is not None and there is not None and there.text == watched.note.text:
                replace_checkpoint(published, _with_newest(there, watched.note, self.key))
        return watched

    def cosign_note(self, stored: bytes, proof: Sequence[bytes]) -> Watched:
        """Sign for a checkpoint that comes with a consistency proof instead of a folder.

        Raises:
            ProofRefused: the proof does not show that it continues the state remembered.
            LogForked: the two notes exclude each other by themselves; the evidence was kept.
            SettingRefused: the log is not watched.
        """
        with alone_in(self._folder):
            try:
                note = Note.parse(stored)
                before = self._of(note.text.split("\n", 1)[0])
                now = read_signed(note, before.key)
            except LedgerBroken as error:
                raise ProofRefused(error.message, hint="ask for the checkpoint again") from None
            last = before.checkpoint
            if last is not None and before.note is not None:
                if now.size <= last.size and now != last:
                    both = (before.note.only(before.key), note.only(before.key))
                    raise self._alarm(Evidence(str(before.key), *both), before.key)
                check_consistency(last.size, last.root, now.size, now.root, proof)
            return self._sign(Watched(before.key, note))

    def _sign(self, watched: Watched) -> Watched:
        """Remember a state, and only then give the signature away."""
        note = watched.note
        if note is not None:
            note = note.cosign(self.key.name, self._signing, self._clock())
            write_whole(self._folder, f"{_place(watched.key.name)}/checkpoint", note.encode())
        return Watched(watched.key, note)

    def _alarm(self, evidence: Evidence, key: NoteKey) -> LogForked:
        error = evidence.alarm(key)
        try:
            write_evidence(self._folder, error.evidence)
        except CandlemarkError:  # the alarm matters more than that it could not be kept
            error.hint += "; THE EVIDENCE COULD NOT BE KEPT: make room and check again"
        return error


def _with_newest(there: Note, cosigned: Note, witness: NoteKey) -> Note:
    """The published note with this witness's line as it stands in ``cosigned``."""
    kept = [
        line for line in there.signatures if (line.name, line.key_id) != (witness.name, witness.id)
    ]
    return Note(there.text, (*kept, *cosigned.only(witness).signatures))


def _place(name: str) -> str:
    return f"logs/{hashlib.sha256(name.encode()).hexdigest()[:32]}"


def _damaged(place: str) -> LedgerBroken:
    return LedgerBroken(
        f"the files of the witness under {place} are damaged",
        hint="put the last good copy of the witness's folder in its place",
    )
