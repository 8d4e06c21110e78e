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

_NEWEST: Final = (
    ("case.opened", 1, CaseOpened),
    ("case.source", 2, SourceCited),
    ("case.person", 1, PersonInRole),
    ("case.identity", 3, IdentityStated),
    ("case.incident", 4, IncidentDescribed),
    ("case.charge", 1, ChargeBrought),
    ("case.proceeding", 1, ProceedingOpened),
    ("case.stage", 3, StageReached),
    ("case.still-pending", 2, StillPending),
    ("case.life", 3, LifeTurned),
    ("case.limit", 2, LimitTriggered),
    ("case.intervention", 3, InterventionMade),
    ("case.answer", 2, InterventionAnswered),
    ("case.contradiction", 1, ContradictionNoted),
    ("case.note", 2, NoteMade),
    ("case.withdrawn", 1, Withdrawn),
    ("case.consent", 3, ConsentStated),
    ("case.consent-withdrawn", 2, ConsentWithdrawn),
    ("case.restraint", 1, RestraintStated),
    ("case.next-step", 2, NextStep),
    ("case.step-done", 2, StepDone),
    ("case.merged", 1, CaseMerged),
    ("case.split", 1, StatementsMoved),
)
"""The newest version of each kind.  Every version so far has only added what has a default (why
there is no answer; the other bound of a date; the region of an incident), so that one class reads
all of them."""

KINDS: Final = Kinds.of(
    *(
        (code, version, meaning)
        for code, newest, meaning in _NEWEST
        for version in range(1, newest + 1)
    )
)
"""Every kind of entry this floor can say, and the class it is read as."""
