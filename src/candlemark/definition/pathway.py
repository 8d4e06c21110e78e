"""The way of a case before one state's authorities, as its law draws it: stages, moves, limits.

A pathway is data (docs/formats/pathway.md).  It is used to tell, never to refuse: what a case did
is recorded as it was, and a move the pathway does not know is shown as such.  Whatever was not
read in the text of the law is marked as to be confirmed, and a limit whose length nobody knows has
none: a wrong last day is worse than the words "look it up".
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

GENERIC: Final = "generic"
"""Code of the pathway for a state that has none of its own."""


@dataclass(frozen=True, slots=True)
class Basis:
    """What a line of a pathway rests on."""

    article: str
    """The article of law; empty when it is not known."""
    source: str
    """Where it was read; empty when it was not."""
    confirmed: bool
    """False: to be confirmed against the text of the law in force."""
    note: str


@dataclass(frozen=True, slots=True)
class PathwayStage:
    """A stage the state's procedure has."""

    stage: str
    """Term of ``stages``."""
    labels: Mapping[str, str] = field(hash=False)
    """What it is called in this state, where that helps; may be empty."""
    basis: Basis


@dataclass(frozen=True, slots=True)
class Transition:
    """A move that the state's procedure knows."""

    start: str
    end: str
    agency: str
    """Term of ``agency-types``, of whoever makes it; empty when several may."""
    basis: Basis


class Which(StrEnum):
    """Which stage event of a way a limit runs from, where there are several of one stage."""

    FIRST = "first"
    LAST = "last"
    EACH = "each"


class Unit(StrEnum):
    """In what a limit is counted; working days are not, because no calendar of them is kept."""

    DAYS = "days"
    MONTHS = "months"


@dataclass(frozen=True, slots=True)
class NationalLimit:
    """A time limit of the state's law."""

    code: str
    labels: Mapping[str, str] = field(hash=False)
    start: str
    """Term of ``stages``: the stage it runs from."""
    which: Which
    outcomes: tuple[str, ...]
    """Terms of ``outcomes``, outermost; it runs only from such a decision.  Empty: from any."""
    decided: bool
    """It runs only from a stage that has an outcome: an appeal that was decided."""
    until: str
    """Term of ``stages``: the stage that answers it."""
    length: int
    """0 where nobody could confirm it; then no last day is given."""
    unit: Unit
    counted: str
    """How the law counts, in words: from what, and what a holiday does."""
    first: date
    last: date
    """Days of the decision for which it holds."""
    basis: Basis


@dataclass(frozen=True, slots=True)
class Pathway:
    """The pathway of one state, or the generic one."""

    code: str
    version: int
    edition: str
    country: str
    """ISO 3166-1 alpha-2; empty for the generic one."""
    labels: Mapping[str, str] = field(hash=False)
    notes: Mapping[str, str] = field(hash=False)
    author: str
    stages: tuple[PathwayStage, ...]
    transitions: tuple[Transition, ...]
    limits: tuple[NationalLimit, ...]
    fingerprint: str
    """SHA-256 of the file, in hex."""
    file: bytes = field(repr=False)

    def after(self, stage: str) -> frozenset[str]:
        """The stages that come straight after ``stage``."""
        return frozenset(one.end for one in self.transitions if one.start == stage)

    def reaches(self, start: str, end: str, *, forward: bool = False) -> bool:
        """Whether the moves lead from one stage to another, however many lie between.

        ``forward`` leaves out the moves that lead back, as when an appeal sends a case back to be
        investigated again.
        """
        place = {one.stage: n for n, one in enumerate(self.stages)}
        seen: set[str] = set()
        waiting = [start]
        while waiting:
            stage = waiting.pop()
            for after in self.after(stage):
                if forward and place[after] < place[stage]:
                    continue
                if after == end:
                    return True
                if after not in seen:
                    seen.add(after)
                    waiting.append(after)
        return False
