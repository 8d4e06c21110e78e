"""How long occupancy takes on a million cases, beside lifelines on a sample it can hold.

Makes an invented prosecutor's file (seeded, so that every run asks the same): a million accused, a
quarter still open when the file was made, three ways to end.  Then in child processes, alternating,
measures

- ours on all cases: from the batch's tables to the figure, with intervals;
- ours on a sample;
- lifelines on the same sample: ``AalenJohansenFitter`` for each of the three ends, with variance,
  from durations that are already computed.

What counts is the ratio of the medians of CPU time in one run.  The values of both are compared:
lifelines moves tied days apart by random amounts, so they differ a little.  The peak memory of each
child is its own largest resident set.  Figures go to ``bench/out/occupancy_ratio.json``.

lifelines is no dependency of Candlemark.  ``make bench`` installs it; by hand:
``.venv/bin/python -m pip install --require-hashes -r requirements/bench.txt``.
"""

from __future__ import annotations

import argparse
import importlib
import importlib.util
import json
import resource
import statistics
import subprocess
import sys
import tempfile
import time
import warnings
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from candlemark.agency import BatchTables
from candlemark.definition import Definition, load_crosswalk
from candlemark.measure import Study, occupancy

OUT = Path(__file__).resolve().parent / "out"
LIMIT_MIB = 2048
EPOCH = date(1970, 1, 1)
FIRST, LAST = 16_000, 17_500
"""The days on which cases come; on the last one the file is made."""
HORIZONS = (30, 90, 270)
STATES = ("convicted", "acquitted", "dismissed")
OUTCOMES = ("plea-of-guilty", "found-not-guilty", "not-proceeded-with")
OWN = ("intake", "initiation", "disposition")


def write_tables(folder: Path, cases: int) -> None:
    """The three tables of a batch, and the durations that lifelines starts from."""
    dice = np.random.default_rng(20260122)
    start = dice.integers(FIRST, LAST, cases)
    length = np.floor(dice.exponential(300, cases)).astype(np.int64)
    charged = np.floor(dice.exponential(60, cases)).astype(np.int64)
    cause = dice.choice(3, cases, p=(0.35, 0.05, 0.6))
    ended = start + length <= LAST
    is_charged = charged <= np.minimum(length, LAST - start)
    case = np.concatenate([np.arange(cases), np.flatnonzero(is_charged), np.flatnonzero(ended)])
    stage = np.repeat([0, 1, 2], [cases, is_charged.sum(), ended.sum()])
    day = start[case] + np.choose(stage, [np.zeros(len(case), int), charged[case], length[case]])
    order = dice.permutation(len(case))
    case, stage, day = case[order], stage[order], day[order]
    names = pa.array([f"accused-{number:07}" for number in range(cases)])
    days = pa.array(day.astype(np.int32)).cast(pa.date32())
    decided = pa.array(np.where(stage == 2, cause[case], -1))
    outcome = pa.array([None, *OUTCOMES]).take(pc.add(decided, 1))
    nothing = pa.nulls(len(case), pa.string())
    own = pa.array(OWN).take(pa.array(stage))
    events = {
        "case": names.take(pa.array(case)),
        "seq": pa.array(stage.astype(np.int32)),
        "own": own,
        "stage": own,
        "lo": days,
        "hi": days,
        "outcome": outcome,
        "raw": nothing,
        "ends": outcome.is_valid(),
        "doubt": nothing,
    }
    none = {name: pa.nulls(0, pa.string()) for name in ("case", "scheme", "term", "absent")}
    pq.write_table(pa.table({"case": names}), folder / "cases.parquet")
    pq.write_table(pa.table(none), folder / "codes.parquet")
    pq.write_table(pa.table(events), folder / "events.parquet")
    np.savez(
        folder / "durations.npz",
        days=np.where(ended, length, LAST - start),
        cause=np.where(ended, cause + 1, 0),
    )


def ours(folder: Path) -> dict[str, Any]:
    """From a batch's tables to the figure."""
    tables = {
        name: pq.read_table(folder / f"{name}.parquet") for name in ("cases", "codes", "events")
    }
    edition = Definition.load()
    crosswalk = load_crosswalk("us-cook-county", edition)
    began, used = time.perf_counter(), time.process_time()
    study = Study.from_batch(
        BatchTables(**tables, raw={}), crosswalk, edition, as_of=EPOCH + timedelta(LAST)
    )
    (group,) = occupancy(study, at=HORIZONS).groups
    taken = {"wall": time.perf_counter() - began, "cpu": time.process_time() - used}
    values = [
        [value.p for state in STATES for value in horizon.values if value.state == state]
        for horizon in group.horizons
    ]
    return taken | {"values": values, "cases": group.entered}


