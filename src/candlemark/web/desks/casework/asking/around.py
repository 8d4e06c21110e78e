"""What is asked about what stands beside the stages: letters, answers, notes, contradictions."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from candlemark.casefile import facts
from candlemark.web.desks.casework.asking.sources import says_so
from candlemark.web.forms import choices, questions
from candlemark.web.forms.statement import StatementForm


class InterventionForm(StatementForm):
    """Somebody spoke up for the person."""

    fact = facts.InterventionMade
    when = questions.When(_("When"), may_be_absent=True)
    by = questions.Texts(
        _("Which organisation"),
        long=False,
        hint=_("A private person who did it is a person of the case instead."),
    )
    to = questions.Texts(_("To whom"), long=False)
    mechanism = choices.OneTerm(_("Body that spoke, or was spoken to"), "mechanisms")
    persons = choices.Things(_("For whom"), "person")
    words = questions.Texts(_("What was said or asked"))
    sources = says_so()


class AnswerForm(StatementForm):
    """What came back."""

    fact = facts.InterventionAnswered
    intervention = choices.Thing(_("To what"), "intervention", needed=True)
    when = questions.When(_("When"))
    words = questions.Texts(_("What came back"))
    sources = says_so()


class NoteForm(StatementForm):
    """Something worth keeping beside the stages."""

    fact = facts.NoteMade
    words = questions.Texts(_("Note"), needed=True, hint=_("Name nobody."))
    when = questions.When(_("When"))
    persons = choices.Things(_("About whom"), "person")
    sources = says_so()


class ContradictionForm(StatementForm):
    """Statements that cannot all be true; and, if decided, which is shown."""

    fact = facts.ContradictionNoted
    statements = choices.Things(_("Which statements cannot all be true"), "statement", needed=True)
    shown = choices.Thing(
        _("Which of them is shown"),
        "statement",
        hint=_("Leave it open to show them beside each other."),
    )
    words = questions.Texts(_("Why"))
    sources = says_so()
