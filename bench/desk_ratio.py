"""The desk on a vault of many cases: lists, filters, words, a case, a save, a table in, files out.

Makes a vault of simulated cases once (seeded), the first ten thousand by bringing in a table the
way a person does, then shows it with the server in a process of its own and asks its pages as a
browser would, twice: signed in, with the vault opened from the session for each request and closed
after it, which is what a person gets; and with the vault open all the while, which is what is left
when opening costs nothing.  Of each page two figures are printed, in milliseconds: the median on
the wall from the request to the last byte, and the computing time of the server for one request
(the mean of the rounds), which other programs on the machine lengthen less.  Besides: rates of the
import; seconds of exports, each read back; the memory of the server at its highest; and how loaded
the machine was.

``--cases 100000`` is the size the promises are made for; it takes some ten minutes and half a
gigabyte.  ``--vault DIR`` keeps the vault for another run, with the notes this one saves in it.
Figures go to ``bench/out/desk_ratio.json``.
"""

from __future__ import annotations

import argparse
import csv
import http.client
import io
import json
import random
import statistics
import subprocess
import sys
import tempfile
import time
import zipfile
from datetime import date, timedelta
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlencode
from xml.etree import ElementTree as ET

import psutil

from candlemark import casefile, exchange
from candlemark.casefile import facts, listing
from candlemark.casefile.listing import Filter
from candlemark.definition import Definition
from candlemark.exchange.sayings import Row
from candlemark.exchange.understanding import understand
from candlemark.ids import new_id
from candlemark.ledger import Vault
from candlemark.ledger.entrance import Entrance
from candlemark.ledger.sessions import form_key
from candlemark.seal import Cost
from candlemark.web.cookie import COOKIE
from candlemark.web.forms.token import Forms
from candlemark.web.house import LockedHouse
from candlemark.web.server import listen, listen_at

if TYPE_CHECKING:
    from collections.abc import Callable

OUT = Path(__file__).resolve().parent / "out"
PASSPHRASE = "abacus abdomen abdominal abide abiding ability ablaze"  # noqa: S105 - a vault of nobody
LETTERS = "abcçdeəfgğhxıijkqlmnoöprsştuüvyz"
SURNAMES = (
    "Əliyev",
    "Məmmədov",
    "Həsənov",
    "Hümbətov",
    "Quliyev",
    "Novruzov",
    "Şahbazlı",
    "Təhməzli",
)
SAVED = {"words-count": "1", "words-0-language": "en"}
"""A note, without its words, as the form of a case sends it."""
AT_ONCE = 10_000
ROUNDS = 15
HEADERS = (
    "reference", "title", "date of incident", "country", "place", "what happened", "bias ground",
    "offence", "victim", "suspect", "court", "agency", "reported", "charged", "judged", "outcome",
    "note",
)  # fmt: skip


def table(first: int, count: int, chance: random.Random) -> bytes:
    """A table of cases: eleven statements each, two persons, five texts."""
    edition = Definition.load()
    codes = {
        scheme: [term.code for term in edition.scheme(scheme)]
        for scheme in ("bias-grounds", "offences", "agency-types", "outcomes")
    }
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(HEADERS)
    for n in range(first, first + count):
        day = date(2010, 1, 1) + timedelta(days=chance.randrange(5_800))
        names = [f"{word(chance).title()} {chance.choice(SURNAMES)}" for _ in range(2)]
        writer.writerow(
            [
                f"S-{n:06}",
                f"Incident {n} {word(chance)}",
                day.isoformat(),
                chance.choice(["AZ", "IR", "TR", "RU"]),
                word(chance),
                " ".join(["police", *(word(chance) for _ in range(12))]),
                chance.choice(codes["bias-grounds"]),
                chance.choice(codes["offences"]),
                *names,
                word(chance),
                chance.choice(codes["agency-types"]),
                (day + timedelta(days=chance.randrange(20))).isoformat(),
                (day + timedelta(days=60)).isoformat()[:7],
                (day + timedelta(days=400)).isoformat()[:4] if chance.random() < 0.6 else "",
                chance.choice(codes["outcomes"]) if chance.random() < 0.5 else "",
                " ".join(word(chance) for _ in range(10)),
            ]
        )
    return text.getvalue().encode()


def word(chance: random.Random) -> str:
    """A made-up word, one of twenty thousand."""
    inner = random.Random(chance.randrange(20_000))  # noqa: S311 - the same words in every run
    return "".join(inner.choices(LETTERS, k=inner.randint(3, 10)))


def make(where: Path, count: int) -> dict[str, object]:
    """The vault: its first ten thousand cases by importing, and how fast that was; then more."""
    edition, chance = Definition.load(), random.Random(4)  # noqa: S311 - simulated cases
    spent, cpu = 0.0, 0.0
    with Vault.create(where, PASSPHRASE, cost=Cost.QUICK, kinds=casefile.KINDS) as vault:
        for first in range(0, count, AT_ONCE):
            content = table(first, min(AT_ONCE, count - first), chance)
            if first:
                write(vault, content)
                continue
            began, began_cpu = time.perf_counter(), time.process_time()
            read = exchange.read_table(content)
            plan = exchange.plan(vault.ledger, edition, read, exchange.guess(read, edition))
            exchange.keep(vault.ledger, edition, plan)
            spent += time.perf_counter() - began
            cpu += time.process_time() - began_cpu
    brought = min(count, AT_ONCE)
    return {
        "import, cases a second": round(brought / spent),
        "import, cases a second of one core": round(brought / cpu),
    }


