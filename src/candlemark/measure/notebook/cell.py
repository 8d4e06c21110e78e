"""What every figure in a cell has: its document, its rows for whoever reads Arrow, its frame."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Generic, TypeVar

import pyarrow as pa

from candlemark.measure.document import document
from candlemark.measure.drawing import PATTERNS, Svg, element, joined
from candlemark.measure.flat import as_rows

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from candlemark.measure.figure import Figure
    from candlemark.measure.labels import Labels
    from candlemark.measure.views import ProcessFigure

_Shown = TypeVar("_Shown", bound="Figure | ProcessFigure[Any]")

_LOOK: Final = Path(__file__).with_name("look.css")
_MOST: Final = 60
"""Rows of a table in a cell; the rest is in :meth:`InACell.rows`."""


@dataclass(frozen=True, eq=False)
class InACell(Generic[_Shown]):
    """A figure with the words it is shown in."""

    figure: _Shown
    labels: Labels

    @cached_property
    def document(self) -> dict[str, object]:
        """The whole figure as a plain document, as ``candlemark measure … --json`` prints it."""
        return document(self.figure)

    @property
    def identity(self) -> str:
        """``sha256:`` and the hash of the canonical document."""
        return str(self.document["identity"])

    @property
    def sentences(self) -> tuple[str, ...]:
        """What it shows, a sentence for each group."""
        raise NotImplementedError

    def rows(self) -> list[dict[str, Any]]:
        """One dictionary a row, numbers not rounded; every row says what it stands on."""
        return [dict(row) for row in as_rows(self.figure)]

    def to_arrow(self) -> pa.Table:
        """The rows as an Arrow table."""
        return pa.Table.from_pylist(self.rows())

    def __arrow_c_stream__(self, requested_schema: object = None) -> object:
        """The rows for ``polars.DataFrame(figure)``, ``pandas`` and whatever else reads Arrow."""
        return self.to_arrow().__arrow_c_stream__(requested_schema)

    def __repr__(self) -> str:
        return "\n".join([*self.sentences, self._basis()])

    def _repr_html_(self) -> str:
        """Sentence, picture, table and basis; no script, nothing fetched."""
        parts: list[Svg | str] = [
            element("style", Svg(_LOOK.read_text(encoding="utf-8"))),
            element("svg", element("defs", PATTERNS), width="0", height="0", class_="patterns"),
            *self._shown(),
            self._table(),
            element("p", self._basis(), class_="basis"),
        ]
        return str(element("div", *parts, class_="candlemark-figure"))

    def _shown(self) -> list[Svg | str]:
        """Sentences and pictures."""
        raise NotImplementedError

    def _head(self, rows: Sequence[Mapping[str, Any]]) -> list[str]:
        """The columns worth the room of a cell, of at least one row."""
        raise NotImplementedError

    def _nothing(self) -> str:
        """What stands where there is no value."""
        return ""

    def _cell(self, value: object) -> str:
        if value is None:
            return self._nothing()
        if isinstance(value, float):
            return "< 0.0001" if 0 < value < 0.00005 else f"{value:.4f}"
        return (
            f"{value:,}" if isinstance(value, int) and not isinstance(value, bool) else str(value)
        )

    def _selection(self) -> str:
        """Which cases it is of, where not of all."""
        return ""

    def _table(self) -> Svg:
        rows = as_rows(self.figure)
        if not rows:
            return element("p", "There is no row to show.")
        head = self._head(rows)
        cells = [
            element("tr", *(element("td", self._cell(row[name])) for name in head))
            for row in rows[:_MOST]
        ]
        more = len(rows) - _MOST
        caption = element("caption", f"and {more:,} rows more") if more > 0 else Svg("")
        return element(
            "table",
            caption,
            element("thead", element("tr", *(element("th", name) for name in head))),
            element("tbody", joined(cells)),
        )

    def _basis(self) -> str:
        basis = self.figure.basis
        said = [
            self.labels.agency(basis.agency) + (" (simulated)" if basis.simulated else ""),
            f"unit: {self.labels.unit(basis.unit)}",
            f"as of {basis.as_of}",
            f"edition {basis.edition}" if basis.edition else "states in the log's own words",
            f"ledger of {basis.ledger_size:,} entries" if basis.ledger_size else "",
            f"method: {basis.method}, {basis.uncertainty}",
            self._selection(),
            self.labels.weakest(basis.weakest) if basis.weakest else "",
            *(self.labels.doubt(doubt) for doubt in basis.doubts),
            f"figure {self.identity}",
        ]
        return "; ".join(each for each in said if each.strip()) + "."
