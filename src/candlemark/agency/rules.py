"""The rules of a crosswalk applied to rows: each row asked once, and kept as numbers.

A coded row says of a row of the source which unit it is about, what its dates are, which code each
coded cell is and which rules hold.  Everything that counts reads these narrow rows, not the text.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from candlemark.agency.dates import date_columns, date_text, dictionary
from candlemark.agency.engine import name, normal, text
from candlemark.agency.source import normal as plain

if TYPE_CHECKING:
    from collections.abc import Sequence

    from candlemark.agency.codes import Coded
    from candlemark.agency.engine import Engine
    from candlemark.agency.landing import Landed
    from candlemark.definition.crosswalk import Condition, EventRule


@dataclass(frozen=True, slots=True)
class Rule:
    """An event rule in its table; ``number`` counts over all tables."""

    landed: Landed
    rule: EventRule
    number: int
    outcome: Coded | None
    begins: bool
    """Whether the case begins with it: the first stage of the main table."""

    @property
    def holds(self) -> str:
        """SQL over a coded row: whether the rule's conditions hold."""
        return f"w{self.number}" if self.rule.when else "true"

    @property
    def dated(self) -> bool:
        """Whether the file has a column with the date of these events."""
        return bool(self.rule.date) and self.rule.date not in self.landed.header.absent

    def date(self, part: str) -> str:
        """Name of a part (``lo``, ``hi``, ``bad``) of the rule's date in a coded row."""
        names = [column.name for column in self.landed.table.columns]
        return f"d{names.index(self.rule.date)}_{part}"


def rules_of(tables: Sequence[Landed], columns: Sequence[Coded]) -> tuple[Rule, ...]:
    """All rules, in the order of the crosswalk."""
    places = {(coded.landed.number, coded.column.name): coded for coded in columns}
    pairs = [(landed, rule) for landed in tables for rule in landed.table.events]
    first = next((rule.own for landed, rule in pairs if landed.table.main), "")
    return tuple(
        Rule(
            landed,
            rule,
            number,
            places.get((landed.number, rule.outcome)),
            landed.table.main and rule.own == first,
        )
        for number, (landed, rule) in enumerate(pairs)
    )


def code_rows(
    engine: Engine, landed: Landed, columns: Sequence[Coded], rules: Sequence[Rule]
) -> None:
    """Make ``coded_<n>``: one narrow row per row of the table.

    ``r`` its place, ``k`` its unit (or NULL), ``d<i>_lo``, ``d<i>_hi``, ``d<i>_bad`` each date,
    ``c<i>`` the number of each coded cell, ``w<i>`` whether the conditions of a rule hold.
    """
    selects = ["raw.rowid AS r", "units.k"]
    joins = [
        f"JOIN keyed_{landed.number} keyed ON keyed.r = raw.rowid",
        "LEFT JOIN units ON units.u = keyed.u",
    ]
    for column in date_columns(landed):
        place = landed.table.columns.index(column)
        table = name(dictionary(landed, column))
        joins.append(f"LEFT JOIN {table} d{place} ON d{place}.cell = {date_text(landed, column)}")
        selects += [f"d{place}.{part} AS d{place}_{part}" for part in ("lo", "hi", "bad")]
    for coded in columns:
        if coded.landed is landed:
            cell = landed.cell(coded.column.name)
            joins.append(f"LEFT JOIN {coded.cells} {coded.key} ON {coded.key}.cell = {cell}")
            selects.append(f"{coded.key}.id AS {coded.key}")
    selects += [
        f"{_conditions(landed, rule.rule.when)} AS w{rule.number}"
        for rule in rules
        if rule.landed is landed and rule.rule.when
    ]
    engine.run(
        f"CREATE OR REPLACE TABLE coded_{landed.number} AS SELECT {', '.join(selects)}"
        f" FROM {landed.sql} raw {' '.join(joins)}"
    )


def _conditions(landed: Landed, conditions: Sequence[Condition]) -> str:
    return " AND ".join(
        f"({normal(landed.cell(one.column))})"
        + (
            f" IN ({', '.join(text(plain(value)) for value in one.values)})"
            if one.values
            else " <> ''"
        )
        for one in conditions
    )
