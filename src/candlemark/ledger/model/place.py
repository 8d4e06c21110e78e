"""Where read models lie: in memory that no disk keeps, where there is some.

A folder that is ours alone: made by this account, reached over no link, closed to all others.  On a
shared machine anybody may put a folder into /dev/shm under the name we would take; such a one is
passed over.
"""

from __future__ import annotations

import errno
import os
import stat
from pathlib import Path
from typing import Final

FOLDER: Final = "models"
"""The folder beside the vault, where no memory file system is found."""

_MOUNTS: Final = Path("/proc/self/mounts")
_IN_MEMORY: Final = frozenset({"tmpfs", "ramfs"})


def models_folder(vault_folder: Path, vault: bytes) -> Path:
    """The folder for the read models of the vault in ``vault_folder``; it need not be there yet."""
    for parent, name in _candidates():
        if is_in_memory(parent) and os.access(parent, os.W_OK | os.X_OK):
            ours = parent / name
            if not ours.is_symlink() and (not ours.exists() or is_ours_alone(ours)):
                return ours / vault.hex()
    return vault_folder / FOLDER


def _candidates() -> list[tuple[Path, str]]:
    found = []
    if runtime := os.environ.get("XDG_RUNTIME_DIR"):
        found.append((Path(runtime), "candlemark"))
    if os.name == "posix":
        found.append((Path("/dev/shm"), f"candlemark-{os.getuid()}"))  # noqa: S108 - made 0700, and looked at
    return found


def is_in_memory(folder: Path) -> bool:
    """Whether a folder lies on a file system that no disk keeps; no where nobody can tell."""
    try:
        here = folder.resolve(strict=True)
        mounts = [line.split(" ") for line in _MOUNTS.read_text(errors="replace").splitlines()]
    except OSError:
        return False
    kind, longest = "", -1
    for _, where, file_system, *_ in mounts:
        point = Path(where.encode().decode("unicode_escape"))
        if here.is_relative_to(point) and len(point.parts) >= longest:
            kind, longest = file_system, len(point.parts)
    return kind in _IN_MEMORY


def is_ours_alone(folder: Path) -> bool:
    """Whether a folder is one, belongs to this account, and is closed to every other."""
    try:
        found = folder.lstat()
    except OSError:
        return False
    if not stat.S_ISDIR(found.st_mode):
        return False
    if os.name != "posix":
        return True
    return found.st_uid == os.getuid() and not stat.S_IMODE(found.st_mode) & 0o077


def make_folder(folder: Path) -> None:
    """Make the folder, and in memory the one it lies in, closed to everybody else.

    Raises:
        OSError: it cannot be made, or one that is open to others, or theirs, stands there.
    """
    for one in (folder,) if folder.name == FOLDER else (folder.parent, folder):
        one.mkdir(mode=0o700, exist_ok=True)
        if not is_ours_alone(one):
            raise OSError(errno.EPERM, "the folder is open to other accounts", one.name)
