"""Dates of a source: civil days, read by the crosswalk's formats, never through an instant.

Nothing here knows a zone.  A time of day is read and dropped: the day is the one the source wrote.
A format with an offset (``%z``, ``%Z``) is refused, because the engine would turn it into an
instant, and an instant has another day somewhere else.

A format says how exact its dates are: with a day, a day; with a month and no day, from the first
to the last day of that month; with a year only, the year.  Years below 1000 are unreadable: they
are two-digit years under a format of four.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from candlemark.agency.engine import name, normal, text
from candlemark.definition.crosswalk import Use
from candlemark.errors import DefinitionFaulty, Fault

if TYPE_CHECKING:
    from candlemark.agency.engine import Engine
    from candlemark.agency.landing import Landed
    from candlemark.definition.crosswalk import Column

_DIRECTIVE: Final = re.compile(r"%-?([a-zA-Z])")
_DAY: Final = frozenset("djxc")
_MONTH: Final = frozenset("mbBh")
_YEARS: Final = "BETWEEN 1000 AND 9999"


def date_columns(landed: Landed) -> tuple[Column, ...]:
    """The columns of the table that are dates and are there."""
    return tuple(
        column
        for column in landed.table.columns
        if column.use is Use.DATE and column.name not in landed.header.absent
    )


def date_text(landed: Landed, column: Column) -> str:
    """SQL for the text a date is read from; empty when nothing was written."""
    if not column.date_parts:
        return landed.cell(column.name)
    parts = [normal(landed.cell(part)) for part in column.date_parts]
    together, joined = " || ".join(parts), " || '-' || ".join(parts)
    return f"CASE WHEN {together} = '' THEN '' ELSE {joined} END"


def dictionary(landed: Landed, column: Column) -> str:
    """Name of the engine's table made by :func:`read_dates`."""
    place = landed.table.columns.index(column)
    return f"date_{landed.number}_{place}"


def read_dates(engine: Engine, landed: Landed) -> None:
    """Make a dictionary for every date column: ``(cell, lo, hi, moment, bad)``.

    Each distinct text is read once.  ``moment`` is the date with its time of day as written, for
    comparing clocks; ``bad`` is true when something is written that no format reads.

    Raises:
        DefinitionFaulty: a format has an offset.
    """
    for column in date_columns(landed):
        _refuse_offsets(landed, column)
        reads = ", ".join(
            f"try_strptime(trimmed, {text(form)}) AS t{number}"
            for number, form in enumerate(column.formats)
        )
        numbers = range(len(column.formats))
        good = [f"CASE WHEN year(t{number}) {_YEARS} THEN t{number} END" for number in numbers]
        last = [
            f"CASE WHEN year(t{number}) {_YEARS} THEN {_last_day(form, f't{number}')} END"
            for number, form in enumerate(column.formats)
        ]
        moment = f"coalesce({', '.join(good)})"
        engine.run(
            f"CREATE OR REPLACE TABLE {name(dictionary(landed, column))} AS"
            f" SELECT cell, ({moment})::DATE AS lo, coalesce({', '.join(last)}) AS hi,"
            f" {moment} AS moment, trimmed <> '' AND {moment} IS NULL AS bad"
            f" FROM (SELECT cell, trimmed, {reads} FROM ("
            f"SELECT cell, {normal('cell')} AS trimmed FROM ("
            f"SELECT DISTINCT {date_text(landed, column)} AS cell FROM {landed.sql} raw)))"
        )


def has_time(column: Column) -> bool:
    """Whether every format of the column has a time of day."""
    return all("H" in _directives(form) or "I" in _directives(form) for form in column.formats)


def _directives(form: str) -> frozenset[str]:
    return frozenset(_DIRECTIVE.findall(form.replace("%%", "")))


def _last_day(form: str, moment: str) -> str:
    directives = _directives(form)
    if directives & _DAY:
        return f"{moment}::DATE"
    if directives & _MONTH:
        return f"last_day({moment}::DATE)"
    return f"make_date(year({moment}), 12, 31)"


def _refuse_offsets(landed: Landed, column: Column) -> None:
    wrong = [form for form in column.formats if _directives(form) & {"z", "Z"}]
    if wrong or not column.formats:
        what = f"the format {wrong[0]!r} has an offset" if wrong else "a date needs a format"
        raise DefinitionFaulty(
            "a date of the crosswalk cannot be read as a civil day",
            hint="write the formats without %z and %Z; a time of day is read and dropped",
            faults=[Fault(f"{landed.table.name}.{column.name}", what)],
        )
