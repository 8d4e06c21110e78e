"""A curve computed again from what was published, its interval widened by the noise.

The estimator is the measure's own (Aalen and Johansen); it sees the published aggregates instead of
the exact ones.  Its error has two parts that have nothing to do with each other: that these cases
are some of all there could be (Greenwood), and that the counts were changed before they were
published.  The second is had by adding noise of the known size to the published counts many times;
the draws are seeded, so that everybody gets the same.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from candlemark.measure.estimators import Counts, interval, occupation

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from candlemark.protect.batches.closing import Running

    Floats = NDArray[np.float64]
    Integers = NDArray[np.int64]

DRAWS: Final = 400
SEED: Final = 2_025


@dataclass(frozen=True, slots=True, eq=False)
class Curve:
    """Probabilities at the end of each span, the first column being still where they were."""

    days: Integers
    """Last days of the spans that were published, without a gap from the first on."""
    p: Floats
    se: Floats
    """Of both errors together."""
    noise: Floats
    """The part of it that is protection's doing."""
    low: Floats
    high: Floats
    began: Integers
    """Who began each span, as published."""


def curve(spans: Sequence[Running], days: Sequence[int], variance: float) -> Curve:
    """The curve of published spans; it ends before the first that still waits.

    Args:
        spans: running totals of each span, in order.
        days: last day of each.
        variance: of one published count; a sum of several rows has several times that.
    """
    many = next((place for place, span in enumerate(spans) if span.waiting), len(spans))
    there = spans[:many]
    wide = len(spans[0].values) if spans else 1
    went = np.array([span.values[1:] for span in there], dtype=np.int64).reshape(many, wide - 1)
    # The total has a key of its own, and can be below the sum of the parts.
    began = np.maximum([max(span.total, 1) for span in there], went.sum(axis=1)).astype(np.int64)
    if not many:
        none = np.zeros((0, wide))
        return Curve(np.zeros(0, dtype=np.int64), none, none, none, none, none, began)
    found = occupation(_counts(began, went), np.eye(wide)[0])
    rows = found.rows_at(2 * np.arange(many) + 1)
    p = found.p[rows]
    noise = _noise(began, went, np.array([span.rows for span in there]) * variance)
    se = np.hypot(found.se[rows], noise)
    low, high = interval(p, se, began[:, None])
    return Curve(np.asarray(days[:many], dtype=np.int64), p, se, noise, low, high, began)


def _counts(began: Integers, went: Integers) -> Counts:
    """The published aggregates as the estimator wants them: span b at ticks 2 b and 2 b + 1."""
    span = np.arange(len(began))
    none = np.zeros(len(began), dtype=np.int64)
    place, to = np.nonzero(went)
    return Counts(
        1 + went.shape[1],
        moves=np.column_stack([2 * place + 1, none[place], to + 1, went[place, to]]),
        entries=np.column_stack([2 * span, none, began]),
        exits=np.column_stack([2 * span + 1, none, began]),
    )


def _noise(began: Integers, went: Integers, variance: Floats) -> Floats:
    """Standard deviation that the noise of the counts gives the probabilities."""
    draw = np.random.default_rng(SEED)
    size = np.sqrt(variance)[:, None]
    shape = (DRAWS, *went.shape)
    moved = np.maximum(went + size * draw.standard_normal(shape), 0.0)
    at_risk = began[:, None] + size * draw.standard_normal((DRAWS, len(began), 1))
    share = moved / np.maximum(at_risk, np.maximum(moved.sum(axis=2, keepdims=True), 1.0))
    stay = 1.0 - share.sum(axis=2)
    left = np.cumprod(stay, axis=1)
    before = np.concatenate([np.ones((DRAWS, 1)), left[:, :-1]], axis=1)
    there = np.cumsum(before[:, :, None] * share, axis=1)
    found: Floats = np.concatenate([left[:, :, None], there], axis=2).std(axis=0)
    return found
