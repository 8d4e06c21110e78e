"""Rows that are ready to be compared: kept in one engine, asked in chunks, added to by batches.

Everything is in memory.  What is found is a table of ``pairs.PAIRS``.
"""

from __future__ import annotations

import hashlib
import io
import math
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from candlemark.linkage.engine import blocking, scoring
from candlemark.linkage.engine.flat import flat_rows, in_row_order
from candlemark.linkage.pairs import PAIRS

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from types import TracebackType
    from typing import Self

    from typing_extensions import Buffer

    from candlemark.linkage.engine.blocking import TooCommon
    from candlemark.linkage.engine.model import LinkModel
    from candlemark.linkage.unknowns import Notebook

_ROWS_OF_A_CHUNK: Final = 125_000
_COMING: Final = "coming"
_A_LITTLE: Final = 1e-6
_SURE: Final = 30.0
"""Weight of a pair that an exact key joins and nothing speaks against."""


@dataclass(frozen=True, slots=True)
class Compared:
    """What one chunk gave."""

    found: pa.Table
    """Numbers of rows, weights and levels; :meth:`Index.named` makes it ``pairs.PAIRS``."""
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
        ordered = in_row_order(flat_rows(rows, model.plan, book=book))
        self.fingerprint = fingerprint(ordered)
        self._named = ordered.select(["source", "record"])
        self.too_common = self._load(ordered)
        del ordered
        pa.default_memory_pool().release_unused()  # the engine has a pool of its own

    def _load(self, flat: pa.Table) -> tuple[TooCommon, ...]:
        """Take the rows in; what only blocking and terms ask for is read where it lies."""
        with self._coming(flat):
            scoring.prepare_terms(self._connection, self.model, _COMING)
            scoring.count_values(self._connection, self.model, _COMING)
            said = scoring.narrow(self.model, _COMING, flat.num_rows)
            self._connection.execute(f"CREATE TABLE rows AS {said}")
            return self._index()

    @contextmanager
    def _coming(self, flat: pa.Table) -> Iterator[None]:
        """Rows under the name the questions ask them by, for as long as they are taken in."""
        self._connection.register(_COMING, flat)
        try:
            yield
        finally:
            self._connection.unregister(_COMING)

    def _index(self) -> tuple[TooCommon, ...]:
        found = []
        for number, rule in enumerate(self._rules):
            blocking.index_rule(self._connection, rule, number, _COMING)
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
        flat = in_row_order(flat_rows(rows, plan, first=self.rows, book=book), first=self.rows)
        with self._coming(flat):
            scoring.prepare_terms(self._connection, self.model, _COMING)
            run(f"INSERT INTO rows BY NAME {scoring.narrow(self.model, _COMING, self.rows)}")
            for number, rule in enumerate(self._rules):
                self._index_new(rule, number)
        self._named = pa.concat_tables([self._named, flat.select(["source", "record"])])
        return self._compared(blocking.candidates_between(len(self._rules), self.once_each))

    def _index_new(self, rule: Sequence[str], number: int) -> None:
        run = self._connection.execute
        blocking.index_rule(self._connection, rule, 1000, _COMING)
        run(f"CREATE OR REPLACE TEMP TABLE new_{number} AS SELECT * FROM rule_1000")
        run(f"INSERT INTO rule_{number} SELECT * FROM rule_1000")
        most = self.model.plan.most
        run(
            f"DELETE FROM new_{number} WHERE key IN (SELECT key FROM rule_{number}"
            f" WHERE key IN (SELECT key FROM new_{number}) GROUP BY key HAVING count(*) > {most})"
        )

    def _compared(self, candidates: str) -> Compared:
        run = self._connection.execute
        run(f"CREATE OR REPLACE TEMP TABLE candidate AS {scoring.by_terms(self.model, candidates)}")
        ((count,),) = run("SELECT count(*) FROM candidate").fetchall()
        scoring.meet(self._connection, self.model)
        least = weight_of(self.model.plan.people)
        found = self._connection.sql(scoring.scored(self.model, least)).to_arrow_table()
        run("DROP TABLE candidate")
        return Compared(found, int(count))

    def named(self, found: pa.Table) -> pa.Table:
        """What was scored, under the names of the records: ``pairs.PAIRS``."""
        left, right = self._named.take(found["l"]), self._named.take(found["r"])
        weight = self._with_keys(
            np.asarray(found["weight"], dtype=np.float64), np.asarray(pc.is_valid(found["key"]))
        )
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

    def _with_keys(self, weight: Any, keyed: Any) -> Any:
        """Weights where an exact key counts: sure, or for people where the rest speaks against."""
        against = weight - self.model.prior_weight < 0
        asked = np.maximum(weight, weight_of(self.model.plan.people) + _A_LITTLE)
        return np.where(keyed, np.where(against, asked, np.maximum(weight, _SURE)), weight)

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


def fingerprint(flat: pa.Table) -> str:
    """SHA-256 over rows in their order, in hex: two indexes with the same compare the same."""
    digest = hashlib.sha256(str(flat.schema).encode())
    # Slices of one table differ in their buffers and not in what they say: written out anew.
    with pa.ipc.new_stream(_Digesting(digest), flat.schema) as out:
        out.write_table(flat.combine_chunks())
    return digest.hexdigest()


class _Digesting(io.RawIOBase):
    """A file that keeps nothing of what is written but its digest."""

    def __init__(self, digest: hashlib._Hash) -> None:
        super().__init__()
        self._digest = digest

    def writable(self) -> bool:
        return True

    def write(self, content: Buffer) -> int:
        with memoryview(content) as some:
            self._digest.update(some)
            return some.nbytes


def weight_of(probability: float) -> float:
    """Log2 of the odds."""
    return math.log2(probability / (1 - probability))


def probability_of(weight: Any) -> Any:
    """The probability of a weight."""
    return 1 / (1 + np.exp2(-np.clip(np.asarray(weight, dtype=np.float64), -500, 500)))


def in_order(pairs: pa.Table) -> pa.Table:
    """Each pair with the lesser record on the left, and all in their order."""
    names = ["left_source", "left_record", "right_source", "right_record"]
    a, b, c, d = (pairs[name] for name in names)
    turned = pc.or_(pc.greater(a, c), pc.and_(pc.equal(a, c), pc.greater(b, d)))
    swapped = [pc.if_else(turned, one, other) for one, other in ((c, a), (d, b), (a, c), (b, d))]
    for at, column in enumerate(swapped):
        pairs = pairs.set_column(at, names[at], column)
    return pairs.sort_by([(name, "ascending") for name in names])
