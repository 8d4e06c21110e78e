"""The line of one case, as it follows from its standing statements."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Final

from candlemark.casefile.candle import candle
from candlemark.casefile.checks import TERMS
from candlemark.casefile.consent import GIVEN, STATISTICS, allows, answer
from candlemark.casefile.docket import State, docket
from candlemark.casefile.facts import ConsentStated, IncidentDescribed
from candlemark.casefile.fold import fold_case
from candlemark.casefile.lines.way import ways_of
from candlemark.casefile.standing import standing
from candlemark.casefile.timeline import timeline
from candlemark.casefile.where import country_of
from candlemark.ledger import Fact

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import datetime

    from candlemark.casefile.belonging import Shown
    from candlemark.casefile.docket import DocketRow
    from candlemark.casefile.facts import Statement
    from candlemark.casefile.lines.way import Way
    from candlemark.casefile.meanings import Meanings
    from candlemark.casefile.pathways import Pathways
    from candlemark.casefile.timeline import Timeline
    from candlemark.casefile.views import CaseFile
    from candlemark.dates import PartialDate

STANDS: Final = "stands"
"""The facet of where a case stands: a stage some way waits at, or one of the two below."""
ENDED: Final = "ended"
NO_WAY: Final = "no-way"
"""No proceeding and nobody in one is recorded."""
COUNTRY: Final = "country"
CONSENT: Final = "consent-uses"
_DAY_ONE: Final = date.min
"""Looked at from here, the state of a limit says what was lodged and nothing of today."""


@dataclass(frozen=True, slots=True)
class DueRow:
    """One thing that is or was due in a case; how it stands today is told by comparing days."""

    rule: str
    person: str
    proceeding: str
    start: str
    """The statement it runs from."""
    earliest: date
    latest: date
    lodged: str
    """Empty while nothing was lodged or done; else ``met``, ``late`` or ``in-doubt``."""

    def live(self, today: date) -> bool:
        """Whether somebody may still have to act on it."""
        return self.lodged in {"", State.IN_DOUBT} and today <= self.latest


@dataclass(frozen=True, slots=True)
class Line:
    """What a list says of a case."""

    id: str
    reference: str
    titles: Mapping[str, str] = field(hash=False)
    opened: datetime
    said: datetime
    """When something was last said of it, by the writer's clock: a claim."""
    stage: str
    """The last stage reached in the order of the timeline; empty when none is recorded."""
    stage_when: PartialDate | None
    waiting: PartialDate | None
    """Since when its longest pending way stands where it stands, as far as it is dated."""
    persons: int
    candle: str
    """A letter for each mark of the candle: the first of the name of its standing."""
    terms: frozenset[tuple[str, str]] = field(hash=False)
    """Scheme and term of everything coded in it, broader terms too; and its facets."""
    due: tuple[DueRow, ...]
    counted: bool = True
    """False when somebody in it stands against statistics."""
    ways: tuple[Way, ...] = ()
    """Its ways, as figures count them."""


def line_of(shown: Shown, meanings: Meanings, pathways: Pathways) -> Line | None:
    """The line of a case from all it shows.

    None when nothing standing says it was opened, and when another case shows all of it now.
    """
    said = shown.said
    case = fold_case(said, meanings, case_id=shown.case)
    if case is None or shown.into:
        return None
    told = timeline(case)
    edition = meanings.editions.get(case.edition)
    last = next((one for one in reversed(told.events) if one.id not in told.apart), None)
    live = standing(said).live
    since = [one.since for one in told.pending if one.since is not None]
    return Line(
        id=case.id,
        reference=case.reference,
        titles=case.titles,
        opened=case.opened,
        said=max(entry.written for entry, _ in said),
        stage=last.stage if last else "",
        stage_when=last.when if last else None,
        waiting=min(since, key=lambda one: (one.earliest, one.latest)) if since else None,
        persons=len(case.persons),
        candle="".join(mark.standing.value[0] for mark in candle(told, edition)) if edition else "",
        terms=frozenset((*_coded(live, meanings), *_stands(case, told), *_agreed(case))),
        due=tuple(_due(row) for row in docket([case], _DAY_ONE, pathways).rows if row.rule),
        counted=allows(case, STATISTICS),
        ways=ways_of(case),
    )


def _stands(case: CaseFile, told: Timeline) -> Iterator[tuple[str, str]]:
    for one in told.pending:
        yield STANDS, one.stage or NO_WAY
    if not told.pending:
        yield STANDS, ENDED if case.proceedings or case.stage_events else NO_WAY


def _agreed(case: CaseFile) -> Iterator[tuple[str, str]]:
    """The uses somebody agreed to and nobody stands against."""
    for use in dict.fromkeys(one.use for one in case.consents):
        given = any(answer(case, one.id, use) == GIVEN for one in case.persons)
        if given and allows(case, use):
            yield CONSENT, use


def _coded(live: Sequence[Statement], meanings: Meanings) -> Iterator[tuple[str, str]]:
    """Every term a standing statement holds, with the broader ones it is a part of."""
    for fact in live:
        edition = meanings.editions.get(fact.edition)
        for scheme, code in _terms(fact):
            yield scheme, code
            if edition is not None and code in edition.scheme(scheme):
                for broader in edition.scheme(scheme).path(code)[:-1]:
                    yield scheme, broader.code
        if isinstance(fact, IncidentDescribed):
            country = fact.country or country_of(edition, fact.region)
            if country:
                yield COUNTRY, country


def _terms(fact: Fact) -> Iterator[tuple[str, str]]:
    """Scheme and code of each term in a fact and in the facts inside it."""
    if isinstance(fact, ConsentStated):  # asked for a use is not agreed to it
        return
    for name in fact.__struct_fields__:
        value = getattr(fact, name)
        scheme = TERMS.get((type(fact), name))
        if scheme is not None:
            for code in (value,) if isinstance(value, str) else value:
                if code:
                    yield scheme, code
        elif isinstance(value, tuple):
            for one in value:
                if isinstance(one, Fact):
                    yield from _terms(one)


def _due(row: DocketRow) -> DueRow:
    return DueRow(
        rule=row.rule,
        person=row.person,
        proceeding=row.proceeding,
        start=row.start,
        earliest=row.due.earliest or date.max,
        latest=row.due.latest or date.max,
        lodged="" if row.state is State.OPEN else row.state.value,
    )
