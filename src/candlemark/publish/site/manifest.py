"""The signed manifest of a site: what it consists of, and which state of the ledger it stands on.

::

    manifest           a signed note (c2sp.org/signed-note): the release, the checkpoint in figures
                       and in words, and the hash of the list
    manifest.files     one line for each file: its SHA-256, its size, its path; sorted by path
    manifest.groups    which files were made of what, so that a later building can leave them
    checkpoint         the signed note of the log
    mirrors            a signed note: where copies are

The note is small whatever the site holds, so that every program for signed notes reads it; the list
is as long as it has to be and is bound by its hash.  Both are the same bytes whenever the same site
is built.  Written down in docs/formats/manifest.md.
"""

from __future__ import annotations

import base64
import hashlib
import re
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Final

from candlemark.errors import LedgerBroken, NotUnderstood
from candlemark.ledger.checkpoint import Checkpoint
from candlemark.ledger.root_words import RootWords
from candlemark.seal import Note, NoteKey

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Self

FORMAT: Final = "candlemark-site/1"
MANIFEST: Final = "manifest"
FILES: Final = "manifest.files"
GROUPS: Final = "manifest.groups"
CHECKPOINT: Final = "checkpoint"
MIRRORS: Final = "mirrors"
KEY: Final = "publisher.key"
"""The publisher's key as text: for people, and for whoever has no better way to learn it."""

FILES_LIMIT: Final = 64 << 20
FILE_LIMIT: Final = 256 << 20
NOTHING: Final = "-"
_PATH: Final = re.compile(r"(?!\.)[A-Za-z0-9._-]{1,128}(/(?!\.)[A-Za-z0-9._-]{1,128}){0,7}")
_LINE: Final = re.compile(r"([0-9a-f]{64}) (0|[1-9][0-9]{0,11}) ([^\n]+)")
_TEXT: Final = re.compile(
    r"candlemark-site/1\n"
    r"release ([1-9][0-9]{0,8})\n"
    r"published ([0-9]{4}-[0-9]{2}-[0-9]{2})\n"
    r"address ([^\s]{1,300})\n"
    r"files (0|[1-9][0-9]{0,8}) (0|[1-9][0-9]{0,14})\n"
    r"list sha256:([0-9a-f]{64})\n"
    r"log ([^\n]{1,400})\n"
    r"checkpoint (0|[1-9][0-9]{0,17}) ([A-Za-z0-9+/]{43}=)\n"
    r"words ([^\n]{1,400})\n"
)


@dataclass(frozen=True, slots=True)
class Listed:
    """One file of a site: the SHA-256 of its content in hex, and its size in bytes."""

    hash: str
    size: int

    @classmethod
    def of(cls, content: bytes) -> Self:
        """The file with this content."""
        return cls(hashlib.sha256(content).hexdigest(), len(content))


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a site says of itself under its signature."""

    release: int
    """The number of the newest release it knows, whether that still stands or not."""
    published: date
    """The day of that release."""
    address: str
    """Of the site; empty for none."""
    files: int
    size: int
    """Bytes of all of them together."""
    list: str
    """SHA-256 of ``manifest.files``, in hex."""
    log: NoteKey
    checkpoint: Checkpoint

    def text(self) -> str:
        """What is signed."""
        root = base64.b64encode(self.checkpoint.root).decode()
        return (
            f"{FORMAT}\n"
            f"release {self.release}\n"
            f"published {self.published.isoformat()}\n"
            f"address {self.address or NOTHING}\n"
            f"files {self.files} {self.size}\n"
            f"list sha256:{self.list}\n"
            f"log {self.log}\n"
            f"checkpoint {self.checkpoint.size} {root}\n"
            f"words {RootWords.of(self.checkpoint)}\n"
        )

    @classmethod
    def read(cls, note: bytes, key: NoteKey) -> Self:
        """The manifest in a note that the publisher with ``key`` signed.

        Raises:
            NotUnderstood: it is no manifest, or not signed so; the message says which.
        """
        try:
            parsed = Note.parse(note)
            signed = parsed.signed_by(key)
        except LedgerBroken:
            raise NotUnderstood("it is not a signed note, or its signature does not hold") from None
        if not signed:
            raise NotUnderstood("it is not signed with the publisher's key")
        found = _TEXT.fullmatch(parsed.text)
        if found is None:
            raise NotUnderstood(f"its text is not one of {FORMAT}")
        try:
            made = cls(
                int(found[1]),
                date.fromisoformat(found[2]),
                "" if found[3] == NOTHING else found[3],
                int(found[4]),
                int(found[5]),
                found[6],
                NoteKey.parse(found[7]),
                Checkpoint(int(found[8]), base64.b64decode(found[9])),
            )
        except ValueError:
            raise NotUnderstood(f"its text is not one of {FORMAT}") from None
        if made.text() != parsed.text:
            raise NotUnderstood("its words are not those of its checkpoint")
        return made


def listed(files: Mapping[str, Listed]) -> bytes:
    """The list of files, as ``manifest.files`` holds it."""
    return "".join(
        f"{files[path].hash} {files[path].size} {path}\n" for path in sorted(files)
    ).encode()


def read_list(content: bytes) -> dict[str, Listed]:
    """The files in a list.

    Raises:
        NotUnderstood: it is not one, names a file twice, or a path that leads elsewhere.
    """
    found: dict[str, Listed] = {}
    try:
        lines = content.decode("ascii").split("\n")
    except UnicodeDecodeError:
        lines = [""]
    for line in lines[:-1]:
        said = _LINE.fullmatch(line)
        if said is None or not is_path(said[3]) or said[3] in found:
            raise NotUnderstood("the list of files cannot be read")
        found[said[3]] = Listed(said[1], int(said[2]))
    if lines[-1] or listed(found) != content:
        raise NotUnderstood("the list of files is not written as it has to be")
    return found


def is_path(text: str) -> bool:
    """Whether a path stays within the folder and names no hidden file."""
    return _PATH.fullmatch(text) is not None


def mirrors_text(release: int, mirrors: tuple[str, ...]) -> str:
    """What is signed as the list of mirrors; the release tells an older list from a newer one."""
    return "".join(f"{line}\n" for line in ("candlemark-mirrors/1", f"release {release}", *mirrors))
