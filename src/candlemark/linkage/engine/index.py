"""Rows that are ready to be compared: kept as numbers, asked in chunks, added to by batches.

Everything is in memory.  What is found is a table of ``pairs.PAIRS``.
"""

from __future__ import annotations

import hashlib
import io
import math
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from candlemark.linkage.engine.blocking import Meetings, distinct
from candlemark.linkage.engine.flat import flat_rows
from candlemark.linkage.engine.numbers import Numbered, Values, groups, spread
from candlemark.linkage.engine.scoring import FOUND, Scores
from candlemark.linkage.pairs import PAIRS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray
    from typing_extensions import Buffer

    from candlemark.linkage.engine.blocking import TooCommon
    from candlemark.linkage.engine.model import LinkModel
    from candlemark.linkage.engine.numbers import Ints, Longs
    from candlemark.linkage.unknowns import Notebook

_ROWS_OF_A_CHUNK: Final = 125_000
_PAIRS_OF_A_BLOCK: Final = 100_000
"""What is asked of so many pairs at once stays near the processor."""
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
        book: where default values that were taken for unknown are noted.
        grows: whether rows will be added to it; one that does not takes less memory.
    """

    def __init__(
        self,
        model: LinkModel,
        rows: pa.Table,
        *,
        once_each: Sequence[str] = (),
        book: Notebook | None = None,
        grows: bool = True,
    ) -> None:
        self.model = model
        self.once_each = tuple(once_each)
        rules = (*model.plan.rules, *model.plan.exact)
        ordered = flat_rows(rows, model.plan, book=book, rules=rules)
        self.fingerprint = fingerprint(ordered)
        self._named = ordered.select(["source", "record"])
        self._values: dict[str, Values] = {}
        self._scores = Scores(model)
        numbered = Numbered(ordered, self._values)
        del ordered
        self._scores.take(numbered)
        self._sources = numbered.of("source")
        numbered.keep({name for rule in rules for name in rule})
        most = model.plan.most
        self._meetings = [Meetings(rule, numbered, most, grows=grows) for rule in rules]
        if not grows:
            self._values = {"source": self._values["source"]}
        self._begun: tuple[Longs, Longs] | None = None
        said = (each.too_common for each in self._meetings)
        self.too_common: tuple[TooCommon, ...] = tuple(filter(None, said))

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
        found, count = [FOUND.empty_table()], 0
        for first, end in self._blocks(chunk, chunks):
            pairs = [meetings.among(first, end) for meetings in self._meetings]
            compared = self._compared(pairs)
            found.append(compared.found)
            count += compared.candidates
        return Compared(pa.concat_tables(found), count)

    def _work(self) -> tuple[Longs, Longs]:
        """Of each row, how many pairs begin with it, and how many with it or one before."""
        if self._begun is None:
            pairs = np.zeros(self.rows, np.int64)
            for meetings in self._meetings:
                rows, _, after = meetings.entries()
                pairs += np.bincount(rows, after, minlength=self.rows).astype(np.int64)
            self._begun = pairs, np.cumsum(pairs)
        return self._begun

    def some(self, pairs: int, probable: float) -> pa.Table:
        """Pairs of a share of the rows with all others, at most about so many: :data:`FOUND`.

        Args:
            pairs: candidates that are scored; the rows are drawn evenly in their order.
            probable: from which probability on a pair is given.
        """
        blocks = self._blocks(0, 1)
        step = max(1, math.ceil(len(blocks) * _PAIRS_OF_A_BLOCK / pairs))
        found = [FOUND.empty_table()]
        for first, end in blocks[::step]:
            met = [meetings.among(first, end) for meetings in self._meetings]
            found.append(self._compared(met, probable).found)
        return pa.concat_tables(found)

    def _blocks(self, chunk: int, chunks: int) -> list[tuple[int, int]]:
        """Rows whose pairs are compared at once, of one of several parts of about equal work."""
        pairs, so_far = self._work()
        total = int(so_far[-1]) if len(so_far) else 0
        low, high = (np.searchsorted(so_far, total * at // chunks) for at in (chunk, chunk + 1))
        first, end = (0 if chunk == 0 else int(low) + 1), int(high) + 1
        end = self.rows if chunk == chunks - 1 else end
        if first >= end:
            return []
        several = max(1, math.ceil(int(pairs[first:end].sum()) / _PAIRS_OF_A_BLOCK))
        before = int(so_far[first] - pairs[first])
        wanted = before + (int(so_far[end - 1]) - before) * np.arange(1, several) // several
        cuts = np.unique(np.clip(np.searchsorted(so_far, wanted) + 1, first, end)).tolist()
        edges = sorted({first, *cuts, end})
        return list(pairwise(edges))

    def add(self, rows: pa.Table, book: Notebook | None = None) -> Compared:
        """Add the rows of a new batch, and give the pairs they make with all and each other.

        How rare a value is stays as it was when the index was made.
        """
        first, self._begun = self.rows, None
        plan = self.model.plan
        flat = flat_rows(rows, plan, first=first, book=book, rules=(*plan.rules, *plan.exact))
        numbered = Numbered(flat, self._values)
        self._scores.take(numbered)
        self._sources = np.concatenate([self._sources, numbered.of("source")])
        self._named = pa.concat_tables([self._named, flat.select(["source", "record"])])
        return self._compared([meetings.add(numbered, first) for meetings in self._meetings])

    def between_partners(self, found: pa.Table) -> pa.Table:
        """What two rows weigh that some row goes with both of: whether they are one is asked."""
        left, right = (np.asarray(found[side], dtype=np.int32) for side in "lr")
        ends, others = np.concatenate([left, right]), np.concatenate([right, left])
        order = np.argsort(ends, kind="stable")
        ends, others = ends[order], others[order]
        begins, counts = groups(ends)
        whose, nth = spread(np.repeat(counts, counts))
        other = others[np.repeat(begins, counts)[whose] + nth]
        pairs = np.minimum(others[whose], other), np.maximum(others[whose], other)
        return self._compared([pairs]).found

    def earlier(self, found: pa.Table, first: int) -> pa.Table:
        """Pairs between rows before ``first``, of those that rows from there on go with."""
        met = np.unique(np.concatenate([np.asarray(found[side], dtype=np.int32) for side in "lr"]))
        met = met[met < first]
        pairs = self._compared([meetings.of(met) for meetings in self._meetings]).found
        return pairs.filter(pa.array(np.asarray(pairs["r"]) < first))

    def _compared(self, pairs: Sequence[tuple[Ints, Ints]], probable: float = 0.0) -> Compared:
        left, right = distinct(pairs, self.rows, self._apart(), self._sources)
        least = weight_of(probable or self.model.plan.people)
        return Compared(self._scores.scored(left, right, least), len(left))

    def _apart(self) -> NDArray[np.bool_] | None:
        """By the number of a source, whether no two of its records are one; None if all may be."""
        if not self.once_each:
            return None
        among = self._values["source"].numbers_of(self.once_each)
        found = np.zeros(len(self._values["source"]), dtype=bool)
        found[among] = True
        return found

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
    # By indices: Table.sort_by would load the engine of queries, for a few rows.
    return pairs.take(pc.sort_indices(pairs, sort_keys=[(name, "ascending") for name in names]))
