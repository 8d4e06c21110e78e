"""Backups: a vault as it was on each of the last days, and a vault made of one again.

A backup is what is shared with other instances, and the members' own keys behind their
passphrases.  Making one needs none of them.  What was erased since is removed from earlier
backups too, so that no restoring brings it back.

A vault that is restored is another instance, with a log of its own: the old log would otherwise
sign two histories, one of them with what was lost.
"""

from __future__ import annotations

import re
import shutil
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Final

import msgspec

from candlemark.errors import PublishedBroken, SettingRefused
from candlemark.ledger.files import alone_in, read_whole, write_whole
from candlemark.ledger.genesis import vault_id
from candlemark.ledger.joining import join, pull
from candlemark.ledger.keystore import Keystore
from candlemark.ledger.member_key import KEY_LIMIT
from candlemark.ledger.public import PublicLog
from candlemark.ledger.publishing import published_note
from candlemark.ledger.sharing import KEYS, WRAPS, remove_gone, share, shared_wraps
from candlemark.ledger.vault import vault_folder

if TYPE_CHECKING:
    from pathlib import Path

    from candlemark.ledger.joining import Joined
    from candlemark.ledger.kinds import Kinds
    from candlemark.ledger.pulling import Pulled
    from candlemark.ledger.store import Store

DAYS: Final = 30
"""How long a backup is kept."""
ERASED: Final = "erased"
"""A file in a backup from which something was removed since."""
_DAY: Final = re.compile(r"\d{4}-\d{2}-\d{2}")


@dataclass(frozen=True, slots=True)
class BackedUp:
    """What a backup did: the day's folder, its state, and what went from earlier ones."""

    folder: Path
    size: int
    root: str
    removed: int
    dropped: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Kept:
    """A backup that is there: its day, how many entries, whose keys.

    ``erased`` says that something was removed from it since, so that a later one is to be restored.
    """

    day: str
    size: int
    members: tuple[str, ...]
    erased: bool


def backups_in(root: Path) -> tuple[Kept, ...]:
    """The backups under ``root``, the oldest first; one that holds no checkpoint has size 0.

    Raises:
        SettingRefused: there is no such folder, or it cannot be read.
        PublishedBroken: a checkpoint is not a signed note.
    """
    if not root.is_dir():
        raise SettingRefused("there are no backups here", hint="name the folder backups are under")
    found = []
    for day in days_in(root):
        folder = root / day.isoformat()
        note = published_note(folder)
        size = note.text.split("\n")[1] if note is not None else "0"
        members = tuple(_names(folder / KEYS))
        erased = read_whole(folder / ERASED, 1) is not None
        found.append(Kept(day.isoformat(), int(size) if size.isdecimal() else 0, members, erased))
    return tuple(found)


def back_up(path: Path, root: Path, day: date, days: int = DAYS) -> BackedUp:
    """Keep the vault at ``path`` as it is, in a folder of that day under ``root``.

    Args:
        path: the folder of the vault; nobody has to open it.
        root: where backups are kept; another disk.
        day: by whose name.
        days: how long earlier ones are kept.

    Raises:
        VaultMissing, NewerFormat, LedgerBroken: the vault cannot be read.
        SettingRefused: this cannot be the place of backups.
        LogForked, PublishedBroken, VaultBusy, StorageFull: as sharing.
    """
    if not 1 <= days <= DAYS:
        raise SettingRefused(
            f"backups cannot be kept for {days} days", hint=f"from 1 to {DAYS} days"
        )
    folder = vault_folder(path)
    keystore = Keystore(folder)
    with PublicLog.open(folder) as public:
        shared = share(public, keystore, root / day.isoformat(), keys=True)
        removed, dropped = shared.removed, []
        for earlier in days_in(root):
            if (day - earlier).days >= days:
                shutil.rmtree(root / earlier.isoformat())
                dropped.append(earlier.isoformat())
            elif earlier != day:
                removed += _forget(public.store, keystore, root / earlier.isoformat())
    return BackedUp(root / day.isoformat(), shared.size, shared.root, removed, tuple(dropped))


def restore(
    backup: Path, path: Path, passphrase: str, member: str, kinds: Kinds
) -> tuple[Joined, Pulled]:
    """Make a vault of a backup again, for one of its members.

    Args:
        backup: the folder of one day.
        path: a folder that is not there yet.
        passphrase: that member's.
        member: their code; a file of this name is in the backup.
        kinds: the kinds this program knows.

    Raises:
        SettingRefused: the backup holds no key of this member.
        PublishedBroken: it is not whole, or something was erased since; then the hint names a later
            one.
        VaultExists, WrongPassphrase, LedgerBroken, NewerFormat: nothing was made.
    """
    found = [one for one in _names(backup / KEYS) if member and one.startswith(member)]
    if len(found) != 1:
        raise SettingRefused(
            "the backup holds no single key of this member",
            hint=f"the codes in it: {', '.join(_names(backup / KEYS)) or 'none'}",
        )
    key = read_whole(backup / KEYS / found[0], KEY_LIMIT)
    if not key:
        raise PublishedBroken(
            "the file with the key of this member is empty",
            hint="restore the backup of another day",
        )
    joined = join(backup, path, passphrase, key=key)
    try:
        return joined, pull(path, passphrase, backup, kinds)
    except PublishedBroken as error:
        shutil.rmtree(path, ignore_errors=True)
        newer = [day for day in _names(backup.parent) if _DAY.fullmatch(day) and day > backup.name]
        if read_whole(backup / ERASED, 1) is None or not newer:
            raise
        # Only a later state says what was erased, and by whom; this one would call it lost.
        raise PublishedBroken(
            "something was erased since this backup was made",
            hint=f"restore a later one, which knows of it: {newer[-1]}",
            faults=error.faults,
        ) from error
    except BaseException:
        shutil.rmtree(path, ignore_errors=True)
        raise


def _forget(store: Store, keystore: Keystore, tree: Path) -> int:
    """Remove from an earlier backup what the vault has no more: parts, and keys of persons."""
    vault = vault_id(store.genesis())
    kept = {(wrap.kid, wrap.holder) for wrap in keystore.wraps(vault)}
    with alone_in(tree):
        removed = remove_gone(store, tree)
        with suppress(PublishedBroken):
            wraps = shared_wraps(tree)
            left = [wrap for wrap in wraps if wrap.roster or (wrap.kid, wrap.holder) in kept]
            if len(left) < len(wraps):
                content = msgspec.msgpack.encode([tuple(wrap) for wrap in left])
                write_whole(tree, WRAPS, content)
        if removed:
            write_whole(tree, ERASED, b"parts were erased since this backup was made\n")
    return removed


def days_in(root: Path) -> list[date]:
    """The days of the backups under ``root``, in order."""
    found = []
    for name in _names(root):
        if _DAY.fullmatch(name):
            with suppress(ValueError):
                found.append(date.fromisoformat(name))
    return sorted(found)


def _names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir()) if folder.is_dir() else []
