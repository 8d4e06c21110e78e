"""What the rows say about each unit: when it began, which stages it reached, how it ended.

Each row is asked every rule of its table.  Rows that say the same of the same unit are one event:
a complaint that stands in three rows was recorded once.

A case begins on the first day the first rule of the main table gives for it.  A date that cannot
be right is kept and the event is marked, never dropped and never repaired:

- ``unreadable``: something is written that no format reads;
- ``undated``: no date is written, or the agency has none;
- ``far-future``: the event is later than the last day the source can know of;
- ``before-start``: it certainly happened before the case began.

An event ends the case when its rule says so and its outcome is known: a code the crosswalk does
not know is no outcome, and the report says how many units that leaves open.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pyarrow as pa

from candlemark.agency.dates import date_columns, date_text, dictionary
from candlemark.agency.engine import name, normal, text
from candlemark.agency.report import StageCount
from candlemark.agency.source import normal as plain
from candlemark.agency.units import key_text
from candlemark.definition.crosswalk import Use

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from candlemark.agency.codes import Coded
    from candlemark.agency.engine import Engine
    from candlemark.agency.landing import Landed
    from candlemark.definition.crosswalk import Condition, Crosswalk, EventRule


@dataclass(frozen=True, slots=True)
class Rule:
    """An event rule in its table; ``number`` counts over all tables."""

    landed: Landed
    rule: EventRule
    number: int
    outcome: Coded | None

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
    return tuple(
        Rule(landed, rule, number, places.get((landed.number, rule.outcome)))
        for number, (landed, rule) in enumerate(pairs)
    )


def code_rows(
    engine: Engine, landed: Landed, columns: Sequence[Coded], rules: Sequence[Rule]
) -> None:
    """Make ``coded_<n>``: one narrow row per row of the table.

    ``r`` its place, ``u`` and ``k`` its unit, ``d<i>_lo``, ``d<i>_hi``, ``d<i>_bad`` each date,
    ``c<i>`` the number of each coded cell, ``w<i>`` whether the conditions of a rule hold.
    Everything that follows reads these rows and not the text.
    """
    selects = ["raw.rowid AS r", "keyed.u", "units.k"]
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


def begin(
    engine: Engine,
    crosswalk: Crosswalk,
    tables: Sequence[Landed],
    rules: Sequence[Rule],
    last: date,
) -> None:
    """Make ``cases (k, u, incident, start_lo, start_hi)``, one row per unit."""
    main = next(landed for landed in tables if landed.table is crosswalk.main)
    own = next((rule.rule.own for rule in rules if rule.landed is main), None)
    first = [rule for rule in rules if rule.landed is main and rule.rule.own == own and rule.dated]
    dates = " UNION ALL ".join(
        f"SELECT k, {rule.date('lo')} AS lo, {rule.date('hi')} AS hi FROM coded_{main.number}"
        f" WHERE {rule.holds} AND {rule.date('lo')} <= DATE '{last.isoformat()}'"
        for rule in first
    )
    starts = dates or "SELECT k, NULL::DATE AS lo, NULL::DATE AS hi FROM units WHERE false"
    columns = [column.name for column in main.table.columns if column.use is Use.INCIDENT]
    incident = key_text(main, columns) if columns else "NULL::VARCHAR"
    incidents = (
        f"SELECT k, min({incident}) AS incident FROM {main.sql} raw"
        f" JOIN coded_{main.number} coded ON coded.r = raw.rowid GROUP BY k"
        if columns
        else "SELECT k, NULL::VARCHAR AS incident FROM units"
    )
    engine.run(
        "CREATE OR REPLACE TABLE cases AS"
        " SELECT k, u, incident, start.d.lo AS start_lo, start.d.hi AS start_hi FROM units"
        f" LEFT JOIN (SELECT k, min({{'lo': lo, 'hi': hi}}) AS d FROM ({starts}) GROUP BY k) start"
        f" USING (k) LEFT JOIN ({incidents}) USING (k)"
    )


def say_events(engine: Engine, rules: Sequence[Rule], last: date) -> None:
    """Make ``events (k, seq, stage_no, lo, hi, outcome, raw, ends, doubt)`` and ``said``.

    ``said (stage_no, own, stage)`` names the agency's stages in the order of the crosswalk.
    ``seq`` counts a unit's events from 0: by first possible day, undated ones last, then in the
    order of the crosswalk.
    """
    stages = list(dict.fromkeys((rule.rule.own, rule.rule.stage) for rule in rules))
    engine.keep(
        "said",
        pa.table(
            {
                "stage_no": pa.array(range(len(stages)), pa.int32()),
                "own": pa.array([own for own, _ in stages], pa.string()),
                "stage": pa.array([stage for _, stage in stages], pa.string()),
            }
        ),
    )
    nothing = (
        "SELECT k, 0 AS stage_no, NULL::DATE AS lo, NULL::DATE AS hi, false AS bad,"
        " '' AS outcome, '' AS raw, false AS ends FROM units WHERE false"
    )
    union = " UNION ALL ".join(
        _events(rule, stages.index((rule.rule.own, rule.rule.stage))) for rule in rules
    )
    engine.run(
        "CREATE OR REPLACE TABLE events AS"
        " SELECT *, (row_number() OVER (PARTITION BY k"
        " ORDER BY lo NULLS LAST, hi, stage_no, outcome, raw, ends, doubt) - 1)::INTEGER AS seq"
        " FROM (SELECT k, stage_no, said.lo, said.hi, outcome, raw, ends, CASE"
        " WHEN bad THEN 'unreadable' WHEN said.lo IS NULL THEN 'undated'"
        f" WHEN said.lo > DATE '{last.isoformat()}' THEN 'far-future'"
        " WHEN said.hi < cases.start_lo THEN 'before-start' END AS doubt"
        f" FROM (SELECT DISTINCT * FROM ({union or nothing})) said JOIN cases USING (k))"
    )


def _events(rule: Rule, stage: int) -> str:
    """SQL for what one rule says, a row for each row it holds for and unit known."""
    lo, hi, bad = (
        [rule.date(part) for part in ("lo", "hi", "bad")]
        if rule.dated
        else ["NULL::DATE", "NULL::DATE", "false"]
    )
    term = text(rule.rule.outcome_term) if rule.rule.outcome_term else "NULL::VARCHAR"
    outcome, raw, join = term, "NULL::VARCHAR", ""
    if rule.outcome is not None:
        outcome, raw = "m.term", "m.raw"
        join = (
            f" LEFT JOIN (SELECT id, term, raw FROM {rule.outcome.pieces}"
            f" JOIN {rule.outcome.map} USING (code)) m ON m.id = {rule.outcome.key}"
        )
    ends = f"{outcome} IS NOT NULL" if rule.rule.ends else "false"
    return (
        f"SELECT k, {stage} AS stage_no, {lo} AS lo, {hi} AS hi, {bad} AS bad,"
        f" {outcome} AS outcome, {raw} AS raw, {ends} AS ends"
        f" FROM coded_{rule.landed.number}{join} WHERE k IS NOT NULL AND {rule.holds}"
    )


CASES_SQL = 'SELECT u AS "case", incident, start_lo, start_hi FROM cases ORDER BY k'
"""SQL for the content ``cases``."""

EVENTS_SQL = (
    'SELECT u AS "case", seq, own, stage, lo, hi, outcome, raw, ends, doubt'
    " FROM events JOIN units USING (k) JOIN said USING (stage_no) ORDER BY k, seq"
)
"""SQL for the content ``events``."""


def count_stages(engine: Engine) -> tuple[StageCount, ...]:
    """How many units reached each stage, in the order of the crosswalk."""
    doubts = ("undated", "unreadable", "before-start", "far-future")
    counted = ", ".join(f"count(*) FILTER (doubt = {text(doubt)})" for doubt in doubts)
    return tuple(
        StageCount(own, stage, units, events, *rest)
        for own, stage, units, events, *rest in engine.rows(
            f"SELECT own, stage, count(DISTINCT k), count(k), {counted}"
            " FROM said LEFT JOIN events USING (stage_no) GROUP BY stage_no, own, stage"
            " ORDER BY stage_no"
        )
    )
