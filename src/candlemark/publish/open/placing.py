"""Where and by whom a table is published: what its files say besides the table itself.

The permanent address of a table is the hash of its content.  It holds wherever a copy lies: as
``ni:///sha-256;…`` (RFC 6920) it needs no server at all, and under every mirror it is the folder
``tables/<hash>/``.
"""

from __future__ import annotations

import base64
from dataclasses import dataclass
from datetime import date  # noqa: TC003 - part of what is shown
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from candlemark.publish.table import Table, Texts


@dataclass(frozen=True, slots=True)
class Placing:
    """The publication a table stands in.

    Args:
        publisher: what the group calls itself in public, in every tongue.
        release: the number of the first release that carried the table.
        issued: its day.
        address: of the site, ending in a slash; empty when it has none, or none that lasts.
    """

    publisher: Texts
    release: int
    issued: date
    address: str = ""

    def of(self, table: Table) -> str:
        """The table's permanent address: under the site's own, or as its bare hash."""
        if self.address:
            return f"{self.address}{folder_of(table)}"
        return named(table)


def folder_of(table: Table) -> str:
    """The folder of a table's files in a site."""
    return f"tables/{table.identity}/"


def named(table: Table) -> str:
    """The table by its hash alone (RFC 6920): an address that asks no server."""
    raw = base64.urlsafe_b64encode(bytes.fromhex(table.identity)).decode().rstrip("=")
    return f"ni:///sha-256;{raw}"
