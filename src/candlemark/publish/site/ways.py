"""How far cases came and where they stood: the numbers of attrition as one sentence and as rows.

Stages come in the order of the way, then the ends as parts of the whole, and what waits last.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from candlemark.publish.site.bars import Row
from candlemark.publish.site.looking import label_of, of_everybody
from candlemark.publish.table import NOT_APPLICABLE, Sign

if TYPE_CHECKING:
    from collections.abc import Iterator

    from candlemark.publish.site.speaking import Speaker
    from candlemark.publish.table import Cell, Table

GOALS: Final = ("convicted", "reached")
"""Ends that a way is followed to: a conviction, or what an agency works towards."""
PENDING: Final = "pending"


def ways_sentence(table: Table, said: Speaker) -> str:
    """How many entered, how far they came, how many waited; empty where it is not of everybody."""
    came = entered(table)
    if came is None:
        return ""
    if came.value is None:
        return said.word("front-none", entry=said.text(table.entry.labels))
    clauses = [
        said.word(
            "front-reached", count=said.number(cell.value), stage=label_of(table, "stage", at, said)
        )
        for at, cell in list(stages(table))[-1:]
        if cell.value
    ]
    clauses += [
        said.word(
            "front-ended", count=said.number(cell.value), state=label_of(table, "state", at, said)
        )
        for at, cell in ends(table)
        if at in GOALS and cell.value
    ]
    day = said.day(table.as_of)
    for at, cell in pending(table):
        if at != NOT_APPLICABLE:  # at each stage alone: the picture says how many
            continue
        if cell.value is None:
            clauses.append(said.word("front-pending-unknown", day=day))
        else:
            clauses.append(said.word("front-pending", count=said.number(cell.value), day=day))
    inside = {"entered": said.number(came.value), "entry": said.text(table.entry.labels)}
    if not clauses:
        return said.word("front-entered", **inside)
    return said.word("front-sentence", told=said.word("front-then").join(clauses), **inside)


def ways_rows(table: Table, said: Speaker) -> list[Row]:
    """The rows of that picture, with their headings."""
    came = entered(table)
    rows = [Row(said.word("front-reached-head"))]
    if came is not None:
        rows.append(Row(said.text(table.entry.labels), came, "reached"))
    rows += [Row(label_of(table, "stage", at, said), cell, "reached") for at, cell in stages(table)]
    standing = list(_stair(table, said))
    if standing:
        rows += [Row(said.word("front-standing", day=said.day(table.as_of))), *standing]
    return rows


def entered(table: Table) -> Cell | None:
    """How many entered, of everybody."""
    return next((cell for _, cell in of_everybody(table, "entered")), None)


def stages(table: Table) -> Iterator[tuple[str, Cell]]:
    """The stages after the one where cases enter, in their order, and how many reached each."""
    came = entered(table)
    for place, (at, cell) in enumerate(of_everybody(table, "reached")):
        if place or came is None or not _alike(cell, came):
            yield at["stage"], cell


def ends(table: Table) -> Iterator[tuple[str, Cell]]:
    """The ends, and how many cases came to each."""
    for at, cell in of_everybody(table, "ended-by"):
        if at["state"] != PENDING:
            yield at["state"], cell


def pending(table: Table) -> Iterator[tuple[str, Cell]]:
    """How many were still waiting: in one number, or at each stage."""
    for at, cell in of_everybody(table, PENDING):
        yield at.get("stage", NOT_APPLICABLE), cell


def _stair(table: Table, said: Speaker) -> Iterator[Row]:
    begins: float = 0
    for at, cell in ends(table):
        kind = "reached" if at in GOALS else "ended"
        yield Row(label_of(table, "state", at, said), cell, kind, begins)
        begins += cell.value or 0
    waits = said.text(table.measure(PENDING).labels) if any(pending(table)) else ""
    for at, cell in pending(table):
        stage = "" if at == NOT_APPLICABLE else f": {label_of(table, 'stage', at, said)}"
        yield Row(f"{waits}{stage}", cell, PENDING, begins)
        begins += cell.value or 0


def _alike(one: Cell, other: Cell) -> bool:
    """Whether two cells can be the same number, for all that protection did to them."""
    if one.sign is not Sign.NUMBER or other.sign is not Sign.NUMBER:
        return one.sign is other.sign
    low, high = _ends(one)
    other_low, other_high = _ends(other)
    return low <= other_high and other_low <= high


def _ends(cell: Cell) -> tuple[float, float]:
    value = cell.value or 0
    return (
        value if cell.low is None else cell.low,
        value if cell.high is None else cell.high,
    )
