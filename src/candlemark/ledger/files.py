"""Files that are whole or not there: how a published log and a witness keep what they know.

A file is written under another name, brought to the disk, and then given its own name; a kill or a
power cut leaves the old file or the new one.  Reading refuses what is not a plain file (a link to
somewhere else, a pipe that never ends) and what is longer than such a file can be.
"""

from __future__ import annotations

import errno
import fcntl
import os
import secrets
import stat
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Final

from candlemark.errors import SettingRefused, StorageFull, VaultBusy
from candlemark.ledger.database import settle

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from candlemark.errors import CandlemarkError

_UNFINISHED: Final = ".unfinished"
_READ_AT_ONCE: Final = 1 << 20


def read_whole(path: Path, limit: int) -> bytes | None:
    """The bytes of a plain file, at most ``limit`` and one more; None when there is no such file.

    A file that is longer than ``limit`` comes back one byte too long, so that it is refused by
    whoever knows what should be in it.

    Raises:
        SettingRefused: it is there and cannot be read.
    """
    try:
        handle = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
        try:
            if not stat.S_ISREG(os.fstat(handle).st_mode):
                return None
            found = bytearray()
            while more := os.read(handle, min(_READ_AT_ONCE, limit + 1 - len(found))):
                found += more
            return bytes(found)
        finally:
            os.close(handle)
    except OSError as error:
        if error.errno in {errno.ENOENT, errno.ENOTDIR, errno.ELOOP, errno.ENXIO}:
            return None
        raise _refused(error) from error


def write_whole(
    folder: Path, name: str, content: bytes, *, mode: int = 0o644, last: bool = True
) -> None:
    """Let ``name`` under ``folder`` be a file with this content.

    The caller holds :func:`alone_in` for the folder.

    Args:
        folder: see above.
        name: a path from there; folders on the way are made.
        content: of the file.
        mode: of the file, when it is new.
        last: whether name and content are durable when this returns.  A caller that writes many
            files may leave the names to :func:`settle_all`; the content is durable either way.

    Raises:
        StorageFull: what was there before is still there.
        SettingRefused: the folder cannot be written to.
    """
    target = folder / name
    unfinished = folder / _UNFINISHED / secrets.token_hex(8)
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        unfinished.parent.mkdir(exist_ok=True)
        handle = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        unfinished.rename(target)
    except OSError as error:
        with suppress(OSError):
            unfinished.unlink()
        raise _refused(error) from error
    if last:
        settle_all(folder, [name])


def settle_all(folder: Path, names: Iterable[str]) -> None:
    """Make the names of files that were written survive a power cut.

    Raises:
        StorageFull, SettingRefused: as :func:`write_whole`.
    """
    parents = {folder}
    for name in names:
        target = folder / name
        parents.update(each for each in target.parents if each.is_relative_to(folder))
    try:
        for parent in sorted(parents):
            settle(parent)
    except OSError as error:
        raise _refused(error) from error


@contextmanager
def alone_in(folder: Path) -> Iterator[None]:
    """The right to write in ``folder``, made if it is not there; what a kill left is removed.

    Raises:
        VaultBusy: another process is writing there.
        SettingRefused: the folder cannot be used.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        held = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    except OSError as error:
        raise _refused(error) from error
    try:
        try:
            fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise VaultBusy(
                "another process is writing to this folder", hint="try again when it is done"
            ) from error
        except OSError as error:
            raise _refused(error) from error
        _clear(folder)
        yield
        _clear(folder)
    finally:
        os.close(held)


def _clear(folder: Path) -> None:
    with suppress(OSError):
        for left in (folder / _UNFINISHED).iterdir():
            left.unlink()
        (folder / _UNFINISHED).rmdir()


def _refused(error: OSError) -> CandlemarkError:
    if error.errno in {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}:
        return StorageFull("the disk refused to keep more", hint="make room and try again")
    return SettingRefused(
        f"this folder cannot be used: {error.strerror}",
        hint="see whether this account may read and write there",
    )
