"""How far drawn dates bend a figure on the mean, over many cohorts of a justice whose rates are known.

Cohorts of 400 cases of the world of ``tests/coarse_lives.py``.  The bias is the mean over
cohorts of what drawn dates say less what the exact days of the same cohort say; beside it stands
the mean less the truth of the world, which holds chance.  The quick share goes through a few
cohorts, with room for their chance.
"""

from __future__ import annotations

import os

import numpy as np
import pytest

from candlemark.measure.estimators import Ways, imputed
from candlemark.measure.estimators.coarse import completed, finals
from candlemark.measure.estimators.drawn_lengths import drawn_quantiles, spans
from coarse_lives import CHARGED, DAYS, STATES, known, lived, standing

FULL = os.environ.get("ORDEAL") == "full"
COHORTS = 100 if FULL else 4
CASES = 400
ROOM = 0.0 if FULL else 0.01


@pytest.mark.parametrize(
    ("shape", "most"), [(1, 0.01), (3, 0.02)], ids=["exponential", "Erlang(3)"]
)
def test_over_many_cohorts_drawn_dates_bend_no_share_by_more_than_they_may(
    shape, most, record_property
):
    random = np.random.default_rng(shape)
    everybody = lived(np.random.default_rng(9), 100_000, shape)
    truth = standing(Ways(*everybody, everybody[2], np.full(100_000, 10**5)), everybody[2])
    bent, said, held = [], [], []
    for _ in range(COHORTS):
        coarse, exact = known(random, lived(random, CASES, shape))
        found = imputed(coarse, STATES, DAYS)
        bent.append(found.p - standing(exact, exact.lo))
        said.append(found.p - truth)
        held.append((found.low <= truth) & (truth <= found.high))
    bias, off = np.mean(bent, axis=0), np.mean(said, axis=0)
    record_property(
        "ordeal",
        f"{COHORTS} cohorts: largest mean bias {100 * np.abs(bias).max():.2f} points, from the"
        f" truth {100 * np.abs(off).max():.2f}; intervals hold it in"
        f" {100 * np.mean(held):.1f} %, in the worst cell {100 * np.mean(held, axis=0).min():.1f} %",
    )

    assert np.abs(bias).max() <= most + ROOM
    assert np.mean(held) >= (0.93 if FULL else 0.85)


@pytest.mark.parametrize(
    ("shape", "most"), [(1, 0.06), (3, 0.06)], ids=["exponential", "Erlang(3)"]
)
def test_over_many_cohorts_a_drawn_median_is_that_of_exact_days(shape, most, record_property):
    random = np.random.default_rng(10 + shape)
    apart, lengths = [], []
    for _ in range(max(COHORTS // 2, 3)):
        coarse, exact = known(random, lived(random, CASES, shape))
        ends = finals(exact, STATES)
        sets, _ = completed(coarse, STATES, final=ends)
        (drawn,) = drawn_quantiles(sets, spans(coarse, ends), CHARGED, [0.5])
        days = [exact.stays(exact.lo, ends)]
        (true,) = drawn_quantiles(days, spans(exact, ends), CHARGED, [0.5])
        assert true.earliest == true.days == true.latest
        apart.append(drawn.days - true.days)
        lengths.append(true.days)
        assert drawn.earliest <= true.days <= drawn.latest
    bias = np.mean(apart) / np.mean(lengths)
    record_property("ordeal", f"the median of {np.mean(lengths):.0f} days is off by {bias:+.1%}")

    assert abs(bias) <= most + 5 * ROOM
