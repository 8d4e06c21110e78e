"""A whole site as one file, for messengers and sticks; unpacked, it is the same site and checks."""

from __future__ import annotations

import zipfile
from typing import TYPE_CHECKING, Final

from candlemark.errors import MirrorDiffers, SettingRefused
from candlemark.ledger.files import read_whole
from candlemark.publish.site import manifest as signed
from candlemark.publish.site.manifest import Listed

if TYPE_CHECKING:
    from pathlib import Path

_NO_TIME: Final = (1980, 1, 1, 0, 0, 0)
_PLAIN: Final = 0o100644 << 16


def pack(folder: Path, target: Path) -> int:
    """Write the site in a folder to a ZIP file, the same bytes each time; how many files it holds.

    Only what the signed list names goes along.

    Raises:
        SettingRefused: there is no site in the folder, or the file cannot be written.
        MirrorDiffers: a file is not the one that was signed for; nothing is left of the ZIP file.
    """
    names = (signed.MANIFEST, signed.FILES)
    own = {name: read_whole(folder / name, signed.FILES_LIMIT) for name in names}
    content = own[signed.FILES]
    if content is None or own[signed.MANIFEST] is None:
        raise SettingRefused(
            "there is no site in this folder", hint="write one: candlemark publish build --out DIR"
        )
    files = signed.read_list(content)
    try:
        with zipfile.ZipFile(target, "w") as packed:
            for name, stored in own.items():
                packed.writestr(_entry(name), stored or b"")
            for path, wanted in files.items():
                found = read_whole(folder / path, wanted.size)
                if found is None or Listed.of(found) != wanted:
                    raise MirrorDiffers(
                        f"{path} is not the file that was signed for",
                        hint="build the site again: candlemark publish build",
                    )
                packed.writestr(_entry(path), found)
    except OSError as error:
        raise SettingRefused(
            f"the file cannot be written: {error.strerror}", hint="name a file in a folder of yours"
        ) from error
    except MirrorDiffers:
        target.unlink(missing_ok=True)
        raise
    return len(files) + len(own)


def _entry(name: str) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo(name, _NO_TIME)
    entry.compress_type = zipfile.ZIP_DEFLATED
    entry.create_system = 3  # whatever system it was made on
    entry.external_attr = _PLAIN
    return entry
