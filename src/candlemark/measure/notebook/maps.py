"""The picture of a view of the process in a cell: the map of what follows what, for each group."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from candlemark.measure.drawing import GraphMove, GraphNode, Svg, element, graph_rows
from candlemark.measure.process import Flow

if TYPE_CHECKING:
    from collections.abc import Iterator

    from candlemark.measure.labels import Labels
    from candlemark.measure.process import FlowGroup
    from candlemark.measure.views import ProcessFigure

_FILLS = frozenset({"convicted", "acquitted", "dismissed"})


def name_of(figure: ProcessFigure[Any], labels: Labels, number: int) -> str:
    """What a state is called."""
    state = figure.states[number]
    if not figure.basis.edition:
        return state.own
    return labels.state(state.code) if state.final else labels.stage(state.own)


def maps(figure: ProcessFigure[Any], labels: Labels) -> Iterator[Svg]:
    """A map for each group; the other views have their table only."""
    found = figure.found
    if isinstance(found, Flow):
        for group in found.groups:
            yield _map(group, figure, labels)


def _map(group: FlowGroup, figure: ProcessFigure[Any], labels: Labels) -> Svg:
    nodes = sorted(group.nodes, key=lambda node: node.state)
    place = {node.state: n for n, node in enumerate(nodes)}
    rows = graph_rows(
        [GraphNode(_fill(figure, node.state)) for node in nodes],
        [GraphMove(place[one.start], place[one.end], one.moves) for one in group.arrows],
        rtl=False,
    )
    days = {(place[one.start], place[one.end]): one.median_days for one in group.arrows}
    drawn = []
    for row in rows:
        if row.move is not None:
            end = name_of(figure, labels, nodes[row.move.end].state)
            took = days[row.move.start, row.move.end]
            words = f"{'↑ back to' if row.move.back else '↓ to'} {end}"
            number = f"{row.move.moves:,}" + ("" if took is None else f" · {took:,} days")
        elif row.thin:
            words = f"{len(row.thin)} rarer moves"
            number = f"{sum(move.moves for move in row.thin):,}"
        else:
            node = nodes[row.node]
            waiting = f" (waiting: {node.still:,})" if node.still else ""
            words = name_of(figure, labels, node.state) + waiting
            number = f"{node.units:,}"
        kind = "stage-row" if row.move is None and not row.thin else "move-row"
        cells = (element("div", words), element("div", number, class_="measures"))
        drawn.append(element("li", row.strip, *cells, class_=kind))
    head = element("p", labels.group(figure.basis.by, group.group)) if group.group else Svg("")
    return element("div", head, element("ol", *drawn, class_="graph"))


def _fill(figure: ProcessFigure[Any], number: int) -> str:
    state = figure.states[number]
    if not state.final or state.code == "reached":
        return ""
    return state.code if state.code in _FILLS else "other"
