"""Where the units of a log stand after how long (Aalen-Johansen), over any graph of states."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

import numpy as np

from candlemark.measure.answers.asking import basis, check_sizes, stays_of
from candlemark.measure.estimators import LAST_TICK, TICKS, interval, occupation, robust
from candlemark.measure.figure import (
    DRAWN,
    DRAWN_ERRORS,
    CurvePoint,
    Horizon,
    Occupancy,
    OccupancyGroup,
)
from candlemark.measure.log.coarse_ways import coarse_events, drawn
from candlemark.measure.state_values import state_values

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from candlemark.measure.answers.asking import Question
    from candlemark.measure.estimators import Counts, Occupation
    from candlemark.measure.log import AskedCohort

POINTS: Final = 400
"""Days a curve holds at most; more cannot be seen, and a document must stay readable."""
DRAWN_POINTS: Final = 40
"""The same where dates are drawn: each day is estimated anew in every set of dates."""


def stand(question: Question) -> Occupancy:
    """Where the units stand at each of the days asked for.

    Where a date is known to the month or year, dates are drawn (``log.coarse_ways``), in every
    group, and the bounds stand beside each value.

    Raises:
        NotMeasurable, NothingToMeasure, SettingRefused: the log cannot answer, and why.
    """
    with question.open() as cohort:
        check_sizes(cohort)
        groups, stands_on = occupied(question, cohort), basis(question, cohort, "occupancy")
        coarse = coarse_events(cohort)
        if coarse.any():
            groups = tuple(
                with_drawn_dates(question, cohort, group, place, bounded=bool(coarse[place]))
                for place, group in enumerate(groups)
            )
            stands_on = replace(
                stands_on, method=stands_on.method + DRAWN, uncertainty=DRAWN_ERRORS
            )
        return Occupancy(stands_on, groups)


def with_drawn_dates(
    question: Question, cohort: AskedCohort, group: OccupancyGroup, place: int, *, bounded: bool
) -> OccupancyGroup:
    """A group with its probabilities from drawn dates; its counts stay what was seen."""
    asked = np.asarray(question.at, dtype=np.int64)
    shown = thinned(np.asarray([point.day for point in group.curve], dtype=np.int64), DRAWN_POINTS)
    days, back = np.unique(np.concatenate([asked, shown]), return_inverse=True)
    found = drawn(cohort, place, days, start_of(cohort.starts()[place]))
    horizons = tuple(
        replace(
            horizon,
            values=state_values(
                (value.state for value in horizon.values),
                found.p[row],
                found.se[row],
                (found.low[row], found.high[row]),
                (found.earliest[row], found.latest[row]) if bounded else None,
            ),
        )
        for row, horizon in zip(back[: len(asked)], group.horizons, strict=True)
    )
    at_risk = {point.day: point.at_risk for point in group.curve}
    curve = tuple(
        CurvePoint(
            int(day),
            at_risk[int(day)],
            tuple(found.p[row].tolist()),
            tuple(found.low[row].tolist()),
            tuple(found.high[row].tolist()),
            tuple(found.earliest[row].tolist()) if bounded else (),
            tuple(found.latest[row].tolist()) if bounded else (),
        )
        for row, day in zip(back[len(asked) :], shown, strict=True)
    )
    return replace(group, horizons=horizons, curve=curve)


def occupied(
    question: Question, cohort: AskedCohort, places: Sequence[int] | None = None
) -> tuple[OccupancyGroup, ...]:
    """The groups of an open cohort; some of them, in an order of one's own, by their places."""
    counts, starts, sizes = cohort.counts(), cohort.starts(), cohort.entered()
    return tuple(
        _group(question, cohort, place, (counts[place], starts[place], int(sizes[place])))
        for place in (range(len(counts)) if places is None else places)
    )


def start_of(starts: NDArray[np.int64]) -> NDArray[np.float64] | None:
    """The probabilities of the beginning where all begin in one state; None where they differ."""
    share = starts / max(int(starts.sum()), 1)
    return share if (share == 1.0).any() else None


