"""Which drafts wait for the member who looks, so that they are told on the page they begin with."""

from __future__ import annotations

from typing import TYPE_CHECKING

from candlemark import protect
from candlemark.protect import State
from candlemark.publish.releases.fold import releases

if TYPE_CHECKING:
    from candlemark.ledger import Ledger
    from candlemark.publish.releases.fold import Draft, Releases


def awaited(ledger: Ledger, member: bytes, said: Releases | None = None) -> tuple[Draft, ...]:
    """Drafts that nobody else approved and that this member can approve, the oldest first.

    One whose batch was overtaken by another or dropped waits for nobody.

    Raises:
        LedgerBroken: the ledger is damaged.
    """
    found = said or releases(ledger)
    open_ = [
        one
        for one in found.drafts
        if not one.number and not one.approved_by and one.by not in {b"", member}
    ]
    gone = overtaken(ledger) if any(one.batches for one in open_) else frozenset[str]()
    return tuple(one for one in open_ if not gone & {*one.batches})


def overtaken(ledger: Ledger) -> frozenset[str]:
    """Batches that can be approved no longer, by their codes."""
    return frozenset(
        one.code
        for one in protect.releases(ledger)
        if one.state in {State.OVERTAKEN, State.DROPPED}
    )
