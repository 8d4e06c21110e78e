"""Groups of records that grow by joining, and refuse a link that may not be."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from candlemark.linkage.facts import LinkRecord


class Forest:
    """Disjoint groups; see :meth:`join`.

    Args:
        records: each a group of its own at first.
        apart: pairs that may not come into one group.
        once_each: sources of which no group holds two records.
    """

    def __init__(
        self,
        records: Iterable[LinkRecord],
        apart: Iterable[tuple[LinkRecord, LinkRecord]] = (),
        once_each: Collection[str] = (),
    ) -> None:
        self._parent: dict[LinkRecord, LinkRecord] = {one: one for one in records}
        self._members = {one: [one] for one in self._parent}
        self._enemies: dict[LinkRecord, set[LinkRecord]] = defaultdict(set)
        for left, right in apart:
            self._enemies[left].add(right)
            self._enemies[right].add(left)
        self._alone: dict[LinkRecord, set[str]] = {
            one: {one.source} & set(once_each) for one in self._parent
        }

    def _root(self, one: LinkRecord) -> LinkRecord:
        root = one
        while self._parent[root] != root:
            root = self._parent[root]
        while self._parent[one] != root:
            self._parent[one], one = root, self._parent[one]
        return root

    def join(self, left: LinkRecord, right: LinkRecord) -> bool:
        """Make the groups of both one; False, and nothing done, where they may not be."""
        one, other = self._root(left), self._root(right)
        if one == other:
            return True
        if len(self._members[one]) < len(self._members[other]):
            one, other = other, one
        if self._alone[one] & self._alone[other]:
            return False
        if any(member in self._enemies[one] for member in self._members[other]):
            return False
        self._parent[other] = one
        self._members[one] += self._members.pop(other)
        self._enemies[one] |= self._enemies.pop(other, set())
        self._alone[one] |= self._alone.pop(other)
        return True

    def groups(self) -> list[tuple[LinkRecord, ...]]:
        """Groups of at least two records, each in order, in order of their first."""
        return sorted(tuple(sorted(some)) for some in self._members.values() if len(some) > 1)
