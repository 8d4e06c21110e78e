"""Lists of invented people as the files four agencies would send, of whom the whole number is known.

Three worlds, those of docs/methods/unreported.md: lists that know nothing of each other; two that
share sources; and one in which three people in ten are six times less likely to be on any list.
"""

from __future__ import annotations

import csv
import tomllib
from datetime import date, timedelta
from importlib.resources import files

import numpy as np

from candlemark.linkage.simulated import listed_people

LISTS = ("police", "prosecutor", "hotline", "court")
CODES = tuple(f"az-list-{name}" for name in LISTS)
CHANCES = np.array([0.3, 0.25, 0.2, 0.15])
"""Alone, each list finds so many; together about two in three."""
WORLDS = ("independent", "sharing", "unreachable")

_REGIONS = tomllib.loads(files("candlemark.definition").joinpath("places.toml").read_text("utf-8"))
TOWNS = [names[0] for names in _REGIONS["AZ"].values()]
COLUMNS = ("Id", "Seen", "Given", "Father", "Family", "Born", "Town")
KEPT = COLUMNS[2:]
CROSSWALK = """[crosswalk]
code = "{code}"
version = 1
edition = "2026.1"
agency = "{name}"
agency_labels.en = "{name}"
agency_type = "police"
country = "{country}"
language = "az"
author = "the tests"
valid_from = "2019"
valid_to = ""
unit = "complaint"
includes = ["all"]
excludes = []
source = "simulated"
cohort = true
cohort_note = ""
simulated = {simulated}

[[table]]
name = "list"
file = "{name}.csv"
main = true
unit_key = ["Id"]
row_key = ["Id"]
[[table.column]]
name = "Id"
use = "unit"
[[table.column]]
name = "Seen"
use = "date"
formats = ["%Y-%m-%d"]
clock = "local"
{kept}
[[table.event]]
own = "recorded"
stage = "recorded"
labels.en = "Recorded"
date = "Seen"
"""
COLUMN = '[[table.column]]\nname = "{}"\nuse = "kept"\nwhy = "compared"\n'
WHERE = (
    'name = ["Given", "Father"]\nfamily = "Family"\ntongue = "az"\nbirth = "Born"\nplace = "Town"\n'
)


def crosswalk_of(name, country="AZ", *, simulated=False):
    """The crosswalk of a list, which reads ``COLUMNS``."""
    return CROSSWALK.format(
        code=f"{country.lower()}-list-{name}",
        name=name,
        country=country,
        simulated=str(simulated).lower(),
        kept="".join(map(COLUMN.format, KEPT)),
    )


def on_lists(world, people, seed, chances=CHANCES):
    """Who is on which list: people by lists."""
    chance = np.random.default_rng(seed)
    reach = np.ones(people)
    if world == "unreachable":
        reach = np.where(chance.random(people) < 0.3, 1 / 6, 1.0)
    on = chance.random((people, len(chances))) < chances * reach[:, None]
    if world == "sharing":  # what the first list has, the second takes over in six cases of ten
        on[:, 1] |= on[:, 0] & (chance.random(people) < 0.6)
    return on


def write_lists(folder, on, seed):
    """The four files, their crosswalks and what holds what; returns the rows, with the truth."""
    rows = listed_people(on, LISTS, seed).to_pylist()
    towns = dict(zip(sorted({row["region"] for row in rows if row["region"]}), TOWNS, strict=False))
    for row in rows:
        row["town"] = towns.get(row["region"], "")
    for name in LISTS:
        write_list(folder, name, [row for row in rows if row["source"] == name])
    told = "\n".join(f"[{code}]\n{WHERE}" for code in CODES)
    (folder / "columns.toml").write_text(told, "utf-8")
    return rows


def write_list(folder, name, rows):
    """One file and its crosswalk."""
    with (folder / f"{name}.csv").open("w", encoding="utf-8", newline="") as file:
        out = csv.writer(file)
        out.writerow(COLUMNS)
        for at, row in enumerate(rows):
            seen = date(2020, 1, 1) + timedelta(days=at % 300)
            told = (row[one] or "" for one in ("given", "father", "family", "birth", "town"))
            out.writerow((row["record"], seen.isoformat(), *told))
    (folder / f"az-{name}.toml").write_text(crosswalk_of(name), "utf-8")
