"""Filters: the part of the ways a question is about.

Each takes ways and gives ways, so that they can be chained, and each writes down what it did.  They
choose among units or cut ways short; none of them changes a date or an order.

Two of them choose by what happened *later* (:func:`lasting`, :func:`followed_by`).  What is counted
behind them is a selection, not a cohort: "cases that took more than a year" are not a sample of the
cases that came.  They are for looking, and no probability behind them speaks of all who entered.
An open way is kept only where what is asked of it is certain already.
"""

from __future__ import annotations

from dataclasses import replace
from enum import StrEnum
from typing import TYPE_CHECKING

from candlemark.errors import NotMeasurable
from candlemark.measure.estimators import TICKS
from candlemark.measure.process.ways import COLUMNS, OPEN, in_order

if TYPE_CHECKING:
    from candlemark.measure.process.ways import Ways

_MOST_DAYS = 100_000


class Followed(StrEnum):
    """Whether one state came after another within bounds, as far as it is known."""

    YES = "yes"
    NO = "no"  # it cannot any more: the way ended, or the time is over
    OPEN = "open"  # it still can


def first_steps(ways: Ways, steps: int) -> Ways:
    """The first ``steps`` stays of each way, each with the move it ended in.

    The stay after them is not there; that is no censoring, and no time is cut short.
    """
    if steps < 1:
        raise NotMeasurable("a way has at least one step", hint="ask for the first 1 or more")
    return replace(
        ways,
        stay=f"(SELECT {COLUMNS} FROM {in_order(ways.stay)} WHERE place <= {steps:d}) AS stay",
        filters=(*ways.filters, f"first-steps:{steps}"),
    )


def between(ways: Ways, first: str, last: str) -> Ways:
    """The part of each way from ``first`` until ``last``, as often as there is one.

    A part begins with each stay in ``first`` and ends where the unit moves to ``last``; what comes
    after that is left out until it stands in ``first`` again.  A part that has not reached ``last``
    is kept: it is still going on, or ended otherwise.
    """
    start, end = ways.place(first), ways.place(last)
    so_far = "OVER (PARTITION BY unit ORDER BY seq ROWS BETWEEN UNBOUNDED PRECEDING AND {})"
    began = f"max(CASE WHEN state = {start} THEN place ELSE 0 END)" + so_far.format("CURRENT ROW")
    # A move to ``last`` ends the part behind its own stay, so the present stay's does not count.
    ended = f"coalesce(max(CASE WHEN next = {end} THEN place ELSE 0 END)" + so_far.format(
        "1 PRECEDING"
    )
    return replace(
        ways,
        stay=(
            f"(SELECT {COLUMNS} FROM (SELECT *, {began} AS began, {ended}, 0) AS ended"
            f" FROM {in_order(ways.stay)}) AS parts WHERE began > ended) AS stay"
        ),
        filters=(*ways.filters, f"between:{ways.places[start].own}:{ways.places[end].own}"),
    )


def lasting(ways: Ways, at_least: int = 0, at_most: int | None = None) -> Ways:
    """Units whose whole way took so many days: from entry until it ended.

    An open way is kept where it has lasted ``at_least`` already and there is no ``at_most``.  With
    ``at_most`` nobody knows yet what an open way will have taken, and it is left out.
    """
    _check_bounds(at_least, at_most)
    days = f"(max(leave) - max(leave) % {TICKS} - min(since) + min(since) % {TICKS})"
    wanted = f"{days} >= {at_least * TICKS}"
    if at_most is not None:
        wanted += f" AND {days} <= {at_most * TICKS}"
        wanted += f" AND min(next) <> {OPEN}"
    return _only_units(
        ways,
        f"SELECT unit FROM {ways.moving} GROUP BY unit HAVING {wanted}",
        f"lasting:{at_least}:{'' if at_most is None else at_most}",
    )


def followed_by(
    ways: Ways,
    first: str,
    then: str,
    at_least: int = 0,
    at_most: int | None = None,
    *,
    wanted: Followed = Followed.YES,
) -> Ways:
    """Units of whose stays in ``first`` one was followed by ``then`` within so many days.

    ``then`` need not come straight after.  Days are counted from reaching ``first`` to the next
    time ``then`` is reached.  Units that never stood in ``first`` are in no answer.
    """
    _check_bounds(at_least, at_most)
    start, end = ways.place(first), ways.place(then)
    later = "OVER (PARTITION BY unit ORDER BY seq ROWS BETWEEN CURRENT ROW AND UNBOUNDED FOLLOWING)"
    took = f"(reached - reached % {TICKS} - entry + entry % {TICKS})"
    spent = f"(last - last % {TICKS} - entry + entry % {TICKS})"
    above = "" if at_most is None else f" AND {took} <= {at_most * TICKS}"
    over = "" if at_most is None else f" AND {spent} <= {at_most * TICKS}"
    met = f"reached IS NOT NULL AND {took} >= {at_least * TICKS}{above}"
    yes = f"max(CASE WHEN {met} THEN 1 ELSE 0 END)"
    still = f"max(CASE WHEN reached IS NULL AND is_open = 1{over} THEN 1 ELSE 0 END)"
    having = {
        Followed.YES: f"{yes} = 1",
        Followed.OPEN: f"{yes} = 0 AND {still} = 1",
        Followed.NO: f"{yes} = 0 AND {still} = 0",
    }[wanted]
    return _only_units(
        ways,
        f"""
        SELECT unit FROM (
            SELECT unit, state, entry,
                   min(CASE WHEN next = {end} THEN leave END) {later} AS reached,
                   max(leave) {later} AS last,
                   max(CASE WHEN next = {OPEN} THEN 1 ELSE 0 END) {later} AS is_open
            FROM {ways.moving}
        ) AS seen WHERE state = {start} GROUP BY unit HAVING {having}""",
        f"followed-by:{ways.places[start].own}:{ways.places[end].own}:{at_least}:"
        f"{'' if at_most is None else at_most}:{wanted.value}",
    )


def _only_units(ways: Ways, units: str, code: str) -> Ways:
    return replace(
        ways,
        stay=f"(SELECT * FROM {ways.stay} WHERE unit IN ({units})) AS stay",
        filters=(*ways.filters, code),
    )


def _check_bounds(at_least: int, at_most: int | None) -> None:
    bad = not 0 <= at_least <= _MOST_DAYS or (
        at_most is not None and not at_least <= at_most <= _MOST_DAYS
    )
    if bad:
        raise NotMeasurable(
            "the bounds are no range of days",
            hint=f"give whole days from 0 to {_MOST_DAYS:,}, the lower one first",
        )
