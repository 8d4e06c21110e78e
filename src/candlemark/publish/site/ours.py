"""Our own figures in short, to stand beside numbers of others: of everybody together, by stage.

Nothing is added up here: each number is a cell of a published table, with its sign and interval,
and what is pending stands in a column, or on a row, of its own.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from candlemark.publish.site.cells import cell_html
from candlemark.publish.site.looking import of_everybody
from candlemark.publish.table import NOT_APPLICABLE, TOTAL
from candlemark.publish.turning import BY_HAND

if TYPE_CHECKING:
    from markupsafe import Markup

    from candlemark.publish.site.content import Site
    from candlemark.publish.site.speaking import Speaker
    from candlemark.publish.table import Cell, Table

_PENDING: Final = "pending"
_ALONG: Final = (
    ("stage", ("reached", _PENDING, "ended")),
    ("state", ("share", "standing")),
)
"""What a reader asks for first, along which dimension."""


@dataclass(frozen=True, slots=True)
class Line:
    """One row: what it is of, whether it is of what is pending, and its cells as HTML."""

    label: str
    pending: bool
    cells: tuple[Markup, ...]


@dataclass(frozen=True, slots=True)
class Short:
    """A table in short."""

    along: str
    columns: tuple[tuple[str, bool], ...]
    """The names of its measures, each with whether it is of what is pending."""
    lines: tuple[Line, ...]


def tables_of(site: Site, country: str) -> tuple[Table, ...]:
    """The tables of a country that can be shown in short, in the order of the releases.

    A table of an agency is of the country its crosswalk is named by; one of cases entered by hand
    is of the country that the group says is its own.
    """
    return tuple(one for one in site.current if _country(site, one) == country and _cells(one))


def _country(site: Site, table: Table) -> str:
    if table.agency.code == BY_HAND:
        return site.contact.home
    return table.agency.code.partition("-")[0].upper()


def short(table: Table, said: Speaker) -> Short:
    """A table that :func:`tables_of` gave, in short."""
    along, measures, found = _cells(table)[0]
    dimension = table.dimension(along)
    labels = {
        one.code: said.text(one.labels) for one in (dimension.categories if dimension else ())
    }
    return Short(
        along=said.text(dimension.labels) if dimension else "",
        columns=tuple((said.text(table.measure(one).labels), one == _PENDING) for one in measures),
        lines=tuple(
            Line(
                labels[code],
                code == _PENDING,
                tuple(cell_html(cells.get(one), table.measure(one), said) for one in measures),
            )
            for code, cells in found.items()
        ),
    )


def _cells(table: Table) -> list[tuple[str, tuple[str, ...], dict[str, dict[str, Cell]]]]:
    """Along which dimensions a table can be shown in short, by which measures, with what cells."""
    shown = []
    for along, measures in _asked(table):
        found: dict[str, dict[str, Cell]] = {}
        for measure in measures:
            for at, cell in _last_day(table, measure):
                if at.get("category", TOTAL) == TOTAL and at[along] not in {TOTAL, NOT_APPLICABLE}:
                    found.setdefault(at[along], {})[measure] = cell
        if found:
            shown.append((along, measures, found))
    return shown


def _asked(table: Table) -> list[tuple[str, tuple[str, ...]]]:
    """The dimensions a reader asks for first, and the measures a table has along them."""
    has = {one.code for one in table.measures}
    found = [
        (along, tuple(one for one in wanted if one in has))
        for along, wanted in _ALONG
        if table.dimension(along) is not None
    ]
    return [(along, measures) for along, measures in found if measures]


def _last_day(table: Table, measure: str) -> list[tuple[dict[str, str], Cell]]:
    found = list(of_everybody(table, measure))
    days = [at["day"] for at, _ in found if at.get("day", NOT_APPLICABLE) != NOT_APPLICABLE]
    last = max(days, key=int) if days else None
    return [(at, cell) for at, cell in found if last is None or at["day"] == last]
