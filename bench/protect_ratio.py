"""Protecting a yearly cube and attacking it, from 1,000 to 100,000 cells, beside floors of NumPy.

Three things are crossed with all margins, three cases to an inner cell.  Of each size: the keys of
the records (once for ever), protecting every cell and margin (counting, adding keys, noise), and
the interval audit (bounds of every cell, the system, narrowing until nothing moves).  The floors
are what nobody can go below who uses NumPy, in the same run: for protecting, one ``bincount`` of
the records and its margins by ``cumsum`` over the same array; for the audit, one gather and one
``reduceat`` over as many numbers as there are relations' members.  The best of several rounds
counts; computing time, so that other programs on the machine matter less.

Then the same table on the way of a release: cut into rows, the lines that are too small left out,
and through the whole gate (averaging, one category alone, intervals of everything together,
intruders who guess); once each.

Then the exact bounds (HiGHS) for all small cells of a cube below 2,000 cells.  Promises:
100,000 cells protected in 0.3 s and audited in 0.05 s.  Figures go to
``bench/out/protect_ratio.json``.
"""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from candlemark.protect.attacks.exact import narrow_cells
from candlemark.protect.attacks.gate import attack
from candlemark.protect.attacks.intervals import intervals
from candlemark.protect.attacks.system import cube_system
from candlemark.protect.batches.closing import table_of
from candlemark.protect.batches.cube import cube
from candlemark.protect.batches.record_keys import Secret
from candlemark.protect.batches.tables import Events, Table, crossed
from candlemark.protect.policy import HOUSE
from candlemark.protect.yearly import Yearly

if TYPE_CHECKING:
    from collections.abc import Callable

OUT = Path(__file__).resolve().parent / "out"
SIDES = (9, 21, 45)
"""With the margins 1,000, 10,648 and 97,336 cells."""
ROUNDS = 9
PROTECT, AUDIT = 0.3, 0.05


def best(work: Callable[[], Any]) -> tuple[float, Any]:
    """The least computing time of several rounds, and what came out."""
    found, times = work(), []
    for _ in range(ROUNDS):
        started = time.process_time()
        found = work()
        times.append(time.process_time() - started)
    return min(times), found


def of_size(side: int) -> dict[str, float]:
    """Figures of one size."""
    rng, secret = np.random.default_rng(side), Secret(bytes(32))
    records = 3 * side**3
    codes = [rng.integers(0, side, records) for _ in range(3)]
    names = [f"case_{number}" for number in range(records)]
    started = time.process_time()
    keys = secret.keys(names)
    keyed = time.process_time() - started

    protect, made = best(
        lambda: cube("2025", codes, (side,) * 3, keys, policy=HOUSE, secret=secret)
    )
    flat = np.ravel_multi_index(tuple(codes), (side,) * 3)

    def counting() -> np.ndarray:
        counts = np.bincount(flat, minlength=side**3)
        np.bincount(flat, weights=keys, minlength=side**3)
        for _ in range(3):
            np.cumsum(counts)
        return counts

    protect_floor, _ = best(counting)

    def audit() -> tuple[np.ndarray, np.ndarray, object]:
        system = cube_system(made.exact, *table_of(HOUSE).possible(made.published))
        return *intervals(system), system

    audited, (low, high, system) = best(audit)
    bounds = system.low

    def gathering() -> np.ndarray:
        return np.add.reduceat(bounds[system.member], system.start[:-1])

    audit_floor, _ = best(gathering)
    aims = system.small(HOUSE.small)
    narrow = int((high[aims] - low[aims] + 1 < HOUSE.possible).sum())
    return {
        "cells": made.published.size,
        "records": records,
        "keys_seconds": keyed,
        "protect_seconds": protect,
        "protect_floor_seconds": protect_floor,
        "audit_seconds": audited,
        "audit_floor_seconds": audit_floor,
        "small_cells": len(aims),
        "worked_out": narrow,
    }


