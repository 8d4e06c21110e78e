"""Dates known to the month or the year: many ways it may have been, and bounds beside them.

A coarse date lies between two days; which one matters when stays are short.  The first of the month
makes stays too short or too long by up to a month, and drawing the day evenly stretches short
stays.  Here each coarse date is drawn from what the other dates say, by Gibbs sampling:

1. Given the rates, an event between its neighbours lies at t with density proportional to
   lambda_ij(t - t-) S_i(t - t-) times lambda_jk(t+ - t) S_j(t+ - t), within its two days.
2. Given the dates, the rate of each move in each piece of the time in stage is a draw from
   Gamma(1/2 + moves, 1/(2 r) + time at risk), r the rate of the move over all pieces.

Rates are constant within pieces of the time since the stage was reached, so that a stage may be
left hardly ever at first and often later.  After a beginning that is thrown away, every few sweeps
one completed set of dates is kept.  Each is estimated with robust errors, and put together after
Rubin on the logit scale: the variance is the mean of the variances plus (1 + 1/m) times the
variance between, with Student's quantile.

It assumes that how exactly a date is known does not depend on how long the stay was, that units
of one group have the same rates, and that the rate of a move depends on the time in the stage
only.  ``bounds`` assumes nothing: every date as early, and as late, as it can be.

Rubin, Multiple Imputation for Nonresponse in Surveys (1987); Barnard & Rubin, Biometrika 86 (1999)
948-955; Tanner & Wong, JASA 82 (1987) 528-540.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
from scipy.special import expit, logit, stdtrit

from candlemark.errors import NothingToMeasure, NotMeasurable
from candlemark.measure.estimators.aalen_johansen import occupation
from candlemark.measure.estimators.counts import CENSORED, LAST_TICK, TICKS, Stays
from candlemark.measure.estimators.intervals import NEGLIGIBLE, interval
from candlemark.measure.estimators.rates import Lengths, Rates, pieces
from candlemark.measure.estimators.robust import robust

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import ArrayLike

    from candlemark.measure.estimators.counts import Flags, Floats, Integers

DRAWN: Final = 10
"""Completed sets of dates that are kept."""
THROWN: Final = 30
"""Sweeps before the first one is kept."""
EVERY: Final = 5
"""Sweeps from one that is kept to the next."""
SEED: Final = 1_987
"""Draws are seeded: the same data give the same figure."""
_GRID: Final = 40
"""Places within its bounds at which the density of a date is computed, anew in every sweep."""
_AT_ONCE: Final = 50_000
"""Dates drawn together, so that memory does not grow with the log: 16 MB for each table of them."""
_FAR: Final = 1 << 22
"""More days than any two dates of a log are apart."""


@dataclass(frozen=True, slots=True, eq=False)
class Ways:
    """What is known of the way of each unit: events in their order, with the days each can be.

    Events of a unit follow each other; the first is its entry.  Days are whole numbers since any
    day.

    Raises:
        NotMeasurable: the columns differ in length, or a date ends before it begins.
    """

    unit: Integers
    """Whose event it is, numbered from 0 without a gap, in order."""
    state: Integers
    """The state it leads to."""
    lo: Integers
    """The first day it can be."""
    hi: Integers
    """The last day it can be; equal to ``lo`` where the date is exact."""
    until: Integers
    """For each unit, the last day it was seen."""
    late: Integers | None = None
    """For each unit, the day at the end of which it came under observation; None: at entry."""
    cluster: Integers | None = None
    """For each unit, its cluster; None when each is its own."""
    cut: int | None = None
    """The last day looked at, where more is known than is asked: dates are drawn from all that is
    known, and what falls after this day is not seen.  None: all of it is looked at."""

    def __post_init__(self) -> None:
        if len({len(self.unit), len(self.state), len(self.lo), len(self.hi)}) > 1:
            raise NotMeasurable("the columns of the ways differ in length")
        step = np.diff(self.unit, prepend=-1)
        if ((step < 0) | (step > 1)).any() or len(self.until) != step.sum():
            raise NotMeasurable("units of the ways are not numbered from 0 in order")
        if (self.hi < self.lo).any():
            raise NotMeasurable("a date ends before it begins")

    @property
    def coarse(self) -> Flags:
        """Which dates are not exact."""
        found: Flags = self.hi > self.lo
        return found

    def limits(self) -> tuple[Integers, Integers]:
        """The days each event can be, given the order of a unit's events and when it was last seen.

        Where that leaves no day, the order wins.
        """
        shift = self.unit * _FAR
        lo = np.maximum.accumulate(self.lo + shift) - shift
        high = np.minimum(self.hi, self.until[self.unit])
        back = np.minimum.accumulate((high + shift)[::-1])[::-1] - shift
        return lo, np.maximum(back, lo)

    def stays(self, day: Integers, final: Flags) -> Stays:
        """The stays when every event is on the day given.

        A unit that is in a final state has no stay there, and one whose entry is after the last
        day looked at has none at all.
        """
        first = np.append(True, np.diff(self.unit) > 0)
        start = day[first][self.unit]
        fresh = first | np.append(True, np.diff(day) != 0)
        run = np.arange(len(day)) - np.maximum.accumulate(np.where(fresh, np.arange(len(day)), 0))
        tick = (day - start) * TICKS + np.minimum(run, LAST_TICK - 1)
        last = np.append(first[1:], True)
        until = (self.until[self.unit] - start) * TICKS + LAST_TICK
        leave = np.where(last, until, np.append(tick[1:], 0))
        to = np.where(last, CENSORED, np.append(self.state[1:], 0))
        entry = tick
        if self.late is not None:
            late = (self.late[self.unit] - start) * TICKS + LAST_TICK
            entry = np.where(late >= TICKS, np.maximum(tick, late), tick)
        if self.cut is not None:
            limit = (self.cut - start) * TICKS + LAST_TICK
            to, leave = np.where(leave > limit, CENSORED, to), np.minimum(leave, limit)
        kept = (leave > entry) & ~(last & final[self.state])
        cluster = self.unit if self.cluster is None else self.cluster[self.unit]
        columns = (cluster, self.state, entry, leave, to, self.unit)
        return Stays(*(column[kept] for column in columns))


@dataclass(frozen=True, slots=True, eq=False)
class Imputed:
    """Probabilities with coarse dates drawn many times; arrays (days, states)."""

    days: Integers
    p: Floats
    """The mean over the drawn sets."""
    se: Floats
    """On the scale of the probability, with what the coarse dates add."""
    low: Floats
    high: Floats
    earliest: Floats
    """The smallest value when all dates are put at one end of what they can be."""
    latest: Floats
    """The largest one."""
    known: Integers
    coarse: float
    """The share of dates that are not exact."""
    drawn: int


def imputed(
    ways: Ways,
    states: int,
    days: ArrayLike,
    *,
    final: ArrayLike | None = None,
    start: ArrayLike | None = None,
    drawn: int = DRAWN,
    seed: int = SEED,
) -> Imputed:
    """Where units stand at the end of each of the ``days`` after entry, with coarse dates drawn.

    Args:
        ways: the events of one group.
        states: how many states there are.
        days: whole days after entry.
        final: the states that are ends; None takes those nobody leaves.
        start: as in ``occupation``.
        drawn: how many completed sets of dates are kept.
        seed: the draws.

    Raises:
        NothingToMeasure: there is no unit.
    """
    if not len(ways.unit):
        raise NothingToMeasure("nobody is in this group", hint="ask without the group")
    sets, ends = completed(ways, states, final=final, drawn=drawn, seed=seed)
    return combined(sets, ends, states, days, start=start, coarse=float(ways.coarse.mean()))


def completed(
    ways: Ways,
    states: int,
    *,
    final: ArrayLike | None = None,
    drawn: int = DRAWN,
    seed: int = SEED,
) -> tuple[list[Stays], list[Stays]]:
    """The stays with dates drawn many times, and with all dates at one end of what they can be.

    The second list are the four ways of :func:`bounds`.  Arguments as in :func:`imputed`.
    """
    ends = finals(ways, states) if final is None else np.asarray(final, dtype=bool)
    sets = _drawn(ways, states, ends, drawn if ways.coarse.any() else 1, seed)
    return [ways.stays(day, ends) for day in sets], extremes(ways, ends)


def combined(
    sets: Sequence[Stays],
    extremes: Sequence[Stays],
    states: int,
    days: ArrayLike,
    *,
    start: ArrayLike | None = None,
    coarse: float = 0.0,
) -> Imputed:
    """One estimate of several completed sets of dates, with bounds of the extreme ones.

    Args:
        sets: stays with drawn dates.
        extremes: stays with all dates at one end of what they can be.
        states: how many states there are.
        days: whole days after entry.
        start: as in ``occupation``.
        coarse: the share of dates that are not exact.
    """
    asked = np.asarray(days, dtype=np.int64).reshape(-1)
    ticks = asked * TICKS + LAST_TICK
    found = [robust(stays, states, ticks, start=start) for stays in sets]
    p, se = np.stack([each.p for each in found]), np.stack([each.se() for each in found])
    known = np.mean([each.known for each in found], axis=0)
    independent = np.mean([each.independent for each in found], axis=0)
    mean, error, low, high = rubin(p, se, independent[:, None])
    earliest, latest = outermost(extremes, states, ticks, start)
    return Imputed(
        asked,
        mean,
        error,
        low,
        high,
        np.minimum(earliest, mean),
        np.maximum(latest, mean),
        np.asarray(np.round(known), dtype=np.int64),
        coarse,
        len(sets),
    )


def finals(ways: Ways, states: int) -> Flags:
    """The states nobody leaves."""
    final = np.ones(states, dtype=bool)
    final[ways.state[:-1][np.diff(ways.unit) == 0]] = False
    return final


def bounds(
    ways: Ways,
    states: int,
    days: ArrayLike,
    *,
    final: ArrayLike | None = None,
    start: ArrayLike | None = None,
) -> tuple[Floats, Floats]:
    """The smallest and the largest probabilities with all dates at one end of what they can be.

    Four ways are looked at: every date as early and as late as it can be, and the entry late with
    the rest early (the shortest stays) and the other way round.  For an end, among units of which
    none is still open, nothing can lie outside.  With open units, or for a state in between, a
    mixture of early and late dates can go a little further.

    Returns:
        Two arrays (days, states).
    """
    asked = np.asarray(days, dtype=np.int64).reshape(-1)
    ends = finals(ways, states) if final is None else np.asarray(final, dtype=bool)
    return outermost(extremes(ways, ends), states, asked * TICKS + LAST_TICK, start)


def extremes(ways: Ways, ends: Flags) -> list[Stays]:
    """The stays with all dates early, all late, the shortest ones and the longest ones."""
    lo, hi = ways.limits()
    first = np.append(True, np.diff(ways.unit) > 0)
    shift = ways.unit * _FAR
    short = np.maximum.accumulate(np.where(first, hi, lo) + shift) - shift
    return [ways.stays(day, ends) for day in (lo, hi, short, np.where(first, lo, hi))]


def outermost(
    extremes: Sequence[Stays], states: int, ticks: Integers, start: ArrayLike | None
) -> tuple[Floats, Floats]:
    """The smallest and the largest probabilities of several ways the dates can be."""
    values = []
    for stays in extremes:
        curve = occupation(stays.counts(states), start)
        values.append(curve.p[curve.rows_at(ticks)])
    return np.minimum.reduce(values), np.maximum.reduce(values)


def rubin(p: Floats, se: Floats, known: Floats) -> tuple[Floats, Floats, Floats, Floats]:
    """Rubin's rules on the logit scale, over the first axis.

    Where a set gives exactly 0 or 1, it counts as (n p + 1/2) / (n + 1) with n units known.

    Returns:
        The mean, its standard error, the lower and the upper bound of the 95 % interval.
    """
    sets = len(p)
    mean = p.mean(axis=0)
    still = (se <= NEGLIGIBLE).all(axis=0) & (np.ptp(p, axis=0) <= NEGLIGIBLE)
    inside = (se > NEGLIGIBLE) & (p > NEGLIGIBLE) & (p < 1 - NEGLIGIBLE)
    chance = np.where(inside, p, (known * p + 0.5) / (known + 1.0))
    within = np.where(inside, np.square(se), chance * (1 - chance) / (known + 1.0)) / np.square(
        chance * (1 - chance)
    )
    scale = logit(chance)
    centre, inner = scale.mean(axis=0), within.mean(axis=0)
    between = scale.var(axis=0, ddof=1) if sets > 1 else np.zeros_like(mean)
    total = inner + (1 + 1 / sets) * between
    more = np.maximum((1 + 1 / sets) * between, inner * 1e-6)  # hardly any: normal, not infinite
    freedom = max(sets - 1, 1) * np.square(1 + inner / more)
    half = stdtrit(freedom, 0.975) * np.sqrt(total)
    low, high = expit(centre - half), expit(centre + half)
    exact_low, exact_high = interval(mean, np.zeros_like(mean), np.broadcast_to(known, mean.shape))
    low = np.where(still, exact_low, np.minimum(low, mean))
    high = np.where(still, exact_high, np.maximum(high, mean))
    middle = expit(centre)
    error = np.where(still, 0.0, np.sqrt(total) * middle * (1 - middle))
    return mean, error, low, high


def _drawn(ways: Ways, states: int, final: Flags, drawn: int, seed: int) -> Iterator[Integers]:
    """Completed sets of days, one for each event."""
    lo, hi = ways.limits()
    if not ways.coarse.any():
        yield lo
        return
    random = np.random.default_rng(seed)
    chain = _Chain(ways, final, random)
    for sweep in range(THROWN + (drawn - 1) * EVERY + 1):
        if sweep <= THROWN // 2:
            chain.cut(pieces(states, chain.lengths()))
        chain.sweep()
        if sweep >= THROWN and (sweep - THROWN) % EVERY == 0:
            yield np.clip(np.floor(chain.time).astype(np.int64), lo, hi)


class _Chain:
    """The state of the sampler: a time for each event, and the rates."""

    def __init__(self, ways: Ways, final: Flags, random: np.random.Generator) -> None:
        self._ways, self._random = ways, random
        unit, count = ways.unit, len(ways.unit)
        lo, hi = ways.limits()
        self._low, self._high = lo.astype(np.float64), hi + 1.0
        self._first = np.append(True, np.diff(unit) > 0)
        self._last = np.append(self._first[1:], True)
        self._until = ways.until[unit] + 1.0
        self._final = final[ways.state]
        self._states = len(final)
        order = np.arange(count)
        place = order - np.maximum.accumulate(np.where(self._first, order, 0))
        loose = hi > lo
        # Neighbours of a date must not move while it does: even places first, then odd ones.
        self._halves = [np.flatnonzero(loose & (place % 2 == half)) for half in (0, 1)]
        self.time = np.where(loose, 0.5 * (self._low + self._high), lo + 0.5)
        self.time = self._ordered(self.time)
        self._rates: Rates | None = None
        self._cuts: Floats = np.zeros((self._states, 1))

    def _ordered(self, time: Floats) -> Floats:
        shift = self._ways.unit * float(_FAR)
        ordered: Floats = np.maximum.accumulate(time + shift) - shift
        return ordered

    def cut(self, cuts: Floats) -> None:
        """Take these pieces of the time in stage from now on."""
        self._cuts = cuts

    def lengths(self) -> Lengths:
        """The lengths of all stays, as the times stand now."""
        leave = np.where(self._last, self._until, np.append(self.time[1:], 0.0))
        to = np.where(self._last, CENSORED, np.append(self._ways.state[1:], 0))
        length = np.maximum(leave - self.time, 0.0)
        seen = np.zeros_like(length)
        if self._ways.late is not None:
            seen = np.clip(self._ways.late[self._ways.unit] + 1.0 - self.time, 0.0, None)
        used = ~(self._last & self._final) & (length >= seen)
        return Lengths(self._ways.state[used], to[used], seen[used], length[used])

    def sweep(self) -> None:
        """Draw the rates from the times, and each coarse time from the rates and its neighbours."""
        self._rates = Rates.drawn(self._random, self._cuts, self.lengths())
        for half in self._halves:
            for first in range(0, len(half), _AT_ONCE):
                some = half[first : first + _AT_ONCE]
                self.time[some] = self._placed(some, self._rates)

    def _placed(self, which: Integers, rates: Rates) -> Floats:
        """New times for events none of which is a neighbour of another."""
        first, last = self._first[which], self._last[which]
        state = self._ways.state[which]
        before = np.where(first, self._low[which], self.time[which - 1])
        following = np.minimum(which + 1, len(self.time) - 1)
        behind = np.where(last, self._until[which], self.time[following])
        low = np.maximum(self._low[which], before)
        high = np.maximum(np.minimum(self._high[which], behind), low)
        steps = (np.arange(_GRID) + self._random.random((len(which), _GRID))) / _GRID
        at = low[:, None] + (high - low)[:, None] * steps
        weight = np.zeros_like(at)
        come = np.flatnonzero(~first)
        weight[come] += rates.log_density(
            self._ways.state[which[come] - 1], state[come], at[come] - before[come, None]
        )
        stay = np.flatnonzero(~(last & self._final[which]))
        to = np.where(last, CENSORED, self._ways.state[following])[stay]
        weight[stay] += rates.log_density(state[stay], to, behind[stay, None] - at[stay])
        # The largest of weight + Gumbel is a draw with these weights.
        best = np.argmax(weight + self._random.gumbel(size=weight.shape), axis=1)
        chosen: Floats = at[np.arange(len(which)), best]
        return chosen
