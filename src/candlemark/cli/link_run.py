"""``candlemark link run``: compare, by a model, and keep what was found."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from candlemark.cli import paper
from candlemark.cli.link_sources import (
    in_vault,
    of_tables,
    of_vault,
    once_option,
    say_noticed,
    sources_options,
)
from candlemark.cli.opening import json_option, opened, vault_or_tables_option
from candlemark.definition import Definition
from candlemark.errors import SourceMissing, WrongCommand
from candlemark.linkage.engine import link, model_of_document, run_sources
from candlemark.linkage.engine.keeping import earlier_run
from candlemark.linkage.engine.splinked import linked_by_spark
from candlemark.linkage.from_table import read_columns, write_table
from candlemark.linkage.judging import make_ready
from candlemark.linkage.said import model_of

if TYPE_CHECKING:
    from candlemark.linkage.engine import Linked, LinkModel
    from candlemark.linkage.sources import Sources

_ENGINES = ("duckdb", "spark")


@click.command("run")
@sources_options
@once_option
@click.option(
    "--model",
    "model_name",
    default="",
    metavar="MODEL",
    help="A model of the vault, the newest by default; for tables, the file of one.",
)
@click.option("--all", "everything", is_flag=True, help="Compare all, though only new came.")
@click.option("--chunks", type=click.IntRange(1, 100), help="In how many parts to compare.")
@click.option(
    "--out",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Where the pairs of tables are written, Parquet or CSV; those of a vault are kept in it.",
)
@click.option(
    "--engine",
    type=click.Choice(_ENGINES),
    default="duckdb",
    show_default=True,
    help="For tables that outgrow a machine: spark, which needs PySpark and Java 17.",
)
@vault_or_tables_option
@json_option
def run_command(
    names: tuple[str, ...],
    tables: tuple[Path, ...],
    columns_file: Path | None,
    once_each: tuple[str, ...],
    model_name: str,
    everything: bool,
    chunks: int | None,
    out: Path | None,
    engine: str,
    folder: Path | None,
    passphrase_file: Path | None,
    *,
    as_json: bool,
) -> None:
    """Compare records and keep the pairs; a run that was stopped goes on where it was.

    What is at least as probable as the model's first threshold is linked; what lies between the two
    is for people to judge.
    """
    where = in_vault(folder, tables)
    if (where is None) != bool(out) or (where and engine != "duckdb"):
        raise WrongCommand(
            "the pairs of a vault are kept in it, those of tables in a file",
            hint="with --table give --out FILE; --out and --engine are for tables only",
        )
    with paper.progress("linking") as tell:
        show = tell or (lambda _share, _what: None)
        if where:
            with opened(where, passphrase_file) as vault:
                sources = of_vault(vault.ledger, names, columns_file)
                model_kept = model_of(vault.ledger, model_name)
                earlier = None
                if not everything:
                    columns = read_columns(columns_file) if columns_file else {}
                    earlier = earlier_run(
                        vault.ledger,
                        model_kept,
                        sources,
                        once_each,
                        edition=Definition.load(),
                        columns=columns,
                    )
                kept = run_sources(
                    vault.ledger,
                    model_kept,
                    sources,
                    once_each=once_each,
                    chunks=chunks or 0,
                    earlier=earlier,
                    tell=show,
                )
                show(1.0, "put in order")
                make_ready(vault.ledger)
            linked, fact = kept.linked, kept.fact
            said = {"run": fact.run, "model": fact.model, "adds_to": fact.adds_to}
        else:
            sources, model = of_tables(tables, columns_file), _model(model_name)
            linked = (
                linked_by_spark(model, sources.rows, once_each=once_each)
                if engine == "spark"
                else link(model, sources.rows, once_each=once_each, chunks=chunks or 0, tell=show)
            )
            if out:
                write_table(linked.pairs, out)
            said = {"run": str(out), "model": model.content_hash, "adds_to": ""}
            show(1.0, "linked")
    _show(said, linked, sources, as_json=as_json)


def _show(said: dict[str, str], linked: Linked, sources: Sources, *, as_json: bool) -> None:
    noticed = (*sources.noticed, *linked.noticed)
    if as_json:
        document: dict[str, Any] = {
            "compared": linked.candidates,
            "linked": linked.automatic,
            "for_people": linked.to_people,
            "resumed_chunks": linked.resumed,
            "too_common": linked.too_common,
            "noticed": noticed,
            "sources": sources.states,
        }
        paper.print_json(said | document)
        return
    if said["adds_to"]:
        paper.say(f"Only new records came since {said['adds_to']}; they were added to it.")
    paper.say(f"{said['run']}: {linked.candidates:,} pairs compared")
    paper.say(f"{linked.automatic:,} linked, {linked.to_people:,} for people to judge")
    if linked.resumed:
        paper.say(f"{linked.resumed:,} parts had been done before the work was stopped.")
    for common in linked.too_common:
        paper.say(f"Look at: {common}")
    say_noticed(noticed)


def _model(name: str) -> LinkModel:
    if not name:
        raise WrongCommand(
            "tables are compared by the model in a file", hint="give --model FILE of link train"
        )
    try:
        return model_of_document(Path(name).read_bytes())
    except OSError:
        raise SourceMissing(
            f"{Path(name).name} is not there, or cannot be read", hint="name the file of a model"
        ) from None
