"""A case file as it stands: what the folds give and pages, commands and measures read.

Nothing here is stored.  Words are given per tongue, so that a page can pick the reader's
(``tongues.pick``); dates are as exact as their source; every item names the statements and sources
it comes from.  Only :class:`Person` holds names, from the identity part.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from candlemark.casefile.facts import (
        Forum,
        GroundStanding,
        SourceForm,
        StepForm,
        StepOutcome,
        Trigger,
        Turn,
    )
    from candlemark.casefile.standing import Saying
    from candlemark.dates import PartialDate


@dataclass(frozen=True, slots=True)
class Source:
    """Who or what says something in the case."""

    id: str
    form: SourceForm
    title: Mapping[str, str] = field(hash=False)
    address: str
    retrieved: PartialDate | None
    reliability: str
    """Term of ``reliability``; empty when nobody judged it."""
    reliability_rank: int
    """0 the most reliable; a source nobody judged ranks between fairly reliable and unreliable."""
    evidence: str
    person: str
    note: Mapping[str, str] = field(hash=False)
    statement: str


@dataclass(frozen=True, slots=True)
class Name:
    """A name as one source writes it."""

    text: str
    language: str
    sources: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody in the case.  ``names`` is empty where the identity is sealed apart or not known."""

    id: str
    roles: tuple[str, ...]
    is_public: bool
    note: Mapping[str, str] = field(hash=False)
    names: tuple[Name, ...]
    birth: PartialDate | None
    identity_notes: Mapping[str, str] = field(hash=False)
    statements: tuple[str, ...]
    sealed: bool = False
    """Whether who it is, if anybody said so, is sealed apart and not the reader's to read; False
    with no name means that nobody said so."""


@dataclass(frozen=True, slots=True)
class ActDone:
    """Who did what to whom."""

    offence: str
    by: tuple[str, ...]
    to: tuple[str, ...]
    words: Mapping[str, str] = field(hash=False)


@dataclass(frozen=True, slots=True)
class Ground:
    """A bias ground, and who stands behind it."""

    ground: str
    standing: GroundStanding
    sources: tuple[str, ...]
    words: Mapping[str, str] = field(hash=False)


@dataclass(frozen=True, slots=True)
class SpeechPart:
    """One of the six questions of the Rabat threshold and its answer."""

    part: str
    answer: str
    """``met``, ``not-met``, or a term of ``absences``; ``not-asked`` where nobody answered."""
    words: Mapping[str, str] = field(hash=False)


class Threshold(StrEnum):
    """Whether speech reaches the threshold of a criminal offence: all six parts must be met."""

    NOT_SPEECH = "not-speech"  # no part was answered
    MET = "met"
    NOT_MET = "not-met"
    OPEN = "open"  # none is denied, and not all are answered


@dataclass(frozen=True, slots=True)
class Incident:
    """What happened."""

    id: str
    when: PartialDate | None
    until: PartialDate | None
    country: str
    place: Mapping[str, str] = field(hash=False)
    acts: tuple[ActDone, ...]
    grounds: tuple[Ground, ...]
    indicators: tuple[str, ...]
    speech: tuple[SpeechPart, ...]
    threshold: Threshold
    speech_outcome: str
    words: Mapping[str, str] = field(hash=False)
    sources: tuple[str, ...]
    statement: str
    absent: Mapping[str, str] = field(default_factory=dict, hash=False)
    """Why fields hold nothing, where somebody said why: terms of ``absences`` by the field."""
    region: str = ""
    """Term of ``regions``."""
    wider: str = ""
    """The outermost term of ``regions`` it lies in; itself where nothing is around it."""


@dataclass(frozen=True, slots=True)
class Charge:
    """An accusation under one article against one person."""

    id: str
    person: str
    proceeding: str
    article: Mapping[str, str] = field(hash=False)
    offence: str
    bias: str
    sources: tuple[str, ...]
    statement: str


@dataclass(frozen=True, slots=True)
class Proceeding:
    """One course before one authority or court."""

    id: str
    forum: Forum
    authority: Mapping[str, str] = field(hash=False)
    agency: str
    mechanism: str
    country: str
    docket: str
    persons: tuple[str, ...]
    sources: tuple[str, ...]
    statement: str


@dataclass(frozen=True, slots=True)
class Number:
    """A number a source gives."""

    what: str
    """Term of ``claims``, or a word that no term says."""
    number: int
    unit: str


