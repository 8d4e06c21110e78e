"""How many are on no list, if people are of some unknown kinds that lists find unlike easily.

The model of Manrique-Vallier (Biometrics 72 (2016) 1246-1254), written from the paper: a person is
of one of up to ten kinds; each kind has its own chance of being on each list, and given the kind the
lists know nothing of each other.  Chances are uniform before, shares of the kinds come from breaking
a stick (with the concentration Gamma(1/4, 1/4)), the number of people has the prior 1/N.  It is
sampled by Gibbs' method: kinds of those seen, number and kinds of those unseen, chances, shares.

Pieces of the stick are drawn on the logarithmic scale.  A Gamma of a shape near zero is smaller
than the smallest number a computer has; held at 1e-12 instead, one published table gave 673 people
where it should give 719.

A chain can stay all its life at one of several answers.  So there are at least eight, each with
chance of its own.  Half start where nothing is known; half are scattered: they start in worlds in
which a fifth, or nineteen in twenty, are of a kind that hardly any list finds.
"""

from __future__ import annotations

import math
import os
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from candlemark.linkage.unreported.compiled import compiled
from candlemark.linkage.unreported.convergence import effective_draws, r_hat

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from candlemark.linkage.unreported.tables import OverlapTable

    Floats = NDArray[np.float64]
    Integers = NDArray[np.int64]

KINDS: Final = 10
PRIOR: Final = 0.25
"""Shape and rate of the concentration of the stick."""
EVERY: Final = 5
"""One step in so many is kept: the next ones say little that is new."""
R_HAT: Final = 1.05
EFFECTIVE: Final = 400.0
_MOST_UNSEEN: Final = 1e15
"""What the number on no list is held below, lest it be no integer; no answer comes near it."""


@dataclass(frozen=True, slots=True)
class Work:
    """How long is sampled at most; the defaults are what an answer for people asks for."""

    chains: int = 8
    settle: int = 10_000
    """Steps before anything is kept, in each chain."""
    steps: int = 40_000
    """Steps after which it is first asked whether the chains agree; then after as many again."""
    most: int = 320_000
    """Steps in each chain after which no more is tried."""
    seed: int = 20_260_101
    """What chance starts from: the same table gives the same answer."""

    def __post_init__(self) -> None:
        if self.chains < 8 or self.chains % 2:
            raise ValueError("fewer than eight chains cannot show that they disagree")


@dataclass(frozen=True, slots=True, eq=False)
class LatentClasses:
    """What the chains found."""

    draws: Integers
    """People, those on a list included; one row per chain, the plain starts first."""
    r_hat: float
    """Of the logarithm of the number of people; 1 when the chains cannot be told apart."""
    effective: float
    """So many independent draws tell as much."""

    @property
    def settled(self) -> bool:
        """Whether the chains agree and are long enough."""
        return self.r_hat <= R_HAT and self.effective >= EFFECTIVE


