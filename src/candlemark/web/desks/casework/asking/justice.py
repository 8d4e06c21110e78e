"""What is asked about proceedings, charges, stages and the days from which limits run."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from candlemark.casefile import facts
from candlemark.web.desks.casework.asking.sources import says_so
from candlemark.web.forms import choices, questions
from candlemark.web.forms.statement import StatementForm

FORUMS = (
    (facts.Forum.NATIONAL, _("before the state’s authorities")),
    (facts.Forum.BEYOND, _("beyond the state")),
)
TRIGGERS = (
    (facts.Trigger.FINAL_DOMESTIC_DECISION, _("the final decision inside the country")),
    (facts.Trigger.OTHER_PROCEDURE_ENDED, _("the end of another international procedure")),
)
BIAS = (
    ("charged", _("charged as an aggravating motive")),
    ("not-charged", _("not charged as a motive")),
)


class ProceedingForm(StatementForm):
    """One course before one authority or court."""

    fact = facts.ProceedingOpened
    forum = questions.Choice(_("Where"), FORUMS, make=facts.Forum, needed=True)
    authority = questions.Texts(_("Authority or court"), long=False)
    agency = choices.OneTerm(_("Kind of authority"), "agency-types")
    mechanism = choices.OneTerm(_("Body beyond the state"), "mechanisms", folded=True)
    country = choices.Country(
        _("Country"), hint=_("Whose authority it is, or against which it is brought.")
    )
    docket = questions.Line(
        _("Number at the court"),
        hint=_("In a public register it leads to the names, so it stays inside."),
    )
    persons = choices.Things(_("Whom it is about"), "person")
    sources = says_so()


class ChargeForm(StatementForm):
    """An accusation under one article against one person."""

    fact = facts.ChargeBrought
    person = choices.Thing(_("Person"), "person", needed=True)
    proceeding = choices.Thing(_("Proceeding"), "proceeding")
    article = questions.Texts(_("Article of law"), long=False, hint=_("As the source has it."))
    offence = choices.OneTerm(_("Offence"), "offences")
    bias = choices.OrAbsent(_("Is bias charged"), BIAS)
    sources = says_so()


class ClaimForm(StatementForm):
    """A number a source gives."""

    fact = facts.Claim
    telling = ("what", "number")
    what = choices.Claimed(_("What is counted"), needed=True)
    number = questions.Number(_("Number"), needed=True)
    unit = choices.Unit(_("Unit"))


class StageForm(StatementForm):
    """A stage was reached, by whose act, when."""

    fact = facts.StageReached
    person = choices.Thing(
        _("Person"), "person", hint=_("Nobody, if it is about the case as a whole.")
    )
    proceeding = choices.Thing(_("Proceeding"), "proceeding")
    stage = choices.OneTerm(_("Stage"), "stages", needed=True)
    when = questions.When(_("When"), may_be_absent=True)
    authority = questions.Texts(_("By which authority"), long=False)
    outcome = choices.OneTerm(_("Outcome"), "outcomes", may_be_absent=True)
    sentence = choices.OneTerm(_("Sentence or measure"), "sentences")
    claims = questions.Rows(
        _("Numbers the source gives"),
        lambda: ClaimForm,
        one=_("Number"),
        add=_("Add another number"),
        folded=True,
        hint=_("Years of a sentence, a sum, how many persons."),
    )
    charges = choices.Things(_("Which charges"), "charge", folded=True)
    final = questions.When(_("When the decision became final"), folded=True)
    follows = choices.Things(
        _("What came before it"),
        "stage",
        folded=True,
        hint=_("For an order that the dates leave open."),
    )
    step = questions.Line(
        _("A word of your own for this time"),
        folded=True,
        hint=_("Tells apart two times the same stage was reached, or joins two sources on one."),
    )
    note = questions.Texts(_("Note"), folded=True)
    sources = says_so()


class PendingForm(StatementForm):
    """A source saw a proceeding still open on some day."""

    fact = facts.StillPending
    proceeding = choices.Thing(_("Proceeding"), "proceeding", needed=True)
    on = questions.When(_("Seen open on"), needed=True)
    person = choices.Thing(_("Person"), "person")
    stage = choices.OneTerm(_("Where it stood"), "stages")
    authority = questions.Texts(_("At which authority"), long=False, folded=True)
    note = questions.Texts(_("Note"), folded=True)
    sources = says_so()


class LimitForm(StatementForm):
    """A day from which time limits run."""

    fact = facts.LimitTriggered
    trigger = questions.Choice(_("What happened"), TRIGGERS, make=facts.Trigger, needed=True)
    when = questions.When(_("The day of the decision"), needed=True)
    served = questions.When(
        _("The day it was served"), hint=_("If it had to be: time then runs from that day.")
    )
    person = choices.Thing(_("Person"), "person")
    proceeding = choices.Thing(_("The proceeding that was decided"), "proceeding")
    rules = choices.Rules(
        _("Which limits"), folded=True, hint=_("Tick none to look at all of them.")
    )
    note = questions.Texts(_("Note"), folded=True)
    sources = says_so()
