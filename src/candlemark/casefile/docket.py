"""What is due in all cases, by which rule; and which cases have nothing that comes next.

Four things can be due: a limit of a body beyond the state (``limits.toml``), a limit of the state's
own law (its pathway), a step somebody entered (a hearing, a task, a review, a deadline), and a
consent that is to be asked for again.

An application to the body, lodged after the decision and by the last day, meets a limit.  One that
may lie on either side of the last day leaves it in doubt; and so does one lodged before the
decision, because it may be about something else: an application of 2012 about an arrest does not
save the time for complaining of a conviction of 2014.  Only a person can tell, and must be asked.

Nothing is left out because it has passed: a limit that was missed must be seen by whoever can still
do something about it.  A step whose day is over stays on top until somebody says what became of it.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING

from candlemark.casefile.coming import coming_rows
from candlemark.casefile.docket_row import (
    LIVE,
    SETTLED,
    DocketRow,
    Doubt,
    Form,
    State,
    days_left,
    row_of,
    waits,
)
from candlemark.casefile.facts import Forum
from candlemark.casefile.limits import apply_rules, shipped_rules
from candlemark.casefile.national import national_rows
from candlemark.casefile.pathways import shipped_pathways

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from candlemark.casefile.limits import Applied, Due, LimitRule
    from candlemark.casefile.pathways import Pathways
    from candlemark.casefile.views import CaseFile, LimitStart, StageEvent

__all__ = ["LIVE", "Docket", "DocketRow", "Doubt", "Form", "State", "docket", "docket_by"]


@dataclass(frozen=True, slots=True)
class Docket:
    """Everything due in the cases given, on one day: what must be acted on first, first."""

    today: date
    rows: tuple[DocketRow, ...]

    @property
    def live(self) -> tuple[DocketRow, ...]:
        """The rows that somebody may still have to act on."""
        return tuple(row for row in self.rows if row.live(self.today))

    @property
    def uncounted(self) -> tuple[DocketRow, ...]:
        """Limits that run, and whose last day cannot be told."""
        return tuple(row for row in self.rows if row.state is State.NOT_COUNTED)

    @property
    def still(self) -> tuple[DocketRow, ...]:
        """Cases without a next step."""
        return tuple(row for row in self.rows if row.form is Form.NOTHING)

    @property
    def missed(self) -> tuple[DocketRow, ...]:
        """Limits that passed with nothing in time, or in doubt when their time was over."""
        return tuple(
            row
            for row in self.rows
            if row.form is not Form.NOTHING
            and row.state not in SETTLED | {State.NOT_COUNTED}
            and not row.live(self.today)
        )

    @property
    def settled(self) -> tuple[DocketRow, ...]:
        """What was done in time."""
        return tuple(row for row in self.rows if row.state in SETTLED)

    def narrowed(
        self, *, within: int | None = None, rule: str = "", personless: bool = False
    ) -> Docket:
        """Only some rows.

        Args:
            within: due in at most so many days from the day looked at, what is overdue included.
            rule: of this code, or of this form.
            personless: of no person in particular.
        """
        return replace(
            self,
            rows=tuple(
                row
                for row in self.rows
                if (within is None or (row.days_left is not None and row.days_left <= within))
                and rule in {"", row.rule, row.form}
                and not (personless and row.person)
            ),
        )


def docket(casefiles: Iterable[CaseFile], today: date, pathways: Pathways | None = None) -> Docket:
    """The docket of these cases on this day.

    Args:
        casefiles: the cases.
        today: the civil day where the reader is.
        pathways: those of the vault; those that come with Candlemark when not given.
    """
    return docket_by(shipped_rules(), casefiles, today, pathways)


def docket_by(
    rules: Sequence[LimitRule],
    casefiles: Iterable[CaseFile],
    today: date,
    pathways: Pathways | None = None,
) -> Docket:
    """The docket of these cases on this day, by these rules of bodies beyond the state."""
    ways = pathways or shipped_pathways()
    rows = [row for casefile in casefiles for row in _of_case(rules, casefile, today, ways)]
    return Docket(today, tuple(sorted(rows, key=lambda row: _urgency(row, today))))


def _of_case(
    rules: Sequence[LimitRule], casefile: CaseFile, today: date, pathways: Pathways
) -> list[DocketRow]:
    rows = [
        _row(casefile, start, applied, today)
        for start in casefile.limit_starts
        for applied in apply_rules(rules, start.trigger, start.when, start.served, start.rules)
    ]
    rows += national_rows(casefile, today, pathways)
    rows += coming_rows(casefile, today)
    if not any(row.live(today) for row in rows):
        rows.append(row_of(casefile, Form.NOTHING, State.NO_NEXT_STEP))
    return rows


def _row(casefile: CaseFile, start: LimitStart, applied: Applied, today: date) -> DocketRow:
    rule, due = applied.rule, applied.due
    answers = tuple(_answers(casefile, start, rule))
    state = _state(start, due, answers, today)
    return replace(
        row_of(casefile, Form.BEYOND, state, rule.code),
        due=due,
        days_left=days_left(due, today),
        person=start.person,
        proceeding=start.proceeding,
        start=start.id,
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
    if answers:
        states = {_answered(start, due, event) for event in answers}
        return next(one for one in (State.MET, State.IN_DOUBT, State.LATE) if one in states)
    return waits(due, today)


def _answered(start: LimitStart, due: Due, event: StageEvent) -> State:
    """Whether this application came in time."""
    if event.stage != "lodged" or event.when is None or due.earliest is None or due.latest is None:
        return State.IN_DOUBT
    if event.when.earliest > due.latest:
        return State.LATE
    after_decision = event.when.earliest >= start.when.latest
    return State.MET if after_decision and event.when.latest <= due.earliest else State.IN_DOUBT


def _urgency(row: DocketRow, today: date) -> tuple[int, date, str, str, str]:
    """What must be acted on comes first, by its earliest last day; what is over comes last."""
    if row.live(today):
        place = 0
    elif row.state is State.NOT_COUNTED:
        place = 1
    elif row.form is Form.NOTHING:
        place = 2
    else:
        place = 3
    return place, row.due.earliest or date.max, row.case, row.rule, row.start
