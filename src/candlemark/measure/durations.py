"""How long each stage takes: Kaplan-Meier per stage, stays still open counted as open.

The clock of a stay starts when the unit reached the stage, and stops when it reached another one or
its way ended.  A median that is not reached is not given: "half of those who left had left after 52
days" is no answer when most are still waiting.

A stage in which nobody can wait, because reaching it is the end, has no row.  A stay is left out
where its length is not known: the unit went on to a stage whose day is missing or cannot be right.
To count it as still open would be wrong; how many there are stands among the doubts.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from candlemark.measure.answerable import Question
from candlemark.measure.basis import basis
from candlemark.measure.cohort import cohort
from candlemark.measure.drawn_study import with_drawn_dates
from candlemark.measure.engine import columns
from candlemark.measure.estimators import CENSORED, Quantile, quantiles, survival
from candlemark.measure.figure import Doubt, Durations, DurationsGroup, StageDuration
from candlemark.measure.stays import stage_stays, still_open

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

    import numpy as np
    from numpy.typing import NDArray

    from candlemark.measure.cohort import Cohort
    from candlemark.measure.study import Study

QUARTILES = (0.25, 0.5, 0.75)


def durations(
    study: Study, *, from_stage: str = "", by: str = "", as_of: date | None = None
) -> Durations:
    """Days until a quarter, half and three quarters of the stays in each stage were over.

    Raises:
        NotMeasurable: the source does not date its stages or its ends.
        NothingToMeasure: nobody entered.
        UnknownTerm: there is no such stage or scheme.
    """
    with cohort(study, Question.DURATIONS, from_stage=from_stage, by=by, as_of=as_of) as asked:
        stage_stays(asked)
        measured = ("days", "shortest", "longest") if asked.coarse else ("days",)
        found = {name: columns(asked.connection, _lengths(name)) for name in measured}
        entered = columns(asked.connection, _ENTERED)
        groups = tuple(
            DurationsGroup(
                group=group,
                entered=int(entered["many"][entered["grp"] == place].sum()),
                rows=_rows(asked.study, found, place),
            )
            for place, group in enumerate(asked.groups)
        )
        stands_on = basis(asked, still_open(whole=True))
        left_out = _left_out(asked)
        figure = Durations(replace(stands_on, doubts=(*stands_on.doubts, *left_out)), groups)
        return with_drawn_dates(asked.study, figure) if asked.coarse else figure


_ENTERED = "SELECT grp, count(*) AS many FROM entered JOIN member USING (unit) GROUP BY grp"


def _lengths(name: str) -> str:
    """How many stays lasted how long.

    Those whose length is not known are left out, and those begun before tracking: of the latter
    only the long ones are seen.
    """
    return f"""
        SELECT grp, state, {name} AS length, count(*) FILTER (next <> {CENSORED}) AS over,
               count(*) FILTER (next = {CENSORED}) AS open
        FROM stay JOIN member USING (unit) WHERE whole GROUP BY grp, state, length
        ORDER BY grp, state, length"""


def _left_out(asked: Cohort) -> tuple[Doubt, ...]:
    """Units that stood in a stage for a time nobody can tell, which is in no row."""
    rows = asked.connection.execute(
        """
        SELECT state, count(DISTINCT unit) FROM stay
        WHERE NOT whole GROUP BY state ORDER BY state"""
    ).fetchall()
    stages = asked.study.stages
    return tuple(Doubt("length-unknown", stages[state].stage, count) for state, count in rows)


def _rows(
    study: Study, found: Mapping[str, Mapping[str, NDArray[np.int64]]], group: int
) -> tuple[StageDuration, ...]:
    rows = []
    # What comes after the last stage that ends a way is no wait for its end: only the few whose
    # order is odd would be in such a row.
    last = max((place for place, stage in enumerate(study.stages) if stage.ends), default=None)
    for state, stage in enumerate(study.stages[: None if last is None else last + 1]):
        mine = [_only(each, group, state) for each in found.values()]
        over, still = int(mine[0]["over"].sum()), int(mine[0]["open"].sum())
        if not over + still:
            continue
        curves = [survival(each["length"], each["over"], each["open"]) for each in mine]
        rows.append(
            StageDuration(
                stage=stage.stage,
                own=stage.own,
                entered=over + still,
                ended=over,
                pending=still,
                quantiles=_outermost([quantiles(curve, QUARTILES) for curve in curves]),
            )
        )
    return tuple(rows)


def _only(
    lengths: Mapping[str, NDArray[np.int64]], group: int, state: int
) -> dict[str, NDArray[np.int64]]:
    here = (lengths["grp"] == group) & (lengths["state"] == state)
    return {name: column[here] for name, column in lengths.items()}


def _outermost(placed: Sequence[tuple[Quantile, ...]]) -> tuple[Quantile, ...]:
    """The quantiles with coarse dates on their middle, bounds as wide as the dates make them."""
    found = []
    for each in zip(*placed, strict=True):
        lows = [one.low for one in each if one.low is not None]
        highs = [one.high for one in each if one.high is not None]
        high = max(highs) if len(highs) == len(each) else None
        found.append(Quantile(each[0].q, each[0].days, min(lows, default=None), high))
    return tuple(found)
