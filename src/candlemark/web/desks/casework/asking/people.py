"""What is asked about persons: their part in the case, who they are, what they fear and allow."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from candlemark.casefile import facts
from candlemark.web.desks.casework.asking.sources import says_so
from candlemark.web.forms import fields
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
    roles = fields.Terms(
        _("Part in the case"),
        "roles",
        needed=True,
        hint=_("A suspect is a suspect until convicted. Several may hold."),
    )
    note = fields.Texts(_("Note"), hint=_("Whoever may read the case reads this. Name nobody."))
    is_public = fields.Yes(
        _("A public figure in this matter, and the case is public"),
        hint=_("Leave it empty if you are in doubt."),
        folded=True,
    )
    sources = says_so()


class SpellingForm(StatementForm):
    """A name as one source writes it."""

    fact = facts.Spelling
    telling = ("text", "sources")
    text = fields.Line(_("Name, as it is written"), needed=True)
    language = fields.Tongue(_("In which language and script"))
    sources = fields.Things(_("Who writes it so"), "source")


class IdentityForm(StatementForm):
    """Who a person is: sealed apart from everything else."""

    fact = facts.IdentityStated
    person = fields.Thing(_("Person"), "person", needed=True)
    names = fields.Rows(
        _("Names"),
        lambda: SpellingForm,
        add=_("Add another spelling"),
        needed=True,
        hint=_(
            "One row for each spelling. The first is the one to show: as their people write it."
        ),
    )
    birth = fields.When(_("Born"), may_be_absent=True)
    notes = fields.Texts(_("What helps to tell this person from others"), folded=True)
    sources = says_so()


class LifeForm(StatementForm):
    """A turn in a person's life beside the stages of justice."""

    fact = facts.LifeTurned
    person = fields.Thing(_("Person"), "person", needed=True)
    turn = fields.Choice(_("What changed"), TURNS, make=facts.Turn, needed=True)
    when = fields.When(_("When"), may_be_absent=True)
    country = fields.Country(_("Where to, for a departure"), folded=True)
    words = fields.Texts(_("In words"))
    sources = says_so()
