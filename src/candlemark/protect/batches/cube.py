"""The yearly table: up to three things crossed, all margins, protected once with the same keys.

A cell is a set of records, and its key the sum of theirs: a region's total here, if it holds the
same records as a batch did, has the same number.  Margins have keys of their own and are no sums of
noisy cells.  Along the last axis stands what somebody may want to know of a person.
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
    pairs: tuple[Integers, Integers] | None = None,
) -> Cube:
    """Count records by everything crossed, and protect every cell and margin.

    Args:
        name: of the table, with its year.
        codes: for each axis the place of each record, from 0; with ``pairs`` for all but the last.
        sizes: of each axis.
        keys: record keys.
        policy: the noise, and how many things may be crossed.
        secret: for cells without a record.
        pairs: records, and a place on the last axis each, where a record can have several or none;
            its total counts it once.

    Raises:
        NotInOrder: more is crossed than the policy lets.
    """
    if not 1 <= len(sizes) <= policy.yearly:
        raise NotInOrder(
            f"a yearly table crosses {len(sizes)} things", hint=f"cross {policy.yearly} at most"
        )
    if pairs is None:
        cell, own = np.ravel_multi_index(tuple(codes), tuple(sizes)), keys
    else:
        line = _line(codes, sizes, len(keys))
        cell, own = line[pairs[0]] * sizes[-1] + pairs[1], keys[pairs[0]]
    flat, key = summed(int(np.prod(sizes)), cell, own)
    exact, total = flat.reshape(tuple(sizes)), key.reshape(tuple(sizes))
    if pairs is not None:
        whole = [one.reshape((*sizes[:-1], 1)) for one in summed(_lines(sizes), line, keys)]
        exact, total = np.concatenate([exact, whole[0]], -1), np.concatenate([total, whole[1]], -1)
    for axis in range(len(sizes) - (pairs is not None)):
        exact = np.concatenate([exact, exact.sum(axis=axis, keepdims=True)], axis=axis)
        total = np.concatenate([total, total.sum(axis=axis, keepdims=True)], axis=axis)
    total %= MODULUS
    empty = exact == 0
    total[empty] = empty_keys(name, exact.shape, secret)[empty]
    shown = table_of(policy).published(exact, draws(total))
    return Cube(name, shown, exact, total)


def empty_keys(name: str, shape: Sequence[int], secret: Secret) -> Integers:
    """The keys that the cells of a table have where there is no record in them.

    One key of the table and the place of the cell: a digest for each empty one takes a second.
    """
    (start,) = secret.empty([name])
    places = np.arange(int(np.prod(shape)), dtype=np.int64).reshape(tuple(shape))
    found: Integers = (int(start) + places * 0x9E3779B1) % MODULUS
    return found


def _lines(sizes: Sequence[int]) -> int:
    return int(np.prod(sizes[:-1], dtype=np.int64))


def _line(codes: Sequence[Integers], sizes: Sequence[int], many: int) -> Integers:
    if len(sizes) == 1:
        return np.zeros(many, dtype=np.int64)
    found: Integers = np.ravel_multi_index(tuple(codes), tuple(sizes[:-1])).astype(np.int64)
    return found
