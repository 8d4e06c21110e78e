"""Whether chains that were started apart have come to say the same, and how much they say.

Both numbers after Vehtari, Gelman, Simpson, Carpenter & Buerkner (Bayesian Analysis 16 (2021)
667-718), without the ranks: the logarithm of a number of people has no heavy tails.  They look at
halves of chains, so that one that still wanders does not agree with itself.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]


def r_hat(chains: Floats) -> float:
    """How much wider all chains together are than each alone; 1 when they cannot be told apart.

    Args:
        chains: one row per chain, at least four draws in each.
    """
    halves = _halves(chains)
    within, overall = _variances(halves)
    if overall == 0.0:
        return 1.0
    return float(np.sqrt(overall / within)) if within > 0 else float("inf")


def effective_draws(chains: Floats) -> float:
    """So many independent draws would tell the mean as exactly.

    Autocorrelations are summed in pairs as long as the pairs are above zero and fall (Geyer,
    Statist. Sci. 7 (1992) 473-483); chains that disagree count as if every draw
    resembled the one before.
    """
    halves = _halves(chains)
    count, length = halves.shape
    within, overall = _variances(halves)
    if overall == 0.0:
        return float(count * length)
    centered = halves - halves.mean(axis=1, keepdims=True)
    spectrum = np.fft.rfft(centered, 2 * length, axis=1)
    together = np.fft.irfft(np.abs(spectrum) ** 2, axis=1)[:, :length].mean(axis=0) / length
    correlation = 1 - (within - together * length / (length - 1)) / overall
    correlation[0] = 1.0
    pairs = correlation[: length // 2 * 2].reshape(-1, 2).sum(axis=1)
    ended = np.flatnonzero(pairs <= 0)
    kept = np.minimum.accumulate(pairs[: ended[0] if len(ended) else len(pairs)])
    return float(min(count * length / max(2 * kept.sum() - 1, 1e-9), count * length))


def _halves(chains: Floats) -> Floats:
    half = chains.shape[1] // 2
    return np.concatenate([chains[:, :half], chains[:, -half:]])


def _variances(chains: Floats) -> tuple[float, float]:
    """The variance within chains, and the one of all draws that it would be without end."""
    length = chains.shape[1]
    within = float(chains.var(axis=1, ddof=1).mean())
    between = float(chains.mean(axis=1).var(ddof=1))
    return within, (length - 1) / length * within + between
