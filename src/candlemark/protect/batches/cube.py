"""The yearly table: up to three things crossed, all margins, protected once with the same keys.

A cell is a set of records, and its key the sum of theirs: a region's total here, if it holds the
same records as a batch did, has the same number.  Margins have keys of their own and are no sums of
noisy cells.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from candlemark.errors import NotInOrder
from candlemark.protect.batches.closing import table_of
from candlemark.protect.batches.record_keys import MODULUS, draws, summed

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from candlemark.protect.batches.record_keys import Secret
    from candlemark.protect.policy import Policy

    Integers = NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class Cube:
    """Counts of every crossing; along each axis the last place is the total.

    ``exact`` and ``keys`` stay inside.
    """

    name: str
    published: Integers
    exact: Integers
    keys: Integers


def cube(
    name: str,
    codes: Sequence[Integers],
    sizes: Sequence[int],
    keys: Integers,
    *,
    policy: Policy,
    secret: Secret,
) -> Cube:
    """Count records by everything crossed, and protect every cell and margin.

    Args:
        name: of the table, with its year.
        codes: for each axis the place of each record, from 0.
        sizes: of each axis.
        keys: record keys.
        policy: the noise, and how many things may be crossed.
        secret: for cells without a record.

    Raises:
        NotInOrder: more is crossed than the policy lets.
    """
    if not 1 <= len(sizes) <= policy.yearly:
        raise NotInOrder(
            f"a yearly table crosses {len(sizes)} things", hint=f"cross {policy.yearly} at most"
        )
    cell = np.ravel_multi_index(tuple(codes), tuple(sizes))
    flat, key = summed(int(np.prod(sizes)), cell, keys)
    exact, total = flat.reshape(tuple(sizes)), key.reshape(tuple(sizes))
    for axis in range(len(sizes)):
        exact = np.concatenate([exact, exact.sum(axis=axis, keepdims=True)], axis=axis)
        total = np.concatenate([total, total.sum(axis=axis, keepdims=True)], axis=axis)
    total %= MODULUS
    # One key of the table and the place of the cell: a digest for each empty one takes a second.
    (start,) = secret.empty([name])
    empty = exact == 0
    places = np.arange(exact.size, dtype=np.int64).reshape(exact.shape)
    total[empty] = (int(start) + places[empty] * 0x9E3779B1) % MODULUS
    shown = table_of(policy).published(exact, draws(total))
    return Cube(name, shown, exact, total)