def theirs(folder: Path) -> dict[str, Any]:
    """One fit per end, with variance, read off at the end of each horizon."""
    lifelines = importlib.import_module("lifelines")  # only this child pays for it
    held = np.load(folder / "durations.npz")
    days, cause = held["days"], held["cause"]
    warnings.simplefilter("ignore")  # it warns of ties, which is what days are
    began, used = time.perf_counter(), time.process_time()
    curves = [
        lifelines.AalenJohansenFitter(seed=1).fit(days, cause, event_of_interest=number + 1)
        for number in range(len(STATES))
    ]
    taken = {"wall": time.perf_counter() - began, "cpu": time.process_time() - used}
    values = [
        # The jitter moves a day by less than half of one.
        [float(curve.cumulative_density_.loc[: day + 0.5].iloc[-1, 0]) for curve in curves]
        for day in HORIZONS
    ]
    return taken | {"values": values, "cases": len(days)}


def child(what: str, folder: str, cases: str = "0") -> None:
    """Do one thing and tell what it took.

    The tables are made in a child too: a process begins with the peak memory of its parent.
    """
    if what == "make":
        write_tables(Path(folder), int(cases))
        found: dict[str, Any] = {}
    else:
        found = ours(Path(folder)) if what == "ours" else theirs(Path(folder))
    found["peak_mib"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps(found))


def measure(what: str, folder: Path, cases: int = 0) -> dict[str, Any]:
    """What a child process took."""
    done = subprocess.run(
        [sys.executable, __file__, "--child", what, str(folder), str(cases)],
        check=True,
        capture_output=True,
        text=True,
    )
    return dict(json.loads(done.stdout))


def compare(cases: int, sample: int, rounds: int) -> dict[str, Any]:
    """Alternate the three, and give medians, peaks and the largest difference of values."""
    plan = {"all": ("ours", cases), "sample": ("ours", sample), "lifelines": ("theirs", sample)}
    with tempfile.TemporaryDirectory() as made:
        folders = {count: Path(made) / str(count) for count in {cases, sample}}
        for count, folder in folders.items():
            folder.mkdir()
            measure("make", folder, count)
        taken = {
            name: [measure(what, folders[count]) for _ in range(rounds)]
            for name, (what, count) in plan.items()
        }
    cpu = {name: statistics.median(one["cpu"] for one in many) for name, many in taken.items()}
    wall = {name: statistics.median(one["wall"] for one in many) for name, many in taken.items()}
    apart = np.abs(
        np.array(taken["sample"][0]["values"]) - np.array(taken["lifelines"][0]["values"])
    )
    return {
        "cases": cases,
        "sample": sample,
        "rounds": rounds,
        "cpu": cpu,
        "wall": wall,
        "peak_mib": {name: max(one["peak_mib"] for one in many) for name, many in taken.items()},
        "ratio_same_sample": cpu["lifelines"] / cpu["sample"],
        "ratio_per_case": (cpu["lifelines"] / sample) / (cpu["all"] / cases),
        "largest_difference": float(apart.max()),
        "probabilities": taken["all"][0]["values"],
    }


def main() -> int:
    """Measure, print a table, write the figures; 1 when a million cases need 2 GiB or more."""
    if sys.argv[1:2] == ["--child"]:
        child(*sys.argv[2:])
        return 0
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--cases", type=int, default=1_000_000)
    parser.add_argument("--sample", type=int, default=50_000)
    parser.add_argument("--rounds", type=int, default=3)
    asked = parser.parse_args()
    if importlib.util.find_spec("lifelines") is None:
        sys.exit("needs lifelines: pip install --require-hashes -r requirements/bench.txt")
    found = compare(asked.cases, asked.sample, asked.rounds)
    OUT.mkdir(exist_ok=True)
    (OUT / "occupancy_ratio.json").write_text(json.dumps(found, indent=2) + "\n", encoding="utf-8")
    sizes = {"all": asked.cases, "sample": asked.sample, "lifelines": asked.sample}
    print(f"{'':12}{'cases':>11}{'CPU s':>9}{'wall s':>9}{'peak MiB':>10}")
    for name, count in sizes.items():
        taken = [found[key][name] for key in ("cpu", "wall", "peak_mib")]
        print(f"{name:12}{count:11,}{taken[0]:9.2f}{taken[1]:9.2f}{taken[2]:10.0f}")
    print(f"lifelines / ours, CPU, same sample: {found['ratio_same_sample']:.0f}")
    print(f"lifelines / ours, CPU per case:     {found['ratio_per_case']:.0f}")
    print(f"largest difference of a probability: {found['largest_difference']:.1e}")
    return int(found["peak_mib"]["all"] >= LIMIT_MIB)


if __name__ == "__main__":
    sys.exit(main())
