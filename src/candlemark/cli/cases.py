"""Commands about cases entered by hand: list, show, find, docket, and those of other modules."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING

import click

from candlemark import casefile
from candlemark.cli import paper
from candlemark.cli.case_history import PAST
from candlemark.cli.case_list import list_cases
from candlemark.cli.case_saying import SAYING
from candlemark.cli.case_tables import export_cases, import_cases
from candlemark.cli.case_team import open_case, team
from candlemark.cli.one_case import say_case
from candlemark.cli.opening import json_option, opened, vault_option
from candlemark.definition import Definition

if TYPE_CHECKING:
    from pathlib import Path

_PLACES_SHOWN = 3


_today_option = click.option(
    "--today", type=click.DateTime(["%Y-%m-%d"]), help="Look at it as on this day."
)


def _day(today: datetime | None) -> date:
    return today.date() if today else date.today()  # noqa: DTZ011 - a civil day where the person is


@click.group("case")
def case_commands() -> None:
    """Cases entered by hand: what happened, each stage, and what is due."""


for command in (open_case, team, list_cases, import_cases, export_cases, *SAYING, *PAST):
    case_commands.add_command(command)


@case_commands.command("show")
@click.argument("case_id")
@_today_option
@vault_option
@json_option
def show_case(
    case_id: str,
    today: datetime | None,
    folder: Path,
    passphrase_file: Path | None,
    as_json: bool,
) -> None:
    """Show one case as its page does: stages, doubts, persons, limits and sources."""
    edition = Definition.load()
    with opened(folder, passphrase_file) as vault:
        found = casefile.case(vault.ledger, case_id)
    told = casefile.account(found, edition, _day(today))
    if as_json:
        paper.print_json(told)
        return
    say_case(told, edition)


@case_commands.command("find")
@click.argument("words", nargs=-1, required=True)
@click.option("--limit", type=click.IntRange(1, 1000), default=20, help="How many cases at most.")
@vault_option
@json_option
def find_cases(
    words: tuple[str, ...], limit: int, folder: Path, passphrase_file: Path | None, as_json: bool
) -> None:
    """Find cases by words of titles, notes, names, places, articles and numbers.

    A word finds those that begin with it, in whatever alphabet and with or without accents.
    """
    with opened(folder, passphrase_file) as vault:
        found = casefile.find(vault.ledger, " ".join(words), limit)
    if as_json:
        paper.print_json({"found": found})
        return
    if not found:
        paper.say("No case holds all of these words.")
        return
    paper.print_table(
        ["case", "title", "stands in", "words"],
        [
            [case.id, paper.label(case.titles, case.id), place.field, "".join(place.snippet)]
            for case in found
            for place in case.places[:_PLACES_SHOWN]
        ],
    )


@case_commands.command("docket")
@_today_option
@vault_option
@json_option
def show_docket(
    folder: Path, passphrase_file: Path | None, today: datetime | None, as_json: bool
) -> None:
    """Show every time limit of every case, the nearest first."""
    with opened(folder, passphrase_file) as vault:
        cases = casefile.cases(vault.ledger)
    docket = casefile.docket(cases, _day(today))
    if as_json:
        paper.print_json(docket)
        return
    if not docket.rows:
        paper.say("No case has been entered yet.")
        return
    paper.print_table(
        ["last day", "days left", "state", "case", "rule"],
        [
            [
                str(row.due),
                row.days_left,
                row.state.value.replace("-", " "),
                row.title,
                paper.label(row.labels, row.rule) + ("" if row.confirmed else " (to be confirmed)"),
            ]
            for row in docket.rows
        ],
    )
