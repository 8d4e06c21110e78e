"""How soon each stage is reached, for a page: the curves with their bands, and the law's limits."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from django.utils.translation import gettext as _

from candlemark.definition.pathway import Unit
from candlemark.measure.drawing import Line, Tick, occupancy_plot
from candlemark.web.desks.figures.occupancy import Value, apart
from candlemark.web.naming import ISOLATED

if TYPE_CHECKING:
    from collections.abc import Sequence

    from candlemark.definition.pathway import NationalLimit
    from candlemark.measure import IncidenceGroup, StageReached
    from candlemark.measure.drawing import Svg
    from candlemark.measure.figure import Basis
    from candlemark.web.naming import Names

_LOOKS: Final = 6
_MONTH: Final = 365.25 / 12
"""Days of a month on the axis; the law counts its own months."""
_TOPS: Final = (0.1, 0.25, 0.5, 1.0)
"""Shares at which the upper edge can lie."""


@dataclass(frozen=True, slots=True)
class ReachedStage:
    """One stage, with its values at the horizons asked for."""

    name: str
    reached: int
    otherwise: int
    pending: int
    unknown: int
    values: tuple[Value, ...]


@dataclass(frozen=True, slots=True)
class ShownLimit:
    """A limit of the law, as a line of the picture and as words below it."""

    number: str
    words: str
    article: str
    confirmed: bool


@dataclass(frozen=True, slots=True)
class ReachedGroup:
    """One group."""

    code: str
    name: str
    entered: int
    days: tuple[int, ...]
    stages: tuple[ReachedStage, ...]
    limits: tuple[ShownLimit, ...]
    plot: Svg | None
    """None where nobody reached any later stage."""


def reached(
    group: IncidenceGroup, basis: Basis, names: Names, limits: Sequence[NationalLimit] = ()
) -> ReachedGroup:
    """A group of the figure for a page.

    ``limits`` are those of the law that holds for the agency; the ones that run from where cases
    enter to one of the stages are shown.
    """
    there = {row.stage for row in group.rows}
    mine = [one for one in limits if one.start == basis.from_stage and one.until in there]
    stages = tuple(
        ReachedStage(
            name=names.stage(row.own),
            reached=row.reached,
            otherwise=row.otherwise,
            pending=row.pending,
            unknown=row.unknown,
            values=tuple((by.p, by.low, by.high, by.earliest, by.latest) for by in row.horizons),
        )
        for row in group.rows
    )
    return ReachedGroup(
        code=group.group,
        name=names.group(basis.by, group.group),
        entered=group.entered,
        days=basis.at,
        stages=stages,
        limits=tuple(
            ShownLimit(
                number=names.reader.number(number),
                words=names.reader.text(one.labels),
                article=one.basis.article,
                confirmed=one.basis.confirmed,
            )
            for number, one in enumerate(mine, start=1)
        ),
        plot=_plot(group, stages, basis, mine, names) if stages else None,
    )


def reached_sentence(group: ReachedGroup, basis: Basis, names: Names) -> str:
    """The figure in words, at the last horizon."""
    reader = names.reader
    if not group.stages:
        return _("Nobody of %(count)s that entered at “%(stage)s” reached a later stage.") % {
            "count": reader.number(group.entered),
            "stage": names.stage(basis.from_own),
        }
    parts = [
        _("%(share)s (%(low)s to %(high)s) had reached “%(stage)s”")
        % {
            "share": reader.share(stage.values[-1][0]),
            "low": reader.share(stage.values[-1][1]),
            "high": reader.share(stage.values[-1][2]),
            "stage": stage.name,
        }
        for stage in group.stages
    ]
    return _("Of %(count)s that entered at “%(from)s”, within %(days)s days %(list)s.") % {
        "count": reader.number(group.entered),
        "from": names.stage(basis.from_own),
        "days": reader.number(group.days[-1]),
        "list": reader.listed(parts),
    }


def _plot(
    group: IncidenceGroup,
    stages: Sequence[ReachedStage],
    basis: Basis,
    limits: Sequence[NationalLimit],
    names: Names,
) -> Svg:
    reader = names.reader
    until = max(basis.at)
    lines = [
        _line(row, stage, number, names)
        for number, (row, stage) in enumerate(zip(group.rows, stages, strict=True))
    ]
    highest = max(point[3] for line in lines for point in line.points if point[0] <= until)
    top = next((each for each in _TOPS if highest <= each), 1.0)
    return occupancy_plot(
        lines,
        until=until,
        days=[Tick(day, reader.number(day)) for day in apart([0, *basis.at], until)],
        shares=[Tick(top * part, reader.share(top * part, 0)) for part in (0.5, 1.0)],
        marks=basis.at,
        title=_("How many had reached each stage by when"),
        says=_("The table below holds the same numbers."),
        rtl=reader.rtl,
        limits=[
            Tick(day, reader.number(number))
            for number, one in enumerate(limits, start=1)
            if (day := _day(one)) <= until
        ],
        top=top,
    )


def _line(row: StageReached, stage: ReachedStage, number: int, names: Names) -> Line:
    share = ISOLATED.format(names.reader.share(stage.values[-1][0]))
    return Line(
        row.stage,
        f"{stage.name} {share}",
        ((0, 0.0, 0.0, 0.0), *((by.day, by.p, by.low, by.high) for by in row.curve)),
        look=f"step-{number % _LOOKS + 1}",
        bounds=tuple(
            (by.day, by.earliest, by.latest)
            for by in row.curve
            if by.earliest is not None and by.latest is not None
        ),
    )


def _day(limit: NationalLimit) -> int:
    return limit.length if limit.unit is Unit.DAYS else round(limit.length * _MONTH)
