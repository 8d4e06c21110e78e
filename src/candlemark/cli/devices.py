"""Commands about devices: list, renew, give-up, revoke."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from candlemark.cli import paper
from candlemark.cli.opening import json_option, opened, vault_option
from candlemark.cli.people import (
    confirm,
    device_json,
    name_of,
    say_proposal,
    shown,
    yes_option,
)
from candlemark.errors import NotEntitled
from candlemark.ledger.roster import DEVICE_DAYS
from candlemark.ledger.roster_facts import DeviceRevoked, Ended

if TYPE_CHECKING:
    from pathlib import Path

    from candlemark.ledger.roster import Device, Roster


@click.group("device")
def device_commands() -> None:
    """The machines members write with, each with a key and a day on which it ends."""


@device_commands.command("list")
@vault_option
@json_option
def list_devices(folder: Path, passphrase_file: Path | None, as_json: bool) -> None:
    """List every device, whose it is and until when it counts."""
    with opened(folder, passphrase_file) as vault:
        roster = vault.members.roster()
    if as_json:
        paper.print_json({"devices": [device_json(one, roster) for one in roster.devices.values()]})
        return
    paper.print_table(
        ["code", "member", "label", "counts until"],
        [
            [
                one.kid.hex()[:12],
                name_of(roster.members[one.member]),
                shown(one.label),
                _until(one),
            ]
            for one in roster.devices.values()
        ],
    )


def _until(device: Device) -> str:
    if device.last is not None:
        return "given up"
    # The device of a founder has no end before they say something about members.
    return str(device.ends.date()) if device.ends.year < 9999 else "always"


@device_commands.command("renew")
@click.option("--days", type=click.IntRange(1, 400), default=DEVICE_DAYS, show_default=True)
@vault_option
@json_option
def renew(days: int, folder: Path, passphrase_file: Path | None, as_json: bool) -> None:
    """Certify the device in use again, from today on."""
    with opened(folder, passphrase_file) as vault:
        ends = vault.members.renew_device(days)
    if as_json:
        paper.print_json({"ends": ends})
    else:
        paper.say(f"This device counts until {ends.date()}.")


@device_commands.command("give-up")
@click.argument("code")
@yes_option
@vault_option
@json_option
def give_up(
    code: str, yes: bool, folder: Path, passphrase_file: Path | None, as_json: bool
) -> None:
    """Say that your other device CODE counts no longer; what it wrote until now does."""
    with opened(folder, passphrase_file) as vault:
        confirm(f"Give up the device {shown(code)}? It cannot be taken back.", yes=yes)
        vault.members.give_up_device(code)
    if as_json:
        paper.print_json({"given_up": code})
    else:
        paper.say("That device counts no longer.")


@device_commands.command("revoke")
@click.argument("code")
@click.option("--reason", default="", help="Kept, sealed, with the change.")
@yes_option
@vault_option
@json_option
def revoke(
    code: str,
    reason: str,
    yes: bool,
    folder: Path,
    passphrase_file: Path | None,
    as_json: bool,
) -> None:
    """End the device CODE of any member; administrators decide.

    If whoever has the device may also have the passphrase, remove the member instead, and take
    them in again with new keys.
    """
    with opened(folder, passphrase_file) as vault:
        device = _find(vault.members.roster(), code)
        confirm(f"Revoke the device {device.kid.hex()[:12]}? It cannot be taken back.", yes=yes)
        change = DeviceRevoked(Ended(device.kid, vault.ledger.last_of(device.kid)))
        say_proposal(vault, vault.members.propose([change], reason), as_json=as_json)


def _find(roster: Roster, code: str) -> Device:
    found = [one for one in roster.devices.values() if code and one.kid.hex().startswith(code)]
    if len(found) != 1:
        raise NotEntitled(
            "no single device has this code", hint="candlemark device list shows the codes"
        )
    return found[0]
