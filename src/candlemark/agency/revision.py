"""A later snapshot of a source held against the one before: what appeared, vanished and changed.

Both are compared unit by unit, as the rows landed and whatever their order, through 128 bits of
MD5 over each row, added up per unit.  (A file that was made so as to look unchanged would need a
collision within one unit; and the older version is kept whatever comes.)  Only of units that
differ are the columns compared, by the set of values a unit has in each.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from candlemark.agency.engine import text
from candlemark.agency.landing import Landed
from candlemark.agency.report import LISTED, ColumnChange, Revision, UnitChange
from candlemark.agency.source import Header
from candlemark.agency.units import key_rows

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import pyarrow as pa

    from candlemark.agency.engine import Engine
    from candlemark.definition.crosswalk import Crosswalk

ROWS: Final = "*"
"""In lists of changed columns: the number of a unit's rows, or how their cells go together."""

_BEFORE: Final = 1000
"""Numbers of earlier tables begin here, so that their names are not those of the new ones."""

_COLUMNS: Final = "coalesce(list(t || '.' || c ORDER BY t, c) FILTER (c IS NOT NULL), [])"

REVISED_SQL: Final = (
    f'SELECT u AS "case", change, {_COLUMNS} AS columns'
    " FROM revised LEFT JOIN touched USING (u) GROUP BY u, change ORDER BY u"
)
"""SQL for the content ``revision``: every unit that differs, and the columns of changed ones."""


@dataclass(frozen=True, slots=True)
class _Pair:
    """A table now and before."""

    now: Landed
    before: Landed

    @property
    def added(self) -> tuple[str, ...]:
        return _missing(self.now, self.before)

    @property
    def gone(self) -> tuple[str, ...]:
        return _missing(self.before, self.now)

    @property
    def both(self) -> tuple[str, ...]:
        there = set(self.before.header.columns)
        return tuple(column for column in self.now.header.columns if column in there)


def compare(
    engine: Engine,
    crosswalk: Crosswalk,
    tables: Sequence[Landed],
    earlier: Mapping[str, pa.RecordBatchReader],
) -> Revision:
    """How ``tables`` differ from the ``earlier`` ones; leaves the full list in the engine.

    Args:
        engine: holds ``tables``, with their units named.
        crosswalk: by which units are named, in both.
        tables: the new snapshot.
        earlier: the rows of each table as they landed then.

    Returns:
        A revision without the identifiers of batches, which the caller knows.
    """
    pairs = [
        _Pair(landed, _land_again(engine, landed, earlier[landed.table.name]))
        for landed in tables
        if landed.table.name in earlier
    ]
    _note_differing(engine, pairs)
    _note_columns(engine, pairs)
    main = text(crosswalk.main.name)
    engine.run(
        "CREATE OR REPLACE TABLE revised AS SELECT u, CASE"
        f" WHEN bool_or(t = {main} AND is_there AND NOT was_there) THEN 'appeared'"
        f" WHEN bool_or(t = {main} AND was_there AND NOT is_there) THEN 'vanished'"
        " ELSE 'changed' END AS change FROM differing GROUP BY u"
    )
    engine.run(
        "DELETE FROM touched USING revised WHERE touched.u = revised.u AND change <> 'changed'"
    )
    revision = _told(engine, pairs)
    for pair in pairs:
        engine.run(f"DROP TABLE {pair.before.sql}; DROP TABLE keyed_{pair.before.number}")
    return revision


def _land_again(engine: Engine, landed: Landed, rows: pa.RecordBatchReader) -> Landed:
    """An earlier version of a table in the engine, its rows named by unit."""
    columns = tuple(rows.schema.names)
    absent = tuple(one.name for one in landed.table.columns if one.name not in columns)
    header = Header(columns, absent, 0, 0, 0)
    number = landed.number + _BEFORE
    before = Landed(landed.table, number, header, landed.weight, landed.file, 0)
    engine.keep(before.sql, rows)
    key_rows(engine, before)
    return before


