"""One table along one of its dimensions: the numbers a reader compares, as rows of a picture.

Which scheme a dimension is of, its codes say: a table names no scheme, and its readers have only
the table too.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from candlemark.publish.site.bars import Row
from candlemark.publish.site.looking import on_last_day
from candlemark.publish.table import NOT_APPLICABLE, TOTAL, Sign

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from candlemark.definition import Edition
    from candlemark.publish.site.speaking import Speaker
    from candlemark.publish.table import Cell, Dimension, Measure, Table

DIVIDING: Final = ("group", "category")
"""Dimensions that are of a scheme."""
WHOLE: Final = frozenset({TOTAL, NOT_APPLICABLE})
REGIONS: Final = "regions"
_REGION: Final = re.compile(r"[a-z]{2}-[a-z0-9]{1,3}", re.IGNORECASE)
_FIRST: Final = ("entered", "began", "standing", "share", "reached", "days-half")
"""Measures in the order in which a reader asks for them."""


@dataclass(frozen=True, slots=True)
class Cut:
    """A table, the dimension it is looked at along, and the cell that speaks for each code."""

    table: Table
    dimension: Dimension
    measure: Measure
    cells: Mapping[str, Cell]
    wider: frozenset[str] = frozenset()
    """Codes that others of the cut lie in.  A case is counted under its own code only, so nobody
    under a wider one says nothing of those in it."""

    def rows(self, said: Speaker) -> list[Row]:
        """What is worth a bar: every code but those of nobody."""
        return [Row(label, cell) for _, label, cell in self.named(said) if not _nobody(cell)]

    def named(self, said: Speaker) -> Iterator[tuple[str, str, Cell]]:
        """Every code, what it is called, and its cell."""
        for one in self.dimension.categories:
            if one.code in self.cells:
                yield one.code, said.text(one.labels), self.cells[one.code]

    def heads(self, code: str) -> bool:
        """Whether a code only stands over others here: it has some in it, and nobody by itself."""
        return code in self.wider and _nobody(self.cells[code])

    def whole(self, tables: Sequence[Table]) -> Cell | None:
        """The same of everybody: from this table, or from another of the same cases."""
        mine = (self.table.agency.code, self.table.unit.code, self.table.entry.code)
        for table in (self.table, *tables):
            if mine == (table.agency.code, table.unit.code, table.entry.code):
                for cell in table.cells:
                    if cell.measure == self.measure.code and {*cell.at} <= WHOLE:
                        return cell
        return None


def _nobody(cell: Cell) -> bool:
    return cell.sign is Sign.ZERO


def cuts(tables: Sequence[Table], schemes: Sequence[str], edition: Edition | None) -> Iterator[Cut]:
    """The tables that are divided by one of some schemes, along it."""
    for table in tables:
        for dimension in table.dimensions:
            if dimension.code in DIVIDING and _is_of(dimension, schemes, edition, table):
                yield from filter(None, [_cut(table, dimension, _wider(dimension, edition))])


def _is_of(
    dimension: Dimension, schemes: Sequence[str], edition: Edition | None, table: Table
) -> bool:
    named = [
        code for code in dimension.codes if code not in WHOLE and not is_absence(code, edition)
    ]
    if not named:
        return False
    if REGIONS in schemes and all(_REGION.fullmatch(code) for code in named):
        return True
    known = [one for one in edition.schemes if one.code in schemes] if edition else []
    fits = [one.code for one in known if all(code in one for code in named)]
    # Two schemes can share their codes; the name of the table says which was asked for.
    return bool(fits) and (
        len(fits) == len(known) or any(code in table.name for code in fits) or len(fits) == 1
    )


def is_absence(code: str, edition: Edition | None) -> bool:
    """Whether a code says that there is none: not asked, unknown, not understood."""
    return code == "unmapped" or (edition is not None and code in edition.scheme("absences"))


def _wider(dimension: Dimension, edition: Edition | None) -> frozenset[str]:
    """The codes of a dimension that others of it lie in."""
    codes = set(dimension.codes)
    return frozenset(
        term.broader
        for scheme in (edition.schemes if edition is not None else ())
        for term in scheme.terms
        if term.code in codes and term.broader in codes
    )


def _cut(table: Table, dimension: Dimension, wider: frozenset[str]) -> Cut | None:
    """The first measure that has a cell for the codes, everything else being whole."""
    place = table.dimensions.index(dimension)
    there = [one.code for one in table.measures]
    for code in (*(one for one in _FIRST if one in there), *there):
        found = _cells(table, place, code)
        if found:
            return Cut(table, dimension, table.measure(code), found, wider)
    return None


def _cells(table: Table, place: int, measure: str) -> dict[str, Cell]:
    names = [one.code for one in table.dimensions]
    mine = [
        (dict(zip(names, cell.at, strict=True)), cell)
        for cell in table.cells
        if cell.measure == measure and cell.at[place] not in WHOLE
    ]
    whole = [
        cell
        for _, cell in mine
        if all(code in WHOLE for one, code in enumerate(cell.at) if one != place)
    ]
    if whole:
        return {cell.at[place]: cell for cell in whole}
    waiting = [(at, cell) for at, cell in mine if at.get("state") == "pending"]
    return {cell.at[place]: cell for _, cell in on_last_day(waiting)}
