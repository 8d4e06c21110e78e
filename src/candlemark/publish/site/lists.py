"""Long lists cut into pages."""

from __future__ import annotations

from math import ceil
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Sized

AT_ONCE: Final = 40
"""Things on one page of a list."""


def page_count(found: Sized) -> int:
    """How many pages a list takes; one when nothing is in it."""
    return max(ceil(len(found) / AT_ONCE), 1)


def page_of(name: str, page: int) -> str:
    """The file of a page of a list."""
    return f"{name}.html" if page == 1 else f"{name}-{page}.html"
