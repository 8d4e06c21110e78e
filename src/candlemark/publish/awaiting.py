"""What of publishing waits for the member who looks: drafts of releases, and what agencies said.

Told on every page they may open, so that a second person is not found by telephone.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from candlemark.publish.answers import answers
from candlemark.publish.releases import awaited, releases

if TYPE_CHECKING:
    from candlemark.ledger import Vault
    from candlemark.publish.answers import Answer
    from candlemark.publish.releases import Draft


@dataclass(frozen=True, slots=True)
class ToApprove:
    """What another member said and this one can approve, the oldest first."""

    releases: tuple[Draft, ...] = ()
    answers: tuple[Answer, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.releases or self.answers)


def to_approve(vault: Vault) -> ToApprove:
    """What waits for the member who opened the vault.

    Raises:
        LedgerBroken: the ledger is damaged.
    """
    me, said = vault.members.me.kid, releases(vault.ledger)
    return ToApprove(awaited(vault.ledger, me, said), answers(vault.ledger, said).awaited(me))
