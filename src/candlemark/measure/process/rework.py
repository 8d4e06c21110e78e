"""Rework: how often units come back to a state they had left, and over how many steps.

A *return* is a stay in a state in which the unit had stood before.  The steps are the moves since
it last stood there: 1 where it went straight back to the same state, 2 where one other state lay
in between.  An appeal that sends a case back is a return, and so is a file that two offices hand
to and fro; a return is no fault in itself.

Returns are counted so far.  Whoever has left a state and is still under way may yet come back, so
the share that came back among all who left is too low for a young cohort.  Beside it stands the
probability of coming back within so many days of leaving (Aalen-Johansen, ending otherwise as the
competing way), which counts those under way.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from candlemark.measure.process.passages import Which, passages
from candlemark.measure.process.waiting import Share  # noqa: TC001 - a remembered figure is read by its types
from candlemark.measure.process.ways import in_order

if TYPE_CHECKING:
    from collections.abc import Sequence

    from candlemark.measure.process.ways import Ways


@dataclass(frozen=True, slots=True)
class Loop:
    """Returns to one state from one other."""

    state: int
    """Number of the state it came back to, in ``Ways.places``."""
    came_from: int
    """Where it stood just before."""
    steps: int
    """Moves since it last stood there."""
    returns: int
    units: int
    """Units that did so at least once."""


@dataclass(frozen=True, slots=True)
class Returning:
    """How many come back to one state."""

    state: int
    left: int
    """Units that have left it at least once."""
    returned: int
    """Of them, units that came back at least once, so far."""
    most: int
    """The most often that one unit came back."""
    shares: tuple[Share, ...]
    """The probability of coming back within so many days of first leaving it."""


@dataclass(frozen=True, slots=True)
class ReworkGroup:
    """The loops of one group."""

    group: str
    units: int
    states: tuple[Returning, ...]
    """Those to which somebody came back, by number."""
    loops: tuple[Loop, ...]
    """The most frequent first."""


@dataclass(frozen=True, slots=True)
class Rework:
    """The loops of each group."""

    groups: tuple[ReworkGroup, ...]
    filters: tuple[str, ...] = ()


def rework(ways: Ways, at: Sequence[int] = ()) -> Rework:
    """The loops of each group.

    Args:
        ways: whose.
        at: days since first leaving a state at which the probability of a return is given.
    """
    seen = f"""
        (SELECT unit, state, place,
                lag(place) OVER (PARTITION BY unit, state ORDER BY place) AS before,
                lag(state) OVER (PARTITION BY unit ORDER BY place) AS came_from
         FROM {in_order(ways.moving)}) AS seen JOIN {ways.member} USING (unit)"""
    loops = ways.columns(
        f"""
        SELECT grp, state, came_from, place - before AS steps, count(*) AS returns,
               count(DISTINCT unit) AS units
        FROM {seen} WHERE before IS NOT NULL GROUP BY grp, state, came_from, place - before"""
    )
    back = ways.columns(
        f"""
        SELECT grp, state, count(*) AS units, max(times) AS most FROM (
            SELECT grp, state, unit, count(*) AS times FROM {seen} WHERE before IS NOT NULL
            GROUP BY grp, state, unit) AS each GROUP BY grp, state ORDER BY grp, state"""
    )
    left = ways.columns(
        f"""
        SELECT grp, state, count(DISTINCT unit) AS units FROM {ways.moving} JOIN {ways.member}
        USING (unit) WHERE next <> -1 GROUP BY grp, state"""
    )
    sizes = ways.sizes()
    gone = {
        (grp, state): units
        for grp, state, units in zip(*(left[name].tolist() for name in left), strict=True)
    }
    groups = []
    for number, group in enumerate(ways.groups):
        found = [
            Loop(*row[1:])
            for row in zip(*(loops[name].tolist() for name in loops), strict=True)
            if row[0] == number
        ]
        found.sort(key=lambda one: (-one.returns, one.state, one.came_from, one.steps))
        states = tuple(
            Returning(
                state=state,
                left=gone[number, state],
                returned=units,
                most=most,
                shares=returned_by(ways, state, number, at),
            )
            for grp, state, units, most in zip(*(back[name].tolist() for name in back), strict=True)
            if grp == number
        )
        groups.append(ReworkGroup(group, sizes[number], states, tuple(found)))
    return Rework(tuple(groups), ways.filters)


def returned_by(ways: Ways, state: int, group: int, at: Sequence[int]) -> tuple[Share, ...]:
    """The probability of a return within so many days of first leaving a state."""
    if not at:
        return ()
    return passages(ways, state, state, Which.FIRST, leaving=True).of(group).shares(at)
