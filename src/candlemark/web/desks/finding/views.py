"""The list of cases and the search: asks the casefile floor and shows what it says."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from candlemark import casefile
from candlemark.casefile import listing
from candlemark.casefile.listing import DueFilter, Sort
from candlemark.web.desks.finding import asking, saved, shown
from candlemark.web.doors import door_of
from candlemark.web.forms.token import forms_of
from candlemark.web.pages import page
from candlemark.web.tongue import reader_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from django.http import HttpRequest, HttpResponse

    from candlemark.casefile import FoundCase
    from candlemark.casefile.listing import Listing
    from candlemark.web.desks.finding.asking import Asked
    from candlemark.web.doors import Door

_LOOKED_AT: Final = listing.PAGE + 1
"""Cases a search shows, and one to tell that there are more; who finds more says a word more."""


def cases(request: HttpRequest) -> HttpResponse:
    """Cases by neutral titles, with filters and counts; by POST, those that hold some words."""
    door = door_of(request)
    asked, lost = asking.read(request.GET, door.edition, forms_of(request).stand_in)
    words = request.POST.get("words", "").strip() if request.method == "POST" else ""
    found, places = _found(door, asked, words)
    names = shown.Names(door.edition, reader_of(request))
    return page(
        request,
        "finding/cases.html",
        asked=asked,
        lost=lost,
        words=words,
        found=found,
        places=places,
        names=names,
        saved=saved.shown(door, forms_of(request).stand_in),
        today=door.today(),
        facets=shown.facets(found, asked, names),
        chosen=shown.chosen(asked, names),
        sorts=[(one, names.sort(one), asked.sorted_by(one).query) for one in asking.SORTS],
        no_next_step=asked.with_due(DueFilter.NOTHING).query,
    )


def _found(door: Door, asked: Asked, words: str) -> tuple[Listing, dict[str, FoundCase]]:
    """A page of the list; of a search, where each case holds the words."""
    ledger, today = door.vault.ledger, door.today()
    if not words:
        return listing.listing(ledger, asked.filter, today, asked.after), {}

    def without(cases: Sequence[str]) -> frozenset[str]:
        among = replace(asked.filter, among=tuple(cases))
        return listing.rejected(ledger, among, today) if asked.narrowed else frozenset()

    hits = {one.id: one for one in casefile.find(ledger, words, _LOOKED_AT, without)}
    wanted = replace(asked.filter, among=tuple(hits), sort=Sort.FOUND)
    return listing.listing(ledger, wanted, today), hits
