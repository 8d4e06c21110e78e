"""Commands about the ledger: verify, move; what leaves it: ``outside.py``, ``exporting.py``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from candlemark.cli import paper
from candlemark.cli.exporting import export
from candlemark.cli.models import model_commands
from candlemark.cli.opening import json_option, opened, vault_option
from candlemark.cli.outside import check_proof, prove, publish, stamp, words
from candlemark.errors import LedgerBroken, SettingRefused
from candlemark.ledger import Vault, move_to_folder, move_to_server

if TYPE_CHECKING:
    from collections.abc import Callable


@click.group("ledger")
def ledger_commands() -> None:
    """The append-only record that everything else is read from."""


for outside in (publish, prove, check_proof, words, stamp, export, model_commands):
    ledger_commands.add_command(outside)


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
        for one in result.told:
            paper.aside(f"Worth knowing, and no damage: {one}.")
        paper.say(f"{result.leaves:,} entries in {result.parts:,} sealed parts hold together.")
        paper.say(f"Head: {result.head}")
        paper.say("Compare this head with one kept elsewhere: a copy of the whole folder from an")
        paper.say("earlier day holds together too.")


@ledger_commands.command()
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False))
@click.option("--to", "where", type=click.Choice(["postgres", "sqlite"]), required=True)
@click.option(
    "--postgres",
    default="",
    metavar="CONNECTION",
    help="The database to move to, named as libpq does, without a password.",
)
def move(folder: Path, where: str, postgres: str) -> None:
    """Move the ledger of the vault in FOLDER to PostgreSQL, or back into the folder.

    Every byte is copied and compared before the vault is switched over; a move that was stopped is
    run again.  Close what has the vault open first: it would go on showing the state of before.
    """
    if (where == "postgres") is not bool(postgres):
        raise SettingRefused(
            "a move to PostgreSQL needs the name of the database, and no other move does",
            hint="add --postgres service=NAME to a move --to postgres",
        )
    Vault.peek(folder)
    with paper.progress("moving the ledger") as tell:
        progress = _counted(tell, "moving the ledger")
        if where == "postgres":
            place = move_to_server(folder, postgres, progress=progress)
        else:
            place = move_to_folder(folder, progress=progress)
    if where == "postgres":
        paper.say(f"The ledger is in the schema {place.schema} now.")
        paper.say("ledger.db is no longer used. What is erased later stays in it: when")
        paper.say("candlemark ledger verify holds, delete everything that begins with ledger.db.")
    else:
        paper.say("The ledger is in the folder now.")
        paper.say(f"The schema {place.schema} is no longer used. What is erased later stays in it:")
        paper.say("when candlemark ledger verify holds, drop it.")


def _counted(
    tell: Callable[[float, str], None] | None, doing: str = "checking the ledger"
) -> Callable[[int, int], None] | None:
    """Progress in entries, told as a share."""
    if tell is None:
        return None
    return lambda done, total: tell(done / max(total, 1), doing)
