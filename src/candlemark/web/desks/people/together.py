"""What waits for a second person: what it means, agreeing to it, taking it back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import Http404

from candlemark.errors import NotEntitled
from candlemark.ledger.waiting import agree as agreed_to
from candlemark.ledger.waiting import awaited, taken_back, waiting
from candlemark.web.desks.people import said
from candlemark.web.doors import door_of
from candlemark.web.jinja import address
from candlemark.web.pages import page
from candlemark.web.threshold import SeeOther

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from candlemark.ledger.waiting import Waiting
    from candlemark.web.doors import Door


def waiting_page(request: HttpRequest) -> HttpResponse:
    """Everything that waits."""
    door = door_of(request)
    return page(
        request,
        "people/waiting.html",
        listed=waiting(door.vault),
        remains=said.remains(door.vault.erasing.remains),
        roster=door.vault.members.roster(),
        said=said,
    )


def agree(request: HttpRequest, what: str, code: str) -> HttpResponse:
    """Agree to one thing, after its meaning was shown."""
    door = door_of(request)
    one = _awaited(door, what, code)
    if request.method == "POST" and request.POST.get("sure") == "yes":
        agreed_to(door.vault, one)
        return SeeOther(address("waiting"))
    return page(
        request,
        "people/agree.html",
        one=one,
        remains=said.remains(door.vault.erasing.remains),
        roster=door.vault.members.roster(),
        missed=request.method == "POST",
        said=said,
    )


def take_back(request: HttpRequest, what: str, code: str) -> HttpResponse:
    """Take back what one asked for."""
    door = door_of(request)
    taken_back(door.vault, _awaited(door, what, code))
    return SeeOther(address("waiting"))


def _awaited(door: Door, what: str, code: str) -> Waiting:
    try:
        return awaited(door.vault, what, code)
    except NotEntitled:
        raise Http404 from None
