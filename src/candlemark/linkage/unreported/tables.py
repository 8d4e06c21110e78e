"""The table of overlaps: how many people are on exactly these lists and on no others.

A pattern says for each list whether a person is on it (1) or not (0); its count is the number of
people of whom exactly that is so.  A pattern that is not given counts nobody.  Nobody is counted
under the pattern without any list: that is the number looked for.

Refused here is what is no such table, and what no estimate could be made of: fewer than three
lists, an empty list, lists of which no two share anybody, two lists that hold exactly the same
people.  What can be estimated badly is for the gate.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from candlemark.errors import Fault, NotInOrder, NotMeasurable

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

Pattern = tuple[int, ...]
"""For each list 1 (on it) or 0."""

FEWEST_LISTS: Final = 3
MOST_LISTS: Final = 20
MOST_PEOPLE: Final = 100_000_000


@dataclass(frozen=True, slots=True)
class OverlapTable:
    """Lists and how many people are on exactly which of them; made by :meth:`of` alone."""

    lists: tuple[str, ...]
    patterns: tuple[tuple[Pattern, int], ...]
    """Patterns somebody has, in the order of the lists, with their counts; none without a list."""

    @classmethod
    def of(
        cls, lists: Sequence[str], patterns: Iterable[tuple[Sequence[int], int]]
    ) -> OverlapTable:
        """A table that an estimate can be asked of.

        Raises:
            NotInOrder: it is no table of overlaps; every fault is named.
            NotMeasurable: it is one, and there is nothing to be learnt from it.
        """
        rows = [(tuple(pattern), count) for pattern, count in patterns]
        faults = [*_faults_of_lists(lists), *_faults_of_rows(len(lists), rows)]
        if faults:
            raise NotInOrder(
                "this is not a table of overlaps",
                hint="one row per pattern: 1 or 0 for each list, then how many people",
                faults=faults,
            )
        kept = tuple(sorted(((p, c) for p, c in rows if c), reverse=True))
        table = cls(tuple(" ".join(name.split()) for name in lists), kept)
        _require_measurable(table)
        return table

    @property
    def people(self) -> int:
        """How many different people are on at least one list."""
        return sum(count for _, count in self.patterns)

    def on(self, *places: int) -> int:
        """How many people are on all of these lists, whatever else they are on."""
        return sum(
            count for pattern, count in self.patterns if all(pattern[place] for place in places)
        )

    def merged(self, most: int) -> OverlapTable:
        """The same people with the two shortest lists made one until there are at most ``most``.

        Everybody stays counted.  Of equally long lists the later ones are taken.
        """
        table = self
        while len(table.lists) > most:
            by_length = sorted(range(len(table.lists)), key=lambda place: (table.on(place), -place))
            first, second = sorted(by_length[:2])
            counts: dict[Pattern, int] = {}
            for pattern, count in table.patterns:
                joined = list(pattern)
                joined[first] |= joined.pop(second)
                key = tuple(joined)
                counts[key] = counts.get(key, 0) + count
            names = list(table.lists)
            names[first] = f"{names[first]} + {names.pop(second)}"
            table = OverlapTable(tuple(names), tuple(sorted(counts.items(), reverse=True)))
        return table


def _faults_of_lists(lists: Sequence[str]) -> list[Fault]:
    faults = []
    if len(lists) > MOST_LISTS:
        faults.append(Fault("the lists", f"there are more than {MOST_LISTS}"))
    seen: dict[str, int] = {}
    for place, name in enumerate(lists, 1):
        key = " ".join(name.split()).casefold()
        if not key:
            faults.append(Fault(f"list {place}", "it has no name"))
        elif key in seen:
            faults.append(
                Fault(f"list {place}", f"it has the name of list {seen[key]}: one agency twice")
            )
        seen.setdefault(key, place)
    return faults


def _faults_of_rows(lists: int, rows: list[tuple[Pattern, int]]) -> list[Fault]:
    faults = []
    seen: dict[Pattern, int] = {}
    for number, (pattern, count) in enumerate(rows, 1):
        where = f"pattern {number}"
        if len(pattern) != lists:
            faults.append(Fault(where, f"it speaks of {len(pattern)} lists, not of {lists}"))
        elif any(one not in {0, 1} for one in pattern):
            faults.append(Fault(where, "it holds something other than 1 and 0"))
        elif pattern in seen:
            faults.append(Fault(where, f"it is the pattern of row {seen[pattern]} once more"))
        elif not any(pattern) and count:
            faults.append(Fault(where, "it counts people who are on no list; nobody knows them"))
        if count < 0:
            faults.append(Fault(where, "its count is below zero"))
        elif count > MOST_PEOPLE:
            faults.append(Fault(where, f"its count is above {MOST_PEOPLE:,}"))
        seen.setdefault(pattern, number)
    return faults


def _require_measurable(table: OverlapTable) -> None:
    """Refuse what no method could say anything of."""
    if len(table.lists) < FEWEST_LISTS:
        raise NotMeasurable(
            f"there are {len(table.lists)} lists, and an estimate needs at least three",
            hint="two lists cannot tell whether they know of each other; add a third of its own",
        )
    empty = [name for place, name in enumerate(table.lists) if not table.on(place)]
    if empty:
        raise NotMeasurable(
            f"nobody is on {_named(empty)}", hint="leave a list out that holds nobody"
        )
    pairs = list(itertools.combinations(range(len(table.lists)), 2))
    if not any(table.on(one, other) for one, other in pairs):
        raise NotMeasurable(
            "no two of these lists share anybody",
            hint="link the lists first; if they truly share nobody, nothing can be estimated",
        )
    for one, other in pairs:
        if table.on(one) == table.on(other) == table.on(one, other):
            raise NotMeasurable(
                f"{table.lists[one]} and {table.lists[other]} hold exactly the same people",
                hint="one agency is there twice, or one list is a copy: leave one of them out",
            )


def _named(names: list[str]) -> str:
    return " and ".join([", ".join(names[:-1]), names[-1]] if names[1:] else names)
