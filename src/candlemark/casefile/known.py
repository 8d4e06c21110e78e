"""What a case holds already, when something more is about to be said of it."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from candlemark.casefile.facts import ConsentStated, NextStep
from candlemark.casefile.standing import standing
from candlemark.casefile.things import THING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from candlemark.casefile.facts import Statement
    from candlemark.ledger import Entry


@dataclass(slots=True)
class Known:
    """What a case holds already, and what this action has added so far."""

    said: dict[str, Statement] = field(default_factory=dict)
    standing: set[str] = field(default_factory=set)
    things: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))

    def add(self, fact: Statement) -> None:
        """Let ``fact`` be known."""
        self.said[fact.id] = fact
        self.standing.add(fact.id)
        self.standing.difference_update(fact.supersedes)
        if type(fact) in THING:
            self.things[THING[type(fact)]].add(getattr(fact, THING[type(fact)]))

    def person_of(self, thing: str) -> str:
        """The person a consent or a next step is about; empty when it is about nobody."""
        for fact in self.said.values():
            if isinstance(fact, ConsentStated | NextStep) and thing == getattr(
                fact, THING[type(fact)]
            ):
                return fact.person
        return ""

    def standing_facts(self) -> tuple[Statement, ...]:
        """The statements that still stand, in the order they were said."""
        return tuple(fact for one, fact in self.said.items() if one in self.standing)


def known_of(said: Sequence[tuple[Entry, Statement]]) -> Known:
    """What the statements of one case make known."""
    known = Known()
    for _, fact in said:
        known.add(fact)
    live = standing(said).live
    known.standing = {fact.id for fact in live}
    known.things = defaultdict(set)
    for fact in live:
        if type(fact) in THING:
            known.things[THING[type(fact)]].add(getattr(fact, THING[type(fact)]))
    return known
