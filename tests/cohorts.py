"""Small cohorts made of people who do not exist, and the figures they give."""

from __future__ import annotations

from datetime import date

from candlemark.measure import (
    Attrition,
    AttritionGroup,
    Basis,
    Doubt,
    Durations,
    DurationsGroup,
    Horizon,
    Occupancy,
    OccupancyGroup,
    Quantile,
    StageDuration,
    StageRow,
    StateValue,
)

STATES = ("pending", "convicted", "acquitted", "dismissed")
STAGES = ("received", "charged", "judged")
HORIZONS = (30, 90, 270)


def basis(question, by="", *, overlap=False):
    return Basis(
        question=question,
        agency="Prosecutor of Nowhere",
        crosswalk="xx-nowhere",
        unit="accused",
        edition="2026.1",
        edition_fingerprint="0" * 64,
        as_of=date(2026, 3, 31),
        from_stage="recorded",
        from_own="received",
        by=by,
        batch="batch_00000000000000000000000000",
        ledger_size=7,
        ledger_head="ab" * 32,
        simulated=True,
        doubts=(Doubt("codes-overlap", "", 3),) if overlap else (),
    )


def share(state, count, of):
    p = count / of
    return StateValue(state, p, 0.01, max(p - 0.05, 0.0), min(p + 0.05, 1.0))


def occupancy_group(name, people):
    """``people``: pairs (day of the end or None, state)."""
    of = len(people)
    horizons = []
    for day in HORIZONS:
        ended = [state for end, state in people if end is not None and end <= day]
        counts = [of - len(ended), *(ended.count(state) for state in STATES[1:])]
        values = tuple(share(*pair, of) for pair in zip(STATES, counts, strict=True))
        horizons.append(Horizon(day, counts[0], values, tuple(counts[1:])))
    final = [state for end, state in people if end is not None]
    standing = (of - len(final), *(final.count(state) for state in STATES[1:]))
    return OccupancyGroup(name, of, STATES, standing, tuple(horizons), ())


def attrition_group(name, people):
    """``people``: pairs (place of the furthest stage, outcome or an empty text)."""
    rows = []
    for place, own in enumerate(STAGES):
        here = [outcome for furthest, outcome in people if furthest == place]
        ended = [outcome for outcome in here if outcome]
        by = tuple((state, ended.count(state)) for state in STATES[1:] if state in ended)
        reached = sum(furthest >= place for furthest, _ in people)
        rows.append(StageRow(own, own, reached, len(ended), len(here) - len(ended), by, 0))
    return AttritionGroup(name, len(people), tuple(rows))


def occupancy(groups, by=""):
    return Occupancy(
        basis("occupancy", by), tuple(occupancy_group(*item) for item in groups.items())
    )


def attrition(groups, by=""):
    return Attrition(
        basis("attrition", by), tuple(attrition_group(*item) for item in groups.items())
    )


def durations(groups, by=""):
    """``groups``: name to (stays, left, days of the three quantiles)."""
    made = []
    for name, (stays, left, days) in groups.items():
        quantiles = tuple(
            Quantile(q, day, day and day - 1, day and day + 1)
            for q, day in zip((0.25, 0.5, 0.75), days, strict=True)
        )
        row = StageDuration("charged", "charged", stays, left, stays - left, quantiles)
        made.append(DurationsGroup(name, stays, (row,)))
    return Durations(basis("durations", by), tuple(made))


HATE_CRIMES = attrition(
    {"": [(0, "")] * 5 + [(1, "")] * 6 + [(2, "")] * 1 + [(2, "convicted")] * 1}
)
"""Thirteen received, eight charged, two judged, one convicted: the small group of a real file."""
