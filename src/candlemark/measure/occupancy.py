"""Of those who entered, how many stand where after how long.

The states are *pending* and the groups of outcomes.  A case that has not ended is pending for as
long as it was seen and says nothing afterwards; it is never left out and never counted as an end.
Dividing those who ended well by those who ended is no estimate of anything, and is not offered.

Beyond the longest time anybody was observed nothing is known of those still pending.  The curve is
carried on there, nobody is at risk, and the interval says so: they may all be anywhere.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from candlemark.measure.answerable import HORIZONS, Question, horizons
from candlemark.measure.basis import basis
from candlemark.measure.cohort import cohort
from candlemark.measure.drawn_study import with_drawn_dates
from candlemark.measure.estimators import LAST_TICK, TICKS, interval, occupation
from candlemark.measure.figure import (
    PENDING,
    CurvePoint,
    Horizon,
    Occupancy,
    OccupancyGroup,
)
from candlemark.measure.state_values import state_values
from candlemark.measure.stays import (
    Placing,
    counts,
    open_stays,
    still_open,
)

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from numpy.typing import NDArray

    from candlemark.measure.estimators import Counts, Occupation
    from candlemark.measure.estimators.counts import Floats
    from candlemark.measure.study import Study


def occupancy(
    study: Study,
    *,
    from_stage: str = "",
    at: Sequence[int] = HORIZONS,
    by: str = "",
    as_of: date | None = None,
) -> Occupancy:
    """Where the units stand at each of the days ``at`` after they entered (Aalen-Johansen).

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
    with cohort(study, Question.OCCUPANCY, from_stage=from_stage, by=by, as_of=as_of) as asked:
        placings = list(Placing) if asked.coarse else [Placing.MIDDLE]
        found = []
        for placing in placings:
            open_stays(asked, asked.study.ends, placing)
            found.append(counts(asked, len(asked.study.ends) + 1))
        groups = tuple(
            _group(group, [each[place] for each in found], asked.study.ends, days)
            for place, group in enumerate(asked.groups)
        )
        figure = Occupancy(basis(asked, still_open(), days), groups)
        return with_drawn_dates(asked.study, figure) if asked.coarse else figure


def _group(
    group: str, placed: Sequence[Counts], ends: Sequence[str], days: Sequence[int]
) -> OccupancyGroup:
    """One group, from its counts: with coarse dates on their middle first, then at their ends."""
    states = (PENDING, *ends)
    start = np.eye(len(states))[0]
    estimates = [occupation(each, start) for each in placed]
    main, held = placed[0], estimates[0]
    came = int(main.entries[:, -1].sum())
    gone = [int(main.moves[main.moves[:, 2] == place, -1].sum()) for place in range(1, len(states))]
    changed = np.unique(held.ticks // TICKS)
    asked_for = np.asarray(days, dtype=np.int64)
    return OccupancyGroup(
        group=group,
        entered=came,
        states=states,
        standing=(came - sum(gone), *gone),
        horizons=_horizons(estimates, asked_for, states),
        curve=_curve(estimates, changed),
    )


def _horizons(
    estimates: Sequence[Occupation], days: NDArray[np.int64], states: Sequence[str]
) -> tuple[Horizon, ...]:
    p, se, low, high, at_risk = _values(estimates, days)
    moves = estimates[0].counts.moves
    by_then = [moves[moves[:, 0] <= day * TICKS + LAST_TICK] for day in days]
    return tuple(
        Horizon(
            day=int(day),
            at_risk=int(at_risk[row]),
            values=state_values(states, p[row], se[row], (low[row], high[row])),
            ended=tuple(
                int(by_then[row][by_then[row][:, 2] == place, -1].sum())
                for place in range(1, len(states))
            ),
        )
        for row, day in enumerate(days)
    )


def _curve(estimates: Sequence[Occupation], days: NDArray[np.int64]) -> tuple[CurvePoint, ...]:
    p, _, low, high, at_risk = _values(estimates, days)
    return tuple(
        CurvePoint(int(day), int(risk), tuple(chance), tuple(lower), tuple(upper))
        for day, risk, chance, lower, upper in zip(
            days, at_risk, p.tolist(), low.tolist(), high.tolist(), strict=True
        )
    )


def _values(
    estimates: Sequence[Occupation], days: NDArray[np.int64]
) -> tuple[Floats, Floats, Floats, Floats, NDArray[np.int64]]:
    """Probabilities, errors, bounds and numbers at risk at the end of each day.

    The bounds are the outermost ones of all the ways coarse dates were placed.
    """
    ends_of_days = days * TICKS + LAST_TICK
    lows, highs = [], []
    for each in estimates:
        rows = each.rows_at(ends_of_days)
        low, high = interval(each.p[rows], each.se[rows], each.counts.known(ends_of_days)[:, None])
        pending = each.p[rows, :1]
        unseen = (each.counts.at_risk(ends_of_days)[:, :1] == 0) & (pending > 0)
        # Nobody is seen here who has not ended: of those pending all is possible.
        low[:, :1] = np.where(unseen, 0.0, low[:, :1])
        high[:, 1:] = np.where(unseen, np.minimum(high[:, 1:] + pending, 1.0), high[:, 1:])
        lows.append(low)
        highs.append(high)
    main = estimates[0]
    rows = main.rows_at(ends_of_days)
    at_risk = main.counts.at_risk(ends_of_days)[:, 0]
    return main.p[rows], main.se[rows], np.minimum.reduce(lows), np.maximum.reduce(highs), at_risk