def _group(
    question: Question,
    cohort: AskedCohort,
    place: int,
    counted: tuple[Counts, NDArray[np.int64], int],
) -> OccupancyGroup:
    counts, starts, entered = counted
    states = tuple(state.own for state in cohort.table.states)
    found = occupation(counts, start_of(starts))
    return OccupancyGroup(
        group=cohort.groups[place],
        entered=entered,
        states=states,
        standing=_standing(cohort, place),
        horizons=_horizons(question, cohort, place, found, start_of(starts)),
        curve=curve_of(found),
    )


def _standing(cohort: AskedCohort, group: int) -> tuple[int, ...]:
    """How many stand in each state on the last day looked at."""
    found = cohort.columns(
        "SELECT s.state AS state, COUNT(*) AS many FROM stay s"
        f" JOIN member m ON m.unit = s.unit AND m.grp = {group}"
        " WHERE s.next = -1 GROUP BY s.state ORDER BY s.state"
    )
    many = np.zeros(len(cohort.table.states), dtype=np.int64)
    many[found["state"]] = found["many"]
    return tuple(many.tolist())


def _horizons(
    question: Question,
    cohort: AskedCohort,
    place: int,
    found: Occupation,
    start: NDArray[np.float64] | None,
) -> tuple[Horizon, ...]:
    days = np.asarray(question.at, dtype=np.int64)
    ticks = days * TICKS + LAST_TICK
    rows = found.rows_at(ticks)
    p, se = found.p[rows], found.se[rows]
    if question.robust:
        influence = robust(stays_of(cohort, place), found.counts.states, ticks, start=start)
        se = influence.se()
    return _values(found, days, (p, se), [state.own for state in cohort.table.states])


def horizons_of(
    found: Occupation, days: NDArray[np.int64], names: Sequence[str]
) -> tuple[Horizon, ...]:
    """The values of an estimate at the end of each day, with Greenwood's errors."""
    rows = found.rows_at(days * TICKS + LAST_TICK)
    return _values(found, days, (found.p[rows], found.se[rows]), names)


def _values(
    found: Occupation,
    days: NDArray[np.int64],
    estimated: tuple[NDArray[np.float64], NDArray[np.float64]],
    names: Sequence[str],
) -> tuple[Horizon, ...]:
    ticks, (p, se) = days * TICKS + LAST_TICK, estimated
    low, high = interval(p, se, found.counts.known(ticks)[:, None])
    at_risk = found.counts.standing(ticks).sum(axis=1)
    moves = found.counts.moves
    return tuple(
        Horizon(
            day=int(day),
            at_risk=int(at_risk[row]),
            values=state_values(names, p[row], se[row], (low[row], high[row])),
            ended=tuple(
                int(moves[(moves[:, 0] <= ticks[row]) & (moves[:, 2] == column), -1].sum())
                for column in range(len(names))
            ),
        )
        for row, day in enumerate(days)
    )


def curve_of(found: Occupation) -> tuple[CurvePoint, ...]:
    """The estimate on at most :data:`POINTS` of the days on which something happened."""
    days = thinned(np.unique(np.append(found.ticks // TICKS, 0)))
    ticks = days * TICKS + LAST_TICK
    rows = found.rows_at(ticks)
    p, se = found.p[rows], found.se[rows]
    low, high = interval(p, se, found.counts.known(ticks)[:, None])
    at_risk = found.counts.standing(ticks).sum(axis=1)
    return tuple(
        CurvePoint(int(day), int(risk), tuple(chance), tuple(lower), tuple(upper))
        for day, risk, chance, lower, upper in zip(
            days, at_risk, p.tolist(), low.tolist(), high.tolist(), strict=True
        )
    )


def thinned(days: NDArray[np.int64], most: int = POINTS) -> NDArray[np.int64]:
    """At most so many of the days, spread evenly, the first and the last among them."""
    if len(days) <= most:
        return days
    return days[np.unique(np.linspace(0, len(days) - 1, most).round().astype(np.int64))]
