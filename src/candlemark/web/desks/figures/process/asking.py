"""What a reader asks of a view of the process, read from the address and checked whole."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final

from candlemark.web.desks.figures.question import Misread, Question, day, days, schemes, stages

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import date

    from candlemark.measure import StudyCard

HORIZONS: Final = (30, 90, 365)
WITHIN: Final = 90
"""Days of each way that two periods are compared by, when nobody asks for others."""
_PERIODS: Final = ("", "year", "month")
NO_GROUPS: Final = frozenset({"changes", "coverage"})
"""Views that are not divided: periods are compared, or everything is told by stage already."""


@dataclass(frozen=True, slots=True)
class Asked(Question):
    """One question of a view, as the form has it; days as ISO 8601 or empty."""

    at: tuple[int, ...] = HORIZONS
    group: str = ""
    start: str = ""
    first: date | None = None
    """Who entered from this day on …"""
    last: date | None = None
    """… until this one."""
    then_first: date | None = None
    """The same of the second period, where two are compared."""
    then_last: date | None = None
    within: int = WITHIN
    period: str = ""

    @property
    def key(self) -> tuple[object, ...]:
        """What the answer depends on: everything but which group is looked at."""
        return tuple(getattr(self, field.name) for field in fields(self) if field.name != "group")


def read(
    query: Mapping[str, str], view: str, study: StudyCard
) -> tuple[Asked, tuple[Misread, ...]]:
    """The question in an address, and every field of it that could not be read."""
    faults: list[Misread] = []

    def take(field: str, reading: Callable[[str], Any], otherwise: Any) -> Any:
        typed = query.get(field, "").strip()
        if not typed:
            return otherwise
        found = reading(typed)
        if found is None:
            faults.append(Misread(field, typed[:40]))
            return otherwise
        return found

    by = "" if view in NO_GROUPS else take("by", _one_of(schemes(study)), "")
    asked = Asked(
        as_of=take("as_of", day, None),
        by=by,
        group=query.get("group", "")[:60] if by else "",
        at=take("at", days, HORIZONS),
        start=take("start", _one_of(stages(study)), ""),
        first=take("first", day, None),
        last=take("last", day, None),
        then_first=take("then_first", day, None),
        then_last=take("then_last", day, None),
        within=take("within", _one_day, WITHIN),
        period=take("period", _one_of(_PERIODS), ""),
    )
    if view == "changes" and not any((asked.first, asked.last, asked.then_first, asked.then_last)):
        asked = _last_two_years(asked, asked.as_of or study.known_until)
    return asked, tuple(faults)


def _last_two_years(asked: Asked, until: date) -> Asked:
    """Of who entered in the year up to a day, and of who did in the year before it."""
    year, day = timedelta(days=365), timedelta(days=1)
    return replace(
        asked,
        first=until - 2 * year + day,
        last=until - year,
        then_first=until - year + day,
        then_last=until,
    )


def _one_of(known: tuple[str, ...]) -> Callable[[str], str | None]:
    return lambda typed: typed if typed in known else None


def _one_day(typed: str) -> int | None:
    found = days(typed)
    return found[0] if found and len(found) == 1 and found[0] else None
