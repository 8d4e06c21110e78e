"""How forms, states, reasons and refusals of submissions are said, in the tongue being spoken."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, NamedTuple

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop as N_  # noqa: N812 - the name gatherers know

from candlemark.publish.submissions import State, Why
from candlemark.tongues import NAMES

if TYPE_CHECKING:
    from candlemark.errors import CandlemarkError
    from candlemark.publish.submissions import SubmissionForm
    from candlemark.web.reader import Reader


class Form(NamedTuple):
    """A form as a page names it."""

    code: str
    title: str
    about: str


class Refused(NamedTuple):
    """Why something cannot go on, and what to do."""

    happened: str
    to_do: str


def form(of: SubmissionForm) -> Form:
    """What a form is called, and what goes into it."""
    named = {
        "odihr": (
            _("Yearly contribution to ODIHR"),
            _("Every incident of a year that its people agreed to tell, in ODIHR’s categories."),
        ),
        "annex-upr": (
            _("Annex for the Universal Periodic Review"),
            _("Of one organisation: published figures, and the cases you describe."),
        ),
        "annex-upr-joint": (
            _("Joint annex for the Universal Periodic Review"),
            _("Of several organisations: published figures, and the cases you describe."),
        ),
        "annex-human-rights-committee": (
            _("Annex for the Human Rights Committee"),
            _("Published figures, and the cases you describe, in English."),
        ),
        "annex-other": (
            _("Annex for another body"),
            _("As the note of its session asks; you say how many words it takes."),
        ),
        "briefing": (
            _("Briefing"),
            _("A few pages for whoever should know: published figures, and cases you describe."),
        ),
    }
    title, about = named.get(of.code, (of.code, ""))
    return Form(of.code, title, about)


def state(of: State) -> str:
    """How far a submission is."""
    return {
        State.DRAFTED: _("waits for a second person"),
        State.APPROVED: _("approved, not sent yet"),
        State.LEFT: _("sent"),
    }[of]


def why(of: Why) -> str:
    """Why an incident is offered, or is not."""
    return {
        Why.IN: _("its people agreed"),
        Why.NOT_ASKED: _("nobody it happened to agreed to every use"),
        Why.REFUSED: _("somebody refused"),
        Why.WITHDRAWN: _("consent was taken back"),
        Why.RESTRAINED: _("a restraint forbids publication"),
        Why.NOBODY: _("there is nobody in it to ask"),
        Why.OTHERS: _("it tells about others who did not agree"),
        Why.NOT_NAMED: _("it is not described"),
        Why.LEFT_OUT: _("it is left out"),
        Why.NO_INCIDENT: _("no incident is recorded"),
        Why.ELSEWHERE: _("another country, or none recorded"),
        Why.ANOTHER_TIME: _("outside the period, or not surely within it"),
        Why.NO_GROUND: _("no bias ground is recorded"),
        Why.NOT_A_CRIME: _("no offence the recipient takes"),
    }[of]


def refused(error: CandlemarkError) -> Refused:
    """A refusal of the floor as a page says it."""
    known = {
        "whoever drafted a submission cannot approve it": (
            _("Whoever drafted a submission cannot approve it."),
            _("Another member reads it and approves it."),
        ),
        "nobody approved this submission": (
            _("Nobody approved this submission."),
            _("Another member than the one who drafted it reads it and approves it."),
        ),
        "this version of Candlemark would say something else than was drafted": (
            _("This version of Candlemark would say something else than was drafted."),
            _("Draft it again: words of the definition or of the document have changed."),
        ),
        "consent that a case of this draft rests on does not stand any longer": (
            _("Consent that a case in it rests on does not stand any longer."),
            _("Draft it again: the case is left out, or told less exactly."),
        ),
        "what was told of somebody in it was erased": (
            _("What was told of somebody in it was erased."),
            _("Draft it again without them."),
        ),
        "a text tells more than was agreed to": (
            _("A text in it tells more than was agreed to."),
            _("Draft it again without what should not be told."),
        ),
        "there is nothing to send": (
            _("There is nothing to send."),
            _("Choose an incident or a table. Where nobody agreed, ask them first."),
        ),
    }
    if error.message in known:
        return Refused(*known[error.message])
    if re.fullmatch(r"release \d+ was (withdrawn|corrected by release \d+)", error.message):
        return Refused(
            _("The release its figures are of was withdrawn or corrected."),
            _("Draft it again with a release that stands."),
        )
    if re.fullmatch(r"this draft left as number \d+", error.message):
        return Refused(_("This was sent already."), _("Draft another one."))
    return Refused(error.message, error.hint)


_FAULTS: Final = (
    (r"it is missing \(.*\)", N_("This is missing.")),
    (r"it is longer than (?P<n>[\d,]+) characters", N_("Shorten it: %(n)s characters fit here.")),
    (r"it holds characters that cannot be shown", N_("It holds characters that cannot be shown.")),
    (
        r"the reason is too long, or cannot be shown",
        N_("The reason is too long, or holds characters that cannot be shown."),
    ),
    (r"none is named", N_("Choose at least one language.")),
    (r".* is none of .*", N_("The recipient does not take this language.")),
    (
        r"the country, or the first or the last day, is missing",
        N_("Say the country, the first day and the last day."),
    ),
    (r"it ends before it begins", N_("The last day lies before the first.")),
    (
        r"say how many words the recipient takes",
        N_("Say how many words the recipient takes; the note of its session says it."),
    ),
    (
        r"it is made of figures; name the release they are of",
        N_("This is made of figures: choose the release they are of."),
    ),
    (
        r"there is no release \d+|release \d+ was withdrawn|it was corrected by release .*",
        N_("This release does not stand any longer. Choose another."),
    ),
    (
        r"this release has no such table|a table is named and no release",
        N_("This table is not in the release that is chosen."),
    ),
    (
        r"it has (?P<n>[\d,]+) rows",
        N_("It has %(n)s rows, too many for paper. Choose other tables."),
    ),
    (
        r"it has (?P<n>[\d,]+) words, (?P<more>[\d,]+) too many",
        N_("It has %(n)s words, %(more)s too many. Shorten it, or leave something out."),
    ),
    (
        r"a name or a court's number (?:of a case )?stands in it",
        N_("A name or a court’s number of a case stands in it."),
    ),
    (
        r"its people agreed to the year and the country, to no description",
        N_("Its people agreed to the year and the country, and to no description."),
    ),
    (
        r"a day stands in it; its people agreed to the month",
        N_("A day stands in it; its people agreed to the month."),
    ),
    (
        r"the place stands in it; its people agreed to the .*",
        N_("The place stands in it; its people agreed to less."),
    ),
    (
        r"there is no such case.*|there is no such incident.*",
        N_("This case has changed meanwhile. Look again."),
    ),
)
"""What the floor finds, in English, and how a page says it."""


def fault(what: str, reader: Reader) -> str:
    """One thing that is wrong, as a page says it; in English where nobody translated it."""
    for shape, said in _FAULTS:
        found = re.fullmatch(shape, what)
        if found is not None:
            told = {
                name: reader.number(int(one.replace(",", "")))
                for name, one in found.groupdict().items()
            }
            return _(said) % told if told else _(said)
    return what[:1].upper() + what[1:] + "."


def tongue(code: str) -> str:
    """A tongue by its own name."""
    return NAMES.get(code, code)
