"""Rows that are ready to be compared: kept in one engine, asked in chunks, added to by batches.

Everything is in memory.  What is found is a table of ``pairs.PAIRS``.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from candlemark.linkage.engine import blocking, scoring
from candlemark.linkage.engine.flat import flat_rows
from candlemark.linkage.pairs import PAIRS

if TYPE_CHECKING:
    from collections.abc import Sequence
    from types import TracebackType
    from typing import Self

    from candlemark.linkage.engine.blocking import TooCommon
    from candlemark.linkage.engine.model import LinkModel
    from candlemark.linkage.unknowns import Notebook

_ROWS_OF_A_CHUNK: Final = 125_000
_SURE: Final = 30.0
"""Weight of a pair that an exact key joins and nothing speaks against: one in a thousand million."""


@dataclass(frozen=True, slots=True)
class Compared:
    """What one chunk gave."""

    pairs: pa.Table
    candidates: int


class Index:
    """Rows under a model, in memory.

    Args:
        model: by which they are compared.
        rows: comparable rows; they are put in order of source and record.
        once_each: sources of which no two records are one.
        threads: of the engine; None for as many as there are.
        book: where default values that were taken for unknown are noted.
    """

    def __init__(
        self,
        model: LinkModel,
        rows: pa.Table,
        *,
        once_each: Sequence[str] = (),
        threads: int | None = None,
        book: Notebook | None = None,
    ) -> None:
        self.model = model
        self.once_each = tuple(once_each)
        self._rules = (*model.plan.rules, *model.plan.exact)
        self._connection = duckdb.connect()
        if threads:
            self._connection.execute(f"SET threads = {threads}")
        self._connection.execute("SET preserve_insertion_order = false")
        ordered = _in_order(flat_rows(rows, model.plan, book=book))
        self._named = ordered.select(["source", "record"])
        self._load(ordered)
        self.too_common = self._index()

    def _load(self, flat: pa.Table) -> None:
        run = self._connection.execute
        self._connection.register("flat", flat)
        run("CREATE TABLE rows AS SELECT * FROM flat")
        self._connection.unregister("flat")
        scoring.prepare_terms(self._connection, self.model)
        scoring.count_values(self._connection, self.model)
        run(f"CREATE TABLE numbered AS {scoring.with_terms(self.model, 'rows')}")
        run("DROP TABLE rows")
        run("ALTER TABLE numbered RENAME TO rows")

    def _index(self) -> tuple[TooCommon, ...]:
        found = []
        for number, rule in enumerate(self._rules):
            blocking.index_rule(self._connection, rule, number)
            common = blocking.drop_common(self._connection, rule, number, self.model.plan.most)
            found += [common] if common else []
        return tuple(found)

    @property
    def rows(self) -> int:
        """How many there are."""
        return int(self._named.num_rows)

    @property
    def chunks(self) -> int:
        """In how many chunks they are best compared."""
        return max(1, math.ceil(self.rows / _ROWS_OF_A_CHUNK))

    def compare(self, chunk: int = 0, chunks: int = 1) -> Compared:
        """The pairs of one chunk of the rows with all others: each pair in one chunk."""
        return self._compared(blocking.candidates(len(self._rules), chunk, chunks, self.once_each))

    def add(self, rows: pa.Table, book: Notebook | None = None) -> Compared:
        """Add the rows of a new batch, and give the pairs they make with all and each other.

        How rare a value is stays as it was when the index was made.
        """
        run, plan = self._connection.execute, self.model.plan
        flat = _in_order(flat_rows(rows, plan, first=self.rows, book=book), first=self.rows)
        self._connection.register("flat", flat)
        run("CREATE OR REPLACE TEMP TABLE coming AS SELECT * FROM flat")
        self._connection.unregister("flat")
        scoring.prepare_terms(self._connection, self.model, "coming")
        run(f"INSERT INTO rows BY NAME {scoring.with_terms(self.model, 'coming')}")
        for number, rule in enumerate(self._rules):
            self._index_new(rule, number)
        first, self._named = (
            self.rows,
            pa.concat_tables([self._named, flat.select(["source", "record"])]),
        )
        return self._compared(blocking.candidates_between(len(self._rules), first, self.once_each))

    def _index_new(self, rule: Sequence[str], number: int) -> None:
        run = self._connection.execute
        blocking.index_rule(self._connection, rule, 1000, rows="coming")
        run(f"CREATE OR REPLACE TEMP TABLE new_{number} AS SELECT * FROM rule_1000")
        run(f"INSERT INTO rule_{number} SELECT * FROM rule_1000")
        most = self.model.plan.most
        run(
            f"DELETE FROM new_{number} WHERE key IN (SELECT key FROM rule_{number}"
            f" WHERE key IN (SELECT key FROM new_{number}) GROUP BY key HAVING count(*) > {most})"
        )

    def _compared(self, candidates: str) -> Compared:
        run = self._connection.execute
        run(f"CREATE OR REPLACE TEMP TABLE candidate AS {candidates}")
        ((count,),) = run("SELECT count(*) FROM candidate").fetchall()
        scoring.meet(self._connection, self.model)
        least = weight_of(self.model.plan.people)
        found = run(scoring.scored(self.model, least)).to_arrow_table()
        run("DROP TABLE candidate")
        return Compared(self._pairs(found), int(count))

    def _pairs(self, found: pa.Table) -> pa.Table:
        """What was scored, under the names of the records."""
        left, right = self._named.take(found["l"]), self._named.take(found["r"])
        keyed = np.asarray(pc.is_valid(found["key"]))
        weight = np.asarray(found["weight"])
        sure = keyed & (weight >= weight_of(self.model.plan.people))
        weight = np.where(sure, np.maximum(weight, _SURE), weight)
        columns: dict[str, Any] = {
            "left_source": left["source"],
            "left_record": left["record"],
            "right_source": right["source"],
            "right_record": right["record"],
            "probability": pa.array(probability_of(weight)),
            "weight": pa.array(weight.astype(np.float32)),
            "levels": found["levels"],
            "weights": found["weights"],
            "key": found["key"],
        }
        return in_order(pa.table(columns).cast(PAIRS))

    def close(self) -> None:
        """Give the memory back."""
        self._connection.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()


def weight_of(probability: float) -> float:
    """Log2 of the odds."""
    return math.log2(probability / (1 - probability))


def probability_of(weight: Any) -> Any:
    """The probability of a weight."""
    return 1 / (1 + np.exp2(-np.clip(np.asarray(weight, dtype=np.float64), -500, 500)))


def _in_order(flat: pa.Table, first: int = 0) -> pa.Table:
    """Rows in order of source and record, numbered so; the order they came in says nothing."""
    ordered = flat.drop_columns(["n"]).sort_by([("source", "ascending"), ("record", "ascending")])
    numbers = pa.array(range(first, first + ordered.num_rows), pa.int32())
    return ordered.add_column(0, "n", numbers)


def in_order(pairs: pa.Table) -> pa.Table:
    """Each pair with the lesser record on the left, and all in their order."""
    names = ["left_source", "left_record", "right_source", "right_record"]
    a, b, c, d = (pairs[name] for name in names)
    turned = pc.or_(pc.greater(a, c), pc.and_(pc.equal(a, c), pc.greater(b, d)))
    swapped = [pc.if_else(turned, one, other) for one, other in ((c, a), (d, b), (a, c), (b, d))]
    for at, column in enumerate(swapped):
        pairs = pairs.set_column(at, names[at], column)
    return pairs.sort_by([(name, "ascending") for name in names])
