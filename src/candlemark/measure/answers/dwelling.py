"""How long the units of a log stay in each state (Kaplan-Meier); a median not reached is none."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from candlemark.measure.answers.asking import basis, check_sizes
from candlemark.measure.estimators import quantiles
from candlemark.measure.estimators.drawn_lengths import drawn_quantiles
from candlemark.measure.figure import DRAWN, Durations, DurationsGroup, StageDuration
from candlemark.measure.log.coarse_ways import (
    coarse_events,
    drawn_stays,
    lengths_at_ends,
    with_a_gap,
)
from candlemark.measure.process import OPEN, lengths
from candlemark.measure.process.opening import ways_of

if TYPE_CHECKING:
    from candlemark.measure.answers.asking import Question

QUARTILES: Final = (0.25, 0.5, 0.75)


def dwell(question: Question) -> Durations:
    """Days until a quarter, half and three quarters of the stays in each state were over.

    Where a date is known to the month or year, dates are drawn, and the bounds stand beside.

    Raises:
        NotMeasurable, NothingToMeasure, SettingRefused: the log cannot answer, and why.
    """
    with question.open() as cohort:
        check_sizes(cohort)
        ways, sizes, coarse = ways_of(cohort), cohort.entered(), coarse_events(cohort)
        found = lengths(ways)
        groups = []
        for place, group in enumerate(cohort.groups):
            rows = []
            sets = drawn_stays(cohort, place)[0] if coarse[place] else None
            ends = lengths_at_ends(cohort, place) if coarse[place] else None
            left_out = with_a_gap(cohort, place) if coarse[place] else None
            for number, state in enumerate(cohort.table.states):
                stays = found.get((place, number))
                if stays is None or not len(stays.known.days):
                    continue
                known = stays.known
                still = int(known.many[known.next == OPEN].sum())
                over = int(known.many.sum()) - still
                rows.append(
                    StageDuration(
                        stage=state.stage,
                        own=state.own,
                        entered=over + still,
                        ended=over,
                        pending=still,
                        quantiles=quantiles(stays.curve(), QUARTILES)
                        if sets is None or ends is None
                        else drawn_quantiles(sets, ends, number, QUARTILES, left_out),
                    )
                )
            groups.append(DurationsGroup(group, int(sizes[place]), tuple(rows)))
        stands_on = basis(question, cohort, "durations")
        if coarse.any():
            stands_on = replace(stands_on, method=stands_on.method + DRAWN)
        return Durations(stands_on, tuple(groups))
