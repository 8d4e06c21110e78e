"""What a case does not say yet, and what is best done in it next.

A gap is no fault: much is never known.  What was answered with a reason (not known, refused) is no
gap.  Whoever shows them finds the words.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from candlemark.casefile.consent import STATISTICS, answer
from candlemark.casefile.next_steps import waiting
from candlemark.casefile.where import REGION, countries

if TYPE_CHECKING:
    from collections.abc import Iterator

    from candlemark.casefile.views import CaseFile, Incident
    from candlemark.definition import Edition


class Missing(StrEnum):
    """What can be missing."""

    INCIDENT = "incident"
    WHEN = "when"
    PLACE = "place"
    REGION = "region"
    ACT = "act"
    GROUND = "ground"
    INDICATOR = "indicator"
    PERSON = "person"
    NAME = "name"
    CONSENT = "consent"
    RESTRAINT = "restraint"
    SOURCE = "source"
    STAGE = "stage"
    NEXT_STEP = "next-step"


@dataclass(frozen=True, slots=True)
class Gap:
    """Something that was not said."""

    what: Missing
    person: str = ""
    """Of whom; empty for the case as a whole."""


def gaps(case: CaseFile, edition: Edition) -> tuple[Gap, ...]:
    """What a case does not say yet, in the order in which a case is recorded.

    Args:
        case: the file.
        edition: in whose words it could be said.
    """
    return tuple(_gaps(case, edition))


def _gaps(case: CaseFile, edition: Edition) -> Iterator[Gap]:
    if case.incident is None:
        yield Gap(Missing.INCIDENT)
    else:
        yield from _of_incident(case.incident, edition)
    if not case.persons:
        yield Gap(Missing.PERSON)
    for person in case.persons:
        if not person.names and not person.sealed:
            yield Gap(Missing.NAME, person.id)
        if not any(one.person == person.id for one in case.restraints):
            yield Gap(Missing.RESTRAINT, person.id)
        if answer(case, person.id, STATISTICS) == "not-asked":
            yield Gap(Missing.CONSENT, person.id)
    if not case.sources:
        yield Gap(Missing.SOURCE)
    if not case.stage_events:
        yield Gap(Missing.STAGE)
    if not waiting(case):
        yield Gap(Missing.NEXT_STEP)


def _of_incident(incident: Incident, edition: Edition) -> Iterator[Gap]:
    if incident.when is None and "when" not in incident.absent:
        yield Gap(Missing.WHEN)
    if not incident.place and "place" not in incident.absent:
        yield Gap(Missing.PLACE)
    # Only where it could be said; without a place, that one is missing says it all.
    elif not (incident.region or REGION in incident.absent) and (
        incident.country in countries(edition)
    ):
        yield Gap(Missing.REGION)
    if not incident.acts:
        yield Gap(Missing.ACT)
    if not incident.grounds:
        yield Gap(Missing.GROUND)
    if not incident.indicators:
        yield Gap(Missing.INDICATOR)


class NextAction(StrEnum):
    """What a case page offers first."""

    GO_ON = "go-on"
    """The case has barely been begun."""
    DECIDE = "decide"
    """Nothing is waited for: somebody has to say what comes next, or that nothing does."""
    RECORD = "record"
    """Something is waited for: what has happened since is to be recorded."""


def next_action(case: CaseFile) -> NextAction:
    """What is best done next in a case."""
    if case.incident is None or not case.persons:
        return NextAction.GO_ON
    return NextAction.RECORD if waiting(case) else NextAction.DECIDE
