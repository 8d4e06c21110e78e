"""Passphrases that are drawn, not thought up, and what they are stretched into.

A passphrase is seven words drawn from the long list of the Electronic Frontier Foundation
(7,776 words, 12.9 bits each, 90 bits together).  Words a person chose are refused: nobody draws
them evenly.  Typing is forgiven what carries no meaning: capitals, extra spaces, hyphens or spaces
between words and within the four of the list that have a hyphen, and the dotted and dotless i of a
Turkish or Azerbaijani keyboard.

Stretching is Argon2id (RFC 9106) with its parameters kept beside the salt, so that a later version
can raise them.  One stretching runs at a time in a process: each takes 256 MiB.
"""

from __future__ import annotations

import base64
import re
import secrets
import threading
from dataclasses import dataclass
from enum import Enum
from functools import cache
from importlib.resources import files
from typing import Final

import xkcdpass
from nacl.pwhash import argon2id

from candlemark.errors import LedgerBroken, SettingRefused

WORDS: Final = 7
"""Words in a passphrase: 90 bits."""

_LIST_LENGTH: Final = 7776
_ONE_AT_A_TIME: Final = threading.Lock()
_PHC: Final = re.compile(r"\$argon2id\$v=19\$m=(\d{1,7}),t=(\d{1,2}),p=1\$([A-Za-z0-9+/]{22})")
_I_OF_OTHER_KEYBOARDS: Final = str.maketrans(
    {
        "\N{LATIN CAPITAL LETTER I WITH DOT ABOVE}": "i",
        "\N{LATIN SMALL LETTER DOTLESS I}": "i",
        "\N{COMBINING DOT ABOVE}": None,
    }
)


@cache
def words() -> tuple[str, ...]:
    """The list passphrases are drawn from, checked.

    Raises:
        SettingRefused: the list is not the one it should be; no passphrase is drawn from it.
    """
    text = files(xkcdpass).joinpath("static", "eff-long").read_text(encoding="ascii")
    found = tuple(text.split())
    if len(found) != _LIST_LENGTH or len(set(found)) != _LIST_LENGTH:
        raise SettingRefused(
            f"the word list has {len(set(found))} different words instead of {_LIST_LENGTH}",
            hint="install the locked version of xkcdpass again",
        )
    return found


def new_passphrase(count: int = WORDS) -> str:
    """A newly drawn passphrase: ``count`` words with spaces between them.

    Raises:
        SettingRefused: fewer than seven words were asked for.
    """
    if count < WORDS:
        raise SettingRefused(
            f"{count} words are too few", hint=f"a passphrase has at least {WORDS} words"
        )
    return " ".join(secrets.choice(words()) for _ in range(count))


_BETWEEN: Final = re.compile(r"[\s\-\u00ad\u2010-\u2015\u2212]+")
_WITH_A_HYPHEN: Final = {
    ("drop", "down"): "drop-down",
    ("felt", "tip"): "felt-tip",
    ("t", "shirt"): "t-shirt",
    ("yo", "yo"): "yo-yo",
}
"""The words of the list that have a hyphen; none of their first halves is a word of the list, so
putting two halves together never takes a word from a passphrase (a test looks)."""


def as_typed(text: str) -> str:
    """The passphrase meant by ``text``: lower case, one space between words."""
    parts = [one for one in _BETWEEN.split(text.translate(_I_OF_OTHER_KEYBOARDS).lower()) if one]
    meant: list[str] = []
    while parts:
        whole = _WITH_A_HYPHEN.get((parts[0], parts[1])) if len(parts) > 1 else None
        meant.append(whole or parts[0])
        del parts[: 2 if whole else 1]
    return " ".join(meant)


def check_drawn(text: str) -> None:
    """Refuse a passphrase that cannot have been drawn from the list.

    Raises:
        SettingRefused: too few words, or words that are not in the list.
    """
    found = as_typed(text).split()
    if len(found) < WORDS or not set(found) <= set(words()):
        raise SettingRefused(
            "this passphrase was not drawn from the word list",
            hint="let Candlemark make one; words a person chooses can be guessed",
        )


class Cost(Enum):
    """How much work one guess at a passphrase costs: KiB of memory and passes over it."""

    STRONG = (262_144, 3)
    """256 MiB, three passes: about 0.6 s of one core."""
    QUICK = (8, 1)
    """No protection at all; for tests, and for nothing else."""


@dataclass(frozen=True, slots=True)
class Stretching:
    """How a passphrase is stretched: Argon2id's memory in KiB, its passes, and the salt."""

    memory: int
    passes: int
    salt: bytes

    @classmethod
    def new(cls, cost: Cost) -> Stretching:
        """With a fresh salt."""
        return cls(*cost.value, salt=secrets.token_bytes(argon2id.SALTBYTES))

    @classmethod
    def parse(cls, text: str) -> Stretching:
        """Read ``$argon2id$v=19$m=262144,t=3,p=1$<salt>``.

        Raises:
            LedgerBroken: anything else, or parameters no version of Candlemark would have written
                (more than 2 GiB or 16 passes would let a forged file stop the machine).
        """
        found = _PHC.fullmatch(text)
        if found is not None:
            memory, passes = int(found[1]), int(found[2])
            if 8 <= memory <= 2_097_152 and 1 <= passes <= 16:
                return cls(memory, passes, base64.b64decode(found[3] + "=="))
        raise LedgerBroken("the parameters of the passphrase cannot be read")

    def __str__(self) -> str:
        salt = base64.b64encode(self.salt).decode().rstrip("=")
        return f"$argon2id$v=19$m={self.memory},t={self.passes},p=1${salt}"

    def stretch(self, passphrase: str) -> bytes:
        """32 bytes out of the passphrase, as it was meant."""
        with _ONE_AT_A_TIME:
            return argon2id.kdf(
                32,
                as_typed(passphrase).encode(),
                self.salt,
                opslimit=self.passes,
                memlimit=self.memory * 1024,
            )
