"""How many are on no list, if people are of some unknown kinds that lists find unlike easily.

The model of Manrique-Vallier (Biometrics 72 (2016) 1246-1254), written from the paper: a person is
of one of up to ten kinds; each kind has its own chance of being on each list, and given the kind
the lists know nothing of each other.  Chances are uniform before, shares of the kinds come from
breaking a stick (with the concentration Gamma(1/4, 1/4)), the number of people has the prior 1/N.
It is sampled by Gibbs' method (``sampler``).

A chain can stay all its life at one of several answers.  So there are at least eight, each with
chance of its own.  Half start where nothing is known; half are scattered: they start in worlds in
which an eighth, or seven in eight, are of a kind that hardly any list finds.
"""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from candlemark.linkage.unreported.convergence import effective_draws, r_hat
from candlemark.linkage.unreported.sampler import EVERY, steps

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from candlemark.linkage.unreported.sampler import State
    from candlemark.linkage.unreported.tables import OverlapTable

    Floats = NDArray[np.float64]
    Integers = NDArray[np.int64]

KINDS: Final = 10
R_HAT: Final = 1.05
EFFECTIVE: Final = 400.0


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
    patience: int = 1
    """So many times ``most`` where the chains agree and are only worth too few draws."""
    seed: int = 20_260_101
    """What chance starts from: the same table gives the same answer."""
    effective: float = EFFECTIVE
    """So many independent draws the chains must be worth."""

    def __post_init__(self) -> None:
        if self.chains < 8 or self.chains % 2:
            raise ValueError("fewer than eight chains, or an odd number, show too little")
        if not 0 < self.settle <= self.steps <= self.most or any(
            many % EVERY for many in (self.settle, self.steps, self.most)
        ):
            raise ValueError(f"steps are multiples of {EVERY}: settle, then steps, at most most")


@dataclass(frozen=True, slots=True, eq=False)
class LatentClasses:
    """What the chains found."""

    draws: Integers
    """People, those on a list included; one row per chain, the plain starts first."""
    r_hat: float
    """Of the logarithm of the number of people; 1 when the chains cannot be told apart."""
    effective: float
    """So many independent draws tell as much."""

    @classmethod
    def of(cls, draws: Integers) -> LatentClasses:
        """What draws tell, one row per chain."""
        logs = np.log(draws)
        return cls(draws, r_hat(logs), effective_draws(logs))


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
    chains = _started(work, len(table.lists))
    draws = np.empty((work.chains, 0), dtype=np.int64)
    done, whole = 0, work.settle + work.most
    longest = work.settle + work.most * work.patience
    with ThreadPoolExecutor(min(work.chains, os.cpu_count() or 1)) as pool:

        def onwards(many: int) -> Integers:
            """All chains so many steps further; the compiled steps let each other run."""
            return np.stack(
                list(pool.map(lambda one: steps(patterns, counts, one[0], one[1], many), chains))
            )

        while True:
            kept = onwards(work.steps if done else work.settle)
            done += kept.shape[1] * EVERY
            if tell:
                tell(min(1.0, done / whole))
            if done <= work.settle:
                continue
            draws = np.hstack([draws, kept])
            found = LatentClasses.of(draws)
            enough = found.r_hat <= R_HAT and found.effective >= work.effective
            if enough or done >= longest or (done >= whole and found.r_hat > R_HAT):
                return found
            if done >= whole:  # they agree, and change slowly: only time is missing
                whole = longest


def _started(work: Work, lists: int) -> list[tuple[State, np.random.Generator]]:
    """The chains at their starts, each with chance of its own: the plain ones, the scattered."""
    seeds = np.random.SeedSequence(work.seed).spawn(work.chains)
    chances = [np.random.Generator(np.random.PCG64(seed)) for seed in seeds]
    half = work.chains // 2
    return [
        (
            _plain(chance, lists)
            if number < half
            else _scattered(chance, lists, (number - half + 0.5) / half),
            chance,
        )
        for number, chance in enumerate(chances)
    ]


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
