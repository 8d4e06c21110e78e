"""The first pages: the one that offers the tongues, and the front page in each."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from markupsafe import Markup

from candlemark.publish.site.cells import as_of, coverage, protection
from candlemark.publish.site.leading import leading, leading_table
from candlemark.publish.site.pages import lines
from candlemark.tongues import NAMES

if TYPE_CHECKING:
    from collections.abc import Iterator

    from candlemark.publish.site.speaking import Speaker
    from candlemark.publish.site.writing import Writer
    from candlemark.publish.table import Table


def pages(writer: Writer) -> dict[str, bytes]:
    """``index.html`` at the root and in the folder of each tongue."""
    choose = writer.written(
        "choose.html",
        places=writer.site.said.places,
        publisher=writer.site.said.places.publisher,
        speakers=list(writer.speakers.values()),
        names=NAMES,
        simulated=any(one.simulated for one in writer.site.current),
    )
    return {"index.html": choose} | writer.in_every_tongue(
        "index.html", "front.html", lambda said: _given(writer, said), door=""
    )


def _given(writer: Writer, said: Speaker) -> dict[str, Any]:
    site = writer.site
    newest, table = site.said.newest, leading_table(site)
    return {
        "is_start": True,
        "release": newest,
        "paragraphs": lines(said.text(newest.draft.texts)) if newest else [],
        "simulated": any(one.simulated for one in site.current),
        "leading": _leading(table, said) if table is not None else None,
        "count": said.number(len(site.current)),
    }


def _leading(table: Table, said: Speaker) -> dict[str, Any]:
    found = leading(table, said)
    return {
        "table": table,
        "sentence": found.sentence,
        "picture": Markup(found.picture),  # noqa: S704 - made by us, and escaped there
        "facts": list(_facts(table, said)),
    }


def _facts(table: Table, said: Speaker) -> Iterator[tuple[str, str | Markup]]:
    """What has to stand beside a number wherever it stands."""
    yield said.word("as-of"), as_of(table, said)
    yield said.word("counts"), said.text(table.unit.labels)
    yield said.word("coverage"), coverage(table, said)
    yield said.word("protection"), protection(table, said)
