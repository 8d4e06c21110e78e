"""What is due in all cases, by which rule; and which cases have nothing that comes next.

A docket is read over shoulders, printed, and put into calendars.  Its rows carry identifiers and
neutral titles, and no names.

An application to the body, lodged after the decision and by the last day, meets a limit.  One that
may lie on either side of the last day leaves it in doubt; and so does one lodged before the
decision, because it may be about something else: an application of 2012 about an arrest does not
save the time for complaining of a conviction of 2014.  Only a person can tell, and must be asked.

Nothing is left out because it has passed: a limit that was missed must be seen by whoever can still
do something about it.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from candlemark.casefile.facts import Forum
from candlemark.casefile.limits import Due, Effect, apply_rules, shipped_rules

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from candlemark.casefile.limits import Applied, LimitRule
    from candlemark.casefile.views import CaseFile, LimitStart, StageEvent
    from candlemark.dates import PartialDate


class State(StrEnum):
    """How a limit stands on a day."""

    OPEN = "open"
    MAY_HAVE_PASSED = "may-have-passed"  # today lies inside the range of the last day
    IN_DOUBT = "in-doubt"  # something was lodged; whether in time, or for this, cannot be told
    PASSED = "passed"  # and nothing was lodged
    MET = "met"  # lodged in time
    LATE = "late"  # lodged, and too late
    NO_NEXT_STEP = "no-next-step"  # the case has nothing that is due


class Doubt(StrEnum):
    """Why nobody can tell whether something was lodged in time."""

    LODGED_BEFORE = "lodged-before"  # before the decision, so perhaps about something else
    DAY_NOT_EXACT = "day-not-exact"  # the day of lodging, or the last day, is not known exactly


LIVE: Final = frozenset({State.OPEN, State.MAY_HAVE_PASSED, State.IN_DOUBT})
"""States in which somebody may still have to act, until the latest last day is over."""


@dataclass(frozen=True, slots=True)
class DocketRow:
    """One limit of one case on the day looked at."""

    due: Due
    state: State
    days_left: int | None
    """Days until the earliest last day; negative when it is over; None when nothing is due."""
    case: str
    title: str
    titles: Mapping[str, str] = field(hash=False)
    reference: str
    person: str
    proceeding: str
    start: str
    """The statement that the limit runs from; empty for a case without a next step."""
    rule: str
    """Code of the rule in ``limits.toml``."""
    labels: Mapping[str, str] = field(hash=False)
    mechanism: str
    article: str
    legal_source: str
    note: str
    effect: Effect | None
    confirmed: bool
    """False: the rule is to be confirmed against the text of the law."""
    certain: bool
    """False: another rule could hold instead; both are shown."""
    runs_from: Due
    lodged: tuple[str, ...]
    """Stage events that answer the limit."""
    sources: tuple[str, ...]
    """What the starting day rests on."""
    started: PartialDate | None
    """The day of the decision or end that the limit runs from, as exact as its source."""
    start_note: Mapping[str, str] = field(hash=False)
    """What is said about that day (that it is inferred, for instance)."""
    doubt: Doubt | None
    """With IN_DOUBT: why it cannot be told."""


@dataclass(frozen=True, slots=True)
class Docket:
    """Every limit of the cases given, on one day: what must be acted on first, first."""

    today: date
    rows: tuple[DocketRow, ...]

    @property
    def live(self) -> tuple[DocketRow, ...]:
        """The rows that somebody may still have to act on."""
        return tuple(row for row in self.rows if _is_live(row, self.today))


def docket(casefiles: Iterable[CaseFile], today: date) -> Docket:
    """The docket of these cases on this day, by the rules that come with Candlemark."""
    return docket_by(shipped_rules(), casefiles, today)


def docket_by(rules: Sequence[LimitRule], casefiles: Iterable[CaseFile], today: date) -> Docket:
    """The docket of these cases on this day, by these rules."""
    rows = [row for casefile in casefiles for row in _of_case(rules, casefile, today)]
    return Docket(today, tuple(sorted(rows, key=lambda row: _urgency(row, today))))


def _is_live(row: DocketRow, today: date) -> bool:
    return row.state in LIVE and row.due.latest is not None and today <= row.due.latest


def _of_case(rules: Sequence[LimitRule], casefile: CaseFile, today: date) -> list[DocketRow]:
    rows = [
        _row(casefile, start, applied, today)
        for start in casefile.limit_starts
        for applied in apply_rules(rules, start.trigger, start.when, start.served, start.rules)
    ]
    if not any(_is_live(row, today) for row in rows):
        rows.append(_nothing_next(casefile))
    return rows


def _row(casefile: CaseFile, start: LimitStart, applied: Applied, today: date) -> DocketRow:
    rule, due = applied.rule, applied.due
    answers = tuple(_answers(casefile, start, rule))
    state = _state(start, due, answers, today)
    return DocketRow(
        due=due,
        state=state,
        days_left=(due.earliest - today).days if due.earliest else None,
        case=casefile.id,
        title=casefile.title,
        titles=casefile.titles,
        reference=casefile.reference,
        person=start.person,
        proceeding=start.proceeding,
        start=start.id,
        rule=rule.code,
        labels=rule.labels,
        mechanism=rule.mechanism,
        article=rule.article,
        legal_source=rule.source,
        note=rule.note,
        effect=rule.effect,
        confirmed=rule.confirmed,
        certain=applied.certain,
        runs_from=applied.runs_from,
        lodged=tuple(event.id for event in answers),
        sources=start.sources,
        started=start.when,
        start_note=start.note,
        doubt=_doubt(start, answers) if state is State.IN_DOUBT else None,
    )


def _doubt(start: LimitStart, answers: Sequence[StageEvent]) -> Doubt:
    before = all(
        event.when is not None and event.when.latest < start.when.earliest for event in answers
    )
    return Doubt.LODGED_BEFORE if before else Doubt.DAY_NOT_EXACT


def _answers(casefile: CaseFile, start: LimitStart, rule: LimitRule) -> Iterator[StageEvent]:
    """Stages of proceedings before the rule's body that show an application of this person."""
    for proceeding in casefile.proceedings:
        if proceeding.forum is not Forum.BEYOND or proceeding.mechanism != rule.mechanism:
            continue
        here = [
            event
            for event in casefile.stage_events
            if event.proceeding == proceeding.id
            and _same_person(start.person, event.person, proceeding.persons)
        ]
        lodged = [event for event in here if event.stage == "lodged"]
        # A body that has decided was applied to, whether or not the day is recorded.
        yield from lodged or here[:1]


