"""What is asked about persons: their part in the case, who they are, what they fear and allow."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from candlemark.casefile import facts
from candlemark.web.desks.casework.asking.sources import says_so
from candlemark.web.forms import choices, questions
from candlemark.web.forms.statement import StatementForm

TURNS = (
    (facts.Turn.DETAINED, _("Detained")),
    (facts.Turn.FREED, _("Freed")),
    (facts.Turn.LEFT_COUNTRY, _("Left the country")),
    (facts.Turn.RETURNED, _("Returned")),
    (facts.Turn.DIED, _("Died")),
)


class PersonForm(StatementForm):
    """Somebody has a part in the case; no name."""

    fact = facts.PersonInRole
    roles = choices.Terms(
        _("Part in the case"),
        "roles",
        needed=True,
        hint=_("A suspect is a suspect until convicted. Several may hold."),
    )
    note = questions.Texts(_("Note"), hint=_("Whoever may read the case reads this. Name nobody."))
    is_public = questions.Yes(
        _("A public figure in this matter, and the case is public"),
        hint=_("Leave it empty if you are in doubt."),
        folded=True,
    )
    sources = says_so()


class SpellingForm(StatementForm):
    """A name as one source writes it."""

    fact = facts.Spelling
    telling = ("text", "sources")
    text = questions.Line(_("Name, as it is written"), needed=True)
    language = choices.Tongue(_("In which language and script"))
    sources = choices.Things(_("Who writes it so"), "source", folded=True)


class IdentityForm(StatementForm):
    """Who a person is: sealed apart from everything else."""

    fact = facts.IdentityStated
    person = choices.Thing(_("Person"), "person", needed=True)
    names = questions.Rows(
        _("Names"),
        lambda: SpellingForm,
        one=_("Spelling"),
        add=_("Add another spelling"),
        needed=True,
        hint=_(
            "One row for each spelling. The first is the one to show: as their people write it."
        ),
    )
    birth = questions.When(_("Born"), may_be_absent=True)
    notes = questions.Texts(_("What helps to tell this person from others"), folded=True)
    sources = says_so()


class LifeForm(StatementForm):
    """A turn in a person's life beside the stages of justice."""

    fact = facts.LifeTurned
    person = choices.Thing(_("Person"), "person", needed=True)
    turn = questions.Choice(_("What changed"), TURNS, make=facts.Turn, needed=True)
    when = questions.When(_("When"), may_be_absent=True)
    country = choices.Country(_("Where to, for a departure"), folded=True)
    words = questions.Texts(_("In words"))
    sources = says_so()
