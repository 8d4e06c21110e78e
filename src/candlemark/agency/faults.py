"""Cells that cannot be read as what the crosswalk says they are.

The row is kept, the cell counts as unreadable, and the report names place and content.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from candlemark.agency.dates import date_columns
from candlemark.agency.engine import normal
from candlemark.agency.finding import braced
from candlemark.agency.report import LISTED, FaultCount, RowFault
from candlemark.definition.crosswalk import Use

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from candlemark.agency.engine import Engine
    from candlemark.agency.landing import Landed

_NUMBER: Final = r"[+-]?[0-9]+([.,][0-9]+)?"
_SHOWN: Final = 40
"""Letters of a cell that a report shows."""


def find_faults(
    engine: Engine, tables: Sequence[Landed]
) -> tuple[tuple[FaultCount, ...], tuple[RowFault, ...]]:
    """Cells that are not what the crosswalk says they are: all counted, the first ones listed."""
    counts: list[FaultCount] = []
    faults: list[RowFault] = []
    for landed in tables:
        for kind, column, condition, cell, what in _checks(landed):
            rows = f"FROM coded_{landed.number} JOIN {landed.sql} raw ON raw.rowid = r"
            (count,) = engine.one(f"SELECT count(*) {rows} WHERE {condition}")
            if not count:
                continue
            counts.append(FaultCount(kind, landed.table.name, column, count))
            faults.extend(
                RowFault(landed.table.name, row, column, what.format(value))
                for row, value in engine.rows(
                    f"SELECT r + 2, {cell} {rows} WHERE {condition} ORDER BY r LIMIT {LISTED}"
                )
            )
    return tuple(counts), tuple(faults)


def _checks(landed: Landed) -> Iterator[tuple[str, str, str, str, str]]:
    """Kind, column, condition of the fault, cell to show, what to say of it."""
    table = landed.table
    for column in date_columns(landed):
        place = table.columns.index(column)
        cell = landed.cell(column.name)
        said = f"{{!r}} is not a date of the form {braced(' or '.join(column.formats))}"
        yield "date", column.name, f"d{place}_bad", f"substr({cell}, 1, {_SHOWN})", said
    for column in table.columns:
        if column.use is Use.COUNT and column.name not in landed.header.absent:
            cell = normal(landed.cell(column.name))
            wrong = f"NOT regexp_full_match({cell}, '{_NUMBER}') AND ({cell}) <> ''"
            shown = f"substr({landed.cell(column.name)}, 1, {_SHOWN})"
            yield "number", column.name, wrong, shown, "{!r} is not a number"
    if table.unit_key:
        key = ", ".join(table.unit_key)
        yield (
            "identifier",
            key,
            f"r IN (SELECT r FROM keyed_{landed.number} WHERE u IS NULL)",
            "''",
            "there is no identifier of the unit",
        )
