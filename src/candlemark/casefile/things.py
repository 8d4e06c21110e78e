"""What statements bring into a case, and what they speak of.

A *thing* (a person, a source, a proceeding) has an identifier of its own; one kind of statement
brings it, and others refer to it by that identifier.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from candlemark.casefile import facts
from candlemark.ledger import Fact

if TYPE_CHECKING:
    from collections.abc import Iterator

    from candlemark.casefile.facts import Statement

THING: Final[dict[type[facts.Statement], str]] = {
    facts.CaseOpened: "case",
    facts.SourceCited: "source",
    facts.PersonInRole: "person",
    facts.IncidentDescribed: "incident",
    facts.ChargeBrought: "charge",
    facts.ProceedingOpened: "proceeding",
    facts.InterventionMade: "intervention",
    facts.ConsentStated: "consent",
    facts.NextStep: "step",
}
"""The statements that bring a thing into the case, and the field with its identifier."""

REFERENCES: Final[dict[str, str]] = {
    "sources": "source",
    "person": "person",
    "persons": "person",
    "proceeding": "proceeding",
    "charges": "charge",
    "intervention": "intervention",
    "consent": "consent",
}
"""Fields that name things of the case, in whatever statement they stand."""


def thing_named(kind: type[Fact], name: str) -> str:
    """What kind of thing a field of a kind of fact refers to; empty when it refers to none."""
    if issubclass(kind, facts.Act) and name in {"by", "to"}:
        return "person"
    if issubclass(kind, facts.StepDone) and name == "step":  # that of a stage is only a word
        return "step"
    defines = issubclass(kind, facts.Statement) and THING.get(kind) == name
    return "" if defines else REFERENCES.get(name, "")


def nested(fact: Fact, path: str = "") -> Iterator[tuple[str, Fact]]:
    """A fact and every fact inside it, with the path that leads there."""
    yield path, fact
    for name in fact.__struct_fields__:
        value = getattr(fact, name)
        if isinstance(value, tuple):
            for n, one in enumerate(value, 1):
                if isinstance(one, Fact):
                    yield from nested(one, f"{path}{name}[{n}].")


def references(fact: Statement) -> Iterator[str]:
    """The things of the case that a statement, or what stands inside it, speaks of."""
    for _, holder in nested(fact):
        for name in holder.__struct_fields__:
            if thing_named(type(holder), name):
                yield from codes(getattr(holder, name))


def codes(value: object) -> tuple[str, ...]:
    """A field with one code or several, as several; an empty one has none."""
    if isinstance(value, str):
        return (value,) if value else ()
    if isinstance(value, tuple):
        return tuple(one for one in value if isinstance(one, str))
    return ()
