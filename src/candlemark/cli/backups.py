"""Commands about backups: make, list, restore."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import click

from candlemark.cli import paper
from candlemark.cli.opening import KINDS, json_option, opened_with, read_passphrase
from candlemark.ledger.backup import DAYS, back_up, backups_in, restore
from candlemark.ledger.roster import Standing
from candlemark.ledger.roster_facts import LogAdded
from candlemark.ledger.sharing import note_key
from candlemark.seal import PublicKey

_FOLDER = click.Path(path_type=Path, file_okay=False)


@click.group("backup")
def backup_commands() -> None:
    """A vault as it was on each of the last days; as sealed as the vault itself."""


@backup_commands.command("make")
@click.argument("root", type=_FOLDER)
@click.option("--vault", "folder", type=_FOLDER, required=True, envvar="CANDLEMARK_VAULT")
@click.option("--days", type=int, default=DAYS, show_default=True, help="Keep them so long.")
@json_option
def make(root: Path, folder: Path, days: int, as_json: bool) -> None:
    """Keep the vault as it is today under ROOT; no passphrase is needed.

    What was erased since is removed from earlier backups too.
    """
    done = back_up(folder, root, datetime.now(UTC).date(), days)
    if as_json:
        paper.print_json({"folder": str(done.folder), "size": done.size, "root": done.root,
                          "removed": done.removed, "dropped": done.dropped})  # fmt: skip
        return
    paper.say(f"{done.folder} holds {done.size:,} entries.")
    if done.removed:
        paper.say(f"{done.removed:,} parts that were erased are gone from earlier backups.")
    for day in done.dropped:
        paper.say(f"The backup of {day} was older than {days} days, and is gone.")


@backup_commands.command("list")
@click.argument("root", type=_FOLDER)
@json_option
def list_backups(root: Path, as_json: bool) -> None:
    """List the days kept under ROOT, and whose keys are in each."""
    found = backups_in(root)
    if as_json:
        paper.print_json({"backups": [one.day for one in found], "kept": found})
    elif not found:
        paper.say("There is no backup here.")
    else:
        paper.print_table(
            ["day", "entries", "members", "can be restored"],
            [
                [one.day, one.size, ", ".join(one.members), "no: erased" if one.erased else "yes"]
                for one in found
            ],
        )


@backup_commands.command("restore")
@click.argument("backup", metavar="FOLDER", type=_FOLDER)
@click.argument("path", metavar="DIR", type=_FOLDER)
@click.option("--member", required=True, help="The code of the member who restores it.")
@click.option("--label", default="", help="Propose at once that the new place counts, called so.")
@click.option("--passphrase-file", type=click.Path(path_type=Path, dir_okay=False))
@json_option
def restore_backup(
    backup: Path,
    path: Path,
    member: str,
    label: str,
    passphrase_file: Path | None,
    as_json: bool,
) -> None:
    """Make the backup of one day, in FOLDER, a vault in the new folder DIR.

    It is a further place of the vault, with a log of its own, which administrators have to name.
    """
    if passphrase_file is not None:
        passphrase = read_passphrase(passphrase_file)
    else:
        passphrase = click.prompt("Passphrase", hide_input=True, err=True)
    joined, pulled = restore(backup, path, passphrase, member, KINDS)
    log = str(note_key(joined.log_name, PublicKey(joined.log)))
    with opened_with(path, passphrase) as vault:
        vault.erasing.carry_out()
        named = False
        if label:
            proposal = vault.members.propose([LogAdded(joined.log, label)], "restored")
            named = proposal.standing is Standing.MADE
    if as_json:
        paper.print_json({"taken": pulled.taken, "log": log, "refused": len(pulled.refused)})
        return
    paper.say(f"{pulled.taken:,} entries are in {path} again.")
    if label:
        paper.say("Its log is named." if named else "Another administrator signs: member list")
        return
    paper.say(f"Name its log: candlemark replica add '{log}' --label NAME --vault {path}")
