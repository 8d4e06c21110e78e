"""Figures: numbers that carry their question, their definition and their place in the ledger.

A figure here is *unprotected*: it is exact, it is for people inside the vault, and nothing that
publishes accepts it.  ``protect`` turns it into a ``ProtectedFigure``; there is no other way out.

Counts are counts of the cohort's unit (complaints, accused persons, cases), never of rows.
*Pending* is a case that had not ended when we stopped looking.  It is never left out and never
counted as an end.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date  # noqa: TC003 - a kept figure is read back by its types

from candlemark.measure.estimators import Quantile  # noqa: TC001 - read back by its types
from candlemark.measure.grounds import (
    DRAWN,
    DRAWN_ERRORS,
    METHODS,
    ROBUST,
    UNCERTAINTIES,
    Basis,
    Doubt,
    Filled,
)

__all__ = [
    "DRAWN",
    "DRAWN_ERRORS",
    "METHODS",
    "PENDING",
    "ROBUST",
    "UNCERTAINTIES",
    "Attrition",
    "AttritionGroup",
    "Basis",
    "Break",
    "Cell",
    "Comparison",
    "Course",
    "CurvePoint",
    "Doubt",
    "Durations",
    "DurationsGroup",
    "Figure",
    "Filled",
    "Horizon",
    "Incidence",
    "IncidenceGroup",
    "Occupancy",
    "OccupancyGroup",
    "Period",
    "PeriodValue",
    "ReachedBy",
    "Segment",
    "StageDuration",
    "StageReached",
    "StageRow",
    "StandardGroup",
    "StandardValue",
    "Standardised",
    "StateValue",
    "Stratum",
    "Tested",
    "Trend",
]

PENDING = "pending"
"""The state of a case that has not ended; every occupancy has it."""


@dataclass(frozen=True, slots=True)
class StateValue:
    """Probability of standing in one state at one horizon, with its 95 % interval."""

    state: str
    """``pending`` or the code of a group of outcomes (or of a stage)."""
    p: float
    se: float
    low: float
    high: float
    earliest: float | None = None
    """The smallest value when all dates known to a month or year are put at one end of what they
    can be; None where every date is exact."""
    latest: float | None = None
    """The largest one."""


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
    earliest: tuple[float, ...] = ()
    """As in :class:`StateValue`; empty where every date is exact."""
    latest: tuple[float, ...] = ()


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


@dataclass(frozen=True, slots=True)
class ReachedBy:
    """The probability that a stage was reached by the end of a day, with its 95 % interval."""

    day: int
    at_risk: int
    """Units that had neither reached it nor ended, and were seen, just before the day ends."""
    p: float
    se: float
    low: float
    high: float
    earliest: float | None = None
    """As in :class:`StateValue`: with all coarse dates at one end; None where dates are exact."""
    latest: float | None = None


@dataclass(frozen=True, slots=True)
class StageReached:
    """One stage: how many reached it by when, those who ended otherwise counted as such.

    ``reached``, ``otherwise``, ``pending`` and ``unknown`` add up to the units that entered, where
    all were seen from their entry on.
    """

    stage: str
    own: str
    reached: int
    otherwise: int
    """Ended without reaching it."""
    pending: int
    """Neither, on the last day looked at."""
    unknown: int
    """Reached it on a day nobody can tell; left out of the probabilities."""
    horizons: tuple[ReachedBy, ...]
    curve: tuple[ReachedBy, ...]
    """On every day on which somebody reached it."""


@dataclass(frozen=True, slots=True)
class IncidenceGroup:
    """How soon the cases of one group reach each stage."""

    group: str
    entered: int
    rows: tuple[StageReached, ...]


@dataclass(frozen=True, slots=True)
class Incidence:
    """Of those who entered, how many had ever reached a stage by when (Aalen-Johansen).

    Not where they stand: a case that reached a stage and went on has reached it all the same.
    """

    basis: Basis
    groups: tuple[IncidenceGroup, ...]


@dataclass(frozen=True, slots=True)
class Cell:
    """How far two groups are apart in one state on one day: ``group`` minus the last group."""

    day: int
    state: str
    difference: float
    se: float
    low: float
    high: float
    """95 % interval of this cell by itself."""
    band_low: float
    band_high: float
    """A band that holds all cells of the figure at once in 95 %."""
    p_value: float
    """Holm's, adjusted for all other cells."""
    group: str = ""
    """Code of the group; what it is compared with stands last among the figure's groups."""
    earliest: float | None = None
    """As in :class:`StateValue`: with all coarse dates at one end; None where dates are exact."""
    latest: float | None = None


