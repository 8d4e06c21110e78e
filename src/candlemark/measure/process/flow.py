"""The flow: which state leads to which, how often and after how long, in one map.

An arrow counts *moves*; beside it stand the units that made it.  Time is told twice, because one of
the two is easily taken for the other:

- of a state: how long units stay in it (Kaplan-Meier), those still there counted as still there;
- of an arrow: the median days of those who *went that way*.  It says nothing about those who wait,
  and it is short where only the quick ones have gone so far.  So the arrow also has the share that
  has left that way by each day asked for (Aalen-Johansen), which does count them.

A stay whose length nobody can tell counts as a move and in no time.  Where a source names the state
again in which a unit stands, there is an arrow back to itself; it has no time, since the stay goes
on.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from candlemark.measure.estimators import (
    Quantile,
    quantiles,
)
from candlemark.measure.process.waiting import (
    Lengths,
    Share,
    lengths,
)
from candlemark.measure.process.ways import OPEN

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from candlemark.measure.process.ways import Integers, Ways

QUARTILES: Final = (0.25, 0.5, 0.75)


@dataclass(frozen=True, slots=True)
class Arrow:
    """One move of the map."""

    start: int
    """Number of the state in ``Ways.places``."""
    end: int
    moves: int
    units: int
    """Units that made it at least once."""
    median_days: int | None
    """Of those who went this way; the lower one of two.  None where no length is known."""
    shares: tuple[Share, ...]
    """Of all who came to ``start``: the share that has left this way by each day asked for."""


@dataclass(frozen=True, slots=True)
class Node:
    """One state of the map."""

    state: int
    stays: int
    units: int
    """Units that stood there; of a state in which a way ends, those that ended there."""
    still: int
    """Stays that were open when we stopped looking."""
    unknown: int
    """Stays in no time, because nobody can tell their length."""
    first: int
    """Units whose way begins here, as far as it is seen."""
    quantiles: tuple[Quantile, ...]
    """Days until a quarter, half and three quarters have left; empty where nobody stays."""


@dataclass(frozen=True, slots=True)
class FlowGroup:
    """The map of one group."""

    group: str
    units: int
    nodes: tuple[Node, ...]
    """By the number of the state."""
    arrows: tuple[Arrow, ...]
    """The most frequent first; of equal ones the lower states first."""


@dataclass(frozen=True, slots=True)
class Flow:
    """The directly-follows graph of each group, with frequency and time."""

    groups: tuple[FlowGroup, ...]
    filters: tuple[str, ...] = ()


def directly_follows(ways: Ways) -> Mapping[str, Integers]:
    """The bare graph: columns ``grp``, ``state``, ``next`` and ``moves``; open stays lead nowhere.

    One grouped pass over the stays, whatever their number.
    """
    if ways.groups == ("",) and ways.member == "member":
        # Everybody is in the one group: a join would only cost time.
        return ways.columns(
            f"SELECT 0 AS grp, state, next, count(*) AS moves FROM {ways.stay}"
            f" WHERE next <> {OPEN} GROUP BY state, next ORDER BY state, next"
        )
    return ways.columns(
        f"SELECT grp, state, next, count(*) AS moves FROM {ways.stay} JOIN {ways.member}"
        f" USING (unit) WHERE next <> {OPEN} GROUP BY grp, state, next ORDER BY grp, state, next"
    )


def flow(ways: Ways, at: Sequence[int] = ()) -> Flow:
    """The map of each group.

    Args:
        ways: whose.
        at: days since coming to a state at which shares are given.
    """
    stays = lengths(ways)
    both = f"{ways.stay} JOIN {ways.member} USING (unit)"
    stood = _keyed(
        ways.columns(
            f"SELECT grp, state, count(DISTINCT unit) AS units FROM {both} GROUP BY grp, state"
        )
    )
    went = _keyed(
        ways.columns(
            f"SELECT grp, state, next, count(DISTINCT unit) AS units FROM {both}"
            f" WHERE next <> {OPEN} GROUP BY grp, state, next"
        )
    )
    came = _keyed(
        ways.columns(
            f"SELECT grp, next, count(DISTINCT unit) AS units FROM {both}"
            f" WHERE next <> {OPEN} GROUP BY grp, next"
        )
    )
    began = _keyed(
        ways.columns(
            f"""
            SELECT grp, state, count(*) AS units FROM (
                SELECT unit, state, row_number() OVER (PARTITION BY unit ORDER BY seq) AS place
                FROM {ways.stay}) AS placed JOIN {ways.member} USING (unit)
            WHERE place = 1 GROUP BY grp, state"""
        )
    )
    sizes = ways.sizes()
    groups = []
    for number, group in enumerate(ways.groups):
        mine = {state: each for (grp, state), each in stays.items() if grp == number}
        # A table may have a row for having arrived where a way ends, or only the move to it.
        seen = {state for grp, state in (*came, *stood) if grp == number}
        nodes = [
            Node(
                state=state,
                stays=each.stays,
                units=stood[number, state],
                still=int(each.many[each.next == OPEN].sum()),
                unknown=each.unknown,
                first=began.get((number, state), 0),
                quantiles=quantiles(each.curve(), QUARTILES),
            )
            for state, each in mine.items()
        ]
        nodes += [
            Node(
                state=end,
                stays=0,
                units=max(stood.get((number, end), 0), came.get((number, end), 0)),
                still=0,
                unknown=0,
                first=began.get((number, end), 0),
                quantiles=(),
            )
            for end in seen - mine.keys()
        ]
        arrows = [
            arrow
            for state, each in mine.items()
            for arrow in _arrows(
                state,
                each,
                at,
                {end: went.get((number, state, end), 0) for end in np.unique(each.next).tolist()},
            )
        ]
        groups.append(
            FlowGroup(
                group=group,
                units=sizes[number],
                nodes=tuple(sorted(nodes, key=lambda node: node.state)),
                arrows=tuple(sorted(arrows, key=lambda one: (-one.moves, one.start, one.end))),
            )
        )
    return Flow(tuple(groups), ways.filters)


def _arrows(state: int, stays: Lengths, at: Sequence[int], units: Mapping[int, int]) -> list[Arrow]:
    shares = stays.shares(at)
    return [
        Arrow(
            start=state,
            end=end,
            moves=int(stays.many[stays.next == end].sum()),
            units=units[end],
            median_days=stays.median_of_those_gone(end),
            shares=shares.get(end, ()),
        )
        for end in np.unique(stays.next).tolist()
        if end != OPEN
    ]


def _keyed(rows: Mapping[str, Integers]) -> dict[tuple[int, ...], int]:
    """The last column by the others."""
    *keys, units = (column.tolist() for column in rows.values())
    return dict(zip(zip(*keys, strict=True), units, strict=True))
