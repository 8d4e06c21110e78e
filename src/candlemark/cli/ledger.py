"""Commands about the ledger: verify; what leaves it is in ``outside.py``, ``exporting.py``."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from candlemark.cli import paper
from candlemark.cli.exporting import export
from candlemark.cli.opening import json_option, opened, vault_option
from candlemark.cli.outside import check_proof, prove, publish, stamp, words
from candlemark.errors import LedgerBroken

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


@click.group("ledger")
def ledger_commands() -> None:
    """The append-only record that everything else is read from."""


for outside in (publish, prove, check_proof, words, stamp, export):
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
        paper.say(f"{result.leaves:,} entries in {result.parts:,} sealed parts hold together.")
        paper.say(f"Head: {result.head}")
        paper.say("Compare this head with one kept elsewhere: a copy of the whole folder from an")
        paper.say("earlier day holds together too.")


def _counted(tell: Callable[[float, str], None] | None) -> Callable[[int, int], None] | None:
    """Progress in entries, told as a share."""
    if tell is None:
        return None
    return lambda done, total: tell(done / max(total, 1), "checking the ledger")
