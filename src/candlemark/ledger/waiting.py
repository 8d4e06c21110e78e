"""What waits for a second person: erasures, changes of the roster, freezing.

A fold of the roster, for whoever looks: what it is, who asked, and whether they may agree to it or
take it back.  Nothing here does anything; the verbs are those of
:class:`~candlemark.ledger.membership.Membership` and :class:`~candlemark.ledger.erasing.Erasing`.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from candlemark.errors import NotEntitled

if TYPE_CHECKING:
    from candlemark.ledger.roster import Erasure, Member, Proposal, Roster
    from candlemark.ledger.vault import Vault


class What(StrEnum):
    """Which kind of thing waits."""

    ERASURE = "erasure"
    CHANGE = "change"
    FREEZING = "freezing"


@dataclass(frozen=True, slots=True)
class Waiting:
    """One thing that waits, as one member sees it."""

    what: What
    code: str
    by: tuple[Member, ...]
    """Who asked, or signed, so far."""
    needed: int
    """How many are needed in all."""
    mine: bool
    """Whether the one who looks is among them."""
    may_agree: bool
    erasure: Erasure | None = None
    proposal: Proposal | None = None
    member: Member | None = None
    """Who is to be frozen."""


def waiting(vault: Vault) -> tuple[Waiting, ...]:
    """Everything that waits in a vault, as the member who opened it sees it; oldest first."""
    roster, me = vault.members.roster(), vault.members.me
    return (*_erasures(roster, me), *_changes(roster, me), *_freezings(roster, me))


def awaited(vault: Vault, what: str, code: str) -> Waiting:
    """The one thing of a kind with a code.

    Raises:
        NotEntitled: nothing of that kind with that code waits.
    """
    for one in waiting(vault):
        if (one.what, one.code) == (what, code):
            return one
    raise NotEntitled("nothing with this code waits", hint="look at what waits now")


def agree(vault: Vault, one: Waiting) -> None:
    """Agree to what waits, as the member who opened the vault.

    Raises:
        NotEntitled: they may not, or it waits no longer.
        VaultBusy, StorageFull, LedgerBroken: nothing was agreed.
    """
    if one.what is What.ERASURE:
        vault.erasing.agree(one.code)
        vault.members.settle()
        vault.erasing.carry_out()
    elif one.what is What.CHANGE:
        vault.members.approve(one.code)
    elif one.member is not None:
        if not one.may_agree:
            raise NotEntitled(
                "this member asked for it already", hint="another member has to ask the same"
            )
        vault.members.freeze(one.member)


def taken_back(vault: Vault, one: Waiting) -> None:
    """Take back that the member who opened the vault wants what waits.

    Raises:
        NotEntitled: they never said that they do.
        VaultBusy, StorageFull, LedgerBroken: nothing was taken back.
    """
    if not one.mine:
        raise NotEntitled("this member did not agree to it", hint="who did can take that back")
    named = one.erasure.id if one.erasure else one.proposal.hash if one.proposal else b""
    vault.members.take_back(one.what, one.member.kid if one.member else named)


def _erasures(roster: Roster, me: Member) -> list[Waiting]:
    return [
        Waiting(
            What.ERASURE,
            one.code,
            tuple(roster.members[kid] for kid in one.by),
            2,
            mine=me.kid in one.by,
            may_agree=me.kid not in one.by,
            erasure=one,
        )
        for one in roster.erasures
        if one.agreed is None and one.by
    ]


def _changes(roster: Roster, me: Member) -> list[Waiting]:
    return [
        Waiting(
            What.CHANGE,
            one.code,
            tuple(roster.members[kid] for kid in one.signers if kid in roster.members),
            roster.threshold,
            mine=me.kid in one.signers,
            may_agree=me.administrator and me.kid not in one.signers,
            proposal=one,
        )
        for one in roster.waiting
        if one.signers
    ]


def _freezings(roster: Roster, me: Member) -> list[Waiting]:
    return [
        Waiting(
            What.FREEZING,
            one.code,
            tuple(roster.members[kid] for kid in one.frozen_by),
            2,
            mine=me.kid in one.frozen_by,
            may_agree=me.kid not in (*one.frozen_by, one.kid),
            member=one,
        )
        for one in roster.present
        if one.frozen_by and not one.frozen
    ]
