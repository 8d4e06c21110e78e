"""A comparison for a page: how far groups are apart, state by state, and the tests."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING, Final

from django.utils.translation import gettext as _

from candlemark.measure.drawing import Apart, Svg, axis_row, difference_bar, reach_of
from candlemark.measure.telling import somewhere, widest

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from candlemark.measure import Cell, Comparison, Tested
    from candlemark.web.naming import Names

MOST: Final = 60
"""Rows of a page; the rest is in the files."""


@dataclass(frozen=True, slots=True)
class Row:
    """One difference."""

    name: str
    """The day of two groups, or the group of several."""
    day: int
    cell: Cell
    bar: Svg


@dataclass(frozen=True, slots=True)
class StateApart:
    """The differences in one state."""

    name: str
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class Test:
    """One test in words."""

    says: str
    statistic: str
    p: str
    adjusted: str


@dataclass(frozen=True, slots=True)
class Compared:
    """The figure as a page shows it."""

    sentence: str
    one: str
    """The group that is compared, where there are two."""
    other: str
    """What the others are compared with."""
    groups: tuple[tuple[str, str, int], ...]
    """Code, name, and how many entered."""
    states: tuple[StateApart, ...]
    axis: Svg
    bounded: bool
    """True where coarse dates could move a difference."""
    left: int
    """Rows that are in the files alone."""
    tests: tuple[Test, ...]


def compared(figure: Comparison, names: Names) -> Compared:
    """The figure for a page: of two groups every day, of several the last one."""
    reader, by = names.reader, figure.basis.by
    pair = len(figure.groups) == 2
    wanted = [cell for cell in figure.cells if pair or cell.day == figure.basis.at[-1]]
    wanted.sort(key=lambda cell: figure.groups[0].states.index(cell.state))
    cells = wanted[:MOST]
    drawn = [_drawn(cell) for cell in cells]
    reach = reach_of(drawn)
    rows = [
        (
            cell.state,
            Row(
                names.days(cell.day) if pair else names.group(by, cell.group),
                cell.day,
                cell,
                difference_bar(one, reach, rtl=reader.rtl),
            ),
        )
        for cell, one in zip(cells, drawn, strict=True)
    ]
    ends = [
        (0.0, reader.points(-reach, places=0)),
        (0.5, reader.number(0)),
        (1.0, reader.points(reach, places=0)),
    ]
    return Compared(
        sentence=compared_sentence(figure, names),
        one=names.group(by, figure.groups[0].group) if pair else "",
        other=names.group(by, figure.groups[-1].group),
        groups=tuple(
            (group.group, names.group(by, group.group), group.entered) for group in figure.groups
        ),
        states=tuple(
            StateApart(names.state(state), tuple(row for _state, row in some))
            for state, some in groupby(rows, key=lambda each: each[0])
        ),
        axis=axis_row(ends, rtl=reader.rtl),
        bounded=any(cell.earliest is not None for cell in cells),
        left=len(figure.cells) - len(cells),
        tests=tuple(_tests(figure.tests, names)),
    )


def _drawn(cell: Cell) -> Apart:
    return Apart(
        cell.difference,
        cell.low,
        cell.high,
        cell.band_low,
        cell.band_high,
        cell.earliest,
        cell.latest,
    )


def compared_sentence(figure: Comparison, names: Names) -> str:
    """The figure in words: where groups are most apart, or that nothing shows they are."""
    reader, by = names.reader, figure.basis.by
    anywhere = next(test for test in figure.tests if test.code == "anywhere")
    said = {
        "one": names.group(by, figure.groups[0].group),
        "other": names.group(by, figure.groups[-1].group),
        "count": reader.number(len(figure.groups) - 1),
        "p": reader.equal(anywhere.p_value),
    }
    cell = widest(figure)
    if cell is None and somewhere(figure):
        return (
            _(
                "Somewhere groups differ (p %(p)s), but no single difference stands out of the band"
                " that holds all of them."
            )
            % said
        )
    if cell is None and len(figure.groups) == 2:
        return (
            _(
                "Nowhere do “%(one)s” and “%(other)s” differ by more than chance could make"
                " (p %(p)s). That is not proof that they are alike."
            )
            % said
        )
    if cell is None:
        return (
            _(
                "None of %(count)s groups differs anywhere from “%(other)s” by more than chance"
                " could make (p %(p)s). That is not proof that they are alike."
            )
            % said
        )
    ends = sorted(abs(end) for end in (cell.band_low, cell.band_high))
    said |= {
        "one": names.group(by, cell.group),
        "days": reader.number(cell.day),
        "state": names.state(cell.state),
        "points": reader.points(abs(cell.difference), signed=False),
        "low": reader.points(ends[0], signed=False),
        "high": reader.points(ends[1], signed=False),
    }
    more = _(
        "“%(one)s” and “%(other)s” differ (p %(p)s), most after %(days)s days: of the first,"
        " %(points)s points more stand at “%(state)s” (%(low)s to %(high)s)."
    )
    fewer = _(
        "“%(one)s” and “%(other)s” differ (p %(p)s), most after %(days)s days: of the first,"
        " %(points)s points fewer stand at “%(state)s” (%(low)s to %(high)s)."
    )
    return (more if cell.difference > 0 else fewer) % said


def _tests(tests: Sequence[Tested], names: Names) -> Iterator[Test]:
    reader = names.reader
    said = {
        "anywhere": _("They differ nowhere, in no state and on no day."),
        "log-rank": _("“%(state)s” is left equally soon (log-rank)."),
        "cause-specific": _("“%(state)s” is left for “%(to)s” at one rate (cause-specific)."),
        "gray": _("As many ever reach “%(state)s” by when (Gray)."),
    }
    for test in tests:
        words = {
            "state": names.state(test.state) if test.state else "",
            "to": names.state(test.to) if test.to else "",
        }
        yield Test(
            said[test.code] % words,
            ""
            if test.statistic is None
            else f"{reader.number(round(test.statistic, 2))} / {reader.number(test.freedom or 0)}",
            reader.chance(test.p_value),
            "" if test.adjusted is None else reader.chance(test.adjusted),
        )
