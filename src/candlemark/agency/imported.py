"""What was said of imports, without their content: which there were, and by which crosswalks.

Every page that lists imports asks for it, and it stands in a handful of entries among many.  So it
is kept in a read model; where there is none, it is read from the ledger.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from candlemark.agency.facts import BATCH, CROSSWALK, BatchKept, CrosswalkKept
from candlemark.casefile.kept_facts import KeptFacts
from candlemark.ledger import Kinds

if TYPE_CHECKING:
    from candlemark.ledger import Entry, Fact, Ledger

_IMPORTS: Final = KeptFacts(
    "imports", "import", Kinds.of((BATCH, 1, BatchKept), (CROSSWALK, 1, CrosswalkKept))
)


def imported(ledger: Ledger) -> list[tuple[Entry, Fact]]:
    """What was said of batches and crosswalks, in the order of the ledger.

    Raises:
        LedgerBroken: the ledger is damaged.
    """
    return _IMPORTS.of(ledger)
