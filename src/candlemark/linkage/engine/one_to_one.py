"""One record of a source has at most one partner in another, where the world has it so.

An intake row leads to at most one initiation of a charge, and two people arrested in one minute are
two people.  The pairs of a record then compete: how probable one is depends on the others.  Where
two are as good as each other nothing says which is right, so neither is taken as sure; both go to
people.  What is left is matched so that the sum of the weights is largest.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from scipy.optimize import linear_sum_assignment
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

_LARGEST: Final = 1_000
"""Records of one group that are matched exactly; larger ones from the best pair on."""
_NEVER: Final = 1e6


def one_to_one(pairs: pa.Table, once_each: Sequence[str]) -> pa.Table:
    """The pairs, with those between two sources that have each case once matched one to one.

    Args:
        pairs: ``pairs.PAIRS``.
        once_each: the sources that have each case, or person, once.

    Returns:
        The same columns.  Of competing pairs only the matched one is left, and its probability is
        what it is beside the others; all other pairs are as they were.
    """
    among = pa.array(list(once_each), pa.string())
    bound = pc.and_(
        pc.is_in(pairs["left_source"], value_set=among),
        pc.is_in(pairs["right_source"], value_set=among),
    )
    inside = pairs.filter(bound)
    if not inside.num_rows:
        return pairs
    keep = np.zeros(inside.num_rows, dtype=bool)
    chance = np.asarray(inside["probability"], dtype=np.float64).copy()
    sides = pc.binary_join_element_wise(inside["left_source"], inside["right_source"], "\0")
    for _, rows in _groups(sides):
        matched, share = _matched(inside.take(pa.array(rows)))
        keep[rows] = matched
        chance[rows] = share
    weight = np.log2(np.clip(chance, 1e-12, 1 - 1e-12) / (1 - np.clip(chance, 1e-12, 1 - 1e-12)))
    at = inside.column_names.index
    inside = inside.set_column(at("probability"), "probability", pa.array(chance))
    inside = inside.set_column(at("weight"), "weight", pa.array(weight.astype(np.float32)))
    rest = pairs.filter(pc.invert(bound))
    return pa.concat_tables([rest, inside.filter(pa.array(keep))]).sort_by(
        [(n, "ascending") for n in ("left_source", "left_record", "right_source", "right_record")]
    )


def _groups(keys: Any) -> list[tuple[Any, NDArray[np.int64]]]:
    coded = pc.dictionary_encode(keys)
    coded = coded.combine_chunks() if isinstance(coded, pa.ChunkedArray) else coded
    numbers = np.asarray(coded.indices)
    return [
        (key, np.flatnonzero(numbers == at)) for at, key in enumerate(coded.dictionary.to_pylist())
    ]


def _matched(pairs: pa.Table) -> tuple[NDArray[np.bool_], NDArray[np.float64]]:
    """Which pairs of two sources are matched, and how probable each is beside its rivals."""
    left, right = (_numbers(pairs[name]) for name in ("left_record", "right_record"))
    weight = np.asarray(pairs["weight"], dtype=np.float64)
    odds = np.exp2(np.clip(weight, -500, 500))
    rivals = np.bincount(left, odds)[left] + np.bincount(right, odds)[right] - odds
    share = np.asarray(odds / (1 + rivals), dtype=np.float64)
    keep = np.zeros(len(weight), dtype=bool)
    size = int(left.max()) + 1
    graph = coo_array((weight, (left, right + size)), shape=(size + int(right.max()) + 1,) * 2)
    _, group = connected_components(graph, directed=False)
    order = np.argsort(group[left], kind="stable")
    for rows in np.split(order, np.flatnonzero(np.diff(group[left][order])) + 1):
        keep[rows[_match(left[rows], right[rows], weight[rows])]] = True
    return keep, share


def _numbers(column: Any) -> NDArray[np.int64]:
    coded = pc.dictionary_encode(column)
    coded = coded.combine_chunks() if isinstance(coded, pa.ChunkedArray) else coded
    return np.asarray(coded.indices).astype(np.int64)


def _match(
    left: NDArray[np.int64], right: NDArray[np.int64], weight: NDArray[np.float64]
) -> NDArray[np.int64]:
    """Places of the pairs that are matched, within one group of records."""
    if len(left) == 1:
        return np.zeros(1, dtype=np.int64)
    (lefts, a), (rights, b) = (np.unique(side, return_inverse=True) for side in (left, right))
    if max(len(lefts), len(rights)) > _LARGEST:
        return _from_the_best(a, b, weight)
    cost = np.full((len(lefts), len(rights)), _NEVER)
    cost[a, b] = -weight
    rows, columns = linear_sum_assignment(cost)
    place = np.full(cost.shape, -1, dtype=np.int64)
    place[a, b] = np.arange(len(left))
    found = place[rows, columns]
    return np.asarray(found[found >= 0], dtype=np.int64)


def _from_the_best(
    left: NDArray[np.int64], right: NDArray[np.int64], weight: NDArray[np.float64]
) -> NDArray[np.int64]:
    taken: tuple[set[int], set[int]] = (set(), set())
    found = []
    for at in np.lexsort((right, left, -weight)).tolist():
        if left[at] not in taken[0] and right[at] not in taken[1]:
            found.append(at)
            taken[0].add(int(left[at]))
            taken[1].add(int(right[at]))
    return np.asarray(sorted(found), dtype=np.int64)
