"""A record is of one person: pairs of it with two who are evidently not one compete.

A model looks at two records at a time.  One without a birthday may go well with a man born in 1950
and as well with his namesake of 1980, and each pair by itself looks sure.  Both cannot be right, so
each is as probable as it is beside the other; what was even goes to people.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, TypeAlias

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from candlemark.linkage.engine.numbers import groups, spread

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    Longs: TypeAlias = NDArray[np.int64]
    Shares: TypeAlias = NDArray[np.float64]

_EVIDENT: Final = 0.99
"""From this probability on two records are taken for one when it is asked who their rivals are."""
_BITS: Final = 60.0


def beside_rivals(
    pairs: pa.Table, once_each: Sequence[str] = (), known: pa.Table | None = None
) -> pa.Table:
    """The pairs, each as probable as it is beside those that exclude it.

    Two partners of a record exclude each other as far as they are not one themselves, which the
    same pairs say.  Pairs between sources that have each case once are left to ``one_to_one``.

    Args:
        pairs: ``pairs.PAIRS``.
        once_each: sources that have each case, or person, once.
        known: more pairs, of the same columns, that say which partners are one.
    """
    free = np.flatnonzero(~_bound(pairs, once_each)) if len(once_each) > 1 else None
    chosen = pairs if free is None else pairs.take(pa.array(free))
    if not chosen.num_rows:
        return pairs
    both = chosen if known is None else pa.concat_tables([chosen, known])
    left, right = _records(both)
    chance = np.asarray(both["probability"], dtype=np.float64)
    asked = slice(0, chosen.num_rows)
    beside = _beside(left, right, chance, asked)
    if free is not None:
        found = np.asarray(pairs["probability"], dtype=np.float64).copy()
        found[free] = beside
        beside = found
    return with_chance(pairs, beside)


def with_chance(pairs: pa.Table, chance: Shares) -> pa.Table:
    """Pairs with other probabilities, and weights that follow from them where they differ."""
    changed = chance != np.asarray(pairs["probability"])
    held = np.clip(chance, 1e-12, 1 - 1e-12)
    weight = np.where(changed, np.log2(held / (1 - held)), np.asarray(pairs["weight"]))
    at = pairs.column_names.index
    pairs = pairs.set_column(at("probability"), "probability", pa.array(chance))
    return pairs.set_column(at("weight"), "weight", pa.array(weight.astype(np.float32)))


def _bound(pairs: pa.Table, once_each: Sequence[str]) -> NDArray[np.bool_]:
    among = pa.array(list(once_each), pa.string())
    sides = [pc.is_in(pairs[f"{side}_source"], value_set=among) for side in ("left", "right")]
    return np.asarray(pc.and_(*sides), dtype=bool)


def _records(pairs: pa.Table) -> tuple[Longs, Longs]:
    """A number for each record."""
    sides = [
        pc.binary_join_element_wise(pairs[f"{s}_source"], pairs[f"{s}_record"], "\0")
        for s in ("left", "right")
    ]
    cells: Any = pa.chunked_array([chunk for side in sides for chunk in side.chunks], pa.string())
    numbers = np.asarray(pc.dictionary_encode(cells.combine_chunks()).indices, dtype=np.int64)
    return numbers[: pairs.num_rows], numbers[pairs.num_rows :]


def _beside(left: Longs, right: Longs, chance: Shares, asked: slice) -> Shares:
    """The probability of the asked pairs beside their rivals.

    Records that are evidently one are one *person* here; so many records of a rival count once.
    """
    size = int(max(left.max(), right.max())) + 1
    sure = chance >= _EVIDENT
    edges = (np.ones(int(sure.sum())), (left[sure], right[sure]))
    _, cluster = connected_components(coo_array(edges, shape=(size, size)), directed=False)
    person: Longs = cluster.astype(np.int64)
    odds = np.exp2(np.clip(np.log2(chance / np.maximum(1 - chance, 1e-18)), -_BITS, _BITS))
    one = _likeliest(person[left], person[right], chance, size)
    ends = np.concatenate([left[asked], right[asked]])
    others = np.concatenate([person[right[asked]], person[left[asked]]])
    rivals = _rivals(ends, others, np.tile(odds[asked], 2), person[ends], (one, size))
    here, there = np.split(rivals, 2)
    same = person[left[asked]] == person[right[asked]]
    kept = chance[asked]
    beside = odds[asked] / (1 + odds[asked] + here + there)
    return np.where(same | (here + there == 0), kept, np.minimum(beside, kept))


def _likeliest(a: Longs, b: Longs, chance: Shares, size: int) -> tuple[Longs, Shares]:
    """By two persons, as one number in order, the best probability of a pair between them."""
    keys = np.minimum(a, b) * size + np.maximum(a, b)
    order = np.lexsort((-chance, keys))
    keys, chance = keys[order], chance[order]
    first = np.concatenate(([True], keys[1:] != keys[:-1]))
    return keys[first], chance[first]


def _rivals(
    ends: Longs, others: Longs, odds: Shares, own: Longs, known: tuple[tuple[Longs, Shares], int]
) -> Shares:
    """Of each record and person it may be, the odds of all others it may be instead."""
    (one, chance), size = known
    if np.all(others == own):
        return np.zeros(len(ends))
    meets, chosen = _best_of(ends, others, odds, own, size)
    record = meets // size
    begins, counts = groups(record)
    each = np.repeat(counts, counts)  # for each person a record may be: how many there are
    whose, nth = spread(np.where(each > 1, each, 0))
    rival = np.repeat(begins, counts)[whose] + nth
    a, b = meets[whose] % size, meets[rival] % size
    keys = np.minimum(a, b) * size + np.maximum(a, b)
    at = np.minimum(np.searchsorted(one, keys), len(one) - 1)
    together = np.where(one[at] == keys, chance[at], 0.0)
    excluded = np.where(whose == rival, 0.0, chosen[rival] * (1 - together))
    total = np.bincount(whose, excluded, minlength=len(meets))
    at = np.minimum(np.searchsorted(meets, ends * size + others), len(meets) - 1)
    return np.asarray(np.where(others == own, 0.0, total[at]))


def _best_of(
    ends: Longs, others: Longs, odds: Shares, own: Longs, size: int
) -> tuple[Longs, Shares]:
    """By record and person it may be, as one number in order, the best odds; not who it is."""
    free = others != own
    keys, best = ends[free] * size + others[free], odds[free]
    order = np.lexsort((-best, keys))
    keys, best = keys[order], best[order]
    first = np.concatenate((np.ones(min(1, len(keys)), dtype=bool), keys[1:] != keys[:-1]))
    return keys[first], best[first]
