"""Tables kept in the ledger: written once, found again by their identity."""

from __future__ import annotations

import zlib
from typing import TYPE_CHECKING, Final

from candlemark.errors import LedgerBroken, NotInOrder
from candlemark.ledger import Part
from candlemark.measure.canonical import canonical
from candlemark.publish.releases.facts import TableKept
from candlemark.publish.table import document, read_table

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator

    from candlemark.ledger import Ledger
    from candlemark.publish.table import Table

PIECE: Final = 900_000
_AROUND: Final = 200
"""Bytes of a piece besides its data, at most."""
_PARTS: Final = 100
_MOST: Final = 256 << 20
_KIND: Final = "release.table"


def kept(ledger: Ledger) -> frozenset[str]:
    """The identities of the tables that are kept."""
    return frozenset(
        fact.identity for _, fact in ledger.facts(kinds={_KIND}) if isinstance(fact, TableKept)
    )


def parts_for(found: Iterable[Table]) -> list[Part]:
    """The parts that keep these tables, as few as there can be.

    Raises:
        NotInOrder: they are too large.
    """
    parts: list[list[TableKept]] = []
    room = 0
    for fact in _pieces(found):
        if len(fact.data) + _AROUND > room:
            parts.append([])
            room = PIECE + _AROUND
        parts[-1].append(fact)
        room -= len(fact.data) + _AROUND
    if len(parts) > _PARTS:
        raise NotInOrder("these tables are too large for one release", hint="publish fewer groups")
    return [Part("coded", tuple(facts)) for facts in parts]


def _pieces(found: Iterable[Table]) -> Iterator[TableKept]:
    for table in found:
        packed = zlib.compress(canonical(document(table)), 9)
        pieces = [packed[start : start + PIECE] for start in range(0, len(packed), PIECE)]
        for n, piece in enumerate(pieces):
            yield TableKept(table.identity, n, len(pieces), piece)


def tables(ledger: Ledger, wanted: Collection[str]) -> dict[str, Table]:
    """The tables with these identities.

    Raises:
        LedgerBroken: one is not there, or is not what its identity says.
    """
    found = readable(ledger, wanted)
    if len(found) < len(set(wanted)):
        raise LedgerBroken(
            "a table of a release is missing, or is not the one that was drafted",
            hint="candlemark ledger verify",
        )
    return found


def readable(ledger: Ledger, wanted: Collection[str]) -> dict[str, Table]:
    """Those of the tables with these identities that can be read.

    What stands needs :func:`tables`; what was withdrawn may be gone.
    """
    pieces: dict[str, dict[int, TableKept]] = {one: {} for one in wanted}
    for _, fact in ledger.facts(kinds={_KIND}) if wanted else ():
        if isinstance(fact, TableKept) and fact.identity in pieces:
            pieces[fact.identity].setdefault(fact.n, fact)
    found = {}
    for identity, there in pieces.items():
        made = _joined(there)
        if made is not None and made.identity == identity:
            found[identity] = made
    return found


def _joined(pieces: dict[int, TableKept]) -> Table | None:
    if not pieces or sorted(pieces) != list(range(next(iter(pieces.values())).of)):
        return None
    packed = b"".join(pieces[n].data for n in sorted(pieces))
    try:
        return read_table(zlib.decompressobj().decompress(packed, _MOST))
    except (zlib.error, NotInOrder):
        return None
