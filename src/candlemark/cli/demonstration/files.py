"""The files the four authorities of Valmora would hand out, written from one simulated world.

Each writes its own codes, its own identifiers, its own form of dates and its own counting unit; the
crosswalks ``xx-police``, ``xx-prosecutor``, ``xx-court`` and ``xx-hotline`` read them.  No
identifier is shared between two of them.
"""

from __future__ import annotations

import csv
import random
from typing import TYPE_CHECKING

from candlemark.cli.demonstration.world import SEED
from candlemark.definition import Definition, load_crosswalk

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date
    from pathlib import Path

    from candlemark.cli.demonstration.world import Accused, Charge, Incident

_POLICE = {
    "ethnicity": "E1",
    "roma": "E2",
    "language": "L1",
    "religion": "R1",
    "gay": "S1",
    "lesbian": "S2",
    "transgender": "G1",
    "disability": "D1",
}
_POLICE_OFFENCE = {
    "assault": "LES",
    "threat": "MIN",
    "damage": "DAN",
    "harassment": "MOL",
    "arson": "INC",
}
_POLICE_CLOSED = {"nobody": "IG", "withdrawn": "RQ", "no-offence": "NR"}
_PROSECUTOR = {
    "ethnicity": "Н1",
    "roma": "Н2",
    "language": "Я1",
    "religion": "В1",
    "gay": "О0",
    "lesbian": "О0",
    "transgender": "Г1",
    "disability": "И1",
}
_PROSECUTOR_OFFENCE = {
    "assault": "Л-41",
    "threat": "Л-44",
    "damage": "И-12",
    "harassment": "Л-47",
    "arson": "И-15",
}
_DECLINED = {"evidence": "ОТК-1", "victim": "ОТК-2", "minor": "ОТК-3"}
_VERDICT = {"convicted": "ВИН", "acquitted": "НЕВ", "stopped": "ПРК"}
_SENTENCE = {"prison": "ЛС", "suspended": "УС", "fine": "ШТ", "service": "ОР"}
_COURT = {
    "ethnicity": "ETN/LNG",
    "language": "ETN/LNG",
    "roma": "ETN/ROM",
    "religion": "REL",
    "gay": "ORS",
    "lesbian": "ORS",
    "transgender": "GEN",
    "disability": "HAN",
}
_COURT_OFFENCE = {
    "assault": "V11",
    "threat": "V17",
    "damage": "B21",
    "harassment": "V19",
    "arson": "B24",
    "insult": "H31",
}
_COURT_DECISION = {"convicted": "C", "acquitted": "A", "stopped": "E"}
_COURT_SENTENCE = {"prison": "EMP", "suspended": "SUR", "fine": "AMD", "service": "TIG"}
_HOTLINE = {
    "ethnicity": "ET-1",
    "roma": "ET-2",
    "language": "LN-1",
    "religion": "RL-1",
    "gay": "LG-1",
    "lesbian": "LG-2",
    "transgender": "LG-3",
    "disability": "DS-1",
}
_HOTLINE_OFFENCE = {
    "assault": "beaten",
    "threat": "threatened",
    "damage": "damaged",
    "harassment": "pestered",
    "arson": "burnt",
}

_NO_DISTRICT = "??"
_SPREAD = 0.9
"""How unequal districts are: the one in place n gets a share in proportion to n to minus this."""


def write_files(folder: Path, world: Sequence[Incident]) -> dict[str, Path]:
    """Write all files under ``folder``; the path to import, by crosswalk."""
    # A generator of its own, so that the identifiers do not depend on how the world was drawn.
    chance = random.Random(SEED + 1)  # noqa: S311 - a simulation that must give the same files again
    writers = {
        "xx-hotline": _hotline,
        "xx-police": _police,
        "xx-prosecutor": _prosecutor,
        "xx-court": _court,
    }
    paths = {}
    for code, writer in writers.items():
        place = folder / code
        place.mkdir(parents=True)
        writer(place, world, chance)
        paths[code] = place
    return paths


def _hotline(folder: Path, world: Sequence[Incident], chance: random.Random) -> None:
    told = [incident for incident in world if incident.told_hotline]
    districts = _districts(len(told))
    numbers = chance.sample(range(100, 100 + 4 * len(told)), len(told))
    rows = [
        [
            f"HL-{number:05}",
            _month(incident.told_hotline),
            "NA" if chance.random() < 0.03 else _joined(incident, _HOTLINE, ", "),
            _HOTLINE_OFFENCE[incident.offence],
            district,
            _month(incident.passed_on),
            {"opened": "OP", "refused": "RF", "": ""}[incident.answer],
            _month(incident.answered),
        ]
        for number, incident, district in zip(numbers, told, districts, strict=True)
    ]
    head = ["ref", "told", "about", "what", "district", "passed_on", "answer", "answered"]
    _write(folder / "calls.csv", head, sorted(rows))


def _districts(count: int) -> list[str]:
    """Where each call came from: a few districts often, many seldom, in an order drawn by chance.

    Valmora has none of its own and borrows the codes of its crosswalk; nothing here is of them.
    """
    # A generator of its own again: what was drawn before there were districts stays as it was.
    chance = random.Random(SEED + 2)  # noqa: S311 - the same files again
    rows = load_crosswalk("xx-hotline", Definition.load()).maps["district"].rows
    codes = [row.code for row in rows if row.term]
    chance.shuffle(codes)
    shares = [(place + 1) ** -_SPREAD for place in range(len(codes))]
    return [
        _NO_DISTRICT if chance.random() < 0.03 else drawn
        for drawn in chance.choices(codes, shares, k=count)
    ]


