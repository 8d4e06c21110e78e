"""A closed year as one large table with all its margins: counted, looked at, and cut into rows.

Along the last axis stands what somebody may want to know of a person; the others are what they may
know.  A line along the last axis of fewer cases than a group must have is suppressed whole, its
total too; so is one in which a single category is shown, and one that the quick attack opens.  What
is left are rows like those of every batch: the gate attacks them together with all earlier
releases, and what it opens is suppressed as well.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product
from typing import TYPE_CHECKING

import numpy as np

from candlemark.protect.attacks.intervals import intervals
from candlemark.protect.attacks.system import cube_system
from candlemark.protect.batches.closing import Row, known_of, table_of
from candlemark.protect.batches.cube import cube, empty_keys
from candlemark.protect.batches.record_keys import draws, summed
from candlemark.protect.policy import MEAN

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from candlemark.protect.batches.cube import Cube
    from candlemark.protect.batches.record_keys import Secret
    from candlemark.protect.batches.tables import Events, Table
    from candlemark.protect.policy import Policy

    Integers = NDArray[np.int64]
    Flags = NDArray[np.bool_]


def too_small(made: Cube, policy: Policy, *, exhaustive: bool = True) -> Flags:
    """The lines of a table that do not leave, in the shape of the table without its last axis.

    Args:
        made: the table.
        policy: how many cases a line needs, and what a small cell must stay.
        exhaustive: every record has exactly one place on the last axis.
    """
    values = made.published[..., :-1]
    filled = (made.exact[..., :-1] > 0).sum(axis=-1)
    few = made.exact[..., -1] < np.maximum(policy.least(1), MEAN * filled)
    if not values.shape[-1]:
        return np.asarray(few, dtype=bool)
    hidden = np.array(few | ((values > 0).sum(axis=-1) <= 1), dtype=bool)
    while exhaustive:
        opened = _opened(made, hidden, policy) & ~hidden
        if not opened.any():
            break
        hidden[opened] = True
    return hidden


def _opened(made: Cube, hidden: Flags, policy: Policy) -> Flags:
    """Lines in which the bounds that follow from the whole table leave a small cell too little."""
    low, high = table_of(policy).possible(made.published)
    # Whoever reads a suppressed line knows no more than that it is no larger than everything.
    low, high = np.where(hidden[..., None], 0, low), np.where(hidden[..., None], high.max(), high)
    system = cube_system(made.exact, low, high)
    lowest, highest = intervals(system)
    aims = system.small(policy.small)
    narrow = aims[highest[aims] - lowest[aims] + 1 < policy.possible]
    found = np.zeros(made.exact.shape, dtype=bool)
    found.ravel()[narrow] = True
    return np.asarray(found.any(axis=-1), dtype=bool)


@dataclass(frozen=True, slots=True)
class Yearly:
    """How a closed year leaves in one release; see :class:`Closing`, whose place it takes."""

    table: Table
    policy: Policy
    secret: Secret
    release: int = 0

    def rows(self, events: Events) -> tuple[tuple[Row, ...], dict[str, int]]:
        """The rows of lines that may leave, and how many cases each other line has."""
        inner = tuple(side - 1 for side in self.table.sides)
        codes = np.unravel_index(events.group, self.table.sides)
        made = cube(
            self.table.name,
            codes,
            (*inner, len(self.table.categories)),
            events.keys,
            policy=self.policy,
            secret=self.secret,
            pairs=(events.event, events.category),
        )
        hidden = too_small(made, self.policy, exhaustive=self.table.exhaustive).ravel()
        lines = [one.reshape(len(hidden), -1) for one in (made.exact, made.keys, made.published)]
        rows, left = [], {}
        for place, mine in self._members(events):
            if not hidden[place]:
                told = tuple(one[place] for one in lines)
                rows.append(self._row(events, mine, place, told))
        there = {row.group for row in rows}
        for place, group in enumerate(self.table.groups):
            if group not in there:
                left[group] = int(made.exact.reshape(len(hidden), -1)[place, -1])
        return tuple(rows), left

    def again(self, events: Events, said: Row) -> Row | None:
        """A row counted again from its events; None where some are gone or stand elsewhere."""
        if said.group not in self.table.groups:
            return None
        place = self.table.groups.index(said.group)
        there = events.taken(np.isin(events.marks, np.array(said.marks, dtype=np.int64)))
        inside = np.zeros(len(there), dtype=bool)
        for one, mine in self._members(there):
            if one == place:
                inside[mine] = True
        if len(there) != len(said.marks) or not inside.all() or len(there) < said.least:
            return None
        wide = len(self.table.categories)
        value, key = summed(wide, there.category, there.keys[there.event])
        (total,), (total_key,) = summed(1, np.zeros(len(there), dtype=np.int64), there.keys)
        exact, keys = np.append(value, total), np.append(key, total_key)
        shape = (len(self.table.groups), 1 + wide)
        empty = empty_keys(self.table.name, shape, self.secret)[place]
        keys = np.where(exact == 0, empty, keys)
        shown = table_of(self.policy).published(exact, draws(keys))
        return self._row(there, np.arange(len(there)), place, (exact, keys, shown))

    def _members(self, events: Events) -> Iterator[tuple[int, Integers]]:
        """Every line in which somebody is, with the places of its events."""
        sides = self.table.sides
        codes = np.array(np.unravel_index(events.group, sides)).reshape(len(sides), -1)
        last = np.array(sides)[:, None] - 1
        for level in product((False, True), repeat=len(sides)):
            where = np.where(np.array(level)[:, None], last, codes)
            line = np.ravel_multi_index(tuple(where), sides)
            order = np.argsort(line, kind="stable")
            places, first = np.unique(line[order], return_index=True)
            for place, mine in zip(places, np.split(order, first[1:]), strict=True):
                yield int(place), mine

    def _row(self, events: Events, mine: Integers, place: int, told: tuple[Integers, ...]) -> Row:
        """A line as a row: its true counts, keys and published counts, the total of each first."""
        exact, keys, shown = (np.roll(one, 1).tolist() for one in told)
        inside = np.zeros(len(events), dtype=bool)
        inside[mine] = True
        return Row(
            self.table.name,
            self.table.groups[place],
            0,
            shown[0],
            tuple(shown[1:]),
            tuple(exact),
            tuple(keys),
            tuple(np.sort(events.marks[mine]).tolist()),
            known_of(self.table, events, inside),
            self.release,
            self.table.year,
            self.policy.least(1),
        )
