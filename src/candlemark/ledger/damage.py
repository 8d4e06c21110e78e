"""Where a ledger that does not hold together is damaged, for the error that says so."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from candlemark.errors import Fault, LedgerBroken
from candlemark.ledger.merkle import leaf_hash

if TYPE_CHECKING:
    from collections.abc import Iterator

    from candlemark.ledger.store import Store

VERIFY: Final = "candlemark ledger verify names every fault"
_PLACES_NAMED: Final = 20


def damaged(store: Store, size: int) -> Iterator[Fault]:
    """The first places where a leaf is missing or is not the one that was kept."""
    found = 0
    for start in range(0, size, 4096):
        stop = min(start + 4096, size)
        rows = {row.n: row for row in store.rows(start, stop)}
        for n in range(start, stop):
            if n not in rows or leaf_hash(rows[n].leaf) != rows[n].hash:
                yield Fault(f"entry {n}", "it was changed" if n in rows else "it is missing")
                found += 1
            if found == _PLACES_NAMED:
                return


def broken_at(n: int, error: LedgerBroken) -> LedgerBroken:
    """``error``, as it is told when it was met in entry ``n``."""
    return LedgerBroken(
        f"entry {n} is damaged: {error.message}",
        hint=VERIFY,
        faults=(Fault(f"entry {n}", error.message),),
    )
