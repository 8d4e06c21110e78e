"""One sentence for each table: the number a reader would ask for first, or how much is shown."""

from __future__ import annotations

from typing import TYPE_CHECKING

from candlemark.publish.site.looking import label_of, of_everybody
from candlemark.publish.site.ways import ways_sentence
from candlemark.publish.table import NOT_APPLICABLE, TOTAL, Sign

if TYPE_CHECKING:
    from candlemark.publish.site.speaking import Speaker
    from candlemark.publish.table import Table


def sentence(table: Table, speaker: Speaker) -> str:
    """What a table says, in a sentence; numbers in it are as protected as in the table."""
    makers = {
        "occupancy": _occupancy,
        "attrition": ways_sentence,
        "durations": _durations,
        "case-mix": _mix,
    }
    maker = makers.get(table.question.code)
    told = maker(table, speaker) if maker is not None else ""
    return told or _plain(table, speaker)


def _entered(table: Table) -> float | None:
    shown = [
        cell.value
        for _, cell in of_everybody(table, "entered")
        if cell.sign is Sign.NUMBER and cell.value is not None
    ]
    return shown[0] if shown else None


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


def _durations(table: Table, speaker: Speaker) -> str:
    for at, cell in of_everybody(table, "days-half"):
        if cell.value is not None:
            return speaker.word(
                "sentence-durations",
                stage=label_of(table, "stage", at["stage"], speaker),
                days=speaker.number(cell.value),
            )
    return ""


def _mix(table: Table, speaker: Speaker) -> str:
    """The largest of the groups or categories that are not the whole."""
    labels = [{one.code: one.labels for one in each.categories} for each in table.dimensions]
    found = [
        (cell.value, of[code])
        for cell in table.cells
        for code, of in zip(cell.at, labels, strict=True)
        if cell.value and cell.measure == "entered" and code not in {TOTAL, NOT_APPLICABLE}
    ]
    if not found or len(table.dimensions) > 1:
        return ""
    count, largest = max(found, key=lambda one: one[0])
    return speaker.word("sentence-mix", count=speaker.number(count), label=speaker.text(largest))


def _plain(table: Table, speaker: Speaker) -> str:
    numbers = sum(cell.value is not None for cell in table.cells)
    return speaker.word(
        "sentence-plain",
        numbers=speaker.number(numbers),
        hidden=speaker.number(table.protection.suppressed),
    )
