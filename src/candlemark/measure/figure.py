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
from typing import Final

from candlemark.measure.estimators import Quantile  # noqa: TC001 - the same

PENDING = "pending"
"""The state of a case that has not ended; every occupancy has it."""


@dataclass(frozen=True, slots=True)
class Basis:
    """What a figure stands on: enough to say what it means and to compute it again."""

    question: str
    """``occupancy``, ``attrition``, ``durations`` or ``incidence``."""
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
    at: tuple[int, ...] = ()
    """The horizons asked for, in days after entry; empty where the question has none."""
    crosswalk_fingerprint: str = ""
    """Of the crosswalk the batch was read by; empty for cases entered by hand."""
    source: str = ""
    """SHA-256 in hex of the file of events, for a figure that was made without a vault."""
    tracked_from: date | None = None
    """First day on which the agency could see a unit end; None when it is from its entry on."""
    known_until: date | None = None
    """The last day the data can know of."""
    method: str = ""
    """The estimator, by its code: one of :data:`METHODS`."""
    uncertainty: str = ""
    """What the intervals are: one of :data:`UNCERTAINTIES`."""
    coverage: tuple[Filled, ...] = ()
    """What the source fills in, as far as this figure needs it."""
    left_out: int = 0
    """Cases that may not be counted, because consent was refused or withdrawn."""
    window: tuple[str, str] = ("", "")
    """First and last day on which a unit could enter, as ISO 8601; empty is without an end."""
    where: tuple[tuple[str, str], ...] = ()
    """Scheme and term: only units coded by one of the terms of each scheme entered."""
    stepwise: bool = False
    """True when the states are those of a stay table, each stage and each end by itself."""
    reading: tuple[tuple[str, str], ...] = ()
    """For a file of events: which column says what, as it was said or recognised."""

    links: LinkBasis | None = None
    """For a figure across agencies: by which links records are one.  Left out of the document
    where there is none."""

    @property
    def weakest(self) -> Filled | None:
        """The input with the smallest share filled in; None where all of it is."""
        lacking = [one for one in self.coverage if one.known < one.of]
        return min(lacking, key=lambda one: one.known / one.of, default=None)


METHODS: Final = {
    "occupancy": "aalen-johansen",
    "attrition": "count",
    "durations": "kaplan-meier",
    "incidence": "aalen-johansen-first-passage",
    "comparison": "difference-of-aalen-johansen",
}
"""The estimator of each question."""

UNCERTAINTIES: Final = {
    "occupancy": "greenwood-logit-95-pointwise",
    "attrition": "everybody-counted",
    "durations": "log-band-95",
    "incidence": "greenwood-logit-95-pointwise",
    "comparison": "multiplier-band-95-holm",
}
DRAWN: Final = "-drawn-dates"
"""What follows a method where dates are known to a month or year: they are drawn many times, within
what they can be (docs/methods/coarse-dates.md)."""
DRAWN_ERRORS: Final = "jackknife-rubin-logit-95-pointwise"
"""Errors with what the drawn dates add."""
LINKED: Final = "rubin-over-links-logit-95-pointwise"
"""Errors with what uncertain links add."""
ROBUST: Final = "jackknife-logit-95-pointwise"
"""Errors that hold without the Markov assumption and count units of one cluster as one."""
"""What the intervals of each question are; a count of everybody has none."""


@dataclass(frozen=True, slots=True)
class LinkedSource:
    """Another agency's batch whose records continue those of the figure's own."""

    crosswalk: str
    """Empty for the case files of the vault."""
    batch: str


@dataclass(frozen=True, slots=True)
class LinkBasis:
    """By which links a figure across agencies took records for one."""

    how: str
    """``automatic``: every link from the automatic threshold on; ``sampled``: drawn by their
    probability, with what that adds to the intervals; ``threshold``: every link from
    ``threshold`` on."""
    unit: str
    """``case`` or ``person``: what a link is between."""
    sources: tuple[LinkedSource, ...]
    runs: tuple[str, ...]
    """Runs the pairs are of."""
    judgements: int
    """Answers of people that count among them."""
    state: str
    """SHA-256 over all pairs, probabilities and judgements that stood, in hex."""
    threshold: float
    """The automatic one, or the one asked for."""
    people: float
    """Under this probability no pair was kept."""
    draws: int = 0
    """How many groupings were drawn; 0 where none was."""


@dataclass(frozen=True, slots=True)
class Filled:
    """How much of one input is there: so many of so many units have it.

    ``what`` is ``date`` (of the units that reached the stage ``code``, with a date that can be
    right), ``group`` (of those who entered, with a term of the scheme ``code``; unknown, refused
    and not asked are none) or ``end`` (of those said to have ended, with a way of ending that the
    crosswalk knows).
    """

    what: str
    code: str
    known: int
    of: int


@dataclass(frozen=True, slots=True)
class Doubt:
    """Something odd in the cohort's data that a reader of the figure must know.

    ``code`` is one of ``date-before-start``, ``date-after-as-of``, ``undated``, ``no-start-date``,
    ``length-unknown`` (in a stage for a time nobody can tell), ``reached-at-the-end`` (reached the
    stage as the way ended or after that, and the stage is left out of an answer from stays),
    ``codes-overlap`` (a unit stands in several groups, so groups do not add up), ``date-coarse``
    (known to the month or year; the intervals are as wide as that makes them), ``outcome-unknown``
    (ended with a code the crosswalk does not know, and counted as pending), ``end-date-wrong`` (has
    an end, but only with a date that cannot be right: before the unit entered, or after the last
    day the data can know of; counted as pending), ``end-undated`` (has an end, but without a date;
    counted as pending).  The last two are of whole units and have no stage.  Of a file of events
    also ``date-middle`` (a coarse date that stands in the middle of what it can be, in a question
    that does not draw dates: durations and comparison), ``after-end`` (said of a case after its
    end) and ``crowded`` (steps of a day beyond 63).
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
    """How far two groups are apart in one state on one day: the first minus the second."""

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


@dataclass(frozen=True, slots=True)
class Tested:
    """One test of whether the two groups differ at all.

    ``code`` is ``anywhere`` (in where units stand, over all cells), ``log-rank`` (in how soon
    ``state`` is left) or ``gray`` (in how many ever reach ``state`` by when).
    """

    code: str
    state: str
    statistic: float | None
    freedom: int | None
    p_value: float


@dataclass(frozen=True, slots=True)
class Comparison:
    """How two groups differ in where their units stand, and whether that can be chance."""

    basis: Basis
    groups: tuple[OccupancyGroup, ...]
    """The two, the first of which is compared with the second."""
    cells: tuple[Cell, ...]
    tests: tuple[Tested, ...]


Figure = Occupancy | Attrition | Durations | Incidence | Comparison
