"""Which characters a text for the public may hold."""

from __future__ import annotations

from typing import Final

_JOINERS: Final = "\u200c\u200d"
"""Persian is not written without the first; both are invisible and change only how letters meet."""


def can_be_shown(text: str) -> bool:
    """Whether every character can be shown: letters, signs, spaces, line ends, joiners.

    Marks that turn the direction of a line are refused: they let a text look like another.
    """
    return all(one.isprintable() or one in _JOINERS or one == "\n" for one in text)
