"""A cohort of a stay table: who entered, seen from the day they entered, until the as-of day.

Three views are all that estimators and views of flow read, on every engine:

- ``stay(unit, cluster, seq, state, entry, leave, next, days, since, agency, flags, path, day0,
  entry_lo, entry_hi, exit_lo, exit_hi)``: ``entry``, ``leave`` and ``since`` are ticks since the
  beginning of the day on which the unit entered; a stay is half-open, (entry, leave].  ``days``
  is its length.  ``day0`` and the last four are days since 1970-01-01.
- ``member(unit, grp)``: every unit of the cohort stands in at least one group.
- ``entered(unit, day0, state, agency)``: where and when each of them entered.

What is not over on the as-of day is censored there, whatever the source says happened later.  A
stay in an agency that only tracked from a later day on is seen from the end of that day, and not at
all when it was over by then.  Nobody is followed back before they entered.
"""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
import pyarrow as pa

from candlemark.errors import NotMeasurable
from candlemark.measure.columns import days_since
from candlemark.measure.estimators import CENSORED, Counts, Stays
from candlemark.measure.log.ask import Ask, check
from candlemark.measure.log.engines import DUCKDB, opened_engine
from candlemark.measure.log.entering import entered
from candlemark.measure.log.grouping import divided
from candlemark.measure.log.stay_table import Flag
from candlemark.measure.log.ticks import DAY_BITS, LAST_STEP, LAST_TICK, TICKS

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import date

    from numpy.typing import NDArray

    from candlemark.measure.log.engines import Engine
    from candlemark.measure.log.entering import Entered
    from candlemark.measure.log.stay_table import StayTable

    Integers = NDArray[np.int64]

_COMMON: Final = """
    SELECT r.unit AS unit, r.cluster AS cluster, r.seq AS seq, r.state AS state,
           {entry} - {base} AS entry, {leave} - {base} AS leave, {next} AS next,
           ({leave} >> {bits}) - (r.since >> {bits}) AS days, r.since - {base} AS since,
           r.agency AS agency, r.flags AS flags, r.path AS path, {day0} AS day0,
           r.entry_lo AS entry_lo, r.entry_hi AS entry_hi, {exit_lo} AS exit_lo,
           {exit_hi} AS exit_hi
    FROM stay_row r
    WHERE {where}"""


@dataclass(frozen=True, slots=True, eq=False)
class AskedCohort:
    """The units of a question, in the views ``stay`` and ``member`` of an engine."""

    table: StayTable
    ask: Ask
    engine: Engine
    as_of: date
    """The last day looked at."""
    groups: tuple[str, ...]
    """Names of the groups; ``("",)`` when the cohort is not divided."""
    whole: bool
    """True when there is one group and every unit of ``stay`` is in it once."""
    narrowed: bool = False
    """True when rows of the table are not the cohort's; ``inside`` of ``stay_row`` says which."""

    def columns(self, sql: str) -> dict[str, Integers]:
        """The answer to a query over the views, one array of whole numbers a column."""
        return self.engine.ask(sql)

    def entered(self) -> Integers:
        """How many units entered, group by group."""
        found = self.columns("SELECT grp, COUNT(*) AS many FROM member GROUP BY grp ORDER BY grp")
        return _spread(found["grp"], found["many"], len(self.groups))

    def starts(self) -> Integers:
        """How many entered in each state; a row a group, a column a state."""
        found = self.columns(
            "SELECT m.grp AS grp, e.state AS state, COUNT(*) AS many FROM entered e"
            " JOIN member m ON m.unit = e.unit GROUP BY m.grp, e.state ORDER BY m.grp, e.state"
        )
        states = len(self.table.states)
        place = found["grp"] * states + found["state"]
        return _spread(place, found["many"], states * len(self.groups)).reshape(-1, states)

    def counts(self) -> list[Counts]:
        """The three aggregates, group by group.

        Raises:
            NotMeasurable: the units were chosen by what happened to them later.
        """
        self.refuse_conditioned()
        moves = self._grouped("s.leave, s.state, s.next", f"AND s.next <> {CENSORED}")
        entries = self._grouped("s.entry, s.state")
        exits = self._grouped("s.leave, s.state")
        return [
            Counts(len(self.table.states), *(rows[group] for rows in (moves, entries, exits)))
            for group in range(len(self.groups))
        ]

    def stays(self, group: int = 0) -> Stays:
        """The stays of a group one by one, without those in final states.

        Raises:
            NotMeasurable: the units were chosen by what happened to them later.
        """
        self.refuse_conditioned()
        join = "" if self.whole else f"JOIN member m ON m.unit = s.unit AND m.grp = {group}"
        found = self.columns(
            f"""
            SELECT s.cluster AS cluster, s.state AS state, s.entry AS entry, s.leave AS leave,
                   s.next AS next, s.unit AS unit
            FROM stay s {join} WHERE (s.flags & {Flag.FINAL:d}) = 0 ORDER BY s.unit, s.seq"""
        )
        return Stays(*found.values())

    def _grouped(self, keys: str, more: str = "") -> list[Integers]:
        """Rows of the keys and how many stays have them, group by group."""
        group = "0" if self.whole else "m.grp"
        join = "" if self.whole else "JOIN member m ON m.unit = s.unit"
        by = keys if self.whole else f"m.grp, {keys}"
        found = self.columns(
            f"""
            SELECT {group} AS grp, {keys}, COUNT(*) AS many FROM stay s {join}
            WHERE (s.flags & {Flag.FINAL:d}) = 0 {more} GROUP BY {by} ORDER BY {by}"""
        )
        grp = found.pop("grp")
        rows = np.column_stack(list(found.values()))
        if self.whole:
            return [rows]
        ends = np.searchsorted(grp, np.arange(len(self.groups) + 1))
        return [rows[ends[place] : ends[place + 1]] for place in range(len(self.groups))]

    def refuse_conditioned(self) -> None:
        """Refuse to estimate anything of units chosen by what happened to them later.

        Raises:
            NotMeasurable: they were.
        """
        if self.ask.conditioned:
            raise NotMeasurable(
                "units chosen by what happened to them later are no cohort",
                hint="leave out through and never, or ask for a view of the flow",
            )


