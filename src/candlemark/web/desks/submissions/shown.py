"""What a page of submissions shows: incidents with what can be told of them, and documents."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from candlemark.publish.submissions import Why, glance
from candlemark.web.desks.submissions import words

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from candlemark.definition import Edition
    from candlemark.publish.submissions import Glance, Verdict
    from candlemark.web.desks.submissions.asking import Typed
    from candlemark.web.reader import Reader

_ASIDE: Final = (Why.ANOTHER_TIME, Why.ELSEWHERE, Why.NO_INCIDENT)
"""Reasons of which a page says how many; the others name each case."""
_LOOKS: Final = {"bar": "f-onward", "reached": "f-onward", "ended": "p-ground o-ended"}
_WHOLE: Final = 1000
"""How wide a picture of bars is, in its own units."""


@dataclass(frozen=True, slots=True)
class Offer:
    """An incident that can be told, and what was typed about it."""

    id: str
    case: str
    called: str
    seen: Glance
    alike: int
    others: int
    reason: str
    ticked: bool
    said: tuple[tuple[str, str, str], ...]
    """Name of the box, tongue, what stands in it; none where no description may be told."""
    first: bool
    """Whether it is the first of its case on the page: the reason is asked for there."""

    @property
    def boxes(self) -> tuple[str, ...]:
        """The names of its boxes."""
        return (*(one for one, _, _ in self.said), f"others-{self.case}")


class NotTold(NamedTuple):
    """An incident that cannot be told, and why."""

    case: str
    called: str
    when: str
    why: str


def called(one: Verdict, reader: Reader) -> str:
    """What a case is called inside: its own number, or its neutral title."""
    return one.case.reference or reader.text(one.case.titles)


def offers(found: Sequence[Verdict], typed: Typed, reader: Reader, edition: Edition) -> list[Offer]:
    """Incidents as the form offers them."""
    cases: set[str] = set()
    made = []
    for one in found:
        seen = glance(one, typed.form, reader.tongue, edition)
        boxes = typed.tongues if seen.described else ()
        name = f"said-{seen.incident.id}"
        made.append(
            Offer(
                id=seen.incident.id,
                case=one.case.id,
                called=called(one, reader),
                seen=seen,
                alike=one.alike,
                others=len(one.telling.others),
                reason=typed.text(f"others-{one.case.id}"),
                ticked=typed.tells(one),
                said=tuple((f"{name}-{of}", of, typed.text(f"{name}-{of}")) for of in boxes),
                first=one.case.id not in cases,
            )
        )
        cases.add(one.case.id)
    return made


def is_named(one: Verdict) -> bool:
    """Whether a page names an incident that cannot be told."""
    return one.why not in {Why.IN, Why.OTHERS, *_ASIDE}


def not_told(one: Verdict, reader: Reader) -> NotTold:
    """An incident that cannot be told, for members."""
    when = reader.dated(one.incident.when) if one.incident else ""
    return NotTold(one.case.id, called(one, reader), when, words.why(one.why))


def aside(answers: Iterable[Verdict]) -> list[tuple[str, int]]:
    """How many are not asked for, by the reason."""
    counted = Counter(one.why for one in answers)
    return [(words.why(why), counted[why]) for why in _ASIDE if counted[why]]


def bar(one: Mapping[str, Any], *, rtl: bool) -> dict[str, Any]:
    """One bar of a picture, in the units of the page."""
    begins = min(float(one["begins"]), 1.0)
    wide = min(float(one["wide"]), 1.0 - begins)
    return {
        "label": one["label"],
        "said": one["said"],
        "x": round(_WHOLE * (1 - begins - wide if rtl else begins)),
        "wide": round(_WHOLE * wide),
        "look": _LOOKS.get(one["look"], ""),
    }
