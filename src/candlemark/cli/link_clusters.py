"""``candlemark link clusters``: which records are one, as runs and judgements have it now."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

import click

from candlemark.cli import paper
from candlemark.cli.link_sources import in_vault
from candlemark.cli.opening import json_option, opened, vault_or_tables_option
from candlemark.linkage.clusters import Link, RunStep, fold_clusters
from candlemark.linkage.facts import CASE, PERSON, LinkRecord
from candlemark.linkage.from_table import read_table
from candlemark.linkage.judging import clusters_as_judged
from candlemark.linkage.pairs import PAIRS
from candlemark.measure.moved import moves_kept_figures

if TYPE_CHECKING:
    from candlemark.linkage.clusters import Clusters

SHOWN = 20


@click.command("clusters")
@click.option(
    "--unit", type=click.Choice([CASE, PERSON]), default=CASE, show_default=True, help="Of what."
)
@click.option("--cluster", "wanted", default="", metavar="ID", help="One, also by a former name.")
@click.option(
    "--pairs",
    "tables",
    type=click.Path(path_type=Path, dir_okay=False),
    multiple=True,
    help="The pairs of link run --table, Parquet or CSV, instead of a vault.",
)
@click.option(
    "--at-least",
    type=click.FloatRange(0, 1, min_open=True, max_open=True),
    default=0.85,
    show_default=True,
    help="Of pairs of a table: how probable a link must be.  In a vault the run says it.",
)
@vault_or_tables_option
@json_option
def clusters_command(
    unit: str,
    wanted: str,
    tables: tuple[Path, ...],
    at_least: float,
    folder: Path | None,
    passphrase_file: Path | None,
    *,
    as_json: bool,
) -> None:
    """Show which records are one; a wrong link is undone by a judgement, not here."""
    where = in_vault(folder, tables)
    if where:
        with opened(where, passphrase_file) as vault:
            moves = moves_kept_figures(vault.ledger)
            found = clusters_as_judged(vault.ledger, vault.members.roster(), unit, moves)
    else:
        found = fold_clusters(_step(path, at_least) for path in tables)
    chosen = [found.find(wanted)] if wanted else list(found.by_id.values())
    shown = [one for one in chosen if one is not None]
    if as_json:
        paper.print_json({"clusters": shown, "contradictions": found.refused})
        return
    _show(found, wanted)


def _show(found: Clusters, wanted: str) -> None:
    one = found.find(wanted) if wanted else None
    if wanted and one is None:
        paper.say("No two records bear this name any more, or none ever did.")
        return
    sizes = Counter(len(each.records) for each in found.by_id.values())
    if not wanted:
        paper.say(f"{len(found.by_id):,} clusters of {len(found.of):,} records")
        paper.print_table(["records", "clusters"], [list(row) for row in sorted(sizes.items())])
        paper.say()
    listed = [one] if one else list(found.by_id.values())[:SHOWN]
    for each in listed:
        paper.say(f"{each.id}: {', '.join(f'{r.source} {r.record}' for r in each.records)}")
        if each.aliases:
            paper.say(f"  formerly also {', '.join(each.aliases)}")
        if each.split_from:
            paper.say(f"  once part of {each.split_from}")
    if not wanted and len(found.by_id) > SHOWN:
        paper.say(f"… and {len(found.by_id) - SHOWN:,} more; --json lists them.")
    for left, right in found.refused:
        paper.say(
            f"Look at: {left.source} {left.record} and {right.source} {right.record} were judged"
            " the same, and other judgements keep them apart"
        )


def _step(path: Path, at_least: float) -> RunStep:
    table = read_table(path)
    names = [name for name in PAIRS.names if name in table.column_names]
    rows = table.select(names).to_pylist()
    links = tuple(
        Link(
            LinkRecord(row["left_source"], row["left_record"]),
            LinkRecord(row["right_source"], row["right_record"]),
            float(row["weight"]),
        )
        for row in rows
        if float(row["probability"]) >= at_least
    )
    sources = frozenset(record.source for link in links for record in link[:2])
    return RunStep(path.name, sources, links, adds=True)
