"""Where units stand over time: occupation and transition probabilities after Aalen and Johansen.

The estimator sees :class:`Counts` and never a unit.  Any graph of states will do, cycles included,
and units may come under observation late.

With dN_hj(t) moves from h to j at tick t and Y_h(t) units at risk in h just before it,
dA_hj = dN_hj / Y_h, the diagonal so that rows add up to 0, and p(t) = p(t-) (I + dA(t)).

Aalen & Johansen, Scand. J. Statist. 5 (1978) 141-150; the covariance is Greenwood's for products
of matrices as in Andersen, Borgan, Gill & Keiding, Statistical Models Based on Counting Processes
(1993), section IV.4.1.3.  It assumes that the future depends on the present state only; so do the
transition probabilities.  The occupation probabilities themselves do not need that (Datta & Satten,
Stat. Probab. Lett. 55 (2001) 403-411); ``robust`` gives their errors without it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from candlemark.errors import NothingToMeasure, NotMeasurable

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import ArrayLike

    from candlemark.measure.estimators.counts import Counts, Floats, Integers

_BLOCK_CELLS = 1 << 20
"""Cells of a block of matrices that are held at a time (8 MiB)."""


@dataclass(frozen=True, slots=True, eq=False)
class Hazards:
    """The increments dA at every tick at which something moved, made in blocks.

    All matrices of a long log at once would take gigabytes with forty states.
    """

    counts: Counts
    ticks: Integers
    at_risk: Floats
    """Shape (ticks, states): Y just before each tick."""
    share: Floats
    """1 / Y, and 0 where nobody is at risk."""

    @classmethod
    def of(cls, counts: Counts, since: int | None = None, until: int | None = None) -> Hazards:
        """The increments after ``since`` and up to ``until``."""
        ticks = np.unique(counts.moves[:, 0])
        if since is not None:
            ticks = ticks[ticks > since]
        if until is not None:
            ticks = ticks[ticks <= until]
        at_risk = counts.at_risk(ticks).astype(np.float64)
        share = np.divide(1.0, at_risk, out=np.zeros_like(at_risk), where=at_risk > 0)
        return cls(counts, ticks, at_risk, share)

    def blocks(self) -> Iterator[tuple[int, int]]:
        """Places ``(first, last)`` of the ticks of each block, in order."""
        size = max(1, _BLOCK_CELLS // self.counts.states**2)
        for first in range(0, len(self.ticks), size):
            yield first, min(first + size, len(self.ticks))

    def moved(self, first: int, last: int) -> Floats:
        """How many moved at the ticks of a block: (ticks, from, to), the diagonal 0."""
        states, moves = self.counts.states, self.counts.moves
        ticks = self.ticks[first:last]
        here = slice(
            int(np.searchsorted(moves[:, 0], ticks[0])),
            int(np.searchsorted(moves[:, 0], ticks[-1], side="right")),
        )
        tick, came_from, to, many = moves[here].T
        moved = np.zeros((last - first, states, states))
        moved[np.searchsorted(ticks, tick), came_from, to] = many
        diagonal = np.arange(states)
        moved[:, diagonal, diagonal] = 0.0  # going from a state to itself is no move
        return moved

    def steps(self, first: int, last: int, moved: Floats | None = None) -> Floats:
        """DA at the ticks of a block; rows add up to 0."""
        moves = self.moved(first, last) if moved is None else moved
        steps = moves * self.share[first:last, :, None]
        diagonal = np.arange(self.counts.states)
        steps[:, diagonal, diagonal] = -steps.sum(axis=2)
        return steps


@dataclass(frozen=True, slots=True, eq=False)
class Occupation:
    """Probabilities of standing in each state, changing at ``ticks``."""

    ticks: Integers
    """The ticks at which something moved, in order."""
    p: Floats
    """Row 0 before the first tick, row i + 1 just after tick i; one column per state."""
    se: Floats
    """Greenwood standard errors, in the same rows and columns."""
    counts: Counts

    def rows_at(self, ticks: ArrayLike) -> Integers:
        """Numbers of the rows of ``p`` and ``se`` that hold just after each of the ``ticks``."""
        rows: Integers = np.searchsorted(self.ticks, np.asarray(ticks), side="right")
        return rows


def starting(counts: Counts, since: int | None = None) -> tuple[Floats, int]:
    """Shares of the states among those observed just after ``since``, and how many they are.

    Without ``since`` those that came first.

    Raises:
        NothingToMeasure: nobody is there.
    """
    if not len(counts.entries):
        raise NothingToMeasure("nobody is in this group", hint="ask without the group")
    when = int(counts.entries[0, 0]) if since is None else since
    (there,) = counts.standing([when])
    if not there.sum():
        raise NothingToMeasure(
            "nobody is under observation at that time", hint="begin where somebody is"
        )
    return there / there.sum(), int(there.sum())


def occupation(
    counts: Counts, start: ArrayLike | None = None, *, since: int | None = None
) -> Occupation:
    """The Aalen-Johansen estimate of where units stand.

    Args:
        counts: the three aggregates.
        start: the probabilities of the states at the beginning, taken as certain; None takes the
            shares of those under observation there and their multinomial error.
        since: the tick after which moves count; None is from the first one on.

    Raises:
        NothingToMeasure: ``start`` is not given and nobody is there.
    """
    hazards = Hazards.of(counts, since)
    p = np.empty((len(hazards.ticks) + 1, counts.states))
    if start is None:
        p[0], there = starting(counts, since)
        covariance = (np.diag(p[0]) - np.outer(p[0], p[0])) / there
    else:
        p[0] = start
        covariance = np.zeros((counts.states, counts.states))
    variance = np.zeros_like(p)
    variance[0] = covariance.diagonal()
    for first, last in hazards.blocks():
        moved = hazards.moved(first, last)
        steps = hazards.steps(first, last, moved)
        for i, step in enumerate(steps, start=first):
            p[i + 1] = p[i] + p[i] @ step
        added = _spread(p[first:last], moved, hazards.share[first:last])
        diagonal = np.arange(counts.states)
        steps[:, diagonal, diagonal] += 1.0
        for i, (step, more) in enumerate(zip(steps, added, strict=True), start=first + 1):
            covariance = step.T @ covariance @ step + more
            variance[i] = covariance.diagonal()
    np.clip(p, 0.0, 1.0, out=p)
    return Occupation(hazards.ticks, p, np.sqrt(np.maximum(variance, 0.0)), counts)


def _spread(p: Floats, moved: Floats, share: Floats) -> Floats:
    """What each tick adds in V <- (I+dA)' V (I+dA) + sum over h of p_h^2 Cov(dA_h).

    Cov(dA_h) is multinomial, (diag(n) Y - n n') / Y^3, each row completed so that it adds up to 0.
    """
    diagonal = np.arange(p.shape[1])
    left = moved.sum(axis=2)
    full = moved.copy()
    full[:, diagonal, diagonal] = -left
    weight = (p * share) ** 2
    scaled = full * (weight * share)[:, :, None]
    added: Floats = -(scaled.transpose(0, 2, 1) @ full)
    spread = weight[:, :, None] * moved
    added[:, diagonal, diagonal] += spread.sum(axis=1) + weight * left
    added -= spread + spread.transpose(0, 2, 1)
    return added


@dataclass(frozen=True, slots=True, eq=False)
class Transitions:
    """Chances of being in each state later, for each state in which one stands now."""

    since: int
    ticks: Integers
    p: Floats
    """Shape (ticks, from, to): P(since, tick)."""
    se: Floats
    """Greenwood standard errors in the same shape."""
    at_risk: Integers
    """How many stood in each state just after ``since``."""


def transitions(counts: Counts, since: int, ticks: ArrayLike) -> Transitions:
    """P(since, t) for each of the ``ticks``: the product of I + dA over (since, t].

    It assumes that only the present state matters.  Where it may not, ``Stays.landmark`` takes
    those who stood in a state at that tick, and ``occupation`` of them needs no such assumption.
    Where nobody stood in a state at ``since``, its row rests on those who came there later.

    Raises:
        NotMeasurable: a tick lies before ``since``.
    """
    when = np.asarray(ticks, dtype=np.int64)
    if (when < since).any():
        raise NotMeasurable(
            "a transition cannot end before it begins", hint="give later days than the first one"
        )
    p = np.empty((len(when), counts.states, counts.states))
    se = np.empty_like(p)
    for state in range(counts.states):
        found = occupation(counts, np.eye(counts.states)[state], since=since)
        rows = found.rows_at(when)
        p[:, state], se[:, state] = found.p[rows], found.se[rows]
    return Transitions(since, when, p, se, counts.standing([since])[0])
