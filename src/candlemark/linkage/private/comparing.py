"""Encodings of two lists compared, and who is taken for whom: the work of the linkage unit.

The comparing is anonlink's (Dice coefficients of bit arrays in C++); nothing else imports it.  A
record is in at most one pair, the most alike first.  Where the best partner is not a single one
nobody is linked: a tie is no answer.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
from anonlink.similarities import dice_coefficient

if TYPE_CHECKING:
    from collections.abc import Callable

    import numpy.typing as npt

    from candlemark.linkage.private.encoding import Bits

_CHUNK: Final = 5_000
_PARTNERS: Final = 5
"""Candidates of a record that are kept for each chunk of the other list."""


@dataclass(frozen=True, slots=True)
class Pairs:
    """Rows of one list beside rows of the other, by number."""

    links: tuple[tuple[int, int, float], ...]
    """With their likeness, the most alike first."""
    undecided: int
    """Rows of either list whose best partners are equally near."""


def match(
    left: Bits,
    right: Bits,
    threshold: float,
    tell: Callable[[float], None] = lambda _done: None,
) -> Pairs:
    """Link two lists one to one.

    Args:
        left: encodings of one list, packed.
        right: of the other.
        threshold: the Dice coefficient from which two records can be one.
        tell: is told the share done.
    """
    one, other = ([row.tobytes() for row in packed] for packed in (left, right))
    found: list[tuple[float, int, int]] = []
    corners = [(x, y) for x in range(0, len(one), _CHUNK) for y in range(0, len(other), _CHUNK)]
    for done, (x, y) in enumerate(corners):
        tell(done / len(corners))
        likeness, (rows, columns) = dice_coefficient(
            (one[x : x + _CHUNK], other[y : y + _CHUNK]), threshold, k=_PARTNERS
        )
        found += zip(likeness, (x + n for n in rows), (y + n for n in columns), strict=True)
    found.sort(key=lambda pair: (-pair[0], pair[1], pair[2]))
    return _one_to_one(found)


def _one_to_one(found: list[tuple[float, int, int]]) -> Pairs:
    """The most alike first; rows in a tie stay alone, and are no longer free for others."""
    taken: tuple[set[int], set[int]] = set(), set()
    links: list[tuple[int, int, float]] = []
    undecided = 0
    at = 0
    while at < len(found):
        end = at
        while end < len(found) and found[end][0] == found[at][0]:
            end += 1
        free = [
            (row, column)
            for _, row, column in found[at:end]
            if row not in taken[0] and column not in taken[1]
        ]
        rows, columns = (_counted([pair[side] for pair in free]) for side in (0, 1))
        for row, column in free:
            if rows[row] == columns[column] == 1:
                links.append((row, column, found[at][0]))
        undecided += sum(many > 1 for counts in (rows, columns) for many in counts.values())
        taken[0].update(rows)
        taken[1].update(columns)
        at = end
    return Pairs(tuple(links), undecided)


def _counted(numbers: list[int]) -> dict[int, int]:
    values, counts = np.unique(np.array(numbers, int), return_counts=True)
    return dict(zip(values.tolist(), counts.tolist(), strict=True))


def same_rows(left: Bits, right: Bits) -> float:
    """The share of the shorter list whose encodings stand in the other to the last bit."""
    one, other = _as_bytes(left), _as_bytes(right)
    return len(one & other) / min(len(one), len(other))


def _as_bytes(packed: npt.NDArray[np.uint8]) -> set[bytes]:
    return {row.tobytes() for row in packed}
