"""A case's stages on one axis of time: where each thing stands, for whoever draws it.

Everything here is days and shares of the axis, from 0 (its beginning) to 1 (its end); nothing is
worded and nothing is coloured.  The page and the dossier both draw from this, so that paper and
screen show the same picture; right to left is the drawer's to mirror.

A date that is not exact is a range and is never given as a point.  What has no date has no place
here, and is named in ``undated`` so that nobody takes its absence for its not having happened.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Final

from candlemark.casefile.basis import Basis, basis

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from candlemark.casefile.account import Account
    from candlemark.casefile.docket import State
    from candlemark.casefile.facts import Forum
    from candlemark.casefile.paths import PersonPath
    from candlemark.dates import PartialDate

_TICKS: Final = 8
_STEPS: Final = (1, 2, 5, 10, 20, 50)
_NEAR: Final = 0.05
"""Two numbers nearer than this on the axis are written above each other."""
_LEVELS: Final = 3


@dataclass(frozen=True, slots=True)
class Stretch:
    """A piece of the axis: the first and last day something can be of."""

    start: float
    end: float
    exact: bool
    """One day; else a range, and never to be drawn as a point."""


@dataclass(frozen=True, slots=True)
class Point:
    """A stage, or something beside the stages, at its place."""

    number: int
    """Its number in the table beneath."""
    id: str
    at: Stretch
    basis: Basis
    level: int
    """How many numbers stand below its own, so that they do not meet."""


@dataclass(frozen=True, slots=True)
class Lane:
    """One way of a person through a proceeding."""

    person: str
    proceeding: str
    forum: Forum | None
    points: tuple[Point, ...]
    gaps: tuple[Stretch, ...]
    """Long silences between two of its stages."""
    pending: Stretch | None
    """From where it stands to the day looked at; None when it has ended or nothing is dated."""


@dataclass(frozen=True, slots=True)
class LimitMark:
    """The last day of a time limit."""

    number: int
    at: Stretch
    state: State
    row: int
    """Its place in ``Account.limits``."""


@dataclass(frozen=True, slots=True)
class Tick:
    """A year on the axis."""

    at: float
    year: int


@dataclass(frozen=True, slots=True)
class Axis:
    """The whole picture."""

    first: date
    last: date
    today: float | None
    """The day looked at; None when it lies outside."""
    ticks: tuple[Tick, ...]
    lanes: tuple[Lane, ...]
    beside: tuple[Point, ...]
    """What stands beside the stages, of the case as a whole."""
    limits: tuple[LimitMark, ...]
    numbers: dict[str, int]
    """The number of every stage and mark in the table, by its identifier."""
    undated: tuple[str, ...]
    """Stages and marks without a date, in the order of the table."""


def axis(told: Account, today: date) -> Axis | None:
    """The picture of a case on a day; None when nothing in it is dated."""
    span = _span(told, today)
    if span is None:
        return None
    return _Drawing(told, _Scale(*span), today).axis()


@dataclass(frozen=True, slots=True)
class _Scale:
    """Days to shares of the axis."""

    first: date
    last: date

    def share(self, day: date) -> float:
        whole = max((self.last - self.first).days, 1)
        return min(max((day - self.first).days / whole, 0.0), 1.0)

    def stretch(self, when: PartialDate) -> Stretch:
        return self.between(when.earliest, when.latest)

    def between(self, first: date, last: date) -> Stretch:
        return Stretch(self.share(first), self.share(last), exact=first == last)

    def ticks(self) -> Iterator[Tick]:
        years = range(self.first.year, self.last.year + 1)
        step = next((one for one in _STEPS if len(years) / one <= _TICKS), _STEPS[-1])
        for year in years:
            day = date(year, 1, 1)
            if year % step == 0 and self.first <= day <= self.last:
                yield Tick(self.share(day), year)


def _span(told: Account, today: date) -> tuple[date, date] | None:
    """The first and last day drawn, with a little air, up to today where something waits."""
    known = [row.when for row in told.rows if row.when is not None]
    first = [one.earliest for one in known]
    last = [one.latest for one in known]
    for row in told.limits:
        if row.due.earliest is not None and row.due.latest is not None:
            first.append(row.due.earliest)
            last.append(row.due.latest)
    if not first:
        return None
    if any(one.since is not None for one in told.timeline.pending):
        last.append(today)
    earliest, latest = min(first), max(last)
    air = timedelta(days=max((latest - earliest).days // 40, 15))
    return max(earliest, date.min + air) - air, min(latest, date.max - air) + air


class _Drawing:
    """One case being put on its axis."""

    def __init__(self, told: Account, scale: _Scale, today: date) -> None:
        self._told = told
        self._scale = scale
        self._today = today
        self._rows = {row.key: row for row in told.rows}
        self._numbers = {key: n for n, key in enumerate(self._rows, start=1)}
        self._pending = {(one.person, one.proceeding): one for one in told.timeline.pending}

    def axis(self) -> Axis:
        scale, today = self._scale, self._today
        lanes = tuple(lane for way in self._told.ways if (lane := self._lane(way)) is not None)
        on_lanes = {point.id for lane in lanes for point in lane.points}
        return Axis(
            first=scale.first,
            last=scale.last,
            today=scale.share(today) if scale.first <= today <= scale.last else None,
            ticks=tuple(scale.ticks()),
            lanes=lanes,
            beside=self._points(key for key in self._rows if key not in on_lanes),
            limits=tuple(_limits(self._told, scale)),
            numbers=self._numbers,
            undated=tuple(key for key, row in self._rows.items() if row.when is None),
        )

    def _lane(self, way: PersonPath) -> Lane | None:
        points = self._points(event.id for event in way.events)
        if not points:
            return None
        waits = self._pending.get((way.person, way.proceeding))
        since = waits.since if waits is not None else None
        pending = (
            self._scale.between(since.latest, max(self._today, since.latest))
            if since is not None
            else None
        )
        gaps = tuple(self._gaps(way))
        return Lane(way.person, way.proceeding, way.forum, points, gaps, pending)

    def _gaps(self, way: PersonPath) -> Iterator[Stretch]:
        for gap in self._told.timeline.gaps:
            before, after = self._rows[gap.after].when, self._rows[gap.before].when
            if (gap.person, gap.proceeding) == (way.person, way.proceeding) and before and after:
                yield self._scale.between(before.latest, after.earliest)

    def _points(self, keys: Iterable[str]) -> tuple[Point, ...]:
        """The dated ones of these rows at their places."""
        found = []
        for key in keys:
            row = self._rows[key]
            if row.when is not None:
                at = self._scale.stretch(row.when)
                number = self._numbers[key]
                found.append(Point(number, key, at, basis(self._told.case, row.sources), 0))
        return _levelled(found)


def _levelled(points: Iterable[Point]) -> tuple[Point, ...]:
    """Points with their numbers lifted above each other where they would meet."""
    placed: list[Point] = []
    free = [-1.0] * _LEVELS
    for one in sorted(points, key=lambda each: (each.at.start, each.number)):
        middle = (one.at.start + one.at.end) / 2
        level = next((n for n in range(_LEVELS) if middle - free[n] >= _NEAR), _LEVELS - 1)
        free[level] = middle
        placed.append(Point(one.number, one.id, one.at, one.basis, level))
    return tuple(placed)


def _limits(told: Account, scale: _Scale) -> Iterator[LimitMark]:
    number = 0
    for place, row in enumerate(told.limits):
        if row.due.earliest is None or row.due.latest is None:
            continue
        number += 1
        yield LimitMark(number, scale.between(row.due.earliest, row.due.latest), row.state, place)
