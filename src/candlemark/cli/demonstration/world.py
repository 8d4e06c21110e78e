"""The invented country of Valmora: incidents, and what its authorities did about them.

Everything here is drawn by chance from rates chosen below; nothing is taken from any real place,
agency or person.  The same seed gives the same world on every machine, so the demonstration's
figures can be quoted.

The four authorities see the same world and share no identifier, which is how it is in life:
a hotline hears some incidents and passes some of them on; the police record some; a
prosecutor receives the suspects of some; a court hears the charges of some of those.
"""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import TypeVar

_T = TypeVar("_T")

SEED = 20260122
FIRST_DAY = date(2022, 1, 1)
LAST_DAY = date(2025, 12, 31)
"""Incidents happen between these days."""
AS_OF = date(2026, 3, 31)
"""The day on which all four authorities made their files; nothing later is in them."""

GROUNDS: dict[str, tuple[float, float, float]] = {
    # ground: (share of incidents, chance that police recognise the bias, pace of justice)
    "ethnicity": (0.24, 0.70, 1.00),
    "language": (0.15, 0.38, 0.80),
    "religion": (0.13, 0.72, 1.00),
    "gay": (0.16, 0.45, 0.60),
    "lesbian": (0.07, 0.40, 0.55),
    "transgender": (0.09, 0.33, 0.45),
    "roma": (0.10, 0.42, 0.65),
    "disability": (0.06, 0.35, 0.80),
}
OFFENCES = {"assault": 0.30, "threat": 0.28, "damage": 0.20, "harassment": 0.17, "arson": 0.05}


@dataclass(slots=True)
class Charge:
    """One charge before the court; days are None where the as-of day came first."""

    offence: str
    heard: date | None = None
    judged: date | None = None
    verdict: str = ""  # convicted, acquitted, stopped
    sentenced: date | None = None
    sentence: str = ""  # prison, suspended, fine, service
    appealed: date | None = None


@dataclass(slots=True)
class Accused:
    """One suspect of an incident, as the prosecutor meets them."""

    received: date
    declined: date | None = None
    declined_why: str = ""  # evidence, victim, minor
    charged: date | None = None
    charges: list[Charge] = field(default_factory=list)


@dataclass(slots=True)
class Incident:
    """What happened, and what each authority came to know and do."""

    happened: date
    ground: str
    second_ground: str
    offence: str
    told_hotline: date | None = None
    passed_on: date | None = None
    answered: date | None = None
    answer: str = ""  # opened, refused
    recorded: date | None = None
    bias_seen: date | None = None
    suspect_found: date | None = None
    sent_on: date | None = None
    closed: date | None = None
    closed_why: str = ""  # nobody, withdrawn, no-offence
    accused: list[Accused] = field(default_factory=list)


def make_world(count: int = 2600, seed: int = SEED) -> tuple[Incident, ...]:
    """``count`` incidents in the order in which they happened."""
    chance = random.Random(seed)  # noqa: S311 - a simulation that must give the same world again
    span = (LAST_DAY - FIRST_DAY).days
    days = sorted(FIRST_DAY + timedelta(days=chance.randrange(span + 1)) for _ in range(count))
    return tuple(_incident(chance, day) for day in days)


def _incident(chance: random.Random, day: date) -> Incident:
    ground = _drawn(chance, {name: values[0] for name, values in GROUNDS.items()})
    second = _drawn(chance, {name: values[0] for name, values in GROUNDS.items()})
    incident = Incident(
        happened=day,
        ground=ground,
        second_ground=second if second != ground and chance.random() < 0.08 else "",
        offence=_drawn(chance, OFFENCES),
    )
    _hotline(chance, incident)
    _police(chance, incident)
    return incident


def _hotline(chance: random.Random, incident: Incident) -> None:
    if chance.random() < 0.45:
        incident.told_hotline = _after(chance, incident.happened, 9)
        if incident.told_hotline and chance.random() < 0.62:
            incident.passed_on = _after(chance, incident.told_hotline, 14)
            if incident.passed_on:
                incident.answered = _after(chance, incident.passed_on, 120)
                opened = chance.random() < 0.58
                incident.answer = ("opened" if opened else "refused") if incident.answered else ""


def _police(chance: random.Random, incident: Incident) -> None:
    knows = incident.passed_on if incident.answer == "opened" else None
    if chance.random() < 0.60:
        knows = incident.happened
    if knows is None:
        return
    _, recognised, pace = GROUNDS[incident.ground]
    incident.recorded = _after(chance, knows, 4)
    if incident.recorded is None:
        return
    if chance.random() < recognised:
        incident.bias_seen = _after(chance, incident.recorded, 25)
    found = chance.random() < 0.25 + 0.35 * pace
    end = _after(chance, incident.recorded, 70 / pace if found else 240)
    if end is None:
        return
    if not found:
        incident.closed = end
        incident.closed_why = _drawn(chance, {"nobody": 0.6, "withdrawn": 0.22, "no-offence": 0.18})
        return
    incident.suspect_found = end
    incident.sent_on = _after(chance, end, 40 / pace)
    if incident.sent_on:
        how_many = _drawn(chance, {1: 0.72, 2: 0.2, 3: 0.08})
        incident.accused = [
            _accused(chance, incident.sent_on, incident.offence, pace) for _ in range(how_many)
        ]


def _accused(chance: random.Random, received: date, offence: str, pace: float) -> Accused:
    accused = Accused(received=received)
    decided = _after(chance, received, 60 / pace)
    if decided is None:
        return accused
    if chance.random() < 0.45 - 0.2 * pace:
        accused.declined = decided
        accused.declined_why = _drawn(chance, {"evidence": 0.62, "victim": 0.28, "minor": 0.1})
        return accused
    accused.charged = decided
    for name in (offence, "insult")[: _drawn(chance, {1: 0.7, 2: 0.3})]:
        accused.charges.append(_charge(chance, decided, name, pace))
    return accused


def _charge(chance: random.Random, charged: date, offence: str, pace: float) -> Charge:
    charge = Charge(offence=offence, heard=_after(chance, charged, 50))
    if charge.heard is None:
        return charge
    charge.judged = _after(chance, charge.heard, 180 / pace)
    if charge.judged is None:
        return charge
    won = 0.42 + 0.22 * pace
    verdicts = {"convicted": won, "acquitted": 0.45 * (1 - won), "stopped": 0.55 * (1 - won)}
    charge.verdict = _drawn(chance, verdicts)
    if charge.verdict == "convicted":
        charge.sentenced = _after(chance, charge.judged, 15)
        if charge.sentenced:
            sentences = {"prison": 0.2, "suspended": 0.35, "fine": 0.3, "service": 0.15}
            charge.sentence = _drawn(chance, sentences)
    if chance.random() < 0.25:
        charge.appealed = _after(chance, charge.judged, 12)
    return charge


def _after(chance: random.Random, day: date, mean: float) -> date | None:
    """A later day by an exponential wait of ``mean`` days; None when it is after the as-of day."""
    later = day + timedelta(days=round(chance.expovariate(1 / mean)))
    return later if later <= AS_OF else None


def _drawn(chance: random.Random, weights: dict[_T, float]) -> _T:
    return chance.choices(list(weights), list(weights.values()))[0]
