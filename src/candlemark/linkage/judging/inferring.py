"""What follows from answers of people: what need not be asked, and what cannot all be true.

A is B and B is C, so A is C.  A is B and B is not C, so A is not C.  Two that were judged different
and are joined by a chain of *same* contradict each other: the chain is named, link by link, so that
somebody can look at each again.  From a group with a contradiction nothing follows meanwhile.

Pure, and only from answers that are settled: nothing the machine thinks enters here.
"""

from __future__ import annotations

from collections import defaultdict, deque
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from candlemark.linkage.facts import DIFFERENT, SAME
from candlemark.linkage.judging.grouping import Groups
from candlemark.linkage.judging.standing import pair_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from candlemark.linkage.facts import LinkRecord
    from candlemark.linkage.judging.standing import Pair, Stood


@dataclass(frozen=True, slots=True)
class Inferred:
    """What follows for a pair nobody need be asked about, and from which answers."""

    answer: str
    """``same`` or ``different``."""
    chain: tuple[Pair, ...]
    """From the first record to the second; at most one of them was judged different."""


@dataclass(frozen=True, slots=True)
class Contradiction:
    """Answers that cannot all be true."""

    different: Pair
    """Judged different …"""
    chain: tuple[Pair, ...]
    """… though these, all judged the same, lead from one to the other; the shortest such way."""

    @property
    def records(self) -> tuple[LinkRecord, ...]:
        """The records along the chain, from one end of ``different`` to the other."""
        return along(self.different[0], self.chain)


def along(start: LinkRecord, chain: Iterable[Pair]) -> tuple[LinkRecord, ...]:
    """The records a chain of pairs leads past, beginning at ``start``."""
    way = [start]
    for one, other in chain:
        way.append(other if one == way[-1] else one)
    return tuple(way)


class Judged:
    """The settled answers as a graph.

    Args:
        same: pairs judged the same.
        different: pairs judged different.
    """

    def __init__(self, same: Iterable[Pair], different: Iterable[Pair]) -> None:
        self.same = frozenset(pair_of(*pair) for pair in same)
        self.different = frozenset(pair_of(*pair) for pair in different)
        self.groups = Groups(sorted(self.same))
        self._beside: dict[LinkRecord, list[LinkRecord]] = defaultdict(list)
        for one, other in sorted(self.same):
            self._beside[one].append(other)
            self._beside[other].append(one)
        for several in self._beside.values():
            several.sort()

    @classmethod
    def of(cls, pairs: Mapping[Pair, Stood]) -> Judged:
        """From how pairs stand."""
        return cls(
            [pair for pair, one in pairs.items() if one.answer == SAME],
            [pair for pair, one in pairs.items() if one.answer == DIFFERENT],
        )

    @cached_property
    def contradictions(self) -> tuple[Contradiction, ...]:
        """Every pair judged different that is joined by others; in the order of the pairs."""
        return tuple(
            Contradiction(pair, chain)
            for pair in sorted(self.different)
            if (chain := self.chain(*pair)) is not None
        )

    @cached_property
    def _unsettled(self) -> frozenset[LinkRecord]:
        """What stands for the groups in which something contradicts."""
        return frozenset(self.groups.of(one.different[0]) for one in self.contradictions)

    @cached_property
    def _apart(self) -> Mapping[frozenset[LinkRecord], list[Pair]]:
        """The pairs judged different, by the two groups they part."""
        found: dict[frozenset[LinkRecord], list[Pair]] = defaultdict(list)
        for pair in sorted(self.different):
            found[frozenset(map(self.groups.of, pair))].append(pair)
        return found

    def chain(self, start: LinkRecord, end: LinkRecord) -> tuple[Pair, ...] | None:
        """The shortest way over pairs judged the same, of several the first; None for no way."""
        if start == end:
            return ()
        if not self.groups.together(start, end):
            return None
        came: dict[LinkRecord, LinkRecord] = {start: start}
        waiting = deque([start])
        while waiting and end not in came:
            here = waiting.popleft()
            for one in self._beside[here]:
                if one not in came:
                    came[one] = here
                    waiting.append(one)
        way, here = [], end
        while here != start:
            way.append(pair_of(came[here], here))
            here = came[here]
        return tuple(reversed(way))

    def infer(self, left: LinkRecord, right: LinkRecord) -> Inferred | None:
        """What follows for two records; None where nothing does."""
        one, other = self.groups.of(left), self.groups.of(right)
        if one in self._unsettled or other in self._unsettled:
            return None
        if one == other:
            chain = self.chain(left, right)
            return Inferred(SAME, chain) if chain else None
        parting = self._apart.get(frozenset((one, other)), ())
        ways = [self._past(left, right, pair) for pair in parting]
        return Inferred(DIFFERENT, min(ways, key=lambda way: (len(way), way))) if ways else None

    def _past(self, left: LinkRecord, right: LinkRecord, parting: Pair) -> tuple[Pair, ...]:
        """The way from one record to the other over a pair that parts their groups."""
        near, far = parting if self.groups.together(left, parting[0]) else parting[::-1]
        before, after = self.chain(left, near), self.chain(far, right)
        return (*(before or ()), parting, *(after or ()))
