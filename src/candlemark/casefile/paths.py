"""The way of each person through each proceeding: the unit that is counted and that waits.

A status belongs to a person in a proceeding, never to a case: one case can hold an acquittal, an
open appeal and a judgment of an international court at the same time.

When a way has ended is decided here, once:

- Before the state's authorities it ends with an outcome other than a conviction (acquitted,
  dismissed, other), or when a sentence was served, pardoned, or the person released from it.  A
  conviction or a sentence alone ends nothing, and neither does a commutation; a conviction by a
  decision that is said to be the final domestic one does.
- Beyond the state it ends without a violation found, or inadmissible, or struck out; where a
  violation was found or a settlement reached, when its execution is closed (``executed``).
- An end holds unless a stage of the state's own authorities certainly came after it: a judgment
  quashed on appeal is no end.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from candlemark.casefile.facts import Trigger
from candlemark.casefile.order import ordering
from candlemark.casefile.where import regions_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from candlemark.casefile.facts import Forum
    from candlemark.casefile.order import Unordered
    from candlemark.casefile.views import CaseFile, Proceeding, SeenPending, StageEvent

ENDING_OUTCOMES: Final = frozenset({"acquitted", "dismissed", "other"})
"""Groups of outcomes that end a way before the state's authorities."""
ENDING_BEYOND: Final = frozenset({"no-violation", "inadmissible", "struck-out"})
"""Outcomes that end a way beyond the state."""
ENDING_STAGES: Final = frozenset({"served", "pardoned", "released", "executed"})
"""Stages after which there is nothing left to wait for."""
AFTER_JUDGMENT: Final = frozenset({"enforced", "beyond-state"})
"""Groups of stages that do not open an ended way again."""


@dataclass(frozen=True, slots=True)
class PersonPath:
    """One person's way through one proceeding."""

    case: str
    person: str
    """Empty for a proceeding nobody is named in."""
    proceeding: str
    """Empty for stages that name no proceeding."""
    forum: Forum | None
    roles: tuple[str, ...]
    events: tuple[StageEvent, ...]
    """Its stages, in a possible order."""
    shared: tuple[StageEvent, ...]
    """Stages of the case as a whole, before anybody was named (``occurred``, ``reported`` …)."""
    unordered: tuple[Unordered, ...]
    """Pairs of ``events`` whose order is open."""
    apart: tuple[str, ...]
    """Those of ``events`` that carry out another measure than a sentence recorded here: where
    citizenship is taken away by decree, no sentence was enforced on that day."""
    end: StageEvent | None
    """What ended it; None while it is pending."""
    seen_pending: SeenPending | None
    """The latest day on which a source saw it still open."""
    grounds: tuple[str, ...]
    """Bias grounds of the case's incidents."""
    regions: tuple[str, ...]
    """Regions of the case's incidents: terms of ``regions``, or of ``absences``."""
    offences: tuple[str, ...]
    """Offences this person is charged with in this proceeding."""

    @property
    def last(self) -> StageEvent | None:
        """The stage it stands at: the last in the order given that is not ``apart``."""
        return next((one for one in reversed(self.events) if one.id not in self.apart), None)

    @property
    def ended(self) -> bool:
        """Whether it has ended."""
        return self.end is not None


