"""Figures as the public would see them: what ``protect`` lets through, and signs for the rest.

The three figures of a page stand beside each other, so they are protected together: what one shows
cannot be used to work out what another hides.  Nothing here looks at an exact figure.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

from django.utils.translation import gettext as _

from candlemark.definition import REACHED
from candlemark.measure import PENDING
from candlemark.measure.drawing import Part, attrition_bar
from candlemark.protect import Status
from candlemark.web.desks.figures.attrition import fill_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from candlemark.measure.drawing import Svg
    from candlemark.protect import Policy, ProtectedFigure, PublicBasis, PublicRow
    from candlemark.web.desks.figures.naming import Names


_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell of a table: text when there is something to show, else the reason why not."""

    status: str
    """``shown``, ``zero``, ``hidden``, ``not-reached``; ``absent`` where the figure has no cell."""
    text: str = ""
    interval: str = ""


@dataclass(frozen=True, slots=True)
class PublicLine:
    """A row of a table: its name, its cells in the order of the columns, perhaps a bar."""

    name: str
    cells: tuple[Cell, ...]
    bar: Svg | None = None
    group: str = ""
    """The group the row is about, where each row is one."""


@dataclass(frozen=True, slots=True)
class PublicTable:
    """A table of a protected figure."""

    head: str
    columns: tuple[str, ...]
    lines: tuple[PublicLine, ...]
    key: tuple[tuple[str, str], ...] = ()
    """Fill and name of each part that a bar can have."""


@dataclass(frozen=True, slots=True)
class PublicShown:
    """One protected figure for a page."""

    question: str
    sentence: str
    basis: PublicBasis
    policy: Policy
    hidden: int
    cells: int
    tables: tuple[PublicTable, ...]


class _Cells:
    """The cells of a protected figure by their place, written for one reader."""

    def __init__(self, figure: ProtectedFigure, names: Names) -> None:
        self._names = names
        self._rows = {
            (row.quantity, row.group, row.stage, row.state, row.day): row for row in figure.cells
        }
        self.groups = _distinct(row.group for row in figure.cells)
        self.stages = _distinct(row.stage for row in figure.cells if row.stage)
        self.states = _distinct(row.state for row in figure.cells if row.state)
        self.days = _distinct(row.day for row in figure.cells if row.day is not None)

    def row(
        self, quantity: str, group: str, stage: str = "", state: str = "", day: int | None = None
    ) -> PublicRow | None:
        return self._rows.get((quantity, group, stage, state, day))

    def cell(
        self, quantity: str, group: str, stage: str = "", state: str = "", day: int | None = None
    ) -> Cell:
        row = self.row(quantity, group, stage, state, day)
        if row is None:
            return Cell("absent")
        if row.value is None:
            return Cell(row.status.value)
        write = self._share if quantity == "share" else self._names.reader.number
        interval = ""
        if row.low is not None and row.high is not None:
            interval = f"{write(row.low)} – {write(row.high)}"
        return Cell(row.status.value, write(row.value), interval)

    def number(self, quantity: str, group: str, stage: str = "", state: str = "") -> float | None:
        """The value where it is shown."""
        row = self.row(quantity, group, stage, state)
        return row.value if row is not None else None

    def _share(self, value: float) -> str:
        return self._names.reader.share(value, 0)


def public_shown(figure: ProtectedFigure, group: str, names: Names) -> PublicShown:
    """A protected figure for a page; one group alone when that was asked for."""
    cells = _Cells(figure, names)
    groups = [code for code in cells.groups if not group or code == group]
    if figure.basis.by and not group:
        tables = [_by_group(cells, figure, names)]
    else:
        draw = {"attrition": _attrition, "occupancy": _occupancy, "durations": _durations}
        tables = [draw[figure.question](cells, code, figure.basis, names) for code in groups]
    return PublicShown(
        question=figure.question,
        sentence=_sentence(cells, groups, figure, names),
        basis=figure.basis,
        policy=figure.policy,
        hidden=figure.hidden,
        cells=len(figure.cells),
        tables=tuple(tables),
    )


def _by_group(cells: _Cells, figure: ProtectedFigure, names: Names) -> PublicTable:
    """All groups beneath each other: what their full tables have in common."""
    by = figure.basis.by
    last = cells.days[-1] if cells.days else None
    columns: list[tuple[str, str, str, str, int | None]]
    if figure.question == "attrition":
        columns = [(names.stage(stage), "reached", stage, "", None) for stage in cells.stages]
    elif figure.question == "occupancy":
        columns = [(names.state(state), "share", "", state, last) for state in cells.states]
    else:
        columns = [(names.stage(stage), "days-0.5", stage, "", None) for stage in cells.stages]
    return PublicTable(
        head=names.scheme(by),
        columns=(_("Entered"), *(column[0] for column in columns)),
        lines=tuple(
            PublicLine(
                names.group(by, code),
                (
                    cells.cell("entered", code),
                    *(cells.cell(column[1], code, *column[2:]) for column in columns),
                ),
                group=code,
            )
            for code in cells.groups
        ),
    )


