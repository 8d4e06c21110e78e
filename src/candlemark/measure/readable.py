"""How far a curve of a figure rests on enough units to be read.

The rule is that of ``estimators.risk_set``, on what a figure holds: a unit that is still watched
stands for its share of all who are pending, and where one stands for more than a tenth of
everybody the curve jumps with it.  Each group has its own day; a picture of several must not go on
where one of them is made of a handful.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from candlemark.measure.estimators.risk_set import LEAST
from candlemark.measure.figure import PENDING

if TYPE_CHECKING:
    from candlemark.measure.figure import OccupancyGroup


def readable_until(group: OccupancyGroup, day: int, least: int = LEAST) -> int:
    """The last day, at most ``day``, up to which the curve of a group is to be read.

    A curve on which nobody is pending any more is over, and not thin.  0 where fewer than ``least``
    entered.
    """
    if group.entered < least:
        return 0
    pending = group.states.index(PENDING)
    last = 0
    for point in group.curve:
        if point.day > day:
            return day
        if point.p[pending] * least > point.at_risk and point.p[pending] > 0:
            return last
        last = point.day
    seen = [each.day for each in group.horizons if each.at_risk or not each.values[pending].p]
    return min(day, max([last, *seen]))
