"""Which links move a number somebody has quoted: those between sources of a figure that was kept.

A figure across agencies counts records that links joined.  Whoever keeps one means to quote it, so
a pair between its sources is judged by two people (``linkage.judging.standing``).
"""

from __future__ import annotations

import json
import zlib
from typing import TYPE_CHECKING, Any, Final

from candlemark.linkage.facts import PERSON
from candlemark.linkage.from_cases import CASES, PERSONS
from candlemark.measure.keeping import KINDS, FigureKept

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from candlemark.ledger import Ledger
    from candlemark.linkage.judging.standing import Pair

_MOST: Final = 256 << 20


def moves_kept_figures(ledger: Ledger) -> Callable[[Pair], bool]:
    """Whether joining or parting a pair would move a figure across agencies that is kept here.

    Raises:
        LedgerBroken: the ledger is damaged.
    """
    pieces: dict[str, dict[int, FigureKept]] = {}
    for _, fact in ledger.facts(kinds=KINDS.codes):
        if isinstance(fact, FigureKept):
            pieces.setdefault(fact.identity, {}).setdefault(fact.n, fact)
    linked = [sources for one in pieces.values() if (sources := _sources(one))]
    return lambda pair: any({record.source for record in pair} <= of for of in linked)


def _sources(pieces: Mapping[int, FigureKept]) -> frozenset[str]:
    """The sources whose records a figure joined; none for a figure of one agency."""
    data = b"".join(pieces[n].data for n in sorted(pieces))
    basis: dict[str, Any] = json.loads(zlib.decompressobj().decompress(data, _MOST))["basis"]
    links = basis.get("links")
    if not links:
        return frozenset()
    by_hand = PERSONS if links["unit"] == PERSON else CASES
    named = [basis["crosswalk"], *(one["crosswalk"] for one in links["sources"])]
    return frozenset(name or by_hand for name in named)
