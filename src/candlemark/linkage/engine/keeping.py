"""Models and runs in the ledger, and a run over the sources of a vault.

A run adds to an earlier one when nothing but new records has come since: same model, same sources,
every row that was there as it was.  Anything else is compared as a whole.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final

import pyarrow as pa
import pyarrow.compute as pc

from candlemark.errors import NotInOrder
from candlemark.ids import new_id
from candlemark.ledger import Part
from candlemark.linkage.columns import VERSION as COLUMNS_VERSION
from candlemark.linkage.engine import model as models
from candlemark.linkage.engine.running import link, link_new
from candlemark.linkage.facts import LinkModelKept, LinkRun, Thresholds
from candlemark.linkage.from_cases import CASES, PERSONS
from candlemark.linkage.pairs import hash_of, pack
from candlemark.linkage.said import said_of_links
from candlemark.linkage.sources import prepare_sources

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from candlemark.definition import Edition
    from candlemark.ledger import Ledger
    from candlemark.linkage.engine.model import LinkModel
    from candlemark.linkage.engine.running import Linked, Shelf
    from candlemark.linkage.engine.training import Trained
    from candlemark.linkage.facts import LinkPairsKept, TrainedOn
    from candlemark.linkage.sources import Sources

_PIECES_AT_ONCE: Final = 100


@dataclass(frozen=True, slots=True)
class RunKept:
    """A run as it was kept, and what was said while it ran."""

    fact: LinkRun
    linked: Linked


def keep_model(ledger: Ledger, trained: Trained, states: Sequence[TrainedOn]) -> LinkModelKept:
    """Keep a model in the ledger; the same model is kept once.

    Raises:
        VaultBusy, StorageFull, LedgerBroken: nothing was kept.
    """
    document = trained.model.document
    fact = LinkModelKept(
        model=new_id("linkmodel"),
        version=models.VERSION,
        settings=document,
        trained_on=tuple(states),
        columns_version=COLUMNS_VERSION,
        content_hash=trained.model.content_hash,
    )
    ledger.append([Part("coded", (fact,))])
    return fact


def model_in(fact: LinkModelKept) -> LinkModel:
    """The model a fact holds, once its hash is its own.

    Raises:
        NotInOrder: the hash is another's, or the columns are not those of this version.
        NewerFormat: a later version of Candlemark wrote it.
    """
    found = models.model_of_document(fact.settings)
    if found.content_hash != fact.content_hash:
        raise NotInOrder(
            "the model is not the one its hash names", hint="candlemark verify says what is damaged"
        )
    if fact.columns_version != COLUMNS_VERSION:
        raise NotInOrder(
            f"the model is for columns {fact.columns_version}, this program makes"
            f" {COLUMNS_VERSION}",
            hint="train a model anew: candlemark link train",
        )
    return found


def run_sources(
    ledger: Ledger,
    kept: LinkModelKept,
    sources: Sources,
    *,
    thresholds: Thresholds | None = None,
    once_each: Sequence[str] = (),
    chunks: int = 0,
    earlier: tuple[LinkRun, Sources] | None = None,
    tell: Callable[[float, str], None] = lambda _share, _what: None,
) -> RunKept:
    """Compare the sources of a vault by a model, and keep the run with its pairs.

    Args:
        ledger: of the open vault.
        kept: the model.
        sources: prepared as they are now.
        thresholds: instead of those of the model's plan.
        once_each: sources that have each case, or person, once.
        chunks: in how many parts; 0 for as many as memory asks for.
        earlier: a run that may be added to, and the sources as it had them.
        tell: called with the share done and what is being done.

    Raises:
        SettingRefused, NotInOrder, ColumnsDiffer: the model or what was asked does not fit.
        VaultBusy, StorageFull, LedgerBroken: nothing was kept; chunks that are done are not lost.
    """
    model = model_in(kept)
    if thresholds is not None:
        plan = replace(model.plan, automatic=thresholds.automatic, people=thresholds.people)
        model = replace(model, plan=plan)
    size, adds_to = ledger.size, ""
    new = None if earlier is None else only_new(sources.rows, earlier[1].rows)
    if earlier is not None and new is not None:
        linked = link_new(model, earlier[1].rows, new, once_each=once_each)
        adds_to = earlier[0].run
    else:
        linked = link(
            model,
            sources.rows,
            once_each=once_each,
            chunks=chunks,
            tell=tell,
            shelf=shelf_of(ledger),
        )
    run = new_id("linkrun")
    pieces = list(pack(run, linked.pairs))
    fact = LinkRun(
        run=run,
        model=kept.model,
        sources=sources.states,
        ledger_size=size,
        thresholds=Thresholds(model.plan.automatic, model.plan.people),
        pairs_hash=hash_of(pieces),
        pairs=linked.pairs.num_rows,
        chunks=len(pieces),
        unit=model.plan.unit,
        adds_to=adds_to,
        once_each=tuple(once_each),
    )
    ledger.append_all(_leaves(fact, pieces))
    tell(1.0, "kept")
    return RunKept(fact, linked)


def earlier_run(
    ledger: Ledger,
    kept: LinkModelKept,
    sources: Sources,
    once_each: Sequence[str],
    *,
    edition: Edition,
    columns: Mapping[str, dict[str, Any]],
) -> tuple[LinkRun, Sources] | None:
    """The newest run of the same model over the same sources, with the rows it had.

    Case files are not kept as they were at a run, so a run over them is compared as a whole.

    Raises:
        LedgerBroken: the ledger is damaged.
    """
    names = [one.source for one in sources.states]
    for one in reversed(said_of_links(ledger).runs):
        run = one.fact
        if (
            run.model == kept.model
            and [each.source for each in run.sources] == names
            and run.once_each == tuple(once_each)
            and not {CASES, PERSONS} & set(names)
        ):
            states = {each.source: each.state for each in run.sources}
            before = prepare_sources(ledger, names, edition, columns, states)
            return run, before
    return None


def only_new(now: pa.Table, before: pa.Table) -> pa.Table | None:
    """The rows that were not there before; None when any that was is gone or another now."""
    key = ["source", "record"]
    there = before.select(key).append_column("was", pa.array([True] * before.num_rows))
    joined = now.select(key).append_column("at", pa.array(range(now.num_rows)))
    joined = joined.join(there, key, join_type="left outer").sort_by("at")
    old = pc.fill_null(joined["was"], fill_value=False)
    kept, order = now.filter(old), [(name, "ascending") for name in key]
    if kept.num_rows != before.num_rows or not kept.sort_by(order).equals(before.sort_by(order)):
        return None
    return now.filter(pc.invert(old))


def _leaves(fact: LinkRun, pieces: Sequence[LinkPairsKept]) -> Iterator[list[Part]]:
    parts = [Part("coded", (fact,))]
    for piece in pieces:
        if len(parts) == _PIECES_AT_ONCE:
            yield parts
            parts = []
        parts.append(Part("coded", (piece,)))
    yield parts


def shelf_of(ledger: Ledger) -> Shelf | None:
    """Where a run over this ledger keeps its chunks: sealed, and only for this state of it."""
    return None if ledger.models is None else _Sealed(ledger)


class _Sealed:
    """Chunks as sealed answers beside the read models; gone with the next entry of the ledger."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger
        self._root = ledger.tree().root

    def recall(self, name: str) -> bytes | None:
        """A chunk that was kept at this state of the ledger."""
        models_ = self._ledger.models
        return None if models_ is None else models_.recall(name)

    def remember(self, name: str, content: bytes) -> None:
        """Keep a chunk: numbers of rows and weights, and no name of a record."""
        if self._ledger.models is not None:
            self._ledger.models.remember(name, content, self._root)
