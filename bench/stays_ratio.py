"""What measuring a million cases takes: CPU seconds and peak memory, beside the floors.

Makes an invented log (``bench/measuring/made_log.py``: a million cases, 5.4 million events), keeps
its stays, and runs every task in a process of its own, in turn.  The floors are what DuckDB needs
to read the same columns once, and to sort them.  A task over its limit makes the run fail.  Figures
go to ``bench/out/stays_ratio.json``.

``--large`` adds the log of 2.5 million cases; ``--only WORD`` runs the tasks with the word in their
name.  Another module's tasks join by its name in ``TASKS``.
"""

from __future__ import annotations

import argparse
import json
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from measuring import Task, made_log, of_estimators, of_stays

OUT = Path(__file__).resolve().parent / "out"
TASKS: tuple[Task, ...] = (*of_stays.TASKS, *of_estimators.TASKS)
CASES, LARGE = 1_000_000, 2_500_000


def child(what: str, folder: Path, cases: int) -> dict[str, Any]:
    """Do one thing and tell what it took."""
    if what == "make":
        made_log.write(folder / of_stays.LOG, cases)
        found: Any = None
    elif what == "keep":
        of_stays.keep(folder)
        found = None
    task = next((one for one in TASKS if one.name == what), None)
    given: Any = of_stays.held(folder) if task and task.made == "stays" else folder
    began, used = time.perf_counter(), time.process_time()
    if task:
        found = task.run(given)
    return {
        "found": found,
        "cpu": time.process_time() - used,
        "wall": time.perf_counter() - began,
        "peak_mib": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
    }


def measured(what: str, folder: Path, cases: int = 0) -> dict[str, Any]:
    """What a child process took."""
    done = subprocess.run(
        [sys.executable, __file__, "--child", what, str(folder), str(cases)],
        check=True,
        capture_output=True,
        text=True,
    )
    return dict(json.loads(done.stdout))


def measure(tasks: list[Task], cases: int, rounds: int) -> list[dict[str, Any]]:
    """Every task's medians; the log and its stays are made once, in children too."""
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made)
        measured("make", folder, cases)
        if any(task.made == "stays" for task in tasks):
            measured("keep", folder)
        taken = {task.name: [] for task in tasks}
        for _ in range(rounds):
            for task in tasks:
                taken[task.name].append(measured(task.name, folder))
    return [
        {
            "task": task.name,
            "cases": cases,
            "found": taken[task.name][0]["found"],
            "cpu": statistics.median(one["cpu"] for one in taken[task.name]),
            "wall": statistics.median(one["wall"] for one in taken[task.name]),
            "peak_mib": max(one["peak_mib"] for one in taken[task.name]),
            "most_cpu": task.seconds,
            "most_mib": task.mebibytes,
        }
        for task in tasks
    ]


def over(row: dict[str, Any]) -> bool:
    """Whether a task took more than it may."""
    return any(
        row[most] is not None and row[took] > row[most]
        for took, most in (("cpu", "most_cpu"), ("peak_mib", "most_mib"))
    )


def main() -> int:
    """Measure, print a table, write the figures; 1 when a task is over its limit."""
    if sys.argv[1:2] == ["--child"]:
        print(json.dumps(child(sys.argv[2], Path(sys.argv[3]), int(sys.argv[4]))))
        return 0
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--cases", type=int, default=CASES)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--large", action="store_true")
    parser.add_argument("--only", default="")
    asked = parser.parse_args()
    wanted = [task for task in TASKS if asked.only in task.name]
    rows = measure([task for task in wanted if not task.large], asked.cases, asked.rounds)
    if asked.large:
        rows += measure([task for task in wanted if task.large], LARGE, 1)
    print(f"{'task':<40}{'CPU s':>8}{'of':>6}{'peak MiB':>10}{'of':>6}")
    for row in rows:
        limits = [row["most_cpu"] or "", row["most_mib"] or ""]
        print(
            f"{row['task']:<40}{row['cpu']:>8.2f}{limits[0]:>6}{row['peak_mib']:>10.0f}{limits[1]:>6}"
            f"{'  over its limit' if over(row) else ''}"
        )
    OUT.mkdir(exist_ok=True)
    (OUT / "stays_ratio.json").write_text(json.dumps(rows, indent=1) + "\n", "utf-8")
    return int(any(over(row) for row in rows))


if __name__ == "__main__":
    sys.exit(main())
