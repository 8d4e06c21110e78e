"""Cases of a justice whose rates are known, and what is written down of their days.

Five states with a cycle, a third of the dates known to the month and a fifth to the year,
observation that ends while many are open.
"""

from __future__ import annotations

import numpy as np

from candlemark.measure.estimators import LAST_TICK, TICKS, Ways, robust
from candlemark.measure.estimators.coarse import finals

STATES = 5
REPORTED, CHARGED, COURT, DISMISSED, SENTENCED = range(STATES)
MEAN = np.array([40.0, 150.0, 200.0, 0.0, 0.0])
GOES = np.array([[0, 0.75, 0, 0.25, 0], [0, 0, 0.7, 0.3, 0], [0, 0.2, 0, 0, 0.8]])
DAYS = np.array([30, 90, 180, 365, 730, 1000])
BORN, CUT = 1_500, 2_000
EPOCH = np.datetime64("2010-01-01")


def lived(random, cases, shape):
    """Events of cases that came in the first 1,500 days: arrays case, state, day."""
    case, state = np.arange(cases), np.zeros(cases, dtype=np.int64)
    time = random.uniform(0, BORN, cases)
    rows = []
    while len(case):
        rows.append((case, state, time))
        live = MEAN[state] > 0
        case, state, time = case[live], state[live], time[live]
        time = time + random.gamma(shape, 1 / shape, len(case)) * MEAN[state]
        state = (np.cumsum(GOES, axis=1)[state] < random.random(len(case))[:, None]).sum(axis=1)
    case, state, time = (np.concatenate(column) for column in zip(*rows, strict=True))
    order = np.lexsort((time, case))
    return case[order], state[order], np.floor(time[order]).astype(np.int64)


def known(random, events):
    """What is written down of them by the day of the cut: as far as it is known, and exactly."""
    case, state, day = (column[events[2] <= CUT] for column in events)
    until = np.full(case[-1] + 1, CUT)
    draw = random.random(len(case))
    coarse = np.append(True, np.diff(case) > 0) < 1
    lo, hi = day.copy(), day.copy()
    for unit, which in (("M", draw < 0.35), ("Y", (draw >= 0.35) & (draw < 0.55))):
        period = (EPOCH + day).astype(f"datetime64[{unit}]")
        first, after = (
            (each.astype("datetime64[D]") - EPOCH).astype(np.int64) for each in (period, period + 1)
        )
        lo, hi = np.where(which & coarse, first, lo), np.where(which & coarse, after - 1, hi)
    return Ways(case, state, lo, hi, until), Ways(case, state, day, day, until)


def standing(ways, day):
    """Where they stood, from one day of each event."""
    return robust(ways.stays(day, finals(ways, STATES)), STATES, DAYS * TICKS + LAST_TICK).p
