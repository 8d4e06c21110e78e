"""The directly-follows graph and a filter, from stays and from the raw log, beside PM4Py's.

Makes an invented log with known rates (seeded) as Parquet, and measures in child processes, each
task on the same rows:

- ``floor``: one scan of the three columns, and one with a sort by case and time, by DuckDB;
- ``stays``: the graph, and a filter by a code with the graph, from a stay table that is there;
- ``raw``: the same graph from the file: read, made into stays, asked;
- ``pm4py``: the graph, and the filter with the graph, from the file, as its manual does it.

What counts is CPU time in one run.  ``pm4py from stays`` compares with a table that is kept, which
is what a vault has; ``from the raw log`` compares like with like.  The graphs are compared edge by
edge.  PM4Py is under the AGPL and no dependency of Candlemark; ``make bench`` installs it.  Figures
go to ``bench/out/process_ratio.json``.
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
from pathlib import Path
from typing import Any

import duckdb
from measuring import made_log

from candlemark.measure import process
from candlemark.measure.log import Ask, StayTable, Where, asked, stay_table
from candlemark.measure.log.reading import Columns, read_events

OUT = Path(__file__).resolve().parent / "out"
FROM_STAYS, FROM_RAW = 500.0, 15.0
"""PM4Py's CPU time is at least so many times ours."""
FILTER = Where("bias-grounds", ("religion",))
COLUMNS = Columns(case="case_id", activity="activity", time="ts", schemes={"bias-grounds": "bias"})
PLAIN = Columns(case="case_id", activity="activity", time="ts")
TASKS = ("floor", "stays", "raw", "pm4py")


