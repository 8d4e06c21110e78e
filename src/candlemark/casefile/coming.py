"""Steps somebody entered and consents to be asked for again, as rows of the docket.

A step whose day is over and which nobody ended stays with what must be acted on: a hearing that
took place leaves something to write down, and a task that was forgotten is still to be done.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from candlemark.casefile.consent import reviews
from candlemark.casefile.docket_row import Form, State, days_left, row_of, waits
from candlemark.casefile.facts import StepOutcome
from candlemark.casefile.limits import Due

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from candlemark.casefile.docket_row import DocketRow
    from candlemark.casefile.views import CaseFile, Step
    from candlemark.dates import PartialDate

CONSENT_REVIEW: Final = "consent-review"
STEP_RULES: Final = ("hearing", "task", "review", "deadline", CONSENT_REVIEW)
"""What stands as the rule of a row that comes from no law."""

_ENDS: Final = {
    StepOutcome.DONE: State.DONE,
    StepOutcome.DROPPED: State.DROPPED,
    StepOutcome.MISSED: State.MISSED,
}


def coming_rows(casefile: CaseFile, today: date) -> Iterator[DocketRow]:
    """The rows of a case that come from no law."""
    for step in casefile.steps:
        due = _days(step.due)
        yield replace(
            row_of(casefile, Form(step.form.value), _state(step, due, today), step.form.value),
            due=due,
            days_left=days_left(due, today),
            person=step.person,
            proceeding=step.proceeding,
            start=step.statement,
            sources=step.sources,
            what=step.what,
            step=step.id,
        )
    for one in reviews(casefile, today):
        due = _days(one.due)
        state = waits(due, today)
        yield replace(
            row_of(
                casefile,
                Form.CONSENT,
                State.OVERDUE if state is State.PASSED else state,
                CONSENT_REVIEW,
            ),
            due=due,
            days_left=days_left(due, today),
            person=one.person,
            start=one.consent,
            step=one.consent,
            term=one.use,
        )


def _days(when: PartialDate | None) -> Due:
    return Due(when.earliest, when.latest) if when is not None else Due(None, None)


def _state(step: Step, due: Due, today: date) -> State:
    if step.end is not None:
        return _ENDS[step.end.outcome]
    state = waits(due, today)
    return State.OVERDUE if state is State.PASSED else state
