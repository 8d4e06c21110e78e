"""Worlds whose rates are known, and the files an agency would make of them."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import pyarrow as pa
import pytest

from candlemark.agency import BatchTables
from candlemark.definition import Definition, load_crosswalk
from candlemark.measure import Study

EPOCH = date(1970, 1, 1)


class World:
    """Cases that jump between states at constant rates per day."""

    def __init__(self, states, rates):
        self.rates = np.zeros((states, states))
        for (one, other), rate in rates.items():
            self.rates[one, other] = rate
        np.fill_diagonal(self.rates, -self.rates.sum(axis=1))

    def truth(self, days):
        """Chances of standing in each state so many days after entry in state 0.

        The matrix exponential, by squaring a Taylor series for a 2**20th of the time: exact to
        1e-12 for rates like these, and without SciPy, which this floor may not use.
        """
        small = self.rates * days / 2**20
        found = np.eye(len(small)) + small + small @ small / 2 + small @ small @ small / 6
        for _ in range(20):
            found = found @ found
        return found[0]

    def wander(self, random, count, longest=1e6):
        """Jumps of ``count`` cases: arrays case, time and new state, in the order of each case."""
        case, time = np.arange(count), np.zeros(count)
        state = np.zeros(count, dtype=np.int64)
        jumps = []
        while len(case):
            out = -np.diag(self.rates)[state]
            live = out > 0
            case, time, state, out = case[live], time[live], state[live], out[live]
            time = time + random.exponential(1 / out)
            seen = time < longest
            case, time, state, out = case[seen], time[seen], state[seen], out[seen]
            chance = np.clip(self.rates[state], 0, None) / out[:, None]
            draw = random.random(len(case))[:, None]
            state = (chance.cumsum(axis=1) < draw).sum(axis=1)
            jumps.append((case, time, state))
        case, time, state = (np.concatenate(column) for column in zip(*jumps, strict=True))
        order = np.lexsort((time, case))
        return case[order], time[order], state[order]


class Police:
    """The simulated police of the demonstration: three stages, and two ways to end."""

    STATES = ("recorded", "bias-marked", "suspect", "closed", "sent-on")
    OUTCOMES = (None, None, None, "declined-other", "reached")

    def __init__(self):
        self.edition = Definition.load()
        self.crosswalk = load_crosswalk("xx-police", self.edition)

    def study(self, start, moves, as_of, coarse=None, **rest):
        """What is known at the end of day ``as_of`` of cases that came on the days ``start``.

        ``moves`` are arrays case, day and new state; ``coarse`` marks those of which only the
        month is known.
        """
        came = np.zeros(len(start), dtype=np.int64)
        case = np.concatenate([np.arange(len(start)), moves[0]])
        day = np.concatenate([start, moves[1]])
        state = np.concatenate([came, moves[2]])
        vague = np.zeros(len(moves[0]), bool) if coarse is None else coarse
        vague = np.concatenate([came.astype(bool), vague])
        seen = day <= as_of
        case, day, state, vague = case[seen], day[seen], state[seen], vague[seen]
        months = day.astype("datetime64[D]").astype("datetime64[M]")
        first = months.astype("datetime64[D]").astype(np.int64)
        last = (months + 1).astype("datetime64[D]").astype(np.int64) - 1
        names = pa.array([f"case {n}" for n in range(len(start))])
        own = pa.array(self.STATES).take(pa.array(state))
        outcome = pa.array(self.OUTCOMES, pa.string()).take(pa.array(state))
        nothing = pa.nulls(len(case), pa.string())
        events = {
            "case": names.take(pa.array(case)),
            "seq": pa.array(np.arange(len(case), dtype=np.int32)),
            "own": own,
            "stage": own,
            "lo": pa.array(np.where(vague, first, day).astype(np.int32)).cast(pa.date32()),
            "hi": pa.array(np.where(vague, last, day).astype(np.int32)).cast(pa.date32()),
            "outcome": outcome,
            "raw": nothing,
            "ends": outcome.is_valid(),
            "doubt": nothing,
        }
        codes = ("case", "scheme", "term", "absent")
        return Study.from_batch(
            BatchTables(
                cases=pa.table({"case": names}),
                codes=pa.table({name: pa.nulls(0, pa.string()) for name in codes}),
                events=pa.table(events),
                raw={},
            ),
            self.crosswalk,
            self.edition,
            as_of=EPOCH + timedelta(int(as_of)),
            **rest,
        )


@pytest.fixture(scope="session")
def police():
    return Police()


@pytest.fixture(scope="session")
def world():
    return World