def _note_differing(engine: Engine, pairs: Sequence[_Pair]) -> None:
    """Make ``differing (t, u, is_there, was_there)``: units whose rows are not the same."""
    selects = [
        f"SELECT {text(pair.now.table.name)} AS t, coalesce(now.u, was.u) AS u,"
        " now.u IS NOT NULL AS is_there, was.u IS NOT NULL AS was_there"
        f" FROM ({_sums(pair, pair.now)}) now FULL JOIN ({_sums(pair, pair.before)}) was"
        " ON now.u = was.u WHERE (now.n, now.lower, now.upper)"
        " IS DISTINCT FROM (was.n, was.lower, was.upper)"
        for pair in pairs
    ]
    engine.run(f"CREATE OR REPLACE TABLE differing AS {' UNION ALL '.join(selects)}")


def _sums(pair: _Pair, landed: Landed) -> str:
    """SQL for what the rows of each unit add up to; rows without a unit go under no name."""
    cells = ", ".join(landed.cell(column) for column in pair.both)
    return (
        "SELECT u, count(*) AS n, sum(md5_number_lower(whole)) AS lower,"
        " sum(md5_number_upper(whole)) AS upper FROM ("
        f"SELECT coalesce(u, '') AS u, concat_ws(chr(0), {cells}) AS whole"
        f" FROM {landed.sql} raw JOIN keyed_{landed.number} ON r = raw.rowid) GROUP BY u"
    )


def _note_columns(engine: Engine, pairs: Sequence[_Pair]) -> None:
    """Make ``touched (t, u, c)``: in which columns units that were and are there differ."""
    engine.run("CREATE OR REPLACE TABLE touched (t VARCHAR, u VARCHAR, c VARCHAR)")
    (any_differs,) = engine.one("SELECT count(*) FROM differing WHERE is_there AND was_there")
    for pair in pairs:
        table = text(pair.now.table.name)
        for column in pair.both if any_differs else ():
            sides = [
                f"(SELECT u, sum(DISTINCT hash({landed.cell(column)})) AS s"
                f" FROM {landed.sql} raw JOIN keyed_{landed.number} ON r = raw.rowid"
                f" SEMI JOIN (SELECT u FROM differing WHERE t = {table} AND is_there AND was_there)"
                " USING (u) GROUP BY u)"
                for landed in (pair.now, pair.before)
            ]
            engine.run(
                f"INSERT INTO touched SELECT {table}, u, {text(column)}"
                f" FROM {sides[0]} now JOIN {sides[1]} was USING (u) WHERE now.s <> was.s"
            )
        engine.run(
            f"INSERT INTO touched SELECT {table}, u, '{ROWS}' FROM differing"
            f" WHERE t = {table} AND (NOT is_there OR NOT was_there"
            f" OR u NOT IN (SELECT u FROM touched WHERE t = {table}))"
        )


def _told(engine: Engine, pairs: Sequence[_Pair]) -> Revision:
    counts = dict(engine.rows("SELECT change, count(*) FROM revised GROUP BY change"))
    (same,) = engine.one("SELECT count(*) FROM units ANTI JOIN revised USING (u)")
    return Revision(
        batch="",
        of="",
        appeared=counts.get("appeared", 0),
        vanished=counts.get("vanished", 0),
        changed=counts.get("changed", 0),
        same=same,
        crosswalk_changed=False,
        columns=tuple(
            ColumnChange(table, column, count)
            for table, column, count in engine.rows(
                "SELECT t, c, count(DISTINCT u) AS n FROM touched GROUP BY t, c"
                " ORDER BY n DESC, t, c"
            )
        ),
        columns_added=tuple(column for pair in pairs for column in pair.added),
        columns_gone=tuple(column for pair in pairs for column in pair.gone),
        appeared_units=_listed(engine, "appeared"),
        vanished_units=_listed(engine, "vanished"),
        changed_units=tuple(
            UnitChange(unit, tuple(columns))
            for unit, _, columns in engine.rows(
                f"SELECT * FROM ({REVISED_SQL}) WHERE change = 'changed' LIMIT {LISTED}"
            )
        ),
    )


def _listed(engine: Engine, change: str) -> tuple[str, ...]:
    rows = engine.rows(
        f"SELECT u FROM revised WHERE change = {text(change)} ORDER BY u LIMIT {LISTED}"
    )
    return tuple(unit for (unit,) in rows)


def _missing(one: Landed, other: Landed) -> tuple[str, ...]:
    there = set(other.header.columns)
    return tuple(
        f"{one.table.name}.{column}" for column in one.header.columns if column not in there
    )
