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
from typing import TYPE_CHECKING, Final

import pyarrow as pa

from candlemark.agency.report import StageCount
from candlemark.agency.units import key_text
from candlemark.definition.crosswalk import Use

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from candlemark.agency.codes import Book
    from candlemark.agency.engine import Engine
    from candlemark.agency.landing import Landed
    from candlemark.agency.rules import Rule
    from candlemark.definition.crosswalk import Crosswalk

DOUBTS: Final = ("undated", "unreadable", "before-start", "far-future")
"""In the order in which the engine numbers them, from 0."""


@dataclass(frozen=True, slots=True)
class Sayings:
    """Everything an event can say beside its unit and date, numbered.

    A saying is a stage with an outcome code, or with none.  Events are kept as numbers of sayings,
    so that a million of them are sorted and compared as numbers; the texts come last.
    """

    table: pa.Table
    """``own``, ``stage``, ``outcome`` (or null), ``raw`` (or null), ``ends``, ``stage_no``."""
    starts: tuple[int, ...]
    """For each rule, the number of its saying without a code; that of code ``c`` is ``c + 1``
    further."""
    stages: tuple[tuple[str, str], ...]
    """The agency's stages and ours, in the order of the crosswalk."""


def begin(
    engine: Engine,
    crosswalk: Crosswalk,
    tables: Sequence[Landed],
    rules: Sequence[Rule],
    last: date,
) -> None:
    """Make ``cases (k, u, incident, start_lo, start_hi)``, one row per unit.

    The first day is the earliest one that the source can know of.
    """
    main = next(landed for landed in tables if landed.table is crosswalk.main)
    # Earliest first, and of two that begin on one day the more exact: both in one number.
    starts = " UNION ALL ".join(
        f"SELECT k, ({rule.date('lo')} - DATE '0001-01-01') * 1000::BIGINT"
        f" + ({rule.date('hi')} - {rule.date('lo')}) AS day FROM coded_{main.number}"
        f" WHERE {rule.holds} AND {rule.date('lo')} <= DATE '{last.isoformat()}'"
        for rule in rules
        if rule.begins and rule.dated
    )
    nothing = "SELECT k, 0::BIGINT AS day FROM units WHERE false"
    columns = [column.name for column in main.table.columns if column.use is Use.INCIDENT]
    incidents = (
        f"SELECT k, min({key_text(main, columns)}) AS incident FROM {main.sql} raw"
        f" JOIN coded_{main.number} coded ON coded.r = raw.rowid GROUP BY k"
        if columns
        else "SELECT 0 AS k, NULL::VARCHAR AS incident WHERE false"
    )
    engine.run(
        "CREATE OR REPLACE TABLE cases AS SELECT k, u, incident,"
        " DATE '0001-01-01' + (day // 1000)::INTEGER AS start_lo,"
        " DATE '0001-01-01' + (day // 1000 + day % 1000)::INTEGER AS start_hi FROM units"
        f" LEFT JOIN (SELECT k, min(day) AS day FROM ({starts or nothing}) GROUP BY k) USING (k)"
        f" LEFT JOIN ({incidents}) USING (k)"
    )


def sayings(rules: Sequence[Rule], books: Sequence[Book]) -> Sayings:
    """Number what the rules can say, in the order of the crosswalk and then of the codes."""
    stages = tuple(dict.fromkeys((rule.rule.own, rule.rule.stage) for rule in rules))
    rows: list[tuple[str, str, str | None, str | None, bool, int]] = []
    begun: dict[tuple[object, ...], int] = {}
    starts: list[int] = []
    for rule in sorted(rules, key=lambda one: stages.index((one.rule.own, one.rule.stage))):
        said, book = rule.rule, books[rule.outcome.map_number] if rule.outcome else None
        what = (said.own, said.stage, said.outcome_term, said.ends, book.number if book else None)
        if what not in begun:
            begun[what] = len(rows)
            place = stages.index((said.own, said.stage))
            fixed = said.outcome_term or None
            rows.append((said.own, said.stage, fixed, None, said.ends and bool(fixed), place))
            for code, term in book.terms if book else ():
                ends = said.ends and term is not None
                rows.append((said.own, said.stage, term, code, ends, place))
        starts.append(begun[what])
    order = sorted(
        range(len(rules)), key=lambda n: stages.index((rules[n].rule.own, rules[n].rule.stage))
    )
    by_rule = dict(zip(order, starts, strict=True))
    names = ("own", "stage", "outcome", "raw", "ends", "stage_no")
    types = (pa.string(), pa.string(), pa.string(), pa.string(), pa.bool_(), pa.int32())
    columns = list(zip(*rows, strict=True)) or [()] * len(names)
    table = pa.table(
        [pa.array(column, kind) for column, kind in zip(columns, types, strict=True)], names=names
    )
    return Sayings(table, tuple(by_rule[number] for number in range(len(rules))), stages)


