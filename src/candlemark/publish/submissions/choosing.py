"""Which incidents go into a submission, and why each of the others does not.

Every case of the vault gets one answer, so that nothing is left out in silence.  The answers stay
inside: beside a list of few incidents the number of those left out says who.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, replace
from datetime import date  # noqa: TC003 - a field of what is given
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from candlemark.casefile import cases_for
from candlemark.casefile.consent import DETAILS
from candlemark.casefile.telling import Consented, Telling, telling
from candlemark.publish.submissions import coarsening
from candlemark.publish.submissions.crosswalk import BIAS, OFFENCE
from candlemark.publish.submissions.texts import CaseText

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from candlemark.casefile.views import CaseFile, Incident
    from candlemark.ledger import Ledger
    from candlemark.publish.submissions.coarsening import Key
    from candlemark.publish.submissions.forms import SubmissionForm

_EVERY_CASE: Final = ""
_SILENT: Final = CaseText()


class Why(StrEnum):
    """Why an incident is in a submission, or is not."""

    IN = "in"
    NOT_ASKED = "not-asked"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"
    RESTRAINED = "restrained"
    NOBODY = "nobody"
    OTHERS = "others"  # it tells about persons who did not agree, and nobody said why that is safe
    NOT_NAMED = "not-named"  # the texts do not describe it, and this form takes described ones
    LEFT_OUT = "left-out"  # whoever drafts leaves it out
    NO_INCIDENT = "no-incident"
    ELSEWHERE = "elsewhere"  # another country, or none recorded
    ANOTHER_TIME = "another-time"  # outside the period, or not surely within it
    NO_GROUND = "no-ground"  # no bias recorded
    NOT_A_CRIME = "not-a-crime"  # nothing in it is an offence in the recipient's sense


@dataclass(frozen=True, slots=True)
class Scope:
    """What is asked for."""

    form: SubmissionForm
    country: str = ""
    first: date | None = None
    last: date | None = None
    texts: Mapping[str, CaseText] = field(default_factory=dict)
    """What was written about cases, by reference or identifier."""
    left_out: frozenset[str] = frozenset()
    """What whoever drafts leaves out: incidents, or cases with all of theirs."""

    def text(self, case: CaseFile) -> CaseText | None:
        """What was written about a case; None when nothing was."""
        return self.texts.get(case.id) or self.texts.get(case.reference)


@dataclass(frozen=True, slots=True)
class Verdict:
    """What is decided about one incident, or about a case without one."""

    case: CaseFile
    incident: Incident | None
    why: Why
    telling: Telling
    alike: int = 0
    """Incidents of the whole vault that look the same as this one is told, with itself."""

    @property
    def names(self) -> tuple[str, ...]:
        """What it can be called by whoever leaves it out."""
        return _names(self.case, self.incident)


def verdicts(ledger: Ledger, scope: Scope) -> tuple[Verdict, ...]:
    """The answer for every incident of the vault.

    Raises:
        LedgerBroken: the ledger is damaged.
    """
    files = cases_for(ledger, _EVERY_CASE).cases
    alike = _alike(files)
    return tuple(one for case in files for one in _of_case(case, scope, alike))


def offered(ledger: Ledger, scope: Scope) -> tuple[Verdict, ...]:
    """The answer for every incident as if each were named, and nothing written about it yet.

    Raises:
        LedgerBroken: the ledger is damaged.
    """
    every = replace(scope.form, cases="all")
    return verdicts(ledger, replace(scope, form=every, texts={}, left_out=frozenset()))


def _of_case(case: CaseFile, scope: Scope, alike: Mapping[Key, int]) -> Iterator[Verdict]:
    found = telling(case, scope.form.uses)
    if not case.incidents:
        yield Verdict(case, None, Why.NO_INCIDENT, found)
    for incident in case.incidents:
        same = alike[coarsening.key(incident, found.detail)]
        yield Verdict(case, incident, _why(case, incident, scope, found), found, same)


def _why(case: CaseFile, incident: Incident, scope: Scope, found: Telling) -> Why:
    """The first reason against it, those the members can do nothing about before the others."""
    text = scope.text(case)
    if scope.form.cases == "named" and (text is None or not text.names(incident)):
        return Why.NOT_NAMED
    if scope.country and incident.country != scope.country:
        return Why.ELSEWHERE
    if not _within(incident, scope):
        return Why.ANOTHER_TIME
    if not incident.grounds:
        return Why.NO_GROUND
    if not _is_crime(incident, scope.form):
        return Why.NOT_A_CRIME
    if not scope.left_out.isdisjoint(_names(case, incident)):
        return Why.LEFT_OUT
    if found.consented is not Consented.GIVEN:
        return Why(found.consented.value)
    if found.others and not (text or _SILENT).others:
        return Why.OTHERS
    return Why.IN


def _names(case: CaseFile, incident: Incident | None) -> tuple[str, ...]:
    found = (case.id, case.reference, incident.id if incident else "")
    return tuple(one for one in found if one)


def _within(incident: Incident, scope: Scope) -> bool:
    if scope.first is None or scope.last is None:
        return True
    when = incident.when
    return when is not None and scope.first <= when.earliest and when.latest <= scope.last


def _is_crime(incident: Incident, form: SubmissionForm) -> bool:
    if not incident.acts:
        return False
    categories = form.categories
    if categories is None:
        return True
    grounds = [one.ground for one in incident.grounds]
    acts = [one.offence for one in incident.acts]
    return bool(categories.of(OFFENCE, acts)) and bool(categories.of(BIAS, grounds))


def _alike(files: tuple[CaseFile, ...]) -> Mapping[Key, int]:
    """How many incidents look the same, told as exactly as each detail allows."""
    return Counter(
        coarsening.key(incident, detail)
        for case in files
        for incident in case.incidents
        for detail in DETAILS
    )
