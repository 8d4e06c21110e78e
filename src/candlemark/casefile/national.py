"""Limits of a state's own law: what a case's pathway says runs from its stages.

A limit is looked for on each way of a person through a proceeding before the state's authorities.
What answers it is a later stage of the kind the rule names.  A higher court's decision shows that
it was asked, and not when: unless the decision itself came within the time, whether it was asked
in time is left in doubt.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import TYPE_CHECKING

from candlemark.casefile.docket_row import Doubt, Form, State, days_left, row_of, waits
from candlemark.casefile.facts import Forum
from candlemark.casefile.limits import Due, Effect
from candlemark.casefile.paths import person_paths
from candlemark.dates import Order, add_months, compare
from candlemark.definition.pathway import Unit, Which

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from candlemark.casefile.docket_row import DocketRow
    from candlemark.casefile.paths import PersonPath
    from candlemark.casefile.pathways import Pathways
    from candlemark.casefile.views import CaseFile, StageEvent
    from candlemark.definition.pathway import NationalLimit

_LAST_YEAR = 9900
"""Far in the future, so that a slip of the pen cannot run off the end of the calendar."""


def national_rows(casefile: CaseFile, today: date, pathways: Pathways) -> list[DocketRow]:
    """The rows of the state's own limits in a case, each starting stage and rule once."""
    proceedings = {one.id: one for one in casefile.proceedings}
    found: dict[tuple[str, str], DocketRow] = {}
    for path in person_paths(casefile):
        if path.forum is Forum.BEYOND:
            continue
        pathway = pathways.of(casefile, proceedings.get(path.proceeding))
        for limit in pathway.limits:
            for start in _starts(path, limit):
                row = _row(casefile, path, limit, start, today)
                if row is not None:
                    found.setdefault((limit.code, start.id), row)
    return list(found.values())


def _starts(path: PersonPath, limit: NationalLimit) -> Sequence[StageEvent]:
    """The stages of a way that a limit runs from."""
    found = [
        event
        for event in path.events
        if event.id not in path.apart
        and limit.start in {event.stage, event.stage_group}
        and (event.outcome or not limit.decided)
    ]
    if limit.which is Which.FIRST:
        found = found[:1]
    elif limit.which is Which.LAST:
        found = found[-1:]
    return [
        event
        for event in found
        if (not limit.outcomes or {event.outcome, event.outcome_group} & set(limit.outcomes))
        and _holds(limit, event)
    ]


def _holds(limit: NationalLimit, event: StageEvent) -> bool:
    """Whether the rule held on the day of the decision, as far as that can be told."""
    when = event.when
    return when is None or (limit.first <= when.latest and when.earliest <= limit.last)


def _row(
    casefile: CaseFile,
    path: PersonPath,
    limit: NationalLimit,
    start: StageEvent,
    today: date,
) -> DocketRow | None:
    answers = tuple(_answers(path, limit, start))
    if start.when is None or not limit.length:
        if answers or path.ended:
            return None  # it was asked, or there is nothing left to ask; no day is missing
        due, runs_from, state = Due(None, None), Due(None, None), State.NOT_COUNTED
        doubt: Doubt | None = Doubt.LENGTH_NOT_KNOWN if not limit.length else Doubt.START_NOT_DATED
    else:
        first, last = start.when.earliest, start.when.latest
        due = Due(_later(first, limit), _later(last, limit))
        runs_from = Due(_day_after(first), _day_after(last))
        state, doubt = _state(due, start, answers, today)
    certain = start.when is None or (
        limit.first <= start.when.earliest and start.when.latest <= limit.last
    )
    return replace(
        row_of(casefile, Form.NATIONAL, state, limit.code),
        due=due,
        days_left=days_left(due, today),
        person=start.person,
        proceeding=path.proceeding,
        start=start.id,
        labels=limit.labels,
        article=limit.basis.article,
        legal_source=limit.basis.source,
        note=limit.basis.note,
        effect=Effect.LIMIT,
        confirmed=limit.basis.confirmed,
        certain=certain,
        runs_from=runs_from,
        lodged=tuple(event.id for event in answers),
        sources=start.sources,
        started=start.when,
        doubt=doubt,
        counted=limit.counted,
    )


def _answers(path: PersonPath, limit: NationalLimit, start: StageEvent) -> Iterator[StageEvent]:
    """The stages that answer a limit: of the kind it names, and not certainly before its start."""
    for event in path.events:
        if event.id == start.id or limit.until not in {event.stage, event.stage_group}:
            continue
        undated = event.when is None or start.when is None
        if undated and path.events.index(event) < path.events.index(start):
            continue
        if not undated and _before(event, start):
            continue
        yield event


def _before(event: StageEvent, start: StageEvent) -> bool:
    return (
        event.when is not None
        and start.when is not None
        and compare(event.when, start.when) is Order.BEFORE
    )


def _state(
    due: Due, start: StageEvent, answers: Sequence[StageEvent], today: date
) -> tuple[State, Doubt | None]:
    if not answers:
        return waits(due, today), None
    told = [_answered(due, start, event) for event in answers]
    for state in (State.MET, State.IN_DOUBT, State.LATE):
        found = next((one for one in told if one[0] is state), None)
        if found is not None:
            return found
    return State.IN_DOUBT, Doubt.DAY_NOT_EXACT


def _answered(due: Due, start: StageEvent, event: StageEvent) -> tuple[State, Doubt | None]:
    """Whether this was asked in time."""
    if event.when is None or start.when is None or due.earliest is None or due.latest is None:
        return State.IN_DOUBT, Doubt.DAY_NOT_EXACT
    if event.when.latest <= due.earliest and event.when.earliest >= start.when.latest:
        return State.MET, None
    if event.outcome:
        return State.IN_DOUBT, Doubt.DAY_OF_DECISION
    if event.when.earliest > due.latest:
        return State.LATE, None
    return State.IN_DOUBT, Doubt.DAY_NOT_EXACT


def _day_after(day: date) -> date:
    return day + timedelta(days=1) if day < date.max else day


def _later(day: date, limit: NationalLimit) -> date:
    """The last day of a limit that runs from ``day``, which itself does not count."""
    if day.year > _LAST_YEAR:
        return date.max
    if limit.unit is Unit.MONTHS:
        return add_months(day, limit.length)
    return day + timedelta(days=limit.length)
