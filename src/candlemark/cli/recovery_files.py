"""The files of a recovery key: one that is public, and five shares that are anything but."""

from __future__ import annotations

import base64
import binascii
import sys
from typing import TYPE_CHECKING, Final

import click

from candlemark.errors import LedgerBroken, SettingRefused
from candlemark.ledger.roster_facts import encode, read_recovery
from candlemark.seal.recovery import NEEDED, SHARE_WORDS

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from candlemark.ledger.roster_facts import RecoverySet

_FIRST: Final = "candlemark-recovery-1"
_LIMIT: Final = 16_384


def recovery_line(recovery: RecoverySet) -> str:
    """The public halves of a recovery key as one line of text."""
    return f"{_FIRST} {base64.b64encode(encode(recovery)).decode()}"


def read_recovery_file(path: Path) -> RecoverySet:
    """The public halves of a recovery key, out of their file.

    Raises:
        SettingRefused: the file cannot be read.
        LedgerBroken: they are not in it.
    """
    words = _words(path, "the file of the recovery key")
    try:
        if len(words) != 2 or words[0] != _FIRST:
            raise LedgerBroken("")
        found = read_recovery(base64.b64decode(words[1], validate=True))
    except (LedgerBroken, binascii.Error, UnicodeDecodeError):
        found = None
    if found is None:
        raise LedgerBroken(
            "there is no recovery key in this file",
            hint="name the public file that candlemark key recovery new wrote, as it is",
        )
    return found


def shares_from(files: Sequence[Path]) -> list[str]:
    """Shares, out of files or typed without being shown.

    Raises:
        SettingRefused: a file cannot be read, or there is nobody to ask.
    """
    if files:
        return [" ".join(_words(path, "the file of a share")) for path in files]
    if not sys.stdin.isatty():
        raise SettingRefused(
            f"{NEEDED} shares are needed, and there is no terminal to ask at",
            hint="name a file for each: --share FILE --share FILE --share FILE",
        )
    return [
        click.prompt(f"Share {number} of {NEEDED} ({SHARE_WORDS} words)", hide_input=True, err=True)
        for number in range(1, NEEDED + 1)
    ]


def _words(path: Path, what: str) -> list[str]:
    try:
        with path.open(encoding="utf-8") as file:
            return file.read(_LIMIT).split()
    except (OSError, UnicodeDecodeError) as error:
        raise SettingRefused(f"{what} cannot be read", hint="name a text file") from error
