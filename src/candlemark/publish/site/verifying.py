"""Checking a copy of a site: no vault, no connection, nothing but the copy and the publisher's key.

Every file is held against the signed list; each one that was changed, is missing or was added is
named.  The checkpoint is held against the log's key, which the manifest names.  Without the
publisher's key from elsewhere, the key that lies in the copy is taken: then the copy holds
together, and who made it is not shown.
"""

from __future__ import annotations

import hashlib
import os
from dataclasses import dataclass
from typing import TYPE_CHECKING

from candlemark.errors import Fault, LedgerBroken, MirrorDiffers, NotUnderstood
from candlemark.ledger.checkpoint import read_checkpoint
from candlemark.ledger.fetching import Source, reader
from candlemark.ledger.files import read_whole
from candlemark.ledger.publisher import SUFFIX
from candlemark.publish.site import manifest as signed
from candlemark.publish.site.manifest import Listed, Manifest
from candlemark.seal import Note, NoteKey
from candlemark.seal.notes import NOTE_LIMIT

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    Read = Callable[[str, int], bytes | None]

_OWN = (signed.MANIFEST, signed.FILES)
_CHANGED = "it was changed"
_MISSING = "it is missing"
_COPY = "copy the site again from another place; its mirrors are listed in the file mirrors"


@dataclass(frozen=True, slots=True)
class Verified:
    """What a copy of a site is.

    ``key_given`` is False when the key came from the copy itself; ``listed`` is False when nobody
    can tell whether files were added, because a server does not list what it has.
    """

    manifest: Manifest
    key: NoteKey
    key_given: bool
    listed: bool
    mirrors: tuple[str, ...]
    faults: tuple[Fault, ...]

    def require(self) -> None:
        """Raise what was found.

        Raises:
            MirrorDiffers: there are faults.
        """
        if self.faults:
            count = len(self.faults)
            raise MirrorDiffers(
                f"{count} {'file' if count == 1 else 'files'} of this copy are not what was signed",
                hint=_COPY,
                faults=self.faults,
            )


