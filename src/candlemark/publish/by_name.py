"""What was drafted or said, found by the first digits of its name, as people copy it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, TypeVar

from candlemark.errors import UnknownRelease

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

_T = TypeVar("_T")

SHORTEST: Final = 8
"""Digits that are enough."""


def names(whole: str, part: str) -> bool:
    """Whether somebody who writes ``part`` means what is called ``whole``."""
    return len(part) >= SHORTEST and whole.startswith(part)


def only_one(
    items: Iterable[_T], part: str, name_of: Callable[[_T], str], *, what: str, listed: str
) -> _T:
    """The one thing whose name is this, or begins so.

    Args:
        items: among which.
        part: what was written.
        name_of: gives the name of a thing.
        what: it is, as a message says it: ``draft``.
        listed: the command that shows them all.

    Raises:
        UnknownRelease: there is none, or several begin so.
    """
    found = [one for one in items if names(name_of(one), part)]
    if len(found) != 1:
        raise UnknownRelease(
            f"there is no single {what} with this name",
            hint=f"{listed} shows them; eight digits are enough",
        )
    return found[0]
