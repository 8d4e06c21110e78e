"""Figures: numbers that carry their question, their definition and their place in the ledger.

A figure here is *unprotected*: it is exact, it is for people inside the vault, and nothing that
publishes accepts it.  ``protect`` turns it into a ``ProtectedFigure``; there is no other way out.

Counts are counts of the cohort's unit (complaints, accused persons, cases), never of rows.
*Pending* is a case that had not ended when we stopped looking.  It is never left out and never
counted as an end.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import date

    from candlemark.measure.estimators import Quantile

PENDING = "pending"
"""The state of a case that has not ended; every occupancy has it."""


@dataclass(frozen=True, slots=True)
class Basis:
    """What a figure stands on: enough to say what it means and to compute it again."""

    question: str
    """``occupancy``, ``attrition`` or ``durations``."""
    agency: str
    """The agency's own name, or the name of the vault for cases entered by hand."""
    crosswalk: str
    """Code of the crosswalk, or an empty text for cases entered by hand."""
    unit: str
    """Code of the counting unit in the scheme ``counting-units``."""
    edition: str
    edition_fingerprint: str
    as_of: date
    """The last day looked at.  Cases open then are pending; later dates are not events."""
    from_stage: str
    """Code of the stage at which cases enter the cohort, in the scheme ``stages``."""
    from_own: str
    """The agency's own name of that stage."""
    by: str
    """Code of the scheme the groups come from; empty when there is one group."""
    batch: str
    """Identifier of the batch, or an empty text for cases entered by hand."""
    ledger_size: int
    """Number of leaves the ledger had when the figure was computed."""
    ledger_head: str
    """Hash of the ledger at that size, in hex."""
    simulated: bool
    """True when the data are invented for demonstration; every page says so."""
    doubts: tuple[Doubt, ...] = ()
    """What was found odd in the data of this cohort, with counts."""
    as_of_stated: bool = True
    """False when nobody said of which day the data are, and the latest day in them was taken."""


@dataclass(frozen=True, slots=True)
class Doubt:
    """Something odd in the cohort's data that a reader of the figure must know.

    ``code`` is one of ``date-before-start``, ``date-after-as-of``, ``undated``, ``no-start-date``,
    ``length-unknown`` (in a stage for a time nobody can tell),
    ``codes-overlap`` (a unit stands in several groups, so groups do not add up), ``date-coarse``
    (known to the month or year; the intervals are as wide as that makes them), ``outcome-unknown``
    (ended with a code the crosswalk does not know, and counted as pending), ``end-date-wrong`` (has
    an end, but only with a date that cannot be right: before the unit entered, or after the last
    day the data can know of; counted as pending), ``end-undated`` (has an end, but without a date;
    counted as pending).  The last two are of whole units and have no stage.
    """

    code: str
    stage: str
    count: int


@dataclass(frozen=True, slots=True)
class StateValue:
    """Probability of standing in one state at one horizon, with its 95 % interval."""

    state: str
    """``pending`` or the code of a group of outcomes (or of a stage)."""
    p: float
    se: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Horizon:
    """The occupancy ``day`` days after entry."""

    day: int
    at_risk: int
    """Units still under observation and not ended just before this day ends."""
    values: tuple[StateValue, ...]
    ended: tuple[int, ...]
    """Units that were seen to end by then, in the order of the ends; what the shares rest on."""


@dataclass(frozen=True, slots=True)
class CurvePoint:
    """The occupancy just after one day on which something happened."""

    day: int
    at_risk: int
    p: tuple[float, ...]
    """In the order of the group's ``states``."""
    low: tuple[float, ...]
    high: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class OccupancyGroup:
    """Where the cases of one group stand, over time since entry."""

    group: str
    """Code of a term of ``Basis.by``; empty for everybody."""
    entered: int
    states: tuple[str, ...]
    """``pending`` first, then the ends in the order of the definition."""
    standing: tuple[int, ...]
    """How many stand in each state on the as-of day; adds up to ``entered``."""
    horizons: tuple[Horizon, ...]
    curve: tuple[CurvePoint, ...]


@dataclass(frozen=True, slots=True)
class Occupancy:
    """Of those who entered, how many stand where after how long (Aalen-Johansen)."""

    basis: Basis
    groups: tuple[OccupancyGroup, ...]


@dataclass(frozen=True, slots=True)
class StageRow:
    """One stage of an attrition table.

    Over all rows of a group, ``ended`` and ``pending`` add up to ``entered``: each unit is
    counted once, at the furthest stage it reached.
    """

    stage: str
    own: str
    reached: int
    ended: int
    """Furthest stage is this one, and the case has ended."""
    pending: int
    """Furthest stage is this one, and the case has not ended."""
    ended_by: tuple[tuple[str, int], ...]
    """``ended`` split by group of outcomes, in the order of the definition."""
    in_doubt: int
    """Units whose date for this stage cannot be right (before entry, after the as-of day)."""


@dataclass(frozen=True, slots=True)
class AttritionGroup:
    """The stages one group of cases reached."""

    group: str
    entered: int
    rows: tuple[StageRow, ...]


@dataclass(frozen=True, slots=True)
class Attrition:
    """How many reach each stage, with the pending ones shown apart."""

    basis: Basis
    groups: tuple[AttritionGroup, ...]
    ends: tuple[str, ...] = ()
    """Groups of outcomes in which a way can end, in the order of the definition."""


@dataclass(frozen=True, slots=True)
class StageDuration:
    """Time in one stage, from reaching it to the next stage or the end (Kaplan-Meier)."""

    stage: str
    own: str
    entered: int
    ended: int
    """Stays that are over: the unit went on or ended."""
    pending: int
    """Stays that were still open on the as-of day."""
    quantiles: tuple[Quantile, ...]


@dataclass(frozen=True, slots=True)
class DurationsGroup:
    """How long the cases of one group stay in each stage."""

    group: str
    entered: int
    rows: tuple[StageDuration, ...]


@dataclass(frozen=True, slots=True)
class Durations:
    """How long each stage takes, open stays counted as open."""

    basis: Basis
    groups: tuple[DurationsGroup, ...]


Figure = Occupancy | Attrition | Durations
