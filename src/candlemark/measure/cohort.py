"""Who enters a question, when, into which groups, and when we stop looking.

A unit enters on the day it reached the entry stage, and is looked at until the as-of day.  What an
event may say depends on its date alone:

- after the day the data can know of: quarantined, it is no event and is counted as a doubt;
- after the as-of day, but not after that: not yet, as if the question were asked on that day;
- before the unit's entry, or without a date: it shows that the stage was reached and nothing else;
- a month or a year: the days it can be are kept.  It stands on the middle one of them, never on
  the first, and every interval is widened to what the first and the last of them would give.
"""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import pyarrow as pa

from candlemark.errors import NothingToMeasure
from candlemark.measure.answerable import (
    Question,
    check_cohort,
    check_dated,
    entry_stage,
    last_day,
)
from candlemark.measure.columns import (
    AFTER,
    BEFORE,
    FINE,
    NOT_RECORDED,
    NOT_YET,
    UNDATED,
    UNMAPPED,
    Flaw,
    days_since,
)
from candlemark.measure.engine import engine

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    import duckdb

    from candlemark.measure.study import Study


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
    study = study.entered_at(from_stage)
    entry = entry_stage(study, from_stage)
    last = last_day(study, as_of)
    check_cohort(study, by)
    dated = question is not Question.ATTRITION
    if dated:
        check_dated(study, question, entry)
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
