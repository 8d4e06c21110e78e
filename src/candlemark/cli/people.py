"""How members, changes of the roster and readers are said on a terminal and in JSON.

Names and reasons were written by somebody else: nothing in them may move the cursor of whoever
reads them, so they pass :func:`shown`.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

import click

from candlemark.cli import paper
from candlemark.errors import SettingRefused, Stopped
from candlemark.ledger.entry import COMPARTMENTS, META
from candlemark.ledger.roster import Standing
from candlemark.ledger.roster_facts import (
    DeviceRevoked,
    LogAdded,
    MemberAdded,
    MemberChanged,
    MemberRemoved,
    MemberThawed,
    RecoverySet,
    ThresholdSet,
    read_card,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from candlemark.ledger import Vault
    from candlemark.ledger.roster import Device, Member, Proposal, Roster
    from candlemark.ledger.roster_facts import Change

HOLDS = {
    META: "that something was said, when and by whom",
    COMPARTMENTS[0]: "what happened",
    COMPARTMENTS[1]: "who the people are",
}
"""What stands in the compartments every vault has."""


def shown(text: str) -> str:
    """Text somebody else wrote, with nothing in it that a terminal would obey."""
    return "".join(
        letter if letter.isprintable() else "\N{REPLACEMENT CHARACTER}" for letter in text
    )


def name_of(member: Member) -> str:
    """What a member is called; a founder who never said their name is the founder."""
    return shown(member.name) or "founder"


def yes_option(command: Callable[..., Any]) -> Callable[..., Any]:
    """``--yes``: for scripts, which nobody can ask."""
    return click.option("--yes", is_flag=True, help="Do not ask; for scripts.")(command)


def confirm(question: str, *, yes: bool) -> None:
    """Go on only when a person says so.

    Raises:
        Stopped: they do not.
        SettingRefused: there is nobody to ask.
    """
    if not yes and not sys.stdin.isatty():
        raise SettingRefused(
            "this has to be confirmed, and there is no terminal to ask at",
            hint="run it at a terminal, or see its --help for what scripts say",
        )
    if not yes and not click.confirm(question, err=True):
        raise Stopped("nothing was changed", hint="run it again when you are sure")


def say_readers(vault: Vault, compartment: str, *new: str, without: Member | None = None) -> None:
    """Who can read what is written in a compartment from now on, before its key is wrapped."""
    names = [
        name_of(one)
        for one in vault.members.readers(compartment)
        if without is None or one.kid != without.kid
    ]
    held = HOLDS.get(compartment, "what its team writes there")
    people = ", ".join(dict.fromkeys([*names, *(shown(name) for name in new)]))
    paper.aside(f"Who can read {compartment} ({held}): {people}")


def member_json(member: Member) -> dict[str, Any]:
    """A member for a document."""
    return {
        "code": member.code,
        "name": member.name,
        "administrator": member.administrator,
        "coded": member.coded,
        "since_entry": member.since,
        "removed_in_entry": member.removed,
        "frozen": member.frozen,
    }


def device_json(device: Device, roster: Roster) -> dict[str, Any]:
    """A device for a document."""
    return {
        "code": device.kid.hex()[:12],
        "member": roster.members[device.member].code,
        "label": device.label,
        "begins": device.begins,
        "ends": device.ends,
        "last": device.last,
    }


def proposal_json(proposal: Proposal, roster: Roster) -> dict[str, Any]:
    """A change that was proposed, for a document."""
    return {
        "code": proposal.code,
        "standing": proposal.standing,
        "why": proposal.why,
        "reason": proposal.change.reason,
        "changes": describe(proposal.change.changes, roster),
        "signed_by": [kid.hex()[:12] for kid in proposal.signers],
        "needed": roster.threshold,
    }


def describe(changes: Iterable[Change], roster: Roster) -> list[str]:
    """Each change in a sentence."""
    return [_sentence(one, roster) for one in changes]


def _sentence(change: Change, roster: Roster) -> str:
    match change:
        case MemberAdded():
            card = read_card(change.card, roster.vault)[0]
            reads = "reads what happened" if change.coded else "does not read what happened"
            return f"{shown(card.name)} becomes {_rank(change.administrator)} and {reads}"
        case MemberChanged():
            reads = "reads" if change.coded else "does not read"
            who = _who(change.member, roster)
            return f"{who} is {_rank(change.administrator)} and {reads} what happened"
        case MemberRemoved():
            return f"{_who(change.member, roster)} is a member no longer"
        case MemberThawed():
            return f"{_who(change.member, roster)} gets keys again"
        case DeviceRevoked():
            return f"the device {change.ended.device.hex()[:12]} counts no longer"
        case ThresholdSet():
            return f"{change.threshold} administrators must sign a change"
        case RecoverySet():
            return "the recovery key is another" if change.signing else "there is no recovery key"
        case LogAdded():
            return f"another place keeps a log of this vault: {shown(change.label)}"


def _rank(administrator: bool) -> str:
    return "an administrator" if administrator else "a member"


def _who(kid: bytes, roster: Roster) -> str:
    member = roster.members.get(kid)
    return name_of(member) if member else f"somebody unknown ({kid.hex()[:12]})"


def say_proposal(vault: Vault, proposal: Proposal, *, as_json: bool) -> None:
    """What has become of a change that was proposed or signed."""
    roster = vault.members.roster()
    if as_json:
        paper.print_json(proposal_json(proposal, roster))
        return
    for sentence in describe(proposal.change.changes, roster):
        paper.say(sentence[0].upper() + sentence[1:] + ".")
    if proposal.standing is Standing.WAITING:
        missing = roster.threshold - len(proposal.signers)
        paper.say(f"It waits for {missing} more to sign: candlemark member approve {proposal.code}")
    for name in sorted(roster.closed):
        paper.say(
            f"{name} is closed until a reader changes its key: candlemark compartment rotate {name}"
        )
