"""A record as bits that can be compared and not read: a cryptographic long-term key, hardened.

After Schnell, Bachteler and Reiher (2009, 2011): pieces of values set positions of one bit array
for the whole record.  What was broken since is left out:

- positions are drawn from a keyed hash of each piece, one by one, and not by adding up two hashes,
  whose sums are few enough to be listed (Niedermeyer, Steinmetzer, Kroll and Schnell 2014);
- each attribute has a key of its own, and as many positions in every record, whatever its length;
- pieces can be tied to parts of another attribute (salting, in parts so that one wrong digit does
  not lose all): no pair of letters is frequent then;
- the array is folded on itself with XOR (Schnell and Borgs 2016), so that positions that go
  together no longer show together (against Christen, Vatsalan and Fu 2018);
- what is unknown gets fresh random positions: nobody's, each time others, and not to be told from
  what is known.

What stays: encodings of similar records are similar, for that is their purpose.  Who holds many of
them and a list of the same people can try to lay one network of likeness on the other.
"""

from __future__ import annotations

import hashlib
import secrets
from itertools import product
from typing import TYPE_CHECKING, Final

import numpy as np
import numpy.typing as npt

from candlemark.linkage.private.secret import key_for

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from candlemark.linkage.private.agreement import Agreement, Attribute
    from candlemark.linkage.private.pieces import Pieces
    from candlemark.seal import SealingKey

Bits = npt.NDArray[np.uint8]
"""Packed: eight positions in a byte."""

_AT_ONCE: Final = 32
"""Positions in one hash of 64 bytes, two bytes each."""
_REMEMBERED: Final = 1 << 19


class Encoder:
    """Encodes records under one agreement and one secret.

    Args:
        agreement: of both organisations.
        secret: shared by them.
        chance: random bytes, for what is unknown.
    """

    def __init__(
        self,
        agreement: Agreement,
        secret: SealingKey,
        chance: Callable[[int], bytes] = secrets.token_bytes,
    ) -> None:
        scheme = agreement.scheme
        self._scheme = scheme
        self._chance = chance
        drawn = scheme.load * scheme.length / 1_000
        self._parts = tuple(
            (one, round(one.weight * drawn), key_for(secret, agreement, f"pieces/{one.name}"))
            for one in scheme.attributes
        )
        self._drawn: dict[tuple[str, str], bytes] = {}

    def encode(self, pieces: Mapping[str, Pieces]) -> Bits:
        """The bits of one record, from its pieces by attribute."""
        array = np.zeros(self._scheme.length, np.uint8)
        mask = self._scheme.length - 1
        for attribute, many, key in self._parts:
            drawn = self._positions(attribute, many, key, pieces)
            array[np.frombuffer(drawn, "<u2") & mask] = 1
        for _ in range(self._scheme.folds):
            half = len(array) // 2
            array = array[:half] ^ array[half:]
        return np.packbits(array)

    def _positions(
        self, attribute: Attribute, many: int, key: bytes, pieces: Mapping[str, Pieces]
    ) -> bytes:
        """Two bytes for each of ``many`` positions; the same number whatever is known."""
        own = joined(attribute, pieces)
        if not own:
            return self._chance(2 * many)
        each, more = divmod(many, len(own))
        found = []
        # Which pieces get one position more must be the same on both sides and tell nothing.
        for place, piece in enumerate(own):
            size = 2 * (each + (place < more))
            found.append(
                self._chance(size)
                if piece is None
                else self._stream(attribute.name, key, piece, size)[:size]
            )
        return b"".join(found)

    def _stream(self, name: str, key: bytes, piece: str, size: int) -> bytes:
        known = self._drawn.get((name, piece), b"")
        if len(known) >= size:
            return known
        blocks = -(-size // (2 * _AT_ONCE))
        known = b"".join(
            hashlib.blake2b(bytes([block]) + piece.encode(), key=key).digest()
            for block in range(blocks)
        )
        if len(self._drawn) < _REMEMBERED:
            self._drawn[name, piece] = known
        return known


def joined(attribute: Attribute, pieces: Mapping[str, Pieces]) -> Pieces:
    """The pieces of an attribute, each joined to every part of what it is tied to."""
    own = pieces[attribute.name]
    if not attribute.tied:
        return own
    return tuple(
        None if one is None or part is None else f"{one}\0{part}"
        for one, part in product(own, pieces[attribute.tied])
    )
