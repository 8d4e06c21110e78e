"""One step of a chain of latent classes, as machine code: Gibbs' method, piece by piece.

Everything about shares and chances is kept as logarithms.  Pieces of the stick are drawn so too: a
Gamma of a shape near zero is smaller than the smallest number a computer has.  Held at 1e-12
instead, one published table gave 673 people where it should give 719.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final

import numpy as np

from candlemark.linkage.unreported.compiled import compiled

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Integers = NDArray[np.int64]
    State = tuple[Floats, Floats, Floats, Floats]
    """Logarithms of the shares of the kinds, of the chances to be on each list and of those not to
    be on it, and the concentration of the stick; a chain changes them in place."""

PRIOR: Final = 0.25
"""Shape and rate of the Gamma distribution of the concentration, before anything is known."""

EVERY: Final = 5
"""One step in so many is kept: the next ones say little that is new."""

_MOST_UNSEEN: Final = 1e15
"""What the mean of those on no list is held below, lest it be no integer."""


@compiled
def steps(
    patterns: Integers, counts: Integers, state: State, chance: np.random.Generator, many: int
) -> Integers:
    """So many steps of one chain; the number of people after every ``EVERY``th."""
    log_share, log_on, log_off, concentration = state
    kinds, lists = log_on.shape
    seen = counts.sum()
    kept = np.empty(many // EVERY, np.int64)
    weights, given = np.empty(kinds), np.empty(kinds, np.int64)
    members, on = np.empty(kinds, np.int64), np.empty((kinds, lists), np.int64)
    for step in range(many):
        members[:] = 0
        on[:] = 0
        for row in range(len(counts)):
            _kinds_of(patterns[row], log_share, log_on, log_off, weights)
            _shared_out(chance, counts[row], weights, given)
            members += given
            for place in range(lists):
                if patterns[row, place]:
                    on[:, place] += given
        unseen = _unseen(chance, seen, log_share, log_off, weights)
        _shared_out(chance, unseen, weights, given)
        members += given
        _renamed(chance, log_share, members, on)
        _chances(chance, members, on, log_on, log_off)
        concentration[0] = _concentration(chance, concentration[0], members)
        _stick(chance, concentration[0], members, log_share)
        if step % EVERY == EVERY - 1:
            kept[step // EVERY] = seen + unseen
    return kept


@compiled
def _log_gamma(chance: np.random.Generator, shape: float) -> float:
    """The logarithm of a Gamma draw, however small its shape."""
    if shape >= 1.0:
        return float(np.log(chance.standard_gamma(shape)))
    # 1 - random() is above zero, and Gamma(a) is Gamma(a + 1) times a uniform to the power 1/a.
    return float(np.log(chance.standard_gamma(shape + 1.0)) + np.log(1.0 - chance.random()) / shape)


@compiled
def _shared_out(chance: np.random.Generator, people: int, weights: Floats, into: Integers) -> None:
    """Divide people among kinds at random, in proportion to weights (a multinomial draw)."""
    left, rest = people, weights.sum()
    for kind in range(len(weights)):
        into[kind] = 0
        if left == 0:
            continue
        share = 1.0
        if kind < len(weights) - 1 and rest > 0.0:
            share = min(1.0, weights[kind] / rest)
        into[kind] = left if share >= 1.0 else chance.binomial(left, share)
        left -= into[kind]
        rest -= weights[kind]


@compiled
def _renamed(
    chance: np.random.Generator, log_share: Floats, members: Integers, on: Integers
) -> None:
    """Let kinds change names: the stick has places, and a large kind does not leave a late one.

    Metropolis' rule for exchanging the members of two places (Papaspiliopoulos & Roberts,
    Biometrika 95 (2008) 169-186, section 3.4); chances follow, as they are drawn next.
    """
    kinds = len(members)
    for _ in range(kinds):
        one, other = chance.integers(0, kinds), chance.integers(0, kinds)
        moved = members[other] - members[one]
        if moved == 0:
            continue
        gain = moved * (log_share[one] - log_share[other])
        if gain >= 0.0 or np.log(1.0 - chance.random()) < gain:
            members[one], members[other] = members[other], members[one]
            for place in range(on.shape[1]):
                on[one, place], on[other, place] = on[other, place], on[one, place]


@compiled
def _weight(log_concentration: float, members: Integers) -> float:
    """The logarithm of the density of the logarithm of the concentration, given who is what.

    The pieces of the stick are integrated out: together with them the concentration would creep.
    """
    concentration = np.exp(log_concentration)
    found = PRIOR * log_concentration - PRIOR * concentration
    rest = members.sum()
    for kind in range(len(members) - 1):
        if rest == 0:
            break
        found += log_concentration - math.lgamma(1.0 + concentration + rest)
        rest -= members[kind]
        found += math.lgamma(concentration + rest)
    return float(found)


@compiled
def _concentration(chance: np.random.Generator, now: float, members: Integers) -> float:
    """The concentration anew, by slice sampling (Neal, Ann. Statist. 31 (2003) 705-767)."""
    here = np.log(now)
    level = _weight(here, members) - chance.standard_exponential()
    low = here - 4.0 * chance.random()
    high = low + 4.0
    while low > -700.0 and _weight(low, members) > level:
        low -= 4.0
    while high < 20.0 and _weight(high, members) > level:
        high += 4.0
    while True:
        tried = low + (high - low) * chance.random()
        if _weight(tried, members) >= level:
            return float(np.exp(tried))
        if tried < here:
            low = tried
        else:
            high = tried


@compiled
def _kinds_of(
    pattern: Integers, log_share: Floats, log_on: Floats, log_off: Floats, weights: Floats
) -> None:
    """How likely somebody with this pattern is of each kind, up to a factor, into ``weights``."""
    most = -np.inf
    for kind in range(len(weights)):
        weight = log_share[kind]
        for place in range(len(pattern)):
            weight += log_on[kind, place] if pattern[place] else log_off[kind, place]
        weights[kind] = weight
        most = max(most, weight)
    for kind in range(len(weights)):
        weights[kind] = np.exp(weights[kind] - most)


@compiled
def _unseen(
    chance: np.random.Generator, seen: int, log_share: Floats, log_off: Floats, weights: Floats
) -> int:
    """How many are on no list, and how likely each kind of them is, into ``weights``.

    Negative binomial under the prior 1/N: a Poisson number with a Gamma mean.
    """
    found = 0.0
    for kind in range(len(weights)):
        off = log_off[kind].sum()
        weights[kind] = np.exp(log_share[kind] + off)
        found -= np.exp(log_share[kind]) * np.expm1(off)
    mean = chance.standard_gamma(float(seen)) * weights.sum() / max(found, 1e-300)
    return int(chance.poisson(min(mean, _MOST_UNSEEN)))


@compiled
def _chances(
    chance: np.random.Generator, members: Integers, on: Integers, log_on: Floats, log_off: Floats
) -> None:
    """The chances of each kind to be on each list: Beta, uniform before."""
    for kind in range(len(members)):
        for place in range(on.shape[1]):
            one = _log_gamma(chance, 1.0 + on[kind, place])
            other = _log_gamma(chance, 1.0 + members[kind] - on[kind, place])
            both = np.logaddexp(one, other)
            log_on[kind, place] = one - both
            log_off[kind, place] = other - both


@compiled
def _stick(
    chance: np.random.Generator, concentration: float, members: Integers, log_share: Floats
) -> None:
    """The shares of the kinds: each breaks its piece off what the ones before it left."""
    rest, left = members.sum(), 0.0
    for kind in range(len(members) - 1):
        rest -= members[kind]
        piece = _log_gamma(chance, 1.0 + members[kind])
        after = _log_gamma(chance, concentration + rest)
        both = np.logaddexp(piece, after)
        log_share[kind] = left + piece - both
        left += after - both
    log_share[len(members) - 1] = left
