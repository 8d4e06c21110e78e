"""What is asked about proceedings, charges, stages and the days from which limits run."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from candlemark.casefile import facts
from candlemark.web.desks.casework.asking.sources import says_so
from candlemark.web.forms import fields
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
    forum = fields.Choice(_("Where"), FORUMS, make=facts.Forum, needed=True)
    authority = fields.Texts(_("Authority or court"), long=False)
    agency = fields.Term_(_("Kind of authority"), "agency-types")
    mechanism = fields.Term_(_("Body beyond the state"), "mechanisms", folded=True)
    country = fields.Country(
        _("Country"), hint=_("Whose authority it is, or against which it is brought.")
    )
    docket = fields.Line(
        _("Number at the court"),
        hint=_("In a public register it leads to the names, so it stays inside."),
    )
    persons = fields.Things(_("Whom it is about"), "person")
    sources = says_so()


class ChargeForm(StatementForm):
    """An accusation under one article against one person."""

    fact = facts.ChargeBrought
    person = fields.Thing(_("Person"), "person", needed=True)
    proceeding = fields.Thing(_("Proceeding"), "proceeding")
    article = fields.Texts(_("Article of law"), long=False, hint=_("As the source has it."))
    offence = fields.Term_(_("Offence"), "offences")
    bias = fields.Answer_(_("Is bias charged"), BIAS)
    sources = says_so()


class ClaimForm(StatementForm):
    """A number a source gives."""

    fact = facts.Claim
    telling = ("what", "number")
    what = fields.Claimed(_("What is counted"), needed=True)
    number = fields.Number(_("Number"), needed=True)
    unit = fields.Unit(_("Unit"))


class StageForm(StatementForm):
    """A stage was reached, by whose act, when."""

    fact = facts.StageReached
    person = fields.Thing(
        _("Person"), "person", hint=_("Nobody, if it is about the case as a whole.")
    )
    proceeding = fields.Thing(_("Proceeding"), "proceeding")
    stage = fields.Term_(_("Stage"), "stages", needed=True)
    when = fields.When(_("When"), may_be_absent=True)
    authority = fields.Texts(_("By which authority"), long=False)
    outcome = fields.Term_(_("Outcome"), "outcomes", may_be_absent=True)
    sentence = fields.Term_(_("Sentence or measure"), "sentences")
    claims = fields.Rows(
        _("Numbers the source gives"),
        lambda: ClaimForm,
        add=_("Add another number"),
        folded=True,
        hint=_("Years of a sentence, a sum, how many persons."),
    )
    charges = fields.Things(_("Which charges"), "charge", folded=True)
    final = fields.When(_("When the decision became final"), folded=True)
    follows = fields.Things(
        _("What came before it"),
        "stage",
        folded=True,
        hint=_("For an order that the dates leave open."),
    )
    step = fields.Line(
        _("A word of your own for this time"),
        folded=True,
        hint=_("Tells apart two times the same stage was reached, or joins two sources on one."),
    )
    note = fields.Texts(_("Note"), folded=True)
    sources = says_so()


class PendingForm(StatementForm):
    """A source saw a proceeding still open on some day."""

    fact = facts.StillPending
    proceeding = fields.Thing(_("Proceeding"), "proceeding", needed=True)
    on = fields.When(_("Seen open on"), needed=True)
    person = fields.Thing(_("Person"), "person")
    stage = fields.Term_(_("Where it stood"), "stages")
    authority = fields.Texts(_("At which authority"), long=False, folded=True)
    note = fields.Texts(_("Note"), folded=True)
    sources = says_so()


class LimitForm(StatementForm):
    """A day from which time limits run."""

    fact = facts.LimitTriggered
    trigger = fields.Choice(_("What happened"), TRIGGERS, make=facts.Trigger, needed=True)
    when = fields.When(_("The day of the decision"), needed=True)
    served = fields.When(
        _("The day it was served"), hint=_("If it had to be: time then runs from that day.")
    )
    person = fields.Thing(_("Person"), "person")
    proceeding = fields.Thing(_("The proceeding that was decided"), "proceeding")
    rules = fields.Rules(
        _("Which limits"), folded=True, hint=_("Tick none to look at all of them.")
    )
    note = fields.Texts(_("Note"), folded=True)
    sources = says_so()
