"""How long an import takes beside DuckDB reading the same file and writing it as Parquet.

Makes a file of one million rows in the shape of a police complaint list (seeded, so that every run
reads the same bytes), then in child processes, alternating, measures

- DuckDB alone: ``read_csv`` and ``COPY … TO … (FORMAT parquet)``, with its own settings;
- an import into an empty vault: landed, checked, coded, audited, packed, sealed and committed;
- a second snapshot of the same file with a thousand rows changed, as a revision.

What counts is the ratio of the medians in one run; seconds depend on the machine.  The peak memory
of each child is its own largest resident set.  Figures go to ``bench/out/import_ratio.json``.
"""

from __future__ import annotations

import argparse
import json
import random
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from datetime import date, timedelta
from pathlib import Path

import duckdb

from candlemark.agency import KINDS, import_source
from candlemark.definition import Definition
from candlemark.definition.crosswalk_file import load_crosswalk
from candlemark.ledger import Vault
from candlemark.seal import Cost, new_passphrase

OUT = Path(__file__).resolve().parent / "out"
LIMIT_MIB = 2048
CROSSWALK = "us-nypd"

COLUMNS = (
    "Full Complaint ID,Complaint Year Number,Month Number,Record Create Date,"
    "Complaint Precinct Code,Patrol Borough Name,County,Law Code Category Description,"
    "Offense Description,PD Code Description,Bias Motive Description,Offense Category,"
    "Arrest Date,Arrest Id"
)
PLACES = (
    ("PATROL BORO BKLYN SOUTH", "KINGS"),
    ("PATROL BORO BKLYN NORTH", "KINGS"),
    ("PATROL BORO MAN SOUTH", "NEW YORK"),
    ("PATROL BORO BRONX", "BRONX"),
    ("PATROL BORO QUEENS NORTH", "QUEENS"),
    ("PATROL BORO STATEN ISLAND", "RICHMOND"),
)
OFFENCES = (
    ("FELONY", "CRIMINAL MISCHIEF & RELATED OF", '"MISCHIEF, CRIMINAL 4, OF MOTOR"'),
    ("FELONY", "FELONY ASSAULT", '"ASSAULT 2,1,UNCLASSIFIED"'),
    ("FELONY", "MISCELLANEOUS PENAL LAW", "AGGRAVATED HARASSMENT 1"),
    ("MISDEMEANOR", "OFF. AGNST PUB ORD SENSBLTY &", "AGGRAVATED HARASSMENT 2"),
    ("MISDEMEANOR", "ASSAULT 3 & RELATED OFFENSES", "ASSAULT 3"),
    ("FELONY", "ROBBERY", '"ROBBERY,OPEN AREA UNCLASSIFIED"'),
)
MOTIVES = (
    ("ANTI-JEWISH", "Religion/Religious Practice"),
    ("ANTI-MALE HOMOSEXUAL (GAY)", "Sexual Orientation"),
    ("ANTI-ASIAN", "Race/Color"),
    ("ANTI-BLACK", "Race/Color"),
    ("ANTI-MUSLIM", "Religion/Religious Practice"),
    ("ANTI-TRANSGENDER", "Gender"),
)


def write_list(path: Path, rows: int, changed: int = 0) -> None:
    """A list of complaints; of every seventeenth one there is a second row with another arrest."""
    dice = random.Random(20190101)  # noqa: S311 - a list to measure with, not a secret
    first = date(2010, 1, 1)
    every = rows // changed if changed else 0
    with path.open("w", encoding="utf-8", newline="\n") as file:
        file.write(COLUMNS + "\n")
        complaint, day = "", first
        for number in range(rows):
            if number % 17 or not complaint:
                day = first + timedelta(dice.randrange(3650))
                precinct = dice.randrange(1, 124)
                place, county = dice.choice(PLACES)
                law, offence, detail = dice.choice(OFFENCES)
                motive, group = dice.choice(MOTIVES)
                complaint = (
                    f"{day.year}{precinct:03}12{dice.randrange(10**6):06}17{number % 100:02},"
                    f"{day.year},{day.month},{day:%m/%d/%Y},{precinct},{place},{county},"
                    f"{law},{offence},{detail},{motive},{group}"
                )
            made = day + timedelta(dice.randrange(200))
            arrest = f"{made:%m/%d/%Y},K{dice.randrange(10**8):08}"
            known = dice.random() < 0.3 or (every and number % every == 0)
            file.write(f"{complaint},{arrest if known else ','}\n")


