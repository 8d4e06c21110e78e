"""Two snapshots of one source: what was known then, and what is known now, of the same units.

What a source adds later about days long gone (a case entered after the fact, a date put in at the
end) is no mistake of an estimate made before; asking both snapshots one question shows it.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from candlemark.errors import NothingToMeasure, NotMeasurable
from candlemark.measure.columns import days_since
from candlemark.measure.log.stay_table import CODES

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from candlemark.measure.log.stay_table import StayTable


@dataclass(frozen=True, slots=True, eq=False)
class Snapshots:
    """Two views of the units that both know."""

    then: StayTable
    now: StayTable
    vanished: int
    """Units of the earlier one that the later no longer holds."""
    added: int
    """Units of the later one that began in days the earlier knew of and were not in it."""


def then_and_now(then: StayTable, now: StayTable) -> Snapshots:
    """The units that two snapshots share, in the same order in both.

    Raises:
        NotMeasurable: they count different units, or the second is not the later one.
        NothingToMeasure: they share no unit.
    """
    if then.unit != now.unit:
        raise NotMeasurable(
            f"one snapshot counts by {then.unit}, the other by {now.unit}",
            hint="compare two snapshots of one source",
        )
    if then.known_until >= now.known_until:
        raise NotMeasurable(
            f"the first snapshot is of {then.known_until}, the second of {now.known_until}",
            hint="give the earlier one first",
        )
    kept, stay = (
        pc.is_in(one.cases, value_set=other.cases).to_numpy(zero_copy_only=False)
        for one, other in ((then, now), (now, then))
    )
    if not kept.any():
        raise NothingToMeasure(
            "the two snapshots share no unit", hint="compare two snapshots of one source"
        )
    heads = now.rows.filter(pc.equal(now.rows["seq"], 0))
    early = heads["first"].to_numpy() <= days_since(then.known_until)
    return Snapshots(
        _only(then, kept), _only(now, stay), int((~kept).sum()), int((early & ~stay).sum())
    )


def _only(table: StayTable, keep: NDArray[np.bool_]) -> StayTable:
    """The table with only some of its units, numbered anew in the same order."""
    number = np.cumsum(keep) - 1

    def narrowed(rows: pa.Table) -> pa.Table:
        unit = rows["unit"].to_numpy()
        found = rows.filter(pa.array(keep[unit])).combine_chunks()
        renumbered = pa.array(number[found["unit"].to_numpy()], pa.int64())
        return found.set_column(0, CODES.field("unit"), renumbered)

    return replace(
        table,
        rows=narrowed(table.rows),
        codes=narrowed(table.codes),
        cases=table.cases.filter(pa.array(keep)),
    )
