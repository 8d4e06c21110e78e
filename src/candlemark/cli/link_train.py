"""``candlemark link train``: a model, without labels."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from candlemark.cli import paper
from candlemark.cli.link_sources import (
    chosen_plan,
    in_vault,
    of_tables,
    of_vault,
    once_option,
    plan_option,
    say_noticed,
    sources_options,
)
from candlemark.cli.opening import json_option, opened, vault_or_tables_option
from candlemark.errors import StorageFull, WrongCommand
from candlemark.linkage.engine import keep_model, levels_of
from candlemark.linkage.engine.training import train
from candlemark.linkage.unknowns import Notebook

if TYPE_CHECKING:
    from candlemark.linkage.engine import LinkModel, Plan
    from candlemark.linkage.engine.training import Trained
    from candlemark.linkage.sources import Sources


@click.command("train")
@sources_options
@plan_option
@once_option
@click.option(
    "--model",
    "out",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Where the model of tables is written; that of a vault is kept in it.",
)
@vault_or_tables_option
@json_option
def train_command(
    names: tuple[str, ...],
    tables: tuple[Path, ...],
    columns_file: Path | None,
    plan_code: str,
    once_each: tuple[str, ...],
    out: Path | None,
    folder: Path | None,
    passphrase_file: Path | None,
    *,
    as_json: bool,
) -> None:
    """Train a model; nobody has to say of any two records that they are one."""
    where, plan = in_vault(folder, tables), chosen_plan(plan_code)
    if (where is None) != bool(out):
        raise WrongCommand(
            "the model of a vault is kept in it, that of tables in a file",
            hint="with --table give --model FILE, with --vault do not",
        )
    document: dict[str, Any]
    with paper.progress("training") as tell:
        if where:
            with opened(where, passphrase_file) as vault:
                sources = of_vault(vault.ledger, names, columns_file)
                trained, book = _train(sources, plan, once_each, tell)
                kept = keep_model(vault.ledger, trained, sources.states)
            document = {"model": kept.model}
        else:
            sources = of_tables(tables, columns_file)
            trained, book = _train(sources, plan, once_each, tell)
            _write(trained.model, out)
            document = {"model": str(out)}
        if tell:
            tell(1.0, "trained")
    if as_json:
        document |= {
            "hash": trained.model.content_hash,
            "rows": trained.rows,
            "prior": trained.model.prior,
            "untaught": trained.untaught,
            "differing": trained.differing,
            "weights": {name: dict(rows) for name, rows in _weights(trained.model)},
            "noticed": (*sources.noticed, *book.noticed),
        }
        paper.print_json(document)
        return
    paper.say(f"{document['model']}, SHA-256 {trained.model.content_hash}")
    paper.say(f"from {trained.rows:,} rows; two at random are one once in {_once(trained)}")
    paper.print_table(
        ["comparison", "level", "weight"],
        [[name, level, weight] for name, rows in _weights(trained.model) for level, weight in rows],
    )
    for name in trained.untaught:
        paper.say(f"Look at: {name}: nothing to learn from; it weighs nothing")
    for name in trained.differing:
        paper.say(f"Look at: {name}: two rules teach very different weights")
    say_noticed((*sources.noticed, *book.noticed))


def _train(
    sources: Sources, plan: Plan, once_each: tuple[str, ...], tell: Any
) -> tuple[Trained, Notebook]:
    book = Notebook("rows")
    show = tell or (lambda _share, _what: None)
    return train(sources.rows, plan, show, book, once_each), book


def _weights(model: LinkModel) -> list[tuple[str, list[tuple[str, float]]]]:
    return [
        (
            one.name,
            [
                (label, shares.weight)
                for label, shares in zip(levels_of(one).labels, model.shares[one.name], strict=True)
            ],
        )
        for one in model.plan.comparisons
    ]


def _once(trained: Trained) -> str:
    return f"{1 / trained.model.prior:,.0f}"


def _write(model: LinkModel, out: Path | None) -> None:
    try:
        if out:
            out.write_bytes(model.document)
    except OSError:
        raise StorageFull(
            f"{out} could not be written", hint="look at the folder and its space"
        ) from None
