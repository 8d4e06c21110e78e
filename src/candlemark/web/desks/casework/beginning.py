"""A new case, one question a page.  Every page keeps what it asked as soon as it is sent.

The steps are pages over the case that has been begun: leaving at any of them loses nothing,
each can be skipped, and each can be come back to.
"""

from __future__ import annotations

from dataclasses import dataclass
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Final

from django.http import Http404
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from candlemark.casefile import account, facts
from candlemark.casefile.consent import reviews
from candlemark.casefile.gaps import gaps
from candlemark.casefile.next_steps import waiting
from candlemark.web.carried import fills_again
from candlemark.web.desks.casework.asking import FORM_OF, FORMS
from candlemark.web.desks.casework.writing import KEPT, Draft, keep, keeps, sent_to, the_case
from candlemark.web.forms.faults import Faults
from candlemark.web.forms.setting import kind_name
from candlemark.web.pages import page
from candlemark.web.threshold import SeeOther

if TYPE_CHECKING:
    from collections.abc import Mapping

    from django.http import HttpRequest, HttpResponse

    from candlemark.casefile.facts import Statement
    from candlemark.web.desks.casework.writing import Case, Outcome


@dataclass(frozen=True)
class Step:
    """One page of a new case."""

    word: str
    """Names it in the address."""
    title: Any
    lead: Any
    kind: str
    """Which form it asks from."""
    only: tuple[str, ...]
    """The questions it asks."""
    person: bool = False
    """Whether it is about one person, and comes once for each."""


STEPS: Final = (
    Step(
        "when",
        _("When and where"),
        _("As exactly as you know, and no more. A year alone is worth keeping."),
        "incident",
        ("when", "until", "country", "place", "region", "words", "sources"),
    ),
    Step(
        "acts",
        _("What was done"),
        _("The law has words for acts. Choose the nearest; you can add several."),
        "incident",
        ("acts",),
    ),
    Step(
        "why",
        _("Why they were attacked"),
        _("The characteristic the attack was aimed at, and who says so."),
        "incident",
        ("grounds",),
    ),
    Step(
        "signs",
        _("What points to bias"),
        _("Each sign has its note beside it. Tick what there was."),
        "incident",
        ("indicators",),
    ),
    Step(
        "speech",
        _("Hate speech"),
        _(
            "Six questions decide whether speech may be treated as a crime. Skip this page unless "
            "something said, written or shown is at issue."
        ),
        "incident",
        ("speech", "speech_outcome"),
    ),
    Step(
        "who",
        _("Who is in it"),
        _("One person at a time, by their part in the case. Names come on a page of their own."),
        "person",
        ("roles", "note", "sources"),
    ),
    Step(
        "name",
        _("Who this is"),
        _(
            "Names are sealed apart from everything else. Skip this page if a name would put "
            "somebody in danger."
        ),
        "identity",
        ("names", "birth", "notes"),
        person=True,
    ),
    Step(
        "fears",
        _("What they fear"),
        _("And what may therefore not be done: everybody who opens the case sees it first."),
        "restraint",
        ("words", "restraints"),
        person=True,
    ),
    Step(
        "stage",
        _("Where it stands now"),
        _("The last thing an authority did. Earlier ones can be added later."),
        "stage",
        ("person", "stage", "when", "authority", "outcome", "sentence", "note", "sources"),
    ),
    Step(
        "next",
        _("What comes next"),
        _("One thing, with its day if there is one. Without it nobody is reminded."),
        "next-step",
        ("what", "due", "form"),
    ),
)
"""The pages in order; the title comes before them, the end after."""
REFUSED: Final = HTTPStatus.UNPROCESSABLE_ENTITY
BY_WORD: Final = {step.word: step for step in STEPS}
DONE: Final = "done"
IN_THE_ROW: Final = tuple(step for step in STEPS if not step.person)


