"""One sentence for each table: the number a reader would ask for first, or how much is shown."""

from __future__ import annotations

from typing import TYPE_CHECKING

from candlemark.publish.table import NOT_APPLICABLE, TOTAL, Sign

if TYPE_CHECKING:
    from collections.abc import Iterator

    from candlemark.publish.site.speaking import Speaker
    from candlemark.publish.table import Cell, Table


def sentence(table: Table, speaker: Speaker) -> str:
    """What a table says, in a sentence; numbers in it are as protected as in the table."""
    makers = {"occupancy": _occupancy, "attrition": _attrition, "durations": _durations}
    maker = makers.get(table.question.code)
    told = maker(table, speaker) if maker is not None else ""
    return told or _plain(table, speaker)


def of_everybody(table: Table, measure: str) -> Iterator[tuple[dict[str, str], Cell]]:
    """The numbers of a measure that are of everybody together, each with where it stands."""
    names = [one.code for one in table.dimensions]
    for cell in table.cells:
        at = dict(zip(names, cell.at, strict=True))
        if cell.measure == measure and at.get("group", TOTAL) == TOTAL:
            yield at, cell


def _entered(table: Table) -> float | None:
    shown = [
        cell.value
        for _, cell in of_everybody(table, "entered")
        if cell.sign is Sign.NUMBER and cell.value is not None
    ]
    return shown[0] if shown else None


def label_of(table: Table, dimension: str, code: str, speaker: Speaker) -> str:
    """What a code of a dimension is called."""
    found = table.dimension(dimension)
    named = () if found is None else found.categories
    return next((speaker.text(one.labels) for one in named if one.code == code), code)


def _occupancy(table: Table, speaker: Speaker) -> str:
    entered = _entered(table)
    pending = [
        (at["day"], cell)
        for at, cell in of_everybody(table, "share")
        if at.get("state") == "pending" and at.get("day", NOT_APPLICABLE) != NOT_APPLICABLE
    ]
    shown = [(day, cell) for day, cell in pending if cell.value is not None]
    if not shown:
        return ""
    day, cell = shown[-1]
    if entered is None:
        return speaker.word(
            "sentence-standing",
            share=speaker.share(cell.value or 0),
            day=label_of(table, "day", day, speaker),
        )
    return speaker.word(
        "sentence-occupancy",
        entered=speaker.number(entered),
        share=speaker.share(cell.value or 0),
        day=label_of(table, "day", day, speaker),
    )


def _attrition(table: Table, speaker: Speaker) -> str:
    entered = _entered(table)
    shown = [
        (at["stage"], cell.value)
        for at, cell in of_everybody(table, "reached")
        if cell.sign is Sign.NUMBER and cell.value is not None
    ]
    if entered is None or not shown:
        return ""
    stage, reached = shown[-1]
    return speaker.word(
        "sentence-attrition",
        entered=speaker.number(entered),
        reached=speaker.number(reached),
        stage=label_of(table, "stage", stage, speaker),
    )


def _durations(table: Table, speaker: Speaker) -> str:
    for at, cell in of_everybody(table, "days-half"):
        if cell.value is not None:
            return speaker.word(
                "sentence-durations",
                stage=label_of(table, "stage", at["stage"], speaker),
                days=speaker.number(cell.value),
            )
    return ""


def _plain(table: Table, speaker: Speaker) -> str:
    numbers = sum(cell.value is not None for cell in table.cells)
    return speaker.word(
        "sentence-plain",
        numbers=speaker.number(numbers),
        hidden=speaker.number(table.protection.suppressed),
    )