def leaving(side: int) -> dict[str, float]:
    """What a release of the table takes: its rows, and every attack but the exact bounds."""
    rng, secret = np.random.default_rng(side), Secret(bytes(32))
    many = 3 * side**3
    sides = [[f"{axis}{number}" for number in range(side)] for axis in "ab"]
    categories = tuple(f"c{number}" for number in range(side))
    table = Table("2025", crossed(sides), categories, "a+b", "c", year="2025", margins=True)
    group = np.ravel_multi_index(tuple(rng.integers(0, side, (2, many))), table.sides)
    events = Events.of(
        secret,
        [f"case_{number}" for number in range(many)],
        group,
        (np.arange(many), rng.integers(0, side, many)),
    )
    started = time.process_time()
    rows, left = Yearly(table, HOUSE, secret).rows(events)
    cut = time.process_time()
    found = attack([table], rows, HOUSE, {"2025": events}, exact=False)
    return {
        "cells": found.cells,
        "rows": len(rows),
        "suppressed": len(left),
        "rows_seconds": cut - started,
        "gate_seconds": time.process_time() - cut,
        "opened": len(found.opened),
    }


def exact(side: int) -> dict[str, float]:
    """Exact bounds of every small cell of a small cube."""
    rng, secret = np.random.default_rng(side), Secret(bytes(32))
    codes = [rng.integers(0, side, 3 * side**3) for _ in range(3)]
    keys = secret.keys([f"case_{number}" for number in range(3 * side**3)])
    made = cube("2025", codes, (side,) * 3, keys, policy=HOUSE, secret=secret)
    system = cube_system(made.exact, *table_of(HOUSE).possible(made.published))
    low, high = intervals(system)
    aims = system.small(HOUSE.small)
    started = time.process_time()
    found = narrow_cells(system, aims, HOUSE.possible, low, high)
    return {
        "cells": made.published.size,
        "small_cells": len(aims),
        "worked_out": len(found),
        "seconds": time.process_time() - started,
    }


def main() -> int:
    """Print the figures; 1 when a promise does not hold."""
    sizes = [of_size(side) for side in SIDES]
    print("cells     records   keys    protect  floor   ratio  audit   floor   ratio  worked out")
    for one in sizes:
        print(
            f"{one['cells']:>7,}  {one['records']:>8,}  {one['keys_seconds']:.3f}s"
            f"  {one['protect_seconds']:.4f}s {one['protect_floor_seconds']:.4f}s"
            f" {one['protect_seconds'] / one['protect_floor_seconds']:>5.1f}"
            f"  {one['audit_seconds']:.4f}s {one['audit_floor_seconds']:.4f}s"
            f" {one['audit_seconds'] / one['audit_floor_seconds']:>5.1f}"
            f"  {one['worked_out']} of {one['small_cells']:,}"
        )
    whole = [leaving(side) for side in SIDES]
    for one in whole:
        print(
            f"as a release, {one['cells']:,} cells: {one['rows']:,} rows in"
            f" {one['rows_seconds']:.2f} s, the gate {one['gate_seconds']:.2f} s,"
            f" {one['opened']} opened"
        )
    slow = [exact(side) for side in (6, 9, 11)]
    for one in slow:
        print(
            f"exact bounds, {one['cells']:,} cells: {one['seconds']:.2f} s for"
            f" {one['small_cells']:,} small cells, {one['worked_out']} worked out"
        )
    OUT.mkdir(exist_ok=True)
    found = {"sizes": sizes, "releases": whole, "exact": slow}
    (OUT / "protect_ratio.json").write_text(json.dumps(found, indent=1), encoding="utf-8")
    last = sizes[-1]
    broken = last["protect_seconds"] > PROTECT or last["audit_seconds"] > AUDIT
    print("promises:", "broken" if broken else "met")
    return int(broken)


if __name__ == "__main__":
    sys.exit(main())
