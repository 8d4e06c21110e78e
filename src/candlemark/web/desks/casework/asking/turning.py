"""What is asked where statements are taken back, or cases turn out to be one or two."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from candlemark.casefile import facts
from candlemark.web.forms import choices, questions
from candlemark.web.forms.statement import StatementForm


class WithdrawForm(StatementForm):
    """A statement is taken back."""

    fact = facts.Withdrawn
    statements = choices.Things(_("Which statements"), "statement", needed=True)
    words = questions.Texts(_("Why"))


class MergeForm(StatementForm):
    """This case is the same as another."""

    fact = facts.CaseMerged
    other = "into"
    """The question that asks for the other case."""
    into = choices.Thing(_("The case that stays"), "case", needed=True)
    words = questions.Texts(_("Why"))


class MoveForm(StatementForm):
    """Statements of this case belong to another one."""

    fact = facts.StatementsMoved
    other = "to"
    """The question that asks for the other case."""
    statements = choices.Things(_("Which statements"), "statement", needed=True)
    to = choices.Thing(_("To which case"), "case", needed=True)
    words = questions.Texts(_("Why"))
