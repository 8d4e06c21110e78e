"""Signed notes: a text people can read, with signatures under it (c2sp.org/signed-note).

A note is a text, an empty line, and one line per signature: a dash, the name of the signer, and in
base 64 the first four bytes of a hash of their key with the signature.  Logs sign their checkpoints
so; witnesses add a line of their own (c2sp.org/tlog-cosignature) that also says when they saw it.

What is read here is exact: a second way of writing the same bytes (spare bits of base 64, capital
hexadecimal digits, other line ends) is refused, so that no bit of a note can change unseen.  Lines
of signers nobody asked about are kept and not looked at.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from candlemark.errors import LedgerBroken, NotUnderstood
from candlemark.seal.keys import KEY_BYTES, PublicKey, SigningKey
from candlemark.seal.signing import SIGNATURE_BYTES

if TYPE_CHECKING:
    from typing import Self

ED25519: Final = 1
"""The algorithm byte of a signature over the text alone: how a log signs."""
COSIGNATURE: Final = 4
"""The algorithm byte of a signature over the text and a time: how a witness signs."""

NOTE_LIMIT: Final = 32_768
SIGNATURE_LIMIT: Final = 100
TIME_LIMIT: Final = 253_402_300_799
"""The last second of the year 9999: what a calendar can say."""

_DASH: Final = "\N{EM DASH} "
_TIME_BYTES: Final = 8
_SECRET: Final = "PRIVATE+KEY+"  # noqa: S105 - how the text of a secret key begins
_NAME: Final = re.compile(r"[^\s+\x00-\x1f\x7f]{1,255}")
_KEY_TEXT: Final = re.compile(r"([^\s+]{1,255})\+([0-9a-f]{8})\+([A-Za-z0-9+/=]+)")
_CONTROL: Final = re.compile(r"[\x00-\x09\x0b-\x1f\x7f]")


def exact_base64(text: str) -> bytes:
    """The bytes in base 64, when ``text`` is the one way to write them.

    Raises:
        ValueError: it is not.
    """
    raw = base64.b64decode(text, validate=True)
    if base64.b64encode(raw).decode() != text:
        raise ValueError("spare bits are set")
    return raw


@dataclass(frozen=True, slots=True)
class NoteKey:
    """Who may sign a note: a name, an algorithm (:data:`ED25519` or :data:`COSIGNATURE`), a key.

    In text it is ``name+hash+key``, which is what people hand to each other.
    """

    name: str
    algorithm: int
    public: PublicKey

    def __post_init__(self) -> None:
        if _NAME.fullmatch(self.name) is None or self.algorithm not in {ED25519, COSIGNATURE}:
            raise NotUnderstood(
                "this cannot be the name or the kind of a signer",
                hint="a name has no spaces and no plus sign",
            )

    @property
    def id(self) -> bytes:
        """SHA-256(name || LF || algorithm || key), the first four bytes."""
        whole = self.name.encode() + b"\n" + bytes([self.algorithm]) + self.public.raw
        return hashlib.sha256(whole).digest()[:4]

    def __str__(self) -> str:
        raw = bytes([self.algorithm]) + self.public.raw
        return f"{self.name}+{self.id.hex()}+{base64.b64encode(raw).decode()}"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, NoteKey) and str(self) == str(other)

    def __hash__(self) -> int:
        return hash(str(self))

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read ``name+hash+key``.

        Raises:
            NotUnderstood: it is not one, or its hash is not of this name and key.
        """
        name, raw = _parts(text)
        key = cls(name, raw[0], PublicKey(raw[1:]))
        if str(key) != text:
            raise _no_key()
        return key


def secret_text(name: str, key: SigningKey, algorithm: int) -> str:
    """A secret key as text (``PRIVATE+KEY+name+hash+seed``): for a file only its owner can read."""
    raw = base64.b64encode(bytes([algorithm]) + key.reveal()).decode()
    return f"{_SECRET}{name}+{NoteKey(name, algorithm, key.public).id.hex()}+{raw}"


def read_secret(text: str) -> tuple[NoteKey, SigningKey]:
    """The signer and the key in what :func:`secret_text` wrote.

    Raises:
        NotUnderstood: it is not one; the text is not repeated.
    """
    name, raw = _parts(text.removeprefix(_SECRET))
    key = SigningKey.from_bytes(raw[1:])
    if secret_text(name, key, raw[0]) != text:
        raise _no_key()
    return NoteKey(name, raw[0], key.public), key


def _parts(text: str) -> tuple[str, bytes]:
    found = _KEY_TEXT.fullmatch(text)
    try:
        raw = exact_base64(found[3]) if found is not None else b""
    except ValueError:
        raw = b""
    if found is None or len(raw) != 1 + KEY_BYTES or raw[0] not in {ED25519, COSIGNATURE}:
        raise _no_key()
    return found[1], raw


def _no_key() -> NotUnderstood:
    return NotUnderstood(
        "this is not the key of a log or of a witness",
        hint="copy the whole line again; it looks like name+0123abcd+AQ…",
    )


