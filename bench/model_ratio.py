"""How fast a read model is built, asked and searched, beside plain SQLite with the same tables.

Makes a vault of cases (seeded), then measures in one run, alternating:

- the rows and texts of a model written to a plain SQLite file, given ready made: the limit;
- the same into an encrypted file;
- a read model built from the ledger: entries opened, checked and decoded, rows and words written;
- questions by words over at least 30,000 texts;
- opening one case through the model, and the vault with it.

What counts are the ratios in one run; seconds depend on the machine.  ``--facts 1000000`` is the size
the promise about opening a case is made for.  Figures go to ``bench/out/model_ratio.json``.
"""

from __future__ import annotations

import argparse
import json
import random
import secrets
import sqlite3
import statistics
import tempfile
import time
from contextlib import closing
from pathlib import Path

from candlemark import casefile
from candlemark.casefile import facts
from candlemark.casefile.shelf import STATEMENTS
from candlemark.dates import PartialDate
from candlemark.ids import new_id
from candlemark.ledger import Part, Vault
from candlemark.ledger.model import cipher
from candlemark.ledger.model.filling import fill, make_indices, make_tables
from candlemark.seal import Cost

OUT = Path(__file__).resolve().parent / "out"
PASSPHRASE = "abacus abdomen abdominal abide abiding ability ablaze"  # noqa: S105 - a vault of nobody
EDITION = "2026.1"
PER_CASE = 50
PER_ENTRY = 10
LETTERS = "abcçdeəfgğhxıijkqlmnoöprsştuüvyz"
SURNAMES = ("Əliyev", "Məmmədov", "Həsənov", "Алиев", "Мамедова", "علی‌اف", "حسینی", "Yılmaz", "Smith")


def words(chance: random.Random) -> list[str]:
    """Twenty thousand made-up words."""
    return ["".join(chance.choices(LETTERS, k=chance.randint(3, 10))) for _ in range(20_000)]


