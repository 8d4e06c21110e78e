"""A figure that shows itself in a cell, and gives its rows to whoever reads Arrow."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from candlemark.measure.drawing import element
from candlemark.measure.figure import Attrition, Durations, Figure
from candlemark.measure.notebook.cell import InACell
from candlemark.measure.notebook.pictures import flow, pictures
from candlemark.measure.notebook.sentences import sentences

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from candlemark.measure.drawing import Svg

_LEFT_OUT: Final = frozenset(
    {"identity", "format", "coverage", "doubts", "group", "entered", "standing", "se", "stage"}
)


class ShownFigure(InACell[Figure]):
    """A figure with the words it is shown in."""

    @property
    def sentences(self) -> tuple[str, ...]:
        """What it shows, a sentence for each group."""
        return sentences(self.figure, self.labels)

    def _shown(self) -> list[Svg | str]:
        parts: list[Svg | str] = []
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
        return parts

    def _head(self, rows: Sequence[Mapping[str, Any]]) -> list[str]:
        about = set(_LEFT_OUT) | {
            name for name in rows[0] if name in type(self.figure.basis).__dataclass_fields__
        }
        if self.figure.basis.by:
            about -= {"group"}
        return [
            name
            for name in rows[0]
            if name not in about and any(row[name] not in {None, ""} for row in rows)
        ]

    def _nothing(self) -> str:
        return "not reached yet" if isinstance(self.figure, Durations) else "no value"