def _same_person(started: str, acted: str, parties: Sequence[str]) -> bool:
    if not started:
        return True
    return started == acted if acted else not parties or started in parties


def _state(start: LimitStart, due: Due, answers: Sequence[StageEvent], today: date) -> State:
    if due.earliest is None or due.latest is None:
        return State.NO_NEXT_STEP
    if answers:
        states = {_answered(start, due, event) for event in answers}
        return next(one for one in (State.MET, State.IN_DOUBT, State.LATE) if one in states)
    if today <= due.earliest:
        return State.OPEN
    return State.MAY_HAVE_PASSED if today <= due.latest else State.PASSED


def _answered(start: LimitStart, due: Due, event: StageEvent) -> State:
    """Whether this application came in time."""
    if event.stage != "lodged" or event.when is None or due.earliest is None or due.latest is None:
        return State.IN_DOUBT
    if event.when.earliest > due.latest:
        return State.LATE
    after_decision = event.when.earliest >= start.when.latest
    return State.MET if after_decision and event.when.latest <= due.earliest else State.IN_DOUBT


def _nothing_next(casefile: CaseFile) -> DocketRow:
    nothing: Mapping[str, str] = MappingProxyType({})
    return DocketRow(
        due=Due(None, None),
        state=State.NO_NEXT_STEP,
        days_left=None,
        case=casefile.id,
        title=casefile.title,
        titles=casefile.titles,
        reference=casefile.reference,
        person="",
        proceeding="",
        start="",
        rule="",
        labels=nothing,
        mechanism="",
        article="",
        legal_source="",
        note="",
        effect=None,
        confirmed=True,
        certain=True,
        runs_from=Due(None, None),
        lodged=(),
        sources=(),
        started=None,
        start_note=nothing,
        doubt=None,
    )


def _urgency(row: DocketRow, today: date) -> tuple[int, date, str, str, str]:
    """What must be acted on comes first, by its earliest last day; then cases without a step."""
    over = 1 if row.state is State.NO_NEXT_STEP else 2
    place = 0 if _is_live(row, today) else over
    return place, row.due.earliest or date.max, row.case, row.rule, row.start
