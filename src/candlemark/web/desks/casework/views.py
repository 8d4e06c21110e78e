"""One case: asks the casefile floor and shows what it says."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import Http404

from candlemark.casefile import account, pathways_now
from candlemark.casefile.naming import Naming
from candlemark.errors import NotUnderstood
from candlemark.ids import check_id
from candlemark.web.doors import door_of
from candlemark.web.due_words import called, stands
from candlemark.web.pages import page
from candlemark.web.picture import picture
from candlemark.web.tongue import reader_of

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse


def case(request: HttpRequest, case_id: str) -> HttpResponse:
    """One case: timeline, doubts, who says so, what cannot all be true, who is in it."""
    door = door_of(request)
    try:
        found = door.case(check_id(case_id, "case"))
    except NotUnderstood:
        raise Http404 from None  # what is no identifier gets the words of one that is not there
    ways = door.kept("pathways", lambda: pathways_now(door.vault.ledger))
    reader = reader_of(request)
    told = account(found, door.edition, door.today(), ways)
    return page(
        request,
        "casework/case.html",
        case=found,
        line=told.timeline,
        naming=Naming(found),
        candle=told.candle,
        rows=told.rows,
        ways=told.ways,
        differing=told.differing,
        states=told.states,
        due=told.limits,
        departures=told.departures,
        picture=picture(told, reader, door.today()),
        called=lambda row: called(row, reader, door.edition),
        stands=stands,
    )
