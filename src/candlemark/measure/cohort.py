"""Who enters a question, when, into which groups, and when we stop looking.

A unit enters on the day it reached the entry stage, and is looked at until the as-of day.  What an
event may say depends on its date alone:

- after the day the data can know of: quarantined, it is no event and is counted as a doubt;
- after the as-of day, but not after that: not yet, as if the question were asked on that day;
- before the unit's entry, or without a date: it shows that the stage was reached and nothing else;
- a month or a year: the days it can be are kept.  It stands on the middle one of them, never on
  the first, and every interval is widened to what the first and the last of them would give.

Refused are questions a source cannot answer: shares from a list of ended cases, times from an
agency that dates no end, groups that are only known at the end (whoever was convicted was, of
course, convicted).
"""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING, Final

import pyarrow as pa
import pyarrow.compute as pc

from candlemark.errors import NothingToMeasure, NotMeasurable
from candlemark.measure.columns import NOT_RECORDED, UNMAPPED, Flaw, days_since
from candlemark.measure.engine import engine
from candlemark.measure.figure import Basis, Doubt

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    import duckdb

    from candlemark.measure.study import Study

KNOWN_AT_THE_END: Final = ("outcomes", "sentences", "stages")
"""Schemes that do not divide a cohort: their codes are given to those who got there."""


class Question(Enum):
    """What can be asked.  Attrition needs no dates; the others are about time."""

    OCCUPANCY = "occupancy"
    ATTRITION = "attrition"
    DURATIONS = "durations"


FINE, UNDATED, AFTER, BEFORE, NOT_YET = range(5)
"""What the date of an event allows it to say."""


@dataclass(frozen=True, slots=True)
class Cohort:
    """The units of a question, in tables of one connection.

    ``seen(unit, seq, stage, ends, outcome, lo, hi, day, verdict)`` holds every event,
    ``entered(unit, lo, hi, day)`` who entered and when, ``member(unit, grp)`` their groups.
    """

    connection: duckdb.DuckDBPyConnection
    study: Study
    question: Question
    entry: int
    """Place in ``study.stages`` of the entry stage."""
    as_of: date
    by: str
    groups: tuple[str, ...]
    coarse: bool
    """True when some date of a unit that entered is known to the month or year only."""

    @property
    def last_day(self) -> int:
        """The as-of day as the tables count days."""
        return days_since(self.as_of)

    def basis(self) -> Basis:
        """What a figure of this cohort stands on."""
        study = self.study
        stage = study.stages[self.entry]
        return Basis(
            question=self.question.value,
            agency=study.agency,
            crosswalk=study.crosswalk,
            unit=study.unit,
            edition=study.edition.code,
            edition_fingerprint=study.edition.fingerprint,
            as_of=self.as_of,
            from_stage=stage.stage,
            from_own=stage.own,
            by=self.by,
            batch=study.batch,
            ledger_size=study.ledger_size,
            ledger_head=study.ledger_head,
            simulated=study.simulated,
            doubts=doubts(self),
        )


@contextmanager
def cohort(
    study: Study, question: Question, *, from_stage: str, by: str, as_of: date | None
) -> Iterator[Cohort]:
    """Open the cohort of a question; its tables are gone when the question is answered.

    Args:
        study: what is asked.
        question: decides what the source must be able to say.
        from_stage: the agency's own name of the entry stage, or a code of ``stages``; empty: the
            study's own.
        by: code of the scheme that divides the cohort; empty: one group.
        as_of: the last day looked at; None: the last day the data can know of.

    Raises:
        UnknownTerm: there is no such stage or scheme.
        NotMeasurable: the source cannot answer, with what can be asked instead in the hint.
        NothingToMeasure: nobody entered.
    """
    entry = _entry_stage(study, from_stage)
    last = _last_day(study, as_of)
    _check_measurable(study, by)
    dated = question is not Question.ATTRITION
    if dated:
        _check_dated(study, question, entry)
    with engine() as connection:
        connection.register("event", study.events)
        connection.register("code", study.codes)
        known = max(last, study.known_until)
        connection.execute(_seen(known=days_since(known), as_of=days_since(last)))
        connection.execute(_entered(entry, dated=dated))
        (count, coarse) = connection.execute(_COUNT).fetchone() or (0, False)
        if not count:
            stage = study.stages[entry]
            raise NothingToMeasure(
                f"no unit reached {stage.own} by {last}",
                hint="ask with a later --as-of, or --from an earlier stage",
            )
        groups = _divide(connection, study, by)
        yield Cohort(connection, study, question, entry, last, by, groups, coarse=bool(coarse))


def _entry_stage(study: Study, name: str) -> int:
    if not name:
        return study.entry
    for place, stage in enumerate(study.stages):
        if stage.own == name:
            return place
    study.edition.term("stages", name)  # raises, and names the nearest stages
    for place, stage in enumerate(study.stages):
        if stage.stage == name:
            return place
    raise NotMeasurable(
        f"{study.agency} does not track the stage {name}",
        hint=f"it tracks {', '.join(stage.own for stage in study.stages)}",
    )


def _last_day(study: Study, as_of: date | None) -> date:
    if as_of is None:
        return study.known_until
    if study.stated and as_of > study.known_until:
        raise NotMeasurable(
            f"the data are of {study.known_until}; nothing is known of {as_of}",
            hint=f"ask with --as-of {study.known_until} or an earlier day",
        )
    return as_of