def say_events(engine: Engine, rules: Sequence[Rule], said: Sayings, last: date) -> None:
    """Make ``events (k, seq, saying, lo, hi, doubt)``; ``doubt`` is a number of DOUBTS or NULL.

    ``seq`` counts a unit's events from 0: by first possible day, undated ones last, then in the
    order of the crosswalk.
    """
    nothing = (
        "SELECT k, 0::INTEGER AS saying, NULL::DATE AS lo, NULL::DATE AS hi, false AS bad"
        " FROM units WHERE false"
    )
    union = " UNION ALL ".join(_events(rule, said.starts[rule.number]) for rule in rules)
    engine.run(
        "CREATE OR REPLACE TABLE events AS"
        " SELECT *, (row_number() OVER (PARTITION BY k"
        " ORDER BY lo NULLS LAST, hi, saying, doubt) - 1)::INTEGER AS seq"
        " FROM (SELECT k, saying, lo, hi, (CASE WHEN bad THEN 1 WHEN lo IS NULL THEN 0"
        f" WHEN lo > DATE '{last.isoformat()}' THEN 3 WHEN hi < start_lo THEN 2 END)::TINYINT"
        f" AS doubt FROM (SELECT DISTINCT * FROM ({union or nothing})) JOIN cases USING (k))"
    )


def _events(rule: Rule, start: int) -> str:
    """SQL for what one rule says, a row for each row it holds for and unit known."""
    lo, hi, bad = (
        [rule.date(part) for part in ("lo", "hi", "bad")]
        if rule.dated
        else ["NULL::DATE", "NULL::DATE", "false"]
    )
    saying, join = f"{start}", ""
    if rule.outcome is not None:
        saying = f"{start} + coalesce(code + 1, 0)"
        join = f" LEFT JOIN {rule.outcome.pieces} ON id = {rule.outcome.key}"
    return (
        f"SELECT k, ({saying})::INTEGER AS saying, {lo} AS lo, {hi} AS hi, {bad} AS bad"
        f" FROM coded_{rule.landed.number}{join} WHERE k IS NOT NULL AND {rule.holds}"
    )


def count_stages(engine: Engine, said: Sayings) -> tuple[StageCount, ...]:
    """How many units reached each stage, in the order of the crosswalk."""
    engine.keep("stage_of", said.table.select(["stage_no"]))
    doubts = ", ".join(
        f"count(*) FILTER (doubt = {number})::INTEGER AS doubt_{number}"
        for number in range(len(DOUBTS))
    )
    added = ", ".join(f"sum(doubt_{number})::BIGINT" for number in range(len(DOUBTS)))
    counts = {
        stage: numbers
        for stage, *numbers in engine.rows(
            f"SELECT stage_no, count(*), sum(n)::BIGINT, {added} FROM"
            f" (SELECT k, stage_no, count(*) AS n, {doubts} FROM events"
            " JOIN (SELECT rowid AS saying, stage_no FROM stage_of) USING (saying)"
            " GROUP BY k, stage_no) GROUP BY stage_no"
        )
    }
    nothing = [0] * (2 + len(DOUBTS))
    return tuple(
        StageCount(own, stage, *counts.get(number, nothing))
        for number, (own, stage) in enumerate(said.stages)
    )
