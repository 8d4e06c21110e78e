"""Which links move a number somebody has quoted: those between sources of a figure that was kept.

A figure across agencies counts records that links joined.  Whoever keeps one means to quote it, so
a pair between its sources is judged by two people from then on (``linkage.judging.standing``); and
a link it used that somebody judged wrong since is told wherever the figure is shown.
"""

from __future__ import annotations

import json
import zlib
from typing import TYPE_CHECKING, Any, Final, NamedTuple, cast

from candlemark.casefile.record import from_model
from candlemark.ledger.model import CodedProjection, Row, Table
from candlemark.linkage.facts import PERSON
from candlemark.linkage.from_cases import CASES, PERSONS
from candlemark.linkage.uncertain import links_at, undone_since
from candlemark.measure.keeping import KINDS, FigureKept

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import datetime

    from candlemark.ledger import Entry, Fact, Ledger
    from candlemark.ledger.model import CodedModel
    from candlemark.ledger.said import Said
    from candlemark.linkage.judging.standing import Pair, Published
    from candlemark.linkage.uncertain import Links, Undone

_MOST: Final = 256 << 20


class AcrossKept(NamedTuple):
    """A figure across agencies that is kept, as far as its links are concerned."""

    identity: str
    question: str
    entry: int
    """Where in the ledger it stands, by the first of its pieces."""
    written: datetime
    unit: str
    """``case`` or ``person``: what its links are between."""
    size: int
    """Entries the ledger had when it was computed."""
    sources: frozenset[str]
    """What links call the sources whose records it joined."""


class _Piece(NamedTuple):
    entry: Entry
    identity: str
    question: str
    n: int
    links: str
    data: bytes


def kept_across(ledger: Ledger) -> tuple[AcrossKept, ...]:
    """The figures across agencies that are kept, oldest first.

    Raises:
        LedgerBroken: the ledger is damaged.
    """
    read = from_model(ledger, lambda models: models.coded(_PROJECTION, _from_model))
    pieces: dict[str, dict[int, _Piece]] = {}
    for one in _from_ledger(ledger) if read is None else read:
        pieces.setdefault(one.identity, {}).setdefault(one.n, one)
    return tuple(found for one in pieces.values() if (found := _across(one)) is not None)


def moves_kept_figures(ledger: Ledger, size: int | None = None) -> Published:
    """From which entry on joining or parting a pair moves a figure across agencies kept here.

    Args:
        ledger: of an opened vault.
        size: as it was when the ledger had so many entries; None: now.

    Raises:
        LedgerBroken: the ledger is damaged.
    """
    upto = ledger.size if size is None else size
    kept = [(one.entry, one.sources) for one in kept_across(ledger) if one.entry < upto]

    def first(pair: Pair) -> int | None:
        between = {record.source for record in pair}
        return min((entry for entry, sources in kept if between <= sources), default=None)

    return first


class UndoneLinks:
    """Links figures used that somebody judged wrong since; asked of several figures at one state.

    Args:
        ledger: of an opened vault.
    """

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger
        self._links: dict[tuple[str, int], Links] = {}

    def of(self, unit: str, size: int, sources: frozenset[str]) -> tuple[Undone, ...]:
        """Those of a figure that was computed when the ledger had ``size`` entries.

        Raises:
            LedgerBroken: the ledger is damaged.
        """
        now = self._at(unit, self._ledger.size)
        return undone_since(self._ledger, self._at(unit, size), now, size, sources)

    def _at(self, unit: str, size: int) -> Links:
        if (unit, size) not in self._links:
            published = moves_kept_figures(self._ledger, size)
            self._links[unit, size] = links_at(self._ledger, unit, size, published)
        return self._links[unit, size]


def sources_of(basis: dict[str, Any]) -> frozenset[str]:
    """What links call the sources whose records a figure joined; none for one of one agency."""
    links = basis.get("links")
    if not links:
        return frozenset()
    by_hand = PERSONS if links["unit"] == PERSON else CASES
    named = [basis["crosswalk"], *(one["crosswalk"] for one in links["sources"])]
    return frozenset(name or by_hand for name in named)


def _across(pieces: dict[int, _Piece]) -> AcrossKept | None:
    first = pieces[min(pieces)]
    told = first.links or _links(b"".join(pieces[n].data for n in sorted(pieces)))
    unit, size, *sources = json.loads(told)
    if not sources:
        return None
    entry = first.entry
    return AcrossKept(
        first.identity, first.question, entry.n, entry.written, unit, size, frozenset(sources)
    )


def _links(packed: bytes) -> str:
    """Of a kept document the unit, the size of the ledger and the sources: JSON."""
    document = json.loads(zlib.decompressobj().decompress(packed, _MOST))
    basis: dict[str, Any] = document["basis"]
    unit = (basis.get("links") or {"unit": ""})["unit"]
    return json.dumps([unit, basis.get("ledger_size", 0), *sorted(sources_of(basis))])


def _from_ledger(ledger: Ledger) -> Iterator[_Piece]:
    for entry, fact in ledger.facts(kinds=KINDS.codes):
        if isinstance(fact, FigureKept):
            yield _Piece(entry, fact.identity, fact.question, fact.n, "", fact.data)


def _rows(_said: Said, fact: Fact) -> Iterable[Row]:
    """A piece; of a figure of one piece no more than its links, since figures are large."""
    if isinstance(fact, FigureKept):
        whole = fact.of == 1
        told, data = (_links(fact.data), b"") if whole else ("", fact.data)
        yield Row("piece", (fact.identity, fact.question, fact.n, told, data))


def _from_model(model: CodedModel) -> list[_Piece]:
    rows = list(model.rows("piece"))
    entries = model.entries({row.at for row in rows})
    return [
        _Piece(
            entries[row.at],
            *cast("tuple[str, str, int, str, bytes]", row.values),
        )
        for row in rows
    ]


_PROJECTION: Final = CodedProjection(
    name="kept_across",
    version=1,
    kinds=KINDS,
    tables=(
        Table(
            "piece",
            (
                ("identity", "TEXT"),
                ("question", "TEXT"),
                ("n", "INTEGER"),
                ("links", "TEXT"),
                ("data", "BLOB"),
            ),
        ),
    ),
    rows=_rows,
)
