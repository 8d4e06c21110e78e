"""What a figure stands on: enough to say what it means and to compute it again.

Whoever copies a number copies these with it.  ``basis`` fills them in from a cohort of a study,
``answers.asking`` from one of a stay table.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date  # noqa: TC003 - a kept figure is read back by its types
from typing import Final


@dataclass(frozen=True, slots=True)
class Basis:
    """What a figure stands on: enough to say what it means and to compute it again."""

    question: str
    """``occupancy``, ``attrition``, ``durations``, ``incidence``, ``comparison``,
    ``standardised`` or ``trend``."""
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
    """For a file of events: which column says what, as it was said or recognised.  For a joint
    figure: how each agency protected its numbers, and the SHA-256 of each file of counts."""
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
    "standardised": "direct-standardisation-of-aalen-johansen",
    "trend": "aalen-johansen-by-period",
    "flow": "count-kaplan-meier-aalen-johansen",
    "variants": "count",
    "rework": "count-aalen-johansen-first-passage",
    "stuck": "kaplan-meier-rank",
    "limits": "five-verdicts-aalen-johansen",
    "changes": "log-rank-fisher-holm",
    "coverage": "count",
}
"""The estimator of each question."""

ROBUST: Final = "jackknife-logit-95-pointwise"
"""Errors that hold without the Markov assumption and count units of one cluster as one."""
UNCERTAINTIES: Final = {
    "occupancy": "greenwood-logit-95-pointwise",
    "attrition": "everybody-counted",
    "durations": "log-band-95",
    "incidence": "greenwood-logit-95-pointwise",
    "comparison": "multiplier-band-95-holm",
    "standardised": ROBUST,
    "trend": ROBUST,
    "flow": "greenwood-logit-95-pointwise",
    "variants": "everybody-counted",
    "rework": "greenwood-logit-95-pointwise",
    "stuck": "compared-stays-counted",
    "limits": ROBUST,
    "changes": "greenwood-logit-95-pointwise",
    "coverage": "everybody-counted",
}
"""What the intervals of each question are; a count of everybody has none."""
DRAWN: Final = "-drawn-dates"
"""What follows a method where dates are known to a month or year: they are drawn many times, within
what they can be (docs/methods/coarse-dates.md)."""
DRAWN_ERRORS: Final = "jackknife-rubin-logit-95-pointwise"
"""Errors with what the drawn dates add."""
LINKED: Final = "rubin-over-links-logit-95-pointwise"
"""Errors with what uncertain links add."""


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
    wrong: float = 0.0
    """How often an answer of a person was taken to be wrong in the draws."""
    known: int = 0
    """Answers about pairs whose answer was known on which ``wrong`` rests; under 20 it is not
    measured but taken (``linkage.judging.measuring.TAKEN``)."""


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
    stage as the way ended or after that, and the stage is left out of a count from stays),
    ``codes-overlap`` (a unit stands in several groups, so groups do not add up), ``date-coarse``
    (known to the month or year; the intervals are as wide as that makes them), ``outcome-unknown``
    (ended with a code the crosswalk does not know, and counted as pending), ``end-date-wrong`` (has
    an end, but only with a date that cannot be right: before the unit entered, or after the last
    day the data can know of; counted as pending), ``end-undated`` (has an end, but without a date;
    counted as pending).  The last two are of whole units and have no stage.  Of a file of events
    also ``date-middle`` (a coarse date that stands in the middle of what it can be, in a question
    that does not draw dates: durations and comparison), ``no-end-named`` (pending, because
    nobody said which activity ends a case), ``after-end`` (said of a case after its end),
    ``crowded`` (steps of a day beyond 63) and ``not-complete`` (planned or begun, where a log tells
    events in several steps).  Of figures of several groups also
    ``group-small`` (in groups too small to be compared, which are left out), ``group-absent`` (in
    groups that say why there is no term, left out too) and ``mix-unshared`` (of a kind that some
    group lacks, and left out of the standard mix).
    """

    code: str
    stage: str
    count: int
