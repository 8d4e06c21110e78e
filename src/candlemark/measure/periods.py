"""Periods of entry by their names: ``2024``, ``2024-Q3``, ``2024-09``."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

_QUARTERS = 4
_MONTHS = 12


def next_period(period: str) -> str:
    """The period after this one."""
    year, _, part = period.partition("-")
    if not part:
        return f"{int(year) + 1:04}"
    quarters = part.startswith("Q")
    many, number = (_QUARTERS if quarters else _MONTHS), int(part.removeprefix("Q")) + 1
    if number > many:
        year, number = f"{int(year) + 1:04}", 1
    return f"{year}-Q{number}" if quarters else f"{year}-{number:02}"


def first_day(period: str) -> date:
    """The day on which a period begins."""
    year, _, part = period.partition("-")
    if part.startswith("Q"):
        return date(int(year), 3 * int(part[1:]) - 2, 1)
    return date(int(year), int(part or 1), 1)


def place_of(day: date, periods: Sequence[str]) -> float | None:
    """Where a day lies on an axis of periods that follow each other; None where it is not on it.

    0 is the beginning of the first, as many as there are periods the end of the last.
    """
    for place, period in enumerate(periods):
        begin, end = first_day(period), first_day(next_period(period))
        if begin <= day < end:
            return place + (day - begin).days / (end - begin).days
    return None
