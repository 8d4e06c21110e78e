"""Logs of people who do not exist, as sources of releases."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np

from candlemark.measure.log import Ask, stay_table
from candlemark.protect import Source
from stay_logs import event_log

GROUNDS = ("gay-men", "trans-women", "roma")
ENDS = ("convicted", "dismissed")
LAST = date(2022, 12, 31)


def people(many=400, seed=3, regions=3):
    """(name, day of entry, charged after, ended after, end, ground, region) of each."""
    rng = np.random.default_rng(seed)
    found = []
    for number in range(many):
        came = date(2021, 1, 1) + timedelta(days=int(rng.integers(0, 700)))
        charged = int(rng.exponential(60)) if rng.random() < 0.7 else None
        ended = int(rng.exponential(200)) + (charged or 0) + 1 if rng.random() < 0.8 else None
        found.append(
            (
                f"case{number:04d}",
                came,
                charged,
                ended,
                ENDS[int(rng.random() < 0.6)],
                GROUNDS[int(rng.choice(3, p=[0.5, 0.3, 0.2]))],
                f"r{int(rng.integers(0, regions))}",
            )
        )
    return found


def source(some, until=LAST, ask=None):
    """The source as it is known on a day."""
    rows, codes = [], []
    for name, came, charged, ended, end, ground, region in some:
        if came > until:
            continue
        codes += [(name, "ground", ground), (name, "region", region)]
        rows.append((name, "reported", came.isoformat()))
        for after, what in ((charged, "charged"), (ended, end)):
            if after is not None and came + timedelta(days=after) <= until:
                rows.append((name, what, (came + timedelta(days=after)).isoformat()))
    log = event_log(
        rows,
        codes,
        known_until=until.isoformat(),
        final=frozenset(ENDS),
        order=("reported", "charged", *ENDS),
        source="Nowhere",
    )
    return Source(stay_table(log), ask or Ask(from_state="reported"))
