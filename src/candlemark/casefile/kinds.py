"""How each statement of a case is named in the ledger, and in which versions it can be read."""

from __future__ import annotations

from typing import Final

from candlemark.casefile.facts import (
    CaseMerged,
    CaseOpened,
    ChargeBrought,
    ConsentStated,
    ConsentWithdrawn,
    ContradictionNoted,
    IdentityStated,
    IncidentDescribed,
    InterventionAnswered,
    InterventionMade,
    LifeTurned,
    LimitTriggered,
    NextStep,
    NoteMade,
    PersonInRole,
    ProceedingOpened,
    RestraintStated,
    SourceCited,
    StageReached,
    StatementsMoved,
    StepDone,
    StillPending,
    Withdrawn,
)
from candlemark.ledger import Kinds

KINDS: Final = Kinds.of(
    ("case.opened", 1, CaseOpened),
    ("case.source", 1, SourceCited),
    ("case.person", 1, PersonInRole),
    ("case.identity", 1, IdentityStated),
    ("case.identity", 2, IdentityStated),
    ("case.incident", 1, IncidentDescribed),
    ("case.incident", 2, IncidentDescribed),
    ("case.charge", 1, ChargeBrought),
    ("case.proceeding", 1, ProceedingOpened),
    ("case.stage", 1, StageReached),
    ("case.stage", 2, StageReached),
    ("case.still-pending", 1, StillPending),
    ("case.life", 1, LifeTurned),
    ("case.life", 2, LifeTurned),
    ("case.limit", 1, LimitTriggered),
    ("case.intervention", 1, InterventionMade),
    ("case.intervention", 2, InterventionMade),
    ("case.answer", 1, InterventionAnswered),
    ("case.contradiction", 1, ContradictionNoted),
    ("case.note", 1, NoteMade),
    ("case.withdrawn", 1, Withdrawn),
    ("case.consent", 1, ConsentStated),
    ("case.consent-withdrawn", 1, ConsentWithdrawn),
    ("case.restraint", 1, RestraintStated),
    ("case.next-step", 1, NextStep),
    ("case.step-done", 1, StepDone),
    ("case.merged", 1, CaseMerged),
    ("case.split", 1, StatementsMoved),
)
"""Every kind of entry this floor can say, and the class it is read as."""
