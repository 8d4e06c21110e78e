"""Permanent keys of records: what makes the same number get the same change for ever.

A record (a case, an event of it) has one key, HMAC-SHA-256 of its identifier under a secret of the
vault.  The key of a table cell is the sum of the keys of its records: the same records give the
same key, and so the same noise, in whatever table and release they stand together; asking again
tells nothing new, and averaging has nothing to average.

Whoever holds the secret and knows all records but one can undo the noise.  It is therefore sealed
in the vault that publishes, is never printed, copied or pickled, and stands in no file that leaves.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from typing import TYPE_CHECKING, Final, NoReturn

import numpy as np

from candlemark.errors import LedgerBroken

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from numpy.typing import ArrayLike, NDArray

    Integers = NDArray[np.int64]

BYTES: Final = 32
KEY_BITS: Final = 32
"""Of a key; a sum of two million keys is still a whole number to a float."""
MODULUS: Final = 1 << KEY_BITS
AT_ONCE: Final = 1 << 20
"""Records whose keys are added up at a time."""


class Secret:
    """The secret that record keys are made with; shows nothing of itself."""

    __slots__ = ("_raw",)

    def __init__(self, raw: bytes) -> None:
        if len(raw) != BYTES:
            raise LedgerBroken(
                "the secret of the record keys is damaged", hint="candlemark ledger verify"
            )
        self._raw = raw

    @classmethod
    def generate(cls) -> Secret:
        """A new one."""
        return cls(secrets.token_bytes(BYTES))

    def reveal(self) -> bytes:
        """The bytes, for sealing and for nothing else."""
        return self._raw

    def __repr__(self) -> str:
        return "<Secret>"

    def __reduce__(self) -> NoReturn:
        raise TypeError("the secret of the record keys is not copied or pickled")

    def keys(self, records: Iterable[str]) -> Integers:
        """The key of each record, by its identifier."""
        digest = self._digest
        joined = b"".join(digest(b"record\x00" + record.encode())[:4] for record in records)
        return np.frombuffer(joined, dtype=">u4").astype(np.int64)

    def marks(self, names: Sequence[str]) -> Integers:
        """Sixty-three bits for each name of an event, by which it is known again and nothing else.

        What was counted once is remembered by its mark: the vault need not keep a second list of
        who was in which release.
        """
        digest = self._digest
        joined = b"".join(digest(b"event\x00" + name.encode())[:8] for name in names)
        return np.frombuffer(joined, dtype=">u8").astype(np.uint64).astype(np.int64)

    def empty(self, places: Iterable[str]) -> Integers:
        """The key of cells in which there is no record, by where they stand."""
        digest = self._digest
        joined = b"".join(digest(b"empty\x00" + place.encode())[:4] for place in places)
        return np.frombuffer(joined, dtype=">u4").astype(np.int64)

    def _digest(self, message: bytes) -> bytes:
        return hmac.digest(self._raw, message, hashlib.sha256)


def summed(cells: int, cell: ArrayLike, keys: ArrayLike) -> tuple[Integers, Integers]:
    """How many records stand in each of ``cells`` cells, and the key of each.

    Args:
        cells: how many cells there are.
        cell: of each record, the number of its cell.
        keys: of each record, its key.
    """
    where, own = np.asarray(cell, dtype=np.int64), np.asarray(keys, dtype=np.int64)
    counts = np.bincount(where, minlength=cells).astype(np.int64)
    total = np.zeros(cells, dtype=np.int64)
    for first in range(0, len(where), AT_ONCE):
        some = slice(first, first + AT_ONCE)
        total += np.bincount(where[some], weights=own[some], minlength=cells).astype(np.int64)
    return counts, total % MODULUS


def draws(keys: ArrayLike) -> Integers:
    """A number from 0 to ``SCALE - 1`` out of each key of a cell.

    The bits are mixed first (the finaliser of MurmurHash3), so that cells whose keys differ by a
    known amount have draws that have nothing to do with each other.
    """
    mixed = np.asarray(keys, dtype=np.uint32).copy()
    for shift, factor in ((16, 0x85EBCA6B), (13, 0xC2B2AE35)):
        mixed ^= mixed >> np.uint32(shift)
        mixed *= np.uint32(factor)
    mixed ^= mixed >> np.uint32(16)
    return (mixed >> np.uint32(8)).astype(np.int64)  # the upper 24 of 32 bits: below SCALE
