"""Linking from the command line: in a vault, killed and gone on; and over tables without one."""

from __future__ import annotations

import csv
import signal
import subprocess
import sys
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from candlemark.cli import run
from candlemark.cli.opening import KINDS
from candlemark.ledger import Vault
from candlemark.linkage.simulated import TRUTH, prepare_people, simulated_people
from list_files import COLUMNS, crosswalk_of

TOWNS = {
    "AZ-BA": "Bakı",
    "AZ-GA": "Gəncə",
    "AZ-SA": "Şəki",
    "AZ-LA": "Lənkəran",
    "AZ-MI": "Mingəçevir",
}
WHERE = 'name = ["Given", "Father"]\nfamily = "Family"\nbirth = "Born"\nplace = "Town"\n'
PLAN = """
[plan]
code = "list"
unit = "person"
columns = 2
[[comparison]]
name = "family"
kind = "name"
column = "family"
frequency = true
[[comparison]]
name = "given"
kind = "name"
column = "given"
frequency = true
[[comparison]]
name = "birth"
kind = "day"
column = "birth"
[[comparison]]
name = "place"
kind = "same"
column = "place"
[blocking]
rules = [["pair_keys"], ["birth", "name_keys"]]
most = 200
[training]
seed = 1
random_pairs = 30000
sure = [["family", "given", "birth"]]
recall = 0.5
learn = [["birth"], ["family", "given", "place"]]
[thresholds]
automatic = 0.9
people = 0.2
"""
KILLED = """
import os, signal, sys
from pathlib import Path
from candlemark.cli.opening import KINDS, read_passphrase
from candlemark.definition import Definition
from candlemark.ledger import Vault
from candlemark.linkage.engine import run_sources
from candlemark.linkage.from_table import read_columns
from candlemark.linkage.said import model_of
from candlemark.linkage.sources import prepare_sources

folder, words, columns = map(Path, sys.argv[1:])
done = []
def tell(share, what):
    done.append(what)
    if done.count("comparing") == 4:  # three parts are done, the fourth begins
        os.kill(os.getpid(), signal.SIGKILL)
with Vault.open(folder, read_passphrase(words), KINDS) as vault:
    sources = prepare_sources(vault.ledger, ["xx-list-police", "xx-list-court"], Definition.load(), read_columns(columns))
    run_sources(vault.ledger, model_of(vault.ledger), sources, chunks=6, tell=tell)
"""


def write(folder, name, rows):
    """The file of an agency, and its crosswalk."""
    with (folder / f"{name}.csv").open("w", encoding="utf-8", newline="") as file:
        out = csv.writer(file)
        out.writerow(COLUMNS)
        for row in rows:
            out.writerow((row["record"], "2020-01-05", row["given"], row["father"] or "", row["family"], row["birth"] or "",
                          TOWNS.get(row["region"], "")))  # fmt: skip
    (folder / f"xx-{name}.toml").write_text(crosswalk_of(name, "XX", simulated=True), "utf-8")
    return folder / f"{name}.csv", folder / f"xx-{name}.toml"


@pytest.fixture(scope="module")
def world(tmp_path_factory):
    """A vault with the files of two agencies about invented people, and a model of them."""
    folder = tmp_path_factory.mktemp("linking")
    people = simulated_people(1200, seed=3).to_pylist()
    for row in people:
        row["source"] = "police" if row["source"] in {"police", "prosecutor", "court"} else "court"
    vault = ("--vault", str(folder / "vault"), "--passphrase-file", str(folder / "words.txt"))
    assert run(["init", vault[1], *vault[2:]]) == 0
    for name in ("police", "court"):
        table, walk = write(folder, name, [row for row in people if row["source"] == name])
        assert (
            run(["import", str(table), "--crosswalk", str(walk), "--as-of", "2020-02-01", *vault])
            == 0
        )
    (folder / "columns.toml").write_text(
        f"[xx-list-police]\n{WHERE}\n[xx-list-court]\n{WHERE}", "utf-8"
    )
    (folder / "plan.toml").write_text(PLAN, "utf-8")
    sources = (
        "--source",
        "xx-list-police",
        "--source",
        "xx-list-court",
        "--columns",
        str(folder / "columns.toml"),
    )
    assert run(["link", "train", *sources, "--plan", str(folder / "plan.toml"), *vault]) == 0
    whose = {(f"xx-list-{row['source']}", row["record"]): row[TRUTH] for row in people}
    return folder, vault, sources, whose


