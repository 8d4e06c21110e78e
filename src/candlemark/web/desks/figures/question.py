"""What every question of this desk has, how it stands in an address, and how its fields are read.

Each form of the desk adds fields of its own to :class:`Question`.  A field stands in an address
only where something else was asked than what is shown when nobody asks.
"""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from datetime import date
from typing import TYPE_CHECKING, Final

from candlemark.measure.answerable import KNOWN_AT_THE_END
from candlemark.web.address_end import address_end

if TYPE_CHECKING:
    from candlemark.measure import StudyCard

HORIZONS: Final = (30, 90, 270)
"""Days after entry that are shown when nobody asks for others."""
_MOST: Final = 8
_LONGEST: Final = 36_525
_APART: Final = str.maketrans(",،;", "   ")
_IN_ADDRESS: Final = {"from_stage": "from", "others": "with"}
"""Names of fields in an address, where they are not those of the form's own."""


@dataclass(frozen=True, slots=True)
class Question:
    """One question, as its form has it."""

    as_of: date | None = None
    by: str = ""
    """What cases are divided by; empty: they are not."""
    at: tuple[int, ...] = HORIZONS

    @property
    def at_text(self) -> str:
        """The horizons as the form shows them."""
        return ", ".join(str(day) for day in self.at)

    def query(self, **changes: str) -> str:
        """The question as the end of an address, with something changed."""
        changed = replace(self, **changes)  # type: ignore[arg-type]
        said = [
            (_IN_ADDRESS.get(field.name, field.name), written)
            for field in fields(changed)
            if (value := getattr(changed, field.name)) != field.default
            for written in _written(value)
        ]
        return address_end(said)


def _written(value: object) -> tuple[str, ...]:
    """What a field says in an address: days stand together, names each by itself."""
    if not isinstance(value, tuple):
        return ("" if value is None else str(value),)
    if all(isinstance(one, int) for one in value):
        return (", ".join(map(str, value)),)
    return tuple(map(str, value))


@dataclass(frozen=True, slots=True)
class Misread:
    """A field that could not be read, with what was typed."""

    field: str
    typed: str


def schemes(study: StudyCard) -> tuple[str, ...]:
    """The schemes a study can be divided by."""
    return tuple(code for code in study.schemes if code not in KNOWN_AT_THE_END)


def stages(study: StudyCard) -> tuple[str, ...]:
    """The own names of the stages at which cases can enter."""
    return tuple(stage.own for stage in study.entry_stages)


def day(typed: str) -> date | None:
    """A day as ISO 8601; None where it is none."""
    try:
        return date.fromisoformat(typed)
    except ValueError:
        return None


def days(typed: str) -> tuple[int, ...] | None:
    """``30, 90, 270``, of digits of any script, in order and each once; None where it is not."""
    parts = typed.translate(_APART).split()
    found = [int(part) for part in parts if part.isdecimal() and len(part) <= 5]
    if not found or len(found) != len(parts) or len(found) > _MOST or max(found) > _LONGEST:
        return None
    return tuple(sorted(set(found)))