def verify(
    folder: Path,
    key: NoteKey | None = None,
    before: bytes | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> Verified:
    """Check the copy of a site in a folder.

    Args:
        folder: with the file ``manifest``.
        key: the publisher's, from a way you trust; without it the copy's own is taken.
        before: a manifest of the same site kept from earlier: a copy of an older state is refused.
        progress: is told how many files of how many were read.

    Raises:
        MirrorDiffers: it has no manifest that is signed so; all else is in ``faults``.
    """

    def read(path: str, limit: int) -> bytes | None:
        return read_whole(folder / path, limit)

    return _verify(read, lambda: _walk(folder), key, before, progress)


def verify_at(
    source: Source,
    key: NoteKey | None = None,
    before: bytes | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> Verified:
    """Check the copy of a site behind an address, file by file, as :func:`verify`.

    Raises:
        MirrorDiffers: as :func:`verify`.
        FetchRefused: the server was not reached, or gave what it should not.
        SettingRefused: the address cannot be used.
    """
    return _verify(reader(source), lambda: None, key, before, progress)


def _verify(
    read: Read,
    walk: Callable[[], set[str] | None],
    key: NoteKey | None,
    before: bytes | None,
    progress: Callable[[int, int], None] | None,
) -> Verified:
    used = key or _own_key(read)
    said = _manifest(read, used)
    faults: list[Fault] = []
    content = read(signed.FILES, signed.FILES_LIMIT) or b""
    if hashlib.sha256(content).hexdigest() != said.list:
        raise _differs(signed.FILES, "it is not the list that was signed" if content else _MISSING)
    try:
        files = signed.read_list(content)
    except NotUnderstood as error:
        raise _differs(signed.FILES, error.message) from None
    faults += _sums(said, files)
    for number, (path, wanted) in enumerate(files.items(), 1):
        faults += _file(read, path, wanted)
        if progress is not None:
            progress(number, len(files))
    there = walk()
    faults += [
        Fault(path, "it was added: the signed list does not name it")
        for path in sorted((there or set()) - files.keys() - set(_OWN))
    ]
    faults += _checkpoint(read, said)
    mirrors, wrong = _mirrors(read, used)
    faults += wrong
    if before is not None:
        faults += _older(said, used, before)
    unique = {fault.where: fault for fault in reversed(faults)}
    return Verified(
        said, used, key is not None, there is not None, mirrors, tuple(reversed(unique.values()))
    )


def _own_key(read: Read) -> NoteKey:
    stored = read(signed.KEY, NOTE_LIMIT) or b""
    try:
        return NoteKey.parse(stored.decode("utf-8", "replace").removesuffix("\n"))
    except NotUnderstood:
        raise _differs(signed.KEY, "it holds no key" if stored else _MISSING) from None


def _manifest(read: Read, key: NoteKey) -> Manifest:
    note = read(signed.MANIFEST, NOTE_LIMIT)
    if note is None:
        raise _differs(signed.MANIFEST, _MISSING)
    try:
        said = Manifest.read(note, key)
    except NotUnderstood as error:
        raise _differs(signed.MANIFEST, error.message) from None
    if key.name != f"{said.log.name}{SUFFIX}":
        raise _differs(signed.MANIFEST, "it speaks of another log than its key is of")
    return said


def _sums(said: Manifest, files: dict[str, Listed]) -> Iterator[Fault]:
    """A list that was signed and does not hold what the manifest says: the signer's own fault."""
    if (len(files), sum(one.size for one in files.values())) != (said.files, said.size):
        yield Fault(signed.FILES, "it is not of as many files and bytes as the manifest says")


def _file(read: Read, path: str, wanted: Listed) -> Iterator[Fault]:
    if wanted.size > signed.FILE_LIMIT:
        yield Fault(path, "it is said to be larger than any file of a site")
        return
    found = read(path, wanted.size)
    if found is None:
        yield Fault(path, _MISSING)
    elif Listed.of(found) != wanted:
        yield Fault(path, _CHANGED)


def _checkpoint(read: Read, said: Manifest) -> Iterator[Fault]:
    note = read(signed.CHECKPOINT, NOTE_LIMIT)
    if note is None:
        yield Fault(signed.CHECKPOINT, _MISSING)
        return
    try:
        found = read_checkpoint(note, said.log.name, said.log.public)
    except LedgerBroken:
        yield Fault(signed.CHECKPOINT, "it is not signed by the log that the manifest names")
        return
    if found != said.checkpoint:
        yield Fault(signed.CHECKPOINT, "it is not the state that the manifest stands on")


def _mirrors(read: Read, key: NoteKey) -> tuple[tuple[str, ...], list[Fault]]:
    stored = read(signed.MIRRORS, NOTE_LIMIT)
    if stored is None:
        return (), [Fault(signed.MIRRORS, _MISSING)]
    try:
        note = Note.parse(stored)
        if not note.signed_by(key):
            raise LedgerBroken("not signed")
    except LedgerBroken:
        return (), [Fault(signed.MIRRORS, "it is not signed with the publisher's key")]
    return tuple(note.text.splitlines()[2:]), []


def _older(said: Manifest, key: NoteKey, before: bytes) -> Iterator[Fault]:
    """What shows that this copy is of an older state than one that was seen, or of another past."""
    try:
        known = Manifest.read(before, key)
    except NotUnderstood as error:
        raise NotUnderstood(
            f"the earlier manifest is not one of this site: {error.message}",
            hint="name the file manifest of a copy you kept",
        ) from None
    if (said.release, said.checkpoint.size) < (known.release, known.checkpoint.size):
        yield Fault(
            signed.MANIFEST,
            f"it is of release {said.release}; release {known.release} was seen before",
        )
    elif said.checkpoint.size == known.checkpoint.size and said.checkpoint != known.checkpoint:
        yield Fault(signed.MANIFEST, "it stands on another history than the one seen before")


def _walk(folder: Path) -> set[str]:
    """Every path in a folder that is no folder itself; a link is one, wherever it leads."""
    found = set()
    for where, folders, names in os.walk(folder):
        links = [name for name in folders if os.path.islink(os.path.join(where, name))]  # noqa: PTH114, PTH118
        for name in (*names, *links):
            path = os.path.relpath(os.path.join(where, name), folder)  # noqa: PTH118
            found.add(path.replace(os.sep, "/"))
    return found


def _differs(path: str, what: str) -> MirrorDiffers:
    return MirrorDiffers(
        f"this copy cannot be checked: {path}: {what}", hint=_COPY, faults=[Fault(path, what)]
    )
