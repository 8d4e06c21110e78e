"""Commands about the ledger: verify, and the read models made from it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from candlemark import casefile
from candlemark.cli import paper
from candlemark.cli.opening import json_option, opened, vault_option
from candlemark.errors import LedgerBroken, SettingRefused
from candlemark.ledger.model import is_in_memory

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from candlemark.ledger import Vault
    from candlemark.ledger.model import Models


@click.group("ledger")
def ledger_commands() -> None:
    """The append-only record that everything else is read from."""


@ledger_commands.command()
@vault_option
@json_option
def verify(folder: Path, passphrase_file: Path | None, as_json: bool) -> None:
    """Check every leaf, seal and signature, and say which do not hold."""
    with opened(folder, passphrase_file) as vault, paper.progress("checking the ledger") as tell:
        result = vault.ledger.verify(_counted(tell))
    if as_json:
        paper.print_json({**paper.plain(result), "holds": not result.faults})
    if result.faults:
        raise LedgerBroken(
            f"{len(result.faults)} things in this ledger do not hold",
            hint="keep this folder as it is, and restore the latest copy beside it",
            faults=result.faults,
        )
    if not as_json:
        paper.say(f"{result.leaves:,} entries in {result.parts:,} sealed parts hold together.")
        paper.say(f"Head: {result.head}")
        paper.say("Compare this head with one kept elsewhere: a copy of the whole folder from an")
        paper.say("earlier day holds together too.")


@ledger_commands.group("model")
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


def _counted(tell: Callable[[float, str], None] | None) -> Callable[[int, int], None] | None:
    """Progress in entries, told as a share."""
    if tell is None:
        return None
    return lambda done, total: tell(done / max(total, 1), "checking the ledger")
