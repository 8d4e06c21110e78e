"""Commands about backups: make, restore, list."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import click

from candlemark.cli import paper
from candlemark.cli.opening import KINDS, json_option, opened_with, read_passphrase
from candlemark.cli.outside import FILE, FOLDER, public_option
from candlemark.cli.people import say_proposal
from candlemark.cli.settling import carried_out
from candlemark.errors import SettingRefused
from candlemark.ledger.backup import DAYS, back_up, backups_in
from candlemark.ledger.backup import restore as restore_vault
from candlemark.ledger.roster_facts import LogAdded

if TYPE_CHECKING:
    from pathlib import Path


@click.group("backup")
def backup_commands() -> None:
    """A vault as it was on each of the last days, on another disk."""


@backup_commands.command()
@click.argument("root", type=FOLDER)
@click.option("--days", type=click.IntRange(1, DAYS), default=DAYS, show_default=True)
@public_option
@json_option
def make(root: Path, days: int, folder: Path, as_json: bool) -> None:
    """Keep the vault as it is today under ROOT, and remove what is older than --days days.

    What was erased since is removed from earlier days too.  Run it every day.
    """
    done = back_up(folder, root, datetime.now(UTC).date(), days)
    if as_json:
        paper.print_json(
            {
                **paper.plain({"size": done.size, "root": done.root}),
                "folder": str(done.folder),
                "removed": done.removed,
                "dropped": done.dropped,
            }
        )
        return
    paper.say(f"{done.size:,} entries are kept in {done.folder}.")
    if done.removed:
        paper.say(f"{done.removed:,} parts that were erased since are removed from earlier days.")
    for day in done.dropped:
        paper.say(f"The backup of {day} is older than {days} days, and gone.")


@backup_commands.command("list")
@click.argument("root", type=FOLDER)
@json_option
def list_backups(root: Path, as_json: bool) -> None:
    """List the days kept under ROOT, and whose keys are in each."""
    found = backups_in(root)
    if as_json:
        paper.print_json(found)
        return
    paper.print_table(
        ["day", "entries", "members", "can be restored"],
        [
            [one.day, one.size, ", ".join(one.members), "no: erased since" if one.erased else "yes"]
            for one in found
        ],
    )


@backup_commands.command()
@click.argument("backup", metavar="FOLDER", type=FOLDER)
@click.argument("folder", metavar="DIR", type=FOLDER)
@click.option("--member", "code", required=True, help="Your code; candlemark backup list says it.")
@click.option(
    "--label", default="restored", show_default=True, help="What the new place is called."
)
@click.option("--passphrase-file", type=FILE, help="Read your passphrase from this file.")
@json_option
def restore(
    backup: Path,
    folder: Path,
    code: str,
    label: str,
    passphrase_file: Path | None,
    as_json: bool,
) -> None:
    """Make a vault of the backup in FOLDER (one day) again, at DIR.

    It is another place of the same vault, with a log of its own, which administrators have to add;
    where you are one, it is proposed at once.
    """
    if not backup.is_dir():
        raise SettingRefused("there is no such backup", hint="candlemark backup list ROOT")
    passphrase = (
        read_passphrase(passphrase_file)
        if passphrase_file is not None
        else click.prompt("Passphrase", hide_input=True, err=True)
    )
    joined, pulled = restore_vault(backup, folder, passphrase, code, KINDS)
    with opened_with(folder, passphrase) as vault:
        carried_out(vault)
        proposal = None
        if vault.members.me.administrator:
            proposal = vault.members.propose([LogAdded(joined.log, label)], "restored")
        if not as_json:
            paper.say(f"{pulled.taken:,} entries are in {folder} again.")
            if proposal is None:
                paper.say("What is said here counts once an administrator added its log:")
                paper.say("  candlemark replica add LOG --label WHERE")
            else:
                say_proposal(vault, proposal, as_json=False)
            paper.say("Other places: share this one and pull it there; the old one writes no more.")
            return
    paper.print_json(
        {
            "taken": pulled.taken,
            "log": joined.log_name,
            "proposal": None if proposal is None else proposal.code,
        }
    )
