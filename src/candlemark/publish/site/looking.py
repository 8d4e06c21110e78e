"""Finding the numbers of a table that are of everybody, and what codes are called."""

from __future__ import annotations

from typing import TYPE_CHECKING

from candlemark.publish.table import NOT_APPLICABLE, TOTAL

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from candlemark.publish.site.speaking import Speaker
    from candlemark.publish.table import Cell, Table


def of_everybody(table: Table, measure: str) -> Iterator[tuple[dict[str, str], Cell]]:
    """The numbers of a measure that are of everybody together, each with where it stands."""
    names = [one.code for one in table.dimensions]
    for cell in table.cells:
        at = dict(zip(names, cell.at, strict=True))
        if cell.measure == measure and at.get("group", TOTAL) == TOTAL:
            yield at, cell


def label_of(table: Table, dimension: str, code: str, speaker: Speaker) -> str:
    """What a code of a dimension is called."""
    found = table.dimension(dimension)
    named = () if found is None else found.categories
    return next((speaker.text(one.labels) for one in named if one.code == code), code)


def on_last_day(
    found: Sequence[tuple[Mapping[str, str], Cell]],
) -> list[tuple[Mapping[str, str], Cell]]:
    """Of cells at several days after entry those of the last one that has a number."""
    days = [
        (at["day"], cell) for at, cell in found if at.get("day", NOT_APPLICABLE) != NOT_APPLICABLE
    ]
    shown = [day for day, cell in days if cell.value is not None] or [day for day, _ in days]
    return [(at, cell) for at, cell in found if not shown or at.get("day") == shown[-1]]
