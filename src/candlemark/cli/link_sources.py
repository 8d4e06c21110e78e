"""What the commands of ``link`` have in common: where rows come from, in a vault or in tables."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from candlemark.cli import paper
from candlemark.definition import Definition
from candlemark.errors import WrongCommand
from candlemark.linkage.engine.plan import SHIPPED, Plan, load_plan, read_plan
from candlemark.linkage.from_table import read_columns
from candlemark.linkage.sources import prepare_sources, table_sources

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from candlemark.ledger import Ledger
    from candlemark.linkage.sources import Sources


def sources_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """``--source``, ``--table`` and ``--columns``."""
    command = click.option(
        "--columns",
        "columns_file",
        type=click.Path(path_type=Path, dir_okay=False),
        help="A file of TOML that says, for each source, which of its columns hold what.",
    )(command)
    command = click.option(
        "--table",
        "tables",
        type=click.Path(path_type=Path, dir_okay=False),
        multiple=True,
        help="A table of your own, CSV or Parquet, instead of a vault; may be given again.",
    )(command)
    return click.option(
        "--source",
        "names",
        multiple=True,
        metavar="CODE",
        help="A crosswalk whose latest batch is compared, cases or persons; may be given again.",
    )(command)


def once_option(command: Callable[..., Any]) -> Callable[..., Any]:
    """``--once-each``."""
    return click.option(
        "--once-each",
        multiple=True,
        metavar="CODE",
        help="A source that has each case, or person, once; may be given again.",
    )(command)


def plan_option(command: Callable[..., Any]) -> Callable[..., Any]:
    """``--plan``."""
    return click.option(
        "--plan",
        "plan_code",
        default="cases",
        show_default=True,
        metavar="CODE",
        help=f"What is compared: {', '.join(SHIPPED)}, or your own, a file that ends in .toml.",
    )(command)


def chosen_plan(code: str) -> Plan:
    """The plan an option names."""
    return read_plan(Path(code)) if code.endswith(".toml") else load_plan(code)


def in_vault(folder: Path | None, tables: Sequence[Path]) -> Path | None:
    """The folder of the vault; None where tables stand in its place.

    Raises:
        WrongCommand: both, or neither.
    """
    if bool(folder) == bool(tables):
        raise WrongCommand(
            "rows come from a vault or from tables",
            hint="give --vault DIR and --source CODE, or --table FILE",
        )
    return folder


def of_vault(ledger: Ledger, names: Sequence[str], columns_file: Path | None) -> Sources:
    """The sources of a vault that options name."""
    columns = read_columns(columns_file) if columns_file else {}
    return prepare_sources(ledger, names, Definition.load(), columns)


def of_tables(tables: Sequence[Path], columns_file: Path | None) -> Sources:
    """The tables that options name, each a source under the name of its file."""
    return table_sources(tables, read_columns(columns_file) if columns_file else {})


def say_noticed(noticed: Sequence[object]) -> None:
    """What was taken for unknown, for the eye."""
    for one in noticed:
        paper.say(f"Look at: {one}")
