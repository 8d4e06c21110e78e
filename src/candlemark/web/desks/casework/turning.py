"""The pages on which two cases become one, or one becomes two."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from django.urls import reverse

from candlemark.web.desks.casework.asking.turning import MergeForm, MoveForm
from candlemark.web.desks.casework.writing import KEPT, Draft, keep, the_case
from candlemark.web.forms.faults import Faults
from candlemark.web.forms.setting import Setting
from candlemark.web.pages import page
from candlemark.web.threshold import SeeOther

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from candlemark.web.forms.statement import StatementForm


def merge(request: HttpRequest, case_id: str) -> HttpResponse:
    """Say that this case is the same as another, which then shows what was said in both."""
    return _turn(request, case_id, MergeForm, "merged")


def split(request: HttpRequest, case_id: str) -> HttpResponse:
    """Say that statements of this case belong to another one."""
    return _turn(request, case_id, MoveForm, "moved")


def _turn(
    request: HttpRequest, case_id: str, form: type[StatementForm], done: str
) -> HttpResponse:
    case = the_case(request, case_id)
    others = tuple(one for one in case.door.cases() if one.id != case.file.id)
    setting = Setting(case.reader, case.door.edition, case.file, case.setting.live, others)
    sent: Any = request.POST if request.method == "POST" else None
    draft = Draft.of(setting, form, sent, case_id=case.file.id)
    outcome = None if sent is None or "more" in sent else keep(case, draft, sent)
    if outcome is not None and outcome.status is KEPT:
        to = request.POST.get("into") or case.file.id
        return SeeOther(f"{reverse('case', args=[to])}?kept={done}")
    return page(
        request,
        "casework/turning.html",
        status=outcome.status if outcome else HTTPStatus.OK,
        case=case.file,
        form=draft.form,
        faults=outcome.faults if outcome else Faults(),
        merging=form is MergeForm,
        others=others,
    )