@fills_again
def begin(request: HttpRequest, case_id: str, word: str) -> HttpResponse:
    """One page of a new case, kept as soon as it is sent."""
    case = the_case(request, case_id)
    if word == DONE:
        return _end(case)
    step = BY_WORD.get(word)
    if step is None:
        raise Http404
    person = _person(case, step)
    draft = _draft(case, step, person)
    if keeps(request) and draft.blank:
        return SeeOther(_skip(case, step, person))  # an empty page is a page that was skipped
    outcome = _kept(case, draft)
    if outcome is not None and outcome.status is KEPT:
        return SeeOther(_after(case, step, person))
    return page(
        request,
        "casework/begin.html",
        status=outcome.status if outcome else HTTPStatus.OK,
        case=case.file,
        setting=case.setting,
        form=draft.form,
        source=draft.new_source,
        faults=outcome.faults if outcome else Faults(),
        before=draft.before,
        step=step,
        place=_place(step),
        of=len(IN_THE_ROW) + 1,
        person=person,
        back=_address(case, _neighbour(step, -1)),
        onward=_skip(case, step, person),
        conflict=[(one.id, case.told(one)) for one in outcome.conflict.theirs]
        if outcome and outcome.conflict
        else [],
        here=request.get_full_path(),
    )


def _draft(case: Case, step: Step, person: str) -> Draft:
    """What the page asks, over what was said before."""
    request = case.request
    sent = sent_to(request)
    before = _before(case, step, person)
    fixed: Mapping[str, Any] = {"person": person} if step.person else {}
    start: dict[str, Any] = (
        {"form": facts.StepForm.TASK} if step.kind == "next-step" and before is None else {}
    )
    if step.word == "stage" and len(case.file.persons) == 1 and before is None:
        start = {"person": case.file.persons[0].id}
    return Draft.of(
        case.setting,
        FORMS[step.kind],
        sent,
        case_id=case.file.id,
        before=before,
        start=start,
        only=step.only,
        fixed=fixed,
    )


def _before(case: Case, step: Step, person: str) -> Statement | None:
    """What the page corrects: what the form was opened over, else what stands of its kind now.

    Of persons there are many, and each is added; of the rest of a new case there is one.
    """
    opened = case.request.POST.get("before", "")
    if opened:
        return case.statement(opened)
    if step.word == "who":
        return None
    kind = FORMS[step.kind].fact
    for one in case.stands.live:
        if type(one) is kind and (not step.person or getattr(one, "person", "") == person):
            return one
    return None


def _person(case: Case, step: Step) -> str:
    """The person a page is about.

    Raises:
        Http404: it names nobody of the case.
    """
    if not step.person:
        return ""
    person = case.request.POST.get("about") or case.request.GET.get("person", "")
    if all(one.id != person for one in case.file.persons):
        raise Http404
    return person


def _kept(case: Case, draft: Draft) -> Outcome | None:
    return keep(case, draft, case.request.POST) if keeps(case.request) else None


# From page to page


def _neighbour(step: Step, by: int) -> Step | None:
    """The page before or after in the row; the pages of one person stand after ``who``."""
    if step.person:
        return BY_WORD["who"] if by < 0 else BY_WORD["stage"]
    at = IN_THE_ROW.index(step) + by
    return IN_THE_ROW[at] if 0 <= at < len(IN_THE_ROW) else None


def _place(step: Step) -> int:
    """Which page of the row it is, the title being the first."""
    return IN_THE_ROW.index(BY_WORD["who"] if step.person else step) + 2


def _address(case: Case, step: Step | None, person: str = "") -> str:
    if step is None:
        return ""
    found = reverse("record", args=[case.file.id, step.word])
    return f"{found}?person={person}" if person else found


def _skip(case: Case, step: Step, person: str) -> str:
    """Where a page that is skipped leads."""
    if step.word == "name":
        return _address(case, BY_WORD["fears"], person)
    if step.word == "fears":
        return _address(case, BY_WORD["who"])
    onward = _neighbour(step, 1)
    return _address(case, onward) or reverse("record", args=[case.file.id, DONE])


def _after(case: Case, step: Step, person: str) -> str:
    """Where a page that was kept leads: a new person has pages of their own."""
    if step.word == "who":
        said = case.door.case(case.file.id)
        return _address(case, BY_WORD["name"], said.persons[-1].id)
    return _skip(case, step, person)


def _end(case: Case) -> HttpResponse:
    """What was recorded, what is missing, what is due."""
    file, door = case.file, case.door
    told = account(file, door.edition, door.today())
    return page(
        case.request,
        "casework/begun.html",
        case=file,
        setting=case.setting,
        recorded=[
            (kind_name(type(one)), case.told(one))
            for one in case.stands.live
            if type(one) in FORM_OF
        ],
        gaps=gaps(file, case.setting.edition),
        waiting=waiting(file),
        reviews=reviews(file, door.today()),
        limits=[row for row in told.limits if row.days_left is not None and row.days_left >= 0],
    )
