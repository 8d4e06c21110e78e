"""What maps to what: an agency's codes seen from a term, its columns seen from a table."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from candlemark.definition.crosswalk import Relation, Use

if TYPE_CHECKING:
    from collections.abc import Iterable

    from candlemark.definition.crosswalk import CodeMap, CodeRow, Column, Crosswalk, Table


@dataclass(frozen=True, slots=True)
class Mapped:
    """An agency's codes that mean one term."""

    crosswalk: Crosswalk
    map: CodeMap
    rows: tuple[CodeRow, ...]


def mapped_to(crosswalks: Iterable[Crosswalk], scheme: str, term: str) -> tuple[Mapped, ...]:
    """Every agency code that is mapped to this term, by crosswalk and code list."""
    found = []
    for crosswalk in crosswalks:
        for codes in crosswalk.maps.values():
            rows = tuple(row for row in codes.rows if row.term == term)
            if codes.scheme == scheme and rows:
                found.append(Mapped(crosswalk, codes, rows))
    return tuple(found)


def column_uses(table: Table) -> tuple[tuple[Column, ...], tuple[Column, ...]]:
    """The columns of a table that are used for something, and those that are not."""
    used = tuple(column for column in table.columns if column.use is not Use.UNUSED)
    return used, tuple(column for column in table.columns if column.use is Use.UNUSED)


def codes_of(codes: CodeMap) -> tuple[tuple[str, int], ...]:
    """How many codes stand in each relation, in the order of the relations."""
    return tuple(
        (relation.value, sum(row.relation is relation for row in codes.rows))
        for relation in Relation
    )
