"""R's own survfit, survdiff and quantile on the same invented rows: the same numbers to 1e-10.

The rows have ties, cycles, late entry, several steps on one day, units of one cluster and starts in
two states.  R is not needed to run Candlemark; these tests skip where it is missing, except on the
build machine.
"""

import os
import shutil
import subprocess
from pathlib import Path

import numpy as np
import pytest

from candlemark.measure.estimators import (
    CENSORED,
    LAST_TICK,
    TICKS,
    Counts,
    Stays,
    log_rank,
    occupation,
    quantiles,
    robust,
    survival,
    transitions,
)

STATES = 5
FIRST = np.eye(STATES)[0]
ASKED = np.array([2, 5, 9, 14, 20, 30]) * TICKS + LAST_TICK
TOLERANCE = 1e-10


def wandering(random, units, start):
    """Stays of units that go round in a graph of five states, of which the last is an end."""
    rows = []
    for unit in range(units):
        tick, state = 0, int(start[unit])
        came = int(random.integers(1, 6)) * TICKS + LAST_TICK if random.random() < 0.25 else 0
        until = int(random.integers(8, 40)) * TICKS + LAST_TICK
        while state != STATES - 1:
            # A stay of no days is a step on the same day: the next order within it.
            days = int(random.integers(0, 8))
            order = int(random.integers(0, 3))
            leave = tick + 1 if days == 0 else (tick // TICKS + days) * TICKS + order
            to = int(random.choice([x for x in range(STATES) if x != state]))
            seen = leave <= until
            entry = max(tick, came)
            if min(leave, until) > entry:
                end = (leave, to) if seen else (until, CENSORED)
                rows.append((unit // 3, state, entry, *end, unit))
            if not seen:
                break
            tick, state = leave, to
    return Stays(*np.array(rows, dtype=np.int64).T)


@pytest.fixture(scope="module")
def rows():
    random = np.random.default_rng(20261126)
    lengths = {
        "group": np.repeat(np.arange(4), 60),
        "length": random.integers(1, 60, 240) + 20 * np.repeat(np.arange(4), 60) // 3,
        "cause": random.choice([0, 1, 2], 240, p=[0.3, 0.4, 0.3]),
    }
    lengths["over"] = (lengths["cause"] > 0).astype(np.int64)
    lengths["came"] = np.where(random.random(240) < 0.4, random.integers(0, 30, 240), 0)
    lengths["alone"] = lengths["length"] * 240 + np.arange(240)  # the same, and no two at once
    lengths["came"] *= 240
    return {
        "multi": wandering(random, 240, np.zeros(240)),
        "mixed": _all_from_entry(random),
        "lengths": lengths,
    }


def _all_from_entry(random):
    """Units that start in either of two states and are all seen from then on."""
    stays = wandering(random, 300, random.random(300) < 0.4)
    return stays.taken(np.isin(stays.unit, stays.unit[stays.entry == 0]))


@pytest.fixture(scope="module")
def of_r(rows, tmp_path_factory):
    """What R says, by name."""
    there = (
        shutil.which("Rscript")
        and not subprocess.run(
            ["Rscript", "--vanilla", "-e", "library(survival)"], capture_output=True, check=False
        ).returncode
    )
    if not there:
        if os.environ.get("CI") == "true":
            pytest.fail("the build machine needs r-base-core and r-cran-survival")
        pytest.skip("needs R with its package survival (Debian: r-base-core, r-cran-survival)")
    folder = tmp_path_factory.mktemp("r")
    for name in ("multi", "mixed"):
        names = ("cluster", "state", "entry", "leave", "to", "unit")
        _table(folder / f"{name}.csv", {each: getattr(rows[name], each) for each in names})
    _table(folder / "lengths.csv", rows["lengths"])
    (folder / "ticks.txt").write_text("\n".join(map(str, ASKED)), "utf-8")
    done = subprocess.run(
        ["Rscript", "--vanilla", str(Path(__file__).with_name("survfit.R")), str(folder)],
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
    return {
        name: np.array([np.nan if each == "NA" else float(each) for each in numbers])
        for name, *numbers in map(str.split, done.stdout.splitlines())
    }


def _table(path, columns):
    lines = [
        ",".join(columns),
        *(",".join(map(str, row)) for row in zip(*columns.values(), strict=True)),
    ]
    path.write_text("\n".join(lines) + "\n", "utf-8")


def by_state(numbers):
    return numbers.reshape(STATES, -1).T


def same(found, truth):
    return float(np.abs(np.asarray(found) - truth).max()) < TOLERANCE


def test_the_rows_hold_ties_cycles_late_entry_and_steps_of_one_day(rows):
    stays = rows["multi"]
    moves = stays.counts(STATES).moves

    assert moves[:, 3].max() > 1
    assert ((moves[:, 1] > moves[:, 2]) & (moves[:, 2] != STATES - 1)).any()
    assert (stays.entry % TICKS == LAST_TICK).any()
    assert (stays.leave // TICKS == stays.entry // TICKS).any()


def test_occupation_and_robust_errors_are_those_of_survfit(rows, of_r):
    stays = rows["multi"]
    each_unit = Stays(stays.unit, stays.state, stays.entry, stays.leave, stays.to)
    found = robust(each_unit, STATES, ASKED, start=FIRST)
    curve = occupation(stays.counts(STATES), FIRST)

    assert same(found.p, by_state(of_r["fixed_p"]))
    assert same(found.se(), by_state(of_r["fixed_se"]))
    assert same(curve.p[curve.rows_at(ASKED)], by_state(of_r["fixed_p"]))


def test_robust_errors_by_cluster_are_those_of_survfit(rows, of_r):
    found = robust(rows["multi"], STATES, ASKED, start=FIRST)

    assert same(found.se(), by_state(of_r["clustered_se"]))
    assert not same(found.se(), by_state(of_r["fixed_se"]))


def test_a_start_that_is_estimated_has_the_errors_of_survfit(rows, of_r):
    stays = rows["mixed"]
    each_unit = Stays(stays.unit, stays.state, stays.entry, stays.leave, stays.to)
    found = robust(each_unit, STATES, ASKED)

    assert 0.3 < found.p[0, 1] < 0.7 or found.p[0].min() > 0
    assert same(found.p, by_state(of_r["mixed_p"]))
    assert same(found.se(), by_state(of_r["mixed_se"]))


def test_transition_probabilities_are_those_of_survfit_from_a_later_start(rows, of_r):
    stays = rows["multi"]
    each_unit = Stays(stays.unit, stays.state, stays.entry, stays.leave, stays.to)
    since = int(ASKED[1])
    found = robust(each_unit, STATES, ASKED[2:], start=np.eye(STATES)[1], since=since)
    between = transitions(stays.counts(STATES), since, ASKED[2:])

    assert same(between.p[:, 1], by_state(of_r["since_p"]))
    assert same(found.se(), by_state(of_r["since_se"]))


def of_group(lengths, group):
    mine = lengths["group"] == group
    over = lengths["over"][mine]
    return survival(lengths["length"][mine], over, 1 - over)


@pytest.mark.parametrize("group", range(4))
def test_quantiles_of_time_in_stage_are_those_of_survfit(rows, of_r, group):
    curve = of_group(rows["lengths"], group)
    truth = of_r[f"quantiles_{group}"].reshape(3, 3).T
    found = quantiles(curve, [0.25, 0.5, 0.75])

    assert same(curve.share, of_r[f"curve_{group}"])
    for each, numbers in zip(found, truth, strict=True):
        given = [np.nan if x is None else x for x in (each.days, each.low, each.high)]

        assert np.array_equal(given, numbers, equal_nan=True)


def two_ends(lengths, group, late=False):
    mine = lengths["group"] == group
    if late:
        mine &= lengths["alone"] > lengths["came"]
    length, cause = lengths["alone" if late else "length"][mine], lengths["cause"][mine]
    return Counts.of_stays(
        3,
        state=np.zeros(len(length)),
        entry=lengths["came"][mine] * TICKS + LAST_TICK if late else np.zeros(len(length)),
        # Those of whom the end is not seen were last seen at the end of that day.
        leave=length * TICKS + np.where(cause > 0, 1, LAST_TICK),
        to=np.where(cause > 0, cause, CENSORED),
    )


def test_log_rank_is_survdiff(rows, of_r):
    found = log_rank([two_ends(rows["lengths"], group) for group in range(4)], 0)
    statistic, *rest = of_r["log_rank"]

    assert found.freedom == 3
    assert found.statistic == pytest.approx(statistic, abs=TOLERANCE)
    assert same(found.observed, rest[:4])
    assert same(found.expected, rest[4:])


def test_log_rank_of_one_cause_is_survdiff_with_the_others_censored(rows, of_r):
    found = log_rank([two_ends(rows["lengths"], group) for group in range(4)], 0, [2])
    statistic, *rest = of_r["cause"]

    assert found.statistic == pytest.approx(statistic, abs=TOLERANCE)
    assert same(found.observed, rest[:4])
    assert same(found.expected, rest[4:])


def test_log_rank_with_late_entry_is_the_score_test_of_the_exact_likelihood(rows, of_r):
    found = log_rank([two_ends(rows["lengths"], group, late=True) for group in range(4)], 0)

    # R's score test comes out of an iteration and keeps fewer figures.
    assert found.statistic == pytest.approx(of_r["late"][0], rel=1e-8)


def test_a_curve_with_stays_seen_late_is_survfit_with_late_entry(rows, of_r):
    lengths = {
        name: column[rows["lengths"]["alone"] > rows["lengths"]["came"]]
        for name, column in rows["lengths"].items()
    }
    came = lengths["came"][lengths["came"] > 0]
    found = survival(
        lengths["alone"], lengths["over"], 1 - lengths["over"], late=(came, np.ones_like(came))
    )

    assert same(found.share, of_r["curve_late"])
