"""A table as one picture: bars that stand alone, for pages and for other people's pages."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from candlemark.publish.site.bars import Row, Scale, drawn
from candlemark.publish.site.looking import label_of, of_everybody, on_last_day
from candlemark.publish.site.sentences import sentence
from candlemark.publish.site.ways import ways_rows
from candlemark.publish.table import NOT_APPLICABLE, TOTAL

if TYPE_CHECKING:
    from collections.abc import Iterator

    from candlemark.measure.drawing.svg import Svg
    from candlemark.publish.site.speaking import Speaker
    from candlemark.publish.table import Measure, Table

_DAYS: Final = ("days-quarter", "days-half", "days-three-quarters")
MOST: Final = 12
"""Bars of a picture."""


def picture(table: Table, speaker: Speaker, *, alone: bool) -> Svg:
    """The picture of a table.

    Args:
        table: see above.
        speaker: in whose tongue.
        alone: whether it is a file of its own, with its own style.
    """
    measure, rows = picture_rows(table, speaker)
    return drawn(
        speaker.text(table.titles),
        sentence(table, speaker),
        rows,
        Scale.of(rows, measure.form),
        speaker,
        alone=alone,
    )


def picture_rows(table: Table, speaker: Speaker) -> tuple[Measure, list[Row]]:
    """The measure a reader asks for first; its name as a heading, and a bar for each number."""
    there = {one.code for one in table.measures}
    if table.question.code == "attrition" and any(of_everybody(table, "entered")):
        return table.measures[0], ways_rows(table, speaker)
    if table.question.code == "durations" and there >= set(_DAYS):
        return _lengths(table, speaker)
    for code, along in (("reached", "stage"), ("share", "state")):
        dimension = table.dimension(along)
        if dimension is None or code not in there:
            continue
        labels = {one.code: speaker.text(one.labels) for one in dimension.categories}
        found = on_last_day(list(of_everybody(table, code)))
        if found:
            measure = table.measure(code)
            head = [speaker.text(measure.labels)]
            day = found[0][0].get("day", NOT_APPLICABLE)
            if day != NOT_APPLICABLE:
                head.append(label_of(table, "day", day, speaker))
            return measure, [
                Row(" · ".join(head)),
                *(
                    Row(labels[at[along]], cell, "pending" if at[along] == "pending" else "bar")
                    for at, cell in found[:MOST]
                ),
            ]
    measure = table.measures[0]
    rows = list(_of_first(table, measure.code, speaker))[:MOST]
    return measure, [Row(speaker.text(measure.labels)), *rows]


def _lengths(table: Table, speaker: Speaker) -> tuple[Measure, list[Row]]:
    """Of each stage how many days it took until so many had left."""
    rows: list[Row] = []
    found = [(code, list(of_everybody(table, code))) for code in _DAYS]
    for stage in dict.fromkeys(at["stage"] for _, cells in found for at, _ in cells):
        rows.append(Row(label_of(table, "stage", stage, speaker)))
        rows += [
            Row(speaker.text(table.measure(code).labels), cell)
            for code, cells in found
            for at, cell in cells
            if at["stage"] == stage
        ]
    return table.measure(_DAYS[1]), rows


def _of_first(table: Table, measure: str, speaker: Speaker) -> Iterator[Row]:
    labels = [{one.code: one for one in dimension.categories} for dimension in table.dimensions]
    for cell in table.cells:
        if cell.measure == measure:
            said = [
                speaker.text(named[code].labels)
                for code, named in zip(cell.at, labels, strict=True)
                if code not in {TOTAL, NOT_APPLICABLE}
            ]
            yield Row(" · ".join(said) or speaker.text(table.unit.labels), cell)
