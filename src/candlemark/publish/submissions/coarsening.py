"""One incident, told no more exactly than the persons agreed to.

Only what is coded is told, and a date and a place; free text of a case never is.  Titles and
addresses of sources, names of authorities, numbers of courts and the day of a step before them stay
inside, because each of them leads to a name.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from candlemark.casefile.consent import DETAILS
from candlemark.casefile.timeline import timeline
from candlemark.dates import PartialDate
from candlemark.publish.submissions.facts import IncidentTold

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from candlemark.casefile.views import CaseFile, Incident
    from candlemark.publish.releases.facts import InTongues

AS_RECORDED, REGION, MONTH, YEAR = DETAILS
Key = tuple[object, ...]
"""What two incidents that look the same outside have in common."""
_NO_ACT_OF_THEIRS: Final = frozenset({"occurred"})
"""Stages that are no response of anybody."""


def told(
    case: CaseFile, incident: Incident, detail: str, reference: str = "", text: InTongues = ()
) -> IncidentTold:
    """What is told of an incident.

    Args:
        case: it is of.
        incident: the one.
        detail: term of ``consent-details``.
        reference: what it is called outside.
        text: a description, in the tongues of the submission.
    """
    return IncidentTold(
        reference=reference,
        detail=detail,
        when=coarse(incident.when, detail),
        until=coarse(incident.until, detail),
        country=incident.country,
        place=_pairs(incident.place) if detail == AS_RECORDED else (),
        grounds=_grounds(incident),
        offences=_once(one.offence for one in incident.acts),
        indicators=_once(incident.indicators),
        sources=tuple(dict.fromkeys((one.form.value, one.evidence) for one in case.sources)),
        steps=tuple(dict.fromkeys(_steps(case, detail))),
        description=text,
        region=region(incident, detail),
    )


def region(incident: Incident, detail: str) -> str:
    """A region no more exact than a detail allows: as it was coded, the large one, or none."""
    return {AS_RECORDED: incident.region, REGION: incident.wider}.get(detail, "")


def coarse(when: PartialDate | None, detail: str) -> str:
    """A date no more exact than a detail allows; empty for none."""
    if when is None:
        return ""
    if detail == AS_RECORDED:
        return str(when)
    first, last = when.earliest, when.latest
    if detail in {REGION, MONTH} and (first.year, first.month) == (last.year, last.month):
        return str(PartialDate(first.year, first.month))
    if first.year == last.year:
        return str(PartialDate(first.year))
    return str(PartialDate(first.year, to=PartialDate(last.year)))


def key(incident: Incident, detail: str) -> Key:
    """By what somebody outside would tell it from another: not by how it is described."""
    return (
        coarse(incident.when, detail),
        incident.country,
        _pairs(incident.place) if detail == AS_RECORDED else (),
        region(incident, detail),
        frozenset(one.ground for one in incident.grounds),
        frozenset(one.offence for one in incident.acts),
    )


def _grounds(incident: Incident) -> tuple[tuple[str, str], ...]:
    return tuple(dict.fromkeys((one.ground, one.standing.value) for one in incident.grounds))


def _steps(case: CaseFile, detail: str) -> Iterator[tuple[str, str, str]]:
    # The day of a judgment is found in the calendar of a court, with the names.
    exact = MONTH if detail == AS_RECORDED else detail
    for one in timeline(case).events:
        if one.stage not in _NO_ACT_OF_THEIRS:
            yield one.stage, coarse(one.when, exact), one.outcome


def _once(codes: Iterator[str] | tuple[str, ...]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(codes))


def _pairs(texts: Mapping[str, str]) -> InTongues:
    return tuple(texts.items())
