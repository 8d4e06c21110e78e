"""An invented log of a million cases whose intensities are known.

Cases are reported over fifteen years and move between eleven states at constant rates a year; two
of the rates depend on the bias ground, appeals and reopened cases make cycles.  Tracking began in
the fifth year, the log is cut at the end of the last.  Rows stand in the order of time, as a ledger
writes them.  The seed is fixed: every run asks the same.
"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

if TYPE_CHECKING:
    from pathlib import Path

STATES = (
    "reported", "registered", "investigation", "suspended", "charged", "court", "convicted",
    "acquitted", "dismissed", "appeal", "final",
)  # fmt: skip
RATES = {
    "reported": {"registered": 6.0, "dismissed": 2.0},
    "registered": {"investigation": 8.0, "dismissed": 1.5},
    "investigation": {"charged": 1.2, "suspended": 0.9, "dismissed": 0.6},
    "suspended": {"investigation": 0.5, "dismissed": 0.25},
    "charged": {"court": 2.5, "dismissed": 0.3},
    "court": {"convicted": 1.4, "acquitted": 0.25, "dismissed": 0.15},
    "convicted": {"appeal": 0.9, "final": 0.8},
    "acquitted": {"appeal": 0.5, "final": 1.2},
    "appeal": {"convicted": 0.5, "acquitted": 0.12, "final": 0.6},
    "dismissed": {"investigation": 0.04},
}
GROUNDS = {
    "ethnicity": (0.4, 1.0),
    "religion": (0.2, 1.0),
    "sexual-orientation": (0.2, 0.6),
    "gender-identity": (0.12, 0.5),
    "disability": (0.08, 0.8),
}
"""For each ground its share of the cases, and what its rate of being charged is multiplied by."""
AGENCIES = ("police-a", "police-b", "police-c", "prosecutor-1", "prosecutor-2")
FIRST, TRACKED, CUT = date(2010, 1, 1), date(2014, 1, 1), date(2024, 12, 31)
_DAY = 86_400_000_000
_YEAR = 365.25 * _DAY


def rates(ground: str) -> np.ndarray:
    """Rates a year from each state (row) to each (column), for cases of a ground."""
    slower = GROUNDS[ground][1]
    found = np.zeros((len(STATES), len(STATES)))
    for source, targets in RATES.items():
        for target, rate in targets.items():
            factor = slower if (source, target) == ("investigation", "charged") else 1.0
            if (source, target) == ("court", "convicted"):
                factor = 0.5 + 0.5 * slower
            found[STATES.index(source), STATES.index(target)] = rate * factor
    return found


def made_log(cases: int, seed: int = 20260122) -> pa.Table:
    """The log: ``case_id``, ``activity``, ``ts`` (microseconds, no zone), ``bias``, ``agency``."""
    dice = np.random.default_rng(seed)
    grounds = list(GROUNDS)
    ground = dice.choice(len(grounds), cases, p=[share for share, _ in GROUNDS.values()])
    agency = dice.integers(0, len(AGENCIES), cases)
    leaving = np.stack([rates(name) for name in grounds])
    total = leaving.sum(axis=2)
    chances = np.cumsum(leaving, axis=2) / np.where(total > 0, total, 1.0)[:, :, None]
    begin, end = (int(np.datetime64(day, "us").astype(np.int64)) for day in (FIRST, CUT))
    when = dice.integers(begin, end + _DAY, cases).astype(np.float64)
    state = np.zeros(cases, dtype=np.int8)
    moving = np.arange(cases)
    parts = [(moving, state.copy(), when.astype(np.int64))]
    while len(moving):
        rate = total[ground[moving], state[moving]]
        moving, rate = moving[rate > 0], rate[rate > 0]
        when[moving] += dice.exponential(_YEAR / rate)
        moving = moving[when[moving] < end + _DAY]
        reach = chances[ground[moving], state[moving]]
        state[moving] = (reach < dice.random(len(moving))[:, None]).sum(axis=1)
        parts.append((moving, state[moving], when[moving].astype(np.int64)))
    case, activity, moment = (np.concatenate(columns) for columns in zip(*parts, strict=True))
    order = np.argsort(moment, kind="stable")
    case, activity, moment = case[order], activity[order], moment[order]

    def named(places: np.ndarray, names: list[str] | tuple[str, ...]) -> pa.Array:
        return pa.DictionaryArray.from_arrays(pa.array(places.astype(np.int8)), pa.array(names))

    return pa.table(
        {
            "case_id": pa.array(case),
            "activity": named(activity, STATES),
            "ts": pa.array(moment).cast(pa.timestamp("us")),
            "bias": named(ground[case], grounds),
            "agency": named(agency[case], AGENCIES),
        }
    )


def write(path: Path, cases: int) -> None:
    """Write the log as Parquet, as a warehouse would."""
    pq.write_table(made_log(cases), path, compression="zstd", row_group_size=500_000)
