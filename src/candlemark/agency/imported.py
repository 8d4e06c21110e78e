"""What was said of imports, without their content: which there were, and by which crosswalks.

Every page that lists imports asks for it, and it stands in a handful of entries among many.  So it
is kept in a read model; where there is none, it is read from the ledger.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, cast

from candlemark.agency.facts import BATCH, CROSSWALK, BatchKept, CrosswalkKept
from candlemark.casefile.record import from_model
from candlemark.ledger import Kinds
from candlemark.ledger.model import CodedProjection, Row, Table

if TYPE_CHECKING:
    from collections.abc import Iterable

    from candlemark.ledger import Entry, Fact, Ledger
    from candlemark.ledger.model import CodedModel
    from candlemark.ledger.said import Said

_KINDS: Final = Kinds.of((BATCH, 1, BatchKept), (CROSSWALK, 1, CrosswalkKept))
_TABLE: Final = "import"


def imported(ledger: Ledger) -> list[tuple[Entry, Fact]]:
    """What was said of batches and crosswalks, in the order of the ledger.

    Raises:
        LedgerBroken: the ledger is damaged.
    """
    found = from_model(ledger, lambda models: models.coded(_IMPORTS, _taken))
    return list(ledger.facts(kinds=_KINDS.codes)) if found is None else found


def _taken(model: CodedModel) -> list[tuple[Entry, Fact]]:
    rows = list(model.rows(_TABLE))
    entries = model.entries({row.at for row in rows})
    return [
        (entries[at], _KINDS.read(str(kind), cast("int", version), cast("bytes", data)))
        for at, _, _, (kind, version, data) in rows
    ]


def _rows(said: Said, _fact: Fact) -> Iterable[Row]:
    yield Row(_TABLE, (said.kind, said.version, said.data))


_IMPORTS: Final = CodedProjection(
    name="imports",
    version=1,
    kinds=_KINDS,
    tables=(Table(_TABLE, (("kind", "TEXT"), ("version", "INTEGER"), ("data", "BLOB"))),),
    rows=_rows,
)
