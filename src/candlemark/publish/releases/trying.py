"""Trying a release: what would leave, who waits, and what attackers would make of it.

Nothing is said of it in the ledger (only the secret of the record keys is made, the first time).
What is told of it names groups and counts exactly, and is for members inside.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from candlemark.publish.releases.batches import try_batch
from candlemark.publish.releases.wishing import source_in

if TYPE_CHECKING:
    from collections.abc import Mapping

    from candlemark.ledger import Ledger
    from candlemark.measure import Study
    from candlemark.protect import Attacked, Policy, ProtectedFigure, Tried
    from candlemark.publish.releases.wishing import Wish


@dataclass(frozen=True, slots=True)
class Gathered:
    """What of one table would leave now; groups are named by their codes, ``""`` for everybody."""

    name: str
    by: str
    """Schemes that divide it, joined by ``+``; ``span`` for days since cases entered."""
    now: tuple[str, ...]
    """Groups of which new cases would be counted."""
    waiting: Mapping[str, int]
    """Of each group that waits the new cases gathered so far."""
    too_small: tuple[str, ...]
    """Groups of a closed year that are left out for good."""


@dataclass(frozen=True, slots=True)
class Trial:
    """A release of one source as it would be; aggregates, no case and no mark of one."""

    wish: Wish
    figures: tuple[ProtectedFigure, ...]
    """As the public would see them."""
    tables: tuple[Gathered, ...]
    held: tuple[tuple[str, str], ...]
    """Tables and groups that had gathered enough and that an attack opens; they go on waiting."""
    attacked: Attacked
    least: int
    """New cases that a group waits for."""

    @property
    def empty(self) -> bool:
        """Whether nothing new would leave, so that it cannot be drafted."""
        return not any(one.now for one in self.tables)

    @property
    def waiting(self) -> int:
        """Groups that wait, in all tables."""
        return sum(len(one.waiting) for one in self.tables)


def try_wish(ledger: Ledger, study: Study, wish: Wish, policy: Policy) -> Trial:
    """Try the next release of a source.

    Raises:
        NotUnderstood: a name names no table.
        NotEntitled: the secret of the record keys cannot be read here.
        Disclosive: an attack opens it; ``faults`` says where, for people inside.
        NotInOrder, MeasureError: it cannot be released, and why.
    """
    named = wish.named
    tried = try_batch(ledger, source_in(study, wish), named, policy)
    names = {one.name for one in named}
    return Trial(
        wish,
        tried.figures,
        tuple(
            Gathered(
                one.name,
                one.by,
                tuple(row.group for row in tried.made.rows if row.table == one.name),
                dict(tried.made.waiting.get(one.name, {})),
                tuple(tried.made.suppressed.get(one.name, ())),
            )
            for one in tried.tables
            if one.name in names
        ),
        tuple((row.table, row.group) for row in tried.made.held),
        tried.made.attacked,
        _least(tried, policy),
    )


def _least(tried: Tried, policy: Policy) -> int:
    return max((one.did.least for one in tried.figures), default=policy.batch)