def actions(count: int, chance: random.Random) -> list[tuple[Part, ...]]:
    """The actions of ``count`` facts: per case, fifty statements in actions of ten."""
    known = words(chance)
    made = []
    for _ in range(max(count // PER_CASE, 1)):
        case_id = new_id("case")
        said: list[facts.Statement] = []
        for n in range(PER_CASE):
            given = {"id": new_id("fact"), "case": case_id, "edition": EDITION}
            text = " ".join([*chance.choices(known, k=11), chance.choice(SURNAMES)])
            if n == 0:
                title = (facts.Words(text, "az"),)
                said.append(facts.CaseOpened(**given, titles=title))
            elif n % 3 == 1:
                said.append(facts.NoteMade(**given, words=(facts.Words(text, "az"),)))
            else:
                day = PartialDate.parse(f"20{chance.randint(10, 25)}-0{chance.randint(1, 9)}-11")
                said.append(facts.StageReached(**given, stage="charged", when=day))
        made += [
            (Part("coded", tuple(said[start : start + PER_ENTRY])),)
            for start in range(0, PER_CASE, PER_ENTRY)
        ]
    return made


def timed(work) -> float:
    """Processor and wall seconds a piece of work takes; the wall."""
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def write_tables(connection: sqlite3.Connection, said: list) -> None:
    """The tables of the model of statements, filled from facts that are in memory already."""
    with closing(connection):
        connection.execute("BEGIN")
        make_tables(connection, STATEMENTS)
        fill(connection, STATEMENTS, said)
        make_indices(connection, STATEMENTS)
        connection.execute("COMMIT")


def plain(path: Path) -> sqlite3.Connection:
    """A plain file with the settings an encrypted one is filled with."""
    connection = sqlite3.connect(path, isolation_level=None)
    for pragma in ("journal_mode=OFF", "synchronous=OFF", "cache_size=-65536"):
        connection.execute(f"PRAGMA {pragma}").fetchall()
    return connection


def questions(models, chance: random.Random) -> dict[str, float]:
    """Milliseconds of questions by words: of names, of rare words, of two letters."""
    asked = {
        "a name": ["aliyev", "Əliyev", "мамедова", "yilmaz"],
        "a name and a word": ["aliyev " + "".join(chance.choices(LETTERS, k=3)) for _ in range(10)],
        "the beginning of a word": ["".join(chance.choices(LETTERS, k=3)) for _ in range(20)],
        "two letters": ["".join(chance.choices(LETTERS, k=2)) for _ in range(20)],
    }
    found = {}
    for name, those in asked.items():
        took = []
        for one in those:
            for _ in range(3):
                took.append(1000 * timed(lambda: models.coded(STATEMENTS, lambda m: m.search(one))))
        found[name] = round(statistics.median(took), 2)
        found[name + ", slowest"] = round(max(took), 2)
    return found


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--facts", type=int, default=100_000)
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    chance = random.Random(28)
    with tempfile.TemporaryDirectory() as folder:
        measure(Path(folder), options.facts, options.rounds, chance)


def measure(folder: Path, count: int, rounds: int, chance: random.Random) -> None:
    """One run over a vault of ``count`` facts."""
    where = folder / "vault"
    with Vault.create(where, PASSPHRASE, cost=Cost.QUICK, kinds=casefile.KINDS) as vault:
        made = actions(count, chance)
        for start in range(0, len(made), 5_000):
            vault.ledger.append_all(made[start : start + 5_000])
        texts = len(made) * (1 + PER_ENTRY // 3)
        del made
    result: dict[str, object] = {"facts": count, "texts": texts}
    with Vault.open(where, PASSPHRASE, casefile.KINDS) as vault:
        ledger, models = vault.ledger, vault.ledger.models
        assert models is not None
        took: dict[str, list[float]] = {"open and fold": [], "plain": [], "encrypted": [], "model": []}
        for n in range(rounds):
            took["open and fold"].append(timed(lambda: sum(1 for _ in ledger.facts())))
            said = list(ledger.said(casefile.KINDS.codes))
            took["plain"].append(timed(lambda: write_tables(plain(folder / f"plain{n}"), said)))
            key, path = secrets.token_bytes(32), folder / f"encrypted{n}"
            took["encrypted"].append(timed(lambda: write_tables(cipher.make(path, key), said)))
            del said
            models.drop()
            took["model"].append(timed(lambda: models.coded(STATEMENTS, lambda m: m.size)))
        for name, seconds in took.items():
            result[f"{name}, facts a second"] = round(count / statistics.median(seconds))
        model = statistics.median(took["model"])
        result["model / plain"] = round(model / statistics.median(took["plain"]), 2)
        result["encrypted / plain"] = round(
            statistics.median(took["encrypted"]) / statistics.median(took["plain"]), 2
        )
        result["bytes a fact"] = round(sum(card.bytes for card in models.show()) / count)
        casefile.prepare(ledger)
        result["milliseconds"] = questions(models, chance)
        cases = models.coded(STATEMENTS, lambda m: [r.values[0] for r in m.rows("statement")][::5_003])
    open_cases(where, cases[:20], result)
    print(json.dumps(result, indent=2, ensure_ascii=False))
    OUT.mkdir(exist_ok=True)
    (OUT / "model_ratio.json").write_text(json.dumps(result, indent=2, ensure_ascii=False) + "\n")


def open_cases(where: Path, cases: list[str], result: dict[str, object]) -> None:
    """Open a vault that was closed, and its cases one by one through the model that stands."""
    began = time.perf_counter()
    with Vault.open(where, PASSPHRASE, casefile.KINDS) as vault:
        result["unlock, milliseconds"] = round(1000 * (time.perf_counter() - began), 1)
        took = [1000 * timed(lambda: casefile.case(vault.ledger, one)) for one in cases]
        result["first case after opening, milliseconds"] = round(took[0], 1)
        result["a case, milliseconds"] = round(statistics.median(took), 1)
        vault.ledger.append_all(actions(PER_CASE, random.Random(1)))
        result["a case after an action, milliseconds"] = round(
            1000 * timed(lambda: casefile.case(vault.ledger, cases[0])), 1
        )


if __name__ == "__main__":
    main()
