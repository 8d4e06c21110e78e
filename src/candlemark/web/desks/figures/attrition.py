"""Attrition for a page: each stage's bar with its parts in words."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from candlemark.measure import PENDING
from candlemark.measure.drawing import Leaving, Part, attrition_bar, flow_row

if TYPE_CHECKING:
    from candlemark.measure import AttritionGroup, StageRow
    from candlemark.measure.drawing import Svg
    from candlemark.measure.figure import Basis
    from candlemark.web.naming import Names


@dataclass(frozen=True, slots=True)
class CountedPart:
    """A part of those who reached a stage: went on, ended so at it, still pending at it."""

    fill: str
    name: str
    count: int


@dataclass(frozen=True, slots=True)
class CountedStage:
    """One stage."""

    name: str
    stage: str
    """Code in the definition."""
    reached: int
    share: float
    ended: tuple[int, ...]
    """By way of ending, in the order of the group's ``ends``."""
    pending: int
    in_doubt: int
    parts: tuple[CountedPart, ...]
    bar: Svg
    leaving: tuple[CountedPart, ...]
    """Those whose furthest stage this is."""
    flow: Svg


@dataclass(frozen=True, slots=True)
class CountedGroup:
    """One group's stages."""

    code: str
    name: str
    entered: int
    pending: int
    ends: tuple[str, ...]
    """Names of the ways in which a case can end; the stage an agency's sight ends at is one."""
    stages: tuple[CountedStage, ...]


def counted(
    group: AttritionGroup, ends: tuple[str, ...], basis: Basis, names: Names
) -> CountedGroup:
    """A group of the figure for a page."""
    return CountedGroup(
        code=group.group,
        name=names.group(basis.by, group.group),
        entered=group.entered,
        pending=sum(row.pending for row in group.rows),
        ends=tuple(names.state(end) for end in ends),
        stages=tuple(
            _stage(row, ends, group.entered, further, names)
            for row, further in zip(group.rows, _further(group), strict=True)
        ),
    )


def counted_sentence(group: CountedGroup, basis: Basis, names: Names) -> str:
    """The figure in words."""
    reader = names.reader
    later = [
        _("%(count)s reached “%(stage)s”")
        % {"count": reader.number(stage.reached), "stage": stage.name}
        for stage in group.stages[1:]
    ]
    said = _("%(count)s entered at “%(stage)s” (%(unit)s).") % {
        "count": reader.number(group.entered),
        "stage": group.stages[0].name,
        "unit": names.unit(basis.unit),
    }
    if later:
        said += " " + _("Of them, %(list)s.") % {"list": reader.listed(later)}
    return (
        said
        + " "
        + _("On %(day)s, %(count)s of them had not ended: they are pending.")
        % {"day": reader.day(basis.as_of), "count": reader.number(group.pending)}
    )


def _further(group: AttritionGroup) -> list[int]:
    """After each stage, how many came to a later one."""
    left = group.entered
    found = []
    for row in group.rows:
        left -= row.ended + row.pending
        found.append(left)
    return found


def _stage(
    row: StageRow, ends: tuple[str, ...], entered: int, further: int, names: Names
) -> CountedStage:
    ended = dict(row.ended_by)
    onward = max(row.reached - row.ended - row.pending, 0)
    parts = [
        CountedPart("onward", _("went on"), onward),
        *(CountedPart(end, names.state(end), count) for end, count in row.ended_by),
        CountedPart(PENDING, _("pending here"), row.pending),
    ]
    leaving = tuple(part for part in parts[1:] if part.count)
    return CountedStage(
        name=names.stage(row.own),
        stage=row.stage,
        reached=row.reached,
        share=row.reached / entered if entered else 0.0,
        ended=tuple(ended.get(end, 0) for end in ends),
        pending=row.pending,
        in_doubt=row.in_doubt,
        parts=tuple(part for part in parts if part.count),
        bar=attrition_bar(
            [Part(fill_of(part.fill), part.count / max(entered, 1)) for part in parts],
            rtl=names.reader.rtl,
        ),
        leaving=leaving,
        flow=flow_row(
            further / max(entered, 1),
            [Leaving(_kept(fill_of(part.fill)), part.count / max(entered, 1)) for part in leaving],
            rtl=names.reader.rtl,
        ),
    )


def _kept(fill: str) -> str:
    """A fill with a pattern: reaching the last stage ends a way too, and is no going on."""
    return "convicted" if fill == "onward" else fill


def fill_of(code: str) -> str:
    """The fill of an end; those without a pattern of their own share one."""
    known = {"onward", PENDING, "convicted", "acquitted", "dismissed", "other"}
    return {"reached": "onward", "beyond": "onward"}.get(code, code if code in known else "other")
