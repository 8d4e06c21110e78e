"""Commands about read models: where they lie, how far they go, building and dropping them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from candlemark import casefile
from candlemark.cli import paper
from candlemark.cli.opening import json_option, opened, vault_option
from candlemark.errors import SettingRefused
from candlemark.ledger.model import is_in_memory

if TYPE_CHECKING:
    from pathlib import Path

    from candlemark.ledger import Vault
    from candlemark.ledger.model import Models


@click.group("model")
def model_commands() -> None:
    """What is computed from the ledger and kept, encrypted, to be found sooner.

    Nothing is lost with it: it is built again whenever it is asked for.
    """


@model_commands.command("show")
@vault_option
@json_option
def show_models(folder: Path, passphrase_file: Path | None, as_json: bool) -> None:
    """Show where the read models lie, how large they are and how far they go."""
    with opened(folder, passphrase_file) as vault:
        models = _models(vault)
        cards, size, place = models.show(), vault.ledger.size, models.folder
    if as_json:
        paper.print_json(
            {
                "folder": str(place),
                "in_memory": is_in_memory(place),
                "entries": size,
                "models": cards,
            }
        )
        return
    where = "in memory" if is_in_memory(place) else "on disk"
    paper.say(f"Folder: {place} ({where})")
    if not cards:
        paper.say("No read model stands; one is built when it is first asked for.")
        return
    paper.print_table(
        ["compartment", "bytes", "read model", "entries", "behind"],
        [
            [card.compartment, f"{card.bytes:,}", name, f"{upto:,}", f"{size - upto:,}"]
            for card in cards
            for name, upto in (card.size or {"(cannot be used; built anew)": 0}).items()
        ],
    )


@model_commands.command("rebuild")
@vault_option
def rebuild_models(folder: Path, passphrase_file: Path | None) -> None:
    """Throw the read models away and build them from the ledger."""
    with opened(folder, passphrase_file) as vault:
        models = _models(vault)
        models.drop()
        casefile.prepare(vault.ledger)
        kept = sum(card.bytes for card in models.show())
        paper.say(f"{vault.ledger.size:,} entries were read; {kept:,} bytes are kept.")


@model_commands.command("drop")
@vault_option
def drop_models(folder: Path, passphrase_file: Path | None) -> None:
    """Throw the read models away; they are built again when they are asked for."""
    with opened(folder, passphrase_file) as vault:
        paper.say(f"{_models(vault).drop():,} bytes of read models were removed.")


def _models(vault: Vault) -> Models:
    if vault.ledger.models is None:
        raise SettingRefused(
            "this vault has no place for read models", hint="name a vault that lies in a folder"
        )
    return vault.ledger.models
