"""A study asked stage by stage, as any log of events is: for what knows no ends but states."""

from __future__ import annotations

from typing import TYPE_CHECKING

from candlemark.measure.answers import HORIZONS, Question
from candlemark.measure.log import Ask, stays_of

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from candlemark.measure.study import Study


def stepwise(
    study: Study,
    *,
    from_stage: str = "",
    at: Sequence[int] = HORIZONS,
    by: str = "",
    as_of: date | None = None,
) -> Question:
    """The question to the stays of a study; arguments as of :func:`candlemark.measure.occupancy`.

    Raises:
        NotUnderstood: a horizon is no number of days.
        NothingToMeasure: no event has a day that can be right.
        UnknownTerm: there is no such stage.
    """
    entered = study.entered_at(from_stage)
    start = from_stage or entered.stages[entered.entry].own
    ask = Ask(from_state=start, by=by, as_of=as_of)
    return Question(stays_of(entered), ask, at=tuple(at), robust=True)