def write(vault: Vault, content: bytes) -> None:
    """The same facts as an import makes of a table, without looking at each again."""
    edition, read = Definition.load(), exchange.read_table(content)
    meant = exchange.guess(read, edition)
    rows = (Row(new_id("case"), one, meant, edition) for one in understand(read, meant, edition))
    waiting = (casefile.NewCase(tuple(row.statements().values())) for row in rows)
    while some := list(islice(waiting, 1_000)):
        casefile.open_all(vault.ledger, some)


def serve(where: Path, *, signed_in: bool) -> None:
    """Show the vault until the process is ended; prints the port, a form token and a session."""
    if signed_in:
        entrance = Entrance(where, casefile.KINDS)
        session = entrance.sign_in("", PASSPHRASE)
        house = LockedHouse(entrance, Definition.load())
        print((at := listen_at(house, port=0)).port, Forms(form_key(session)).token(), session)
        sys.stdout.flush()
        with house.looked_after():
            at.run()
        return
    with Vault.open(where, PASSPHRASE, casefile.KINDS) as vault:
        listener = listen(vault, Definition.load(), port=0)
        print(listener.port, listener.house.strangers.token(), "-", flush=True)
        listener.run()


class Site:
    """The pages, asked as a browser does."""

    def __init__(self, told: list[str], server: psutil.Process) -> None:
        self.port, self.token, self.session = int(told[0]), told[1], told[2]
        self.server = server

    def ask(self, path: str, fields: dict[str, str] | None = None) -> tuple[float, int]:
        """Milliseconds from the request to the last byte, and how many bytes came."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=600)
        headers = {"Sec-Fetch-Site": "same-origin", "Cookie": f"{COOKIE}={self.session}"}
        body = None
        if fields is not None:
            body = urlencode({"form_token": self.token, **fields})
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        began = time.perf_counter()
        connection.request("GET" if body is None else "POST", path, body, headers)
        response = connection.getresponse()
        content = response.read()
        took = 1000 * (time.perf_counter() - began)
        connection.close()
        if response.status != (303 if "words-count" in (fields or {}) else 200):
            raise SystemExit(f"{path}: {response.status}")
        return took, len(content)

    def measured(self, path: str, fields: dict[str, str] | None = None) -> dict[str, float]:
        """On the wall, computing, and the size, after a first look that fills caches."""
        self.ask(path, fields and {**fields, "words-0-text": "first"})
        before = sum(self.server.cpu_times()[:2])
        rounds = [
            self.ask(path, fields and {**fields, "words-0-text": f"said in round {n}"})
            for n in range(ROUNDS)
        ]
        spent = sum(self.server.cpu_times()[:2]) - before
        return {
            "milliseconds": round(statistics.median(took for took, _ in rounds), 1),
            "of computing": round(1000 * spent / ROUNDS, 1),
            "KB": round(rounds[-1][1] / 1000, 1),
        }


def pages(where: Path, case: str, rare: str, common: str, *, signed_in: bool) -> dict[str, object]:
    """Each page, and the memory of the server."""
    command = [sys.executable, __file__, "--serve", str(where)]
    command += ["--signed-in"] if signed_in else []
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:
        try:
            told = server.stdout.readline().split() if server.stdout else []
            watched = psutil.Process(server.pid)
            site = Site(told, watched)
            result: dict[str, object] = {}
            asked: dict[str, tuple[str, dict[str, str] | None]] = {
                "first page": ("/en/cases/", None),
                "a filter": ("/en/cases/?bias-grounds=ethnicity", None),
                "three filters": (
                    "/en/cases/?bias-grounds=ethnicity&country=AZ&stages=judged",
                    None,
                ),
                "no next step": ("/en/cases/?due=nothing", None),
                "sorted by waiting": ("/en/cases/?sort=waiting", None),
                "a rare word": ("/en/cases/", {"words": rare}),
                "a common word": ("/en/cases/", {"words": common}),
                "a name in another script": ("/en/cases/", {"words": "Гумбатов"}),
                "another case, to merge with": (
                    f"/en/cases/{case}/merge/",
                    {"look-for": rare, "more": "look"},
                ),
                "a case": (f"/en/cases/{case}/", None),
                "the overview": ("/en/", None),
                "the docket": ("/en/docket/", None),
                "a save": (f"/en/cases/{case}/add/note/", SAVED),
            }
            peak = 0
            for name, (path, fields) in asked.items():
                result[name] = site.measured(path, fields)
                peak = max(peak, watched.memory_info().rss)
            result["memory of the server, MB"] = round(peak / 1e6)
            return result
        finally:
            server.terminate()


class Times:
    """How long one thing took, again and again."""

    def __init__(self) -> None:
        self._wall: list[float] = []
        self._cpu: list[float] = []

    def add(self, work: Callable[[], object]) -> None:
        """Do it once more."""
        began, began_cpu = time.perf_counter(), time.process_time()
        work()
        self._wall.append(1000 * (time.perf_counter() - began))
        self._cpu.append(1000 * (time.process_time() - began_cpu))

    @property
    def medians(self) -> dict[str, float]:
        """On the wall, and computing."""
        return {
            "milliseconds": round(statistics.median(self._wall), 1),
            "of computing": round(statistics.median(self._cpu), 1),
        }


def saves(where: Path, case: str) -> dict[str, object]:
    """A save in an opened vault, and the first list after it."""
    edition, took, after = Definition.load(), Times(), Times()
    with Vault.open(where, PASSPHRASE, casefile.KINDS) as vault:
        for n in range(ROUNDS):
            note = facts.NoteMade(
                id=new_id("fact"),
                case=case,
                edition=edition.code,
                words=(facts.Words(f"said in round {n}", "en"),),
            )
            took.add(lambda note=note: casefile.say(vault.ledger, edition, [note]))
            after.add(lambda: listing.listing(vault.ledger, Filter(), date(2026, 3, 1)))
    return {"a save": took.medians, "the first list after a save": after.medians}


def exports(where: Path) -> dict[str, object]:
    """Seconds to write some ten thousand cases in each form, wall and computing, each read back."""
    edition = Definition.load()
    result: dict[str, object] = {}
    with Vault.open(where, PASSPHRASE, casefile.KINDS) as vault:
        ids = listing.matching(vault.ledger, Filter(), date(2026, 3, 1))[:AT_ONCE]
        began, began_cpu = time.perf_counter(), time.process_time()
        taken = exchange.take(vault.ledger, edition, Filter(among=ids), date(2026, 3, 1))
        reading, reading_cpu = time.perf_counter() - began, time.process_time() - began_cpu
        for form in exchange.Form:
            began, began_cpu = time.perf_counter(), time.process_time()
            made = exchange.export(taken, form)
            result[f"export of {len(ids):,} cases as {form}"] = {
                "seconds": round(reading + time.perf_counter() - began, 1),
                "of computing": round(reading_cpu + time.process_time() - began_cpu, 1),
            }
            if whole(form, made.content) != len(ids):
                raise SystemExit(f"{form}: cases are missing")
    return result


def whole(form: exchange.Form, content: bytes) -> int:
    """How many cases a file holds, read by something else than what wrote it."""
    if form is exchange.Form.CSV:
        return sum(1 for _ in csv.reader(io.StringIO(content.decode("utf-8-sig")))) - 1
    if form is exchange.Form.TABLES:
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            text = packed.read("cases.csv").decode("utf-8-sig")
        return sum(1 for _ in csv.reader(io.StringIO(text))) - 1
    if form is exchange.Form.XLSX:
        return len(exchange.read_table(content, "cases").rows)
    if form is exchange.Form.JSON:
        said = [one for entry in json.loads(content)["entries"] for one in entry["statements"]]
        return sum(one["kind"] == "case.opened" for one in said)
    if form is exchange.Form.OCEL:
        return sum(one["type"] == "case" for one in json.loads(content)["objects"])
    traces = ET.fromstring(content).iter("{http://www.xes-standard.org/}trace")  # noqa: S314 - ours
    named = (one for trace in traces for one in trace if one.get("key") == "case")
    return len({one.get("value") for one in named})


def measure(where: Path, count: int, common: str) -> dict[str, object]:
    """One run."""
    result: dict[str, object] = {"cases": count}
    if not where.exists():
        result |= make(where, count)
    with Vault.open(where, PASSPHRASE, casefile.KINDS) as vault:
        began = time.perf_counter()
        casefile.prepare(vault.ledger)
        result["read models, seconds"] = round(time.perf_counter() - began, 1)
        some = listing.listing(vault.ledger, Filter(), date(2026, 3, 1)).cases
        case = casefile.case(vault.ledger, some[20].id)
        result["entries"] = vault.ledger.size
    rare = next(iter(some[30].titles.values())).split()[-1]
    for name, signed_in in (("signed in", True), ("the vault open", False)):
        result[name] = pages(where, case.id, rare, common, signed_in=signed_in)
        result[f"{name}, load of the machine"] = [round(one, 1) for one in psutil.getloadavg()]
    return result | saves(where, case.id) | exports(where)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cases", type=int, default=5_000)
    parser.add_argument("--vault", type=Path)
    parser.add_argument("--common", default="police", help="a word most cases hold")
    parser.add_argument("--serve", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--signed-in", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.serve:
        serve(options.serve, signed_in=options.signed_in)
        return
    with tempfile.TemporaryDirectory() as folder:
        result = measure(options.vault or Path(folder) / "vault", options.cases, options.common)
    text = json.dumps(result, indent=2, ensure_ascii=False)
    print(text)
    OUT.mkdir(exist_ok=True)
    (OUT / "desk_ratio.json").write_text(text + "\n")


if __name__ == "__main__":
    main()
