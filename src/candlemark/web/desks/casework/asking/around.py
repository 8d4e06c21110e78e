"""What is asked about what stands beside the stages: letters, answers, notes, contradictions."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from candlemark.casefile import facts
from candlemark.web.desks.casework.asking.sources import says_so
from candlemark.web.forms import fields
from candlemark.web.forms.statement import StatementForm


class InterventionForm(StatementForm):
    """Somebody spoke up for the person."""

    fact = facts.InterventionMade
    when = fields.When(_("When"), may_be_absent=True)
    by = fields.Texts(
        _("Which organisation"),
        long=False,
        hint=_("A private person who did it is a person of the case instead."),
    )
    to = fields.Texts(_("To whom"), long=False)
    mechanism = fields.Term_(_("Body that spoke, or was spoken to"), "mechanisms")
    persons = fields.Things(_("For whom"), "person")
    words = fields.Texts(_("What was said or asked"))
    sources = says_so()


class AnswerForm(StatementForm):
    """What came back."""

    fact = facts.InterventionAnswered
    intervention = fields.Thing(_("To what"), "intervention", needed=True)
    when = fields.When(_("When"))
    words = fields.Texts(_("What came back"))
    sources = says_so()


class NoteForm(StatementForm):
    """Something worth keeping beside the stages."""

    fact = facts.NoteMade
    words = fields.Texts(_("Note"), needed=True, hint=_("Name nobody."))
    when = fields.When(_("When"))
    persons = fields.Things(_("About whom"), "person")
    sources = says_so()


class ContradictionForm(StatementForm):
    """Statements that cannot all be true; and, if decided, which is shown."""

    fact = facts.ContradictionNoted
    statements = fields.Things(_("Which statements cannot all be true"), "statement", needed=True)
    shown = fields.Thing(
        _("Which of them is shown"),
        "statement",
        hint=_("Leave it open to show them beside each other."),
    )
    words = fields.Texts(_("Why"))
    sources = says_so()
