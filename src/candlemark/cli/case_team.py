"""Commands about who can read a case: case open, case team."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from candlemark import casefile
from candlemark.casefile import teams
from candlemark.cli import paper
from candlemark.cli.opening import json_option, opened, vault_option
from candlemark.cli.people import confirm, name_of, shown, yes_option
from candlemark.definition import Definition
from candlemark.errors import SettingRefused

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from candlemark.casefile.teams import Reader, Readers
    from candlemark.ledger import Vault


@click.command("open")
@click.argument("title")
@click.option("--language", default="en", show_default=True, help="The tongue of the title.")
@click.option("--reference", default="", help="Your own number of the case.")
@click.option("--team", "codes", multiple=True, help="The code of a member who reads it too.")
@click.option("--open-to-all", is_flag=True, help="All who read identities read those of this one.")
@vault_option
@json_option
def open_case(
    title: str,
    language: str,
    reference: str,
    codes: tuple[str, ...],
    open_to_all: bool,
    folder: Path,
    passphrase_file: Path | None,
    as_json: bool,
) -> None:
    """Open a case under a neutral TITLE, which names nobody.

    Who its people are is read by you and the team you name, and by nobody else.  In a vault of one
    there is no team to choose.
    """
    edition = Definition.load()
    with opened(folder, passphrase_file) as vault:
        case = casefile.open_for_team(
            vault,
            edition,
            {language: title},
            reference,
            team=[vault.members.find(code) for code in codes],
            open_to_all=open_to_all,
        )
        _say(vault, case, as_json=as_json)


@click.command("team")
@click.argument("case_id", metavar="CASE")
@click.option("--add", "new", multiple=True, help="The code of a member who is to read it.")
@click.option("--remove", "gone", multiple=True, help="The code of a member who no longer is.")
@click.option("--apart", is_flag=True, help="Give a case that lies with all others its own team.")
@click.option("--erase-older", is_flag=True, help="Ask that what was said before is destroyed.")
@yes_option
@vault_option
@json_option
def team(
    case_id: str,
    new: tuple[str, ...],
    gone: tuple[str, ...],
    apart: bool,
    erase_older: bool,
    yes: bool,
    folder: Path,
    passphrase_file: Path | None,
    as_json: bool,
) -> None:
    """Show who can read CASE; let members read who its people are, or no longer.

    Taking somebody out makes a new key.  What they could read before, they may have read and kept:
    no program takes that back.
    """
    edition = Definition.load()
    with opened(folder, passphrase_file) as vault:
        let_in = [vault.members.find(code) for code in new]
        taken_out = [vault.members.find(code) for code in gone]
        if ((apart or erase_older) and taken_out) or (apart and erase_older):
            raise SettingRefused("these are several things at once", hint="do one after the other")
        if apart:
            _aside(casefile.readers(vault, case_id))
            paper.aside("From now on you and those you add read who its people are, and no others.")
            paper.aside("Those named above may have read what was said until now.")
            confirm("Say it anew for this team alone?", yes=yes)
            teams.close_to_team(vault, edition, case_id, let_in)
        else:
            for member in let_in:
                confirm(f"Let {name_of(member)} read who the people of it are?", yes=yes)
                teams.let_in(vault, case_id, member)
        for member in taken_out:
            paper.aside(f"What was said until now, {name_of(member)} may have read and kept.")
            confirm(f"Take {name_of(member)} out?", yes=yes)
            teams.take_out(vault, case_id, member)
        if erase_older:
            confirm("Ask that what was said before there was a team is destroyed?", yes=yes)
            for one in teams.ask_older_erased(vault, case_id):
                paper.aside(f"A second member agrees to it: candlemark erase agree {one.code}")
        _say(vault, case_id, as_json=as_json)


def _say(vault: Vault, case: str, *, as_json: bool) -> None:
    found = casefile.readers(vault, case)
    if as_json:
        paper.print_json({"case": case, **_json(found)})
        return
    paper.say(f"Case {case}")
    paper.say(f"Who can read what happened: {_names(found.coded)}")
    for one in found.identities:
        where = "" if one.case else ", as of all cases without a team"
        paper.say(f"Who can read who the people are{where}: {_names(one.readers)}")
    if found.apart and any(not one.case for one in found.identities):
        paper.say("What was said before there was a team may be left where more people read it:")
        paper.say(f"    candlemark case team {case} --erase-older")
    if found.apart and found.alone:
        paper.say("One member alone reads it. If their keys are lost, only the recovery key helps.")


def _json(found: Readers) -> dict[str, Any]:
    return {
        "coded": found.coded,
        "identities": found.identities,
        "apart": found.apart,
        "alone": found.alone,
    }


def _aside(found: Readers) -> None:
    for one in found.identities:
        paper.aside(f"Who can read who the people are: {_names(one.readers)}")


def _names(people: Iterable[Reader]) -> str:
    return ", ".join(shown(one.name) or "founder" for one in people)
