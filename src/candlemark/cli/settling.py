"""What follows from what was taken or agreed to, done and told: keys, locks, erasures, receipts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from candlemark.cli import paper
from candlemark.cli.people import shown
from candlemark.ledger.roster import Standing
from candlemark.ledger.roster_facts import LogAdded

if TYPE_CHECKING:
    from candlemark.ledger import Vault
    from candlemark.ledger.erasing import Erased
    from candlemark.ledger.membership import Settled


def settled(vault: Vault) -> Settled:
    """Do what follows from the roster, as far as this member can here."""
    return vault.members.settle()


def carried_out(vault: Vault) -> Erased:
    """Destroy here what was agreed to."""
    return vault.erasing.carry_out()


def say_settled(after: Settled | None, erased: Erased) -> None:
    """What was done, in sentences; nothing where nothing was."""
    if after is not None:
        for name in after.rotated:
            paper.say(f"{name} has a new key, because a reader left.")
        for code in dict.fromkeys(after.let_in):
            paper.say(f"Member {code} can read more now.")
        for code in after.locked_out:
            paper.say(f"What {code} opened this vault with is destroyed here.")
        for name in after.left_to_others:
            paper.say(f"{name} is closed until one of its readers changes its key.")
    if erased.parts or erased.keys:
        paper.say(f"Erased here: {erased.parts:,} sealed parts and {erased.keys:,} keys.")


def replica_names(vault: Vault) -> dict[bytes, str]:
    """What the places of a vault are called, by the public keys of their logs."""
    roster = vault.members.roster()
    labels = {
        change.key: change.label
        for proposal in roster.proposals
        if proposal.standing is Standing.MADE
        for change in proposal.change.changes
        if isinstance(change, LogAdded)
    }
    return {key: labels.get(key, "where it began") for key in roster.logs}


def say_without_receipt(vault: Vault, keys: tuple[bytes, ...]) -> None:
    """Which places have not said yet that they erased something."""
    names = replica_names(vault)
    for key in keys:
        paper.say(f"    no receipt from: {shown(names[key])}")
