"""The candle of a case: every stage in the definition's order, and how the case stands to it.

A case holds several ways (person by proceeding); a mark says the furthest that any of them came, so
the candle is an overview and the table of ways beneath it is the statement.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from candlemark.casefile import CaseFile, Timeline
    from candlemark.dates import PartialDate
    from candlemark.definition import Edition, Term


class Standing(StrEnum):
    """How a case stands to a stage; the value is the name of the mark."""

    REACHED = "reached"
    BEYOND = "beyond"  # reached, before a body beyond the state
    WAITING = "waiting"  # reached, and some way stands there and has not ended
    AHEAD = "ahead"  # no statement says that it was reached


@dataclass(frozen=True, slots=True)
class Mark:
    """One mark of the candle."""

    stage: Term
    standing: Standing
    when: PartialDate | None
    """The first date it was reached, as far as it is known."""


def candle(case: CaseFile, line: Timeline, edition: Edition) -> tuple[Mark, ...]:
    """The marks of a case, outermost stage first."""
    scheme = edition.scheme("stages")
    waiting = {scheme.group(one.stage).code for one in line.pending if one.stage in scheme}
    reached = {event.stage_group for event in case.stage_events}
    first: dict[str, PartialDate] = {}
    for event in line.events:
        if event.when is not None:
            first.setdefault(event.stage_group, event.when)
    return tuple(
        Mark(stage, _standing(stage.code, reached, waiting), first.get(stage.code))
        for stage in scheme.top
    )


def _standing(stage: str, reached: set[str], waiting: set[str]) -> Standing:
    if stage in waiting:
        return Standing.WAITING
    if stage not in reached:
        return Standing.AHEAD
    return Standing.BEYOND if stage == "beyond-state" else Standing.REACHED
