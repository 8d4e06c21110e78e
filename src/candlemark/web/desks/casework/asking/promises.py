"""What is asked about what a person allows and fears, and about what comes next."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from candlemark.casefile import facts
from candlemark.web.desks.casework.asking.sources import says_so
from candlemark.web.forms import choices, questions
from candlemark.web.forms.statement import StatementForm

STEP_FORMS = (
    (facts.StepForm.TASK, _("something to do")),
    (facts.StepForm.HEARING, _("a hearing")),
    (facts.StepForm.DEADLINE, _("a last day")),
    (facts.StepForm.REVIEW, _("a day to look again")),
)
STEP_OUTCOMES = (
    (facts.StepOutcome.DONE, _("done")),
    (facts.StepOutcome.DROPPED, _("no longer needed")),
    (facts.StepOutcome.MISSED, _("missed")),
)


class ConsentForm(StatementForm):
    """A person was asked about one use of what they told."""

    fact = facts.ConsentStated
    person = choices.Thing(_("Person"), "person", needed=True)
    use = choices.OneTerm(_("For what"), "consent-uses", needed=True)
    answer = choices.OrAbsent(_("What they said"), (("given", _("they agreed")),), needed=True)
    when = questions.When(_("When they were asked"))
    detail = choices.OneTerm(
        _("How exactly it may be told"),
        "consent-details",
        hint=_("Where nobody was asked, the least is told."),
    )
    review = questions.When(_("When to ask again"))
    words = questions.Texts(_("In their words, or on what conditions"))
    sources = says_so()


class ConsentEndForm(StatementForm):
    """A person took their consent back."""

    fact = facts.ConsentWithdrawn
    consent = choices.Thing(_("Which consent"), "consent", needed=True)
    when = questions.When(_("When"))
    words = questions.Texts(_("In their words"))
    sources = says_so()


class RestraintForm(StatementForm):
    """What may not be done, because of what a person fears."""

    fact = facts.RestraintStated
    person = choices.Thing(_("Person"), "person", needed=True)
    words = questions.Texts(_("What they fear"), hint=_("Name nobody."))
    restraints = choices.Terms(_("What may therefore not be done"), "restraints")
    sources = says_so()


class NextStepForm(StatementForm):
    """What is to be done or to happen next."""

    fact = facts.NextStep
    what = questions.Texts(
        _("What comes next"),
        long=False,
        needed=True,
        hint=_("Read in lists and over shoulders: name nobody."),
    )
    due = questions.When(_("By when"))
    form = questions.Choice(_("What it is"), STEP_FORMS, make=facts.StepForm, needed=True)
    person = choices.Thing(_("For whom"), "person", folded=True)
    proceeding = choices.Thing(_("In which proceeding"), "proceeding", folded=True)
    sources = says_so()


class StepDoneForm(StatementForm):
    """A next step is over."""

    fact = facts.StepDone
    step = choices.Thing(_("Which step"), "step", needed=True)
    outcome = questions.Choice(
        _("How it ended"), STEP_OUTCOMES, make=facts.StepOutcome, needed=True
    )
    when = questions.When(_("When"))
    words = questions.Texts(_("What came of it"))
    sources = says_so()
