"""The one figure that stands in front, by a rule that the page says, and its sentence.

The rule: of the tables of the newest release, the first that counts how far cases came and shows
how many entered; without one, the first of where cases stand, then of who came, then the first of
all.  The people who publish choose by the order of the tables, and by nothing else.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from candlemark.publish.site.picture import picture
from candlemark.publish.site.sentences import sentence
from candlemark.publish.table import NOT_APPLICABLE, TOTAL

if TYPE_CHECKING:
    from candlemark.measure.drawing.svg import Svg
    from candlemark.publish.site.content import Site
    from candlemark.publish.site.speaking import Speaker
    from candlemark.publish.table import Cell, Table

QUESTIONS: Final = ("attrition", "occupancy", "case-mix")
"""What is looked for first."""


@dataclass(frozen=True, slots=True)
class Leading:
    """The figure in front."""

    table: Table
    sentence: str
    picture: Svg


def leading_table(site: Site) -> Table | None:
    """The table in front; None while none stands."""
    newest = site.said.newest
    current = {one.name: one for one in site.current}
    first = (
        [one for one in site.tables_of(newest) if current.get(one.name) is one] if newest else []
    )
    tables = [*first, *(one for one in site.current if one not in first)]
    for question in QUESTIONS:
        asked = [one for one in tables if one.question.code == question]
        for one in [*filter(_tells, asked), *asked]:
            return one
    return tables[0] if tables else None


def leading(table: Table, said: Speaker) -> Leading:
    """What stands in front of a site, in a tongue."""
    return Leading(table, sentence(table, said), picture(table, said, alone=False))


def _tells(table: Table) -> bool:
    return any(cell.value is not None for cell in table.cells if _whole(cell))


def _whole(cell: Cell) -> bool:
    return cell.measure in {"entered", "share"} and {*cell.at} <= {TOTAL, NOT_APPLICABLE}
