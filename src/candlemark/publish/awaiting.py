"""What of publishing waits for the member who looks: releases, what agencies said, submissions.

Told on every page they may open, so that a second person is not found by telephone.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from candlemark.publish import submissions
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
    submissions: int = 0
    """How many: what a submission says is for its recipient, and not kept by whoever shows this."""

    def __bool__(self) -> bool:
        return bool(self.releases or self.answers or self.submissions)


def to_approve(vault: Vault, *, public: bool = True, told: bool = True) -> ToApprove:
    """What waits for the member who opened the vault.

    Args:
        vault: an opened one.
        public: whether they approve what becomes public.
        told: whether they approve what is sent to a body, with cases in it.

    Raises:
        LedgerBroken: the ledger is damaged.
    """
    me, ledger = vault.members.me.kid, vault.ledger
    sent = len(submissions.awaited(ledger, me)) if told else 0
    if not public:
        return ToApprove(submissions=sent)
    said = releases(ledger)
    return ToApprove(awaited(ledger, me, said), answers(ledger, said).awaited(me), sent)