@dataclass(frozen=True, slots=True)
class StageEvent:
    """That a stage was reached, from every standing statement about it.

    Each field is the one of the statement that ranks first among those that fill it; where others
    say something else, the case file's ``contradictions`` hold both.
    """

    id: str
    """Identifier of the statement that ranks first."""
    stage: str
    stage_group: str
    """The outermost stage it is a part of (``enforced`` for ``pardoned``)."""
    when: PartialDate | None
    outcome: str
    outcome_group: str
    sentence: str
    sentence_group: str
    person: str
    proceeding: str
    charges: tuple[str, ...]
    authority: Mapping[str, str] = field(hash=False)
    final: PartialDate | None
    final_sources: tuple[str, ...]
    """Who says that it became final then; others may speak of the stage only."""
    final_note: Mapping[str, str] = field(hash=False)
    numbers: tuple[Number, ...]
    note: Mapping[str, str] = field(hash=False)
    sources: tuple[str, ...]
    """Every source of every statement about it."""
    statements: tuple[str, ...]
    supersedes: tuple[str, ...]
    follows: tuple[str, ...]
    """Other stage events, by ``id``, that came before this one."""
    recorded: int
    """Place of its earliest statement among those of the case."""
    absent: Mapping[str, str] = field(default_factory=dict, hash=False)
    """Why fields hold nothing, as the statement that ranks first says."""


class Why(StrEnum):
    """Why one of several statements is shown."""

    CHOSEN = "chosen"  # somebody decided, and said so
    RELIABILITY = "reliability"  # its source is judged more reliable
    PRECISION = "precision"  # it is more exact
    RECORDED_FIRST = "recorded-first"  # nothing tells them apart
    NOTHING_SHOWN = "nothing-shown"  # they stand beside each other


@dataclass(frozen=True, slots=True)
class Side:
    """What one statement says in a contradiction."""

    statement: str
    says: str
    """The disputed value as text: a date, a code, a number; for a whole statement its numbers or
    its date, or nothing."""
    sources: tuple[str, ...]
    numbers: tuple[Number, ...] = ()
    """The numbers in dispute, where it is about numbers."""


@dataclass(frozen=True, slots=True)
class Contradiction:
    """Statements that stand and cannot all be true, kept side by side."""

    kind: str
    """Name of the class of the statements (``StageReached``); ``mixed`` when they differ."""
    about: str
    """Identifier of the stage event or thing."""
    disputed: str
    """The field in dispute, a number by its name (``numbers.pardoned``); empty for a whole
    statement."""
    sides: tuple[Side, ...]
    """The shown one first."""
    shown: str
    """Statement that is shown; empty when nothing is."""
    why: Why
    words: Mapping[str, str] = field(hash=False)

    def __str__(self) -> str:
        said = " / ".join(f"{side.says or side.statement}" for side in self.sides)
        return f"{self.disputed or 'statements'}: {said} ({self.why.value})"


@dataclass(frozen=True, slots=True)
class SeenPending:
    """A source saw a proceeding still open on some day."""

    id: str
    proceeding: str
    person: str
    stage: str
    on: PartialDate
    authority: Mapping[str, str] = field(hash=False)
    note: Mapping[str, str] = field(hash=False)
    sources: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class LifeTurn:
    """Something changed for a person that is not a stage of justice."""

    id: str
    person: str
    turn: Turn
    when: PartialDate | None
    country: str
    words: Mapping[str, str] = field(hash=False)
    sources: tuple[str, ...]
    recorded: int
    absent: Mapping[str, str] = field(default_factory=dict, hash=False)