def size(world):
    folder, vault, *_ = world
    with Vault.open(Path(vault[1]), (folder / "words.txt").read_text().strip(), KINDS) as opened:
        return opened.ledger.size


def test_what_is_known_of_each_source_is_said_and_no_name(ask, world):
    _, vault, sources, _ = world
    said = ask("link", "prepare", *sources, "--json", *vault)

    assert said.code == 0, said.err
    assert said.json["known"]["family"] == sum(one["rows"] for one in said.json["sources"])
    assert "hesen" not in said.out.lower()


def test_a_run_that_is_killed_leaves_nothing_in_the_ledger_and_goes_on_where_it_was(
    ask, world, tmp_path
):
    folder, vault, sources, whose = world
    before = size(world)
    program = tmp_path / "killed.py"
    program.write_text(KILLED, "utf-8")
    killed = subprocess.run(
        [sys.executable, program, vault[1], vault[3], folder / "columns.toml"],
        check=False,
        capture_output=True,
        text=True,
    )
    assert killed.returncode == -signal.SIGKILL, killed.stderr
    assert size(world) == before
    ran = ask("link", "run", *sources, "--chunks", "6", "--json", *vault)

    assert ran.code == 0, ran.err
    assert ran.json["resumed_chunks"] == 3, ran.json
    assert ran.json["linked"] > 100, ran.out
    shown = ask("link", "clusters", "--unit", "person", "--json", *vault).json["clusters"]
    links = [one["records"] for one in shown]
    right = [len({whose[r["source"], r["record"]] for r in some}) == 1 for some in links]
    assert len(links) > 50
    assert sum(right) >= 0.98 * len(right)
    assert all(one["id"].startswith("cluster_") for one in shown)


def test_the_same_run_again_keeps_every_cluster_and_a_new_batch_is_only_added(ask, world):
    folder, vault, sources, _ = world
    ask("link", "run", *sources, "--json", *vault)
    before = ask("link", "clusters", "--unit", "person", "--json", *vault).json["clusters"]
    with (folder / "court.csv").open("a", encoding="utf-8", newline="") as file:
        csv.writer(file).writerow(("new-1", "2020-01-06", "Əli", "", "Yeniyev", "1980-05-06", ""))
    imported = ask(
        "import",
        folder / "court.csv",
        "--crosswalk",
        folder / "xx-court.toml",
        "--as-of",
        "2020-02-02",
        *vault,
    )
    assert imported.code == 0, imported.err
    ran = ask("link", "run", *sources, "--json", *vault)
    after = ask("link", "clusters", "--unit", "person", "--json", *vault).json["clusters"]

    assert ran.code == 0, ran.err
    assert ran.json["adds_to"].startswith("linkrun_")
    assert [(one["id"], one["records"]) for one in before] == [
        (one["id"], one["records"]) for one in after
    ]


def test_nothing_of_the_run_lies_on_the_disk_in_clear(world):
    folder, vault, *_ = world
    said = [b"hesen", "Həsən".encode(), b"left_record", b"weights"]
    with Vault.open(Path(vault[1]), (folder / "words.txt").read_text().strip(), KINDS) as opened:
        models = opened.ledger.models.folder

    there = [
        file for where in (Path(vault[1]), models) for file in where.rglob("*") if file.is_file()
    ]
    assert [file for file in there if file.suffix == ".answer"]
    for file in there:
        assert not [one for one in said if one in file.read_bytes()]


def test_a_source_named_twice_or_never_imported_is_refused(ask, world):
    _, vault, *_ = world
    twice = ask("link", "run", "--source", "cases", "--source", "cases", *vault)
    never = ask("link", "run", "--source", "us-nypd", *vault)
    none = ask("link", "run", *vault)

    assert [one.code != 0 for one in (twice, never, none)] == [True] * 3
    assert "named twice" in twice.err
    assert "nothing was imported by us-nypd" in never.err


