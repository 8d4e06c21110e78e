"""The docket, its calendar and the pathways: asks the casefile floor and shows what it says."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import Http404, HttpResponse

from candlemark import casefile
from candlemark.casefile.agenda import PAGE, Part
from candlemark.casefile.calendar_file import calendar_file
from candlemark.web.desks.due.asking import WITHIN, address_of, read
from candlemark.web.doors import door_of
from candlemark.web.due_words import in_calendar, rule_called
from candlemark.web.pages import page
from candlemark.web.tongue import reader_of

if TYPE_CHECKING:
    from django.http import HttpRequest

    from candlemark.casefile import Pathways
    from candlemark.web.doors import Door


def docket(request: HttpRequest) -> HttpResponse:
    """What is due in all cases today: what must be acted on first, first."""
    door, reader = door_of(request), reader_of(request)
    asked, part, place = read(request.GET)
    today = door.today()
    found = door.kept(
        ("agenda", today, asked, part, place),
        lambda: casefile.agenda(door.vault.ledger, today, asked, part, place),
    )
    return page(
        request,
        "due/docket.html",
        found=found,
        sections=list(Part),
        asked=asked,
        choices=WITHIN,
        rules=[(rule, rule_called(rule, reader, _pathways(door))) for rule in found.rules],
        only=lambda one, at=0: address_of(asked, one, at),
        all_of_it=address_of(asked),
        place=place,
        page_size=PAGE,
        today=today,
    )


def calendar(request: HttpRequest) -> HttpResponse:
    """What is due and has a day, as a file for a calendar."""
    door, reader = door_of(request), reader_of(request)
    asked, _part, _place = read(request.GET)
    rows = casefile.every_live_row(door.vault.ledger, door.today(), asked)
    content = calendar_file(rows, door.today(), lambda row: in_calendar(row, reader, door.edition))
    response = HttpResponse(content, content_type="text/calendar; charset=utf-8")
    response.headers["Content-Disposition"] = 'attachment; filename="docket.ics"'
    return response


def pathways(request: HttpRequest) -> HttpResponse:
    """The pathways there are: those shipped and those somebody added."""
    found = _pathways(door_of(request))
    listed = [found.by_code[code] for code in sorted(found.by_code)]
    return page(request, "due/pathways.html", pathways=listed, kept=found.kept)


def pathway(request: HttpRequest, code: str) -> HttpResponse:
    """One pathway with the article and source of each line."""
    found = _pathways(door_of(request))
    if code not in found.by_code:
        raise Http404
    return page(request, "due/pathway.html", pathway=found.by_code[code], kept=code in found.kept)


def _pathways(door: Door) -> Pathways:
    return door.kept("pathways", lambda: casefile.pathways_now(door.vault.ledger))