def _police(folder: Path, world: Sequence[Incident], chance: random.Random) -> None:
    rows = []
    for number, incident in enumerate((each for each in world if each.recorded), start=1):
        day = incident.recorded
        code = ""
        if incident.bias_seen:
            code = "X9" if chance.random() < 0.04 else _joined(incident, _POLICE, "+")
        end = "TP" if incident.sent_on else _POLICE_CLOSED.get(incident.closed_why, "")
        rows.append(
            [
                f"V-{day.year if day else 0}/{number + 4000:06}",
                _dotted(incident.happened),
                _dotted(day),
                _POLICE_OFFENCE[incident.offence],
                code,
                _dotted(incident.bias_seen),
                _dotted(incident.suspect_found),
                end,
                _dotted(incident.sent_on or incident.closed),
                f"D{chance.randrange(1, 12):02}",
            ]
        )
    head = [
        "Verbale",
        "Data_fatto",
        "Data_verbale",
        "Reato",
        "Movente",
        "Data_movente",
        "Data_indiziato",
        "Esito",
        "Data_esito",
        "Distretto",
    ]
    _write(folder / "registro.csv", head, rows, delimiter=";")


def _prosecutor(folder: Path, world: Sequence[Incident], chance: random.Random) -> None:
    persons: list[list[str]] = []
    decisions: list[list[str]] = []
    for number, incident in enumerate((each for each in world if each.accused), start=1):
        file = f"7-{number + 2400:06}"
        motive = "Б0" if chance.random() < 0.06 else _joined(incident, _PROSECUTOR, "/")
        for place, accused in enumerate(incident.accused, start=1):
            person = f"{file}-{place:02}"
            persons.append(
                [
                    person,
                    file,
                    _iso(accused.received),
                    motive,
                    _PROSECUTOR_OFFENCE[incident.offence],
                ]
            )
            decisions.extend([person, *rest] for rest in _decisions(accused))
    _write(folder / "lica.csv", ["лицо", "дело", "поступило", "мотив", "состав"], persons)
    _write(
        folder / "resheniya.csv",
        ["лицо", "вид", "дата", "итог", "наказание"],
        sorted({tuple(row) for row in decisions}),
    )


def _decisions(accused: Accused) -> Iterable[list[str]]:
    if accused.declined:
        yield ["ОТК", _iso(accused.declined), _DECLINED[accused.declined_why], ""]
    if accused.charged:
        yield ["ОБВ", _iso(accused.charged), "", ""]
    for charge in accused.charges:
        if charge.judged:
            yield ["СУД", _iso(charge.judged), _VERDICT[charge.verdict], ""]
        if charge.sentenced:
            yield ["НАК", _iso(charge.sentenced), "", _SENTENCE[charge.sentence]]


def _court(folder: Path, world: Sequence[Incident], chance: random.Random) -> None:
    rows = []
    files = 0
    for incident in world:
        heard = [
            charge for accused in incident.accused for charge in accused.charges if charge.heard
        ]
        if not heard:
            continue
        files += 1
        for place, charge in enumerate(heard, start=1):
            rows.append(_court_row(incident, charge, files, place, chance))
    head = [
        "NO_CHEF",
        "NO_DOSSIER",
        "INFRACTION",
        "MOBILE",
        "DT_AUDIENCE",
        "DT_JUGEMENT",
        "DECISION",
        "DT_PEINE",
        "PEINE",
        "DT_APPEL",
        "CHAMBRE",
    ]
    _write(folder / "chefs.csv", head, rows)


def _court_row(
    incident: Incident, charge: Charge, file: int, place: int, chance: random.Random
) -> list[str]:
    year = charge.heard.year % 100 if charge.heard else 0
    dossier = f"T{year}A{file + 300:06}"
    return [
        f"{dossier}.{place}",
        dossier,
        _COURT_OFFENCE[charge.offence],
        "NP" if chance.random() < 0.1 else _COURT[incident.ground],
        _plain(charge.heard),
        _plain(charge.judged),
        _COURT_DECISION.get(charge.verdict, ""),
        _plain(charge.sentenced),
        _COURT_SENTENCE.get(charge.sentence, ""),
        _plain(charge.appealed),
        str(chance.randrange(1, 8)),
    ]


def _joined(incident: Incident, codes: dict[str, str], between: str) -> str:
    grounds = [incident.ground, *([incident.second_ground] if incident.second_ground else [])]
    return between.join(dict.fromkeys(codes[ground] for ground in grounds))


def _write(
    path: Path, head: list[str], rows: Iterable[Sequence[str]], delimiter: str = ","
) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, delimiter=delimiter)
        writer.writerow(head)
        writer.writerows(rows)


def _iso(day: date | None) -> str:
    return day.isoformat() if day else ""


def _month(day: date | None) -> str:
    return f"{day:%Y-%m}" if day else ""


def _dotted(day: date | None) -> str:
    return f"{day:%d.%m.%Y}" if day else ""


def _plain(day: date | None) -> str:
    return f"{day:%Y%m%d}" if day else ""
