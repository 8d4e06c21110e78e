"""What a reader asks of a view of the process, read from the address and checked whole."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlencode

from candlemark.measure.answerable import KNOWN_AT_THE_END

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from candlemark.measure import StudyCard

HORIZONS: Final = (30, 90, 365)
WITHIN: Final = 90
"""Days of each way that two periods are compared by, when nobody asks for others."""
_MOST: Final = 8
_LONGEST: Final = 36_525
_APART: Final = str.maketrans(",،;", "   ")
_PERIODS: Final = ("", "year", "month")
NO_GROUPS: Final = frozenset({"changes", "coverage"})
"""Views that are not divided: periods are compared, or everything is told by stage already."""


@dataclass(frozen=True, slots=True)
class Asked:
    """One question of a view, as the form has it; days as ISO 8601 or empty."""

    as_of: date | None = None
    by: str = ""
    group: str = ""
    at: tuple[int, ...] = HORIZONS
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

    @property
    def at_text(self) -> str:
        """The horizons as the form shows them."""
        return ", ".join(str(day) for day in self.at)

    def query(self, **changes: str) -> str:
        """The question as the end of an address, with something changed."""
        changed = replace(self, **changes)  # type: ignore[arg-type]
        said = {
            field.name: _written(getattr(changed, field.name))
            for field in fields(self)
            if getattr(changed, field.name) != field.default
        }
        kept = urlencode({name: value for name, value in said.items() if value})
        return f"?{kept}" if kept else ""


@dataclass(frozen=True, slots=True)
class Misread:
    """A field that could not be read, with what was typed."""

    field: str
    typed: str


def _written(value: object) -> str:
    if isinstance(value, tuple):
        return ", ".join(map(str, value))
    return "" if value is None else str(value)


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
        as_of=take("as_of", _day, None),
        by=by,
        group=query.get("group", "")[:60] if by else "",
        at=take("at", _days, HORIZONS),
        start=take("start", _one_of(stages(study)), ""),
        first=take("first", _day, None),
        last=take("last", _day, None),
        then_first=take("then_first", _day, None),
        then_last=take("then_last", _day, None),
        within=take("within", _one_day, WITHIN),
        period=take("period", _one_of(_PERIODS), ""),
    )
    if view == "changes" and not any((asked.first, asked.last, asked.then_first, asked.then_last)):
        asked = _last_two_years(asked, asked.as_of or study.known_until)
    return asked, tuple(faults)


def schemes(study: StudyCard) -> tuple[str, ...]:
    """The schemes a study can be divided by."""
    return tuple(code for code in study.schemes if code not in KNOWN_AT_THE_END)


def stages(study: StudyCard) -> tuple[str, ...]:
    """The own names of the stages at which cases can enter."""
    return tuple(stage.own for stage in study.entry_stages)


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


def _day(typed: str) -> date | None:
    try:
        return date.fromisoformat(typed)
    except ValueError:
        return None


def _one_day(typed: str) -> int | None:
    found = _days(typed)
    return found[0] if found and len(found) == 1 and found[0] else None


def _days(typed: str) -> tuple[int, ...] | None:
    """``30, 90, 270``; digits of any script are read."""
    parts = typed.translate(_APART).split()
    days = [int(part) for part in parts if part.isdecimal() and len(part) <= 5]
    if not days or len(days) != len(parts) or len(days) > _MOST or max(days) > _LONGEST:
        return None
    return tuple(sorted(set(days)))
