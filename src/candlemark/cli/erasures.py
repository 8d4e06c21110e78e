"""Commands about erasing what was said about a person: ask, agree, list."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from candlemark.cli import paper
from candlemark.cli.opening import json_option, opened, vault_option
from candlemark.cli.people import confirm, name_of, yes_option
from candlemark.cli.settling import (
    carried_out,
    replica_names,
    say_settled,
    say_without_receipt,
    settled,
)
from candlemark.ledger.erasing import REASONS

if TYPE_CHECKING:
    from pathlib import Path

    from candlemark.ledger import Vault
    from candlemark.ledger.roster import Erasure


@click.group("erase")
def erase_commands() -> None:
    """Destroy what was said about a person: two members decide, and it does not come back."""


@erase_commands.command("ask")
@click.argument("person")
@click.option("--reason", type=click.Choice(REASONS), required=True, help="Why, as a code.")
@yes_option
@vault_option
@json_option
def ask(
    person: str,
    reason: str,
    yes: bool,
    folder: Path,
    passphrase_file: Path | None,
    as_json: bool,
) -> None:
    """Ask that everything sealed about PERSON (an identifier, never a name) is destroyed.

    A second member has to agree.  That something was said and erased, when, on whose word and why,
    stays in the ledger.
    """
    with opened(folder, passphrase_file) as vault:
        paper.aside("What is erased cannot be brought back, from no backup either.")
        confirm("Ask for it?", yes=yes)
        _say(vault, vault.erasing.ask(person, reason), as_json=as_json)


@erase_commands.command("agree")
@click.argument("code")
@yes_option
@vault_option
@json_option
def agree(code: str, yes: bool, folder: Path, passphrase_file: Path | None, as_json: bool) -> None:
    """Agree to the erasure CODE that another member asked for, and carry it out here."""
    with opened(folder, passphrase_file) as vault:
        for one in vault.erasing.asked():
            if code and one.code.startswith(code) and one.agreed is None:
                who = ", ".join(name_of(vault.members.roster().members[kid]) for kid in one.by)
                paper.aside(f"{who} asks to erase {len(one.parts):,} parts, because: {one.reason}")
        confirm("Erase them? It cannot be taken back.", yes=yes)
        done = vault.erasing.agree(code)
        after, erased = settled(vault), carried_out(vault)
        if not as_json:
            say_settled(after, erased)
        _say(vault, done, as_json=as_json)


@erase_commands.command("list")
@vault_option
@json_option
def list_erasures(folder: Path, passphrase_file: Path | None, as_json: bool) -> None:
    """List what waits for a second member, what was erased, and where no receipt came from yet."""
    with opened(folder, passphrase_file) as vault:
        found = vault.erasing.asked()
        if as_json:
            paper.print_json([_plain(vault, one) for one in found])
            return
        paper.print_table(
            ["code", "asked on", "reason", "parts", "is"],
            [
                [one.code, f"{one.day:%Y-%m-%d}", one.reason, len(one.parts), _is(one)]
                for one in found
            ],
        )
        for one in found:
            missing = vault.erasing.without_receipt(one)
            if one.agreed is not None and missing:
                paper.say(f"{one.code}:")
                say_without_receipt(vault, missing)


def _is(erasure: Erasure) -> str:
    return "erased" if erasure.agreed is not None else "waiting for a second member"


def _say(vault: Vault, erasure: Erasure, *, as_json: bool) -> None:
    if as_json:
        paper.print_json(_plain(vault, erasure))
    elif erasure.agreed is None:
        paper.say(f"It waits for a second member: candlemark erase agree {erasure.code}")
    else:
        paper.say("It is erased here. Share the vault, and make a backup, so that it goes there.")
        say_without_receipt(vault, vault.erasing.without_receipt(erasure))


def _plain(vault: Vault, erasure: Erasure) -> dict[str, Any]:
    """An erasure for a document; the person is left out, who reads this need not know."""
    names = replica_names(vault)
    return {
        "code": erasure.code,
        "day": erasure.day.date(),
        "reason": erasure.reason,
        "parts": len(erasure.parts),
        "by": [kid.hex()[:12] for kid in erasure.by],
        "done": erasure.agreed is not None,
        "without_receipt": [
            names[key]
            for key in (
                vault.erasing.without_receipt(erasure) if erasure.agreed is not None else ()
            )
        ],
    }
