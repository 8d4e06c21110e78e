"""Commands that erase what was said about a person; two members decide."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from candlemark.cli import paper
from candlemark.cli.opening import json_option, opened, vault_option
from candlemark.cli.people import confirm, name_of, shown, yes_option
from candlemark.cli.settling import place_names, say_remains, say_settled
from candlemark.ledger.erasing import REASONS

if TYPE_CHECKING:
    from pathlib import Path

    from candlemark.ledger import Vault
    from candlemark.ledger.roster import Erasure


@click.group("erase")
def erase_commands() -> None:
    """Destroy what is sealed about a person; the ledger still verifies, and says that it was."""


@erase_commands.command("ask")
@click.argument("person")
@click.option("--reason", type=click.Choice(REASONS), required=True)
@yes_option
@vault_option
@json_option
def ask(
    person: str, reason: str, yes: bool, folder: Path, passphrase_file: Path | None, as_json: bool
) -> None:
    """Ask that everything sealed about PERSON (an identifier) is destroyed.

    It is, once a second member agrees; in a vault of one, at once.  It does not come back.
    """
    with opened(folder, passphrase_file) as vault:
        count = sum(1 for _ in vault.ledger.parts_about(person))
        paper.aside(f"{count:,} sealed parts are about this person. They do not come back.")
        confirm("Ask that they are destroyed?", yes=yes)
        _say(vault, vault.erasing.ask(person, reason), as_json=as_json)


@erase_commands.command("agree")
@click.argument("code")
@yes_option
@vault_option
@json_option
def agree(code: str, yes: bool, folder: Path, passphrase_file: Path | None, as_json: bool) -> None:
    """Agree to the erasure CODE that another member asked for, and carry it out."""
    with opened(folder, passphrase_file) as vault:
        for one in vault.erasing.asked():
            if code and one.id.hex().startswith(code) and one.agreed is None:
                who = ", ".join(name_of(vault.members.roster().members[kid]) for kid in one.by)
                paper.aside(f"{who} asks: {len(one.parts):,} sealed parts, because: {one.reason}.")
        confirm("Agree? What is destroyed does not come back.", yes=yes)
        done = vault.erasing.agree(code)
        settled, erased = vault.members.settle(), vault.erasing.carry_out()
        if not as_json:
            say_settled(settled, erased, "")  # said with the rest
        _say(vault, done, as_json=as_json)


@erase_commands.command("list")
@vault_option
@json_option
def list_erasures(folder: Path, passphrase_file: Path | None, as_json: bool) -> None:
    """List what waits for a second member, what was erased, and where there is no receipt yet."""
    with opened(folder, passphrase_file) as vault:
        found = [_json(vault, one) for one in vault.erasing.asked()]
    if as_json:
        paper.print_json({"erasures": found})
    elif not found:
        paper.say("Nothing was erased, or is to be.")
    else:
        keys = ("code", "day", "reason", "parts", "agreed")
        paper.print_table(
            ["erasure", "asked", "reason", "parts", "agreed", "no receipt from"],
            [
                [*(one[key] for key in keys), shown(", ".join(one["without_receipt"])) or "–"]
                for one in found
            ],
        )
        say_remains(next((one["remains"] for one in found if one["remains"]), ""))


def _json(vault: Vault, one: Erasure) -> dict[str, Any]:
    names = place_names(vault.members.roster())
    open_places = vault.erasing.without_receipt(one) if one.agreed is not None else ()
    return {
        "code": one.code,
        "day": str(one.day.date()),
        "reason": one.reason,
        "parts": len(one.parts),
        "agreed": one.agreed is not None,
        "places_without_receipt": len(open_places),
        "without_receipt": [names[key] for key in open_places],
        "remains": vault.erasing.remains if one.agreed is not None else "",
    }


def _say(vault: Vault, one: Erasure, *, as_json: bool) -> None:
    found = _json(vault, one)
    if as_json:
        paper.print_json(found)
    elif one.agreed is None:
        paper.say(f"A second member has to agree: candlemark erase agree {one.code}")
    else:
        paper.say(f"{len(one.parts):,} parts and their keys are destroyed here.")
        say_remains(vault.erasing.remains)
        if found["places_without_receipt"]:
            paper.say(
                f"{found['places_without_receipt']} other places have not said yet that they are:"
                " candlemark share, and candlemark pull there."
            )
