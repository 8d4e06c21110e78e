"""Facts of a few kinds, kept whole in a read model: no page reads the whole ledger for them.

For kinds that stand in a handful of entries among many.  Where there is no read model they are read
from the ledger; the answer is the same.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, cast

from candlemark.casefile.record import from_model
from candlemark.ledger.model import CodedProjection, Row, Table

if TYPE_CHECKING:
    from collections.abc import Iterable

    from candlemark.ledger import Entry, Fact, Kinds, Ledger
    from candlemark.ledger.model import CodedModel
    from candlemark.ledger.said import Said

_COLUMNS: Final = (("kind", "TEXT"), ("version", "INTEGER"), ("data", "BLOB"))


class KeptFacts:
    """What was said of some kinds, in the order of the ledger.

    Args:
        name: of the read model.
        table: of its one table.
        kinds: which facts, and how they are read.
    """

    def __init__(self, name: str, table: str, kinds: Kinds) -> None:
        self._table, self._kinds = table, kinds
        self._projection = CodedProjection(
            name=name, version=1, kinds=kinds, tables=(Table(table, _COLUMNS),), rows=self._rows
        )

    def of(self, ledger: Ledger) -> list[tuple[Entry, Fact]]:
        """Each fact with its entry.

        Raises:
            LedgerBroken: the ledger is damaged.
        """
        found = from_model(ledger, lambda models: models.coded(self._projection, self._taken))
        return list(ledger.facts(kinds=self._kinds.codes)) if found is None else found

    def _rows(self, said: Said, _fact: Fact) -> Iterable[Row]:
        yield Row(self._table, (said.kind, said.version, said.data))

    def _taken(self, model: CodedModel) -> list[tuple[Entry, Fact]]:
        rows = list(model.rows(self._table))
        entries = model.entries({row.at for row in rows})
        return [
            (entries[at], self._kinds.read(str(kind), cast("int", version), cast("bytes", data)))
            for at, _, _, (kind, version, data) in rows
        ]
