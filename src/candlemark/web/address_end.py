"""The end of an address that asks something: the fields that say anything, and no others."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlencode

if TYPE_CHECKING:
    from collections.abc import Iterable


def address_end(fields: Iterable[tuple[str, str]]) -> str:
    """``?by=offences&at=30``; empty when no field says anything."""
    said = [(name, value) for name, value in fields if value]
    return f"?{urlencode(said)}" if said else ""
