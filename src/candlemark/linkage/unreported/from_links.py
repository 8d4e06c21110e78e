"""Tables of overlaps from links: who is on several lists, drawn as often as it is uncertain.

A link that was missed makes two people of one and the estimate too large; a false one makes it too
small.  So the links are drawn by their probability, each time the lists are counted anew, and all
the tables go to :func:`~candlemark.linkage.unreported.estimate_linked`.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from candlemark.linkage.uncertain import Draws
from candlemark.linkage.unreported.tables import OverlapTable

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from candlemark.linkage.facts import LinkRecord
    from candlemark.linkage.uncertain import Groups, Links


def overlaps_drawn(
    links: Links, lists: Mapping[str, Collection[LinkRecord]], draws: int
) -> list[OverlapTable]:
    """One table for each draw; the same links give the same tables.

    Args:
        links: what stands.
        lists: every record of each list by its name, those nothing leads to included.
        draws: how many.

    Raises:
        NotInOrder, NotMeasurable: the lists make no table; see :meth:`OverlapTable.of`.
    """
    drawn = Draws(links, seed=int(links.state[:15], 16))
    return [overlaps(drawn.draw(), lists) for _ in range(draws)]


def overlaps(groups: Groups, lists: Mapping[str, Collection[LinkRecord]]) -> OverlapTable:
    """The table of one grouping.

    Args:
        groups: of every record that is with another one the first of its group.
        lists: every record of each list, by the list's name.

    Raises:
        NotInOrder, NotMeasurable: see :meth:`OverlapTable.of`.
    """
    on: dict[LinkRecord, set[int]] = {}
    for place, records in enumerate(lists.values()):
        for record in records:
            on.setdefault(groups.get(record, record), set()).add(place)
    patterns = Counter(
        tuple(int(place in places) for place in range(len(lists))) for places in on.values()
    )
    return OverlapTable.of(tuple(lists), patterns.items())