@dataclass(frozen=True, slots=True)
class LimitStart:
    """A day from which time limits run."""

    id: str
    trigger: Trigger
    when: PartialDate
    served: PartialDate | None
    person: str
    proceeding: str
    rules: tuple[str, ...]
    note: Mapping[str, str] = field(hash=False)
    sources: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back on an intervention."""

    id: str
    when: PartialDate | None
    words: Mapping[str, str] = field(hash=False)
    sources: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Intervention:
    """Somebody spoke up, and what came back."""

    id: str
    when: PartialDate | None
    by: Mapping[str, str] = field(hash=False)
    to: Mapping[str, str] = field(hash=False)
    mechanism: str
    persons: tuple[str, ...]
    words: Mapping[str, str] = field(hash=False)
    sources: tuple[str, ...]
    answers: tuple[Answer, ...]
    statement: str
    absent: Mapping[str, str] = field(default_factory=dict, hash=False)


@dataclass(frozen=True, slots=True)
class Note:
    """Something worth keeping beside the stages."""

    id: str
    when: PartialDate | None
    persons: tuple[str, ...]
    words: Mapping[str, str] = field(hash=False)
    sources: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ConsentEnd:
    """That a consent was taken back."""

    id: str
    when: PartialDate | None
    words: Mapping[str, str] = field(hash=False)
    sources: tuple[str, ...]
    recorded: int
    """Place among the statements of the case."""


@dataclass(frozen=True, slots=True)
class Consent:
    """What a person answered about one use.  Whether it counts: ``consent.answer``."""

    id: str
    person: str
    use: str
    answer: str
    """``given``, ``refused``, or another term of ``absences``."""
    when: PartialDate | None
    review: PartialDate | None
    words: Mapping[str, str] = field(hash=False)
    withdrawals: tuple[ConsentEnd, ...]
    sources: tuple[str, ...]
    statement: str
    recorded: int
    """Place among the statements of the case."""
    detail: str = ""
    """Term of ``consent-details``; empty when nobody asked how exactly it may be told."""


@dataclass(frozen=True, slots=True)
class Restraint:
    """What may not be done for a person's sake."""

    person: str
    restraints: tuple[str, ...]
    words: Mapping[str, str] = field(hash=False)
    sources: tuple[str, ...]
    statement: str


@dataclass(frozen=True, slots=True)
class StepEnd:
    """That a next step is over."""

    id: str
    when: PartialDate | None
    outcome: StepOutcome
    words: Mapping[str, str] = field(hash=False)
    sources: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Step:
    """Something to be done or to happen next; ``end`` is None while it is waited for."""

    id: str
    what: Mapping[str, str] = field(hash=False)
    due: PartialDate | None
    form: StepForm
    person: str
    proceeding: str
    end: StepEnd | None
    sources: tuple[str, ...]
    statement: str


@dataclass(frozen=True, slots=True)
class MergedCase:
    """A case whose statements another one shows now."""

    id: str
    titles: Mapping[str, str] = field(hash=False)
    reference: str
    statement: str
    """The one that opened it."""


@dataclass(frozen=True, slots=True)
class Move:
    """That statements went from one case to another."""

    id: str
    case: str
    """Where they were said, or had come before."""
    to: str
    statements: tuple[str, ...]
    words: Mapping[str, str] = field(hash=False)


@dataclass(frozen=True, slots=True)
class CaseFile:
    """Everything that stands about one case.  Lists are in the order things were first said."""

    id: str
    title: str
    """Neutral, in the tongue it was first given in; ``titles`` has every tongue."""
    titles: Mapping[str, str] = field(hash=False)
    reference: str
    edition: str
    """The edition the case was opened under; each statement names its own."""
    opened: datetime
    """When the entry says it was written: a claim."""
    incidents: tuple[Incident, ...]
    persons: tuple[Person, ...]
    charges: tuple[Charge, ...]
    proceedings: tuple[Proceeding, ...]
    stage_events: tuple[StageEvent, ...]
    sources: tuple[Source, ...]
    contradictions: tuple[Contradiction, ...]
    seen_pending: tuple[SeenPending, ...]
    life: tuple[LifeTurn, ...]
    limit_starts: tuple[LimitStart, ...]
    interventions: tuple[Intervention, ...]
    notes: tuple[Note, ...]
    history: tuple[Saying, ...]
    consents: tuple[Consent, ...] = ()
    restraints: tuple[Restraint, ...] = ()
    steps: tuple[Step, ...] = ()
    """What is to be done next, and what was."""
    merged_into: str = ""
    """The case that shows all of this now; empty when it was not merged into another."""
    merged: tuple[MergedCase, ...] = ()
    """The cases that were merged into this one, which shows what was said in them."""
    closed: bool = False
    """Whether identities in it are not the reader's to read: their keys or their role say so."""
    moves: tuple[Move, ...] = ()
    """Statements that went from here to another case, or came from one."""

    @property
    def incident(self) -> Incident | None:
        """The incident the case is about; the first when there are several."""
        return self.incidents[0] if self.incidents else None