@dataclass(frozen=True, slots=True)
class NoteSignature:
    """One line under a note: whose it says it is, the first bytes of their key's hash, the rest."""

    name: str
    key_id: bytes
    signature: bytes

    def __str__(self) -> str:
        return f"{_DASH}{self.name} {base64.b64encode(self.key_id + self.signature).decode()}"


@dataclass(frozen=True, slots=True)
class Note:
    """A text that ends with a line end, and the signatures under it."""

    text: str
    signatures: tuple[NoteSignature, ...]

    @classmethod
    def parse(cls, stored: bytes) -> Self:
        """The note in its bytes; no signature is checked.

        Raises:
            LedgerBroken: it is not a signed note.
        """
        try:
            whole = stored.decode() if len(stored) <= NOTE_LIMIT else ""
        except UnicodeDecodeError:
            whole = ""
        head, blank, tail = whole.rpartition("\n\n")
        lines = tail.removesuffix("\n").split("\n")
        if (
            not blank
            or not head
            or not tail.endswith("\n")
            or _CONTROL.search(head)
            or len(lines) > SIGNATURE_LIMIT
        ):
            raise LedgerBroken("the checkpoint is not a signed note")
        return cls(head + "\n", tuple(_line(line) for line in lines))

    def encode(self) -> bytes:
        """The exact bytes."""
        return "\n".join([self.text, *map(str, self.signatures), ""]).encode()

    def signed_by(self, key: NoteKey) -> bool:
        """Whether the signature of a log's ``key`` is under it, and holds.

        Raises:
            LedgerBroken: there is a line of this key that does not hold.
        """
        found = self._of(key)
        for line in found:
            if not key.public.vouches(self.text.encode(), line.signature):
                raise LedgerBroken("the signature under the checkpoint does not hold")
        return bool(found)

    def cosigned_at(self, key: NoteKey) -> int | None:
        """When the witness with this key says it saw it, in seconds since 1970; None if never.

        Raises:
            LedgerBroken: there is a line of this key that does not hold.
        """
        times = []
        for line in self._of(key):
            time = int.from_bytes(line.signature[:_TIME_BYTES], "big")
            if (
                len(line.signature) != _TIME_BYTES + SIGNATURE_BYTES
                or time > TIME_LIMIT
                or not key.public.vouches(_cosigned(self.text, time), line.signature[_TIME_BYTES:])
            ):
                raise LedgerBroken(f"the cosignature of {key.name} does not hold")
            times.append(time)
        return max(times, default=None)

    def cosign(self, name: str, key: SigningKey, time: int) -> Self:
        """This note with the cosignature of a witness in place of any older one of its.

        Args:
            name: the witness's.
            key: its signing key.
            time: in seconds since 1970.
        """
        witness = NoteKey(name, COSIGNATURE, key.public)
        signed = time.to_bytes(_TIME_BYTES, "big") + key.sign(_cosigned(self.text, time))
        kept = tuple(line for line in self.signatures if line not in self._of(witness))
        return replace(self, signatures=(*kept, NoteSignature(name, witness.id, signed)))

    def joined(self, other: Note) -> Self:
        """This note with the lines of another one of the same text that it has not."""
        more = tuple(line for line in other.signatures if line not in self.signatures)
        return replace(self, signatures=self.signatures + (more if other.text == self.text else ()))

    def only(self, key: NoteKey) -> Self:
        """This note with the lines of one signer, so that every bit of it can be checked."""
        return replace(self, signatures=tuple(self._of(key)))

    def _of(self, key: NoteKey) -> list[NoteSignature]:
        return [line for line in self.signatures if (line.name, line.key_id) == (key.name, key.id)]


def _cosigned(text: str, time: int) -> bytes:
    """What a witness signs (tlog-cosignature, version 1): the time, then the whole text."""
    return f"cosignature/v1\ntime {time}\n{text}".encode()


def _line(line: str) -> NoteSignature:
    name, _, encoded = line.removeprefix(_DASH).partition(" ")
    try:
        raw = exact_base64(encoded)
    except (ValueError, binascii.Error):
        raw = b""
    if not line.startswith(_DASH) or _NAME.fullmatch(name) is None or len(raw) < 5:
        raise LedgerBroken("a signature under the checkpoint cannot be read")
    return NoteSignature(name, raw[:4], raw[4:])


def sign_note(text: str, name: str, key: SigningKey) -> bytes:
    """``text`` as a note signed by a log; it must end with a line end."""
    signer = NoteKey(name, ED25519, key.public)
    return Note(text, (NoteSignature(name, signer.id, key.sign(text.encode())),)).encode()


def read_note(note: bytes, name: str, key: PublicKey) -> str:
    """The text of a note, once the signature of the log ``name`` under ``key`` holds.

    Lines signed by others are allowed and not looked at: a witness adds one without asking.

    Raises:
        LedgerBroken: the note is malformed, or this signature is missing or wrong.
    """
    parsed = Note.parse(note)
    if not parsed.signed_by(NoteKey(name, ED25519, key)):
        raise LedgerBroken("the signature under the checkpoint does not hold")
    return parsed.text
