"""Two groups beside each other: how far apart they are, and whether that can be chance.

Every difference has its interval, a p-value adjusted for all others (Holm), and stands in a band
that holds all of them at once.  Errors are robust, so units of one incident count as one.  Besides,
for each state: whether it is left at another rate (log-rank), and whether another share ever
reaches it by when (Gray).  Those two answer different questions and may disagree.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from candlemark.errors import NotMeasurable
from candlemark.measure.answers.asking import basis, stays_of
from candlemark.measure.answers.standing import occupied, start_of
from candlemark.measure.estimators import LAST_TICK, TICKS, robust
from candlemark.measure.estimators.differences import differences
from candlemark.measure.estimators.gray import gray
from candlemark.measure.estimators.incidence import first_passage
from candlemark.measure.estimators.log_rank import log_rank
from candlemark.measure.figure import Cell, Comparison, Tested

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from candlemark.measure.answers.asking import Question
    from candlemark.measure.estimators import Counts, Stays
    from candlemark.measure.log import AskedCohort


def compare(question: Question, one: str = "", other: str = "") -> Comparison:
    """How the first of two groups differs from the second.

    Args:
        question: divided by something (``ask.by``).
        one: code of the first group; empty where there are two groups only.
        other: of the second.

    Raises:
        NotMeasurable: the cohort is not divided, there is no such group, one is too small.
        NothingToMeasure, SettingRefused: the log cannot answer, and why.
    """
    with question.open() as cohort:
        pair = _pair(cohort, one, other)
        ticks = np.asarray(question.at, dtype=np.int64) * TICKS + LAST_TICK
        states = len(cohort.table.states)
        starts, counts = cohort.starts(), cohort.counts()
        stays = [stays_of(cohort, place) for place in pair]
        moved = [
            robust(each, states, ticks, start=start_of(starts[place]))
            for place, each in zip(pair, stays, strict=True)
        ]
        found = differences(*moved)
        names = [state.own for state in cohort.table.states]
        cells = tuple(
            Cell(
                day=day,
                state=name,
                difference=float(found.difference[row, column]),
                se=float(found.se[row, column]),
                low=float(found.low[row, column]),
                high=float(found.high[row, column]),
                band_low=float(found.band_low[row, column]),
                band_high=float(found.band_high[row, column]),
                p_value=float(found.holm[row, column]),
            )
            for row, day in enumerate(question.at)
            for column, name in enumerate(names)
            if found.tested[row, column]
        )
        groups = occupied(replace(question, robust=True), cohort)
        return Comparison(
            basis(question, cohort, "comparison"),
            tuple(groups[place] for place in pair),
            cells,
            (
                Tested("anywhere", "", None, None, float(found.anywhere)),
                *_tests(names, [counts[place] for place in pair], stays),
            ),
        )


def _pair(cohort: AskedCohort, one: str, other: str) -> tuple[int, int]:
    groups = cohort.groups
    named = [name for name in (one, other) if name]
    if len(groups) < 2 or any(name not in groups for name in named) or one == other != "":
        raise NotMeasurable(
            "a comparison needs two groups that are there",
            hint=f"there are {', '.join(map(repr, groups[:20]))}; divide with --by, name two",
        )
    if len(named) < 2 and len(groups) > 2:
        raise NotMeasurable(
            f"{len(groups)} groups cannot be compared all at once",
            hint=f"name two of {', '.join(groups[:20])}",
        )
    first, second = named if len(named) == 2 else groups
    return groups.index(first), groups.index(second)


def _tests(
    names: Sequence[str], counts: Sequence[Counts], stays: Sequence[Stays]
) -> Iterator[Tested]:
    for place, name in enumerate(names):
        with suppress(NotMeasurable):  # too few of a group stood there: no test, and no number
            found = log_rank(counts, place)
            yield Tested("log-rank", name, found.statistic, found.freedom, found.p_value)
    for place, name in enumerate(names):
        with suppress(NotMeasurable):
            waits = [first_passage(each, {place}, len(names)).counts(3) for each in stays]
            found = gray(waits)
            yield Tested("gray", name, found.statistic, found.freedom, found.p_value)
