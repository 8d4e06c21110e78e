"""Commands about compartments: list, readers, open, add, remove, rotate."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from candlemark.cli import paper
from candlemark.cli.opening import json_option, opened, vault_option
from candlemark.cli.people import (
    HOLDS,
    confirm,
    member_json,
    name_of,
    say_readers,
    yes_option,
)

if TYPE_CHECKING:
    from pathlib import Path

    from candlemark.ledger import Vault


@click.group("compartment")
def compartment_commands() -> None:
    """What is sealed together, and who reads it."""


@compartment_commands.command("list")
@vault_option
@json_option
def list_compartments(folder: Path, passphrase_file: Path | None, as_json: bool) -> None:
    """List the compartments, their readers, and which need a new key."""
    with opened(folder, passphrase_file) as vault:
        roster, now = vault.members.roster(), vault.ledger.now()
        names = sorted(set(roster.compartments) | set(HOLDS))
        readers = {name: vault.members.readers(name) for name in names}
    epochs = {
        name: len(roster.compartments[name].epochs) if name in roster.compartments else 1
        for name in names
    }
    if as_json:
        paper.print_json(
            {
                "compartments": [
                    {
                        "name": name,
                        "epoch": epochs[name],
                        "readers": [one.code for one in readers[name]],
                        "closed": name in roster.closed,
                        "due": roster.due(name, now),
                    }
                    for name in names
                ]
            }
        )
        return
    paper.print_table(
        ["compartment", "key", "who can read it", "needs"],
        [
            [
                name,
                epochs[name],
                ", ".join(name_of(one) for one in readers[name]),
                f"a new key: {why}" if (why := roster.due(name, now)) else "",
            ]
            for name in names
        ],
    )


@compartment_commands.command("readers")
@click.argument("name")
@vault_option
@json_option
def show_readers(name: str, folder: Path, passphrase_file: Path | None, as_json: bool) -> None:
    """Show who can read what is written in the compartment NAME from now on."""
    with opened(folder, passphrase_file) as vault:
        readers = vault.members.readers(name)
    if as_json:
        paper.print_json({"name": name, "readers": [member_json(one) for one in readers]})
        return
    for one in readers:
        paper.say(f"{one.code}  {name_of(one)}")


@compartment_commands.command("open")
@click.argument("name")
@click.option("--reader", "codes", multiple=True, help="The code of a member who reads it too.")
@yes_option
@vault_option
@json_option
def open_compartment(
    name: str,
    codes: tuple[str, ...],
    yes: bool,
    folder: Path,
    passphrase_file: Path | None,
    as_json: bool,
) -> None:
    """Open the compartment NAME (identity: and the identifier of a case) for its team."""
    with opened(folder, passphrase_file) as vault:
        readers = [vault.members.find(code) for code in codes]
        people = dict.fromkeys(name_of(one) for one in (vault.members.me, *readers))
        paper.aside(f"Who can read {name}: {', '.join(people)}")
        confirm("Open it?", yes=yes)
        vault.members.open_compartment(name, readers)
        _say_after(vault, name, as_json=as_json)


@compartment_commands.command("add")
@click.argument("name")
@click.argument("code")
@yes_option
@vault_option
@json_option
def add_reader(
    name: str, code: str, yes: bool, folder: Path, passphrase_file: Path | None, as_json: bool
) -> None:
    """Let the member CODE read the compartment NAME, from its first entry on."""
    with opened(folder, passphrase_file) as vault:
        member = vault.members.find(code)
        say_readers(vault, name, name_of(member))
        confirm(f"Let {name_of(member)} read everything in it?", yes=yes)
        vault.members.add_reader(name, member)
        _say_after(vault, name, as_json=as_json)


@compartment_commands.command("remove")
@click.argument("name")
@click.argument("code")
@yes_option
@vault_option
@json_option
def remove_reader(
    name: str, code: str, yes: bool, folder: Path, passphrase_file: Path | None, as_json: bool
) -> None:
    """Take the member CODE out of the compartment NAME of a case, and change its key.

    What was written until now stays readable to them, if they kept a copy.
    """
    with opened(folder, passphrase_file) as vault:
        member = vault.members.find(code)
        say_readers(vault, name, without=member)
        paper.aside(f"What was written until now stays readable to {name_of(member)} in a copy.")
        confirm(f"Take {name_of(member)} out?", yes=yes)
        vault.members.remove_reader(name, member)
        _say_after(vault, name, as_json=as_json)


@compartment_commands.command("rotate")
@click.argument("name")
@click.option("--reason", default="", help="Kept, sealed, with the new key.")
@vault_option
@json_option
def rotate(
    name: str, reason: str, folder: Path, passphrase_file: Path | None, as_json: bool
) -> None:
    """Give the compartment NAME a new key, for those who are to read it now."""
    with opened(folder, passphrase_file) as vault:
        entitled = ", ".join(name_of(one) for one in vault.members.roster().entitled(name))
        paper.aside(f"Who is to read {name}: {entitled}")
        vault.members.rotate(name, reason)
        _say_after(vault, name, as_json=as_json)


def _say_after(vault: Vault, name: str, *, as_json: bool) -> None:
    readers = vault.members.readers(name)
    if as_json:
        paper.print_json({"name": name, "readers": [one.code for one in readers]})
    else:
        people = ", ".join(name_of(one) for one in readers)
        paper.say(f"From now on these can read {name}: {people}")
