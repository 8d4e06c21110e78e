"""What a reader asks of a figure, read from the address and checked whole.

Everything a form can hold is read before anybody complains, so that all faults stand on the page
together, each at its field.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from candlemark.web.desks.figures.question import (
    HORIZONS,
    Misread,
    Question,
    day,
    days,
    schemes,
    stages,
)

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from candlemark.measure import StudyCard


@dataclass(frozen=True, slots=True)
class Asked(Question):
    """One question, as the form has it."""

    group: str = ""
    """One group to look at alone; empty for all."""
    from_stage: str = ""

    @property
    def key(self) -> tuple[object, ...]:
        """What the answer depends on."""
        return (self.as_of, self.by, self.at, self.from_stage)


def read(query: Mapping[str, str], study: StudyCard) -> tuple[Asked, tuple[Misread, ...]]:
    """The question in an address, and every field of it that could not be read."""
    faults: list[Misread] = []
    by = one_of("by", query.get("by", ""), schemes(study), faults)
    asked = Asked(
        as_of=_day(query.get("as_of", "").strip(), faults),
        by=by,
        at=_days(query.get("at", "").strip(), faults),
        group=query.get("group", "")[:60] if by else "",
        from_stage=one_of("from", query.get("from", ""), stages(study), faults),
    )
    return asked, tuple(faults)


def one_of(field: str, typed: str, known: tuple[str, ...], faults: list[Misread]) -> str:
    """What was typed, if it is one of those known; else nothing, and a fault."""
    if not typed or typed in known:
        return typed
    faults.append(Misread(field, typed[:40]))
    return ""


def horizons(typed: str) -> tuple[tuple[int, ...], tuple[Misread, ...]]:
    """Days after entry as they were typed, and whether they could be read."""
    faults: list[Misread] = []
    return _days(typed.strip(), faults), tuple(faults)


def _day(typed: str, faults: list[Misread]) -> date | None:
    found = day(typed)
    if typed and found is None:
        faults.append(Misread("as_of", typed[:40]))
    return found


def _days(typed: str, faults: list[Misread]) -> tuple[int, ...]:
    found = days(typed)
    if typed and found is None:
        faults.append(Misread("at", typed[:40]))
    return found or HORIZONS
