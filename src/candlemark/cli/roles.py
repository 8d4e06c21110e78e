"""The command about what members do in the team: member role."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from candlemark.casefile import roles
from candlemark.cli import paper
from candlemark.cli.opening import json_option, opened, vault_option
from candlemark.cli.people import name_of
from candlemark.definition import Definition
from candlemark.errors import SettingRefused

if TYPE_CHECKING:
    from pathlib import Path

    from candlemark.definition import Edition
    from candlemark.ledger.roster import Member


@click.command("role")
@click.argument("code", default="")
@click.argument("names", metavar="[ROLE]...", nargs=-1)
@click.option("--none", "no_role", is_flag=True, help="Give the member no role.")
@vault_option
@json_option
def role(
    code: str,
    names: tuple[str, ...],
    no_role: bool,
    folder: Path,
    passphrase_file: Path | None,
    as_json: bool,
) -> None:
    """Show what members do in the team; with CODE and ROLEs, say what one does from now on.

    A role decides which desks are shown.  It keeps nothing secret: who can read something is
    decided by the keys they hold, which candlemark compartment list shows.
    """
    if no_role and names:
        raise SettingRefused(
            "roles were named, and none was asked for", hint="say one or the other"
        )
    if no_role and not code:
        raise SettingRefused("no member was named", hint="candlemark member list shows the codes")
    edition = Definition.load()
    with opened(folder, passphrase_file) as vault:
        member = vault.members.find(code) if code else None
        if member is not None and (names or no_role):
            roles.give_roles(vault, edition, member, names)
        roster = vault.members.roster()
        shown = roster.present if member is None else (member,)
        given = roles.roles_of(vault.ledger, roster)
    if as_json:
        paper.print_json(
            {
                "members": [
                    {
                        "code": one.code,
                        "roles": given[one.code],
                        "rights": sorted(roles.rights(given[one.code])),
                    }
                    for one in shown
                ]
            }
        )
        return
    paper.print_table(
        ["code", "name", "roles", "may"],
        [_row(one, given[one.code], edition) for one in shown],
    )


def _row(member: Member, held: tuple[str, ...], edition: Edition) -> list[str]:
    labels = [paper.label(edition.term(roles.SCHEME, one).labels, one) for one in held]
    may = sorted(right.replace("-", " ") for right in roles.rights(held))
    return [member.code, name_of(member), ", ".join(labels), ", ".join(may)]
