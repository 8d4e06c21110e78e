"""Views of the process in a notebook: asked of a log, shown in a cell as every other figure is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, Protocol

from candlemark.errors import NotUnderstood
from candlemark.measure import views
from candlemark.measure.answerable import HORIZONS
from candlemark.measure.drawing import Svg, element
from candlemark.measure.notebook.cell import InACell
from candlemark.measure.notebook.maps import maps
from candlemark.measure.notebook.said import said
from candlemark.measure.views import ProcessFigure, Viewing

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from datetime import date

    from candlemark.measure.answers import Question
    from candlemark.measure.labels import Labels
    from candlemark.measure.process import Law, Limit

    Day = date | str | None

_FILTERS: Final = {
    "followed_by": lambda given: views.followed_by(given[0], given[1], _bounds(given[2:])),
    "lasting": lambda given: views.lasting(_bounds(given)),
    "between": lambda given: views.between(*given),
    "first_steps": views.first_steps,
}
"""Filters by the names they have here, in the order in which they are applied."""


class ShownView(InACell[ProcessFigure[Any]]):
    """A view of the process with the words it is shown in."""

    @property
    def sentences(self) -> tuple[str, ...]:
        """What it shows, a sentence for each group."""
        return said(self.figure, self.labels)

    def _shown(self) -> list[Svg | str]:
        return [
            *(element("p", text, class_="sentence") for text in self.sentences),
            *(element("div", drawn, class_="chart") for drawn in maps(self.figure, self.labels)),
        ]

    def _head(self, rows: Sequence[Mapping[str, Any]]) -> list[str]:
        basis = type(self.figure.basis).__dataclass_fields__
        return [name for name in rows[0] if name not in basis and name != "hash"]

    def _selection(self) -> str:
        filters = getattr(self.figure.found, "filters", ())
        return f"a selection: {', '.join(filters)}" if filters else ""


class Asking(Protocol):
    """What views can be asked of: a log with its words."""

    @property
    def labels(self) -> Labels:
        """The words its figures are said in."""

    @property
    def left_out(self) -> int:
        """Cases that may not be counted."""

    @property
    def crosswalk_fingerprint(self) -> str:
        """Of the crosswalk its files were read by."""

    @property
    def question(self) -> Callable[..., Question]:
        """Makes a question of it."""


class ProcessViews:
    """The views of the process that a log can be asked for.

    Every one takes what a figure takes (``start``, ``by``, ``as_of``, ``window``, ``where``,
    ``engine``), and the filters ``followed_by=(first, then, least, most)``, ``lasting=(least,
    most)``, ``between=(first, last)`` and ``first_steps=n``; bounds are days and may be left out.
    """

    def flow(self: Asking, at: Sequence[int] = HORIZONS, **asked: Any) -> ShownView:
        """What follows what, how often and after how long."""
        return _viewed(self, "flow", at, asked)

    def variants(self: Asking, **asked: Any) -> ShownView:
        """The different ways cases go, the most frequent first."""
        return _viewed(self, "variants", HORIZONS, asked)

    def rework(self: Asking, at: Sequence[int] = HORIZONS, **asked: Any) -> ShownView:
        """How often cases come back to a state they had left."""
        return _viewed(self, "rework", at, asked)

    def stuck(
        self: Asking, limits: Sequence[Limit] = (), *, most: int = 20, **asked: Any
    ) -> ShownView:
        """Who waits longest, by how few comparable cases wait so long."""
        return _viewed(self, "stuck", HORIZONS, asked, limits=tuple(limits), most=most)

    def limits(self: Asking, limits: Sequence[Limit], **asked: Any) -> ShownView:
        """What became of each time limit; ``candlemark.measure.process.read_limits`` reads them."""
        return _viewed(self, "limits", HORIZONS, asked, limits=tuple(limits))

    def changes(
        self: Asking,
        before: tuple[Day, Day],
        after: tuple[Day, Day],
        *,
        within: int = 90,
        **asked: Any,
    ) -> ShownView:
        """What changed between those who entered in one period and those who did in another."""
        later = tuple("" if day is None else str(day) for day in after)
        asked |= {"window": before}
        return _viewed(self, "changes", HORIZONS, asked, within=within, later=later)

    def coverage(self: Asking, *, period: str = "year", **asked: Any) -> ShownView:
        """What is filled in, by stage and period; every kind of absence apart."""
        return _viewed(self, "coverage", HORIZONS, asked, period=period)


def law_shown(log: Asking, law: Law, asked: dict[str, Any]) -> ShownView:
    """The limits of the state's law in case files."""
    return _viewed(log, "limits", HORIZONS, asked, heard=law, law=True)


def _viewed(
    log: Asking,
    name: str,
    at: Sequence[int],
    asked: dict[str, Any],
    *,
    heard: Law | None = None,
    **more: Any,
) -> ShownView:
    filters = tuple(
        make(asked.pop(key)) for key, make in _FILTERS.items() if asked.get(key) is not None
    )
    figure = views.view(
        log.question(at, **asked),
        Viewing(name, filters, **more),
        law=heard,
        left_out=log.left_out,
        crosswalk_fingerprint=log.crosswalk_fingerprint,
    )
    return ShownView(figure, log.labels)


def _bounds(given: Sequence[int | None]) -> tuple[int, int | None]:
    if len(given) > 2:
        raise NotUnderstood("these are no bounds", hint="write (30, 90), (30,) or ()")
    least, most = (*given, None, None)[:2]
    return least or 0, most
