"""The figures page of an agency with 100,000 accused: what one request costs the server.

The files of the demonstration's prosecutor are repeated under new numbers until they hold as many
accused as asked for, and brought in once.  Then a server in this process, the vault on disk and
somebody signed in, is asked for the page as a browser would: the first time after the ledger grew,
a first time in a new session, and again; then the pages of groups and periods beside each other,
each a first time and again.  Computing time of the whole process (the client's part is small and in
it), and time on the wall.

``bench/out/figures_ratio.json`` holds the figures.
"""

from __future__ import annotations

import argparse
import csv
import http.client
import json
import statistics
import tempfile
import threading
import time
from pathlib import Path

from candlemark import agency
from candlemark.cli.demonstration.files import write_files
from candlemark.cli.demonstration.world import AS_OF, make_world
from candlemark.cli.opening import KINDS
from candlemark.definition import Definition, load_crosswalk
from candlemark.ledger import Vault
from candlemark.ledger.entrance import Entrance
from candlemark.seal import Cost
from candlemark.web.cookie import COOKIE
from candlemark.web.house import LockedHouse
from candlemark.web.server import begin, listen_at

OUT = Path(__file__).resolve().parent / "out"
PASSPHRASE = "abacus abdomen abdominal abide abiding ability ablaze"  # noqa: S105 - a vault of nobody
CODE = "xx-prosecutor"
ROUNDS = 15
BESIDE = ("compare", "same-mix", "over-time")
"""Pages of groups and periods beside each other."""
LIMIT = 0.300
"""Seconds of server time the page may take on 100,000 cases."""


def larger(folder: Path, people: int) -> int:
    """Repeat the rows of every file under new numbers; how many accused there are then."""
    tables = {}
    for path in folder.iterdir():
        with path.open(newline="", encoding="utf-8") as file:
            head, *rows = csv.reader(file)
        tables[path] = head, rows
    accused = min(len(rows) for _, rows in tables.values())
    times = -(-people // accused)
    for path, (head, rows) in tables.items():
        numbered = [place for place, name in enumerate(head) if name in {"лицо", "дело"}]
        with path.open("w", newline="", encoding="utf-8") as file:
            writer = csv.writer(file)
            writer.writerow(head)
            for n in range(times):
                for row in rows:
                    writer.writerow(
                        [f"{n}-{cell}" if i in numbered else cell for i, cell in enumerate(row)]
                    )
    return times * accused


def asked(port: int, path: str, token: str) -> tuple[float, float, int]:
    """Computing seconds, seconds on the wall, and bytes of one page."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=300)
    computing, wall = time.process_time(), time.perf_counter()
    connection.request("GET", path, headers={"Cookie": f"{COOKIE}={token}"})
    response = connection.getresponse()
    content = response.read()
    found = time.process_time() - computing, time.perf_counter() - wall, len(content)
    connection.close()
    if response.status != 200:
        raise SystemExit(f"{path}: {response.status}")
    return found


def main() -> None:
    """Build, ask, print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--people", type=int, default=100_000)
    people = parser.parse_args().people
    begin()
    edition = Definition.load()
    crosswalk = load_crosswalk(CODE, edition)
    with tempfile.TemporaryDirectory() as place:
        files = write_files(Path(place) / "files", make_world())[CODE]
        people = larger(files, people)
        folder = Path(place) / "vault"
        with Vault.create(folder, PASSPHRASE, "Bench", kinds=KINDS, cost=Cost.QUICK) as vault:
            batch = agency.import_source(vault.ledger, files, crosswalk, edition, as_of=AS_OF).batch
        house = LockedHouse(Entrance(folder, KINDS), edition)
        listener = listen_at(house, port=0)
        thread = threading.Thread(target=listener.run)
        thread.start()
        try:
            page = f"/en/figures/{batch.id}/"
            token = house.sign_in("", PASSPHRASE)
            first = asked(listener.port, page, token)
            again = [asked(listener.port, page, token) for _ in range(ROUNDS)]
            token = house.sign_in("", PASSPHRASE)
            new = asked(listener.port, page, token)
            beside = {
                name: [asked(listener.port, f"{page}{name}/", token) for _ in range(ROUNDS + 1)]
                for name in BESIDE
            }
        finally:
            listener.stop()
            thread.join(10)
    computing = statistics.median(one[0] for one in again)
    rows = {
        "accused": people,
        "first since the ledger grew, seconds computing": round(first[0], 3),
        "first of a new session, seconds computing": round(new[0], 3),
        "again, seconds computing (median)": round(computing, 3),
        "again, seconds on the wall (median)": round(statistics.median(o[1] for o in again), 3),
        "bytes of the page": again[0][2],
        "limit, seconds": LIMIT,
    }
    for name, found in beside.items():
        rows[f"{name}: first, seconds computing"] = round(found[0][0], 3)
        rows[f"{name}: again, seconds computing (median)"] = round(
            statistics.median(one[0] for one in found[1:]), 3
        )
        rows[f"{name}: bytes of the page"] = found[-1][2]
    for name, value in rows.items():
        print(f"{name:55} {value:>12,}")
    OUT.mkdir(exist_ok=True)
    (OUT / "figures_ratio.json").write_text(json.dumps(rows, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
