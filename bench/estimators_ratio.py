"""How long the estimators take on stays, beside R's survfit on the same rows.

Makes an invented log with known rates (seeded): cases of eleven states with cycles and reopening,
tracking that began late, a cut before most have ended.  In child processes, in turn, measures

- occupation with Greenwood's errors, from stays;
- robust errors at eight horizons, from stays;
- R's ``survfit`` with its errors, where Rscript is there, on a part that it can hold.

What counts is CPU time in one run and the ratio per stay.  The peak memory of a child is its own
largest resident set.  Figures go to ``bench/out/estimators_ratio.json``.
"""

from __future__ import annotations

import argparse
import json
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import numpy as np

from candlemark.measure.estimators import LAST_TICK, TICKS, Stays, occupation, robust

OUT = Path(__file__).resolve().parent / "out"
STATES = 11
HORIZONS = np.array([30, 91, 182, 365, 730, 1095, 1826, 3000]) * TICKS + LAST_TICK
RATES = {  # per year
    (0, 1): 6.0,
    (0, 8): 2.0,
    (1, 2): 8.0,
    (1, 8): 1.5,
    (2, 4): 1.2,
    (2, 3): 0.9,
    (2, 8): 0.6,
    (3, 2): 0.5,
    (3, 8): 0.25,
    (4, 5): 2.5,
    (4, 8): 0.3,
    (5, 6): 1.4,
    (5, 7): 0.25,
    (5, 8): 0.15,
    (6, 9): 0.9,
    (6, 10): 0.8,
    (7, 9): 0.5,
    (7, 10): 1.2,
    (8, 2): 0.04,
    (9, 6): 0.5,
    (9, 7): 0.12,
    (9, 10): 0.6,
}
YEARS, TRACKED = 15, 4
ROBUST_LIMIT, GREENWOOD_LIMIT, LOG_LIMIT = 20.0, 2.0, 3.0
"""CPU seconds: at a million cases both, and a log as large as the public one of traffic fines."""

R_CODE = """
suppressMessages(library(survival))
d <- read.csv(commandArgs(TRUE)[1])
d$event <- factor(d$to + 1, 0:11, c("censored", paste0("s", 0:10)))
d$from <- factor(d$state, 0:10, paste0("s", 0:10))
t <- system.time(f <- survfit(Surv(entry, leave, event) ~ 1, d, id = cluster, istate = from,
                              p0 = c(1, rep(0, 10)), se.fit = TRUE))
s <- summary(f, times = as.numeric(commandArgs(TRUE)[-1]))
cat(sprintf("%.17g", c(t[1] + t[2], s$pstate, s$std.err)), sep = "\\n")
"""


def lived(cases: int) -> dict[str, np.ndarray]:
    """Stays of invented cases, one row per case and stay, in the order of the cases."""
    dice = np.random.default_rng(20260122)
    rates = np.zeros((STATES, STATES))
    for (one, other), rate in RATES.items():
        rates[one, other] = rate / 365.25
    out = rates.sum(axis=1)
    chance = np.cumsum(rates / np.where(out > 0, out, 1)[:, None], axis=1)
    born = dice.random(cases) * YEARS * 365.25
    until = np.floor(YEARS * 365.25 - born).astype(np.int64)
    late = np.floor(TRACKED * 365.25 - born).astype(np.int64)
    case, state, now = np.arange(cases), np.zeros(cases, dtype=np.int64), np.zeros(cases)
    day, order = np.zeros(cases, dtype=np.int64), np.zeros(cases, dtype=np.int64)
    rows = []
    while len(case):
        ends = out[state] > 0
        case, state, now, day, order = (x[ends] for x in (case, state, now, day, order))
        now = now + dice.exponential(1 / out[state])
        then = np.floor(now).astype(np.int64)
        place = np.where(then == day, np.minimum(order + 1, LAST_TICK - 1), 0)
        to = (chance[state] < dice.random(len(case))[:, None]).sum(axis=1)
        seen = then <= until[case]
        entry = np.where(late[case] > 0, late[case] * TICKS + LAST_TICK, 0)
        leave = np.where(seen, then * TICKS + place, until[case] * TICKS + LAST_TICK)
        rows.append(
            (case, state, np.maximum(day * TICKS + order, entry), leave, np.where(seen, to, -1))
        )
        case, state, now, day, order = (x[seen] for x in (case, to, now, then, place))
    case, state, entry, leave, to = (np.concatenate(column) for column in zip(*rows, strict=True))
    kept = np.flatnonzero(leave > entry)
    kept = kept[np.lexsort((entry[kept], case[kept]))]
    return {
        "cluster": case[kept],
        "state": state[kept],
        "entry": entry[kept],
        "leave": leave[kept],
        "to": to[kept],
    }


