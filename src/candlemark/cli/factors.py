"""Commands about the second factor: what sign-in in a browser asks for besides the passphrase."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click

from candlemark.cli import paper
from candlemark.cli.opening import (
    find_passphrase,
    json_option,
    opened,
    opened_with,
    vault_option,
)
from candlemark.cli.people import confirm, name_of, yes_option
from candlemark.errors import SettingRefused
from candlemark.ledger.second_factor import forget_for, is_set
from candlemark.seal.totp import new_totp_secret, totp_address, totp_text

if TYPE_CHECKING:
    from pathlib import Path

    from candlemark.ledger import Vault
    from candlemark.ledger.second_factor import SecondFactor


@click.group("totp")
def totp_commands() -> None:
    """A code from your telephone for signing in; it protects the sign-in, not the data."""


@totp_commands.command("set")
@vault_option
@json_option
def set_up(folder: Path, passphrase_file: Path | None, as_json: bool) -> None:
    """Let sign-in in a browser ask you for a code besides the passphrase.

    Whoever has the folder of the vault and your passphrase needs no code.
    """
    if not sys.stdin.isatty():
        raise SettingRefused(
            "a secret is shown and a code asked for, and there is no terminal",
            hint="run it at a terminal, or set it up on the page `Me`",
        )
    with opened(folder, passphrase_file) as vault:
        factor = _factor(vault)
        if factor.is_set:
            raise SettingRefused(
                "a second factor is set up already", hint="remove it: candlemark key totp remove"
            )
        secret, code = new_totp_secret(), vault.members.me.code
        click.echo(f"Type these letters into an authenticator: {totp_text(secret)}", err=True)
        click.echo(f"or hand it this: {totp_address(secret, code, 'Candlemark')}", err=True)
        factor.set(secret, click.prompt("The code it shows now", err=True))
    if as_json:
        paper.print_json({"code": code, "set": True})
    else:
        paper.say("Sign-in in a browser asks for a code from now on.")


@totp_commands.command("remove")
@click.argument("code", metavar="[MEMBER]", required=False, default="")
@yes_option
@vault_option
@json_option
def remove(code: str, yes: bool, folder: Path, passphrase_file: Path | None, as_json: bool) -> None:
    """Let sign-in ask for no code any more: you, or, by an administrator, a MEMBER who lost it."""
    with opened_with(folder, find_passphrase(folder, passphrase_file)) as vault:
        me = vault.members.me
        member = vault.members.find(code) if code else me
        name = bytes.fromhex(vault.id)
        there = is_set(folder, name, member.kid)
        if there:
            own = member.kid == me.kid
            confirm(
                "Remove your second factor?"
                if own
                else f"Is it really {name_of(member)} who asks to remove their second factor?",
                yes=yes,
            )
            forget_for(folder, name, me, member)
    if as_json:
        paper.print_json({"code": member.code, "removed": there})
    elif there:
        paper.say("Sign-in asks this member for the passphrase alone.")
    else:
        paper.say("There was no second factor.")


@totp_commands.command("show")
@vault_option
@json_option
def show(folder: Path, passphrase_file: Path | None, as_json: bool) -> None:
    """Say which members sign in here with a second factor."""
    with opened(folder, passphrase_file) as vault:
        name = bytes.fromhex(vault.id)
        found = [one for one in vault.members.roster().present if is_set(folder, name, one.kid)]
    if as_json:
        paper.print_json({"members": [one.code for one in found]})
    elif not found:
        paper.say("No member has a second factor here.")
    else:
        paper.print_table(["code", "name"], [[one.code, name_of(one)] for one in found])


def _factor(vault: Vault) -> SecondFactor:
    if vault.factor is None:
        raise SettingRefused("a vault in memory has no sign-in", hint="make one in a folder")
    return vault.factor
