"""A figure that shows itself in a cell, and gives its rows to whoever reads Arrow."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import pyarrow as pa

from candlemark.measure.document import document
from candlemark.measure.drawing import PATTERNS, Svg, element, joined
from candlemark.measure.figure import Attrition, Durations
from candlemark.measure.flat import as_rows
from candlemark.measure.notebook.pictures import flow, pictures
from candlemark.measure.notebook.sentences import sentences

if TYPE_CHECKING:
    from candlemark.measure.figure import Figure
    from candlemark.measure.labels import Labels

_LOOK: Final = Path(__file__).with_name("look.css")
_MOST: Final = 60
"""Rows of a table in a cell; the rest is in :meth:`ShownFigure.rows`."""
_LEFT_OUT: Final = frozenset(
    {"identity", "format", "coverage", "doubts", "group", "entered", "standing", "se", "stage"}
)


@dataclass(frozen=True, eq=False)
class ShownFigure:
    """A figure with the words it is shown in."""

    figure: Figure
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
        return sentences(self.figure, self.labels)

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
        ]
        key = f"f{self.identity[7:19]}"
        drawn = dict(pictures(self.figure, self.labels, key))
        if len(self.sentences) == len(self.figure.groups):
            codes = [group.group for group in self.figure.groups]
            for code, said in zip(codes, self.sentences, strict=True):
                name = self.labels.group(self.figure.basis.by, code)
                parts.append(element("p", said, class_="sentence"))
                if name in drawn:
                    parts.append(element("div", drawn[name], class_="chart"))
        else:
            parts += [element("p", said, class_="sentence") for said in self.sentences]
            parts += [element("div", picture, class_="chart") for picture in drawn.values()]
        if isinstance(self.figure, Attrition) and len(self.figure.groups) == 1:
            second = element("div", flow(self.figure.groups[0], self.labels), class_="chart")
            parts.append(element("details", element("summary", "As a flow"), second))
        parts += [self._table(), element("p", self._basis(), class_="basis")]
        return str(element("div", *parts, class_="candlemark-figure"))

    def _table(self) -> Svg:
        rows = as_rows(self.figure)
        if not rows:
            return element("p", "There is no row to show.")
        about = set(_LEFT_OUT) | {
            name for name in rows[0] if name in type(self.figure.basis).__dataclass_fields__
        }
        if self.figure.basis.by:
            about -= {"group"}
        head = [
            name
            for name in rows[0]
            if name not in about and any(row[name] not in {None, ""} for row in rows)
        ]
        missing = "not reached yet" if isinstance(self.figure, Durations) else "no value"
        cells = [
            element("tr", *(element("td", _cell(row[name], missing)) for name in head))
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
            self.labels.weakest(basis.weakest) if basis.weakest else "",
            *(self.labels.doubt(doubt) for doubt in basis.doubts),
            f"figure {self.identity}",
        ]
        return "; ".join(each for each in said if each.strip()) + "."


def _cell(value: object, missing: str) -> str:
    if value is None:
        return missing
    if isinstance(value, float):
        return "< 0.0001" if 0 < value < 0.00005 else f"{value:.4f}"
    return f"{value:,}" if isinstance(value, int) else str(value)
