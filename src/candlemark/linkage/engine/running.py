"""A run: all rows compared chunk by chunk, what was found kept on the way, one-to-one at the end.

A run that is killed goes on where it was: each chunk that is done can be kept by whoever asked for
the run (:class:`Shelf`), as numbers of rows and weights and nothing else.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Protocol

import pyarrow as pa

from candlemark.linkage.engine.flat import lean
from candlemark.linkage.engine.index import Index
from candlemark.linkage.engine.one_to_one import one_to_one
from candlemark.linkage.engine.rivals import beside_rivals
from candlemark.linkage.pairs import PAIRS
from candlemark.linkage.unknowns import Notebook

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from candlemark.linkage.columns import Noticed
    from candlemark.linkage.engine.blocking import TooCommon
    from candlemark.linkage.engine.index import Compared
    from candlemark.linkage.engine.model import LinkModel

_CANDIDATES: Final = b"candidates"
_SMALL: Final = pa.ipc.IpcWriteOptions(compression="zstd")


class Shelf(Protocol):
    """Where chunks of a run are kept until it is done."""

    def recall(self, name: str) -> bytes | None:
        """What was kept under a name; None where nothing was."""

    def remember(self, name: str, content: bytes) -> None:
        """Keep it; where it cannot be kept, the chunk is computed again."""


@dataclass(frozen=True, slots=True)
class Linked:
    """What a run found."""

    pairs: pa.Table
    """``pairs.PAIRS``: those that are linked and those that go to people."""
    candidates: int
    """Pairs that were compared."""
    too_common: tuple[TooCommon, ...]
    noticed: tuple[Noticed, ...]
    resumed: int
    """Chunks an earlier run, which was stopped, had done already."""
    automatic: int
    to_people: int


@lean()
def link(
    model: LinkModel,
    rows: pa.Table,
    *,
    once_each: Sequence[str] = (),
    chunks: int = 0,
    tell: Callable[[float, str], None] = lambda _share, _what: None,
    shelf: Shelf | None = None,
) -> Linked:
    """Compare all rows with all others.

    Args:
        model: by which.
        rows: comparable rows, in any order.
        once_each: sources of which no two records are one, and whose records have at most one
            partner in each other such source.
        chunks: in how many parts; 0 for as many as memory asks for.
        tell: called with the share done and what is being done.
        shelf: where chunks are kept until the run is done; None where nothing can be kept.

    Raises:
        ColumnsDiffer: the rows have not the columns of the model's plan.
    """
    book = Notebook("rows")
    tell(0.0, "rows")
    index = Index(model, rows, once_each=once_each, book=book, grows=False)
    several = chunks or index.chunks
    name = _name(model, index, several)
    found, candidates, resumed = [], 0, 0
    for chunk in range(several):
        tell(0.1 + 0.85 * chunk / several, "comparing")
        kept = None if shelf is None else shelf.recall(f"{name}/{chunk}")
        if kept is None:
            compared = index.compare(chunk, several)
            if shelf is not None:
                shelf.remember(f"{name}/{chunk}", _packed(compared.found, compared.candidates))
            found.append(compared.found)
            candidates += compared.candidates
        else:
            table, count = _unpacked(kept)
            found.append(table)
            candidates, resumed = candidates + count, resumed + 1
    pairs = index.named(pa.concat_tables(found))
    too_common = index.too_common
    tell(0.95, "matching")
    pairs = beside_rivals(pairs, once_each)
    pairs = one_to_one(pairs, once_each) if len(once_each) > 1 else pairs
    return _linked(model, pairs, candidates, (too_common, book.noticed), resumed)


@lean()
def link_new(
    model: LinkModel, rows: pa.Table, new: pa.Table, *, once_each: Sequence[str] = ()
) -> Linked:
    """Compare the rows of a new batch with those that are there, and with each other."""
    book = Notebook("rows")
    index = Index(model, rows, once_each=once_each, book=book)
    first, compared = index.rows, index.add(new, book=book)
    pairs = _beside_known(index, compared, first)
    return _linked(model, pairs, compared.candidates, (index.too_common, book.noticed))


def link_added(index: Index, new: pa.Table) -> pa.Table:
    """The pairs new rows make with those of an index that stands, and each other."""
    first = index.rows
    return _beside_known(index, index.add(new), first)


def _beside_known(index: Index, compared: Compared, first: int) -> pa.Table:
    """Pairs beside their rivals, the earlier pairs of the rows they go with among them.

    Whether partners of a row are one is asked of the index.
    """
    new, earlier = compared.found, index.earlier(compared.found, first)
    partners = index.named(index.between_partners(pa.concat_tables([new, earlier])))
    both = pa.concat_tables([index.named(new), index.named(earlier)])
    return beside_rivals(both, index.once_each, partners).slice(0, new.num_rows)


def _linked(
    model: LinkModel,
    pairs: pa.Table,
    candidates: int,
    said: tuple[tuple[TooCommon, ...], tuple[Noticed, ...]],
    resumed: int = 0,
) -> Linked:
    probable = pairs["probability"].to_numpy()
    pairs = pairs.filter(pa.array(probable >= model.plan.people)).cast(PAIRS)
    automatic = int((probable >= model.plan.automatic).sum())
    return Linked(pairs, candidates, *said, resumed, automatic, pairs.num_rows - automatic)


def _name(model: LinkModel, index: Index, chunks: int) -> str:
    """A name for the chunks of this run and no other: the model, the rows, and how it is cut."""
    said = f"{model.content_hash}/{index.fingerprint}/{'+'.join(index.once_each)}/{chunks}"
    return f"link-run/{hashlib.sha256(said.encode()).hexdigest()}"


def _packed(found: pa.Table, candidates: int) -> bytes:
    out = pa.BufferOutputStream()
    noted = found.replace_schema_metadata({_CANDIDATES: str(candidates).encode()})
    with pa.ipc.new_stream(out, noted.schema, options=_SMALL) as stream:
        stream.write_table(noted)
    packed: bytes = out.getvalue().to_pybytes()
    return packed


def _unpacked(content: bytes) -> tuple[pa.Table, int]:
    table = pa.ipc.open_stream(content).read_all()
    count = int(table.schema.metadata[_CANDIDATES])
    return table.replace_schema_metadata(None), count
