"""What is asked about a source, and the question under every statement: who says so."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from candlemark.casefile import facts
from candlemark.web.forms import choices, questions
from candlemark.web.forms.statement import StatementForm

FORMS = (
    (facts.SourceForm.PUBLICATION, _("something published")),
    (facts.SourceForm.DOCUMENT, _("a document")),
    (facts.SourceForm.PERSON, _("a person of this case")),
)


def says_so() -> choices.Things:
    """Who says so: the sources of the case, to be ticked."""
    return choices.Things(
        _("Who says so"),
        "source",
        hint=_("Tick nothing if your group says so itself."),
    )


class SourceForm(StatementForm):
    """Something, or somebody, says something about the case."""

    fact = facts.SourceCited
    telling = ("title", "address", "person", "retrieved", "reliability", "evidence", "note")
    form = questions.Choice(_("What it is"), FORMS, make=facts.SourceForm, needed=True)
    title = questions.Texts(
        _("Title"), long=False, hint=_("For a person leave it empty and choose the person below.")
    )
    person = choices.Thing(_("The person"), "person")
    address = questions.Line(
        _("Where it can be read"),
        hint=_("An address on the web or a shelf mark. It is never opened."),
    )
    retrieved = questions.When(_("When you read it there"), folded=True)
    reliability = choices.OneTerm(_("How reliable"), "reliability")
    evidence = choices.OneTerm(_("Kind of evidence"), "evidence-kinds")
    note = questions.Texts(_("Note"), long=False, folded=True)
