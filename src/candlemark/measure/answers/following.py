"""The same question to the cohorts of several periods: is it getting better?

Every period's cohort is asked at the same time after entry, never on the same day.  A cohort of
which too few entered so long before the last day looked at has no value.  Breaks (an agency that
began to see its cases, a revised reading of its files, a new edition, whatever the asker states)
part the periods, and nothing is computed across one.  A period in which a break lies is counted to
what comes after it.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

import numpy as np

from candlemark.errors import NotMeasurable
from candlemark.measure.answers.asking import LEAST, Question, basis, stays_of
from candlemark.measure.answers.standing import start_of
from candlemark.measure.columns import days_since
from candlemark.measure.estimators import LAST_TICK, TICKS, robust, trend
from candlemark.measure.figure import Break, Course, Period, PeriodValue, Segment, Trend
from candlemark.measure.log.ask import PERIODS
from candlemark.measure.periods import next_period, place_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from candlemark.measure.estimators import Segment as Part
    from candlemark.measure.estimators import Trend as Values
    from candlemark.measure.estimators.counts import Floats, Integers
    from candlemark.measure.log import AskedCohort, StayTable

MOST: Final = 240
"""Periods at most; of months that is twenty years."""
TRACKED: Final = "tracked"
STATED: Final = "stated"
YEARS: Final = "entry-year"


def follow(question: Question, breaks: Sequence[Break] = ()) -> Trend:
    """Where the cohorts of each period stand so many days after they entered.

    Args:
        question: divided by ``entry-year``, ``entry-quarter`` or ``entry-month``; by nothing is by
            year.
        breaks: besides those on which agencies began to track, which the log knows.

    Raises:
        NotMeasurable: it is divided by something else, or there are fewer than two periods or too
            many.
        NothingToMeasure, SettingRefused: the log cannot answer, and why.
    """
    by = question.ask.by or YEARS
    if by not in PERIODS:
        raise NotMeasurable(
            "a trend is over time, and not over groups",
            hint=f"ask by {', '.join(PERIODS)}, of one group at a time: --where SCHEME=TERM",
        )
    question = replace(question, ask=replace(question.ask, by=by))
    with question.open() as cohort:
        if not 2 <= len(cohort.groups) <= MOST:
            raise NotMeasurable(
                "all entered in one period, and nothing changes within it"
                if len(cohort.groups) < 2
                else f"{len(cohort.groups)} periods are too many for a trend",
                hint="ask by a shorter one" if len(cohort.groups) < 2 else "ask by a longer one",
            )
        periods, sizes = _periods(cohort.groups), cohort.entered()
        names = [state.own for state in cohort.table.states]
        shown = dict(zip(cohort.groups, sizes.tolist(), strict=True))
        placed = _placed([*_tracked(cohort.table), *breaks], periods)
        return Trend(
            basis(question, cohort, "trend"),
            tuple(Period(period, shown.get(period, 0)) for period in periods),
            tuple(_courses(question, names, _asked(question, cohort, periods), placed)),
            placed,
        )


def _periods(groups: Sequence[str]) -> tuple[str, ...]:
    """Every period from the first to the last, those in which nobody entered among them."""
    found, last = [groups[0]], groups[-1]
    while found[-1] != last and len(found) <= MOST:
        found.append(next_period(found[-1]))
    return tuple(found)


def _tracked(table: StayTable) -> Iterator[Break]:
    """The days on which agencies began to see their cases."""
    for agency, day in sorted(table.tracked_from.items()):
        yield Break(day, TRACKED, agency or table.source)


def _placed(breaks: Sequence[Break], periods: Sequence[str]) -> tuple[Break, ...]:
    """The breaks within the time that is shown, each with the first period it counts to."""
    placed = []
    for one in sorted(set(breaks), key=lambda each: (each.day, each.what, each.says)):
        at = place_of(one.day, periods)
        if at:  # with the first period nothing is parted
            placed.append(replace(one, period=periods[int(at)]))
    return tuple(placed)


def _watched(question: Question, cohort: AskedCohort, periods: Sequence[str]) -> Integers:
    """How many of each period entered so many days before the last day; a row a day asked for."""
    found = cohort.columns(
        "SELECT m.grp AS grp, e.day0 AS day0, COUNT(*) AS many FROM entered e"
        " JOIN member m ON m.unit = e.unit GROUP BY m.grp, e.day0 ORDER BY m.grp, e.day0"
    )
    last = days_since(cohort.as_of)
    place = {period: number for number, period in enumerate(periods)}
    of_group = np.array([place[group] for group in cohort.groups])
    watched = np.zeros((len(question.at), len(periods)), dtype=np.int64)
    for row, day in enumerate(question.at):
        long = found["day0"] + day <= last
        np.add.at(watched[row], of_group[found["grp"][long]], found["many"][long])
    return watched


@dataclass(frozen=True, slots=True)
class _Asked:
    """What each period's cohort says; arrays (periods, days, states) and (periods, days)."""

    periods: tuple[str, ...]
    p: Floats
    se: Floats
    known: Floats
    watched: Integers


def _asked(question: Question, cohort: AskedCohort, periods: tuple[str, ...]) -> _Asked:
    ticks = np.asarray(question.at, dtype=np.int64) * TICKS + LAST_TICK
    starts, states = cohort.starts(), len(cohort.table.states)
    p, se = np.zeros((2, len(periods), len(ticks), states))
    known = np.zeros((len(periods), len(ticks)))
    for place, group in enumerate(cohort.groups):
        stays, row = stays_of(cohort, place), periods.index(group)
        if len(stays):
            found = robust(stays, states, ticks, start=start_of(starts[place]))
            p[row], se[row], known[row] = found.p, found.se(), found.independent
    return _Asked(periods, p, se, known, _watched(question, cohort, periods))


def _courses(
    question: Question, names: Sequence[str], asked: _Asked, breaks: Sequence[Break]
) -> Iterator[Course]:
    edges = [asked.periods.index(one.period) for one in breaks]
    for column, name in enumerate(names):
        for row, day in enumerate(question.at):
            p = asked.p[:, row, column]
            if not p.any():
                continue
            made = trend(
                p,
                asked.se[:, row, column],
                asked.known[:, row],
                asked.watched[row],
                breaks=edges,
                least=LEAST,
            )
            yield Course(
                day=day,
                state=name,
                points=tuple(_points(made, asked.se[:, row, column], asked.watched[row])),
                segments=tuple(_segment(one, asked.periods) for one in made.segments),
            )


def _points(made: Values, se: Floats, watched: Integers) -> Iterator[PeriodValue]:
    for place, there in enumerate(made.watched):
        many = int(watched[place])
        if not there:
            yield PeriodValue(many, None, None, None, None)
            continue
        values = (made.p[place], se[place], made.low[place], made.high[place])
        yield PeriodValue(many, *(float(value) for value in values))


def _segment(one: Part, periods: Sequence[str]) -> Segment:
    return Segment(
        periods[one.first],
        periods[one.last],
        one.values,
        one.slope,
        one.low,
        one.high,
        one.p_slope,
        one.p_change,
    )
