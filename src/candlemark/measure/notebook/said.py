"""What a view of the process shows, in one English sentence a group."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from candlemark.measure.labels import percent
from candlemark.measure.notebook.maps import name_of
from candlemark.measure.process import (
    CaseLimits,
    Changes,
    Coverage,
    Flow,
    Limits,
    Rework,
    Stuck,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from candlemark.measure.labels import Labels
    from candlemark.measure.process import (
        FlowGroup,
        LimitGroup,
        ReworkGroup,
        Share,
        StuckGroup,
        VariantGroup,
    )
    from candlemark.measure.views import ProcessFigure, View

_LEVEL = 0.05


def said(figure: ProcessFigure[Any], labels: Labels) -> tuple[str, ...]:
    """One sentence for each group, or for each limit and group; one for a view without groups."""
    found: View = figure.found
    words = _Words(figure, labels)
    match found:
        case Limits() | CaseLimits():
            return words.limits(found)
        case Changes():
            return (words.changes(found),)
        case Coverage():
            return (words.coverage(found),)
    each: Callable[[Any], str] = (
        words.flow
        if isinstance(found, Flow)
        else words.rework
        if isinstance(found, Rework)
        else words.stuck
        if isinstance(found, Stuck)
        else words.variants
    )
    groups: Sequence[Any] = found.groups
    return tuple(words.head(group.group) + each(group) for group in groups)


@dataclass(frozen=True, slots=True)
class _Words:
    figure: ProcessFigure[Any]
    labels: Labels

    def name(self, number: int) -> str:
        return name_of(self.figure, self.labels, number)

    def head(self, group: str) -> str:
        return f"{self.labels.group(self.figure.basis.by, group)}: " if group else ""

    def flow(self, group: FlowGroup) -> str:
        still = sum(node.still for node in group.nodes)
        waiting = f"on {self.figure.basis.as_of}, {still:,} of them were waiting somewhere"
        if not group.arrows:
            return f"{group.units:,} entered; {waiting}. Nobody has moved yet."
        most = group.arrows[0]
        move = f"“{self.name(most.start)}” to “{self.name(most.end)}”: {most.moves:,}"
        return f"{group.units:,} entered; {waiting}. The most frequent move is from {move}."

    def variants(self, group: VariantGroup) -> str:
        first = group.variants[0]
        way = self._way(first.states, still=first.open)
        share = percent(first.units / group.units)
        ways = f"{len(group.variants):,} different ways"
        return f"{group.units:,} went {ways}; {share} went {way}."

    def rework(self, group: ReworkGroup) -> str:
        if not group.states:
            return "Nobody came back to a state they had left."
        most = max(group.states, key=lambda one: one.returned)
        left = f"{most.left:,} that left “{self.name(most.state)}”"
        text = f"Of {left}, {most.returned:,} came back so far."
        if not most.shares:
            return text
        last = most.shares[-1]
        return f"{text} Within {last.day:,} days of leaving it, {_interval(last)} come back."

    def stuck(self, group: StuckGroup) -> str:
        beyond = sum(one.beyond or 0 for one in group.states)
        longer = f"{beyond:,} of them longer than nine of ten did in the same state"
        return f"{group.ranked:,} wait; {longer}. Nothing here says why."

    def limits(self, found: Limits | CaseLimits) -> tuple[str, ...]:
        if isinstance(found, CaseLimits):
            called = [one.labels.get("en", one.limit) for one in found.limits]
        else:
            called = [
                f"{self.name(one.start)} to {self.name(one.until)} within {one.limit.days:,} days"
                for one in found.limits
            ]
        groups = [one.groups for one in found.limits]
        return tuple(
            f"{self.head(group.group)}{name}: {_kept(group)}"
            for name, some in zip(called, groups, strict=True)
            for group in some
        )

    def changes(self, found: Changes) -> str:
        parts = (found.moves, found.dwells, found.variants)
        tests = [each.test for part in parts for each in part if each.test is not None]
        apart = sum(test.adjusted < _LEVEL for test in tests)
        return (
            f"{found.units[0]:,} entered in the first period and {found.units[1]:,} in the second."
            f" Of {len(tests):,} comparisons, {apart:,} show a difference that chance makes less"
            " often than in 5 %, all of them taken together. That says nothing about why."
        )

    def coverage(self, found: Coverage) -> str:
        times = sum(row.times for row in found.rows)
        if not times:
            return "Nothing was asked of any state."
        known = sum(round(row.share * row.times) for row in found.rows)
        return f"{percent(known / times)} of what is asked of each state reached is answered."

    def _way(self, states: Sequence[int], *, still: bool) -> str:
        return " → ".join([*map(self.name, states), *(["…"] if still else [])])


def _kept(found: LimitGroup) -> str:
    if found.within is None:
        return "nobody was watched for so long, so how often it is kept cannot be said yet."
    return f"kept in time with a probability of {_interval(found.within)}."


def _interval(share: Share) -> str:
    return f"{percent(share.p)} ({percent(share.low)} to {percent(share.high)})"
