"""The gate: every attack on what is to leave, together with everything that left before.

What an attack opens is named here, for people inside; nothing that leaves says which cell it was.
"""

from __future__ import annotations

import time
from collections import defaultdict
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Final

import numpy as np

from candlemark.errors import Disclosive, Fault
from candlemark.protect.attacks.exact import narrow_cells
from candlemark.protect.attacks.intervals import intervals
from candlemark.protect.attacks.people import alone, guess
from candlemark.protect.attacks.together import looks, together
from candlemark.protect.policy import EXACT_BELOW

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from candlemark.protect.attacks.people import Guessing
    from candlemark.protect.attacks.system import System
    from candlemark.protect.batches.closing import Row
    from candlemark.protect.batches.tables import Events, Table
    from candlemark.protect.policy import Policy

_HELPED: Final = ("neighbour", "stage-too")
_BEYOND: Final = 3.0
"""Standard errors: with two, one harmless release in forty would be refused by chance."""


@dataclass(frozen=True, slots=True)
class Opened:
    """One place that an attack opens."""

    attack: str
    """``intervals``, ``exact``, ``averaging``, ``alone``."""
    row: int
    """Number of the row it stands in; -1 for what follows from several."""
    place: str
    why: str


@dataclass(frozen=True, slots=True)
class Attacked:
    """What the attacks found."""

    cells: int
    """Unknowns attacked, of all releases together."""
    small: int
    """Cells among them in which few are."""
    exact: bool
    """Whether exact bounds were searched for; not in systems that are too large for it."""
    opened: tuple[Opened, ...]
    guessing: Mapping[str, Mapping[str, Guessing]] = field(default_factory=dict)
    """By what the tables tell of, then by kind of intruder."""
    seconds: float = 0.0

    def helping(self, policy: Policy) -> tuple[str, ...]:
        """Kinds of intruders whom the tables help more than the policy lets, beyond chance."""
        return tuple(
            f"{of}: {kind}"
            for of, kinds in self.guessing.items()
            for kind, found in kinds.items()
            if kind in _HELPED and found.gain > policy.gain + _BEYOND * found.error
        )


def attack(
    tables: Sequence[Table],
    rows: Sequence[Row],
    policy: Policy,
    events: Mapping[str, Events] | None = None,
    *,
    exact: bool = True,
) -> Attacked:
    """Attack all rows of some tables together.

    Args:
        tables: what was counted.
        rows: everything published, this release's among it.
        policy: the rules, which attackers know.
        events: of each table, to let intruders guess; nothing lets none.
        exact: search for exact bounds, where the system is not too large.
    """
    started = time.perf_counter()
    named = {table.name: table for table in tables}
    opened = [
        Opened("alone", number, row.place, why)
        for number, row in enumerate(rows)
        if (why := alone(named[row.table], row, policy))
    ]
    numbers = {id(row): number for number, row in enumerate(rows)}
    opened += [
        Opened("averaging", numbers[id(row)], row.place, "the same cases are shown in two ways")
        for row, _ in looks(rows)
    ]
    system, owner = together(tables, rows, policy)
    exact = exact and len(system) < EXACT_BELOW
    opened += _worked_out(system, owner, policy, exact=exact)
    return Attacked(
        len(system),
        len(system.small(policy.small)),
        exact,
        tuple(opened),
        _guessing(tables, rows, events or {}, policy),
        time.perf_counter() - started,
    )


def _worked_out(
    system: System, owner: Mapping[int, int], policy: Policy, *, exact: bool
) -> list[Opened]:
    """Small cells that can have too few values."""
    if not len(system):
        return []
    low, high = intervals(system)
    aims = system.small(policy.small)
    narrow = high[aims] - low[aims] + 1 < policy.possible
    found = [
        Opened("intervals", owner.get(int(place), -1), system.name(place), "has too few values")
        for place in aims[narrow]
    ]
    if exact:
        found += [
            Opened("exact", owner.get(place, -1), system.name(place), "has too few values")
            for place, _, _ in narrow_cells(system, aims[~narrow], policy.possible, low, high)
        ]
    return found


def _guessing(
    tables: Sequence[Table],
    rows: Sequence[Row],
    events: Mapping[str, Events],
    policy: Policy,
) -> dict[str, dict[str, Guessing]]:
    """Let intruders guess from everything that tells of one thing."""
    sets: dict[str, list[Table]] = defaultdict(list)
    for table in tables:
        if table.of and table.sensitive and table.name in events:
            sets[table.of].append(table)
    told = [row for table in tables for row in _finest(table, rows)]
    # The groups that are smallest tell most: their table comes first.
    return {
        of: guess(sorted(some, key=lambda table: -len(table.groups)), told, events, policy)
        for of, some in sets.items()
    }


def _finest(table: Table, rows: Sequence[Row]) -> list[Row]:
    """The rows of a table, each with the events that stand in no finer one.

    A total over somebody's row says less of them than the row itself.
    """
    mine = [row for row in rows if row.table == table.name]
    if not table.margins:
        return mine
    found = []
    seen: set[int] = set()
    for row in sorted(mine, key=lambda row: sum(table.level(row.group))):
        own = tuple(mark for mark in row.marks if mark not in seen)
        found.append(replace(row, marks=own))
        seen.update(own)
    return found


def refuse(found: Attacked, policy: Policy) -> None:
    """Refuse what an attack opens.

    Raises:
        Disclosive: ``faults`` names every place; they are for people inside.
    """
    helping = found.helping(policy)
    faults = [Fault(one.place, f"{one.attack}: {one.why}") for one in found.opened]
    faults += [Fault(one, "the tables help this intruder too much") for one in helping]
    if faults:
        raise Disclosive(
            "an attack opens this release",
            hint="let the groups gather more, leave a table out, or choose a stricter policy",
            faults=faults,
        )


def holdable(found: Attacked, new: Sequence[int]) -> set[int]:
    """Rows of this release that attacks open, and that can go on waiting instead."""
    fresh = np.array(sorted(new), dtype=np.int64)
    return {one.row for one in found.opened if one.row >= 0 and (fresh == one.row).any()}