def _attrition(cells: _Cells, group: str, basis: PublicBasis, names: Names) -> PublicTable:
    entered = cells.number("entered", group) or 0
    columns = (
        (_("Reached"), "reached", ""),
        *_ends(cells, group, names),
        (_("Pending here"), "pending", ""),
        (_("Date in doubt"), "in-doubt", ""),
    )
    return PublicTable(
        head=names.group(basis.by, group),
        columns=tuple(name for name, _quantity, _state in columns),
        lines=tuple(
            PublicLine(
                names.stage(stage),
                tuple(
                    cells.cell(quantity, group, stage, state) for _name, quantity, state in columns
                ),
                _bar(cells, group, stage, entered, rtl=names.reader.rtl) if entered else None,
            )
            for stage in cells.stages
        ),
        key=(
            ("onward", _("went on")),
            *((fill_of(state), names.state(state)) for state in cells.states),
            (PENDING, _("pending here")),
            ("hidden", _("hidden")),
        ),
    )


def _ends(cells: _Cells, group: str, names: Names) -> tuple[tuple[str, str, str], ...]:
    """A column for each way of ending; for a group too small to say how, one for all of them."""
    if any(
        cells.row("ended-by", group, stage, state)
        for stage in cells.stages
        for state in cells.states
    ):
        return tuple((names.state(state), "ended-by", state) for state in cells.states)
    # Where an agency's sight ends at one stage, and nothing else ends a case for it, that is how.
    alone = cells.states == [REACHED] and names.goal is not None
    return ((names.state(REACHED) if alone else _("Ended"), "ended", ""),)


def _bar(cells: _Cells, group: str, stage: str, entered: float, *, rtl: bool) -> Svg:
    """The bar from what is shown; what shown numbers leave over is drawn as hidden."""
    reached = cells.number("reached", group, stage)
    ended = cells.number("ended", group, stage)
    pending = cells.number("pending", group, stage)
    if reached is None:
        return attrition_bar([], rtl=rtl)
    if ended is None or pending is None:
        return attrition_bar([Part("hidden", reached / entered)], rtl=rtl)
    by = [(state, cells.number("ended-by", group, stage, state) or 0) for state in cells.states]
    left = max(ended - sum(count for _, count in by), 0)
    parts = [
        ("onward", max(reached - ended - pending, 0)),
        *((fill_of(state), count) for state, count in by),
        ("hidden", left),
        (PENDING, pending),
    ]
    return attrition_bar([Part(fill, count / entered) for fill, count in parts], rtl=rtl)


def _occupancy(cells: _Cells, group: str, basis: PublicBasis, names: Names) -> PublicTable:
    reader = names.reader
    lines = [
        PublicLine(
            _("%(days)s days after entry") % {"days": reader.number(day)},
            tuple(cells.cell("share", group, state=state, day=day) for state in cells.states),
        )
        for day in cells.days
    ]
    standing = PublicLine(
        _("Standing there on %(day)s") % {"day": reader.day(basis.as_of)},
        tuple(cells.cell("standing", group, state=state) for state in cells.states),
    )
    return PublicTable(
        head=names.group(basis.by, group),
        columns=tuple(names.state(state) for state in cells.states),
        lines=(*lines, standing),
    )


def _durations(cells: _Cells, group: str, basis: PublicBasis, names: Names) -> PublicTable:
    share = names.reader.share
    quantities = ("stays", "left", "still-there", "days-0.25", "days-0.5", "days-0.75")
    left_by = [_("%(share)s left by day") % {"share": share(q, 0)} for q in (0.25, 0.5, 0.75)]
    return PublicTable(
        head=names.group(basis.by, group),
        columns=(_("Came"), _("Left"), _("Still there"), *left_by),
        lines=tuple(
            PublicLine(
                names.stage(stage),
                tuple(cells.cell(quantity, group, stage) for quantity in quantities),
            )
            for stage in cells.stages
        ),
    )


def _sentence(cells: _Cells, groups: list[str], figure: ProtectedFigure, names: Names) -> str:
    """What can be said of one group in words; several groups are left to their tables."""
    if len(groups) != 1:
        return ""
    reader = names.reader
    entered = cells.cell("entered", groups[0])
    if entered.status != Status.SHOWN.value:
        return _("So few entered that nothing more can be said of them in public.")
    said = _("About %(count)s entered at “%(stage)s” (%(unit)s).") % {
        "count": entered.text,
        "stage": names.stage(figure.basis.from_own),
        "unit": names.unit(figure.basis.unit),
    }
    if figure.question != "occupancy" or not cells.days:
        return said
    last = cells.days[-1]
    shares = [
        (names.state(state), cells.cell("share", groups[0], state=state, day=last))
        for state in cells.states
    ]
    told = [f"{name} {cell.text} ({cell.interval})" for name, cell in shares if cell.text]
    return (
        said
        + " "
        + _("%(days)s days later: %(list)s.")
        % {"days": reader.number(last), "list": reader.listed(told)}
    )


def _distinct(values: Iterable[_T]) -> list[_T]:
    return list(dict.fromkeys(values))
