"""How long the units of a log stay in each state (Kaplan-Meier); a median not reached is none."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from candlemark.measure.answers.asking import basis, check_sizes
from candlemark.measure.estimators import quantiles
from candlemark.measure.figure import Durations, DurationsGroup, StageDuration
from candlemark.measure.process import OPEN, lengths
from candlemark.measure.process.opening import ways_of

if TYPE_CHECKING:
    from candlemark.measure.answers.asking import Question

QUARTILES: Final = (0.25, 0.5, 0.75)


def dwell(question: Question) -> Durations:
    """Days until a quarter, half and three quarters of the stays in each state were over.

    Raises:
        NotMeasurable, NothingToMeasure, SettingRefused: the log cannot answer, and why.
    """
    with question.open() as cohort:
        check_sizes(cohort)
        ways, sizes = ways_of(cohort), cohort.entered()
        found = lengths(ways)
        groups = []
        for place, group in enumerate(cohort.groups):
            rows = []
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
                        quantiles=quantiles(stays.curve(), QUARTILES),
                    )
                )
            groups.append(DurationsGroup(group, int(sizes[place]), tuple(rows)))
        return Durations(basis(question, cohort, "durations"), tuple(groups))
