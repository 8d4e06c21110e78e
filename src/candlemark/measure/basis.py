"""What a figure stands on: its question, its definition, its place in the ledger, its doubts.

Whoever copies a number copies these with it.  Doubts are counted in units of the cohort.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyarrow.compute as pc

from candlemark.measure.columns import AFTER, BEFORE, FINE, NOT_YET, UNDATED, UNMAPPED
from candlemark.measure.figure import METHODS, UNCERTAINTIES, Basis, Doubt, Filled

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from candlemark.measure.cohort import Cohort


def basis(asked: Cohort, pending: str, at: Sequence[int] = ()) -> Basis:
    """What a figure of this cohort stands on.

    ``pending`` is a query: each ``unit`` that the figure counts as pending, once.  ``at`` are the
    horizons asked for.
    """
    study = asked.study
    stage = study.stages[asked.entry]
    return Basis(
        question=asked.question.value,
        agency=study.agency,
        crosswalk=study.crosswalk,
        unit=study.unit,
        edition=study.edition.code,
        edition_fingerprint=study.edition.fingerprint,
        as_of=asked.as_of,
        from_stage=stage.stage,
        from_own=stage.own,
        by=asked.by,
        batch=study.batch,
        ledger_size=study.ledger_size,
        ledger_head=study.ledger_head,
        simulated=study.simulated,
        doubts=doubts(asked, pending),
        as_of_stated=study.stated or asked.as_of != study.known_until,
        at=tuple(at),
        crosswalk_fingerprint=study.crosswalk_fingerprint,
        tracked_from=study.tracked_from,
        known_until=study.known_until,
        method=METHODS[asked.question.value],
        uncertainty=UNCERTAINTIES[asked.question.value],
        coverage=tuple(coverage(asked)),
        left_out=study.left_out,
    )


def coverage(asked: Cohort) -> Iterator[Filled]:
    """What the source fills in of what this figure needs, in units: dates, groups, ways of ending.

    A stage the agency never dates has no share of dates; that it has none is no gap of a case.
    """
    stages = asked.study.stages
    rows = asked.connection.execute(
        f"""
        SELECT stage, count(DISTINCT unit) FILTER (verdict = {FINE} AND seen.hi >= entered.lo),
               count(DISTINCT unit)
        FROM seen JOIN entered USING (unit)
        WHERE verdict <> {NOT_YET} AND stage >= {asked.entry} GROUP BY stage ORDER BY stage"""
    ).fetchall()
    for stage, known, of in rows:
        if stages[stage].dated:
            yield Filled("date", stages[stage].own, known, of)
    if asked.by:
        absent = {term.code for term in asked.study.edition.scheme("absences").terms} | {UNMAPPED}
        named = [place for place, code in enumerate(asked.groups) if code not in absent]
        row = asked.connection.execute(
            f"""
            SELECT count(DISTINCT unit) FILTER (list_contains({named}::INT[], grp)),
                   count(DISTINCT unit) FROM member"""
        ).fetchone()
        yield Filled("group", asked.by, *(row or (0, 0)))
    row = asked.connection.execute(
        f"""
        SELECT count(DISTINCT unit) FILTER (outcome IS NOT NULL), count(DISTINCT unit)
        FROM seen SEMI JOIN entered USING (unit) WHERE ends AND verdict <> {NOT_YET}"""
    ).fetchone()
    if row and row[1]:
        yield Filled("end", "outcomes", *row)


def doubts(asked: Cohort, pending: str) -> tuple[Doubt, ...]:
    """What is odd in this cohort's data, in units: stage by stage, then of whole units."""
    codes = [stage.stage for stage in asked.study.stages]
    rows = asked.connection.execute(
        f"""
        SELECT [{", ".join(f"'{code}'" for code in codes)}][stage + 1] AS code, doubt,
               count(DISTINCT unit), min(stage) AS first
        FROM (
            SELECT unit, stage, CASE
                WHEN verdict = {UNDATED} THEN 'undated'
                WHEN verdict = {AFTER} THEN 'date-after-as-of'
                WHEN verdict = {BEFORE} THEN 'date-before-start'
                WHEN verdict = {FINE} AND stage >= {asked.entry} AND seen.hi < entered.lo
                    THEN 'date-before-start'
                WHEN verdict = {FINE} AND ends AND outcome IS NULL THEN 'outcome-unknown'
                WHEN verdict = {FINE} AND seen.lo < seen.hi THEN 'date-coarse' END AS doubt
            FROM seen JOIN entered USING (unit)
        ) WHERE doubt IS NOT NULL GROUP BY code, doubt ORDER BY first, doubt"""
    ).fetchall()
    found = [Doubt(code=doubt, stage=code, count=count) for code, doubt, count, _ in rows]
    missing = _without_start(asked)
    if missing:
        found.insert(0, Doubt("no-start-date", codes[asked.entry], missing))
    overlap = asked.connection.execute(
        "SELECT count(*) FROM (SELECT unit FROM member GROUP BY unit HAVING count(*) > 1)"
    ).fetchone()
    if overlap and overlap[0]:
        found.append(Doubt("codes-overlap", "", overlap[0]))
    found.extend(_ends_not_counted(asked, pending))
    return tuple(found)


def _ends_not_counted(asked: Cohort, pending: str) -> list[Doubt]:
    """Units counted as pending that have an end all the same, but none with a day to end on.

    Each is counted once: with a date that cannot be right, or else without a date.
    """
    rows = asked.connection.execute(
        f"""
        SELECT if(dated, 'end-date-wrong', 'end-undated') AS code, count(*) FROM (
            SELECT unit, bool_or(verdict <> {UNDATED}) AS dated
            FROM seen SEMI JOIN ({pending}) USING (unit)
            WHERE ends AND outcome IS NOT NULL AND verdict <> {NOT_YET} GROUP BY unit
        ) GROUP BY code ORDER BY code"""
    ).fetchall()
    return [Doubt(code, "", count) for code, count in rows]


def _without_start(asked: Cohort) -> int:
    """Units left out, or in without a day, because their entry has no date that can be right.

    At the study's own entry stage every unit should have one; at a later stage only those count
    that did reach it.
    """
    at_entry = pc.equal(asked.study.events["stage"], asked.entry)
    reached = pc.count_distinct(asked.study.events["unit"].filter(at_entry)).as_py()
    expected = asked.study.units if asked.entry == asked.study.entry else reached
    row = asked.connection.execute(
        f"""
        SELECT count(*) FROM (
            SELECT unit FROM seen WHERE stage = {asked.entry} AND verdict IN ({FINE}, {NOT_YET})
            GROUP BY unit)"""
    ).fetchone()
    return int(expected - (row[0] if row else 0))
