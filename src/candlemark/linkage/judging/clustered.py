"""Clusters as people judged them: folded with the judgements that decide, and no others.

Without this a judgement that was taken back, outvoted, or waits for a second person would count.
Where there is a read model, the clusters of the parts nobody judged are taken as runs made them,
and the others are folded; the identifiers are the same, since they follow from their part alone.
"""

from __future__ import annotations

import json
from collections import defaultdict
from types import MappingProxyType
from typing import TYPE_CHECKING

from candlemark.casefile.record import from_model
from candlemark.linkage.clusters import (
    Cluster,
    Clusters,
    RunStep,
    clusters_of,
    fold_clusters,
    judgement_step,
)
from candlemark.linkage.facts import CASE, LinkRecord
from candlemark.linkage.judging.parts import PARTS, links_in, parts_of, runs_of
from candlemark.linkage.judging.standing import unpublished
from candlemark.linkage.judging.state import deciding_judgements
from candlemark.linkage.said import said_of_links

if TYPE_CHECKING:
    from collections.abc import Sequence

    from candlemark.ledger import Ledger
    from candlemark.ledger.model import CodedModel
    from candlemark.ledger.roster import Roster
    from candlemark.linkage.clusters import Step
    from candlemark.linkage.judging.standing import Published
    from candlemark.linkage.said import SaidJudgement, SaidOfLinks


def make_ready(ledger: Ledger) -> None:
    """Bring the read model of the pairs up to date, so that the next page need not wait for it.

    A small ledger has none and needs none.  What is stopped half-way is made by whoever asks next.

    Raises:
        LedgerBroken: the ledger is damaged.
    """
    from_model(ledger, lambda models: models.coded(PARTS, lambda model: runs_of(model, CASE)))


def clusters_as_judged(
    ledger: Ledger,
    roster: Roster,
    unit: str = CASE,
    published: Published = unpublished,
) -> Clusters:
    """The clusters of cases, or of people, as the ledger has them now.

    Args:
        ledger: what was said.
        roster: whose devices judgements were said on.
        unit: ``case`` or ``person``.
        published: see :func:`~candlemark.linkage.judging.standing.stood`.

    Raises:
        LedgerBroken: the ledger is damaged.
    """
    decide = deciding_judgements(ledger, roster, unit, published)
    said = said_of_links(ledger)
    found = from_model(
        ledger, lambda models: models.coded(PARTS, lambda model: _parted(model, unit, said, decide))
    )
    return clusters_of(ledger, unit, decide) if found is None else found


def _parted(
    model: CodedModel, unit: str, said: SaidOfLinks, decide: Sequence[SaidJudgement]
) -> Clusters:
    """The parts people judged, folded, with all others as the model has them."""
    judged = {record for one in decide for record in (one.fact.left, one.fact.right)}
    parts = parts_of(model, unit, judged)
    links = links_in(model, unit, parts)
    steps: list[tuple[int, int, Step]] = [
        (
            one.entry.n,
            at,
            RunStep(
                one.fact.run,
                frozenset(each.source for each in one.fact.sources),
                tuple(links.get(one.fact.run, ())),
                bool(one.fact.adds_to),
                frozenset(one.fact.once_each),
            ),
        )
        for at, one in enumerate(said.runs)
        if one.fact.unit == unit
    ]
    steps += [(one.entry.n, at, judgement_step(one)) for at, one in enumerate(decide)]
    near = fold_clusters(step for *_, step in sorted(steps, key=lambda one: one[:2]))
    clusters, alias_of = _others(model, unit, parts)
    by_id = {**clusters, **near.by_id}
    of = {record: one.id for one in by_id.values() for record in one.records}
    return Clusters(
        MappingProxyType(dict(sorted(by_id.items()))),
        MappingProxyType(dict(sorted(of.items()))),
        MappingProxyType({**alias_of, **near.alias_of}),
        near.refused,
    )


def _others(
    model: CodedModel, unit: str, parts: Sequence[int]
) -> tuple[dict[str, Cluster], dict[str, str]]:
    """The clusters of all parts but these, and where former identifiers lead."""
    where = "unit = ? AND part NOT IN (SELECT value FROM json_each(?))"
    told = (unit, json.dumps(parts))
    alias_of = dict(model.query(f"SELECT old, leads FROM {{alias}} WHERE {where}", told))
    aliases: dict[str, list[str]] = defaultdict(list)
    for old, new in alias_of.items():
        aliases[new].append(old)
    clusters = {}
    for name, said in model.query(f"SELECT id, said FROM {{cluster}} WHERE {where}", told):
        records, split_from = json.loads(said)
        clusters[name] = Cluster(
            name,
            tuple(LinkRecord(source, record) for source, record in records),
            tuple(sorted(aliases[name])),
            split_from,
        )
    return clusters, alias_of
