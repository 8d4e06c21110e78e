"""Commands about cases entered by hand: list, show, find, dossier, and those of other modules."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click
from django.utils import translation

from candlemark import casefile
from candlemark.cli import paper
from candlemark.cli.case_history import PAST
from candlemark.cli.case_incident import incident
from candlemark.cli.case_list import list_cases
from candlemark.cli.case_saying import SAYING
from candlemark.cli.case_tables import export_cases, import_cases
from candlemark.cli.case_team import open_case, team
from candlemark.cli.due import day_of, docket_command, today_option
from candlemark.cli.one_case import say_case
from candlemark.cli.opening import json_option, opened, vault_option
from candlemark.cli.secret import write_private
from candlemark.definition import Definition
from candlemark.tongues import INTERFACE
from candlemark.web.dossier import Choices, Setting, dossier_file
from candlemark.web.reader import Reader
from candlemark.web.server import begin

if TYPE_CHECKING:
    from datetime import datetime

_PLACES_SHOWN = 3


@click.group("case")
def case_commands() -> None:
    """Cases entered by hand: what happened, each stage, and what is due."""


for command in (open_case, team, incident, list_cases, import_cases, export_cases, *SAYING, *PAST):
    case_commands.add_command(command)


@case_commands.command("show")
@click.argument("case_id")
@today_option
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
        pathways = casefile.pathways_now(vault.ledger)
    told = casefile.account(found, edition, day_of(today), pathways)
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


@case_commands.command("dossier")
@click.argument("case_id")
@click.option(
    "--out",
    "target",
    type=click.Path(path_type=Path, dir_okay=False),
    required=True,
    help="The PDF file to write; one that is there is not written over.",
)
@click.option("--tongue", type=click.Choice(INTERFACE), default="en", help="Its language.")
@click.option("--names/--no-names", default=False, help="Name the persons, as far as you may read.")
@click.option(
    "--notes/--no-notes", default=True, help="With what the definition says of the words."
)
@today_option
@vault_option
def make_dossier(
    case_id: str,
    target: Path,
    tongue: str,
    names: bool,
    notes: bool,
    today: datetime | None,
    folder: Path,
    passphrase_file: Path | None,
) -> None:
    """Write one case as a PDF: timeline, charges, evidence, limits, proof.

    The file is not sealed: whoever has it can read it.  Without --names, persons are numbers, and
    every text in which a name stands is left out.
    """
    begin()
    with opened(folder, passphrase_file) as vault, translation.override(tongue):
        ledger = vault.ledger
        case = casefile.case(ledger, case_id)
        setting = Setting(
            Definition.load(), Reader(tongue), day_of(today), casefile.pathways_now(ledger)
        )
        content = dossier_file(case, ledger, setting, Choices(names=names, notes=notes))
    write_private(target, content, "the dossier")
    paper.say(f"The dossier is in {target}. It is not sealed: whoever has it can read it.")
    if names:
        paper.say("It names persons. Keep it as you would keep the persons safe.")


case_commands.add_command(docket_command)
