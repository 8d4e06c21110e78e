"""Commands of answers: ask, received, unanswered, show, approve, withdraw, list."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from candlemark.cli import paper
from candlemark.cli.opening import json_option, opened, vault_option
from candlemark.cli.outside import needed
from candlemark.errors import WrongCommand
from candlemark.publish import answers as floor
from candlemark.publish import releases
from candlemark.publish.answers import Step

if TYPE_CHECKING:
    from datetime import datetime

    from candlemark.publish.answers import Answer

_FILE = click.Path(path_type=Path, dir_okay=False)
_LIMIT = 200_001
_DAY = click.DateTime(["%Y-%m-%d"])
_on = click.option("--on", required=True, type=_DAY, help="The day on which it happened.")
_release = click.option(
    "--release", "number", type=click.IntRange(min=1), help="The newest with the table without it."
)
_cell = click.option(
    "--cell",
    "cells",
    multiple=True,
    metavar="NAME=CODE",
    help="measure=reached, stage=charged … one for every dimension; the whole table without it.",
)


@click.group("answer")
def answer_commands() -> None:
    """The right of an agency to answer beside its number: one member says it, another approves."""


@answer_commands.command()
@click.argument("table", metavar="TABLE")
@click.argument("agency", metavar="FILE", type=_FILE)
@_on
@click.option("--by", required=True, type=_DAY, help="The day an answer was asked for by.")
@_release
@_cell
@vault_option
@json_option
def ask(
    table: str,
    agency: Path,
    on: datetime,
    by: datetime,
    number: int | None,
    cells: tuple[str, ...],
    folder: Path,
    passphrase_file: Path | None,
    as_json: bool,
) -> None:
    """Say that an agency was asked about a number of TABLE.

    FILE is TOML with a section for each tongue, each with an agency.  Name no person.
    """
    named = floor.read_agency(needed(agency, _LIMIT))
    with opened(folder, passphrase_file) as vault:
        place = floor.place_of(vault.ledger, table, number or 0, _cells(cells))
        made = floor.ask(vault.ledger, place, named, on.date(), by.date())
    _said(made, as_json=as_json)


@answer_commands.command()
@click.argument("words", metavar="FILE", type=_FILE)
@_on
@click.option("--tongue", default="en", show_default=True, help="The language it came in.")
@click.option("--asking", default="", metavar="NAME", help="The asking it follows.")
@click.option("--table", default="", metavar="TABLE", help="Without --asking: what it is about.")
@_release
@_cell
@vault_option
@json_option
def received(
    words: Path,
    on: datetime,
    tongue: str,
    asking: str,
    table: str,
    number: int | None,
    cells: tuple[str, ...],
    folder: Path,
    passphrase_file: Path | None,
    as_json: bool,
) -> None:
    """Say what an agency answered, in the words of FILE.

    FILE is TOML with a section for each tongue, each with an agency and a text; the text in the
    language it came in is the answer, word for word, and the others are translations.  An answer in
    another language stands in [original] with a tongue and a text.
    """
    if bool(asking) == bool(table):
        raise WrongCommand(
            "what it answers to is not said, or said in both ways",
            hint="name the asking with --asking, or the table with --table",
        )
    said = floor.read_words(needed(words, _LIMIT), tongue)
    with opened(folder, passphrase_file) as vault:
        place = floor.place_of(vault.ledger, table, number or 0, _cells(cells)) if table else None
        made = floor.received(vault.ledger, place, said, on.date(), asking)
    _said(made, as_json=as_json)


@answer_commands.command()
@click.argument("asking", metavar="NAME")
@_on
@vault_option
@json_option
def unanswered(
    asking: str, on: datetime, folder: Path, passphrase_file: Path | None, as_json: bool
) -> None:
    """Say that nothing came of the asking NAME by the day that was named."""
    with opened(folder, passphrase_file) as vault:
        made = floor.unanswered(vault.ledger, asking, on.date())
    _said(made, as_json=as_json)


@answer_commands.command()
@click.argument("name", metavar="NAME")
@vault_option
@json_option
def show(name: str, folder: Path, passphrase_file: Path | None, as_json: bool) -> None:
    """Show what NAME says, to be read before it is approved."""
    with opened(folder, passphrase_file) as vault:
        found = floor.answers(vault.ledger).one(name)
    said = found.said
    if as_json:
        paper.print_json({"digest": found.digest, "state": _state(found), "said": said})
        return
    paper.say(f"{said.step.value} on {said.on}, release {said.release}, {_state(found)}")
    paper.say(f"table {said.table[:8]}: {_place(found)}")
    if said.by:
        paper.say(f"an answer was asked for by {said.by}")
    for tongue, agency in said.agency:
        paper.say(f"{tongue}: {agency}")
        for line in dict(said.texts).get(tongue, "").splitlines():
            paper.say(f"    {line}")
    if said.original and said.tongue not in dict(said.texts):
        paper.say(f"in its own words ({said.tongue}):")
        for line in said.original.splitlines():
            paper.say(f"    {line}")


@answer_commands.command()
@click.argument("name", metavar="NAME")
@vault_option
@json_option
def approve(name: str, folder: Path, passphrase_file: Path | None, as_json: bool) -> None:
    """Agree that NAME is public; whoever said it cannot."""
    with opened(folder, passphrase_file) as vault:
        found = floor.approve(vault.ledger, name, vault.members.me.kid)
    if as_json:
        paper.print_json({"name": found.said.id, "digest": found.digest})
        return
    paper.say("Approved.  It stands beside its number when the site is built the next time:")
    paper.say("  candlemark publish build --out DIR")


@answer_commands.command()
@click.argument("name", metavar="NAME")
@click.argument("reasons", metavar="FILE", type=_FILE)
@vault_option
@json_option
def withdraw(
    name: str, reasons: Path, folder: Path, passphrase_file: Path | None, as_json: bool
) -> None:
    """Stand by NAME no longer, for the reasons in FILE; its text is taken down.

    FILE is TOML with a section for each tongue, each with a reason.
    """
    said = releases.read_reasons(needed(reasons, _LIMIT))
    with opened(folder, passphrase_file) as vault:
        found = floor.withdraw(vault.ledger, name, said)
    if as_json:
        paper.print_json({"name": found.said.id, "reasons": said})
        return
    paper.say("It is withdrawn.  Take its text down with:")
    paper.say("  candlemark publish build --out DIR")


@answer_commands.command("list")
@vault_option
@json_option
def list_answers(folder: Path, passphrase_file: Path | None, as_json: bool) -> None:
    """List what was asked, what came back, what did not, and what waits for approval."""
    with opened(folder, passphrase_file) as vault:
        found = floor.answers(vault.ledger)
        today = vault.ledger.now().date()
    closed = {one.said.asking for one in found.items if one.withdrawn is None}
    rows = [
        {
            "name": one.said.id[:8],
            "step": one.said.step.value,
            "on": one.said.on,
            "by": one.said.by,
            "over": one.said.step is Step.ASKED
            and one.said.by is not None
            and one.said.by < today
            and one.said.id not in closed,
            "state": _state(one),
            "agency": dict(one.said.agency)["en"],
            "number": f"release {one.said.release}, {one.said.table[:8]}: {_place(one)}",
        }
        for one in found.items
    ]
    if as_json:
        paper.print_json({"answers": rows, "faults": found.faults})
        return
    if not rows:
        paper.say("No agency was asked, and none answered.")
    else:
        paper.print_table(list(rows[0]), [list(row.values()) for row in rows])
    for fault in found.faults:
        paper.say(str(fault))


def _cells(said: tuple[str, ...]) -> dict[str, str]:
    pairs = [one.partition("=") for one in said]
    if any(not name or not code for name, _, code in pairs):
        raise WrongCommand(
            "a cell is not named", hint="write --cell measure=reached --cell stage=charged"
        )
    return {name: code for name, _, code in pairs}


def _place(one: Answer) -> str:
    said = one.said
    return " ".join((said.measure, *said.at)) if said.measure else "the whole table"


def _state(one: Answer) -> str:
    if one.withdrawn is not None:
        return "withdrawn"
    return "public" if one.public else "waits for another member"


def _said(made: Answer, *, as_json: bool) -> None:
    if as_json:
        paper.print_json({"name": made.said.id, "digest": made.digest})
        return
    paper.say(f"{made.said.id[:8]}: {made.said.step.value} on {made.said.on}")
    paper.say("Another member reads it and approves it:")
    paper.say(f"  candlemark release answer show {made.said.id[:8]}")
    paper.say(f"  candlemark release answer approve {made.said.id[:8]}")
