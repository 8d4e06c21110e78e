"""Writing a passphrase to a file that only its owner can read."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from candlemark.errors import SettingRefused

if TYPE_CHECKING:
    from pathlib import Path


def write_secret(path: Path, text: str) -> None:
    """Write a file that did not exist before, readable by its owner alone.

    Raises:
        SettingRefused: there is such a file, or the folder cannot be written to.
    """
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(text + "\n")
    except OSError as error:
        raise SettingRefused(
            f"the passphrase cannot be written to {path}",
            hint="name a file in a folder that exists and is yours",
        ) from error
