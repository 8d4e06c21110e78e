"""The stages a case went through, in order, with the doubts kept.

A timeline is a fold of a case file and holds nothing of its own: the same facts give the same
timeline, whoever asks and whenever.  It does not repair what it finds.  Stages whose order the
sources leave open stay open, and are named in ``unordered``, so that a measure can leave them out
and a person can ask the source again.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import pairwise
from typing import TYPE_CHECKING, Final

from candlemark.casefile.order import ordering
from candlemark.casefile.paths import person_paths
from candlemark.dates import Order, compare

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from candlemark.casefile.facts import Forum
    from candlemark.casefile.order import Bounds, Unordered
    from candlemark.casefile.paths import PersonPath
    from candlemark.casefile.views import CaseFile, Contradiction, SeenPending, StageEvent
    from candlemark.dates import PartialDate

GAP_DAYS: Final = 365
"""A silence at least this long between two stages of one way is named as a gap."""


@dataclass(frozen=True, slots=True)
class Gap:
    """A long time between two stages about which nothing is recorded."""

    person: str
    proceeding: str
    after: str
    """The stage event before it."""
    before: str
    least_days: int
    """Days between them at least, and at most, as the dates allow."""
    most_days: int


@dataclass(frozen=True, slots=True)
class Pending:
    """A person's way through a proceeding that has not ended."""

    person: str
    proceeding: str
    forum: Forum | None
    stage: str
    """Where it stands; empty when no stage is recorded."""
    since: PartialDate | None
    event: str
    seen: SeenPending | None
    """The latest day on which a source saw it still open."""


@dataclass(frozen=True, slots=True)
class Mark:
    """Something dated that is not a stage: it stands beside the axis."""

    kind: str
    """``incident``, ``final``, ``life``, ``intervention``, ``answer``, ``still-pending``,
    ``limit-start`` or ``note``."""
    id: str
    when: PartialDate | None
    what: str
    """A code that says more (``died``); may be empty."""
    persons: tuple[str, ...]
    words: Mapping[str, str] = field(hash=False)
    sources: tuple[str, ...]
    recorded: int
    """Settles the place of marks of one day."""
    absent: Mapping[str, str] = field(default_factory=dict, hash=False)
    """Why there is no date, where somebody said why."""


@dataclass(frozen=True, slots=True)
class Timeline:
    """What happened in a case, in a possible order, with everything that is open."""

    case: str
    events: tuple[StageEvent, ...]
    unordered: tuple[Unordered, ...]
    """Every pair of ``events`` whose order is open or whose day is the same."""
    undated: tuple[str, ...]
    """Stage events without a date."""
    bounds: tuple[Bounds, ...]
    """For stage events whose order says more about their day than their own date does: an undated
    commutation lies between the sentence and the pardon."""
    against_dates: tuple[tuple[str, str], ...]
    """Pairs (later, earlier) that are said to follow each other and are dated the other way."""
    apart: tuple[str, ...]
    """Stage events that carry out another measure than the sentence of their way."""
    gaps: tuple[Gap, ...]
    pending: tuple[Pending, ...]
    contradictions: tuple[Contradiction, ...]
    marks: tuple[Mark, ...]
    """What stands beside the stages, in a possible order, undated last."""


def timeline(casefile: CaseFile, gap_days: int = GAP_DAYS) -> Timeline:
    """Put the stages of a case in order, and name what is open.

    Args:
        casefile: the case.
        gap_days: how long a silence between two stages must be to be named.
    """
    events, ways = casefile.stage_events, person_paths(casefile)
    order = ordering(events, [event.follows for event in events])
    return Timeline(
        case=casefile.id,
        events=tuple(events[i] for i in order.places),
        unordered=order.unordered,
        undated=tuple(event.id for event in events if event.when is None),
        bounds=order.bounds,
        against_dates=order.against_dates,
        apart=tuple(dict.fromkeys(id_ for one in ways for id_ in one.apart)),
        gaps=tuple(_gaps(ways, gap_days)),
        pending=tuple(_pending(ways)),
        contradictions=casefile.contradictions,
        marks=_in_order(tuple(_marks(casefile))),
    )


def _gaps(ways: Sequence[PersonPath], gap_days: int) -> Iterator[Gap]:
    """Silences within one way; a stage without a date neither opens nor closes one."""
    for path in ways:
        dated = [event for event in path.events if event.when is not None]
        for one, other in pairwise(dated):
            if one.when is None or other.when is None:  # never; it tells the type checker
                continue
            if compare(one.when, other.when) is not Order.BEFORE:
                continue
            least = (other.when.earliest - one.when.latest).days
            if least >= gap_days:
                most = (other.when.latest - one.when.earliest).days
                yield Gap(path.person, path.proceeding, one.id, other.id, least, most)


def _pending(ways: Sequence[PersonPath]) -> Iterator[Pending]:
    for path in ways:
        if path.ended:
            continue
        last = path.last
        yield Pending(
            person=path.person,
            proceeding=path.proceeding,
            forum=path.forum,
            stage=last.stage if last else "",
            since=last.when if last else None,
            event=last.id if last else "",
            seen=path.seen_pending,
        )


def _in_order(marks: Sequence[Mark]) -> tuple[Mark, ...]:
    return tuple(marks[i] for i in ordering(marks, [()] * len(marks)).places)


def _marks(casefile: CaseFile) -> Iterator[Mark]:
    """Everything dated that is not a stage."""
    for one in casefile.incidents:
        yield Mark(
            "incident", one.id, one.when, "", (), one.words, one.sources, 0, absent=one.absent
        )
    for event in casefile.stage_events:
        if event.final is not None:
            people = (event.person,) if event.person else ()
            yield Mark(
                "final",
                event.id,
                event.final,
                event.stage,
                people,
                event.final_note,
                event.final_sources,
                1,
            )
    for turn in casefile.life:
        yield Mark(
            "life",
            turn.id,
            turn.when,
            turn.turn,
            (turn.person,),
            turn.words,
            turn.sources,
            2,
            absent=turn.absent,
        )
    for act in casefile.interventions:
        yield Mark(
            "intervention",
            act.id,
            act.when,
            act.mechanism,
            act.persons,
            act.words,
            act.sources,
            3,
            absent=act.absent,
        )
        for back in act.answers:
            yield Mark("answer", back.id, back.when, "", act.persons, back.words, back.sources, 4)
    for seen in casefile.seen_pending:
        people = (seen.person,) if seen.person else ()
        yield Mark(
            "still-pending", seen.id, seen.on, seen.stage, people, seen.note, seen.sources, 5
        )
    for start in casefile.limit_starts:
        people = (start.person,) if start.person else ()
        yield Mark(
            "limit-start",
            start.id,
            start.when,
            start.trigger,
            people,
            start.note,
            start.sources,
            6,
        )
    for note in casefile.notes:
        yield Mark("note", note.id, note.when, "", note.persons, note.words, note.sources, 7)
