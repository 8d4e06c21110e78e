"""The fields of one incident in one tongue: the columns of a table, the lines of a document."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from candlemark.casefile.where import REGIONS
from candlemark.publish.submissions.coarsening import AS_RECORDED
from candlemark.publish.submissions.crosswalk import BIAS, OFFENCE

if TYPE_CHECKING:
    from collections.abc import Sequence

    from candlemark.publish.submissions.crosswalk import Categories
    from candlemark.publish.submissions.facts import IncidentTold
    from candlemark.publish.submissions.voice import Piece, Voice

FIELDS: Final = (
    "reference",
    "date",
    "place",
    "bias",
    "type",
    "description",
    "indicators",
    "source",
    "response",
)
"""What is said of an incident, in this order; each is a word of submissions too."""


def fields(told: IncidentTold, voice: Voice, categories: Categories | None) -> list[Piece]:
    """What is said of an incident, one text for each of :data:`FIELDS`."""
    description = dict(told.description).get(voice.tongue, "")
    return [
        [told.reference, ""],
        [_date(told, voice), ""],
        *_place(told, voice),
        [_bias(told, voice, categories), ""],
        [_type(told, voice, categories), ""],
        [description or voice.said("not-told"), ""],
        [voice.listed(voice.term("bias-indicators", one) for one in told.indicators), ""],
        [_source(told, voice), ""],
        [_response(told, voice), ""],
    ]


def _date(told: IncidentTold, voice: Voice) -> str:
    first, last = voice.when(told.when), voice.when(told.until)
    if first and last and first != last:
        return voice.said("between", first=first, last=last)
    return first or last or voice.said("not-known")


def _place(told: IncidentTold, voice: Voice) -> list[Piece]:
    country = voice.country(told.country) or voice.said("not-known")
    comma = "، " if voice.tongue == "fa" else ", "
    if told.detail != AS_RECORDED or not told.place:
        region = [voice.term(REGIONS, told.region)] if told.region else []
        return [[comma.join([*region, country]), ""]]
    place, tongue = voice.of(told.place)
    return [[f"{place}{comma}{country}", tongue]]


def _bias(told: IncidentTold, voice: Voice, categories: Categories | None) -> str:
    ours = voice.listed(
        f"{voice.term('bias-grounds', code)} ({voice.said(standing)})"
        for code, standing in told.grounds
    )
    return _with(categories, BIAS, [code for code, _ in told.grounds], ours, voice)


def _type(told: IncidentTold, voice: Voice, categories: Categories | None) -> str:
    ours = voice.listed(voice.term("offences", one) for one in told.offences if one)
    return _with(categories, OFFENCE, told.offences, ours or voice.said("not-known"), voice)


def _with(
    categories: Categories | None, what: str, terms: Sequence[str], ours: str, voice: Voice
) -> str:
    """The recipient's categories, with our terms beside them."""
    if categories is None:
        return ours
    theirs = voice.listed(
        categories.labels[what][code][voice.tongue] for code in categories.of(what, terms)
    )
    return f"{theirs} [{ours}]"


def _source(told: IncidentTold, voice: Voice) -> str:
    said = []
    for form, evidence in told.sources:
        kind = voice.term("evidence-kinds", evidence) if evidence else ""
        said.append(f"{voice.said(form)} ({kind})" if kind else voice.said(form))
    return voice.listed(said) or voice.said("own-source")


def _response(told: IncidentTold, voice: Voice) -> str:
    said = []
    for stage, when, outcome in told.steps:
        more = [voice.when(when), voice.term("outcomes", outcome) if outcome else ""]
        more = [one for one in more if one]
        inside = f" ({voice.said_list(more)})" if more else ""
        said.append(f"{voice.term('stages', stage)}{inside}")
    return voice.listed(said) or voice.said("nothing-known")
