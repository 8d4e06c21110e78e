"""How soon a stage is reached, by those who ever reach it: first passages with competing ends.

"Has been charged by day 90" is another question than "stands charged on day 90": whoever was
charged and then convicted had been charged.  The clock starts at entry and stops when the stage is
reached for the first time, when the way ends otherwise, or when we stop looking.  One minus a
Kaplan-Meier curve of the stage would count those who ended otherwise as if they could still get
there, and come out too high; here they are a way of their own (Aalen-Johansen with one waiting
state; Kalbfleisch & Prentice, The Statistical Analysis of Failure Time Data (1980), section 7.2).

Whoever reached the stage has reached it, also after an end: a case that was dropped and taken up
again has been judged when it was.  And a conviction is no end on the way to a stage that comes
after it: whoever is convicted and not yet sentenced waits for the sentence.

A unit that reached the stage on a day nobody can tell is left out of its probabilities and counted.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from candlemark.measure.answerable import HORIZONS, Question, horizons
from candlemark.measure.basis import basis
from candlemark.measure.cohort import cohort
from candlemark.measure.columns import FINE, NOT_YET
from candlemark.measure.drawn_study import with_drawn_dates
from candlemark.measure.engine import columns
from candlemark.measure.estimators import (
    CENSORED,
    LAST_TICK,
    TICKS,
    Counts,
    interval,
    occupation,
)
from candlemark.measure.figure import Incidence, IncidenceGroup, ReachedBy, StageReached
from candlemark.measure.stages import GOES_ON, ends_by_strength
from candlemark.measure.stays import Placing, late

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

    from numpy.typing import NDArray

    from candlemark.measure.cohort import Cohort
    from candlemark.measure.study import Study

    Integers = NDArray[np.int64]

_WAITING, _REACHED, _OTHERWISE = range(3)
_UNKNOWN = -2
"""Reached the stage on a day nobody can tell."""


def incidence(
    study: Study,
    *,
    from_stage: str = "",
    at: Sequence[int] = HORIZONS,
    by: str = "",
    as_of: date | None = None,
) -> Incidence:
    """The probability of having reached each later stage by each day since entry.

    Args:
        study: what is asked.
        from_stage: where units enter; an own name or a code of ``stages``.
        at: days after entry.
        by: scheme that divides the cohort.  A unit with several of its terms counts in each.
        as_of: the last day looked at.

    Raises:
        NotUnderstood: a horizon is no number of days.
        NotMeasurable: the source cannot answer this.
        NothingToMeasure: nobody entered.
        UnknownTerm: there is no such stage or scheme.
    """
    days = horizons(at)
    with cohort(study, Question.INCIDENCE, from_stage=from_stage, by=by, as_of=as_of) as asked:
        stages = [
            place
            for place, stage in enumerate(asked.study.stages)
            if place > asked.entry and stage.dated
        ]
        placings = list(Placing) if asked.coarse else [Placing.MIDDLE]
        found = [
            columns(asked.connection, _first_passages(asked, stages, placing))
            for placing in placings
        ]
        entered = columns(asked.connection, "SELECT grp, count(*) AS many FROM member GROUP BY grp")
        groups = tuple(
            IncidenceGroup(
                group=group,
                entered=int(entered["many"][entered["grp"] == place].sum()),
                rows=tuple(
                    row
                    for stage in stages
                    if (row := _stage(asked.study, found, place, stage, days)) is not None
                ),
            )
            for place, group in enumerate(asked.groups)
        )
        figure = Incidence(basis(asked, _open(), days), groups)
        return with_drawn_dates(asked.study, figure) if asked.coarse else figure


def _open() -> str:
    """A query: each unit whose way had not ended when we stopped looking."""
    return (
        f"SELECT unit FROM entered ANTI JOIN (SELECT unit FROM seen WHERE ends"
        f" AND outcome IS NOT NULL AND verdict = {FINE}) USING (unit)"
    )


def _first_passages(asked: Cohort, stages: Sequence[int], placing: Placing) -> str:
    """How many units of each group go from waiting to what, at which tick, for each stage.

    A step of a day is at its first tick, an end at its second: whoever is judged and ends with it
    has reached the judgment.
    """
    start, end = placing.value
    sound = f"verdict = {FINE} AND seen.hi >= entered.lo"
    wanted = f"(SELECT unnest({list(stages)}::INT[]) AS target)"
    goes_on = ends_by_strength(asked.study.edition).index(GOES_ON)
    return f"""
        WITH dated AS (
            SELECT unit, stage, greatest(seen.{end} - entered.{start}, 0) AS day,
                   ends AND outcome IS NOT NULL AS ends, outcome
            FROM seen JOIN entered USING (unit) WHERE {sound}
        ), finish AS (
            SELECT unit, target, min(day) AS day FROM dated CROSS JOIN {wanted}
            WHERE ends AND NOT (outcome = {goes_on} AND stage < target) GROUP BY unit, target
        ), first AS (
            SELECT unit, stage AS target, min(day) AS day FROM dated GROUP BY unit, stage
        ), vague AS (
            SELECT DISTINCT unit, stage AS target FROM seen SEMI JOIN entered USING (unit)
            WHERE verdict <> {NOT_YET}
        ), passage AS (
            SELECT unit, target, {late(asked, f"entered.{start}")} AS entry,
                   CASE WHEN first.day IS NOT NULL THEN {_REACHED}
                        WHEN vague.unit IS NOT NULL THEN {_UNKNOWN}
                        WHEN finish.day IS NOT NULL THEN {_OTHERWISE}
                        ELSE {CENSORED} END AS went,
                   first.day AS first_day, finish.day AS finish_day,
                   {asked.last_day} - entered.{start} AS until
            FROM entered CROSS JOIN {wanted}
            LEFT JOIN first USING (unit, target) LEFT JOIN vague USING (unit, target)
            LEFT JOIN finish USING (unit, target)
        ), timed AS (
            SELECT unit, target, entry, went,
                   CASE went WHEN {_REACHED} THEN first_day * {TICKS} + 1
                             WHEN {_OTHERWISE} THEN finish_day * {TICKS} + 2
                             ELSE until * {TICKS} + {LAST_TICK} END AS leave
            FROM passage
        )
        SELECT grp, target, entry, leave, went, count(*) AS many
        FROM timed JOIN member USING (unit)
        WHERE entry < leave GROUP BY ALL ORDER BY ALL"""


def _stage(
    study: Study,
    found: Sequence[Mapping[str, Integers]],
    group: int,
    target: int,
    days: Sequence[int],
) -> StageReached | None:
    """One stage of one group; None for one that nobody reached and nobody can."""
    mine = [_only(rows, (rows["grp"] == group) & (rows["target"] == target)) for rows in found]
    main = mine[0]
    many = {
        end: int(main["many"][main["went"] == end].sum())
        for end in (_REACHED, _OTHERWISE, CENSORED, _UNKNOWN)
    }
    if not many[_REACHED]:
        return None
    counts = [_counts(_only(rows, rows["went"] != _UNKNOWN)) for rows in mine]
    reached = counts[0].moves[counts[0].moves[:, 2] == _REACHED]
    stage = study.stages[target]
    return StageReached(
        stage=stage.stage,
        own=stage.own,
        reached=many[_REACHED],
        otherwise=many[_OTHERWISE],
        pending=many[CENSORED],
        unknown=many[_UNKNOWN],
        horizons=_by(counts, np.asarray(days, dtype=np.int64)),
        curve=_by(counts, np.unique(reached[:, 0] // TICKS)),
    )


def _only(rows: Mapping[str, Integers], wanted: NDArray[np.bool_]) -> dict[str, Integers]:
    return {name: column[wanted] for name, column in rows.items()}


def _counts(rows: Mapping[str, Integers]) -> Counts:
    """The three aggregates of rows that stand for several units each."""
    waiting = np.zeros_like(rows["many"])
    return Counts.of_stays(
        3,
        state=np.repeat(waiting, rows["many"]),
        entry=np.repeat(rows["entry"], rows["many"]),
        leave=np.repeat(rows["leave"], rows["many"]),
        to=np.repeat(rows["went"], rows["many"]),
    )


def _by(counts: Sequence[Counts], days: Integers) -> tuple[ReachedBy, ...]:
    """The probabilities at the end of each day, bounds as wide as coarse dates make them."""
    ticks = days * TICKS + LAST_TICK
    lows, highs, main = [], [], None
    for each in counts:
        estimate = occupation(each, [1.0, 0.0, 0.0])
        rows = estimate.rows_at(ticks)
        p, se = estimate.p[rows, _REACHED], estimate.se[rows, _REACHED]
        low, high = interval(p, se, each.known(ticks))
        at_risk = each.at_risk(ticks)[:, _WAITING]
        still = estimate.p[rows, _WAITING]
        # Nobody is seen here who still waits: they may all have reached it by now.
        high = np.where((at_risk == 0) & (still > 0), np.minimum(high + still, 1.0), high)
        lows.append(low)
        highs.append(high)
        main = main or (p, se, at_risk)
    if main is None:
        return ()
    bounds = (np.minimum.reduce(lows), np.maximum.reduce(highs))
    return tuple(
        ReachedBy(int(day), int(risk), float(p), float(se), float(low), float(high))
        for day, p, se, risk, low, high in zip(days, *main, *bounds, strict=True)
    )
