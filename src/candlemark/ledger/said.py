"""One fact as it stands in the ledger: where, in which compartment, in its exact bytes."""

from __future__ import annotations

import msgspec

from candlemark.ledger.entry import Entry  # noqa: TC001 - msgspec reads it at run time


class Said(msgspec.Struct, frozen=True, gc=False):
    """A fact not yet read, with its place.

    ``part`` counts the parts of the entry from 0, the meta part not among them, and ``number`` the
    facts of the part.  ``(entry.n, part, number)`` is the order of the ledger.
    """

    entry: Entry
    compartment: str
    part: int
    number: int
    kind: str
    version: int
    data: bytes