def test_a_model_that_is_not_there_is_refused(ask, vault):
    refused = ask("link", "run", "--source", "cases", *vault)

    assert refused.code != 0
    assert "no model" in refused.err


@pytest.fixture(scope="module")
def table(tmp_path_factory):
    """Prepared people as a table of a researcher."""
    folder = tmp_path_factory.mktemp("table")
    pq.write_table(prepare_people(simulated_people(1200, seed=5)).rows, folder / "people.parquet")
    (folder / "plan.toml").write_text(PLAN.replace('"place"', '"region"'), "utf-8")
    return folder


def test_tables_are_linked_without_a_vault(ask, table):
    model, pairs = table / "model.json", table / "pairs.csv"
    trained = ask(
        "link",
        "train",
        "--table",
        table / "people.parquet",
        "--plan",
        table / "plan.toml",
        "--model",
        model,
        "--json",
    )
    ran = ask(
        "link",
        "run",
        "--table",
        table / "people.parquet",
        "--model",
        model,
        "--out",
        pairs,
        "--json",
    )
    shown = ask("link", "clusters", "--pairs", pairs, "--at-least", "0.9", "--json")

    assert trained.code == 0, trained.err
    assert trained.json["weights"]["birth"]["equal"] > 5
    assert ran.code == 0, ran.err
    assert ran.json["linked"] > 200
    assert shown.code == 0, shown.err
    assert sum(len(one["records"]) - 1 for one in shown.json["clusters"]) <= ran.json["linked"]


def test_a_table_of_raw_columns_is_prepared_by_what_is_said_of_them(ask, tmp_path):
    (tmp_path / "list.csv").write_text(
        "id,who,town,day\n1,Əli Vəliyev,Masallı,2020-01-05\n2,naməlum,Masallı,1900-01-01\n", "utf-8"
    )
    (tmp_path / "columns.toml").write_text(
        '[list]\nrecord = "id"\nname = "who"\nplace = "town"\ncountry = ""\nday = "day"\n', "utf-8"
    )
    said = ask("link", "prepare", "--table", tmp_path / "list.csv", "--columns", tmp_path / "columns.toml", "--out",
               tmp_path / "rows.parquet", "--json")  # fmt: skip

    assert said.code == 0, said.err
    assert said.json["known"]["family"] == said.json["known"]["day_lo"] == 1
    assert pq.read_table(tmp_path / "rows.parquet")["family"].to_pylist() == [["veliyev"], []]


@pytest.mark.parametrize(
    ("rows", "columns", "said"),
    [
        ("id,who\n1,A\n1,B\n", 'record = "id"', "1 one that another row has"),
        ("id,who\n1,A\n", 'record = "key"', "no column key"),
        ("id,who\n1,A\n", 'name = "who"', "key of a row"),
        ("id,who\n1,A\n", 'record = "id"\nheight = "x"', "nobody knows"),
        ("id,who\n1\n", 'record = "id"', "neither CSV nor Parquet"),
    ],
)
def test_a_table_that_cannot_be_read_is_refused(ask, tmp_path, rows, columns, said):
    (tmp_path / "list.csv").write_text(rows, "utf-8")
    (tmp_path / "columns.toml").write_text(f"[list]\n{columns}\n", "utf-8")
    refused = ask(
        "link", "prepare", "--table", tmp_path / "list.csv", "--columns", tmp_path / "columns.toml"
    )

    assert refused.code != 0
    assert said in refused.err


@pytest.mark.parametrize(
    "words",
    [
        ("train", "--table", "x.csv"),
        ("train", "--vault", "v", "--model", "m.json"),
        ("run", "--table", "x.csv"),
        ("run", "--vault", "v", "--out", "p.csv"),
        ("prepare",),
        ("prepare", "--vault", "v", "--table", "x.csv"),
        ("prepare", "--vault", "v", "--out", "x.parquet"),
        ("clusters",),
    ],
)
def test_a_vault_and_tables_are_not_mixed(ask, words, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    refused = ask("link", *words)

    assert refused.code != 0
    assert refused.err
