"""Audits a crosswalk asks for, because its author knows where this agency's files contradict.

Each gives its evidence: which groups with how many rows, how many minutes in how many pairs, which
rows.  Nothing is corrected by them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import pyarrow as pa

from candlemark.agency.dates import date_columns, dictionary, has_time
from candlemark.agency.engine import name, normal, text
from candlemark.agency.finding import Question, answer
from candlemark.agency.report import Finding, Share
from candlemark.agency.source import normal as plain
from candlemark.definition.crosswalk import AuditKind

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from candlemark.agency.codes import Coded
    from candlemark.agency.engine import Engine
    from candlemark.agency.landing import Landed
    from candlemark.definition.crosswalk import Audit, Column, Crosswalk

CLOCK_SHARE: Final = 0.9
"""A clock is shifted when at least this share of pairs differ by the same time."""

_GROUPS_SHOWN: Final = 20


def find_asked(
    engine: Engine, crosswalk: Crosswalk, tables: Sequence[Landed], columns: Sequence[Coded]
) -> list[Finding]:
    """The audits the crosswalk asks for."""
    by_name = {landed.table.name: landed for landed in tables}
    found: list[Finding] = []
    for audit in crosswalk.audits:
        landed = by_name[audit.table]
        if audit.column in landed.header.absent:
            continue
        if audit.kind is AuditKind.ONE_CODE_MANY_GROUPS:
            found += _many_groups(engine, landed, audit)
        elif audit.kind is AuditKind.CLOCK_SHIFT:
            found += _clock(engine, landed, by_name[audit.other_table], audit)
        elif audit.kind is AuditKind.FLAG_AGREES:
            found += _flag(engine, crosswalk, landed, audit, columns)
    return found


def _many_groups(engine: Engine, landed: Landed, audit: Audit) -> Iterator[Finding]:
    """One finding per code that the agency files under several of its own groups."""
    one, other = landed.cell(audit.column), landed.cell(audit.other)
    groups_of: dict[str, set[str]] = {}
    pairs = engine.rows(f"SELECT DISTINCT {one}, {other} FROM {landed.sql} raw")
    for code, own in pairs:
        groups_of.setdefault(plain(code), set()).add(plain(own))
    several = {code for code, owns in groups_of.items() if code and len(owns - {""}) > 1}
    shaped = [
        (code, own, plain(code), plain(own))
        for code, own in pairs
        if plain(code) in several and plain(own)
    ]
    if not shaped:
        return
    columns = zip(*shaped, strict=True)
    engine.keep("pairs", pa.table(dict(zip(("a", "b", "code", "own"), columns, strict=True))))
    rows = engine.rows(
        "SELECT code, own, count(*) AS n, count(DISTINCT k) AS units"
        f" FROM {landed.sql} raw JOIN pairs ON a = {one} AND b = {other}"
        f" JOIN coded_{landed.number} ON r = raw.rowid"
        " GROUP BY code, own ORDER BY code, n DESC, own"
    )
    groups: dict[str, list[Share]] = {}
    for code, own, count, units in rows:
        groups.setdefault(code, []).append(Share(own, count, units))
    for code, shares in groups.items():
        total = sum(share.rows for share in shares)
        apart = total - shares[0].rows
        yield Finding(
            code=audit.kind.value,
            what=f"{code} stands under {len(shares)} groups of {audit.other}",
            table=landed.table.name,
            column=audit.column,
            other_column=audit.other,
            subject=code,
            count=apart,
            of=total,
            units=sum(share.units for share in shares[1:]),
            share=apart / total,
            shares=tuple(shares[:_GROUPS_SHOWN]),
        )


def _clock(engine: Engine, landed: Landed, other: Landed, audit: Audit) -> Iterator[Finding]:
    """A finding when most pairs of one unit's times differ by the same number of minutes."""
    sides = [_moments(landed, audit.column), _moments(other, audit.other)]
    if not all(sides):
        return
    rows = engine.rows(
        "SELECT date_diff('minute', b.moment, a.moment) AS minutes, count(*) AS n,"
        f" count(DISTINCT a.u) AS units FROM ({sides[0]}) a JOIN ({sides[1]}) b USING (u)"
        " GROUP BY minutes ORDER BY n DESC, abs(minutes), minutes"
    )
    pairs = sum(count for _, count, _ in rows)
    if not pairs:
        return
    minutes, count, units = rows[0]
    if minutes == 0 or count / pairs < CLOCK_SHARE:
        return
    ahead = "ahead of" if minutes > 0 else "behind"
    yield Finding(
        code=audit.kind.value,
        what=f"{audit.table}.{audit.column} is {abs(minutes)} minutes {ahead}"
        f" {audit.other_table}.{audit.other} in {count:,} of {pairs:,} pairs",
        table=audit.table,
        column=audit.column,
        other_table=audit.other_table,
        other_column=audit.other,
        count=count,
        of=pairs,
        units=units,
        share=count / pairs,
        minutes=minutes,
        shares=tuple(Share(str(gap), n, its) for gap, n, its in rows[:_GROUPS_SHOWN]),
    )


def _moments(landed: Landed, column_name: str) -> str:
    """SQL for the distinct times a table gives for a unit; empty where it has no times."""
    column = _column(landed, column_name)
    if column is None or not has_time(column):
        return ""
    return (
        f"SELECT DISTINCT u, moment FROM {landed.sql} raw"
        f" JOIN keyed_{landed.number} ON r = raw.rowid"
        f" JOIN {name(dictionary(landed, column))} day ON day.cell = {landed.cell(column.name)}"
        " WHERE moment IS NOT NULL AND u IS NOT NULL"
    )


def _column(landed: Landed, column_name: str) -> Column | None:
    return next((one for one in date_columns(landed) if one.name == column_name), None)


def _flag(
    engine: Engine, crosswalk: Crosswalk, landed: Landed, audit: Audit, columns: Sequence[Coded]
) -> Iterator[Finding]:
    """Rows whose yes or no about "several codes" is not what their own codes say."""
    counted = [
        f"SELECT r, m.raw FROM coded_{landed.number} JOIN {coded.pieces} ON id = {coded.key}"
        f" JOIN {coded.map} m USING (code) WHERE m.relation <> 'none'"
        for coded in columns
        if coded.landed is landed and crosswalk.maps[coded.column.map].scheme == audit.other
    ]
    if not counted:
        return
    yes = ", ".join(text(plain(value)) for value in audit.yes)
    source = (
        f"(SELECT r, k, ({normal(landed.cell(audit.column))}) IN ({yes}) AS says,"
        f" ({normal(landed.cell(audit.column))}) = '' AS silent, coalesce(n, 0) AS n"
        f" FROM coded_{landed.number} JOIN {landed.sql} raw ON raw.rowid = r"
        f" LEFT JOIN (SELECT r, count(*) AS n FROM ({' UNION ALL '.join(counted)}) GROUP BY r)"
        " USING (r))"
    )
    for condition, subject, what in (
        ("says AND n < 2", "yes", "say several and name at most one"),
        ("NOT says AND NOT silent AND n > 1", "no", "say not several and name several"),
    ):
        yield from answer(
            engine,
            Question(landed, source, condition, "NOT silent", subject),
            audit.kind.value,
            audit.column,
            f"{{count}} of {{total}} rows {what}",
        )
