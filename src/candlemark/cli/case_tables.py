"""``case import`` and ``case export``: a table of cases in, files of cases out."""

from __future__ import annotations

import os
import sys
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from candlemark import exchange
from candlemark.cli import paper
from candlemark.cli.case_list import filter_options, read_filter
from candlemark.cli.opening import json_option, opened, vault_option
from candlemark.definition import Definition
from candlemark.errors import SettingRefused, SourceMissing, Stopped
from candlemark.exchange.out.complete import keep_complete, looks_complete, read_complete
from candlemark.exchange.out.taken import USES
from candlemark.tongues import INTERFACE

if TYPE_CHECKING:
    from candlemark.exchange import Meant, Plan, Table
    from candlemark.ledger import Vault

_SHOWN: Final = 20


@click.command("import")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@click.option("--language", default="en", show_default=True, help="Tongue of the texts in it.")
@click.option(
    "--column",
    "said",
    multiple=True,
    metavar="HEADER=FIELD",
    help="What a column means, where the guess is wrong; an empty FIELD leaves it out.",
)
@click.option(
    "--first", type=click.Choice(["day", "month"]), help="In 03/04/2019, what comes first."
)
@click.option(
    "--country", default="", help="Country of the incidents where no column says it (AZ)."
)
@click.option("--sheet", default="", help="Which sheet of a workbook.")
@click.option("--leave-out", is_flag=True, help="Leave out cells not understood, not their rows.")
@click.option("--yes", is_flag=True, help="Do not ask; for scripts.")
@vault_option
@json_option
def import_cases(
    file: Path,
    language: str,
    said: tuple[str, ...],
    first: str | None,
    country: str,
    sheet: str,
    leave_out: bool,
    yes: bool,
    folder: Path,
    passphrase_file: Path | None,
    as_json: bool,
) -> None:
    """Bring in the cases of a spreadsheet, one row for each; or of a JSON export.

    FILE is CSV, XLSX, XLS or ODS, an export of Uwazi (CSV) or OpenEvSys (XML or CSV), or what case
    export --format json wrote.  What was understood is shown, and nothing is kept before you agree.
    Rows are known again by their number: bring the table in again, and only what changed is said.
    """
    content = _content(file)
    edition = Definition.load()
    if looks_complete(content):
        with opened(folder, passphrase_file) as vault:
            kept = keep_complete(vault.ledger, read_complete(content))
        if as_json:
            paper.print_json({"kept": kept})
        else:
            paper.say(f"{kept:,} entries were kept.")
        return
    table = exchange.read_table(content, sheet)
    guessed = exchange.guess(table, edition, language)
    meant = _meant(table, guessed, said, {"day": True, "month": False}.get(first or ""), country)
    with opened(folder, passphrase_file) as vault:
        plan = exchange.plan(vault.ledger, edition, table, meant, leave_out=leave_out)
        if not as_json:
            _show(table, meant, plan)
        if plan.actions:
            _agree(yes=yes, count=plan.actions)
            _keep(vault, plan)
    if as_json:
        paper.print_json(_report(table, meant, plan))


