"""``candlemark link prepare``: what of each source can be compared, and what cannot."""

from __future__ import annotations

from pathlib import Path

import click

from candlemark.cli import paper
from candlemark.cli.link_sources import (
    in_vault,
    of_tables,
    of_vault,
    say_noticed,
    sources_options,
)
from candlemark.cli.opening import json_option, opened, vault_or_tables_option
from candlemark.errors import WrongCommand
from candlemark.linkage.from_table import write_table
from candlemark.linkage.sources import filled


@click.command("prepare")
@sources_options
@click.option(
    "--out",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Write the rows of tables as Parquet; those of a vault are never written.",
)
@vault_or_tables_option
@json_option
def prepare_command(
    names: tuple[str, ...],
    tables: tuple[Path, ...],
    columns_file: Path | None,
    out: Path | None,
    folder: Path | None,
    passphrase_file: Path | None,
    *,
    as_json: bool,
) -> None:
    """Say what can be compared of each source, and what was taken for unknown."""
    if out and not tables:
        raise WrongCommand(
            "rows of a vault are not written to a file",
            hint="they hold names in the clear; train and run read them where they are",
        )
    where = in_vault(folder, tables)
    with paper.progress("preparing") as tell:
        if where:
            with opened(where, passphrase_file) as vault:
                sources = of_vault(vault.ledger, names, columns_file)
        else:
            sources = of_tables(tables, columns_file)
        if tell:
            tell(1.0, "prepared")
    if out:
        write_table(sources.rows, out)
    known = filled(sources.rows)
    if as_json:
        paper.print_json({"sources": sources.states, "known": known, "noticed": sources.noticed})
        return
    paper.print_table(
        ["source", "state", "rows"], [[one.source, one.state, one.rows] for one in sources.states]
    )
    paper.say()
    paper.print_table(["column", "rows with a value"], [list(one) for one in known.items()])
    say_noticed(sources.noticed)
