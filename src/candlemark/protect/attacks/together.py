"""Everything published of some tables, in all releases, as one system to attack.

Assumed to be known: which cases a row can hold (its group, and that they are new since the last
one), how many must have gathered, that a region's cases are among the country's, that rows which
hold the same cases have the same totals, and the whole table of noise.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

import numpy as np

from candlemark.protect.attacks.system import Building
from candlemark.protect.batches.closing import table_of
from candlemark.protect.batches.tables import WHOLE

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from candlemark.protect.attacks.system import System
    from candlemark.protect.batches.closing import Row
    from candlemark.protect.batches.tables import Table
    from candlemark.protect.policy import Policy

    Cells = dict[int, list[int]]


def together(
    tables: Sequence[Table], rows: Sequence[Row], policy: Policy
) -> tuple[System, dict[int, int]]:
    """The system of all rows; and of each of its unknowns the row it stands in."""
    building = Building()
    owner: dict[int, int] = {}
    named = {table.name: table for table in tables}
    cells: Cells = {}
    for number, row in enumerate(rows):
        table = named[row.table]
        cells[number] = _row(building, table, row, policy)
        owner |= dict.fromkeys(cells[number], number)
    _same_people(building, rows, cells)
    for table in tables:
        if table.inside:
            _hierarchy(building, (table, named[table.inside]), rows, cells)
        if table.margins:
            owner |= _margins(building, table, rows, cells)
        if table.year:
            for other in tables:
                if not other.year:
                    for some in _levels(table, rows):
                        _months(building, (table, other), (rows, some), cells)
    return building.system(), owner


def _row(building: Building, table: Table, row: Row, policy: Policy) -> list[int]:
    """The unknowns of one row: its total, then its values."""
    low, high = table_of(policy).possible([row.total, *row.values])
    low[0] = max(low[0], row.least)  # everybody knows how many a group waited for
    names = (row.place, *(f"{row.place} / {category}" for category in table.categories))
    places = [
        building.unknown(truth, float(least), float(most), name)
        for truth, least, most, name in zip(row.exact, low, high, names, strict=True)
    ]
    if table.exhaustive and len(places) > 1:
        building.equal(places[:1], places[1:])
    else:
        for value in places[1:]:
            building.within(places[:1], [value])
    return places


def _same_people(building: Building, rows: Sequence[Row], cells: Cells) -> None:
    """Cells that hold the same records, wherever they stand."""
    seen: dict[tuple[int, int], int] = {}
    for number, row in enumerate(rows):
        for exact, key, place in zip(row.exact, row.keys, cells[number], strict=True):
            first = seen.setdefault((exact, key), place) if exact else place
            if first != place:
                building.equal([first], [place])


def _hierarchy(
    building: Building, pair: tuple[Table, Table], rows: Sequence[Row], cells: Cells
) -> None:
    """What is released of the parts is among what is released of the whole; the rest waits."""
    table, whole = pair
    parent_of = dict(table.parents)
    columns = _columns(table, whole)
    for parent in whole.groups:
        upper = [n for n, row in enumerate(rows) if (row.table, row.group) == (whole.name, parent)]
        lower = [
            n
            for n, row in enumerate(rows)
            if row.table == table.name and parent_of.get(row.group, parent) == parent
        ]
        for mine, theirs in columns:
            _rests(building, rows, cells, (upper, lower), (mine, theirs))


def _columns(table: Table, whole: Table) -> list[tuple[int, int]]:
    """Pairs of columns that count the same: the totals, and the categories both have."""
    if table.of != whole.of:
        return [(0, 0)]
    there = {code: place + 1 for place, code in enumerate(whole.categories)}
    return [(0, 0)] + [
        (place + 1, there[code]) for place, code in enumerate(table.categories) if code in there
    ]


def _rests(
    building: Building,
    rows: Sequence[Row],
    cells: Cells,
    levels: tuple[list[int], list[int]],
    column: tuple[int, int],
) -> None:
    """After each row of the whole, what is left over for the parts still waiting."""
    upper, lower = levels
    rest, last, left = -1, -1, 0
    for number in upper:
        release = rows[number].release
        since = [n for n in lower if last < rows[n].release <= release]
        last = release
        left += rows[number].exact[column[1]] - sum(rows[n].exact[column[0]] for n in since)
        if left < 0:
            return  # corrected in between: nobody can rely on it from here on
        name = f"{rows[number].place} / still waiting below"
        before = [rest] if rest >= 0 else []
        rest = building.unknown(left, 0.0, float("inf"), name, shown=column[0] > 0)
        building.equal(
            [*before, cells[number][column[1]]], [rest, *(cells[n][column[0]] for n in since)]
        )


def _levels(table: Table, rows: Sequence[Row]) -> list[list[int]]:
    """The numbers of a table's rows, those together that are totals over the same things.

    Such rows hold nobody twice.
    """
    found: dict[tuple[bool, ...], list[int]] = defaultdict(list)
    for number, row in enumerate(rows):
        if row.table == table.name:
            found[table.level(row.group)].append(number)
    return list(found.values())


def _margins(building: Building, table: Table, rows: Sequence[Row], cells: Cells) -> dict[int, int]:
    """Each total is the sum of the lines below it; what of them is suppressed is left over.

    Whoever reads this knows how many cases a suppressed line can have at most, where each was
    suppressed for being small.

    Returns:
        Of each unknown that was added, the row whose total it is left over from.
    """
    where = {table.parts(row.group): n for n, row in enumerate(rows) if row.table == table.name}
    sides = [dict.fromkeys(codes) for codes in zip(*map(table.parts, table.groups), strict=True)]
    owner = {}
    for at, number in where.items():
        for axis, code in enumerate(at):
            if code != WHOLE:
                continue
            lines = [(*at[:axis], one, *at[axis + 1 :]) for one in sides[axis] if one != WHOLE]
            below = [where[line] for line in lines if line in where]
            hidden = len(lines) - len(below)
            for column in range(1 + len(table.categories)):
                parts = [cells[n][column] for n in below]
                if hidden:
                    left = rows[number].exact[column] - sum(rows[n].exact[column] for n in below)
                    most = hidden * (rows[number].least - 1)
                    name = f"{rows[number].place} / suppressed below"
                    high = float(most) if left <= most else float("inf")
                    parts.append(building.unknown(left, 0.0, high, name, shown=column > 0))
                    owner[parts[-1]] = number
                building.equal([cells[number][column]], parts)
    return owner


def _months(
    building: Building,
    pair: tuple[Table, Table],
    said: tuple[Sequence[Row], Sequence[int]],
    cells: Cells,
) -> None:
    """The batches of a closed year are among the rows of the year that hold the same people."""
    (year, table), (rows, yearly) = pair, said
    where = {mark: n for n in yearly for mark in rows[n].marks}
    parts: dict[frozenset[int], list[int]] = defaultdict(list)
    for number, row in enumerate(rows):
        if row.table != table.name:
            continue
        touched = {where.get(mark, -1) for mark in row.marks}
        if -1 not in touched:
            parts[frozenset(touched)].append(number)
    for wholes, some in parts.items():
        for mine, theirs in _columns(table, year):
            building.within(
                [cells[n][theirs] for n in sorted(wholes)], [cells[n][mine] for n in some]
            )


def looks(rows: Iterable[Row]) -> list[tuple[Row, int]]:
    """Cells of the same records that were published in different ways: what averaging needs.

    Returns:
        The row and the column of each look that differs from an earlier one.
    """
    seen: dict[tuple[int, int], int] = {}
    found = []
    for row in rows:
        shown = (row.total, *row.values)
        for column, (exact, key, value) in enumerate(zip(row.exact, row.keys, shown, strict=True)):
            if exact and seen.setdefault((exact, key), value) != value:
                found.append((row, column))
    return found


def averaged(published: np.ndarray) -> np.ndarray:
    """What an attacker makes of a count that was published several times with fresh noise.

    Args:
        published: a row for each count, a column for each time.
    """
    guess: np.ndarray = np.rint(published.mean(axis=1)).astype(np.int64)
    return guess


def moved(
    before: Mapping[tuple[str, str], int], after: Mapping[tuple[str, str], int]
) -> dict[str, set[str]]:
    """Categories of each group that differ between two issues of one table.

    Whoever knows that a case came in between, and its group, knows that it is in one of them.

    Args:
        before: published counts by group and category; what is hidden is any number below 0.
        after: the next issue.
    """
    found: dict[str, set[str]] = defaultdict(set)
    for place, value in after.items():
        if before.get(place, 0) != value:
            found[place[0]].add(place[1])
    return dict(found)