def latent_classes(
    table: OverlapTable, work: Work | None = None, tell: Callable[[float], None] | None = None
) -> LatentClasses:
    """Sample one table until the chains agree, or until it is no use.

    Args:
        table: the overlaps, any number of lists.
        work: how long.
        tell: is called with the share of the longest work that is done.
    """
    work = work or Work()
    patterns = np.array([pattern for pattern, _ in table.patterns], dtype=np.int64)
    counts = np.array([count for _, count in table.patterns], dtype=np.int64)
    chances = [
        np.random.Generator(np.random.PCG64(seed))
        for seed in np.random.SeedSequence(work.seed).spawn(work.chains)
    ]
    states = [
        _plain(chance, len(table.lists))
        if number < work.chains // 2
        else _scattered(
            chance, len(table.lists), (number % (work.chains // 2) + 0.5) / (work.chains // 2)
        )
        for number, chance in enumerate(chances)
    ]
    draws = np.empty((work.chains, 0), dtype=np.int64)
    with ThreadPoolExecutor(min(work.chains, os.cpu_count() or 1)) as pool:

        def onwards(steps: int) -> Integers:
            """All chains so many steps further."""
            return np.stack(
                list(
                    pool.map(
                        lambda one: _steps(patterns, counts, *one[0], one[1], steps, EVERY),
                        zip(states, chances, strict=True),
                    )
                )
            )

        onwards(work.settle)
        done = 0
        while True:
            draws = np.hstack([draws, onwards(work.steps)])
            done += work.steps
            logs = np.log(draws)
            found = LatentClasses(draws, r_hat(logs), effective_draws(logs))
            if tell:
                tell(min(1.0, (work.settle + done) / (work.settle + work.most)))
            if found.settled or done >= work.most:
                return found


State = tuple["Floats", "Floats", "Floats", "Floats"]
"""Logarithms of the shares of the kinds, of the chances to be on each list and not to be on it, and
the concentration; a chain changes them in place."""


def _plain(chance: np.random.Generator, lists: int) -> State:
    """Kinds alike in share, with chances of which nothing is known."""
    found = chance.uniform(0.001, 0.999, (KINDS, lists))
    return np.full(KINDS, -np.log(KINDS)), np.log(found), np.log1p(-found), np.ones(1)


def _scattered(chance: np.random.Generator, lists: int, dark: float) -> State:
    """A world in which a share ``dark`` of all people is hardly on any list."""
    found = chance.beta(0.5, 0.5, (KINDS, lists)).clip(0.001, 0.999)
    found[0] = chance.uniform(0.001, 0.02, lists)
    share = np.append(dark, chance.dirichlet(np.ones(KINDS - 1)) * (1 - dark))
    return (
        np.log(share.clip(1e-300)),
        np.log(found),
        np.log1p(-found),
        chance.gamma(1.0, 1.0, 1) + 0.1,
    )


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
    found = 0.25 * log_concentration - 0.25 * concentration
    rest = members.sum()
    for kind in range(len(members) - 1):
        if rest == 0:
            break
        found += log_concentration - math.lgamma(1.0 + concentration + rest)
        rest -= members[kind]
        found += math.lgamma(concentration + rest)
    return found


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
            return np.exp(tried)
        if tried < here:
            low = tried
        else:
            high = tried


@compiled
def _steps(
    patterns: Integers,
    counts: Integers,
    log_share: Floats,
    log_on: Floats,
    log_off: Floats,
    concentration: Floats,
    chance: np.random.Generator,
    steps: int,
    every: int,
) -> Integers:
    """So many steps of one chain; the number of people after every ``every``th."""
    kinds, lists = log_on.shape
    seen = counts.sum()
    weights, given = np.empty(kinds), np.empty(kinds, np.int64)
    kept = np.empty(steps // every, np.int64)
    for step in range(steps):
        members = np.zeros(kinds, np.int64)
        on = np.zeros((kinds, lists), np.int64)
        # The kinds of those who were seen, pattern by pattern.
        for row in range(len(counts)):
            most = -np.inf
            for kind in range(kinds):
                weight = log_share[kind]
                for place in range(lists):
                    weight += log_on[kind, place] if patterns[row, place] else log_off[kind, place]
                weights[kind] = weight
                most = max(most, weight)
            for kind in range(kinds):
                weights[kind] = np.exp(weights[kind] - most)
            _shared_out(chance, counts[row], weights, given)
            for kind in range(kinds):
                members[kind] += given[kind]
                for place in range(lists):
                    if patterns[row, place]:
                        on[kind, place] += given[kind]
        # How many are on no list: negative binomial, drawn as Poisson with a Gamma mean.
        missed, found = 0.0, 0.0
        for kind in range(kinds):
            off = 0.0
            for place in range(lists):
                off += log_off[kind, place]
            weights[kind] = np.exp(log_share[kind] + off)
            missed += weights[kind]
            found -= np.exp(log_share[kind]) * np.expm1(off)
        mean = chance.standard_gamma(seen) * missed / max(found, 1e-300)
        unseen = chance.poisson(min(mean, 1e15))
        _shared_out(chance, unseen, weights, given)
        for kind in range(kinds):
            members[kind] += given[kind]
        _renamed(chance, log_share, members, on)
        # The chances of each kind.
        for kind in range(kinds):
            for place in range(lists):
                one = _log_gamma(chance, 1.0 + on[kind, place])
                other = _log_gamma(chance, 1.0 + members[kind] - on[kind, place])
                both = np.logaddexp(one, other)
                log_on[kind, place], log_off[kind, place] = one - both, other - both
        # The concentration, then the pieces of the stick, and what is left of it.
        concentration[0] = _concentration(chance, concentration[0], members)
        rest, left = members.sum(), 0.0
        for kind in range(kinds - 1):
            rest -= members[kind]
            piece = _log_gamma(chance, 1.0 + members[kind])
            after = _log_gamma(chance, concentration[0] + rest)
            both = np.logaddexp(piece, after)
            log_share[kind] = left + piece - both
            left += after - both
        log_share[kinds - 1] = left
        if step % every == every - 1:
            kept[step // every] = seen + unseen
    return kept