def _spread(place: Integers, many: Integers, length: int) -> Integers:
    found = np.zeros(length, dtype=np.int64)
    found[place] = many
    return found


@contextmanager
def asked(
    table: StayTable, ask: Ask | None = None, *, engine: str = DUCKDB
) -> Iterator[AskedCohort]:
    """Open the cohort of a question; its views are gone when the question is answered.

    Args:
        table: what is asked.
        ask: the question; None: every unit from its first stay.
        engine: see :func:`candlemark.measure.log.engines.opened_engine`.

    Raises:
        NotMeasurable: the table cannot answer; what it can is in the hint.
        NothingToMeasure: nobody entered.
        SettingRefused: there is no such engine, or it may not be given this table.
    """
    ask = ask or Ask()
    check(ask, table)
    last = min(ask.as_of, table.known_until) if ask.as_of else table.known_until
    with opened_engine(engine, sealed=table.sealed) as opened:
        came = entered(table, ask, days_since(last))
        opened.hold("stay_row", came.rows)
        opened.view("stay", _stay(table, days_since(last), came.rows.column_names))
        groups = _divide(opened, table, ask, came)
        narrowed = "inside" in came.rows.column_names
        yield AskedCohort(table, ask, opened, last, groups, not ask.by, narrowed)


def _stay(table: StayTable, last: int, columns: Sequence[str]) -> str:
    """The query of the view ``stay``."""
    known = days_since(table.known_until)
    limit = (last << DAY_BITS) + LAST_STEP
    cut = last < known
    tracked = {
        place: (days_since(day) << DAY_BITS) + LAST_TICK
        for place, agency in enumerate(table.agencies)
        if (day := table.tracked_from.get(agency)) is not None
    }
    entry, conditions = "r.entry", []
    leave = f"CASE WHEN r.exit > {limit} THEN {limit + 1} ELSE r.exit END" if cut else "r.exit"
    if tracked:
        late = " ".join(
            f"WHEN r.agency = {place} AND r.entry < {tick} THEN {tick}"
            for place, tick in tracked.items()
        )
        entry = f"CASE {late} ELSE r.entry END"
        conditions.append(f"{entry} < {leave}")
    if cut:
        conditions.append(f"r.entry <= {limit}")
    if "inside" in columns:
        conditions.append("r.inside = 1")
    day0 = "r.base" if "base" in columns else "r.first"
    return _COMMON.format(
        entry=f"({entry})",
        leave=f"({leave})",
        next=f"CASE WHEN r.exit > {limit} THEN {CENSORED} ELSE r.next END" if cut else "r.next",
        base=f"{day0} * CAST({TICKS} AS BIGINT)",
        day0=day0,
        bits=DAY_BITS,
        exit_lo=_at_most("r.exit_lo", last) if cut else "r.exit_lo",
        exit_hi=_at_most("r.exit_hi", last) if cut else "r.exit_hi",
        where=" AND ".join(conditions) or "1 = 1",
    )


def _at_most(column: str, day: int) -> str:
    return f"CASE WHEN {column} > {day} THEN {day} ELSE {column} END"


def _divide(engine: Engine, table: StayTable, ask: Ask, came: Entered) -> tuple[str, ...]:
    """Make ``entered`` and ``member``, and name the groups."""
    columns = {"unit": came.unit, "day0": came.day0, "state": came.state, "agency": came.agency}
    engine.hold("entered", pa.table(columns))
    if not ask.by:
        engine.view("member", "SELECT unit, 0 AS grp FROM entered")
        return ("",)
    groups, members = divided(table, ask.by, came.unit, came.day0, came.agency)
    engine.hold("member", members)
    return groups
