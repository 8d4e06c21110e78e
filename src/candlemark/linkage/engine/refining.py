"""Shares learnt once more, from candidates weighed by everything that is known of them.

A rule to learn by takes what it asks for as given, and where little is left to tell two namesakes
from one person, the share of true pairs is a guess: among a million rows a quarter of the men of
one name, district and offence were born on two days, and the rule alone cannot know that they are
two.  All comparisons together, rarity included, can.  So pairs of a share of the rows are scored by
the model, and each level counts by how probable its pairs are, until that changes little
(expectation and maximisation over the conditions of Fellegi and Sunter, u being known).
"""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pyarrow.compute as pc

from candlemark.linkage.engine.index import Index, probability_of
from candlemark.linkage.engine.levels import CHANGED_PLACES, levels_of
from candlemark.linkage.engine.model import SMALLEST, Shares, equal_by_chance

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import pyarrow as pa
    from numpy.typing import NDArray

    from candlemark.linkage.engine.model import LinkModel
    from candlemark.linkage.engine.plan import Plan

    Weights = NDArray[np.float64]

_CANDIDATES: Final = 300_000
"""Pairs that are scored; of more, those of every n-th part of the rows."""
_LEAST_CHANCE: Final = 0.05
"""Less probable pairs are many, and teach nothing."""
_ENOUGH: Final = 200.0
"""Pairs, by their probability, that have to be there: of fewer a level says little."""
_STEPS: Final = 30
_SETTLED: Final = 1e-4


def refined(
    model: LinkModel, rows: pa.Table, once_each: Sequence[str] = (), floor: float = SMALLEST
) -> LinkModel:
    """The model with shares among true pairs as all its comparisons together see them.

    Args:
        model: what rules taught one by one.
        rows: comparable rows, in any order; the same ones teach the same.
        once_each: sources of which no two records are one.
        floor: of the share of a level that was not seen.
    """
    found = Index(model, rows, once_each=once_each, grows=False).some(_CANDIDATES, _LEAST_CHANCE)
    levels = np.asarray(found["levels"].combine_chunks().values).reshape(
        found.num_rows, len(model.plan.comparisons)
    )
    weight = np.asarray(found["weight"], dtype=np.float64)
    joined = np.asarray(pc.is_valid(found["key"]))
    shares, before, moved = model.shares, _weights(model.shares), weight
    for _ in range(_STEPS):
        chance = np.where(joined, 1.0, probability_of(moved))
        if chance.sum() < _ENOUGH:
            return model
        last, shares = (
            shares,
            {
                one.name: _counted(levels[:, at], chance, model.shares[one.name], floor)
                for at, one in enumerate(model.plan.comparisons)
            },
        )
        shares = _following(model.plan, shares)
        now = _weights(shares)
        moved = weight + np.sum(
            [
                (now[one.name] - before[one.name])[levels[:, at]]
                for at, one in enumerate(model.plan.comparisons)
            ],
            axis=0,
        )
        if _apart(shares, last) < _SETTLED:
            break
    return replace(model, shares=shares)


def with_chance(model: LinkModel, written: Mapping[str, float]) -> LinkModel:
    """The model with shares by chance that too few pairs were drawn to tell.

    Args:
        model: what was learnt.
        written: of each comparison of names, how often two that sound the same are written so.
    """
    shares = dict(model.shares)
    for name, alike in written.items():
        one = model.plan.compared(name)
        both = [at for at, level in enumerate(levels_of(one).levels) if level.equal]
        if 0 < alike < 1 and len(both) == 2 and all(shares[name][at].m for at in both):
            chance, of = equal_by_chance(one, shares[name]), list(shares[name])
            for at, share in zip(both, (alike, 1 - alike), strict=True):
                of[at] = Shares(of[at].m, chance * share)
            shares[name] = tuple(of)
    return replace(model, shares=_following(model.plan, shares))


def _following(plan: Plan, shares: Mapping[str, tuple[Shares, ...]]) -> dict[str, Any]:
    """Shares by chance that follow from others.

    That two names have changed places is too rare to be seen among pairs that are drawn.  Who puts
    one into the other's place does it whoever the person is: so by chance it is met as often as
    among true pairs, where both names are equal by chance.
    """
    found = dict(shares)
    for one in plan.comparisons:
        of = list(shares[one.name])
        if one.against:
            of[0] = Shares(of[0].m, of[0].m)
        labels = levels_of(one).labels
        if CHANGED_PLACES in labels:
            at, both = labels.index(CHANGED_PLACES), (one, plan.compared(one.crossed))
            chance = math.prod(equal_by_chance(each, shares[each.name]) for each in both)
            of[at] = Shares(of[at].m, of[at].m * chance)
        found[one.name] = tuple(of)
    return found


def _counted(
    levels: Any, chance: Weights, before: tuple[Shares, ...], floor: float
) -> tuple[Shares, ...]:
    """Shares of the levels, pairs counting by their probability; as before where nobody says."""
    said = levels >= 0
    counts = np.bincount(levels[said], chance[said], minlength=len(before))
    total = float(counts.sum())
    if total < _ENOUGH:
        return before
    return tuple(
        Shares(max(float(count) / total, floor), old.u) if old.m else old
        for count, old in zip(counts, before, strict=True)
    )


def _weights(shares: Mapping[str, tuple[Shares, ...]]) -> dict[str, Weights]:
    """What each level weighs; the last stands for unknown, which is -1."""
    return {name: np.asarray([*(one.weight for one in some), 0.0]) for name, some in shares.items()}


def _apart(
    shares: Mapping[str, tuple[Shares, ...]], others: Mapping[str, tuple[Shares, ...]]
) -> float:
    """The most that a share of true pairs has changed by."""
    return max(
        abs(one.m - other.m)
        for name, some in shares.items()
        for one, other in zip(some, others[name], strict=True)
    )
