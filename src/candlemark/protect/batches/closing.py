"""Closing batches: which groups have gathered enough that is new, and what is published of them.

Nothing is published but rows: the events of one group that are new since its last row, counted by
category, each count and the total with the noise of its own key.  An event is counted once in a
table; what is corrected afterwards is not counted again.  A group whose row an attack would open
goes on waiting.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from candlemark.protect.batches.noise import NoiseTable, noise_table
from candlemark.protect.batches.record_keys import MODULUS, draws, summed
from candlemark.protect.policy import MEAN

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from candlemark.protect.batches.record_keys import Secret
    from candlemark.protect.batches.tables import Events, Table
    from candlemark.protect.policy import Policy

    Integers = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Row:
    """One closed batch of one group.

    ``total`` and ``values`` are published.  The rest stays inside: what the row is made of, for
    attacks on it and so that nothing is counted twice.
    """

    table: str
    group: str
    number: int
    """How many rows of the group came before."""
    total: int
    values: tuple[int, ...]
    """In the order of the table's categories."""
    exact: tuple[int, ...]
    """The true total, then the true values."""
    keys: tuple[int, ...]
    """Cell keys in the same order."""
    marks: tuple[int, ...]
    """Of the events counted."""
    known: tuple[tuple[int, ...], ...] = ()
    """For each agency that handled some of them: the values of those it handled."""
    release: int = 0
    year: str = ""
    least: int = 0
    """How many cases the group had to gather."""

    @property
    def place(self) -> str:
        """Where it stands, for people inside."""
        return " / ".join(part for part in (self.table, self.group, str(self.number + 1)) if part)


def table_of(policy: Policy) -> NoiseTable:
    """The noise that a policy asks for."""
    return noise_table(policy.reach, policy.variance, policy.smallest, policy.zeros)


@dataclass(frozen=True, slots=True)
class Closing:
    """How batches of one table are closed in one release.

    ``telling`` is how many tables tell of the same thing.
    """

    table: Table
    policy: Policy
    secret: Secret
    telling: int = 1
    release: int = 0

    def rows(self, events: Events, before: Sequence[Row]) -> tuple[tuple[Row, ...], dict[str, int]]:
        """The rows that can be closed now, and how many new events each other group has.

        Args:
            events: everything that has happened until now.
            before: the rows of this table that were published.
        """
        table = self.table
        seen = np.array([mark for row in before for mark in row.marks], dtype=np.int64)
        new = events.taken(~np.isin(events.marks, seen))
        number = Counter(row.group for row in before)
        gathered = np.bincount(new.group, minlength=len(table.groups))
        least = self.policy.least(self.telling)
        rows, waiting = [], {}
        counted = _counted(table, new)
        for place, group in enumerate(table.groups):
            filled = int((counted[0][place][1:] > 0).sum())
            if gathered[place] < max(least, MEAN * filled):
                waiting[group] = int(gathered[place])
            else:
                one = (counted[0][place], counted[1][place].copy())
                rows.append(self._row(new, new.group == place, one, group, number[group]))
        return tuple(rows), waiting

    def again(self, events: Events, said: Row) -> Row | None:
        """A row counted again from its events; None where some are gone or stand elsewhere.

        Whoever approves a release makes it again: what a draft says is not believed.
        """
        mine = events.taken(np.isin(events.marks, np.array(said.marks, dtype=np.int64)))
        if said.group not in self.table.groups or len(mine) != len(said.marks):
            return None
        place = self.table.groups.index(said.group)
        inside = mine.group == place
        least = max(self.policy.least(self.telling), said.least)
        if not inside.all() or len(mine) < least:
            return None
        counted = _counted(self.table, mine)
        one = (counted[0][place], counted[1][place].copy())
        return self._row(mine, inside, one, said.group, said.number)

    def _row(
        self,
        new: Events,
        mine: NDArray[np.bool_],
        counted: tuple[Integers, Integers],
        group: str,
        number: int,
    ) -> Row:
        table, (counts, keys) = self.table, counted
        names = ("", *table.categories)
        empty = np.flatnonzero(counts == 0)
        at = "\x00".join((table.name, table.year, group, str(number)))
        keys[empty] = self.secret.empty([f"{at}\x00{names[cell]}" for cell in empty])
        shown = table_of(self.policy).published(counts, draws(keys))
        return Row(
            table.name,
            group,
            number,
            int(shown[0]),
            tuple(shown[1:].tolist()),
            tuple(counts.tolist()),
            tuple(keys.tolist()),
            tuple(np.sort(new.marks[mine]).tolist()),
            known_of(table, new, mine),
            self.release,
            table.year,
            self.policy.least(self.telling),
        )


def _counted(table: Table, new: Events) -> tuple[Integers, Integers]:
    """Counts and keys; shape (groups, 1 + categories), the total of each group first."""
    groups, wide = len(table.groups), 1 + len(table.categories)
    total, total_key = summed(groups, new.group, new.keys)
    cell = new.group[new.event] * (wide - 1) + new.category
    value, key = summed(groups * (wide - 1), cell, new.keys[new.event])
    shape = (groups, wide - 1)
    return (
        np.column_stack([total, value.reshape(shape)]),
        np.column_stack([total_key, key.reshape(shape)]) % MODULUS,
    )


def known_of(table: Table, new: Events, mine: NDArray[np.bool_]) -> tuple[tuple[int, ...], ...]:
    """What each agency that handled some of these events knows by itself."""
    if not len(new.agency):
        return ()
    inside = mine[new.event]
    agency, category = new.agency[new.event[inside]], new.category[inside]
    found = []
    for one in np.unique(agency[agency >= 0]):
        counts = np.bincount(category[agency == one], minlength=len(table.categories))
        found.append(tuple(counts.tolist()))
    return tuple(found)


@dataclass(frozen=True, slots=True)
class Running:
    """What has been published of one group so far: sums of its rows and nothing else."""

    group: str
    rows: int
    total: int
    values: tuple[int, ...]
    waiting: bool
    """True until a first row was published."""


def running(table: Table, rows: Sequence[Row]) -> tuple[Running, ...]:
    """Running totals of every group, in the order of the table."""
    by: Mapping[str, list[Row]] = {group: [] for group in table.groups}
    for row in rows:
        if row.table == table.name and row.year == table.year:
            by[row.group].append(row)
    return tuple(
        Running(
            group,
            len(mine),
            sum(row.total for row in mine),
            tuple(sum(row.values[place] for row in mine) for place in range(len(table.categories))),
            waiting=not mine,
        )
        for group, mine in by.items()
    )
