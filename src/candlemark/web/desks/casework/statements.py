"""The pages that add, correct, take back and bring back one statement of a case."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from django.http import Http404
from django.urls import reverse

from candlemark.web.carried import fills_again
from candlemark.web.desks.casework.asking import FORM_OF, FORMS
from candlemark.web.desks.casework.asking.turning import WithdrawForm
from candlemark.web.desks.casework.writing import KEPT, Draft, keep, keeps, sent_to, the_case
from candlemark.web.forms.faults import Faults
from candlemark.web.forms.setting import kind_name
from candlemark.web.forms.told import told
from candlemark.web.pages import page
from candlemark.web.threshold import SeeOther

if TYPE_CHECKING:
    from collections.abc import Mapping

    from django.http import HttpRequest, HttpResponse

    from candlemark.casefile.facts import Statement
    from candlemark.web.desks.casework.writing import Case, Outcome
    from candlemark.web.forms.statement import StatementForm


@fills_again
def add(request: HttpRequest, case_id: str, kind: str) -> HttpResponse:
    """Add a statement of one kind."""
    case = the_case(request, case_id)
    if kind not in FORMS:
        raise Http404
    form = FORMS[kind]
    draft = Draft.of(
        case.setting,
        form,
        sent_to(request),
        case_id=case.file.id,
        start=_chosen(request, form),
    )
    return _answer(case, draft)


@fills_again
def correct(request: HttpRequest, case_id: str, fact_id: str) -> HttpResponse:
    """Correct a statement: a new one takes its place, and the old one stays in the history."""
    case = the_case(request, case_id)
    before = case.statement(fact_id)
    if sent_to(request) is None and before.id not in case.setting.live:
        heirs = case.heirs(before)
        if heirs:
            return SeeOther(reverse("correct", args=[case.file.id, heirs[0].id]))
        return SeeOther(reverse("case", args=[case.file.id]))
    draft = Draft.of(
        case.setting,
        FORM_OF[type(before)],
        sent_to(request),
        case_id=case.file.id,
        before=before,
    )
    return _answer(case, draft)


@fills_again
def withdraw(request: HttpRequest, case_id: str, fact_id: str) -> HttpResponse:
    """Take a statement back."""
    case = the_case(request, case_id)
    return _turn(case, case.statement(fact_id), fact_id, back=False)


@fills_again
def restore(request: HttpRequest, case_id: str, fact_id: str) -> HttpResponse:
    """Bring back a statement that was taken back: what took it back is itself taken back."""
    case = the_case(request, case_id)
    statement = case.statement(fact_id)
    saying = next(one for one in case.stands.history if one.fact == fact_id)
    if saying.stands != "withdrawn" and sent_to(request) is None:
        return SeeOther(reverse("case", args=[case.file.id]))
    return _turn(case, statement, *saying.by, back=True)


def _turn(case: Case, statement: Statement, *taken: str, back: bool) -> HttpResponse:
    """Ask why statements are taken back, and take them back."""
    draft = Draft.of(
        case.setting,
        WithdrawForm,
        sent_to(case.request),
        case_id=statement.case,
        only=("words",),
        fixed={"statements": taken},
    )
    outcome = _kept(case, draft)
    if outcome is not None and outcome.status is KEPT:
        return _back(case, "restored" if back else "withdrawn")
    return page(
        case.request,
        "casework/turn.html",
        status=outcome.status if outcome else HTTPStatus.OK,
        case=case.file,
        form=draft.form,
        faults=outcome.faults if outcome else Faults(),
        statement=statement,
        name=kind_name(type(statement)),
        told=case.told(statement),
        back=back,
    )


def _answer(case: Case, draft: Draft) -> HttpResponse:
    """The form, what is wrong with it, what stands against it; or, once kept, the case."""
    outcome = _kept(case, draft)
    if outcome is not None and outcome.status is KEPT:
        return _back(case, draft.name or "title")
    if outcome is not None and outcome.conflict is not None:
        return _undecided(case, draft, outcome)
    return page(
        case.request,
        "casework/statement.html",
        status=outcome.status if outcome else HTTPStatus.OK,
        faults=outcome.faults if outcome else Faults(),
        **shown_of(case, draft),
    )


def shown_of(case: Case, draft: Draft) -> dict[str, Any]:
    """What every page with the form of a statement shows."""
    return {
        "case": case.file,
        "form": draft.form,
        "source": draft.new_source,
        "name": kind_name(draft.form.fact),
        "word": draft.name,
        "before": draft.before,
        "here": case.request.get_full_path(),
    }


def _undecided(case: Case, draft: Draft, outcome: Outcome) -> HttpResponse:
    """Both sides, to be decided about; what was typed travels with the form."""
    conflict = outcome.conflict
    kind = type(draft.form)
    typed = [
        (name, value)
        for name, values in case.request.POST.lists()
        if name not in {"form_token", "seen", "decide"}
        for value in values
    ]
    return page(
        case.request,
        "casework/conflict.html",
        status=outcome.status,
        case=case.file,
        name=kind_name(draft.form.fact),
        theirs=[(one.id, case.told(one)) for one in conflict.theirs] if conflict else [],
        mine=told(case.setting, kind, conflict.mine) if conflict else [],
        typed=typed,
        here=case.request.get_full_path(),
    )


def _kept(case: Case, draft: Draft) -> Outcome | None:
    """What became of what was sent; None where nothing was sent to be kept."""
    return keep(case, draft, case.request.POST) if keeps(case.request) else None


def _chosen(request: HttpRequest, form: type[StatementForm]) -> Mapping[str, Any]:
    """What a link to the form chose: the person, the proceeding it stands beside on the page."""
    names = {
        "person",
        "proceeding",
        "intervention",
        "consent",
        "step",
        "statements",
        "stage",
        "turn",
    }
    found: dict[str, Any] = {}
    for name in names & form.base_fields.keys():
        values = request.GET.getlist(name)
        if values:
            found[name] = tuple(values) if name == "statements" else values[0]
    return found


def _back(case: Case, kept: str) -> SeeOther:
    """To the case, which says in words what was kept."""
    return SeeOther(f"{reverse('case', args=[case.file.id])}?kept={kept}")