def _content(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError as error:
        raise SourceMissing(
            "this file cannot be read", hint="name the file that holds the cases"
        ) from error


def _meant(
    table: Table, guessed: Meant, said: tuple[str, ...], first: bool | None, country: str
) -> Meant:
    columns = dict(zip(table.headers, guessed.columns, strict=True))
    for one in said:
        header, sign, field = one.rpartition("=")
        if not sign or header not in columns:
            raise SettingRefused(
                f"the table has no column {header[:60]!r}",
                hint="write --column 'HEADER=FIELD' with a header as it stands in the table",
            )
        columns[header] = exchange.Column(field, columns[header].language)
    day_first = guessed.day_first if first is None else first
    return exchange.Meant(tuple(columns.values()), guessed.language, day_first, country)


def _show(table: Table, meant: Meant, plan: Plan) -> None:
    paper.print_table(
        ["column", "means"],
        [
            [header, column.field or "left out"]
            for header, column in zip(table.headers, meant.columns, strict=True)
        ],
    )
    counts = plan.counts
    paper.say(
        f"New cases: {counts.get('new', 0):,}. Changed: {counts.get('changed', 0):,}."
        f" As they were: {counts.get('same', 0):,}. Rows left out: {counts.get('refused', 0):,}."
    )
    if plan.vanished:
        paper.say(f"Cases with numbers that are not in this table: {plan.vanished:,}; they stay.")
    for fault in plan.faults[:_SHOWN]:
        where = fault.header or fault.field
        paper.say(f"row {fault.row}, {where or 'the row'}: {fault.why}: {fault.said}")
    if len(plan.faults) > _SHOWN:
        paper.say(f"and {len(plan.faults) - _SHOWN:,} more; --json names every one")


def _agree(*, yes: bool, count: int) -> None:
    if yes:
        return
    if not sys.stdin.isatty():
        raise SettingRefused(
            "there is no terminal to ask at", hint="say it with --yes, once you have seen the plan"
        )
    if not click.confirm(f"Keep {count:,} cases?", err=True):
        raise Stopped("nothing was kept", hint="change the table or the columns, and try again")


def _keep(vault: Vault, plan: Plan) -> None:
    with paper.progress("Keeping") as tell:
        exchange.keep(
            vault.ledger,
            Definition.load(),
            plan,
            (lambda done, all_: tell(done / all_, "")) if tell else None,
        )
        if tell:
            tell(1.0, "preparing the lists")
        exchange.prepare(vault.ledger)


def _report(table: Table, meant: Meant, plan: Plan) -> dict[str, object]:
    columns = zip(table.headers, meant.columns, strict=True)
    return {
        "columns": {header: column.field for header, column in columns},
        "counts": plan.counts,
        "vanished": plan.vanished,
        "rows": [
            {
                "row": row.row,
                "reference": row.reference,
                "case": row.case,
                "fate": row.fate,
                "faults": [fault._asdict() for fault in row.faults],
                "corrected_by_hand": row.by_hand,
            }
            for row in plan.rows
        ],
    }


@click.command("export")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@click.option(
    "--format",
    "form",
    type=click.Choice([one.value for one in exchange.Form]),
    required=True,
    help="csv: a line for each case; tables: a ZIP of CSV files; xlsx; json: every statement;"
    " ocel, xes: event logs.",
)
@click.option(
    "--use",
    type=click.Choice(USES[1:]),
    help="What it is for; cases of somebody who does not agree to that are left out.",
)
@click.option("--identities", is_flag=True, help="Let the names go with it.")
@click.option(
    "--tongue", type=click.Choice(INTERFACE), default="en", help="Of labels in spreadsheets."
)
@filter_options
@vault_option
@json_option
def export_cases(
    file: Path,
    form: str,
    use: str | None,
    identities: bool,
    tongue: str,
    terms: tuple[str, ...],
    due: str | None,
    since: datetime | None,
    folder: Path,
    passphrase_file: Path | None,
    as_json: bool,
) -> None:
    """Write cases to FILE, which must be a new one and is readable by its owner only.

    Nothing of who anybody is leaves without --identities.  FILE is not sealed.
    """
    edition = Definition.load()
    wanted = read_filter(edition, terms, due, since)
    today = date.today()  # noqa: DTZ011 - a civil day where the person is
    with opened(folder, passphrase_file) as vault:
        taken = exchange.take(
            vault.ledger,
            edition,
            wanted,
            today,
            exchange.Terms(use or "", identities),
            vault=vault.name,
        )
    made = exchange.export(taken, exchange.Form(form), tongue)
    _write(file, made.content)
    if as_json:
        paper.print_json(
            {
                "file": str(file),
                "cases": len(taken.cases),
                "left_out": taken.left_out,
                "identities": identities,
            }
        )
        return
    paper.say(f"{len(taken.cases):,} cases in {file}. It is not sealed; keep it with care.")
    if taken.left_out:
        paper.say(f"Left out because somebody does not agree to this use: {taken.left_out:,}.")


def _write(file: Path, content: bytes) -> None:
    try:
        opened_file = os.open(file, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
        with open(opened_file, "wb") as target:  # noqa: PTH123 - it is opened by number
            target.write(content)
    except OSError as error:
        raise SettingRefused(
            "the export cannot be written there",
            hint="name a new file in a folder you can write to",
        ) from error
