"""What links are worth, where the truth is known: over all true pairs, after clustering."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

if TYPE_CHECKING:
    import pyarrow as pa
    from numpy.typing import NDArray

RIGHT = 0.98
"""Of a hundred pairs the reviewer judges so many right."""


class Truth:
    """Whose row each row of a table is."""

    def __init__(self, table: pa.Table) -> None:
        keys = zip(table["source"].to_pylist(), table["record"].to_pylist(), strict=True)
        self._at = {key: at for at, key in enumerate(keys)}
        _, self._whose = np.unique(np.asarray(table["truth"].to_pylist()), return_inverse=True)
        self.pairs = _pairs(np.bincount(self._whose))

    def numbers(self, pairs: pa.Table) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """The rows of pairs that go by the names of records."""
        names = [
            pairs[name].to_pylist()
            for name in ("left_source", "left_record", "right_source", "right_record")
        ]
        left = [self._at[key] for key in zip(names[0], names[1], strict=True)]
        right = [self._at[key] for key in zip(names[2], names[3], strict=True)]
        return np.asarray(left, np.int64), np.asarray(right, np.int64)

    def after(self, pairs: pa.Table, at: float) -> dict[str, float]:
        """Precision, recall and F1 when pairs from a probability on are linked."""
        left, right = self.numbers(pairs)
        return self.after_numbers(left, right, np.asarray(pairs["probability"]), at)

    def right(self, pairs: pa.Table, at: float) -> float:
        """The share of linked pairs that are of one person."""
        left, right = self.numbers(pairs)
        chosen = np.asarray(pairs["probability"]) >= at
        return float((self._whose[left] == self._whose[right])[chosen].mean())

    def reviewed(self, pairs: pa.Table, automatic: float) -> dict[str, float]:
        """The same when a reviewer judges what lies under the automatic threshold."""
        left, right = self.numbers(pairs)
        chance = np.asarray(pairs["probability"])
        same = self._whose[left] == self._whose[right]
        says = np.where(np.random.default_rng(1).random(len(same)) < RIGHT, same, ~same)
        return self.after_numbers(left, right, np.where(chance >= automatic, 1.0, says * 1.0), 0.5)

    def after_numbers(self, left: Any, right: Any, chance: Any, at: float) -> dict[str, float]:
        """Precision, recall and F1 of the clusters that links make, over pairs of records."""
        linked = chance >= at
        size = len(self._whose)
        edges = (np.ones(int(linked.sum())), (left[linked], right[linked]))
        _, cluster = connected_components(coo_array(edges, shape=(size, size)), directed=False)
        both = np.unique(cluster.astype(np.int64) * size + self._whose, return_counts=True)[1]
        right_pairs, made = _pairs(both), _pairs(np.bincount(cluster))
        return {
            "precision": right_pairs / made if made else 1.0,
            "recall": right_pairs / self.pairs,
            "f1": 2 * right_pairs / (made + self.pairs),
        }


def _pairs(sizes: NDArray[np.int64]) -> int:
    return int((sizes * (sizes - 1) // 2).sum())
