"""``case incident``: say what happened, from a file or by options, or correct what was said."""

from __future__ import annotations

from typing import IO, TYPE_CHECKING, Any

import click

from candlemark import casefile
from candlemark.casefile.facts import IncidentDescribed
from candlemark.cli import paper
from candlemark.cli.opening import json_option, opened, vault_option
from candlemark.definition import Definition
from candlemark.errors import WrongCommand
from candlemark.exchange.incident_file import incident_of, read_incident

if TYPE_CHECKING:
    from pathlib import Path

    from candlemark.ledger import Ledger

_SEVERAL = {"ground": "grounds", "offence": "offences", "indicator": "indicators"}


@click.command("incident")
@click.argument("case_id", metavar="CASE")
@click.argument("file", required=False, type=click.File("r", encoding="utf-8"))
@click.option("--when", default="", help="A year, a month, a day, or between two: 2026-05/2026-08.")
@click.option("--until", default="", help="Its last day, if it lasted.")
@click.option("--country", default="", help="Two letters, such as AZ.")
@click.option(
    "--region", default="", metavar="TERM", help="A term of regions, or why there is none: refused."
)
@click.option("--ground", multiple=True, help="A term of bias-grounds, as alleged; repeatable.")
@click.option("--offence", multiple=True, help="A term of offences; repeatable.")
@click.option("--indicator", multiple=True, help="A term of bias-indicators; repeatable.")
@click.option("--source", "sources", multiple=True, help="A source that says so; repeatable.")
@click.option("--corrects", default="", metavar="STATEMENT", help="What it takes the place of.")
@vault_option
@json_option
def incident(
    case_id: str,
    file: IO[str] | None,
    sources: tuple[str, ...],
    corrects: str,
    folder: Path,
    passphrase_file: Path | None,
    *,
    as_json: bool,
    **typed: Any,
) -> None:
    """Describe what happened in CASE, from FILE, by options, or both.

    FILE is TOML; - reads what is typed.  It holds what the options hold and the texts, under their
    tongue: place.az and words.en.  A shell remembers what options say: where it happened is better
    written in a file.  In a correction, what is not named stays as it was.
    """
    said = read_incident(file.read()) if file else {}
    said |= {_SEVERAL.get(name, name): _plain(value) for name, value in typed.items() if value}
    if not said:
        raise WrongCommand(
            "nothing is said of what happened", hint="name a FILE, or an option such as --when"
        )
    edition = Definition.load()
    with opened(folder, passphrase_file) as vault:
        before = _standing(vault.ledger, case_id, corrects) if corrects else None
        statement = incident_of(said, case_id, edition, sources, before)
        casefile.say(vault.ledger, edition, [statement])
    if as_json:
        paper.print_json(
            {"case": case_id, "incident": statement.incident, "statement": statement.id}
        )
        return
    paper.say(f"Said, as {statement.id}. To take it back:")
    paper.say(f"    candlemark case withdraw {case_id} {statement.id}")


def _plain(value: str | tuple[str, ...]) -> str | list[str]:
    return value if isinstance(value, str) else list(value)


def _standing(ledger: Ledger, case_id: str, statement: str) -> IncidentDescribed:
    for _, fact in casefile.said_in(ledger, case_id):
        if fact.id == statement and isinstance(fact, IncidentDescribed):
            return fact
    raise WrongCommand(
        "that is no description of an incident of this case",
        hint="candlemark case history CASE names its statements",
    )