def cpu() -> float:
    """CPU seconds of this process so far."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def timed(work: Any, rounds: int = 1) -> tuple[float, Any]:
    """The median CPU time of some work, and what came of it."""
    spent, found = [], None
    for _ in range(rounds):
        before = cpu()
        found = work()
        spent.append(cpu() - before)
    return statistics.median(spent), found


def edges(table: StayTable, ask: Ask) -> dict[str, int]:
    """The graph of a cohort of a stay table."""
    with asked(table, ask) as cohort:
        rows = process.directly_follows(process.ways_of(cohort))
    own = [state.own for state in table.states]
    triples = zip(*(rows[name].tolist() for name in ("state", "next", "moves")), strict=True)
    return {f"{own[start]} {own[end]}": moves for start, end, moves in triples}


def floor(log: Path) -> dict[str, Any]:
    """What the engine needs to read the columns, and to sort them."""
    engine = duckdb.connect()
    three = f"SELECT case_id, activity, ts FROM read_parquet('{log}')"
    scan, _ = timed(
        lambda: engine.execute(f"SELECT max(case_id), max(activity), max(ts) FROM ({three})")
        .fetchall()
    )  # fmt: skip
    ordered = f"SELECT *, row_number() OVER (ORDER BY case_id, ts) AS n FROM ({three})"
    sort, _ = timed(lambda: engine.execute(f"SELECT max(n), max(ts) FROM ({ordered})").fetchall())
    return {"scan": scan, "sort": sort}


def stays(log: Path) -> dict[str, Any]:
    """From a stay table that is there."""
    table = stay_table(read_events(log, COLUMNS))
    edges(table, Ask())  # the engine's own start is no part of a question
    graph, found = timed(lambda: edges(table, Ask()), 5)
    some, filtered = timed(lambda: edges(table, Ask(where=(FILTER,))), 5)
    with asked(table) as cohort:
        ways = process.ways_of(cohort)
        bare, _ = timed(lambda: process.directly_follows(ways), 5)
        variants, _ = timed(lambda: process.variants(ways))
    return {
        "graph": graph,
        "graph alone": bare,
        "filter": some,
        "variants": variants,
        "edges": found,
        "filtered": filtered,
        "stays": table.rows.num_rows,
    }


def raw(log: Path) -> dict[str, Any]:
    """From the file to the graph."""
    graph, found = timed(lambda: edges(stay_table(read_events(log, PLAIN)), Ask()))
    return {"graph": graph, "edges": found}


def pm4py(log: Path) -> dict[str, Any]:
    """The same by PM4Py, which sorts and names columns first."""
    miner, pandas = (importlib.import_module(name) for name in ("pm4py", "pandas"))

    def read() -> Any:
        frame = pandas.read_parquet(log, columns=["case_id", "activity", "ts", "bias"])
        frame["activity"] = frame["activity"].astype(str)
        return miner.format_dataframe(
            frame, case_id="case_id", activity_key="activity", timestamp_key="ts"
        )

    reading, frame = timed(read)
    graph, (found, _, _) = timed(lambda: miner.discover_dfg(frame))

    def some() -> Any:
        kept = miner.filter_trace_attribute_values(frame, "bias", FILTER.terms)
        return miner.discover_dfg(kept)[0]

    chosen, filtered = timed(some)
    return {
        "read": reading,
        "graph": graph,
        "filter": chosen,
        "edges": _named(found),
        "filtered": _named(filtered),
    }


def _named(found: Any) -> dict[str, int]:
    return {f"{start} {end}": int(many) for (start, end), many in found.items()}


def child(task: str, log: Path) -> dict[str, Any]:
    """One task in a process of its own."""
    command = [sys.executable, __file__, "--task", task, "--log", str(log)]
    started = time.perf_counter()
    done = subprocess.run(command, capture_output=True, check=True, text=True)
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found | {"wall": time.perf_counter() - started}


def compare(cases: int) -> dict[str, Any]:
    """Every task once, and the ratios."""
    with tempfile.TemporaryDirectory() as folder:
        log = Path(folder) / "log.parquet"
        made_log.write(log, cases)
        there = [task for task in TASKS if task != "pm4py" or importlib.util.find_spec("pm4py")]
        found: dict[str, Any] = {"cases": cases, **{task: child(task, log) for task in there}}
    if "pm4py" not in found:
        return found
    theirs = found["pm4py"]
    found["same"] = (
        all(theirs[name] == found["stays"][name] for name in ("edges", "filtered"))
        and theirs["edges"] == found["raw"]["edges"]
    )
    whole = theirs["read"] + theirs["graph"]
    found["graph from stays"] = whole / found["stays"]["graph"]
    found["graph alone, both in memory"] = theirs["graph"] / found["stays"]["graph alone"]
    found["filter from stays"] = (theirs["read"] + theirs["filter"]) / found["stays"]["filter"]
    found["graph from the raw log"] = whole / found["raw"]["graph"]
    return found


def main() -> int:
    """Measure and print; 1 when a ratio falls short or the graphs differ."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--cases", type=int, default=1_000_000)
    parser.add_argument("--task", choices=TASKS)
    parser.add_argument("--log", type=Path)
    told = parser.parse_args()
    if told.task:
        answer = globals()[told.task](told.log)
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        print(json.dumps(answer | {"peak_mib": peak}))
        return 0
    found = compare(told.cases)
    OUT.mkdir(exist_ok=True)
    (OUT / "process_ratio.json").write_text(json.dumps(found, indent=2) + "\n", encoding="utf-8")
    for task in TASKS:
        for name, value in found.get(task, {}).items():
            if isinstance(value, (int, float)):
                print(f"{task:8}{name:24}{value:12,.2f}")
    if "pm4py" not in found:
        print("PM4Py is not installed: requirements/bench.txt has it")
        return 0
    print(f"the graphs are the same: {found['same']}")
    for name in ("graph from stays", "graph alone, both in memory", "filter from stays",
                 "graph from the raw log"):  # fmt: skip
        print(f"PM4Py / ours, CPU, {name}: {found[name]:,.0f}")
    short = found["graph from stays"] < FROM_STAYS or found["graph from the raw log"] < FROM_RAW
    return int(short or not found["same"])


if __name__ == "__main__":
    sys.exit(main())
