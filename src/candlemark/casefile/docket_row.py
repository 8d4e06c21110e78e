"""One row of a docket: what is due, by which rule, and how it stands on a day.

A docket is read over shoulders, printed, and put into calendars.  Its rows carry identifiers and
neutral titles, and no names.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from candlemark.casefile.limits import Due, Effect

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from candlemark.casefile.views import CaseFile
    from candlemark.dates import PartialDate

NO_WORDS: Final[Mapping[str, str]] = MappingProxyType({})


class Form(StrEnum):
    """What a row is about."""

    BEYOND = "beyond"  # the limit of a body beyond the state
    NATIONAL = "national"  # a limit of the state's own law, from its pathway
    HEARING = "hearing"
    TASK = "task"
    REVIEW = "review"
    DEADLINE = "deadline"  # a day somebody set, an authority or the group itself
    CONSENT = "consent"  # a person is to be asked again
    NOTHING = "nothing"  # the case has nothing that comes next


class State(StrEnum):
    """How a limit stands on a day."""

    OPEN = "open"
    OVERDUE = "overdue"  # a step whose day is over and which nobody said is done
    NOT_COUNTED = "not-counted"  # a limit runs, and its last day cannot be told
    DONE = "done"  # a step that is over
    DROPPED = "dropped"  # a step that was no longer needed
    MISSED = "missed"  # a step that somebody said was missed
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
    DAY_OF_DECISION = "day-of-decision"  # only the day the higher court decided is recorded
    START_NOT_DATED = "start-not-dated"  # what it runs from has no date
    LENGTH_NOT_KNOWN = "length-not-known"  # nobody confirmed how long the law gives


LIVE: Final = frozenset({State.OPEN, State.MAY_HAVE_PASSED, State.IN_DOUBT})
"""States in which somebody may still have to act, until the latest last day is over."""
SETTLED: Final = frozenset({State.MET, State.DONE, State.DROPPED})
"""States in which nobody has anything left to do."""


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
    """Code of the rule in ``limits.toml`` or a pathway, or the form of a step; empty for a case
    without one."""
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
    """With IN_DOUBT and NOT_COUNTED: why it cannot be told."""
    form: Form = Form.BEYOND
    what: Mapping[str, str] = field(default_factory=lambda: NO_WORDS, hash=False)
    """The words of a step; they name nobody."""
    counted: str = ""
    """How the law counts, in words, for a national limit."""
    step: str = ""
    """The step or consent that is due; empty for a limit."""
    term: str = ""
    """Term of ``consent-uses``, for a consent."""

    def live(self, today: date) -> bool:
        """Whether somebody may still have to act on it."""
        if self.state is State.OVERDUE:
            return True
        return self.state in LIVE and (self.due.latest is None or today <= self.due.latest)


def row_of(casefile: CaseFile, form: Form, state: State, rule: str = "") -> DocketRow:
    """A row of a case with nothing in it yet but what it is about."""
    return DocketRow(
        due=Due(None, None),
        state=state,
        days_left=None,
        case=casefile.id,
        title=casefile.title,
        titles=casefile.titles,
        reference=casefile.reference,
        person="",
        proceeding="",
        start="",
        rule=rule,
        labels=NO_WORDS,
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
        start_note=NO_WORDS,
        doubt=None,
        form=form,
    )


def waits(due: Due, today: date) -> State:
    """How something nobody did yet stands on a day."""
    if due.earliest is None or due.latest is None:
        return State.OPEN
    if today <= due.earliest:
        return State.OPEN
    return State.MAY_HAVE_PASSED if today <= due.latest else State.PASSED


def days_left(due: Due, today: date) -> int | None:
    """Days until the earliest last day; negative when it is over; None when nothing is due."""
    return (due.earliest - today).days if due.earliest else None
