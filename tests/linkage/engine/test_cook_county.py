"""Cook County without its identifiers: intake and initiation of 2019, linked one to one.

A tenth of the public file lies beside the checkout, and nowhere in the project.
"""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pytest
from pyarrow import csv

from candlemark.agency import check
from candlemark.definition import Definition, load_crosswalk
from candlemark.linkage.engine import clock_shift, link
from candlemark.linkage.engine.plan import plan_of
from candlemark.linkage.engine.training import train

FILES = Path(__file__).parents[4] / "shared" / "data" / "cook_county_2019_tenth"
pytestmark = pytest.mark.skipif(
    not (FILES / "intake.csv").exists(),
    reason="the files of Cook County are not beside the checkout",
)
BOTH = ("initiation", "intake")
SAME = ("gender", "race", "law_enforcement_agency", "offense_category", "arrest")
PLAN = {
    "plan": {"code": "cook", "unit": "person", "columns": 2},
    "comparison": [
        *({"name": name, "kind": "same", "column": name, "frequency": True} for name in SAME[:4]),
        {"name": "arrest", "kind": "same", "column": "arrest"},
        {"name": "incident", "kind": "day", "column": "incident"},
        {"name": "received", "kind": "day", "column": "received"},
    ],
    "blocking": {
        "rules": [
            ["arrest"],
            ["received", "law_enforcement_agency"],
            ["incident", "law_enforcement_agency"],
        ],
        "most": 400,
    },
    "training": {
        "seed": 1,
        "random_pairs": 200_000,
        "sure": [["arrest", "law_enforcement_agency", "received"]],
        "recall": 0.8,
        "learn": [["arrest"], ["received", "law_enforcement_agency"]],
    },
    "thresholds": {"automatic": 0.9, "people": 0.05},
}


def table(name):
    """A file, one row for each person accused, with moments read and the key for the truth alone."""
    read = csv.read_csv(
        FILES / f"{name}.csv",
        convert_options=csv.ConvertOptions(
            column_types={"case_participant_id": pa.string()},
            timestamp_parsers=["%Y-%m-%d %H:%M"],
            strings_can_be_null=True,
        ),
    )
    if "primary_charge" in read.column_names:
        read = read.filter(pc.equal(read["primary_charge"], pa.scalar(value=True)))
    keys = pa.array([f"{name}-{key}" for key in read["case_participant_id"].to_pylist()])
    kept = read.select(
        [
            "gender",
            "race",
            "law_enforcement_agency",
            "offense_category",
            "arrest_date",
            "incident_begin_date",
            "received_date",
        ]
    )
    return kept.append_column("record", keys).append_column(
        "source", pa.array([name] * read.num_rows)
    )


def moved(read, minutes):
    """The rows by a clock that is set back."""
    back = timedelta(minutes=minutes)
    texts = {
        name: [at and (at - back).strftime("%Y-%m-%d %H:%M") for at in read[column].to_pylist()]
        for name, column in (
            ("arrest", "arrest_date"),
            ("incident", "incident_begin_date"),
            ("received", "received_date"),
        )
    }
    rows = read.drop_columns(["arrest_date", "incident_begin_date", "received_date"])
    for name, column in texts.items():
        days = column if name == "arrest" else [at and at[:10] for at in column]
        rows = rows.append_column(name, pa.array(days, pa.string()))
    return rows


@pytest.fixture(scope="module")
def files():
    return {name: table(name) for name in BOTH}


@pytest.fixture(scope="module")
def minutes():
    """How far intake is ahead, as the importer finds it by the identifiers."""
    report = check(FILES, load_crosswalk("us-cook-county", Definition.load()))
    (found,) = [
        each for each in report.findings
        if each.code == "clock-shift" and (each.table, each.column) == ("intake", "arrest_date")
        and each.other_table == "initiation"
    ]  # fmt: skip
    return found.minutes


def test_the_importer_finds_the_clock_and_so_do_we_without_identifiers(files, minutes):
    alike = ["gender", "race", "law_enforcement_agency"]

    assert minutes == 240
    assert clock_shift(files["intake"], files["initiation"], "arrest_date", alike).minutes == 240


def test_intake_is_linked_to_initiation_one_to_one_without_identifiers(files, minutes):
    rows = pa.concat_tables([moved(files["intake"], minutes), moved(files["initiation"], 0)])
    model = train(rows, plan_of(PLAN, "cook"), once_each=BOTH).model
    pairs = link(model, rows, once_each=BOTH).pairs.to_pylist()

    right = sum(
        one["left_record"].split("-")[1] == one["right_record"].split("-")[1] for one in pairs
    )
    precision, recall = right / len(pairs), right / files["initiation"].num_rows
    assert precision >= 0.97, (precision, recall)
    assert recall >= 0.97, (precision, recall)
    sure = [one for one in pairs if one["probability"] >= model.plan.automatic]
    assert all(
        one["left_record"].split("-")[1] == one["right_record"].split("-")[1] for one in sure
    )
