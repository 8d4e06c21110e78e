"""Views of the process for a page: what the template shows beside the figure itself."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from candlemark.measure.answerable import KNOWN_AT_THE_END
from candlemark.measure.drawing import (
    GraphMove,
    GraphNode,
    Part,
    Stay,
    attrition_bar,
    duration_bar,
    graph_rows,
    share_bar,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from candlemark.measure import Quantile
    from candlemark.measure.drawing import Svg
    from candlemark.measure.log import State
    from candlemark.measure.process import (
        Arrow,
        Coverage,
        Filled,
        FlowGroup,
        Node,
        Share,
        VariantGroup,
        Verdicts,
    )
    from candlemark.measure.views import ProcessFigure
    from candlemark.web.desks.figures.process.worded import Worded

LINES: Final = 20
"""Ways, loops and changes that a page shows; the rest is told as one number, and in the files."""
VERDICTS: Final = (
    ("met", "onward"),
    ("late", "late"),
    ("ended", "dismissed"),
    ("open_past", "past"),
    ("open_within", "pending"),
    ("unclear", "hidden"),
)
KINDS: Final = {
    "answered": ("answered", "none", "out-of-scope"),
    "partly": ("spread", "unmapped"),
    "refused": ("refused",),
    "unknown": ("unknown", "illegible"),
    "not-asked": ("not-asked",),
    "empty": ("not-recorded",),
}
"""What a field can be, in the parts of a bar."""
FILLS: Final = {
    "answered": "onward",
    "partly": "convicted",
    "refused": "acquitted",
    "unknown": "other",
    "not-asked": "dismissed",
    "empty": "hidden",
}


@dataclass(frozen=True, slots=True)
class MapRow:
    """One row of the map: a stage, a move out of it, or its thin moves together."""

    strip: Svg
    node: Node | None = None
    arrow: Arrow | None = None
    back: bool = False
    others: int = 0
    """How many thin moves there are, …"""
    moves: int = 0
    """… and how often they were made together."""


def map_rows(group: FlowGroup, words: Worded) -> tuple[MapRow, ...]:
    """The map of one group, its stages in the order of the pathway."""
    nodes = sorted(group.nodes, key=lambda node: node.state)
    place = {node.state: n for n, node in enumerate(nodes)}
    arrows = {(place[one.start], place[one.end]): one for one in group.arrows}
    drawn = graph_rows(
        [GraphNode(words.fill(node.state)) for node in nodes],
        [GraphMove(start, end, one.moves) for (start, end), one in arrows.items()],
        rtl=words.reader.rtl,
    )
    return tuple(
        MapRow(
            row.strip,
            node=nodes[row.node] if row.move is None and not row.thin else None,
            arrow=arrows[row.move.start, row.move.end] if row.move else None,
            back=row.move is not None and row.move.back,
            others=len(row.thin),
            moves=sum(move.moves for move in row.thin),
        )
        for row in drawn
    )


@dataclass(frozen=True, slots=True)
class WayShown:
    """One way, with its bar among all who entered."""

    way: str
    units: int
    share: float
    open: bool
    hash: str
    bar: Svg


def ways_shown(group: VariantGroup, words: Worded) -> tuple[WayShown, ...]:
    """The most frequent ways; bars are on one scale, up to the longest."""
    longest = max((one.units for one in group.variants), default=1)
    return tuple(
        WayShown(
            words.way(one.states, still=one.open),
            one.units,
            one.units / max(group.units, 1),
            one.open,
            one.hash,
            attrition_bar(
                [Part("pending" if one.open else "onward", one.units / longest)],
                rtl=words.reader.rtl,
            ),
        )
        for one in group.variants[:LINES]
    )


def chance(share: Share | None, words: Worded) -> Svg | None:
    """A probability with its interval; nothing where nothing can be said."""
    if share is None:
        return None
    return share_bar(share.p, share.low, share.high, rtl=words.reader.rtl)


def verdicts(found: Verdicts, words: Worded) -> Svg:
    """What became of the starts of a limit, as one bar."""
    parts = [Part(fill, getattr(found, name) / max(found.starts, 1)) for name, fill in VERDICTS]
    return attrition_bar(parts, rtl=words.reader.rtl)


def due(figure: ProcessFigure[Coverage]) -> tuple[Filled, ...]:
    """The rows of what could be filled in.

    How a way ended is asked where it ended, and what was imposed where somebody was convicted; not
    before, and not of anybody else.
    """
    return tuple(row for row in figure.found.rows if _is_due(row.field, figure.states[row.state]))


def _is_due(field: str, state: State) -> bool:
    if field == "sentences":
        return state.code == "convicted"
    return state.final or field not in KNOWN_AT_THE_END


def filled(row: Filled, words: Worded) -> Svg:
    """What a field is, as one bar."""
    many = dict(row.kinds)
    parts = [
        Part(FILLS[name], sum(many.get(kind, 0) for kind in kinds) / max(row.times, 1))
        for name, kinds in KINDS.items()
    ]
    return attrition_bar(parts, rtl=words.reader.rtl)


def stay(quantiles: Sequence[Quantile], longest: int, words: Worded) -> Svg | None:
    """The time in a state, on an axis to the day ``longest``."""
    found = {round(100 * one.q): one for one in quantiles}
    if 50 not in found:
        return None
    half = found[50]
    told = Stay(found[25].days, half.days, found[75].days, half.low, half.high)
    return duration_bar(told, longest, rtl=words.reader.rtl)


def longest(all_of_them: Sequence[Sequence[Quantile]]) -> int:
    """The last day of an axis that holds them all."""
    days = (
        day
        for some in all_of_them
        for one in some
        for day in (one.days, one.high)
        if day is not None
    )
    return max(days, default=1)
