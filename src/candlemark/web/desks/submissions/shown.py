"""What a page of submissions shows: incidents with what can be told of them, and documents."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from candlemark.dates import PartialDate
from candlemark.publish.submissions import Why
from candlemark.publish.submissions.coarsening import AS_RECORDED, YEAR, coarse
from candlemark.web.desks.submissions import words

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from candlemark.casefile.views import Incident
    from candlemark.definition import Edition
    from candlemark.publish.submissions import Verdict
    from candlemark.web.desks.submissions.asking import Typed
    from candlemark.web.reader import Reader

_ASIDE: Final = (Why.ANOTHER_TIME, Why.ELSEWHERE, Why.NO_INCIDENT)
"""Reasons of which a page says how many; the others name each case."""
_LOOKS: Final = {"bar": "f-onward", "reached": "f-onward", "ended": "p-ground o-ended"}
_WHOLE: Final = 1000
"""How wide a picture of bars is, in its own units."""


class Told(NamedTuple):
    """Words of one reader for what is coded."""

    edition: Edition
    reader: Reader

    def terms(self, scheme: str, codes: Iterable[str]) -> str:
        """The names of some terms, each once."""
        known = self.edition.scheme(scheme)
        named = (
            self.reader.text(known.term(one).labels) if one in known else one
            for one in dict.fromkeys(filter(None, codes))
        )
        return self.reader.semicolon.join(named)

    def detail(self, code: str) -> str:
        """How exactly something is told."""
        return self.terms("consent-details", [code])

    def when(self, incident: Incident, detail: str) -> str:
        """The date of an incident, no more exactly than its people agreed to."""
        told = coarse(incident.when, detail)
        return self.reader.dated(PartialDate.parse(told) if told else None)

    def where(self, incident: Incident, detail: str) -> str:
        """Its place and country, in the same way."""
        country = self.reader.locale.territories.get(incident.country, incident.country)
        place = self.reader.text(incident.place) if detail == AS_RECORDED else ""
        return self.reader.comma.join(filter(None, (place, country)))


@dataclass(frozen=True, slots=True)
class Offer:
    """An incident that can be told, and what was typed about it."""

    id: str
    case: str
    called: str
    when: str
    what: str
    detail: str
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


def called(one: Verdict, said: Told) -> str:
    """What a case is called inside: its own number, or its neutral title."""
    return one.case.reference or said.reader.text(one.case.titles)


def offer(one: Verdict, typed: Typed, said: Told, before: frozenset[str] = frozenset()) -> Offer:
    """An incident as the form offers it."""
    incident, detail = one.incident, one.telling.detail
    if incident is None:
        raise ValueError(one.why)  # what is offered is an incident
    grounds = said.terms("bias-grounds", (each.ground for each in incident.grounds))
    acts = said.terms("offences", (each.offence for each in incident.acts))
    where = said.where(incident, detail)
    boxes = () if detail == YEAR else typed.tongues
    return Offer(
        id=incident.id,
        case=one.case.id,
        called=called(one, said),
        when=said.when(incident, detail),
        what=said.reader.semicolon.join(filter(None, (where, grounds, acts))),
        detail=said.detail(detail),
        alike=one.alike,
        others=len(one.telling.others),
        reason=typed.text(f"others-{one.case.id}"),
        ticked=typed.tells(one),
        said=tuple(
            (name, tongue, typed.text(name))
            for tongue in boxes
            for name in (f"said-{incident.id}-{tongue}",)
        ),
        first=one.case.id not in before,
    )


def offers(found: Sequence[Verdict], typed: Typed, said: Told) -> list[Offer]:
    """Incidents as the form offers them."""
    made: list[Offer] = []
    for one in found:
        made.append(offer(one, typed, said, frozenset(each.case for each in made)))
    return made


def is_named(one: Verdict) -> bool:
    """Whether a page names an incident that cannot be told."""
    return one.why not in {Why.IN, Why.OTHERS, *_ASIDE}


def not_told(one: Verdict, said: Told) -> NotTold:
    """An incident that cannot be told, for members."""
    when = said.reader.dated(one.incident.when) if one.incident else ""
    return NotTold(one.case.id, called(one, said), when, words.why(one.why))


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
