"""The agency's codes beside our terms: what maps, how, and exactly what does not.

A cell is split where the crosswalk says so, brought to Unicode NFC and trimmed, and looked up.
The raw code stays beside the term.  A code without a row in the map is ``unmapped`` and is named;
its rows are kept.  Nothing is guessed: not by case, not by accents, not by likeness.

An empty cell is no code, unless the map has a row for the empty code (which then says whether
nothing is known, or nobody asked).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pyarrow as pa

from candlemark.agency.engine import name, text
from candlemark.agency.report import (
    LISTED,
    UNMAPPED,
    CodeCount,
    Coverage,
    RelationCount,
)
from candlemark.agency.source import normal
from candlemark.definition.crosswalk import Relation, Use

if TYPE_CHECKING:
    from collections.abc import Sequence

    from candlemark.agency.engine import Engine
    from candlemark.agency.landing import Landed
    from candlemark.definition.crosswalk import CodeMap, Column, Crosswalk

RELATIONS: tuple[str, ...] = (*(relation.value for relation in Relation), UNMAPPED)


@dataclass(frozen=True, slots=True)
class Coded:
    """A column that holds codes, and the names of the engine's tables about it.

    ``cells (cell, id)``: each distinct text.  ``pieces (id, code)``: the codes in it.
    ``counts (k, code, n)``: rows per unit and code; ``k`` is NULL for rows without a unit.
    """

    landed: Landed
    column: Column
    map_number: int

    @property
    def _place(self) -> str:
        return f"{self.landed.number}_{self.landed.table.columns.index(self.column)}"

    @property
    def key(self) -> str:
        """Name of the column in the table of coded rows: the ``id`` of its cell."""
        return f"c{self.landed.table.columns.index(self.column)}"

    @property
    def cells(self) -> str:
        """Name of the table of distinct texts."""
        return f"cells_{self._place}"

    @property
    def pieces(self) -> str:
        """Name of the table of the codes in each text."""
        return f"pieces_{self._place}"

    @property
    def counts(self) -> str:
        """Name of the table of rows per unit and code."""
        return f"counts_{self._place}"

    @property
    def map(self) -> str:
        """Name of the table of all codes met under the map."""
        return f"map_{self.map_number}"


@dataclass(frozen=True, slots=True)
class Book:
    """A map's codes as they were met in a source, numbered in the order of their texts.

    ``table``: ``raw``, ``scheme``, ``term`` (or null), ``relation``, ``absent`` (or null).
    """

    number: int
    table: pa.Table

    @property
    def terms(self) -> tuple[tuple[str, str | None], ...]:
        """Each code and its term, in their order."""
        return tuple(
            zip(self.table["raw"].to_pylist(), self.table["term"].to_pylist(), strict=True)
        )


def coded_columns(crosswalk: Crosswalk, tables: Sequence[Landed]) -> tuple[Coded, ...]:
    """Every column that holds codes and is there."""
    numbers = {map_name: number for number, map_name in enumerate(crosswalk.maps)}
    return tuple(
        Coded(landed, column, numbers[column.map])
        for landed in tables
        for column in landed.table.columns
        if column.use is Use.CODE and column.name not in landed.header.absent
    )


def look_up(engine: Engine, crosswalk: Crosswalk, columns: Sequence[Coded]) -> tuple[Book, ...]:
    """Make ``cells``, ``pieces`` and ``map`` for all coded columns; a book for every map.

    ``map (code, raw, term, relation, absent, standing)`` is the book in the engine; ``standing``
    is the number of the relation.
    """
    books: list[Book] = []
    for number, code_map in enumerate(crosswalk.maps.values()):
        known = {normal(row.code) for row in code_map.rows}
        cut = [
            (coded, _cut(engine, coded, known)) for coded in columns if coded.map_number == number
        ]
        pieces = {piece for _, cells in cut for found in cells.values() for piece in found}
        codes = {piece: code for code, piece in enumerate(sorted(pieces))}
        book = Book(number, _looked_up(code_map, list(codes)))
        books.append(book)
        standing = [RELATIONS.index(one) for one in book.table["relation"].to_pylist()]
        engine.keep(
            f"map_{number}",
            book.table.append_column("code", pa.array(codes.values(), pa.int32())).append_column(
                "standing", pa.array(standing, pa.int32())
            ),
        )
        for coded, cells in cut:
            _keep_cut(engine, coded, cells, codes)
    return tuple(books)


def _cut(engine: Engine, coded: Coded, known: set[str]) -> dict[str, tuple[str, ...]]:
    """Each distinct cell of a column, and the codes in it."""
    cells: dict[str, tuple[str, ...]] = {}
    for (cell,) in engine.rows(
        f"SELECT DISTINCT {coded.landed.cell(coded.column.name)} FROM {coded.landed.sql} raw"
    ):
        split = cell.split(coded.column.split) if coded.column.split else [cell]
        pieces = dict.fromkeys(map(normal, split))
        if len(pieces) > 1 or "" not in known:
            pieces.pop("", None)
        cells[cell] = tuple(pieces)
    return cells


def _keep_cut(
    engine: Engine, coded: Coded, cells: dict[str, tuple[str, ...]], codes: dict[str, int]
) -> None:
    pairs = [
        (number, codes[piece]) for number, found in enumerate(cells.values()) for piece in found
    ]
    integers = pa.int32()
    ids = pa.array(range(len(cells)), integers)
    engine.keep(coded.cells, pa.table({"cell": pa.array(cells, pa.string()), "id": ids}))
    engine.keep(
        coded.pieces,
        pa.table(
            {
                "id": pa.array([number for number, _ in pairs], integers),
                "code": pa.array([code for _, code in pairs], integers),
            }
        ),
    )


def _looked_up(code_map: CodeMap, codes: Sequence[str]) -> pa.Table:
    rows = {normal(row.code): row for row in code_map.rows}
    found = [rows.get(code) for code in codes]
    return pa.table(
        {
            "raw": pa.array(codes, pa.string()),
            "scheme": pa.array([code_map.scheme] * len(codes), pa.string()),
            "term": pa.array([row.term or None if row else None for row in found], pa.string()),
            "relation": pa.array(
                [row.relation.value if row else UNMAPPED for row in found], pa.string()
            ),
            "absent": pa.array([row.absent or None if row else None for row in found], pa.string()),
        }
    )


def count(engine: Engine, columns: Sequence[Coded]) -> None:
    """Make ``counts`` for every coded column, from the table of coded rows."""
    for coded in columns:
        engine.run(
            f"CREATE OR REPLACE TABLE {coded.counts} AS"
            f" SELECT k, code, count(*) AS n FROM coded_{coded.landed.number}"
            f" JOIN {coded.pieces} ON id = {coded.key} GROUP BY k, code"
        )


def codes_sql(columns: Sequence[Coded], books: Sequence[Book]) -> str:
    """SQL for ``(k, code)``: each unit's codes, each once per map.

    ``code`` counts through all books, one after the other.
    """
    selects = []
    start = 0
    for book in books:
        several = [coded for coded in columns if coded.map_number == book.number]
        # One column has each code of a unit once; several may repeat it.
        union = " UNION ".join(
            f"SELECT k, code FROM {coded.counts} WHERE k IS NOT NULL" for coded in several
        )
        if several:
            selects.append(f"SELECT k, (code + {start})::INTEGER AS code FROM ({union})")
        start += book.table.num_rows
    nothing = "SELECT k, 0::INTEGER AS code FROM units WHERE false"
    return f"SELECT * FROM ({' UNION ALL '.join(selects) or nothing}) ORDER BY k, code"


def coverage(
    engine: Engine, crosswalk: Crosswalk, columns: Sequence[Coded]
) -> tuple[Coverage, ...]:
    """How far each map reaches in each column it codes."""
    maps = list(crosswalk.maps.values())
    return tuple(_coverage(engine, coded, maps[coded.map_number]) for coded in columns)


def _coverage(engine: Engine, coded: Coded, code_map: CodeMap) -> Coverage:
    joined = f"{coded.counts} JOIN {coded.map} USING (code)"
    kinds = dict(
        engine.rows(f"SELECT standing, count(DISTINCT code) FROM {joined} GROUP BY standing")
    )
    relations = {
        RELATIONS[standing]: RelationCount(RELATIONS[standing], kinds[standing], rows, units)
        for standing, rows, units in engine.rows(
            # Twice grouped: much faster than counting distinct units per relation.
            "SELECT standing, sum(n)::BIGINT, count(k) FROM"
            f" (SELECT standing, k, sum(n) AS n FROM {joined} GROUP BY standing, k)"
            " GROUP BY standing"
        )
    }
    codes = tuple(
        CodeCount(raw, relation, term, absent, rows, units)
        for raw, relation, term, absent, rows, units in engine.rows(
            "SELECT raw, relation, coalesce(term, ''), coalesce(absent, ''),"
            f" sum(n)::BIGINT AS total, count(k) FROM {joined}"
            " GROUP BY raw, relation, term, absent"
            f" ORDER BY (relation <> {text(UNMAPPED)}), total DESC, raw LIMIT {LISTED}"
        )
    )
    (empty,) = engine.one(
        f"SELECT count(*) FROM coded_{coded.landed.number}"
        f" ANTI JOIN {coded.pieces} ON id = {name(coded.key)}"
    )
    return Coverage(
        map=code_map.name,
        scheme=code_map.scheme,
        table=coded.landed.table.name,
        column=coded.column.name,
        empty_rows=empty,
        relations=tuple(
            relations.get(relation, RelationCount(relation, 0, 0, 0)) for relation in RELATIONS
        ),
        codes=codes,
        codes_total=sum(relation.codes for relation in relations.values()),
    )
