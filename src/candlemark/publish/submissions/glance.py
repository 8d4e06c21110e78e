"""An incident in one line, as it would be told: for whoever decides whether it is told at all."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from candlemark.publish.submissions.coarsening import YEAR, told
from candlemark.publish.submissions.incidents import fields
from candlemark.publish.submissions.voice import Voice

if TYPE_CHECKING:
    from candlemark.casefile.views import Incident
    from candlemark.definition import Edition
    from candlemark.publish.submissions.choosing import Verdict
    from candlemark.publish.submissions.forms import SubmissionForm


class Glance(NamedTuple):
    """What would be told of an incident without its description, no more exactly than agreed to."""

    incident: Incident
    date: str
    place: str
    bias: str
    kind: str
    detail: str
    described: bool
    """Whether its people let it be described."""


def glance(one: Verdict, form: SubmissionForm, tongue: str, edition: Edition) -> Glance:
    """The incident of a verdict, in the categories of the recipient.

    Args:
        one: about an incident that may be told.
        form: of the submission.
        tongue: of whoever looks; one of the tongues submissions have words in.
        edition: whose labels the terms have.

    Raises:
        ValueError: it is about a case without an incident; a mistake of the program.
    """
    if one.incident is None:
        raise ValueError(one.why)
    voice, detail = Voice(tongue, edition), one.telling.detail
    said = fields(told(one.case, one.incident, detail), voice, form.categories)
    date, place, bias, kind = (text for text, _ in said[1:5])
    exactly = voice.term("consent-details", detail)
    return Glance(one.incident, date, place, bias, kind, exactly, detail != YEAR)
