"""Enters 200 cases of invented people in three scripts, saves what was planted, waits to be killed.

Usage: plant.py FOLDER PLANTED.json
"""

import json
import random
import sys
import time
from pathlib import Path

from candlemark import casefile
from candlemark.casefile import facts
from candlemark.definition import Definition
from candlemark.ids import new_id
from candlemark.ledger import Vault
from candlemark.seal import Cost
from ordeal import doors

NAMES = (
    ("Ailar", "Mirzayan", "Tolibek", "Xanimova", "Qəhrəmanlı", "Szőkéné"),
    ("Зарема", "Полинова", "Мадина", "Тагиевская", "Нурлан", "Сейтқали"),
    ("زرينة", "المثالية", "مریم", "نمونه‌زاده", "خديجة", "الاختبارية"),
)
TITLES = ("A neutral title {}", "Нейтральное название {}", "عنوان محايد {}")


def main(place, planted):
    dice = random.Random(200)
    edition = Definition.load()
    texts, subjects = set(), set()
    doors.Vault.create(
        Path(place), doors.PASSPHRASE, "Group of Friends", cost=Cost.QUICK, kinds=casefile.KINDS
    ).close()
    vault = Vault.open(Path(place), doors.PASSPHRASE, casefile.KINDS)
    for number in range(200):
        names, title = NAMES[number % 3], TITLES[number % 3].format(number)
        case = casefile.open_case(vault.ledger, edition, {"en": title})
        person = new_id("person")
        told = f"{dice.choice(names)} {dice.choice(names)} {number:04} +994 50 {number:07}"
        statement = {"case": case, "edition": edition.code}
        casefile.say(
            vault.ledger,
            edition,
            [
                facts.PersonInRole(
                    id=new_id("fact"), person=person, roles=("victim",), **statement
                ),
                facts.NoteMade(id=new_id("fact"), words=(facts.Words(told, "en"),), **statement),
            ],
        )
        texts |= {title, told, *told.split(" ")[:2]}
        subjects |= {case, person}
    entries = list(vault.ledger.entries())
    found = {
        "cases": 200,
        "texts": sorted([*texts, "Group of Friends"]),
        "subjects": sorted(subjects),
        "device": entries[0].device,
        "passphrase": doors.PASSPHRASE,
        "written": sorted({int(entry.written.timestamp() * 1000) for entry in entries}),
    }
    Path(planted).write_text(json.dumps(found), encoding="utf-8")
    print("planted", flush=True)  # noqa: T201
    time.sleep(60)


if __name__ == "__main__":
    main(*sys.argv[1:])
