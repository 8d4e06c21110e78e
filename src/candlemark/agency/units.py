"""Which rows are about the same counting unit: complaints are counted, not rows.

A unit is named by the crosswalk's key columns, in Unicode NFC without outer space; several columns
are joined by ``|`` (a bar or backslash inside is preceded by a backslash, so that no two keys meet
in one name).  Where the source has no key, each row is a unit, named by what it says:
``row-`` and the beginning of the SHA-256 of its cells, and for the second of two equal rows
``#2``.  So a unit has the same name in the next snapshot, whatever the order of the rows.

A row whose key is empty belongs to no unit.  It is kept, and it is a fault.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from candlemark.agency.engine import normal, text
from candlemark.definition.crosswalk import Use
from candlemark.errors import Fault, IdsDamaged

if TYPE_CHECKING:
    from collections.abc import Sequence

    from candlemark.agency.engine import Engine
    from candlemark.agency.landing import Landed
    from candlemark.definition.crosswalk import Crosswalk

DAMAGED: Final = r"\s*[0-9]([.,][0-9]+)?[eE]\+[0-9]+\s*"
"""A number as a spreadsheet writes it once it has forgotten its digits: 2.01901E+14."""

_ROWS_NAMED: Final = 1000
_HASH_LETTERS: Final = 20


def key_text(landed: Landed, columns: Sequence[str], alias: str = "raw") -> str:
    """SQL for the name that ``columns`` give; NULL where all of them are empty."""
    cells = [normal(landed.cell(column, alias)) for column in columns]
    if len(cells) == 1:
        return f"nullif({cells[0]}, '')"
    escaped = [f"replace(replace({cell}, '\\', '\\\\'), '|', '\\|')" for cell in cells]
    joined = " || '|' || ".join(escaped)
    return f"nullif({joined}, {text('|' * (len(cells) - 1))})"


def row_text(landed: Landed, alias: str = "raw") -> str:
    """SQL for a whole row as one text, in the crosswalk's order of columns.

    NUL stands between the cells: a file that holds one was refused.
    """
    cells = ", ".join(landed.cell(column.name, alias) for column in landed.table.columns)
    return f"concat_ws(chr(0), {cells})"


def refuse_damaged(engine: Engine, tables: Sequence[Landed]) -> None:
    """Refuse identifiers that a spreadsheet has rounded: they no longer tell units apart.

    Raises:
        IdsDamaged: ``faults`` names rows and columns, of all tables.
    """
    faults: list[Fault] = []
    total = 0
    for landed in tables:
        for column in _key_columns(landed):
            damaged = (
                f"FROM {landed.sql} raw"
                f" WHERE regexp_full_match({landed.cell(column)}, {text(DAMAGED)})"
            )
            (count,) = engine.one(f"SELECT count(*) {damaged}")
            total += count
            faults.extend(
                Fault(f"{landed.file}, row {row}, column {column}", "rounded by a spreadsheet")
                for (row,) in engine.rows(
                    f"SELECT rowid + 2 {damaged} ORDER BY rowid LIMIT {_ROWS_NAMED}"
                )
            )
            if count > _ROWS_NAMED:
                faults.append(Fault(f"{landed.file}, column {column}", f"{count:,} rows in all"))
    if total:
        raise IdsDamaged(
            f"{total:,} identifiers were rounded by a spreadsheet (as in 2.01901E+14)",
            hint="get the file again and do not open it in a spreadsheet, or format the column as"
            " text there before loading it; nothing was imported",
            faults=faults,
        )


def _key_columns(landed: Landed) -> tuple[str, ...]:
    table = landed.table
    incident = [column.name for column in table.columns if column.use is Use.INCIDENT]
    named = [column.name for column in table.columns if column.use is Use.UNIT]
    wanted = dict.fromkeys((*table.unit_key, *table.row_key, *incident, *named))
    return tuple(column for column in wanted if column not in landed.header.absent)


def name_units(engine: Engine, crosswalk: Crosswalk, tables: Sequence[Landed]) -> None:
    """Make ``keyed_<n> (r, u)`` for each table and ``units (k, u)``.

    ``u`` is the unit's name, ``k`` its number in the order of names, from 0.  Units are those of
    the main table; a row of another table about a unit that is not there has a ``u`` and no ``k``.
    """
    for landed in tables:
        key_rows(engine, landed)
    main = next(landed for landed in tables if landed.table is crosswalk.main)
    # A table in the order of names, numbered by place: no window over a million texts.
    engine.run(
        f"CREATE OR REPLACE TABLE named AS SELECT DISTINCT u FROM keyed_{main.number}"
        " WHERE u IS NOT NULL ORDER BY u"
    )
    engine.run("CREATE OR REPLACE VIEW units AS SELECT rowid::INTEGER AS k, u FROM named")


def key_rows(engine: Engine, landed: Landed) -> None:
    """Make ``keyed_<n> (r, u)``: the unit each row of a table is about, or NULL."""
    keyed = (
        f"SELECT raw.rowid AS r, {key_text(landed, landed.table.unit_key)} AS u"
        f" FROM {landed.sql} raw"
        if landed.table.unit_key
        else _numbered_rows(landed)
    )
    engine.run(f"CREATE OR REPLACE TABLE keyed_{landed.number} AS {keyed}")


def _numbered_rows(landed: Landed) -> str:
    """SQL for row and unit where each row is a unit."""
    whole = row_text(landed)
    base = f"'row-' || substr(sha256({whole}), 1, {_HASH_LETTERS})"
    if landed.table.row_key:
        base = f"coalesce({key_text(landed, landed.table.row_key)}, {base})"
    return (
        "SELECT r, CASE WHEN n = 1 THEN base ELSE base || '#' || n END AS u FROM ("
        "SELECT r, base, row_number() OVER (PARTITION BY base ORDER BY whole) AS n FROM ("
        f"SELECT raw.rowid AS r, {base} AS base, {whole} AS whole FROM {landed.sql} raw))"
    )
