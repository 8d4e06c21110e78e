"""Stuck cases: who waits longest, measured by how few comparable cases wait so long.

Days alone do not tell: two hundred days are nothing in one stage and alarming in another.  For
every unit that is waiting now, this gives the share of comparable stays (in the same state, of the
same group) that last longer than it has waited so far: the Kaplan-Meier curve of the state at that
day, those still there counted as still there.  A small share means that nearly all others had gone
on by now.  Units are ranked by it, the smallest first; then by the days past a limit, then by days
waited.

The share is the answer of a whole state, so a new kind of case that is rightly slow looks stuck.
Where few comparable stays were watched for so long, the share is uncertain; how many is given.
Nothing here says why somebody waits, or that anybody is at fault.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from candlemark.measure.estimators import quantiles
from candlemark.measure.process.passages import End, passages
from candlemark.measure.process.waiting import Lengths, lengths

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from candlemark.measure.process.limit_file import Limit
    from candlemark.measure.process.ways import Integers, Ways

LATE_SHARE: Final = 0.9
"""Beyond the day by which this share has left, a wait is called unusually long."""


@dataclass(frozen=True, slots=True)
class Past:
    """How a limit stands that runs for a unit and has no answer yet."""

    limit: str
    days: int
    """Days past the last day; negative while there is time."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """One unit that is waiting now."""

    unit: int
    state: int
    """Number in ``Ways.places``."""
    days: int
    """Days in the state so far."""
    share: float
    """Of comparable stays, the share that lasts longer than this."""
    compared: int
    """Comparable stays that were watched for at least so many days, this one included."""
    past: Past | None
    """The limit that is furthest past its last day, or nearest to it; None where none runs."""


@dataclass(frozen=True, slots=True)
class WaitingState:
    """All who wait in one state."""

    state: int
    waiting: int
    beyond: int | None
    """Of them, those who have waited beyond ``day``; None where that day is not reached."""
    day: int | None
    """The day by which nine of ten have left (Kaplan-Meier); None where it is not reached yet."""
    unknown: int
    """Of those waiting, those whose beginning is not known; they are in no rank."""


@dataclass(frozen=True, slots=True)
class StuckGroup:
    """Who waits in one group."""

    group: str
    states: tuple[WaitingState, ...]
    rows: tuple[Waiting, ...]
    """The ones that so few others wait as long as first."""
    ranked: int
    """How many there are, however many rows were asked for."""


@dataclass(frozen=True, slots=True)
class Stuck:
    """Who waits unusually long."""

    groups: tuple[StuckGroup, ...]
    filters: tuple[str, ...] = ()


def stuck(ways: Ways, limits: Iterable[Limit] = (), *, most: int | None = 100) -> Stuck:
    """Rank everybody who is waiting now.

    Args:
        ways: whose.
        limits: whose last days are looked at.
        most: so many rows of each group; None for all.
    """
    stays = lengths(ways)
    rows = ways.columns(
        f"""
        SELECT grp, unit, state, {ways.dwell} AS days FROM {ways.moving} JOIN {ways.member}
        USING (unit) WHERE next = -1 ORDER BY grp, unit"""
    )
    past = _past(ways, limits)
    groups = []
    for number, group in enumerate(ways.groups):
        here = rows["grp"] == number
        unit, state, days = (rows[name][here] for name in ("unit", "state", "days"))
        states, found = [], []
        for each in np.unique(state).tolist():
            mine = state == each
            of_state, ranked = _of_state(
                each, unit[mine], days[mine], stays[number, each], past.get(number, {})
            )
            states.append(of_state)
            found += ranked
        found.sort(key=_rank)
        groups.append(StuckGroup(group, tuple(states), tuple(found[:most]), len(found)))
    return Stuck(tuple(groups), ways.filters)


def _rank(row: Waiting) -> tuple[float, float, int, int]:
    return (row.share, -row.past.days if row.past else float("inf"), -row.days, row.unit)


def _of_state(
    state: int, unit: Integers, days: Integers, stays: Lengths, past: Mapping[int, Past]
) -> tuple[WaitingState, list[Waiting]]:
    curve = stays.curve()
    (ninth,) = quantiles(curve, (LATE_SHARE,))
    known = days >= 0
    steps = np.concatenate([[1.0], curve.share])
    share = steps[np.searchsorted(curve.days, days, side="right")]
    seen = stays.known
    # How many stays were watched to the end of the day that each has waited.
    order = np.argsort(seen.days, kind="stable")
    total = np.concatenate([[0], np.cumsum(seen.many[order])])
    watched = total[-1] - total[np.searchsorted(seen.days[order], days, side="left")]
    rows = [
        Waiting(
            int(unit[i]),
            state,
            int(days[i]),
            float(share[i]),
            int(watched[i]),
            past.get(int(unit[i])),
        )
        for i in np.flatnonzero(known)
    ]
    beyond = None if ninth.days is None else int((days[known] >= ninth.days).sum())
    return WaitingState(state, len(days), beyond, ninth.days, int((~known).sum())), rows


def _past(ways: Ways, limits: Iterable[Limit]) -> dict[int, dict[int, Past]]:
    """For each group and unit the open limit that is furthest past."""
    found: dict[int, dict[int, Past]] = {}
    for limit in limits:
        starts = passages(ways, ways.place(limit.start), ways.place(limit.until), limit.which)
        for i in np.flatnonzero((starts.end == End.OPEN) & starts.clear).tolist():
            units = found.setdefault(int(starts.group[i]), {})
            over = Past(limit.code, int(starts.days[i]) - limit.days)
            unit = int(starts.unit[i])
            if unit not in units or units[unit].days < over.days:
                units[unit] = over
    return found
