"""Small logs, written as ways, and the relations of a cohort made of them.

A way is a text: ``told 0 noted 3 charged 3 closed 20``, states with the days since the unit came.
It is open until the day looked at, unless it ends in a final state.
"""

from __future__ import annotations

import sqlite3
from collections import Counter
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pytest

from candlemark.measure.engine import columns, engine
from candlemark.measure.process import Place, Ways

TODAY = 100
FINAL = ("closed", "sentenced")


@dataclass
class Told:
    """The relations as rows, and what answers queries about them."""

    stay: dict[str, list[int]]
    member: dict[str, list[int]]
    groups: tuple[str, ...]
    connection: object = None

    def columns(self, sql):
        if isinstance(self.connection, sqlite3.Connection):
            cursor = self.connection.execute(sql)
            rows = cursor.fetchall()
            names = [each[0] for each in cursor.description]
            cells = np.array(rows, dtype=np.int64).reshape(len(rows), len(names))
            return {name: cells[:, n] for n, name in enumerate(names)}
        return columns(self.connection, sql)


def steps(way):
    """The states and days of a way."""
    words = way.split()
    return list(zip(words[::2], map(int, words[1::2]), strict=True))


def told(units, groups=("",), group_of=None, today=TODAY, final=FINAL, rows_of_ends=False):
    """The relations of units, and the states by their numbers.

    ``units`` are ways; ``group_of`` says for each unit the numbers of its groups.
    """
    own = list(dict.fromkeys(state for way in units for state, _ in steps(way)))
    stay = {name: [] for name in STAY}
    member = {"unit": [], "grp": []}
    for unit, way in enumerate(units):
        in_day = Counter()
        placed = []
        for state, day in steps(way):
            placed.append((own.index(state), day * 64 + in_day[day]))
            in_day[day] += 1
        end = (None, today * 64 + 63)
        for seq, ((state, entry), (after, leave)) in enumerate(
            zip(placed, [*placed[1:], end], strict=True)
        ):
            if own[state] in final and not rows_of_ends:
                continue
            since = entry
            if seq and placed[seq - 1][0] == state:
                since = stay["since"][-1]
            row = (unit, unit, seq, state, entry, leave, -1 if after is None else after)
            days = (leave // 64 - since // 64, since, 0, 0, 0)
            spans = (entry // 64, entry // 64, leave // 64, leave // 64)
            for name, value in zip(STAY, (*row, *days, *spans), strict=True):
                stay[name].append(value)
        for grp in group_of(unit) if group_of else (0,):
            member["unit"].append(unit)
            member["grp"].append(grp)
    return Told(stay, member, groups), tuple(Place(name, "", name in final) for name in own)


STAY = (
    *("unit", "cluster", "seq", "state", "entry", "leave", "next", "days", "since", "agency"),
    *("flags", "day0", "entry_lo", "entry_hi", "exit_lo", "exit_hi"),
)


@pytest.fixture(params=["duckdb", "sqlite"])
def ways(request):
    """Makes the :class:`Ways` of units, on each of two engines."""
    opened = []

    def make(*units, **how):
        asked, places = told(units, **how)
        if request.param == "sqlite":
            asked.connection = in_sqlite(asked)
            opened.append(asked.connection.close)
        else:
            manager = engine()
            asked.connection = manager.__enter__()
            asked.connection.register("stay", pa.table(_narrow(asked.stay)))
            asked.connection.register("member", pa.table(_narrow(asked.member)))
            opened.append(lambda: manager.__exit__(None, None, None))
        return Ways(asked, places, how.get("today", TODAY))

    yield make
    for close in opened:
        close()


def in_sqlite(asked):
    connection = sqlite3.connect(":memory:")
    for name, table in (("stay", asked.stay), ("member", asked.member)):
        connection.execute(f"CREATE TABLE {name} ({', '.join(table)})")
        marks = ", ".join("?" * len(table))
        connection.executemany(
            f"INSERT INTO {name} VALUES ({marks})", zip(*table.values(), strict=True)
        )
    return connection


def _narrow(table):
    """Columns of the widths a stay table has: what is added up must not overflow them."""
    wide = {"unit", "cluster", "entry", "leave", "since"}
    return {
        name: pa.array(values, pa.int64() if name in wide else pa.int32())
        for name, values in table.items()
    }
