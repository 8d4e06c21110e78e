"""One fact as it stands in the ledger, and the state of the ledger it was read in."""

from __future__ import annotations

import hashlib
from array import array
from typing import TYPE_CHECKING, NamedTuple

import msgspec

from candlemark.ledger.entry import Entry  # noqa: TC001 - msgspec reads it at run time

if TYPE_CHECKING:
    from collections.abc import Sequence

    from candlemark.ledger.merkle import Tree


class Said(msgspec.Struct, frozen=True, gc=False):
    """A fact not yet read, with its place.

    ``at`` is the place of the entry in the order in which the ledger is read, ``part`` counts the
    parts of the entry from 0, the meta part not among them, and ``number`` the facts of the part.
    """

    entry: Entry
    compartment: str
    at: int
    part: int
    number: int
    kind: str
    version: int
    data: bytes


class State(NamedTuple):
    """A state of the ledger that was checked.

    ``places`` are those of the entries that count, in the order in which they are read; ``erased``
    is a hash over what was erased, empty when nothing was.
    """

    tree: Tree
    places: Sequence[int]
    erased: bytes

    def order(self, count: int) -> bytes:
        """A hash over the first ``count`` places; empty when they are just 0, 1, 2 and so on."""
        places = self.places[:count]
        plain = range(len(places))
        if places == plain or list(places) == list(plain):
            return b""
        return hashlib.sha256(array("q", places).tobytes()).digest()
