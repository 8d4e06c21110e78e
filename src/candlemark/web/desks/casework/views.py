"""One case, the docket: asks the casefile floor and shows what it says."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import Http404

from candlemark.casefile import account
from candlemark.casefile.naming import Naming
from candlemark.errors import NotUnderstood
from candlemark.ids import check_id
from candlemark.web.doors import door_of
from candlemark.web.pages import page

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse


def case(request: HttpRequest, case_id: str) -> HttpResponse:
    """One case: timeline, doubts, who says so, what cannot all be true, who is in it."""
    door = door_of(request)
    try:
        found = door.case(check_id(case_id, "case"))
    except NotUnderstood:
        raise Http404 from None  # what is no identifier gets the words of one that is not there
    told = account(found, door.edition, door.today())
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
    )


def docket(request: HttpRequest) -> HttpResponse:
    """What is due in all cases today: what must be acted on first, first."""
    shown = door_of(request).docket()
    return page(
        request,
        "casework/docket.html",
        today=shown.today,
        live=shown.live,
        still=[row for row in shown.rows if not row.rule],
        past=[row for row in shown.rows if row.rule and row not in shown.live],
        any_case=bool(shown.rows),
    )
