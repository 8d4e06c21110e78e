"""The pages on which two cases become one, or one becomes two."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING, Final

from django.urls import reverse

from candlemark.casefile.choosing import alone, candidates
from candlemark.web.carried import fills_again
from candlemark.web.desks.casework.asking.turning import MergeForm, MoveForm
from candlemark.web.desks.casework.writing import KEPT, Draft, keep, keeps, sent_to, the_case
from candlemark.web.forms.faults import Faults
from candlemark.web.forms.setting import Setting
from candlemark.web.pages import page
from candlemark.web.threshold import SeeOther

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

LOOK: Final = "look-for"
"""The box in which the other case is looked for; what is typed travels in the body of the form."""
_LONGEST: Final = 300


@fills_again
def merge(request: HttpRequest, case_id: str) -> HttpResponse:
    """Say that this case is the same as another, which then shows what was said in both."""
    return _turn(request, case_id, MergeForm, "merged")


@fills_again
def split(request: HttpRequest, case_id: str) -> HttpResponse:
    """Say that statements of this case belong to another one."""
    return _turn(request, case_id, MoveForm, "moved")


def _turn(
    request: HttpRequest, case_id: str, form: type[MergeForm | MoveForm], done: str
) -> HttpResponse:
    case = the_case(request, case_id)
    ledger, today = case.door.vault.ledger, case.door.today()
    typed, chosen = request.POST.get(LOOK, "")[:_LONGEST], request.POST.get(form.other, "")
    found = candidates(ledger, typed, today, chosen=chosen, without=case.file.id)
    setting = Setting(case.reader, case.door.edition, case.file, case.setting.live, found)
    draft = Draft.of(setting, form, sent_to(request), case_id=case.file.id)
    outcome = keep(case, draft, request.POST) if keeps(request) else None
    if outcome is not None and outcome.status is KEPT:
        to = chosen if form is MergeForm else case.file.id
        return SeeOther(f"{reverse('case', args=[to])}?kept={done}")
    return page(
        request,
        "casework/turning.html",
        status=outcome.status if outcome else HTTPStatus.OK,
        case=case.file,
        form=draft.form,
        faults=outcome.faults if outcome else Faults(),
        merging=form is MergeForm,
        alone=alone(ledger),
        typed=typed,
        found=found,
    )
