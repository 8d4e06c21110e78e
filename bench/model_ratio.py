"""How fast a read model is built, asked and searched, beside plain SQLite with the same tables.

Makes a vault of cases (seeded), then measures in one run, alternating:

- the rows and texts of a model written to a plain SQLite file, given ready made: the limit;
- the same into an encrypted file;
- a read model built from the ledger: entries opened, checked and decoded, rows and words written;
- questions by words over at least 30,000 texts;
- opening one case through the model, and the vault with it.

What counts are the ratios in one run; seconds depend on the machine.  ``--facts 1000000`` is the
size the promise about opening a case is made for.  Figures go to ``bench/out/model_ratio.json``.
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
from collections import defaultdict
from contextlib import closing
from functools import partial
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

from candlemark import casefile
from candlemark.casefile import facts
from candlemark.casefile.limits import shipped_rules
from candlemark.casefile.meanings import meanings_of
from candlemark.casefile.shelf import STATEMENTS
from candlemark.dates import PartialDate
from candlemark.definition import Definition
from candlemark.ids import new_id
from candlemark.ledger import Part, Vault
from candlemark.ledger.merkle import Tree
from candlemark.ledger.model import CodedModel, Models, cipher
from candlemark.ledger.model.filling import fill, make_indices, make_tables
from candlemark.seal import Cost

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from candlemark.ledger.said import Said

OUT = Path(__file__).resolve().parent / "out"
PASSPHRASE = "abacus abdomen abdominal abide abiding ability ablaze"  # noqa: S105 - a vault of nobody
EDITION = "2026.1"
PER_CASE = 50
PER_ENTRY = 10
LETTERS = "abcçdeəfgğhxıijkqlmnoöprsştuüvyz"
SURNAMES = (
    "Əliyev",
    "Məmmədov",
    "Həsənov",
    "Алиев",
    "Мамедова",
    "علی‌اف",
    "حسینی",
    "Yılmaz",
    "Smith",
)


def words(chance: random.Random) -> list[str]:
    """Twenty thousand made-up words."""
    return ["".join(chance.choices(LETTERS, k=chance.randint(3, 10))) for _ in range(20_000)]


def actions(count: int, chance: random.Random) -> Iterator[tuple[Part, ...]]:
    """The actions of ``count`` facts: per case, fifty statements in actions of ten."""
    known = words(chance)
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
        for start in range(0, PER_CASE, PER_ENTRY):
            yield (Part("coded", tuple(said[start : start + PER_ENTRY])),)


def timed(work: Callable[[], object]) -> float:
    """Seconds of one core a piece of work takes."""
    began = time.process_time()
    work()
    return time.process_time() - began


def write_tables(connection: sqlite3.Connection, said: list[Said]) -> None:
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


def questions(models: Models, chance: random.Random) -> dict[str, float]:
    """Milliseconds of questions by words: of names, of rare words, of two letters."""
    asked = {
        "a name": ["aliyev", "Əliyev", "мамедова", "yilmaz"],
        "a name and a word": ["aliyev " + "".join(chance.choices(LETTERS, k=3)) for _ in range(10)],
        "the beginning of a word": ["".join(chance.choices(LETTERS, k=3)) for _ in range(20)],
        "two letters": ["".join(chance.choices(LETTERS, k=2)) for _ in range(20)],
    }
    found = {}
    for name, those in asked.items():
        took = [
            1000 * timed(partial(models.coded, STATEMENTS, ask))
            for ask in [partial(CodedModel.search, question=one) for one in those]
            for _ in range(3)
        ]
        found[name] = round(statistics.median(took), 2)
        found[name + ", slowest"] = round(max(took), 2)
    return found


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--facts", type=int, default=100_000)
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    chance = random.Random(28)  # noqa: S311 - the same bytes in every run
    with tempfile.TemporaryDirectory() as folder:
        result = measure(Path(folder), options.facts, options.rounds, chance)
    text = json.dumps(result, indent=2, ensure_ascii=False)
    print(text)
    OUT.mkdir(exist_ok=True)
    (OUT / "model_ratio.json").write_text(text + "\n")


def measure(folder: Path, count: int, rounds: int, chance: random.Random) -> dict[str, object]:
    """One run over a vault of ``count`` facts."""
    where = folder / "vault"
    with Vault.create(where, PASSPHRASE, cost=Cost.QUICK, kinds=casefile.KINDS) as vault:
        waiting = actions(count, chance)
        while made := list(islice(waiting, 5_000)):
            vault.ledger.append_all(made)
        texts = vault.ledger.size * (1 + PER_ENTRY // 3)
    result: dict[str, object] = {"facts": count, "texts": texts}
    with Vault.open(where, PASSPHRASE, casefile.KINDS) as vault:
        models = models_of(vault)
        took: dict[str, list[float]] = defaultdict(list)
        for n in range(rounds):
            for name, seconds in one_round(vault, folder / str(n)).items():
                took[name].append(seconds)
        for name, seconds in took.items():
            result[f"{name}, facts a second"] = round(count / statistics.median(seconds))
        limit = statistics.median(took["plain SQLite"])
        for name in ("encrypted", "model from the ledger"):
            result[f"{name} / plain SQLite"] = round(statistics.median(took[name]) / limit, 2)
        result["bytes a fact"] = round(sum(card.bytes for card in models.show()) / count)
        result["a question, milliseconds of one core"] = questions(models, chance)
        cases = models.coded(STATEMENTS, lambda m: [r.values[0] for r in m.rows("statement")])
    result.update(open_cases(where, [str(one) for one in cases[:: len(cases) // 20]]))
    return result


def one_round(vault: Vault, folder: Path) -> dict[str, float]:
    """Seconds of one core for the same rows in three places, and for reading the ledger alone."""
    folder.mkdir()
    models, key = models_of(vault), secrets.token_bytes(32)
    took = {"ledger read alone": timed(lambda: sum(1 for _ in vault.ledger.facts()))}
    said = list(vault.ledger.said(casefile.KINDS.codes, ["coded"], vault.ledger.state(Tree()), 0))
    took["plain SQLite"] = timed(lambda: write_tables(plain(folder / "plain"), said))
    took["encrypted"] = timed(lambda: write_tables(cipher.make(folder / "encrypted", key), said))
    said.clear()
    models.drop()
    took["model from the ledger"] = timed(lambda: models.coded(STATEMENTS, lambda m: m.size))
    return took


def models_of(vault: Vault) -> Models:
    """The read models of a vault in a folder, which has them."""
    if vault.ledger.models is None:
        raise SystemExit("this vault has no place for read models")
    return vault.ledger.models


def open_cases(where: Path, cases: list[str]) -> dict[str, object]:
    """Open a vault that was closed, and its cases one by one through the model that stands."""
    result: dict[str, object] = {}
    shipped_rules()
    Definition.load()  # read once per process, whatever is asked first
    meanings_of([EDITION])
    with Vault.open(where, PASSPHRASE, casefile.KINDS) as vault:
        casefile.prepare(vault.ledger)  # that of identities, which hold nothing here
    with Vault.open(where, PASSPHRASE, casefile.KINDS) as vault:
        took, wall = [], []
        for one in cases:
            began = time.perf_counter()
            took.append(1000 * timed(partial(casefile.case, vault.ledger, one)))
            wall.append(1000 * (time.perf_counter() - began))
        result["the first case, milliseconds of one core"] = round(took[0], 1)
        result["a case, milliseconds of one core"] = round(statistics.median(took), 1)
        result["a case, milliseconds on the wall, slowest"] = round(max(wall), 1)
        vault.ledger.append_all(actions(PER_CASE, random.Random(1)))  # noqa: S311
        result["a case after five actions, milliseconds of one core"] = round(
            1000 * timed(lambda: casefile.case(vault.ledger, cases[0])), 1
        )
        models_of(vault).drop()
    return result


if __name__ == "__main__":
    main()
