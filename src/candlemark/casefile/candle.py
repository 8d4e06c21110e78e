"""The candle of a case: every stage in the definition's order, and how the case stands to it.

A case holds several ways (person by proceeding); a mark says the furthest that any of them came, so
the candle is an overview and the ways beside it are the statement.

It refuses two short cuts.  A stage that nobody recorded is not one that was not reached: where a
later stage was reached it says *not recorded*.  And the day of a narrower stage (a pardon) is never
given as the day of the whole (enforcement): each has its own line.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Sequence

    from candlemark.casefile.timeline import Timeline
    from candlemark.casefile.views import StageEvent
    from candlemark.dates import PartialDate
    from candlemark.definition import Edition, Scheme, Term

BEYOND: Final = "beyond-state"
OCCURRED: Final = "occurred"


class Standing(StrEnum):
    """How a case stands to a stage; the value is the name of the mark."""

    REACHED = "reached"
    BEYOND = "beyond"  # reached, before a body beyond the state
    WAITING = "waiting"  # reached, and some way stands there and has not ended
    UNRECORDED = "unrecorded"  # a later stage was reached, and nothing is recorded of this one
    AHEAD = "ahead"  # neither it nor a later stage is recorded


@dataclass(frozen=True, slots=True)
class Part:
    """What was reached within a stage: a narrower one, or a measure that is not the sentence."""

    stage: str
    """Term of ``stages``."""
    sentence: str
    """Term of ``sentences``, for a measure ``apart`` from the sentence; else empty."""
    when: PartialDate | None
    apart: bool


@dataclass(frozen=True, slots=True)
class Mark:
    """One mark of the candle."""

    stage: Term
    standing: Standing
    when: PartialDate | None
    """The first date it was itself reached, as far as it is known."""
    dated: bool
    """Whether ``when`` is to be said, were it only that it is not known: the stage itself was
    reached, and not only parts of it, which have dates of their own."""
    parts: tuple[Part, ...]


def candle(line: Timeline, edition: Edition) -> tuple[Mark, ...]:
    """The marks of a case, outermost stage first."""
    scheme = edition.scheme("stages")
    waiting = {scheme.group(one.stage).code for one in line.pending if one.stage in scheme}
    by_stage: dict[str, list[StageEvent]] = {stage.code: [] for stage in scheme.top}
    for event in line.events:
        by_stage.setdefault(event.stage_group, []).append(event)
    reached = {
        stage
        for stage, events in by_stage.items()
        if any(event.id not in line.apart for event in events)
    }
    passed = _passed(scheme, reached)
    incidents = [one for one in line.marks if one.kind == "incident"]
    if incidents and OCCURRED in by_stage:  # who tells what happened says that it occurred
        reached.add(OCCURRED)
    marks = [
        _mark(stage, _standing(stage.code, reached, waiting, passed), by_stage[stage.code], line)
        for stage in scheme.top
    ]
    told = next((one.when for one in incidents if one.when is not None), None)
    return tuple(
        replace(mark, when=told, dated=True)
        if mark.stage.code == OCCURRED and told and not mark.dated
        else mark
        for mark in marks
    )


def _passed(scheme: Scheme, reached: set[str]) -> set[str]:
    """The stages before the furthest one reached, of the state's own authorities.

    What is lodged beyond the state says nothing of how far the state's authorities came, except
    where nothing at all is recorded of them.
    """
    own = [stage.code for stage in scheme.top if stage.code != BEYOND]
    places = [place for place, code in enumerate(own) if code in reached]
    if places:
        return set(own[: max(places)])
    return set(own) if BEYOND in reached else set()


def _standing(stage: str, reached: set[str], waiting: set[str], passed: set[str]) -> Standing:
    if stage in waiting:
        return Standing.WAITING
    if stage in reached:
        return Standing.BEYOND if stage == BEYOND else Standing.REACHED
    return Standing.UNRECORDED if stage in passed else Standing.AHEAD


def _mark(stage: Term, standing: Standing, events: Sequence[StageEvent], line: Timeline) -> Mark:
    itself = [one for one in events if one.stage == stage.code and one.id not in line.apart]
    parts: dict[tuple[str, str], Part] = {}
    for one in sorted(events, key=lambda event: event.id in line.apart):  # those apart come last
        apart = one.id in line.apart
        if one.stage == stage.code and not apart:
            continue
        key = (one.stage, one.sentence if apart else "")
        if key not in parts or parts[key].when is None:
            parts[key] = Part(*key, one.when, apart)
    return Mark(
        stage,
        standing,
        next((one.when for one in itself if one.when is not None), None),
        bool(itself),
        tuple(parts.values()),
    )
