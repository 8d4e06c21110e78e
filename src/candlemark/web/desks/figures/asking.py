"""What a reader asks of a figure, read from the address and checked whole.

Everything a form can hold is read before anybody complains, so that all faults stand on the page
together, each at its field.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING, Final
from urllib.parse import urlencode

from candlemark.measure.answerable import KNOWN_AT_THE_END

if TYPE_CHECKING:
    from collections.abc import Mapping

    from candlemark.measure import StudyCard

HORIZONS: Final = (30, 90, 270)
"""Days after entry that are shown when nobody asks for others."""
_MOST: Final = 8
_LONGEST: Final = 36_525
_APART: Final = str.maketrans(",،;", "   ")


@dataclass(frozen=True, slots=True)
class Asked:
    """One question, as the form has it."""

    as_of: date | None = None
    by: str = ""
    group: str = ""
    """One group to look at alone; empty for all."""
    at: tuple[int, ...] = HORIZONS
    from_stage: str = ""

    @property
    def key(self) -> tuple[object, ...]:
        """What the answer depends on."""
        return (self.as_of, self.by, self.at, self.from_stage)

    def query(self, **changes: str) -> str:
        """The question as the end of an address, with something changed."""
        changed = replace(self, **changes)  # type: ignore[arg-type]
        fields = {
            "as_of": changed.as_of.isoformat() if changed.as_of else "",
            "by": changed.by,
            "group": changed.group,
            "at": "" if changed.at == HORIZONS else changed.at_text,
            "from": changed.from_stage,
        }
        said = urlencode({name: value for name, value in fields.items() if value})
        return f"?{said}" if said else ""

    @property
    def at_text(self) -> str:
        """The horizons as the form shows them."""
        return ", ".join(str(day) for day in self.at)


@dataclass(frozen=True, slots=True)
class Misread:
    """A field that could not be read, with what was typed."""

    field: str
    typed: str


def read(query: Mapping[str, str], study: StudyCard) -> tuple[Asked, tuple[Misread, ...]]:
    """The question in an address, and every field of it that could not be read."""
    faults: list[Misread] = []
    as_of = _day(query.get("as_of", "").strip(), faults)
    at = _days(query.get("at", "").strip(), faults)
    by = one_of("by", query.get("by", ""), schemes(study), faults)
    start = one_of("from", query.get("from", ""), stages(study), faults)
    group = query.get("group", "")[:60] if by else ""
    return Asked(as_of, by, group, at, start), tuple(faults)


def schemes(study: StudyCard) -> tuple[str, ...]:
    """The schemes a study can be divided by."""
    return tuple(code for code in study.schemes if code not in KNOWN_AT_THE_END)


def stages(study: StudyCard) -> tuple[str, ...]:
    """The own names of the stages at which cases can enter."""
    return tuple(stage.own for stage in study.entry_stages)


def one_of(field: str, typed: str, known: tuple[str, ...], faults: list[Misread]) -> str:
    """What was typed, if it is one of those known; else nothing, and a fault."""
    if not typed or typed in known:
        return typed
    faults.append(Misread(field, typed[:40]))
    return ""


def _day(typed: str, faults: list[Misread]) -> date | None:
    if not typed:
        return None
    try:
        return date.fromisoformat(typed)
    except ValueError:
        faults.append(Misread("as_of", typed[:40]))
        return None


def horizons(typed: str) -> tuple[tuple[int, ...], tuple[Misread, ...]]:
    """Days after entry as they were typed, and whether they could be read."""
    faults: list[Misread] = []
    return _days(typed.strip(), faults), tuple(faults)


def _days(typed: str, faults: list[Misread]) -> tuple[int, ...]:
    """``30, 90, 270``; digits of any script are read."""
    if not typed:
        return HORIZONS
    parts = typed.translate(_APART).split()
    days = [int(part) for part in parts if part.isdecimal() and len(part) <= 5]
    if len(days) != len(parts) or len(days) > _MOST or any(day > _LONGEST for day in days):
        faults.append(Misread("at", typed[:40]))
        return HORIZONS
    return tuple(sorted(set(days)))
