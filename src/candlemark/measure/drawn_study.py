"""Figures of a study with dates known to the month or year drawn, where any of them is.

Counts stay what was counted.  Probabilities, their intervals and quantiles come from sets of dates
that are drawn by :mod:`candlemark.measure.estimators.coarse` from all stages a unit went through,
and the smallest and largest values with all dates at one end stand beside.

Drawing learns how long stays last from those whose length is known.  Where a group has fewer than
ten of them, or the stays of a study are not of the same units as its figure, the figure stays as it
was: each coarse date in the middle, intervals as wide as the dates make them.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, TypeVar

import numpy as np

from candlemark.errors import MeasureError
from candlemark.measure.answers.dwelling import QUARTILES
from candlemark.measure.answers.passing import reachable, told_passages
from candlemark.measure.answers.reaching import drawn_values
from candlemark.measure.answers.standing import DRAWN_POINTS, thinned
from candlemark.measure.estimators import CENSORED, Stays
from candlemark.measure.estimators.coarse import combined
from candlemark.measure.estimators.drawn_lengths import drawn_quantiles
from candlemark.measure.figure import (
    DRAWN,
    DRAWN_ERRORS,
    CurvePoint,
    Durations,
    DurationsGroup,
    Incidence,
    IncidenceGroup,
    Occupancy,
    OccupancyGroup,
)
from candlemark.measure.labels import ENDED
from candlemark.measure.log import Ask, asked, stays_of
from candlemark.measure.log.coarse_ways import (
    drawn_stays,
    learnable,
    lengths_at_ends,
    with_a_gap,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from candlemark.measure.estimators import Imputed
    from candlemark.measure.estimators.counts import Floats, Integers
    from candlemark.measure.figure import Horizon
    from candlemark.measure.log import AskedCohort
    from candlemark.measure.study import Study

    Sets = tuple[Sequence[Stays], Sequence[Stays]]

_F = TypeVar("_F", Occupancy, Incidence, Durations)


def with_drawn_dates(study: Study, figure: _F) -> _F:
    """The figure with its coarse dates drawn; as it is where they cannot be.

    Args:
        study: entered at the stage the figure is of.
        figure: of this study, with each coarse date in the middle.
    """
    basis = figure.basis
    ask = Ask(from_state=basis.from_own, by=basis.by, as_of=min(basis.as_of, study.known_until))
    try:
        with asked(stays_of(study), ask) as cohort:
            sizes = dict(zip(cohort.groups, cohort.entered().tolist(), strict=True))
            if sizes != {group.group: group.entered for group in figure.groups}:
                return figure
            if not all(learnable(cohort, place) for place in range(len(cohort.groups))):
                return figure
            drawn = {name: drawn_stays(cohort, place) for place, name in enumerate(cohort.groups)}
            groups = tuple(_group(cohort, group, drawn[group.group]) for group in figure.groups)
    except MeasureError:
        return figure
    errors = basis.uncertainty if isinstance(figure, Durations) else DRAWN_ERRORS
    noted = replace(basis, method=basis.method + DRAWN, uncertainty=errors)
    return replace(figure, basis=noted, groups=groups)


_G = TypeVar("_G", OccupancyGroup, IncidenceGroup, DurationsGroup)


def _group(cohort: AskedCohort, group: _G, sets: Sets) -> _G:
    match group:
        case OccupancyGroup():
            return _stood(cohort, group, sets)
        case IncidenceGroup():
            return _reached(cohort, group, sets)
        case DurationsGroup():
            return _stayed(cohort, group, sets)


def _stood(cohort: AskedCohort, group: OccupancyGroup, sets: Sets) -> OccupancyGroup:
    """Where they stand: pending, or in one of the ends."""
    place = {f"{ENDED}{state}": number for number, state in enumerate(group.states)}
    ends = np.array([place.get(state.own, CENSORED) for state in cohort.table.states])
    drawn, extremes = ([_pending(stays, ends) for stays in some] for some in sets)
    shown = thinned(np.asarray([point.day for point in group.curve], dtype=np.int64), DRAWN_POINTS)
    days = np.unique(np.append([horizon.day for horizon in group.horizons], shown))
    found = combined(drawn, extremes, len(group.states), days, start=np.eye(len(group.states))[0])
    row = {int(day): number for number, day in enumerate(days)}
    points = [point for point in group.curve if point.day in set(shown.tolist())]
    return replace(
        group,
        horizons=tuple(_horizon(each, found, row[each.day]) for each in group.horizons),
        curve=tuple(_point(point, found, row[point.day]) for point in points),
    )


def _point(point: CurvePoint, found: Imputed, row: int) -> CurvePoint:
    low, high = _edges(found, row, point.at_risk)
    return CurvePoint(
        point.day,
        point.at_risk,
        tuple(found.p[row].tolist()),
        tuple(low.tolist()),
        tuple(high.tolist()),
        tuple(found.earliest[row].tolist()),
        tuple(found.latest[row].tolist()),
    )


def _pending(stays: Stays, ends: Integers) -> Stays:
    """One stay a unit: pending from its entry until its way ends."""
    stays = stays.taken(np.lexsort((stays.entry, stays.units)))
    first = np.flatnonzero(np.append(True, np.diff(stays.units) != 0)[: len(stays)])
    last = np.append(first[1:], len(stays)) - 1
    to = stays.to[last]
    return Stays(
        cluster=stays.cluster[first],
        state=np.zeros(len(first), dtype=np.int64),
        entry=stays.entry[first],
        leave=stays.leave[last],
        to=np.where(to == CENSORED, CENSORED, ends[to]),
        unit=stays.units[first],
    )


def _edges(found: Imputed, row: int, at_risk: int) -> tuple[Floats, Floats]:
    """The interval; where nobody is seen who has not ended, of those pending all is possible."""
    low, high = found.low[row].copy(), found.high[row].copy()
    pending = found.p[row, 0]
    if at_risk == 0 and pending > 0:
        low[0] = 0.0
        high[1:] = np.minimum(high[1:] + pending, 1.0)
    return low, high


def _horizon(horizon: Horizon, found: Imputed, row: int) -> Horizon:
    low, high = _edges(found, row, horizon.at_risk)
    return replace(
        horizon,
        values=tuple(
            replace(
                value,
                p=float(found.p[row, column]),
                se=float(found.se[row, column]),
                low=float(low[column]),
                high=float(high[column]),
                earliest=float(found.earliest[row, column]),
                latest=float(found.latest[row, column]),
            )
            for column, value in enumerate(horizon.values)
        ),
    )


def _reached(cohort: AskedCohort, group: IncidenceGroup, sets: Sets) -> IncidenceGroup:
    goals = {goal.state.own: goal for goal in reachable(cohort.table)}
    states, place = len(cohort.table.states), cohort.groups.index(group.group)
    rows = []
    for row in group.rows:
        told = told_passages(cohort, place, goals[row.own]) if row.own in goals else None
        if told is None:
            rows.append(row)
            continue
        targets = goals[row.own].targets
        passed = [[told.moved(stays, states, targets) for stays in some] for some in sets]
        days = np.asarray([by.day for by in row.horizons], dtype=np.int64)
        shown = thinned(np.asarray([by.day for by in row.curve], dtype=np.int64), DRAWN_POINTS)
        waits = told.stays()
        rows.append(
            replace(
                row,
                horizons=drawn_values(waits, passed, days),
                curve=drawn_values(waits, passed, shown),
            )
        )
    return replace(group, rows=tuple(rows))


def _stayed(cohort: AskedCohort, group: DurationsGroup, sets: Sets) -> DurationsGroup:
    places = {state.own: place for place, state in enumerate(cohort.table.states)}
    place = cohort.groups.index(group.group)
    left_out, ends = with_a_gap(cohort, place), lengths_at_ends(cohort, place)
    return replace(
        group,
        rows=tuple(
            replace(
                row, quantiles=drawn_quantiles(sets[0], ends, places[row.own], QUARTILES, left_out)
            )
            if row.own in places
            else row
            for row in group.rows
        ),
    )
