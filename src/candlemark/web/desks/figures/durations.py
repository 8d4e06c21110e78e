"""Durations for a page: how long each stage takes, with those who still wait counted as waiting."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from candlemark.measure.drawing import Stay, duration_bar

if TYPE_CHECKING:
    from collections.abc import Sequence

    from candlemark.measure import DurationsGroup, Quantile, StageDuration
    from candlemark.measure.drawing import Svg
    from candlemark.measure.figure import Basis
    from candlemark.web.naming import Names


@dataclass(frozen=True, slots=True)
class StayedStage:
    """One stage: who came, who left, who is still there, and after how many days."""

    name: str
    entered: int
    ended: int
    pending: int
    half: Quantile
    quantiles: tuple[Quantile, ...]
    bar: Svg


@dataclass(frozen=True, slots=True)
class StayedGroup:
    """One group; ``longest`` is the last day of its axis."""

    code: str
    name: str
    entered: int
    longest: int
    stages: tuple[StayedStage, ...]


def longest_of(groups: Sequence[DurationsGroup]) -> int:
    """The last day of an axis that holds every quantile of these groups."""
    ends = (
        day
        for group in groups
        for row in group.rows
        for q in row.quantiles
        for day in (q.days, q.high, q.latest)
        if day is not None
    )
    return max(ends, default=1)


def stayed(group: DurationsGroup, basis: Basis, names: Names, longest: int) -> StayedGroup:
    """A group of the figure for a page, on an axis to the day ``longest``."""
    return StayedGroup(
        code=group.group,
        name=names.group(basis.by, group.group),
        entered=group.entered,
        longest=longest,
        stages=tuple(_stage(row, longest, names) for row in group.rows if row.entered),
    )


def stayed_sentence(group: StayedGroup, names: Names) -> str:
    """The figure in words: the half of each stage."""
    return " ".join(_half(stage, names) for stage in group.stages)


def _half(stage: StayedStage, names: Names) -> str:
    reader = names.reader
    half = stage.half
    if half.days is None:
        return _("Fewer than half have left “%(stage)s” so far; %(count)s still wait.") % {
            "stage": stage.name,
            "count": reader.number(stage.pending),
        }
    if half.low is None or half.high is None:
        return _("Half had left “%(stage)s” by day %(day)s.") % {
            "stage": stage.name,
            "day": reader.number(half.days),
        }
    return _("Half had left “%(stage)s” by day %(day)s (%(low)s to %(high)s).") % {
        "stage": stage.name,
        "day": reader.number(half.days),
        "low": reader.number(half.low),
        "high": reader.number(half.high),
    }


def _stage(row: StageDuration, longest: int, names: Names) -> StayedStage:
    by_share = {round(quantile.q * 100): quantile for quantile in row.quantiles}
    half = by_share[50]
    stay = Stay(
        quarter=by_share[25].days,
        half=half.days,
        three_quarters=by_share[75].days,
        low=half.low,
        high=half.high,
        earliest=half.earliest,
        latest=half.latest,
    )
    return StayedStage(
        name=names.stage(row.own),
        entered=row.entered,
        ended=row.ended,
        pending=row.pending,
        half=half,
        quantiles=row.quantiles,
        bar=duration_bar(stay, longest, rtl=names.reader.rtl),
    )
