"""The forms of a case, each under the word that names it in addresses."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from candlemark.web.desks.casework.asking.around import (
    AnswerForm,
    ContradictionForm,
    InterventionForm,
    NoteForm,
)
from candlemark.web.desks.casework.asking.incident import IncidentForm, TitleForm
from candlemark.web.desks.casework.asking.justice import (
    ChargeForm,
    LimitForm,
    PendingForm,
    ProceedingForm,
    StageForm,
)
from candlemark.web.desks.casework.asking.people import IdentityForm, LifeForm, PersonForm
from candlemark.web.desks.casework.asking.promises import (
    ConsentEndForm,
    ConsentForm,
    NextStepForm,
    RestraintForm,
    StepDoneForm,
)
from candlemark.web.desks.casework.asking.sources import SourceForm
from candlemark.web.desks.casework.asking.turning import MergeForm, MoveForm, WithdrawForm

if TYPE_CHECKING:
    from candlemark.ledger import Fact
    from candlemark.web.forms.statement import StatementForm

FORMS: Final[dict[str, type[StatementForm]]] = {
    "incident": IncidentForm,
    "person": PersonForm,
    "identity": IdentityForm,
    "restraint": RestraintForm,
    "consent": ConsentForm,
    "consent-withdrawn": ConsentEndForm,
    "proceeding": ProceedingForm,
    "charge": ChargeForm,
    "stage": StageForm,
    "still-pending": PendingForm,
    "life": LifeForm,
    "limit": LimitForm,
    "intervention": InterventionForm,
    "answer": AnswerForm,
    "next-step": NextStepForm,
    "step-done": StepDoneForm,
    "contradiction": ContradictionForm,
    "note": NoteForm,
    "source": SourceForm,
}
"""What can be added to a case, in the order it is offered."""

_ELSEWHERE: Final[tuple[type[StatementForm], ...]] = (TitleForm, WithdrawForm, MergeForm, MoveForm)
"""Forms that have pages of their own."""
FORM_OF: Final[dict[type[Fact], type[StatementForm]]] = {
    form.fact: form for form in (*FORMS.values(), *_ELSEWHERE)
}
"""The form each kind of statement is written, corrected and told in."""