@dataclass(frozen=True, slots=True)
class Tested:
    """One test of whether the groups differ at all.

    ``code`` is ``anywhere`` (in where units stand, over all cells), ``log-rank`` (in how soon
    ``state`` is left), ``cause-specific`` (in how soon ``state`` is left for ``to``) or ``gray``
    (in how many ever reach ``state`` by when).
    """

    code: str
    state: str
    statistic: float | None
    freedom: int | None
    p_value: float
    to: str = ""
    adjusted: float | None = None
    """Holm's, adjusted for all other tests of rates and shares; None of the first, which is one."""


@dataclass(frozen=True, slots=True)
class Comparison:
    """How groups differ in where their units stand, and whether that can be chance."""

    basis: Basis
    groups: tuple[OccupancyGroup, ...]
    """Each but the last is compared with the last."""
    cells: tuple[Cell, ...]
    tests: tuple[Tested, ...]


@dataclass(frozen=True, slots=True)
class Stratum:
    """Cases of one kind: a part of the mix."""

    terms: tuple[str, ...]
    """One for each scheme of ``Standardised.over``; several terms of a unit are joined by `` + ``.
    """
    weight: float
    """Its share in the standard mix; 0 where it is left out."""
    sizes: tuple[int, ...]
    """Units of each group, in the order of the figure's groups."""
    kept: bool
    """False where a group has none, or too few to say anything: left out for all groups."""


@dataclass(frozen=True, slots=True)
class StandardValue:
    """One state on one day: under the standard mix, and as it was."""

    day: int
    state: str
    p: float
    se: float
    low: float
    high: float
    crude: float
    """The same units under the mix they have."""
    crude_low: float
    crude_high: float


@dataclass(frozen=True, slots=True)
class StandardGroup:
    """One group under the standard mix."""

    group: str
    entered: int
    used: int
    """Units in the strata that all groups have."""
    values: tuple[StandardValue, ...]


@dataclass(frozen=True, slots=True)
class Standardised:
    """Groups compared as if they had the same mix of cases (direct standardisation)."""

    basis: Basis
    groups: tuple[StandardGroup, ...]
    over: tuple[str, ...]
    """The schemes the mix is made of."""
    to: str
    """Code of the group whose mix is the standard; empty: all groups together."""
    strata: tuple[Stratum, ...]
    share: float
    """Share of all units that stand in strata which all groups have."""


@dataclass(frozen=True, slots=True)
class Period:
    """The units that entered in one period."""

    group: str
    """The period: ``2024``, ``2024-Q3``, ``2024-09``."""
    entered: int


@dataclass(frozen=True, slots=True)
class PeriodValue:
    """What one period's cohort says; None where it has not been watched for long enough."""

    watched: int
    """Units that entered so long before the last day looked at."""
    p: float | None
    se: float | None
    low: float | None
    high: float | None


@dataclass(frozen=True, slots=True)
class Segment:
    """The periods between two breaks."""

    first: str
    last: str
    values: int
    """How many of its periods have a value."""
    slope: float | None
    """Change from one period to the next; None with fewer than two values."""
    low: float | None
    high: float | None
    p_slope: float | None
    p_change: float | None
    """Of "no change at all"."""


@dataclass(frozen=True, slots=True)
class Course:
    """One state at one time after entry, over all periods."""

    day: int
    state: str
    points: tuple[PeriodValue, ...]
    """In the order of the figure's groups."""
    segments: tuple[Segment, ...]


@dataclass(frozen=True, slots=True)
class Break:
    """A day from which something else was recorded, or in another way; nothing is computed across.

    ``what`` is ``tracked`` (the agency began to see its cases), ``crosswalk`` (a revised reading of
    its files begins or ends), ``edition`` (its files were coded under a new edition) or ``stated``
    (whoever asked said so).
    """

    day: date
    what: str
    says: str
    """Which agency, crosswalk or edition; in the words of whoever asked where it was stated."""
    period: str = ""
    """The first period after it; empty where none begins or lies after it."""


@dataclass(frozen=True, slots=True)
class Trend:
    """The same question to the cohorts of several periods."""

    basis: Basis
    groups: tuple[Period, ...]
    courses: tuple[Course, ...]
    breaks: tuple[Break, ...]


Figure = Occupancy | Attrition | Durations | Incidence | Comparison | Standardised | Trend
