"""Checks of an import beside the reading itself, each with its evidence.

Some run always: cells that cannot be read, dates before the case began or later than the source
can know, rows about units the main table does not list, dates outside the crosswalk's validity,
outcomes the crosswalk does not know, line breaks inside cells.  The others a crosswalk asks for.

An audit reports.  It changes nothing, and a reader decides.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from candlemark.agency.dates import date_columns, dictionary, has_time
from candlemark.agency.engine import name, normal, text
from candlemark.agency.report import LISTED, FaultCount, Finding, RowFault, Share
from candlemark.agency.source import normal as plain
from candlemark.dates import PartialDate
from candlemark.definition.crosswalk import AuditKind, Use

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import date

    from candlemark.agency.codes import Coded
    from candlemark.agency.engine import Engine
    from candlemark.agency.landing import Landed
    from candlemark.agency.stages import Rule
    from candlemark.definition.crosswalk import Audit, Column, Crosswalk

CLOCK_SHARE: Final = 0.9
"""A clock is shifted when at least this share of pairs differ by the same time."""

_NUMBER: Final = r"[+-]?[0-9]+([.,][0-9]+)?"
_SHOWN: Final = 40
_GROUPS_SHOWN: Final = 20


def find_faults(
    engine: Engine, tables: Sequence[Landed]
) -> tuple[tuple[FaultCount, ...], tuple[RowFault, ...]]:
    """Cells that are not what the crosswalk says they are: all counted, the first ones listed."""
    counts: list[FaultCount] = []
    faults: list[RowFault] = []
    for landed in tables:
        for kind, column, condition, cell, what in _checks(landed):
            rows = f"FROM coded_{landed.number} coded JOIN {landed.sql} raw ON raw.rowid = r"
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
        said = f"{{!r}} is not a date of the form {' or '.join(column.formats)}"
        yield "date", column.name, f"d{place}_bad", f"substr({cell}, 1, {_SHOWN})", said
    for column in table.columns:
        if column.use is Use.COUNT and column.name not in landed.header.absent:
            cell = normal(landed.cell(column.name))
            wrong = f"NOT regexp_full_match({cell}, '{_NUMBER}') AND ({cell}) <> ''"
            shown = f"substr({landed.cell(column.name)}, 1, {_SHOWN})"
            yield "number", column.name, wrong, shown, "{!r} is not a number"
    if table.unit_key:
        key = ", ".join(table.unit_key)
        yield "identifier", key, "coded.u IS NULL", "''", "there is no identifier of the unit"


def find_always(
    engine: Engine,
    crosswalk: Crosswalk,
    tables: Sequence[Landed],
    rules: Sequence[Rule],
    last: date,
) -> list[Finding]:
    """The audits that run whatever the crosswalk asks."""
    found: list[Finding] = []
    for landed in tables:
        found += _far_future(engine, landed, last)
        found += _line_breaks(engine, landed)
        if landed.table is not crosswalk.main:
            found += _not_in_main(engine, landed)
    for rule in rules:
        found += _before_start(engine, rule, last)
        found += _outcome_unknown(engine, rule)
    found += _outside_validity(engine, crosswalk, tables)
    return found


def _finding(
    engine: Engine,
    landed: Landed,
    condition: str,
    of: str,
    code: str,
    column: str,
    what: str,
    subject: str = "",
    source: str = "",
) -> list[Finding]:
    """A finding about rows of one table, or none when no row is concerned."""
    table = source or f"coded_{landed.number} coded"
    count, units, total = engine.one(
        f"SELECT count(DISTINCT r) FILTER ({condition}), count(DISTINCT u) FILTER ({condition}),"
        f" count(DISTINCT r) FILTER ({of}) FROM {table}"
    )
    if not count:
        return []
    rows = engine.rows(
        f"SELECT DISTINCT r + 2 AS row FROM {table} WHERE {condition} ORDER BY row LIMIT {LISTED}"
    )
    return [
        Finding(
            code=code,
            what=what.format(count=f"{count:,}", total=f"{total:,}"),
            table=landed.table.name,
            column=column,
            count=count,
            of=total,
            units=units,
            share=count / total if total else 0.0,
            subject=subject,
            rows=tuple(row for (row,) in rows),
        )
    ]


def _far_future(engine: Engine, landed: Landed, last: date) -> Iterator[Finding]:
    for column in date_columns(landed):
        lo = f"d{landed.table.columns.index(column)}_lo"
        yield from _finding(
            engine,
            landed,
            f"{lo} > DATE '{last.isoformat()}'",
            f"{lo} IS NOT NULL",
            "far-future",
            column.name,
            f"{{count}} of {{total}} dates of {column.name} lie after {last.isoformat()}",
        )


def _before_start(engine: Engine, rule: Rule, last: date) -> list[Finding]:
    if not rule.dated:
        return []
    lo, hi = rule.date("lo"), rule.date("hi")
    known = f"{rule.holds} AND {lo} <= DATE '{last.isoformat()}' AND start_lo IS NOT NULL"
    return _finding(
        engine,
        rule.landed,
        f"{known} AND {hi} < start_lo",
        known,
        "before-start",
        rule.rule.date,
        f"{{count}} of {{total}} dates of {rule.rule.own} lie before the case began",
        subject=rule.rule.own,
        source=f"coded_{rule.landed.number} JOIN cases USING (k, u)",
    )


def _outcome_unknown(engine: Engine, rule: Rule) -> list[Finding]:
    coded = rule.outcome
    if coded is None or not rule.rule.ends:
        return []
    source = (
        f"coded_{rule.landed.number} JOIN {coded.pieces} ON id = {coded.key}"
        f" JOIN {coded.map} USING (code)"
    )
    return _finding(
        engine,
        rule.landed,
        f"{rule.holds} AND relation = 'unmapped'",
        rule.holds,
        "outcome-unknown",
        coded.column.name,
        "{count} of {total} rows have an outcome the crosswalk does not know; they end no case",
        subject=rule.rule.own,
        source=source,
    )


def _not_in_main(engine: Engine, landed: Landed) -> list[Finding]:
    return _finding(
        engine,
        landed,
        "k IS NULL AND u IS NOT NULL",
        "true",
        "not-in-main",
        ", ".join(landed.table.unit_key),
        "{count} of {total} rows are about units the main table does not list; they are kept and"
        " not counted",
    )


def _line_breaks(engine: Engine, landed: Landed) -> Iterator[Finding]:
    weight, header = landed.weight, landed.header
    if weight.line_feeds - header.line_feeds <= landed.rows:
        return  # as many lines as rows: no cell has room for a line break
    for column in header.columns:
        yield from _finding(
            engine,
            landed,
            f"contains({landed.cell(column)}, chr(10))",
            "true",
            "line-breaks",
            column,
            f"{{count}} of {{total}} cells of {column} hold a line break",
            source=f"coded_{landed.number} JOIN {landed.sql} raw ON raw.rowid = r",
        )


def _outside_validity(
    engine: Engine, crosswalk: Crosswalk, tables: Sequence[Landed]
) -> list[Finding]:
    outside = []
    if crosswalk.valid_from:
        outside.append(f"start_hi < DATE '{PartialDate.parse(crosswalk.valid_from).earliest}'")
    if crosswalk.valid_to:
        outside.append(f"start_lo > DATE '{PartialDate.parse(crosswalk.valid_to).latest}'")
    if not outside:
        return []
    main = next(landed for landed in tables if landed.table is crosswalk.main)
    span = f"{crosswalk.valid_from or '…'} to {crosswalk.valid_to or '…'}"
    return _finding(
        engine,
        main,
        " OR ".join(outside),
        "start_lo IS NOT NULL",
        "outside-validity",
        "",
        f"{{count}} of {{total}} rows began outside the crosswalk's validity ({span})",
        source=f"coded_{main.number} JOIN cases USING (k, u)",
    )


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
    rows = engine.rows(
        "SELECT code, own, count(*) AS n, count(DISTINCT u) AS units FROM ("
        f"SELECT {normal(landed.cell(audit.column))} AS code,"
        f" {normal(landed.cell(audit.other))} AS own, u"
        f" FROM {landed.sql} raw JOIN keyed_{landed.number} ON r = raw.rowid)"
        " WHERE code <> '' AND own <> '' GROUP BY code, own ORDER BY code, n DESC, own"
    )
    groups: dict[str, list[Share]] = {}
    for code, own, count, units in rows:
        groups.setdefault(code, []).append(Share(own, count, units))
    for code, shares in groups.items():
        if len(shares) < 2:
            continue
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
        f"(SELECT r, u, ({normal(landed.cell(audit.column))}) IN ({yes}) AS says,"
        f" ({normal(landed.cell(audit.column))}) = '' AS silent, coalesce(n, 0) AS n"
        f" FROM keyed_{landed.number} JOIN {landed.sql} raw ON raw.rowid = r"
        f" LEFT JOIN (SELECT r, count(*) AS n FROM ({' UNION ALL '.join(counted)}) GROUP BY r)"
        " USING (r))"
    )
    for condition, subject, what in (
        ("says AND n < 2", "yes", "say several and name at most one"),
        ("NOT says AND NOT silent AND n > 1", "no", "say not several and name several"),
    ):
        yield from _finding(
            engine,
            landed,
            condition,
            "NOT silent",
            audit.kind.value,
            audit.column,
            f"{{count}} of {{total}} rows {what}",
            subject=subject,
            source=source,
        )
