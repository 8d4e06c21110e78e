"""Who said what when in a case: every statement, also those that no longer stand."""

from __future__ import annotations

from typing import TYPE_CHECKING

from candlemark.casefile.standing import Stands
from candlemark.web.desks.casework.asking import FORM_OF
from candlemark.web.desks.casework.writing import the_case
from candlemark.web.forms.setting import kind_name
from candlemark.web.pages import page

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse


def history(request: HttpRequest, case_id: str) -> HttpResponse:
    """Every statement of the case, the newest first, with what became of it."""
    case = the_case(request, case_id)
    facts = {fact.id: fact for _entry, fact in case.said}
    said = [
        (one, kind_name(type(fact)), case.told(fact), fact.supersedes)
        for one in reversed(case.stands.history)
        if type(fact := facts[one.fact]) in FORM_OF
    ]
    return page(
        request,
        "casework/history.html",
        case=case.file,
        setting=case.setting,
        may_write=case.may_write,
        said=said,
        corrected=Stands.CORRECTED,
        withdrawn=Stands.WITHDRAWN,
    )
