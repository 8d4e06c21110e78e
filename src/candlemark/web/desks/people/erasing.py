"""Asking that everything sealed about a person is erased; what is lost is said before.

The person is named by their identifier, which is sent and stands in no address; so nothing about an
erasure is left in the history of a browser or the log of a machine in between.
"""

from __future__ import annotations

from contextlib import suppress
from http import HTTPStatus
from typing import TYPE_CHECKING

from candlemark import casefile
from candlemark.casefile.naming import Naming
from candlemark.casefile.roles import Right, may
from candlemark.errors import NotUnderstood
from candlemark.ids import check_id
from candlemark.ledger.erasing import REASONS
from candlemark.ledger.waiting import waiting
from candlemark.web.desks.people import said
from candlemark.web.doors import door_of
from candlemark.web.forms.setting import kind_name
from candlemark.web.jinja import address
from candlemark.web.pages import page
from candlemark.web.threshold import SeeOther

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from candlemark.casefile import CaseFile
    from candlemark.web.doors import Door


def ask(request: HttpRequest) -> HttpResponse:
    """Ask whom it is about; say what is lost; and ask for the erasure when all of it is said."""
    person = request.POST.get("person", "").strip()
    if not person:
        return page(request, "people/erase.html", person="", unknown=request.method == "POST")
    door = door_of(request)
    parts = _parts(door, person)
    if not parts:
        status = HTTPStatus.UNPROCESSABLE_ENTITY
        return page(request, "people/erase.html", status=status, person="", unknown=True)
    waits = [one for one in waiting(door.vault) if one.erasure and one.erasure.subject == person]
    remains = said.remains(door.vault.erasing.remains)
    reason, sure = request.POST.get("reason", ""), request.POST.get("sure") == "yes"
    if sure and reason in REASONS and not waits:
        asked = door.vault.erasing.ask(person, reason)
        if asked.agreed is None:
            return SeeOther(address("waiting"))
        return page(request, "people/erased.html", erased_parts=len(asked.parts), remains=remains)
    found = _case(door, request.POST.get("case", ""), person)
    return page(
        request,
        "people/erase.html",
        person=person,
        parts_about=parts,
        waits=waits,
        remains=remains,
        case=found,
        naming=Naming(found) if found else None,
        lost=[
            (kind_name(kind), count)
            for kind, count in casefile.lost_with(door.vault.ledger, found.id, person)
        ]
        if found
        else [],
        reasons=[(code, said.reason(code)) for code in REASONS],
        reason=reason,
        missed="sure" in request.POST or "reason" in request.POST,
        alone=len(door.vault.members.roster().present) == 1,
    )


def _parts(door: Door, person: str) -> int:
    """How many sealed parts are about a person; 0 for what is no identifier of one."""
    with suppress(NotUnderstood):
        return sum(1 for _ in door.vault.ledger.parts_about(check_id(person, "person")))
    return 0


def _case(door: Door, case_id: str, person: str) -> CaseFile | None:
    """The case the person was shown in, for whoever may read it."""
    if not case_id or not may(door.me.roles, Right.READ_CASES):
        return None
    with suppress(NotUnderstood):
        found = door.case(check_id(case_id, "case"))
        return found if any(one.id == person for one in found.persons) else None
    return None
