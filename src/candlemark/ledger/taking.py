"""Taking what others shared, from a folder or an address; what is refused is kept with its reason.

A leaf that is refused lies in the vault's folder under ``quarantine/`` (see
:mod:`candlemark.ledger.pulling`).  Where a whole tree is refused, its reason is kept there too,
with the files that were named as wrong: whoever finds out later what happened needs them.
"""

from __future__ import annotations

import hashlib
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import msgspec

from candlemark.errors import (
    CandlemarkError,
    LogForked,
    PublishedBroken,
    SettingRefused,
)
from candlemark.ledger.fetching import Source, fetch, forget, resting_place
from candlemark.ledger.files import alone_in, read_whole, write_whole
from candlemark.ledger.joining import pull
from candlemark.ledger.places import open_store
from candlemark.ledger.publishing import CHECKPOINT
from candlemark.ledger.pulling import QUARANTINE
from candlemark.ledger.tiles import BUNDLE_LIMIT
from candlemark.ledger.vault import vault_folder

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from candlemark.ledger.kinds import Kinds
    from candlemark.ledger.pulling import Pulled

_FILES: Final = 20
"""Files of a refused tree that are kept."""
_REASON_LIMIT: Final = 1 << 20


class _Reason(msgspec.Struct, frozen=True):
    """What stands in the file beside what was refused."""

    why: str
    alarm: bool = False
    faults: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Quarantined:
    """Something that was refused: a leaf, or files of a tree; ``name`` is what it is shown by."""

    name: str
    why: str
    alarm: bool
    faults: tuple[str, ...]
    files: tuple[str, ...]


def take_from(
    path: Path,
    passphrase: str,
    source: Path | Source,
    kinds: Kinds | None = None,
    *,
    member: str = "",
    progress: Callable[[int, int], None] | None = None,
) -> Pulled:
    """Pull from a folder, or from an address after fetching what is there.

    Raises:
        FetchRefused, SettingRefused: as fetching.
        PublishedBroken, LogForked, LedgerBroken, NotEntitled, WrongPassphrase, VaultMissing,
            VaultBusy, StorageFull: as :func:`candlemark.ledger.joining.pull`; nothing was taken.
    """
    folder = vault_folder(path)
    if not isinstance(source, Source):
        return _pull(folder, passphrase, source, kinds, member, progress)
    tree = resting_place(folder, source.url)
    store = open_store(folder)
    try:
        fetch(source, tree, lambda action: store.find(action) is not None, progress)
    finally:
        store.close()
        with suppress(OSError):
            tree.parent.rmdir()
    try:
        return _pull(folder, passphrase, tree, kinds, member, progress)
    finally:
        forget(tree)
        with suppress(OSError):
            tree.parent.rmdir()


def _pull(  # noqa: PLR0917 - handed through
    folder: Path,
    passphrase: str,
    tree: Path,
    kinds: Kinds | None,
    member: str,
    progress: Callable[[int, int], None] | None,
) -> Pulled:
    try:
        return pull(folder, passphrase, tree, kinds, member=member, progress=progress)
    except (PublishedBroken, LogForked) as error:
        with suppress(CandlemarkError):  # the refusal matters more than that it was kept
            _keep_refusal(folder / QUARANTINE, tree, error)
        raise


def quarantined(path: Path) -> tuple[Quarantined, ...]:
    """Everything in quarantine; nobody has to open the vault.

    Raises:
        VaultMissing: there is no vault in this folder.
    """
    folder = vault_folder(path) / QUARANTINE
    names = sorted(one.name for one in folder.iterdir()) if folder.is_dir() else []
    found = []
    for name in names:
        if name.endswith(".json"):
            stem = name.removesuffix(".json")
            reason = _read_reason(folder / name)
            beside = tuple(one for one in names if one.startswith(stem) and one != name)
            found.append(Quarantined(stem, reason.why, reason.alarm, reason.faults, beside))
    return tuple(found)


def _read_reason(path: Path) -> _Reason:
    try:
        return msgspec.json.decode(read_whole(path, _REASON_LIMIT) or b"", type=_Reason)
    except (msgspec.MsgspecError, UnicodeDecodeError):
        return _Reason("its reason was damaged")


def find_quarantined(path: Path, code: str) -> Quarantined:
    """The one thing in quarantine whose name begins so.

    Raises:
        SettingRefused: there is none, or several.
    """
    found = [one for one in quarantined(path) if code and one.name.startswith(code)]
    if len(found) != 1:
        raise SettingRefused(
            "nothing single in quarantine has this name",
            hint="candlemark quarantine list shows the names",
        )
    return found[0]


def _keep_refusal(quarantine: Path, tree: Path, error: PublishedBroken | LogForked) -> None:
    """Keep why a tree was refused, and the files that were named."""
    places = [CHECKPOINT, *(fault.where for fault in error.faults)]
    wrong: dict[str, bytes] = {}
    for place in dict.fromkeys(places):
        if len(wrong) < _FILES and ".." not in place.split("/") and not place.startswith("/"):
            with suppress(CandlemarkError, ValueError):
                content = read_whole(tree / place, BUNDLE_LIMIT)
                if content is not None:
                    wrong[place] = content
    said = _Reason(error.message, isinstance(error, LogForked), tuple(map(str, error.faults)))
    told = msgspec.json.encode(said)
    name = hashlib.sha256(told + b"".join(wrong.values())).hexdigest()
    with alone_in(quarantine):
        for number, (place, content) in enumerate(wrong.items()):
            label = place.replace("/", "-")[:60]
            write_whole(quarantine, f"{name}.{number}.{label}", content, mode=0o600)
        write_whole(quarantine, f"{name}.json", told, mode=0o600)
