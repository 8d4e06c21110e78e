"""Figures that are kept in the vault: which, since when, and which used a link undone since.

Records are not named here: who may see figures may not be somebody who may see records.  Which
links they were, the history of the review desk tells whoever judges.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from django.http import Http404, HttpResponse

from candlemark import measure
from candlemark.errors import NothingToMeasure
from candlemark.web.desks.figures import files
from candlemark.web.doors import door_of
from candlemark.web.pages import page
from candlemark.web.sources import source_name
from candlemark.web.tongue import reader_of

if TYPE_CHECKING:
    from datetime import datetime

    from django.http import HttpRequest

    from candlemark.web.doors import Door

LISTS: Final = frozenset({"stuck"})
"""Questions whose answers list single cases: these are had from pages with that right alone."""
SHOWN: Final = 200


@dataclass(frozen=True, slots=True)
class KeptShown:
    """A kept figure as a page tells it."""

    identity: str
    """Its sixteen first digits."""
    question: str
    written: datetime
    agencies: tuple[str, ...]
    """Across which it was taken; none for a figure of one agency."""
    undone: int
    """Links it used that people have judged wrong since."""
    file: bool


def kept(request: HttpRequest) -> HttpResponse:
    """Every kept figure, the newest first."""
    door, reader = door_of(request), reader_of(request)
    every = list(reversed(measure.kept(door.vault.ledger)))
    sources = {one.identity: one.sources for one in measure.kept_across(door.vault.ledger)}
    undone = door.undone_links()
    return page(
        request,
        "figures/kept.html",
        several=[
            KeptShown(
                one.identity[7:23],
                one.question,
                one.written,
                tuple(
                    source_name(door, reader, code)
                    for code in sorted(sources.get(one.identity, ()))
                ),
                len(undone.get(one.identity, ())),
                one.question not in LISTS,
            )
            for one in every[:SHOWN]
        ],
        all=len(every),
        new=next((one for one in every if one.identity[7:23] == request.GET.get("kept")), None),
    )


def kept_file(request: HttpRequest, digits: str) -> HttpResponse:
    """The document of a kept figure, as it was kept."""
    try:
        found = measure.kept_document(door_of(request).vault.ledger, digits)
    except NothingToMeasure:
        raise Http404 from None
    if found["basis"]["question"] in LISTS:
        raise Http404
    response = HttpResponse(files.kept_text(found), content_type=files.TYPES["json"])
    response.headers["Content-Disposition"] = f'attachment; filename="figure-{digits[:16]}.json"'
    return response


def kept_of(door: Door, sources: frozenset[str]) -> list[KeptShown]:
    """The kept figures across just these agencies, the newest first."""
    undone = door.undone_links()
    return [
        KeptShown(
            one.identity[7:23],
            one.question,
            one.written,
            (),
            len(undone.get(one.identity, ())),
            file=True,
        )
        for one in reversed(measure.kept_across(door.vault.ledger))
        if one.sources == sources
    ]
