"""The map of what follows what, drawn row by row beside its words: stages down, moves as lines.

A row is a stage, or one move out of it, or the thin moves together.  The words of a row (names,
counts, days) stand beside it and take what room they need; here is drawn the strip along them, as
high as the row, so that the lines go on from row to row.  The stem carries what goes on to the very
next stage.  Moves that pass stages by run in lanes on the side of the words and join the stage they
lead to; moves back run on the other side, dashed, and upwards.  All that lead to one stage share
its lane, which grows as they join.

Nothing is lost in thin moves: they are one row with their number, and stand in the table.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from candlemark.measure.drawing.attrition import OUTLINES
from candlemark.measure.drawing.svg import Svg, decoration, element

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

GAP: Final = 13
"""Pixels from lane to lane."""
EDGE: Final = 9
"""From the outermost lane to the edge of the strip."""
THICKEST: Final = 8.0
THINNEST: Final = 1.25
MANY: Final = 20
"""With fewer than this the thickest line is thinner: one case is no stream."""
SHOWN: Final = 14
"""So many moves have a line of their own; the thinner ones are told together."""
THIN: Final = 0.01
"""A move of less than this share of all moves out of all stages is thin."""


@dataclass(frozen=True, slots=True)
class GraphNode:
    """A stage; ``fill`` is that of a way of ending, or empty where one goes on."""

    fill: str = ""


@dataclass(frozen=True, slots=True)
class GraphMove:
    """So many moves from one stage to another, by their places in the order of the pathway."""

    start: int
    end: int
    moves: int

    @property
    def back(self) -> bool:
        """Whether it leads to where one was before, or to the same stage."""
        return self.end <= self.start


@dataclass(frozen=True, slots=True)
class GraphRow:
    """One row with its strip.

    ``move`` is None for the row of a stage itself, and for that of the thin moves out of it, which
    are then named in ``thin``.
    """

    node: int
    strip: Svg
    move: GraphMove | None = None
    thin: tuple[GraphMove, ...] = ()


@dataclass(frozen=True, slots=True)
class _Place:
    """A row before anything is drawn."""

    node: int
    move: GraphMove | None = None
    thin: tuple[GraphMove, ...] = ()


@dataclass(frozen=True, slots=True)
class _Lane:
    """What leads to one stage on one side of the stem."""

    end: int
    back: bool
    first: int
    last: int
    """Rows it spans."""


def graph_rows(
    nodes: Sequence[GraphNode], moves: Sequence[GraphMove], *, rtl: bool
) -> tuple[GraphRow, ...]:
    """The rows of a map from the first stage down."""
    places = list(_places(nodes, _kept(moves), moves))
    row_of = {place.node: n for n, place in enumerate(places) if _is_node(place)}
    lanes = _lanes(places, row_of)
    left = 1 + max((at for lane, at in lanes.items() if lane.back), default=-1)
    right = 1 + max((at for lane, at in lanes.items() if not lane.back), default=-1)
    drawing = _Drawing(
        places,
        row_of,
        lanes,
        left,
        right,
        max(MANY, *(move.moves for move in moves)) if moves else MANY,
    )
    return tuple(
        GraphRow(place.node, drawing.strip(n, nodes, rtl=rtl), place.move, place.thin)
        for n, place in enumerate(places)
    )


def _kept(moves: Sequence[GraphMove]) -> frozenset[GraphMove]:
    """The moves with a line of their own: the most frequent, none that is thin."""
    total = sum(move.moves for move in moves)
    ranked = sorted(moves, key=lambda move: (-move.moves, move.start, move.end))
    return frozenset(move for move in ranked[:SHOWN] if move.moves >= THIN * total)


def _places(
    nodes: Sequence[GraphNode], kept: frozenset[GraphMove], moves: Sequence[GraphMove]
) -> Iterator[_Place]:
    for node in range(len(nodes)):
        yield _Place(node)
        mine = [move for move in moves if move.start == node]
        # What passes by and what goes back leave first, so that the stem runs on to its stage.
        order = sorted(
            (move for move in mine if move in kept),
            key=lambda move: (move.end == node + 1, not move.back, -move.end),
        )
        thin = tuple(move for move in mine if move not in kept)
        straight = [move for move in order if move.end == node + 1]
        for move in order:
            if move not in straight:
                yield _Place(node, move)
        if thin:
            yield _Place(node, thin=thin)
        for move in straight:
            yield _Place(node, move)


def _is_node(place: _Place) -> bool:
    return place.move is None and not place.thin


def _lanes(places: Sequence[_Place], row_of: dict[int, int]) -> dict[_Lane, int]:
    """The lane of what leads to each stage: the shortest nearest to the stem, none over another."""
    spans: dict[tuple[int, bool], list[int]] = {}
    for row, place in enumerate(places):
        move = place.move
        if move is not None and move.end != move.start + 1:
            spans.setdefault((move.end, move.back), [row_of[move.end]]).append(row)
    lanes = [_Lane(end, back, min(rows), max(rows)) for (end, back), rows in spans.items()]
    taken: dict[_Lane, int] = {}
    for lane in sorted(lanes, key=lambda one: (one.last - one.first, one.end)):
        beside = {
            at
            for other, at in taken.items()
            if other.back == lane.back and other.first <= lane.last and lane.first <= other.last
        }
        taken[lane] = next(at for at in range(len(lanes)) if at not in beside)
    return taken


@dataclass(frozen=True, slots=True, eq=False)
class _Drawing:
    """What every strip of one map is drawn by."""

    places: Sequence[_Place]
    row_of: dict[int, int]
    lanes: dict[_Lane, int]
    left: int
    right: int
    most: int

    @property
    def width(self) -> int:
        return 2 * EDGE + (self.left + self.right) * GAP

    @property
    def stem(self) -> int:
        return EDGE + self.left * GAP

    def strip(self, row: int, nodes: Sequence[GraphNode], *, rtl: bool) -> Svg:
        place = self.places[row]
        drawn = [*self._stem(row), *self._lanes_of(row, nodes)]
        if place.thin:
            end = self.stem + GAP * 0.7
            drawn.append(_line("g-thin", (self.stem, "50%"), (end, "50%"), THINNEST))
        if _is_node(place):
            drawn.append(_glyph(nodes[place.node], self.stem))
        inner = element(
            "g", *drawn, transform=f"translate({self.width} 0) scale(-1 1)" if rtl else ""
        )
        return decoration(inner, width=self.width, height="100%", class_="graph-strip")

    def _stem(self, row: int) -> Iterator[Svg]:
        """Down from a stage past its moves: as thick as what goes on to the very next stage."""
        node = self.places[row].node
        mine = [n for n, one in enumerate(self.places) if one.node == node]
        on = next(
            (
                one.move
                for one in self.places
                if one.move and one.move.start == node == one.move.end - 1
            ),
            None,
        )
        kind, thick = ("g-move", self._thick(on.moves)) if on else ("g-stem", THINNEST)
        if row < mine[-1] or on:
            top = "50%" if row == mine[0] else "0%"
            yield _line(kind, (self.stem, top), (self.stem, "100%"), thick)
        elif row > mine[0]:
            yield _line(kind, (self.stem, "0%"), (self.stem, "50%"), thick)
        before = self.places[row - 1].move if row else None
        if row == mine[0] and before is not None and before.end == node == before.start + 1:
            arriving = self._thick(before.moves)
            yield _line("g-move", (self.stem, "0%"), (self.stem, "50%"), arriving)
            yield _head(self.stem, "50%", "down")

    def _lanes_of(self, row: int, nodes: Sequence[GraphNode]) -> Iterator[Svg]:
        for lane, at in self.lanes.items():
            if not lane.first <= row <= lane.last:
                continue
            x = self.stem + (-1 - at if lane.back else 1 + at) * GAP
            kind = "g-back" if lane.back else self._kind(nodes[lane.end])
            yield from self._lane(lane, row, x, kind)

    def _lane(self, lane: _Lane, row: int, x: int, kind: str) -> Iterator[Svg]:
        """One lane in one row: passing by, joined by a move, or arriving."""
        target = self.row_of[lane.end]
        joined = {
            n: place.move.moves
            for n, place in enumerate(self.places)
            if place.move is not None
            and place.move.end == lane.end
            and place.move.back == lane.back
            and place.move.end != place.move.start + 1
        }
        # From above: what has joined so far runs on down.  Back: what joins below runs up.
        upper = sum(many for n, many in joined.items() if (n >= row if lane.back else n < row))
        lower = sum(many for n, many in joined.items() if (n > row if lane.back else n <= row))
        if row == target:
            upper, lower = (0, lower) if lane.back else (upper, 0)
            whole = upper + lower
            side = GAP * 0.62 if x > self.stem else -GAP * 0.62
            yield _line(kind, (x, "50%"), (self.stem + side, "50%"), self._thick(whole))
            yield _head(self.stem + side * 0.72, "50%", "left" if x > self.stem else "right")
        if upper:
            yield _line(kind, (x, "0%"), (x, "50%"), self._thick(upper))
        if lower:
            yield _line(kind, (x, "50%"), (x, "100%"), self._thick(lower))
        if row in joined:
            yield _line(kind, (self.stem, "50%"), (x, "50%"), self._thick(joined[row]))

    def _kind(self, node: GraphNode) -> str:
        """What ends a way without a sentence is grey, as in every other picture."""
        return "g-move" if node.fill in {"", "convicted"} else "g-end"

    def _thick(self, moves: int) -> float:
        return max(THINNEST, THICKEST * min(moves / self.most, 1.0))


def _line(kind: str, start: tuple[float, str], end: tuple[float, str], thick: float) -> Svg:
    (x1, y1), (x2, y2) = start, end
    return element("line", class_=kind, x1=x1, y1=y1, x2=x2, y2=y2, stroke_width=round(thick, 2))


_HEADS: Final = {
    "down": "M-5 -14h10l-5 7z",
    "left": "M6 -5v10l-7 -5z",
    "right": "M-6 -5v10l7 -5z",
}


def _head(x: float, y: str, to: str) -> Svg:
    """The head of an arrow; a picture of its own, because only that can stand at a share of y."""
    return element("svg", element("path", class_="g-head", d=_HEADS[to]), x=x, y=y, class_="g-at")


def _glyph(node: GraphNode, x: float) -> Svg:
    if not node.fill:
        return element("circle", class_="g-stage", cx=x, cy="50%", r=6)
    box = element(
        "path",
        class_=f"p-ground {OUTLINES.get(node.fill, 'o-ended')}",
        d="M-7 -6h14v12h-14z",
    )
    over = element(
        "path",
        class_=OUTLINES.get(node.fill, "o-ended"),
        fill=f"url(#p-{node.fill})",
        d="M-7 -6h14v12h-14z",
    )
    return element("svg", box, over, x=x, y="50%", class_="g-at")
