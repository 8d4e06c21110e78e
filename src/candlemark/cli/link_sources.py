"""What the commands of ``link`` have in common: where rows come from, in a vault or in tables."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
import pyarrow as pa

from candlemark.cli import paper
from candlemark.definition import Definition
from candlemark.errors import WrongCommand
from candlemark.linkage.columns import ROWS, Noticed
from candlemark.linkage.engine.plan import SHIPPED, Plan, load_plan, read_plan
from candlemark.linkage.facts import TrainedOn
from candlemark.linkage.from_table import prepare_table, read_columns, read_table, table_columns
from candlemark.linkage.sources import Sources, one_agency, prepare_sources, refuse_twice

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from candlemark.ledger import Ledger


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
    """Tables as sources, each under the name of its file.

    Without ``--columns`` a table is taken as it is: it has the columns of the plan.
    """
    names = [path.stem for path in tables]
    refuse_twice(names)
    columns = read_columns(columns_file) if columns_file else {}
    found, states = [], []
    noticed: list[Noticed] = []
    for path in tables:
        table = read_table(path)
        if path.stem in columns:
            made = prepare_table(table, table_columns(columns[path.stem]), path.stem)
            table, noticed = made.rows, [*noticed, *made.noticed]
        elif "source" not in table.column_names:
            table = table.append_column("source", pa.array([path.stem] * table.num_rows))
        found.append(table)
        states += [TrainedOn(path.stem, path.name, table.num_rows)]
    rows = pa.concat_tables(found, promote_options="default")
    return Sources(rows, tuple(states), (*noticed, *one_agency(rows)))


def filled(rows: pa.Table) -> list[tuple[str, int]]:
    """Of each comparable column: in how many rows something is known."""
    known = []
    for name in rows.column_names:
        column = rows[name]
        count = len(column) - column.null_count
        if pa.types.is_list(column.type):
            count = sum(bool(words) for words in column.to_pylist())
        known.append((name, count))
    return known


def say_noticed(noticed: Sequence[object]) -> None:
    """What was taken for unknown, for the eye."""
    for one in noticed:
        paper.say(f"Look at: {one}")


def is_prepared(rows: pa.Table) -> bool:
    """Whether these are comparable rows."""
    return bool(rows.schema.equals(ROWS))
