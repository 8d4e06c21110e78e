"""What followed from what was taken or agreed to, told: keys, locks, erasures, receipts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from candlemark.cli import paper
from candlemark.ledger.roster import Standing
from candlemark.ledger.roster_facts import LogAdded

if TYPE_CHECKING:
    from candlemark.ledger.erasing import Erased
    from candlemark.ledger.membership import Settled
    from candlemark.ledger.roster import Roster


def say_settled(after: Settled, erased: Erased, remains: str) -> None:
    """What was done, in sentences; nothing where nothing was.

    ``remains`` says where sealed bytes of what was erased are left for a while; empty: nowhere.
    """
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
        say_remains(remains)


def say_remains(remains: str) -> None:
    """What a store keeps for a while of what was erased, where it does."""
    if remains:
        paper.say(f"What erasing does not reach: {remains}.")


def place_names(roster: Roster) -> dict[bytes, str]:
    """What the places of a vault are called, by the public keys of their logs."""
    labels = {
        change.key: change.label
        for proposal in roster.proposals
        if proposal.standing is Standing.MADE
        for change in proposal.change.changes
        if isinstance(change, LogAdded)
    }
    return {key: labels.get(key, "where it began") for key in roster.logs}