def child(what: str, folder: str, cases: str) -> None:
    """Do one thing and tell what it took."""
    kept = Path(folder) / f"{cases}.npz"
    if what == "make":
        columns = lived(int(cases))
        np.savez(kept, **columns)
        found: dict[str, Any] = {"stays": len(columns["state"])}
    else:
        held = np.load(kept)
        stays = Stays(*(held[name] for name in ("cluster", "state", "entry", "leave", "to")))
        start = np.eye(STATES)[0]
        used = time.process_time()
        if what == "greenwood":
            curve = occupation(stays.counts(STATES), start)
            rows = curve.rows_at(HORIZONS)
            p, se = curve.p[rows], curve.se[rows]
        else:
            influence = robust(stays, STATES, HORIZONS, start=start)
            p, se = influence.p, influence.se()
        found = {"cpu": time.process_time() - used, "p": p.tolist(), "se": se.tolist()}
    found["peak_mib"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps(found))


def measure(what: str, folder: Path, cases: int) -> dict[str, Any]:
    """What a child process took."""
    command = [sys.executable, __file__, "--child", what, str(folder), str(cases)]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    return dict(json.loads(done.stdout))


def of_r(folder: Path, cases: int) -> dict[str, Any]:
    """The same estimate by R, whose reading of the file is not counted."""
    held = np.load(folder / f"{cases}.npz")
    table = folder / "rows.csv"
    np.savetxt(
        table, np.column_stack(list(held.values())), "%d", ",", header=",".join(held), comments=""
    )
    script = folder / "survfit.R"
    script.write_text(R_CODE, encoding="utf-8")
    done = subprocess.run(
        ["Rscript", "--vanilla", str(script), str(table), *map(str, HORIZONS)],
        check=True,
        capture_output=True,
        text=True,
    )
    cpu, *numbers = (float(line) for line in done.stdout.split())
    p, se = np.array(numbers).reshape(2, STATES, len(HORIZONS))
    return {"cpu": cpu, "p": p.T.tolist(), "se": se.T.tolist(), "peak_mib": 0.0}


def compare(sizes: dict[str, int], rounds: int) -> dict[str, Any]:
    """Every size by each estimator, and the smallest one by R too."""
    rows: list[dict[str, Any]] = []
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made)
        for size, cases in sizes.items():
            stays = measure("make", folder, cases)["stays"]
            for what in ("greenwood", "robust"):
                taken = [measure(what, folder, cases) for _ in range(rounds)]
                rows.append(
                    {
                        "size": size,
                        "what": what,
                        "stays": stays,
                        "cpu": statistics.median(one["cpu"] for one in taken),
                        "peak_mib": max(one["peak_mib"] for one in taken),
                        "p": taken[0]["p"],
                        "se": taken[0]["se"],
                    }
                )
            if size == "sample" and shutil.which("Rscript"):
                rows.append(
                    {"size": size, "what": "R survfit", "stays": stays} | of_r(folder, cases)
                )
    return {"rows": rows, "rounds": rounds}


def verdicts(rows: list[dict[str, Any]]) -> dict[str, Any]:
    """What is held against the limits and against R."""
    cpu = {(row["size"], row["what"]): row["cpu"] for row in rows}
    found: dict[str, Any] = {
        "greenwood_in_time": cpu["million", "greenwood"] <= GREENWOOD_LIMIT,
        "robust_in_time": cpu["million", "robust"] <= ROBUST_LIMIT,
        "log_in_time": cpu["log", "robust"] <= LOG_LIMIT,
    }
    if ("sample", "R survfit") in cpu:
        by_us, by_r = (
            next(row for row in rows if row["size"] == "sample" and row["what"] == what)
            for what in ("robust", "R survfit")
        )
        found["r_over_ours"] = by_r["cpu"] / by_us["cpu"]
        found["largest_difference"] = max(
            float(np.abs(np.array(by_us[name]) - by_r[name]).max()) for name in ("p", "se")
        )
    return found


def main() -> int:
    """Measure, print a table, write the figures; 1 when a limit is passed."""
    if sys.argv[1:2] == ["--child"]:
        child(*sys.argv[2:])
        return 0
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--cases", type=int, default=1_240_000)
    parser.add_argument("--log", type=int, default=128_000, help="cases of a log of 560,000 stays")
    parser.add_argument("--sample", type=int, default=10_000, help="cases that R is given")
    parser.add_argument("--rounds", type=int, default=3)
    asked = parser.parse_args()
    sizes = {"sample": asked.sample, "log": asked.log, "million": asked.cases}
    found = compare(sizes, asked.rounds)
    found["verdicts"] = verdicts(found["rows"])
    OUT.mkdir(exist_ok=True)
    (OUT / "estimators_ratio.json").write_text(json.dumps(found, indent=2) + "\n", "utf-8")
    print(f"{'':10}{'':12}{'stays':>11}{'CPU s':>9}{'peak MiB':>10}")
    for row in found["rows"]:
        peak = f"{row['peak_mib']:10.0f}" if row["peak_mib"] else ""
        print(f"{row['size']:10}{row['what']:12}{row['stays']:11,}{row['cpu']:9.2f}{peak}")
    for name, value in found["verdicts"].items():
        print(f"{name.replace('_', ' ')}: {value if isinstance(value, bool) else f'{value:.3g}'}")
    return int(not all(value for value in found["verdicts"].values() if isinstance(value, bool)))


if __name__ == "__main__":
    sys.exit(main())
