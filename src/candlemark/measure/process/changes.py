"""What changed between two periods: moves, times in states, and ways.

The two are cohorts of one stay table, told apart by when their units entered.  The later one has
been watched for less long, so nothing here compares counts so far, which would show every young
cohort as fast and short:

- of a move, the probability of having made it within so many days of coming to the state
  (Aalen-Johansen), and a cause-specific log-rank test of its rate;
- of a state, the quartiles of the time in it (Kaplan-Meier), and a log-rank test;
- of a variant, the share of units whose first so many days it is, only among units that could be
  watched for so long, and Fisher's exact test.

All tests of one answer are one family: beside each p-value stands the one adjusted for their
number (Holm).  A test that is not made (too few, or nothing happened) has neither.  A difference
says that the two periods differ.  It does not say why: who came, how they were recorded, or what
was done.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

import numpy as np

from candlemark.errors import NotMeasurable
from candlemark.measure.estimators import (
    TICKS,
    Quantile,
    quantiles,
)
from candlemark.measure.estimators.differences import holm
from candlemark.measure.estimators.exact import fisher
from candlemark.measure.estimators.log_rank import log_rank
from candlemark.measure.process.flow import QUARTILES
from candlemark.measure.process.variants import hash_of, variant_of_each
from candlemark.measure.process.waiting import (
    Lengths,
    Share,
    lengths,
)
from candlemark.measure.process.ways import OPEN

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from candlemark.measure.process.ways import Ways

LEAST: Final = 5
"""A variant of fewer units in both periods together is listed and not tested."""
MOST_TESTED: Final = 100
"""So many of the most frequent variants are tested: more would cost every test its power."""


@dataclass(frozen=True, slots=True)
class Tested:
    """The chance of so large a difference where there is none."""

    p_value: float
    adjusted: float
    """For all tests of the answer (Holm)."""


@dataclass(frozen=True, slots=True)
class MoveSide:
    """A move in one period."""

    moves: int
    share: Share | None
    """Of all who came to the state, those who made this move within the days looked at; None where
    nobody could be watched for so long."""


@dataclass(frozen=True, slots=True)
class MoveChange:
    """One move in both periods."""

    start: int
    """Number of a state in ``Ways.places``."""
    end: int
    before: MoveSide
    after: MoveSide
    test: Tested | None


@dataclass(frozen=True, slots=True)
class DwellSide:
    """The time in one state, in one period."""

    stays: int
    still: int
    quantiles: tuple[Quantile, ...]


@dataclass(frozen=True, slots=True)
class DwellChange:
    """The time in one state, in both periods."""

    state: int
    before: DwellSide
    after: DwellSide
    test: Tested | None


@dataclass(frozen=True, slots=True)
class VariantChange:
    """One way within the days looked at, in both periods."""

    hash: str
    states: tuple[int, ...]
    open: bool
    before: int
    after: int
    test: Tested | None


@dataclass(frozen=True, slots=True)
class Changes:
    """What changed."""

    within: int
    """Days that are looked at."""
    units: tuple[int, int]
    """Units that entered, in each period."""
    watched: tuple[int, int]
    """Of them, those that could be watched for so many days: the whole of the variants."""
    moves: tuple[MoveChange, ...]
    """By the numbers of their states."""
    dwells: tuple[DwellChange, ...]
    variants: tuple[VariantChange, ...]
    """Those of most units first."""
    filters: tuple[str, ...] = ()


def changes(before: Ways, after: Ways, within: int) -> Changes:
    """What changed from one period to the other.

    Args:
        before: the ways of those who entered in the first period; one group.
        after: of those who entered in the second; of the same stay table.
        within: days that moves and variants are looked at, at least 1.

    Raises:
        NotMeasurable: the two cannot be compared.
    """
    _check(before, after, within)
    sides = (before, after)
    stays = tuple({state: each for (_, state), each in lengths(side).items()} for side in sides)
    states = sorted(stays[0].keys() | stays[1].keys())
    nobody = Lengths(*(np.zeros(0, dtype=np.int64) for _ in range(3)))
    moves: list[MoveChange] = []
    dwells: list[DwellChange] = []
    for state in states:
        pair = (stays[0].get(state, nobody), stays[1].get(state, nobody))
        dwells.append(_dwell(state, *pair))
        moves += _moves(state, *pair, within=within)
    watched, variants = _variants(before, after, within)
    return _adjusted(
        Changes(
            within,
            (before.sizes()[0], after.sizes()[0]),
            watched,
            tuple(moves),
            tuple(dwells),
            variants,
            tuple(dict.fromkeys((*before.filters, *after.filters))),
        )
    )


def _check(before: Ways, after: Ways, within: int) -> None:
    if within < 1:
        raise NotMeasurable("nothing changes within no day", hint="look at 1 day or more")
    if before.places != after.places:
        raise NotMeasurable(
            "the two periods are not of one log", hint="ask both of the same file or vault"
        )
    if before.groups != ("",) or after.groups != ("",):
        raise NotMeasurable(
            "a change between groups and periods at once cannot be read",
            hint="choose one group, and compare its two periods",
        )


def _dwell(state: int, before: Lengths, after: Lengths) -> DwellChange:
    return DwellChange(state, _stood(before), _stood(after), _compared(before, after))


def _stood(side: Lengths) -> DwellSide:
    still = int(side.many[side.next == OPEN].sum())
    return DwellSide(side.stays, still, quantiles(side.curve(), QUARTILES))


def _moves(state: int, before: Lengths, after: Lengths, *, within: int) -> list[MoveChange]:
    found = np.unique(np.concatenate([before.next, after.next])).tolist()
    ends = [end for end in found if end not in {OPEN, state}]
    first, second = (_moved(side, ends, within) for side in (before, after))
    return [
        MoveChange(state, end, first[n], second[n], _compared(before, after, end))
        for n, end in enumerate(ends)
    ]


def _moved(side: Lengths, ends: Sequence[int], within: int) -> list[MoveSide]:
    (shares,) = side.by([within], ends)
    return [
        MoveSide(int(side.many[side.next == end].sum()), None if shares is None else shares[n])
        for n, end in enumerate(ends)
    ]


def _compared(before: Lengths, after: Lengths, end: int | None = None) -> Tested | None:
    """The log-rank test of leaving, or of leaving for one state; None where it cannot be made."""
    ends = np.unique(np.concatenate([side.known.next for side in (before, after)]))
    ends = ends[ends != OPEN]
    if end is not None and end not in ends:
        return None
    targets = None if end is None else [int(np.searchsorted(ends, end)) + 1]
    try:
        found = log_rank([side.known.counts(ends.tolist()) for side in (before, after)], 0, targets)
    except NotMeasurable:
        return None
    return Tested(found.p_value, found.p_value)


def _variants(
    before: Ways, after: Ways, within: int
) -> tuple[tuple[int, int], tuple[VariantChange, ...]]:
    """The ways of the first so many days, of those who could be watched for so long."""
    counted = []
    for side in (before, after):
        known = variant_of_each(_first_days(side, within))
        many = np.bincount(known.variant, minlength=len(known.sequences)).tolist()
        counted.append(dict(zip(known.sequences, many, strict=True)))
    watched = (sum(counted[0].values()), sum(counted[1].values()))
    found = [
        VariantChange(
            hash_of(states, before.places, still=still),
            states,
            still,
            counted[0].get((states, still), 0),
            counted[1].get((states, still), 0),
            None,
        )
        for states, still in counted[0].keys() | counted[1].keys()
    ]
    found.sort(key=lambda one: (-one.before - one.after, one.states, one.open))
    if not all(watched):
        return watched, tuple(found)
    tested = [
        replace(one, test=_fisher(one, watched)) if one.before + one.after >= LEAST else one
        for one in found[:MOST_TESTED]
    ]
    return watched, (*tested, *found[MOST_TESTED:])


def _fisher(one: VariantChange, watched: tuple[int, int]) -> Tested:
    p_value = fisher((one.before, one.after), watched)
    return Tested(p_value, p_value)


def _first_days(ways: Ways, within: int) -> Ways:
    """The ways as they stood after so many days, of units that could be watched for so long."""
    over = (within + 1) * TICKS
    return replace(
        ways,
        stay=(
            f"(SELECT unit, seq, state, CASE WHEN leave >= {over} THEN {OPEN} ELSE next END AS next"
            f" FROM {ways.stay} WHERE entry < {over} AND day0 <= {ways.last_day - within}) AS stay"
        ),
    )


def _adjusted(found: Changes) -> Changes:
    """With the p-values adjusted for the number of tests (Holm)."""
    parts = (found.moves, found.dwells, found.variants)
    raw = [one.test.p_value for part in parts for one in part if one.test is not None]
    adjusted = iter(holm(raw).tolist())
    return replace(
        found,
        moves=tuple(replace(one, test=_with(one.test, adjusted)) for one in found.moves),
        dwells=tuple(replace(one, test=_with(one.test, adjusted)) for one in found.dwells),
        variants=tuple(replace(one, test=_with(one.test, adjusted)) for one in found.variants),
    )


def _with(test: Tested | None, adjusted: Iterator[float]) -> Tested | None:
    return None if test is None else replace(test, adjusted=next(adjusted))
