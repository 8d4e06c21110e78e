"""What was said of linkage, read from the ledger: models, runs with their pairs, judgements.

Only reading, and no rule about what follows.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from candlemark.casefile.kept_facts import KeptFacts
from candlemark.errors import LedgerBroken, NotUnderstood
from candlemark.ledger import Kinds
from candlemark.linkage.facts import (
    JUDGEMENT,
    MODEL,
    PAIRS,
    RUN,
    Judgement,
    LinkModelKept,
    LinkPairsKept,
    LinkRun,
)
from candlemark.linkage.pairs import ROWS_AT_ONCE, evidence_in, unpack

if TYPE_CHECKING:
    from datetime import datetime

    import pyarrow as pa

    from candlemark.ledger import Entry, Ledger

DIGITS: Final = 8
"""Digits of a model's content hash that are shown."""

LINKS: Final = KeptFacts(
    "links",
    "link",
    Kinds.of((MODEL, 1, LinkModelKept), (RUN, 1, LinkRun), (JUDGEMENT, 1, Judgement)),
)
"""What was said of linkage, but for the pairs."""


class SaidModel(NamedTuple):
    """A model, and the entry it stands in."""

    entry: Entry
    fact: LinkModelKept


class SaidRun(NamedTuple):
    """A run, and the entry it begins in."""

    entry: Entry
    fact: LinkRun


class SaidJudgement(NamedTuple):
    """A judgement; ``entry`` says by which device and when."""

    entry: Entry
    fact: Judgement


class SaidOfLinks(NamedTuple):
    """Everything but the pairs, each in the order of the ledger."""

    models: tuple[SaidModel, ...]
    runs: tuple[SaidRun, ...]
    judgements: tuple[SaidJudgement, ...]


def said_of_links(ledger: Ledger) -> SaidOfLinks:
    """Models, runs and judgements.

    Raises:
        LedgerBroken: the ledger is damaged.
    """
    facts = LINKS.of(ledger)
    return SaidOfLinks(
        tuple(SaidModel(entry, fact) for entry, fact in facts if isinstance(fact, LinkModelKept)),
        tuple(SaidRun(entry, fact) for entry, fact in facts if isinstance(fact, LinkRun)),
        tuple(SaidJudgement(entry, fact) for entry, fact in facts if isinstance(fact, Judgement)),
    )


class Proposer(NamedTuple):
    """The run that proposed a pair, and by which model."""

    run: str
    at: datetime
    """When the run was kept."""
    model: str
    digits: str
    """The first eight of the model's content hash: what people name it by."""


def proposers(ledger: Ledger) -> dict[str, Proposer]:
    """Of every run, by its identifier, when it was and by which model it compared.

    Raises:
        LedgerBroken: the ledger is damaged.
    """
    said = said_of_links(ledger)
    hashes = {one.fact.model: one.fact.content_hash for one in said.models}
    return {
        one.fact.run: Proposer(
            one.fact.run,
            one.entry.written,
            one.fact.model,
            hashes.get(one.fact.model, "")[:DIGITS],
        )
        for one in said.runs
    }


def compared_with(ledger: Ledger, source: str) -> tuple[str, ...]:
    """The sources some run compared with this one, in order.

    Raises:
        LedgerBroken: the ledger is damaged.
    """
    found: set[str] = set()
    for one in said_of_links(ledger).runs:
        sources = {each.source for each in one.fact.sources}
        if source in sources:
            found |= sources
    return tuple(sorted(found - {source}))


def model_of(ledger: Ledger, model: str = "") -> LinkModelKept:
    """A model by its identifier; without one, the newest.

    Raises:
        NotUnderstood: there is none.
    """
    for one in reversed(said_of_links(ledger).models):
        if model in {"", one.fact.model}:
            return one.fact
    raise NotUnderstood(
        "the vault holds no model with this identifier" if model else "the vault holds no model",
        hint="candlemark link train makes one",
    )


def run_of(ledger: Ledger, run: str = "") -> SaidRun:
    """A run by its identifier; without one, the newest.

    Raises:
        NotUnderstood: there is none.
    """
    for one in reversed(said_of_links(ledger).runs):
        if run in {"", one.fact.run}:
            return one
    raise NotUnderstood(
        "the vault holds no run with this identifier" if run else "nothing was linked here yet",
        hint="candlemark link run makes one",
    )


def evidence_of(ledger: Ledger, one: SaidRun, n: int) -> pa.Table:
    """What the evidence of one pair is made of, without reading the others: one row.

    Args:
        ledger: of an opened vault.
        one: the run.
        n: number of the pair's row.

    Raises:
        LedgerBroken: the ledger is damaged, or the piece is missing.
    """
    for _, fact in ledger.facts(kinds={PAIRS}, after=one.entry.n - 1):
        if not isinstance(fact, LinkPairsKept) or fact.run != one.fact.run:
            break  # a run and its pieces are one transaction
        if fact.n == n // ROWS_AT_ONCE:
            return evidence_in(fact, n % ROWS_AT_ONCE)
    raise LedgerBroken(
        "a piece of a run's pairs is missing", hint="candlemark verify says what is damaged"
    )


def pairs_of(ledger: Ledger, one: SaidRun) -> pa.Table:
    """The pairs of a run: see :data:`candlemark.linkage.pairs.PAIRS`.

    Raises:
        LedgerBroken: the ledger is damaged, or pieces are missing.
    """
    pieces: list[LinkPairsKept] = []
    # A run and its pieces are one transaction: those of this run come next.
    for _, fact in ledger.facts(kinds={PAIRS}, after=one.entry.n - 1):
        if len(pieces) == one.fact.chunks:
            break
        if isinstance(fact, LinkPairsKept) and fact.run == one.fact.run:
            pieces.append(fact)
    return unpack(pieces, one.fact.chunks, one.fact.pairs_hash)
