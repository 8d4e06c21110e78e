"""Where time limits come from when nobody writes them down: the law of the state.

In case files each limit runs by the pathway of its own case (``process.case_limits``).  An agency's
file knows no decisions and no law, so of its country's limits only those are asked that can be told
from stages and days: a number of days, from any decision, whenever it was made.  A limit of months
has no one number of days, and one that runs only from a conviction cannot be told from a stage.
"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from candlemark.casefile import cases_for
from candlemark.casefile.consent import STATISTICS
from candlemark.casefile.pathways import pathways_of
from candlemark.definition.pathway import Unit
from candlemark.measure.process import Law, Limit, Which

if TYPE_CHECKING:
    from collections.abc import Collection

    from candlemark.definition.pathway import NationalLimit, Pathway
    from candlemark.ledger import Ledger


def law_at(ledger: Ledger, size: int | None = None) -> Law:
    """The cases that may be counted and the pathways, as they were after so many entries."""
    upto = None if size is None or size >= ledger.size else size
    return Law(cases_for(ledger, STATISTICS, upto).cases, pathways_of(ledger, upto))


def law_of(pathway: Pathway, stages: Collection[str]) -> tuple[Limit, ...]:
    """The limits of a pathway that can be told from stages and days.

    Args:
        pathway: of the agency's country.
        stages: codes of the stages its files have.
    """
    return tuple(
        Limit(
            code=one.code,
            start=one.start,
            until=one.until,
            days=one.length,
            source="; ".join(filter(None, (one.basis.article, one.basis.source))),
            which=Which(one.which.value),
        )
        for one in pathway.limits
        if _told(one) and {one.start, one.until} <= set(stages)
    )


def _told(limit: NationalLimit) -> bool:
    always = limit.first == date.min and limit.last == date.max
    unconditional = not limit.outcomes and not limit.decided
    return limit.unit is Unit.DAYS and limit.length > 0 and unconditional and always
