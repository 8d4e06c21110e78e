"""A shifted clock is found without identifiers, and not where there is none."""

from __future__ import annotations

from datetime import datetime, timedelta

import numpy as np
import pyarrow as pa

from candlemark.linkage.engine import clock_shift


def tables(shift, same=True):
    chance = np.random.default_rng(5)
    at = [
        datetime.fromisoformat("2019-01-01") + timedelta(minutes=int(m))
        for m in chance.integers(0, 500_000, 400)
    ]
    town = chance.choice(["a", "b", "c"], 400).tolist()
    other = (
        at
        if same
        else [
            one + timedelta(minutes=int(m))
            for one, m in zip(at, chance.integers(-700, 700, 400), strict=True)
        ]
    )
    ahead = [one + timedelta(minutes=shift) for one in other]
    return pa.table({"at": at, "town": town}), pa.table({"at": ahead, "town": town})


def test_the_shift_stands_out():
    one, other = tables(240)

    assert clock_shift(other, one, "at", ["town"]).minutes == 240
    assert clock_shift(one, other, "at", ["town"]).minutes == -240


def test_clocks_that_agree_are_said_to_agree():
    one, other = tables(0)

    assert clock_shift(one, other, "at", ["town"]).minutes == 0


def test_where_nothing_stands_out_nothing_is_said():
    one, other = tables(240, same=False)

    assert clock_shift(one, other, "at", ["town"]) is None
    assert clock_shift(one, other.slice(0, 0), "at", ["town"]) is None
