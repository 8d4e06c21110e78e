"""Clusters as people judged them: folded with the judgements that decide, and no others.

Without this a judgement that was taken back, outvoted, or waits for a second person would count.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from candlemark.linkage.clusters import clusters_of
from candlemark.linkage.facts import CASE
from candlemark.linkage.judging.standing import unpublished
from candlemark.linkage.judging.state import deciding_judgements

if TYPE_CHECKING:
    from candlemark.ledger import Ledger
    from candlemark.ledger.roster import Roster
    from candlemark.linkage.clusters import Clusters
    from candlemark.linkage.judging.standing import Published


def clusters_as_judged(
    ledger: Ledger,
    roster: Roster,
    unit: str = CASE,
    published: Published = unpublished,
) -> Clusters:
    """The clusters of cases, or of people, as the ledger has them now.

    Args:
        ledger: what was said.
        roster: whose devices judgements were said on.
        unit: ``case`` or ``person``.
        published: see :func:`~candlemark.linkage.judging.standing.stood`.

    Raises:
        LedgerBroken: the ledger is damaged.
    """
    decide = deciding_judgements(ledger, roster, unit, published)
    return clusters_of(ledger, unit, decide)
