"""A case on paper: asks for what is told of it and for its dossier."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import Http404, HttpResponse

from candlemark.casefile import account, pathways_now
from candlemark.casefile.basis import basis
from candlemark.casefile.naming import Naming
from candlemark.casefile.roles import Right
from candlemark.errors import NotUnderstood
from candlemark.ids import check_id
from candlemark.tongues import INTERFACE, NAMES
from candlemark.web.desks.printed.elsewhere import elsewhere
from candlemark.web.doors import door_of
from candlemark.web.dossier import Choices, Setting, dossier_file
from candlemark.web.pages import page
from candlemark.web.picture import picture
from candlemark.web.tongue import reader_of

if TYPE_CHECKING:
    from django.http import HttpRequest

    from candlemark.casefile import CaseFile
    from candlemark.web.doors import Door


def timeline(request: HttpRequest, case_id: str) -> HttpResponse:
    """The timeline of a case as a picture and as a table, to be read or printed."""
    door, reader = door_of(request), reader_of(request)
    case = _case(door, case_id)
    told = account(case, door.edition, door.today(), pathways_now(door.vault.ledger))
    drawn = picture(told, reader, door.today())
    return page(
        request,
        "printed/timeline.html",
        case=case,
        told=told,
        naming=Naming(case),
        picture=drawn,
        undated=[reader.number(drawn.axis.numbers[one]) for one in drawn.axis.undated]
        if drawn
        else [],
        rests=lambda row: basis(case, row.sources).value,
        today=door.today(),
        elsewhere=elsewhere(door, reader, case.id),
    )


def dossier(request: HttpRequest, case_id: str) -> HttpResponse:
    """What is asked before a dossier is made: with names or without, in which tongue."""
    door = door_of(request)
    case = _case(door, case_id)
    return page(
        request,
        "printed/dossier.html",
        case=case,
        naming=Naming(case),
        named=any(person.names for person in case.persons),
        speaks=[(tag, NAMES[tag]) for tag in INTERFACE],
    )


def dossier_file_of(request: HttpRequest, case_id: str) -> HttpResponse:
    """The dossier itself, in the tongue of its address."""
    door, reader = door_of(request), reader_of(request)
    case = _case(door, case_id)
    choices = Choices(
        names=request.GET.get("names") == "with" and door.may(Right.SEE_IDENTITIES),
        notes=request.GET.get("notes") != "without",
    )
    ledger = door.vault.ledger
    setting = Setting(door.edition, reader, door.today(), pathways_now(ledger))
    content = dossier_file(case, ledger, setting, choices)
    response = HttpResponse(content, content_type="application/pdf")
    response.headers["Content-Disposition"] = f'attachment; filename="dossier-{case.id}.pdf"'
    return response


def _case(door: Door, case_id: str) -> CaseFile:
    try:
        return door.case(check_id(case_id, "case"))
    except NotUnderstood:
        raise Http404 from None  # what is no identifier gets the words of one that is not there
