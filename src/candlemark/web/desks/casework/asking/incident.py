"""What is asked about the case itself and about what happened."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from candlemark.casefile import facts
from candlemark.web.desks.casework.asking.sources import says_so
from candlemark.web.forms import choices, questions
from candlemark.web.forms.statement import StatementForm

if TYPE_CHECKING:
    from markupsafe import Markup

    from candlemark.ledger import Fact
    from candlemark.web.forms.setting import Setting

STANDINGS = (
    (facts.GroundStanding.ALLEGED, _("alleged")),
    (facts.GroundStanding.RECOGNISED, _("recognised by an authority")),
    (facts.GroundStanding.FOUND, _("found by a court or other deciding body")),
    (facts.GroundStanding.DENIED, _("denied by an authority")),
)


class TitleForm(StatementForm):
    """Under which neutral title the case stands."""

    fact = facts.CaseOpened
    titles = questions.Texts(
        _("Title"),
        long=False,
        needed=True,
        hint=_(
            "Titles are read in lists and over shoulders. Say what happened and where; name nobody."
        ),
    )
    reference = questions.Line(
        _("Your own number of the case"),
        hint=_("If your group numbers its cases. It names nobody either."),
    )


class ActForm(StatementForm):
    """Who did what to whom."""

    fact = facts.Act
    telling = ("offence", "by", "to", "words")
    offence = choices.OneTerm(_("What was done"), "offences")
    to = choices.Things(_("To whom"), "person")
    by = choices.Things(_("By whom"), "person", hint=_("A suspect is a suspect until convicted."))
    words = questions.Texts(_("In words"), long=False)


class GroundForm(StatementForm):
    """A bias ground, and who stands behind it."""

    fact = facts.BiasGround
    telling = ("ground", "sources", "words")
    ground = choices.OneTerm(_("Bias ground"), "bias-grounds", needed=True)
    standing = questions.Choice(
        _("Who stands behind it"), STANDINGS, make=facts.GroundStanding, needed=True
    )
    words = questions.Texts(_("In words"), long=False)
    sources = choices.Things(_("Who says so"), "source", folded=True)


class SpeechForm(StatementForm):
    """The answer to one of the six questions about speech."""

    fact = facts.SpeechAnswer
    telling = ("answer", "words")
    fixed = "speech-threshold"
    part = choices.Part("speech-threshold")
    answer = choices.OrAbsent(
        _("Answer"), (("met", _("met")), ("not-met", _("not met"))), needed=True
    )
    words = questions.Texts(_("In words"), long=False)

    @classmethod
    def line(cls, setting: Setting, fact: Fact) -> Markup:
        """The question before its answer."""
        return super().line(setting, fact)


class IncidentForm(StatementForm):
    """What happened."""

    fact = facts.IncidentDescribed
    when = questions.When(_("When it happened, or began"), may_be_absent=True)
    until = questions.When(
        _("Until when"),
        folded=True,
        hint=_("Only if it lasted: its last day."),
    )
    country = choices.Country(_("Country"))
    place = questions.Texts(
        _("Place"),
        long=False,
        may_be_absent=True,
        hint=_("A city, district or region. Never an address: it can lead to a home."),
    )
    region = choices.Region(
        _("Region"),
        "regions",
        may_be_absent=True,
        hint=_(
            "So that cases can be counted by region. As exactly as you know, and no more. Whoever "
            "reads the place reads it, and nobody else."
        ),
    )
    words = questions.Texts(
        _("What happened, in a few sentences"),
        hint=_("As it was told to you. Write “the woman”, “the neighbour”; no names here."),
    )
    acts = questions.Rows(
        _("What was done to whom"), lambda: ActForm, one=_("Act"), add=_("Add another act")
    )
    grounds = questions.Rows(
        _("Why they were attacked"),
        lambda: GroundForm,
        one=_("Ground"),
        add=_("Add another ground"),
        hint=_("What the ones who acted took them for. Several grounds may stand together."),
    )
    indicators = choices.Terms(
        _("What points to bias"),
        "bias-indicators",
        hint=_("Tick what there was. An indicator is a reason to ask further, not yet a proof."),
    )
    speech = questions.Rows(
        _("Hate speech: the six questions"),
        lambda: SpeechForm,
        folded=True,
        hint=_("Only where something said, written or shown is at issue."),
    )
    speech_outcome = choices.OneTerm(
        _("What follows for the speech"), "speech-outcomes", folded=True
    )
    sources = says_so()
