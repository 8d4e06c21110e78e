"""The rows of a case's timeline, stages and what stands beside them in one order."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from heapq import merge
from itertools import accumulate
from typing import TYPE_CHECKING

from candlemark.dates import Order, compare

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from candlemark.casefile.timeline import Gap, Mark, Timeline
    from candlemark.casefile.views import StageEvent
    from candlemark.dates import PartialDate


@dataclass(frozen=True, slots=True)
class Row:
    """One row: a stage, or something that stands beside the stages."""

    event: StageEvent | None
    mark: Mark | None
    open_order: bool
    """Nobody can say how it stands to another stage of the case."""
    against_dates: bool
    """Its sources say an order that its date denies."""
    differs: bool
    """Sources differ about it."""
    gap: Gap | None
    """A long silence that ended with it."""
    pending: bool
    """A way stands here and has not ended."""
    apart: bool
    """It carries out another measure than the sentence of its way."""

    @property
    def key(self) -> str:
        """What names it among the rows: its stage, or the kind and thing of its mark."""
        if self.event is not None:
            return self.event.id
        return f"{self.mark.kind}:{self.mark.id}" if self.mark is not None else ""

    @property
    def sources(self) -> tuple[str, ...]:
        """Who says it."""
        if self.event is not None:
            return self.event.sources
        return self.mark.sources if self.mark is not None else ()

    @property
    def when(self) -> PartialDate | None:
        """Its date."""
        if self.event is not None:
            return self.event.when
        return self.mark.when if self.mark is not None else None


def rows(line: Timeline) -> tuple[Row, ...]:
    """Both orders of a timeline, stages and marks, merged by the first day each can be of.

    Neither order is broken.  A stage without a date keeps its place among the stages: it is taken
    to come no earlier than the one before it and as late as the one after it.
    """
    stages = _stages(line)
    marks = [
        Row(
            None,
            mark,
            open_order=_between_stages(mark, line.events),
            against_dates=False,
            differs=False,
            gap=None,
            pending=False,
            apart=False,
        )
        for mark in line.marks
        if mark.kind != "limit-start"
    ]
    return tuple(
        row for _, row in merge(_placed(stages), _placed(marks), key=lambda placed: placed[0])
    )


def _between_stages(mark: Mark, events: Sequence[StageEvent]) -> bool:
    """Whether a date that is not a day leaves open on which side of a stage something stands."""
    when = mark.when
    return when is not None and any(
        event.when is not None and compare(when, event.when) is Order.CANNOT_TELL
        for event in events
    )


def _placed(ordered: Sequence[Row]) -> list[tuple[date, Row]]:
    """Rows of one order with days that do not fall: the first possible, or the next one known."""
    days = [date.max] * (len(ordered) + 1)
    for place in range(len(ordered) - 1, -1, -1):
        when = ordered[place].when
        days[place] = when.earliest if when is not None else days[place + 1]
    rising = accumulate(days[:-1], max)
    return list(zip(rising, ordered, strict=True))


def _stages(line: Timeline) -> list[Row]:
    # Only what cannot be told is a doubt; two stages of one day are simply of one day.
    unclear = {
        id_
        for pair in line.unordered
        if pair.why == "cannot tell"
        for id_ in (pair.one, pair.other)
    }
    against = set(_flat(line.against_dates))
    differs = {
        id_
        for one in line.contradictions
        for id_ in (one.about, *(side.statement for side in one.sides))
    }
    gaps = {gap.before: gap for gap in line.gaps}
    pending = {one.event for one in line.pending}
    return [
        Row(
            event,
            None,
            open_order=event.id in unclear,
            against_dates=event.id in against,
            differs=bool(differs & {event.id, *event.statements}),
            gap=gaps.get(event.id),
            pending=event.id in pending,
            apart=event.id in line.apart,
        )
        for event in line.events
    ]


def _flat(pairs: Iterable[tuple[str, str]]) -> Iterable[str]:
    return (id_ for pair in pairs for id_ in pair)
