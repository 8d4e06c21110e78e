"""Lists: every table that stands, and every release, newest first."""

from __future__ import annotations

from functools import partial
from math import ceil
from typing import TYPE_CHECKING, Any

from candlemark.publish.site.pages import AT_ONCE, listed

if TYPE_CHECKING:
    from collections.abc import Sequence

    from candlemark.publish.site.speaking import Speaker
    from candlemark.publish.site.writing import Writer
    from candlemark.publish.table import Table


def pages(writer: Writer) -> dict[str, bytes]:
    """The pages behind the doors ``tables`` and ``releases``."""
    return _tables(writer) | _releases(writer)


def _tables(writer: Writer) -> dict[str, bytes]:
    """The newest form of every table, some on a page."""
    tables = writer.site.current
    count = max(ceil(len(tables) / AT_ONCE), 1)
    found: dict[str, bytes] = {}
    for page in range(1, count + 1):
        shown = tables[(page - 1) * AT_ONCE : page * AT_ONCE]
        given = partial(_given, tables=shown, page=page, pages=count)
        found |= writer.in_every_tongue(_tables_page(page), "tables.html", given, door="tables")
    return found


def _given(said: Speaker, *, tables: Sequence[Table], page: int, pages: int) -> dict[str, Any]:
    return {
        "found": listed(tables, said),
        "simulated": any(one.simulated for one in tables),
        "page": page,
        "pages": pages,
        "address": _tables_page,
    }


def _tables_page(page: int) -> str:
    return "tables.html" if page == 1 else f"tables-{page}.html"


def _releases(writer: Writer) -> dict[str, bytes]:
    every = list(reversed(writer.site.said.published))
    return writer.in_every_tongue(
        "releases.html", "releases.html", lambda _said: {"every": every}, door="releases"
    )
