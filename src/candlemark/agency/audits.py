"""Audits that run on every import, whatever the crosswalk asks.

Dates before the case began or later than the source can know, rows about units the main table does
not list, cases outside the crosswalk's validity, outcomes the crosswalk does not know, line breaks
inside cells.  An audit reports with evidence.  It changes nothing; a reader decides.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from candlemark.agency.dates import date_columns
from candlemark.agency.engine import text
from candlemark.agency.finding import Question, answer, braced
from candlemark.agency.report import LISTED, UNMAPPED, Finding
from candlemark.dates import PartialDate

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import date

    from candlemark.agency.engine import Engine
    from candlemark.agency.landing import Landed
    from candlemark.agency.rules import Rule
    from candlemark.definition.crosswalk import Crosswalk


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


def _far_future(engine: Engine, landed: Landed, last: date) -> Iterator[Finding]:
    for column in date_columns(landed):
        lo = f"d{landed.table.columns.index(column)}_lo"
        yield from answer(
            engine,
            Question(
                landed,
                f"coded_{landed.number}",
                f"{lo} > DATE '{last.isoformat()}'",
                f"{lo} IS NOT NULL",
            ),
            "far-future",
            column.name,
            f"{{count}} of {{total}} dates of {braced(column.name)} lie after {last.isoformat()}",
        )


def _before_start(engine: Engine, rule: Rule, last: date) -> list[Finding]:
    if not rule.dated or rule.begins:
        return []
    lo, hi, own = rule.date("lo"), rule.date("hi"), rule.rule.own
    known = f"{rule.holds} AND {lo} <= DATE '{last.isoformat()}' AND start_lo IS NOT NULL"
    return answer(
        engine,
        Question(
            rule.landed, _with_starts(rule.landed), f"{known} AND {hi} < start_lo", known, own
        ),
        "before-start",
        rule.rule.date,
        f"{{count}} of {{total}} dates of {own} lie before the case began",
    )


def _with_starts(landed: Landed) -> str:
    return f"coded_{landed.number} JOIN cases USING (k)"


def _outcome_unknown(engine: Engine, rule: Rule) -> list[Finding]:
    coded = rule.outcome
    if coded is None or not rule.rule.ends:
        return []
    unknown = (
        f"SELECT DISTINCT id FROM {coded.pieces} JOIN {coded.map} USING (code)"
        f" WHERE relation = {text(UNMAPPED)}"
    )
    return answer(
        engine,
        Question(
            rule.landed,
            f"coded_{rule.landed.number}",
            f"{rule.holds} AND {coded.key} IN ({unknown})",
            rule.holds,
            rule.rule.own,
        ),
        "outcome-unknown",
        coded.column.name,
        "{count} of {total} rows have an outcome the crosswalk does not know; they end no case",
    )


def _not_in_main(engine: Engine, landed: Landed) -> Iterator[Finding]:
    keyed = f"keyed_{landed.number} ANTI JOIN units USING (u) WHERE u IS NOT NULL"
    count, units = engine.one(f"SELECT count(*), count(DISTINCT u) FROM {keyed}")
    if not count:
        return
    rows = engine.rows(f"SELECT r + 2 FROM {keyed} ORDER BY r LIMIT {LISTED}")
    yield Finding(
        code="not-in-main",
        what=f"{count:,} of {landed.rows:,} rows are about units the main table does not list;"
        " they are kept and not counted",
        table=landed.table.name,
        column=", ".join(landed.table.unit_key),
        count=count,
        of=landed.rows,
        units=units,
        share=count / landed.rows,
        rows=tuple(row for (row,) in rows),
    )


def _line_breaks(engine: Engine, landed: Landed) -> Iterator[Finding]:
    weight, header = landed.weight, landed.header
    if weight.line_feeds - header.line_feeds <= landed.rows:
        return  # as many lines as rows: no cell has room for a line break
    for column in header.columns:
        yield from answer(
            engine,
            Question(
                landed,
                f"coded_{landed.number} JOIN {landed.sql} raw ON raw.rowid = r",
                f"contains({landed.cell(column)}, chr(10))",
            ),
            "line-breaks",
            column,
            f"{{count}} of {{total}} cells of {braced(column)} hold a line break",
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
    return answer(
        engine,
        Question(main, _with_starts(main), " OR ".join(outside), "start_lo IS NOT NULL"),
        "outside-validity",
        "",
        f"{{count}} of {{total}} rows are of cases that began outside the crosswalk's validity"
        f" ({span})",
    )
