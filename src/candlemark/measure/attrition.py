"""How many reached each stage, with those still pending shown apart.

A unit reached a stage when any row says so, whatever its date: a date that cannot be right does
not take a charge back.  Each unit is counted once more at the furthest stage it reached, as ended
or as pending, so that a row that gets smaller can be read: did they drop out, or are they waiting?

This is a count of one cohort, followed.  Yearly totals of different cases, one above the other, are
no attrition, and nothing here draws them.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from candlemark.measure.answerable import Question
from candlemark.measure.basis import basis
from candlemark.measure.cohort import cohort
from candlemark.measure.columns import FINE, NOT_YET, UNDATED
from candlemark.measure.engine import columns
from candlemark.measure.figure import Attrition, AttritionGroup, StageRow
from candlemark.measure.stages import ends_by_strength

if TYPE_CHECKING:
    from datetime import date

    from candlemark.measure.cohort import Cohort
    from candlemark.measure.study import Study

_NO_END = -1
_NO_DAY = 100_000_000
"""Comes after every day: an end the agency never dates counts when there is no dated one."""


def attrition(
    study: Study, *, from_stage: str = "", by: str = "", as_of: date | None = None
) -> Attrition:
    """Count the units of the cohort at each stage; no dates are needed for it.

    Raises:
        NotMeasurable: the source lists ended cases only.
        NothingToMeasure: nobody entered.
        UnknownTerm: there is no such stage or scheme.
    """
    with cohort(study, Question.ATTRITION, from_stage=from_stage, by=by, as_of=as_of) as asked:
        found = columns(asked.connection, _ways(asked))
        ways: list[Counter[tuple[int, int, int]]] = [Counter() for _ in asked.groups]
        for group, reached, doubtful, end, many in zip(*found.values(), strict=True):
            ways[group][int(reached), int(doubtful), int(end)] += int(many)
        groups = tuple(
            AttritionGroup(group, ways[place].total(), _rows(asked.study, asked.entry, ways[place]))
            for place, group in enumerate(asked.groups)
        )
        pending = f"WITH {_way(asked)} SELECT unit FROM way WHERE ended IS NULL"
        return Attrition(basis(asked, pending), groups, asked.study.ends)


def _ways(asked: Cohort) -> str:
    """How many units of each group reached the same stages, in doubt at the same, ended alike."""
    return f"""
        WITH {_way(asked)}
        SELECT grp, reached, reached & ~dated AS doubtful, coalesce(ended, {_NO_END}) AS ended,
               count(*) AS many
        FROM way JOIN member USING (unit) GROUP BY ALL ORDER BY ALL"""


def _way(asked: Cohort) -> str:
    """``way``: what each unit reached, at which stages its date is sound, and how it ended.

    Stages are bits.  A way ends on its first day that can be right; where the agency dates no end
    at all its word is taken without.
    """
    undated = [place for place, stage in enumerate(asked.study.stages) if not stage.dated]
    never = f"stage IN ({', '.join(map(str, undated))})" if undated else "false"
    valid = f"verdict = {FINE} AND (entered.lo IS NULL OR seen.hi >= entered.lo)"
    return f"""
        way AS (
            SELECT unit,
                   bit_or(1::BIGINT << stage) FILTER (stage >= {asked.entry}) AS reached,
                   coalesce(bit_or(1::BIGINT << stage) FILTER ({valid} OR {never}), 0) AS dated,
                   arg_min(outcome, coalesce(seen.day, {_NO_DAY}) * 16 + outcome)
                       FILTER (ends AND ({valid} OR {never} AND verdict = {UNDATED})) AS ended
            FROM seen JOIN entered USING (unit)
            WHERE verdict <> {NOT_YET}
            GROUP BY unit
        )"""


def _rows(study: Study, entry: int, ways: Counter[tuple[int, int, int]]) -> tuple[StageRow, ...]:
    strength = ends_by_strength(study.edition)
    rows = []
    for place in range(entry, len(study.stages)):
        bit = 1 << place
        here = [(way, many) for way, many in ways.items() if way[0].bit_length() == place + 1]
        by = Counter[str]()
        for (_, _, end), many in here:
            if end != _NO_END:
                by[strength[end]] += many
        stage = study.stages[place]
        rows.append(
            StageRow(
                stage=stage.stage,
                own=stage.own,
                reached=sum(many for (reached, _, _), many in ways.items() if reached & bit),
                ended=by.total(),
                pending=sum(many for (_, _, end), many in here if end == _NO_END),
                ended_by=tuple((end, by[end]) for end in study.ends if by[end]),
                in_doubt=sum(many for (_, doubtful, _), many in ways.items() if doubtful & bit),
            )
        )
    return tuple(rows)
