"""What it would mean that a member leaves, told before anybody proposes it.

A fold of the roster; it refuses nothing and does nothing.  The verbs are those of
:class:`~candlemark.ledger.membership.Membership`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from candlemark.ledger.roster_facts import MemberRemoved

if TYPE_CHECKING:
    from candlemark.ledger.roster import Member, Proposal, Roster


@dataclass(frozen=True, slots=True)
class Leaving:
    """What follows from the removal of one member."""

    renewed: dict[str, tuple[Member, ...]]
    """Compartments they read whose key is changed, with those who read on."""
    closed: tuple[str, ...]
    """Compartments nobody else reads: only the recovery key would open them."""
    needed: int
    """How many administrators have to sign."""
    possible: bool
    """False where fewer administrators would be left than have to sign a change."""
    waits: Proposal | None
    """The removal of this member that waits already."""


def leaving(roster: Roster, member: Member) -> Leaving:
    """What follows when a present member is removed."""
    rest = {
        name: tuple(one for one in roster.entitled(name) if one.kid != member.kid)
        for name, there in sorted(roster.compartments.items())
        if member.kid in there.readers
    }
    signing = [one for one in roster.administrators if one.kid != member.kid]
    return Leaving(
        renewed={name: readers for name, readers in rest.items() if readers},
        closed=tuple(name for name, readers in rest.items() if not readers),
        needed=roster.threshold,
        possible=len(signing) >= roster.threshold,
        waits=next((one for one in roster.waiting if _removes(one, member)), None),
    )


def _removes(proposal: Proposal, member: Member) -> bool:
    return any(
        isinstance(change, MemberRemoved) and change.member == member.kid
        for change in proposal.change.changes
    )
