"""The agencies' real files as worlds: cases with a month, a group and what somebody wants to know."""

from __future__ import annotations

import csv
from datetime import date

import numpy as np

from candlemark.protect.batches.record_keys import Secret
from protect.worlds import World


def cook(folder):
    """Cook County: people whose arrest was reviewed in 2019, by offence, and their race."""
    rows = _rows(folder / "cook_county_2019_tenth" / "intake.csv")
    people = {row["case_participant_id"]: row for row in rows if row["race"]}
    return _world(
        "cook",
        [
            (int(row["received_date"][5:7]) - 1, row["offense_category"], row["race"])
            for row in people.values()
        ],
    )


def nypd(folder, place="Complaint Precinct Code"):
    """New York: hate crime complaints of two years, by precinct, and the ground."""
    rows = _rows(folder / "nypd_2019_2020" / "nypd_hate_crimes_2019_2020.csv")
    complaints = {row["Full Complaint ID"]: row for row in rows}
    found = []
    for row in complaints.values():
        month, _, year = (int(part) for part in row["Record Create Date"].split("/"))
        since = 12 * (date(year, month, 1).year - 2019) + month - 1
        found.append((max(since, 0), row[place], row["Offense Category"]))
    return _world("nypd", found)


def _rows(path):
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def _world(name, cases):
    groups, wanted = (tuple(sorted({case[place] for case in cases})) for place in (1, 2))
    cases = sorted(cases)
    return World(
        name,
        np.array([case[0] for case in cases]),
        np.array([groups.index(case[1]) for case in cases]),
        np.array([wanted.index(case[2]) for case in cases]),
        np.zeros(len(cases), dtype=int),
        groups,
        wanted,
        ("all",),
        Secret(bytes(32)),
    )
