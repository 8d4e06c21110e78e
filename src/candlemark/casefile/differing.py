"""Where sources differ, laid out side by side: what each says, who says it, which is shown, why."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from candlemark.dates import PartialDate
from candlemark.errors import NotUnderstood

if TYPE_CHECKING:
    from collections.abc import Mapping

    from candlemark.casefile.views import CaseFile, Number, StageEvent

_SCHEMES = {"outcome": "outcomes", "sentence": "sentences", "stage": "stages"}


@dataclass(frozen=True, slots=True)
class Side:
    """What some sources say."""

    text: str
    """The disputed value as the statement has it, when it is no date and no term."""
    when: PartialDate | None
    scheme: str
    """The scheme of the term in ``text``; empty when it is none."""
    event: StageEvent | None
    """The stage a whole statement is about."""
    numbers: tuple[Number, ...]
    sources: tuple[str, ...]
    shown: bool
    statement: str = ""
    """The one that says so."""


@dataclass(frozen=True, slots=True)
class Difference:
    """One contradiction."""

    field: str
    """``when``, ``outcome``, ``numbers`` … or empty for whole statements."""
    number: str
    """What is counted, for a number."""
    about: StageEvent | None
    sides: tuple[Side, ...]
    why: str
    words: Mapping[str, str]


def differing(case: CaseFile) -> tuple[Difference, ...]:
    """Every contradiction of a case, as it is shown."""
    events = {id_: event for event in case.stage_events for id_ in (event.id, *event.statements)}
    found = []
    for one in case.contradictions:
        field, _, number = one.disputed.partition(".")
        sides = tuple(
            Side(
                text=side.says,
                when=_date(side.says),
                scheme=_SCHEMES.get(field, ""),
                event=events.get(side.statement),
                numbers=side.numbers,
                sources=side.sources,
                shown=side.statement == one.shown,
                statement=side.statement,
            )
            for side in one.sides
        )
        found.append(
            Difference(field, number, events.get(one.about), sides, one.why.value, one.words)
        )
    return tuple(found)


def _date(text: str) -> PartialDate | None:
    try:
        return PartialDate.parse(text)
    except NotUnderstood:
        return None
