"""Errors that hold without the Markov assumption: the infinitesimal jackknife, by clusters.

The influence of a unit on p(t*) is what its stays add: with R(s) = P(s, t*), w_h(s) = p_h(s-) /
Y_h(s) and B_h(s) the sum over later ticks up to t* of w_h times row h of dA R,

    U = sum over stays (h, e, x, j) of  w_h(x) (R_j(x) - R_h(x)) [moved by t*] + B_h(x) - B_h(e)

that is, three look-ups per stay.  A stay that begins where and when the one before it went needs no
look-up of its own, and stays with the same ticks and states share one: the influences of all
clusters are a sparse matrix of ones times a table.  The variance is the sum of squares over
clusters, without a correction for their number; R's ``survfit`` gives the same.

Units of one cluster (several accused of one incident) count as one: their number does not make
certainty.  Few clusters make these errors too small; with fewer than about thirty say so.

Infinitesimal jackknife: Jaeckel, Bell Laboratories memorandum 72-1215-11 (1972); for state
occupation Therneau, Crowson & Atkinson, "Multi-state models and competing risks" (vignette of the
R package survival).  If the start is estimated, its share in the influence is
(e_s - p(0)) P(0, t*) / n for each unit that starts in s.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
from scipy.sparse import csr_matrix

from candlemark.measure.estimators.aalen_johansen import Hazards, starting
from candlemark.measure.estimators.counts import CENSORED
from candlemark.measure.estimators.intervals import interval

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import ArrayLike

    from candlemark.measure.estimators.counts import Floats, Integers, Stays

_CHUNK_CELLS = 1 << 21
"""Cells of the influences that are held at a time (16 MiB)."""


@dataclass(frozen=True, eq=False)
class Influence:
    """Probabilities at some ticks, and how much each cluster moved them."""

    ticks: Integers
    p: Floats
    """Shape (ticks, states)."""
    known: Integers
    """How many units are known to stand somewhere at each tick."""
    at_risk: Integers
    """How many are under observation just after each tick."""
    units: int
    """How many units there are."""
    clusters: Integers
    """The clusters, in order."""
    rows: csr_matrix
    """One row per cluster, one column per row of ``table``: how often it is to be added."""
    table: Floats
    """Shape (keys, ticks * states)."""

    @cached_property
    def _covariance(self) -> Floats:
        return covariance([self])

    def covariance(self) -> Floats:
        """Of the probabilities at all ticks: (ticks * states, ticks * states)."""
        return self._covariance

    def se(self) -> Floats:
        """Robust standard errors, in the shape of ``p``."""
        found = np.zeros(self.table.shape[1])
        size = max(1, _CHUNK_CELLS // max(len(found), 1))
        for first in range(0, len(self.clusters), size):  # the diagonal alone, not the whole matrix
            influence = self.rows[first : first + size] @ self.table
            found += np.einsum("ij,ij->j", influence, influence)
        errors: Floats = np.sqrt(found).reshape(self.p.shape)
        return errors

    @property
    def independent(self) -> Floats:
        """For how many independent units those known count: one for each cluster, on average."""
        share = len(self.clusters) / max(self.units, 1)
        return np.asarray(self.known * share, dtype=np.float64)

    def interval(self) -> tuple[Floats, Floats]:
        """Pointwise 95 % intervals with these errors, in the shape of ``p``."""
        return interval(self.p, self.se(), self.independent[:, None])


def covariance(parts: Sequence[Influence]) -> Floats:
    """Of the probabilities of several groups together, one group after the other.

    A cluster with units in several groups ties them together; groups without a common cluster are
    independent.

    Returns:
        A square matrix with a row per group, tick and state.
    """
    clusters = parts[0].clusters
    for part in parts[1:]:
        clusters = np.union1d(clusters, part.clusters)
    width = sum(part.table.shape[1] for part in parts)
    rows = [_aligned(part, clusters) for part in parts]
    found: Floats = np.zeros((width, width))
    size = max(1, _CHUNK_CELLS // max(width, 1))
    for first in range(0, len(clusters), size):
        influence = np.concatenate(
            [
                each[first : first + size] @ part.table
                for each, part in zip(rows, parts, strict=True)
            ],
            axis=1,
        )
        found += influence.T @ influence
    return found


def _aligned(part: Influence, clusters: Integers) -> csr_matrix:
    """The rows of a group with a row for every cluster of all groups."""
    if len(part.clusters) == len(clusters):
        return part.rows
    lengths = np.zeros(len(clusters) + 1, dtype=part.rows.indptr.dtype)
    lengths[np.searchsorted(clusters, part.clusters) + 1] = np.diff(part.rows.indptr)
    shape = (len(clusters), part.rows.shape[1])
    return csr_matrix((part.rows.data, part.rows.indices, np.cumsum(lengths)), shape=shape)


def robust(
    stays: Stays,
    states: int,
    ticks: ArrayLike,
    *,
    start: ArrayLike | None = None,
    since: int | None = None,
) -> Influence:
    """Where units stand just after each of the ``ticks``, with robust errors.

    Args:
        stays: the stays of the group, in any order; faster when those of a unit follow each other.
        states: how many states there are.
        ticks: when; in any order.
        start: as in ``occupation``.
        since: as in ``occupation``.

    Raises:
        NothingToMeasure: ``start`` is not given and nobody is there.
    """
    asked = np.asarray(ticks, dtype=np.int64).reshape(-1)
    order = np.argsort(asked, kind="stable")
    counts = stays.counts(states)
    hazards = Hazards.of(counts, since, until=int(asked.max(initial=-1)))
    if start is None:
        p0, there = starting(counts, since)
    else:
        p0, there = np.asarray(start, dtype=np.float64), 0
    owners, rows, keys = _keys(stays, hazards, states, since)
    table, p, whole = _table(hazards, p0, keys, asked[order])
    if there:
        began = int(counts.entries[0, 0]) if since is None else since
        here = (stays.entry <= began) & (stays.leave > began)
        whole = (whole - p0 @ whole) / there
        owners = np.concatenate([owners, stays.cluster[here]])
        rows = np.concatenate([rows, len(table) + stays.state[here]])
        table = np.concatenate([table, whole])
    clusters, place = _numbered(stays.cluster, owners)
    matrix = csr_matrix(
        (np.ones(len(rows)), (place, rows)), shape=(len(clusters), len(table)), dtype=np.float64
    )
    back = np.argsort(order)
    columns = (back[:, None] * states + np.arange(states)).reshape(-1)
    if not np.array_equal(back, np.arange(len(back))):
        table = table[:, columns]
    return Influence(
        asked,
        np.clip(p[back], 0.0, 1.0),
        counts.known(asked),
        counts.standing(asked).sum(axis=1),
        len(np.unique(stays.units)) if stays.unit is not None else len(clusters),
        clusters,
        matrix,
        table,
    )


def _numbered(cluster: Integers, owners: Integers) -> tuple[Integers, Integers]:
    """The clusters in order, and the place of each owner among them."""
    if len(cluster) > 1 and (np.diff(cluster) >= 0).all():
        clusters = cluster[np.append(True, np.diff(cluster) > 0)]
    else:
        clusters = np.unique(cluster)
    return clusters, np.searchsorted(clusters, owners)


@dataclass(frozen=True, slots=True, eq=False)
class _Keys:
    """What distinct look-ups there are, in the order of their ticks."""

    out: Integers
    """Rows ``(ticks up to leave, from, to or -1, the next stay begins there)``."""
    into: Integers
    """Rows ``(ticks up to entry, state)``."""


def _keys(
    stays: Stays, hazards: Hazards, states: int, since: int | None
) -> tuple[Integers, Integers, _Keys]:
    """For each look-up its cluster and its row of the table, and what the rows are."""
    came = np.searchsorted(hazards.ticks, stays.entry, side="right")
    left = np.searchsorted(hazards.ticks, stays.leave, side="right")
    last = hazards.ticks[-1] if len(hazards.ticks) else -1
    moved = (stays.to != CENSORED) & (stays.to != stays.state) & (stays.leave <= last)
    if since is not None:
        moved &= stays.leave > since
    used = (left > came) | moved
    follows = np.zeros(len(stays), dtype=bool)  # the stay that comes next in the table goes on here
    follows[:-1] = (
        moved[:-1]
        & used[1:]
        & (stays.units[1:] == stays.units[:-1])
        & (stays.cluster[1:] == stays.cluster[:-1])
        & (stays.entry[1:] == stays.leave[:-1])
        & (stays.state[1:] == stays.to[:-1])
    )
    begun = used.copy()
    begun[1:] &= ~follows[:-1]
    begun &= came < len(hazards.ticks)
    to = np.where(moved, stays.to, -1)
    code = ((left * states + stays.state) * (states + 1) + to + 1) * 2 + follows
    out, row_out = np.unique(code[used], return_inverse=True)
    into, row_into = np.unique((came * states + stays.state)[begun], return_inverse=True)
    rest, flag = np.divmod(out, 2)
    rest, target = np.divmod(rest, states + 1)
    keys = _Keys(
        np.column_stack([*np.divmod(rest, states), target - 1, flag]),
        np.column_stack(np.divmod(into, states)),
    )
    owners = np.concatenate([stays.cluster[used], stays.cluster[begun]])
    return owners, np.concatenate([row_out, len(out) + row_into]), keys


def _table(
    hazards: Hazards, p0: Floats, keys: _Keys, asked: Integers
) -> tuple[Floats, Floats, Floats]:
    """The rows of the table, p at the ticks asked for, and P(start, ticks) as one wide matrix."""
    states, many = hazards.counts.states, len(hazards.ticks)
    reach = np.searchsorted(hazards.ticks, asked, side="right")
    p = np.empty((many + 1, states))
    p[0] = p0
    for first, last in hazards.blocks():
        for i, step in enumerate(hazards.steps(first, last), start=first):
            p[i + 1] = p[i] + p[i] @ step
    weight = p[:-1] * hazards.share
    out, into = keys.out, keys.into
    table = np.zeros((len(out) + len(into), len(asked) * states))
    later = np.tile(np.eye(states), len(asked))  # R: from just after a tick to each tick asked for
    ahead = np.zeros_like(later)  # B: what is still to come
    for first, last in reversed(list(hazards.blocks())):
        steps = hazards.steps(first, last)
        after = np.empty((last - first, *later.shape))
        before = np.empty((last - first + 1, *later.shape))
        before[-1] = ahead
        # A tick beyond the one asked for changes nothing there: only columns from here on.
        open_from = np.searchsorted(reach, np.arange(first, last), side="right") * states
        for i in range(last - first - 1, -1, -1):
            after[i] = later
            here = slice(open_from[i], None)
            grown = steps[i] @ later[:, here]
            later[:, here] += grown
            ahead[:, here] += weight[first + i, :, None] * grown
            before[i] = ahead
        mine = slice(*np.searchsorted(out[:, 0], [first + 1, last + 1]))
        _fill(table[mine], out[mine], first, (after, before, weight, reach))
        mine = slice(*np.searchsorted(into[:, 0], [first, last]))
        place = into[mine]
        table[len(out) :][mine] = -before[place[:, 0] - first, place[:, 1]]
    return table, p[reach], later


def _fill(
    table: Floats, out: Integers, first: int, given: tuple[Floats, Floats, Floats, Integers]
) -> None:
    """The rows of stays that were left in one block of ticks, written into ``table``."""
    after, before, weight, reach = given
    up_to, state, to, follows = out.T
    states = weight.shape[1]
    table += before[up_to - first, state]
    moved = np.flatnonzero(to >= 0)
    tick, source, target = up_to[moved] - 1, state[moved], to[moved]
    jump = after[tick - first, target] - after[tick - first, source]
    jump *= weight[tick, source, None]
    jump *= np.repeat(reach[None, :] > tick[:, None], states, axis=1)
    table[moved] += jump
    on = np.flatnonzero(follows)
    table[on] -= before[up_to[on] - first, to[on]]