def person_paths(casefile: CaseFile) -> tuple[PersonPath, ...]:
    """Every person's way through every proceeding of a case, in the order first recorded."""
    proceedings = {one.id: one for one in casefile.proceedings}
    roles = {person.id: person.roles for person in casefile.persons}
    shared = _ordered([one for one in casefile.stage_events if not (one.person or one.proceeding)])
    grounds = _distinct(each.ground for one in casefile.incidents for each in one.grounds)
    regions = regions_of(casefile)
    paths = []
    for person, proceeding in _units(casefile, proceedings):
        own = [
            event
            for event in casefile.stage_events
            if event.proceeding == proceeding
            and (event.person == person or (not event.person and proceeding))
        ]
        order = ordering(own, [event.follows for event in own])
        events = tuple(own[i] for i in order.places)
        there = proceedings.get(proceeding)
        paths.append(
            PersonPath(
                case=casefile.id,
                person=person,
                proceeding=proceeding,
                forum=there.forum if there else None,
                roles=roles.get(person, ()),
                events=events,
                shared=shared,
                unordered=order.unordered,
                apart=_apart(events),
                end=_end(events, order.unordered) or _final(casefile, events, person, proceeding),
                seen_pending=_seen(casefile.seen_pending, person, proceeding),
                grounds=grounds,
                regions=regions,
                offences=_distinct(
                    charge.offence
                    for charge in casefile.charges
                    if charge.person == person and charge.proceeding in {"", proceeding}
                ),
            )
        )
    return tuple(paths)


def _units(casefile: CaseFile, proceedings: dict[str, Proceeding]) -> list[tuple[str, str]]:
    """Pairs of person and proceeding, from the proceedings and from the stages."""
    units: dict[tuple[str, str], None] = {}
    for one in casefile.proceedings:
        units.update({(person, one.id): None for person in one.persons})
    for event in casefile.stage_events:
        if event.person:
            units.setdefault((event.person, event.proceeding))
    peopled = {proceeding for _, proceeding in units}
    for event in casefile.stage_events:
        if event.proceeding and event.proceeding not in peopled:
            units.setdefault(("", event.proceeding))
    for proceeding in proceedings:
        if proceeding not in peopled:
            units.setdefault(("", proceeding))
    return list(units)


def _ordered(events: Sequence[StageEvent]) -> tuple[StageEvent, ...]:
    return tuple(events[i] for i in ordering(events, [event.follows for event in events]).places)


def _apart(events: Sequence[StageEvent]) -> tuple[str, ...]:
    """Enforcement of something that no sentence of this way, nor a commutation, has in it.

    Where no sentence is recorded, nobody can tell, and what is enforced is taken to be it.
    """
    imposed = {one.sentence_group for one in events if one.stage != "enforced"} - {""}
    return tuple(
        one.id
        for one in events
        if imposed and one.stage == "enforced" and one.sentence_group not in {"", *imposed}
    )


def _end(events: Sequence[StageEvent], unordered: Sequence[Unordered]) -> StageEvent | None:
    """The first stage that ends a way and that nothing certainly reopened."""
    open_pairs = {frozenset((pair.one, pair.other)) for pair in unordered}
    for at, event in enumerate(events):
        if not _ends(event):
            continue
        reopened = any(
            later.stage_group not in AFTER_JUDGMENT
            and not _ends(later)
            and frozenset((event.id, later.id)) not in open_pairs
            for later in events[at + 1 :]
        )
        if not reopened:
            return event
    return None


def _final(
    casefile: CaseFile, events: Sequence[StageEvent], person: str, proceeding: str
) -> StageEvent | None:
    """The stage that is the final domestic decision of a way, where one is named as such."""
    days = [
        start.when
        for start in casefile.limit_starts
        if start.trigger == Trigger.FINAL_DOMESTIC_DECISION
        and start.proceeding == proceeding
        and start.person in {"", person}
    ]
    decided = [event for event in events if event.outcome and event.when in days]
    return decided[-1] if decided and proceeding else None


def _ends(event: StageEvent) -> bool:
    return (
        event.stage in ENDING_STAGES
        or event.outcome_group in ENDING_OUTCOMES
        or event.outcome in ENDING_BEYOND
    )


def _seen(seen: Iterable[SeenPending], person: str, proceeding: str) -> SeenPending | None:
    here = [one for one in seen if one.proceeding == proceeding and one.person in {"", person}]
    return max(here, key=lambda one: (one.on.latest, one.on.earliest, one.id), default=None)


def _distinct(codes: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(code for code in codes if code))