def run_duckdb(path: Path, out: Path) -> None:
    """What a person would type."""
    connection = duckdb.connect()
    connection.execute(
        f"COPY (SELECT * FROM read_csv('{path}')) TO '{out / 'copy.parquet'}' (FORMAT parquet)"
    )


def run_import(vault: Path, phrase: str, path: Path) -> None:
    """Import into a vault that is there."""
    edition = Definition.load()
    with Vault.open(vault, phrase, KINDS) as opened:
        import_source(opened.ledger, path, load_crosswalk(CROSSWALK, edition), edition)


def child(arguments: list[str]) -> None:
    """One measured piece of work; prints seconds and peak MiB."""
    what, *rest = arguments
    started = time.perf_counter()
    if what == "duckdb":
        run_duckdb(Path(rest[0]), Path(rest[1]))
    else:
        run_import(Path(rest[0]), rest[1], Path(rest[2]))
    seconds = time.perf_counter() - started
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps({"seconds": seconds, "peak_mib": peak}))


def measure(*arguments: str) -> dict[str, float]:
    """Run a child and read what it prints."""
    done = subprocess.run(
        [sys.executable, __file__, "--child", *arguments],
        check=True,
        capture_output=True,
        text=True,
    )
    found: dict[str, float] = json.loads(done.stdout)
    return found


def compare(rows: int, rounds: int) -> dict[str, object]:
    """Measure everything, alternating, and give medians and ratios."""
    taken: dict[str, list[dict[str, float]]] = {"duckdb": [], "import": [], "revision": []}
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made)
        source, later = folder / "complaints.csv", folder / "later.csv"
        write_list(source, rows)
        write_list(later, rows, changed=1000)
        for number in range(rounds):
            taken["duckdb"].append(measure("duckdb", str(source), made))
            phrase, vault = new_passphrase(), folder / f"vault{number}"
            Vault.create(vault, phrase, "bench", cost=Cost.QUICK, kinds=KINDS).close()
            taken["import"].append(measure("import", str(vault), phrase, str(source)))
            taken["revision"].append(measure("import", str(vault), phrase, str(later)))
            size = sum(file.stat().st_size for file in vault.iterdir())
        megabytes = source.stat().st_size / 1e6
    medians = {
        name: statistics.median(one["seconds"] for one in several)
        for name, several in taken.items()
    }
    peaks = {name: max(one["peak_mib"] for one in several) for name, several in taken.items()}
    return {
        "rows": rows,
        "columns": len(COLUMNS.split(",")),
        "megabytes": megabytes,
        "vault_megabytes_after_both": size / 1e6,
        "rounds": rounds,
        "seconds": medians,
        "peak_mib": peaks,
        "ratio": {name: medians[name] / medians["duckdb"] for name in ("import", "revision")},
        "duckdb": duckdb.__version__,
    }


def main() -> int:
    """Measure, print a table, write the figures; 1 when an import needs 2 GiB or more."""
    if sys.argv[1:2] == ["--child"]:
        child(sys.argv[2:])
        return 0
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--rounds", type=int, default=3)
    asked = parser.parse_args()
    found = compare(asked.rows, asked.rounds)
    OUT.mkdir(exist_ok=True)
    (OUT / "import_ratio.json").write_text(json.dumps(found, indent=2) + "\n", encoding="utf-8")
    seconds, peaks = found["seconds"], found["peak_mib"]
    assert isinstance(seconds, dict)  # noqa: S101 - tells the type checker
    assert isinstance(peaks, dict)  # noqa: S101 - the same
    print(f"{found['rows']:,} rows, {found['columns']} columns, {found['megabytes']:.0f} MB")
    print(f"{'':12}{'seconds':>10}{'ratio':>8}{'peak MiB':>10}")
    for name in seconds:
        ratio = seconds[name] / seconds["duckdb"]
        print(f"{name:12}{seconds[name]:10.2f}{ratio:8.2f}{peaks[name]:10.0f}")
    return int(max(peaks["import"], peaks["revision"]) >= LIMIT_MIB)


if __name__ == "__main__":
    sys.exit(main())
