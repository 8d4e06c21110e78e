"""The first pages: the one that offers the tongues, and the front page in each."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from candlemark.publish.site.pages import lines, listed
from candlemark.tongues import NAMES

if TYPE_CHECKING:
    from candlemark.publish.site.speaking import Speaker
    from candlemark.publish.site.writing import Writer


def pages(writer: Writer) -> dict[str, bytes]:
    """``index.html`` at the root and in the folder of each tongue."""
    choose = writer.written(
        "choose.html",
        places=writer.site.said.places,
        publisher_name=writer.site.said.places.publisher["en"],
        speakers=list(writer.speakers.values()),
        names=NAMES,
    )
    return {"index.html": choose} | writer.in_every_tongue(
        "index.html", "front.html", lambda said: _given(writer, said), door=""
    )


def _given(writer: Writer, said: Speaker) -> dict[str, Any]:
    newest = writer.site.said.newest
    tables = writer.site.current
    return {
        "is_start": True,
        "release": newest,
        "paragraphs": lines(said.text(newest.draft.texts)) if newest else [],
        "simulated": any(one.simulated for one in tables),
        "found": listed(tables[:6], said),
    }