def _check_measurable(study: Study, by: str) -> None:
    if study.why_not:
        raise NotMeasurable(
            f"no share of all cases can be computed from the files of {study.agency}: "
            f"{study.why_not.rstrip('.')}",
            hint="candlemark batch show counts what the files hold",
        )
    if by in KNOWN_AT_THE_END:
        raise NotMeasurable(
            f"a cohort cannot be divided by {by}: who belongs where is known at the end only",
            hint=f"divide by {' or '.join(_dividing(study)) or 'nothing'}",
        )
    if by:
        study.edition.scheme(by)
        if by not in study.schemes:
            raise NotMeasurable(
                f"the files of {study.agency} are not coded by {by}",
                hint=f"they are coded by {', '.join(_dividing(study)) or 'no scheme'}",
            )


def _dividing(study: Study) -> list[str]:
    return [scheme for scheme in study.schemes if scheme not in KNOWN_AT_THE_END]


def _check_dated(study: Study, question: Question, entry: int) -> None:
    if not study.stages[entry].dated:
        raise NotMeasurable(
            f"{study.agency} does not date the stage {study.stages[entry].own},"
            " so no time runs from it",
            hint="candlemark measure attrition counts who reached each stage",
        )
    ending = [stage for stage in study.stages if stage.ends]
    ends = study.events.filter(study.events["ends"])
    without = not any(stage.dated for stage in ending) or (
        len(ends) > 0 and ends["lo"].null_count == len(ends)
    )
    if not ending and study.crosswalk and question is Question.OCCUPANCY:
        raise NotMeasurable(
            f"the files of {study.agency} never say that a case ended",
            hint="candlemark measure attrition counts who reached each stage",
        )
    if not ending and sum(stage.dated for stage in study.stages) < 2:
        raise NotMeasurable(
            f"{study.agency} dates one stage only, so nothing lasts from it to another",
            hint="candlemark measure attrition counts who reached each stage",
        )
    if ending and without:
        raise NotMeasurable(
            f"{study.agency} gives no dates for how cases end, so nothing can be said over time",
            hint="candlemark measure attrition counts who reached each stage, and how they ended",
        )


def _seen(*, known: int, as_of: int) -> str:
    """Every event with the day it stands on and what its date allows it to say."""
    day = f"lo + (least(hi, {known}) - lo) // 2"
    return f"""
        CREATE TEMP VIEW seen AS
        SELECT unit, seq, stage, ends, outcome, lo, least(hi, {as_of}) AS hi,
               least({day}, {as_of}) AS day,
               CASE WHEN lo IS NULL THEN {UNDATED}
                    WHEN flaw = {Flaw.AFTER:d} OR lo > {known} THEN {AFTER}
                    WHEN {day} > {as_of} THEN {NOT_YET}
                    WHEN flaw = {Flaw.BEFORE:d} THEN {BEFORE}
                    ELSE {FINE} END AS verdict
        FROM event"""


def _entered(entry: int, *, dated: bool) -> str:
    """Who entered, and when; without ``dated`` also those whose day of entry is not known."""
    having = f"HAVING count(*) FILTER (verdict = {FINE}) > 0" if dated else ""
    return f"""
        CREATE TEMP TABLE entered AS
        SELECT unit, min(lo) FILTER (verdict = {FINE}) AS lo,
               min(hi) FILTER (verdict = {FINE}) AS hi, min(day) FILTER (verdict = {FINE}) AS day
        FROM seen WHERE stage = {entry} AND verdict <> {NOT_YET} GROUP BY unit {having}"""


_COUNT: Final = f"""
    SELECT (SELECT count(*) FROM entered),
           EXISTS (FROM seen SEMI JOIN entered USING (unit) WHERE verdict = {FINE} AND lo < hi)"""


def _divide(connection: duckdb.DuckDBPyConnection, study: Study, by: str) -> tuple[str, ...]:
    """Fill ``member``: every unit that entered stands in at least one group.

    An absence counts only where nothing else is coded: several columns can code one scheme, and
    most of them are empty for most units.
    """
    if not by:
        connection.execute("CREATE TEMP TABLE member AS SELECT unit, 0 AS grp FROM entered")
        return ("",)
    connection.execute(
        f"""
        CREATE TEMP TABLE named AS
        WITH mine AS (
            SELECT DISTINCT unit, "group", absent FROM code SEMI JOIN entered USING (unit)
            WHERE scheme = $by
        )
        SELECT unit, "group" FROM mine WHERE NOT absent
        UNION ALL
        SELECT unit, "group" FROM mine ANTI JOIN (FROM mine WHERE NOT absent) USING (unit)
        UNION ALL
        SELECT unit, '{NOT_RECORDED}' FROM entered ANTI JOIN mine USING (unit)""",
        {"by": by},
    )
    found = {row[0] for row in connection.execute('SELECT DISTINCT "group" FROM named').fetchall()}
    known = [
        term.code for scheme in (by, "absences") for term in study.edition.scheme(scheme).terms
    ]
    groups = tuple(dict.fromkeys(code for code in (*known, UNMAPPED) if code in found))
    label = pa.table({"grp": pa.array(range(len(groups)), pa.int32()), "group": pa.array(groups)})
    connection.register("label", label)
    connection.execute(
        'CREATE TEMP TABLE member AS SELECT unit, grp FROM named JOIN label USING ("group")'
    )
    return groups


def doubts(asked: Cohort) -> tuple[Doubt, ...]:
    """What is odd in this cohort's data, in units, in the order of the stages."""
    codes = [stage.stage for stage in asked.study.stages]
    rows = asked.connection.execute(
        f"""
        SELECT [{", ".join(f"'{code}'" for code in codes)}][stage + 1] AS code, doubt,
               count(DISTINCT unit), min(stage) AS first
        FROM (
            SELECT unit, stage, CASE
                WHEN verdict = {UNDATED} THEN 'undated'
                WHEN verdict = {AFTER} THEN 'date-after-as-of'
                WHEN verdict = {BEFORE} OR verdict = {FINE} AND seen.hi < entered.lo
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
    return tuple(found)


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
