"""Records that belong together through pairs, and the pairs on which that hangs.

Groups are worked out each time from pairs and are named by nothing: the identifiers of clusters,
which last, are minted elsewhere.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from candlemark.linkage.facts import LinkRecord

    Pair = tuple[LinkRecord, LinkRecord]


class Groups:
    """Records joined by pairs; a record nobody joined is a group of one."""

    def __init__(self, pairs: Iterable[Pair] = ()) -> None:
        self._parent: dict[LinkRecord, LinkRecord] = {}
        self._size: dict[LinkRecord, int] = {}
        for one, other in pairs:
            self.join(one, other)

    def of(self, record: LinkRecord) -> LinkRecord:
        """A record that stands for the group of this one until the next is joined."""
        top = record
        while (above := self._parent.get(top, top)) != top:
            top = above
        while (above := self._parent.get(record, record)) != top:
            self._parent[record], record = top, above
        return top

    def size(self, record: LinkRecord) -> int:
        """How many records the group of this one has."""
        return self._size.get(self.of(record), 1)

    def join(self, one: LinkRecord, other: LinkRecord) -> None:
        """Let the groups of two records be one."""
        large, small = self.of(one), self.of(other)
        if large == small:
            return
        if self._size.get(large, 1) < self._size.get(small, 1):
            large, small = small, large
        self._parent[small] = large
        self._size[large] = self._size.get(large, 1) + self._size.pop(small, 1)

    def together(self, one: LinkRecord, other: LinkRecord) -> bool:
        """Whether two records are in one group."""
        return self.of(one) == self.of(other)

    def members(self) -> dict[LinkRecord, list[LinkRecord]]:
        """The records of every group of two or more, by the one that stands for it; in order."""
        found: dict[LinkRecord, list[LinkRecord]] = defaultdict(list)
        for record in sorted({*self._parent, *self._parent.values()}):
            found[self.of(record)].append(record)
        return found


def bridges(pairs: Iterable[Pair]) -> dict[Pair, tuple[int, int]]:
    """The pairs without which a group falls apart, and how many records each part would have.

    Tarjan's search for bridges (1974), without recursion: a group may be a long chain.
    """
    beside: dict[LinkRecord, set[LinkRecord]] = defaultdict(set)
    named: dict[frozenset[LinkRecord], Pair] = {}
    for pair in pairs:
        one, other = pair
        beside[one].add(other)
        beside[other].add(one)
        named[frozenset(pair)] = pair
    found: dict[Pair, tuple[int, int]] = {}
    seen: set[LinkRecord] = set()
    for start in sorted(beside):
        if start not in seen:
            found |= _bridges_from(start, beside, named, seen)
    return found


def _bridges_from(
    start: LinkRecord,
    beside: Mapping[LinkRecord, set[LinkRecord]],
    named: Mapping[frozenset[LinkRecord], Pair],
    seen: set[LinkRecord],
) -> dict[Pair, tuple[int, int]]:
    order: dict[LinkRecord, int] = {start: 0}
    low: dict[LinkRecord, int] = {start: 0}
    below: dict[LinkRecord, int] = {start: 1}
    came: dict[LinkRecord, LinkRecord | None] = {start: None}
    left = {start: iter(sorted(beside[start]))}
    path, under = [start], []
    while path:
        here = path[-1]
        following = next(left[here], None)
        if following is None:
            path.pop()
            above = came[here]
            if above is not None:
                low[above] = min(low[above], low[here])
                below[above] += below[here]
                if low[here] > order[above]:
                    under.append((named[frozenset((above, here))], below[here]))
        elif following not in order:
            order[following] = low[following] = len(order)
            below[following], came[following] = 1, here
            left[following] = iter(sorted(beside[following]))
            path.append(following)
        elif following != came[here]:
            low[here] = min(low[here], order[following])
    seen.update(order)
    return {pair: (part, len(order) - part) for pair, part in under}
