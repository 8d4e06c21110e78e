"""Cards in files: one line of text, so that one can also be pasted into a message."""

from __future__ import annotations

import base64
import binascii
from typing import TYPE_CHECKING, Final

from candlemark.errors import LedgerBroken, SettingRefused
from candlemark.ledger.roster_facts import encode, read_signed

if TYPE_CHECKING:
    from pathlib import Path

    from candlemark.ledger.roster_facts import Signed

_FIRST: Final = "candlemark-card-1"
_LIMIT: Final = 100_000


def write_card(path: Path, card: Signed) -> None:
    """Write a card to a file that is not there yet.

    Raises:
        SettingRefused: there is such a file, or the folder cannot be written to.
    """
    try:
        with path.open("x", encoding="ascii") as file:
            file.write(f"{_FIRST} {base64.b64encode(encode(card)).decode()}\n")
    except OSError as error:
        raise SettingRefused(
            f"the card cannot be written to {path}",
            hint="name a file that is not there yet, in a folder that is yours: --card FILE",
        ) from error


def read_card_file(path: Path) -> Signed:
    """The card in a file; whether it is whole is told by who reads it.

    Raises:
        SettingRefused: the file cannot be read.
        LedgerBroken: there is no card in it.
    """
    try:
        with path.open(encoding="ascii") as file:
            words = file.read(_LIMIT).split()
    except UnicodeDecodeError:
        words = []
    except OSError as error:
        raise SettingRefused(
            "the file of the card cannot be read", hint="name the file the person handed over"
        ) from error
    try:
        if words[:1] != [_FIRST]:
            raise LedgerBroken("")
        return read_signed(base64.b64decode("".join(words[1:]), validate=True))
    except (LedgerBroken, binascii.Error):
        raise LedgerBroken(
            "there is no card in this file",
            hint="ask for the file that candlemark member apply wrote, as it is",
        ) from None
