"""Two agencies' clocks, without a shared identifier: how many minutes one is ahead of the other.

An export in UTC beside one in local time is the usual reason.  Pairs of rows that agree on other
things are mostly not one case, and their times differ by anything; those that are one differ by the
shift, so that one difference stands out.  Where an importer found the shift by identifiers
(``clock-shift`` among a batch's findings), that is better and is used instead.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from candlemark.linkage.engine.in_memory import in_memory

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pyarrow as pa

_WIDEST: Final = 14 * 60
"""Minutes: no two civil clocks of the same moment are further apart."""
_CLEAR: Final = 0.5
"""Of the rows that have a partner at all, the share that must have one at this difference."""
_FEWEST: Final = 20


@dataclass(frozen=True, slots=True)
class Shift:
    """``left`` is this many minutes ahead of ``right``."""

    minutes: int
    rows: int
    """Rows of the left that have a partner at this difference."""
    of: int
    """Rows of the left that have one at any."""


def clock_shift(left: pa.Table, right: pa.Table, column: str, agree: Sequence[str]) -> Shift | None:
    """How far the clock of one table is ahead of that of the other; None where nothing stands out.

    Args:
        left: rows with ``column``, a timestamp without zone, and the columns of ``agree``.
        right: the same of the other agency.
        column: a moment written to the minute.
        agree: columns that must be equal, and known, for two rows to be held together.
    """
    same = " AND ".join(f'a."{name}" = b."{name}"' for name in agree)
    with in_memory() as connection:
        connection.register("one", left)
        connection.register("other", right)
        rows = connection.execute(
            f'WITH a AS (SELECT *, row_number() OVER () AS n, "{column}" AS t FROM one),'
            f' b AS (SELECT *, "{column}" AS t FROM other), near AS (SELECT a.n,'
            f" date_diff('minute', b.t, a.t) AS minutes FROM a JOIN b ON {same}"
            f" WHERE abs(date_diff('minute', b.t, a.t)) <= {_WIDEST})"
            " SELECT minutes, count(DISTINCT n), (SELECT count(DISTINCT n) FROM near) FROM near"
            " GROUP BY minutes ORDER BY 2 DESC, abs(minutes), minutes LIMIT 1"
        ).fetchall()
    if not rows:
        return None
    minutes, count, of = (int(number) for number in rows[0])
    if count < _FEWEST or count < _CLEAR * of:
        return None
    return Shift(minutes, count, of)
