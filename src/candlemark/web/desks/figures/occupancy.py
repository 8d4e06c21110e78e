"""Occupancy for a page: the plot, the values at each horizon, and where everybody stands today."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from django.utils.translation import gettext as _

from candlemark.measure import PENDING
from candlemark.measure.drawing import (
    Layer,
    Line,
    Tick,
    areas_plot,
    days_apart,
    occupancy_plot,
    small_areas,
)
from candlemark.measure.readable import readable_until
from candlemark.web.desks.figures.attrition import fill_of
from candlemark.web.naming import ISOLATED

if TYPE_CHECKING:
    from candlemark.measure import OccupancyGroup
    from candlemark.measure.drawing import Svg
    from candlemark.measure.figure import Basis
    from candlemark.web.naming import Names

_LED: Final = ("pending", "convicted", "reached", "beyond", "acquitted", "dismissed")
_CLOSEST: Final = 0.11
"""Of the width: two day marks nearer than this would write over each other on a phone."""


Value = tuple[float, float, float, float | None, float | None]
"""Share, low and high end of its interval, per horizon; then the smallest and the largest value
with all coarse dates at one end, None where every date is exact."""


@dataclass(frozen=True, slots=True)
class StoodState:
    """One state of a group, with its values at the horizons asked for."""

    code: str
    name: str
    standing: int
    """How many stand there on the as-of day."""
    values: tuple[Value, ...]


@dataclass(frozen=True, slots=True)
class StoodGroup:
    """One group."""

    code: str
    name: str
    entered: int
    days: tuple[int, ...]
    at_risk: tuple[int, ...]
    states: tuple[StoodState, ...]
    areas: Svg
    """Everybody at once, one state on the other."""
    small: Svg
    """The same among other groups, as far as it rests on enough."""
    until: int
    """The day up to which it does."""
    plot: Svg
    """Each state by itself, with its interval."""


def stood(group: OccupancyGroup, basis: Basis, names: Names, key: str = "") -> StoodGroup:
    """A group of the figure for a page; ``key`` tells its small picture from others of the page."""
    states = tuple(
        StoodState(
            code=state,
            name=names.state(state),
            standing=group.standing[place],
            values=tuple(
                (value.p, value.low, value.high, value.earliest, value.latest)
                for h in group.horizons
                for value in [h.values[place]]
            ),
        )
        for place, state in enumerate(group.states)
    )
    return StoodGroup(
        code=group.group,
        name=names.group(basis.by, group.group),
        entered=group.entered,
        days=tuple(h.day for h in group.horizons),
        at_risk=tuple(h.at_risk for h in group.horizons),
        states=states,
        areas=_areas(group, states, names),
        small=small_areas(
            _layers(group, states, names),
            key=f"small-{key}{group.group}",
            until=max(h.day for h in group.horizons),
            stop=readable_until(group, max(h.day for h in group.horizons)),
            title=names.group(basis.by, group.group),
            rtl=names.reader.rtl,
        ),
        until=readable_until(group, max(h.day for h in group.horizons)),
        plot=_plot(group, states, names),
    )


def stood_sentence(group: StoodGroup, basis: Basis, names: Names) -> str:
    """The figure in words, at the last horizon, with the uncertainty of each number."""
    reader = names.reader
    parts = [
        _("%(state)s %(share)s (%(low)s to %(high)s)")
        % {
            "state": state.name,
            "share": reader.share(state.values[-1][0]),
            "low": reader.share(state.values[-1][1]),
            "high": reader.share(state.values[-1][2]),
        }
        for state in group.states
    ]
    return _(
        "Of %(count)s that entered at “%(stage)s”, %(days)s days later: %(list)s. "
        "In brackets, the %(level)s interval."
    ) % {
        "count": reader.number(group.entered),
        "stage": names.stage(basis.from_own),
        "days": reader.number(group.days[-1]),
        "list": reader.listed(parts),
        "level": reader.share(0.95, 0),
    }


def _layers(
    group: OccupancyGroup, states: tuple[StoodState, ...], names: Names
) -> tuple[Layer, ...]:
    """The states from the lowest area up: ways of ending first, those who wait on top."""
    order = sorted(range(len(states)), key=lambda place: states[place].code == PENDING)
    return tuple(
        Layer(
            fill_of(states[place].code),
            states[place].code if states[place].code in _LED else "other",
            _with_share(states[place], names),
            (
                (0, _at_entry(states[place].code)[1]),
                *((point.day, point.p[place]) for point in group.curve),
            ),
        )
        for place in order
    )


def _areas(group: OccupancyGroup, states: tuple[StoodState, ...], names: Names) -> Svg:
    reader = names.reader
    days = [h.day for h in group.horizons]
    until = max(days)
    return areas_plot(
        _layers(group, states, names),
        key=f"areas-{group.group}",
        until=until,
        days=[Tick(day, reader.number(day)) for day in apart([0, *days], until)],
        shares=[Tick(share, reader.share(share, 0)) for share in (0.25, 0.5, 0.75, 1.0)],
        title=_("Where cases stand over time"),
        says=_("The table below holds the same numbers."),
        rtl=reader.rtl,
    )


def _with_share(state: StoodState, names: Names) -> str:
    return f"{state.name} {ISOLATED.format(names.reader.share(state.values[-1][0]))}"


def _plot(group: OccupancyGroup, states: tuple[StoodState, ...], names: Names) -> Svg:
    reader = names.reader
    days = [h.day for h in group.horizons]
    until = max(days)
    lines = [
        Line(
            state.code,
            _with_share(state, names),
            (
                _at_entry(state.code),
                *(
                    (point.day, point.p[place], point.low[place], point.high[place])
                    for point in group.curve
                ),
            ),
            bounds=tuple(
                (point.day, point.earliest[place], point.latest[place])
                for point in group.curve
                if point.earliest
            ),
        )
        for place, state in enumerate(states)
    ]
    return occupancy_plot(
        lines,
        until=until,
        days=[Tick(day, reader.number(day)) for day in apart([0, *days], until)],
        shares=[Tick(share, reader.share(share, 0)) for share in (0.25, 0.5, 0.75, 1.0)],
        marks=days,
        title=_("Where cases stand over time"),
        says=_("The table below holds the same numbers."),
        rtl=reader.rtl,
    )


def _at_entry(state: str) -> tuple[int, float, float, float]:
    """On the day of entry nobody has ended yet."""
    share = 1.0 if state == PENDING else 0.0
    return (0, share, share, share)


def apart(days: list[int], until: int) -> list[int]:
    """Days far enough from each other to be written beside each other; the last one always."""
    return days_apart(days, until, _CLOSEST)
