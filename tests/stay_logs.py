"""Small event logs for tests, written as a person would write them down."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import pyarrow as pa

from candlemark.dates import PartialDate
from candlemark.measure.columns import days_since
from candlemark.measure.log import EventLog, stay_table
from candlemark.measure.log.event_log import CODES, EVENTS


def names(texts):
    return pa.array(texts, pa.string()).dictionary_encode()


def span(day):
    """``2021-03-04``, ``2021-03``, ``2021`` or nothing, as its first and last day."""
    if not day:
        return None, None
    known = PartialDate.parse(day)
    return days_since(known.earliest), days_since(known.latest)


def event_log(rows, codes=(), **more):
    """Rows are (case, activity, day) and whatever else is named in ``also``."""
    also = more.pop("also", ())
    spans = [span(row[2]) for row in rows]
    columns = {
        "case": names([row[0] for row in rows]),
        "activity": names([row[1] for row in rows]),
        "lo": pa.array([lo for lo, _ in spans], pa.int32()),
        "hi": pa.array([hi for _, hi in spans], pa.int32()),
    }
    for place, name in enumerate(also, 3):
        values = [row[place] for row in rows]
        kind = EVENTS.field(name).type
        columns[name] = names(values) if pa.types.is_dictionary(kind) else pa.array(values, kind)
    coded = pa.table(
        {
            "case": names([code[0] for code in codes]),
            "scheme": names([code[1] for code in codes]),
            "term": names([code[2] for code in codes]),
            "absent": pa.array([len(code) > 3 and code[3] for code in codes], pa.bool_()),
        },
        schema=CODES,
    )
    if isinstance(more.get("known_until"), str):
        more["known_until"] = date.fromisoformat(more["known_until"])
    return EventLog(pa.table(columns), coded, **more)


ROAD = [
    ("a", "reported", "2021-01-01"),
    ("a", "charged", "2021-01-11"),
    ("a", "convicted", "2021-03-02"),
    ("b", "reported", "2021-01-05"),
    ("b", "charged", "2021-01-05"),
    ("b", "reported", "2021-02-01"),
    ("c", "reported", "2021-02-10"),
]
"""Three cases: one to its end, one that goes back, one that waits."""


def slow(offence):
    return 10 if offence == "theft" else 100


def mixed(sizes, **more):
    """Thefts are charged after ten days, murders after a hundred, whoever has them.

    ``sizes`` says how many of which offence each ground has.
    """
    rows, codes, n = [], [], 0
    for (ground, offence), many in sizes.items():
        for _ in range(many):
            case, came = f"c{n:04}", date(2020, 1, 1) + timedelta(days=n % 20)
            rows.append((case, "told", came.isoformat()))
            if n % 4:
                charged = came + timedelta(days=slow(offence))
                rows.append((case, "charged", charged.isoformat()))
            codes += [(case, "ground", ground), (case, "offence", offence)]
            n += 1
    return stay_table(event_log(rows, codes, known_until="2020-12-31", **more))


SIZES = {
    ("a", "theft"): 80,
    ("a", "murder"): 20,
    ("b", "theft"): 20,
    ("b", "murder"): 80,
    ("c", "theft"): 40,
    ("c", "murder"): 40,
}


def yearly(per_year, **more):
    """Cohorts that entered on the first days of each year; so many of each are charged."""
    rows, n = [], 0
    for year, (many, there) in per_year.items():
        for place in range(many):
            came = date(year, 1, 1) + timedelta(days=place)
            rows.append((f"c{n:04}", "told", came.isoformat()))
            if place < there:
                rows.append((f"c{n:04}", "charged", (came + timedelta(days=20)).isoformat()))
            n += 1
    return stay_table(event_log(rows, known_until="2024-03-31", **more))


PER_YEAR = {2019: (40, 10), 2020: (40, 14), 2021: (40, 30), 2022: (40, 34), 2024: (40, 38)}


STATES = ("reported", "charged", "court", "convicted")


def walks(cases, seed=5):
    """Random ways over months, with cycles, steps of one day, two agencies and coarse days."""
    dice = np.random.default_rng(seed)
    rows, codes = [], []
    for case in range(cases):
        day = int(dice.integers(18_000, 18_700))
        for _ in range(int(dice.integers(1, 7))):
            when = str(np.datetime64(day, "D"))[: int(dice.choice([10, 10, 10, 7]))]
            rows.append(
                (
                    f"c{case:04}",
                    str(dice.choice(STATES)),
                    when,
                    str(dice.choice(["north", "south"])),
                )
            )
            day += int(dice.choice([0, 0, 1, 30, 400]))
        codes += [
            (f"c{case:04}", "bias-grounds", str(term), bool(term == "unknown"))
            for term in dice.choice(["religion", "ethnicity", "unknown"], dice.integers(0, 3))
        ]
    return rows, codes
